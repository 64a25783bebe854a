"""Two workers and one row: whatever the order, only one acts, and what LAPOR! answered is never lost."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pynamodb.connection.base import Connection
from pynamodb.exceptions import CancellationReason, TransactWriteError, VerboseClientError

from chalicelib.store import outbox
from chalicelib.store.items import waiting
from chalicelib.store.keys import iso
from chalicelib.store.tables import COMPLAINTS_TABLE, Case, Event, LedgerShard, Message, OutboxRow
from chalicelib.store.transaction import Transaction
from tests.unit.tables import empty_tables

NOW = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
SOON = NOW + timedelta(minutes=3)
TICKET = "KDR-7Q4M-2X9D"
KEY = "OUT#lapor#case"


RECEIPT = "MSG#2026-11-21T02:00:00.000Z#00000001"


@pytest.fixture(autouse=True)
def tables() -> Iterator[None]:
    with empty_tables():
        OutboxRow(
            pk=f"C#{TICKET}",
            sk=KEY,
            opk="lapor#waiting",
            osk=f"{iso(NOW)}#{TICKET}",
            destination="lapor",
            state="waiting",
            created_at=iso(NOW),
        ).save()
        Case(
            pk=f"C#{TICKET}",
            lsk="x",
            updated_on="2026-11-21",
            ticket=TICKET,
            status="received",
            class_="complaint",
            channel="whatsapp",
            reporter={},
            received_at=iso(NOW),
            updated_at=iso(NOW),
            last_message_at=iso(NOW),
            message_count=1,
            version=1,
        ).save()
        yield


def row() -> OutboxRow:
    found = outbox.get(TICKET, KEY)
    assert found is not None
    return found


def claimed() -> OutboxRow:
    mine = row()
    assert outbox.claim(mine, phase="creating", until=SOON, now=NOW)
    return mine


def settle(mine: OutboxRow, state: str = "confirmed") -> bool:
    event = Event(pk=mine.pk, sk="EVT#1", type="lapor_confirmed", at=iso(NOW), actor="system")
    return outbox.settle(
        mine, state=state, reason=None, result={"complaint_id": "7"}, lapor={"state": state}, event=event, now=NOW
    )


def test_a_row_is_claimed_once() -> None:
    late = row()
    mine = claimed()
    assert mine.lease_until.startswith(iso(SOON))
    assert not outbox.claim(late, phase="creating", until=SOON, now=NOW)
    assert not outbox.claim(row(), phase="creating", until=SOON, now=NOW)
    assert row().attempts == 1


def test_an_expired_lease_can_be_claimed_anew() -> None:
    claimed()
    later = SOON + timedelta(seconds=1)
    assert outbox.claim(row(), phase="preparing", until=later + timedelta(minutes=3), now=later)
    assert (row().phase, row().attempts) == ("preparing", 2)


def test_a_claim_whose_answer_was_lost_is_recognised(monkeypatch: pytest.MonkeyPatch) -> None:
    real = Connection._make_api_call
    calls = []

    def twice(self: Connection, operation: str, kwargs: dict[str, Any]) -> Any:
        calls.append(operation)
        if operation == "UpdateItem" and calls.count("UpdateItem") == 1:
            real(self, operation, kwargs)  # it arrived, its answer did not
        return real(self, operation, kwargs)

    monkeypatch.setattr(Connection, "_make_api_call", twice)
    assert outbox.claim(row(), phase="creating", until=SOON, now=NOW)


@pytest.mark.parametrize("act", ["put_off", "refuse", "confirm", "advance", "settle"])
def test_who_does_not_hold_the_lease_changes_nothing(act: str) -> None:
    late = row()
    mine = claimed()
    did = {
        "put_off": lambda: outbox.put_off(late, until=SOON, reason="late"),
        "refuse": lambda: outbox.refuse(late, reason="late", now=NOW),
        "confirm": lambda: outbox.confirm(late, result={}, now=NOW),
        "advance": lambda: outbox.advance(late, phase="filed", result={}),
        "settle": lambda: settle(late),
    }[act]()
    assert not did
    now = row()
    assert (now.state, now.phase, now.lease_until) == ("waiting", "creating", mine.lease_until)
    assert settle(mine)


def test_settling_changes_row_case_timeline_and_count_together() -> None:
    assert settle(claimed())
    now = row()
    assert now.state == "confirmed"
    assert now.result == {"complaint_id": "7"}
    assert [name for name in ("opk", "osk", "lease_until") if getattr(now, name) is not None] == []
    assert Case.get(f"C#{TICKET}", "META").lapor == {"state": "confirmed"}
    assert Event.get(f"C#{TICKET}", "EVT#1").type == "lapor_confirmed"
    assert sum(shard.confirmed_lapor or 0 for shard in LedgerShard.scan()) == 1


def test_a_conflict_with_a_citizens_message_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither emulator ever answers TransactionConflict; DynamoDB does, when two transactions touch one case."""
    mine = claimed()
    real = Connection.transact_write_items
    refusals = iter([True, True, False])

    def busy(self: Connection, *args: Any, **kwargs: Any) -> Any:
        if next(refusals, False):
            cause = VerboseClientError(
                {"Error": {"Code": "TransactionCanceledException"}},
                "TransactWriteItems",
                {},
                cancellation_reasons=[CancellationReason(code="TransactionConflict")],
            )
            raise TransactWriteError("busy", cause)
        return real(self, *args, **kwargs)

    monkeypatch.setattr(Connection, "transact_write_items", busy)
    assert settle(mine)
    assert row().state == "confirmed"


