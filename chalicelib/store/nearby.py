"""The cases received about when another was, from the index whose key is the reader's scope."""

from datetime import datetime, timedelta
from typing import Any

from chalicelib.complaints.similar import SAME_TIME
from chalicelib.store.keys import iso
from chalicelib.store.tables import CASES, META, Case


def around(case: Case, department: str | None, most: int) -> tuple[list[Case], bool]:
    """Up to `most` cases within 14 days of this one, those before and after it in equal parts, and whether these are
    all. `department`: only its cases."""
    at = datetime.fromisoformat(case.received_at)
    half = most // 2
    before = _keys(department, Case.lsk.between(iso(at - SAME_TIME), case.lsk), half + 1, newest_first=True)
    end = f"{iso(at + SAME_TIME + timedelta(milliseconds=1))}"
    after = _keys(department, Case.lsk.between(case.lsk, end), half + 1, newest_first=False)
    keys = [pk for pk in dict.fromkeys([*before, *after]) if pk != case.pk]
    # One more than a half was asked for on each side: this case itself.
    complete = len(before) <= half and len(after) <= half
    return list(Case.batch_get([(pk, META) for pk in keys])), complete


def _keys(department: str | None, span: Any, limit: int, *, newest_first: bool) -> list[str]:
    index = Case.by_department if department else Case.by_received
    items = index.query(department or CASES, span, scan_index_forward=not newest_first, limit=limit)
    return [item.pk for item in items]
