"""A transaction as plain dictionaries, for the one place where every tenth of a millisecond is paid by each webhook.

PynamoDB's models spend 0.4 ms on the eight items of a new case, a fifth of the whole webhook (`make bench`,
webhook_cpu_ratio), so intake writes its items directly. A test reads every item written here back through the models
of tables.py: the two cannot drift apart.
"""

import random
import time
from collections.abc import Mapping
from typing import Any

import msgspec
from pynamodb.exceptions import TransactWriteError

from chalicelib.store.aws import SHARED

Condition = tuple[str, Mapping[str, Any]]
"""A condition expression and the values it names, such as `("ticket = :old", {":old": "KDR-…"})`."""

# Why DynamoDB cancels a transaction when nothing is broken: an item is not as its condition says, or somebody else is
# writing it at this moment.
CONDITION, CONFLICT = "ConditionalCheckFailed", "TransactionConflict"

ABSENT: Condition = ("attribute_not_exists(pk)", {})
THERE: Condition = ("attribute_exists(pk)", {})


class StoreUnavailable(Exception):
    """DynamoDB did not accept a write for a reason that may pass; nothing was written."""


class NotStorable(Exception):
    """DynamoDB will never take these items: something in them is beyond its limits. Nothing was written."""


def typed(values: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """DynamoDB's form of an item's attributes; None is left out, mappings and lists are kept as JSON text."""
    item: dict[str, dict[str, Any]] = {}
    for name, value in values.items():
        match value:
            case None:
                continue
            case str():
                item[name] = {"S": value}
            case bool():
                item[name] = {"BOOL": value}
            case int():
                item[name] = {"N": str(value)}
            case bytes():
                item[name] = {"B": value}
            case _:
                item[name] = {"S": msgspec.json.encode(value).decode()}
    return item


class Transaction:
    """Puts first, then updates: the order in which `commit` gives its reasons."""

    def __init__(self) -> None:
        self._puts: list[dict[str, Any]] = []
        self._updates: list[dict[str, Any]] = []

    def put(self, table: str, values: Mapping[str, Any], condition: Condition | None = None) -> None:
        """Write an item; when the condition fails, the reason holds the item that is there instead."""
        self._puts.append({"TableName": table, "Item": typed(values), **_conditional(condition, {})})

    def update(
        self,
        table: str,
        key: Mapping[str, Any],
        expression: str,
        values: Mapping[str, Any],
        condition: Condition | None = None,
        names: Mapping[str, str] | None = None,
    ) -> None:
        """Change an item by an update expression."""
        operation = {"TableName": table, "Key": typed(key), "UpdateExpression": expression}
        if names:
            operation["ExpressionAttributeNames"] = dict(names)
        self._updates.append(operation | _conditional(condition, values))

    def commit(self) -> list[Any] | None:
        """Send it: None when accepted, else a reason (or None) for each item. Raises StoreUnavailable.

        A lost answer is no danger: botocore repeats the call with the same ClientRequestToken, and DynamoDB then
        reports the first result instead of a failed condition.
        """
        try:
            SHARED.transact_write_items(
                condition_check_items=[], delete_items=[], put_items=self._puts, update_items=self._updates
            )
        except TransactWriteError as error:
            reasons = codes(error)
            if reasons and reasons <= {CONDITION, CONFLICT}:
                return list(error.cancellation_reasons)
            if error.cause_response_code == "ValidationException" or "ValidationError" in reasons:
                raise NotStorable from None
            # Without its cause: the reasons hold items, and items hold personal data.
            raise StoreUnavailable(error.cause_response_code or "no answer") from None
        return None


def pause(attempt: int, *, longest: float = 0.25) -> None:
    """Let others finish before the same is tried again: up to 20 ms after the first attempt (0), twice as long after
    each further one, never more than `longest` seconds."""
    time.sleep(random.uniform(0, min(0.02 * 2**attempt, longest)))  # noqa: S311 - jitter, no secret


def assignments(attributes: Mapping[str, Any]) -> tuple[str, dict[str, str], dict[str, Any]]:
    """`(expression, names, values)` of an update that sets what is given and removes what is None. Every name is a
    stand-in (`#a0`): `class` and `status` are reserved words."""
    names, values = {}, {}
    sets, removes = [], []
    for number, (name, value) in enumerate(attributes.items()):
        names[f"#a{number}"] = name
        if value is None:
            removes.append(f"#a{number}")
        else:
            values[f":a{number}"] = value
            sets.append(f"#a{number} = :a{number}")
    parts = (("SET", sets), ("REMOVE", removes))
    return " ".join(f"{word} {', '.join(found)}" for word, found in parts if found), names, values


def codes(error: TransactWriteError) -> set[str]:
    """Why a transaction was cancelled, in DynamoDB's words; empty when it was not even looked at."""
    return {reason.code for reason in error.cancellation_reasons if reason}


def failed(reason: Any) -> bool:
    """Whether an item's condition did not hold."""
    return reason is not None and reason.code == CONDITION


def found(reason: Any, attribute: str) -> str | None:
    """A text attribute of the item that was there instead."""
    value = (reason.raw_item or {}).get(attribute, {}).get("S")
    return value if isinstance(value, str) else None


def _conditional(condition: Condition | None, values: Mapping[str, Any]) -> dict[str, Any]:
    expression, named = condition or ("", {})
    operation: dict[str, Any] = {}
    if expression:
        operation["ConditionExpression"] = expression
        operation["ReturnValuesOnConditionCheckFailure"] = "ALL_OLD"
    if all_values := {**values, **named}:
        operation["ExpressionAttributeValues"] = typed(all_values)
    return operation
