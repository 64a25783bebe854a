"""CSV and XLSX as the programs read them that people open them with."""

import csv
import io
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.desk import sheets
from chalicelib.desk.sheets import Column

ZONE = ZoneInfo("Asia/Jakarta")
COLUMNS = (Column("Nomor tiket", 16), Column("Isi aduan", 60), Column("Diterima", 17), Column("Pendukung", 10))
AT = datetime(2026, 11, 21, 18, 30, 5, tzinfo=UTC)  # half past one, the next day, in Kediri
ROWS: list[list[Any]] = [
    ["KDR-7Q4M-2X9D", 'Lampu, "mati"\r\ndi Jl. Dhoho', AT, 2],
    ["KDR-517W-SCE5", None, None, 0],
]


def read_csv(rows: list[list[Any]]) -> list[list[str]]:
    file = io.BytesIO()
    assert sheets.write_csv(file, COLUMNS, rows, ZONE) == len(rows)
    raw = file.getvalue()
    assert raw.startswith(b"\xef\xbb\xbfNomor tiket,")
    return list(csv.reader(io.StringIO(raw.decode("utf-8-sig"), newline=""), strict=True))


def read_xlsx(rows: list[list[Any]]) -> Any:
    file = io.BytesIO()
    assert sheets.write_xlsx(file, COLUMNS, rows, ZONE) == len(rows)
    return openpyxl.load_workbook(file).active


def test_csv_is_rfc_4180_in_the_citys_time() -> None:
    assert read_csv(ROWS) == [
        ["Nomor tiket", "Isi aduan", "Diterima", "Pendukung"],
        ["KDR-7Q4M-2X9D", 'Lampu, "mati"\r\ndi Jl. Dhoho', "2026-11-22 01:30:05", "2"],
        ["KDR-517W-SCE5", "", "", "0"],
    ]
    text = "".join(sheets.csv_text(COLUMNS, [["a", "b", None, -1]], ZONE))
    assert text.endswith("\r\na,b,,-1\r\n")


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_no_text_is_a_formula_in_csv(start: str) -> None:
    evil = f'{start}HYPERLINK("http://x","y")'
    assert read_csv([[evil, evil, None, -3]])[1] == [f"'{evil}", f"'{evil}", "", "-3"]


def test_xlsx_has_real_dates_a_frozen_header_and_no_formula() -> None:
    sheet = read_xlsx([*ROWS, ["=1+1", "@SUM(A1)", AT, 1.5], ["http://x", "+62812", None, 0]])
    assert [cell.value for cell in sheet[1]] == [column.title for column in COLUMNS]
    assert sheet.freeze_panes == "B2"
    assert sheet.auto_filter.ref == "A1:D5"
    assert [sheet.column_dimensions[letter].width > 9 for letter in "ABCD"] == [True] * 4
    assert sheet["C2"].value == datetime(2026, 11, 22, 1, 30, 5)
    assert sheet["C2"].is_date
    assert (sheet["D2"].value, sheet["D2"].data_type) == (2, "n")
    assert (sheet["A4"].value, sheet["A4"].data_type) == ("=1+1", "s")
    assert (sheet["B4"].value, sheet["B4"].data_type) == ("@SUM(A1)", "s")
    assert (sheet["A5"].value, sheet["A5"].hyperlink) == ("http://x", None)
    assert sheet["B3"].value is None


def test_a_text_longer_than_a_cell_is_cut() -> None:
    assert len(read_xlsx([["a", "x" * 40_000, None, 0]])["B2"].value) == sheets.LONGEST_CELL


def test_more_rows_than_a_sheet_holds_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "MOST_ROWS", 2)
    with pytest.raises(sheets.TooManyRows):
        sheets.write_xlsx(io.BytesIO(), COLUMNS, [["a", "b", None, 0]] * 3, ZONE)


def test_rows_are_taken_one_by_one() -> None:
    taken = []

    def rows() -> Iterator[list[Any]]:
        for number in range(3):
            taken.append(number)
            yield ["a", "b", None, number]

    lines = sheets.csv_text(COLUMNS, rows(), ZONE)
    next(lines)
    next(lines)
    assert taken == [0]


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=60))
def test_any_text_comes_back(text: str) -> None:
    shown = read_csv([["t", text, None, 1]])[1][1]
    assert shown == (f"'{text}" if text.startswith(sheets.FORMULA) else text)
