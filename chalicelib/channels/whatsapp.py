"""WhatsApp Cloud API, inbound: is the webhook authentic, and what does it say.

Everything in a payload is optional here: the provider adds fields and types at any time, omits the
phone number of people with a username, and sends several messages in one body. `parse` therefore
never raises; what it does not recognise comes back as Unreadable, so that it is kept.
Sending is in `whatsapp_send`, away from the webhook's path.
"""

import hashlib
import hmac
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec

from chalicelib.complaints.blank import blank
from chalicelib.complaints.model import (
    DeliveryReceipt,
    InboundMessage,
    Location,
    Media,
    Sender,
    Unreadable,
)

CHANNEL = "whatsapp"

# Not something a citizen reports: a reaction, a change of number, a chat opened, a message withdrawn.
CONTROL_KINDS = frozenset({"reaction", "system", "request_welcome", "revoke"})

MEDIA_KINDS = frozenset({"image", "video", "audio", "document", "sticker"})

# Where each kind keeps the words of the citizen, the first that is there.
TEXT_AT: dict[str, tuple[tuple[str, ...], ...]] = {
    "text": (("text", "body"),),
    "image": (("image", "caption"),),
    "video": (("video", "caption"),),
    "audio": (("audio", "caption"),),
    "document": (("document", "caption"),),
    "interactive": (
        ("interactive", "button_reply", "title"),
        ("interactive", "list_reply", "title"),
        ("interactive", "nfm_reply", "body"),
    ),
    "button": (("button", "text"),),
    "order": (("order", "text"),),
    "edit": (
        ("edit", "message", "text", "body"),
        ("edit", "message", "image", "caption"),
        ("edit", "message", "video", "caption"),
        ("edit", "message", "document", "caption"),
    ),
}

# Where each kind names the message it belongs to.
REPLY_AT: dict[str, tuple[str, ...]] = {
    "reaction": ("reaction", "message_id"),
    "edit": ("edit", "original_message_id"),
    "revoke": ("revoke", "original_message_id"),
}

# Fields of a kind's own object that have a place of their own in InboundMessage.
MAPPED: dict[str, tuple[str, ...]] = {
    "text": ("body",),
    "location": ("latitude", "longitude", "name", "address"),
    **dict.fromkeys(MEDIA_KINDS, ("id", "mime_type", "sha256", "filename", "caption")),
}

LABELS = {
    "image": "[foto]",
    "video": "[video]",
    "audio": "[pesan suara]",
    "document": "[dokumen]",
    "sticker": "[stiker]",
    "location": "[lokasi]",
    "contacts": "[kontak]",
    "order": "[pesanan katalog]",
    "interactive": "[jawaban menu]",
    "button": "[jawaban tombol]",
    "text": "[pesan kosong]",
    "reaction": "[reaksi]",
    "system": "[pemberitahuan sistem]",
    "request_welcome": "[percakapan dibuka]",
    "revoke": "[pesan ditarik]",
    "edit": "[pesan diubah]",
    "poll": "[jajak pendapat]",
    "unsupported": "[pesan yang tidak didukung WhatsApp]",
    "unknown": "[pesan tanpa jenis]",
}
# A kind nobody knows yet comes from outside, as long as it likes.
LONGEST_KIND = 40

BSUID = re.compile(r"[A-Z]{2}\.(?:ENT\.)?[0-9A-Za-z]{1,128}")
_PHONE = re.compile(r"\+?([0-9]{5,15})")
_LATEST = datetime(9999, 1, 1, tzinfo=UTC).timestamp()
# An escaped pair of surrogates, a lone one (group 1), or any other escape.
_ESCAPE = re.compile(
    rb"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(u[dD][89a-fA-F][0-9a-fA-F]{2})|.)",
    re.DOTALL,
)

Item = InboundMessage | DeliveryReceipt | Unreadable


def label(kind: str) -> str:
    """What stands for a message without words, in Indonesian; also for a kind that nobody knows yet."""
    return LABELS.get(kind) or f"[pesan jenis „{' '.join(kind.split())[:LONGEST_KIND]}“ yang belum dikenal]"


