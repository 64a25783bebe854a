"""What people decided about categories, for routing to learn from.

A case says when a person last decided where it belongs (`decided_at`). The nightly job walks the cases received in the
time it learns from: nearly all of them were decided by somebody, so an index of those alone would be paid by every
case and spare little. What was decided is read from the case as it is now: a later change of mind counts, an erased
text is gone.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chalicelib.store.keys import iso
from chalicelib.store.tables import CASES, META, Case

# Actors that are no person: what routing suggested by itself must not teach it.
NO_PERSON = frozenset({"system", "reporter"})
# A case that is verified teaches when it is assigned or rejected.
CONFIRMS = frozenset({"assign"})
CHANGES = frozenset({"set", "transfer"})
# Rejections that say what a message is about: nothing the city could do.
NOT_FOR_US = frozenset({"spam", "not_our_authority"})


@dataclass(frozen=True, slots=True)
class Decided:
    """A case somebody looked at: its text, and where it went. Without a category it belonged nowhere."""

    text: str
    category: str | None
    department: str | None
    nowhere: bool


def teaches(type_: str, actor: str, data: Mapping[str, Any] | None) -> bool:
    """Whether a line of the timeline says where a person thinks the case belongs.

    `data` holds `before` and `after`; a rejection its `reason`.
    """
    facts = data or {}
    before, after = facts.get("before") or {}, facts.get("after") or {}
    changed = any(name in after and after[name] != before.get(name) for name in ("category", "department"))
    decides = (
        type_ in CONFIRMS
        or (type_ in CHANGES and changed)
        or (type_ == "reject" and facts.get("reason", after.get("reason")) in NOT_FOR_US)
    )
    return decides and actor not in NO_PERSON


def between(start: datetime, end: datetime, *, most: int) -> Iterator[Decided]:
    """The cases received in that time that a person had decided by its end, at most so many, the latest; secret ones
    never."""
    span = Case.lsk.between(iso(start), iso(end))
    index = Case.by_received.query(CASES, span, scan_index_forward=False, limit=most)
    for case in Case.batch_get([(item.pk, META) for item in index]):
        if case.text and not case.secret and case.decided_at and case.decided_at <= iso(end):
            nowhere = case.status == "rejected" and case.reason in NOT_FOR_US
            yield Decided(case.text, case.category, case.department, nowhere)
