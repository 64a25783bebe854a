"""Pages of messages to officials: the city's, a department's, a case's."""

from dataclasses import dataclass

from chalicelib.store.deliveries import ALERTS, AlertRow, Delivery, key, whole
from chalicelib.store.keys import case_key
from chalicelib.store.tables import META


@dataclass(frozen=True, slots=True)
class Page:
    """Some deliveries, the newest first, and whether there are more behind."""

    items: list[Delivery]
    more: bool
    last: str | None
    """The `lsk` of the last one looked at."""


def listed(scope: str | None, *, since: str, until: str, limit: int, after: str | None) -> Page:
    """Messages from `since` up to `until` (times as stored), of a department (None: all), the newest first; `after`:
    those behind this one's `lsk`."""
    index, partition = (Delivery.by_department, f"ALERT#{scope}") if scope else (Delivery.by_received, ALERTS)
    # "~" sorts behind everything that may follow a time; what is asked for ends before `until`.
    below = min(after, until) if after else until
    if below <= since:
        return Page([], more=False, last=None)
    condition = Delivery.lsk.between(since, below)
    found = list(index.query(partition, condition, scan_index_forward=False, limit=limit + 1))
    keys = [one.lsk for one in found if one.lsk != after][:limit]
    items = list(whole([one for one in found if one.lsk in keys], Delivery))
    return Page(items, more=len(found) > limit, last=keys[-1] if keys else None)


def of_case(ticket: str) -> list[Delivery]:
    """Every message that told of a case, the newest first."""
    told: set[str] = set()
    for row in AlertRow.query(case_key(ticket), AlertRow.sk.startswith("EVT#")):
        told |= row.deliveries or set()
    keys = [(key(one), META) for one in sorted(told)]
    return sorted(Delivery.batch_get(keys), key=lambda one: one.lsk, reverse=True) if keys else []
