"""What routing does to a case that the desk enters, and what is looked at for its likes."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from chalicelib.complaints.city import parse
from chalicelib.desk import entry
from chalicelib.desk.people import Staff
from chalicelib.store import cases, cities, nearby, queues
from tests.unit.tables import empty_tables

NOW = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
TOML = (Path(__file__).parents[2] / "infra/cities/kediri.toml").read_text(encoding="utf-8")
DESK = Staff("operator1", "operator", None)


@pytest.fixture(autouse=True)
def tables(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(queues, "announce", lambda ticket, rows: None)  # there is no topic here
    with empty_tables():
        yield


def apply_city(auto_assign: bool = False) -> None:
    text = TOML + ("\n[routing]\nauto_assign = true\n" if auto_assign else "")
    assert cities.apply(parse(text), text, after=0, by="admin1", now=NOW)


def enter(text: str, at: datetime = NOW, person: Staff = DESK, **more: Any) -> cases.Dossier:
    values: dict[str, Any] = {
        "channel": "phone", "class_": None, "category": None, "department": None, "location": None, "reporter": {},
        "secret": False, "received_at": at, "note": None,
    }  # fmt: skip
    done = entry.enter(entry.Entry(text=text, **{**values, **more}), person, once=None, now=NOW)
    found = cases.dossier(done.ticket)
    assert found is not None
    return found


def test_the_department_stays_for_the_operator_unless_the_city_says_otherwise() -> None:
    apply_city()
    case = enter("sampah menumpuk di depan pasar").case
    assert (case.category, case.status, case.queue) == ("sampah", "received", "-")
    assert not case.department


def test_a_city_may_let_routing_assign() -> None:
    apply_city(auto_assign=True)
    found = enter("sampah menumpuk di depan pasar")
    assert (found.case.department, found.case.status, found.case.queue) == ("dlhkp", "assigned", "dlhkp")
    assert [(event.type, event.actor) for event in found.events] == [("received", "operator1"), ("assign", "system")]
    assert found.case.decided_at is None  # it must not teach itself
    assert enter("mohon dibantu").case.status == "received"
    assert enter("sampah menumpuk", external_id="1").case.status == "received"


def test_what_people_say_is_stronger() -> None:
    apply_city(auto_assign=True)
    assert enter("sampah menumpuk", category="jalan_rusak").case.category == "jalan_rusak"
    against = enter("sampah menumpuk", department="dpupr").case
    assert not against.category
    assert against.department == "dpupr"
    agreed = enter("sampah menumpuk", department="dlhkp").case
    assert agreed.category == "sampah"
    placed = enter("sampah menumpuk di kelurahan Betet", location={"kelurahan": "Dermo"}).case
    assert placed.location["kelurahan"] == "Dermo"


@pytest.mark.parametrize(
    "said", [{}, {"category": "sampah"}, {"department": "dpupr"}, {"location": {"address": "Pasar"}}]
)
def test_the_kelurahan_is_found_whatever_else_was_said(said: dict[str, Any]) -> None:
    apply_city()
    location = enter("sampah menumpuk di kelurahan Betet", **said).case.location
    assert location == {**said.get("location", {}), "kelurahan": "Betet"}


def test_the_nearest_in_time_are_looked_at_and_no_more_than_asked_for() -> None:
    apply_city()
    made = [enter("x", NOW - timedelta(days=days), department="dpupr").case for days in (1, 2, 3, 4, 5, 20)]
    other = enter("x", NOW - timedelta(days=3, hours=1), department="dlhkp").case
    middle = made[2]
    found, complete = nearby.around(middle, None, 200)
    assert {case.ticket for case in found} == {one.ticket for one in [*made[:2], *made[3:5], other]}
    assert complete is True
    found, _ = nearby.around(middle, "dpupr", 200)
    assert other.ticket not in {case.ticket for case in found}
    found, complete = nearby.around(middle, "dpupr", 2)
    assert ({case.ticket for case in found}, complete) == ({made[1].ticket, made[3].ticket}, False)
