"""What a case is due for next, kept beside it: queues are in this order, and lists show it without reading a timeline.

Each action works it out anew and writes it where it changed. A case that came by itself carries none until somebody
acts: its first deadline follows from the moment it was received alone. What no department has yet lies in the order
received, which is the order of its first deadline.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from chalicelib.complaints.clocks import Clock, going
from chalicelib.complaints.lifecycle import OPEN
from chalicelib.complaints.standards import choose
from chalicelib.desk import due_dates
from chalicelib.store.items import NOBODY
from chalicelib.store.keys import iso

if TYPE_CHECKING:
    from chalicelib.store.tables import Case

ANSWERED = "responded"


def place(
    ticket: str,
    received_at: str,
    status: str,
    department: str | None,
    timeline: Sequence[Mapping[str, Any]],
    now: datetime,
) -> dict[str, str | None]:
    """`{due_at, due_clock, queue, qsk}` of a case as this timeline leaves it; all None for one that is over."""
    if status not in OPEN:
        return dict.fromkeys(("due_at", "due_clock", "queue", "qsk"))
    clock = _first(timeline, now)
    due = iso(clock.due_at) if clock and clock.due_at else None
    order = due if due and department else received_at
    return {
        "due_at": due,
        "due_clock": clock.name if clock else None,
        "queue": department or NOBODY,
        "qsk": f"{order}#{ticket}",
    }


def moved(
    case: "Case", status: str, department: str | None, timeline: Sequence[Mapping[str, Any]], now: datetime
) -> dict[str, str | None]:
    """What of that an action changes. `timeline`: with the action. While a clock stands still, the case keeps the place
    it had: it must be found where it was when its reporter answers."""
    new = place(case.ticket, case.received_at, status, department, timeline, now)
    if new["due_at"] is None and status in OPEN and case.due_at:
        new |= {"due_at": case.due_at, "due_clock": case.due_clock, "qsk": f"{case.due_at}#{case.ticket}"}
        new["qsk"] = new["qsk"] if department else f"{case.received_at}#{case.ticket}"
    if status == ANSWERED and case.queue == new["queue"]:
        # It waits to be closed, which is no work of the queue (searching.py); moving it would cost two write units.
        new["qsk"] = case.qsk
    return {name: value for name, value in new.items() if value != getattr(case, name)}


def shown(case: "Case", now: datetime) -> list[dict[str, Any]]:
    """The next deadline as a list shows it, in the shape of a case's clocks; empty for a case that is over."""
    if case.status not in OPEN:
        return []
    city, calendars = due_dates.city_and_calendars()
    name, due = case.due_clock, case.due_at
    if due is None and case.status == "received":
        first = _first(
            ({"at": case.received_at, "type": "received", "actor": None, "data": {"class": case.class_}},), now
        )
        name, due = (first.name, iso(first.due_at)) if first and first.due_at else (None, None)
    if name is None or due is None:
        return []
    calendar = calendars.of(case.department)
    received_on = calendars.of().date_of(datetime.fromisoformat(case.received_at))
    standard = choose(city, case.class_, name, received_on, calendars.of().date_of(now))
    return [
        {
            "name": name,
            "due_at": due,
            "due_on": calendar.last_date(datetime.fromisoformat(due)).isoformat(),
            "state": "paused" if _stands_still(case, standard) else "breached" if due < iso(now) else "running",
            "ended_at": None,
            "legal_basis": standard.legal_basis if standard else None,
            "no_calendar": None,
        }
    ]


def due_at(case: "Case", now: datetime) -> str | None:
    """When an open case is due next, or None."""
    return next((clock["due_at"] for clock in shown(case, now)), None)


def _stands_still(case: "Case", standard: Any) -> bool:
    return case.status == "waiting" and bool(standard and standard.pause)


def _first(timeline: Sequence[Mapping[str, Any]], now: datetime) -> Clock | None:
    city, calendars = due_dates.city_and_calendars()
    due = [clock for clock in going(timeline, city, now, calendars) if clock.due_at]
    return min(due, key=lambda clock: clock.due_at or now, default=None)
