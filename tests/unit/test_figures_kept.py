"""What is published is whole, stays what it was, and can be worked out anew: months, revisions, departments, years."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from botocore.client import BaseClient

from chalicelib.complaints import rollup as rollups
from chalicelib.complaints.city import parse
from chalicelib.complaints.erasure import IDENTITY, TEXT
from chalicelib.complaints.rollup import Rollup, days_of, merge, to_bytes
from chalicelib.complaints.summary import summarise
from chalicelib.complaints.summary_figures import key_figures, mean_standard
from chalicelib.desk import figures as night
from chalicelib.desk import periods
from chalicelib.desk.figures import _filing
from chalicelib.pages.monthly_texts import stood
from chalicelib.problems import Problem
from chalicelib.store import cases, erasure, figures, snapshots
from chalicelib.store.cases import Dossier
from chalicelib.store.figures import MONTHEND, NOW, OWN
from tests.unit import test_figures_night as nights
from tests.unit.made_cases import Timeline, put_case
from tests.unit.made_facts import closed, fact
from tests.unit.test_figures_night import LIVES, at_night, month, received, recount, step, store, stored

MADIUN = parse((Path(__file__).parents[2] / "infra/cities/madiun.toml").read_text(encoding="utf-8"))


@pytest.fixture(autouse=True)
def tables(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    yield from nights.in_kediri(monkeypatch)


def a_month_of_closed_cases(name: str) -> Timeline:
    return [
        received(f"{name}-02T12:00"),
        step(f"{name}-02T13:00", "assign", department="dpupr"),
        step(f"{name}-03T09:00", "respond", "officer1", text="x"),
        step(f"{name}-04T10:00", "close", "head1"),
    ]


def test_a_standard_in_working_days_is_compared_with_the_month_before_and_the_year() -> None:
    lives = {f"KDR-{name}": a_month_of_closed_cases(name) for name in ("2026-03", "2026-04")}
    store(lives)
    night.bring_up(at_night("2026-03-20"))
    month()
    month("2026-05-01")
    snapshot = snapshots.latest("2026-04")
    assert snapshot is not None
    source = periods.source(snapshot)
    standard = mean_standard(source.now, "2026-04", MADIUN)
    assert standard is not None and standard.unit == "working_days"
    found = {one.id: one for one in key_figures(source, MADIUN)}["close"]
    assert (found.now.unit, found.now.denominator, found.before.denominator) == ("hari kerja", 1, 1)
    assert None not in (found.now.value, found.before.value, found.year.value)
    assert found.versus_before.delta is not None


def test_only_what_is_compared_is_read() -> None:
    whole = rollups.rollup_of([closed(days=2, minutes={"close": 9, "close_working": 5, "answer": 3})])
    data = to_bytes(whole)
    assert rollups.from_bytes(data) == whole
    for wanted, city, department in (
        (rollups.no_durations, set(), set()),
        (rollups.city_durations, {"close", "close_working", "answer"}, set()),
        (rollups.compared_durations, {"close", "close_working", "answer"}, {"close_working"}),
        (rollups.closing_durations, {"close", "close_working", "answer"}, {"close", "close_working"}),
        (rollups.department_durations("dlhkp"), set(), {"close", "close_working", "answer"}),
        (rollups.department_durations("damkar"), set(), set()),
    ):
        found = rollups.from_bytes(data, wanted)
        assert (found.counts, found.ikm) == (whole.counts, whole.ikm)
        assert set(found.times.get("all", {}).get("", {})) == city
        assert set(found.times.get("department", {}).get("dlhkp", {})) == department


def test_the_run_that_wrote_a_day_reads_it_back(monkeypatch: pytest.MonkeyPatch) -> None:
    """A batch read that may be older than the write would publish a month without its last day, for good."""
    last = {**LIVES, "KDR-LAST": [received("2026-03-31T15:00"), step("2026-03-31T16:00", "reject", reason="abuse")]}
    store(last)
    night.bring_up(at_night("2026-03-31"))
    real, asked = BaseClient._make_api_call, list[Any]()

    def behind(client: Any, operation: str, arguments: dict[str, Any]) -> Any:
        answer = real(client, operation, arguments)
        if operation == "BatchGetItem":
            (wanted,) = arguments["RequestItems"].values()
            asked.append(wanted.get("ConsistentRead"))
            if not asked[-1]:
                items = answer["Responses"]
                for table in items:
                    items[table] = [one for one in items[table] if one["pk"]["S"] != "DAY#2026-03-31"]
        return answer

    monkeypatch.setattr(BaseClient, "_make_api_call", behind)
    assert month("2026-04-01") == [{"period": "2026-03", "revision": 1}]
    assert asked and all(asked)
    snapshot = snapshots.latest("2026-03")
    assert snapshot is not None
    assert snapshot.document["figures"]["received"]["numerator"] == len(last)


def test_every_day_of_a_month_is_closed_without_being_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    store()
    night.bring_up(at_night("2026-03-31"))
    seen, real = [], night.add_up

    def noted(series: str, day: Any, **how: Any) -> None:
        seen.extend([day] if how.get("closing") else [])
        real(series, day, **how)

    monkeypatch.setattr(night, "add_up", noted)
    night.bring_up(at_night("2026-04-01"))
    assert seen == days_of("2026-03")
    assert stored("2026-03", MONTHEND) == stored("2026-03")


def test_a_revision_says_the_same_of_a_department_after_the_next() -> None:
    store()
    night.bring_up(at_night("2026-03-20"))
    month()
    now = at_night("2026-04-12")
    first = periods.shown("2026-03", now, department="dlhkp", revision=1)
    late: Timeline = [received("2026-03-10T09:00"), step("2026-03-10T10:00", "assign", department="dlhkp")]
    put_case("KDR-LATE", late, touched=datetime(2026, 4, 10, tzinfo=UTC))
    assert month("2026-04-11") == [{"period": "2026-03", "revision": 2}]
    assert periods.shown("2026-03", now, department="dlhkp", revision=1) == first
    assert first["figures"]["received"]["numerator"] == 1
    second = periods.shown("2026-03", now, department="dlhkp", revision=2)
    assert second["figures"]["received"]["numerator"] == 2
    assert (first["days"], second["days"]) == ([], [])


def test_a_year_decodes_no_department_and_of_a_department_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    store()
    night.bring_up(at_night("2026-03-20"))
    read, real = [], merge

    def noted(some: Any) -> Rollup:
        found = real(some)
        read.append({name: sorted(parts) for name, parts in found.times.items()})
        return found

    monkeypatch.setattr("chalicelib.desk.periods.merge", noted)
    whole = periods.shown("2026", at_night("2026-03-20"))
    assert read == [{"all": [""]}, {}]
    assert whole["figures"]["close_mean"]["value"] is not None
    read.clear()
    one = periods.shown("2026", at_night("2026-03-20"), department="dlhkp")
    assert read == [{"department": ["dlhkp"]}]
    assert one["figures"]["close_mean"] == whole["figures"]["close_mean"]


def test_a_rebuild_without_time_says_where_it_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    store()
    night.bring_up(at_night("2026-03-05"))
    before = stored("2026")
    for day in ("2026-03-02", "2026-03-03", "2026-03-04"):
        figures.RollupItem(pk=f"DAY#{day}", sk=NOW, data=b"", version=1, parts=1, sha256="wrong").save()
    monkeypatch.setattr(night, "SECONDS", -1.0)
    done, asked = night.rebuild("2026-03"), ["2026-03"]
    while done.left:
        asked.append(done.rest)
        done = night.rebuild(done.rest)
    assert asked[:3] == ["2026-03", "2026-03-02/2026-03", "2026-03-03/2026-03"]
    assert (len(asked), done.rest) == (31, "")
    assert stored("2026") == before


def test_a_rebuilt_day_adds_up_the_later_days_of_its_answers() -> None:
    store()
    night.bring_up(at_night("2026-03-05"))
    before = stored("2026")
    figures.AnswerItem("DAY#2026-03-04", "ANSWER#KDR-CLOSED#U1").delete()
    night.add_up(OWN, days_of("2026-03-04")[0])
    assert stored("2026") != before
    assert night.rebuild("2026-03-02").days == 2
    assert stored("2026") == before


def test_a_withdrawn_filing_is_not_due_since_it_was_withdrawn() -> None:
    put_case("KDR-A", [received("2026-03-02T12:00")])
    found = cases.dossier("KDR-A")
    assert found is not None
    at = datetime(2026, 3, 2, 6, tzinfo=UTC)
    row = figures_row(state="erased", created_at="2026-03-02T05:00:01.000Z")
    erased: list[dict[str, object]] = [
        {"at": "2026-03-04T05:00:00.000Z", "type": "erased", "actor": "admin1", "data": {}}
    ]
    gone = Dossier(found.case, found.messages, found.events, [row])
    assert _filing(gone, erased, at) == "waiting", "as it stood then"
    assert _filing(gone, erased, at + timedelta(days=3)) is None
    row.state = "waiting"
    assert _filing(gone, erased, at + timedelta(days=3)) == "waiting"


def figures_row(**values: Any) -> Any:
    from chalicelib.store.tables import OutboxRow

    return OutboxRow(pk="C#KDR-A", sk="OUT#lapor#case", destination="lapor", payload={}, **values)


def test_a_cell_leaves_both_facts_and_no_sum() -> None:
    place = {"kelurahan": "Pojok", "lat": -7.81, "lon": 112.01}
    store({"KDR-A": [received("2026-03-02T12:00", location=place)]})
    night.bring_up(at_night("2026-04-01"))
    before, (row,) = stored("2026-03"), figures.fact_rows(OWN, days_of("2026-03-02")[0])
    assert row.fact.place == "pohon|Pojok|-7.810,112.010" and row.month is not None
    for _ in range(2):
        figures.forget_place(OWN, row.fact.day, "KDR-A")
    (after,) = figures.fact_rows(OWN, row.fact.day)
    assert after.month is not None
    assert (after.fact.place, after.month.place) == ("pohon|Pojok|", "pohon|Pojok|")
    assert msgspec.structs.replace(after.fact, place=row.fact.place) == row.fact
    assert stored("2026-03") == before
    figures.forget_place(OWN, row.fact.day, "KDR-NEVER")


def test_a_status_nobody_compared_is_a_dash() -> None:
    from chalicelib.complaints.indicators import compute

    nobody, same = rollups.rollup_of([fact()]), rollups.rollup_of([fact(drift=False), fact("B", drift=None)])
    assert compute(nobody)["drift"].text == "–"
    assert (compute(same)["drift"].text, compute(same)["drift"].numerator) == ("0 aduan", 0)
    assert compute(merge([same, rollups.rollup_of([fact("C", drift=True)])]))["drift"].text == "1 aduan"


def test_an_unknown_series_is_not_found() -> None:
    store()
    night.bring_up(at_night("2026-03-05"))
    with pytest.raises(Problem) as problem:
        periods.shown("2021", at_night("2026-03-05"), series="kediri-2021")
    assert problem.value.status == 404
    for day, one in recount(LIVES, "2026-03-05").items():
        figures.put_rollup("kediri-2021", day.replace(year=2021), NOW, one, figures.Head())
    assert periods.shown("2021", at_night("2026-03-05"), series="kediri-2021")["figures"]["received"]["value"] == 4


def test_a_term_of_words_takes_the_cell_and_one_of_files_does_not() -> None:
    place = {"kelurahan": "Pojok", "lat": -7.81, "lon": 112.01}
    store({"KDR-A": [received("2026-03-02T23:59", location=place), step("2026-03-03T08:00", "reject", reason="abuse")]})
    night.bring_up(at_night("2026-04-01"))
    before = stored("2026-03")

    def cells() -> set[str | None]:
        (row,) = figures.fact_rows(OWN, days_of("2026-03-02")[0])
        assert row.month is not None
        return {row.fact.place, row.month.place}

    for parts, left in ((IDENTITY, "pohon|Pojok|-7.810,112.010"), (TEXT, "pohon|Pojok|")):
        found = cases.dossier("KDR-A")
        assert found is not None
        assert erasure.erase(found, frozenset({parts}), actor="system", now=at_night("2027-04-01")) == erasure.Erased()
        assert cells() == {left}
    assert stored("2026-03") == before


def test_a_month_published_late_says_for_when_its_year_stands() -> None:
    store()
    night.bring_up(at_night("2026-03-20"))
    assert month("2026-05-01") == [{"period": name, "revision": 1} for name in ("2026-03", "2026-04")]
    march, april = snapshots.latest("2026-03"), snapshots.latest("2026-04")
    assert march is not None and april is not None
    assert (march.as_of, march.year_as_of) == ("2026-03-31T16:59:59.999Z", "2026-04-30T16:59:59.999Z")
    late, timely = (stood(summarise(periods.source(one), nights.CITY)) for one in (march, april))
    assert late == (
        "Keadaan pada akhir Selasa, 31 Maret 2026; sejak Januari: pada akhir Kamis, 30 April 2026"
    )  # fmt: skip
    assert timely == "Keadaan pada akhir Kamis, 30 April 2026"
