"""A "Terima kasih" after the answer belongs to the case it is for; whatever says more opens a new one."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chalicelib.complaints.model import InboundMessage, Sender
from chalicelib.desk import casework, intake
from chalicelib.desk.people import Staff
from chalicelib.store import cases, cities, ledger
from chalicelib.store.tables import Case
from chalicelib.store.transaction import Transaction
from tests.unit.desks import desk_of_kediri

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
DAY = timedelta(days=1)
ADMIN = Staff("admin1", "admin", None)
THANKS = "Terima kasih banyak, pak"


@pytest.fixture(autouse=True)
def desk(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with desk_of_kediri(monkeypatch, NOW):
        yield


def says(text: str | None, at: datetime, kind: str = "text") -> intake.Outcome:
    sender = Sender(user_id="ID.1", phone="+6281234567890")
    message = InboundMessage(
        channel="whatsapp", account="106", id=f"wamid.{at}", sent_at=at, sender=sender, kind=kind, text=text
    )
    return intake.accept(message, cities.intake_rules(), at)


def over(how: str = "rejected") -> str:
    """A case that is finished a month after its citizen wrote last."""
    ticket = says("Lampu mati", NOW - 40 * DAY).ticket
    assert ticket
    acts: dict[str, list[tuple[str, dict[str, Any]]]] = {
        "rejected": [("reject", {"reason": "not_our_authority"})],
        "closed": [("assign", {"department": "dishub"}), ("respond", {"text": "Sudah menyala."}), ("close", {})],
    }
    for number, (action, data) in enumerate(acts[how]):
        at = NOW + timedelta(minutes=number)
        casework.act(ticket, action, data, ADMIN, versions=None, once=None, now=at)
    return ticket


def case_of(ticket: str) -> Case:
    case = cases.get(ticket)
    assert case
    return case


@pytest.mark.parametrize("how", ["closed", "rejected"])
@pytest.mark.parametrize("forgotten", [True, False])
def test_thanks_join_the_finished_case(how: str, forgotten: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    ticket = over(how)
    before, filing = case_of(ticket), ledger.ledger()["destinations"]
    if forgotten:
        intake._recent.clear()  # another process took his last message
    calls: list[int] = []
    commit = Transaction.commit
    monkeypatch.setattr(Transaction, "commit", lambda self: calls.append(1) or commit(self))  # type: ignore[func-returns-value]
    assert says(THANKS, NOW + DAY) == intake.Outcome("appended", ticket)
    assert len(calls) == (3 if forgotten else 2)  # a new case would have been one more, with its publish
    found = cases.dossier(ticket)
    assert found is not None
    after = found.case
    assert (after.status, after.text, after.lapor, after.osk) == (how, "Lampu mati", before.lapor, before.osk)
    assert (int(after.message_count), int(after.version)) == (2, int(before.version) + 1)
    assert [message.text for message in found.messages] == ["Lampu mati", THANKS]
    counted = ledger.ledger()
    assert (counted["accepted"], counted["opened"], counted["appended"]) == (2, 1, 1)
    assert counted["destinations"] == filing  # no receipt, no filing


def test_what_comes_after_the_thanks_is_a_new_case() -> None:
    ticket = over()
    says(THANKS, NOW + DAY)
    again = says("Lampu mati lagi", NOW + DAY + timedelta(minutes=1))
    assert again.kind == "opened" and again.ticket != ticket
    assert says("terima kasih", NOW + DAY + timedelta(minutes=2)) == intake.Outcome("appended", again.ticket)


@pytest.mark.parametrize("text", ["Terima kasih, lampu masih mati", "terima kasih?", "Belum", None])
def test_what_says_more_opens_a_new_case(text: str | None) -> None:
    ticket = over()
    opened = says(text, NOW + DAY)
    assert opened.kind == "opened" and opened.ticket != ticket


def test_thanks_that_come_late_open_a_new_case() -> None:
    ticket = over()
    opened = says(THANKS, NOW + intake.COURTESY_DAYS * DAY + timedelta(hours=1))
    assert opened.kind == "opened" and opened.ticket != ticket


def test_thanks_after_a_picture_that_nobody_could_file_file_nothing() -> None:
    ticket = says(None, NOW, kind="sticker").ticket
    assert ticket
    casework.act(ticket, "reject", {"reason": "spam"}, ADMIN, versions=None, once=None, now=NOW + DAY)
    assert says(THANKS, NOW + 2 * DAY) == intake.Outcome("appended", ticket)
    case = case_of(ticket)
    assert case.text is None
    assert (case.status, case.lapor["state"]) == ("rejected", "held")
    assert ledger.ledger()["destinations"]["lapor"]["due"] == 0
