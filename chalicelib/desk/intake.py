"""From a parsed message to a stored one: a new case, one more message of an open case, or a mere note.

The provider is answered as soon as this returns, so it makes two calls: one transaction, and one publish that tells
the workers. Should the publish fail, the sweeper makes it good.
"""

import hashlib
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

import msgspec

from chalicelib.complaints.courtesy import only_courtesy
from chalicelib.complaints.lifecycle import OPEN
from chalicelib.complaints.model import DeliveryReceipt, InboundMessage, Sender, Unreadable
from chalicelib.complaints.ticket import new_ticket
from chalicelib.store import intake as store
from chalicelib.store import joining, media, queues
from chalicelib.store.cities import IntakeRules
from chalicelib.store.items import FILING, Row
from chalicelib.store.keys import digest, message_key
from chalicelib.store.transaction import NotStorable, pause

# Kinds that say nothing a department could act on, as an empty text does: kept as a case, but not filed in LAPOR! until
# a person looks.
WORDLESS = frozenset({"unsupported", "sticker", "unknown"})

# A DynamoDB item ends at 400 KB. Nobody writes a complaint of 100 KB; what is larger is kept whole in the bucket.
LARGEST_MESSAGE = 100_000
LARGEST_ITEM = 300_000

# Ten people of one family cannot write at once; ten deliveries of one album can.
TRIES = 12


class Overloaded(RuntimeError):
    """The message could not be stored within the time a webhook has; the provider must deliver it again."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one message."""

    kind: Literal["opened", "appended", "duplicate", "quarantined", "control"]
    ticket: str | None = None


# Which case a citizen's last message went to, as far as this process saw: a guess that saves a refused transaction
# (and its write units) for every message after the first. The transaction checks that this case can be joined; a wrong
# guess costs one try. What it does not check is that the conversation still leads there, which others change: the case
# was closed, the citizen opened a new one elsewhere, and staff reopened this. So a guess does not grow old.
_recent: "OrderedDict[str, tuple[str, float]]" = OrderedDict()
RECENT = 2000
TRUSTED_SECONDS = 300.0

# Thanks for what was done come within days; whoever writes "halo" a month later has something else in mind.
COURTESY_DAYS = 14

# What a message can join without more ado. One for a case that waits for its reporter also lets it go on; one for a
# case that was answered opens it again, if it says more than thanks.
JOINED = tuple(status for status in OPEN if status != joining.WAITING)
UNANSWERED = tuple(status for status in JOINED if status != joining.ANSWERED)
FINISHED = ("closed", "rejected")


def accept(item: InboundMessage | DeliveryReceipt | Unreadable, rules: IntakeRules, now: datetime) -> Outcome:
    """Store one parsed item of a webhook. Raises Overloaded or StoreUnavailable: then it is not stored."""
    if isinstance(item, Unreadable):
        return quarantine("whatsapp", item.raw, item.reason, now)
    if isinstance(item, DeliveryReceipt):
        return _receipt(item, now)
    if item.control:
        return _control(item, now)
    if item.kind == "interactive" and (outcome := _tap(item, now)):
        return outcome
    if _size(item) > LARGEST_MESSAGE:
        return _set_aside(item, "larger than a message can be", now)
    try:
        return _join_or_open(item, rules, now)
    except NotStorable:
        return _set_aside(item, "not to be stored as a message", now)


def _set_aside(message: InboundMessage, reason: str, now: datetime) -> Outcome:
    # Named after the message and not its content: without a timestamp of its own, every redelivery looks different.
    name = digest(f"{message.channel}#{message.account}#{message.id}", 32)
    return quarantine(message.channel, msgspec.json.encode(message), reason, now, name)


def quarantine(channel: str, raw: bytes, reason: str, now: datetime, name: str | None = None) -> Outcome:
    """Keep an authentic payload nobody could read, whole, where staff can look at it. `name` tells it from others."""
    name = name or hashlib.sha256(raw).hexdigest()[:32]
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
        if large and not store.quarantined_in(name):
            media.forget(f"quarantine/{name}")  # it was erased, and has just been delivered once more
        store.count_duplicate(name)
        return Outcome("duplicate")
    return Outcome("quarantined")


