"""Near duplicates at the edges: the metre, the day, the street."""

import math
from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from chalicelib.complaints import places
from chalicelib.complaints.model import Location
from chalicelib.complaints.similar import Matter, similar

NOW = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
METRE = math.degrees(1 / places.EARTH_METRES)
HERE = Matter(ticket="KDR-A", category="sampah", received_at=NOW, location=Location(lat=0.0, lon=0.0))


def other(**changes: object) -> Matter:
    return msgspec.structs.replace(HERE, **{"ticket": "KDR-B", **changes})


def at(metres: float) -> Location:
    return Location(lat=metres * METRE, lon=0.0)


def test_near_enough_is_75_metres() -> None:
    ((ticket, why, away),) = similar(HERE, [other(location=at(74.9))])
    assert (ticket, why, round(away or 0)) == ("KDR-B", "kategori sama, berjarak 75 m", 75)
    assert similar(HERE, [other(location=at(75.1))]) == []


@pytest.mark.parametrize("sign", [1, -1])
def test_soon_enough_is_14_days_before_or_after(sign: int) -> None:
    assert similar(HERE, [other(received_at=NOW + sign * timedelta(days=14))])
    assert not similar(HERE, [other(received_at=NOW + sign * timedelta(days=14, milliseconds=1))])


def test_another_category_or_none_is_not_similar() -> None:
    assert not similar(HERE, [other(category="taman")])
    assert not similar(HERE, [other(category=None)])
    assert not similar(msgspec.structs.replace(HERE, category=None), [other(category=None)])


def test_a_case_is_not_its_own_duplicate() -> None:
    assert not similar(HERE, [HERE])


def test_the_nearest_comes_first_and_streets_last() -> None:
    street = Location(address="Jl. Dhoho 12")
    case = msgspec.structs.replace(HERE, text="sampah di jalan Dhoho")
    others = [
        other(ticket="S", location=street),
        other(ticket="FAR", location=at(60)),
        other(ticket="NEAR", location=at(5)),
    ]
    assert [ticket for ticket, *_ in similar(case, others)] == ["NEAR", "FAR", "S"]


@pytest.mark.parametrize(
    ("one", "two", "found"),
    [
        ("sampah di jl. Dhoho", "jalan dhoho kotor", True),
        ("sampah jl veteran gang 3", "sampah jl veteran gg 3", True),
        ("sampah jl veteran gang 3", "sampah jl veteran gg 5", False),
        ("sampah jl veteran gang 3", "sampah jl veteran", True),
        ("sampah di jalan", "sampah di jalan", False),
        ("jl dhoho", "jl kawi", False),
        ("lampu Jl. Letjend Suprapto mati", "lampu Jl. Letjend Sutoyo mati", False),
        ("lampu Jl. Letjend Suprapto mati", "lampu jalan let. jend. Soeprapto mati", True),
    ],
)
def test_without_coordinates_the_street_decides(one: str, two: str, found: bool) -> None:
    case = msgspec.structs.replace(HERE, location=None, text=one)
    assert bool(similar(case, [other(location=None, text=two)])) is found
    assert bool(similar(case, [other(location=at(0), text=two)])) is found, "one place without coordinates"


def test_the_reason_names_the_street() -> None:
    case = msgspec.structs.replace(HERE, location=Location(address="Jl. Dhoho 1"))
    there = other(location=Location(name="Toko, jl dhoho"))
    assert similar(case, [there]) == [("KDR-B", "kategori sama, jalan sama (dhoho)", None)]


def test_the_reason_names_the_street_whole() -> None:
    case = msgspec.structs.replace(HERE, location=None, text="lampu Jl. Urip Sumoharjo mati")
    there = other(location=None, text="jalan jend. urip sumoharjo gelap")
    assert similar(case, [there]) == [("KDR-B", "kategori sama, jalan sama (urip sumoharjo)", None)]


def test_where_both_have_coordinates_a_long_street_does_not_join_them() -> None:
    case = msgspec.structs.replace(HERE, text="jl dhoho")
    assert not similar(case, [other(text="jl dhoho", location=at(300))])


def test_coordinates_that_are_no_numbers_are_none() -> None:
    case = msgspec.structs.replace(HERE, text="jl dhoho")
    assert similar(case, [other(text="jl dhoho", location=Location(lat=math.nan, lon=0.0))])
