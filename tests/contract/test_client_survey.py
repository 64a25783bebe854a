"""`aduan survei` against the HTTP contract: one question after the other, each answered once."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.contract.client_fake import City
from tests.contract.client_fake_desk import Desk, case, posted, refused, seated, serving, signed_in

TICKET = "KDR-7Q4M-2X9D"
PATH = f"/v1/complaints/{TICKET}/survey"


@pytest.fixture
def city() -> Iterator[City]:
    for city in serving():
        city.cases = [case(status="closed")]
        yield city


@pytest.fixture
def desk(city: City, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    return signed_in(city, seated(city, tmp_path, monkeypatch))


def test_the_questions_are_asked_one_after_the_other(city: City, desk: Desk) -> None:
    result = desk.type("survei", TICKET.lower(), answer="3\n\n")
    assert (result.exit_code, result.stdout) == (0, f"{TICKET}: 1 jawaban tersimpan.\n")
    assert "Tanya U3?" in result.stderr and "  4  jawaban 4" in result.stderr and "Tanya U7?" in result.stderr
    assert posted(city, PATH) == [{"element": "U3", "score": 3}]
    again = desk.type("survey", TICKET, answer="4\n")
    assert "Tanya U3?" not in again.stderr
    assert posted(city, PATH)[1:] == [{"element": "U7", "score": 4}]


def test_one_answer_is_sent_without_a_question(city: City, desk: Desk) -> None:
    assert desk.json("survei", TICKET, "--unsur", "u3", "--nilai", "2") == {
        "ticket": TICKET, "element": "U3", "score": 2,
    }  # fmt: skip
    twice = desk.type("survey", TICKET, "--element", "U3", "--score", "4")
    assert (twice.exit_code, posted(city, PATH)[0]) == (6, {"element": "U3", "score": 2})
    refused(desk.type("survei", TICKET, "--unsur", "U3"), 2, "Pakai --unsur dan --nilai bersama.")


def test_the_link_is_shown_whole(city: City, desk: Desk) -> None:
    shown = desk.type("survei", TICKET, "--tautan")
    assert shown.stdout == f"{city.url}/api/survei/token\n"
    assert desk.json("survei", TICKET, "--link")["page"] == f"{city.url}/api/survei/token"


def test_nonsense_is_not_sent(city: City, desk: Desk) -> None:
    result = desk.type("survei", TICKET, answer="7\n")
    assert result.exit_code == 2
    assert result.stderr.endswith("Nilai harus 1, 2, 3, atau 4.\n")
    nobody = desk.type("survei", TICKET, answer="")
    assert nobody.exit_code == 2
    assert posted(city, PATH) == []
