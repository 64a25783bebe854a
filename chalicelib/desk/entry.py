"""Cases that staff enter: a phone call, a visit to the counter, a finding of their own in the field."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from secrets import token_hex
from typing import TYPE_CHECKING, Any

import msgspec

from chalicelib.complaints.lifecycle import State
from chalicelib.complaints.phone import normalise
from chalicelib.complaints.ticket import new_ticket
from chalicelib.desk import due_dates, history, lookout, names, next_due, triage
from chalicelib.desk.history import Step
from chalicelib.desk.people import DEPARTMENTAL, Staff
from chalicelib.problems import Problem
from chalicelib.store import cases, cities, queues
from chalicelib.store import casework as store
from chalicelib.store.casework import Line, Once
from chalicelib.store.cities import DeskRules
from chalicelib.store.items import FILING, Row, case_item
from chalicelib.store.keys import case_key, iso, message_key
from chalicelib.store.transaction import pause

if TYPE_CHECKING:
    from chalicelib.complaints.routing import Suggestion

FIELD = "field"
# What the desk wrote down is a message too; its id says that no provider gave it.
DESK = "desk-"
# A caller's clock and ours may differ by a little.
SLACK = timedelta(minutes=2)
# Before it there was no such service; years of two digits and of none are slips.
EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
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
    external_id: str | None = None
    """What another system calls it. One case for each, and a past that is not filed in LAPOR! as if it were new."""
    history: tuple[Step, ...] = ()
    """What happened to it since it was received, the oldest first."""


@dataclass(frozen=True, slots=True)
class Entered:
    """The ticket of the case; `repeated`: it had been entered before, under the same Idempotency-Key or
    `external_id`."""

    ticket: str
    repeated: bool = False
    suggestion: "Suggestion | None" = None


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
    if received < EARLIEST:
        raise Problem(422, "received_at: terlalu lampau.", field="received_at")
    received = min(received, now)
    _importable(entry, person)
    reporter = _reporter(entry.reporter)
    suggestion = triage.suggest_for(entry) if entry.category is None else None
    entry, by_routing = _with_suggestion(_with_kelurahan(entry), department, suggestion, rules)
    department = department or by_routing
    first = _state(entry, rules)
    state, past = history.lines(first, entry.history, rules, received=received, now=now)
    if department:
        state = msgspec.structs.replace(state, status="assigned", department=department)
    rows = [] if entry.external_id or past else _rows(rules, department)
    for attempt in range(TRIES):
        if attempt:
            pause(attempt)
        if once and (known := _entered_before(once, person, now)):
            return known
        ticket = new_ticket(rules.code)
        lines = [_received(entry, person, first, received, now), *past]
        if department:
            lines.append(_assigned(department, "system" if by_routing else person.username, received, now))
        item = _case(ticket, entry, state, reporter, lapor="waiting" if rows else "held", received=received, now=now)
        told: list[dict[str, Any]] = [
            {"at": line.at, "actor": line.actor, "type": line.type, "data": line.data} for line in lines
        ]
        for number, event in enumerate(told):
            event["data"] |= due_dates.written_down(told[:number], event)
        item |= lookout.first(ticket, state.status, told, now)
        item |= next_due.place(ticket, item["received_at"], state.status, state.department, told, now)
        message = _message(ticket, entry, received)
        result = store.open_case(item, message, lines, rows, once, now, external_id=entry.external_id)
        if isinstance(result, store.Written):
            queues.announce(ticket, queues.keys(rows))
            return Entered(ticket, suggestion=suggestion)
        if isinstance(result, store.Known):
            return Entered(result.ticket, repeated=True)
        # Else the key was used a moment ago (the next look finds by whom), the random ticket was taken, or others
        # wrote the same share of the ledger.
    raise Problem(503, "Aduan belum tersimpan; silakan coba lagi.")


def first_items(
    ticket: str, entry: Entry, person: Staff, rules: DeskRules
) -> tuple[State, dict[str, Any], dict[str, Any], Line]:
    """A new case, its first message and the first line of its timeline as they are stored when nobody is to be told
    of it: a replay's. `entry` says when it was received."""
    received, state = entry.received_at, _state(entry, rules)
    if received is None:
        raise ValueError("a replayed case was received at some time")
    item = _case(ticket, entry, state, _reporter(entry.reporter), lapor="held", received=received, now=received)
    return state, item, _message(ticket, entry, received), _received(entry, person, state, received, received)


