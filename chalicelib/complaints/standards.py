"""Which service standard a case's clock runs by. The numbers are the city's data (city.Standard), never constants."""

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from chalicelib.complaints.city import City, Standard

ANY_CLASS = "*"


def choose(city: "City", class_: str | None, clock: str, received_on: date, until: date) -> "Standard | None":
    """The standard for one clock of a case, or None where the city has none.

    A class's own row comes before that of `*`. The row in force on the day the case was received holds for its whole
    life; a later one touches it only where the city says so (`open_cases`) and the clock was still running when it came
    into force. `until` is today, or the day the clock ended.
    """
    rows = [one for one in city.standards if one.clock == clock]
    own = _in_force((one for one in rows if one.class_ == class_), received_on, until)
    return own or _in_force((one for one in rows if one.class_ == ANY_CLASS), received_on, until)


def _in_force(rows: Iterable["Standard"], received_on: date, until: date) -> "Standard | None":
    usable = [
        one
        for one in rows
        if (one.valid_from <= received_on or (one.open_cases and one.valid_from <= until))
        and (one.valid_to is None or received_on <= one.valid_to)
    ]
    return max(usable, key=lambda one: one.valid_from, default=None)
