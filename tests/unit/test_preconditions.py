"""If-Match and Idempotency-Key as people and programs write them."""

from types import SimpleNamespace
from typing import Any

import pytest

from chalicelib.api.preconditions import once, versions
from chalicelib.problems import Problem


def request(headers: dict[str, str] | None = None, body: bytes = b"{}", path: str = "/v1/complaints") -> Any:
    headers = headers or {}
    return SimpleNamespace(headers=headers, raw_body=body, method="POST", context={"path": path}, path=path)


@pytest.mark.parametrize(
    ("header", "expected"),
    [('"7"', {7}), ('W/"7"', {7}), ("7", {7}), (' "7" , W/"9"', {7, 9}), ("*", None), (" * ", None)],
)
def test_versions(header: str, expected: set[int] | None) -> None:
    assert versions(request({"if-match": header})) == (None if expected is None else frozenset(expected))


@pytest.mark.parametrize("header", ["", "seven", '"7', '"7", x', "-1", "7.0", "9" * 16])
def test_what_is_no_version(header: str) -> None:
    found = None
    try:
        found = versions(request({"if-match": header}))
    except Problem as problem:
        assert problem.status == 400
    assert found is None or header == '"7'  # a forgotten quotation mark is forgiven


def test_no_header_is_no_condition() -> None:
    assert versions(request()) is None
    assert once(request(), "operator1") is None


def test_a_key_is_one_persons_and_stands_for_one_request() -> None:
    first = once(request({"idempotency-key": "k"}), "operator1")
    assert first is not None
    assert first == once(request({"idempotency-key": " k "}), "operator1")
    others = [
        once(request({"idempotency-key": "k"}), "operator2"),
        once(request({"idempotency-key": "l"}), "operator1"),
    ]
    assert all(other is not None and other.pk != first.pk for other in others)
    for changed in (request({"idempotency-key": "k"}, b'{"a":1}'), request({"idempotency-key": "k"}, path="/x")):
        again = once(changed, "operator1")
        assert again is not None
        assert (again.pk, again.request == first.request) == (first.pk, False)
    assert "operator1" not in first.pk


@pytest.mark.parametrize("key", ["", "  ", "x" * 201])
def test_what_is_no_key(key: str) -> None:
    with pytest.raises(Problem) as refused:
        once(request({"idempotency-key": key}), "operator1")
    assert (refused.value.status, refused.value.members["field"]) == (422, "Idempotency-Key")
