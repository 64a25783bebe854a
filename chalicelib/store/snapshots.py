"""Months that are over: which, what changed in them since, and what was published of each, revision by revision.

`MONTHS` / `<yyyy-mm>`                the months that are over since figures are kept, and how they stand
`SNAPSHOT#<yyyy-mm>` / `REV#<n>`      what was published: never changed; a correction is the next number. A year that
                                      is over has its own: `SNAPSHOT#<yyyy>`
`SNAPSHOT#<yyyy-mm>` / `SUMS#<hash>`  the rollups it was worked out from, by what they say
`SNAPSHOT#<yyyy-mm>` / `DONE#<n>#<what>`  what was done with a revision (mailed, pushed …): nothing is done twice
"""

import hashlib
import zlib
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import msgspec
from msgspec import Struct, field
from pynamodb.attributes import BinaryAttribute, NumberAttribute, UnicodeAttribute

from chalicelib.complaints.rollup import Rollup, Wanted, all_durations, from_bytes, to_bytes
from chalicelib.store.conditional import save, update
from chalicelib.store.figures import PART_BYTES
from chalicelib.store.keys import iso
from chalicelib.store.tables import ComplaintsItem

MONTHS = "MONTHS"


class MonthItem(ComplaintsItem):
    """A month that is over. `changed` counts corrections, `settled` is how many of them had been looked at when the
    last revision was made or found needless."""

    over_at = UnicodeAttribute()
    changed = NumberAttribute(default=0)
    settled = NumberAttribute(default=0)
    revision = NumberAttribute(default=0)
    published = NumberAttribute(default=0)


class RevisionItem(ComplaintsItem):
    """A snapshot without its rollups."""

    content = BinaryAttribute(legacy_encoding=False)


class SumsItem(ComplaintsItem):
    """A part of a compressed rollup."""

    data = BinaryAttribute(legacy_encoding=False)
    parts = NumberAttribute()


class DoneItem(ComplaintsItem):
    """Something that was done with a revision."""

    at = UnicodeAttribute()


class Snapshot(Struct, frozen=True, kw_only=True):
    """What was published of a month, or of a year. Rollups are read with `sums`."""

    period: str
    revision: int
    as_of: str
    """The moment at which the figures stood so: the end of the month."""
    computed_at: str
    code_version: str
    definitions: str
    """A hash of what the indicators mean, as docs/indicators.md prints it."""
    sha256: str
    """Of its rollup in its canonical bytes."""
    document: dict[str, Any]
    """complaints/figures_document.py."""
    changes: list[dict[str, Any]] = field(default_factory=list)
    """What is other than in the revision before: `{path, before, after}`."""
    year_sha256: str = ""
    """Of the rollup from 1 January to the end of the month, as it stood at `year_as_of`."""
    year_as_of: str = ""
    """The last night before it was made: of a month that is published late, later than `as_of`."""
    months: dict[str, int] = field(default_factory=dict)
    """Of a year: the revisions of its months that it was made after."""


def months() -> list[MonthItem]:
    """The months that are over, the earliest first."""
    return list(MonthItem.query(MONTHS, consistent_read=True))


def close_month(period: str, now: datetime) -> bool:
    """Note that a month is over, and that its days have their month-end rollups; False when that is known."""
    item = MonthItem(pk=MONTHS, sk=period, over_at=iso(now))
    return save(item, MonthItem.pk.does_not_exist())


def note_change(period: str) -> None:
    """Note that something which happened before the end of a month came to be known, or otherwise, after it."""
    MonthItem(pk=MONTHS, sk=period).update(actions=[MonthItem.changed.add(1)], condition=MonthItem.pk.exists())


def settle(month: MonthItem, revision: int) -> None:
    """Note that the corrections known when `month` was read are in this revision, or in no figure."""
    actions = [MonthItem.settled.set(month.changed), MonthItem.revision.set(revision)]
    update(MonthItem(pk=MONTHS, sk=month.sk), actions, MonthItem.settled <= month.changed)


def note_published(month: MonthItem, revision: int) -> None:
    """Note that everybody has been given this revision."""
    update(MonthItem(pk=MONTHS, sk=month.sk), [MonthItem.published.set(revision)], MonthItem.published < revision)


def latest(period: str) -> Snapshot | None:
    """The last revision of a month."""
    found = RevisionItem.query(
        _pk(period), RevisionItem.sk.startswith("REV#"), scan_index_forward=False, limit=1, consistent_read=True
    )
    return next((_read(item) for item in found), None)


def get(period: str, revision: int) -> Snapshot | None:
    """A revision of a month."""
    try:
        return _read(RevisionItem.get(_pk(period), _revision(revision)))
    except RevisionItem.DoesNotExist:
        return None


def keep(snapshot: Snapshot) -> bool:
    """Keep a revision for ever; False where this number exists."""
    content = zlib.compress(msgspec.json.encode(snapshot), 9)
    item = RevisionItem(pk=_pk(snapshot.period), sk=_revision(snapshot.revision), content=content)
    return save(item, RevisionItem.pk.does_not_exist())


def keep_sums(period: str, rollup: Rollup) -> str:
    """Keep a rollup for as long as there are revisions that name it; answers its hash."""
    whole = to_bytes(rollup)
    sha256, packed = hashlib.sha256(whole).hexdigest(), zlib.compress(whole)
    cut = [packed[start : start + PART_BYTES] for start in range(0, len(packed), PART_BYTES)]
    for number, data in enumerate(cut, 1):
        # By what it says: written twice it is the same.
        SumsItem(pk=_pk(period), sk=_sums(sha256, number), data=data, parts=len(cut)).save()
    return sha256


def sums(period: str, sha256: str, wanted: Wanted = all_durations) -> Rollup:
    """A rollup that a snapshot names, with these durations."""
    first = SumsItem.get(_pk(period), _sums(sha256, 1))
    rest = [SumsItem.get(_pk(period), _sums(sha256, number)) for number in range(2, int(first.parts) + 1)]
    return from_bytes(zlib.decompress(b"".join(item.data for item in (first, *rest))), wanted)


def once(period: str, revision: int, what: str, now: datetime) -> bool:
    """Whether this is the first time that something is done with a revision; from now on it is not."""
    item = DoneItem(pk=_pk(period), sk=f"DONE#{revision}#{what}", at=iso(now))
    return save(item, DoneItem.pk.does_not_exist())


def revisions(period: str) -> Iterator[Snapshot]:
    """All revisions of a month, the first one first."""
    for item in RevisionItem.query(_pk(period), RevisionItem.sk.startswith("REV#")):
        yield _read(item)


def _pk(period: str) -> str:
    return f"SNAPSHOT#{period}"


def _revision(number: int) -> str:
    return f"REV#{number:04}"  # in order as text


def _sums(sha256: str, number: int) -> str:
    return f"SUMS#{sha256[:16]}#{number}"


def _read(item: RevisionItem) -> Snapshot:
    return msgspec.json.decode(zlib.decompress(item.content), type=Snapshot)
