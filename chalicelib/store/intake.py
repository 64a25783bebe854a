"""The transactions by which a message becomes, or joins, a case. Each is all or nothing.

Nothing is read first: the transaction states what it believes (this message is new, this citizen has no open case)
and a refusal says what is true instead. That is one call for a new case instead of two, and no race between
looking and writing: six photos sent at once cannot make six cases (chatwoot#10798, chatwoot PR#13523).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from msgspec import to_builtins

from chalicelib.complaints.model import InboundMessage
from chalicelib.store.keys import case_key, digest, iso, marker_key, message_key
from chalicelib.store.tables import CASES, COMPLAINTS_TABLE, CONTROL_TABLE, META, Conversation, LedgerShard
from chalicelib.store.transaction import ABSENT, Condition, StoreUnavailable, Transaction, failed, found

# WhatsApp redelivers for 7 days; a month leaves room for a provider that is down longer.
MARKER_DAYS = 30
LEDGER_SHARDS = 16
# The sweeper leaves a fresh row alone this long: the queue is normally done with it in seconds.
SWEEP_AFTER = timedelta(seconds=90)


@dataclass(frozen=True, slots=True)
class Row:
    """An outbox row to be written: for whom, which, and what the sender needs to know."""

    destination: Literal["lapor", "reporter", "media"]
    id: str
    payload: dict[str, Any]

    @property
    def key(self) -> str:
        """The sort key within the case."""
        return f"OUT#{self.destination}#{self.id}"


@dataclass(frozen=True, slots=True)
class Written:
    """The transaction was accepted."""


@dataclass(frozen=True, slots=True)
class Duplicate:
    """This message was accepted before; `ticket` is its case, if it has one."""

    ticket: str | None


@dataclass(frozen=True, slots=True)
class BelongsTo:
    """The citizen already has a conversation about `ticket`."""

    ticket: str
    unlinked: tuple[str, ...]
    """Identities of his that do not lead there yet."""


@dataclass(frozen=True, slots=True)
class NotOpen:
    """The case is closed, too old to join, or gone."""


@dataclass(frozen=True, slots=True)
class Busy:
    """Somebody else is writing the same items; try again."""


Refusal = Duplicate | BelongsTo | NotOpen | Busy


def open_case(
    ticket: str,
    message: InboundMessage,
    rows: Sequence[Row],
    *,
    replaces: str | None,
    until: datetime,
    now: datetime,
) -> Written | Refusal:
    """Write a new case with its first message, outbox rows, dedup marker, conversation and counts.

    `replaces`: the finished case that the citizen's conversation may still point at.
    `until`: when the conversation may be forgotten.
    """
    identities = message.sender.identities(message.channel, message.account)
    transaction = Transaction()
    _mark(transaction, message, "opened", ticket, now)
    transaction.put(COMPLAINTS_TABLE, _case(ticket, message, rows, now), ABSENT)
    for identity in identities:
        _link(transaction, identity, ticket, replaces, until)
    transaction.put(COMPLAINTS_TABLE, _message(ticket, message, now))
    for row in rows:
        transaction.put(COMPLAINTS_TABLE, outbox_row(ticket, row, now))
    _count(transaction, "opened", message.id, rows)
    reasons = transaction.commit()
    if reasons is None:
        return Written()
    if failed(reasons[0]):
        return Duplicate(found(reasons[0], "ticket"))
    links = dict(zip(identities, reasons[2:], strict=False))
    known = [taken for reason in links.values() if failed(reason) and (taken := found(reason, "ticket"))]
    if known:
        # The user id outlives the number, so it is asked first (complaints/model.py).
        return BelongsTo(known[0], tuple(name for name, reason in links.items() if not failed(reason)))
    return Busy()  # also when the random ticket was taken: the next try has another


def append(
    ticket: str,
    message: InboundMessage,
    rows: Sequence[Row],
    *,
    unlinked: Sequence[str],
    replaces: str | None,
    open_statuses: Sequence[str],
    since: datetime,
    until: datetime,
    now: datetime,
) -> Written | Refusal:
    """Add a message to an open case whose last message is not older than `since`.

    `unlinked`: identities of the citizen that do not lead to this case yet, or still to the finished case `replaces`.
    """
    at = iso(now)
    transaction = Transaction()
    _mark(transaction, message, "appended", ticket, now)
    transaction.put(COMPLAINTS_TABLE, _message(ticket, message, now))
    for identity in unlinked:
        _link(transaction, identity, ticket, replaces, until)
    for row in rows:
        transaction.put(COMPLAINTS_TABLE, outbox_row(ticket, row, now))
    place = ", #location = :location" if message.location else ""
    transaction.update(
        COMPLAINTS_TABLE,
        {"pk": case_key(ticket), "sk": META},
        f"SET updated_at = :at, last_message_at = :at, updated_on = :day{place} ADD message_count :one, version :one",
        {":at": at, ":day": at[:10], ":one": 1, ":location": to_builtins(message.location)},
        _joinable(open_statuses, since),
        {"#status": "status", **({"#location": "location"} if place else {})},
    )
    _count(transaction, "appended", message.id, rows)
    reasons = transaction.commit()
    if reasons is None:
        return Written()
    if failed(reasons[0]):
        return Duplicate(found(reasons[0], "ticket"))
    if failed(reasons[-2]):
        return NotOpen()
    return Busy()


def record(message: InboundMessage, *, relink: Sequence[str], ticket: str | None, now: datetime) -> Written | Refusal:
    """Accept a message that is no part of a case (a reaction, a receipt, a command); it counts as `control`.

    `relink`: new identities of a citizen whose conversation is about `ticket` (a changed number).
    """
    transaction = Transaction()
    _mark(transaction, message, "control", ticket, now)
    if ticket:
        for identity in relink:
            _link(transaction, identity, ticket, ticket, now + timedelta(days=MARKER_DAYS))
    _count(transaction, "control", message.id)
    reasons = transaction.commit()
    if reasons is None:
        return Written()
    if failed(reasons[0]):
        return Duplicate(found(reasons[0], "ticket"))
    if relink and any(failed(reason) for reason in reasons):
        return record(message, relink=(), ticket=ticket, now=now)  # the new number has a conversation of its own
    return Busy()


def quarantine(
    name: str, *, channel: str, reason: str, size: int, raw: bytes | None, stored: str | None, now: datetime
) -> Written | Refusal:
    """Keep a payload nobody could read (`raw`, or in the bucket under `stored`); the same again is a duplicate."""
    transaction = Transaction()
    item = {
        "pk": f"Q#{name}",
        "sk": META,
        "lpk": "QUARANTINE",
        "lsk": f"{iso(now)}#{name}",
        "channel": channel,
        "reason": reason,
        "received_at": iso(now),
        "size": size,
        "raw": raw,
        "stored": stored,
    }
    transaction.put(COMPLAINTS_TABLE, item, ABSENT)
    _count(transaction, "quarantined", name)
    reasons = transaction.commit()
    if reasons is None:
        return Written()
    return Duplicate(None) if failed(reasons[0]) else Busy()


def count_duplicate(seed: str) -> None:
    """Count a redelivery: it was accepted again, and changed nothing."""
    LedgerShard(pk=_shard(seed)).update(actions=[LedgerShard.accepted.add(1), LedgerShard.duplicates.add(1)])


def conversation(identities: Sequence[str]) -> str | None:
    """The ticket a citizen's conversation is about, by the first identity that has one."""
    for identity in identities:
        try:
            return Conversation.get(f"CONV#{identity}").ticket
        except Conversation.DoesNotExist:
            continue
    return None


