"""Single messages of a case."""

from typing import Any

from chalicelib.store.keys import case_key
from chalicelib.store.tables import Message


def get(ticket: str, key: str) -> Message:
    """The message under a sort key of the case. Raises Message.DoesNotExist."""
    return Message.get(case_key(ticket), key, consistent_read=True)


def keep(message: Message, stored: dict[str, Any]) -> None:
    """Note where the message's attachment is kept."""
    message.update(actions=[Message.stored.set(stored)], condition=Message.pk.exists())
