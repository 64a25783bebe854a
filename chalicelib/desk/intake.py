"""From a parsed message to a stored one: a new case, one more message of an open case, or a mere note.

The provider is answered as soon as this returns, so it makes two calls: one transaction, and one publish that tells
the workers. Should the publish fail, the sweeper makes it good.
"""

import hashlib
import random
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

import msgspec

from chalicelib import logs
from chalicelib.complaints.lifecycle import OPEN
from chalicelib.complaints.model import DeliveryReceipt, InboundMessage, Sender, Unreadable
from chalicelib.complaints.ticket import new_ticket
from chalicelib.store import intake as store
from chalicelib.store import media, queues
from chalicelib.store.cities import IntakeRules
from chalicelib.store.intake import Row
from chalicelib.store.keys import digest, message_key

# Kinds that say nothing a department could act on: kept as a case, but not filed in LAPOR! until a person looks.
WORDLESS = frozenset({"unsupported", "sticker", "unknown"})

# A DynamoDB item ends at 400 KB. Nobody writes a complaint of 100 KB; what is larger is kept whole in the bucket.
LARGEST_MESSAGE = 100_000
LARGEST_ITEM = 300_000

# Ten people of one family cannot write at once; ten deliveries of one album can.
TRIES = 12
LONGEST_PAUSE_SECONDS = 0.25


class Overloaded(RuntimeError):
    """The message could not be stored within the time a webhook has; the provider must deliver it again."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one message."""

    kind: Literal["opened", "appended", "duplicate", "quarantined", "control"]
    ticket: str | None = None


# Which case a citizen's last message went to, as far as this process saw: a guess that saves a refused transaction
# (and its write units) for every message after the first. The transaction checks it; a wrong guess costs one try.
_recent: "OrderedDict[str, str]" = OrderedDict()
RECENT = 2000


def accept(item: InboundMessage | DeliveryReceipt | Unreadable, rules: IntakeRules, now: datetime) -> Outcome:
    """Store one parsed item of a webhook. Raises Overloaded or store.StoreUnavailable: then it is not stored."""
    if isinstance(item, Unreadable):
        return quarantine("whatsapp", item.raw, item.reason, now)
    if isinstance(item, DeliveryReceipt):
        return _receipt(item, now)
    if item.control:
        return _control(item, now)
    if _size(item) > LARGEST_MESSAGE:
        return quarantine(item.channel, msgspec.json.encode(item), "larger than a message can be", now)
    return _join_or_open(item, rules, now)


def quarantine(channel: str, raw: bytes, reason: str, now: datetime) -> Outcome:
    """Keep an authentic payload nobody could read, whole, where staff can look at it."""
    name = hashlib.sha256(raw).hexdigest()[:32]
    large = len(raw) > LARGEST_ITEM
    if large:
        media.put(f"quarantine/{name}", raw, "application/octet-stream")
    result = _settled(
        lambda: store.quarantine(
            name,
            channel=channel,
            reason=reason,
            size=len(raw),
            raw=None if large else raw,
            stored=f"quarantine/{name}" if large else None,
            now=now,
        )
    )
    if isinstance(result, store.Duplicate):
        store.count_duplicate(name)
        return Outcome("duplicate")
    return Outcome("quarantined")


def _join_or_open(message: InboundMessage, rules: IntakeRules, now: datetime) -> Outcome:
    identities = message.sender.identities(message.channel, message.account)
    until = now + timedelta(days=rules.conversation_days + 1)
    joins = next((_recent[name] for name in identities if name in _recent), None)
    unlinked: tuple[str, ...] = ()
    replaces: str | None = None
    for attempt in range(TRIES):
        result: store.Written | store.Refusal
        if joins is None:
            ticket, rows = _new_case(message, rules, now)
            result = store.open_case(ticket, message, rows, replaces=replaces, until=until, now=now)
        else:
            ticket, rows = joins, _rows_of_append(message, now)
            result = store.append(
                ticket,
                message,
                rows,
                unlinked=unlinked,
                open_statuses=OPEN,
                replaces=replaces,
                since=now - timedelta(days=rules.conversation_days),
                until=until,
                now=now,
            )
        match result:
            case store.Written():
                _remember(identities, ticket)
                _announce(ticket, rows)
                return Outcome("opened" if joins is None else "appended", ticket)
            case store.Duplicate(ticket=known):
                store.count_duplicate(message.id)
                return Outcome("duplicate", known)
            case store.BelongsTo(ticket=known, unlinked=names):
                # The case a conversation leads to may be finished: then it is replaced, not joined.
                if known == replaces:
                    _pause(attempt)
                else:
                    joins, unlinked = known, names
            case store.NotOpen():
                _forget(identities)
                joins, unlinked, replaces = None, (), ticket
            case store.Busy():
                _pause(attempt)
    raise Overloaded("the citizen's conversation is being written by others")


