"""Quotation marks in a CSV that do not do what they should: the line on which one was opened and never meant to be,
counted from 0 within its record."""

import re
from collections.abc import Sequence

_BREAK = re.compile(r"\r\n|\r|\n")


def opened_on(record: Sequence[str], delimiter: str) -> int:
    """The line of the cell whose quotation marks are not those of a CSV: never closed, or closed in its middle."""
    text = "".join(record)
    cell = re.compile(rf'(?P<quoted>"[^"]*(?:""[^"]*)*(?:"|\Z))|[^{re.escape(delimiter)}\r\n]*')
    at = opened = 0
    while at < len(text) and (found := cell.match(text, at)):
        if found["quoted"]:
            opened = at
            if text[found.end() : found.end() + 1] not in (delimiter, "\r", "\n"):
                break
        at = found.end() + 1
    return _breaks(text[:opened])


def swallowed_on(cells: Sequence[str], delimiter: str) -> int | None:
    """The line of a cell that has taken the following rows for its text, or None.

    A lone mark may be closed by another one further down, and the whole is a sound CSV. What gives it away: the first
    line of the cell ends in the other cells of its row, and the last begins with as many cells as come before it, of
    which the first with a number in it (a row's number, a date) is written as this row's is.
    """
    for place, cell in enumerate(cells):
        first, *later = _BREAK.split(cell)
        if not later or first.count(delimiter) != len(cells) - place - 1:
            continue
        begun = later[-1].split(delimiter)
        # After a comma of a sentence comes a space.
        if len(begun) != place + 1 or any(part.startswith(" ") for part in begun[1:]):
            continue
        pairs = zip(cells[:place], begun, strict=False)
        own, other = next((pair for pair in pairs if re.search(r"\d", pair[0])), ("", " "))
        if _form(own) == _form(other):
            return _breaks("".join(cells[:place]))
    return None


def _form(cell: str) -> str:
    """How a cell is written: `9/9/9` for 21/11/2026, `a-9` for LAP-00017."""
    return re.sub(r"[^\W\d_]+", "a", re.sub(r"\d+", "9", cell.strip()))


def _breaks(text: str) -> int:
    return len(_BREAK.findall(text))
