"""Writes under conditions, told as a yes or no: made, or refused because an item is not as its condition says."""

from collections.abc import Callable, Sequence
from typing import Any

from pynamodb.exceptions import DeleteError, PutError, TransactWriteError, UpdateError
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action
from pynamodb.models import Model
from pynamodb.transactions import TransactWrite

from chalicelib.store.transaction import CONDITION, CONFLICT, codes

REFUSED = "ConditionalCheckFailedException"


def save(item: Model, condition: Condition) -> bool:
    """Put an item; False: the condition does not hold. Raises PutError for any other reason."""
    return _made(lambda: item.save(condition=condition))


def update(item: Model, actions: Sequence[Action], condition: Condition) -> bool:
    """Change an item; False: the condition does not hold. Raises UpdateError for any other reason."""
    return _made(lambda: item.update(actions=list(actions), condition=condition))


def delete(item: Model, condition: Condition) -> bool:
    """Delete an item; False: the condition does not hold. Raises DeleteError for any other reason."""
    return _made(lambda: item.delete(condition=condition))


def committed(transaction: TransactWrite) -> bool:
    """Send a transaction; False: somebody else was, or is at this moment, faster with one of its items. Raises
    TransactWriteError for any other reason."""
    return refusal(transaction) is None


def refusal(transaction: TransactWrite) -> str | None:
    """Send a transaction: None when it was accepted, CONDITION when an item is not as its condition says, CONFLICT when
    somebody else is writing one of them. Raises TransactWriteError for any other reason."""
    try:
        with transaction:
            pass  # leaving the block sends it
    except TransactWriteError as error:
        found = codes(error)
        if CONDITION in found:
            return CONDITION
        if found == {CONFLICT}:
            return CONFLICT
        raise
    return None


def _made(write: Callable[[], Any]) -> bool:
    try:
        write()
    except (PutError, UpdateError, DeleteError) as error:
        if error.cause_response_code == REFUSED:
            return False
        raise
    return True
