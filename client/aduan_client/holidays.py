"""Editing the `holidays` list of a city's file as text, so that its comments and its order stay as they are.

Nothing is read or sent here. Every edit is proved before it is handed out: the new text must say exactly what the old
one said, with the entries added or removed; otherwise NotEditable, and the file is to be edited by hand.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

KINDS = ("public", "cuti_bersama", "local", "opening")

_LIST = re.compile(r"^[ \t]*holidays[ \t]*=[ \t]*\[", re.MULTILINE)
_TABLE = re.compile(r"^[ \t]*\[", re.MULTILINE)
# What a value may hold that must not be taken for a bracket, a comma or a comment.
_TEXT = re.compile(r"\"(?:\\.|[^\"\\\n])*\"|'[^'\n]*'|#[^\n]*")
_ONLY_COMMENT = re.compile(r"[ \t]*(?:#[^\n]*)?(?:\n|$)")
_INDENT = "    "


class NotEditable(ValueError):
    """The list is written in a way that this cannot edit safely."""


class Known(ValueError):
    """That date has an entry of this kind already."""


class Unknown(LookupError):
    """No entry, or more than one (`kinds`), fits the date."""

    def __init__(self, kinds: Sequence[str]) -> None:
        super().__init__(", ".join(kinds))
        self.kinds = tuple(kinds)


@dataclass(frozen=True, slots=True, kw_only=True)
class Holiday:
    """An entry of the calendar. `hours`: of an opening only, such as "08:00-12:00"."""

    date: date
    name: str
    kind: str
    source: str
    hours: tuple[str, ...] = ()
    verify: bool = False

    def toml(self) -> str:
        """The entry as an inline table."""
        parts = [f"date = {self.date.isoformat()}", f"kind = {_quoted(self.kind)}", f"name = {_quoted(self.name)}"]
        parts.append(f"source = {_quoted(self.source)}")
        if self.hours:
            parts.append(f"hours = [{', '.join(_quoted(span) for span in self.hours)}]")
        if self.verify:
            parts.append("verify = true")
        return f"{{ {', '.join(parts)} }}"


@dataclass(frozen=True, slots=True)
class _Element:
    """One entry where it stands in the text: from its brace to behind the other."""

    start: int
    end: int
    date: date
    kind: str


def add(toml: str, entries: Iterable[Holiday], heading: str | None = None) -> str:
    """The text with these entries in their places by date. `heading`: a comment above them, where their years had no
    entry before. Raises NotEditable, Known."""
    new = sorted(entries, key=lambda one: (one.date, one.kind))
    known = {(entry["date"], entry["kind"]) for entry in _entries(toml)}
    for one in new:
        if (one.date, one.kind) in known:
            raise Known(f"{one.date.isoformat()} {one.kind}")
    years = {entry["date"].year for entry in _entries(toml)}
    text = toml
    for one in new:
        above = f"{_INDENT}# {heading}\n" if heading and one.date.year not in years else ""
        years.add(one.date.year)
        text = _added(text, one, above)
    expected = [*_entries(toml), *(_read(f"x = {one.toml()}")["x"] for one in new)]
    return _proved(toml, text, expected)


def remove(toml: str, day: date, kind: str | None = None) -> str:
    """The text without that day's entry. Raises NotEditable, Unknown (also where a day has several and no `kind` is
    named)."""
    places = _elements(toml)[1] if _LIST.search(toml) else []
    found = [place for place in places if place.date == day and kind in (None, place.kind)]
    if len(found) != 1:
        if not found and any(entry["date"] == day and kind in (None, entry["kind"]) for entry in _entries(toml)):
            raise NotEditable
        raise Unknown([place.kind for place in found])
    place = found[0]
    comma = re.compile(r"[ \t]*,").match(toml, place.end)
    end = comma.end() if comma else place.end
    begin = toml.rfind("\n", 0, place.start) + 1
    rest = _ONLY_COMMENT.match(toml, end)
    if not toml[begin : place.start].strip() and rest:
        text = toml[:begin] + toml[rest.end() :]
    else:
        text = toml[: place.start].rstrip(" \t") + toml[end:]
    expected = [entry for entry in _entries(toml) if (entry["date"], entry["kind"]) != (day, place.kind)]
    return _proved(toml, text, expected)


def of_year(city: Mapping[str, Any], year: int | None) -> list[dict[str, Any]]:
    """The entries of a city as the API gives it, by date; of one year, or all."""
    listed = [dict(entry) for entry in city.get("holidays") or ()]
    fitting = [entry for entry in listed if year is None or str(entry.get("date", ""))[:4] == f"{year:04d}"]
    return sorted(fitting, key=lambda entry: (str(entry.get("date")), str(entry.get("kind"))))


def years_known(city: Mapping[str, Any]) -> list[int]:
    """The years with public holidays: in any other no deadline can be worked out."""
    return sorted(
        {int(str(entry["date"])[:4]) for entry in city.get("holidays") or () if entry.get("kind") == "public"}
    )


def national(year: int) -> list[Holiday]:
    """The national holidays of a year as the library `holidays` reckons them, all to be verified: the government
    decides each year anew, Islamic dates by the sighted moon. Cuti bersama are not among them. Raises ImportError."""
    from importlib.metadata import version

    import holidays

    source = f"pustaka holidays {version('holidays')}"
    found = holidays.country_holidays("ID", years=year, language="id")
    return [
        Holiday(date=on, name=name.replace(" (perkiraan)", ""), kind="public", source=source, verify=True)
        for on, name in sorted(found.items())
    ]


def _quoted(text: str) -> str:
    """A TOML string. JSON's escapes are TOML's; only DEL, which JSON leaves as it is, TOML forbids."""
    return json.dumps(text.replace("\x7f", ""), ensure_ascii=False)


def _read(toml: str) -> dict[str, Any]:
    import tomllib  # only who edits pays for it

    return tomllib.loads(toml)


def _entries(toml: str) -> list[dict[str, Any]]:
    listed = _read(toml).get("holidays", [])
    if not isinstance(listed, list) or not all(isinstance(one, dict) and "date" in one for one in listed):
        raise NotEditable
    return listed


def _proved(before: str, after: str, expected: list[dict[str, Any]]) -> str:
    """The new text, if it says what the old one said but for the list, and the list says what it should."""

    def by_date(entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return sorted(entries, key=lambda entry: (entry["date"], entry.get("kind", "")))

    try:
        old, new = _read(before), _read(after)
    except ValueError:
        raise NotEditable from None
    same = {**old, "holidays": None} == {**new, "holidays": None}
    if not same or by_date(new.get("holidays", [])) != by_date(expected):
        raise NotEditable
    return after


def _added(toml: str, one: Holiday, above: str) -> str:
    if not _LIST.search(toml):
        if _entries(toml):
            raise NotEditable  # written as [[holidays]]
        return _with_list(toml, f"{above}{_INDENT}{one.toml()},\n")
    inside, places = _elements(toml)
    earlier = [place for place in places if place.date <= one.date]
    later = [place for place in places if place.date > one.date]
    if later and later[0].date.year == one.date.year and not (earlier and earlier[-1].date.year == one.date.year):
        # The first of its year goes below that year's comment.
        at = later[0].start
        return f"{toml[:at]}{one.toml()},{_gap(toml, at)}{toml[at:]}"
    if not earlier:
        return _below(toml, inside, f"{above}{_INDENT}{one.toml()},")
    last = earlier[-1]
    comma = re.compile(r"[ \t]*,").match(toml, last.end)
    if comma is None:
        toml = f"{toml[: last.end]},{toml[last.end :]}"
    end = comma.end() if comma else last.end + 1
    indent = _INDENT if _gap(toml, last.start) == " " else _gap(toml, last.start)[1:]
    return _below(toml, end, f"{above}{indent}{one.toml()},")


def _gap(toml: str, at: int) -> str:
    """What parts an entry from the one before: a line end and its indent, or a space where they share a line."""
    indent = toml[toml.rfind("\n", 0, at) + 1 : at]
    return " " if indent.strip() else f"\n{indent}"


def _below(toml: str, at: int, line: str) -> str:
    """The text with a line of its own below what ends at `at`, and below that one's comment."""
    rest = _ONLY_COMMENT.match(toml, at)
    if rest and rest.group().endswith("\n"):
        return f"{toml[: rest.end()]}{line}\n{toml[rest.end() :]}"
    return f"{toml[:at]}\n{line}\n{toml[at:].lstrip(' ')}"


