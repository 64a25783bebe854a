"""The past of an imported case: folded step by step, refused with the step that cannot have been."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chalicelib.complaints.lifecycle import State, replay
from chalicelib.desk import history
from chalicelib.desk.history import Step
from chalicelib.problems import Problem
from chalicelib.store.cities import DeskRules

NOW = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
RECEIVED = NOW - timedelta(days=9)
RULES = DeskRules(
    code="KDR",
    forward="on_receipt",
    independent_close="head",
    classes=("complaint",),
    departments={"dpupr": "DPUPR", "dishub": "Dishub"},
    categories={"jalan_rusak": "complaint"},
    kelurahan=("Betet",),
    extendable=(),
)


def step(days: float, type_: str, **data: Any) -> Step:
    return Step(RECEIVED + timedelta(days=days), type_, data)


def past(*steps: Step) -> tuple[State, list[Any]]:
    return history.lines(State(class_="complaint"), steps, RULES, received=RECEIVED, now=NOW)


def refused(*steps: Step) -> str:
    with pytest.raises(Problem) as refusal:
        past(*steps)
    assert refusal.value.status == 422
    field: str = refusal.value.members["field"]
    return field


WHOLE = (
    step(0, "assign", department="dpupr"),
    step(0, "respond", text="sudah"),
    step(3, "close"),
    step(4, "reopen", note="lagi"),
    step(5, "reject", reason="incomplete"),
)


def test_a_whole_life_is_folded_and_replays_to_the_same_state() -> None:
    state, lines = past(*WHOLE)
    assert (state.status, state.department, state.reason) == ("rejected", "dpupr", "incomplete")
    assert {line.actor for line in lines} == {"impor"}
    assert [line.key for line in lines] == sorted(line.key for line in lines), "steps of one moment keep their order"
    events = [{"type": line.type, "data": line.data, "actor": line.actor} for line in lines]
    assert replay([{"type": "received", "data": {"class": "complaint"}}, *events]) == state
    assert lines[0].data["before"] == {"status": "received", "department": None}
    assert lines[0].data["after"] == {"status": "assigned", "department": "dpupr"}


def test_who_closed_it_then_is_not_held_to_the_rules_of_today() -> None:
    assert past(*WHOLE[:3])[0].status == "closed"


@pytest.mark.parametrize(
    ("steps", "field"),
    [
        ((step(-1, "assign", department="dpupr"),), "history.0.at"),
        ((step(2, "assign", department="dpupr"), step(1, "start")), "history.1.at"),
        ((step(10, "assign", department="dpupr"),), "history.0.at"),
        ((step(1, "close"),), "history.0.type"),
        ((step(1, "fly"),), "history.0.type"),
        ((step(1, "merge", duplicate_of="KDR-0000-0000"),), "history.0.type"),
        ((step(1, "reject", reason="duplicate", duplicate_of="KDR-0000-0000"),), "history.0.type"),
        ((step(1, "attach", attachment={"id": "a"}),), "history.0.type"),
        ((step(1, "assign"),), "history.0.data.department"),
        ((step(1, "assign", department="tidak_ada"),), "department"),
        ((step(1, "reject", reason="bosan"),), "history.0.data.reason"),
        ((step(1, "verify", category="tidak_ada"),), "category"),
    ],
)
def test_what_cannot_have_been_is_refused(steps: tuple[Step, ...], field: str) -> None:
    assert refused(*steps) == field


def test_no_history_changes_nothing() -> None:
    assert past() == (State(class_="complaint"), [])


def test_what_is_not_set_is_not_stored() -> None:
    assert set(history.attributes(State()).values()) == {None}
    assert history.attributes(State(extended=("closing",)))["extended"] == ["closing"]
