"""What is to be erased, and what has been: the cases of a person, payloads, days that have expired, the log."""

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import islice
from secrets import token_hex
from typing import Any

from pynamodb.expressions.update import Action

from chalicelib.store import cursors, media
from chalicelib.store.conditional import update
from chalicelib.store.cursors import BadCursor
from chalicelib.store.keys import iso
from chalicelib.store.tables import (
    CASES,
    COMPLAINTS_TABLE,
    CONTROL_TABLE,
    ERASURES,
    META,
    QUARANTINE,
    Case,
    Erasing,
    Erasure,
    Quarantined,
    RetentionMark,
)
from chalicelib.store.transaction import ABSENT, THERE, Transaction, failed

RUNNING, DONE = "running", "done"
UNFINISHED = f"erasure#{RUNNING}"
# How long asking again still finds a request that ended.
REMEMBERED_FOR = timedelta(days=30)
PAYLOADS_AT_ONCE = 20
_KEY = re.compile(r"[0-9T:.Z-]{24}#[0-9a-f]{16}")


def of_person(key: str) -> list[str]:
    """The tickets of a person's cases, the oldest first."""
    return [item.lsk.rpartition("#")[2] for item in Case.by_person.query(key)]


def quarantined(after: str | None) -> Iterator[tuple[list[Quarantined], str]]:
    """The payloads nobody could read, some at a time, the oldest first: what comes meanwhile comes last. Each time with
    where the next begin (`after`)."""
    index = iter(Quarantined.by_received.query(QUARANTINE, Quarantined.lsk > after if after else None))
    while items := list(islice(index, PAYLOADS_AT_ONCE)):
        yield list(Quarantined.batch_get([(item.pk, META) for item in items])), items[-1].lsk


def quarantined_before(end: datetime, most: int) -> list[Quarantined]:
    """The oldest of those received before a time. What is erased has left the index, so this never grows."""
    index = Quarantined.by_received.query(QUARANTINE, Quarantined.lsk < iso(end), limit=most)
    return list(Quarantined.batch_get([(item.pk, META) for item in index]))


def forget_payload(item: Quarantined, now: datetime, record: Erasure | None = None) -> bool:
    """Take away what a payload held; that there was one, when and why stays, and the ledger counts it. `record`: the
    request it belongs to, which counts it in the same transaction. False: it is being written; try again."""
    if item.stored:
        media.forget(item.stored)
    transaction = Transaction()
    transaction.update(
        COMPLAINTS_TABLE,
        {"pk": item.pk, "sk": META},
        "SET erased_at = :at REMOVE #raw, #stored, lpk, lsk",
        {":at": iso(now)},
        ("attribute_exists(lpk)", {}),
        {"#raw": "raw", "#stored": "stored"},
    )
    if record is not None:
        transaction.update(COMPLAINTS_TABLE, {"pk": record.pk, "sk": META}, "ADD payloads :one", {":one": 1}, THERE)
    reasons = transaction.commit()
    if item.stored:
        media.forget(item.stored)  # delivered once more, it may have been put there again meanwhile
    return reasons is None or failed(reasons[0])  # a payload that was there no more was erased by another


def begin(
    whose: str | None,
    only: str | None,
    *,
    known: str | None,
    sought: Sequence[str],
    actor: str,
    reason: str,
    again: Callable[[], bool],
    now: datetime,
) -> tuple[Erasure, bool]:
    """The record of a person's erasure, and whether it is new: the last one while it runs, or when nothing has come
    since (`again` says no). `known`: the record that his case names; `sought`: what payloads are searched for, kept
    only until that is done. Raises StoreUnavailable."""
    pointer = f"ERASING#{whose or only}"
    while True:
        pointed = _pointed(pointer)
        named = pointed or known
        last = get(named) if named else None
        if last is not None and (last.state == RUNNING or not again()):
            return last, False
        identifier, at = token_hex(8), iso(now)
        item = {
            "pk": f"ERASURE#{identifier}",
            "sk": META,
            "lpk": ERASURES,
            "lsk": f"{at}#{identifier}",
            "opk": UNFINISHED,
            "osk": f"{at}#{identifier}",
            "at": at,
            "actor": actor,
            "reason": reason,
            "state": RUNNING,
            "whose": whose,
            "only": only,
            "sought": list(sought),
            "cases": 0,
        }
        transaction = Transaction()
        free = ("erasure = :known", {":known": pointed}) if pointed else ABSENT
        transaction.put(CONTROL_TABLE, {"pk": pointer, "erasure": identifier}, free)
        transaction.put(COMPLAINTS_TABLE, item, ABSENT)
        if transaction.commit() is None:
            made = get(identifier)
            if made is not None:
                return made, True


