"""Every minute: announce again the outbox rows that should have been sent by now.

A row is stuck when the publish after its transaction failed, when its worker died, or when its destination was down.
Moving the row's due time is a conditional write, so two sweeps at once announce it once, and a sweep repeated for the
same minute finds nothing left. `now` only says what is due: what is written into a row is real time, as workers live in
it. Run for a day to come, the sweep sends everything at once; run for a day gone by, it finds little.
"""

from datetime import datetime, timedelta
from typing import Any

from chalicelib import logs
from chalicelib.desk import worker
from chalicelib.store import breaker, outbox, queues
from chalicelib.store.ledger import SWEPT

# Per destination and run. What is left over is announced a minute later; nothing starves, as the oldest come first.
MOST_ROWS = 500
# Longer than a lease, so that what a worker holds is not announced beside it.
AGAIN_AFTER = timedelta(minutes=4)
# To try out a destination that was down one row is enough; the others are there in case the first is nobody's to send.
MOST_PROBES = 3


def run(now: datetime) -> dict[str, Any]:
    """Announce what is due at `now`; answers how many rows for each destination.

    One destination's trouble is not another's: each is swept by itself, and the job fails at the end if one did.
    """
    swept, broken = {}, []
    for destination in SWEPT:
        try:
            swept[destination] = _sweep(destination, now)
        except Exception as error:
            logs.failure("sweep_failed", error, job="outbox_sweep", destination=destination)
            broken.append(destination)
    if broken:
        raise SweepFailed(", ".join(broken))
    return {"announced": swept}


class SweepFailed(RuntimeError):
    """Some destinations could not be swept; the next minute's sweep tries again."""


def _sweep(destination: str, now: datetime) -> int:
    found = list(outbox.due(destination, now, limit=MOST_ROWS))
    # Read by the alarms (infra/alarms.yaml): what stays due is stuck, what failed or is ambiguous waits for a person.
    logs.event(
        "outbox",
        destination=destination,
        overdue=len(found),
        failed=outbox.count(destination, outbox.FAILED),
        ambiguous=outbox.count(destination, outbox.AMBIGUOUS),
    )
    real = worker.clock()
    gate = breaker.look(destination)
    if gate.pausing(max(now, real)) or gate.probed(real):
        return 0
    if not gate.closed:
        # One goes ahead, whenever it was to be tried again; when it has arrived its worker brings the others.
        found = outbox.listed(destination, outbox.WAITING, limit=MOST_PROBES)
        if gate.pausing(real):
            breaker.end_pause(destination, gate, real)
    again = real + AGAIN_AFTER
    mine = [(row.ticket, {destination: [row.key]}) for row in found if outbox.touch(row, until=again)]
    return queues.announce_many(mine)
