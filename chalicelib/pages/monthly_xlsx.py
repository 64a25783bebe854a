"""The monthly report as a workbook: every figure as a number somebody can go on calculating with.

A percentage stands beside its numerator and denominator; what could not be counted is an empty cell, never 0. The same
summary gives the same bytes: the workbook's date is the summary's.
"""

import io
from collections.abc import Iterable, Sequence
from datetime import UTC
from decimal import Decimal
from typing import Any, Literal

from msgspec import Struct

from chalicelib.complaints.definitions import INDICATORS
from chalicelib.complaints.ikm import ELEMENTS
from chalicelib.complaints.indicators import Figure, Share
from chalicelib.complaints.rollup import days_of
from chalicelib.complaints.summary import DEPARTMENT_FIGURES, mean_days
from chalicelib.complaints.summary_shapes import Named, Point, Summary, TrendPoint
from chalicelib.pages.monthly_texts import stood

Kind = Literal["text", "long", "whole", "number", "percent", "date"]
FORMATS: dict[Kind, dict[str, Any]] = {
    "text": {},
    "long": {"text_wrap": True},
    "whole": {"num_format": "#,##0"},
    "number": {"num_format": "#,##0.00"},
    "percent": {"num_format": "0.00%"},
    "date": {"num_format": "dd/mm/yyyy", "align": "left"},
}
TITLES = {one.id: one.title for one in INDICATORS}
UNITS = {one.id: one.unit for one in INDICATORS}
BLUE, ORANGE = "#1f5a8c", "#c2570c"


class Column(Struct, frozen=True):
    """A column: its title, its kind, and its width in letters."""

    title: str
    kind: Kind = "whole"
    width: float = 12.0


Row = Sequence[Any]


def xlsx(summary: Summary) -> bytes:
    """The report as an XLSX file."""
    import xlsxwriter  # only who reports pays for it

    file = io.BytesIO()
    book = xlsxwriter.Workbook(
        file, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    )
    book.set_properties(
        {
            "title": f"Ringkasan aduan {summary.city}, {summary.title}",
            "author": summary.city,
            "comments": stood(summary),
            "created": summary.as_of.astimezone(UTC).replace(tzinfo=None, microsecond=0),
        }
    )
    sheets = _Sheets(book)
    _overview(sheets, summary)
    _daily(sheets, summary)
    sheets.table("Kanal", [Column("Kanal", "text", 26), *_SHARE], [_share(one) for one in summary.channels])
    _departments(sheets, summary)
    sheets.table("Kategori", [Column("Kategori", "text", 40), *_SHARE], [_share(one) for one in summary.categories])
    per_1000 = Column("Per 1.000 penduduk", "number", 18)
    sheets.table(
        "Kelurahan",
        [Column("Kelurahan", "text", 26), *_SHARE, per_1000],
        [[*_share(one), one.figure.value if one.figure else None] for one in summary.kelurahan],
    )
    _times(sheets, summary)
    _index(sheets, summary)
    sheets.table(
        "Definisi",
        [Column(title, "long", width) for title, width in _DEFINITION],
        [
            [one.id, one.title, one.numerator_text, one.denominator_text, one.exclusions, one.unit, one.basis]
            for one in INDICATORS
        ],
    )
    book.close()
    return file.getvalue()


_SHARE = (Column("Aduan"), Column("Dari"), Column("Porsi", "percent"))
_DEFINITION = (
    ("id", 20),
    ("Indikator", 36),
    ("Pembilang", 52),
    ("Penyebut", 40),
    ("Tidak termasuk", 36),
    ("Satuan", 12),
    ("Dasar", 30),
)


