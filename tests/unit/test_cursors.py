"""Cursors: what a list gave out is read back; anything else is refused, and never DynamoDB's error."""

import base64
import contextlib
import json
from typing import Any

import pytest
from chalice.app import Response
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.api import queries
from chalicelib.api.errors import problems
from chalicelib.store import cases, cursors, erasures
from chalicelib.store.cursors import BadCursor


def written(value: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode()


@given(st.tuples(st.text(), st.text(), st.none() | st.text(), st.none() | st.text()))
def test_a_position_is_read_back_and_fits_into_a_url(position: tuple[str, str, str | None, str | None]) -> None:
    cursor = cursors.encode(position)
    assert cursors.decode(cursor, tuple[str, str, str | None, str | None]) == position
    assert set(cursor) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")


@pytest.mark.parametrize(
    "cursor",
    [
        "x",
        "é",
        "WzFd",  # [1]
        "e30",  # {}
        "W1tbW1tb" * 100,
        base64.urlsafe_b64encode(b"[" * 100_000).decode(),
        base64.urlsafe_b64encode(b'["\xff","b",null,null]').decode(),
        written(["a", "b", None]),
        written(["a", "b", None, None, None]),
        written(["a", 1, None, None]),
    ],
)
def test_what_has_another_shape_is_refused(cursor: str) -> None:
    with pytest.raises(BadCursor):
        cursors.decode(cursor, tuple[str, str, str | None, str | None])


@given(st.text(max_size=40))
def test_any_text_is_a_position_or_refused(text: str) -> None:
    with contextlib.suppress(BadCursor):
        assert isinstance(cursors.decode(text, str), str)


QUARANTINED = {"lpk": {"S": "QUARANTINE"}, "lsk": {"S": "2026"}, "pk": {"S": "Q#1"}, "sk": {"S": "META"}}


@pytest.mark.parametrize(
    "key",
    [
        QUARANTINED | {"lpk": {"S": "CASE"}},
        QUARANTINED | {"more": {"S": "x"}},
        {name: value for name, value in QUARANTINED.items() if name != "sk"},
        QUARANTINED | {"lsk": {"S": ""}},
        QUARANTINED | {"lsk": {"S": "é"}},
        QUARANTINED | {"lsk": {"S": "x" * 501}},
        QUARANTINED | {"lsk": {"N": "1"}},
        QUARANTINED | {"lsk": {"S": "1", "N": "1"}},
        QUARANTINED | {"lsk": {"S": 1}},
    ],
)
def test_quarantine_begins_at_its_own_positions_only(key: dict[str, Any]) -> None:
    with pytest.raises(BadCursor):
        cases.quarantined(limit=1, cursor=written(key))


@pytest.mark.parametrize("key", ["", "x", "2026-11-21T02:00:00.000Z#0123456789abcdeg", ["2026"]])
def test_the_log_of_erasures_begins_at_its_own_positions_only(key: Any) -> None:
    with pytest.raises(BadCursor):
        erasures.listed(limit=1, cursor=written(key))


def test_a_cursor_that_is_none_is_the_callers_mistake_at_every_door() -> None:
    @problems
    def listed() -> Response:
        raise AssertionError(queries.cursor({"cursor": "x" * (queries.LONGEST_CURSOR + 1)}))

    answer = listed()
    assert (answer.status_code, json.loads(answer.body)["detail"]) == (400, "cursor: bukan dari daftar ini.")