def _with_list(toml: str, lines: str) -> str:
    """A list where there was none: at the end of what stands before the first table and its comments."""
    table = _TABLE.search(toml)
    at = table.start() if table else len(toml)
    above = toml[:at].splitlines(keepends=True)
    while above and above[-1].lstrip().startswith("#"):
        above.pop()
    at = sum(len(line) for line in above)
    before = toml[:at] if not above or above[-1].endswith("\n") else toml[:at] + "\n"
    return f"{before}holidays = [\n{lines}]\n\n{toml[at:]}"


def _elements(toml: str) -> tuple[int, list[_Element]]:
    """Where the list begins, behind its bracket, and its entries in the order of the text. Raises NotEditable."""
    found = _LIST.search(toml)
    table = _TABLE.search(toml)
    if found is None or (table and table.start() < found.start()):
        raise NotEditable
    places = [_element(toml, start, end) for start, end in _braces(toml, found.end())]
    return found.end(), places


def _braces(toml: str, at: int) -> Iterator[tuple[int, int]]:
    """The outermost {…} up to the bracket that closes the list."""
    depth, start = 0, at
    while at < len(toml):
        skipped = _TEXT.match(toml, at)
        if skipped:
            at = skipped.end()
            continue
        if toml[at] in "[{":
            start = at if depth == 0 else start
            depth += 1
        elif toml[at] in "]}":
            if depth == 0:
                return
            depth -= 1
            if depth == 0:
                yield start, at + 1
        at += 1
    raise NotEditable


def _element(toml: str, start: int, end: int) -> _Element:
    try:
        entry = _read(f"x = {toml[start:end]}")["x"]
        return _Element(start, end, entry["date"], entry["kind"])
    except (ValueError, KeyError, TypeError):
        raise NotEditable from None
