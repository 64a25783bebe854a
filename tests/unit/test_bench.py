"""What the bench says rests on: DynamoDB's rule for reads, and one table of prices."""

from typing import Any

import pytest

from bench import life
from bench.read_units import item_bytes, read_units

LARGE = {"pk": {"S": "x" * 5000}}
SMALL = {"pk": {"S": "C#1"}, "n": {"N": "1234"}, "flag": {"BOOL": True}, "raw": {"B": b"abc"}}


def test_an_item_is_as_large_as_its_names_and_values() -> None:
    assert item_bytes(SMALL) == (2 + 3) + (1 + 4) + (4 + 1) + (3 + 3)
    assert item_bytes({"m": {"M": {"ab": {"S": "é"}}}, "l": {"L": [{"S": "x"}]}}) == 1 + 3 + 1 + 2 + 2 + 1 + 3 + 1 + 1


@pytest.mark.parametrize(
    ("operation", "arguments", "answer", "units"),
    [
        ("GetItem", {}, {"Item": SMALL}, 0.5),
        ("GetItem", {"ConsistentRead": True}, {"Item": SMALL}, 1),
        ("GetItem", {"ConsistentRead": True}, {}, 1),
        ("GetItem", {"ConsistentRead": True}, {"Item": LARGE}, 2),
        # A query rounds the sum, a batch each item.
        ("Query", {}, {"Items": [SMALL] * 50, "Count": 50, "ScannedCount": 50}, 0.5),
        ("Query", {"ConsistentRead": True}, {"Items": [LARGE] * 2, "ScannedCount": 2}, 3),
        ("BatchGetItem", {"RequestItems": {"t": {"Keys": [1] * 50}}}, {"Responses": {"t": [SMALL] * 50}}, 25),
        ("BatchGetItem", {"RequestItems": {"t": {"Keys": [1] * 3}}}, {"Responses": {"t": [LARGE]}}, 2),
        # What a filter passed over was read all the same, and so was what is only counted.
        ("Query", {}, {"Items": [LARGE], "ScannedCount": 4}, 2.5),
        ("Query", {"Select": "COUNT"}, {"Count": 100, "ScannedCount": 100}, 2.5),
        ("TransactGetItems", {}, {"Responses": [{"Item": SMALL}, {}]}, 4),
        ("PutItem", {}, {}, 0),
    ],
)
def test_read_units(operation: str, arguments: dict[str, Any], answer: dict[str, Any], units: float) -> None:
    assert read_units(operation, arguments, answer) == units


def test_everything_a_life_uses_has_a_price_and_every_price_is_used() -> None:
    ran = dict.fromkeys(("api", "forward", "reply", "fetch_media", "invocations", "megabytes", "log_bytes"), 1.0)
    used = life.usage([{"wru": 1.0, "rru": 1.0}], ran, 100)
    assert used.keys() | {"region_factor", "lambda_ms"} == life.prices().keys()


def test_a_life_costs_the_sum_of_its_parts() -> None:
    used = {"dynamodb_write": 80.0, "api_request": 7.0, "log_gb": 1e-6}
    price = {"region_factor": 2.0, "dynamodb_write": 0.5, "api_request": 3.5, "log_gb": 0.5}
    assert life.cost(used, price) == pytest.approx(2 * (80 * 0.5e-6 + 7 * 3.5e-6 + 0.5e-6))
