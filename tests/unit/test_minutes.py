"""A time to the minute, as a form or a person writes it, is a time; the document says so."""

import re
from datetime import UTC, datetime
from typing import Any

import pytest

from chalicelib.api import openapi, queries, shapes
from chalicelib.complaints import shapes as building
from chalicelib.problems import Problem

AT = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)


def read(at: object) -> tuple[datetime | None, list[str]]:
    faults: list[building.Problem] = []
    body = building.build(shapes.NewCase, {"channel": "phone", "text": "x", "received_at": at}, (), faults)
    return body.received_at, [fault.message for fault in faults]


@pytest.mark.parametrize(
    "written",
    ["2026-11-21T10:00+07:00", "2026-11-21T03:00Z", "2026-11-21T10:00:00+07:00", "2026-11-21T03:00:00.000Z"],
)
def test_minutes_are_enough_in_bodies_and_queries(written: str) -> None:
    assert read(written) == (AT, [])
    faults: list[building.Problem] = []
    step = building.build(shapes.PastStep, {"at": written, "type": "note"}, (), faults)
    assert (step.at, faults) == (AT, [])
    assert queries.instant({"received_after": written}, "received_after") == AT
    assert queries.instant({"received_after": written.replace("+", " ")}, "received_after") == AT
    assert queries.instant({"received_after": written.replace("T", " ")}, "received_after") == AT


@pytest.mark.parametrize(
    "written",
    [
        *("2026-11-21T10:00", "2026-11-21", "2026-11-21T10+07:00", "2026-11-21T10:60Z", "2026-02-30T10:00Z", "sore", 5),
        # Half past nine, as Indonesians write it, and no fraction of an hour.
        *("2026-11-21T09.30+07:00", "2026-11-21 09.30+07:00", "2026-11-21T09,5+07:00", "2026-11-21T09:30.5+07:00"),
    ],
)
def test_what_is_no_time_with_its_zone_is_refused(written: object) -> None:
    _, faults = read(written)
    assert len(faults) == 1
    if isinstance(written, str):
        with pytest.raises(Problem) as refused:
            queries.instant({"updated_after": written}, "updated_after")
        assert (refused.value.status, refused.value.detail) == (400, f"updated_after: {faults[0]}.")


def test_no_time_at_all() -> None:
    assert len(read("")[1]) == 1
    assert queries.instant({"updated_after": ""}, "updated_after") is None
    for written in ("0001-01-01T00:00:00+07:00", "9999-12-31T23:59:59-07:00"):
        with pytest.raises(Problem):
            queries.instant({"updated_after": written}, "updated_after")


def times(schema: Any) -> list[dict[str, Any]]:
    if isinstance(schema, dict):
        here = [schema] if {"format": "date-time"} in schema.get("anyOf", []) else []
        return here + [found for part in schema.values() for found in times(part)]
    return [found for part in schema for found in times(part)] if isinstance(schema, list) else []


def test_the_document_allows_both_forms_wherever_a_time_is_taken() -> None:
    document = openapi.document()
    case = document["components"]["schemas"]["NewCase"]["properties"]["received_at"]
    (received,) = times(case)
    (step,) = times(document["components"]["schemas"]["PastStep"])
    named = {one["name"]: one["schema"] for one in document["paths"]["/v1/complaints"]["get"]["parameters"]}
    for schema in (received, step, *(named[name] for name in ("updated_after", "received_after", "due_before"))):
        assert schema["type"] == "string"
        assert "format" not in schema  # beside anyOf it would forbid what anyOf allows
        (pattern,) = [one["pattern"] for one in schema["anyOf"] if "pattern" in one]
        assert re.search(pattern, "2026-11-21T10:00+07:00") and re.search(pattern, "2026-11-21T03:00Z")
        assert not re.search(pattern, "2026-11-21T10:00") and not re.search(pattern, "2026-11-21T25:00Z")
