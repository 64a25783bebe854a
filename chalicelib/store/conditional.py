"""One write under a condition, told as a yes or no: made, or refused because the item is not as the condition says."""

from collections.abc import Callable, Sequence
from typing import Any

from pynamodb.exceptions import DeleteError, PutError, UpdateError
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action
from pynamodb.models import Model

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


def _made(write: Callable[[], Any]) -> bool:
    try:
        write()
    except (PutError, UpdateError, DeleteError) as error:
        if error.cause_response_code == REFUSED:
            return False
        raise
    return True
