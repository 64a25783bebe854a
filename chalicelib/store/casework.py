"""The transactions by which people change cases. Each is all or nothing: the case, its timeline, what others are to be
told, and the marker that makes a repeated request do nothing twice.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from chalicelib.store import corrections
from chalicelib.store.items import Row, count, due, event_item, put_rows, waiting
from chalicelib.store.keys import case_key, digest, event_key, external_key, iso
from chalicelib.store.tables import COMPLAINTS_TABLE, CONTROL_TABLE, META, Case, Follower, OutboxRow, Repetition
from chalicelib.store.transaction import ABSENT, Condition, Transaction, assignments, failed, found

REPEATED_FOR = timedelta(hours=24)
# A step of telling many reporters: well below the hundred items of a transaction.
FOLLOWERS_AT_ONCE = 25


@dataclass(frozen=True, slots=True)
class Once:
    """A request that must not be carried out twice: whose, under which key, and a digest of all it says."""

    user: str
    key: str
    request: str

    @property
    def pk(self) -> str:
        """The marker's key; a user's keys are his own."""
        return f"ONCE#{digest(self.user, 16)}#{digest(self.key, 32)}"


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the timeline to be written."""

    id: str
    type: str
    at: str
    actor: str
    data: dict[str, Any]
    notice: Mapping[str, Any] | None = None
    """Where its reporter is told of it; then the line is an outbox row as well."""

    @property
    def key(self) -> str:
        """The sort key within the case."""
        return event_key(self.at, self.id)


@dataclass(frozen=True, slots=True)
class Written:
    """The transaction was accepted."""


@dataclass(frozen=True, slots=True)
class Repeated:
    """The same key was used before."""


@dataclass(frozen=True, slots=True)
class Known:
    """There is a case under this external id."""

    ticket: str


@dataclass(frozen=True, slots=True)
class Stale:
    """The case is not what it was when it was read."""


@dataclass(frozen=True, slots=True)
class TargetFinished:
    """The case to be merged into is not open, or not there."""


@dataclass(frozen=True, slots=True)
class Busy:
    """Somebody else is writing the same items; try again."""


Result = Written | Repeated | Known | Stale | TargetFinished | Busy


@dataclass(frozen=True, slots=True)
class Join:
    """A case starts (or, `leaves`, ends) to follow another, with all that follow it. `above`: the case that the other
    follows itself; whoever leaves one leaves all above it as well."""

    target: str
    count: int
    leaves: bool = False
    open_statuses: Sequence[str] = ()
    above: str | None = None


@dataclass(slots=True)
class Change:
    """One action on one case: attributes (None: removed), timeline, outbox rows, and whom it follows."""

    attributes: dict[str, Any]
    lines: list[Line]
    rows: list[Row] = field(default_factory=list)
    joins: list[Join] = field(default_factory=list)


def repetition(once: Once, now: datetime) -> Repetition | None:
    """What this user's key led to within the last day, or None."""
    try:
        known = Repetition.get(once.pk, consistent_read=True)
    except Repetition.DoesNotExist:
        return None
    # DynamoDB forgets expired items when it has time, not at once.
    return known if int(known.expires_at) > now.timestamp() else None


def open_case(
    item: Mapping[str, Any],
    message: Mapping[str, Any],
    lines: Sequence[Line],
    rows: Sequence[Row],
    once: Once | None,
    now: datetime,
    *,
    external_id: str | None = None,
) -> Result:
    """Write a case that somebody entered, with its first message; it counts in the ledger like any other.

    `external_id`: what another system calls it; one case for each, for ever."""
    ticket = item["ticket"]
    transaction = Transaction()
    _mark(transaction, once, ticket, now)
    if external_id:
        transaction.put(CONTROL_TABLE, {"pk": external_key(external_id), "ticket": ticket}, ABSENT)
    transaction.put(COMPLAINTS_TABLE, {**item, **_decided(lines)}, ABSENT)
    transaction.put(COMPLAINTS_TABLE, message)
    for line in lines:
        _write(transaction, ticket, line, now)
    put_rows(transaction, ticket, rows, now)
    count(transaction, ticket, {"accepted": 1, "opened": 1, **due(rows)})
    reasons = transaction.commit()
    if reasons is None:
        return Written()
    if once and failed(reasons[0]):
        return Repeated()
    taken = reasons[1 if once else 0]
    known = found(taken, "ticket") if external_id and failed(taken) else None
    return Known(known) if known else Busy()


def change(case: Case, wanted: Change, once: Once | None, now: datetime) -> Result:
    """Carry out an action on the case as it was read: `version` must still be the one of `case`."""
    ticket = case.ticket
    transaction = Transaction()
    _mark(transaction, once, ticket, now)
    for line in wanted.lines:
        _write(transaction, ticket, line, now)
    put_rows(transaction, ticket, wanted.rows, now)
    first = wanted.lines[0]
    for join in wanted.joins:
        _follow(transaction, ticket, join, first, now)
    _update_case(transaction, case, {**wanted.attributes, **_decided(wanted.lines)})
    for join in wanted.joins:
        _count_follower(transaction, join, now)
    count(transaction, first.id, due(wanted.rows))
    reasons = transaction.commit()
    if reasons is None:
        return Written()
    if once and failed(reasons[0]):
        return Repeated()
    rows = (1 if once else 0) + len(wanted.lines)
    joins = rows + len(wanted.rows)
    puts = joins + 2 * len(wanted.joins)
    if failed(reasons[puts]) or any(failed(reason) for reason in reasons[rows:joins]):
        return Stale()
    refused = [join for join, reason in zip(wanted.joins, reasons[puts + 1 :], strict=False) if failed(reason)]
    if any(not join.leaves for join in refused):
        return TargetFinished()
    return Busy()


