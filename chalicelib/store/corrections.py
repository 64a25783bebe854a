"""What people decided about categories, for routing to learn from.

A line of the timeline by which a person confirmed or changed a category or department carries `mark`: that puts it
into the index by_received under a hash of its own, so that the nightly job finds it without reading every case. What
was decided is read from the case as it is now: a later change of mind counts, an erased text is gone.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chalicelib.store.keys import iso
from chalicelib.store.tables import META, Case

LEARN = "LEARN"
# Actors that are no person: what routing suggested by itself must not teach it.
NO_PERSON = frozenset({"system", "reporter"})
# A case that is verified teaches when it is assigned or rejected: a mark at each step would be paid twice.
CONFIRMS = frozenset({"assign"})
CHANGES = frozenset({"set", "transfer"})
# Rejections that say what a message is about: nothing the city could do.
NOT_FOR_US = frozenset({"spam", "not_our_authority"})
AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class Decided:
    """A case somebody looked at: its text, and where it went. Without a category it belonged nowhere."""

    text: str
    category: str | None
    department: str | None
    nowhere: bool


def mark(ticket: str, type_: str, at: str, actor: str, data: Mapping[str, Any] | None) -> dict[str, str]:
    """The index attributes of a timeline item that teaches something, else none. `at` as stored (keys.iso).

    `data` holds `before` and `after`; a rejection its `reason`.
    """
    facts = data or {}
    before, after = facts.get("before") or {}, facts.get("after") or {}
    changed = any(name in after and after[name] != before.get(name) for name in ("category", "department"))
    teaches = (
        type_ in CONFIRMS
        or (type_ in CHANGES and changed)
        or (type_ == "reject" and facts.get("reason", after.get("reason")) in NOT_FOR_US)
    )
    return {"lpk": LEARN, "lsk": f"{at}#{ticket}"} if teaches and actor not in NO_PERSON else {}


def between(start: datetime, end: datetime, *, most: int) -> Iterator[Decided]:
    """The cases decided in that time, by at most so many decisions, the latest; each case once, secret ones never."""
    span = Case.lsk.between(iso(start), iso(end))
    index = Case.by_received.query(LEARN, span, scan_index_forward=False, limit=most)
    keys = list(dict.fromkeys(item.pk for item in index))
    for first in range(0, len(keys), AT_ONCE):
        for case in Case.batch_get([(pk, META) for pk in keys[first : first + AT_ONCE]]):
            if case.text and not case.secret:
                nowhere = case.status == "rejected" and case.reason in NOT_FOR_US
                yield Decided(case.text, case.category, case.department, nowhere)
