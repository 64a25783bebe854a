"""Clocks against a naive oracle that looks at every minute, and what must hold for any calendar and any timeline.

The oracle shares nothing with the code but the city's data: it walks the minutes one after the other.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from chalicelib.complaints.calendar import Calendars
from chalicelib.complaints.city import DAYS, City, Department, Holiday, Hours, HoursPeriod, Standard, parse
from chalicelib.complaints.clocks import Clock, clocks
from chalicelib.complaints.explain import explain, text
from chalicelib.complaints.ladder import step_at, warning_at

BASE = parse((Path(__file__).parents[2] / "infra" / "cities" / "madiun.toml").read_text(encoding="utf-8"))
FIRST = date(2026, 11, 2)  # a Monday; deadlines cross the year's end
DAY = 1440
HORIZON = 240
ZONES = ("Asia/Jakarta", "Asia/Pontianak", "Asia/Makassar", "Asia/Jayapura")
CLASSES = ("complaint", "oversight", "aspiration", "information")
UNITS = ("city", "office", "always")


def thorough(examples: int) -> settings:
    """As many examples; fifty times as many under HYPOTHESIS_PROFILE=nightly (100,000 for 2,000)."""
    longer = max(1, (settings.default or settings()).max_examples // 2_000)
    return settings(
        max_examples=examples * longer,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )


# --- random cities and lives


@st.composite
def spans(draw: st.DrawFn) -> tuple[str, ...]:
    """None to three spans of a day, at whole minutes, touching now and then."""
    edges = draw(st.lists(st.integers(0, DAY), min_size=0, max_size=6, unique=True))
    edges = sorted(edges)[: len(edges) // 2 * 2]
    if len(edges) >= 4 and draw(st.booleans()):
        edges[2] = edges[1]
    return tuple(f"{clock_time(a)}-{clock_time(b)}" for a, b in zip(edges[::2], edges[1::2], strict=True))


def minutes(clock_time: str) -> int:
    return int(clock_time[:2]) * 60 + int(clock_time[3:])


def clock_time(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"


@st.composite
def weeks(draw: st.DrawFn) -> Hours:
    """A week that is open for four hours or more."""
    week = {day: draw(spans()) for day in draw(st.sets(st.sampled_from(DAYS), min_size=1))}
    if sum(minutes(one[6:]) - minutes(one[:5]) for spans in week.values() for one in spans) < 240:
        week["monday"] = ("07:30-12:00", "13:00-16:00")
    return Hours(**week)


dates = st.integers(0, 100).map(lambda days: FIRST + timedelta(days=days))


@st.composite
def holidays(draw: st.DrawFn) -> tuple[Holiday, ...]:
    kinds: st.SearchStrategy[Any] = st.sampled_from(("public", "cuti_bersama", "local", "opening"))
    days = draw(st.lists(st.tuples(dates, kinds), max_size=12, unique=True))
    found = [
        Holiday(date=on, kind=kind, name="Hari", source="SKB", hours=draw(spans()) if kind == "opening" else ())
        for on, kind in days
    ]
    known = [Holiday(date=date(year, 1, 1), kind="public", name="Tahun Baru", source="SKB") for year in (2026, 2027)]
    return tuple({(one.date, one.kind): one for one in (*known, *found)}.values())


@st.composite
def standards(draw: st.DrawFn) -> tuple[Standard, ...]:
    """One for the resolution of each class; the first also may be extended."""
    start: Any = draw(st.sampled_from(("received", "verified", "assigned")))
    made = []
    for class_ in CLASSES:
        unit: Any = draw(st.sampled_from(("hours", "working_days", "calendar_days")))
        made.append(
            Standard(
                class_=class_,
                clock="resolution",
                amount=draw(st.integers(1, 14 if unit == "hours" else 9)),
                unit=unit,
                start_event=start,
                pause=draw(st.booleans()),
                legal_basis="Peraturan",
                valid_from=date(2019, 1, 1),
            )
        )
    return tuple(made)


@st.composite
def cities(draw: st.DrawFn) -> City:
    office, always = Department(id="office", name="Kantor", short="K"), Department(id="always", name="Siaga", short="S")
    week = draw(st.none() | weeks())
    works = draw(st.booleans())
    always = msgspec.structs.replace(always, hours=week, works_on_holidays=works)
    first = draw(dates)
    period = HoursPeriod(
        name="Ramadan",
        first=first,
        last=first + timedelta(days=draw(st.integers(0, 40))),
        hours=draw(weeks()),
        source="SE",
    )
    return msgspec.structs.replace(
        BASE,
        zone=draw(st.sampled_from(ZONES)),
        hours=draw(weeks()),
        hours_periods=(period,) if draw(st.booleans()) else (),
        holidays=draw(holidays()),
        cuti_bersama_is_holiday=draw(st.booleans()),
        departments=(office, always),
        standards=draw(standards()),
    )


@dataclass
class Life:
    """A timeline, and the same as the oracle reads it: minutes since the midnight of FIRST."""

    events: list[dict[str, Any]]
    moments: list[tuple[int, str, str]]

    @property
    def last(self) -> int:
        return self.moments[-1][0]


@st.composite
def lives(draw: st.DrawFn, city: City) -> Life:
    """A case that is received, verified, assigned, then waits, is resumed, transferred and classed anew as it comes."""
    count = draw(st.integers(0, 6))
    times = sorted(draw(st.lists(st.integers(0, 25 * DAY), min_size=count + 3, max_size=count + 3, unique=True)))
    moments = [
        (times[0], "received", draw(st.sampled_from(CLASSES))),
        (times[1], "verify", draw(st.sampled_from(CLASSES))),
        (times[2], "assign", draw(st.sampled_from(UNITS[1:]))),
    ]
    for at in times[3:]:
        type_ = draw(st.sampled_from(("wait", "resume", "wait", "resume", "transfer", "set", "note")))
        pool = {"transfer": UNITS[1:], "set": CLASSES}.get(type_, ("",))
        moments.append((at, type_, draw(st.sampled_from(pool))))
    return Life([event(city, *one) for one in moments], moments)


def event(city: City, minute: int, type_: str, word: str) -> dict[str, Any]:
    data: dict[str, dict[str, Any]] = {
        "received": {"class": word},
        "verify": {"class": word},
        "assign": {"department": word},
        "transfer": {"department": word},
        "set": {"changes": {"class": word}},
    }
    return {"at": moment(city, minute), "actor": "operator1", "type": type_, "data": data.get(type_, {})}


def moment(city: City, minute: int) -> datetime:
    midnight = datetime(FIRST.year, FIRST.month, FIRST.day, tzinfo=ZoneInfo(city.zone))
    return midnight.astimezone(UTC) + timedelta(minutes=minute)


# --- the oracle


class Oracle:
    """When the resolution is due, found by looking at each minute."""

    def __init__(self, city: City, life: Life) -> None:
        self.city, self.life = city, life
        self._open: dict[tuple[str, int], list[bool]] = {}
        self.waiting: list[bool] = []
        self.holder: list[str] = []
        waiting, holder = False, "city"
        for when, type_, word in [*life.moments, (HORIZON * DAY, "", "")]:
            self.waiting += [waiting] * (when - len(self.waiting))
            self.holder += [holder] * (when - len(self.holder))
            waiting = (waiting or type_ == "wait") and type_ not in ("resume", "transfer")
            holder = word if type_ in ("assign", "transfer") else holder

    def due(self) -> int | None:
        """The minute it is due, or None while it stands still."""
        class_ = ""
        for when, type_, word in self.life.moments:
            if type_ == "set":
                before = self.due_of(class_)
                if before is not None and before < when:
                    return before
            if type_ in ("received", "verify", "set"):
                class_ = word
        return self.due_of(class_)

    def due_of(self, class_: str) -> int | None:
        standard = next(one for one in self.city.standards if one.class_ == class_)
        begins_with = {"received": "received", "verified": "verify", "assigned": "assign"}[standard.start_event]
        start = next(when for when, type_, _ in self.life.moments if type_ == begins_with)
        goal = standard.amount * (60 if standard.unit == "hours" else 1)
        count = {"hours": self.hours, "working_days": self.working_days, "calendar_days": self.calendar_days}
        reached = 0
        for minute in count[standard.unit](start):
            if not (standard.pause and self.waiting[minute]):
                reached += 1
                if reached == goal:
                    return minute + 1
            elif minute > self.life.last:
                return None  # for ever
        raise AssertionError("the horizon is too near")

    def hours(self, start: int) -> Iterator[int]:
        for day in range(start // DAY, HORIZON):
            each = {unit: self.is_open(unit, day) for unit in UNITS}
            for minute in range(DAY):
                now = day * DAY + minute
                if now >= start and each[self.holder[now]][minute]:
                    yield now

    def working_days(self, start: int) -> Iterator[int]:
        for day in range(start // DAY + 1, HORIZON):
            last = None
            for minute, is_open in enumerate(self.is_open(self.holder[day * DAY], day)):
                if is_open:
                    last = day * DAY + minute
            if last is not None:
                yield last

    def calendar_days(self, start: int) -> Iterator[int]:
        for minute in range(start, HORIZON * DAY):
            if minute % DAY == DAY - 1 and minute // DAY > start // DAY:
                yield minute

    def is_open(self, unit: str, day: int) -> list[bool]:
        if (unit, day) not in self._open:
            self._open[unit, day] = [False] * DAY
            for span in self.spans(unit, FIRST + timedelta(days=day)):
                for minute in range(minutes(span[:5]), minutes(span[6:])):
                    self._open[unit, day][minute] = True
        return self._open[unit, day]

    def spans(self, unit: str, on: date) -> tuple[str, ...]:
        department = self.city.departments[1] if unit == "always" else None
        week = self.city.hours
        for period in self.city.hours_periods:
            if period.first <= on <= period.last:
                week = period.hours
        if department and department.hours:
            week = department.hours
        usual: tuple[str, ...] = getattr(week, DAYS[on.weekday()])
        entries = {one.kind: one for one in self.city.holidays if one.date == on}
        off = ["public", "local"] + ["cuti_bersama"] * self.city.cuti_bersama_is_holiday
        always = department is not None and department.works_on_holidays
        if not always and any(kind in entries for kind in off):
            at_work: tuple[str, ...] = ()
        else:
            at_work = usual
        if "opening" not in entries:
            return at_work
        # An opening is for who would be off; who works keeps what he has, and has the opening beside it.
        if entries["opening"].hours or at_work:
            return at_work + entries["opening"].hours
        each = [usual, *(getattr(week, day) for day in DAYS)]
        return next(one for one in each if one)


def resolution(city: City, life: Life, now: datetime) -> Clock:
    (clock,) = (one for one in clocks(life.events, city, now) if one.name == "resolution")
    return clock


@st.composite
def played(draw: st.DrawFn) -> tuple[City, Life]:
    city = draw(cities())
    return city, draw(lives(city))


@thorough(2_000)
@given(played())
def test_the_due_date_is_what_counting_every_minute_gives(case: tuple[City, Life]) -> None:
    city, life = case
    clock = resolution(city, life, moment(city, life.last))
    expected = Oracle(city, life).due()
    assert clock.no_calendar is None
    assert clock.due_at == (None if expected is None else moment(city, expected))
    passed = expected is not None and life.last > expected
    assert clock.state == ("paused" if expected is None else "breached" if passed else "running")


@thorough(300)
@given(played())
def test_what_is_counted_adds_up_to_what_the_standard_gives(case: tuple[City, Life]) -> None:
    city, life = case
    clock = resolution(city, life, moment(city, life.last))
    found = explain(clock)
    whole: timedelta | int = timedelta(hours=clock.amount) if clock.standard.unit == "hours" else clock.amount
    if clock.due_at:
        assert found.counted == whole
    else:
        assert found.left > timedelta(0) if isinstance(found.left, timedelta) else found.left > 0
    listed = [day.date for day in found.days]
    assert listed == [listed[0] + timedelta(days=days) for days in range(len(listed))]
    assert listed[0] == clock.calendar.date_of(clock.start.at)
    assert clock.due_on is None or listed[-1] == clock.due_on or listed == [listed[0]]
    assert all(day.reason for day in found.days)
    assert len(text(found).splitlines()) < 40


@thorough(300)
@given(played(), st.integers(0, 60 * DAY))
def test_computing_it_again_gives_the_same(case: tuple[City, Life], later: int) -> None:
    city, life = case
    at = moment(city, life.last)
    calendars = Calendars(city)
    first = clocks(life.events, city, at)
    stored = [{**one, "at": one["at"].isoformat().replace("+00:00", "Z")} for one in life.events]
    assert clocks(stored, city, at, calendars) == clocks(stored, city, at, calendars) == first
    # Time alone moves no due date, and edits reset none.
    note = event(city, life.last + later, "note", "")
    for events in (life.events, [*life.events, note]):
        after = clocks(events, city, at + timedelta(minutes=later), calendars)
        assert [one.due_at for one in after] == [one.due_at for one in first]


@thorough(300)
@given(played(), st.integers(1, 5 * DAY))
def test_looking_back_shows_what_was_then(case: tuple[City, Life], back: int) -> None:
    city, life = case
    then = moment(city, max(life.last - back, 0))
    known = [one for one in life.events if one["at"] <= then]
    assert clocks(life.events, city, then) == clocks(known, city, then)


@thorough(300)
@given(cities(), st.integers(0, 20 * DAY * 60), st.integers(0, 3 * DAY * 60), st.integers(1, 8), st.integers(0, 4))
def test_later_starts_and_larger_amounts_are_never_due_earlier(
    city: City, second: int, later: int, amount: int, more: int
) -> None:
    calendar = Calendars(city).of("always")
    start, after = (moment(city, 0) + timedelta(seconds=at) for at in (second, second + later))
    hours, longer = timedelta(hours=amount), timedelta(hours=amount + more)
    cases: tuple[tuple[Any, Any, Any], ...] = (
        (calendar.add_working_time, hours, longer),
        (calendar.add_working_days, amount, amount + more),
        (calendar.add_calendar_days, amount, amount + more),
    )
    for add, less, much in cases:
        due = add(start, less)
        assert start < due <= add(after, less)
        assert due <= add(start, much)
    assert calendar.working_time_between(start, calendar.add_working_time(start, hours)) == hours
    assert calendar.working_days_between(start, calendar.add_working_days(start, amount)) == amount


@thorough(300)
@given(cities(), st.integers(0, 20 * DAY), st.integers(1, 8))
def test_no_deadline_in_working_time_ends_on_a_day_off(city: City, minute: int, amount: int) -> None:
    calendar = Calendars(city).of()
    start = moment(city, minute)
    off = {one.date for one in city.holidays if one.kind in ("public", "local")}
    opened = {one.date for one in city.holidays if one.kind == "opening"}
    for due in (calendar.add_working_days(start, amount), calendar.add_working_time(start, timedelta(hours=amount))):
        on = calendar.last_date(due)
        assert on not in off - opened
        assert any(begin < due <= end for begin, end in calendar.day(on).spans)


@thorough(300)
@given(played(), st.integers(0, 25 * DAY), st.integers(0, 40))
def test_waiting_while_nobody_works_gains_nothing(case: tuple[City, Life], minute: int, share: int) -> None:
    city, life = case
    city = msgspec.structs.replace(
        city, standards=tuple(msgspec.structs.replace(one, pause=True) for one in city.standards)
    )
    start, class_ = life.moments[0][0], life.moments[1][2]
    life = Life(life.events[:3], life.moments[:3])
    assume(next(one for one in city.standards if one.class_ == class_).unit != "calendar_days")
    calendar = Calendars(city).of(life.moments[2][2])
    at_work = calendar.next_working_moment(moment(city, start + minute + 3 * DAY))
    closes = next(end for _, end in calendar.day(calendar.date_of(at_work)).spans if at_work < end)
    opens = calendar.next_working_moment(closes)
    assume(closes > life.events[-1]["at"])
    begin, end = closes + (opens - closes) * share / 100, opens
    waited = [
        *life.events,
        {"at": begin, "actor": "operator1", "type": "wait", "data": {"text": "x"}},
        {"at": end, "actor": "operator1", "type": "resume", "data": {}},
    ]
    without, with_it = (resolution(city, Life(events, life.moments), end) for events in (life.events, waited))
    assert with_it.due_at == without.due_at


@thorough(300)
@given(played(), st.integers(1, 300))
def test_nobody_is_told_outside_working_time_nor_before_the_start(case: tuple[City, Life], percent: int) -> None:
    city, life = case
    clock = resolution(city, life, moment(city, life.last))
    office = Calendars(city).of("office")
    for sending in (None, office):
        told = [step_at(clock, percent, sending), warning_at(clock, sending)]
        if clock.due_at is None:
            assert told == [None, None]
            continue
        for at in told:
            assert at is not None
            assert at >= clock.start.at
            calendar = sending or clock.calendar
            assert any(begin <= at < end for begin, end in calendar.day(calendar.date_of(at)).spans)
        assert told[0] is not None
        assert (told[0] > clock.due_at) or percent < 100
