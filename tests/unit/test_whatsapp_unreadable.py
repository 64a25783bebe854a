"""WhatsApp webhooks that are authentic but broken: kept, and never at the cost of what stands beside them."""

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

import msgspec
import pytest

from chalicelib.channels.whatsapp import parse
from chalicelib.complaints.model import InboundMessage, Unreadable

PAYLOADS = Path(__file__).parents[1] / "payloads" / "whatsapp"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"bukan json",
        b"null",
        b"[]",
        b'"x"',
        b"1e999",
        b"[" * 5000,
        b"[" * 5000 + b"]" * 5000,
        b"{}",
        b'{"object":"page","entry":[{"changes":[]}]}',
        b'{"object":"whatsapp_business_account","entry":[]}',
        b'{"object":"whatsapp_business_account","entry":{}}',
    ],
)
def test_a_body_without_anything_is_one_unreadable_with_all_of_it(body: bytes) -> None:
    (only,) = parse(body)
    assert isinstance(only, Unreadable)
    assert only.raw == body


@pytest.mark.parametrize(
    "entry",
    [
        None,
        "x",
        {},
        {"changes": []},
        {"changes": "x"},
        {"changes": [None]},
        {"changes": [{"field": "messages"}]},
        {"changes": [{"field": "messages", "value": {}}]},
        {"changes": [{"field": "messages", "value": {"messages": [], "statuses": []}}]},
        {"changes": [{"field": "messages", "value": {"messages": {}, "statuses": "x"}}]},
        {"changes": [{"field": "messages", "value": {"errors": [{"code": 130429}]}}]},
        {"changes": [{"field": "message_template_status_update", "value": {"event": "PAUSED"}}]},
        {"changes": [{"field": "smb_message_echoes", "value": {"messages": [{"id": "wamid.ECHO"}]}}]},
        {"changes": [{"value": {"messages": [{"text": {"body": "x"}}]}}]},
        {"changes": [{"value": {"messages": [{"id": ""}]}}]},
        {"changes": [{"value": {"statuses": ["x"]}}]},
        {"changes": [{"value": {"statuses": [{"id": "wamid.1"}]}}]},
        {"changes": [{"value": {"statuses": [{"status": "read"}]}}]},
    ],
)
def test_a_part_without_anything_is_kept_beside_the_rest(entry: Any) -> None:
    payload = json.loads((PAYLOADS / "p02_text.json").read_bytes())
    payload["entry"].insert(0, entry)
    unreadable, good = parse(json.dumps(payload).encode())
    assert isinstance(unreadable, Unreadable)
    assert isinstance(good, InboundMessage)
    raw = json.loads(unreadable.raw)
    assert raw == entry or raw in entry["changes"] or any(raw in kept for kept in entry["changes"][0]["value"].values())


def test_a_part_too_deep_to_write_again_is_kept_as_the_whole_body(monkeypatch: pytest.MonkeyPatch) -> None:
    body = b'{"entry":[{"changes":[]}]}'

    def too_deep(_: object) -> bytes:
        raise RecursionError

    monkeypatch.setattr(msgspec.json, "encode", too_deep)
    assert parse(body) == [Unreadable(reason="entry has no change", raw=body)]


def test_half_an_emoji_in_a_name_does_not_cost_the_complaint() -> None:
    payload = (PAYLOADS / "p02_text.json").read_text(encoding="utf-8")
    for half in (b"\\ud83c", b"\\udf3f", b"\xf0\x9f", b"\\ud83cx"):
        (only,) = parse(payload.encode().replace("🌿".encode(), half))
        assert isinstance(only, InboundMessage)
        assert only.text == "Lampu jalan mati di Jl. Dhoho"
        assert only.sender.name is not None and "\ufffd" in only.sender.name


def test_repairing_leaves_whole_escapes_alone() -> None:
    payload = (PAYLOADS / "p02_text.json").read_text(encoding="utf-8")
    body = payload.replace("🌿", "\\ud83c").replace("Lampu jalan", r"\ud83c\udf3f \\ud83c \"Lampu\" jalan\u00e9")
    (only,) = parse(body.encode())
    assert isinstance(only, InboundMessage)
    assert only.text == '🌿 \\ud83c "Lampu" jalané mati di Jl. Dhoho'


def test_an_error_code_that_is_no_number_is_left_out() -> None:
    payload = json.loads((PAYLOADS / "p10_statuses.json").read_bytes())
    status = payload["entry"][0]["changes"][0]["value"]["statuses"][0]
    variants: tuple[Any, ...] = ([], "x", ["x"], [{}], [{"code": "131047"}], [{"code": True}], [{"code": 2**60}])
    for errors in variants:
        status["errors"] = deepcopy(errors)
        assert parse(json.dumps(payload).encode())[0].error_code is None  # type: ignore[union-attr]
