"""What must have been told of a case, by counting minutes and days one by one (tests/unit/simulated_year.py)."""

import bisect
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from math import ceil
from typing import Any
from zoneinfo import ZoneInfo

from chalicelib.complaints.city import City
from tests.unit.simulated_year import MINUTE, NEVER, Life, Minutes, calendars, tick

ONE_DAY = timedelta(days=1)
Holders = list[tuple[datetime, str | None]]


@dataclass
class Run:
    """One go of one clock."""

    clock: str
    start: datetime
    end: datetime = NEVER


class Oracle:
    """The city's file, and nothing of the code."""

    def __init__(self, city: City) -> None:
        self.city, self.zone = city, ZoneInfo(city.zone)
        self.work, self.telling = calendars(city), calendars(city, quiet=True)
        self.ladder: dict[str, list[tuple[int, bool]]] = {}
        for one in sorted(city.alerts, key=lambda one: one.percent):
            inside = one.to[0] in ("officer", "head")
            self.ladder.setdefault(one.clock, []).append((one.percent, inside))

    def expected(self, life: Life) -> Iterator[tuple[Run, int, datetime]]:
        """Each step with the tick that must decide it, in order."""
        events = [event for event in life.timeline if event["type"] != "alert"]
        holders = self._holders(events)
        emergency = events[0]["data"]["category"] in self.city.alerting.emergency_categories
        for run in runs(events):
            taken = [(one["at"], one["data"]) for one in events if one["type"] == "acknowledged"]
            acts = [
                (at, datetime.fromisoformat(data["until"]))
                for at, data in taken
                if data["clock"] == run.clock and run.start <= at < run.end
            ]
            found: dict[datetime, int] = {}
            for percent, inside in self.ladder[run.clock]:
                at = self._tick(run, percent, inside, holders, acts, events[0]["data"]["class"], emergency)
                if at and at < run.end:
                    found[at] = percent  # of several at once the last: the highest
            highest = 0
            for at in sorted(found):
                if found[at] > highest:
                    highest = found[at]
                    yield run, highest, at

    def may_be_told(self, percent: int, clock: str, department: str | None, at: datetime) -> bool:
        """Whether those of that step work, and are not to be left in peace."""
        inside = dict(self.ladder[clock])[percent]
        return self.telling[department if inside else None].open(at)

    def _tick(
        self,
        run: Run,
        percent: int,
        inside: bool,
        holders: Holders,
        acts: list[tuple[datetime, datetime]],
        class_: str,
        emergency: bool,
    ) -> datetime | None:
        """The first sweep at which the step is due by what was known then."""
        changes = sorted({run.start, *(at for at, _ in (*holders, *acts) if run.start < at < run.end)})
        for since, until in zip(changes, [*changes[1:], run.end], strict=True):
            known = [one for one in holders if one[0] <= since]
            telling = self.telling[known[-1][1] if inside else None]
            at = self._moment(run, percent, known, class_, telling, emergency)
            silent = max((end for begin, end in acts if begin <= since), default=at)
            if silent > at:
                at = silent if emergency else telling.following(silent)
            swept = tick(max(at, since))
            if swept < until:
                return swept
        return None

    def _moment(
        self, run: Run, percent: int, holders: Holders, class_: str, telling: Minutes, emergency: bool
    ) -> datetime:
        own = [(since, self.work[unit]) for since, unit in holders]
        if run.clock in ("verification", "closing"):
            own = [(run.start, self.work[None])]
        segments = [
            (since, until, unit)
            for (since, unit), until in zip(own, [*(since for since, _ in own[1:]), NEVER], strict=True)
        ]
        standards = [one for one in self.city.standards if one.clock == run.clock]
        standard = next((one for one in standards if one.class_ == class_), None) or next(
            one for one in standards if one.class_ == "*"
        )
        hours = standard.unit == "hours"
        due = (
            _advance(segments, run.start, Fraction(standard.amount * 60))
            if hours
            else self._working_days(segments, run.start, standard.amount)
        )
        whole = _count(segments, run.start, due)
        if percent >= 100:
            at = due if percent == 100 else _advance(segments, due, Fraction(whole * (percent - 100), 100))
            at = max(at, due + timedelta(milliseconds=1))
            return at if emergency else telling.following(at)
        at = _advance(segments, run.start, Fraction(whole * percent, 100))
        at = at if emergency else telling.following(at)
        if hours:
            return at
        on = (due - MINUTE).astimezone(self.zone).date() - ONE_DAY
        while not self._works(segments, on):
            on -= ONE_DAY
        if on <= run.start.astimezone(self.zone).date():
            return at
        return min(at, telling.following(self._midnight(on)))

    def _working_days(self, segments: list[Any], start: datetime, amount: int) -> datetime:
        on, left = start.astimezone(self.zone).date(), amount
        while left:
            on += ONE_DAY
            left -= self._works(segments, on)
        closes: datetime = self._unit(segments, on).days[on][1]
        return closes

    def _works(self, segments: list[Any], on: Any) -> bool:
        return on in self._unit(segments, on).days

    def _unit(self, segments: list[Any], on: Any) -> Any:
        """Whose day it is: who held the case as it began."""
        held = [unit for since, _, unit in segments if since <= self._midnight(on)]
        return held[-1] if held else segments[0][2]

    def _midnight(self, on: Any) -> datetime:
        return datetime(on.year, on.month, on.day, tzinfo=self.zone).astimezone(UTC)

    @staticmethod
    def _holders(events: list[Any]) -> Holders:
        found: Holders = [(events[0]["at"], None)]
        found += [(one["at"], one["data"]["department"]) for one in events if one["type"] in ("assign", "transfer")]
        return found


def runs(events: list[Any]) -> list[Run]:
    """Every go of every clock, by the rules at the head of clock_runs.py."""
    found: list[Run] = []

    def end(at: datetime, *clocks: str) -> None:
        for run in found:
            if run.end == NEVER and (not clocks or run.clock in clocks):
                run.end = at

    for event in events:
        at, type_ = event["at"], event["type"]
        if type_ == "received":
            found += [Run("verification", at), Run("resolution", at)]
        if type_ in ("verify", "assign"):
            end(at, "verification")
        if type_ in ("assign", "transfer"):
            end(at, "follow_up")
            found.append(Run("follow_up", at))
        if type_ == "start":
            end(at, "follow_up")
        if type_ == "respond":
            end(at, "follow_up", "resolution", "closing")
            found.append(Run("closing", at))
        if type_ in ("message", "close"):
            end(at, "closing")
        if type_ == "reject":
            end(at)
        if type_ == "reopen":
            end(at)
            found += [Run("resolution", at), Run("follow_up", at)]
    return found


def _count(segments: list[Any], start: datetime, end: datetime) -> int:
    total = 0
    for since, until, unit in segments:
        first, last = max(since, start), min(until, end)
        if first < last:
            total += bisect.bisect_left(unit.starts, last) - bisect.bisect_left(unit.starts, first)
    return total


def _advance(segments: list[Any], start: datetime, minutes: Fraction) -> datetime:
    """When so many working minutes are gone since then."""
    for since, until, unit in segments:
        if until <= start:
            continue
        first = bisect.bisect_left(unit.starts, max(since, start))
        there = bisect.bisect_left(unit.starts, until) - first
        if minutes <= there:
            last = ceil(minutes) - 1
            begun: datetime = unit.starts[first + last]
            return begun + float(minutes - last) * MINUTE
        minutes -= there
    raise ValueError("the years are over")
