"""The clocks of a case: named deadlines, derived from its timeline and the city's standards, never stored counters.

`clocks(timeline, city, now)` gives every run of every clock with its state. When one starts and ends: clock_runs.py.

| state | |
|---|---|
| running | time is going |
| paused | it stands still while the city waits for the reporter; only where the standard says so (`pause`) |
| met | ended at or before its due date |
| breached | its due date passed before it ended, whether or not it has ended since (`met_at`, `cancelled_at`) |
| cancelled | called off before its due date: rejected, merged, transferred, replied to … |

A breach that has happened stands: no extension, other class or newer standard undoes it. Beside the rules there:

- Days and hours are those of the department that holds the case; of the city before there is one, and for verification
  and closing always.
- The class that counts is the one the case had when it was verified (before that: has now); until then it was a guess.
  A class changed later counts from the same start, never from the change.
- An extension adds the standard's `extension`, once. After the due date it comes too late and adds nothing.
- While a clock stands still it has no due date. Where the calendar of a year is missing, it has none either, and
  `no_calendar` names the year: whoever shows or sweeps clocks must say so.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from chalicelib.complaints.calendar import Calendar, Calendars, Handed, NoCalendar, Stopped
from chalicelib.complaints.clock_runs import CLOSING, VERIFICATION, History, Moment, Run, moment, read
from chalicelib.complaints.standards import choose

if TYPE_CHECKING:
    from chalicelib.complaints.city import City, Standard

ClockState = Literal["running", "paused", "met", "breached", "cancelled"]

# Why a clock stood still.
WAITING, REJECTED = "waiting", "rejected"
# The clocks of the desk and of the whole city run by the city's own calendar.
_OF_THE_CITY = (VERIFICATION, CLOSING)


class Pause(NamedTuple):
    """An interval of waiting for the reporter, or of having been rejected. `end` is None while it lasts."""

    start: datetime
    end: datetime | None
    why: str
    """waiting or rejected."""
    stops: bool
    """Whether the clock stood still; if not, it is only on record."""


class Extension(NamedTuple):
    """`amount` is in the standard's unit; 0 where it came too late or the standard knows none."""

    at: datetime
    amount: int


@dataclass(frozen=True, slots=True)
class Clock:
    """One run of one clock, as it stands at a moment."""

    name: str
    round: int
    opened: datetime
    """Since when this run goes; it may count from earlier (`start`)."""
    state: ClockState
    department: str | None
    """Which held the case as the run began."""
    class_: str | None
    standard: "Standard"
    start: Moment
    due_at: datetime | None
    """None while it stands still or the calendar is missing."""
    due_on: date | None
    """The day of the city that `due_at` belongs to: 24.00 belongs to the day it ends."""
    met: Moment | None
    cancelled: Moment | None
    pauses: tuple[Pause, ...]
    extension: Extension | None
    no_calendar: int | None
    kept: bool
    """The due date is the one written down while it ran, not computed anew."""
    seen_at: datetime
    """The moment at which it stands as it does."""
    calendar: Calendar = field(compare=False, repr=False)
    """Its own: of who held the case when, less the time it stood still."""

    @property
    def amount(self) -> int:
        """The time it has, extension included, in `standard.unit`."""
        return self.standard.amount + (self.extension.amount if self.extension else 0)

    @property
    def over(self) -> bool:
        """It has ended: nothing is to be done, nobody to be reminded."""
        return self.met is not None or self.cancelled is not None


def clocks(
    timeline: Iterable[Mapping[str, Any]], city: "City", now: datetime, calendars: Calendars | None = None
) -> list[Clock]:
    """All runs of all clocks as of `now`, in the order they were opened; events after `now` are not looked at.

    `timeline`: as lifecycle.replay takes it. `calendars`: those of `city`, where many cases are looked at.
    """
    history = read(timeline, now)
    if history.received is None:
        return []
    made = calendars or Calendars(city)
    case = _Case(city, made, history, made.of().date_of(history.received.at), now)
    return [clock for run in history.runs if (clock := _clock(run, case))]


def going(
    timeline: Sequence[Mapping[str, Any]], city: "City", now: datetime, calendars: Calendars | None = None
) -> list[Clock]:
    """The runs that are not over, in the order they were opened. As of `now`, or of the last event where that is later:
    two machines' clocks differ, and what has happened has happened."""
    as_of = max([now, *(moment(event["at"]) for event in timeline[-1:])])
    return [one for one in clocks(timeline, city, as_of, calendars) if not one.over]


def latest(found: Iterable[Clock]) -> list[Clock]:
    """The last run of each clock: what a list or a page shows."""
    return list({clock.name: clock for clock in found}.values())


def deadline(calendar: Calendar, start: datetime, amount: int, unit: str) -> datetime:
    """When `amount` hours, working_days or calendar_days from `start` are over. Raises NoCalendar."""
    if unit == "hours":
        return calendar.add_working_time(start, timedelta(hours=amount))
    if unit == "working_days":
        return calendar.add_working_days(start, amount)
    return calendar.add_calendar_days(start, amount)


@dataclass(frozen=True, slots=True)
class _Case:
    city: "City"
    calendars: Calendars
    history: History
    received_on: date
    now: datetime


@dataclass(frozen=True, slots=True)
class _Terms:
    """What a run runs by, from one change of class or extension to the next."""

    class_: str | None
    standard: "Standard"
    start: Moment
    extension: int


