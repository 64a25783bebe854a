"""Alerts as they are stored: which cases are to be looked at, and the one write by which a look takes effect.

A case's META carries when it is to be looked at (`clock#waiting`). A look is one conditional write that names the
moment and the version it found: it puts the alerts into the timeline and moves the case on, together or not at all. So
of two sweeps at once one writes, and a sweep that was killed has either told and moved a case, or will find it again.

An alert's line is an outbox row as well (`alert#waiting`); who sends it is another matter (deliveries.py).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from pynamodb.expressions.update import Action

from chalicelib.complaints.alerting import DueStep
from chalicelib.complaints.facts import VOID
from chalicelib.store import cases
from chalicelib.store.conditional import update
from chalicelib.store.items import ALERT, CLOCKS, clock_keys, event_item
from chalicelib.store.keys import digest, iso
from chalicelib.store.tables import COMPLAINTS_TABLE, META, Case
from chalicelib.store.transaction import Condition, Transaction

WAITING = "waiting"
PAGE = 200


@dataclass(frozen=True, slots=True)
class Look:
    """A case whose moment has come."""

    ticket: str
    osk: str


def to_look_at(now: datetime) -> Iterator[Look]:
    """The cases whose moment has come, the longest waiting first, page by page as they are asked for."""
    for case in Case.by_outbox.query(CLOCKS, Case.osk < f"{iso(now)}~", page_size=PAGE):
        yield Look(case.pk.removeprefix("C#"), case.osk)


def write(case: Case, steps: Sequence[DueStep], at: datetime, look_at: datetime | None) -> bool:
    """Put these alerts into the timeline, at `at`, and have the case looked at again at `look_at` (None: when something
    happens to it); False: somebody changed the case, or looked at it, since it was read."""
    known: Condition = ("version = :was AND osk = :osk", {":was": int(case.version), ":osk": case.osk})
    if not steps:
        return _move(case, look_at)
    transaction = Transaction()
    for step in steps:
        transaction.put(COMPLAINTS_TABLE, _line(case.ticket, step, iso(at)))
    # A sweep run for a day to come must not date what people do meanwhile to that day (desk/casework.py, following).
    touched = max(case.updated_at, min(iso(at), iso(datetime.now(UTC))))
    sets = "SET updated_at = :at, updated_on = :day"
    values: dict[str, Any] = {":at": touched, ":day": touched[:10]}
    if look_at:
        sets += ", osk = :look"
        values[":look"] = clock_keys(case.ticket, look_at)["osk"]
    else:
        sets += " REMOVE opk, osk"
    transaction.update(COMPLAINTS_TABLE, {"pk": case.pk, "sk": META}, sets, values, known)
    return transaction.commit() is None


def withdraw(ticket: str, sk: str, *, reason: str, statuses: Sequence[str], now: datetime) -> bool:
    """An alert that is needless is not sent: it has told nobody, so the case is looked at again, as its step may come
    anew (another department, a later due date). False: it was sent or withdrawn before."""
    transaction = Transaction()
    key = {"pk": f"C#{ticket}", "sk": sk}
    said = {":void": VOID, ":at": iso(now), ":reason": reason}
    transaction.update(
        COMPLAINTS_TABLE,
        key,
        "SET #state = :void, confirmed_at = :at, last_error = :reason REMOVE opk, osk",
        said,
        ("#state = :waiting AND attribute_not_exists(deliveries)", {":waiting": WAITING}),
        {"#state": "state"},
    )
    case = cases.get(ticket)
    if case is not None and case.status in statuses:
        look = clock_keys(ticket, now)
        transaction.update(
            COMPLAINTS_TABLE,
            {"pk": key["pk"], "sk": META},
            "SET opk = :opk, osk = :osk",
            {":opk": look["opk"], ":osk": look["osk"]},
            ("version = :was", {":was": int(case.version)}),
        )
    return transaction.commit() is None


def _move(case: Case, look_at: datetime | None) -> bool:
    """Without anything to tell it is a plain update, at half the price of a transaction."""
    osk = clock_keys(case.ticket, look_at)["osk"]
    actions: list[Action] = [Case.osk.set(osk)] if osk else [Case.opk.remove(), Case.osk.remove()]
    return update(Case(pk=case.pk, sk=META), actions, (Case.version == case.version) & (Case.osk == case.osk))


def _line(ticket: str, step: DueStep, at: str) -> Mapping[str, Any]:
    said = step.data()
    identifier = digest(f"{step.clock.name}#{step.clock.opened.isoformat()}#{step.percent}#{step.year}#{step.to}", 8)
    row = {
        "opk": f"{ALERT}#{WAITING}",
        # Not later than now, so that the same run sends it.
        "osk": f"{iso(step.at - timedelta(milliseconds=1))}#{ticket}",
        "destination": ALERT,
        "state": WAITING,
        "created_at": at,
    }
    return {**event_item(ticket, identifier, ALERT, at, "system", said), **row}
