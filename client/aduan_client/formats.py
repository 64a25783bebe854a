"""How times, sizes and foreign text are written for people."""

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo

from aduan_client.errors import UsageError

# Indonesia has no daylight saving time, so its three zones need no time zone database.
INDONESIAN_ZONES: dict[str, tzinfo] = {
    "WIB": timezone(timedelta(hours=7), "WIB"),
    "WITA": timezone(timedelta(hours=8), "WITA"),
    "WIT": timezone(timedelta(hours=9), "WIT"),
}
ZONE_OF_PLACE = {
    "Asia/Jakarta": "WIB",
    "Asia/Pontianak": "WIB",
    "Asia/Makassar": "WITA",
    "Asia/Jayapura": "WIT",
}

MONTHS = {
    "id": ("Jan", "Feb", "Mar", "Apr", "Mei", "Jun", "Jul", "Agu", "Sep", "Okt", "Nov", "Des"),
    "en": ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
}
CLOCK_MARK = {"id": ".", "en": ":"}

# Control characters and the marks that reorder text: a citizen's message must not be able to
# move the cursor, recolour the terminal or show something else than was written.
_UNSAFE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
# White space, and characters that take no room: who writes only these has written nothing. The API's list.
_SHOWN = re.compile(
    r"[^\s\x00\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u2800"
    r"\u3164\ufe00-\ufe0f\ufeff\uffa0]"
)


def blank(text: str) -> bool:
    """Whether nobody could read anything in it."""
    return _SHOWN.search(text) is None


def clean(text: str) -> str:
    """Text without what could act on a terminal; line breaks and tabs stay."""
    return _UNSAFE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def one_line(text: str) -> str:
    """Text as one line, white space collapsed."""
    return " ".join(clean(text).split())


def zone(name: str) -> tzinfo:
    """The zone called WIB, WITA, WIT or by an IANA name; UsageError if there is none."""
    short = ZONE_OF_PLACE.get(name, name.upper())
    if short in INDONESIAN_ZONES:
        return INDONESIAN_ZONES[short]
    from zoneinfo import ZoneInfo

    try:
        return ZoneInfo(name)
    except (OSError, ValueError, LookupError):
        raise UsageError("error.zone", name=name) from None


def zone_label(place: tzinfo, at: datetime | None = None) -> str:
    """What the zone is called, such as WIB."""
    return (at or datetime.now(UTC)).astimezone(place).tzname() or "UTC"


def parse_time(value: object) -> datetime | None:
    """An API time (`2026-11-21T02:00:00.000Z`) as an aware datetime, or None."""
    if not isinstance(value, str):
        return None
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def when(value: object, place: tzinfo, language: str = "id", *, label: bool = True) -> str:
    """`21 Nov 2026 09.15 WIB` for an API time; a dash for none, the cleaned value for anything else."""
    moment = parse_time(value)
    if moment is None:
        return clean(str(value)) if value else "\u2013"
    local = moment.astimezone(place)
    month = MONTHS[language][local.month - 1]
    text = f"{local.day} {month} {local.year} {local:%H}{CLOCK_MARK[language]}{local:%M}"
    return f"{text} {zone_label(place, local)}" if label else text


def span(seconds: float, language: str = "id") -> str:
    """A length of time in its largest sensible unit: `45 mnt`, `3 jam`, `12 hari` (`45 min`, `3 h`, `12 d`)."""
    units = {"id": ("mnt", "jam", "hari"), "en": ("min", "h", "d")}[language]
    if seconds < 3600:
        return f"{int(seconds // 60)} {units[0]}"
    if seconds < 48 * 3600:
        return f"{int(seconds // 3600)} {units[1]}"
    return f"{int(seconds // 86400)} {units[2]}"


def size(count: object, language: str = "id") -> str:
    """Bytes as `1,2 MB` (Indonesian) or `1.2 MB`; a dash for none."""
    if not isinstance(count, int | float) or isinstance(count, bool):
        return "\u2013"
    amount, unit = float(count), "B"
    for larger in ("kB", "MB", "GB"):
        if amount < 1000:
            break
        amount, unit = amount / 1000, larger
    text = f"{amount:.0f}" if unit == "B" else f"{amount:.1f}"
    return f"{text.replace('.', ',') if language == 'id' else text} {unit}"


def number(count: object, language: str = "id") -> str:
    """A count with thousands separated: `12.345` in Indonesian, `12,345` in English."""
    if not isinstance(count, int):
        return "\u2013"
    text = f"{count:,}"
    return text.replace(",", ".") if language == "id" else text
