"""What /v1/indicators gives, as shapes for /openapi.json. complaints/figures_document.py builds most of it."""

from typing import Any

from msgspec import UNSET, Struct, UnsetType


class IndicatorValue(Struct, forbid_unknown_fields=True):
    """One indicator. `value` null: nothing could be counted; `text` is what people read."""

    value: float | None
    numerator: int | None
    denominator: int | None
    unit: str
    text: str
    title: str
    basis: str


class IndicatorShare(Struct, forbid_unknown_fields=True, kw_only=True):
    """One part of a whole. Of a place that is written about again and again also where it is."""

    id: str
    title: str
    numerator: int
    denominator: int
    percent: float | None
    category: str | UnsetType = UNSET
    kelurahan: str | UnsetType | None = UNSET
    cell: str | UnsetType | None = UNSET


class PerThousand(Struct, forbid_unknown_fields=True):
    """Complaints for each 1,000 inhabitants of a kelurahan, or (id empty) of the city."""

    id: str
    value: float | None
    numerator: int | None
    denominator: int | None


class RisingTopic(Struct, forbid_unknown_fields=True):
    id: str
    title: str
    now: int
    before: int
    percent: float | None


class SatisfactionElement(Struct, forbid_unknown_fields=True):
    id: str
    title: str
    average: float | None
    answers: int


class SatisfactionSample(Struct, forbid_unknown_fields=True):
    """Answers to each element: how many would stand for so many cases, and how many the rarest got."""

    needed: int
    got: int


class Satisfaction(Struct, forbid_unknown_fields=True):
    """The IKM, null while one of its nine elements has no answer."""

    ni: float | None
    nik: float | None
    mutu: str | None
    kinerja: str | None
    elements: list[SatisfactionElement]
    answers: int
    sample: SatisfactionSample
    basis: str


class IndicatorDay(Struct, forbid_unknown_fields=True):
    """Cases received on a day, and how many of them are closed."""

    day: str
    received: int
    closed: int


class IndicatorChange(Struct, forbid_unknown_fields=True):
    path: str
    before: Any
    after: Any


class Indicators(Struct, forbid_unknown_fields=True, kw_only=True):
    """The figures of a period: those of a published month (`revision`), or as of last night (`provisional`).
    `report_revision` is the last revision of its report: of a year that is over, too, though it is answered as of last
    night unless a revision is asked for.

    `partition` and what follows it are null for one department: these are not kept by department."""

    period: str
    series: str
    department: str | None
    revision: int | None
    report_revision: int | None
    provisional: bool
    as_of: str | None
    computed_at: str
    code_version: str
    definitions: str
    hash: str
    changes: list[IndicatorChange]
    figures: dict[str, IndicatorValue]
    partition: list[IndicatorShare] | None
    breakdowns: dict[str, list[IndicatorShare]] | None
    per_1000: list[PerThousand] | None
    topics: list[IndicatorShare] | None
    rising: list[RisingTopic] | None
    places: list[IndicatorShare] | None
    ikm: Satisfaction
    days: list[IndicatorDay]
