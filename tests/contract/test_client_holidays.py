"""`aduan kota libur`: what is in force, edited as text, checked, asked, applied over the version it was read from."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.contract.client_fake import PLACE, City
from tests.contract.client_fake_desk import Desk, posted, refused, seated, serving, signed_in

TOML = """name = "Kediri"
holidays = [
    # 2026
    { date = 2026-01-01, kind = "public", name = "Tahun Baru", source = "SKB" },  # Kamis
]
"""
LISTED = [
    {"date": "2027-02-05", "kind": "cuti_bersama", "name": "Imlek", "source": "SKB", "hours": [], "verify": True},
    {"date": "2026-01-01", "kind": "public", "name": "Tahun Baru", "source": "SKB", "hours": [], "verify": False},
    {"date": "2026-01-03", "kind": "opening", "name": "Layanan", "source": "SK", "hours": ["08:00-12:00"]},
]
ADD = ("kota", "libur", "tambah", "2026-07-27", "Hari Jadi", "--jenis", "libur daerah", "--sumber", "SK 1")
SENTENCE = "Tenggat yang masih berjalan dihitung ulang dalam 15 menit; yang bergeser dicatat di linimasanya.\n"


@pytest.fixture
def city() -> Iterator[City]:
    yield from serving()


@pytest.fixture
def inside(city: City, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    city.config, city.place = TOML, {**PLACE, "holidays": LISTED}
    return signed_in(city, seated(city, tmp_path, monkeypatch))


def test_the_list_by_year_with_what_is_uncertain_marked(inside: Desk) -> None:
    result = inside.type("kota", "libur", "--tahun", "2026", COLUMNS="100")
    assert "2026-" not in result.stdout and "2027" not in result.stdout
    assert "Kam  1 Jan   libur nasional   Tahun Baru" in result.stdout
    assert "Layanan (08:00-12:00)" in result.stdout and "belum pasti" not in result.stdout
    assert result.stderr == ""
    later = inside.type("city", "holidays", "--year", "2027", "--lang", "en")
    assert "joint leave" in later.stdout and "[unverified]" in later.stdout
    assert "The public holidays of 2027 are missing" in later.stderr
    assert [one["date"] for one in inside.json("kota", "libur")["holidays"]] == [
        "2026-01-01",
        "2026-01-03",
        "2027-02-05",
    ]


def test_adding_shows_asks_and_applies_over_the_version_that_was_read(city: City, inside: Desk) -> None:
    refused_by_person = inside.type(*ADD, answer="t\n")
    assert (refused_by_person.exit_code, city.config) == (1, TOML)
    result = inside.type(*ADD, answer="y\n")
    assert result.exit_code == 0
    assert "2026-07-27" in result.stdout and result.stderr.endswith(SENTENCE)
    line = '    { date = 2026-07-27, kind = "local", name = "Hari Jadi", source = "SK 1" },\n'
    assert city.config == TOML.replace("]\n", line + "]\n")
    assert city.to("/v1/city", "PUT")[-1].headers["if-match"] == '"1"'
    again = inside.type(*ADD, "--yes")
    refused(again, 6, "Sudah ada: 2026-07-27 local.")
    assert inside.type("city", "holidays", "remove", "2026-07-27", "--yes").exit_code == 0
    assert city.config == TOML


def test_a_trial_changes_nothing(city: City, inside: Desk) -> None:
    assert inside.type(*ADD, "--dry-run").exit_code == 0
    assert city.config == TOML and city.to("/v1/city", "PUT") == []
    assert posted(city, "/v1/city/check") != []


def test_a_year_is_proposed_without_joint_leave(city: City, inside: Desk) -> None:
    result = inside.type("kota", "libur", "isi", "2028", "--yes")
    assert result.exit_code == 0
    assert "cuti bersama tidak termasuk" in result.stderr
    assert "    # 2028: libur nasional dari pustaka holidays" in city.config
    assert "2028-08-17" in city.config and "verify = true" in city.config
    assert inside.json("kota", "libur", "isi", "2028", "--yes")["applied"] is False


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        (("hapus", "2026-07-27"), 4, "Tidak ada libur pada tanggal itu."),
        (("hapus", "kemarin"), 2, "kemarin bukan tanggal; tulis 2026-11-21."),
        (
            ("tambah", "2026-07-27", "x", "--jenis", "pesta", "--sumber", "y"),
            2,
            "pesta tidak dikenal; pilih: public, cuti_bersama, local, opening.",
        ),
    ],
)
def test_what_cannot_be_done_is_said(inside: Desk, words: tuple[str, ...], code: int, sentence: str) -> None:
    refused(inside.type("kota", "libur", *words, "--yes"), code, sentence)


def test_a_list_written_otherwise_is_left_to_people(city: City, inside: Desk) -> None:
    city.config = '[[holidays]]\ndate = 2026-01-01\nkind = "public"\nname = "a"\nsource = "b"\n'
    result = inside.type(*ADD, "--yes")
    assert result.exit_code == 1 and "sunting `aduan kota lihat --toml`" in result.stderr