def signature_ok(body: bytes, header: str | None, secrets: Sequence[str]) -> bool:
    """Whether `X-Hub-Signature-256` was made over these raw bytes with one of the app secrets."""
    if not header:
        return False
    given = header.strip().encode("utf-8", "replace")
    # Every secret is tried, so that the time taken does not tell which one fits.
    matches = [
        hmac.compare_digest(given, b"sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest().encode())
        for secret in secrets
        if secret
    ]
    return any(matches)


def handshake(query: Mapping[str, str], tokens: Sequence[str]) -> str | None:
    """The challenge to answer a subscription check with, as plain text; None means refuse (403)."""
    given = query.get("hub.verify_token", "").encode("utf-8", "replace")
    matches = [hmac.compare_digest(given, token.encode()) for token in tokens if token]
    if query.get("hub.mode") != "subscribe" or not any(matches):
        return None
    return query.get("hub.challenge") or None


def parse(body: bytes, received_at: datetime | None = None) -> list[Item]:
    """What an authentic webhook body says, in its order; at least one item, and it never raises.

    `received_at` (UTC, default now) stands in for a timestamp that is missing or absurd.
    The same id may occur twice: telling duplicates is the store's work.
    A change of another `field` than messages (a template was paused, an account restricted, an echo
    of our own sending) is Unreadable too: it has no message id to record it by, and somebody
    should see it.
    """
    received_at = received_at or datetime.now(UTC)
    try:
        payload = _decode(body)
    except (ValueError, RecursionError):
        return [Unreadable(reason="body is not JSON", raw=body)]
    if (
        not isinstance(payload, dict)
        or payload.get("object", "whatsapp_business_account") != "whatsapp_business_account"
    ):
        return [Unreadable(reason="body is not a WhatsApp Business payload", raw=body)]
    entries = payload.get("entry")
    if not isinstance(entries, list) or not entries:
        return [Unreadable(reason="body has no entry", raw=body)]
    items: list[Item] = []
    for entry in entries:
        changes = _dig(entry, "changes")
        if not isinstance(changes, list) or not changes:
            items.append(_unreadable("entry has no change", entry, body))
            continue
        for change in changes:
            items.extend(_change(change, received_at, body))
    return items


def _decode(body: bytes) -> Any:
    try:
        return msgspec.json.decode(body)
    except ValueError:
        # A name cut in the middle of an emoji leaves half a character behind. That must not cost
        # the complaint, nor the others in the same body.
        repaired = body.decode("utf-8", "replace").encode()
        repaired = _ESCAPE.sub(lambda escape: rb"\ufffd" if escape[1] else escape[0], repaired)
        try:
            return msgspec.json.decode(repaired)
        except ValueError:
            # A number such as 1e400, which JSON allows, must not cost the complaints beside it either.
            return json.loads(repaired)


def _change(change: Any, received_at: datetime, body: bytes) -> Iterator[Item]:
    value = _dig(change, "value")
    if not isinstance(value, dict) or change.get("field", "messages") != "messages":
        yield _unreadable("change is not about messages", change, body)
        return
    account = _string(_dig(value, "metadata", "phone_number_id")) or ""
    messages, statuses = value.get("messages"), value.get("statuses")
    found = False
    for message in messages if isinstance(messages, list) else ():
        found = True
        yield _message(message, value, account, received_at) or _unreadable("message without an id", message, body)
    for status in statuses if isinstance(statuses, list) else ():
        found = True
        yield _receipt(status, account, received_at) or _unreadable("status without an id", status, body)
    if not found:
        yield _unreadable("change has neither messages nor statuses", change, body)


def _message(message: Any, value: dict[str, Any], account: str, received_at: datetime) -> InboundMessage | None:
    identifier = _string(_dig(message, "id"))
    if not identifier:
        return None
    kind = _string(message.get("type")) or next((name for name in LABELS if name in message), "unknown")
    reply_to = _dig(message, *REPLY_AT[kind]) if kind in REPLY_AT else _dig(message, "context", "id")
    return InboundMessage(
        channel=CHANNEL,
        account=account,
        id=identifier,
        sent_at=_time(message.get("timestamp"), received_at),
        sender=_sender(message, value.get("contacts")),
        kind=kind,
        text=next((text for path in TEXT_AT.get(kind, ()) if (text := _string(_dig(message, *path)))), None),
        location=_location(message.get("location")) if kind == "location" else None,
        media=_media(kind, message.get(kind)) if kind in MEDIA_KINDS else None,
        reply_to=_string(reply_to),
        control=kind in CONTROL_KINDS or bool(message.get("group_id")),
        extra=_extra(message, kind),
    )


def _receipt(status: Any, account: str, received_at: datetime) -> DeliveryReceipt | None:
    identifier, state = _string(_dig(status, "id")), _string(_dig(status, "status"))
    if not identifier or not state:
        return None
    errors = status.get("errors")
    code = _dig(errors[0], "code") if isinstance(errors, list) and errors else None
    return DeliveryReceipt(
        channel=CHANNEL,
        account=account,
        id=identifier,
        status=state,
        at=_time(status.get("timestamp"), received_at),
        error_code=code if type(code) is int and abs(code) < 2**53 else None,
        reference=_string(status.get("biz_opaque_callback_data")),
    )


def _sender(message: dict[str, Any], contacts: Any) -> Sender:
    phone, user_id = _identity(message.get("from"), message.get("from_user_id"))
    contact, contact_phone, contact_user_id = _contact(phone, user_id, contacts)
    profile = _dig(contact, "profile")
    return Sender(
        user_id=user_id or contact_user_id,
        phone=phone or contact_phone,
        name=_string(_dig(profile, "name")),
        username=_string(_dig(profile, "username")) or _string(_dig(contact, "username")),
    )


def _identity(number: Any, user_id: Any) -> tuple[str | None, str | None]:
    """Phone (E.164) and user id. For people with a username the number's place may hold the user id."""
    number, user_id = _string(number), _string(user_id)
    match = _PHONE.fullmatch(number or "")
    if number and not match and not user_id and BSUID.fullmatch(number):
        user_id = number
    return (f"+{match[1]}" if match else None), user_id


def _contact(phone: str | None, user_id: str | None, contacts: Any) -> tuple[Any, str | None, str | None]:
    """The contact entry of a sender, with its phone and user id: the one that agrees with what the
    message says, or the only one there is, as long as nothing in it disagrees."""
    if not isinstance(contacts, list):
        return None, None, None
    for contact in contacts:
        its_phone, its_user_id = _identity(_dig(contact, "wa_id"), _dig(contact, "user_id"))
        pairs = [(mine, its) for mine, its in ((user_id, its_user_id), (phone, its_phone)) if mine and its]
        if all(mine == its for mine, its in pairs) and (pairs or len(contacts) == 1):
            return contact, its_phone, its_user_id
    return None, None, None


def _location(place: Any) -> Location:
    return Location(
        lat=_degrees(_dig(place, "latitude"), 90),
        lon=_degrees(_dig(place, "longitude"), 180),
        name=_string(_dig(place, "name")),
        address=_string(_dig(place, "address")),
    )


def _media(kind: str, file: Any) -> Media | None:
    identifier = _string(_dig(file, "id"))
    if not identifier:
        return None
    return Media(
        id=identifier,
        type=kind,
        mime=_string(file.get("mime_type")),
        sha256=_string(file.get("sha256")),
        filename=_string(file.get("filename")),
    )


def _extra(message: dict[str, Any], kind: str) -> dict[str, Any]:
    taken = ("id", "from", "from_user_id", "timestamp", "type")
    extra = {key: value for key, value in message.items() if key not in taken}
    for key, mapped in ((kind, MAPPED.get(kind, ())), ("context", ("id",))):
        inner = extra.get(key)
        if isinstance(inner, dict):
            extra[key] = {name: value for name, value in inner.items() if name not in mapped}
            if not extra[key]:
                del extra[key]
    return extra


def _unreadable(reason: str, part: Any, body: bytes) -> Unreadable:
    try:
        return Unreadable(reason=reason, raw=msgspec.json.encode(part))
    except RecursionError:
        return Unreadable(reason=reason, raw=body)


def _dig(value: Any, *path: str) -> Any:
    for key in path:
        if not isinstance(value, dict):
            return None
        value = value.get(key)
    return value


def _string(value: Any) -> str | None:
    return value if isinstance(value, str) and not blank(value) else None


def _degrees(value: Any, limit: int) -> float | None:
    return float(value) if type(value) in (int, float) and -limit <= value <= limit else None


def _time(value: Any, received_at: datetime) -> datetime:
    """The provider writes seconds since 1970 as a string."""
    try:
        seconds = float(value)
    except (TypeError, ValueError, OverflowError):
        return received_at
    return datetime.fromtimestamp(int(seconds), UTC) if 0 < seconds < _LATEST else received_at
