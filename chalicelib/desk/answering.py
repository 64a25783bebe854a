"""Sending citizens what the outbox holds for them. At least once: a reply twice is better than none."""

from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING

from chalicelib import logs
from chalicelib.channels import whatsapp_send
from chalicelib.channels.errors import Ambiguous, Rejected, Retryable
from chalicelib.desk import notices, replies
from chalicelib.desk.worker import again_at
from chalicelib.settings import settings
from chalicelib.store import cases, outbox
from chalicelib.store.parameters import SECRETS

if TYPE_CHECKING:
    import requests

DESTINATION = "reporter"


def answer(ticket: str, key: str, now: datetime) -> None:
    """Send one reply. Returns when the row says what became of it; raises only for faults of ours."""
    row = outbox.get(ticket, key)
    if row is None or row.state != outbox.WAITING:
        return
    if row.payload["kind"] == notices.FOLLOWERS:
        notices.spread(ticket, row, now)
        return
    # Without a lease: it would cost a write for each, and what it prevents, SQS handing one message to two workers at
    # the same moment, does no more harm here than telling somebody twice.
    if row.destination == "notice":
        case = cases.get(ticket)
        if case is None or notices.refuse_late(row, case, now):
            return
    payload = {**(row.data or {}), **row.payload}
    attempts = int(row.attempts or 0) + 1
    try:
        identifier = whatsapp_send.send(
            session(),
            settings().whatsapp_api_url,
            payload["account"],
            SECRETS.current("whatsapp_access_token"),
            payload["to"],
            replies.text(payload["kind"], ticket=ticket, answer=payload.get("text"), reason=payload.get("reason")),
        )
    except Rejected as error:
        outbox.refuse(row, reason=f"refused, code {error.code}", now=now)
        logs.event("reply_refused", ticket=ticket, status=error.code)
    except (Retryable, Ambiguous) as error:
        # Unlike a filing, a reply whose arrival is unknown is sent again.
        outbox.put_off(row, until=again_at(attempts, now), reason=type(error).__name__, tried=True)
        logs.event("reply_put_off", ticket=ticket, reason=type(error).__name__, attempts=attempts)
    else:
        outbox.confirm(row, result={"id": identifier}, now=now)


@cache
def session() -> "requests.Session":
    """One session, with its connection pool, for the life of the process."""
    import requests

    return requests.Session()
