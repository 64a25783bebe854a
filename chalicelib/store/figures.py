"""Facts of cases by the day they were received, survey answers by the day they were given, and the rollups of both.

`DAY#<yyyy-mm-dd>` / `FACT#<ticket>`              how a case stood last night, and how at the end of its month
`DAY#<yyyy-mm-dd>` / `ANSWER#<ticket>#<element>`  what its reporter thinks of one element
`DAY#<yyyy-mm-dd>` / `ROLLUP`                     the day added up; `ROLLUP#2` … where one item would not hold it
`DAY#<yyyy-mm-dd>` / `MONTHEND`                   the same as of the end of its month, kept once that month is over

Facts are the truth, rollups are derived: whoever writes a row adds the whole day up anew afterwards. Two who do so at
once, or one who dies in between, leave nothing behind that the next run does not put right. A row that is no longer of
its day (the city's zone changed) is emptied, and is in no sum.

A replayed year is a series of its own (`kediri-2021#DAY#…`): nothing of it is ever in the city's own figures.
"""

import hashlib
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import msgspec
from pynamodb.attributes import BinaryAttribute, BooleanAttribute, JSONAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.transactions import TransactWrite

from chalicelib.complaints.facts import Fact
from chalicelib.complaints.ikm import Answer
from chalicelib.complaints.rollup import Rollup, Wanted, all_durations, from_bytes, to_bytes
from chalicelib.store.aws import SHARED
from chalicelib.store.conditional import committed, save, update
from chalicelib.store.keys import iso
from chalicelib.store.tables import CASES, META, Case, ComplaintsItem, ControlItem
from chalicelib.store.transaction import StoreUnavailable

OWN = ""
"""The series of the city's own figures."""
NOW, MONTHEND = "ROLLUP", "MONTHEND"
MARK = "FIGURES"
# Below DynamoDB's 400 KB with room for names; a day of 10,000 cases has 300 KB.
PART_BYTES = 300_000
# A page of whole items ends at 16 MB, and the connection waits three seconds for one.
DAYS_AT_ONCE = 25
TRIES = 5
# Nights are a day apart, and the same night by another zone of the country an hour or two.
SAME_NIGHT = timedelta(hours=12)

KEYS = ["pk", "sk", "emptied"]
Key = tuple[date, str]
"""A row: its day and its sort key."""


class FactItem(ComplaintsItem):
    """How a case stands: `fact` as of `as_of`, `month` as of the end of the month it was received in."""

    fact = BinaryAttribute(legacy_encoding=False)
    month = BinaryAttribute(legacy_encoding=False, null=True)
    as_of = UnicodeAttribute()


class AnswerItem(ComplaintsItem):
    """One answer of the survey."""

    answer = BinaryAttribute(legacy_encoding=False)


class EmptiedItem(ComplaintsItem):
    """A fact or an answer that is counted under another day, or was of no case: without what it said. Nothing but
    erasure may delete items."""

    fact = BinaryAttribute(legacy_encoding=False, null=True)
    month = BinaryAttribute(legacy_encoding=False, null=True)
    answer = BinaryAttribute(legacy_encoding=False, null=True)
    as_of = UnicodeAttribute(null=True)
    emptied = BooleanAttribute(null=True)


class RollupItem(ComplaintsItem):
    """A day added up, compressed; the first item says how many parts there are and what all of them hold."""

    data = BinaryAttribute(legacy_encoding=False)
    version = NumberAttribute()
    parts = NumberAttribute()
    sha256 = UnicodeAttribute()


class Mark(ControlItem):
    """`FIGURES`: facts stand as at the beginning of `day`. `queues`: the departments that ever held a case. `zone`: by
    which every row was put under its day; without one they may be from more than one.

    While a night's work is not done: for which day and zone it is, after which ticket it goes on, and which days it has
    changed.
    """

    day = UnicodeAttribute(null=True)
    zone = UnicodeAttribute(null=True)
    queues = JSONAttribute(null=True)
    doing = UnicodeAttribute(null=True)
    after = UnicodeAttribute(null=True)
    changed = JSONAttribute(null=True)


@dataclass(frozen=True, slots=True)
class Row:
    """A fact as it is kept. `month` is None while it was last looked at before the end of its month: then nothing has
    happened since, or it would have been looked at again."""

    fact: Fact
    month: Fact | None

    @property
    def at_month_end(self) -> Fact:
        """As of the end of its month, once that is over."""
        return self.month or self.fact


def day_key(series: str, day: date) -> str:
    """The partition of a day."""
    return f"{series}#DAY#{day.isoformat()}" if series else f"DAY#{day.isoformat()}"


