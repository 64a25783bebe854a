"""The figures on their way to the executive information system (SIE): a signed message each night and for each
published month, with the headline figures and a link to all of them (docs/sie.md).

A push is an outbox row like any other, of no case: under `SIE-<period>`, once for each day and each revision. What it
says is put together when it is sent, so that a push that was delayed brings the figures as they are.
"""

from datetime import datetime, timedelta
from typing import Any

import msgspec

from chalicelib import logs
from chalicelib.channels import standard_webhooks
from chalicelib.channels.errors import Rejected, Retryable
from chalicelib.desk import periods, worker
from chalicelib.desk.connections import session
from chalicelib.settings import settings
from chalicelib.store import cities, outbox, pushes
from chalicelib.store.keys import iso
from chalicelib.store.parameters import SECRETS
from chalicelib.store.tables import OutboxRow

DESTINATION = "sie"
SECRET = "sie_secret"  # noqa: S105 - the name of a secret
DAILY, MONTHLY = "indicators.daily", "indicators.monthly"
# What a dashboard's first row shows; all else is behind the link.
HEADLINES = (
    "received",
    "counted",
    "in_process",
    "followed_up",
    "closed",
    "close_mean",
    "close_median",
    "forwarded",
    "from_lapor",
    "reopened",
)
# A receiver that is away longer gets what there is then, from the link.
KEPT = timedelta(days=7)


def order(kind: str, period: str, revision: int | None = None) -> bool:
    """Have the figures of a period pushed; False where nobody waits for them, or it was ordered before.

    Now, in real time, for whatever day the job that orders it runs: a row of another day would wait for that day, or
    be too old to be sent.
    """
    if not settings().sie_url:
        return False
    name = f"{kind.rpartition('.')[2]}{f'-{revision}' if revision else ''}"
    return pushes.order(f"SIE-{period}", name, {"type": kind, "period": period, "revision": revision}, worker.clock())


def push(ticket: str, key: str, now: datetime) -> None:
    """Send one push. Returns when the row says what became of it; raises only for faults of ours.

    Without a lease, as for answers: two workers at once send the same id twice, and a receiver keeps one.
    """
    row = outbox.get(ticket, key)
    if row is None or row.state != outbox.WAITING:
        return
    url, attempts = settings().sie_url, int(row.attempts or 0) + 1
    if not url or now - datetime.fromisoformat(row.created_at) > KEPT:
        outbox.refuse(row, reason="no address" if not url else "no answer for a week", now=now)
        return
    body = msgspec.json.encode(message(row, now))
    try:
        status = standard_webhooks.send(
            session(), url, SECRETS.get(SECRET), f"{ticket}-{key.rpartition('#')[2]}", int(now.timestamp()), body
        )
    except Rejected as error:
        outbox.refuse(row, reason=str(error), now=now)
        logs.event("push_refused", level=logs.ERROR, destination=DESTINATION, status=error.code)
    except Retryable as error:
        outbox.put_off(row, until=worker.again_at(attempts, now), reason=str(error), tried=True)
        logs.event("push_put_off", destination=DESTINATION, reason=str(error), attempts=attempts)
    else:
        outbox.confirm(row, result={"status": status}, now=now)


def message(row: OutboxRow, now: datetime) -> dict[str, Any]:
    """What a push says. No figure in it is about a person."""
    kind, period = row.payload["type"], row.payload["period"]
    found = periods.shown(period, now, revision=row.payload.get("revision"))
    return {
        "type": kind,
        "timestamp": iso(now),
        "data": {
            "city": cities.current().code,
            "period": period,
            "revision": found["revision"],
            "provisional": found["provisional"],
            "as_of": found["as_of"],
            "hash": found["hash"],
            "url": f"{settings().public_url}/v1/indicators/{period}",
            "figures": {name: found["figures"][name] for name in HEADLINES if name in found["figures"]},
            "ikm": {name: found["ikm"][name] for name in ("ni", "nik", "mutu", "answers")},
        },
    }
