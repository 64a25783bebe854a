"""Cases of a replayed year: in the same table and of the same items as any other, but in none of the city's lists.

What a case is found by (the hash keys of the indexes) is left out of it, so that queues, exports, alerts, the nightly
jobs and the public never see it; its ticket alone leads to it. One transaction writes a whole life, under the condition
that the case is not there: played again, it does nothing.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from chalicelib.store.casework import Line
from chalicelib.store.items import event_item
from chalicelib.store.keys import case_key
from chalicelib.store.tables import COMPLAINTS_TABLE, META, Case
from chalicelib.store.transaction import ABSENT, Transaction, failed

# What the indexes are keyed by.
LISTED_BY = ("lpk", "lsk", "updated_on", "queue", "qsk", "person", "opk", "osk")


class NotPlayed(RuntimeError):
    """A replayed case could not be stored; the same request may be sent again."""


def there(tickets: Iterable[str], series: str) -> set[str]:
    """Which of these cases of a series are stored."""
    keys = [(case_key(ticket), META) for ticket in tickets]
    return {case.ticket for case in Case.batch_get(keys) if case.series == series} if keys else set()


def keep(series: str, item: Mapping[str, Any], message: Mapping[str, Any], lines: Sequence[Line]) -> bool:
    """Write a case with its message and all that happened to it; False when it was there before. Raises NotPlayed."""
    transaction = Transaction()
    unlisted = {name: value for name, value in item.items() if name not in LISTED_BY}
    transaction.put(COMPLAINTS_TABLE, {**unlisted, "series": series}, ABSENT)
    transaction.put(COMPLAINTS_TABLE, message)
    for line in lines:
        transaction.put(
            COMPLAINTS_TABLE, event_item(item["ticket"], line.id, line.type, line.at, line.actor, line.data)
        )
    reasons = transaction.commit()
    if reasons is None:
        return True
    if failed(reasons[0]):
        return False
    raise NotPlayed("somebody else is writing the same case")
