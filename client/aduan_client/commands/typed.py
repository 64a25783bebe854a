"""What was typed, made into what the API takes; UsageError for what cannot be."""

from typing import Any

from aduan_client.errors import UsageError
from aduan_client.phones import normalised
from aduan_client.points import LATITUDE, LONGITUDE, degrees
from aduan_client.words import STATUSES, Words, code_of, status_code


def ticket_of(typed: str) -> str:
    """A ticket as typed, without white space around it, in capitals; UsageError if nothing is left."""
    ticket = typed.strip().upper()
    if not ticket:
        raise UsageError("error.ticket_empty")
    return ticket


def wanted(limit: int, everything: bool) -> int | None:
    """How many items to fetch at most, None for all."""
    if everything:
        return None
    if limit < 1:
        raise UsageError("error.limit")
    return limit


def given(**data: Any) -> dict[str, Any]:
    """The members that were given a value."""
    return {name.rstrip("_"): value for name, value in data.items() if value is not None}


def place_of(lat: str | None, lon: str | None, **words: str | None) -> dict[str, Any]:
    """The members of a location that were given; UsageError for half a coordinate, or one not on this earth."""
    if lat is None and lon is None:
        return given(**words)
    point = {"lat": degrees(lat or "", LATITUDE), "lon": degrees(lon or "", LONGITUDE)}
    if None in point.values():
        raise UsageError("error.lat_and_lon")
    return given(**point, **words)


def required(value: str | None, option: str) -> str:
    """An option's value without white space around it; UsageError if it was not given."""
    if value is None or not value.strip():
        raise UsageError("error.option_missing", option=option)
    return value.strip()


def coded(group: str, typed: str | None, say: Words) -> str | None:
    """The API's code for a word of the catalogue; UsageError naming the words there are."""
    if typed is None:
        return None
    code = code_of(group, typed)
    if code is None:
        known = ", ".join(say.all_terms(group))
        raise UsageError("error.word", name=typed, names=known)
    return code


def class_code(typed: str | None) -> str | None:
    """A class as the API calls it. A city has levels of its own, so an unknown word is left to the API."""
    return None if typed is None else code_of("class", typed) or typed.strip()


def status_codes(typed: str | None, say: Words) -> str | None:
    """One status or several with commas between them, as the API calls them; UsageError for an unknown one."""
    if typed is None:
        return None
    codes = []
    for word in typed.split(","):
        code = status_code(word)
        if code is None:
            names = ", ".join(say(f"status.{one}") for one in STATUSES)
            raise UsageError("error.status", name=word.strip(), names=names)
        codes.append(code)
    return ",".join(codes)


def phone_number(typed: str | None) -> str | None:
    """A telephone number in the form the API keeps; UsageError if it is none."""
    if typed is None:
        return None
    number = normalised(typed)
    if number is None:
        raise UsageError("error.phone")
    return number
