"""Whatever staff do in whatever order: the table holds, and the timeline replays to the same state."""

from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from chalicelib.complaints.lifecycle import (
    CLOCKS,
    LEADS_TO,
    MOVES,
    REASONS,
    ROLES,
    STATUSES,
    Action,
    Incomplete,
    NotAllowed,
    State,
    allowed,
    apply,
    replay,
)

texts = st.sampled_from(["", "  ", "sudah ditangani", None])
datas = st.fixed_dictionaries(
    {},
    optional={
        "department": st.sampled_from(["dlhkp", "dishub", "", None]),
        "note": texts,
        "text": texts,
        "reason": st.sampled_from([*REASONS, "bosan"]),
        "duplicate_of": st.sampled_from(["KDR-0000-000X", "", 7]),
        "clock": st.sampled_from([*CLOCKS, "lunch"]),
        "attachment": st.sampled_from([None, "x", {"id": "00ff"}]),
        "class": st.sampled_from(["complaint", "information", "", 3]),
        "category": st.sampled_from(["pohon", "taman", ""]),
        "secret": st.sampled_from([True, False, "ya"]),
        "location": st.sampled_from([None, {"lat": -7.8}, "sini"]),
    },
)
SETS = ("class", "category", "secret", "location")


class Life(RuleBasedStateMachine):
    """One case, its state as applied step by step, and its timeline."""

    def __init__(self) -> None:
        super().__init__()
        self.events: list[dict[str, Any]] = [
            {"at": "", "actor": "reporter", "type": "received", "data": {"class": "complaint"}}
        ]
        self.state = replay(self.events)

    @rule(type_=st.sampled_from(sorted(LEADS_TO)), role=st.sampled_from(ROLES), data=datas)
    def act(self, type_: str, role: str, data: dict[str, Any]) -> None:
        if type_ == "set":
            data = {"changes": {name: value for name, value in data.items() if name in SETS}}
        before = self.state
        rows = [
            move for move in MOVES if move.action == type_ and before.status in move.statuses and role in move.roles
        ]
        try:
            after = apply(before, Action(type=type_, role=role, data=data, actor=f"{role}1"))
        except NotAllowed as refused:
            assert not rows
            assert refused.allowed == allowed(before.status, role)
            assert type_ not in refused.allowed
            return
        except Incomplete:
            assert rows
            return
        assert rows
        self.state = after
        self.events.append({"at": "", "actor": f"{role}1", "type": type_, "data": data})

    @rule(type_=st.sampled_from(["lapor_confirmed", "filed", "receipt"]))
    def something_else_happens(self, type_: str) -> None:
        self.events.append({"at": "", "actor": "system", "type": type_, "data": {"status": "closed"}})

    @invariant()
    def the_timeline_replays_to_the_state(self) -> None:
        assert replay(self.events) == self.state

    @invariant()
    def the_state_makes_sense(self) -> None:
        state: State = self.state
        assert state.status in STATUSES
        assert (state.status == "rejected") == (state.reason is not None)
        assert state.duplicate_of is None or state.reason is not None
        assert (state.status == "waiting") == (state.before_waiting is not None)
        if state.status in ("assigned", "in_progress", "responded", "closed"):
            assert state.department


TestLife = Life.TestCase
TestLife.settings = settings(max_examples=150, stateful_step_count=40, deadline=None)