def followers(ticket: str, after: str | None) -> tuple[list[Follower], str | None]:
    """Some cases that follow this one, and where the next begin."""
    start = {"pk": {"S": case_key(ticket)}, "sk": {"S": after}} if after else None
    found = Follower.query(
        case_key(ticket),
        Follower.sk.startswith("DUP#"),
        limit=FOLLOWERS_AT_ONCE,
        last_evaluated_key=start,
        consistent_read=True,  # who was merged a moment ago is told as well
    )
    items = list(found)
    more = items[-1].sk if len(items) == FOLLOWERS_AT_ONCE else None
    return [item for item in items if item.ended_at is None], more


def cases(tickets: Iterable[str]) -> list[Case]:
    """These cases, without messages and timeline."""
    keys = [(case_key(ticket), META) for ticket in tickets]
    return list(Case.batch_get(keys)) if keys else []


def spread(row: OutboxRow, told: Mapping[str, Sequence[Row]], more: str | None, now: datetime) -> bool:
    """Give each of some followers its own rows, and move the row that spreads them on; False: another did it."""
    transaction = Transaction()
    for ticket, rows in told.items():
        put_rows(transaction, ticket, rows, now)
    tries = int(row.attempts or 0)
    values: dict[str, Any] = {":tries": tries + 1, ":result": {"after": more}}
    condition: Condition = ("#state = :waiting AND attempts = :before", {":waiting": "waiting", ":before": tries})
    changes = "SET attempts = :tries, #result = :result"
    if more is None:
        changes += ", #state = :confirmed, confirmed_at = :now REMOVE opk, osk"
        values |= {":confirmed": "confirmed", ":now": iso(now)}
    names = {"#state": "state", "#result": "result"}
    transaction.update(COMPLAINTS_TABLE, {"pk": row.pk, "sk": row.sk}, changes, values, condition, names)
    count(transaction, row.sk, due(one for rows in told.values() for one in rows))
    if transaction.commit() is not None:
        return False
    row.attempts, row.result = tries + 1, {"after": more}
    return True


def _mark(transaction: Transaction, once: Once | None, ticket: str, now: datetime) -> None:
    if once is None:
        return
    item = {
        "pk": once.pk,
        "request": once.request,
        "ticket": ticket,
        "expires_at": int((now + REPEATED_FOR).timestamp()),
    }
    free = (f"{ABSENT[0]} OR expires_at <= :now", {":now": int(now.timestamp())})
    transaction.put(CONTROL_TABLE, item, free)


def _decided(lines: Iterable[Line]) -> dict[str, str]:
    """When a person said where the case belongs, for routing to learn from; empty where nobody did."""
    said = [line.at for line in lines if corrections.teaches(line.type, line.actor, line.data)]
    return {"decided_at": said[-1]} if said else {}


def _write(transaction: Transaction, ticket: str, line: Line, now: datetime) -> None:
    item = event_item(ticket, line.id, line.type, line.at, line.actor, line.data)
    if line.notice:
        item |= waiting(ticket, "notice", line.notice, now)
    transaction.put(COMPLAINTS_TABLE, item)


def _follow(transaction: Transaction, ticket: str, join: Join, line: Line, now: datetime) -> None:
    item = {
        "pk": case_key(join.target),
        "sk": f"DUP#{ticket}",
        "ticket": ticket,
        "at": line.at,
        "ended_at": line.at if join.leaves else None,
    }
    transaction.put(COMPLAINTS_TABLE, item)
    data = {"ticket": ticket, "count": join.count}
    told = Line(line.id, "left" if join.leaves else "joined", line.at, line.actor, data)
    _write(transaction, join.target, told, now)


def _count_follower(transaction: Transaction, join: Join, now: datetime) -> None:
    at = iso(now)
    values: dict[str, Any] = {
        ":at": at,
        ":day": at[:10],
        ":one": 1,
        ":count": -join.count if join.leaves else join.count,
    }
    condition: Condition = ("attribute_exists(pk) AND attribute_not_exists(duplicate_of)", {})
    names = {}
    if join.leaves and join.above:
        condition = ("duplicate_of = :above", {":above": join.above})
    elif not join.leaves:
        statuses = {f":open{number}": status for number, status in enumerate(join.open_statuses)}
        condition = (f"#status IN ({', '.join(statuses)})", statuses)
        names = {"#status": "status"}
    transaction.update(
        COMPLAINTS_TABLE,
        {"pk": case_key(join.target), "sk": META},
        "SET updated_at = :at, updated_on = :day ADD supporters :count, version :one",
        values,
        condition,
        names,
    )


def as_read(case: Case) -> Condition:
    """That the case is as it was read. What an action knows of the next alert it knows from there; a sweep moves that,
    and nothing that anybody sees of the case."""
    known: dict[str, Any] = {":was": int(case.version)}
    if not case.osk:
        return "version = :was AND attribute_not_exists(osk)", known
    return "version = :was AND osk = :osk", {**known, ":osk": case.osk}


def _update_case(transaction: Transaction, case: Case, attributes: Mapping[str, Any]) -> None:
    expression, names, values = assignments(attributes)
    transaction.update(COMPLAINTS_TABLE, {"pk": case.pk, "sk": META}, expression, values, as_read(case), names)
