"""What is said of a new configuration before it is applied, though it is no error."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest

from chalicelib.complaints.city import City, Standard, parse
from chalicelib.complaints.city_warnings import warnings
from chalicelib.desk import reconfiguring

CITIES = Path(__file__).resolve().parents[2] / "infra" / "cities"
KEDIRI = parse((CITIES / "kediri.toml").read_text(encoding="utf-8"))
TODAY = date(2026, 11, 22)
COMPLAINT = next(one for one in KEDIRI.standards if (one.class_, one.clock) == ("complaint", "resolution"))


def with_standard(*rows: Standard, instead_of: Standard = COMPLAINT) -> City:
    kept = tuple(one for one in KEDIRI.standards if one is not instead_of)
    return msgspec.structs.replace(KEDIRI, standards=(*kept, *rows))


def row(**changes: Any) -> Standard:
    return msgspec.structs.replace(COMPLAINT, **changes)


def said(new: City, old: City | None = KEDIRI) -> list[str]:
    return warnings(old, new, TODAY)


@pytest.mark.parametrize("name", ["kediri.toml", "madiun.toml"])
def test_the_cities_as_they_are_need_none(name: str) -> None:
    city = parse((CITIES / name).read_text(encoding="utf-8"))
    assert warnings(None, city, TODAY) == warnings(city, city, TODAY) == []


def test_a_standard_that_ends_without_a_successor_is_told() -> None:
    ends = row(valid_to=date(2026, 12, 31))
    (told,) = said(with_standard(ends))
    assert told == (
        "standards.complaint/resolution/2019-01-01: berakhir 2026-12-31 tanpa pengganti; aduan complaint yang diterima"
        " sejak 2027-01-01 tidak punya tenggat penyelesaian."
    )
    assert said(with_standard(ends, row(valid_from=date(2027, 1, 1)))) == []
    # A row for every class is a successor too; one that begins later leaves days between.
    assert said(with_standard(ends, row(class_="*", valid_from=date(2026, 1, 1)))) == []
    (told,) = said(with_standard(ends, row(valid_from=date(2027, 2, 1))))
    assert "diterima sejak 2027-01-01 sampai sebelum 2027-02-01 tidak punya" in told
    # What lies in the past cannot be helped any more.
    past = with_standard(row(valid_to=date(2024, 12, 31)), row(valid_from=date(2025, 2, 1)))
    assert said(past, None) == []


def test_a_row_for_every_class_that_ends_names_those_without_one_of_their_own() -> None:
    every = next(one for one in KEDIRI.standards if (one.class_, one.clock) == ("*", "follow_up"))
    ends = msgspec.structs.replace(every, valid_to=date(2026, 12, 31))
    own = [msgspec.structs.replace(every, class_=name) for name in KEDIRI.classes if name != "oversight"]
    (told,) = said(with_standard(ends, *own, instead_of=every))
    assert "aduan oversight yang diterima" in told and told.endswith("tidak punya tenggat tindak lanjut.")


def test_a_standard_that_is_gone_is_told() -> None:
    for new in (with_standard(), with_standard(row(valid_from=date(2027, 1, 1)))):
        assert said(new) == [
            "standards: tidak ada lagi standar penyelesaian untuk complaint; aduan kehilangan tenggat itu."
        ]
    assert said(with_standard(), with_standard()) == []


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"amount": 7}, True),
        ({"pause": True}, True),
        ({"legal_basis": "Perwali 1/2026"}, False),
        ({"verify": not COMPLAINT.verify}, False),
    ],
)
def test_a_row_in_force_that_is_changed_touches_open_cases(changes: dict[str, Any], told: bool) -> None:
    found = said(with_standard(row(**changes)))
    assert bool(found) is told
    assert all(one.startswith("standards.complaint/resolution/2019-01-01: diubah selagi berlaku;") for one in found)
    # Ending it and beginning another is how new cases alone are meant; a row to come touches nobody yet.
    ends, begins = row(valid_to=date(2026, 12, 31)), row(**changes, valid_from=date(2027, 1, 1))
    assert said(with_standard(ends, begins)) == []
    assert said(with_standard(ends, begins), with_standard(ends, row(valid_from=date(2027, 1, 1)))) == []


def test_a_class_that_is_gone_and_another_zone_are_told() -> None:
    fewer = msgspec.structs.replace(
        KEDIRI,
        levels=tuple(one for one in KEDIRI.levels if one != "ringan"),
        standards=tuple(one for one in KEDIRI.standards if one.class_ != "ringan"),
    )
    (told,) = said(fewer)
    assert told.startswith("levels: kelas ringan dihapus; aduan terbuka di kelas itu")
    (told,) = said(msgspec.structs.replace(KEDIRI, zone="Asia/Makassar"))
    assert told.startswith("zone: Asia/Jakarta menjadi Asia/Makassar;")


def test_today_is_the_citys() -> None:
    begins = row(valid_from=date(2027, 1, 1))
    late = datetime(2026, 12, 31, 17, 0, tzinfo=UTC)  # 24.00 in Kediri
    old = with_standard(row(valid_to=date(2026, 12, 31)), begins)
    new = with_standard(row(valid_to=date(2026, 12, 31)), msgspec.structs.replace(begins, amount=7))
    before = datetime(2026, 12, 31, 16, 59, tzinfo=UTC)
    assert [len(reconfiguring.warnings(old, new, whatsapp=True, now=at)) for at in (before, late)] == [0, 1]
