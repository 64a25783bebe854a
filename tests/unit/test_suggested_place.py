"""The kelurahan of a case that came by WhatsApp: from the suggestion into the case, and what is told of an answer."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from chalicelib.complaints import facts, lifecycle
from chalicelib.complaints.city import parse
from chalicelib.complaints.model import InboundMessage, Location, Sender
from chalicelib.desk import casework, entry, forwarding, intake, notices, replies, triage
from chalicelib.desk.people import Staff
from chalicelib.lapor.mapping import create_body
from chalicelib.problems import Problem
from chalicelib.store import cases, cities, queues
from chalicelib.store.cases import Dossier
from tests.unit.tables import empty_tables

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
TOML = (Path(__file__).parents[2] / "infra/cities/kediri.toml").read_text(encoding="utf-8") + (
    '\n[[kelurahan_points]]\nkelurahan = "Dermo"\nlat = -7.85\nlon = 112.03\n'
)
ADMIN = Staff("admin1", "admin", None)
LAMP = "Lampu jalan mati di kelurahan Pojok RT 3"
PIN = Location(lat=-7.8501, lon=112.0301, address="Jl. Mawar 3")


@pytest.fixture(autouse=True)
def desk(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(queues, "announce", lambda ticket, rows: None)  # there is no topic here
    with empty_tables():
        assert cities.apply(parse(TOML), TOML, after=0, by="admin1", now=NOW)
        yield


def says(text: str | None, at: datetime = NOW, location: Location | None = None, who: str = "1") -> str:
    message = InboundMessage(
        channel="whatsapp",
        account="106",
        id=f"wamid.{who}{text}{at}",
        sent_at=at,
        sender=Sender(user_id=f"ID.{who}", phone=f"+628123456789{who}", name=f"Warga {who}"),
        kind="location" if location else "text",
        text=text,
        location=location,
    )
    ticket = intake.accept(message, cities.intake_rules(), at).ticket
    assert ticket
    return ticket


def do(ticket: str, action: str, at: datetime = NOW + MINUTE, **data: Any) -> Dossier:
    return casework.act(ticket, action, data, ADMIN, versions=None, once=None, now=at).found


def found(ticket: str) -> Dossier:
    dossier = cases.dossier(ticket)
    assert dossier
    return dossier


def check(ticket: str, place: dict[str, Any] | None) -> None:
    """META, the line of the timeline and the figures say that place."""
    dossier = found(ticket)
    assert dossier.case.location == place
    timeline = casework.timeline(dossier)
    assert lifecycle.replay(timeline) == casework.state_of(dossier.case)
    fact = facts.fact_of(ticket, timeline, zone=UTC, as_of=NOW + timedelta(days=1), working_minutes=lambda *given: None)
    assert fact.kelurahan == (place or {}).get("kelurahan")


@pytest.mark.parametrize(
    ("action", "data"),
    [("verify", {}), ("verify", {"category": "penerangan_jalan"}), ("assign", {"department": "dishub"})],
)
def test_who_verifies_or_assigns_takes_the_suggested_kelurahan_along(action: str, data: dict[str, Any]) -> None:
    ticket = says(LAMP)
    assert triage.suggest_for(found(ticket).case).kelurahan == "Pojok"
    done = do(ticket, action, **data)
    assert done.events[-1].data["location"] == {"kelurahan": "Pojok"}
    assert done.events[-1].data["after"]["location"] == {"kelurahan": "Pojok"}
    check(ticket, {"kelurahan": "Pojok"})


def test_the_point_on_the_map_says_it_too_and_stays_what_it_is() -> None:
    ticket = says("lampu mati")
    says(None, NOW + timedelta(seconds=10), PIN)
    do(ticket, "verify")
    place = {"lat": -7.8501, "lon": 112.0301, "name": None, "address": "Jl. Mawar 3", "kelurahan": "Dermo"}
    check(ticket, place)
    do(ticket, "assign", department="dishub", at=NOW + 2 * MINUTE)
    check(ticket, place)


def test_a_transfer_takes_it_along_where_nobody_had_it() -> None:
    ticket = says("lampu mati")
    do(ticket, "assign", department="dishub")
    check(ticket, None)
    says(None, NOW + 2 * MINUTE, PIN)
    done = do(ticket, "transfer", NOW + 3 * MINUTE, department="dpupr", note="bukan kami")
    assert done.case.location["kelurahan"] == "Dermo"
    check(ticket, done.case.location)


@pytest.mark.parametrize("place", [{"address": "Jl. Dhoho"}, {"kelurahan": "Dermo"}, {"lat": -7.8, "lon": 111.9}, None])
def test_a_place_that_staff_set_is_not_guessed_at_again(place: dict[str, Any] | None) -> None:
    ticket = says(LAMP)
    do(ticket, "set", changes={"location": place})
    do(ticket, "verify", NOW + 2 * MINUTE)
    check(ticket, place)


def test_what_is_said_with_the_action_counts() -> None:
    ticket = says(LAMP)
    do(ticket, "verify", location={"address": "Jl. Raya, kelurahan Betet"})
    check(ticket, {"address": "Jl. Raya, kelurahan Betet", "kelurahan": "Betet"})
    with pytest.raises(Problem) as refused:
        do(ticket, "assign", NOW + 2 * MINUTE, department="dishub", location={"kelurahan": "Atlantis"})
    assert refused.value.members["field"] == "location.kelurahan"


def test_nor_is_one_that_was_said_with_the_action_guessed_at_again() -> None:
    ticket, far = says(LAMP), {"lat": -7.0, "lon": 111.0}
    do(ticket, "verify", location=far)
    do(ticket, "assign", NOW + 2 * MINUTE, department="dishub")
    check(ticket, far)


def test_a_filing_on_receipt_names_the_suggested_kelurahan_but_not_where_a_hidden_reporter_lives() -> None:
    table = forwarding.codes(cities.current())
    ticket = says(LAMP)
    assert "Lokasi: Pojok" in create_body(forwarding._filing(found(ticket), []), table)["content"]
    do(ticket, "set", changes={"anonymous": True})
    assert "Lokasi:" not in create_body(forwarding._filing(found(ticket), []), table)["content"]


def test_an_answer_reaches_other_citizens_without_the_one_it_was_written_to() -> None:
    ticket = says("Saya Sulastri Wahyuningsih, hp 081233344455, anak saya diganggu preman di Gang Buntu")
    follower = says("preman gang buntu", who="2")
    values: dict[str, Any] = dict.fromkeys(("class_", "category", "department", "received_at", "note", "location"))
    phoned = entry.Entry(channel="phone", text="preman", reporter={}, secret=False, **values)
    called = entry.enter(phoned, ADMIN, once=None, now=NOW).ticket
    for number, one in enumerate((follower, called)):
        do(one, "merge", NOW + (number + 1) * MINUTE, duplicate_of=ticket)
    do(ticket, "assign", NOW + 4 * MINUTE, department="satpolpp")
    answer = (
        "Bu Sulastri Wahyuningsih (081233344455), rumah Ibu di Gang Buntu 7 sudah kami datangi; preman ditertibkan."
    )
    do(ticket, "respond", NOW + 5 * MINUTE, text=answer)
    (row,) = [row for row in found(ticket).rows if row.sk.endswith("-followers")]
    notices.spread(ticket, row, NOW + 6 * MINUTE)
    (told,) = [row for row in found(follower).rows if row.destination == "notice"]
    text = replies.text("joined_responded", ticket=follower, answer=notices.answer_text(told.payload))
    for word in ("Sulastri", "Wahyuningsih", "081233344455", "Buntu 7"):
        assert word not in text
    assert "Gang Buntu" in text and "preman ditertibkan" in text
    assert not any(word in json.dumps(told.payload) for word in ("Sulastri", "0812333"))
    # He himself is told what was written to him.
    (own,) = [event for event in found(ticket).events if event.type == "respond"]
    assert notices.answer_text({**own.data, **own.payload}) == answer
