"""Pages of messages to officials: the city's, a department's, a case's."""

from collections.abc import Iterable
from dataclasses import dataclass

from chalicelib.store.deliveries import ALERTS, AlertRow, Delivery, key, whole
from chalicelib.store.keys import case_key
from chalicelib.store.tables import META

# How the name of a head's morning list begins (scheduled/digests.py).
LIST = "digest-"


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


def of_case(ticket: str, departments: Iterable[str], *, since: str, until: str) -> list[Delivery]:
    """Every message that told of a case, the newest first: its alerts, and from `since` up to `until` (times as stored)
    the morning lists of these departments that named it."""
    told: set[str] = set()
    for row in AlertRow.query(case_key(ticket), AlertRow.sk.startswith("EVT#")):
        told |= row.deliveries or set()
    keys = [(key(one), META) for one in sorted(told)]
    found = list(Delivery.batch_get(keys)) if keys else []
    for department in departments:
        condition = Delivery.lsk.between(since, until)
        sent = Delivery.by_department.query(f"ALERT#{department}", condition) if since <= until else ()
        lists = [one for one in sent if one.pk.startswith(key(LIST))]
        found += [one for one in whole(lists, Delivery) if ticket in (one.tickets or [])]
    return sorted(found, key=lambda one: one.lsk, reverse=True)
