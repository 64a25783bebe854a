"""Every night: learn routing anew from the start model and what people decided in the last half year.

The model is made from scratch each time, never from the one before: a run repeated gives the same model, a decision
that was changed counts as it is now, and the words of an erased case are forgotten with the next run (and a run later
also in the former model, which is kept for a day when learning went wrong).
"""

from datetime import datetime, timedelta
from typing import Any

from chalicelib import logs
from chalicelib.complaints import training
from chalicelib.complaints.routing import NOWHERE
from chalicelib.complaints.training import Example
from chalicelib.store import cities, corrections, routing_models

REMEMBERED = timedelta(days=180)
# Some 5,000 read units and a minute of training; the latest decisions count.
MOST_CASES = 10_000


def run(now: datetime) -> dict[str, Any]:
    """Train on the decisions before `now` and put the model into use; answers how many taught something."""
    try:
        city = cities.current()
    except cities.NoCity:
        return {"learned": 0, "version": None}  # nothing to route to yet
    examples = []
    for one in corrections.between(now - REMEMBERED, now, most=MOST_CASES):
        category = NOWHERE if one.nowhere else training.category_of(one.category, one.department, city)
        if category is not None:
            examples.append(Example(one.text, category))
    if not examples and not routing_models.trained():
        return {"learned": 0, "version": None}  # the start model is in use already
    model = training.merge(routing_models.start(), examples, city)
    version = routing_models.save(model, learned=len(examples), now=now)
    logs.event("routing_retrained", job="routing_retrain", count=len(examples))
    return {"learned": len(examples), "version": version}