def keys_of(row: Row, answers: Iterable[Answer]) -> set[Key]:
    """Where a case's fact and answers are kept."""
    return {(row.fact.day, f"FACT#{row.fact.ticket}"), *((one.day, _answer_key(one)) for one in answers)}


def put_fact(series: str, row: Row, as_of: datetime) -> bool:
    """Keep a fact; False where one of a later night is there."""
    item = FactItem(
        pk=day_key(series, row.fact.day),
        sk=f"FACT#{row.fact.ticket}",
        fact=_packed(row.fact),
        month=_packed(row.month) if row.month else None,
        as_of=iso(as_of),
    )
    return save(item, FactItem.pk.does_not_exist() | (FactItem.as_of < iso(as_of + SAME_NIGHT)))


def keys(series: str, day: date) -> set[str]:
    """The sort keys of the facts and answers of a day, as they are now."""
    span = EmptiedItem.sk.between("ANSWER#", "FACT$")  # what begins with ANSWER# or FACT#
    found = EmptiedItem.query(day_key(series, day), span, consistent_read=True, attributes_to_get=KEYS)
    return {item.sk for item in found if not item.emptied}


def ticket_of(sort_key: str) -> str:
    """Whose row it is."""
    return sort_key.split("#")[1]


def those_there(series: str, rows: Iterable[Key]) -> set[Key]:
    """Which of these rows exist."""
    of = {(day_key(series, day), sort_key): (day, sort_key) for day, sort_key in rows}
    found = EmptiedItem.batch_get(list(of), consistent_read=True, attributes_to_get=KEYS)
    return {of[item.pk, item.sk] for item in found if not item.emptied}


def remove(series: str, rows: Iterable[Key], as_of: datetime) -> None:
    """Empty rows that are there, but no fact of a later night. Their days are to be added up anew."""
    said = (EmptiedItem.fact, EmptiedItem.month, EmptiedItem.answer)
    actions = [EmptiedItem.emptied.set(True), *(one.remove() for one in said)]
    for day, sort_key in rows:
        # An answer has no `as_of`.
        earlier = EmptiedItem.as_of.does_not_exist() | (EmptiedItem.as_of < iso(as_of + SAME_NIGHT))
        update(EmptiedItem(day_key(series, day), sort_key), actions, EmptiedItem.pk.exists() & earlier)


def forget_place(series: str, day: date, ticket: str) -> None:
    """Take the cell out of a case's fact, of now and of its month's end. What days and months were added up to stays:
    there a cell says how many, not who."""
    for _ in range(TRIES):
        try:
            item = FactItem.get(day_key(series, day), f"FACT#{ticket}", consistent_read=True)
        except FactItem.DoesNotExist:
            return
        if not item.fact:
            return  # emptied
        before, as_of = (item.fact, item.month), item.as_of
        item.fact = _without_cell(item.fact)
        item.month = _without_cell(item.month) if item.month else None
        if before == (item.fact, item.month) or save(item, (FactItem.as_of == as_of) & (FactItem.fact == before[0])):
            return
    raise StoreUnavailable("the fact is being written")


def _without_cell(packed: bytes) -> bytes:
    fact = msgspec.json.decode(packed, type=Fact)
    category, kelurahan, _ = (fact.place or "||").split("|")
    return _packed(msgspec.structs.replace(fact, place=f"{category}|{kelurahan}|" if kelurahan else None))


def put_answer(series: str, answer: Answer) -> None:
    """Keep an answer; the same one again changes nothing."""
    AnswerItem(pk=day_key(series, answer.day), sk=_answer_key(answer), answer=_packed(answer)).save()


def fact_rows(series: str, day: date) -> Iterator[Row]:
    """The facts of a day, as they are now."""
    for item in FactItem.query(day_key(series, day), FactItem.sk.startswith("FACT#"), consistent_read=True):
        if not item.fact:
            continue  # emptied
        month = msgspec.json.decode(item.month, type=Fact) if item.month else None
        yield Row(msgspec.json.decode(item.fact, type=Fact), month)


def answers(series: str, day: date) -> Iterator[Answer]:
    """The answers given on a day, as they are now."""
    for item in AnswerItem.query(day_key(series, day), AnswerItem.sk.startswith("ANSWER#"), consistent_read=True):
        if item.answer:  # else it was emptied
            yield msgspec.json.decode(item.answer, type=Answer)


@dataclass(frozen=True, slots=True)
class Head:
    """What is known of a stored rollup without reading it: how often it was written, and a hash of what it says."""

    version: int = 0
    sha256: str = ""


