"""Rows as files that spreadsheets open: CSV (RFC 4180) and XLSX. A row is never in memory twice, a file never whole."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any, BinaryIO

# Excel takes a file without it for the PC's old code page.
BOM = "\ufeff"
# What makes a spreadsheet run a text as a formula (OWASP, CSV injection): citizens write these texts.
FORMULA = ("=", "+", "-", "@", "\t", "\r")
# Excel's own limits.
LONGEST_CELL = 32_767
MOST_ROWS = 1_048_575  # without the header

Row = Sequence[Any]


class TooManyRows(ValueError):
    """More rows than a sheet holds."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its title, and its width in letters."""

    title: str
    width: int


def csv_text(columns: Sequence[Column], rows: Iterable[Row], zone: tzinfo) -> Iterator[str]:
    """The file in pieces, a row each. Times are the city's, to the second."""
    yield BOM + _line([column.title for column in columns])
    for row in rows:
        yield _line([_plain(value, zone) for value in row])


def write_csv(file: BinaryIO, columns: Sequence[Column], rows: Iterable[Row], zone: tzinfo) -> int:
    """Write the CSV; answers how many rows it has."""
    lines = -1  # the header is no row
    for line in csv_text(columns, rows, zone):
        file.write(line.encode())
        lines += 1
    return lines


def write_xlsx(file: BinaryIO, columns: Sequence[Column], rows: Iterable[Row], zone: tzinfo) -> int:
    """Write a workbook of one sheet; answers how many rows it has. Raises TooManyRows."""
    import xlsxwriter  # only who exports pays for it

    # Row by row through a temporary file: 100,000 cases in a few megabytes of memory.
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(file, options)
    head = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
    time = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
    sheet = book.add_worksheet("Aduan")
    sheet.freeze_panes(1, 1)
    for place, column in enumerate(columns):
        sheet.set_column(place, place, column.width)
        sheet.write_string(0, place, column.title, head)
    count = 0
    for count, row in enumerate(rows, 1):
        if count > MOST_ROWS:
            raise TooManyRows
        for place, value in enumerate(row):
            if isinstance(value, datetime):
                sheet.write_datetime(count, place, value.astimezone(zone).replace(tzinfo=None), time)
            elif isinstance(value, int | float):
                sheet.write_number(count, place, value)
            elif value is not None:
                # As text, whatever it looks like: no cell of ours is a formula.
                sheet.write_string(count, place, str(value)[:LONGEST_CELL])
    sheet.autofilter(0, 0, count, len(columns) - 1)
    book.close()
    return count


def _line(cells: Iterable[str]) -> str:
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\r\n").writerow(cells)
    return out.getvalue()


def _plain(value: Any, zone: tzinfo) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.astimezone(zone).strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(value, int | float):
        return str(value)  # a number may be negative
    text = str(value)
    return f"'{text}" if text.startswith(FORMULA) else text
