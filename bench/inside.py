"""Our code in this process: requests as API Gateway hands them over, and what they cost in units of DynamoDB.

Write units are DynamoDB's own count (ConsumedCapacity), with indexes and transactions. Read units are worked out here
(bench/read_units.py): the local DynamoDB says half a unit for any query, whatever it read.

Wants what app.py wants in its environment. The count hooks into every client of botocore, made before or after.
"""

import json
from collections import Counter
from collections.abc import Mapping
from typing import Any

from botocore.client import BaseClient

from bench.events import staff_event
from bench.read_units import read_units

WRITES = {"PutItem", "UpdateItem", "DeleteItem", "TransactWriteItems", "BatchWriteItem"}

spent: Counter[str] = Counter()
"""Units and calls since it was last cleared: `wru`, `rru`, `calls`."""


def _counted(client: Any, operation: str, arguments: dict[str, Any]) -> Any:
    """A call of botocore's, counted when it is DynamoDB's."""
    if operation in WRITES:
        arguments = {**arguments, "ReturnConsumedCapacity": "TOTAL"}
    answer = _real(client, operation, arguments)
    spent["calls"] += 1
    if operation in WRITES:
        used = answer.get("ConsumedCapacity", [])
        spent["wru"] += sum(one["CapacityUnits"] for one in (used if isinstance(used, list) else [used]))
    else:
        # Half units: a Counter holds whole numbers by its type, but counts any.
        spent["rru"] += read_units(operation, arguments, answer)  # type: ignore[assignment]
    return answer


_real = BaseClient._make_api_call
BaseClient._make_api_call = _counted


def request(
    method: str,
    resource: str,
    role: str | None,
    *,
    ticket: str | None = None,
    query: Mapping[str, str] | None = None,
    body: Any = None,
    raw: bytes = b"",
    headers: Mapping[str, str] | None = None,
) -> Any:
    """The answer's body, read. Raises AssertionError when it is no success."""
    import app

    event = staff_event(method, resource, role, ticket=ticket, query=query, body=body, raw=raw, headers=headers)
    answer = app.app(event, None)
    assert answer["statusCode"] < 300, answer
    return json.loads(answer["body"])
