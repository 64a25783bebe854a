"""An answered case whose reporter writes more than thanks: it is open again, as if the desk had reopened it.

Only the second try of such a message comes here (desk/intake.py): when the case is due next, only its timeline and the
city know.
"""

from datetime import datetime, timedelta
from typing import Any

import msgspec

from chalicelib.complaints import lifecycle
from chalicelib.complaints.model import InboundMessage
from chalicelib.desk import casework, due_dates, history, lookout, next_due
from chalicelib.store import cases
from chalicelib.store.joining import ANSWERED, Reopening
from chalicelib.store.keys import iso

ACTION, REPORTER = "reopen", "reporter"
# A line of the timeline is later than the one before it.
JUST = timedelta(milliseconds=1)


def by_message(ticket: str, message: InboundMessage, now: datetime) -> Reopening | None:
    """What the case becomes with this message; None: it is answered no longer. Raises NoCity."""
    found = cases.dossier(ticket)
    if found is None or found.case.status != ANSWERED:
        return None
    case, told = found.case, casework.timeline(found)
    # Thanks are written at any time, so `updated_at` may be before the answer.
    at = max(now, datetime.fromisoformat(max(case.updated_at, told[-1]["at"])) + JUST)
    place = msgspec.to_builtins(message.location)
    said: dict[str, Any] = {"at": iso(at), "actor": REPORTER, "type": "message", "data": {"location": place}}
    before = lifecycle.fold(casework.state_of(case), "message", said["data"])
    after = lifecycle.fold(before, ACTION, {}, REPORTER)
    line: dict[str, Any] = {"at": iso(at), "actor": REPORTER, "type": ACTION, "data": history.difference(before, after)}
    told.append(said)
    line["data"] |= due_dates.written_down(told, line)
    told.append(line)
    attributes = {
        "status": after.status,
        **next_due.moved(case, after.status, after.department, told, now),
        **lookout.moved(case, after.status, told, now),
    }
    return Reopening(at, int(case.version), case.osk, attributes, line["data"])
