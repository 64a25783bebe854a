"""What has to be said of a case now, and when to look at it again: the whole decision of the alerts, and nothing else.

`due_steps(timeline, city, now)` gives the steps of the city's ladder that are to be told now; the timeline itself says
which have been. The rules, each tested under its name in tests/unit/test_alerting.py:

- A step belongs to one run of one clock (a transfer or a reopening begins another run) and is told once in it.
- It comes when its share of the clock's time is gone (ladder.py), in the working time of those it tells, outside the
  city's quiet hours; a case of an emergency category at that very moment. The last step before the breach comes no
  later than one working day before the due date.
- A step that tells officers or heads as well as people of the city is told to each of the two in their own hours.
- Of several steps of one clock that are due at once (nothing ran for a day; a night lay over a deadline of hours) only
  the highest is told, and says which were skipped. Where the breach is one of these, who would have heard of it gets
  the higher step too (`also`). Nor is a lower step told after a higher one to the same people.
- An acknowledgement silences its run until it expires; then the highest step that has come due meanwhile is told.
- An alert that was withdrawn before it was sent (`delivery` is void) has told nobody: its step comes again.
- A clock that stands still tells nothing, nor does one that is over, nor a finished case: what happened up to this
  second counts, even for a job that is run for an earlier hour.
- Where a year has no calendar, no moment can be known: the admin is told, once for a case and year.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal

from chalicelib.complaints import clocks as clockwork
from chalicelib.complaints import lifecycle
from chalicelib.complaints.calendar import Calendar, NoCalendar
from chalicelib.complaints.clock_runs import moment
from chalicelib.complaints.clocks import Clock
from chalicelib.complaints.facts import ALERT, VOID
from chalicelib.complaints.ladder import step_at, warning_at
from chalicelib.complaints.moments import iso
from chalicelib.complaints.recipients import ADMIN, OF_A_DEPARTMENT
from chalicelib.complaints.sending_hours import SendingHours

if TYPE_CHECKING:
    from chalicelib.complaints.city import City
    from chalicelib.complaints.city_alerts import Alert

ACKNOWLEDGED = "acknowledged"
Kind = Literal["warning", "breach", "ladder", "no_calendar"]
NO_CALENDAR: Kind = "no_calendar"
BREACHED = 100
# A case whose moments cannot be known is looked at this often.
LOOK_AGAIN = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class DueStep:
    """A step to be told now."""

    clock: Clock
    percent: int
    """Of the clock's time; 0 for a missing calendar."""
    kind: Kind
    to: tuple[str, ...]
    """Roles, all of the department or all of the city: one set of hours."""
    by: tuple[str, ...]
    at: datetime
    """When it came due."""
    department: str | None
    emergency: bool = False
    skipped: tuple[int, ...] = ()
    year: int | None = None
    """Whose calendar is missing."""
    also: tuple[str, ...] = ()
    """Roles of the breach that was skipped: they hold the case, and get this alert each in his own hours."""

    def data(self) -> dict[str, Any]:
        """What the timeline keeps of it."""
        due, standard = self.clock.due_at, self.clock.standard
        said: dict[str, Any] = {
            "clock": self.clock.name,
            "round": self.clock.round,
            "percent": self.percent,
            "kind": self.kind,
            "to": list(self.to),
            "by": list(self.by),
            "due_at": iso(due) if due else None,
            "rule": standard.legal_basis,
            "department": self.department,
        }
        more = {
            "emergency": self.emergency,
            "skipped": list(self.skipped),
            "also": list(self.also),
            "year": self.year,
        }
        return said | {name: value for name, value in more.items() if value}


@dataclass(frozen=True, slots=True)
class Ahead:
    """What is told of a clock next if nothing happens: to whom (roles), and when those are to be told."""

    percent: int
    to: tuple[str, ...]
    at: datetime | None
    """None: the calendar of `year` is missing."""
    year: int | None = None


def due_steps(
    timeline: Sequence[Mapping[str, Any]], city: "City", now: datetime, hours: SendingHours | None = None
) -> list[DueStep]:
    """The steps to be told at `now`, in the order of the clocks. `timeline`: as lifecycle.replay takes it, whole, the
    oldest first. `hours`: those of `city`, where many cases are looked at."""
    return _steps(_Case(timeline, city, now, hours))


