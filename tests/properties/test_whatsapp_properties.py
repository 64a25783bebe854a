"""No body makes `parse` raise, lose a message or come back with nothing."""

import json
from pathlib import Path
from typing import Any

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.channels.whatsapp import parse, signature_ok
from chalicelib.complaints.model import DeliveryReceipt, InboundMessage, Unreadable

PAYLOADS = Path(__file__).parents[1] / "payloads" / "whatsapp"
SAMPLES = [path.read_bytes() for path in sorted(PAYLOADS.glob("*.json"))]

words = st.sampled_from(
    [
        "id",
        "type",
        "text",
        "body",
        "from",
        "from_user_id",
        "timestamp",
        "image",
        "location",
        "latitude",
        "context",
        "reaction",
        "system",
        "interactive",
        "errors",
        "code",
        "status",
        "contacts",
        "profile",
        "name",
        "wa_id",
        "group_id",
    ]
)
leaves = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text() | words
)
values = st.recursive(
    leaves,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(words | st.text(), inner, max_size=6),
    max_leaves=20,
)
changes = st.fixed_dictionaries(
    {
        "value": st.fixed_dictionaries(
            {}, optional=dict.fromkeys(("messages", "statuses", "contacts", "metadata"), values)
        )
    },
    optional={"field": st.sampled_from(["messages", "history"])},
)
bodies = st.fixed_dictionaries(
    {"entry": st.lists(st.fixed_dictionaries({"changes": st.lists(changes | values, max_size=3)}) | values, max_size=3)}
)


def check(body: bytes) -> list[Any]:
    items = parse(body)
    assert items
    for item in items:
        assert isinstance(item, InboundMessage | DeliveryReceipt | Unreadable)
        assert msgspec.convert(msgspec.to_builtins(item), type(item)) == item  # every field is of its type
        if isinstance(item, InboundMessage):
            assert item.id
            assert item.text is None or item.text.strip()
    return items


@given(st.binary())
def test_any_bytes(body: bytes) -> None:
    (only,) = check(body)
    assert isinstance(only, Unreadable)
    assert only.raw == body


@given(values | bodies)
def test_any_json(value: Any) -> None:
    check(json.dumps(value).encode())


@given(st.sampled_from(SAMPLES), st.data())
def test_a_real_payload_with_something_replaced(sample: bytes, data: st.DataObject) -> None:
    """Walk to some place of a real payload and put anything there."""
    payload = json.loads(sample)
    here = payload
    for _ in range(data.draw(st.integers(0, 9))):
        key = data.draw(st.sampled_from(sorted(here) if isinstance(here, dict) else range(len(here))))
        if not isinstance(here[key], dict | list) or not here[key]:
            break
        here = here[key]
    key = data.draw(st.sampled_from(sorted(here) if isinstance(here, dict) else range(len(here))))
    here[key] = data.draw(values)
    check(json.dumps(payload).encode())


@given(st.sampled_from(SAMPLES), st.integers(0), st.integers(0, 255))
def test_a_real_payload_with_a_byte_changed(sample: bytes, place: int, byte: int) -> None:
    at = place % len(sample)
    check(sample[:at] + bytes([byte]) + sample[at + 1 :])


@settings(max_examples=50)
@given(st.lists(values, max_size=5), st.integers(0, 5))
def test_whatever_stands_beside_it_a_good_message_arrives(others: list[Any], place: int) -> None:
    good = {"id": "wamid.GOOD", "type": "text", "text": {"body": "Pohon tumbang"}}
    messages = [*others[:place], good, *others[place:]]
    items = check(json.dumps({"entry": [{"changes": [{"value": {"messages": messages}}]}]}).encode())
    assert len(items) == len(messages)
    assert items[min(place, len(others))].text == "Pohon tumbang"


@given(st.binary(), st.text(), st.lists(st.text(), max_size=3))
def test_no_guessed_signature_passes(body: bytes, header: str, secrets: list[str]) -> None:
    assert not signature_ok(body, header, secrets)
