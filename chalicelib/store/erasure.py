"""Taking a person, or what has expired, out of what is stored: item by item, so that it can be killed and go on.

Files go first and the case itself last: whatever dies in between leaves a case that still says what is to be done.
Each write states what it believes; every step may be done twice.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from chalicelib.complaints import erasure
from chalicelib.complaints.erasure import GONE, IDENTITY, MEDIA, TEXT
from chalicelib.complaints.model import Sender
from chalicelib.store import cities, figures, media
from chalicelib.store.cases import Dossier
from chalicelib.store.conditional import delete
from chalicelib.store.items import ALERT, FOLLOWERS, count, event_item
from chalicelib.store.keys import case_key, conversation_key, digest, iso
from chalicelib.store.outbox import CONFIRMED, ERASED, WAITING
from chalicelib.store.tables import (
    COMPLAINTS_TABLE,
    META,
    Case,
    Conversation,
    Erasure,
    Event,
    Message,
    OutboxRow,
)
from chalicelib.store.transaction import THERE, Condition, Transaction

# Well below the hundred items of a transaction, and its 4 MB.
AT_ONCE = 40
# A file that came this long ago may be on its way; its worker takes no lease.
FETCHING = timedelta(minutes=3)
COUNTED = ("due_lapor", "due_reporter", "due_media")


@dataclass(frozen=True, slots=True)
class Erased:
    """The case is without what was asked for."""


@dataclass(frozen=True, slots=True)
class Held:
    """A worker is sending something of this case at this moment; try again in a few minutes."""


@dataclass(frozen=True, slots=True)
class Busy:
    """Somebody else changed the case or the record meanwhile; read it again."""


def done_before(case: Case, parts: frozenset[str]) -> bool:
    """Whether a case has none of these parts any more: they were taken, and nothing was done with it since. What an
    official notes of an erased case may name its reporter again."""
    erased = case.erased or {}
    return all(erased.get(part, "") >= case.updated_at for part in parts)


def files(found: Dossier) -> list[str]:
    """The keys of everything in the bucket that this case names."""
    ticket = found.case.ticket
    names = [event.data["attachment"]["id"] for event in found.events if (event.data or {}).get("attachment")]
    # A file that is on its way lies where its worker will put it.
    fetched = [media.name_of(message.sk) for message in found.messages if message.media and not message.stored]
    kept = [message.stored["key"] for message in found.messages if message.stored]
    return list(dict.fromkeys([*kept, *(media.attached(ticket, name) for name in [*names, *fetched])]))


def erase(
    found: Dossier, parts: frozenset[str], *, actor: str, now: datetime, record: Erasure | None = None
) -> Erased | Held | Busy:
    """Take these parts out of a case. `record`: the request it belongs to, which counts it in the same transaction;
    without one it is a term that has ended, and the case does not count as changed."""
    case = found.case
    if _in_hand(found, now):
        return Held()
    if MEDIA in parts:
        # Also what nothing names: a file sent and not attached, or left by a worker that died.
        for folder in media.folders(case.ticket):
            media.forget_all(folder)
    if IDENTITY in parts:
        for key in _conversations(found):
            _forget(key, case.ticket)
    updates = [
        *(_message(message, parts) for message in found.messages),
        *(_event(event, parts) for event in found.events if event.type not in erasure.OFFICIAL),
        *(_row(row, parts) for row in found.rows),
    ]
    for first in range(0, len(updates), AT_ONCE):
        transaction = Transaction()
        withdrawn: dict[str, int] = {}
        for one in updates[first : first + AT_ONCE]:
            transaction.update(
                COMPLAINTS_TABLE,
                {"pk": case_key(case.ticket), "sk": one.sk},
                one.expression,
                one.values,
                one.condition,
                one.names,
            )
            if f"due_{one.withdrawn}" in COUNTED:
                withdrawn[f"due_{one.withdrawn}"] = withdrawn.get(f"due_{one.withdrawn}", 0) - 1
        count(transaction, case.ticket, withdrawn)
        gone = sum(one.files for one in updates[first : first + AT_ONCE])
        if record is not None and gone:
            # Here, not at the end: after a death in between nothing would say how many there were.
            transaction.update(
                COMPLAINTS_TABLE, {"pk": record.pk, "sk": META}, "ADD files :gone", {":gone": gone}, THERE
            )
        if transaction.commit() is not None:
            return Busy()
    if TEXT in parts:
        _forget_place(case)
    return _finish(found, parts, actor, now, record)


def _forget_place(case: Case) -> None:
    """A cell of a hundred metres is often the reporter's door; the case's fact would keep it for ever."""
    try:
        zone = ZoneInfo(cities.current().zone)
    except cities.NoCity:
        return  # no figures either
    day = datetime.fromisoformat(case.received_at).astimezone(zone).date()
    figures.forget_place(case.series or figures.OWN, day, case.ticket)


def _in_hand(found: Dossier, now: datetime) -> bool:
    """Whether a worker may be sending or fetching something of the case: what it then wrote down would be lost, or
    written after all."""
    leased = any(row.state == WAITING and row.lease_until and row.lease_until > iso(now) for row in found.rows)
    fresh = iso(now - FETCHING)
    fetching = [one for one in found.messages if one.destination == "media" and one.state == WAITING]
    return leased or any(one.received_at > fresh for one in fetching)


def _finish(found: Dossier, parts: frozenset[str], actor: str, now: datetime, record: Erasure | None) -> Erased | Busy:
    case, at = found.case, iso(now)
    transaction = Transaction()
    data = {"parts": sorted(parts)}
    identifier = digest(f"{at}{sorted(parts)}", 8)
    transaction.put(COMPLAINTS_TABLE, event_item(case.ticket, identifier, "erased", at, actor, data))
    sets = ["#version = :next", "erased = :erased"]
    removes = []
    names = {"#version": "version"}
    tombstone = {**(case.erased or {}), **dict.fromkeys(parts, at)}
    values: dict[str, Any] = {":next": int(case.version) + 1, ":erased": tombstone}
    if IDENTITY in parts:
        sets += ["reporter = :reporter", "erased_at = if_not_exists(erased_at, :at)"]
        values |= {":reporter": erasure.reporter(case.reporter), ":at": at}
        removes += ["contact", "person"]
    if TEXT in parts:
        names |= {"#text": "text", "#location": "location"}
        removes.append("#text")
        if place := erasure.place(case.location):
            sets.append("#location = :place")
            values[":place"] = place
        else:
            removes.append("#location")
    if record is not None:
        # Asked again by this ticket, the request still finds whose other cases there are.
        sets += ["updated_at = :now", "updated_on = :day", "erasure = :record"]
        values |= {":now": at, ":day": at[:10], ":record": record.pk.removeprefix("ERASURE#")}
    expression = f"SET {', '.join(sets)}" + (f" REMOVE {', '.join(removes)}" if removes else "")
    condition: Condition = ("#version = :was", {":was": int(case.version)})
    transaction.update(COMPLAINTS_TABLE, {"pk": case.pk, "sk": META}, expression, values, condition, names)
    lapor = _lapor(case, record) if record is not None else []
    if record is not None:
        _count_in(transaction, record, len(found.messages), lapor)
    if transaction.commit() is not None:
        return Busy()
    if record is not None:
        record.refresh(consistent_read=True)
    return Erased()


def _count_in(transaction: Transaction, record: Erasure, messages: int, lapor: list[str]) -> None:
    before = int(record.cases or 0)
    transaction.update(
        COMPLAINTS_TABLE,
        {"pk": record.pk, "sk": META},
        "SET cases = :cases, lapor = :lapor ADD messages :messages",
        {":cases": before + 1, ":lapor": lapor, ":messages": messages},
        ("cases = :before", {":before": before}),
    )


def _lapor(case: Case, record: Erasure) -> list[str]:
    known = (case.lapor or {}).get("complaint_id")
    return list(dict.fromkeys([*(record.lapor or []), *([str(known)] if known else [])]))


@dataclass(frozen=True, slots=True)
class _Update:
    sk: str
    expression: str
    values: dict[str, Any]
    condition: Condition
    names: dict[str, str]
    withdrawn: str = ""
    """The destination that need not be told any more."""
    files: int = 0


def _message(message: Message, parts: frozenset[str]) -> _Update:
    sets, removes = ["sent_at = sent_at"], []
    names: dict[str, str] = {}
    values: dict[str, Any] = {}
    if IDENTITY in parts:
        removes.append("identities")
        if message.message_id.startswith("wamid"):
            # WhatsApp's ids hold the number of who wrote.
            sets.append("message_id = :id")
            values[":id"] = f"{erasure.GONE}-{message.sk.rpartition('#')[2]}"
            removes.append("reply_to")
    if MEDIA in parts:
        names["#stored"] = "stored"
        removes += ["media", "#stored"]
    if TEXT in parts:
        names["#location"] = "location"
        removes += ["extra", "#location"]
        if message.text is not None:
            names["#text"] = "text"
            sets.append("#text = :gone")
            values[":gone"] = GONE
    receipt = message.destination == "reporter"
    if receipt:
        # The message is the row of its receipt: what was to be sent to whom, and the provider's id of it.
        sets.append("payload = :payload")
        values[":payload"] = erasure.payload(message.payload, parts)
        names["#result"] = "result"
        removes.append("#result")
    condition, withdrawn = THERE, ""
    if (IDENTITY if receipt else MEDIA) in parts and message.state not in (None, CONFIRMED, ERASED):
        # Nobody need fetch its file, or be told of it, any more.
        condition, withdrawn = ("#state = :was", {":was": message.state}), "reporter" if receipt else "media"
        names["#state"] = "state"
        sets.append("#state = :erased")
        values[":erased"] = ERASED
        removes += ["opk", "osk"]
    remove = f" REMOVE {', '.join(removes)}" if removes else ""
    return _Update(
        message.sk,
        f"SET {', '.join(sets)}{remove}",
        values,
        condition,
        names,
        withdrawn,
        int(MEDIA in parts and bool(message.stored)),
    )


def _event(event: Event, parts: frozenset[str]) -> _Update:
    values: dict[str, Any] = {":data": erasure.event_data(event.data, parts)}
    names = {"#data": "data"}
    if event.state is None or event.destination == ALERT:
        # Officials are told of an open case's clocks whoever reported it.
        gone = MEDIA in parts and bool((event.data or {}).get("attachment"))
        linked = " REMOVE identities" if IDENTITY in parts and event.identities else ""
        return _Update(event.sk, f"SET #data = :data{linked}", values, THERE, names, files=int(gone))
    # It is a notice as well: of what it was to say, its kind remains.
    values |= {":payload": erasure.payload(event.payload, parts)}
    expression = "SET #data = :data, payload = :payload"
    if event.state != CONFIRMED and IDENTITY in parts:
        return _withdrawn(event.sk, expression, values, names, "notice", event.state, None)
    return _Update(event.sk, f"{expression} REMOVE #result", values, THERE, names | {"#result": "result"})


def _row(row: OutboxRow, parts: frozenset[str]) -> _Update:
    values: dict[str, Any] = {":payload": erasure.payload(row.payload, parts)}
    expression = "SET payload = :payload"
    if (row.payload or {}).get("kind") == FOLLOWERS:
        # It is other people who are to be told; they still are, without the words.
        return _Update(row.sk, expression, values, THERE, {})
    needless = IDENTITY if row.destination in ("reporter", "notice") else MEDIA if row.destination == "media" else TEXT
    if row.state != CONFIRMED and needless in parts:
        return _withdrawn(row.sk, expression, values, {}, row.destination, row.state, row.lease_until)
    if row.destination == "lapor":
        return _Update(row.sk, expression, values, THERE, {})
    # What the provider answered is a message id, and those hold numbers.
    return _Update(row.sk, f"{expression} REMOVE #result", values, THERE, {"#result": "result"})


def _withdrawn(
    sk: str,
    expression: str,
    values: dict[str, Any],
    names: dict[str, str],
    destination: str,
    state: str,
    lease: str | None,
) -> _Update:
    """Nobody is to be told any more: the row leaves its index and the ledger's count of what is due."""
    held = "lease_until = :lease" if lease else "attribute_not_exists(lease_until)"
    condition: Condition = (f"#state = :was AND {held}", {":was": state, **({":lease": lease} if lease else {})})
    return _Update(
        sk,
        f"{expression}, #state = :erased REMOVE opk, osk, lease_until, phase, #result",
        values | {":erased": ERASED},
        condition,
        names | {"#state": "state", "#result": "result"},
        "" if state == ERASED else destination,
    )


def _conversations(found: Dossier) -> list[str]:
    """The keys under which a message of this person would join this case."""
    case = found.case
    contact, reporter = case.contact or {}, case.reporter or {}
    keys = [key for message in found.messages for key in message.identities or []]
    keys += [key for event in found.events for key in event.identities or []]
    if contact:
        # Which of the two his address is, a case does not say.
        people = [Sender(user_id=name) for name in (contact.get("to"), reporter.get("handle")) if name]
        numbers = (contact.get("to"), reporter.get("phone"))
        people += [Sender(phone=number) for number in numbers if number and number.startswith("+")]
        for person in people:
            keys += map(conversation_key, person.identities(contact["channel"], contact["account"]))
    return list(dict.fromkeys(keys))


def _forget(key: str, ticket: str) -> None:
    delete(Conversation(pk=key), Conversation.ticket == ticket)
