"""The night's work: figures equal a recount from the timelines, whatever was killed, run twice or came late."""

import csv
import io
import zlib
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pytest
from botocore.client import BaseClient
from pynamodb.exceptions import QueryError

from chalicelib.api import figure_shapes
from chalicelib.complaints import indicators
from chalicelib.complaints.calendar import Calendars
from chalicelib.complaints.city import City, parse
from chalicelib.complaints.clocks import clocks
from chalicelib.complaints.facts import answers_of, fact_of, judged, working_minutes
from chalicelib.complaints.rollup import Rollup, by_day, days_of, merge, to_bytes
from chalicelib.desk import figures as night
from chalicelib.desk import figures_sheet, periods, publishing, pushing, worker
from chalicelib.desk.sheets import BOM
from chalicelib.problems import Problem
from chalicelib.store import cases, cities, figures, snapshots
from chalicelib.store.figures import MONTHEND, NOW, OWN
from chalicelib.store.snapshots import Snapshot
from chalicelib.store.tables import CityItem
from scheduled import daily_figures, monthly_summary
from tests.unit.made_cases import Timeline, put_case
from tests.unit.made_facts import event
from tests.unit.tables import empty_tables

TOML = (Path(__file__).parents[2] / "infra/cities/kediri.toml").read_text(encoding="utf-8")
CITY = parse(TOML)
ZONE = ZoneInfo(CITY.zone)