def _new_case(message: InboundMessage, rules: IntakeRules, now: datetime) -> tuple[str, list[Row]]:
    rows = []
    if rules.forward == "on_receipt" and message.kind not in WORDLESS:
        rows.append(Row("lapor", "case", {}))
    if address := _address(message.sender):
        kind = "unsupported_opened" if message.kind == "unsupported" else "opened"
        rows.append(_reply(message, address, kind))
    return new_ticket(rules.code), rows + _media_rows(message, now)


def _rows_of_append(message: InboundMessage, now: datetime) -> list[Row]:
    # An album of six photos must not bring six answers; only what could not be read is answered.
    address = _address(message.sender)
    replies = [_reply(message, address, "unsupported_appended")] if address and message.kind == "unsupported" else []
    return replies + _media_rows(message, now)


def _reply(message: InboundMessage, address: str, kind: str) -> Row:
    payload = {"kind": kind, "channel": message.channel, "account": message.account, "to": address}
    return Row("reporter", digest(message.id, 8), payload)


def _media_rows(message: InboundMessage, now: datetime) -> list[Row]:
    if message.media is None:
        return []
    return [Row("media", digest(message.id, 8), {"message": message_key(message.id, now)})]


def _address(sender: Sender) -> str | None:
    return sender.phone or sender.user_id


def _receipt(receipt: DeliveryReceipt, now: datetime) -> Outcome:
    # A receipt has no id of its own: the same message may be sent, delivered and read (channels: status key).
    note = InboundMessage(
        channel=receipt.channel,
        account=receipt.account,
        id=f"{receipt.id}#{receipt.status}",
        sent_at=receipt.at,
        sender=Sender(),
        kind="receipt",
        control=True,
    )
    return _control(note, now)


def _control(message: InboundMessage, now: datetime) -> Outcome:
    relink = _new_identities(message)
    ticket = store.conversation(message.sender.identities(message.channel, message.account)) if relink else None
    result = _settled(lambda: store.record(message, relink=relink, ticket=ticket, now=now))
    if isinstance(result, store.Duplicate):
        store.count_duplicate(message.id)
        return Outcome("duplicate")
    return Outcome("control")


def _new_identities(message: InboundMessage) -> tuple[str, ...]:
    """Under what a citizen will write from now on, when the provider says that the number changed."""
    if message.kind != "system":
        return ()
    system = message.extra.get("system")
    system = system if isinstance(system, dict) else message.extra
    number, user_id = system.get("wa_id"), system.get("user_id")
    return Sender(
        phone=f"+{number}" if isinstance(number, str) and number.isdigit() else None,
        user_id=user_id if isinstance(user_id, str) else None,
    ).identities(message.channel, message.account)


def _settled(write: Callable[[], store.Written | store.Refusal]) -> store.Written | store.Refusal:
    for attempt in range(TRIES):
        result = write()
        if not isinstance(result, store.Busy):
            return result
        _pause(attempt)
    raise Overloaded("the same items are being written by others")


def _pause(attempt: int) -> None:
    time.sleep(random.uniform(0, min(0.02 * 2**attempt, LONGEST_PAUSE_SECONDS)))  # noqa: S311 - jitter, no secret


def _announce(ticket: str, rows: Sequence[Row]) -> None:
    if not rows:
        return
    keys: dict[str, list[str]] = {}
    for row in rows:
        keys.setdefault(row.destination, []).append(row.key)
    try:
        queues.announce(ticket, keys)
    except Exception as error:
        # Stored is stored: the provider gets its 200 and the sweeper announces the rows a little later.
        logs.failure("announce_failed", error, ticket=ticket)


def _remember(identities: Sequence[str], ticket: str) -> None:
    for name in identities:
        _recent[name] = ticket
        _recent.move_to_end(name)
    while len(_recent) > RECENT:
        _recent.popitem(last=False)


def _forget(identities: Sequence[str]) -> None:
    for name in identities:
        _recent.pop(name, None)


def _size(message: InboundMessage) -> int:
    return len(msgspec.json.encode(message))
