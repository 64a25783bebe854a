"""When the clocks of a case are to be looked at: what puts it before the sweep of alerts (scheduled/sla_alerts.py).

The moment that a case carries is never later than the true one, and mostly it is left alone: an action moves it only
where it must become earlier. The sweep finds out when it comes there, and moves it on. So a quiet life pays for one
entry in the index and its removal.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from chalicelib.complaints import alerting
from chalicelib.complaints.lifecycle import OPEN
from chalicelib.desk import due_dates
from chalicelib.store.items import clock_keys
from chalicelib.store.keys import iso

if TYPE_CHECKING:
    from chalicelib.store.tables import Case


def first(ticket: str, status: str, timeline: Sequence[Mapping[str, Any]], now: datetime) -> dict[str, str | None]:
    """The index attributes of a new case; none of one that is over, or of which nobody will ever be told."""
    return clock_keys(ticket, _moment(timeline, now) if status in OPEN else None)


def moved(case: "Case", status: str, timeline: Sequence[Mapping[str, Any]], now: datetime) -> dict[str, str | None]:
    """What of the index attributes an action changes that leads to this status. `timeline`: with the action."""
    if status not in OPEN:
        return clock_keys(case.ticket, None) if case.osk else {}
    return earlier(case, _moment(timeline, now))


def earlier(case: "Case", moment: datetime | None) -> dict[str, str | None]:
    """The index attributes that have an open case looked at when this moment comes; none where it will be looked at by
    then, or nothing is to come (None)."""
    if moment is None or (case.osk and case.osk <= f"{iso(moment)}#"):
        return {}
    return clock_keys(case.ticket, moment)


def _moment(timeline: Sequence[Mapping[str, Any]], now: datetime) -> datetime | None:
    city, hours = due_dates.city_and_calendars()
    return alerting.next_moment(timeline, city, now, hours)
