"""The transactions by which a message becomes, or joins, a case. Each is all or nothing.

Nothing is read first: the transaction states what it believes (this message is new, this citizen has no open case)
and a refusal says what is true instead. That is one call for a new case instead of two, and no race between
looking and writing: six photos sent at once cannot make six cases (chatwoot#10798, chatwoot PR#13523).
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from msgspec import to_builtins

from chalicelib.complaints.model import InboundMessage
from chalicelib.store.items import CLOCKS, Row, case_item, count, due, event_item, put_rows, shard, waiting
from chalicelib.store.joining import Answered, GoesOn, Joining, NotOpen, Reopening, Settled, Waiting, Wordless, told
from chalicelib.store.keys import case_key, conversation_key, digest, iso, marker_key, message_key
from chalicelib.store.tables import COMPLAINTS_TABLE, CONTROL_TABLE, META, Conversation, LedgerShard, Quarantined
from chalicelib.store.transaction import ABSENT, Condition, Transaction, failed, found

# WhatsApp redelivers for 7 days; a month leaves room for a provider that is down longer.
MARKER_DAYS = 30
# A conversation outlives every `conversation_days` a city may set: whether its case can still be joined is decided by
# the case itself.
CONVERSATION_DAYS = 400


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
class Busy:
    """Somebody else is writing the same items; try again."""


Refusal = Duplicate | BelongsTo | Busy | NotOpen | Waiting | Answered | GoesOn | Wordless | Settled


def open_case(
    ticket: str,
    message: InboundMessage,
    rows: Sequence[Row],
    *,
    replaces: Collection[str],
    wordless: bool,
    look_at: datetime,
    until: datetime,
    now: datetime,
) -> Written | Refusal:
    """Write a new case with its first message, outbox rows, dedup marker, conversation and counts.

    `look_at`: when its clocks are first to be looked at.
    `replaces`: the finished cases that the citizen's conversations may still point at.
    `wordless`: the message says nothing to act on, so the case is not filed until one does.
    `until`: when the conversation may be forgotten.
    """
    identities = message.sender.identities(message.channel, message.account)
    transaction = Transaction()
    _mark(transaction, message, "opened", ticket, now)
    transaction.put(
        COMPLAINTS_TABLE, {**_case(ticket, message, rows, now, look_at), "wordless": wordless or None}, ABSENT
    )
    for identity in identities:
        _link(transaction, identity, ticket, replaces, until)
    _put_message(transaction, ticket, message, rows, identities, now)
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


def first_items(ticket: str, message: InboundMessage, now: datetime) -> tuple[dict[str, Any], dict[str, Any]]:
    """A new case and its first message as they are stored when nobody is to be told of it: a replay's."""
    return _case(ticket, message, (), now), _message(ticket, message, (), now)


