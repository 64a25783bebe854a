"""The life of an outbox row: claimed under a lease, then confirmed, put off, refused or declared ambiguous.

Every step is one conditional write that names the lease it was made under (or that there was none), so two workers
(SQS delivers at least once) cannot both act on a row, nor can a late one undo what another is doing.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from secrets import token_hex
from typing import Any

from pynamodb.expressions.update import Action
from pynamodb.transactions import TransactWrite

from chalicelib.store.aws import SHARED
from chalicelib.store.conditional import refusal, update
from chalicelib.store.items import FILING, outbox_row, shard
from chalicelib.store.items import count as count_in_ledger
from chalicelib.store.items import due as rows_due
from chalicelib.store.keys import case_key, iso
from chalicelib.store.tables import COMPLAINTS_TABLE, META, Case, Event, LedgerShard, OutboxRow
from chalicelib.store.transaction import ABSENT, CONFLICT, StoreUnavailable, Transaction, pause

WAITING, CONFIRMED, FAILED, AMBIGUOUS = "waiting", "confirmed", "failed", "ambiguous"
# Withdrawn: it was addressed to, or came from, a person who was erased (store/erasure.py).
ERASED = "erased"
UNCONFIRMED = (WAITING, FAILED, AMBIGUOUS)

# A row on which our own code fails this often is handed to a person: two days of ever longer rests.
MOST_STUMBLES = 12
# A transaction beside another on the same case (a citizen sending an album) is refused, not queued.
CONFLICT_TRIES = 6
LONGEST_PAUSE_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Due:
    """A row the sweeper found waiting beyond its time."""

    ticket: str
    key: str
    osk: str


def order_filing(ticket: str, now: datetime) -> bool:
    """Write the filing of a case that was held back; False when it has one already."""
    transaction = Transaction()
    transaction.put(COMPLAINTS_TABLE, outbox_row(ticket, FILING, now), ABSENT)
    transaction.update(
        COMPLAINTS_TABLE,
        {"pk": case_key(ticket), "sk": META},
        "SET lapor = :lapor, updated_at = :at, updated_on = :day REMOVE wordless ADD version :one",
        {":lapor": {"state": WAITING}, ":at": iso(now), ":day": iso(now)[:10], ":one": 1},
        ("attribute_exists(pk)", {}),
    )
    count_in_ledger(transaction, ticket, rows_due([FILING]))
    return transaction.commit() is None


def get(ticket: str, key: str) -> OutboxRow | None:
    """The row as it is now."""
    try:
        return OutboxRow.get(case_key(ticket), key, consistent_read=True)
    except OutboxRow.DoesNotExist:
        return None


def claim(row: OutboxRow, *, phase: str, until: datetime, now: datetime) -> bool:
    """Take a waiting row for this worker until `until`; False when it is not to be had.

    `phase` is kept with the lease: whoever finds it expired must know how far the last worker may have come.
    """
    lease = f"{iso(until)}#{token_hex(4)}"  # sorts by time, and is ours alone
    claimed = update(
        row,
        [OutboxRow.lease_until.set(lease), OutboxRow.phase.set(phase), OutboxRow.attempts.add(1)],
        (OutboxRow.state == WAITING)
        & (OutboxRow.lease_until.does_not_exist() | (OutboxRow.lease_until < iso(now)))
        & (OutboxRow.attempts == (row.attempts or 0)),
    )
    if not claimed:
        # botocore repeats a call whose answer was lost; then the condition fails although the lease is ours.
        row.refresh(consistent_read=True)
        claimed = row.lease_until == lease
    return claimed


def advance(row: OutboxRow, *, phase: str, result: Mapping[str, Any]) -> bool:
    """Note how far the holder of the lease has come, and what it has in hand so far."""
    return update(
        row,
        [OutboxRow.phase.set(phase), OutboxRow.result.set(dict(result))],
        _held(row),
    )


def put_off(row: OutboxRow, *, until: datetime, reason: str, tried: bool = False) -> bool:
    """Release a row that certainly did not arrive; it is due again at `until`.

    `tried` counts an attempt that was made without a claim.
    """
    ticket = row.pk.removeprefix("C#")
    actions: list[Action] = [
        OutboxRow.osk.set(f"{iso(until)}#{ticket}"),
        OutboxRow.last_error.set(reason),
        OutboxRow.lease_until.remove(),
        OutboxRow.phase.remove(),
    ]
    if tried:
        actions.append(OutboxRow.attempts.add(1))
    return update(row, actions, _held(row))


def confirm(row: OutboxRow, *, result: Mapping[str, Any], now: datetime, also: Sequence[Action] = ()) -> bool:
    """The destination has it: the row leaves the index. `also`: what else of the item changes with that."""
    return update(row, [*_confirmed(result, now), *also], _held(row))


def settle(
    row: OutboxRow,
    *,
    state: str,
    reason: str | None,
    result: Mapping[str, Any],
    lapor: Mapping[str, Any],
    event: Event | None,
    now: datetime,
) -> bool:
    """End a filing in `state`: row, case and timeline together. False when the row had been settled before."""
    transaction = TransactWrite(connection=SHARED)
    if event is not None:
        transaction.save(event)
    if state == CONFIRMED:
        actions = _confirmed(result, now)
        # Counted for itself, so that the ledger would show a filing that vanished from the index unconfirmed.
        transaction.update(LedgerShard(pk=shard(row.pk)), actions=[LedgerShard.confirmed_lapor.add(1)])
    else:
        at = iso(now)
        ticket = row.pk.removeprefix("C#")
        actions = [
            OutboxRow.state.set(state),
            OutboxRow.opk.set(f"{row.destination}#{state}"),
            OutboxRow.osk.set(f"{at}#{ticket}"),
            OutboxRow.last_error.set(reason or state),
            OutboxRow.result.set(dict(result)),
            OutboxRow.lease_until.remove(),
            OutboxRow.phase.remove(),
        ]
    transaction.update(row, actions=actions, condition=_held(row))
    transaction.update(
        Case(pk=row.pk, sk=META),
        actions=[
            Case.lapor.set(dict(lapor)),
            Case.updated_at.set(iso(now)),
            Case.updated_on.set(iso(now)[:10]),
        ],
        # A case that was erased meanwhile is not written anew.
        condition=Case.pk.exists(),
    )
    return _sent(transaction)


def refuse(row: OutboxRow, *, reason: str, now: datetime) -> bool:
    """The destination will never take it: it waits for a person."""
    ticket = row.pk.removeprefix("C#")
    return update(
        row,
        [
            OutboxRow.state.set(FAILED),
            OutboxRow.opk.set(f"{row.destination}#{FAILED}"),
            OutboxRow.osk.set(f"{iso(now)}#{ticket}"),
            OutboxRow.last_error.set(reason),
            OutboxRow.lease_until.remove(),
        ],
        _held(row),
    )


def stumbled(ticket: str, key: str, now: datetime) -> None:
    """A worker failed on a row by a fault of ours: let it rest longer each time, and in the end wait for a person."""
    row = get(ticket, key)
    if row is None or row.state != WAITING:
        return
    stumbles = int(row.stumbles or 0) + 1
    if stumbles >= MOST_STUMBLES:
        refuse(row, reason="a fault of ours, again and again", now=now)
        return
    rest = timedelta(minutes=min(5 * 2**stumbles, 360))
    until = f"{iso(now + rest)}#{ticket}"
    update(row, [OutboxRow.stumbles.set(stumbles), OutboxRow.osk.set(until)], OutboxRow.state == WAITING)


def due(destination: str, now: datetime, *, limit: int) -> Iterator[Due]:
    """Waiting rows whose time has come, the longest waiting first."""
    found = OutboxRow.by_outbox.query(f"{destination}#{WAITING}", OutboxRow.osk < f"{iso(now)}#", limit=limit)
    for row in found:
        yield Due(row.pk.removeprefix("C#"), row.sk, row.osk or "")


def touch(item: Due, *, until: datetime) -> bool:
    """Move a due row on, so that only one sweeper announces it. False when another was first."""
    row = OutboxRow(pk=case_key(item.ticket), sk=item.key)
    return update(
        row,
        [OutboxRow.osk.set(f"{iso(until)}#{item.ticket}")],
        (OutboxRow.osk == item.osk) & (OutboxRow.state == WAITING),
    )


def count(destination: str, state: str) -> int:
    """How many rows of a destination are in a state that is not confirmed."""
    return int(OutboxRow.by_outbox.count(f"{destination}#{state}"))


def listed(destination: str, state: str, *, limit: int) -> list[Due]:
    """The rows in a state, the oldest first."""
    found = OutboxRow.by_outbox.query(f"{destination}#{state}", limit=limit)
    return [Due(row.pk.removeprefix("C#"), row.sk, row.osk or "") for row in found]


def _confirmed(result: Mapping[str, Any], now: datetime) -> list[Any]:
    return [
        OutboxRow.state.set(CONFIRMED),
        OutboxRow.result.set(dict(result)),
        OutboxRow.confirmed_at.set(iso(now)),
        OutboxRow.opk.remove(),
        OutboxRow.osk.remove(),
        OutboxRow.lease_until.remove(),
    ]


def _held(row: OutboxRow) -> Any:
    """That the row is as this worker knows it: the same state, under the same lease or none."""
    lease = OutboxRow.lease_until
    return (OutboxRow.state == row.state) & (lease == row.lease_until if row.lease_until else lease.does_not_exist())


def _sent(transaction: TransactWrite) -> bool:
    for attempt in range(CONFLICT_TRIES):
        if attempt:
            pause(attempt, longest=LONGEST_PAUSE_SECONDS)
        if (refused := refusal(transaction)) != CONFLICT:
            return refused is None
    raise StoreUnavailable("the case is being written by others")
