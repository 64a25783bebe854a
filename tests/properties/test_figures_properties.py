"""Whatever happens to cases between whatever nights, in any zone: the stored days are what a recount of the timelines
says, and a month that is over stays as it was unless what should have been known then comes to be known, or the city's
zone is another."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chalicelib.complaints.calendar import Calendars
from chalicelib.complaints.city import City, parse
from chalicelib.complaints.clocks import clocks
from chalicelib.complaints.facts import Fact, answers_of, fact_of, judged, working_minutes
from chalicelib.complaints.rollup import days_of, merge, rollup_of, to_bytes
from chalicelib.desk import figures as night
from chalicelib.desk import worker
from chalicelib.store import cities, figures, snapshots
from chalicelib.store.figures import MONTHEND, NOW, OWN
from tests.properties.test_rollup_properties import ZONES, Timeline, timelines
from tests.unit.made_cases import put_case
from tests.unit.tables import empty_tables

TOML = (Path(__file__).parents[2] / "infra/cities/kediri.toml").read_text(encoding="utf-8")
CITY = parse(TOML)
CALENDARS = Calendars(CITY)
# The cases of `timelines` are received around the midnights of 27 to 29 February 2028 and live some days.
NIGHTS = [date(2028, 2, 27) + timedelta(days=number) for number in range(12)]


def in_zone(zone: str) -> City:
    return msgspec.structs.replace(CITY, zone=zone)


def move(zone: str) -> City:
    """The city, from now on in this zone."""
    city, item = in_zone(zone), cities.stored()
    assert item is not None
    assert cities.apply(city, TOML, after=int(item.version), by="admin1", now=datetime(2026, 1, 1, tzinfo=UTC))
    return city


@contextmanager
def tables(city: City) -> Iterator[None]:
    with empty_tables(), pytest.MonkeyPatch.context() as patch:
        patch.setattr(worker, "clock", lambda: datetime(2026, 1, 1, tzinfo=UTC))
        assert cities.apply(city, TOML, after=0, by="admin1", now=datetime(2026, 1, 1, tzinfo=UTC))
        yield


def known(case: Timeline, until: datetime) -> Timeline:
    return [one for one in case if datetime.fromisoformat(one["at"]) <= until]


def fact(ticket: str, case: Timeline, as_of: datetime, city: City, calendars: Calendars) -> Fact:
    return fact_of(
        ticket,
        case,
        zone=ZoneInfo(city.zone),
        as_of=as_of,
        working_minutes=working_minutes(calendars),
        clocks=judged(clocks(case, city, as_of, calendars)),
        lapor="held",
    )


def recount(lives: dict[str, Timeline], as_of: datetime, city: City, period: str) -> bytes:
    """A period out of the timelines alone."""
    calendars = Calendars(city)
    told = {ticket: known(case, as_of) for ticket, case in lives.items() if known(case, as_of)}
    facts = [fact(ticket, case, as_of, city, calendars) for ticket, case in told.items()]
    answers = [one for ticket, case in told.items() for one in answers_of(ticket, case, zone=ZoneInfo(city.zone))]
    days = set(days_of(period))
    return to_bytes(rollup_of((one for one in facts if one.day in days), [one for one in answers if one.day in days]))


def stored(period: str, kind: str) -> bytes:
    return to_bytes(merge(one for _, one in figures.rollups(OWN, days_of(period), kind)))


def moved(case: Timeline, days: int) -> Timeline:
    return [{**one, "at": (datetime.fromisoformat(one["at"]) - timedelta(days=days)).isoformat()} for one in case]


# The year with a 29 February has no calendar of holidays yet: no deadline, no working hours. The other one has.
@pytest.mark.parametrize("back", [0, 731])
@given(
    st.lists(timelines(), min_size=1, max_size=4),
    st.lists(st.sampled_from(NIGHTS), min_size=1, max_size=4, unique=True).map(sorted),
    st.one_of(st.sampled_from(ZONES).map(lambda zone: [zone] * 4), st.lists(st.sampled_from(ZONES), min_size=4)),
    st.sampled_from((False, False, False, True)),  # sixty days take a while
    st.booleans(),
)
@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
def test_nights_equal_a_recount(
    back: int, cases: list[Timeline], nights: list[date], zones: list[str], rebuilt: bool, late: bool
) -> None:
    """By whatever zone, and by another one from some night on: as soon as that has run, or a rebuild before it."""
    city, march = in_zone(zones[0]), date(2028, 3, 1) - timedelta(days=back)
    leap, following = f"{march - timedelta(days=1):%Y-%m}", f"{march:%Y-%m}"
    nights = [day - timedelta(days=back) for day in nights]
    lives = {f"KDR-{number}": moved(case, back) for number, case in enumerate(cases)}
    with tables(city):
        put: dict[str, Any] = {}
        for number, (day, zone) in enumerate(zip(nights, zones, strict=False)):
            if number and zone != zones[number - 1]:
                city = move(zone)
                last_change = number == len(nights) - 1
                for period in (leap, following) if rebuilt and last_change else ():
                    night.rebuild(period)
                for period in (leap, following) if rebuilt and last_change else ():
                    as_of = night.Moment(nights[number - 1], ZoneInfo(zone)).as_of
                    assert stored(period, NOW) == recount(put, as_of, city, period)
            now = datetime.combine(day, datetime.min.time(), ZoneInfo(zone)).astimezone(UTC) + timedelta(minutes=40)
            for ticket, case in lives.items():
                if (so_far := known(case, now)) != put.get(ticket, []):
                    put_case(ticket, so_far)
                    put[ticket] = so_far
            night.bring_up(now)
            as_of = now - timedelta(minutes=40, milliseconds=1)
            # A case that came after midnight is not there yet.
            for period in (leap, following):
                assert stored(period, NOW) == recount(lives, as_of, city, period)
        end = night.Moment(nights[-1], ZoneInfo(zone)).month_end(march - timedelta(days=1))
        closed = {one.sk: int(one.changed) for one in snapshots.months()}
        assert (leap in closed) == (end is not None and nights[0] <= march)
        if leap not in closed or end is None:
            return
        assert stored(leap, MONTHEND) == recount(lives, end, city, leap)
        stayed = len(set(zones[: len(nights)])) == 1
        assert not (stayed and closed[leap])
        if late:
            first = datetime(march.year, 2, 20, 3, tzinfo=UTC)
            lives["KDR-LATE"] = [{"at": first.isoformat(), "actor": "impor", "type": "received", "data": {}}]
            put_case("KDR-LATE", lives["KDR-LATE"], touched=now + timedelta(hours=2))
            night.bring_up(now + timedelta(days=1))
            assert stored(leap, MONTHEND) == recount(lives, end, city, leap)
            assert [int(one.changed) for one in snapshots.months() if one.sk == leap] == [closed[leap] + 1]


@given(timelines(), st.integers(0, 60 * 24 * 400))
@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
def test_a_finished_case_stays_as_it_is(case: Timeline, minutes: int) -> None:
    """What the month's end rests on: nobody need look at a finished case again before it is touched."""
    calendars, case = CALENDARS, moved(case, 731)
    last = datetime.fromisoformat(case[-1]["at"])
    ended = fact("KDR-1", case, last, CITY, calendars)
    if ended.state in ("closed", "rejected"):
        assert fact("KDR-1", case, last + timedelta(minutes=minutes), CITY, calendars) == ended
