"""The shapes that travel between the channels, the desk and the store."""

from datetime import datetime
from typing import Any

from msgspec import Struct, field


class Location(Struct, frozen=True, kw_only=True):
    """A place a citizen pointed at. Degrees (WGS 84); every part may be missing."""

    lat: float | None = None
    lon: float | None = None
    name: str | None = None
    address: str | None = None


class Media(Struct, frozen=True, kw_only=True):
    """A file that came with a message: the provider's reference, never the bytes."""

    id: str
    """The provider's id, or its URL where it gives no id."""
    type: str
    """image, video, audio, document or sticker."""
    mime: str | None = None
    sha256: str | None = None
    """As the provider wrote it: hexadecimal or base64."""
    filename: str | None = None
    size: int | None = None
    """Bytes, as the provider claims."""


class Sender(Struct, frozen=True, kw_only=True):
    """Who wrote. Both keys may be missing: a WhatsApp user with a username has no visible number."""

    user_id: str | None = None
    """The provider's own id of the person (WhatsApp: the business-scoped user id)."""
    phone: str | None = None
    """E.164 with the plus sign."""
    name: str | None = None
    username: str | None = None

    def identities(self, channel: str, account: str) -> tuple[str, ...]:
        """The stable keys under which this person is known to one account, the most lasting first.

        A phone number may disappear from later messages and a user id changes with the number,
        so a conversation is looked up under every key. Empty when the sender is unknown.
        """
        keys = []
        if self.user_id:
            keys.append(f"{channel}:{account}:u:{self.user_id}")
        if self.phone:
            keys.append(f"{channel}:{account}:p:{self.phone.removeprefix('+')}")
        return tuple(keys)


class InboundMessage(Struct, frozen=True, kw_only=True):
    """One thing a citizen sent, the same shape for every channel."""

    channel: str
    account: str
    """Our side of the conversation (WhatsApp: phone_number_id)."""
    id: str
    """The provider's message id: the same when the provider delivers it again."""
    sent_at: datetime
    """UTC, by the provider's clock; the time of receipt where the provider gave none."""
    sender: Sender
    kind: str
    """text, image, video, audio, document, sticker, location, contacts, interactive, button, order,
    unsupported, reaction, system … as the provider names it."""
    text: str | None = None
    location: Location | None = None
    media: Media | None = None
    reply_to: str | None = None
    """The id of the message this one answers or reacts to."""
    control: bool = False
    """Recorded, never a case: reactions, system notices, group chatter."""
    extra: dict[str, Any] = field(default_factory=dict)
    """What the provider sent beyond the fields above, kept under the provider's own names."""


class DeliveryReceipt(Struct, frozen=True, kw_only=True):
    """What became of a message of ours. Receipts come in any order: read may precede delivered."""

    channel: str
    account: str
    id: str
    """The provider's id of the message we sent."""
    status: str
    at: datetime
    error_code: int | None = None
    reference: str | None = None
    """What we gave the message when it was sent: of messages to officials, `alert:` and the delivery's id."""


class Unreadable(Struct, frozen=True, kw_only=True):
    """An authentic payload, or a part of one, that no rule recognises. It is kept, never dropped."""

    reason: str
    """What was not understood, without any content of the payload: it may be logged."""
    raw: bytes
    """The whole body, or the part that was not understood as JSON."""
