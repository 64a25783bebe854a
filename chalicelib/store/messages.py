"""Single messages of a case. One that came with a file is an outbox row as well, until the file is fetched."""

from datetime import datetime
from typing import Any

from chalicelib.store import outbox
from chalicelib.store.keys import case_key
from chalicelib.store.tables import Message, OutboxRow


def get(ticket: str, key: str) -> Message:
    """The message under a sort key of the case. Raises Message.DoesNotExist."""
    return Message.get(case_key(ticket), key, consistent_read=True)


def keep(row: OutboxRow, stored: dict[str, Any], now: datetime) -> bool:
    """Note where a message's file is kept, and that its row is done. False when another worker did so."""
    return outbox.confirm(row, result={"size": stored["size"]}, now=now, also=[Message.stored.set(stored)])
