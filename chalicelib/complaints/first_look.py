"""How soon anybody can have to hear of a new case: worked out from the city alone, before there is a case."""

from datetime import timedelta
from typing import TYPE_CHECKING

from chalicelib.complaints.alerting import BREACHED, LOOK_AGAIN
from chalicelib.complaints.calendar import joined
from chalicelib.complaints.city import spans_of

if TYPE_CHECKING:
    from chalicelib.complaints.city import City, Standard

# The class of a case nobody has looked at yet.
FIRST_CLASS = "complaint"


def first_look(city: "City") -> timedelta:
    """How soon after its receipt the first step of a case can come, for one that nobody has looked at: never later
    than the true moment, and cheap to know. Intake writes it down without reading the city."""
    found = [
        _no_sooner(city, one, step.percent)
        for one in city.standards
        if one.class_ in (FIRST_CLASS, "*") and one.start_event == "received"
        for step in city.alerts
        if step.clock == one.clock
    ]
    return max(min(found, default=LOOK_AGAIN), timedelta(0))


def _no_sooner(city: "City", standard: "Standard", percent: int) -> timedelta:
    if standard.unit == "hours":
        return timedelta(hours=standard.amount) * min(percent, BREACHED) / BREACHED
    if standard.unit == "calendar_days":
        # The working day before the due date may lie many days off before it.
        return timedelta(days=standard.amount) if percent >= BREACHED else timedelta(0)
    day_before = timedelta(days=standard.amount - 2) if percent < BREACHED else timedelta.max
    # Working days differ in length: r of the first day and n others of at least `short` are waited for, of which a
    # share is gone after k others of at most `long`. Those begin no sooner than k - 1 days after the receipt.
    weeks = [city.hours, *(period.hours for period in city.hours_periods)]
    own = [week.spans(day) for week in weeks for day in range(7)]
    openings = [spans_of(day.hours) for day in city.holidays if day.hours]
    days = [*own, *openings, *(joined(spans, opening) for opening in set(openings) for spans in set(own))]
    worked = [length for spans in days if (length := sum(end - begin for begin, end in spans))]
    share = min(percent, BREACHED) / BREACHED
    k = share * standard.amount * min(worked) / max(worked) - (1 - share)
    return min(timedelta(days=max(int(k) - 1, 0)), day_before)