def next_moment(
    timeline: Sequence[Mapping[str, Any]], city: "City", now: datetime, hours: SendingHours | None = None
) -> datetime | None:
    """When to look at the case again: the first step not told yet, which may be past. None: nothing is to come unless
    something happens. A citizen's message must ask anew by itself (store/intake.py)."""
    return _next(_Case(timeline, city, now, hours))


def decide(
    timeline: Sequence[Mapping[str, Any]], city: "City", now: datetime, at: datetime, hours: SendingHours | None = None
) -> tuple[list[DueStep], datetime | None]:
    """Both at once, as a sweep needs them: what is to be told now, and when to look again after it has been written
    into the timeline at `at`."""
    case = _Case(timeline, city, now, hours)
    steps = _steps(case)
    if not steps:
        return [], _next(case)
    told = [{"at": at, "actor": "system", "type": ALERT, "data": step.data()} for step in steps]
    return steps, next_moment([*timeline, *told], city, now, hours)


def ahead(
    timeline: Sequence[Mapping[str, Any]],
    city: "City",
    now: datetime,
    *,
    name: str,
    above: int,
    hours: SendingHours | None = None,
) -> Ahead | None:
    """What of the clock of that name is told next, after the step of `above` percent that is being told; None: nothing.
    Of several steps that come at one moment it is the highest, as they are decided then."""
    case = _Case(timeline, city, now, hours)
    coming = [(part, max(at, now)) for part, at in case.waiting(name) if at > now or part.alert.percent > above]
    if not coming:
        unknown = (part for part in case.parts(name) if part.at is None)
        return next((Ahead(part.alert.percent, part.to, None, part.year) for part in unknown), None)
    first = min(at for _, at in coming)
    then = _Case(timeline, city, first, case.hours).waiting(name)
    due = [part for part, at in then if at <= first and (at > now or part.alert.percent > above)]
    due = due or [part for part, at in coming if at == first]
    highest = max(part.alert.percent for part in due)
    to = dict.fromkeys(role for part in due if part.alert.percent == highest for role in part.to)
    return Ahead(highest, tuple(to), first)


def years_asked(timeline: Sequence[Mapping[str, Any]], steps: Sequence[DueStep]) -> set[int]:
    """The years whose calendar a case lacks, or has lacked before."""
    before = {one["data"]["year"] for one in timeline if one["type"] == ALERT and one["data"].get("year")}
    return before | {step.year for step in steps if step.year}


def needless(
    alert: Mapping[str, Any],
    timeline: Sequence[Mapping[str, Any]],
    city: "City",
    now: datetime,
    hours: SendingHours | None = None,
) -> str | None:
    """Why an alert that was decided need not be sent any more; None: send it. `alert`: its line of the timeline."""
    case, data = _Case(timeline, city, now, hours), alert["data"]
    clock = next((one for one in case.going if one.name == data["clock"]), None)
    if clock is None or clock.opened > moment(alert["at"]):
        return "over"
    if data["kind"] == NO_CALENDAR:
        return None if _missing(clock, case) else "calendar known"
    if data.get("department") != case.state.department:
        return "another department"
    if clock.due_at is None:
        return "standing still"
    until = case.silent_until(clock)
    if until and now < until:
        return "acknowledged"
    if data["percent"] >= BREACHED and max(now, case.as_of) <= clock.due_at:
        return "not late any more"
    return None


def acknowledged(timeline: Iterable[Mapping[str, Any]], clock: Clock) -> tuple[datetime, datetime] | None:
    """When somebody took this run of the clock upon himself, and until when that silences it: the acknowledgement that
    reaches furthest, over or not. None: nobody did; what was said of a run before a transfer says nothing of this."""
    said = [
        (moment(one["at"]), moment(one["data"]["until"]))
        for one in timeline
        if one["type"] == ACKNOWLEDGED and one["data"]["clock"] == clock.name
    ]
    return max((one for one in said if one[0] >= clock.opened), key=lambda one: one[1], default=None)