@dataclass(slots=True)
class Belief:
    """What is believed of a citizen's conversation; each refusal of the store corrects it."""

    joins: str | None
    """The open case his message belongs to; None: there is none."""
    wordless: bool
    """The message says nothing to act on (or it no longer matters)."""
    unlinked: tuple[str, ...] = ()
    replaces: set[str] = field(default_factory=set)
    resume: str | None = None
    after: datetime | None = None
    """What lets the case go on comes after what made it wait, whatever this machine's clock says."""
    speaks: bool = False
    courteous: bool = False
    """The message only thanks or greets: of a case that is finished it is a part, and opens none."""
    finished: bool = False
    """It is tried as a part of a finished case."""
    complains: bool = False
    """It says more than thanks: an answered case is open again with it."""
    answered: bool = False
    """The case has been answered."""
    settled: str | None = None
    """Its place as staff settled it, as it is stored: another point keeps what the citizen does not say."""

    def learn(self, tried: str, refusal: store.Refusal) -> bool:
        """Take in what a refusal says; False when it says nothing but to wait a little."""
        match refusal:
            case store.BelongsTo(ticket=known, unlinked=names) if known not in self.replaces:
                self.joins, self.unlinked = known, names
            case joining.Waiting(before=before, last=last):
                self.resume, self.after = before, datetime.fromisoformat(last) + timedelta(milliseconds=1)
            case joining.Answered():
                self.answered = True
            case joining.GoesOn():
                self.resume, self.answered = None, False
            case joining.Settled(place=place):
                self.settled = place
            case joining.Wordless():
                self.speaks = True
            case joining.NotOpen() if self.speaks:
                self.speaks, self.wordless = False, True  # another message spoke a moment before
            case joining.NotOpen() if self.courteous:
                self.courteous, self.finished = False, True
            case joining.NotOpen():
                self.finished = False
                self.resume, self.answered, self.settled = None, False, None  # said of this case
                self.joins, self.unlinked = None, ()
                self.replaces.add(tried)
            case _:
                return False
        return True


def _join_or_open(message: InboundMessage, rules: IntakeRules, now: datetime) -> Outcome:
    identities = message.sender.identities(message.channel, message.account)
    # A guess counts only when every key of the citizen leads there: one not linked yet must be linked by this message.
    guesses = {_guess(name) for name in identities}
    wordless = _wordless(message)
    belief = Belief(guesses.pop() if len(guesses) == 1 else None, wordless)
    polite = only_courtesy(message.text)
    belief.courteous = message.kind == "text" and polite
    belief.complains = not wordless and not polite
    for attempt in range(TRIES):
        opens = belief.joins is None
        if belief.joins is None:
            ticket, rows = _new_case(message, rules, now)
            result = store.open_case(
                ticket,
                message,
                rows,
                replaces=belief.replaces,
                wordless=wordless,
                look_at=now + rules.first_look,
                until=now + timedelta(days=store.CONVERSATION_DAYS),
                now=now,
            )
        else:
            reopening = _reopening(belief.joins, message, now) if belief.answered else None
            belief.answered = reopening is not None
            at = reopening.at if reopening else max(now, belief.after or now)
            ticket, rows = belief.joins, _rows_of_append(message, at) + (_filing(rules) if belief.speaks else [])
            result = store.append(
                ticket,
                message,
                rows,
                unlinked=belief.unlinked,
                replaces=belief.replaces,
                speaks=belief.speaks,
                wordless=belief.wordless or belief.finished,
                finished=belief.finished,
                open_statuses=FINISHED if belief.finished else UNANSWERED if belief.complains else JOINED,
                resume=belief.resume,
                reopening=reopening,
                settled=belief.settled,
                since=now - timedelta(days=COURTESY_DAYS if belief.finished else rules.conversation_days),
                until=now + timedelta(days=store.CONVERSATION_DAYS),
                now=at,
            )
        if isinstance(result, store.Written):
            _remember(identities, ticket)
            queues.announce(ticket, queues.keys(rows))
            return Outcome("opened" if opens else "appended", ticket)
        if isinstance(result, store.Duplicate):
            store.count_duplicate(message.id)
            return Outcome("duplicate", result.ticket)
        if isinstance(result, joining.NotOpen):
            _forget(identities)
        if not belief.learn(ticket, result):
            pause(attempt)
    raise Overloaded("the citizen's conversation is being written by others")


