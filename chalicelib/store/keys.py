"""How keys are spelled, and times within them."""

import hashlib
from datetime import datetime

from chalicelib.complaints import moments

# Times in keys and attributes are written as they are everywhere.
iso = moments.iso

LONGEST = 200


def case_key(ticket: str) -> str:
    """The partition key of a case."""
    return f"C#{ticket}"


def digest(text: str, length: int = 12) -> str:
    """A short stable id of a longer one, in hexadecimal."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:length]


def person_key(phone: str | None, handle: str | None) -> str | None:
    """Under what a person's cases are found again: a digest of his number (E.164) or, without one, of his handle.
    Why without a secret: docs/decisions.md."""
    name = f"phone:{phone}" if phone else f"handle:{handle.casefold()}" if handle else None
    return digest(name, 32) if name else None


def external_key(external_id: str) -> str:
    """The key that makes another system's case count once. Whatever people put into such an id is not kept."""
    return f"EXT#{digest(external_id, 32)}"


def event_key(at: str, identifier: str) -> str:
    """The sort key of a line of the timeline."""
    return f"EVT#{at}#{identifier}"


def marker_key(channel: str, account: str, message_id: str) -> str:
    """The key that makes a message count once. What providers (or strangers) make long is kept short by hashing."""
    return f"MSG#{channel}#{short(account)}#{digest(message_id, 32)}"


def conversation_key(identity: str) -> str:
    """The key of a citizen's conversation under one of his identities."""
    return f"CONV#{short(identity)}"


def short(text: str) -> str:
    """The text itself, or a digest of one that a key (at most 2 KB) might not hold."""
    return text if len(text) <= LONGEST else digest(text, 32)


def message_key(message_id: str, now: datetime) -> str:
    """The sort key of a message within its case."""
    return f"MSG#{iso(now)}#{digest(message_id, 8)}"