def append(
    ticket: str,
    message: InboundMessage,
    rows: Sequence[Row],
    *,
    unlinked: Sequence[str],
    replaces: Collection[str],
    speaks: bool,
    wordless: bool,
    finished: bool = False,
    open_statuses: Sequence[str],
    resume: str | None,
    reopening: Reopening | None = None,
    settled: str | None = None,
    since: datetime,
    until: datetime,
    now: datetime,
) -> Written | Refusal:
    """Add a message to an open case whose last message is not older than `since`.

    `unlinked`: identities of the citizen that do not lead to this case yet, or still to a finished one in `replaces`.
    `speaks`: this is the first message of a wordless case with words in it, so that it can be filed now; `rows` then
    hold the filing, if the city files on receipt. `wordless`: it has none either. `open_statuses`: those a message can
    join; with `finished`, those of a case that is over, changed no earlier than `since`, and nothing starts anew.
    One in `waiting` is no ordinary case: the answer is Waiting, and the next call says in `resume` what it is then.
    Nor is an answered one, where that is none of `open_statuses`: the answer is Answered, and the next call has the
    `reopening`. `settled`: the place of the case as it is stored, where the message tells another and the answer was
    Settled.
    """
    at = iso(now)
    transaction = Transaction()
    _mark(transaction, message, "appended", ticket, now)
    for identity in unlinked:
        _link(transaction, identity, ticket, replaces, until)
    _put_message(transaction, ticket, message, rows, unlinked, now)
    joining = Joining(
        since=since,
        open_statuses=open_statuses,
        finished=finished,
        speaks=speaks,
        wordless=wordless,
        resume=resume,
        reopening=reopening,
        pin=told(message.location),
        settled=settled,
    )
    look = f"{at}#{ticket}"
    sets, gone = joining.changes(look)
    if any(row.destination == "lapor" for row in rows):
        sets["lapor"] = {"state": "waiting"}
    sets |= {"updated_at": at, "last_message_at": at, "updated_on": at[:10]}
    first: dict[str, Any] = {"text": message.text} if message.text and not finished else {}
    if line := joining.line():
        type_, data = line
        transaction.put(COMPLAINTS_TABLE, event_item(ticket, digest(message.id, 8), type_, at, "reporter", data))
    elif not finished:
        # It may start the closing clock anew, of which nothing was to come; else these stay, and cost nothing.
        first |= {"opk": CLOCKS, "osk": look}
    _update_case(transaction, ticket, sets, first, gone, joining.condition())
    _count(transaction, "appended", message.id, rows)
    reasons = transaction.commit()
    if reasons is None:
        return Written()
    if failed(reasons[0]):
        return Duplicate(found(reasons[0], "ticket"))
    if failed(reasons[-2]):
        return joining.refused(reasons[-2].raw_item or {})
    return Busy()


def _update_case(
    transaction: Transaction,
    ticket: str,
    sets: Mapping[str, Any],
    first: Mapping[str, Any],
    gone: Sequence[str],
    condition: Condition,
) -> None:
    """Change a case that a message joins. `first`: what is set only where nothing is; `gone`: what is removed."""
    changes = [f"#{name} = :new_{name}" for name in sets]
    changes += [f"#{name} = if_not_exists(#{name}, :new_{name})" for name in first]
    removed = f" REMOVE {', '.join(f'#{name}' for name in gone)}" if gone else ""
    transaction.update(
        COMPLAINTS_TABLE,
        {"pk": case_key(ticket), "sk": META},
        f"SET {', '.join(changes)}{removed} ADD message_count :one, version :one",
        {":one": 1, **{f":new_{name}": value for name, value in {**sets, **first}.items()}},
        condition,
        {"#status": "status", **{f"#{name}": name for name in (*sets, *first, *gone)}},
    )


def record(message: InboundMessage, *, relink: Sequence[str], ticket: str | None, now: datetime) -> Written | Refusal:
    """Accept a message that is no part of a case (a reaction, a receipt, a command); it counts as `control`.

    `relink`: new identities of a citizen whose conversation is about `ticket` (a changed number). A line of the case's
    timeline names their keys, so that an erasure finds them.
    """
    transaction = Transaction()
    _mark(transaction, message, "control", ticket, now)
    if ticket and relink:
        for identity in relink:
            _link(transaction, identity, ticket, {ticket}, now + timedelta(days=CONVERSATION_DAYS))
        line = event_item(ticket, digest(message.id, 8), "relinked", iso(now), "reporter", {})
        keys = [conversation_key(identity) for identity in relink]
        transaction.put(COMPLAINTS_TABLE, {**line, "identities": keys})
        # An erasure that has read the case has to read it again; one that is over leaves nothing to link.
        transaction.update(
            COMPLAINTS_TABLE,
            {"pk": case_key(ticket), "sk": META},
            "ADD version :one",
            {":one": 1},
            ("attribute_exists(pk) AND attribute_not_exists(erased_at)", {}),
        )
    _count(transaction, "control", message.id)
    reasons = transaction.commit()
    if reasons is None:
        return Written()
    if failed(reasons[0]):
        return Duplicate(found(reasons[0], "ticket"))
    if relink and any(failed(reason) for reason in reasons):
        # The new number has a conversation of its own, or the case is nobody's any more.
        return record(message, relink=(), ticket=ticket, now=now)
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


