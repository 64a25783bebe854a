"""What one cell says, in the API's terms; `Wrong` for what cannot be understood."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from typing import Any

from aduan_client import formats, names
from aduan_client.errors import UsageError
from aduan_client.formats import blank
from aduan_client.imports.mapping import ANY, SheetMap
from aduan_client.imports.sheet import Cell, as_text
from aduan_client.names import Names
from aduan_client.phones import normalised
from aduan_client.points import LATITUDE, LONGITUDE, degrees
from aduan_client.times import moment
from aduan_client.words import code_of

YES = {"ya", "y", "yes", "true", "benar", "1", "x", "v", "iya"}
NO = {"tidak", "t", "n", "no", "false", "salah", "0", "bukan", "-"}
BROKEN = {"#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NUM!", "#NULL!"}


Reader = Callable[[str, Cell, SheetMap, "Place"], Any]


class Wrong(Exception):
    """A cell that cannot be used: the key of the sentence that says why. The cell itself is not in it."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


@dataclass(frozen=True)
class Place:
    """What a city's configuration knows that cells speak of."""

    departments: Names = field(default_factory=lambda: Names([]))
    categories: Names = field(default_factory=lambda: Names([]))
    kelurahan: Names = field(default_factory=lambda: Names([]))
    levels: Names = field(default_factory=lambda: Names([]))
    """Classes of the city's own, beside those every city has."""
    zone: tzinfo = formats.INDONESIAN_ZONES["WIB"]


def of_city(answer: Mapping[str, Any]) -> Place:
    """The names in a city's configuration (`GET /v1/city`), and its zone."""
    city = answer.get("city") or {}
    levels = [{"id": name} for name in city.get("levels") or []]
    return Place(
        departments=names.of_city(answer, "departments"),
        categories=names.of_city(answer, "categories"),
        kelurahan=names.of_city(answer, "kelurahan"),
        levels=Names(levels),
        zone=formats.zone(city.get("zone") or "WIB"),
    )


def value(kind: str, name: str, cell: Cell, plan: SheetMap, place: Place) -> Any:
    """The value of a cell for a field of this kind; None if it is empty. Raises Wrong."""
    text = as_text(cell)
    if text in BROKEN:
        raise Wrong("fault.broken_cell")
    if "\0" in text:
        raise Wrong("fault.nul")
    meant = _meaning(plan.values.get(name), text)
    if meant is not None:
        cell = text = meant.strip()
    if blank(text):
        return None
    reader = _READERS.get(kind)
    return reader(text, cell, plan, place) if reader else text


def _meaning(words: Mapping[str, str] | None, text: str) -> str | None:
    """What the mapping file says a word means: `*` stands for all words it does not name, but not for none."""
    if not words:
        return None
    return words.get(text.casefold(), words.get(ANY) if text else None)


def _time(text: str, cell: Cell, plan: SheetMap, place: Place) -> datetime:
    try:
        at = moment(cell, plan.order, plan.zone or place.zone)
    except ValueError:
        at = None
    if at is None:
        raise Wrong("fault.time")
    return at


def _phone(text: str, cell: Cell, plan: SheetMap, place: Place) -> str:
    number = normalised(text)
    if number is None:
        raise Wrong("fault.phone")
    return number


def _flag(text: str, cell: Cell, plan: SheetMap, place: Place) -> bool:
    if text.casefold() in YES:
        return True
    if text.casefold() in NO:
        return False
    raise Wrong("fault.flag")


def _degrees(most: int) -> Reader:
    def read(text: str, cell: Cell, plan: SheetMap, place: Place) -> float:
        found = degrees(text, most)
        if found is None:
            raise Wrong("fault.degrees")
        return found

    return read


def _code(group: str, key: str) -> Reader:
    def read(text: str, cell: Cell, plan: SheetMap, place: Place) -> str:
        code = code_of(group, text)
        if code is None:
            raise Wrong(key)
        return code

    return read


def _class(text: str, cell: Cell, plan: SheetMap, place: Place) -> str:
    code = code_of("class", text) or place.levels.find(text)
    if code is None:
        raise Wrong("fault.class")
    return code


def _department(text: str, cell: Cell, plan: SheetMap, place: Place) -> str:
    return _listed(place.departments, text, "fault.department")


def _category(text: str, cell: Cell, plan: SheetMap, place: Place) -> str:
    return _listed(place.categories, text, "fault.category")


def _kelurahan(text: str, cell: Cell, plan: SheetMap, place: Place) -> str:
    return _listed(place.kelurahan, text, "fault.kelurahan")


def _listed(known: Names, text: str, key: str) -> str:
    id_ = known.find(text)
    if id_ is None:
        raise Wrong(key)
    return id_


_READERS: dict[str, Reader] = {
    "time": _time,
    "phone": _phone,
    "flag": _flag,
    "latitude": _degrees(LATITUDE),
    "longitude": _degrees(LONGITUDE),
    "channel": _code("channel", "fault.channel"),
    "status": _code("status", "fault.status"),
    "reason": _code("reason", "fault.reason"),
    "class": _class,
    "department": _department,
    "category": _category,
    "kelurahan": _kelurahan,
}


def checked_defaults(plan: SheetMap, place: Place, kinds: Mapping[str, str]) -> dict[str, Any]:
    """The defaults in the API's terms; UsageError naming the first that cannot be understood."""
    found = {}
    for name, given in plan.defaults.items():
        try:
            found[name] = given if isinstance(given, bool) else value(kinds[name], name, given, plan, place)
        except Wrong:
            raise UsageError("error.map_default", name=f"defaults.{name}") from None
    return found
