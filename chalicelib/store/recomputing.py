"""How far the open deadlines have followed the city's calendar, and the line that says that one moved."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from pynamodb.expressions.update import Action

from chalicelib.store import listing
from chalicelib.store.casework import as_read
from chalicelib.store.conditional import update
from chalicelib.store.items import CLOCKS, NOBODY, event_item
from chalicelib.store.keys import case_key, iso
from chalicelib.store.tables import COMPLAINTS_TABLE, META, CalendarMark, Case
from chalicelib.store.transaction import Transaction, assignments

AT_ONCE = 50
TOUCHED = "touched#"


def mark() -> CalendarMark | None:
    """How far it is; None while no city was applied."""
    try:
        return CalendarMark.get("RUN#calendar", consistent_read=True)
    except CalendarMark.DoesNotExist:
        return None


def begin(known: CalendarMark, now: datetime) -> bool:
    """Set out for the version that is wanted; False: another run did. `now`: real time, to find again what is
    handed from one queue to another meanwhile."""
    actions: list[Action] = [CalendarMark.to.set(known.wanted), CalendarMark.began.set(iso(now))]
    return update(known, actions, CalendarMark.to.does_not_exist() & (CalendarMark.done == known.done))


def keep_place(known: CalendarMark, station: str, after: str | None) -> None:
    """Note how far this run came."""
    place = CalendarMark.after.set(after) if after else CalendarMark.after.remove()
    update(known, [CalendarMark.station.set(station), place], CalendarMark.to == known.to)


def finish(known: CalendarMark) -> None:
    """Every open case has been looked at for the version under way."""
    actions: list[Action] = [CalendarMark.done.set(known.to), CalendarMark.to.remove(), CalendarMark.began.remove()]
    actions += [CalendarMark.station.remove(), CalendarMark.after.remove()]
    update(known, actions, CalendarMark.to == known.to)


def stations(departments: Iterable[str], began: str) -> list[str]:
    """Where open cases are found, in order: each queue, then the days since it began, for what moved between them."""
    first = datetime.fromisoformat(began).date()
    days = listing.days(first, max(first, datetime.now(UTC).date()))
    return [NOBODY, *sorted(set(departments)), *(f"{TOUCHED}{day}" for day in days)]


def tickets(station: str, after: str | None, began: str) -> list[tuple[str | None, str]]:
    """The next open cases of a station, at most AT_ONCE, each with the key to go on from; None for what is passed
    over."""
    if not station.startswith(TOUCHED):
        queued = Case.by_queue.query(station, Case.qsk > after if after else None, limit=AT_ONCE)
        return [(str(item.qsk).rpartition("#")[2], str(item.qsk)) for item in queued]
    day = station.removeprefix(TOUCHED)
    keys = [item.pk for item in Case.by_updated.query(day, Case.pk > after if after else None, limit=AT_ONCE)]
    whole = {case.pk: case for case in Case.batch_get([(key, META) for key in keys])} if keys else {}
    return [(case.ticket if (case := whole.get(key)) and _touched(case, began) else None, key) for key in keys]


def _touched(case: Case, began: str) -> bool:
    return case.queue is not None and case.updated_at >= began


def write(
    case: Case,
    attributes: Mapping[str, Any],
    *,
    version: int,
    line: Mapping[str, Any] | None,
    identifier: str,
    at: str,
    statuses: Sequence[str],
) -> bool:
    """Put the line into the timeline, once for each version, and change the case's attributes (None: removed); False:
    it changed since it was read."""
    transaction = Transaction()
    open_ones = {f":open{number}": status for number, status in enumerate(statuses)}
    read, known = as_read(case)
    terms, known = [read, f"#status IN ({', '.join(open_ones)})"], {**known, **open_ones}
    wanted = dict(attributes)
    if line is not None:
        transaction.put(COMPLAINTS_TABLE, event_item(case.ticket, identifier, "deadline", at, "system", line))
        wanted |= {"recomputed": version, "updated_at": at, "updated_on": at[:10]}
        terms.append("(attribute_not_exists(recomputed) OR recomputed < :version)")
        known[":version"] = version
    expression, names, values = assignments(wanted)
    names["#status"] = "status"
    key = {"pk": case_key(case.ticket), "sk": META}
    transaction.update(COMPLAINTS_TABLE, key, expression, values, (" AND ".join(terms), known), names)
    return transaction.commit() is None


def look_now(ticket: str, now: datetime, statuses: Sequence[str]) -> None:
    """Have the sweep of alerts look at the case at `now`, if it is open and would be looked at later: what could not be
    worked out here is worked out there."""
    look = f"{iso(now)}#{ticket}"
    update(
        Case(pk=case_key(ticket), sk=META),
        [Case.opk.set(CLOCKS), Case.osk.set(look)],
        Case.queue.exists() & Case.status.is_in(*statuses) & (Case.osk.does_not_exist() | (Case.osk > look)),
    )