def quarantined_in(name: str) -> str | None:
    """The key in the bucket that a quarantined payload names; None once it was erased."""
    return Quarantined.get(f"Q#{name}", META, consistent_read=True).stored


def count_duplicate(seed: str) -> None:
    """Count a redelivery: it was accepted again, and changed nothing."""
    LedgerShard(pk=shard(seed)).update(actions=[LedgerShard.accepted.add(1), LedgerShard.duplicates.add(1)])


def conversation(identities: Sequence[str]) -> str | None:
    """The ticket a citizen's conversation is about, by the first identity that has one."""
    for identity in identities:
        try:
            return Conversation.get(conversation_key(identity)).ticket
        except Conversation.DoesNotExist:
            continue
    return None


def _case(
    ticket: str, message: InboundMessage, rows: Sequence[Row], now: datetime, look_at: datetime | None = None
) -> dict[str, Any]:
    sender = message.sender
    reporter = {
        "name": sender.name,
        "phone": sender.phone,
        "handle": sender.username or sender.user_id,
        "anonymous": False,
    }
    address = sender.phone or sender.user_id
    return case_item(
        ticket,
        status="received",
        class_="complaint",
        channel=message.channel,
        text=message.text,
        category=None,
        department=None,
        location=to_builtins(told(message.location)),
        reporter=reporter,
        contact={"channel": message.channel, "account": message.account, "to": address} if address else None,
        secret=False,
        lapor="waiting" if any(row.destination == "lapor" for row in rows) else "held",
        received_at=now,
        now=now,
        look_at=look_at,
    )


def _put_message(
    transaction: Transaction,
    ticket: str,
    message: InboundMessage,
    rows: Sequence[Row],
    links: Sequence[str],
    now: datetime,
) -> None:
    """Write the message and what follows from it. The row of its file, or of its receipt, is the message itself: one of
    its own would cost three write units for each photo, two for each case."""
    item = _message(ticket, message, links, now)
    for row in rows:
        if row.key == item["sk"]:
            item |= waiting(ticket, row.destination, row.payload, now)
    transaction.put(COMPLAINTS_TABLE, item)
    put_rows(transaction, ticket, [row for row in rows if row.key != item["sk"]], now)


def _message(ticket: str, message: InboundMessage, links: Sequence[str], now: datetime) -> dict[str, Any]:
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
        # So that an erasure finds the conversations, whose keys are numbers and names.
        "identities": [conversation_key(identity) for identity in links] or None,
    }


def _mark(transaction: Transaction, message: InboundMessage, outcome: str, ticket: str | None, now: datetime) -> None:
    item = {
        "pk": marker_key(message.channel, message.account, message.id),
        "outcome": outcome,
        "ticket": ticket,
        "expires_at": int((now + timedelta(days=MARKER_DAYS)).timestamp()),
    }
    transaction.put(CONTROL_TABLE, item, ABSENT)


def _link(transaction: Transaction, identity: str, ticket: str, replaces: Collection[str], until: datetime) -> None:
    """Point a conversation at a case, if there is none or it still leads to the case it may replace."""
    item = {"pk": conversation_key(identity), "ticket": ticket, "expires_at": int(until.timestamp())}
    names = {f":old{number}": old for number, old in enumerate(sorted(replaces))}
    free = (f"{ABSENT[0]} OR ticket IN ({', '.join(names)})", names) if names else ABSENT
    transaction.put(CONTROL_TABLE, item, free)


def _count(transaction: Transaction, outcome: str, seed: str, rows: Sequence[Row] = ()) -> None:
    """Count one accepted message, and what is now due."""
    count(transaction, seed, {"accepted": 1, outcome: 1, **due(rows)})
