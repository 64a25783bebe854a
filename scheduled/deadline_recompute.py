"""Every quarter of an hour: where the city's calendar changed, write into each open case whose due date moved what it
was, what it is and why, and have it looked at earlier where somebody must hear of it earlier.

A mark says from which version of the city to which, and how far: a run without time left, or killed anywhere, is gone
on with by the next. A line is written once for each version and case (a condition on the case), whoever runs twice.
"""

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from secrets import token_hex
from typing import TYPE_CHECKING, Any

import msgspec

from chalicelib import logs
from chalicelib.complaints import alerting, recompute
from chalicelib.complaints.calendar import Calendars
from chalicelib.complaints.city import from_stored
from chalicelib.complaints.lifecycle import OPEN
from chalicelib.complaints.sending_hours import SendingHours
from chalicelib.desk import casework, lookout, next_due
from chalicelib.store import cases, cities, recomputing
from chalicelib.store.keys import iso
from chalicelib.store.tables import CalendarMark

if TYPE_CHECKING:
    from chalicelib.complaints.city import City

SECONDS = 240.0
TRIES = 5


class NotWritten(RuntimeError):
    """Some cases were changed again and again while their deadlines were to be written, or could not be read: their
    timelines lack the line. Their clocks are right all the same, and the sweep of alerts looks at them at once."""


@dataclass(frozen=True, slots=True)
class Step:
    """From one version of the city to another."""

    version: int
    in_force: datetime
    old: tuple["City", Calendars]
    new: tuple["City", SendingHours]
    between: tuple[recompute.Version, ...]
    """What was in force for a while between the two."""
    why: tuple[str, ...]
    """What changed since the former, and since each of those between."""


def run(now: datetime) -> dict[str, Any]:
    """Follow the city's calendar as of `now`; answers how many cases were looked at, in how many a due date moved,
    and whether anything is left."""
    until = time.monotonic() + SECONDS
    looked_at = moved = failed = 0
    while (known := recomputing.mark()) is not None and (known.to or known.done < known.wanted):
        if not known.to and not recomputing.begin(known, datetime.now(UTC)):
            continue  # another run set out a moment ago; go along with it
        step = _step(known)
        done = True
        if step is not None:
            cities.forget()  # what a warm process remembers may be the former city
            counts, done = _all(known, step, now, until)
            looked_at, moved, failed = looked_at + counts[0], moved + counts[1], failed + counts[2]
        if not done:
            break
        recomputing.finish(known)
    left = known is not None and bool(known.to or known.done < known.wanted)
    if looked_at or left:
        logs.event("deadlines_recomputed", job="deadline_recompute", count=moved, failed=failed)
    if failed:
        raise NotWritten(str(failed))
    return {"looked_at": looked_at, "moved": moved, "left": left}


def _step(known: CalendarMark) -> Step | None:
    """What lies between the two versions; None where no due date can depend on it, or the former was not kept."""
    old_item, new_item = cities.kept(int(known.done)), cities.kept(int(known.to))
    if old_item is None or new_item is None:
        logs.event("city_not_kept", level=logs.ERROR, job="deadline_recompute")
        return None
    try:
        old, new = from_stored(old_item.config), from_stored(new_item.config)
    except msgspec.ValidationError as error:  # written by a version of this code that knew other shapes
        logs.failure("city_not_kept", error, job="deadline_recompute")
        return None
    if not recompute.changes(old, new):
        return None
    between = tuple(_between(int(known.done), int(known.to)))
    why = tuple(recompute.why(recompute.changes(one, new), new) for one in (old, *(one.city for one in between)))
    in_force = datetime.fromisoformat(new_item.applied_at)
    return Step(int(known.to), in_force, (old, Calendars(old)), (new, SendingHours(new)), between, why)


def _between(done: int, to: int) -> Iterator[recompute.Version]:
    """The versions that came after the one and before the other, as far as they can be read: what began by another is
    told from the one before."""
    for version in range(done + 1, to):
        item = cities.kept(version)
        try:
            city = from_stored(item.config) if item else None
        except msgspec.ValidationError:
            continue
        if item and city:
            yield recompute.Version(datetime.fromisoformat(item.applied_at), city, Calendars(city))


def _all(known: CalendarMark, step: Step, now: datetime, until: float) -> tuple[tuple[int, int, int], bool]:
    """Look at every open case from where the last run stopped; how many, how many moved, how many could not be done,
    and whether it came to the end."""
    departments = [one.id for city, _ in (step.old, step.new) for one in city.departments]
    departments += cities.desk_rules().former
    way = recomputing.stations(departments, str(known.began))
    looked_at = moved = failed = 0
    after: str | None = known.after
    for station in way[way.index(known.station) if known.station in way else 0 :]:
        while True:
            found = recomputing.tickets(station, after, str(known.began))
            for ticket, key in found:
                if time.monotonic() > until:
                    recomputing.keep_place(known, station, after)
                    return (looked_at, moved, failed), False
                after = key
                if ticket:
                    looked_at += 1
                    try:
                        moved += _case(ticket, step, now)
                    except Exception as error:  # one case that cannot be read does not stop the city's
                        logs.failure("deadline_not_written", error, job="deadline_recompute", ticket=ticket)
                        failed += 1
                        # Its earlier alert must not be lost. Where even that fails the run ends, and is gone on with.
                        recomputing.look_now(ticket, now, OPEN)
            if len(found) < recomputing.AT_ONCE:
                break
            recomputing.keep_place(known, station, after)
        after = None
    return (looked_at, moved, failed), True


def _case(ticket: str, step: Step, now: datetime) -> bool:
    """Whether a due date of the case moved; then its timeline says so."""
    for _ in range(TRIES):
        found = cases.dossier(ticket)
        if found is None or found.case.status not in OPEN or int(found.case.recomputed or 0) >= step.version:
            return False
        case, timeline = found.case, casework.timeline(found)
        at = casework.following(case, now)
        moved = recompute.moved(timeline, step.old, step.new, at, in_force=step.in_force, between=step.between)
        line = _line(moved, step) if moved else None
        attributes = lookout.earlier(case, alerting.next_moment(timeline, step.new[0], at, step.new[1]))
        if line is not None:
            attributes |= next_due.moved(case, case.status, case.department, timeline, at)
        if line is None and not attributes:
            return False
        if recomputing.write(
            case, attributes, version=step.version, line=line, identifier=token_hex(4), at=iso(at), statuses=OPEN
        ):
            return line is not None
    raise NotWritten(ticket)


def _line(moved: recompute.Moved, step: Step) -> dict[str, Any]:
    """The data of the timeline's line. `due`: for clocks that end without a due date of their own."""
    before, after = _told(moved.before.items()), _told(moved.after.items())
    due = {name: at for name, at in after.items() if at}
    return {"why": step.why[moved.since], "city_version": step.version, "before": before, "after": after, "due": due}


def _told(dates: Iterable[tuple[str, datetime | None]]) -> dict[str, str | None]:
    return {name: iso(at) if at else None for name, at in dates}