def outbox_row(ticket: str, row: Row, now: datetime) -> dict[str, Any]:
    """A row that waits to be sent."""
    return {
        "pk": case_key(ticket),
        "sk": row.key,
        "opk": f"{row.destination}#waiting",
        "osk": f"{iso(now + SWEEP_AFTER)}#{ticket}",
        "destination": row.destination,
        "state": "waiting",
        "attempts": 0,
        "payload": row.payload,
        "created_at": iso(now),
    }


def _case(ticket: str, message: InboundMessage, rows: Sequence[Row], now: datetime) -> dict[str, Any]:
    at, sender = iso(now), message.sender
    return {
        "pk": case_key(ticket),
        "sk": META,
        "lpk": CASES,
        "lsk": f"{at}#{ticket}",
        "updated_on": at[:10],
        "ticket": ticket,
        "status": "received",
        "class": "complaint",
        "channel": message.channel,
        "text": message.text,
        "location": to_builtins(message.location),
        "reporter": {
            "name": sender.name,
            "phone": sender.phone,
            "handle": sender.username or sender.user_id,
            "anonymous": False,
        },
        "secret": False,
        "received_at": at,
        "updated_at": at,
        "last_message_at": at,
        "message_count": 1,
        "supporters": 0,
        "lapor": {"state": "waiting" if any(row.destination == "lapor" for row in rows) else "held"},
        "version": 1,
    }


