"""The part of a city's configuration that says what its monthly report is measured against."""

from typing import Annotated, Literal

from msgspec import Meta, Struct

from chalicelib.complaints.city_fields import Positive, Text

Percent = Annotated[int, Meta(ge=0, le=100)]


class MeanClose(Struct, frozen=True, kw_only=True):
    """How long the city says closing a complaint may take on average."""

    amount: Positive
    unit: Literal["working_days", "calendar_days"]
    basis: Text
    verify: bool = False


class Report(Struct, frozen=True, kw_only=True):
    """The city's own targets. Without one there is no verdict on that figure: none is set by law."""

    mean_close: MeanClose | None = None
    """Without it, the resolution standard of the class most cases have."""
    followed_up_percent: Percent | None = None
    closed_percent: Percent | None = None
    within_percent: Percent | None = None
    """How many of the cases whose deadline was decided are to have kept it."""
