"""What the API says of queues' dead letters, as shapes for /openapi.json."""

from typing import Literal

from msgspec import Struct

Queue = Literal["forward", "reply", "media", "sie"]


class DeadLetters(Struct, forbid_unknown_fields=True):
    """Of one queue. `tickets`, and when the oldest was first sent, where they were asked for and are known."""

    queue: Queue
    waiting: int
    oldest_at: str | None
    tickets: list[str] | None


class DeadLetterQueues(Struct, forbid_unknown_fields=True):
    items: list[DeadLetters]
    next: str | None


class Redriven(Struct, forbid_unknown_fields=True):
    """`more`: some may be left; ask again."""

    queue: Queue
    started: bool
    moved: int
    more: bool
