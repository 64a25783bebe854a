"""Outbox rows that belong to no case: figures on their way to another system."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from chalicelib.store.items import Row, count, due, outbox_row
from chalicelib.store.tables import COMPLAINTS_TABLE
from chalicelib.store.transaction import ABSENT, StoreUnavailable, Transaction, failed

# Against others who write the same counter at that moment.
TRIES = 5


def order(name: str, what: str, payload: Mapping[str, Any], now: datetime) -> bool:
    """Write a row that waits to be pushed; False when there is one. The sweep announces it within two minutes.
    Raises StoreUnavailable: then it may not be there."""
    row = Row("sie", what, dict(payload))
    for _ in range(TRIES):
        transaction = Transaction()
        transaction.put(COMPLAINTS_TABLE, outbox_row(name, row, now), ABSENT)
        count(transaction, name, due([row]))
        reasons = transaction.commit()
        if reasons is None:
            return True
        if failed(reasons[0]):
            return False
    # The ledger's counter is written by webhooks as well: whoever orders comes again, as nothing says that he did.
    raise StoreUnavailable("the ledger is busy")