def _reopening(ticket: str, message: InboundMessage, now: datetime) -> joining.Reopening | None:
    from chalicelib.desk import reopening  # no other message pays for it

    return reopening.by_message(ticket, message, now)


def _new_case(message: InboundMessage, rules: IntakeRules, now: datetime) -> tuple[str, list[Row]]:
    rows = [] if _wordless(message) else _filing(rules)
    if address := _address(message.sender):
        kind = "unsupported_opened" if message.kind == "unsupported" else "opened"
        rows.append(_reply(message, address, kind, now))
    return new_ticket(rules.code), rows + _media_rows(message, now)


def _wordless(message: InboundMessage) -> bool:
    return message.kind in WORDLESS or (message.kind == "text" and not message.text)


def _filing(rules: IntakeRules) -> list[Row]:
    return [FILING] if rules.forward == "on_receipt" else []


def _rows_of_append(message: InboundMessage, now: datetime) -> list[Row]:
    # An album of six photos must not bring six answers; only what could not be read is answered.
    address = _address(message.sender)
    unread = message.kind == "unsupported"
    replies = [_reply(message, address, "unsupported_appended", now)] if address and unread else []
    return replies + _media_rows(message, now)


def _reply(message: InboundMessage, address: str, kind: str, now: datetime) -> Row:
    payload = {"kind": kind, "channel": message.channel, "account": message.account, "to": address}
    # The message is the row of its receipt, unless it is that of its file: an item can be one row only.
    name = message_key(message.id, now) if message.media is None else digest(message.id, 8)
    return Row("reporter", name, payload)


def _media_rows(message: InboundMessage, now: datetime) -> list[Row]:
    if message.media is None:
        return []
    return [Row("media", message_key(message.id, now), {})]


def _address(sender: Sender) -> str | None:
    return sender.phone or sender.user_id


def _receipt(receipt: DeliveryReceipt, now: datetime) -> Outcome:
    if receipt.reference:
        # One of a message to an official says so itself; those of citizens cost nothing more. Before it is marked as
        # accepted: taken in twice, it does nothing twice.
        from chalicelib.desk import alert_feedback

        alert_feedback.of_whatsapp(receipt, now)
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


def _tap(message: InboundMessage, now: datetime) -> Outcome | None:
    """What became of a tap on an answer of the survey: never a case, whatever stands in it. None: it is no such tap."""
    from chalicelib.desk import surveys  # no other message pays for it

    reference = surveys.tapped(message)
    if reference is None:
        return None
    taken = surveys.take(message, reference, now)
    if taken is None:
        return _control(message, now)
    if not taken:
        store.count_duplicate(message.id)
    return Outcome("control" if taken else "duplicate")


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
        pause(attempt)
    raise Overloaded("the same items are being written by others")


def _guess(identity: str) -> str | None:
    ticket, at = _recent.get(identity, (None, 0.0))
    return ticket if time.monotonic() - at <= TRUSTED_SECONDS else None


def _remember(identities: Sequence[str], ticket: str) -> None:
    at = time.monotonic()
    for name in identities:
        _recent[name] = ticket, at
        _recent.move_to_end(name)
    while len(_recent) > RECENT:
        _recent.popitem(last=False)


def _forget(identities: Sequence[str]) -> None:
    for name in identities:
        _recent.pop(name, None)


def _size(message: InboundMessage) -> int:
    return len(msgspec.json.encode(message))
