"""Reading one case by its ticket, and what lies in quarantine; lists of cases are in listing.py."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from chalicelib.store import cursors
from chalicelib.store.cursors import BadCursor
from chalicelib.store.keys import case_key
from chalicelib.store.tables import (
    META,
    QUARANTINE,
    Case,
    Event,
    Message,
    OutboxRow,
    Quarantined,
)


@dataclass(slots=True)
class Dossier:
    """A case with everything that belongs to it."""

    case: Case
    messages: list[Message] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    rows: list[OutboxRow] = field(default_factory=list)


def dossier(ticket: str) -> Dossier | None:
    """The case and all its items in one query, or None."""
    case: Case | None = None
    kinds: dict[str, list[Any]] = {"MSG": [], "EVT": [], "OUT": []}
    models = {"MSG": Message, "EVT": Event, "OUT": OutboxRow}
    for item in _collection(ticket):
        sk = item["sk"]["S"]
        if sk == META:
            case = Case.from_raw_data(item)
        elif (kind := sk.partition("#")[0]) in kinds:
            kinds[kind].append(models[kind].from_raw_data(item))
    return Dossier(case, kinds["MSG"], kinds["EVT"], kinds["OUT"]) if case else None


def _collection(ticket: str) -> Iterable[dict[str, Any]]:
    """The raw items of a case: their kinds differ, so no single model can read them."""
    connection, last = Case._get_connection(), None
    while True:
        answer = connection.query(case_key(ticket), exclusive_start_key=last, consistent_read=True)
        yield from answer["Items"]
        last = answer.get("LastEvaluatedKey")
        if last is None:
            return


def get(ticket: str) -> Case | None:
    """The case without its messages and timeline."""
    try:
        return Case.get(case_key(ticket), META, consistent_read=True)
    except Case.DoesNotExist:
        return None


def versions(tickets: Iterable[str]) -> dict[str, int]:
    """The versions these cases have now; a case that is gone has none."""
    keys = [(case_key(ticket), META) for ticket in dict.fromkeys(tickets)]
    found = Case.batch_get(keys, consistent_read=True, attributes_to_get=["pk", "version"]) if keys else ()
    return {one.pk.removeprefix("C#"): int(one.version) for one in found}


def quarantined(*, limit: int, cursor: str | None) -> tuple[list[Quarantined], str | None]:
    """Payloads nobody could read, the newest first. Raises BadCursor."""
    start = _start(cursor) if cursor else None
    found = Quarantined.by_received.query(QUARANTINE, scan_index_forward=False, limit=limit, last_evaluated_key=start)
    keys = [(item.pk, META) for item in found]
    items = {item.pk: item for item in Quarantined.batch_get(keys)} if keys else {}
    last = found.last_evaluated_key
    return [items[pk] for pk, _ in keys if pk in items], cursors.encode(last) if last else None


POSITION = {"lpk", "lsk", "pk", "sk"}


def _start(cursor: str) -> dict[str, dict[str, str]]:
    key = cursors.decode(cursor, dict[str, dict[str, str]])
    # A position of another list, or of none, would be DynamoDB's error instead of the caller's.
    if key.keys() != POSITION or not all(_is_text(value) for value in key.values()):
        raise BadCursor
    if key["lpk"] != {"S": QUARANTINE}:
        raise BadCursor
    return key


def _is_text(value: dict[str, str]) -> bool:
    match value:
        case {"S": text, **rest}:
            return not rest and 0 < len(text) <= 500 and text.isascii()
    return False
