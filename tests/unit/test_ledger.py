"""The ledger balances at every moment, not only when everybody has gone home."""

import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pynamodb.connection.base import Connection

from chalicelib.complaints.model import InboundMessage, Sender
from chalicelib.complaints.ticket import new_ticket
from chalicelib.store import intake, ledger, outbox
from chalicelib.store.items import Row
from chalicelib.store.keys import iso
from chalicelib.store.tables import Event, LedgerShard, OutboxRow
from tests.unit.tables import empty_tables

NOW = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
LATER = NOW + timedelta(days=30)
KEY = "OUT#lapor#case"
EACH = 12
STATES = ("waiting", "failed", "ambiguous")


@pytest.fixture(autouse=True)
def tables() -> Iterator[None]:
    with empty_tables():
        yield


def ticket_of(number: int) -> str:
    return new_ticket("KDR", lambda _bits: number * 104_729)


def opened(number: int) -> str:
    """A case comes in: due for LAPOR! and for its reporter."""
    ticket = ticket_of(number)
    message = InboundMessage(
        channel="whatsapp",
        account="106",
        id=f"wamid.{number}",
        sent_at=NOW,
        sender=Sender(user_id=f"ID.{number}", phone=None, name=None, username=None),
        kind="text",
        text="Lampu mati",
        location=None,
        media=None,
        reply_to=None,
        extra={},
    )
    rows = [Row("lapor", "case", {}), Row("reporter", f"{number}", {"kind": "opened", "to": "+62"})]
    written = intake.open_case(ticket, message, rows, look_at=LATER, until=LATER, now=NOW, replaces=(), wordless=False)
    assert isinstance(written, intake.Written)
    return ticket


def ended(ticket: str, state: str) -> None:
    """Its filing ends so."""
    row = outbox.get(ticket, KEY)
    assert row is not None
    event = Event(pk=row.pk, sk=f"EVT#{iso(NOW)}#1", type=f"lapor_{state}", at=iso(NOW), actor="system")
    assert outbox.settle(row, state=state, reason=None, result={}, lapor={"state": state}, event=event, now=NOW)


def told(number: int) -> None:
    """Its reporter has his answer."""
    row = outbox.get(ticket_of(number), f"OUT#reporter#{number}")
    assert row is not None
    assert outbox.confirm(row, result={}, now=NOW)


def check(counted: dict[str, Any]) -> None:
    assert counted["accepted"] == sum(counted[name] for name in ledger.OUTCOMES)
    for name, found in counted["destinations"].items():
        assert found["due"] == sum(found[state] for state in (*STATES, "confirmed")), (name, found)
        assert min(found.values()) >= 0, (name, found)


def between_reads(monkeypatch: pytest.MonkeyPatch, happens: Callable[[int], None]) -> None:
    """Something happens before each of the ledger's reads. `happens`: told which read it is."""
    reads, real_count, real_shards = [0], outbox.count, ledger._shards

    def then(read: Callable[..., Any], *arguments: str) -> Any:
        reads[0] += 1
        happens(reads[0])
        return read(*arguments)

    monkeypatch.setattr(outbox, "count", lambda *arguments: then(real_count, *arguments))
    monkeypatch.setattr(ledger, "_shards", lambda: then(real_shards))


def test_at_rest_every_number_is_what_is_stored() -> None:
    for number in range(1, 11):
        opened(number)
    for number, state in ((1, "ambiguous"), (2, "failed"), (3, "failed"), (4, "confirmed"), (5, "confirmed")):
        ended(ticket_of(number), state)
    for number in (1, 2, 3):
        told(number)
    counted = ledger.ledger()
    assert counted["destinations"]["lapor"] == {
        "due": 10, "confirmed": 2, "waiting": 5, "failed": 2, "ambiguous": 1,
    }  # fmt: skip
    assert counted["destinations"]["reporter"] == {
        "due": 10, "confirmed": 3, "waiting": 7, "failed": 0, "ambiguous": 0,
    }  # fmt: skip
    assert (counted["accepted"], counted["opened"]) == (10, 10)


def test_a_filing_that_vanished_unconfirmed_shows() -> None:
    ticket = opened(1)
    OutboxRow(pk=f"C#{ticket}", sk=KEY).update(actions=[OutboxRow.opk.remove(), OutboxRow.osk.remove()])
    assert outbox.count("lapor", "waiting") == 0
    assert ledger.ledger()["destinations"]["lapor"]["waiting"] == 1


@pytest.mark.parametrize("state", ["confirmed", "failed", "ambiguous"])
def test_it_balances_whatever_happens_between_its_reads(monkeypatch: pytest.MonkeyPatch, state: str) -> None:
    """Before each read a case comes in and is done with."""
    numbers = iter(range(1, 1000))

    def happens(_read: int) -> None:
        number = next(numbers)
        ended(opened(number), state)
        told(number)

    for number in (501, 502):
        opened(number)
    between_reads(monkeypatch, happens)
    for _ in range(2):
        check(ledger.ledger())


def test_it_balances_although_the_shares_are_not_read_in_one_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    """DynamoDB reads the items of a batch one by one: a case may be due in one already read, confirmed in the next."""
    numbers = iter(range(1, 1000))

    def one_by_one(keys: list[str], consistent_read: bool) -> Iterator[LedgerShard]:
        assert consistent_read
        for key in keys:
            ended(opened(next(numbers)), "confirmed")
            with suppress(LedgerShard.DoesNotExist):
                yield LedgerShard.get(key, consistent_read=True)

    monkeypatch.setattr(LedgerShard, "batch_get", one_by_one)
    for _ in range(3):
        check(ledger.ledger())


@pytest.mark.parametrize("at", range(1, 20))
def test_it_balances_when_a_person_decides_between_two_reads(monkeypatch: pytest.MonkeyPatch, at: int) -> None:
    ticket = opened(1)
    ended(ticket, "ambiguous")
    between_reads(monkeypatch, lambda read: ended(ticket, "confirmed") if read == at else None)
    check(ledger.ledger())
    check(ledger.ledger())


def test_it_balances_while_threads_write(monkeypatch: pytest.MonkeyPatch) -> None:
    failures: list[Exception] = []
    one_call = threading.Lock()
    real = Connection._make_api_call

    def alone(self: Connection, *arguments: Any) -> Any:
        with one_call:  # moto is not made for threads; between two calls anybody may go on
            return real(self, *arguments)

    monkeypatch.setattr(Connection, "_make_api_call", alone)

    def live(first: int) -> None:
        try:
            for number in range(first, first + EACH):
                ended(opened(number), ("confirmed", "failed", "ambiguous")[number % 3])
                told(number)
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=live, args=(1 + EACH * thread,)) for thread in range(3)]
    for thread in threads:
        thread.start()
    seen = set()
    while any(thread.is_alive() for thread in threads):
        counted = ledger.ledger()
        check(counted)
        seen.add(counted["opened"])
    assert failures == []
    assert len(seen) > 2, "else nothing was looked at while it happened"
    counted = ledger.ledger()
    check(counted)
    assert counted["destinations"]["lapor"]["waiting"] == 0
    assert counted["opened"] == 3 * EACH
