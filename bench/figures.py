"""The shape of a figure, and how it is printed."""

import json
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured number with its budget; `value` must not exceed `budget`."""

    name: str
    value: float
    budget: float
    unit: str

    def holds(self) -> bool:
        """Whether the budget is kept."""
        return self.value <= self.budget

    def line(self) -> str:
        """One JSON object on one line."""
        return json.dumps({"figure": self.name, "value": self.value, "budget": self.budget, "unit": self.unit})
