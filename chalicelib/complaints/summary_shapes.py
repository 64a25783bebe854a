"""What a monthly summary is made of, and what it is made from."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from msgspec import Struct, field

from chalicelib.complaints.ikm import Index
from chalicelib.complaints.indicators import Figure, Rising, Share
from chalicelib.complaints.rollup import Rollup

Tone = Literal["good", "bad", "same", "none"]
"""`none`: there is nothing to compare, or neither direction is better."""


class Point(Struct, frozen=True, kw_only=True):
    """What a trend needs of one day or month."""

    received: int = 0
    closed: int = 0
    close_minutes: int = 0
    """From receipt to close, summed over `closed`."""
    close_working_minutes: int = 0


class Source(Struct, frozen=True, kw_only=True):
    """Rollups to be summed up. A rollup without a case is an empty one, never None."""

    period: str
    """2021 or 2021-12."""
    as_of: datetime
    """The moment at which the figures stood so: of the snapshot."""
    now: Rollup
    before: Rollup
    """The period before: the month, or for a year the year."""
    same_age: bool = False
    """`before` was published: it stands as it stood when it was over, not as of last night."""
    last_year: Rollup
    """The same period a year earlier."""
    year: Rollup
    """From 1 January to the end of the period."""
    year_as_of: datetime | None = None
    """The moment `year` stands for; None: that of the rest."""
    days: Mapping[date, Point] = field(default_factory=dict)
    """Of the period and of the same period a year earlier; a day that is missing had no case."""
    months: Mapping[str, Point] = field(default_factory=dict)
    """Of the period's year and of the year before, by 2021-12."""
    revision: int = 1


class Change(Struct, frozen=True, kw_only=True):
    """How a figure moved."""

    text: str
    tone: Tone
    delta: Decimal | None = None
    """In the figure's unit, points for percentages; of two rounded values, so that a reader can check it."""


class Target(Struct, frozen=True, kw_only=True):
    """What a figure is measured against."""

    text: str
    meets: bool | None
    """None where there is no figure."""
    basis: str


class KeyFigure(Struct, frozen=True, kw_only=True):
    """One of the seven."""

    id: str
    title: str
    now: Figure
    before: Figure
    last_year: Figure
    year: Figure
    versus_before: Change
    versus_last_year: Change
    target: Target | None
    beside: str = ""
    """What is said beside it, such as the mutu of an IKM."""


class Verdict(Struct, frozen=True, kw_only=True):
    """One word, and at most two sentences."""

    word: str
    tone: Tone
    sentences: tuple[str, ...]


class Decision(Struct, frozen=True, kw_only=True):
    """Something that needs somebody's decision, and the figures that say so."""

    rule: str
    weight: int
    """The heavier comes first."""
    found: str
    evidence: str
    """Numerator and denominator."""
    ask: str
    """Who should do what."""


class Part(Struct, frozen=True, kw_only=True):
    """A row of a table by department: its name and its figures by id."""

    id: str
    name: str
    figures: dict[str, Figure]


class Named(Struct, frozen=True, kw_only=True):
    """A share under the name people know it by."""

    id: str
    name: str
    share: Share
    figure: Figure | None = None
    """For each 1,000 inhabitants, of a kelurahan."""


class Growing(Struct, frozen=True, kw_only=True):
    """A rising topic under its name."""

    name: str
    rising: Rising


class TrendPoint(Struct, frozen=True, kw_only=True):
    """One day or month of a plot."""

    label: str
    now: Point
    last_year: Point | None
    """None where that day did not exist (29 February) or nothing at all is known of that year."""
    off: bool = False
    """Saturday or Sunday."""
    future: bool = False
    """Not over yet when the summary was made: no bar, rather than an empty one."""


class Note(Struct, frozen=True, kw_only=True):
    """What a figure means, from the definitions."""

    title: str
    text: str


class Summary(Struct, frozen=True, kw_only=True):
    """Everything a report shows, already rounded and named."""

    city: str
    code: str
    period: str
    title: str
    """`Desember 2021`."""
    before_title: str
    last_year_title: str | None
    """None for a year, whose last year is the period before."""
    same_age: bool
    as_of: datetime
    year_as_of: datetime
    """The moment for which the figures since January stand."""
    zone: str
    revision: int
    verdict: Verdict
    figures: tuple[KeyFigure, ...]
    decisions: tuple[Decision, ...]
    days: tuple[TrendPoint, ...]
    months: tuple[TrendPoint, ...]
    mean_close_target: Decimal | None
    """In calendar days, where the city set it so: the line in the plot."""
    states: tuple[Share, ...]
    channels: tuple[Named, ...]
    topics: tuple[Named, ...]
    rising: tuple[Growing, ...]
    places: tuple[Named, ...]
    departments: tuple[Part, ...]
    total: Part
    categories: tuple[Named, ...]
    kelurahan: tuple[Named, ...]
    hours: tuple[Named, ...]
    weekdays: tuple[Named, ...]
    indicators: dict[str, Figure]
    index: Index
    sample: int
    """How many answers stand for so many cases."""
    department_indexes: tuple[tuple[str, Index], ...]
    notes: tuple[Note, ...]
