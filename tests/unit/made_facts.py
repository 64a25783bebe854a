"""Facts and timelines made for tests."""

from datetime import UTC, date, datetime
from typing import Any

from chalicelib.complaints.facts import Fact

NOON = datetime(2026, 3, 2, 5, 0, tzinfo=UTC)  # 12.00 WIB, a Monday


def fact(ticket: str = "KDR-1", **changes: Any) -> Fact:
    """A verified case of 2 March 2026, with changes."""
    plain: dict[str, Any] = {
        "ticket": ticket,
        "day": date(2026, 3, 2),
        "hour": 12,
        "received_at": NOON,
        "channel": "whatsapp",
        "category": "pohon",
        "class_": "complaint",
        "kelurahan": "Pojok",
        "state": "verified",
    }
    return Fact(**{**plain, **changes})


def closed(ticket: str = "KDR-1", days: int = 1, **changes: Any) -> Fact:
    """A case answered and closed after so many days."""
    plain = {
        "state": "closed",
        "department": "dlhkp",
        "followed_up_at": NOON,
        "answered_at": NOON,
        "closed_at": NOON,
        "finished": True,
        "minutes": {"close": days * 1440},
        "life": days * 1440,
    }
    return fact(ticket, **{**plain, **changes})


def event(at: str, type_: str, actor: str = "operator1", **data: Any) -> dict[str, Any]:
    """An event of a timeline; `at` as "2026-03-02T05:00"."""
    return {"at": f"{at}:00.000Z", "actor": actor, "type": type_, "data": data}
