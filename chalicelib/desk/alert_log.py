"""Who was told what and when, and what became of it: the deliveries as staff see them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chalicelib.desk import casework
from chalicelib.desk.people import DEPARTMENTAL, Staff
from chalicelib.problems import Problem
from chalicelib.store import alert_lists, cursors
from chalicelib.store.deliveries import STATES, VOID, Delivery
from chalicelib.store.keys import iso

# Messages a page may look at: a filter that fits few must not walk through a year.
MOST_LOOKED_AT = 300
AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which messages. Times are UTC; `until` is not included."""

    since: datetime
    until: datetime
    ticket: str | None = None
    state: str | None = None


def listed(wanted: Wanted, person: Staff, *, limit: int, cursor: str | None) -> tuple[list[dict[str, Any]], str | None]:
    """A page of messages, the newest first, and where the next begins. A department's people see its own. Raises
    Problem."""
    scope = person.department if person.role in DEPARTMENTAL else None
    if person.role in DEPARTMENTAL and not scope:
        raise Problem(403, f"Peran {person.role} tidak mencakup data aduan.")
    if wanted.state is not None and wanted.state not in STATES:
        raise Problem(400, f"state: salah satu dari {', '.join(STATES)}.", field="state")

    def fits(one: Delivery) -> bool:
        if one.state == VOID and wanted.state != VOID:
            return False  # was never sent: another message took its place
        return wanted.state in (None, one.state)

    if wanted.ticket is not None:
        return _of_case(wanted, person, scope, fits), None
    return _walk(wanted, scope, fits, limit=limit, cursor=cursor)


def _of_case(
    wanted: Wanted, person: Staff, scope: str | None, fits: Callable[[Delivery], bool]
) -> list[dict[str, Any]]:
    reader = Staff(person.username, "auditor", None) if person.role == "executive" else person
    found = casework.visible(wanted.ticket or "", reader)
    since, until = iso(wanted.since), iso(wanted.until)
    held = {found.case.department, *((event.data or {}).get("department") for event in found.events)}
    departments = sorted(one for one in held if isinstance(one, str) and scope in (None, one))
    return [
        view(one)
        for one in alert_lists.of_case(found.case.ticket, departments, since=since, until=until)
        if fits(one) and since <= one.at < until and (scope is None or one.department == f"ALERT#{scope}")
    ]


def _walk(
    wanted: Wanted, scope: str | None, fits: Callable[[Delivery], bool], *, limit: int, cursor: str | None
) -> tuple[list[dict[str, Any]], str | None]:
    since, until = iso(wanted.since), iso(wanted.until)
    question = f"{scope} {since} {until} {wanted.state}"
    after, found, looked = _position(cursor, question), list[Delivery](), 0
    while looked < MOST_LOOKED_AT:
        page = alert_lists.listed(scope, since=since, until=until, limit=AT_ONCE, after=after)
        for one in page.items:
            looked, after = looked + 1, one.lsk
            if fits(one):
                found.append(one)
            if len(found) == limit:
                return [view(one) for one in found], cursors.encode((question, after))
        if not page.more:
            return [view(one) for one in found], None
        after = page.last
    return [view(one) for one in found], cursors.encode((question, after))


def view(one: Delivery) -> dict[str, Any]:
    """A message as staff see it: to which office, never to which address."""
    return {
        "id": one.id,
        "at": one.at,
        "kind": one.kind,
        "role": one.role,
        "name": one.name,
        "department": one.department.removeprefix("ALERT#") if one.department else None,
        "channel": one.channel,
        "state": one.state,
        "summary": one.summary,
        "tickets": one.tickets or [],
        "reason": one.reason,
        "receipts": one.receipts or {},
        "acted": [
            {"ticket": ticket, "action": action}
            for ticket, _, action in (text.partition(" ") for text in sorted(one.acted or ()))
        ],
        "about": one.about,
    }


def _position(cursor: str | None, question: str) -> str | None:
    if cursor is None:
        return None
    asked, after = cursors.decode(cursor, tuple[str, str])
    if asked != question or not (20 < len(after) < 100 and after.isascii()):
        raise cursors.BadCursor
    return after
