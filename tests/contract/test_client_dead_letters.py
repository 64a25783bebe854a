"""`aduan dlq` against the HTTP contract."""

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from chalicelib.api import dead_letter_shapes
from tests.contract.client_fake import City
from tests.contract.client_fake_desk import Desk, refused, seated, serving, signed_in

TICKETS = [f"KDR-000{number}" for number in range(3)]


@pytest.fixture
def city() -> Iterator[City]:
    for city in serving():
        city.dead = {"forward": list(TICKETS), "reply": []}
        yield city


@pytest.fixture
def desk(city: City, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    return signed_in(city, seated(city, tmp_path, monkeypatch))


def test_each_queue_with_what_was_not_delivered(city: City, desk: Desk) -> None:
    result = desk.type("dlq", COLUMNS="120")
    assert (result.exit_code, result.stderr) == (0, "")
    rows = {line.split()[0]: line.split()[-1] for line in result.stdout.splitlines() if line.strip()}
    assert (rows["forward"], rows["reply"]) == ("3", "0")
    assert TICKETS[0] not in result.stdout
    assert city.to("/v1/dead-letters")[0].query == {}
    assert "filing in SP4N-LAPOR!" in desk.type("--lang", "en", "dlq", COLUMNS="120").stdout


def test_tickets_are_looked_at_only_where_asked_for(city: City, desk: Desk) -> None:
    for option in ("--tiket", "--tickets"):
        shown = desk.type("dlq", option, COLUMNS="140").stdout
        assert all(ticket in shown for ticket in TICKETS)
        assert "21 Nov 2026" in shown
    assert [asked.query for asked in city.to("/v1/dead-letters")] == [{"tickets": "1"}] * 2


def test_json_is_the_apis_own(city: City, desk: Desk) -> None:
    for words in (["dlq"], ["dlq", "--tiket"]):
        msgspec.convert(desk.json(*words), dead_letter_shapes.DeadLetterQueues)
    done = desk.json("dlq", "redrive", "forward")
    assert done == {"queue": "forward", "started": True, "moved": 3, "more": False}
    msgspec.convert(done, dead_letter_shapes.Redriven)


def test_sending_back_goes_on_while_some_are_left(city: City, desk: Desk) -> None:
    city.moved_at_once = 1
    result = desk.type("dlq", "ulang", "forward")
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == "forward: 3 pesan dikembalikan untuk dicoba lagi.\n"
    assert len(city.to("/v1/dead-letters/forward/redrive", "POST")) == 3
    assert desk.type("dlq").stderr == "Semua pesan terkirim.\n"


def test_sending_back_stops_where_nothing_moves(city: City, desk: Desk) -> None:
    city.moved_at_once = 0
    result = desk.type("dlq", "ulang", "forward")
    assert (result.exit_code, result.stderr) == (0, "Mungkin masih ada; ulangi perintah ini.\n")
    assert len(city.to("/v1/dead-letters/forward/redrive")) == 1


def test_a_queue_by_its_code_or_its_word(city: City, desk: Desk) -> None:
    assert desk.type("dlq", "ulang", "Penerusan ke SP4N-LAPOR!").exit_code == 0
    assert city.dead["forward"] == []
    wrong = desk.type("dlq", "ulang", "entah")
    assert wrong.exit_code == 2
    assert "entah" in wrong.stderr and "angka untuk SIE" in wrong.stderr
    refused(desk.type("dlq", "ulang", "sie"), 4, "Tidak ada antrean itu.")