def test_a_fault_of_ours_rests_longer_each_time_and_ends_with_a_person() -> None:
    due = []
    for _ in range(outbox.MOST_STUMBLES):
        outbox.stumbled(TICKET, KEY, NOW)
        due.append(row().osk)
    assert due[:-1] == sorted(due[:-1])
    assert (row().state, row().opk) == ("failed", "lapor#failed")


def test_a_due_row_is_announced_by_one_sweeper() -> None:
    (first,) = outbox.due("lapor", NOW + timedelta(seconds=1), limit=10)
    assert outbox.touch(first, until=SOON)
    assert not outbox.touch(first, until=SOON)
    assert list(outbox.due("lapor", NOW + timedelta(seconds=1), limit=10)) == []
    assert [item.ticket for item in outbox.due("lapor", SOON + timedelta(seconds=1), limit=10)] == [TICKET]


@pytest.fixture
def receipt() -> OutboxRow:
    """A message that is the row of its receipt."""
    item = {"pk": f"C#{TICKET}", "sk": RECEIPT, "message_id": "wamid.1", "channel": "whatsapp", "kind": "text"}
    item |= {"text": "lampu mati", "sent_at": iso(NOW), "received_at": iso(NOW)}
    transaction = Transaction()
    transaction.put(COMPLAINTS_TABLE, item | waiting(TICKET, "reporter", {"kind": "opened", "to": "+62"}, NOW))
    assert transaction.commit() is None
    return outbox.get(TICKET, RECEIPT)  # type: ignore[return-value]  # just written


def test_a_message_that_is_the_row_of_its_receipt_is_put_off_swept_and_confirmed_as_itself(receipt: OutboxRow) -> None:
    assert outbox.put_off(receipt, until=SOON, reason="Retryable", tried=True)
    (found,) = outbox.due("reporter", SOON + timedelta(seconds=1), limit=10)
    assert (found.ticket, found.key) == (TICKET, RECEIPT)
    assert outbox.touch(found, until=SOON + timedelta(minutes=5))
    receipt.refresh(consistent_read=True)
    assert receipt.attempts == 1
    assert outbox.confirm(receipt, result={"id": "wamid.2"}, now=SOON)
    assert outbox.count("reporter", "waiting") == 0
    message = Message.get(f"C#{TICKET}", RECEIPT)
    assert (message.text, message.state, message.stored) == ("lampu mati", "confirmed", None)
    assert not outbox.confirm(OutboxRow(pk=receipt.pk, sk=RECEIPT, state="waiting"), result={}, now=SOON)


def test_a_receipt_that_nobody_takes_waits_for_a_person(receipt: OutboxRow) -> None:
    assert outbox.refuse(receipt, reason="refused, code 131026", now=SOON)
    assert [(one.ticket, one.key) for one in outbox.listed("reporter", "failed", limit=10)] == [(TICKET, RECEIPT)]
    assert Message.get(f"C#{TICKET}", RECEIPT).text == "lampu mati"
