"""Which time counts: the working days and hours of a city and its departments, and arithmetic with them.

A calendar answers one question, `day(date)`: is it a working day, when is it open, and by which rule. Everything else
is counted from that, day by day, so that a deadline can show each day it counted or skipped.

Three calendars: WorkCalendar is one unit's; Handed is that of whoever holds a case on each day; Stopped is another one
less the time in which a clock stood still. Moments are timezone-aware; days are those of the city's zone.

- The day something starts on is not counted (the practice of agencies, and of every list of due dates we were shown).
- A deadline in working days ends when the office closes on its last day: what comes later nobody can act upon that day.
- A deadline in calendar days ends with its last day, at 24.00: it is mostly the reporter's, who keeps no office hours.
  It does not move when that day is a holiday: no rule of the service standards says so.
- A year without public holidays in the data is unknown, not free of holidays: NoCalendar.
- An opening is for those who would be off that day. A unit that works on it anyhow, by its own week or through every
  holiday, keeps its hours and has those of the opening beside them: an opening never takes time away.
"""

import hashlib
from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import msgspec

from chalicelib.complaints.city import Holiday, Hours, HoursPeriod, spans_of
from chalicelib.complaints.moments import midnight

if TYPE_CHECKING:
    from chalicelib.complaints.city import City

Interval = tuple[datetime, datetime]
"""From the first moment up to, but without, the second."""

ONE_DAY = timedelta(days=1)
NOTHING = timedelta(0)
# A moment that ends a day belongs to that day, not to the next.
_JUST = timedelta(microseconds=1)

# Why a day counts or does not. explain.py has the words.
WORKDAY, DAY_OFF, OPENING, ON_DUTY = "workday", "day_off", "opening", "on_duty"
# Of several entries that close one date, the first of these decides; an opening comes before all of them.
_PRECEDENCE = ("public", "local", "cuti_bersama")


class NoCalendar(LookupError):
    """The calendar has no public holidays for `year`, so nothing can be counted in it."""

    def __init__(self, year: int) -> None:
        super().__init__(f"the calendar has no public holidays for {year}")
        self.year = year


@dataclass(frozen=True, slots=True)
class Day:
    """One day of a calendar."""

    date: date
    working: bool
    """Counts as a working day."""
    spans: tuple[Interval, ...]
    """When it is open, in UTC, in order."""
    closes_at: datetime
    """When a deadline in working days that falls on it ends: with its last span."""
    rule: str
    """workday, day_off, opening, on_duty (a holiday its unit works through), public, local, cuti_bersama, or what
    stopped the clock."""
    name: str = ""
    """Of the entry that decided."""
    source: str = ""


class Calendar(ABC):
    """Counting on top of `day`."""

    zone: ZoneInfo

    @property
    @abstractmethod
    def version(self) -> str:
        """Which rules and dates these are: changes exactly when they do."""

    @abstractmethod
    def day(self, on: date) -> Day:
        """That day. Raises NoCalendar."""

    def stopped(self, _on: date) -> str:
        """Why that day does not count even where calendar days are counted; "" where it does."""
        return ""

    def date_of(self, at: datetime) -> date:
        """The day a moment belongs to, in the city's zone."""
        return at.astimezone(self.zone).date()

    def last_date(self, at: datetime) -> date:
        """The day that something until `at` ends on: 24.00 is the end of a day, not a moment of the next."""
        return self.date_of(at - _JUST)

    def midnight(self, on: date) -> datetime:
        """When that day begins, in UTC."""
        return midnight(on, self.zone)

    def add_working_time(self, start: datetime, amount: timedelta) -> datetime:
        """The first moment by which `amount` of working time has gone since `start`. Raises NoCalendar."""
        if amount <= NOTHING:
            return start
        left, on = amount, self.date_of(start)
        while True:
            for begin, end in self.day(on).spans:
                usable = end - max(begin, start)
                if usable >= left:
                    return max(begin, start) + left
                left -= max(usable, NOTHING)
            on += ONE_DAY

    def add_working_days(self, start: datetime, count: int) -> datetime:
        """The end of the `count`-th working day after the day of `start`; `count` ≥ 1. Raises NoCalendar."""
        on, left = self.date_of(start), count
        while True:
            on += ONE_DAY
            day = self.day(on)
            left -= day.working
            if left <= 0 and day.working:
                return day.closes_at

    def add_calendar_days(self, start: datetime, count: int) -> datetime:
        """The end (24.00) of the `count`-th day after the day of `start`, whatever days these are."""
        on, left = self.date_of(start), count
        while left > 0:
            on += ONE_DAY
            left -= not self.stopped(on)
        return self.midnight(on + ONE_DAY)

    def working_time_between(self, start: datetime, end: datetime) -> timedelta:
        """The working time from `start` to `end`; nothing where `end` is not later. Raises NoCalendar."""
        total, on, last = NOTHING, self.date_of(start), self.last_date(end)
        while end > start and on <= last:
            total += overlap(self.day(on).spans, start, end)
            on += ONE_DAY
        return total

    def working_days_between(self, start: datetime, end: datetime) -> int:
        """How many working days lie after the day of `start`, up to and with the day of `end`. Raises NoCalendar."""
        on, last, count = self.date_of(start), self.last_date(end), 0
        while on < last:
            on += ONE_DAY
            count += self.day(on).working
        return count

    def next_working_moment(self, at: datetime) -> datetime:
        """`at` itself while it is open, else the next opening. Closing time is not open any more. Raises NoCalendar."""
        on = self.date_of(at)
        while True:
            for begin, end in self.day(on).spans:
                if at < end:
                    return max(at, begin)
            on += ONE_DAY


