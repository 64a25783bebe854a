"""Two who write one item at once: DynamoDB has two ways to say so, and both mean that the other was faster."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
from pynamodb.connection import Connection
from pynamodb.exceptions import CancellationReason, TransactWriteError, VerboseClientError
from pynamodb.transactions import TransactWrite

from chalicelib.complaints.city import parse
from chalicelib.complaints.rollup import Rollup
from chalicelib.store import cities, figures
from chalicelib.store.aws import SHARED
from chalicelib.store.conditional import committed, refusal
from chalicelib.store.tables import LedgerShard
from infra.package import ROOT
from tests.unit.tables import empty_tables

NOW = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
TOML = (ROOT / "infra/cities/kediri.toml").read_text(encoding="utf-8")
CONDITION, CONFLICT, THROTTLED = "ConditionalCheckFailed", "TransactionConflict", "ThrottlingError"


@pytest.fixture(autouse=True)
def tables() -> Iterator[None]:
    with empty_tables():
        yield


Refuse = Callable[..., None]


@pytest.fixture
def refused(monkeypatch: pytest.MonkeyPatch) -> Refuse:
    """Neither emulator ever answers TransactionConflict; DynamoDB does, when two transactions touch one item."""

    def because(*codes: str | None) -> None:
        def answer(self: Connection, *args: Any, **kwargs: Any) -> Any:
            reasons = [CancellationReason(code=code) if code else None for code in codes]
            error = {"Error": {"Code": "TransactionCanceledException" if codes else "InternalServerError"}}
            cause = VerboseClientError(error, "TransactWriteItems", {}, cancellation_reasons=reasons)
            raise TransactWriteError("refused", cause)

        monkeypatch.setattr(Connection, "transact_write_items", answer)

    return because


def one() -> TransactWrite:
    transaction = TransactWrite(connection=SHARED)
    transaction.save(LedgerShard("LEDGER#0"), condition=LedgerShard.pk.does_not_exist())
    return transaction


def test_a_transaction_is_made_once() -> None:
    assert committed(one())
    assert not committed(one())


@pytest.mark.parametrize(
    ("codes", "why"),
    [
        ((CONDITION, None), CONDITION),
        ((None, CONFLICT), CONFLICT),
        ((CONFLICT, CONDITION), CONDITION),
        ((CONDITION, THROTTLED), CONDITION),  # it would be refused the next time, too
    ],
)
def test_somebody_was_faster(codes: tuple[str | None, ...], why: str, refused: Refuse) -> None:
    refused(*codes)
    assert refusal(one()) == why
    assert not committed(one())


@pytest.mark.parametrize("codes", [(THROTTLED,), (CONFLICT, THROTTLED), ("ValidationError", None), ()])
def test_whatever_else_refuses_it_says_nothing_of_others(codes: tuple[str | None, ...], refused: Refuse) -> None:
    refused(*codes)
    with pytest.raises(TransactWriteError):
        committed(one())


def test_a_city_that_somebody_else_is_applying_is_not_applied(refused: Refuse) -> None:
    refused(CONFLICT, None)
    assert not cities.apply(parse(TOML), TOML, after=0, by="admin1", now=NOW)


def test_a_day_that_somebody_else_is_adding_up_is_not_kept(refused: Refuse, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(figures, "PART_BYTES", 5)
    refused(CONFLICT, None)
    assert not figures.put_rollup(figures.OWN, date(2026, 3, 2), figures.NOW, Rollup(), figures.Head())
