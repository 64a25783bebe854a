"""What /v1/replays gives, as shapes for /openapi.json. desk/replaying.py and desk/replay_figures.py build it."""

from typing import Literal

from msgspec import Struct


class ReplayPart(Struct, forbid_unknown_fields=True):
    """What a call stored, and what was there before; `total`: how many cases the year has."""

    name: str
    played: int
    there: int
    total: int


class ReplayFigure(Struct, forbid_unknown_fields=True):
    id: str
    year: int
    title: str
    published: str
    computed: str | None
    equal: bool
    basis: str


class ReplayState(Struct, forbid_unknown_fields=True):
    """`published` and `computed` by figure; `chosen`: what was not published."""

    name: str
    state: Literal["empty", "partial", "complete"]
    total: int
    counted: int
    as_of: str
    published: dict[str, str]
    computed: dict[str, str | None]
    equal: dict[str, bool]
    figures: list[ReplayFigure]
    chosen: list[str]
