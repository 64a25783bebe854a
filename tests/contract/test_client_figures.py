"""`aduan angka` against the HTTP contract: what is shown, compared with what, and what is said of no figure."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from aduan_client.commands.figures import neighbours
from aduan_client.errors import UsageError

from chalicelib.complaints.figures_document import difference
from tests.contract.client_fake import City
from tests.contract.client_fake_desk import Desk, refused, seated, serving, signed_in
from tests.contract.client_fake_figures import shown

DOCUMENT = ("figures", "partition", "breakdowns", "per_1000", "topics", "rising", "places", "ikm", "days")
WIB = timezone(timedelta(hours=7))


@pytest.fixture
def city() -> Iterator[City]:
    yield from serving()


@pytest.fixture
def desk(city: City, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    city.figures = {"2026-03": 10, "2026-02": 4, "2025-03": 2, "2026": 10, "2025": 2}
    return signed_in(city, seated(city, tmp_path, monkeypatch))


def lines(desk: Desk, *words: str) -> list[str]:
    result = desk.type("angka", *words, COLUMNS="120")
    assert (result.exit_code, result.stderr) == (0, ""), result.stderr
    return [" ".join(line.split()) for line in result.stdout.splitlines()]


def test_a_month_beside_the_one_before_and_the_year_before(city: City, desk: Desk) -> None:
    found = lines(desk, "2026-03")
    assert found[0] == "2026-03 · terbit, revisi 1, per 31 Mar 2026 23.59 WIB"
    assert "Indikator 2026-03 2026-02 2025-03" in found
    assert "Aduan diterima (neto) 10 aduan 4 aduan 2 aduan" in found
    channels = found.index("Menurut kanal")
    assert found[channels + 1].startswith("WhatsApp 10/10"), "words, no codes"
    assert "Selesai (klaim) 90,00 % (9/10) 75,00 % (3/4) 50,00 % (1/2)" in found
    assert "Verifikasi dalam standar – – –" in found
    assert [asked.path.rpartition("/")[2] for asked in city.asked] == ["2026-03", "2026-02", "2025-03"]


def test_what_cases_are_about_and_what_people_think(desk: Desk) -> None:
    found = lines(desk, "2026-03")
    states = found.index("Kedudukan semua aduan")
    assert found[states + 1] == f"Selesai 9/10 90,00 % {'█' * 24}"
    assert "Dijawab, belum ditutup 0/10 0,00 %" in found
    assert f"Pemangkasan dan penebangan pohon 9/10 90,00 % {'█' * 24}" in found[found.index("Menurut kategori") :]
    assert any("Pojok" in line for line in found[found.index("Tempat yang berulang") :])
    assert "IKM: NI 3,50 · NIK 87,50 · mutu B (baik)" in found
    assert "Sampel: 2 jawaban untuk tiap unsur, perlu 10 (Krejcie–Morgan)" in found


def test_a_year_has_one_neighbour_and_is_provisional(city: City, desk: Desk) -> None:
    found = lines(desk, "2026")
    assert found[0].startswith("2026 · sementara, per ")
    assert "Aduan diterima (bruto) 10 aduan 2 aduan" in found
    assert len(city.asked) == 2


def test_a_period_without_neighbours_stands_alone(city: City, desk: Desk) -> None:
    city.figures = {"2026-03": 3}
    assert "Indikator 2026-03" in lines(desk, "2026-03")


def test_without_a_period_it_is_this_month(city: City, desk: Desk) -> None:
    month = datetime.now(UTC).astimezone(WIB).strftime("%Y-%m")
    city.figures = {month: 0}
    found = lines(desk)
    assert found[0].startswith(month)
    assert "Aduan diterima (bruto) –" in found
    assert "IKM: belum ada (0 jawaban; satu unsur saja tanpa jawaban, tidak ada indeks)" in found


def test_one_department(city: City, desk: Desk) -> None:
    found = lines(desk, "2026-03", "--opd", "Dinas Lingkungan Hidup")
    assert found[0].startswith("2026-03 · dlhkp · ")
    assert "Aduan diterima (bruto) 9 aduan 3 aduan 1 aduan" in found
    assert "Kedudukan semua aduan" not in found
    assert all(asked.query == {"department": "dlhkp"} for asked in city.asked if "indicators" in asked.path)
    assert desk.type("angka", "2026-03", "-d", "dinas sihir").exit_code == 2


def test_a_replayed_year(city: City, desk: Desk) -> None:
    head = lines(desk, "2026", "--seri", "kediri-2021")[0]
    assert head == "2026 · kediri-2021 · sementara, per 31 Mar 2026 23.59 WIB"
    assert {asked.query["series"] for asked in city.asked} == {"kediri-2021"}


def test_an_earlier_revision_says_what_changed(city: City, desk: Desk) -> None:
    found = lines(desk, "2026-03", "--revisi", "2")
    changed = found.index("Berubah sejak revisi sebelumnya")
    assert found[changed + 1] == "Yang berubah Sebelum Sesudah"
    assert "Aduan diterima (bruto) 9 10" in found[changed:]
    assert "revision" not in city.asked[1].query


def test_many_changes_are_told_in_words_and_few_unless_all_are_asked_for(city: City, desk: Desk) -> None:
    """The whole document of a month with nine cases against one with twelve: 82 paths."""
    old, new = ({name: shown("2026-03", cases)[name] for name in DOCUMENT} for cases in (9, 12))
    city.figure_changes = difference(old, new)
    city.figures["2026-03"] = 12
    few, every = (
        found[found.index("Yang berubah Sebelum Sesudah") + 2 :]
        for found in (lines(desk, "2026-03", "--revisi", "2", *more) for more in ((), ("--semua-angka",)))
    )
    assert len(city.figure_changes) > 80
    assert few[2] == "Ditindaklanjuti 88,89 % (8/9) 91,67 % (11/12)"
    assert len(few) == 9 and few[-1].startswith("… dan ")
    assert few[:-1] == every[:8]
    for line in (
        "Kedudukan · Selesai 8 11",
        "Kanal · WhatsApp 9 12",
        "Kategori · Pemangkasan dan penebangan pohon 8 11",
        "Per 1.000 penduduk · Pojok 9 12",
        "2026-03-02 · Selesai (klaim) 8 11",
    ):
        assert line in every
    assert not any("Sampah" in line for line in every), "its share changed, not its number"
    assert not any("numerator" in line or "{" in line or "figures." in line for line in every)


def test_what_is_new_in_a_revision_or_gone_from_it(city: City, desk: Desk) -> None:
    gone = {"id": "web", "title": "Web", "numerator": 1, "denominator": 9, "percent": 11.11}
    new = {"id": "pohon|Pojok|-7.810,112.010", "title": "Pohon, Pojok", "numerator": 3, "percent": 33.33}
    city.figure_changes = [
        {"path": "breakdowns.channel.web", "before": gone, "after": None},
        {"path": f"places.{new['id']}", "before": None, "after": new},
        {"path": "ikm.nik", "before": None, "after": 87.5},
        {"path": "ikm.elements.U1.average", "before": 3, "after": 3.25},
        {"path": "days.2026-03-01", "before": None, "after": {"day": "2026-03-01", "received": 2, "closed": 0}},
    ]
    found = lines(desk, "2026-03", "--revisi", "2")
    first = found.index("Yang berubah Sebelum Sesudah") + 2
    assert found[first:] == [
        "Kanal · Web 1 –",
        "Tempat yang berulang · Pohon, Pojok – 3",
        "IKM – 87,5",
        "IKM · Persyaratan 3 3,25",
        "2026-03-01 – 2",
    ]


def test_a_month_without_cases_has_no_empty_tables(city: City, desk: Desk) -> None:
    city.figures = {"2026-03": 0}
    found = lines(desk, "2026-03")
    assert "Tidak ada aduan pada kurun ini." in found
    for title in ("Kedudukan semua aduan", "Menurut kanal", "Menurut OPD", "Menurut kategori"):
        assert title not in found
    assert not any("0/0" in line or "perlu 0" in line for line in found)


def test_every_figure_is_there_when_asked_for(desk: Desk) -> None:
    few, every = lines(desk, "2026-03"), lines(desk, "2026-03", "--semua-angka")
    assert not any(line.startswith("Perpindahan per aduan") for line in few)
    assert any(line.startswith("Perpindahan per aduan") for line in every)


def test_for_programs_it_is_the_api_s_own_document(city: City, desk: Desk) -> None:
    assert desk.json("figures", "2026-03") == shown("2026-03", 10)
    assert len(city.asked) == 1


@pytest.mark.parametrize("typed", ["2026-13", "2026-02-30", "maret", "1999", "2026-3"])
def test_what_is_no_period(desk: Desk, typed: str) -> None:
    sentence = f"{typed} bukan tahun, bulan, atau hari; tulis 2026, 2026-03, atau 2026-03-02."
    refused(desk.type("angka", typed), 2, sentence)


@pytest.mark.parametrize(
    ("period", "others"),
    [
        ("2026", ("2025",)),
        ("2026-01", ("2025-12", "2025-01")),
        ("2028-02-29", ("2028-02-28", "2027-02-28")),
        ("2028-03-01", ("2028-02-29", "2027-03-01")),
    ],
)
def test_neighbours(period: str, others: tuple[str, ...]) -> None:
    assert neighbours(period) == others
    with pytest.raises(UsageError):
        neighbours(f"{period}-x")
