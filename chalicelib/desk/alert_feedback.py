"""What providers say became of messages to officials: SES through a topic, WhatsApp through the webhook."""

import time
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import msgspec

from chalicelib import logs
from chalicelib.channels.email import TAG
from chalicelib.complaints.model import DeliveryReceipt
from chalicelib.desk.delivering import REFERENCE
from chalicelib.store import deliveries

# How long to wait for a number, in seconds.
PATIENCE = (0.0, 0.5, 2.0)


class Early(RuntimeError):
    """SES was faster than our own note of the message's number; Lambda brings it again. (What is tagged needs none.)"""


# What SES calls it, under either name of the member: events of a configuration set say eventType, notifications of an
# identity notificationType.
OUTCOMES = {
    "Send": None,
    "Delivery": deliveries.DELIVERED,
    "Bounce": deliveries.BOUNCED,
    "Complaint": deliveries.BOUNCED,
    "Reject": deliveries.FAILED,
    "Rendering Failure": deliveries.FAILED,
}
STATUSES = {
    "sent": deliveries.SENT,
    "delivered": deliveries.DELIVERED,
    "read": deliveries.READ,
    "failed": deliveries.FAILED,
}


def of_mails(records: Iterable[Mapping[str, Any]], now: datetime) -> int:
    """Take in what SES says, as records of the topic; how many said something new. Raises what the store raises: then
    the record comes again."""
    return sum(_of_mail(str(record["Sns"]["Message"]), now) for record in records)


def of_whatsapp(receipt: DeliveryReceipt, now: datetime) -> bool:
    """Take in a receipt of a message to an official; nothing is read for one of a citizen's. False: nothing new."""
    state = STATUSES.get(receipt.status)
    if state is None or not (receipt.reference or "").startswith(REFERENCE):
        return False
    reason = f"WhatsApp error {receipt.error_code}" if receipt.error_code is not None else "WhatsApp could not"
    identifier = str(receipt.reference).removeprefix(REFERENCE)
    return _note(identifier, state, at=receipt.at, reason=reason, now=now)


def _of_mail(text: str, now: datetime) -> bool:
    try:
        said = msgspec.json.decode(text)
        kind = said.get("eventType") or said.get("notificationType")
        mail = said["mail"]
        tags = (mail.get("tags") or {}).get(TAG) or []
        message = str(mail["messageId"])
    except (msgspec.DecodeError, AttributeError, KeyError, TypeError):
        # SES says hello to a new topic in plain words.
        logs.event("feedback_unreadable", channel="email")
        return False
    state = OUTCOMES.get(kind)
    bounce = said.get("bounce") or {}
    if state is None or (bounce.get("bounceType"), bounce.get("bounceSubType")) == ("Transient", "General"):
        return False  # SES calls an out-of-office reply that
    identifier = str(tags[0]) if tags else _by_number(message)
    logs.event("mail_feedback", channel="email", outcome=state)
    reason = _reason(kind, said)
    return _note(identifier, state, at=now, reason=reason, now=now)


def _note(identifier: str, state: str, *, at: datetime, reason: str, now: datetime) -> bool:
    new = deliveries.receipt(identifier, state, at=at, reason=reason, now=now)
    if new and state in deliveries.TROUBLE:
        found = deliveries.get(identifier)
        if found is not None and found.kind == deliveries.ADMIN:
            # Perhaps the other address works; until then only who reads the logs knows: infra/alarms.yaml listens.
            logs.event("admin_not_told", level=logs.ERROR, channel=found.channel, outcome=state)
    return new


def _by_number(message: str) -> str:
    """The delivery of a mail without a tag: its sender may be noting the number at this moment. Raises Early."""
    for seconds in PATIENCE:
        time.sleep(seconds)
        if identifier := deliveries.of_message(message):
            return identifier
    raise Early("a message without a tag, and no number known")


def _reason(kind: str, said: Mapping[str, Any]) -> str:
    """In SES's own words for kinds of bounces; never the address, never what the other server wrote."""
    bounce, complaint = said.get("bounce") or {}, said.get("complaint") or {}
    words = (kind, bounce.get("bounceType"), bounce.get("bounceSubType"), complaint.get("complaintFeedbackType"))
    return " ".join(str(word) for word in words if word)[:120]
