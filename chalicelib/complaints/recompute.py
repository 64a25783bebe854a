"""What another calendar means for open deadlines: which move, from when to when, and why.

Due dates are worked out from the city in force at every look, so a changed holiday list moves them by itself. What is
made here is the record of it: one line in the timeline of each case whose due date really moved.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from chalicelib.complaints.calendar import Calendars
from chalicelib.complaints.city import Change, difference
from chalicelib.complaints.clock_runs import moment
from chalicelib.complaints.clocks import Clock, clocks
from chalicelib.complaints.explain import CLOCK_NAMES

if TYPE_CHECKING:
    from chalicelib.complaints.city import City

# What of a city due dates depend on; of its departments, these members.
PARTS = ("zone", "hours", "hours_periods", "holidays", "cuti_bersama_is_holiday", "standards")
OF_DEPARTMENTS = ("hours", "works_on_holidays")
# What moves no due date, but when somebody is told of it: a case may have to be looked at sooner.
LADDER = ("alerts", "alerting")
MOST_NAMED = 5

_HOLIDAY = {"opening": ("hari buka khusus", "hari buka khusus dicabut")}
_ANY_HOLIDAY = ("libur baru", "libur dicabut")
_WHOLE = {
    "zone": "zona waktu kota",
    "hours": "jam kerja kota",
    "hours_periods": "jam kerja berkala",
    "holidays": "daftar libur",
    "cuti_bersama_is_holiday": "cuti bersama dihitung lain",
    "standards": "standar layanan",
}


@dataclass(frozen=True, slots=True)
class Moved:
    """The running clocks of a case whose due date is another now, by name. None: no due date (it stands still, or the
    calendar of a year is missing)."""

    before: dict[str, datetime | None]
    after: dict[str, datetime | None]
    since: int = 0
    """Which version the first of them began by: 0 the former, else a number of those between, from 1."""


@dataclass(frozen=True, slots=True)
class Version:
    """A version of the city that was in force from a moment on."""

    in_force: datetime
    city: "City"
    calendars: Calendars


def changes(old: "City", new: "City") -> list[Change]:
    """The differences that due dates, or when they are told of, may depend on; none: nothing can move."""
    return [change for change in difference(old, new) if _matters(change.path)]


def why(found: Sequence[Change], new: "City") -> str:
    """The reason in words: what of the calendar changed."""
    told = list(dict.fromkeys(_told(found, new)))
    more = len(told) - MOST_NAMED
    named = "; ".join(told[:MOST_NAMED])
    return f"Kalender kota berubah: {named}" + (f"; dan {more} perubahan lain." if more > 0 else ".")


def moved(
    timeline: Sequence[Mapping[str, Any]],
    old: tuple["City", Calendars],
    new: tuple["City", Calendars],
    now: datetime,
    *,
    in_force: datetime,
    between: Sequence[Version] = (),
) -> Moved | None:
    """What moves for one case, or None. Clocks that are over, and those that began after the new calendar was
    `in_force`, never had another due date. `between`: the versions between the two, in order; a clock that began by one
    of them had its due date by that one, never by `old`."""
    former = [old, *((one.city, one.calendars) for one in between)]
    going = {number: _going(timeline, city, calendars, now) for number, (city, calendars) in enumerate((*former, new))}
    told, entered = going.pop(len(former)), _entered(timeline)
    before: dict[str, datetime | None] = {}
    after: dict[str, datetime | None] = {}
    versions: list[int] = []
    for name in CLOCK_NAMES:
        clock = told.get(name) or going[0].get(name)
        # One that was entered later than it was received was known to nobody before.
        known = max(clock.opened, entered or clock.opened) if clock else in_force
        if known >= in_force:
            continue
        number = sum(one.in_force <= known for one in between)
        dates = [_due(found.get(name)) for found in (going[number], told)]
        if dates[0] != dates[1]:
            before[name], after[name] = dates
            versions.append(number)
    return Moved(before, after, min(versions)) if versions else None


def _going(
    timeline: Sequence[Mapping[str, Any]], city: "City", calendars: Calendars, now: datetime
) -> dict[str, Clock]:
    return {clock.name: clock for clock in clocks(timeline, city, now, calendars) if not clock.over}


def _due(clock: Clock | None) -> datetime | None:
    return clock.due_at if clock else None


def _entered(timeline: Sequence[Mapping[str, Any]]) -> datetime | None:
    """When the desk entered the case; None where it came by itself."""
    at = next((event["data"].get("entered_at") for event in timeline if event["type"] == "received"), None)
    return moment(at) if at else None


def _matters(path: str) -> bool:
    parts = path.split(".")
    of_department = parts[0] == "departments" and len(parts) > 2 and parts[2] in OF_DEPARTMENTS
    return of_department or parts[0] in (*PARTS, *LADDER)


def _told(found: Iterable[Change], new: "City") -> Iterator[str]:
    for change in found:
        parts = change.path.split(".")
        if parts[0] in LADDER:
            continue
        if parts[0] == "holidays" and len(parts) > 1:
            yield _holiday(change, parts)
        elif parts[0] == "departments":
            department = new.department(parts[1])
            yield f"jam kerja {department.short if department else parts[1]}"
        elif parts[0] == "standards" and len(parts) > 1:
            class_, clock, *_ = parts[1].split("/")
            yield f"standar {CLOCK_NAMES.get(clock, clock)}" + (f" kelas {class_}" if class_ != "*" else "")
        else:
            yield _WHOLE[parts[0]]


def _holiday(change: Change, parts: Sequence[str]) -> str:
    on, _, kind = parts[1].partition("/")
    day = date.fromisoformat(on).strftime("%d-%m-%Y")
    appeared, gone = _HOLIDAY.get(kind, _ANY_HOLIDAY)
    if len(parts) == 2 and isinstance(change.after, dict) and change.before is None:
        return f"{appeared} {day} ({change.after.get('name')})"
    if len(parts) == 2 and isinstance(change.before, dict) and change.after is None:
        return f"{gone} {day} ({change.before.get('name')})"
    return f"{day} diubah"