def _clock(run: Run, case: _Case) -> Clock | None:
    until = run.ended.at if run.ended else case.now
    terms, dropped = _terms(run, case, until)
    if terms is None:
        return None
    cancelled = dropped or run.cancelled
    until = min(until, dropped.at) if dropped else until
    met = None if dropped else run.met
    pauses = _pauses(run, case.history, terms, until)
    over = until if dropped or run.ended else None
    still = next((pause.start for pause in pauses if pause.stops and pause.end is None), None)
    # What was written down before it came to a stand is no due date any more, unless it had passed by then.
    kept = run.due is not None and bool(run.ended) and (still is None or run.due <= still)
    due, missing = (run.due, None) if kept else _due(run, case, terms, pauses, over)
    state: ClockState
    if due is not None and until > due:
        state = "breached"
    elif met or cancelled:
        state = "met" if met else "cancelled"
    else:
        state = "paused" if still else "running"
    calendar = _calendar(run, case, pauses, until, over)
    return Clock(
        name=run.name,
        round=run.round,
        opened=run.opened,
        state=state,
        department=run.department,
        class_=terms.class_,
        standard=terms.standard,
        start=terms.start,
        due_at=due,
        due_on=calendar.last_date(due) if due else None,
        met=met,
        cancelled=cancelled if not met else None,
        pauses=tuple(pause._replace(end=pause.end or over) for pause in pauses),
        extension=Extension(run.extended.at, terms.extension) if run.extended else None,
        no_calendar=missing,
        kept=kept,
        seen_at=case.now,
        calendar=calendar,
    )


def _terms(run: Run, case: _Case, until: datetime) -> tuple[_Terms | None, Moment | None]:
    """What the run runs by in the end, and when it was left without a standard, if it was. Terms whose due date had
    passed are not changed any more."""
    verified = case.history.verified.at if case.history.verified else until
    class_ = [name for at, name in case.history.classes if at <= verified][-1]
    changes = {at: name for at, name in case.history.classes if verified < at <= until}
    extended = run.extended.at if run.extended else None
    newer = _newer_standards(run, case, until)
    terms = _under(run, case, class_, extended=False, on=case.received_on)
    dropped: Moment | None = None
    for at in sorted({*changes, *newer} | ({extended} if extended else set())):
        if terms and not dropped and _passed(run, case, terms, at):
            return terms, None
        class_ = changes.get(at, class_)
        extends = extended is not None and extended <= at
        following = _under(run, case, class_, extended=extends, on=case.calendars.of().date_of(at))
        if following or terms is None:
            terms, dropped = following, None
        else:
            dropped = dropped or Moment(at, "set")
    return terms, dropped


def _newer_standards(run: Run, case: _Case, until: datetime) -> list[datetime]:
    """When standards that also touch open cases came into force before `until`."""
    begins = (
        case.calendars.of().midnight(one.valid_from)
        for one in case.city.standards
        if one.clock == run.name and one.open_cases
    )
    return [at for at in begins if at <= until]


def _under(run: Run, case: _Case, class_: str | None, *, extended: bool, on: date) -> _Terms | None:
    standard = choose(case.city, class_, run.name, case.received_on, on)
    start = run.starts.get(standard.start_event) if standard else None
    if standard is None or start is None:
        return None
    return _Terms(class_, standard, start, standard.extension if extended else 0)


def _passed(run: Run, case: _Case, terms: _Terms, at: datetime) -> bool:
    due, _ = _due(run, case, terms, _pauses(run, case.history, terms, at), run.ended.at if run.ended else None)
    return due is not None and due < at


def _pauses(run: Run, history: History, terms: _Terms, until: datetime) -> tuple[Pause, ...]:
    """The waits and rejections within the run, as known at `until`."""
    start = terms.start.at
    found = [
        Pause(wait.start, wait.end if wait.end and wait.end <= until else None, WAITING, terms.standard.pause)
        for wait in history.waits
        if (wait.start < until or not run.ended) and (wait.end is None or wait.end > start)
    ]
    found += [Pause(begin, end, REJECTED, True) for begin, end in run.stops if begin < until]
    return tuple(sorted(found, key=lambda pause: pause.start))


def _due(
    run: Run, case: _Case, terms: _Terms, pauses: tuple[Pause, ...], over: datetime | None
) -> tuple[datetime | None, int | None]:
    """When it is due, or None while it stands still; and the year whose calendar would be needed but is not there."""
    calendar = _calendar(run, case, pauses, None, over)
    amount = terms.standard.amount + terms.extension
    try:
        due = deadline(calendar, terms.start.at, amount, terms.standard.unit)
    except NoCalendar as error:
        return None, error.year
    still = [pause.start for pause in pauses if pause.stops and pause.end is None]
    return (None if still and due > still[0] else due), None


def _calendar(
    run: Run, case: _Case, pauses: tuple[Pause, ...], until: datetime | None, over: datetime | None
) -> Calendar:
    """The calendar of the run: whoever gets the case when it is `over` has no part in it. A pause that still lasts is
    taken to `until`, or not at all."""
    calendar: Calendar = case.calendars.of()
    if run.name not in _OF_THE_CITY:
        parts: list[tuple[datetime, Calendar]] = []
        for since, department in case.history.holders:
            if over is not None and since >= over and since > run.opened:
                break
            own = case.calendars.of(department)
            if not parts or parts[-1][1] is not own:
                parts.append((since, own))
        calendar = Handed(parts) if len(parts) > 1 else parts[0][1]
    stops = [
        (pause.start, end, pause.why) for pause in pauses if pause.stops and (end := pause.end or until) is not None
    ]
    return Stopped(calendar, stops) if stops else calendar