class _Case:
    """A case as far as alerts are concerned."""

    def __init__(
        self, timeline: Sequence[Mapping[str, Any]], city: "City", now: datetime, hours: SendingHours | None
    ) -> None:
        self.city, self.now = city, now
        self.hours = hours or SendingHours(city)
        self.as_of = max([now, *(moment(event["at"]) for event in timeline[-1:])])
        self.state = lifecycle.replay(timeline)
        self.going: list[Clock] = []
        if self.state.status in lifecycle.OPEN:
            self.going = clockwork.going(timeline, city, now, self.hours)
        self.emergency = self.state.category in city.alerting.emergency_categories
        self._alerts = [
            (moment(one["at"]), one["data"])
            for one in timeline
            if one["type"] == ALERT and one["data"].get("delivery") != VOID
        ]
        self._left: dict[int, list[_Part]] = {}
        self._acknowledged = [one for one in timeline if one["type"] == ACKNOWLEDGED]

    def told(self, clock: Clock) -> list[tuple[datetime, Mapping[str, Any]]]:
        """The alerts of this run so far."""
        return [(at, data) for at, data in self._alerts if data["clock"] == clock.name and at >= clock.opened]

    def left(self, clock: Clock) -> "list[_Part]":
        """The steps of the clock still to be told."""
        if id(clock) not in self._left:
            self._left[id(clock)] = list(_left(clock, self))
        return self._left[id(clock)]

    def breach(self, clock: Clock) -> int | None:
        """The first step of the clock's ladder that says that it is late."""
        late = (one.percent for one in self.city.alerts if one.clock == clock.name and one.percent >= BREACHED)
        return min(late, default=None)

    def parts(self, name: str) -> "list[_Part]":
        """The steps still to be told of the clock of that name."""
        return [part for clock in self.going if clock.name == name for part in self.left(clock)]

    def waiting(self, name: str) -> "list[tuple[_Part, datetime]]":
        """Of these, those whose moment is known, with it."""
        return [one for clock in self.going if clock.name == name for one in _waiting(clock, self)]

    def silent_until(self, clock: Clock) -> datetime | None:
        """Until when somebody took this run upon himself."""
        standing = acknowledged(self._acknowledged, clock)
        return standing[1] if standing else None

    def years_told(self) -> set[int]:
        """The years whose missing calendar the admin has heard of."""
        return {data["year"] for _, data in self._alerts if data["kind"] == NO_CALENDAR}


@dataclass(frozen=True, slots=True)
class _Part:
    """A step, for those of its roles who keep the same hours."""

    alert: "Alert"
    to: tuple[str, ...]
    at: datetime | None
    """None where it cannot be known: the calendar of `year` is missing."""
    year: int | None = None


def _steps(case: _Case) -> list[DueStep]:
    found = [step for clock in case.going for step in _due(clock, case)]
    missing = [step for step in found if step.kind == NO_CALENDAR]
    return [step for step in found if step.kind != NO_CALENDAR or step is missing[0]]


def _next(case: _Case) -> datetime | None:
    return min((at for clock in case.going for at in _moments(clock, case)), default=None)


def _due(clock: Clock, case: _Case) -> Iterator[DueStep]:
    missing = _missing(clock, case)
    if missing and missing not in case.years_told() and case.hours.admin_moment(case.now) == case.now:
        yield DueStep(clock, 0, NO_CALENDAR, (ADMIN,), ("email",), case.now, case.state.department, year=missing)
    due = [(part, at) for part, at in _waiting(clock, case) if at <= case.now]
    highest = max((part.alert.percent for part, _ in due), default=0)
    skipped = tuple(dict.fromkeys(part.alert.percent for part, _ in due if part.alert.percent < highest))
    also = _of_the_breach([part for part, _ in due], highest, case.breach(clock))
    for part, at in due:
        if part.alert.percent == highest:
            yield DueStep(
                clock,
                highest,
                _kind(highest),
                part.to,
                part.alert.by,
                at,
                case.state.department,
                case.emergency,
                skipped,
                also=also,
            )
            also = ()  # once, where the step is told to two sets of hours