def head(series: str, day: date, kind: str = NOW) -> Head:
    """The stored rollup of a day, or one of nothing."""
    try:
        found = RollupItem.get(
            day_key(series, day), kind, consistent_read=True, attributes_to_get=["pk", "sk", "version", "sha256"]
        )
    except RollupItem.DoesNotExist:
        return Head()
    return Head(int(found.version), found.sha256)


def digest(rollup: Rollup) -> str:
    """What equal rollups, and no others, have in common."""
    return hashlib.sha256(to_bytes(rollup)).hexdigest()


def put_rollup(series: str, day: date, kind: str, rollup: Rollup, over: Head) -> bool:
    """Store a day added up in the place of the one with this head; False where somebody was faster."""
    whole = to_bytes(rollup)
    packed, sha256 = zlib.compress(whole), hashlib.sha256(whole).hexdigest()
    cut = [packed[start : start + PART_BYTES] for start in range(0, len(packed), PART_BYTES)]
    items = [
        RollupItem(
            pk=day_key(series, day),
            sk=_part(kind, number),
            data=data,
            version=over.version + 1,
            parts=len(cut),
            sha256=sha256,
        )
        for number, data in enumerate(cut, 1)
    ]
    unchanged = RollupItem.version == over.version if over.version else RollupItem.pk.does_not_exist()
    if len(items) == 1:
        return save(items[0], unchanged)
    transaction = TransactWrite(connection=SHARED)
    transaction.save(items[0], condition=unchanged)
    for item in items[1:]:
        transaction.save(item)
    return committed(transaction)


def rollups(
    series: str, days: Iterable[date], kind: str = NOW, wanted: Wanted = all_durations
) -> Iterator[tuple[date, Rollup]]:
    """The stored rollups of these days, in their order, with these durations; a day on which nothing was received has
    none."""
    each = list(days)
    for first in range(0, len(each), DAYS_AT_ONCE):
        some = each[first : first + DAYS_AT_ONCE]
        # Read in the run that wrote them: an older answer would be published, and nothing would ever correct it.
        items = RollupItem.batch_get([(day_key(series, day), kind) for day in some], consistent_read=True)
        found = {item.pk: item for item in items}
        for day in some:
            if item := found.pop(day_key(series, day), None):
                yield day, from_bytes(zlib.decompress(_whole(item, kind)), wanted)


def mark() -> Mark:
    """How far the figures are; empty before the first night."""
    try:
        return Mark.get(MARK, consistent_read=True)
    except Mark.DoesNotExist:
        return Mark(MARK)


def note_zones() -> None:
    """Note that rows are under days of more than one zone, until a night has looked at all cases."""
    Mark(MARK).update(actions=[Mark.zone.remove()])


def touched(since: str, until: str) -> Iterator[str]:
    """The tickets of cases whose last change was on one of these days (UTC, both included)."""
    day, last = date.fromisoformat(since), date.fromisoformat(until)
    while day <= last:
        for item in Case.by_updated.query(day.isoformat()):
            yield item.pk.removeprefix("C#")
        day = date.fromordinal(day.toordinal() + 1)


def in_queues(queues: Iterable[str]) -> Iterator[str]:
    """The tickets of open cases."""
    for queue in queues:
        for item in Case.by_queue.query(queue):
            yield item.pk.removeprefix("C#")


def received(since: str | None = None, until: str | None = None) -> Iterator[str]:
    """The tickets of the cases received in a time (`until` excluded), or of all."""
    span = Case.lsk.between(since, until) if since and until else None
    for item in Case.by_received.query(CASES, span):
        if item.sk == META:
            yield item.pk.removeprefix("C#")


def _whole(item: RollupItem, kind: str) -> bytes:
    """All parts of a rollup. Written again while it was read, it is read again."""
    parts = int(item.parts)
    while parts > 1:
        found = [RollupItem.get(item.pk, _part(kind, number), consistent_read=True) for number in range(1, parts + 1)]
        # Of one version are also the first parts of one that has become longer.
        if len({int(one.version) for one in found}) == 1 and int(found[0].parts) == parts:
            return b"".join(one.data for one in found)
        parts = int(found[0].parts)
        item = found[0]
    return bytes(item.data)


def _answer_key(answer: Answer) -> str:
    return f"ANSWER#{answer.case}#{answer.element}"


def _part(kind: str, number: int) -> str:
    return kind if number == 1 else f"{kind}#{number}"


def _packed(value: Any) -> bytes:
    return msgspec.json.encode(value, order="sorted")