def _importable(entry: Entry, person: Staff) -> None:
    if not entry.external_id and not entry.history:
        return
    field = "history" if entry.history else "external_id"
    if person.role in DEPARTMENTAL:
        raise Problem(403, "Impor hanya untuk admin dan operator.", field=field)
    if len(entry.history) > history.LONGEST:
        raise Problem(422, f"history: paling banyak {history.LONGEST} langkah.", field="history")
    if entry.history and entry.department:
        raise Problem(422, "department: sebutkan sebagai langkah assign dalam history.", field="department")


def _with_kelurahan(entry: Entry) -> Entry:
    """The entry in the kelurahan that its text or its place tells, unless one was named."""
    place = entry.location or {}
    if place.get("kelurahan") is not None or not (found := triage.kelurahan_for(entry)):
        return entry
    return replace(entry, location={**place, "kelurahan": found})


def _with_suggestion(
    entry: Entry, department: str | None, found: "Suggestion | None", rules: DeskRules
) -> tuple[Entry, str | None]:
    """The entry with the category that routing is sure of, and the department where the city lets routing assign. A
    department that people named is stronger than a category that belongs to another."""
    if found is None:
        return entry, None
    if found.category not in rules.categories or department not in (None, found.department):
        return entry, None
    alone = department is None and not entry.external_id and not entry.history
    by_routing = found.department if alone and triage.assigns() else None
    return replace(entry, category=found.category), by_routing


def _state(entry: Entry, rules: DeskRules) -> State:
    return State(
        class_=entry.class_ or rules.categories.get(entry.category or "") or "complaint",
        category=entry.category,
        location=entry.location,
        anonymous=bool(entry.reporter.get("anonymous")),
        secret=entry.secret,
    )


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
    return [FILING] if now_due else []


def _received(entry: Entry, person: Staff, state: State, received: datetime, now: datetime) -> Line:
    data = {
        "channel": entry.channel,
        "class": state.class_,
        "category": state.category,
        "location": state.location,
        "anonymous": state.anonymous,
        "secret": state.secret,
        "entered_at": iso(now),
    }
    if entry.note:
        data["note"] = entry.note
    return Line(token_hex(4), "received", iso(received), person.username, data)


def _assigned(department: str, actor: str, received: datetime, now: datetime) -> Line:
    at = iso(max(now, received + timedelta(milliseconds=1)))
    change = {
        "before": {"status": "received", "department": None},
        "after": {"status": "assigned", "department": department},
    }
    return Line(token_hex(4), "assign", at, actor, {"department": department, **change})


def _case(
    ticket: str,
    entry: Entry,
    state: State,
    reporter: dict[str, Any],
    *,
    lapor: str,
    received: datetime,
    now: datetime,
) -> dict[str, Any]:
    item = case_item(
        ticket,
        status=state.status,
        class_=state.class_ or "complaint",
        channel=entry.channel,
        text=entry.text,
        category=state.category,
        department=state.department,
        location=state.location,
        reporter={**reporter, "anonymous": state.anonymous},
        contact=None,
        secret=state.secret,
        lapor=lapor,
        received_at=received,
        now=now,
    )
    return {**item, **history.attributes(state)}


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


def _entered_before(once: Once, person: Staff, now: datetime) -> Entered | None:
    known = store.repetition(once, now)
    if known is None:
        return None
    if known.request != once.request:
        raise Problem(422, "Idempotency-Key ini sudah dipakai untuk permintaan lain.", field="Idempotency-Key")
    scope = person.scope()
    if scope is not None and (case := cases.get(known.ticket)) and case.department != scope:
        raise Problem(404, "Permintaan ini sudah dilakukan; aduannya kini di OPD lain.")
    return Entered(known.ticket, repeated=True)
