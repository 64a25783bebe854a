"""Items as plain attributes, ready for a Transaction: what every door writes in the same way."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from chalicelib.store.keys import case_key, digest, event_key, iso, person_key
from chalicelib.store.tables import CASES, COMPLAINTS_TABLE, CONTROL_TABLE, META
from chalicelib.store.transaction import ABSENT, Transaction

LEDGER_SHARDS = 16
# The sweeper leaves a fresh row alone this long: the queue is normally done with it in seconds.
SWEEP_AFTER = timedelta(seconds=90)
# The kind of notice that is told to the reporters of every case merged into this one: not to the case's own.
FOLLOWERS = "followers"
# The queue of cases that no department has yet.
NOBODY = "-"
# A line of the timeline that officials are told of; it is an outbox row as well, of this destination.
ALERT = "alert"
# Open cases whose clocks are to be looked at (scheduled/sla_alerts.py).
CLOCKS = "clock#waiting"


@dataclass(frozen=True, slots=True)
class Row:
    """An outbox row to be written: for whom, which, and what the sender needs to know."""

    destination: Literal["lapor", "reporter", "notice", "media", "sie"]
    id: str
    payload: dict[str, Any]

    @property
    def key(self) -> str:
        """The sort key within the case. Under a message's key it has no item of its own: the message is the row."""
        return self.id if self.id.startswith("MSG#") else f"OUT#{self.destination}#{self.id}"


# What files a case in SP4N-LAPOR!: every case has this one row of it at most.
FILING = Row("lapor", "case", {})


def case_item(
    ticket: str,
    *,
    status: str,
    class_: str,
    channel: str,
    text: str | None,
    category: str | None,
    department: str | None,
    location: Any,
    reporter: Mapping[str, Any],
    contact: Mapping[str, Any] | None,
    secret: bool,
    lapor: str,
    received_at: datetime,
    now: datetime,
    look_at: datetime | None = None,
) -> dict[str, Any]:
    """A new case with its first message counted. `look_at`: when its clocks are to be looked at."""
    received, at = iso(received_at), iso(now)
    return {
        "pk": case_key(ticket),
        "sk": META,
        "lpk": CASES,
        "lsk": f"{received}#{ticket}",
        "updated_on": at[:10],
        "department": department,
        "queue": department or NOBODY,
        "qsk": f"{received}#{ticket}",
        **clock_keys(ticket, look_at),
        "person": person_key(reporter.get("phone"), reporter.get("handle")),
        "ticket": ticket,
        "status": status,
        "class": class_,
        "channel": channel,
        "text": text,
        "category": category,
        "location": location,
        "reporter": dict(reporter),
        "contact": contact,
        "secret": secret,
        "received_at": received,
        "updated_at": at,
        "last_message_at": at,
        "message_count": 1,
        "supporters": 0,
        "lapor": {"state": lapor},
        "version": 1,
    }


def clock_keys(ticket: str, look_at: datetime | None) -> dict[str, str | None]:
    """What puts a case among those whose clocks are looked at when that moment has come; None takes it away."""
    return {"opk": CLOCKS, "osk": f"{iso(look_at)}#{ticket}"} if look_at else {"opk": None, "osk": None}


def event_item(
    ticket: str, identifier: str, type_: str, at: str, actor: str, data: Mapping[str, Any] | None
) -> dict[str, Any]:
    """A line of the timeline."""
    return {
        "pk": case_key(ticket),
        "sk": event_key(at, identifier),
        "type": type_,
        "at": at,
        "actor": actor,
        "data": data,
    }


def outbox_row(ticket: str, row: Row, now: datetime) -> dict[str, Any]:
    """A row that waits to be sent."""
    return {"pk": case_key(ticket), "sk": row.key, **waiting(ticket, row.destination, row.payload, now)}


def waiting(ticket: str, destination: str, payload: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """What makes an item an outbox row."""
    return {
        "opk": f"{destination}#waiting",
        "osk": f"{iso(now + SWEEP_AFTER)}#{ticket}",
        "destination": destination,
        "state": "waiting",
        "attempts": 0,
        "payload": payload,
        "created_at": iso(now),
    }


def due(rows: Iterable[Row]) -> dict[str, int]:
    """What these rows add to the ledger. Notices do not: each is a line of the timeline that cannot get lost without
    it, and is counted while it is open (ledger.py)."""
    added: dict[str, int] = {}
    for row in rows:
        if row.destination == "notice":
            continue
        added[f"due_{row.destination}"] = added.get(f"due_{row.destination}", 0) + 1
    return added


def count(transaction: Transaction, seed: str, added: Mapping[str, int]) -> None:
    """Count in the ledger, in the same transaction that makes it true; nothing to count costs nothing."""
    if added:
        expression = "ADD " + ", ".join(f"{name} :{name}" for name in added)
        transaction.update(
            CONTROL_TABLE, {"pk": shard(seed)}, expression, {f":{name}": amount for name, amount in added.items()}
        )


def shard(seed: str) -> str:
    """The key of the ledger's share that something is counted in."""
    return f"LEDGER#{int(digest(seed), 16) % LEDGER_SHARDS}"


def put_rows(transaction: Transaction, ticket: str, rows: Sequence[Row], now: datetime) -> None:
    """Write outbox rows of a case, none over one that is there: a filing that was confirmed is never waiting again."""
    for row in rows:
        transaction.put(COMPLAINTS_TABLE, outbox_row(ticket, row, now), ABSENT)