def known_years(holidays: Iterable[Holiday]) -> frozenset[int]:
    """The years somebody has entered: those with public holidays."""
    return frozenset(one.date.year for one in holidays if one.kind == "public")


class WorkCalendar(Calendar):
    """The calendar of one unit. `hours` are its week; `periods` replace them for some weeks; `works_on_holidays`: no
    holiday of the list changes its week. Days are made once and kept."""

    def __init__(
        self,
        zone: str,
        hours: Hours,
        holidays: Sequence[Holiday],
        *,
        cuti_bersama_is_holiday: bool = True,
        works_on_holidays: bool = False,
        periods: Sequence[HoursPeriod] = (),
    ) -> None:
        self.zone = ZoneInfo(zone)
        self._hours, self._periods = hours, tuple(periods)
        self._cuti_bersama, self._on_duty = cuti_bersama_is_holiday, works_on_holidays
        self._holidays = tuple(holidays)
        self._years = known_years(holidays)
        self._openings = {one.date: one for one in holidays if one.kind == "opening"}
        closed = [one for one in holidays if one.kind in _PRECEDENCE]
        self._closed: dict[date, Holiday] = {}
        for one in sorted(closed, key=lambda one: -_PRECEDENCE.index(one.kind)):
            if one.kind != "cuti_bersama" or cuti_bersama_is_holiday:
                self._closed[one.date] = one
        self._days: dict[date, Day] = {}
        self._version = ""

    @property
    def version(self) -> str:
        if not self._version:
            known = (
                self.zone.key,
                self._hours,
                self._periods,
                sorted(self._holidays, key=lambda one: (one.date, one.kind)),
                self._cuti_bersama,
                self._on_duty,
            )
            self._version = hashlib.sha256(msgspec.json.encode(known)).hexdigest()[:8]
        return self._version

    def day(self, on: date) -> Day:
        found = self._days.get(on)
        if found is None:
            found = self._days[on] = self._make(on)
        return found

    def _make(self, on: date) -> Day:
        if on.year not in self._years:
            raise NoCalendar(on.year)
        opening, closed = self._openings.get(on), self._closed.get(on)
        spans = self._week(on).spans(on.weekday())
        if spans and (not closed or self._on_duty):
            if opening:
                spans = joined(spans, spans_of(opening.hours))
            return self._day(on, spans, ON_DUTY if closed else WORKDAY, closed)
        if opening:
            return self._day(on, self._opened(opening, on), OPENING, opening)
        if closed and not self._on_duty:
            return self._day(on, (), closed.kind, closed)
        return self._day(on, (), DAY_OFF, None)

    def _opened(self, entry: Holiday, on: date) -> tuple[tuple[int, int], ...]:
        """The hours of a day that would have been off."""
        if entry.hours:
            return spans_of(entry.hours)
        week = self._week(on)
        return next((spans for at in (on.weekday(), *range(7)) if (spans := week.spans(at))), ())

    def _week(self, on: date) -> Hours:
        return next((one.hours for one in self._periods if one.first <= on <= one.last), self._hours)

    def _day(self, on: date, spans: tuple[tuple[int, int], ...], rule: str, entry: Holiday | None) -> Day:
        # No Indonesian zone changes its offset within a day.
        zero = self.midnight(on)
        moments = tuple((zero + timedelta(minutes=begin), zero + timedelta(minutes=end)) for begin, end in spans)
        closes = moments[-1][1] if moments else zero + ONE_DAY
        return Day(on, bool(moments), moments, closes, rule, entry.name if entry else "", entry.source if entry else "")


