""" "Belum pak, lampunya tetap mati" to an answered case opens it again, as the desk would; thanks do not."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chalicelib.complaints import lifecycle
from chalicelib.complaints.city import parse
from chalicelib.complaints.model import InboundMessage, Location, Media, Sender
from chalicelib.desk import casework, deadlines, intake, reopening
from chalicelib.desk.people import Staff
from chalicelib.store import cases, cities, ledger
from chalicelib.store.cases import Dossier
from chalicelib.store.tables import Case
from tests.unit.desks import TOML, desk_of_kediri

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
ADMIN = Staff("admin1", "admin", None)
STILL = "belum pak, lampunya tetap mati"


@pytest.fixture(autouse=True)
def desk(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with desk_of_kediri(monkeypatch, NOW):
        yield


def says(text: str | None, at: datetime, kind: str = "text", who: int = 1, **more: Any) -> intake.Outcome:
    sender = Sender(user_id=f"ID.{who}", phone=f"+628123456789{who}")
    message = InboundMessage(
        channel="whatsapp",
        account="106",
        id=f"wamid.{who}{text}{at}",
        sent_at=at,
        sender=sender,
        kind=kind,
        text=text,
        **more,
    )
    return intake.accept(message, cities.intake_rules(), at)


def act(ticket: str, action: str, at: datetime, **data: Any) -> None:
    casework.act(ticket, action, data, ADMIN, versions=None, once=None, now=at)


def answered(at: datetime = NOW, who: int = 1) -> str:
    ticket = says("Lampu mati di Jl. Dhoho", at, who=who).ticket
    assert ticket
    act(ticket, "assign", at + MINUTE, department="dishub")
    act(ticket, "respond", at + 2 * MINUTE, text="Sudah menyala.")
    return ticket


def found(ticket: str) -> Dossier:
    dossier = cases.dossier(ticket)
    assert dossier
    return dossier


def agrees(dossier: Dossier) -> bool:
    """Whether META is what the timeline says."""
    return lifecycle.replay(casework.timeline(dossier)) == casework.state_of(dossier.case)


def kept(case: Case) -> dict[str, Any]:
    """What of META an action may change, less what tells the two cases apart."""
    names = ("status", "department", "category", "location", "reason", "duplicate_of", "before_waiting", "responded_by")
    keys = {name: str(getattr(case, name)).replace(case.ticket, "") for name in ("queue", "qsk", "opk", "osk")}
    due = {name: getattr(case, name) for name in ("due_at", "due_clock", "updated_at", "updated_on", "lapor")}
    return {name: getattr(case, name) for name in names} | keys | due


@pytest.mark.parametrize("forgotten", [True, False])
def test_what_says_more_than_thanks_opens_it_again_as_the_desk_would(forgotten: bool) -> None:
    by_desk, now = answered(who=2), NOW + DAY
    act(by_desk, "reopen", now, note="Warga: belum menyala.")
    expected = found(by_desk)
    ticket = answered()
    if forgotten:
        intake._recent.clear()  # another process took his last message
    assert says(STILL, now) == intake.Outcome("appended", ticket)
    dossier = found(ticket)
    case = dossier.case
    assert case.status == "reopened"
    assert kept(case) == kept(expected.case)
    assert case.due_clock == "follow_up" and case.queue == "dishub" and case.qsk == f"{case.due_at}#{ticket}"
    assert [message.text for message in dossier.messages] == ["Lampu mati di Jl. Dhoho", STILL]
    assert (int(case.message_count), case.last_message_at) == (2, case.updated_at)
    (line,) = [event for event in dossier.events if event.type == "reopen"]
    (theirs,) = [event for event in expected.events if event.type == "reopen"]
    assert line.actor == "reporter"
    assert line.data.keys() == theirs.data.keys() - {"note"}
    assert all(line.data[name] == theirs.data[name] for name in ("before", "after"))
    assert line.data["due"].keys() == {"closing"}  # which his message began anew, before it was over
    told = casework.timeline(dossier)
    assert [one["type"] for one in told[-2:]] == ["message", "reopen"]
    assert agrees(dossier)
    assert {clock["name"]: clock["state"] for clock in deadlines.shown(dossier, now + MINUTE)} == {
        "verification": "met",
        "resolution": "running",
        "follow_up": "running",
        "closing": "cancelled",
    }


@pytest.mark.parametrize(
    "said",
    [
        {"text": "Terima kasih banyak, pak"},
        {"text": "\U0001f64f"},
        {"text": "\U0001f60a\U0001f60a"},
        {"text": None, "kind": "sticker"},
        {"text": None, "kind": "unsupported"},
        {"text": "Makasih min", "kind": "image", "media": Media(id="1", type="image")},
    ],
)
def test_thanks_do_not(said: dict[str, Any]) -> None:
    ticket = answered()
    assert says(at=NOW + DAY, **said) == intake.Outcome("appended", ticket)
    dossier = found(ticket)
    assert dossier.case.status == "responded"
    assert agrees(dossier)


@pytest.mark.parametrize(
    "said",
    [
        {"text": None, "kind": "image", "media": Media(id="1", type="image")},
        {"text": None, "kind": "location", "location": Location(lat=-7.8, lon=112.0)},
        {"text": "terima kasih?"},
        {"text": "?"},
    ],
)
def test_a_photo_a_place_or_a_question_does(said: dict[str, Any]) -> None:
    ticket = answered()
    assert says(at=NOW + DAY, **said) == intake.Outcome("appended", ticket)
    dossier = found(ticket)
    assert dossier.case.status == "reopened"
    assert agrees(dossier)


def test_messages_at_once_open_it_once(monkeypatch: pytest.MonkeyPatch) -> None:
    ticket = answered()
    left = ["mati total", "gelap", "tolong"]
    looked = reopening.by_message

    def others_write_meanwhile(*given: Any) -> Any:
        seen = looked(*given)
        if left:
            says(left.pop(), NOW + DAY)
        return seen

    monkeypatch.setattr(reopening, "by_message", others_write_meanwhile)
    assert says(STILL, NOW + DAY) == intake.Outcome("appended", ticket)
    dossier = found(ticket)
    assert [event.type for event in dossier.events].count("reopen") == 1
    assert {message.text for message in dossier.messages[1:]} == {"mati total", "gelap", "tolong", STILL}
    assert agrees(dossier)
    counted = ledger.ledger()
    assert (counted["accepted"], counted["appended"]) == (5, 4)


def test_what_staff_do_meanwhile_is_not_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    ticket, looked, tries = answered(), reopening.by_message, []

    def staff_write_meanwhile(*given: Any) -> Any:
        seen = looked(*given)
        tries.append(seen)
        if len(tries) == 1:
            act(ticket, "note", NOW + DAY, text="Ditelepon, tidak diangkat.")
        if len(tries) == 2:
            act(ticket, "set", NOW + DAY, changes={"secret": True})
        return seen

    monkeypatch.setattr(reopening, "by_message", staff_write_meanwhile)
    assert says(STILL, NOW + DAY) == intake.Outcome("appended", ticket)
    dossier = found(ticket)
    assert len(tries) == 3
    assert (dossier.case.status, dossier.case.secret) == ("reopened", True)
    assert agrees(dossier)


def test_a_case_closed_meanwhile_stays_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    ticket, looked = answered(), reopening.by_message

    def closed_meanwhile(*given: Any) -> Any:
        seen = looked(*given)
        if found(ticket).case.status == "responded":
            act(ticket, "close", NOW + DAY)
        return seen

    monkeypatch.setattr(reopening, "by_message", closed_meanwhile)
    opened = says(STILL, NOW + DAY)
    assert opened.kind == "opened" and opened.ticket != ticket
    assert found(ticket).case.status == "closed"


def test_a_clock_that_is_behind_does_not_put_the_reopening_before_the_answer() -> None:
    ticket = answered()
    assert says(STILL, NOW + MINUTE) == intake.Outcome("appended", ticket)  # answered a minute later
    dossier = found(ticket)
    assert [line["type"] for line in casework.timeline(dossier)][-3:] == ["respond", "message", "reopen"]
    assert dossier.case.status == "reopened"
    assert agrees(dossier)


def test_an_answer_to_an_old_conversation_and_a_closed_case_open_a_new_one() -> None:
    ticket = answered(NOW - 40 * DAY)
    late = says(STILL, NOW)
    assert late.kind == "opened" and found(ticket).case.status == "responded"
    assert late.ticket
    act(late.ticket, "assign", NOW + MINUTE, department="dishub")
    act(late.ticket, "respond", NOW + 2 * MINUTE, text="Sudah.")
    act(late.ticket, "close", NOW + 3 * MINUTE)
    assert says(STILL, NOW + DAY).kind == "opened"


def test_what_was_asked_of_a_sticker_is_answered_and_filed() -> None:
    """It waited without a word; nobody could take its reporter's answer in."""
    ticket = says(None, NOW, kind="sticker").ticket
    assert ticket
    act(ticket, "wait", NOW + MINUTE, text="Apa yang rusak, dan di mana?")
    assert says("Lampu mati di Jl. Dhoho", NOW + 2 * MINUTE) == intake.Outcome("appended", ticket)
    dossier = found(ticket)
    assert (dossier.case.status, dossier.case.text) == ("received", "Lampu mati di Jl. Dhoho")
    assert [row.destination for row in dossier.rows] == ["lapor"]
    assert agrees(dossier)


