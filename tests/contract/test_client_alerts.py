"""`aduan peringatan` against the HTTP contract."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from chalicelib.api import answer_shapes
from tests.contract.client_fake import City
from tests.contract.client_fake_desk import Desk, seated, serving, signed_in

TICKET = "KDR-7Q4M-2X9D"


def told(**changes: Any) -> dict[str, Any]:
    """A message as the API gives it, with some members changed."""
    made = {
        "id": "0123456789abcdef",
        "at": "2026-11-23T03:00:00.000Z",
        "kind": "alert",
        "role": "head",
        "name": "Kepala DPUPR",
        "department": "dpupr",
        "channel": "email",
        "state": "delivered",
        "summary": "1 aduan lewat tenggat",
        "tickets": [TICKET],
        "reason": None,
        "receipts": {"delivered": "2026-11-23T03:00:02.000Z"},
        "acted": [{"ticket": TICKET, "action": "acknowledge"}],
        "about": None,
        **changes,
    }
    msgspec.convert(made, answer_shapes.Alert)
    return made


@pytest.fixture
def city() -> Iterator[City]:
    for city in serving():
        city.alerts = [told(), told(id="b", name=None, role="sekda", state="bounced", summary=None, acted=[])]
        yield city


@pytest.fixture
def desk(city: City, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    return signed_in(city, seated(city, tmp_path, monkeypatch))


def test_who_was_told_what_and_what_became_of_it(city: City, desk: Desk) -> None:
    for name in ("peringatan", "alerts"):
        result = desk.type(name, COLUMNS="160")
        assert result.exit_code == 0, result.output
        for word in ("Kepala DPUPR", "surel", "sampai", f"{TICKET} diterima", "1 aduan lewat tenggat", "sekda"):
            assert word in result.stdout, word
    assert "ditolak penerima" in desk.type("peringatan", COLUMNS="160").stdout
    english = desk.type("--lang", "en", "alerts", COLUMNS="160").stdout
    assert "delivered" in english
    assert "bounced" in english
    assert desk.json("peringatan")["items"] == city.alerts


def test_the_question_goes_to_the_api_in_its_words(city: City, desk: Desk) -> None:
    words = ["--dari", "2026-11-01", "--sampai", "2026-11-30", "--tiket", TICKET.lower(), "--hasil", "ditolak penerima"]
    assert desk.type("peringatan", *words).exit_code == 0
    (asked,) = city.to("/v1/alerts")
    assert {name: asked.query[name] for name in ("from", "to", "ticket", "state")} == {
        "from": "2026-11-01",
        "to": "2026-11-30",
        "ticket": TICKET,
        "state": "bounced",
    }


def test_nothing_and_nonsense(city: City, desk: Desk) -> None:
    city.alerts = []
    assert desk.type("peringatan").stderr == "Belum ada yang diberi tahu.\n"
    wrong = desk.type("peringatan", "--dari", "kemarin")
    assert wrong.exit_code == 2
    assert "kemarin" in wrong.stderr
    assert desk.type("peringatan", "--hasil", "entah").exit_code == 2
