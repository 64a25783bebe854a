"""One small row for each case, derived from its timeline: all that figures need, and nothing about a person.

A fact says how a case stood at one moment (`as_of`). A monthly report keeps that moment: what happens later is later
life and belongs to later figures; only a change of what had happened before it is a correction.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta, tzinfo
from typing import Any

from msgspec import Struct, field

from chalicelib.complaints import lifecycle
from chalicelib.complaints.calendar import Calendars, NoCalendar
from chalicelib.complaints.clocks import Clock
from chalicelib.complaints.ikm import Answer, checked

WorkingMinutes = Callable[[datetime, datetime, str | None], int | None]
"""Working minutes between two moments, by the hours of a department (None: the city's own). None as the result where
the calendar of a year is missing: no figure is better than one without holidays."""

# Events of the timeline that are no move of a case, but count.
ALERT, ACT, CONFIRMED, SURVEY = "alert", "alert_acted", "confirmed", "survey"

# What became of an alert that was decided, but found needless before it was sent: nobody has been told.
VOID = "void"

DECIDES = ("verify", "assign", "reject", "merge")
FOLLOWS_UP = ("start", "respond")
FINISHES = ("respond", "close", "reject", "merge")
LAST_HOUR = timedelta(hours=1)


class Judged(Struct, frozen=True):
    """What a clock says of a case at the moment of the fact."""

    met: bool | None
    """None while it still runs, is paused or was cancelled in time."""
    due_at: datetime | None = None
    ended_at: datetime | None = None
    """When what it waits for was done, in time or not."""


class Fact(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A case as figures see it. Times are whole minutes; a name ending in `_working` counts working time."""

    ticket: str
    day: date
    """The day it was received, in the city's zone: whose rollup it belongs to."""
    hour: int
    received_at: datetime
    verified_at: datetime | None = None
    """When the desk first decided what it is: verified, assigned or refused."""
    followed_up_at: datetime | None = None
    """When a department first started or answered: what ends the clock `follow_up`."""
    answered_at: datetime | None = None
    """When the reporter first got an answer: more than that somebody pressed "start"."""
    closed_at: datetime | None = None
    """When it was closed for good; a reopened case is not closed."""
    minutes: dict[str, int] = field(default_factory=dict)
    """From receipt to verify, follow_up, answer and close, in elapsed and in working time, as far as it went."""
    channel: str = "other"
    department: str | None = None
    category: str | None = None
    class_: str | None = field(default=None, name="class")
    kelurahan: str | None = None
    place: str | None = None
    """`category|kelurahan|cell`, the cell about 100 m wide; None for a secret case, of an anonymous reporter,
    or without a category or place."""
    state: str = "received"
    reason: str | None = None
    finished: bool = False
    """It was answered, closed or refused at least once: it could be reopened."""
    transfers: int = 0
    reopens: int = 0
    paused: int = 0
    """Minutes it waited for the reporter, of its `life`."""
    life: int = 0
    """Minutes from receipt to its end, or to the moment of the fact."""
    met: dict[str, bool] = field(default_factory=dict)
    """By clock: whether it kept its standard. Clocks that still run are not here."""
    last_hour: bool | None = None
    """Resolved within the hour before that deadline; None where it has none or is not resolved."""
    validated: bool = False
    """Closed by somebody else than who answered, or confirmed by the reporter: more than a claim."""
    lapor: str | None = None
    """How its filing in SP4N-LAPOR! stands: held, waiting, confirmed, failed or ambiguous; None: not to be filed."""
    drift: bool | None = None
    """SP4N-LAPOR! shows another state than the city; None where nobody has looked."""
    alerts: int = 0
    """Those that reached somebody."""
    acts: int = 0
    """Those of them that somebody answered, once each."""


def fact_of(
    ticket: str,
    events: Sequence[Mapping[str, Any]],
    *,
    zone: tzinfo,
    as_of: datetime,
    working_minutes: WorkingMinutes,
    clocks: Mapping[str, Judged] | None = None,
    lapor: str | None = None,
    drift: bool | None = None,
) -> Fact:
    """The fact of a case. `events` is its timeline `{at, actor, type, data}`, the oldest first, beginning with
    `received`; those after `as_of` are not looked at. Clocks, filing and drift are judged by others.
    Raises ValueError where the case had not been received by then."""
    told = [event for event in events if _at(event) <= as_of]
    if not told or told[0]["type"] != "received":
        raise ValueError(f"{ticket} had not been received by {as_of.isoformat()}")
    life = _follow(told, as_of)
    state, received_at = life.state, _at(told[0])
    local = received_at.astimezone(zone)
    clocks = clocks or {}
    minutes: dict[str, int] = {}
    # The desk verifies in the city's hours, whoever has the case later.
    for name, at, department in (
        ("verify", life.verified_at, None),
        ("follow_up", life.followed_up_at, state.department),
        ("answer", life.answered_at, state.department),
        ("close", life.closed_at, state.department),
    ):
        if at is not None:
            minutes[name] = _minutes(at - received_at)
            if (worked := working_minutes(received_at, at, department)) is not None:
                minutes[f"{name}_working"] = worked
    kelurahan = (state.location or {}).get("kelurahan")
    return Fact(
        ticket=ticket,
        day=local.date(),
        hour=local.hour,
        received_at=received_at,
        verified_at=life.verified_at,
        followed_up_at=life.followed_up_at,
        answered_at=life.answered_at,
        closed_at=life.closed_at,
        minutes=minutes,
        channel=(told[0].get("data") or {}).get("channel") or "other",
        department=state.department,
        category=state.category,
        class_=state.class_,
        kelurahan=kelurahan,
        place=_place(state, kelurahan),
        state=state.status,
        reason=state.reason,
        finished=life.finished,
        transfers=life.transfers,
        reopens=life.reopens,
        paused=_minutes(life.paused),
        life=_minutes((life.ended_at or as_of) - received_at),
        met={name: judged.met for name, judged in sorted(clocks.items()) if judged.met is not None},
        last_hour=_last_hour(clocks.get("resolution")),
        validated=life.validated and state.status == "closed",
        lapor=lapor,
        drift=drift,
        alerts=life.alerts,
        acts=life.acts,
    )


def answers_of(ticket: str, events: Iterable[Mapping[str, Any]], *, zone: tzinfo) -> list[Answer]:
    """The survey answers in a timeline (`survey` events with `element` and `score`): the first one to an element
    stands, whatever is tapped later. Raises ValueError for an element or a score that does not exist."""
    state, found = lifecycle.State(), dict[str, Answer]()
    for event in events:
        data = event.get("data") or {}
        state = lifecycle.fold(state, event["type"], data, event.get("actor"))
        element = str(data.get("element"))
        if event["type"] == SURVEY and element not in found:
            day = _at(event).astimezone(zone).date()
            answer = Answer(
                case=ticket, element=element, score=data.get("score", 0), department=state.department, day=day
            )
            found[element] = checked(answer)
    return list(found.values())


def judged(clocks: Iterable[Clock]) -> dict[str, Judged]:
    """What all the runs of a case's clocks come to, by clock. A breach in any round or department stays a breach."""
    found: dict[str, Judged] = {}
    for clock in clocks:
        before = found.get(clock.name)
        met = {"met": True, "breached": False}.get(clock.state, before.met if before else None)
        if before and before.met is False:
            met = False
        found[clock.name] = Judged(met, clock.due_at, clock.met.at if clock.met else None)
    return found


def working_minutes(calendars: Calendars) -> WorkingMinutes:
    """How `fact_of` counts working time, by the calendars of a city."""

    def count(start: datetime, end: datetime, department: str | None) -> int | None:
        try:
            return _minutes(calendars.of(department).working_time_between(start, end))
        except NoCalendar:
            return None

    return count


class _Life(Struct):
    """What a timeline adds up to while it is read."""

    state: lifecycle.State = lifecycle.State()
    verified_at: datetime | None = None
    followed_up_at: datetime | None = None
    answered_at: datetime | None = None
    closed_at: datetime | None = None
    ended_at: datetime | None = None
    finished: bool = False
    validated: bool = False
    transfers: int = 0
    reopens: int = 0
    paused: timedelta = timedelta()
    pending: dict[str, int] = field(default_factory=dict)
    """By clock: alerts nobody has acted on."""
    alerts: int = 0
    acts: int = 0


def _follow(events: Sequence[Mapping[str, Any]], as_of: datetime) -> _Life:
    life, waiting_since = _Life(), None
    for event in events:
        type_, at, actor = event["type"], _at(event), event.get("actor")
        before = life.state
        life.state = lifecycle.fold(before, type_, event.get("data") or {}, actor)
        if type_ in DECIDES:
            life.verified_at = life.verified_at or at
        if type_ in FOLLOWS_UP:
            life.followed_up_at = life.followed_up_at or at
        if type_ == "respond":
            life.answered_at = life.answered_at or at
        life.finished = life.finished or type_ in FINISHES
        life.transfers += type_ == "transfer"
        _count_alert(life, type_, event.get("data") or {})
        if type_ == "close":
            life.closed_at = at
            # The city's own job closes when time has passed, which proves nothing.
            life.validated = actor not in (None, "system", life.state.responded_by)
        elif type_ == "reopen":
            life.reopens, life.closed_at, life.validated = life.reopens + 1, None, False
        elif type_ == CONFIRMED:
            life.validated = True
        life.ended_at = _end(life, at)
        if life.state.status == "waiting":
            waiting_since = waiting_since or at
        elif waiting_since is not None:
            life.paused, waiting_since = life.paused + (at - waiting_since), None
    if waiting_since is not None:
        life.paused += as_of - waiting_since
    return life


def _count_alert(life: _Life, type_: str, data: Mapping[str, Any]) -> None:
    """An act answers the alerts of its clock that are pending; a second one answers nothing more."""
    clock = str(data.get("clock"))
    if type_ == ALERT and data.get("delivery") != VOID:
        life.alerts += 1
        life.pending[clock] = life.pending.get(clock, 0) + 1
    elif type_ == ACT:
        life.acts += life.pending.pop(clock, 0)


def _end(life: _Life, at: datetime) -> datetime | None:
    if life.state.status in lifecycle.OPEN:
        return None
    return life.ended_at or at


def _last_hour(clock: Judged | None) -> bool | None:
    if clock is None or clock.ended_at is None or clock.due_at is None:
        return None
    return timedelta() <= clock.due_at - clock.ended_at < LAST_HOUR


def _place(state: lifecycle.State, kelurahan: str | None) -> str | None:
    if state.secret or state.anonymous or state.category is None or state.location is None:
        return None
    lat, lon = state.location.get("lat"), state.location.get("lon")
    cell = "" if lat is None or lon is None else f"{float(lat):.3f},{float(lon):.3f}"
    return f"{state.category}|{kelurahan or ''}|{cell}" if kelurahan or cell else None


def _at(event: Mapping[str, Any]) -> datetime:
    return datetime.fromisoformat(event["at"])


def _minutes(span: timedelta) -> int:
    """To the nearest minute, so that sums lean to neither side; clocks of two machines may disagree a little."""
    return max(0, int(span.total_seconds() + 30) // 60)
