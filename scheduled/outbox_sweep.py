"""Every minute: announce again the outbox rows that should have been sent by now.

A row is stuck when the publish after its transaction failed, when its worker died, or when its destination was down.
Moving the row's due time is a conditional write, so two sweeps at once announce it once, and a sweep repeated for the
same minute finds nothing left.
"""

from datetime import datetime, timedelta
from typing import Any

from chalicelib import logs
from chalicelib.store import outbox, queues
from chalicelib.store.ledger import DESTINATIONS

# Per destination and run. What is left over is announced a minute later; nothing starves, as the oldest come first.
MOST_ROWS = 500
AGAIN_AFTER = timedelta(minutes=2)


def run(now: datetime) -> dict[str, Any]:
    """Announce what is due at `now`; answers how many rows for each destination."""
    swept = {}
    for destination in DESTINATIONS:
        if outbox.breaker_open_until(destination, now):
            swept[destination] = 0
            continue
        mine = [
            (row.ticket, {destination: [row.key]})
            for row in outbox.due(destination, now, limit=MOST_ROWS)
            if outbox.touch(row, until=now + AGAIN_AFTER)
        ]
        swept[destination] = queues.announce_many(mine)
        if mine:
            logs.event("swept", job="outbox_sweep", destination=destination, count=len(mine))
    return {"announced": swept}
