"""Cases that staff enter: a phone call, a visit to the counter, a finding of their own in the field."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from secrets import token_hex
from typing import Any

from chalicelib.complaints.phone import normalise
from chalicelib.complaints.ticket import new_ticket
from chalicelib.desk import names, notices
from chalicelib.desk.people import DEPARTMENTAL, Staff
from chalicelib.problems import Problem
from chalicelib.store import casework as store
from chalicelib.store import cities
from chalicelib.store.casework import Line, Once
from chalicelib.store.cities import DeskRules
from chalicelib.store.items import Row, case_item
from chalicelib.store.keys import case_key, iso, message_key

CHANNELS = ("phone", "counter", "field", "web", "letter", "radio", "sms", "whatsapp", "other")
FIELD = "field"
# What the desk wrote down is a message too; its id says that no provider gave it.
DESK = "desk-"
# A caller's clock and ours may differ by a little.
SLACK = timedelta(minutes=2)
TRIES = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What staff write down. `reporter`: {name, phone, handle, email, anonymous}."""

    channel: str
    text: str
    class_: str | None
    category: str | None
    department: str | None
    location: dict[str, Any] | None
    reporter: dict[str, Any]
    secret: bool
    received_at: datetime | None
    note: str | None


@dataclass(frozen=True, slots=True)
class Entered:
    """The ticket of the case; `repeated`: it had been entered before, under the same Idempotency-Key."""

    ticket: str
    repeated: bool = False


def enter(entry: Entry, person: Staff, *, once: Once | None, now: datetime) -> Entered:
    """Write a new case. With a department it is assigned at once: naming it is the disposition. Raises Problem."""
    rules = cities.desk_rules()
    department = _department(entry, person)
    names.known(
        {
            "department": department,
            "category": entry.category,
            "class": entry.class_,
            "location": entry.location,
        },
        rules,
    )
    received = entry.received_at or now
    if received > now + SLACK:
        raise Problem(422, "received_at: tidak boleh di masa depan.", field="received_at")
    received = min(received, now)
    reporter = _reporter(entry.reporter)
    rows = _rows(rules, department)
    for _ in range(TRIES):
        if once and (known := _entered_before(once, now)):
            return known
        ticket = new_ticket(rules.code)
        lines = _lines(entry, person, department, rules, received, now)
        item = case_item(
            ticket,
            status="assigned" if department else "received",
            class_=lines[0].data["class"],
            channel=entry.channel,
            text=entry.text,
            category=entry.category,
            department=department,
            location=entry.location,
            reporter=reporter,
            contact=None,
            secret=entry.secret,
            lapor="waiting" if rows else "held",
            received_at=received,
            now=now,
        )
        result = store.open_case(item, _message(ticket, entry, received), lines, rows, once, now)
        if isinstance(result, store.Written):
            notices.announce(ticket, notices.keys(rows))
            return Entered(ticket)
        # Else the key was used a moment ago (the next look finds by whom), or the random ticket was taken.
    raise Problem(503, "Aduan belum tersimpan; silakan coba lagi.")


def _department(entry: Entry, person: Staff) -> str | None:
    if person.role not in DEPARTMENTAL:
        return entry.department
    if entry.channel != FIELD:
        raise Problem(403, "OPD hanya dapat memasukkan temuan lapangan (channel field).", field="channel")
    own = person.scope()
    if entry.department not in (None, own):
        raise Problem(403, "Temuan lapangan hanya dapat dimasukkan ke OPD sendiri.", field="department")
    return own


def _reporter(given: dict[str, Any]) -> dict[str, Any]:
    phone = given.get("phone") or None
    if phone is not None:
        phone = normalise(phone)
        if phone is None:
            raise Problem(422, "reporter.phone: bukan nomor telepon.", field="reporter.phone")
    known = {name: given.get(name) or None for name in ("name", "handle", "email")}
    return {**known, "phone": phone, "anonymous": bool(given.get("anonymous"))}


def _rows(rules: DeskRules, department: str | None) -> list[Row]:
    now_due = rules.forward == "on_receipt" or (rules.forward == "on_verified" and department is not None)
    return [Row("lapor", "case", {})] if now_due else []


def _lines(
    entry: Entry, person: Staff, department: str | None, rules: DeskRules, received: datetime, now: datetime
) -> list[Line]:
    class_ = entry.class_ or rules.categories.get(entry.category or "") or "complaint"
    data = {
        "channel": entry.channel,
        "class": class_,
        "category": entry.category,
        "location": entry.location,
        "anonymous": bool(entry.reporter.get("anonymous")),
        "secret": entry.secret,
        "entered_at": iso(now),
    }
    if entry.note:
        data["note"] = entry.note
    lines = [Line(token_hex(4), "received", iso(received), person.username, data)]
    if department:
        at = iso(max(now, received + timedelta(milliseconds=1)))
        change = {
            "before": {"status": "received", "department": None},
            "after": {"status": "assigned", "department": department},
        }
        lines.append(Line(token_hex(4), "assign", at, person.username, {"department": department, **change}))
    return lines


def _message(ticket: str, entry: Entry, received: datetime) -> dict[str, Any]:
    identifier = f"{DESK}{token_hex(8)}"
    return {
        "pk": case_key(ticket),
        "sk": message_key(identifier, received),
        "message_id": identifier,
        "channel": entry.channel,
        "kind": "text",
        "text": entry.text,
        "location": entry.location,
        "sent_at": iso(received),
        "received_at": iso(received),
    }


def _entered_before(once: Once, now: datetime) -> Entered | None:
    known = store.repetition(once, now)
    if known is None:
        return None
    if known.request != once.request:
        raise Problem(422, "Idempotency-Key ini sudah dipakai untuk permintaan lain.", field="Idempotency-Key")
    return Entered(known.ticket, repeated=True)
