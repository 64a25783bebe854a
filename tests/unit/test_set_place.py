"""What the desk corrects about a case: its place, and more time for a clock."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chalicelib.desk import casework, entry
from chalicelib.desk.people import Staff
from chalicelib.problems import Problem
from chalicelib.store import cases, cities
from tests.unit.desks import desk_of_kediri

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
ADMIN = Staff("admin1", "admin", None)


@pytest.fixture(autouse=True)
def desk(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with desk_of_kediri(monkeypatch, NOW):
        yield


def entered(text: str, location: dict[str, Any] | None = None, **more: Any) -> str:
    values: dict[str, Any] = dict.fromkeys(("class_", "category", "department", "received_at", "note"))
    values |= {"channel": "phone", "reporter": {}, "secret": False, "location": location, **more}
    return entry.enter(entry.Entry(text=text, **values), ADMIN, once=None, now=NOW).ticket


def do(ticket: str, action: str, **data: Any) -> casework.Done:
    return casework.act(ticket, action, data, ADMIN, versions=None, once=None, now=NOW + timedelta(minutes=1))


@pytest.mark.parametrize(
    ("place", "kelurahan"),
    [
        ({"address": "Jl. Raya, kelurahan Dermo"}, "Dermo"),
        ({"name": "Balai kelurahan Dermo", "address": "Jl. Raya 1"}, "Dermo"),
        ({"address": "Jl. Dhoho 12"}, "Betet"),
        ({"address": "kelurahan Dermo", "kelurahan": "Pocanan"}, "Pocanan"),
        ({"lat": -7.8, "lon": 112.0, "address": "Jl. Dhoho 12"}, None),
        ({"lat": -7.8, "lon": 112.0, "address": "kelurahan Dermo"}, "Dermo"),
    ],
)
def test_a_corrected_place_keeps_or_finds_its_kelurahan(place: dict[str, Any], kelurahan: str | None) -> None:
    ticket = entered("sampah menumpuk di kelurahan Betet")
    done = do(ticket, "set", changes={"location": place})
    case = cases.get(ticket)
    assert case is not None
    expected = {**place, **({"kelurahan": kelurahan} if kelurahan else {})}
    assert case.location == expected
    assert done.found.case.location == expected
    assert [event.data["changes"]["location"] for event in done.found.events if event.type == "set"] == [expected]


def test_a_place_that_is_forgotten_stays_so_and_other_changes_touch_none() -> None:
    ticket = entered("sampah menumpuk di kelurahan Betet")
    assert do(ticket, "set", changes={"secret": True}).found.case.location == {"kelurahan": "Betet"}
    assert do(ticket, "set", changes={"location": None}).found.case.location is None


def test_who_may_not_extend_is_told_what_can_be() -> None:
    ticket = entered("sampah menumpuk", class_="information")
    with pytest.raises(Problem) as refused:
        do(ticket, "extend", clock="follow_up", note="menunggu")
    assert refused.value.status == 422 and refused.value.detail.startswith("clock: ")
    rules = cities.desk_rules()
    assert rules.extendable
    for class_, clock in rules.extendable:
        assert f"{class_} (" in refused.value.detail and clock in refused.value.detail
