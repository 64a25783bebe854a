"""When an address was last told something, so that many alerts become few messages: `TOLD#<target>`."""

from datetime import UTC, datetime, timedelta

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from chalicelib.store.keys import iso
from chalicelib.store.tables import ControlItem

# Longer than anybody is let rest.
KEPT = timedelta(days=2)


class ToldMark(ControlItem):
    """`TOLD#<target>`: told something then."""

    at = UnicodeAttribute()
    expires_at = NumberAttribute()


def last(target: str) -> datetime | None:
    """When that address was told last; None: not lately."""
    try:
        return datetime.fromisoformat(ToldMark.get(f"TOLD#{target}", consistent_read=True).at)
    except ToldMark.DoesNotExist:
        return None


def note(target: str, at: datetime) -> None:
    """That address was told something at `at`, the moment its run stands for."""
    ToldMark(f"TOLD#{target}", at=iso(at), expires_at=int((datetime.now(UTC) + KEPT).timestamp())).save()
