"""The desk's side of a running cloud: entering cases, acting on them, and holding answers against their shapes."""

from typing import Any

import boto3
import msgspec
import requests

from chalicelib.api import answer_shapes
from chalicelib.complaints.lifecycle import replay
from tests.integration import driver as d

Cloud = dict[str, Any]
OWN, OTHER = "dpupr", "dlhkp"  # the demo officers' department, and another


def ask(cloud: Cloud, method: str, path: str, role: str, body: Any = None, **headers: str) -> requests.Response:
    """A request of a member of staff, with headers of its own."""
    return requests.request(
        method,
        cloud["api"] + path,
        json=body,
        headers={"Authorization": d.token(cloud, role), **{k.replace("_", "-"): v for k, v in headers.items()}},
        timeout=d.SECONDS,
    )


def enter(cloud: Cloud, role: str = "operator", **more: Any) -> dict[str, Any]:
    """A case as the desk enters it."""
    answer = d.call(cloud, "POST", "/v1/complaints", role, {"channel": "phone", "text": "Lampu jalan mati", **more})
    assert answer.status_code == 201, answer.text
    case: dict[str, Any] = answer.json()
    return case


def act(cloud: Cloud, ticket: str, action: str, role: str = "operator", **data: Any) -> dict[str, Any]:
    """An action that must succeed; the case afterwards."""
    answer = d.call(cloud, "POST", f"/v1/complaints/{ticket}/{action}", role, data)
    assert answer.status_code == 200, answer.text
    case: dict[str, Any] = answer.json()
    assert answer.headers["ETag"] == f'"{case["version"]}"'
    msgspec.convert(case, answer_shapes.Case)
    return case


def timeline(cloud: Cloud, ticket: str) -> list[dict[str, Any]]:
    """What happened to a case."""
    answer = d.call(cloud, "GET", f"/v1/complaints/{ticket}/timeline", "auditor")
    assert answer.status_code == 200, answer.text
    msgspec.convert(answer.json(), answer_shapes.Timeline)
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


def check_replay(cloud: Cloud, case: dict[str, Any]) -> None:
    """The timeline, folded from scratch, says what the case says."""
    state = replay(timeline(cloud, case["ticket"]))
    said = {
        "status": state.status,
        "class": state.class_,
        "category": state.category,
        "department": state.department,
        "secret": state.secret,
        "reason": state.reason,
        "duplicate_of": state.duplicate_of,
        "supporters": state.supporters,
    }
    assert said == {name: case[name] for name in said}, case["ticket"]
    assert state.anonymous == case["reporter"]["anonymous"]
    place, shown = state.location or {}, case["location"] or {}
    assert {name: place.get(name) for name in ("lat", "lon", "kelurahan")} == {
        name: shown.get(name) for name in ("lat", "lon", "kelurahan")
    }


def write(cloud: Cloud, number: str, text: str = "Lampu jalan mati di Jl. Dhoho") -> str:
    """A citizen's WhatsApp message; the ticket it went to."""
    assert d.post(cloud, d.payload({**d.text(text), "from": number})).status_code == 200
    found = (
        dynamodb(cloud)
        .Table(cloud["tables"]["control"])
        .get_item(Key={"pk": f"CONV#whatsapp:{d.ACCOUNT}:p:{number}"}, ConsistentRead=True)
    )
    ticket: str = found["Item"]["ticket"]
    return ticket


def told(cloud: Cloud, number: str, words: str) -> str:
    """Wait until a citizen was sent a text with these words; the text."""

    def sent() -> str | None:
        return next((one["text"] for one in d.replies(cloud, number) if words in one["text"]), None)

    return d.until(sent, f"a text saying {words!r}")


def dynamodb(cloud: Cloud) -> Any:
    """The tables themselves, for what no door does."""
    return boto3.resource(
        "dynamodb",
        endpoint_url=cloud["aws_endpoint"],
        region_name=cloud["region"],
        aws_access_key_id="test",
        aws_secret_access_key="test",
    )
