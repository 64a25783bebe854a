"""What operators decide reaches the model, once, and leaves when the case does."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pynamodb.exceptions import TransactWriteError

from chalicelib.complaints.city import parse
from chalicelib.complaints.routing import Model
from chalicelib.desk import triage
from chalicelib.store import casework as store
from chalicelib.store import cities, corrections, routing_models
from chalicelib.store.casework import Line
from chalicelib.store.items import case_item
from chalicelib.store.keys import case_key, iso
from chalicelib.store.tables import META, Case, RoutingModel
from scheduled import routing_retrain
from tests.unit.tables import empty_tables

NOW = datetime(2026, 11, 21, 19, 30, tzinfo=UTC)
TOML = (Path(__file__).parents[2] / "infra/cities/kediri.toml").read_text(encoding="utf-8")
KEDIRI = parse(TOML)
MESSAGE = {"pk": "C#-", "sk": "MSG#-"}
CHANGED = {"before": {"category": "sampah"}, "after": {"category": "taman"}}


@pytest.fixture(autouse=True)
def tables() -> Iterator[None]:
    with empty_tables():
        yield


def write(
    ticket: str,
    text: str | None,
    category: str | None,
    type_: str = "set",
    data: dict[str, Any] = CHANGED,
    *,
    ago: timedelta = timedelta(hours=1),
    **changes: Any,
) -> None:
    at = iso(NOW - ago)
    case = case_item(
        ticket,
        status="verified",
        class_="complaint",
        channel="phone",
        text=text,
        category=category,
        department=None,
        location=None,
        reporter={},
        contact=None,
        secret=False,
        lapor="held",
        received_at=NOW - ago,
        now=NOW - ago,
    )
    line = Line("e1", type_, at, "operator1", data)
    assert isinstance(store.open_case(case | changes, MESSAGE, [line], [], None, NOW - ago), store.Written)


def decided(most: int = 100) -> list[corrections.Decided]:
    return list(corrections.between(NOW - timedelta(days=180), NOW, most=most))


def apply_city() -> None:
    assert cities.apply(KEDIRI, TOML, after=0, by="admin1", now=NOW)


@pytest.mark.parametrize(
    ("type_", "actor", "data", "teaches"),
    [
        ("verify", "operator1", {}, False),  # it will be assigned or rejected
        ("assign", "operator1", None, True),
        ("assign", "operator1", {"department": "dinsos"}, True),
        ("set", "operator1", CHANGED, True),
        ("set", "operator1", {"before": {"secret": False}, "after": {"secret": True}}, False),
        ("set", "operator1", {"before": {"category": "taman"}, "after": {"category": "taman"}}, False),
        ("transfer", "head1", {"before": {"department": "dlhkp"}, "after": {"department": "dpupr"}}, True),
        ("reject", "operator1", {"reason": "spam"}, True),
        ("reject", "operator1", {"after": {"reason": "not_our_authority"}}, True),
        ("reject", "operator1", {"reason": "incomplete"}, False),
        ("respond", "officer1", {"text": "x"}, False),
        ("note", "officer1", CHANGED, False),
        ("assign", "system", {}, False),
        ("set", "reporter", CHANGED, False),
    ],
)
def test_only_peoples_decisions_about_the_category_teach(
    type_: str, actor: str, data: dict[str, Any] | None, teaches: bool
) -> None:
    assert corrections.teaches(type_, actor, data) == teaches


def test_the_case_as_it_is_now_counts_once() -> None:
    write("KDR-A", "rumput", None, "note", {})
    assert decided() == []
    case = Case.get(case_key("KDR-A"), META)
    for number, category in enumerate(("sampah", "taman")):
        line = Line(f"e{number}", "assign", iso(NOW), "operator2", {})
        changed = {"category": category, "version": int(case.version) + 1}
        assert isinstance(store.change(case, store.Change(changed, [line]), None, NOW), store.Written)
        case.refresh(consistent_read=True)
    assert decided() == [corrections.Decided("rumput", "taman", None, False)]


def test_secret_and_erased_cases_and_others_times_do_not_count() -> None:
    write("KDR-A", "rumput", "taman", secret=True)
    write("KDR-B", None, "taman")
    write("KDR-C", "rumput", "taman", ago=timedelta(days=181))
    write("KDR-D", "rumput", "taman", ago=timedelta(hours=-1))
    assert decided() == []


def test_a_rejected_case_belongs_nowhere_only_for_some_reasons() -> None:
    write("KDR-A", "slot", "taman", "reject", {"reason": "spam"}, status="rejected", reason="spam")
    write("KDR-B", "rumput", "taman", status="rejected", reason="duplicate")
    assert {(one.text, one.nowhere) for one in decided()} == {("slot", True), ("rumput", False)}


def test_the_latest_decisions_come_first_and_more_than_a_batch_is_read() -> None:
    for number in range(105):
        write(f"KDR-{number}", f"rumput {number}", "taman", ago=timedelta(minutes=number + 1))
    assert len(decided(200)) == 105
    assert [one.text for one in decided(1)] == ["rumput 0"]


def test_the_job_learns_and_repeated_gives_the_same_model() -> None:
    apply_city()
    before = triage.suggest_for(Case(text="kecambah"))
    for number in range(5):
        write(f"KDR-{number}", "kecambah mogok", "taman")
    assert routing_retrain.run(NOW) == {"learned": 5, "version": 1}
    triage.forget()
    after = triage.suggest_for(Case(text="kecambah mogok"))
    assert (before.guess, after.guess) == (None, "taman")
    first = routing_models.current()
    assert routing_retrain.run(NOW) == {"learned": 5, "version": 2}
    second = routing_models.current()
    assert (first.cases, first.words) == (second.cases, second.words)


def test_the_words_of_an_erased_case_are_forgotten() -> None:
    apply_city()
    for number in range(3):
        write(f"KDR-{number}", "kecambah mogok", "taman")
    write("KDR-X", "rumput tinggi", "taman")
    routing_retrain.run(NOW)
    assert "kecambah" in routing_models.current().words
    Case(pk=case_key("KDR-0"), sk=META).update([Case.text.remove()])
    routing_retrain.run(NOW)
    assert "kecambah" not in routing_models.current().words


def test_departments_and_rejections_teach_too_and_the_rest_does_not() -> None:
    apply_city()
    write("KDR-A", "kecambah", None, "assign", {}, department="dinsos")
    write("KDR-B", "kecambah", None, "assign", {}, department="dlhkp")
    write("KDR-C", "kecambah", None, "reject", {"reason": "spam"}, status="rejected", reason="spam")
    write("KDR-D", "kecambah", None, "verify", {})
    assert routing_retrain.run(NOW)["learned"] == 2


def test_without_a_city_or_decisions_nothing_is_trained() -> None:
    assert routing_retrain.run(NOW) == {"learned": 0, "version": None}
    apply_city()
    assert routing_retrain.run(NOW) == {"learned": 0, "version": None}
    assert not routing_models.trained()


def test_when_the_last_decision_is_erased_the_start_model_is_back() -> None:
    apply_city()
    for number in range(3):
        write(f"KDR-{number}", "kecambah mogok", "taman")
    routing_retrain.run(NOW)
    assert routing_retrain.run(NOW + timedelta(days=400)) == {"learned": 0, "version": 2}
    assert routing_models.current().words == routing_models.start().words


def test_the_former_model_is_kept() -> None:
    one, two = (Model(cases={"taman": number}, words={}) for number in (1, 2))
    assert routing_models.current().cases == routing_models.start().cases
    assert routing_models.save(one, learned=1, now=NOW) == 1
    assert routing_models.save(two, learned=2, now=NOW + timedelta(days=1)) == 2
    assert routing_models.current().cases == {"taman": 2}
    former = RoutingModel.get(routing_models.FORMER)
    assert (int(former.version), former.trained_at, int(former.learned)) == (1, iso(NOW), 1)


def test_of_two_runs_at_once_one_wins(monkeypatch: pytest.MonkeyPatch) -> None:
    model = Model(cases={"taman": 1}, words={})
    monkeypatch.setattr(routing_models, "_stored", lambda: None)  # what both saw before either wrote
    routing_models.save(model, learned=1, now=NOW)
    with pytest.raises(TransactWriteError):
        routing_models.save(model, learned=1, now=NOW)


def test_triage_uses_what_is_known_of_the_case() -> None:
    apply_city()
    where = {"lat": None, "lon": None, "address": "Jl. Kawi, Bujel", "kelurahan": None}
    assert triage.suggest_for(Case(text="sampah menumpuk", location=where)).kelurahan == "Bujel"
    given = triage.suggest_for(Case(text="sampah menumpuk di Betet", location=where | {"kelurahan": "Dermo"}))
    assert (given.category, given.department, given.kelurahan) == ("sampah", "dlhkp", "Dermo")
    nothing = triage.suggest_for(Case())
    assert (nothing.category, nothing.kelurahan, nothing.confidence) == (None, None, 0.0)


def test_triage_reads_city_and_model_once_in_ten_minutes(monkeypatch: pytest.MonkeyPatch) -> None:
    apply_city()
    now = [1000.0]
    monkeypatch.setattr("chalicelib.desk.triage.time.monotonic", lambda: now[0])
    triage.suggest_for(Case(text="kecambah"))
    routing_models.save(Model(cases={"taman": 50}, words={"kecambah": {"taman": 50}}), learned=50, now=NOW)
    now[0] += triage.MAX_AGE_SECONDS
    assert triage.suggest_for(Case(text="kecambah")).guess is None
    now[0] += 1
    assert triage.suggest_for(Case(text="kecambah")).guess == "taman"
