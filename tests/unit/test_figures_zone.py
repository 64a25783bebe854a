"""After a change of the city's zone a case is counted once, on its day by the new zone: by the next night, or by a
rebuild before it, whatever was killed. What was published stays; what is other becomes a revision."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pytest

from chalicelib.complaints.calendar import Calendars
from chalicelib.complaints.clocks import clocks
from chalicelib.complaints.facts import answers_of, fact_of, judged, working_minutes
from chalicelib.complaints.rollup import Rollup, by_day, days_of, to_bytes
from chalicelib.desk import figures as night
from chalicelib.store import cities, figures, snapshots
from chalicelib.store.figures import OWN
from tests.unit import test_figures_night as nights
from tests.unit.made_cases import Timeline
from tests.unit.test_figures_night import CITY, TOML, _killed, at_night, month, received, step, store, stored

WIT = "Asia/Jayapura"
# 23.30 WIB is half past one of the next day in WIT: of the day, of the month and of the year.
LIVES: dict[str, Timeline] = {
    "KDR-NOON": [received("2026-03-02T12:00"), step("2026-03-03T09:00", "reject", reason="abuse")],
    "KDR-LATE": [
        received("2026-03-02T23:30"),
        step("2026-03-03T08:00", "respond", text="x"),
        step("2026-03-03T09:00", "close"),
        step("2026-03-03T23:30", "survey", "reporter", element="U1", score=4),
        step("2026-03-31T23:30", "survey", "reporter", element="U2", score=2),
    ],
    "KDR-MONTH": [received("2026-03-31T23:30")],
    "KDR-YEAR": [received("2026-12-31T23:30")],
}


@pytest.fixture(autouse=True)
def tables(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    yield from nights.in_kediri(monkeypatch)


def move(zone: str) -> None:
    item = cities.stored()
    assert item is not None
    city = msgspec.structs.replace(CITY, zone=zone)
    assert cities.apply(city, TOML, after=int(item.version), by="admin1", now=datetime(2026, 1, 1, tzinfo=UTC))


def recounted(day: str, zone: str) -> dict[date, bytes]:
    """Every day out of the timelines alone, as of the midnight of a zone at which `day` begins."""
    in_zone, city = ZoneInfo(zone), msgspec.structs.replace(CITY, zone=zone)
    as_of = datetime.fromisoformat(day).replace(tzinfo=in_zone).astimezone(UTC) - timedelta(milliseconds=1)
    calendars, facts, answers = Calendars(city), [], []
    for ticket, timeline in LIVES.items():
        if known := [one for one in timeline if datetime.fromisoformat(one["at"]) <= as_of]:
            facts.append(
                fact_of(
                    ticket,
                    known,
                    zone=in_zone,
                    as_of=as_of,
                    working_minutes=working_minutes(calendars),
                    clocks=judged(clocks(known, city, as_of, calendars)),
                    lapor="held",
                )
            )
            answers += answers_of(ticket, known, zone=in_zone)
    return {one: to_bytes(rollup) for one, rollup in by_day(facts, answers).items()}


def in_store(*periods: str) -> dict[date, bytes]:
    nothing = to_bytes(Rollup())
    return {day: one for period in periods for day, one in stored(period).items() if one != nothing}


def received_in(period: str) -> int:
    return sum(one.part().get("received", 0) for _, one in figures.rollups(OWN, days_of(period)))


def test_the_night_after_a_change_of_the_zone_counts_every_case_once_on_its_day(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    store(LIVES)
    night.bring_up(at_night("2027-01-02"))
    assert in_store("2026", "2027") == recounted("2027-01-02", CITY.zone)
    move(WIT)
    assert night.bring_up(at_night("2027-01-03")).cases == len(LIVES)
    assert in_store("2026", "2027") == recounted("2027-01-03", WIT)
    assert (received_in("2026"), received_in("2027")) == (3, 1)
    move(CITY.zone)
    night.bring_up(at_night("2027-01-04"))
    assert in_store("2026", "2027") == recounted("2027-01-04", CITY.zone)
    monkeypatch.setattr(figures, "those_there", None)  # the zone is what it was last night: nothing is looked for
    night.bring_up(at_night("2027-01-05"))
    assert in_store("2026", "2027") == recounted("2027-01-05", CITY.zone)


@pytest.mark.parametrize("day", ["2027-01-02", "2027-01-01"], ids=["all days over", "one case is of a day to come"])
def test_a_rebuild_before_that_night_starts_from_nothing(day: str) -> None:
    store(LIVES)
    night.bring_up(at_night(day))
    move(WIT)
    for period in ("2026-03", "2026-12", "2027-01"):
        night.rebuild(period)
    assert in_store("2026", "2027") == recounted(day, WIT)
    move(CITY.zone)
    night.bring_up(at_night("2027-01-03"))
    assert in_store("2026", "2027") == recounted("2027-01-03", CITY.zone), "what the rebuild wrote is not left over"


def test_a_rebuild_removes_a_row_that_is_no_cases() -> None:
    store(LIVES)
    night.bring_up(at_night("2027-01-02"))
    before = in_store("2026")
    (row,) = figures.fact_rows(OWN, date(2026, 3, 31))
    for ticket, day in (("KDR-MONTH", date(2026, 5, 5)), ("KDR-GONE", date(2026, 5, 6))):
        stale = figures.Row(msgspec.structs.replace(row.fact, ticket=ticket, day=day), None)
        figures.put_fact(OWN, stale, datetime(2026, 6, 1, tzinfo=UTC))
        night.add_up(OWN, day)
    assert in_store("2026") != before
    night.rebuild("2026-05")
    assert in_store("2026") == before


def test_a_row_of_a_later_night_is_not_removed() -> None:
    store({"KDR-NOON": LIVES["KDR-NOON"]})
    night.bring_up(at_night("2026-03-05"))
    key = (date(2026, 3, 2), "FACT#KDR-NOON")
    for earlier, left in ((timedelta(days=1), {key}), (timedelta(), set())):
        figures.remove(OWN, [key], night.moment(at_night("2026-03-05") - earlier, ZoneInfo(CITY.zone)).as_of)
        assert figures.those_there(OWN, [key]) == left
    (item,) = figures.EmptiedItem.query("DAY#2026-03-02", figures.EmptiedItem.sk == key[1])
    assert set(item.attribute_values) == {"pk", "sk", "as_of", "emptied"}, "of what it said nothing is left"
    figures.forget_place(OWN, key[0], "KDR-NOON")
    night.rebuild("2026-03-02")
    assert figures.those_there(OWN, [key]) == {key}


def test_killed_between_any_two_calls_the_moved_night_says_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    store(LIVES)
    night.bring_up(at_night("2027-01-02"))
    kills = 0
    move(WIT)
    while _killed(monkeypatch, kills, lambda: night.bring_up(at_night("2027-01-03"))):
        kills += 3
    assert kills > 40
    assert in_store("2026", "2027") == recounted("2027-01-03", WIT)


def test_a_zone_that_changes_back_in_the_middle_of_a_night_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    store(LIVES)
    night.bring_up(at_night("2027-01-02"))
    move(WIT)
    with monkeypatch.context() as short:
        short.setattr(night, "SECONDS", -1.0)
        for _ in range(3):
            assert night.bring_up(at_night("2027-01-03")).left
    move(CITY.zone)
    night.bring_up(at_night("2027-01-03"))
    assert in_store("2026", "2027") == recounted("2027-01-03", CITY.zone)


def test_figures_of_an_earlier_version_are_counted_by_the_zone_once() -> None:
    """It did not write down by which zone its rows were put under their days."""
    store(LIVES)
    night.bring_up(at_night("2027-01-02"))
    mark = figures.mark()
    mark.zone = None
    mark.save()
    move(WIT)
    night.bring_up(at_night("2027-01-03"))
    assert in_store("2026", "2027") == recounted("2027-01-03", WIT)
    assert figures.mark().zone == WIT


def test_a_published_month_stays_and_what_the_zone_changed_is_a_revision() -> None:
    store({ticket: LIVES[ticket] for ticket in ("KDR-NOON", "KDR-LATE", "KDR-MONTH")})
    night.bring_up(at_night("2026-03-20"))
    month()
    first = snapshots.latest("2026-03")
    assert first is not None and first.document["figures"]["received"]["numerator"] == 3
    move(WIT)
    assert month("2026-04-03", hours=8) == [{"period": "2026-03", "revision": 2}]
    second = snapshots.latest("2026-03")
    assert second is not None
    changes: dict[str, Any] = {one["path"]: (one["before"], one["after"]) for one in second.changes}
    assert changes["figures.received.numerator"] == (3, 2)
    assert changes["days.2026-03-03.received"] == (0, 1)
    assert snapshots.get("2026-03", 1) == first
    assert (received_in("2026-03"), received_in("2026-04")) == (2, 1)
