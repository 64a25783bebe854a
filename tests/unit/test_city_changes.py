"""A city's configuration out of data of any shape, and what applying another one changes."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from chalicelib.complaints.city import Change, City, InvalidCity, checked, difference, from_stored, parse, to_json

SMALL = (Path(__file__).parents[1] / "payloads" / "city_small.toml").read_text(encoding="utf-8")

# --- data


def test_a_fault_is_at_the_line_of_its_value_or_of_what_is_around_it() -> None:
    data = json.loads(to_json(parse(SMALL)))
    assert data["categories"][0]["class"] == "complaint"
    data["departments"][0]["email"] = "x"
    data["categories"][0]["department"] = "nobody"
    with pytest.raises(InvalidCity) as refused:
        checked(data, {("departments", 0, "email"): 7, ("categories", 0): 5})
    assert [(fault.line, fault.path) for fault in refused.value.faults] == [
        (5, "categories.pohon.department"),
        (7, "departments.dlhkp.email"),
    ]


@pytest.mark.parametrize(
    ("data", "error"),
    [([], "harus tabel, bukan daftar"), (None, "harus tabel, bukan kosong")],
)
def test_what_is_no_table_is_refused(data: object, error: str) -> None:
    with pytest.raises(InvalidCity) as refused:
        checked(data, {})
    assert refused.value.errors == [f"baris 1: {error}"]


def test_a_stored_shape_of_another_version_is_an_error() -> None:
    with pytest.raises(msgspec.ValidationError):
        from_stored(b"{}")


# --- difference


def change(edit: Callable[[dict[str, Any]], object]) -> list[Change]:
    city = parse(SMALL)
    data = json.loads(to_json(city))
    edit(data)
    return difference(city, checked(data, {}))


def test_nothing_changes_when_the_same_file_is_applied_twice() -> None:
    assert difference(parse(SMALL), parse(SMALL)) == []


def test_a_difference_names_the_entry_and_both_values() -> None:
    assert change(lambda data: data["departments"][0].update(email="baru@uji.example")) == [
        Change("departments.dlhkp.email", "dlhkp@uji.example", "baru@uji.example")
    ]
    assert change(lambda data: data["holidays"][0].update(name="Baru")) == [
        Change("holidays.2026-01-01/public.name", "Tahun Baru", "Baru")
    ]
    assert change(lambda data: data["standards"][0].update(amount=7)) == [
        Change("standards.complaint/resolution/2019-01-01.amount", 14, 7)
    ]
    assert change(lambda data: data["categories"][0]["keywords"].append("dahan")) == [
        Change("categories.pohon.keywords", ["pohon", "ranting"], ["pohon", "ranting", "dahan"])
    ]
    assert change(lambda data: data.update(whatsapp={"number": "+62811000000"})) == [
        Change("whatsapp", None, {"number": "+62811000000"})
    ]


def test_entries_that_come_and_go_and_trade_places() -> None:
    assert change(lambda data: data["holidays"].pop(0)) == [
        Change(
            "holidays.2026-01-01/public",
            {
                "date": "2026-01-01",
                "name": "Tahun Baru",
                "kind": "public",
                "source": "SKB",
                "hours": [],
                "verify": False,
            },
            None,
        )
    ]
    (added,) = change(lambda data: data["departments"].append({"id": "dinsos", "name": "Dinas Sosial", "short": "D"}))
    assert (added.path, added.before, added.after["name"]) == ("departments.dinsos", None, "Dinas Sosial")
    assert change(lambda data: data["departments"].reverse()) == [
        Change("departments", ["dlhkp", "dishub"], ["dishub", "dlhkp"])
    ]


def test_a_city_applied_for_the_first_time_is_all_new() -> None:
    city = parse(SMALL)
    changes = difference(None, city)
    assert changes[0] == Change("code", None, "TST")
    assert {one.path for one in changes} >= {"departments", "hours", "retention"}
    assert all(one.before is None for one in changes)


def test_lists_without_names_are_compared_whole() -> None:
    twice = '[[alerts]]\nclock = "follow_up"\npercent = 50\nto = ["officer"]\n'
    before, after = parse(SMALL), parse(SMALL + twice)
    (one,) = difference(before, after)
    assert one.path == "alerts.follow_up/50"


def test_city_is_what_the_type_says() -> None:
    assert isinstance(parse(SMALL), City)