class Handed(Calendar):
    """The calendar of whoever holds a case: from each moment on, another unit's. `parts` are (since, calendar) in
    order; the first holds from ever.

    Hours are those of the holder at that hour. Whether a day is a working day, and when it closes, says the unit that
    held the case when the day began: handing a case over does not move a deadline of the same day.
    """

    def __init__(self, parts: Sequence[tuple[datetime, Calendar]]) -> None:
        self.zone = parts[0][1].zone
        self._parts = parts

    @property
    def version(self) -> str:
        return "+".join(dict.fromkeys(calendar.version for _, calendar in self._parts))

    def day(self, on: date) -> Day:
        begins, ends = self.midnight(on), self.midnight(on + ONE_DAY)
        holder = self._parts[0][1]
        later: list[tuple[datetime, Calendar]] = []
        for since, calendar in self._parts[1:]:
            if since <= begins:
                holder = calendar
            elif since < ends:
                later.append((since, calendar))
        day = holder.day(on)
        if not later:
            return day
        parts = [(begins, holder), *later]
        until = [since for since, _ in later] + [ends]
        spans = [
            (max(begin, since), min(end, to))
            for (since, calendar), to in zip(parts, until, strict=True)
            for begin, end in calendar.day(on).spans
            if max(begin, since) < min(end, to)
        ]
        return replace(day, spans=tuple(spans))


class Stopped(Calendar):
    """A calendar less the intervals in which a clock stood still, each (from, to, why).

    Hours are cut out exactly. A whole day is not counted when the clock stands still as that day ends (a working day
    as it closes, a calendar day at midnight): so a stop outside working time gains nothing, one of some hours at noon
    gains nothing, and no deadline ever ends while its clock stands still.
    """

    def __init__(self, calendar: Calendar, stops: Sequence[tuple[datetime, datetime, str]]) -> None:
        self.zone = calendar.zone
        self._calendar, self._stops = calendar, stops

    @property
    def version(self) -> str:
        return self._calendar.version

    def day(self, on: date) -> Day:
        day = self._calendar.day(on)
        spans = day.spans
        for begin, end, _ in self._stops:
            if any(begin < closes and opens < end for opens, closes in spans):
                spans = without(spans, begin, end)
        why = self._why(day.closes_at)
        if day.working and why:
            return replace(day, working=False, spans=spans, rule=why, name="", source="")
        return day if spans == day.spans else replace(day, spans=spans)

    def stopped(self, on: date) -> str:
        return self._why(self.midnight(on + ONE_DAY))

    def _why(self, at: datetime) -> str:
        """What made the clock stand still just before `at`, or nothing."""
        return next((why for begin, end, why in self._stops if begin < at <= end), "")


class Calendars:
    """The calendars of a city, each made once: pass it on where many cases are looked at."""

    def __init__(self, city: "City") -> None:
        self._city = city
        self._made: dict[str | None, WorkCalendar] = {}

    def of(self, department_id: str | None = None) -> WorkCalendar:
        """The calendar of a department; the city's own for None, for departments without hours of their own, and for
        those the city does not know (any more)."""
        department = self._city.department(department_id) if department_id else None
        own = department if department and (department.hours or department.works_on_holidays) else None
        key = own.id if own else None
        if key not in self._made:
            city = self._city
            self._made[key] = WorkCalendar(
                city.zone,
                own.hours or city.hours if own else city.hours,
                city.holidays,
                cuti_bersama_is_holiday=city.cuti_bersama_is_holiday,
                works_on_holidays=own.works_on_holidays if own else False,
                periods=() if own and own.hours else city.hours_periods,
            )
        return self._made[key]


def overlap(spans: Sequence[Interval], start: datetime, end: datetime) -> timedelta:
    """How much of the spans lies between two moments."""
    return sum((max(min(to, end) - max(since, start), NOTHING) for since, to in spans), NOTHING)


def joined(spans: Iterable[tuple[int, int]], others: Iterable[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """The spans of a day (minutes since midnight) and others beside them, in order; what overlaps or touches is one."""
    found: list[tuple[int, int]] = []
    for begin, end in sorted((*spans, *others)):
        if found and begin <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((begin, end))
    return tuple(found)


def without(spans: Sequence[Interval], begin: datetime, end: datetime) -> tuple[Interval, ...]:
    """The spans with everything between two moments cut out."""
    pieces = [piece for opens, closes in spans for piece in ((opens, min(closes, begin)), (max(opens, end), closes))]
    return tuple((opens, closes) for opens, closes in pieces if opens < closes)
