"""`aduan replay` against the HTTP contract: every case once, figures compared, and an exit code that tells."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from aduan_client.commands import replay

from tests.contract.client_fake import City
from tests.contract.client_fake_desk import Desk, posted, refused, seated, serving, signed_in

YEAR = "madiun-2021"


@pytest.fixture
def city() -> Iterator[City]:
    yield from serving()


@pytest.fixture
def desk(city: City, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    return signed_in(city, seated(city, tmp_path, monkeypatch))


def test_a_year_is_played_in_batches_and_its_figures_are_shown(city: City, desk: Desk) -> None:
    result = desk.type("replay", YEAR)
    assert (result.exit_code, result.stderr) == (0, "")
    asked = sorted((body["from"], body["to"]) for body in posted(city, f"/v1/replays/{YEAR}"))
    assert asked == [(1, 100), (101, 200), (201, 213)]
    assert city.years.most_at_once <= 2
    lines = [" ".join(line.split()) for line in result.stdout.splitlines()]
    assert "Aduan diterima 2021 213 213 ✓" in lines
    assert "Ditindaklanjuti (%) 2021 98,1 98,1 ✓" in lines
    assert "· Saluran dan tanggal dipilih." in lines
    assert lines[-1] == "madiun-2021: 213 aduan tersimpan, 2 dari 2 angka sama dengan yang terbit."


def test_for_programs_it_is_one_document(desk: Desk) -> None:
    found = desk.json("putar-ulang", YEAR)
    assert found["published"] == found["computed"] == {"received": "213", "followed_up": "98.1"}
    assert set(found["equal"].values()) == {True}


def test_a_figure_that_differs_fails_and_is_named(city: City, desk: Desk) -> None:
    city.years.computed = {"followed_up": "98.2"}
    result = desk.type("replay", YEAR)
    refused(result, 1, "Tidak sama dengan yang terbit: Ditindaklanjuti (%).")
    assert "Ditindaklanjuti (%) 2021 98,1 98,2 ✗" in [" ".join(line.split()) for line in result.stdout.splitlines()]


def test_a_year_that_is_not_all_there_is_no_success(city: City, desk: Desk) -> None:
    city.years.loses = True
    refused(desk.type("replay", YEAR), 1, "Baru 0 dari 213 aduan tersimpan; jalankan lagi.")


def test_an_unknown_year_is_not_found(desk: Desk) -> None:
    assert desk.type("replay", "atlantis-1").exit_code == 4


def test_a_finished_year_is_only_compared(city: City, desk: Desk) -> None:
    first = desk.type("replay", YEAR).stdout
    city.asked.clear()
    second = desk.type("replay", YEAR)
    assert (second.exit_code, second.stdout) == (0, first)
    assert [(one.method, one.path) for one in city.asked] == [("GET", f"/api/v1/replays/{YEAR}")]
    assert desk.type("putar-ulang", YEAR, "--ulang").exit_code == 0
    assert len(posted(city, f"/v1/replays/{YEAR}")) == 3


def test_interrupted_it_says_how_to_go_on(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def stopped(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(replay, "_play", stopped)
        result = desk.type("replay", YEAR)
    told = "Dihentikan. Jalankan perintah yang sama lagi: diteruskan dari tempat berhenti."
    assert (result.exit_code, result.stderr.split("\n")[0], result.stdout) == (130, told, "")
    assert desk.type("replay", YEAR).exit_code == 0
