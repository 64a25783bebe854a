"""What another system's case may bring along: an id that counts once, and a past."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import pytest

from tests.integration import driver as d
from tests.integration.desk import OWN, act, check_replay, enter, timeline

Cloud = dict[str, Any]


def body(**more: Any) -> dict[str, Any]:
    return {"channel": "letter", "text": "Trotoar ambles", "received_at": "2026-01-05T09:00:00+07:00", **more}


def test_ten_at_once_are_one_case(cloud: Cloud) -> None:
    new = body(external_id=uuid4().hex)
    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(lambda _: d.call(cloud, "POST", "/v1/complaints", "operator", new), range(10)))
    assert sorted(answer.status_code for answer in answers) == [200] * 9 + [201]
    assert len({answer.json()["ticket"] for answer in answers}) == 1
    for answer in answers:
        assert (answer.headers.get("Idempotency-Replayed") == "true") is (answer.status_code == 200)
    other = d.call(cloud, "POST", "/v1/complaints", "operator", body(external_id=uuid4().hex))
    assert (other.status_code, other.json()["ticket"] != answers[0].json()["ticket"]) == (201, True)


def test_an_imported_case_goes_on_where_its_past_ended(cloud: Cloud) -> None:
    steps = [
        {"at": "2026-01-06T00:00:00Z", "type": "assign", "data": {"department": OWN}},
        {"at": "2026-01-07T00:00:00Z", "type": "respond", "data": {"text": "sudah"}},
        {"at": "2026-01-08T00:00:00Z", "type": "close", "data": {}},
    ]
    case = enter(cloud, **body(history=steps))
    assert (case["status"], case["department"], case["lapor"]["state"]) == ("closed", OWN, "held")
    assert [line["type"] for line in timeline(cloud, case["ticket"])] == ["received", "assign", "respond", "close"]
    check_replay(cloud, case)
    queue = d.call(cloud, "GET", "/v1/complaints", "officer", queue="1", limit=100).json()["items"]
    assert case["ticket"] not in [one["ticket"] for one in queue]
    check_replay(cloud, act(cloud, case["ticket"], "reopen", note="lagi"))


@pytest.mark.parametrize(
    ("more", "status", "field", "role"),
    [
        ({"external_id": ""}, 422, "external_id", "operator"),
        ({"external_id": "x" * 101}, 422, "external_id", "operator"),
        ({"history": [{"type": "close"}]}, 422, "history.0.at", "operator"),
        ({"history": [{"at": "2099-01-01T00:00:00Z", "type": "verify"}]}, 422, "history.0.at", "operator"),
        ({"history": [{"at": "2026-01-06T00:00:00Z", "type": "close"}]}, 422, "history.0.type", "operator"),
        (
            {"history": [{"at": "2026-01-06T00:00:00Z", "type": "note", "data": {"text": "x", "colour": "red"}}]},
            422,
            "history.0.data.colour",
            "operator",
        ),
        (
            {"department": OWN, "history": [{"at": "2026-01-06T00:00:00Z", "type": "verify"}]},
            422,
            "department",
            "operator",
        ),
        ({"external_id": "x", "channel": "field"}, 403, "external_id", "officer"),
    ],
)
def test_what_a_past_may_not_be(cloud: Cloud, more: dict[str, Any], status: int, field: str, role: str) -> None:
    answer = d.call(cloud, "POST", "/v1/complaints", role, body(**more))
    assert (answer.status_code, answer.json()["field"]) == (status, field), answer.text
