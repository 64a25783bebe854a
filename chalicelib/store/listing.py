"""Pages of cases, walked along an index whose key is the caller's scope: what a page costs never grows with the number
of cases stored.

An index is walked from a position, a page reads a bounded number of keys, and what does not fit the filters is passed
over: a page may hold fewer cases than asked for while there are more. A position names the query it belongs to.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from pynamodb.exceptions import QueryError

from chalicelib.store import cursors
from chalicelib.store.cursors import BadCursor
from chalicelib.store.keys import case_key
from chalicelib.store.tables import CASES, META, Case

# Keys and queries a page may cost at most.
MOST_KEYS = 300
MOST_QUERIES = 40
# No case was touched before it; whoever asks for everything since 1970 must not be walked through 20,000 empty days.
FIRST_DAY = date(2020, 1, 1)
AT_ONCE = 100  # what DynamoDB gives of whole items in one call

Fits = Callable[[Case], bool]


@dataclass(frozen=True, slots=True)
class Page:
    """Some cases and where the next ones begin (None: there are no more)."""

    items: list[Case]
    next: str | None


@dataclass(frozen=True, slots=True)
class Walk:
    """A way along an index: its partitions in order, and from where to where within each.

    `question`: whatever decides what the walk finds; a cursor is good for the same question only.
    """

    index: str
    partitions: Sequence[str]
    question: str
    newest_first: bool = False
    after: str | None = None
    before: str | None = None
    as_of: str | None = None
    """What was touched later is passed over, on every page of the walk that begins now."""


def page(walk: Walk, fits: Fits, *, at_once: int, limit: int, cursor: str | None) -> Page:
    """The next cases of a walk. `at_once`: so many keys are read at least, where `fits` may refuse some; fewer cost a
    query more, more are read for nothing. Raises BadCursor."""
    nowhere = walk.after is not None and walk.before is not None and walk.after >= walk.before
    if not walk.partitions or nowhere:
        return Page([], None)
    at, key, as_of = _position(walk, cursor)
    found: list[Case] = []
    keys_read = 0
    for _ in range(MOST_QUERIES):
        want = max(limit - len(found), at_once)
        keys = _keys(walk, walk.partitions[at], key, want)
        keys_read += len(keys)
        for case, place in _whole(keys):
            key = place
            if case is not None and fits(case) and (as_of is None or case.updated_at <= as_of):
                found.append(case)
            if len(found) == limit:
                break
        ended = len(keys) < want and (not keys or key == keys[-1])
        if ended:
            at, key = at + 1, None
        if at == len(walk.partitions):
            return Page(found, None)
        if len(found) == limit or keys_read >= MOST_KEYS:
            break
    return Page(found, cursors.encode((walk.question, walk.partitions[at], key, as_of)))


def queued(queue: str) -> list[str]:
    """The tickets of all open cases of a department (`-`: of none yet): as many reads as they are open."""
    return [item.qsk.rpartition("#")[2] for item in Case.by_queue.query(queue)]


def any_open(queue: str) -> bool:
    """Whether a department holds any open case."""
    return any(True for _ in Case.by_queue.query(queue, limit=1))


def any_case() -> bool:
    """Whether there is any case at all."""
    return any(True for _ in Case.by_received.query(CASES, limit=1))


def days(since: date, until: date) -> list[str]:
    """The partitions of `by_updated`; those before this software was written hold nothing."""
    since = max(since, FIRST_DAY)
    return [(since + timedelta(days=number)).isoformat() for number in range((until - since).days + 1)]


def _keys(walk: Walk, partition: str, after: str | None, limit: int) -> list[str]:
    """Range keys of one partition, in the walk's order."""
    index = getattr(Case, walk.index)
    range_name = RANGES[walk.index]
    column = getattr(Case, range_name)
    condition = None
    # `before` and `after` are times; "~" sorts behind everything that may follow them in a key.
    if walk.after is not None and walk.before is not None:
        condition = column.between(walk.after, f"{walk.before}~")
    elif walk.after is not None:
        condition = column >= walk.after
    elif walk.before is not None:
        condition = column < walk.before
    start = _start(walk.index, partition, after) if after else None
    items = index.query(
        partition, condition, scan_index_forward=not walk.newest_first, limit=limit, last_evaluated_key=start
    )
    try:
        return [getattr(item, range_name) for item in items]
    except QueryError as error:
        if start is not None and error.cause_response_code == "ValidationException":
            raise BadCursor from None  # a position outside what the question covers
        raise


HASHES = {
    "by_received": "lpk",
    "by_department": "department",
    "by_person": "person",
    "by_queue": "queue",
    "by_updated": "updated_on",
}
RANGES = {
    "by_received": "lsk",
    "by_department": "lsk",
    "by_person": "lsk",
    "by_queue": "qsk",
    "by_updated": "pk",
}


def _start(index: str, partition: str, key: str) -> dict[str, Any]:
    """DynamoDB's form of a position, made from its two parts only: no cursor can name a key of another scope."""
    return {HASHES[index]: {"S": partition}, RANGES[index]: {"S": key}, "pk": {"S": _pk(key)}, "sk": {"S": META}}


def _pk(key: str) -> str:
    return key if key.startswith("C#") else case_key(key.rpartition("#")[2])


def _whole(keys: Iterable[str]) -> Iterable[tuple[Case | None, str]]:
    """The cases behind range keys, in the order of the keys."""
    wanted = [(_pk(key), key) for key in keys]
    items = {case.pk: case for case in Case.batch_get([(pk, META) for pk, _ in wanted])} if wanted else {}
    return [(items.get(pk), key) for pk, key in wanted]


def _position(walk: Walk, cursor: str | None) -> tuple[int, str | None, str | None]:
    if cursor is None:
        return 0, None, walk.as_of
    question, partition, key, as_of = cursors.decode(cursor, tuple[str, str, str | None, str | None])
    if question != walk.question or partition not in walk.partitions:
        raise BadCursor
    if not (key is None or _is_key(key)) or not (as_of is None or _is_key(as_of)):
        raise BadCursor
    return list(walk.partitions).index(partition), key, as_of


def _is_key(key: str) -> bool:
    return 0 < len(key) <= 100 and key.isascii() and not _pk(key).endswith("#")
