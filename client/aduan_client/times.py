"""Dates and times as Indonesian offices write them, as people type them, and as spreadsheets keep them: the one place
that reads them. A dot between hours and minutes is read as the colon it stands for, never as a fraction of an hour.
"""

import re
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo

from aduan_client.errors import UsageError
from aduan_client.formats import INDONESIAN_ZONES

# Excel counts days from here (the 1900 date system, its wrong leap day of 1900 included).
EPOCH = datetime(1899, 12, 30)
SERIALS = (20_000, 80_000)  # 1954 to 2119: a number outside is no date of ours
ONE_DAY = timedelta(days=1)

_MONTHS = (
    "januari january jan", "februari pebruari february feb peb", "maret march mar mrt", "april apr", "mei may",
    "juni june jun", "juli july jul", "agustus august agust agu agt ags aug", "september sept sep",
    "oktober october okt oct", "november nopember nov nop", "desember december des dec",
)  # fmt: skip
MONTHS = {name: number for number, names in enumerate(_MONTHS, 1) for name in names.split()}

_NOISE = re.compile(
    r"\b(?:senin|selasa|rabu|kamis|jum'?at|sabtu|minggu|ahad|"
    r"monday|tuesday|wednesday|thursday|friday|saturday|sunday|pukul|pkl|jam|tanggal|tgl)\b\.?"
)
_ISO = re.compile(r"(?P<year>\d{4})[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})")
_NUMBERS = re.compile(r"(?P<one>\d{1,2})[-/. ](?P<two>\d{1,2})[-/. ](?P<year>\d{4}|\d{2})")
_WORDS = re.compile(r"(?P<day>\d{1,2})[-/. ]*(?P<name>[a-z]+)\.?[-/. ,]*(?P<year>\d{4}|\d{2})")
_ENGLISH = re.compile(r"(?P<name>[a-z]+)\.? +(?P<day>\d{1,2}),? +(?P<year>\d{4})")
# Offsets east of Greenwich only: in "08.30-09.00" the second time is no offset.
_TIME = re.compile(
    r"(?P<hour>\d{1,2})[:.](?P<minute>\d{2})(?:[:.](?P<second>\d{2})(?:[.,]\d+)?)?"
    r"\s*(?P<half>am|pm)?\s*(?P<zone>wib|wita|wit|utc|z|\+\d{2}(?:[:.]?\d{2})?)?"
)
# ISO 8601 counts any last unit in fractions; only those of a second are meant as such.
_FRACTION = re.compile(r"\d[.,]")
_OF_A_SECOND = re.compile(r":\d{2}:\d{2}[.,]\d")


def typed(text: str, zone: tzinfo) -> str:
    """A time as typed (a day, or day and time, in `zone` unless it names its own) as the API takes it.

    Days first in dates of three numbers. UsageError if it is none.
    """
    try:
        at = _read(text, "dmy", zone)
    except ValueError:
        at = None
    if at is None:
        raise UsageError("error.time", value=text)
    return api_time(at)


def api_time(at: datetime) -> str:
    """A moment in UTC as the API writes it."""
    return f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03d}Z"


def moment(cell: object, order: str, zone: tzinfo) -> datetime | None:
    """The moment a cell says, in UTC; a day alone is its first minute in `zone`; None for an empty cell.

    `order` is `dmy` or `mdy`, for dates of three numbers. ValueError if it says none.
    """
    if isinstance(cell, datetime):
        return _utc(cell, zone)
    if isinstance(cell, date):
        return _utc(datetime(cell.year, cell.month, cell.day), zone)
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return _utc(_serial(float(cell)), zone)
    if cell is None:
        return None
    if not isinstance(cell, str):
        raise ValueError("no date")
    if re.fullmatch(r"\s*\d{5}(?:[.,]\d+)?\s*", cell):
        return _utc(_serial(float(cell.replace(",", "."))), zone)
    return _read(cell, order, zone)


def in_words(cell: object) -> str | None:
    """A spreadsheet's own day or time as text, so that a day and a time of two cells are one; None for other cells.

    A day comes with midnight, which says nothing where the time has a cell of its own.
    """
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        if 0 <= cell < 1:  # a time without its format: a fraction of a day
            cell = timedelta(days=cell)
        elif SERIALS[0] <= cell < SERIALS[1]:
            cell = _serial(float(cell))
    if isinstance(cell, timedelta) and timedelta() <= cell < ONE_DAY:
        cell = (datetime.min + timedelta(seconds=min(round(cell.total_seconds()), 86_399))).time()
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(" ")
    return cell.isoformat() if isinstance(cell, date | time) else None


def _read(text: str, order: str, zone: tzinfo) -> datetime | None:
    """The moment a text says, in UTC; None where nothing is written. ValueError if it says none."""
    text = " ".join(text.replace("\u00a0", " ").split()).casefold()
    if not text:
        return None
    if not _FRACTION.search(text) or _OF_A_SECOND.search(text):
        try:
            return _utc(datetime.fromisoformat(text.upper()), zone)
        except ValueError:
            pass  # as people write it, then
    return _written(" ".join(_NOISE.sub(" ", text).split()).strip(" ,"), order, zone)


def _written(text: str, order: str, zone: tzinfo) -> datetime:
    day, rest = _day(text, order)
    rest = rest.lstrip(" ,t-").rstrip(" ,")
    if not rest:
        return _utc(datetime.combine(day, time()), zone)
    found = _TIME.fullmatch(rest)
    if found is None:
        raise ValueError("no time")
    hour = int(found["hour"])
    if found["half"]:
        if not 1 <= hour <= 12:
            raise ValueError("no hour")
        hour = hour % 12 + (12 if found["half"] == "pm" else 0)
    at = datetime.combine(day, time(hour, int(found["minute"]), int(found["second"] or 0)))
    return _utc(at, _zone(found["zone"]) or zone)


def _day(text: str, order: str) -> tuple[date, str]:
    """The date a text begins with, and what follows it."""
    if found := _ISO.match(text):
        return date(int(found["year"]), int(found["month"]), int(found["day"])), text[found.end() :]
    if found := _NUMBERS.match(text):
        one, two = int(found["one"]), int(found["two"])
        day, month = (one, two) if order == "dmy" else (two, one)
        return date(_year(found["year"]), month, day), text[found.end() :]
    for form in (_WORDS, _ENGLISH):
        found = form.match(text)
        if found and found["name"] in MONTHS:
            return date(_year(found["year"]), MONTHS[found["name"]], int(found["day"])), text[found.end() :]
    raise ValueError("no date")


def _year(text: str) -> int:
    return int(text) if len(text) == 4 else 2000 + int(text)


def _zone(text: str | None) -> tzinfo | None:
    if text is None:
        return None
    if text in ("z", "utc"):
        return UTC
    if text.upper() in INDONESIAN_ZONES:
        return INDONESIAN_ZONES[text.upper()]
    digits = re.sub(r"\D", "", text)
    return timezone(timedelta(hours=int(digits[:2]), minutes=int(digits[2:] or 0)))


def _serial(number: float) -> datetime:
    if not SERIALS[0] <= number < SERIALS[1]:
        raise ValueError("no date")
    # To the second: the fraction of a day is rounded in every spreadsheet.
    return EPOCH + timedelta(seconds=round(number * 86400))


def _utc(at: datetime, zone: tzinfo) -> datetime:
    try:
        return (at if at.tzinfo else at.replace(tzinfo=zone)).astimezone(UTC)
    except OverflowError:
        raise ValueError("no date") from None
