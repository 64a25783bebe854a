"""Sending citizens what the outbox holds for them. At least once: a reply twice is better than none."""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from chalicelib import logs
from chalicelib.channels import whatsapp_send
from chalicelib.channels.errors import Ambiguous, Rejected, Retryable
from chalicelib.desk import notices, replies, surveys
from chalicelib.desk.connections import session
from chalicelib.desk.worker import again_at
from chalicelib.settings import settings
from chalicelib.store import cases, outbox
from chalicelib.store.items import FOLLOWERS
from chalicelib.store.parameters import SECRETS

if TYPE_CHECKING:
    from chalicelib.store.tables import Case

DESTINATION = "reporter"


def answer(ticket: str, key: str, now: datetime) -> None:
    """Send one reply. Returns when the row says what became of it; raises only for faults of ours."""
    row = outbox.get(ticket, key)
    if row is None or row.state != outbox.WAITING:
        return
    if row.payload["kind"] == FOLLOWERS:
        notices.spread(ticket, row, now)
        return
    # Without a lease: it would cost a write for each, and what it prevents, SQS handing one message to two workers at
    # the same moment, does no more harm here than telling somebody twice.
    case = None
    if row.destination == "notice":
        case = cases.get(ticket)
        if case is None or notices.refuse_late(row, case, now):
            return
    payload = {**(row.data or {}), **row.payload}
    attempts = int(row.attempts or 0) + 1
    try:
        identifier, asked = _sent(ticket, case, payload)
    except Rejected as error:
        outbox.refuse(row, reason=f"refused, code {error.code}", now=now)
        logs.event("reply_refused", ticket=ticket, status=error.code)
    except (Retryable, Ambiguous) as error:
        # Unlike a filing, a reply whose arrival is unknown is sent again.
        outbox.put_off(row, until=again_at(attempts, now), reason=type(error).__name__, tried=True)
        logs.event("reply_put_off", ticket=ticket, reason=type(error).__name__, attempts=attempts)
    else:
        outbox.confirm(row, result={"id": identifier, **asked}, now=now)


def _sent(ticket: str, case: "Case | None", payload: Mapping[str, Any]) -> tuple[str, dict[str, str]]:
    """Send it; the provider's id, and which element of the survey was asked along with it. Raises DeliveryError."""
    number, to = payload["account"], payload["to"]
    url, token = settings().whatsapp_api_url, SECRETS.current("whatsapp_access_token")
    text = replies.text(
        payload["kind"], ticket=ticket, answer=notices.answer_text(payload), reason=payload.get("reason")
    )
    question = surveys.question(case, to) if case and payload["kind"] == surveys.CLOSED else None
    if question is None:
        return whatsapp_send.send(session(), url, number, token, to, text), {}
    text, button = f"{text}\n\n{replies.SURVEY}\n*{question.text}*", replies.SURVEY_BUTTON
    identifier = whatsapp_send.send_choices(
        session(), url, number, token, to, body=text, button=button, rows=question.answers
    )
    return identifier, {"asked": question.element}
