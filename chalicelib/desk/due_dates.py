"""The city's time as the desk reckons with it, and the due dates that the timeline keeps.

Due dates are worked out anew at every look, but what is over stays as it was: the line that ends a clock says when it
was due then, so that a list of holidays that changes later changes no past (complaints/clock_runs.py).
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from chalicelib.complaints.clock_runs import CALLED_OFF_BY, MET_BY, moment
from chalicelib.complaints.clocks import Clock, clocks, going
from chalicelib.complaints.sending_hours import SendingHours
from chalicelib.problems import Problem
from chalicelib.store import cities
from chalicelib.store.keys import iso

if TYPE_CHECKING:
    from chalicelib.complaints.city import City

# What can end a clock, and what moves the due date of one that goes on, so that one written down before is stale.
ENDS = frozenset({*CALLED_OFF_BY, *(kind for kinds in MET_BY.values() for kind in kinds), "transfer", "reopen"})
MOVES = frozenset({"extend", "set", "resume"})

_calendars: tuple["City", SendingHours] | None = None


def city_and_calendars() -> tuple["City", SendingHours]:
    """The city in force and its calendars, the hours of telling beside them, worked out once for as long as the store
    keeps this city."""
    global _calendars  # noqa: PLW0603 - one process, one city
    city = cities.current()
    if _calendars is None or _calendars[0] is not city:
        _calendars = (city, SendingHours(city))
    return _calendars


def written_down(timeline: Sequence[Mapping[str, Any]], event: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """`{"due": {clock: moment}}` to be kept with an event that follows the timeline: of the clocks it ends, or whose
    due date it moves; empty where there are none."""
    if event["type"] not in ENDS | MOVES:
        return {}
    city, calendars = city_and_calendars()
    at = moment(event["at"])
    found = clocks([*_without_dates(timeline), event], city, at, calendars)
    due = {
        clock.name: iso(clock.due_at)
        for clock in found
        if clock.due_at and (_ended_at(clock) == at or (event["type"] in MOVES and not clock.over))
    }
    return {"due": due} if due else {}


def check_extension(timeline: Sequence[Mapping[str, Any]], name: str, at: datetime) -> None:
    """Whether there is something to extend: a run of that clock that goes on and is not late. Raises Problem."""
    city, calendars = city_and_calendars()
    running = [clock for clock in going(timeline, city, at, calendars) if clock.name == name]
    if not running:
        raise Problem(422, "clock: tenggat ini tidak sedang berjalan; tidak ada yang diperpanjang.", field="clock")
    if any(clock.due_at is not None and clock.due_at < at for clock in running):
        raise Problem(422, "clock: tenggat ini sudah lewat; perpanjangan tidak lagi berlaku.", field="clock")


def _without_dates(timeline: Iterable[Mapping[str, Any]]) -> Iterable[Mapping[str, Any]]:
    """The timeline without what was written down before: the question is what is so now."""
    for event in timeline:
        data = event.get("data") or {}
        yield {**event, "data": {name: data[name] for name in data if name != "due"}} if "due" in data else event


def _ended_at(clock: Clock) -> Any:
    ended = clock.met or clock.cancelled
    return ended.at if ended else None