@pytest.fixture(autouse=True)
def tables(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    yield from in_kediri(monkeypatch)


def in_kediri(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Empty tables of a city whose months reach nobody."""
    monkeypatch.setattr(worker, "clock", lambda: datetime(2026, 1, 1, tzinfo=UTC))  # these tests live in their `now`
    monkeypatch.setattr(publishing, "give_out", lambda snapshot, now: None)  # whom it reaches is another test's
    monkeypatch.setattr(pushing, "order", lambda *words: False)
    with empty_tables():
        assert cities.apply(CITY, TOML, after=0, by="admin1", now=datetime(2026, 1, 1, tzinfo=UTC))
        yield


def at_night(day: str) -> datetime:
    """When the job runs: forty minutes past midnight, WIB."""
    return datetime.fromisoformat(f"{day}T00:40:00+07:00").astimezone(UTC)


def received(at: str, **data: Any) -> dict[str, Any]:
    """WIB, as `2026-03-02T12:00`."""
    return event(*_utc(at), "reporter", **{"channel": "phone", "class": "complaint", "category": "pohon", **data})


def step(at: str, type_: str, actor: str = "operator1", **data: Any) -> dict[str, Any]:
    return event(_utc(at)[0], type_, actor, **data)


def _utc(at: str) -> tuple[str, str]:
    moment = datetime.fromisoformat(f"{at}:00+07:00").astimezone(UTC)
    return f"{moment:%Y-%m-%dT%H:%M}", "received"


LIVES: dict[str, Timeline] = {
    "KDR-CLOSED": [
        received("2026-03-02T12:00"),
        step("2026-03-02T13:00", "assign", department="dlhkp"),
        step("2026-03-03T09:00", "respond", "officer1", text="x"),
        step("2026-03-03T10:00", "close", "head1"),
        step("2026-03-04T11:00", "survey", "reporter", element="U1", score=4),
    ],
    "KDR-OPEN": [received("2026-03-02T23:59")],
    "KDR-WAITING": [
        received("2026-03-03T00:00"),
        step("2026-03-03T08:00", "wait", text="di mana?"),
    ],
    "KDR-SPAM": [received("2026-03-03T08:00"), step("2026-03-03T09:00", "reject", reason="spam")],
}


def store(lives: dict[str, Timeline] = LIVES) -> None:
    for ticket, timeline in lives.items():
        put_case(ticket, timeline)


def recount(lives: dict[str, Timeline], day: str, city: City = CITY) -> dict[date, Rollup]:
    """What the days are, worked out from the timelines alone, as of the midnight at which `day` begins."""
    as_of = datetime.fromisoformat(f"{day}T00:00:00+07:00").astimezone(UTC) - timedelta(milliseconds=1)
    calendars = Calendars(city)
    facts, answers = [], []
    for ticket, timeline in lives.items():
        known = [one for one in timeline if datetime.fromisoformat(one["at"]) <= as_of]
        if not known:
            continue
        facts.append(
            fact_of(
                ticket,
                known,
                zone=ZONE,
                as_of=as_of,
                working_minutes=working_minutes(calendars),
                clocks=judged(clocks(known, city, as_of, calendars)),
                lapor="held",
            )
        )
        answers += answers_of(ticket, known, zone=ZONE)
    return by_day(facts, answers)


def stored(period: str, kind: str = NOW) -> dict[date, bytes]:
    return {day: to_bytes(one) for day, one in figures.rollups(OWN, days_of(period), kind)}


def same(period: str, lives: dict[str, Timeline], day: str) -> None:
    assert stored(period) == {one: to_bytes(rollup) for one, rollup in recount(lives, day).items()}


def test_a_night_says_what_a_recount_says() -> None:
    store()
    done = night.bring_up(at_night("2026-03-04"))
    assert (done.acted, done.cases, done.days, done.failed, done.left) == (True, 4, 2, 0, False)
    same("2026-03", LIVES, "2026-03-04")
    found = indicators.compute(periods.living(OWN, days_of("2026-03")))
    assert (found["received"].numerator, found["counted"].numerator) == (4, 3)
    assert found["closed"].text == "33,33 % (1/3)"


def test_a_day_is_done_once_and_the_hourly_knocks_find_it_done() -> None:
    store()
    before = datetime(2026, 3, 3, 16, 40, tzinfo=UTC)  # 23.40 WIB: still the 3rd
    assert daily_figures.run(before)["day"] == "2026-03-03"
    assert daily_figures.run(at_night("2026-03-04"))["acted"]
    assert not daily_figures.run(at_night("2026-03-04"))["acted"]
    assert not daily_figures.run(at_night("2026-03-04") + timedelta(hours=20))["acted"]
    assert daily_figures.run(at_night("2026-03-05"))["acted"]
    same("2026-03", LIVES, "2026-03-05")


def test_without_a_city_there_is_nothing_to_do() -> None:
    cities._cached.clear()
    CityItem(pk="CITY").delete()
    assert daily_figures.run(at_night("2026-03-04")) == {"acted": False, "left": False}
    assert monthly_summary.run(at_night("2026-03-04") + timedelta(hours=6)) == {"made": [], "left": False}


def test_open_cases_grow_older_without_being_touched() -> None:
    """What waits, waits longer, and a deadline passes by itself: each night equals a recount of that night."""
    store()
    for day in ("2026-03-04", "2026-03-05", "2026-03-20"):
        night.bring_up(at_night(day))
        same("2026-03", LIVES, day)
    breached = indicators.compute(periods.living(OWN, days_of("2026-03")))["within_verification"]
    assert breached.denominator == 3
    assert breached.numerator == 1


def test_nights_that_did_not_run_are_made_up_for() -> None:
    store({"KDR-OPEN": LIVES["KDR-OPEN"]})
    night.bring_up(at_night("2026-03-04"))
    later: Timeline = [*LIVES["KDR-OPEN"], step("2026-03-06T08:00", "reject", reason="abuse")]
    put_case("KDR-OPEN", later)
    night.bring_up(at_night("2026-03-15"))
    same("2026-03", {"KDR-OPEN": later}, "2026-03-15")


def test_what_happens_after_midnight_belongs_to_the_next_night() -> None:
    lives: dict[str, Timeline] = {
        "KDR-A": [received("2026-03-03T23:58"), step("2026-03-04T00:10", "reject", reason="spam")],
        "KDR-B": [received("2026-03-04T00:00")],
    }
    store(lives)
    night.bring_up(at_night("2026-03-04"))
    same("2026-03", lives, "2026-03-04")
    (rollup,) = recount(lives, "2026-03-04").values()
    assert rollup.part()["open"] == 1
    night.bring_up(at_night("2026-03-05"))
    same("2026-03", lives, "2026-03-05")


def test_killed_between_any_two_calls_and_run_again_it_says_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    store()
    night.bring_up(at_night("2026-03-31"))
    more: dict[str, Timeline] = {
        **LIVES,
        "KDR-OPEN": [*LIVES["KDR-OPEN"], step("2026-03-31T08:00", "reject", reason="abuse")],
        "KDR-NEW": [received("2026-03-31T09:00")],
    }
    store(more)
    kills = 0
    while _killed(monkeypatch, kills, lambda: monthly_summary.run(at_night("2026-04-01") + timedelta(hours=6))):
        kills += 4
    assert kills > 60
    same("2026-03", more, "2026-04-01")
    assert stored("2026-03", MONTHEND) == stored("2026-03")
    (month,) = snapshots.months()
    assert (month.sk, month.revision, month.published) == ("2026-03", 1, 1)
    assert [one.revision for one in snapshots.revisions("2026-03")] == [1]


def _killed(monkeypatch: pytest.MonkeyPatch, after: int, job: Callable[[], Any]) -> bool:
    """Run a job that is killed after so many calls; whether it was."""

    class Killed(BaseException):
        pass

    real, calls = BaseClient._make_api_call, 0

    def counted(client: Any, operation: str, arguments: dict[str, Any]) -> Any:
        nonlocal calls
        if calls == after:
            raise Killed
        calls += 1
        return real(client, operation, arguments)

    with monkeypatch.context() as patched:
        patched.setattr(BaseClient, "_make_api_call", counted)
        try:
            job()
        except Killed:
            return True
    return False


def test_two_runs_at_once_lose_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """While one adds a day up, another writes a fact of it and adds up as well."""
    store({"KDR-CLOSED": LIVES["KDR-CLOSED"]})
    real, interrupted = figures.put_rollup, list[bool]()

    def slow(*words: Any) -> bool:
        if not interrupted:
            interrupted.append(True)
            store()
            night.bring_up(at_night("2026-03-05"))
        return real(*words)

    monkeypatch.setattr(figures, "put_rollup", slow)
    night.bring_up(at_night("2026-03-05"))
    same("2026-03", LIVES, "2026-03-05")


def test_an_earlier_night_that_ends_late_takes_nothing_back() -> None:
    store()
    reader = night.Reader(CITY, night.moment(at_night("2026-03-04"), ZONE))
    late = reader.case("KDR-OPEN")
    night.bring_up(at_night("2026-03-06"))
    assert late is not None
    days = night.keep(OWN, [late.row], late.answers, night.moment(at_night("2026-03-04"), ZONE))
    for day in days:
        night.add_up(OWN, day)
    same("2026-03", LIVES, "2026-03-06")


def test_a_night_that_has_no_time_goes_on_where_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    store()
    monkeypatch.setattr(night, "SECONDS", -1.0)
    seen = []
    for _ in range(20):
        done = night.bring_up(at_night("2026-03-05"))
        seen.append(done.cases)
        if not done.left:
            break
    assert len(seen) == 5  # one case a run, and the days in the end
    same("2026-03", LIVES, "2026-03-05")


BROKEN = [
    step("2026-03-03T08:00", "survey", "reporter", element="U10", score=4),
    step("2026-03-03T08:00", "note", due={"resolution": 7}),
]


@pytest.mark.parametrize("line", BROKEN, ids=["no such element", "no time"])
def test_a_timeline_nobody_can_read_stops_no_figures(line: dict[str, Any], caplog: pytest.LogCaptureFixture) -> None:
    store({**LIVES, "KDR-BROKEN": [*LIVES["KDR-OPEN"], line]})
    done = night.bring_up(at_night("2026-03-05"))
    assert (done.failed, done.left) == (1, False)
    same("2026-03", LIVES, "2026-03-05")
    assert night.rebuild("2026-03").failed == 1
    told: list[Any] = [one for one in caplog.records if one.getMessage() == "case_not_counted"]
    assert [one.facts["ticket"] for one in told] == ["KDR-BROKEN"] * 2


def test_a_store_that_does_not_answer_ends_the_night_and_the_next_run_does_it_all(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    store()
    with monkeypatch.context() as broken:
        broken.setattr(cases, "dossier", lambda ticket: (_ for _ in ()).throw(QueryError("no answer")))
        with pytest.raises(QueryError):
            night.bring_up(at_night("2026-03-05"))
    assert night.bring_up(at_night("2026-03-05")).cases == 4
    same("2026-03", LIVES, "2026-03-05")


def test_rebuilding_from_the_timelines_gives_the_same_bytes() -> None:
    store()
    for day in ("2026-03-03", "2026-03-04", "2026-03-05"):
        night.bring_up(at_night(day))
    before = stored("2026")
    done = night.rebuild("2026-03")
    assert (done.cases, done.days) == (4, 31)
    assert stored("2026") == before
    figures.RollupItem(pk="DAY#2026-03-02", sk=NOW, data=b"", version=1, parts=1, sha256="wrong").save()
    daily_figures.run(at_night("2026-03-05"), rebuild="2026-03-02")
    assert stored("2026") == before


def test_a_large_day_is_kept_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(figures, "PART_BYTES", 40)
    store()
    night.bring_up(at_night("2026-03-04"))
    same("2026-03", LIVES, "2026-03-04")
    night.bring_up(at_night("2026-03-05"))
    same("2026-03", LIVES, "2026-03-05")
    parts = list(figures.RollupItem.query("DAY#2026-03-02", figures.RollupItem.sk.startswith(NOW)))
    assert len(parts) == int(parts[0].parts) > 3


@pytest.mark.parametrize(("before", "after"), [(2, 3), (3, 2), (2, 1), (1, 2), (4, 4)])
def test_a_large_day_that_changes_its_parts_while_it_is_read_is_read_whole(
    before: int, after: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    day, rollup = date(2026, 3, 2), recount(LIVES, "2026-03-05")[date(2026, 3, 2)]
    size = len(zlib.compress(to_bytes(rollup)))

    def put(parts: int) -> None:
        monkeypatch.setattr(figures, "PART_BYTES", -(-size // parts))
        assert figures.put_rollup(OWN, day, NOW, rollup, figures.head(OWN, day))
        assert int(figures.RollupItem.get(figures.day_key(OWN, day), NOW).parts) == parts

    read = figures.RollupItem.batch_get

    def overtaken(*given: Any, **more: Any) -> list[figures.RollupItem]:
        items = list(read(*given, **more))
        put(after)
        return items

    put(before)
    monkeypatch.setattr(figures.RollupItem, "batch_get", overtaken)
    ((_, found),) = figures.rollups(OWN, [day])
    assert to_bytes(found) == to_bytes(rollup)


# Months


def month(day: str = "2026-04-01", hours: int = 6) -> list[dict[str, Any]]:
    made: list[dict[str, Any]] = monthly_summary.run(at_night(day) + timedelta(hours=hours))["made"]
    return made


def test_a_month_is_published_once_on_its_first_morning() -> None:
    store()
    night.bring_up(at_night("2026-03-20"))
    assert month("2026-04-01", hours=2) == []  # 02.40: nobody reads it yet
    assert month("2026-04-01") == [{"period": "2026-03", "revision": 1}]
    assert month("2026-04-01") == []
    assert month("2026-04-02") == []
    snapshot = snapshots.latest("2026-03")
    assert snapshot is not None
    assert snapshot.as_of == "2026-03-31T16:59:59.999Z"
    expected = merge(recount(LIVES, "2026-04-01").values())
    assert to_bytes(snapshots.sums("2026-03", snapshot.sha256)) == to_bytes(expected)
    assert snapshot.sha256 == figures.digest(expected)
    assert snapshot.document["figures"]["received"]["numerator"] == 4
    assert (snapshot.code_version, len(snapshot.definitions)) == ("source", 64)
    assert len(snapshot.document["days"]) == 31


def test_later_life_changes_the_day_and_not_the_month() -> None:
    store()
    night.bring_up(at_night("2026-03-20"))
    month()
    store({"KDR-OPEN": [*LIVES["KDR-OPEN"], step("2026-04-02T08:00", "reject", reason="spam")]})
    assert month("2026-04-03") == []
    assert month("2026-05-01") == [{"period": "2026-04", "revision": 1}]
    assert [one.revision for one in snapshots.revisions("2026-03")] == [1]
    assert periods.shown("2026-03", at_night("2026-05-01"))["figures"]["counted"]["numerator"] == 3
    assert indicators.compute(periods.living(OWN, days_of("2026-03")))["counted"].numerator == 2
    assert periods.shown("2026", at_night("2026-05-01"))["figures"]["counted"]["numerator"] == 2


def test_what_should_have_been_known_makes_a_revision_that_says_what_changed() -> None:
    store()
    night.bring_up(at_night("2026-03-20"))
    month()
    first = snapshots.latest("2026-03")
    put_case("KDR-LATE", [received("2026-03-10T09:00")], touched=datetime(2026, 4, 10, tzinfo=UTC))
    assert month("2026-04-11") == [{"period": "2026-03", "revision": 2}]
    assert month("2026-04-12") == []
    second = snapshots.latest("2026-03")
    assert first is not None and second is not None
    assert snapshots.get("2026-03", 1) == first
    changes = {one["path"]: (one["before"], one["after"]) for one in second.changes}
    assert changes["figures.received.numerator"] == (4, 5)
    assert changes["days.2026-03-10.received"] == (0, 1)
    assert second.sha256 != first.sha256
    shown = periods.shown("2026-03", at_night("2026-04-12"))
    assert (shown["revision"], shown["provisional"]) == (2, False)
    assert periods.shown("2026-03", at_night("2026-04-12"), revision=1)["hash"] == first.sha256
    with pytest.raises(Problem):
        periods.shown("2026-03", at_night("2026-04-12"), revision=3)


def test_a_change_that_no_figure_shows_makes_no_revision() -> None:
    place = {"kelurahan": "Pojok", "lat": -7.81, "lon": 112.01}
    store({"KDR-A": [received("2026-03-10T09:00", location=place)]})
    night.bring_up(at_night("2026-03-20"))
    month()
    # Erased: of the place only the kelurahan is left.
    put_case(
        "KDR-A",
        [received("2026-03-10T09:00", location={"kelurahan": "Pojok"})],
        touched=datetime(2026, 4, 10, tzinfo=UTC),
    )
    assert month("2026-04-11") == []
    (item,) = snapshots.months()
    assert (item.changed, item.settled, item.revision) == (1, 1, 1)


def test_missed_months_are_caught_up_with_as_they_stood() -> None:
    store()
    night.bring_up(at_night("2026-03-20"))
    store({"KDR-OPEN": [*LIVES["KDR-OPEN"], step("2026-04-10T08:00", "reject", reason="spam")]})
    made = month("2026-06-15")
    assert made == [{"period": name, "revision": 1} for name in ("2026-03", "2026-04", "2026-05")]
    assert periods.shown("2026-03", at_night("2026-06-15"))["figures"]["counted"]["numerator"] == 3


def test_months_before_the_first_night_are_not_published() -> None:
    store()
    night.bring_up(at_night("2026-05-10"))
    assert month("2026-05-10") == []
    assert month("2026-06-01") == [{"period": "2026-05", "revision": 1}]


def test_a_publication_that_failed_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    store()
    night.bring_up(at_night("2026-03-20"))
    given: list[int] = []

    def give_out(snapshot: Snapshot, now: datetime) -> None:
        given.append(snapshot.revision)
        if len(given) == 1:
            raise OSError("no mail today")

    monkeypatch.setattr(worker, "clock", lambda: datetime(2026, 1, 1, tzinfo=UTC))  # these tests live in their `now`
    monkeypatch.setattr(publishing, "give_out", give_out)
    with pytest.raises(OSError, match="no mail"):
        month()
    assert month() == []
    assert month("2026-04-02") == []
    assert given == [1, 1]


def test_something_is_done_once() -> None:
    now = at_night("2026-04-01")
    assert snapshots.once("2026-03", 1, "mail", now)
    assert not snapshots.once("2026-03", 1, "mail", now)
    assert snapshots.once("2026-03", 2, "mail", now)


# Periods


def test_a_running_month_is_provisional_up_to_last_night() -> None:
    store()
    night.bring_up(at_night("2026-03-04"))
    shown = periods.shown("2026-03", at_night("2026-03-04") + timedelta(hours=9))
    assert (shown["revision"], shown["provisional"], shown["as_of"]) == (None, True, "2026-03-03T16:59:59.999Z")
    assert [one["day"] for one in shown["days"]] == ["2026-03-01", "2026-03-02", "2026-03-03"]
    assert shown["days"][1] == {"day": "2026-03-02", "received": 2, "closed": 1}
    assert shown["hash"] == figures.digest(merge(recount(LIVES, "2026-03-04").values()))
    day = periods.shown("2026-03-03", at_night("2026-03-04"))
    assert day["figures"]["received"]["value"] == 2


def test_a_department_is_shown_alone() -> None:
    store()
    night.bring_up(at_night("2026-03-20"))
    month()
    now = at_night("2026-04-02")
    published = periods.shown("2026-03", now, department="dlhkp")
    living = periods.shown("2026", now, department="dlhkp")
    for shown in (published, living):
        assert shown["figures"]["received"]["numerator"] == 1
        assert shown["partition"] is None
    assert (published["revision"], living["revision"]) == (1, None)
    assert {one["day"]: one["received"] for one in living["days"] if one["received"]} == {"2026-03-02": 1}
    assert published["days"] == []
    assert periods.shown("2026", now, department="dishub")["figures"]["received"]["value"] is None


def test_the_report_is_made_from_what_was_kept() -> None:
    store()
    night.bring_up(at_night("2026-03-20"))
    month()
    month("2026-05-01")
    snapshot = snapshots.latest("2026-04")
    assert snapshot is not None
    source = periods.source(snapshot)
    march = merge(recount(LIVES, "2026-04-01").values())
    assert source.before.counts == march.counts
    working = {part: {"close_working": one["close_working"]} for part, one in march.times["department"].items()}
    assert source.before.times == {"all": march.times["all"], "department": working}
    assert source.year.part() == merge(recount(LIVES, "2026-05-01").values()).part()
    assert source.months == {"2026-03": periods.point(march)}
    assert (source.now, source.last_year) == (Rollup(), Rollup())


def test_what_is_shown_has_the_shape_the_api_names() -> None:
    near = {"kelurahan": "Pojok", "lat": -7.81, "lon": 112.01}
    again = {f"KDR-{number}": [received("2026-03-05T08:00", location=near)] for number in range(3)}
    store({**LIVES, **again})
    night.bring_up(at_night("2026-03-20"))
    now = at_night("2026-03-20")
    for shown in (periods.shown("2026", now), periods.shown("2026-03", now, department="dlhkp")):
        msgspec.convert(shown, figure_shapes.Indicators)
    shown = periods.shown("2026-03", now)
    assert [one["numerator"] for one in shown["places"]] == [3]
    assert shown["places"][0]["cell"] == "-7.810,112.010"
    assert sum(one["numerator"] for one in shown["partition"]) == 7
    assert shown["per_1000"][0] == {"id": "", "value": None, "numerator": 6, "denominator": None}
    assert shown["breakdowns"]["weekday"][0] == {
        "id": "1", "title": "Senin", "numerator": 2, "denominator": 7, "percent": 28.57
    }  # fmt: skip
    assert shown["ikm"]["sample"] == {"needed": 6, "got": 0}
    table = list(csv.reader(io.StringIO(figures_sheet.csv(shown).removeprefix(BOM), newline="")))
    assert table[0] == ["Bagian", "Kode", "Uraian", "Nilai", "Pembilang", "Penyebut", "Satuan", "Terbaca", "Dasar"]
    assert ["status", "closed", "Selesai", "14.29", "1", "7", "%", "", ""] in table
    assert {row[0] for row in table[1:]} >= {"keterangan", "indikator", "status", "hour", "ikm", "hari", "places"}


@pytest.mark.parametrize("period", ["2026-13", "2026-02-30", "1999", "x", "2026-3", "2026-03-02-01", ""])
def test_there_is_no_such_period(period: str) -> None:
    with pytest.raises(Problem) as problem:
        periods.shown(period, at_night("2026-04-02"))
    assert problem.value.status == 404