def get(identifier: str) -> Erasure | None:
    """A record of the log."""
    try:
        return Erasure.get(f"ERASURE#{identifier}", META, consistent_read=True)
    except Erasure.DoesNotExist:
        return None


def unfinished() -> Iterator[Erasure]:
    """The requests that have not ended, the oldest first."""
    keys = [(item.pk, META) for item in Erasure.by_outbox.query(UNFINISHED)]
    for key in keys:
        if (record := get(key[0].removeprefix("ERASURE#"))) is not None:
            yield record


def searched(record: Erasure, position: str | None) -> None:
    """Note up to where the payloads nobody could read have been looked through; None: all of them."""
    if position is None:
        record.update([Erasure.searched.set(True), Erasure.sought.remove()], Erasure.pk.exists())
    else:
        record.update([Erasure.searched_to.set(position)], Erasure.pk.exists())


def finish(record: Erasure, now: datetime) -> None:
    """Note that nothing is left; then the record no longer says whose cases they were."""
    identifier = record.pk.removeprefix("ERASURE#")
    pointer = Erasing(f"ERASING#{record.whose or record.only}")
    until = int((now + REMEMBERED_FOR).timestamp())
    update(pointer, [Erasing.expires_at.set(until)], Erasing.erasure == identifier)
    actions: list[Action] = [Erasure.state.set(DONE), Erasure.finished_at.set(iso(now))]
    gone = (Erasure.whose, Erasure.only, Erasure.sought, Erasure.searched_to, Erasure.opk, Erasure.osk)
    actions += [attribute.remove() for attribute in gone]
    record.update(actions, Erasure.pk.exists())


def listed(*, limit: int, cursor: str | None) -> tuple[list[Erasure], str | None]:
    """The log, the newest first. Raises BadCursor."""
    start = _start(cursor) if cursor else None
    index = Erasure.by_received.query(ERASURES, scan_index_forward=False, limit=limit, last_evaluated_key=start)
    keys = [item.lsk for item in index]
    found = {item.lsk: item for item in Erasure.batch_get([(_pk(key), META) for key in keys])} if keys else {}
    following = cursors.encode(keys[-1]) if len(keys) == limit else None
    return [found[key] for key in keys if key in found], following


def _start(cursor: str) -> dict[str, Any]:
    key = cursors.decode(cursor, str)
    if not _KEY.fullmatch(key):
        raise BadCursor
    return {"lpk": {"S": ERASURES}, "lsk": {"S": key}, "pk": {"S": _pk(key)}, "sk": {"S": META}}


def _pk(key: str) -> str:
    return f"ERASURE#{key.rpartition('#')[2]}"


def _pointed(pointer: str) -> str | None:
    try:
        return Erasing.get(pointer, consistent_read=True).erasure
    except Erasing.DoesNotExist:
        return None


def mark(part: str) -> str | None:
    """The last day whose cases were looked at for a part that expires."""
    try:
        return RetentionMark.get(f"RETENTION#{part}").day
    except RetentionMark.DoesNotExist:
        return None


def set_mark(part: str, day: str) -> None:
    """Note that the cases last touched on this day, and before, have been looked at."""
    RetentionMark(pk=f"RETENTION#{part}", day=day).save()


def oldest_day() -> str | None:
    """The day on which the first case was received, None where there is none."""
    first = next(iter(Case.by_received.query(CASES, limit=1)), None)
    return first.lsk[:10] if first else None


def touched_on(day: str) -> Iterator[Case]:
    """The cases whose last change was on this day (UTC). A change on another day moves them there."""
    return Case.batch_get([(item.pk, META) for item in Case.by_updated.query(day)])
