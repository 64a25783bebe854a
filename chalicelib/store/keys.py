"""How keys are spelled, and times within them."""

import hashlib
from datetime import UTC, datetime


def case_key(ticket: str) -> str:
    """The partition key of a case."""
    return f"C#{ticket}"


def iso(at: datetime) -> str:
    """How times are stored: UTC, milliseconds, sortable."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def digest(text: str, length: int = 12) -> str:
    """A short stable id of a longer one, in hexadecimal."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:length]


def marker_key(channel: str, account: str, message_id: str) -> str:
    """The key that makes a message count once. Long provider ids are kept short by hashing."""
    return f"MSG#{channel}#{account}#{digest(message_id, 32)}"


def message_key(message_id: str, now: datetime) -> str:
    """The sort key of a message within its case."""
    return f"MSG#{iso(now)}#{digest(message_id, 8)}"
