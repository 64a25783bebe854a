"""The past of an imported case, out of its request: each step's data is checked like the body of that action."""

from datetime import UTC
from typing import Any

import msgspec

from chalicelib.api import shapes
from chalicelib.complaints import shapes as building
from chalicelib.desk.entry import EARLIEST
from chalicelib.desk.history import Step
from chalicelib.problems import Problem


def steps(given: tuple[shapes.PastStep, ...]) -> tuple[Step, ...]:
    """The steps as the desk takes them. Raises Problem (422)."""
    faults: list[building.Problem] = []
    made = []
    for number, one in enumerate(given):
        data: dict[str, Any] = {}
        if kind := shapes.ACTIONS.get(one.type):
            body = building.build(kind, one.data, ("history", number, "data"), faults)
            data = {name: value for name, value in msgspec.to_builtins(body).items() if value is not None}
        if one.at < EARLIEST:
            raise Problem(422, "history: terlalu lampau.", field=f"history.{number}.at")
        made.append(Step(one.at.astimezone(UTC), one.type, data))
    # What is missing altogether is the lifecycle's to say.
    if faults:
        first = faults[0]
        field = ".".join(str(step) for step in first.path)
        raise Problem(422, f"{field}: {first.message}.", field=field)
    return tuple(made)