class _Sheets:
    """A workbook whose sheets look alike."""

    def __init__(self, book: Any) -> None:
        self.book = book
        self._formats = {kind: book.add_format({"valign": "top", **made}) for kind, made in FORMATS.items()}
        self._head = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
        self._bold = book.add_format({"bold": True, "font_size": 14})

    def table(self, name: str, columns: Sequence[Column], rows: Iterable[Row]) -> Any:
        """A sheet that is one table, its head and its first column always in sight."""
        sheet = self._sheet(name)
        for place, column in enumerate(columns):
            sheet.set_column(place, place, column.width)
        count = self.rows(sheet, 0, columns, rows)
        sheet.freeze_panes(1, 1)
        sheet.autofilter(0, 0, max(1, count), len(columns) - 1)
        sheet.repeat_rows(0)
        return sheet

    def sheet(self, name: str, title: str) -> Any:
        """A sheet of several tables under a title."""
        sheet = self._sheet(name)
        sheet.write_string(0, 0, title, self._bold)
        return sheet

    def rows(self, sheet: Any, at: int, columns: Sequence[Column], rows: Iterable[Row], left: int = 0) -> int:
        """A head and its rows from row `at` on; answers how many rows there are."""
        for place, column in enumerate(columns):
            sheet.write_string(at, left + place, column.title, self._head)
        count = 0
        for count, row in enumerate(rows, 1):
            for place, (column, value) in enumerate(zip(columns, row, strict=True)):
                self._cell(sheet, at + count, left + place, column.kind, value)
        return count

    def text(self, sheet: Any, at: int, text: str) -> None:
        sheet.write_string(at, 0, text, self._formats["text"])

    def paragraph(self, sheet: Any, at: int, text: str, columns: int) -> None:
        """A long text over so many columns."""
        sheet.merge_range(at, 0, at, columns - 1, text, self._formats["long"])
        sheet.set_row(at, 48)

    def _sheet(self, name: str) -> Any:
        sheet = self.book.add_worksheet(name)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        return sheet

    def _cell(self, sheet: Any, row: int, place: int, kind: Kind, value: Any) -> None:
        if value is None:
            return  # a dash would be a text among numbers
        if kind == "date":
            sheet.write_datetime(row, place, value, self._formats[kind])
        elif isinstance(value, Decimal | int):
            number = float(value / 100) if kind == "percent" else float(value)
            # Among figures of several units a count has no decimals.
            shown: Kind = "whole" if kind == "number" and _is_whole(value) else kind
            sheet.write_number(row, place, number, self._formats[shown])
        else:
            sheet.write_string(row, place, str(value), self._formats["long" if kind == "long" else "text"])


def _overview(sheets: _Sheets, summary: Summary) -> None:
    sheet = sheets.sheet("Ringkasan", f"{summary.city}: {summary.title}")
    sheets.text(sheet, 1, stood(summary))
    sheets.paragraph(sheet, 2, " ".join((f"{summary.verdict.word}.", *summary.verdict.sentences)), columns=10)
    for place, width in enumerate((34, 12, 12, 12, 12, 14, 14, 14, 34, 18)):
        sheet.set_column(place, place, width)
    last_year = summary.last_year_title or "–"
    heads = [
        Column("Angka", "text"),
        Column(summary.title, "number"),
        Column("Satuan", "text"),
        Column("Pembilang"),
        Column("Penyebut"),
        Column(summary.before_title, "number"),
        Column(last_year, "number"),
        Column("Sejak Januari", "number"),
        Column("Standar", "text"),
        Column("Terpenuhi", "text"),
    ]
    meets = {True: "ya", False: "tidak", None: None}
    count = sheets.rows(
        sheet,
        4,
        heads,
        [
            [
                one.title,
                one.now.value,
                one.now.unit or "NIK",
                one.now.numerator,
                one.now.denominator,
                one.before.value,
                one.last_year.value if summary.last_year_title else None,
                one.year.value,
                one.target.text if one.target else None,
                meets[one.target.meets] if one.target else None,
            ]
            for one in summary.figures
        ],
    )
    at = 4 + count + 2
    decided = [Column("Yang perlu diputuskan", "long"), Column("Bukti dan usul", "text")]
    rows = [[one.found, f"{one.evidence}. {one.ask}"] for one in summary.decisions]
    at += sheets.rows(sheet, at, decided, rows or [["Tidak ada", None]]) + 2
    heads = [Column("Semua indikator", "text"), Column("Nilai", "number"), Column("Satuan", "text")]
    heads += [Column("Pembilang"), Column("Penyebut")]
    at += sheets.rows(sheet, at, heads, [[TITLES[id_], *_figure(one)] for id_, one in summary.indicators.items()]) + 2
    states = [Column("Keadaan", "text"), Column("Aduan"), Column("Dari"), Column("Porsi", "percent")]
    sheets.rows(sheet, at, states, [[one.title, *_parts(one)] for one in summary.states])
    sheet.freeze_panes(5, 1)


def _daily(sheets: _Sheets, summary: Summary) -> None:
    months = [Column("Bulan", "text", 12), *_trend_columns("tahun lalu")]
    year = int(summary.period[:4])
    monthly = [[f"{one.label} {year}", *_trend_row(one)] for one in summary.months]
    if not summary.days:
        sheet = sheets.table("Harian", months, monthly)
        _trend_chart(sheets.book, sheet, "Aduan diterima per bulan", len(monthly), has_days=False)
        return
    days = [Column("Tanggal", "date", 12), *_trend_columns(str(year - 1))]
    dates = days_of(summary.period)
    daily = [[day, *_trend_row(one)] for day, one in zip(dates, summary.days, strict=True)]
    sheet = sheets.table("Harian", days, daily)
    sheets.rows(sheet, len(daily) + 3, months, monthly)
    _trend_chart(sheets.book, sheet, "Aduan diterima per hari", len(daily), has_days=True)


