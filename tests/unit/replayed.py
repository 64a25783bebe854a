"""Replayed years as the sources of a summary: each month as it stood at six on the first morning after it."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from chalicelib.complaints import city, periods
from chalicelib.complaints.calendar import Calendars
from chalicelib.complaints.clocks import clocks
from chalicelib.complaints.facts import Fact, answers_of, fact_of, judged, working_minutes
from chalicelib.complaints.ikm import Answer
from chalicelib.complaints.replay import REPLAYS, Replay, SyntheticCase
from chalicelib.complaints.replay_years import with_calendar
from chalicelib.complaints.rollup import Rollup, by_day, days_of, merge
from chalicelib.complaints.summary_shapes import Source
from chalicelib.desk.periods import point

CITIES = Path(__file__).parents[2] / "infra/cities"


@cache
def the_city(name: str) -> city.City:
    """The city of a replay, with that year's calendar."""
    return with_calendar(city.parse((CITIES / f"{name.partition('-')[0]}.toml").read_text()))


@cache
def played(name: str) -> Replay:
    """The replay."""
    return REPLAYS[name](the_city(name))


def ticket_of(case: SyntheticCase) -> str:
    """A stand-in for a ticket number, as the case goes through no real intake."""
    return f"REPLAY-{case.number:05}"


def timeline_of(case: SyntheticCase) -> list[dict[str, Any]]:
    """The events as the store keeps them."""
    return [
        {"at": step.at.isoformat(), "actor": step.actor, "type": step.type, "data": step.data} for step in case.steps
    ]


def morning_after(period: str, replay: Replay) -> datetime:
    """Six o'clock of the first day after the period, in the city's zone."""
    return datetime.combine(days_of(period)[-1] + timedelta(days=1), time(6), replay.zone)


@cache
def days(name: str, as_of: datetime, first: date, last: date) -> dict[date, Rollup]:
    """A rollup for each of these days, as its cases stood at `as_of`."""
    replay, its_city = played(name), the_city(name)
    calendars = Calendars(its_city)

    def facts() -> Iterator[Fact]:
        for case in replay.cases:
            if first <= case.received_at.astimezone(replay.zone).date() <= last and case.received_at <= as_of:
                timeline = timeline_of(case)
                yield fact_of(
                    ticket_of(case),
                    timeline,
                    zone=replay.zone,
                    as_of=as_of,
                    working_minutes=working_minutes(calendars),
                    clocks=judged(clocks(timeline, its_city, as_of, calendars)),
                )

    return by_day(facts(), [one for one in _answers(name) if first <= one.day <= last])


@cache
def _answers(name: str) -> tuple[Answer, ...]:
    replay = played(name)
    asked = (one for case in replay.cases for one in answers_of(ticket_of(case), timeline_of(case), zone=replay.zone))
    return (*asked, *replay.answers)


def source(name: str, period: str) -> Source:
    """What the summary of a period is made from: every period as of the morning after it."""
    replay = played(name)
    as_of = morning_after(period, replay)

    def of(one: str, at: datetime) -> dict[date, Rollup]:
        whole = days_of(one)
        return days(name, at, whole[0], whole[-1])

    now, year = of(period, as_of), period[:4]
    before = of(periods.before(period), morning_after(periods.before(period), replay))
    last_year = of(periods.year_before(period), morning_after(periods.year_before(period), replay))
    to_date = {day: one for day, one in of(year, as_of).items() if day <= days_of(period)[-1]}
    return Source(
        period=period,
        as_of=as_of,
        now=merge(now.values()),
        before=merge(before.values()),
        last_year=merge(last_year.values()),
        year=merge(to_date.values()),
        days={day: point(one) for day, one in {**now, **last_year}.items()},
        months={
            f"{one}-{month:02}": point(merge(day for on, day in found.items() if on.month == month))
            for one, found in ((year, to_date), (f"{int(year) - 1}", of(f"{int(year) - 1}", as_of)))
            for month in range(1, 13)
            if any(on.month == month for on in found)
        },
    )
