"""Finding cases: which index answers a question, within whose scope, and what is passed over on the way."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec

from chalicelib.complaints.phone import normalise as normalise_phone
from chalicelib.complaints.ticket import normalise
from chalicelib.desk import casework, next_due, views
from chalicelib.desk.people import Staff
from chalicelib.problems import Problem
from chalicelib.store import cases, cities, listing
from chalicelib.store.items import NOBODY
from chalicelib.store.keys import digest, iso, person_key
from chalicelib.store.listing import Page, Walk
from chalicelib.store.tables import CASES, Case

# Later than any deadline.
NEVER = "9999"
# Of a queue only answered cases are passed over.
A_FEW = 25


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is looked for; None is no matter. `status`: any of these. `queue`: the work to be done, what is due first at
    the top; a case that is answered is in it only where its status is asked for."""

    status: tuple[str, ...] | None = None
    department: str | None = None
    category: str | None = None
    channel: str | None = None
    kelurahan: str | None = None
    class_: str | None = None
    due_before: datetime | None = None
    updated_after: datetime | None = None
    received_after: datetime | None = None
    received_before: datetime | None = None
    q: str | None = None
    phone: str | None = None
    handle: str | None = None
    queue: bool = False


def find(wanted: Question, person: Staff, *, limit: int, cursor: str | None, now: datetime) -> Page:
    """A page of the cases in the person's scope that answer the question. Raises Problem, BadCursor."""
    scope = person.scope()
    if scope is not None and wanted.department not in (None, scope):
        return Page([], None)  # another department's cases do not exist for him
    if wanted.q and (ticket := _whole_ticket(wanted.q)):
        case = cases.get(ticket)
        ours = case is not None and case.series is None and scope in (None, case.department)
        fits = case is not None and ours and _fits(case, wanted, now, whole=True)
        return Page([case] if case is not None and fits else [], None)
    walk = _walk(wanted, scope, now)
    return listing.page(
        walk,
        lambda case: scope in (None, case.department) and _fits(case, wanted, now),
        at_once=_at_once(wanted, walk),
        limit=limit,
        cursor=cursor,
    )


def every(wanted: Question, person: Staff, now: datetime) -> Iterator[Case]:
    """All cases in the person's scope that answer the question, a page in memory at a time. Raises Problem."""
    cursor = None
    while True:
        page = find(wanted, person, limit=listing.AT_ONCE, cursor=cursor, now=now)
        yield from page.items
        cursor = page.next
        if cursor is None:
            return


def find_caller(wanted: Question, person: Staff, *, limit: int, cursor: str | None, now: datetime) -> Page:
    """A page of one citizen's cases, by exactly one of his number and his handle. Raises Problem, BadCursor."""
    if bool(wanted.phone) == bool(wanted.handle):
        raise Problem(422, "Sebutkan salah satu: phone atau handle.", field="phone")
    return find(wanted, person, limit=limit, cursor=cursor, now=now)


def view(page: Page, person: Staff, now: datetime) -> dict[str, Any]:
    """A page as the person who asked sees it."""
    rules = cities.desk_rules() if page.items else None
    items = [
        views.summary(case, casework.actions(case, person, rules)) | {"clocks": next_due.shown(case, now)}
        for case in page.items
        if rules
    ]
    return {"items": [views.for_reader(item, person) for item in items], "next": page.next}


def _walk(wanted: Question, scope: str | None, now: datetime) -> Walk:
    department = scope or wanted.department
    question = digest(msgspec.json.encode([scope, wanted]).decode(), 16)
    after = iso(wanted.received_after) if wanted.received_after else None
    before = iso(wanted.received_before) if wanted.received_before else None
    if wanted.phone is not None:
        number = normalise_phone(wanted.phone)
        if number is None:
            raise Problem(422, "phone: bukan nomor telepon.", field="phone")
        return Walk("by_person", [person_key(number, None) or ""], question, True, after, before)
    if wanted.handle is not None:
        return Walk("by_person", [person_key(None, wanted.handle) or ""], question, True, after, before)
    if wanted.queue or wanted.due_before:
        due = iso(wanted.due_before) if wanted.due_before else None
        return Walk("by_queue", _queues(wanted, department), question, before=due)
    # Who follows changes asks again from the newest he saw. What changes while he is walking is left to the next time:
    # else a case that he has passed already would be older than that, and never be seen.
    as_of = iso(now) if wanted.updated_after else None
    if scope:
        # Not by day: a position among the city's changes would name cases that are not his.
        return Walk("by_department", [scope], question, True, after, before, as_of)
    if wanted.updated_after:
        return Walk("by_updated", listing.days(wanted.updated_after.date(), now.date()), question, as_of=as_of)
    if department:
        return Walk("by_department", [department], question, True, after, before)
    return Walk("by_received", [CASES], question, True, after, before)


def _queues(wanted: Question, department: str | None) -> list[str]:
    """Whose queue: a department's, the desk's own (what nobody has yet), or one after the other for a due date."""
    if department:
        return [department]
    if wanted.queue:
        return [NOBODY]
    rules = cities.desk_rules()
    return [NOBODY, *rules.departments, *rules.former]


def _at_once(wanted: Question, walk: Walk) -> int:
    """How many keys to read at least: what an index is keyed by refuses nothing, a queue little, a filter most."""
    by_key = {"department", "phone", "handle", "received_after", "received_before"}
    if walk.index == "by_updated" or any(getattr(wanted, name) for name in set(wanted.__slots__) - by_key - {"queue"}):
        return listing.AT_ONCE
    return A_FEW if wanted.queue else 1


def _fits(case: Case, wanted: Question, now: datetime, *, whole: bool = False) -> bool:
    place: dict[str, Any] = case.location or {}
    pairs = (
        (wanted.department, case.department),
        (wanted.category, case.category),
        (wanted.channel, case.channel),
        (wanted.class_, case.class_),
        (wanted.kelurahan, place.get("kelurahan")),
    )
    if any(asked is not None and asked != held for asked, held in pairs):
        return False
    if wanted.status is not None and case.status not in wanted.status:
        return False
    if wanted.updated_after and case.updated_at <= iso(wanted.updated_after):
        return False
    if wanted.received_after and case.received_at < iso(wanted.received_after):
        return False
    if wanted.received_before and case.received_at >= iso(wanted.received_before):
        return False
    if (wanted.queue or wanted.due_before) and case.queue is None:
        return False
    if wanted.queue and wanted.status is None and case.status == next_due.ANSWERED:
        return False
    if wanted.due_before and (next_due.due_at(case, now) or NEVER) >= iso(wanted.due_before):
        return False
    return whole or not wanted.q or _letters(wanted.q) in _letters(case.ticket)


def _whole_ticket(text: str) -> str | None:
    """A ticket number as people say it, with or without the city's code."""
    return normalise(text) or normalise(f"{cities.intake_rules().code}{text}")


def _letters(text: str) -> str:
    return "".join(letter for letter in text.upper() if letter.isalnum())
