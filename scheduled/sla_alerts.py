"""Every five minutes: look at the cases whose moment has come, write down who is to hear of them, and send it.

Only what is due is read (a sparse index), the longest waiting first. What one run has no time for is still there for
the next. Each look is one conditional write (store/alerting.py), each message is claimed before it is sent
(store/deliveries.py): two runs at once, or one run twice, tell everybody once. Any day can be run: `now` is the day.
"""

import time
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from chalicelib import logs
from chalicelib.complaints import alerting
from chalicelib.complaints.calendar import known_years
from chalicelib.complaints.sending_hours import SendingHours
from chalicelib.desk import alert_sending, calendar_years, casework
from chalicelib.store import alerting as store
from chalicelib.store import cases, cities

if TYPE_CHECKING:
    from chalicelib.complaints.city import City

# Of the function's 240: sending needs the rest.
SECONDS = 80.0
TRIES = 5
# A case is not looked at twice in one run.
SOONEST = timedelta(minutes=1)


class Unfinished(RuntimeError):
    """Some cases could not be looked at or told of; the next run tries them again."""


def run(now: datetime) -> dict[str, Any]:
    """Look at what is due at `now` and send what is to be told; answers how many cases were looked at, how many alerts
    decided, whether anything is left, and what became of the messages."""
    try:
        city = cities.current()
    except cities.NoCity:
        return {"looked_at": 0, "decided": 0, "left": False, "sent": {}}
    looked_at, decided, left, broken = _sweep(city, SendingHours(city), now)
    # Read by the alarms (infra/alarms.yaml): what is left again and again is more than the runs can take.
    logs.event("sla_alerts", job="sla_alerts", count=decided, overdue=int(left), failed=broken)
    sent = alert_sending.send_due(now, city)
    broken += sent.get("broken", 0)
    if broken:
        raise Unfinished(f"{broken} cases")
    return {"looked_at": looked_at, "decided": decided, "left": left, "sent": sent}


def _sweep(city: "City", hours: SendingHours, now: datetime) -> tuple[int, int, bool, int]:
    until = time.monotonic() + SECONDS
    looked_at = decided = broken = 0
    left, years = False, set[int]()
    for due in store.to_look_at(now):
        if time.monotonic() > until:
            left = True
            break
        try:
            decided += _look(due.ticket, city, hours, now, years)
        except Exception as error:
            # One case must not keep all others from being looked at.
            logs.failure("look_failed", error, job="sla_alerts", ticket=due.ticket)
            broken += 1
        looked_at += 1
    # Deadlines that cannot be worked out stop no other; the admin is told of their year with the other notices.
    calendar_years.needed(years - known_years(city.holidays), now)
    return looked_at, decided, left, broken


def _look(ticket: str, city: "City", hours: SendingHours, now: datetime, years: set[int]) -> int:
    """How many alerts this look decided; none where another run was faster. `years`: takes those whose calendar the
    case has lacked."""
    for _ in range(TRIES):
        found = cases.dossier(ticket)
        if found is None or found.case.osk is None or datetime.fromisoformat(found.case.osk.partition("#")[0]) > now:
            return 0
        at = casework.following(found.case, now)
        timeline = casework.timeline(found)
        steps, moment = alerting.decide(timeline, city, now, at, hours)
        years |= alerting.years_asked(timeline, steps)
        if store.write(found.case, steps, at, max(moment, now + SOONEST) if moment else None):
            return len(steps)
    raise Unfinished("changed again and again")