def test_where_a_city_files_what_was_verified_the_first_words_of_a_sticker_are_filed_then() -> None:
    later = TOML.replace('forward = "on_receipt"', 'forward = "on_verified"')
    assert cities.apply(parse(later), later, after=1, by="admin1", now=NOW)
    ticket = says(None, NOW, kind="sticker").ticket
    assert ticket and says("Lampu mati di Jl. Dhoho", NOW + MINUTE) == intake.Outcome("appended", ticket)
    assert found(ticket).rows == []
    act(ticket, "verify", NOW + 2 * MINUTE)
    dossier = found(ticket)
    assert [row.destination for row in dossier.rows] == ["lapor"]
    assert dossier.case.lapor == {"state": "waiting"}


def test_a_point_sent_later_keeps_what_staff_settled() -> None:
    ticket = says("Lampu mati", NOW).ticket
    assert ticket
    settled = {"lat": -7.81, "lon": 112.0, "address": "Jl. Pahlawan 3", "kelurahan": "Pojok"}
    act(ticket, "set", NOW + MINUTE, changes={"location": settled})
    pin = Location(lat=-7.85, lon=112.03)
    assert says(None, NOW + 2 * MINUTE, kind="location", location=pin) == intake.Outcome("appended", ticket)
    dossier = found(ticket)
    assert dossier.case.location == {**settled, "lat": -7.85, "lon": 112.03}
    assert agrees(dossier)
    named = Location(lat=-7.86, lon=112.04, name="Warung", address="Jl. Mawar")
    assert says(None, NOW + 3 * MINUTE, kind="location", location=named) == intake.Outcome("appended", ticket)
    assert found(ticket).case.location == {
        "lat": -7.86,
        "lon": 112.04,
        "name": "Warung",
        "address": "Jl. Mawar",
        "kelurahan": "Pojok",
    }
    # Also where it opens the case again.
    act(ticket, "assign", NOW + 4 * MINUTE, department="dishub")
    act(ticket, "respond", NOW + 5 * MINUTE, text="Sudah.")
    assert says(None, NOW + 6 * MINUTE, kind="location", location=pin) == intake.Outcome("appended", ticket)
    dossier = found(ticket)
    assert (dossier.case.status, dossier.case.location["kelurahan"]) == ("reopened", "Pojok")
    assert (dossier.case.location["lat"], dossier.case.location["address"]) == (-7.85, "Jl. Mawar")
    assert agrees(dossier)
