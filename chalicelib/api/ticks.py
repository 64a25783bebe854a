"""What a job is invoked with.

EventBridge sends a dozen members and Chalice's event demands them all; whoever runs a job by hand, for any day, need
only say `{"time": "2026-12-01T00:30:00Z"}`, and `{}` is now.
"""

from datetime import UTC, datetime
from typing import Any, TypeVar

from chalice.app import CloudWatchEvent

Handler = TypeVar("Handler")


class Tick(CloudWatchEvent):
    """`now`: the event's time, in which jobs live, so that any day can be run again."""

    def _extract_attributes(self, event_dict: dict[str, Any]) -> None:
        given = event_dict.get("time")
        now = datetime.fromisoformat(given) if given else datetime.now(UTC)
        self.now = now if now.tzinfo else now.replace(tzinfo=UTC)
        self.detail = event_dict.get("detail") or {}


def ticking(handler: Handler) -> Handler:
    """The same scheduled function, taking a Tick."""
    handler.event_class = Tick  # type: ignore[attr-defined]  # Chalice's handlers are untyped for whoever decorates
    return handler
