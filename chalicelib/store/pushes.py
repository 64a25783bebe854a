"""Outbox rows that belong to no case: figures on their way to another system."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from chalicelib.store.items import Row, count, due, outbox_row
from chalicelib.store.tables import COMPLAINTS_TABLE
from chalicelib.store.transaction import ABSENT, Transaction


def order(name: str, what: str, payload: Mapping[str, Any], now: datetime) -> bool:
    """Write a row that waits to be pushed; False when there is one. The sweep announces it within two minutes."""
    row = Row("sie", what, dict(payload))
    transaction = Transaction()
    transaction.put(COMPLAINTS_TABLE, outbox_row(name, row, now), ABSENT)
    count(transaction, name, due([row]))
    return transaction.commit() is None