def _of_the_breach(due: "Sequence[_Part]", highest: int, breach: int | None) -> tuple[str, ...]:
    """Who would have been told of the breach, where that is skipped now, and is not told of the highest step anyway."""
    told = {role for part in due if part.alert.percent == highest for role in part.to}
    roles = dict.fromkeys(role for part in due if part.alert.percent == breach for role in part.to)
    return tuple(role for role in roles if role not in told)


def _kind(percent: int) -> Kind:
    return "warning" if percent < BREACHED else "breach" if percent == BREACHED else "ladder"


def _moments(clock: Clock, case: _Case) -> Iterator[datetime]:
    yield from (at for _, at in _waiting(clock, case))
    if missing := _missing(clock, case):
        told = missing in case.years_told()
        yield case.now + LOOK_AGAIN if told else case.hours.admin_moment(case.now)
    for one in case.city.standards:
        # A newer standard that touches open cases may be due sooner.
        if one.open_cases and one.clock == clock.name:
            begins = case.hours.of().midnight(one.valid_from)
            if begins > case.as_of:
                yield begins


def _missing(clock: Clock, case: _Case) -> int | None:
    """The year without which the next step of this clock cannot be known."""
    left = case.left(clock)
    return clock.no_calendar or (left[0].year if left and left[0].at is None else None)


def _waiting(clock: Clock, case: _Case) -> Iterator[tuple[_Part, datetime]]:
    """The steps not told yet whose moment is known, with that moment."""
    silent = case.silent_until(clock)
    for part in case.left(clock):
        if part.at is None or (part.at > case.now and stands_still(clock)):
            continue
        at = part.at
        if silent and silent > at:
            try:
                at = silent if case.emergency else _telling(part.to, case).next_working_moment(silent)
            except NoCalendar:
                at = silent  # whoever sends it waits for the calendar, and the admin hears of that year
        yield part, at


def stands_still(clock: Clock) -> bool:
    """Whether time does not go on for it, late as it may be: what is to come comes when the wait is over."""
    return bool(clock.pauses) and clock.pauses[-1].end is None and clock.pauses[-1].stops


def _left(clock: Clock, case: _Case) -> Iterator[_Part]:
    """The clock's ladder in order, less what was told or overtaken: each step once for the department and once for the
    city, as far as it tells them; of those that lie ahead only the next one of each."""
    ladder = sorted((one for one in case.city.alerts if one.clock == clock.name), key=lambda one: one.percent)
    warning = max((one.percent for one in ladder if one.percent < BREACHED), default=0)
    told, ahead = case.told(clock), set()
    for alert in ladder:
        for inside in (True, False):
            to = tuple(role for role in alert.to if (role in OF_A_DEPARTMENT) == inside)
            if not to or inside in ahead or _told(alert.percent, to, told):
                continue
            when = warning_at if alert.percent == warning else step_at
            try:
                at = when(clock, percent=alert.percent, sending=_telling(to, case), anytime=case.emergency)
            except NoCalendar as error:
                ahead.add(inside)
                yield _Part(alert, to, None, error.year)
                continue
            if at is None or _overtaken(alert.percent, at, told):
                continue
            if at > case.now:
                ahead.add(inside)
            yield _Part(alert, to, at)


def _telling(to: Sequence[str], case: _Case) -> Calendar:
    return case.hours.telling(to[0], case.state.department)


def _told(percent: int, to: Sequence[str], told: Iterable[tuple[datetime, Mapping[str, Any]]]) -> bool:
    """Whether the step was told or skipped, or a higher one told to the same people."""
    return any(
        percent in data.get("skipped", ()) or (data["percent"] >= percent and not set(to).isdisjoint(data["to"]))
        for _, data in told
    )


def _overtaken(percent: int, at: datetime, told: Iterable[tuple[datetime, Mapping[str, Any]]]) -> bool:
    """Whether it was due when a higher step was told; a ladder that is changed later brings nothing up again."""
    return any(data["percent"] > percent and at <= told_at for told_at, data in told)
