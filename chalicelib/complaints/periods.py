"""Days, months and years by name: `2024-02-29`, `2024-02`, `2024`."""

import re
from datetime import date, timedelta

_PERIOD = re.compile(r"20[0-9]{2}(-[0-9]{2}(-[0-9]{2})?)?")


def is_period(text: str) -> bool:
    """Whether it names a day, a month or a year of this century."""
    if not _PERIOD.fullmatch(text):
        return False
    try:
        first_day(text)
    except ValueError:
        return False
    return True


def first_day(period: str) -> date:
    """Its first day. Raises ValueError."""
    return date(*[*[int(part) for part in period.split("-")], 1, 1][:3])


def last_day(period: str) -> date:
    """Its last day. Raises ValueError."""
    first = first_day(period)
    if len(period) == len("2024-02-29"):
        return first
    if len(period) == len("2024-02"):
        return (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    return date(first.year, 12, 31)


def before(period: str) -> str:
    """The day, month or year before it."""
    return (first_day(period) - timedelta(days=1)).isoformat()[: len(period)]


def year_before(period: str) -> str:
    """The same a year earlier; of a 29 February the 28th."""
    first = first_day(period)
    day = first.day - 1 if (first.month, first.day) == (2, 29) else first.day
    return date(first.year - 1, first.month, day).isoformat()[: len(period)]


def year_to_date(period: str) -> list[date]:
    """From 1 January to its last day."""
    first, last = date(first_day(period).year, 1, 1), last_day(period)
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]