def _trend_columns(earlier: str) -> list[Column]:
    return [
        Column("Diterima"),
        Column("Selesai"),
        Column("Rata-rata hari sampai selesai", "number", 16),
        Column(f"Diterima, {earlier}", "whole", 16),
    ]


def _trend_row(one: TrendPoint) -> list[Any]:
    now: Point | None = None if one.future else one.now
    earlier = one.last_year.received if one.last_year else None
    return [now and now.received, now and now.closed, mean_days(now) if now else None, earlier]


def _trend_chart(book: Any, sheet: Any, title: str, count: int, *, has_days: bool) -> None:
    chart = book.add_chart({"type": "column"})
    categories = ["Harian", 1, 0, count, 0]
    chart.add_series(
        {
            "name": ["Harian", 0, 1],
            "categories": categories,
            "values": ["Harian", 1, 1, count, 1],
            "fill": {"color": BLUE},
        }
    )
    line = book.add_chart({"type": "line"})
    line.add_series(
        {
            "name": ["Harian", 0, 4],
            "categories": categories,
            "values": ["Harian", 1, 4, count, 4],
            "line": {"color": ORANGE, "dash_type": "dash"},
        }
    )
    chart.combine(line)
    chart.set_title({"name": title, "name_font": {"size": 12}})
    chart.set_legend({"position": "bottom"})
    chart.set_x_axis({"num_format": "d", "date_axis": has_days})
    chart.set_size({"width": 640, "height": 320})
    sheet.insert_chart(1, 6, chart, {"description": title})


def _departments(sheets: _Sheets, summary: Summary) -> None:
    columns = [Column("Perangkat daerah", "text", 26)]
    for id_ in DEPARTMENT_FIGURES:
        if UNITS[id_] == "%":
            columns += [Column(TITLES[id_], "percent", 16), Column("pembilang"), Column("penyebut")]
        else:
            columns.append(Column(TITLES[id_], "whole" if UNITS[id_] == "aduan" else "number", 16))
    rows = []
    for part in (*summary.departments, summary.total):
        row: list[Any] = [part.name]
        for id_ in DEPARTMENT_FIGURES:
            figure = part.figures[id_]
            row.append(figure.value)
            if UNITS[id_] == "%":
                row += [figure.numerator, figure.denominator]
        rows.append(row)
    sheets.table("OPD", columns, rows)


def _times(sheets: _Sheets, summary: Summary) -> None:
    columns = [Column("Jam diterima", "text", 18), *_SHARE]
    sheet = sheets.table("Waktu", columns, [_share(one) for one in summary.hours])
    weekdays = [Column("Hari diterima", "text", 18), *_SHARE]
    sheets.rows(sheet, len(summary.hours) + 3, weekdays, [_share(one) for one in summary.weekdays])


def _index(sheets: _Sheets, summary: Summary) -> None:
    columns = [Column("Unsur", "text", 48), Column("Jawaban"), Column("NRR", "number")]
    index = summary.index
    rows = [[f"{id_} {title}", index.answers[id_], index.averages[id_]] for id_, (title, _) in ELEMENTS.items()]
    sheet = sheets.table("IKM", columns, rows)
    quality, performance = index.quality or (None, None)
    facts: list[Row] = [
        ["NI (1–4)", index.ni()],
        ["NIK (25–100)", index.nik],
        ["Mutu", quality],
        ["Kinerja", performance],
        ["Jawaban yang dianjurkan tiap unsur (Krejcie–Morgan)", summary.sample],
    ]
    at = len(rows) + 3
    at += sheets.rows(sheet, at, [Column("Hasil", "text"), Column("Nilai", "number")], facts) + 2
    heads = [Column("Perangkat daerah", "text"), Column("Jawaban"), Column("NIK", "number"), Column("Mutu", "text")]
    by_department = [
        [name, sum(one.answers.values()), one.nik, one.quality[0] if one.quality else None]
        for name, one in summary.department_indexes
    ]
    sheets.rows(sheet, at, heads, by_department)


def _is_whole(value: Decimal | int) -> bool:
    return isinstance(value, int) or value.as_tuple().exponent == 0


def _share(one: Named) -> list[Any]:
    return [one.name, *_parts(one.share)]


def _parts(one: Share) -> list[Any]:
    return [one.numerator, one.denominator, one.percent]


def _figure(one: Figure) -> list[Any]:
    return [one.value, one.unit, one.numerator, one.denominator]
