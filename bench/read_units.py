"""Read units of DynamoDB by its published rule: 4 KB each, half for a read that need not be consistent, twice in a
transaction. A query rounds the sum of what it looked at, a get each item; what is not there costs the least.
"""

import math
from collections.abc import Mapping
from typing import Any

UNIT_BYTES = 4096
# An entry of a KEYS_ONLY index, for queries that count and hand nothing over: four keys of ours with their names.
ENTRY_BYTES = 180


def read_units(operation: str, arguments: Mapping[str, Any], answer: Mapping[str, Any]) -> float:
    """What a call read; zero for one that is no reading of DynamoDB's."""
    consistent = bool(arguments.get("ConsistentRead"))
    match operation:
        case "GetItem":
            return _units(item_bytes(answer.get("Item") or {}), consistent)
        case "Query":
            return _units(_looked_at(answer), consistent)
        case "BatchGetItem":
            return sum(
                _batch(asked, answer.get("Responses", {}).get(table, []))
                for table, asked in arguments["RequestItems"].items()
            )
        case "TransactGetItems":
            return sum(2 * _units(item_bytes(one.get("Item") or {}), True) for one in answer["Responses"])
        case _:
            return 0.0


def _units(size: int, consistent: bool) -> float:
    return max(1, math.ceil(size / UNIT_BYTES)) * (1.0 if consistent else 0.5)


def _batch(asked: Mapping[str, Any], found: list[dict[str, Any]]) -> float:
    consistent = bool(asked.get("ConsistentRead"))
    absent = len(asked["Keys"]) - len(found)
    return sum(_units(item_bytes(item), consistent) for item in found) + absent * _units(0, consistent)


def _looked_at(answer: Mapping[str, Any]) -> int:
    """Bytes a query looked at, those its filter passed over (as large as the others) included."""
    items, scanned = answer.get("Items") or [], int(answer.get("ScannedCount") or 0)
    if not items:
        return scanned * ENTRY_BYTES
    return sum(map(item_bytes, items)) * max(scanned, len(items)) // len(items)


def item_bytes(item: Mapping[str, Any]) -> int:
    """An item's size: its names and values."""
    return sum(len(name.encode()) + _value_bytes(value) for name, value in item.items())


def _value_bytes(value: Any) -> int:
    if not isinstance(value, dict) or len(value) != 1:
        return 0  # in the form of a client that is not ours
    ((kind, content),) = value.items()
    match kind:
        case "S":
            return len(content.encode())
        case "N":
            return len(content) // 2 + 2
        case "B":
            return len(content)
        case "M":
            return 3 + sum(1 + len(name.encode()) + _value_bytes(one) for name, one in content.items())
        case "L":
            return 3 + sum(1 + _value_bytes(one) for one in content)
        case _:
            return 1
