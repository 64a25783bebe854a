"""What the four queue workers share: reading the message, reporting what failed, waiting before the next try."""

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from chalicelib import logs
from chalicelib.store import outbox

Deliver = Callable[[str, str, datetime], None]

# How long a row rests after its n-th failure. The steps stay short: when a destination is back, nobody waits more than
# a quarter of an hour.
BACKOFF_SECONDS = (5, 10, 20, 40, 60, 60, 120, 300, 900)


class Malformed(ValueError):
    """A queue message that none of our code wrote."""


def clock() -> datetime:
    """Now. Workers live in real time, unlike jobs."""
    return datetime.now(UTC)


def run(records: Iterable[Mapping[str, Any]], destination: str, deliver: Deliver) -> dict[str, Any]:
    """Deliver every row named in a batch of SQS records; the answer names the records that must come again.

    A destination that is down is no failure of the record: the row keeps that, and the sweeper brings it back.
    What fails here is a fault of ours or of AWS; after a few times SQS moves the record to the dead letters.
    """
    failed = []
    for record in records:
        ticket, key = None, None
        try:
            ticket, keys = _read(str(record["body"]), destination)
            for key in keys:
                deliver(ticket, key, clock())
        except Exception as error:
            logs.failure("delivery_failed", error, destination=destination, ticket=ticket, row=key)
            failed.append({"itemIdentifier": record["messageId"]})
            if ticket and key:
                _let_rest(ticket, key)
    return {"batchItemFailures": failed}


def _let_rest(ticket: str, key: str) -> None:
    # The row of a fault of ours must not come back every few minutes for ever.
    try:
        outbox.stumbled(ticket, key, clock())
    except Exception as error:
        logs.failure("stumble_not_noted", error, ticket=ticket, row=key)


def again_at(
    attempts: int, now: datetime, retry_after: float | None = None, longest: float = BACKOFF_SECONDS[-1]
) -> datetime:
    """When to try a row again that has been tried `attempts` times. `retry_after`: seconds it asked for; `longest`: the
    seconds that it rests unasked, at most."""
    rest = min(BACKOFF_SECONDS[min(max(attempts, 1), len(BACKOFF_SECONDS)) - 1], longest)
    return now + timedelta(seconds=max(rest, min(retry_after or 0, 3600)))


def _read(body: str, destination: str) -> tuple[str, list[str]]:
    try:
        message = json.loads(body)
        ticket, keys = message["ticket"], message["rows"].get(destination, [])
    except (ValueError, KeyError, TypeError, AttributeError):
        raise Malformed from None
    if not isinstance(ticket, str) or not all(isinstance(key, str) for key in keys):
        raise Malformed
    return ticket, keys
