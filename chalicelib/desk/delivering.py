"""Handing one message to one office, with proof: claimed before it is sent, and its outcome written down after.

Used by alerts and digests. A message is sent once: what got no answer is not repeated, but told to the admin.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from chalicelib import logs
from chalicelib.channels import email, whatsapp_send
from chalicelib.channels.errors import Ambiguous, Rejected, Retryable
from chalicelib.complaints import recipients
from chalicelib.desk import worker
from chalicelib.desk.connections import session
from chalicelib.settings import settings
from chalicelib.store import deliveries
from chalicelib.store.aws import client
from chalicelib.store.deliveries import Delivery
from chalicelib.store.keys import digest
from chalicelib.store.parameters import SECRETS

if TYPE_CHECKING:
    from chalicelib.complaints.city import City
    from chalicelib.complaints.city_alerts import Contact
    from chalicelib.pages.mail import Rendered

EMAIL, WHATSAPP = "email", "whatsapp"
# How a receipt of WhatsApp's names one of these messages.
REFERENCE = "alert:"
# A sender that has not said what became of a message by then is dead: no function of ours may run as long.
LEASE = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Message:
    """The same in both forms. `brief`: the values of the WhatsApp template: verdict, tickets, link."""

    mail: "Rendered"
    brief: Sequence[str]
    attachments: tuple[email.Attachment, ...] = ()
    """Of the mail only."""


def channels(contact: "Contact", by: Sequence[str]) -> tuple[str, ...]:
    """Through which of the wanted channels this office is told here and now."""
    found = recipients.channels(contact, tuple(by))
    if settings().whatsapp_account:
        return found
    # A stage without a WhatsApp number of its own writes mails.
    return tuple(dict.fromkeys(EMAIL if contact.email else name for name in found))


def address(contact: "Contact", channel: str) -> str:
    """Where the message goes. Never stored, never logged."""
    return (contact.email if channel == EMAIL else contact.whatsapp) or ""


def target(channel: str, to: str) -> str:
    """What names an address without giving it away: whoever has it under two roles is told once."""
    return f"{channel}:{digest(to.casefold(), 16)}"


def lease() -> datetime:
    """Until when a message that is claimed now is its sender's, in real time."""
    return worker.clock() + LEASE


def tell(delivery: Delivery, to: str, message: Message, city: "City", *, last_try: bool = False) -> str:
    """Claim a message about no alert in particular (a digest), and send it; what became of it. A message of this id
    that was sent before is not sent again: `void`. `last_try`: as for `send`."""
    if not deliveries.claim(delivery, (), until=lease()):
        return deliveries.VOID
    return send(delivery, to, message, city, last_try=last_try)


def send(delivery: Delivery, to: str, message: Message, city: "City", *, last_try: bool = False) -> str:
    """Send what has been claimed, and write down what became of it: sent, failed, ambiguous, or void (put off).
    `last_try`: it has been put off long enough; what cannot be sent now has failed."""
    try:
        provider_id = hand_over(delivery.channel, to, message, delivery.id, city)
    except Retryable as error:
        if not last_try:
            deliveries.release(delivery, reason=str(error), tried=True)
            return _logged(delivery, deliveries.VOID, error)
        deliveries.fail(delivery, deliveries.FAILED, reason=f"{error}, again and again", now=worker.clock())
        return _logged(delivery, deliveries.FAILED, error)
    except Rejected as error:
        deliveries.fail(delivery, deliveries.FAILED, reason=str(error), now=worker.clock())
        return _logged(delivery, deliveries.FAILED, error)
    except Ambiguous as error:
        deliveries.fail(delivery, deliveries.AMBIGUOUS, reason=str(error), now=worker.clock())
        return _logged(delivery, deliveries.AMBIGUOUS, error)
    deliveries.finish(delivery, provider_id=provider_id, now=worker.clock())
    return deliveries.SENT


def hand_over(channel: str, to: str, message: Message, identifier: str, city: "City") -> str:
    """Give a message to its provider; the provider's id. Raises what the channels raise."""
    if channel == EMAIL:
        return email.send(
            client("ses"),
            sender=sender(city),
            name=f"Aduan {city.name}",
            to=to,
            mail=email.Mail(*message.mail, message.attachments),
            reference=identifier,
            configuration=settings().alert_configuration or None,
        )
    return whatsapp_send.send_template(
        session(),
        settings().whatsapp_api_url,
        settings().whatsapp_account,
        SECRETS.current("whatsapp_access_token"),
        to,
        name=settings().alert_template,
        language=settings().alert_template_language,
        values=message.brief,
        reference=f"{REFERENCE}{identifier}",
    )


def sender(city: "City") -> str:
    """From whom: the city's own address, else `aduan@` the stage's domain (or its one address)."""
    identity = settings().alert_sender
    return city.alerting.from_email or (identity if "@" in identity else f"aduan@{identity}")


def _logged(delivery: Delivery, outcome: str, error: Exception) -> str:
    logs.event(
        "alert_not_sent", channel=delivery.channel, kind=delivery.kind, outcome=outcome, reason=type(error).__name__
    )
    return outcome
