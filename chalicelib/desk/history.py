"""What happened to a case before Aduan knew it: the past of a case that is imported, as lines of its timeline."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from secrets import token_hex
from typing import Any

import msgspec

from chalicelib.complaints import lifecycle
from chalicelib.complaints.lifecycle import State
from chalicelib.desk import names
from chalicelib.problems import Problem
from chalicelib.store.casework import Line
from chalicelib.store.cities import DeskRules
from chalicelib.store.keys import iso

# Who did it then has no login here.
ACTOR = "impor"
# A transaction holds a hundred items; no spreadsheet tells more of a case.
LONGEST = 40
# What reaches beyond the case itself: another case, a file in the bucket.
NOT_TAKEN = ("merge", "attach")


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that was done: when, which action of the lifecycle, and what it brought along."""

    at: datetime
    type: str
    data: dict[str, Any]


def lines(
    state: State, steps: Sequence[Step], rules: DeskRules, *, received: datetime, now: datetime
) -> tuple[State, list[Line]]:
    """The timeline of the steps and the state they lead to, folded one by one from `state`. Raises Problem (422)."""
    latest, made = received, []
    for number, step in enumerate(steps):
        where = f"history.{number}"
        if step.at < latest:
            raise Problem(422, f"{where}.at: lebih awal dari yang sebelumnya.", field=f"{where}.at")
        if step.at > now:
            raise Problem(422, f"{where}.at: tidak boleh di masa depan.", field=f"{where}.at")
        after = _step(state, step, rules, where)
        data = {**step.data, **difference(state, after)}
        # Two steps of one moment keep their order: the timeline is read by time, then by this id.
        made.append(Line(f"{number:02d}{token_hex(3)}", step.type, iso(step.at), ACTOR, data))
        state, latest = after, step.at
    return state, made


def _step(state: State, step: Step, rules: DeskRules, where: str) -> State:
    if step.type not in lifecycle.LEADS_TO or step.type in NOT_TAKEN or "duplicate_of" in step.data:
        raise Problem(422, f"{where}.type: tidak dapat diimpor.", field=f"{where}.type")
    try:
        # What a city asks of its people today (who closes) was not asked of those who did it then.
        after = lifecycle.apply(state, lifecycle.Action(type=step.type, role="admin", data=step.data, actor=ACTOR))
    except lifecycle.NotAllowed as error:
        status = lifecycle.STATUSES[error.status]
        raise Problem(
            422, f"{where}.type: {step.type} tidak dapat terjadi saat {status}.", field=f"{where}.type"
        ) from None
    except lifecycle.Incomplete as error:
        raise Problem(422, f"{where}.data.{names.incomplete(error)}", field=f"{where}.data.{error.field}") from None
    names.check(step.type, step.data, state, rules)
    return after


def difference(before: State, after: State) -> dict[str, Any]:
    """`{before, after}` with what changed, under the names of the API."""
    old, new = msgspec.to_builtins(before), msgspec.to_builtins(after)
    changed = [name for name in new if old[name] != new[name]]
    return {
        "before": {name: old[name] for name in changed},
        "after": {name: new[name] for name in changed},
    }


def attributes(state: State) -> Mapping[str, Any]:
    """What of the stored case the state decides beside what a new case is given anyway; None is not stored."""
    return {
        "reason": state.reason,
        "before_waiting": state.before_waiting,
        "responded_by": state.responded_by,
        "extended": list(state.extended) or None,
    }
