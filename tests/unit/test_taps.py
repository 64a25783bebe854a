"""The page behind a link over HTTP: a page whatever happens, and nothing said that is not known."""

from collections.abc import Iterator
from typing import Any

import pytest
from chalice.test import Client

import app
from chalicelib.api.bodies import FORM
from chalicelib.api.taps import LARGEST_FORM
from chalicelib.desk import tapping
from chalicelib.desk.tapping import Answer
from chalicelib.pages.tap import TapPage

HEADERS = {"Content-Type": FORM}


@pytest.fixture(scope="module")
def door() -> Iterator[Client]:
    with Client(app.app) as client:
        yield client


def broken(*given: Any) -> Answer:
    raise RuntimeError("throttled")


def test_after_a_failure_only_a_look_says_that_nothing_changed(monkeypatch: pytest.MonkeyPatch, door: Client) -> None:
    monkeypatch.setattr(tapping, "look", broken)
    monkeypatch.setattr(tapping, "act", broken)
    seen = door.http.get("/tindak/x")
    done = door.http.post("/tindak/x", headers=HEADERS, body=b"action=acknowledge")
    assert (seen.status_code, done.status_code) == (503, 503)
    assert "Tidak ada yang berubah" in seen.body.decode()
    assert "Tidak ada yang berubah" not in done.body.decode()
    assert "belum pasti tercatat. Buka lagi tautannya" in done.body.decode()


def test_a_form_that_is_too_large_is_refused_as_that(monkeypatch: pytest.MonkeyPatch, door: Client) -> None:
    taken: list[Any] = []

    def act(token: str, form: dict[str, str], now: Any) -> Answer:
        taken.append(form)
        return Answer(TapPage(title="Ya", office="x"))

    monkeypatch.setattr(tapping, "act", act)
    largest = b"note=" + b"x" * (LARGEST_FORM - 5)
    refused = door.http.post("/tindak/x", headers=HEADERS, body=largest + b"x")
    assert refused.status_code == 413
    assert "terlalu panjang" in refused.body.decode()
    assert taken == []
    assert door.http.post("/tindak/x", headers=HEADERS, body=largest).status_code == 200
    assert len(taken[0]["note"]) == LARGEST_FORM - 5