def _message(ticket: str, message: InboundMessage, now: datetime) -> dict[str, Any]:
    return {
        "pk": case_key(ticket),
        "sk": message_key(message.id, now),
        "message_id": message.id,
        "channel": message.channel,
        "kind": message.kind,
        "text": message.text,
        "location": to_builtins(message.location),
        "media": to_builtins(message.media),
        "reply_to": message.reply_to,
        "extra": message.extra or None,
        "sent_at": iso(message.sent_at),
        "received_at": iso(now),
    }


def _mark(transaction: Transaction, message: InboundMessage, outcome: str, ticket: str | None, now: datetime) -> None:
    item = {
        "pk": marker_key(message.channel, message.account, message.id),
        "outcome": outcome,
        "ticket": ticket,
        "expires_at": int((now + timedelta(days=MARKER_DAYS)).timestamp()),
    }
    transaction.put(CONTROL_TABLE, item, ABSENT)


def _link(transaction: Transaction, identity: str, ticket: str, replaces: str | None, until: datetime) -> None:
    """Point a conversation at a case, if there is none or it still leads to the case it may replace."""
    item = {"pk": f"CONV#{identity}", "ticket": ticket, "expires_at": int(until.timestamp())}
    free = (f"{ABSENT[0]} OR ticket = :old", {":old": replaces}) if replaces else ABSENT
    transaction.put(CONTROL_TABLE, item, free)


def _joinable(open_statuses: Sequence[str], since: datetime) -> Condition:
    names = {f":open{number}": status for number, status in enumerate(open_statuses)}
    return f"#status IN ({', '.join(names)}) AND last_message_at >= :since", {**names, ":since": iso(since)}


def _count(transaction: Transaction, outcome: str, seed: str, rows: Sequence[Row] = ()) -> None:
    """Count one accepted message, and what is now due, in the same transaction that makes it true."""
    added = {"accepted": 1, outcome: 1}
    for row in rows:
        added[f"due_{row.destination}"] = added.get(f"due_{row.destination}", 0) + 1
    expression = "ADD " + ", ".join(f"{name} :{name}" for name in added)
    transaction.update(
        CONTROL_TABLE, {"pk": _shard(seed)}, expression, {f":{name}": amount for name, amount in added.items()}
    )


def _shard(seed: str) -> str:
    return f"LEDGER#{int(digest(seed), 16) % LEDGER_SHARDS}"


__all__ = [
    "BelongsTo",
    "Busy",
    "Duplicate",
    "NotOpen",
    "Refusal",
    "Row",
    "StoreUnavailable",
    "Written",
    "append",
    "conversation",
    "count_duplicate",
    "open_case",
    "outbox_row",
    "quarantine",
    "record",
]
