"""Reading a table from a CSV or an XLSX file, row by row, whatever its size."""

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from aduan_client.errors import UsageError
from aduan_client.imports import quotes
from aduan_client.imports.mapping import FileForm

Cell = str | int | float | bool | datetime | date | time | timedelta | None

DELIMITERS = (";", ",", "\t")
LOOKED_AT = 20  # rows that the delimiter is guessed from
ENCODINGS = ("utf-8-sig", "cp1252")  # Excel saves the second on a Windows with Indonesian settings
UTF_16 = (b"\xff\xfe", b"\xfe\xff")  # how a file begins that Excel saved as "Unicode text"
# A first line for Excel alone: which delimiter the file has.
_SAYS = re.compile(r'"?sep=([;,|\t])"?(?:\r\n|\r|\n)')


@dataclass(frozen=True)
class Row:
    """One row: the line it begins on (as an editor or Excel counts) and its cells by column name."""

    line: int
    cells: dict[str, Cell]
    # The key of the sentence for a row that cannot be read for what it says, such as one of more cells than columns.
    fault: str | None = None


Cells = Sequence[Cell] | None
"""The cells of a row, or None where its quotation marks leave open where they begin and end."""


def rows(path: Path, form: FileForm) -> Iterator[Row]:
    """The rows below the header, without empty ones. UsageError if the file or its header cannot be used."""
    lines = _lines(path, form)
    header = _header(path, form, lines)
    for line, cells in lines:
        if cells is None:
            yield Row(line, {}, "fault.quote")
        elif any(_filled(cell) for cell in cells):
            named = {name: cell for name, cell in zip(header, cells, strict=False) if name}
            # More cells than columns: a delimiter inside a text that nobody quoted.
            over = any(_filled(cell) for cell in cells[len(header) :])
            yield Row(line, named, "fault.overflow" if over else None)


def columns(path: Path, form: FileForm) -> list[str]:
    """The names of the columns, left to right."""
    return [name for name in _header(path, form, _lines(path, form)) if name]


def as_text(cell: Cell) -> str:
    """A cell as a person sees it: `12` for 12.0, which is how a spreadsheet keeps whole numbers."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()


def _lines(path: Path, form: FileForm) -> Iterator[tuple[int, Cells]]:
    """All rows with the line each begins on."""
    kind = path.suffix.lower()
    if kind == ".xls":
        raise UsageError("error.old_excel", path=path)
    return _xlsx(path, form) if kind in (".xlsx", ".xlsm") else _csv(path, form)


def _header(path: Path, form: FileForm, lines: Iterator[tuple[int, Cells]]) -> list[str]:
    """The names of the columns, from the first row with something in it at the header's line or below."""
    for line, cells in lines:
        if line >= form.header and cells is None:
            raise UsageError("error.csv_quote", path=path, line=line)
        if line >= form.header and cells and any(_filled(cell) for cell in cells):
            names = [" ".join(as_text(cell).split()) for cell in cells]
            while names and not names[-1]:
                names.pop()
            twice = sorted({name for name in names if name and names.count(name) > 1})
            if twice:
                raise UsageError("error.column_twice", path=path, name=twice[0])
            return names
    raise UsageError("error.no_header", path=path, line=form.header)


def _filled(cell: Cell) -> bool:
    return cell is not None and bool(as_text(cell))


def _csv(path: Path, form: FileForm) -> Iterator[tuple[int, Cells]]:
    encoding = form.encoding or _encoding(path)
    begins = 1
    try:
        with path.open(encoding=encoding, newline="") as file:
            beginning = file.read(1 << 16)
            said = _SAYS.match(beginning)
            delimiter = form.delimiter or (said[1] if said else _delimiter(beginning, form.header))
            file.seek(0)
            for begins, record, cells in _records(file, delimiter):
                if said and begins == 1:
                    continue
                mark = _left_open(record, cells, delimiter)
                if mark is not None:
                    raise UsageError("error.csv_quote", path=path, line=begins + mark)
                if cells is None and '"' not in record[0]:  # longer than any cell of ours
                    raise UsageError("error.csv", path=path, line=begins)
                yield begins, cells
    except (OSError, LookupError):
        raise UsageError("error.file", path=path) from None
    except UnicodeError:
        raise UsageError("error.encoding", path=path) from None


def _left_open(record: Sequence[str], cells: Sequence[str] | None, delimiter: str) -> int | None:
    """On which line of a record, from 0, a mark was opened of which nobody knows where it ends; None for none.
    A row that is at fault by itself, without doubt about where the next one begins, has none."""
    if cells is not None:
        return quotes.swallowed_on(cells, delimiter) if len(record) > 1 else None
    if len(record) > 1 or "".join(record).count('"') % 2:
        return quotes.opened_on(record, delimiter)
    return None


def _records(file: Iterable[str], delimiter: str) -> Iterator[tuple[int, list[str], Sequence[str] | None]]:
    """Each record of a CSV: the line it begins on, its lines as they are written, and its cells, or None where its
    quotation marks are not those of a CSV. Strictly: a lenient reader takes the rows after a lone mark for its text."""
    lines: list[str] = []

    def watched() -> Iterator[str]:
        for line in file:
            lines.append(line)
            yield line

    reader = csv.reader(watched(), delimiter=delimiter, strict=True)
    begins = 1
    while True:
        lines.clear()
        cells: Sequence[str] | None = None
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            pass
        yield begins, lines, cells
        begins = reader.line_num + 1  # a quoted cell may go over several lines


def _encoding(path: Path) -> str:
    """The encoding a file says it has, else the first that the whole of it can be read with."""
    try:
        with path.open("rb") as marked:
            if marked.read(2) in UTF_16:
                return "utf-16"
        for encoding in ENCODINGS:
            with path.open(encoding=encoding) as file, suppress(UnicodeDecodeError):
                while file.read(1 << 20):
                    pass
                return encoding
    except OSError:
        raise UsageError("error.file", path=path) from None
    raise UsageError("error.encoding", path=path)


def _delimiter(beginning: str, header: int) -> str:
    """The delimiter that cuts the first rows most evenly: as many cells in each as the header has names, and
    no quoted name in two."""
    lines = beginning.splitlines(keepends=True)[header - 1 :]

    def fits(delimiter: str) -> tuple[bool, int, int]:
        rows = [row for row in islice(csv.reader(lines, delimiter=delimiter), LOOKED_AT) if row]
        names = rows[0] if rows else []
        even = sum(len(row) == len(names) for row in rows)
        return len(names) > 1 and not any('"' in name for name in names), even, len(names)

    return max(DELIMITERS, key=fits)


def _xlsx(path: Path, form: FileForm) -> Iterator[tuple[int, Cells]]:
    # openpyxl takes a second to import: only a spreadsheet pays for it.
    from zipfile import BadZipFile

    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        book: Any = load_workbook(path, read_only=True, data_only=True)
    except (OSError, BadZipFile, InvalidFileException, KeyError, ValueError):
        raise UsageError("error.file", path=path) from None
    try:
        if form.sheet is not None and form.sheet not in book.sheetnames:
            raise UsageError("error.sheet", name=form.sheet, names=", ".join(book.sheetnames))
        sheet = book[form.sheet] if form.sheet is not None else book.worksheets[0]
        sheet.reset_dimensions()  # what a file says of its own size is often wrong
        yield from enumerate(sheet.iter_rows(values_only=True), 1)
    finally:
        book.close()
