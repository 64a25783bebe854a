"""The parts of an import: files, mappings, rows, the journal."""

import csv
import signal
import stat
from _thread import interrupt_main
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, BinaryIO

import msgspec
import pytest
from aduan_client import formats
from aduan_client.errors import ClientError, UsageError
from aduan_client.imports import mapping, sheet
from aduan_client.imports.cells import Place, of_city
from aduan_client.imports.convert import EARLIEST, LONGEST_ID, PATHS, Converter, Fault, Prepared, source_of
from aduan_client.imports.journal import Journal, path_of
from aduan_client.imports.mapping import FileForm
from aduan_client.imports.sending import Workers
from aduan_client.imports.sheet import Row, as_text
from aduan_client.times import api_time as iso
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.api import shapes
from chalicelib.complaints import lifecycle
from chalicelib.complaints.blank import blank
from chalicelib.desk import entry

WIB = formats.zone("WIB")
NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
CITY = {
    "city": {
        "departments": [{"id": "dpupr", "name": "Dinas PUPR", "short": "PU"}, {"id": "dlh", "name": "Dinas LH"}],
        "categories": [{"id": "jalan", "name": "Jalan rusak"}],
        "kecamatan": [{"kelurahan": ["Bandar Lor"]}],
        "levels": ["ringan"],
    }
}


# Files


def rows(path: Path, **form: Any) -> list[Row]:
    return list(sheet.rows(path, FileForm(**form)))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_csv_is_recognised(tmp_path: Path, encoding: str, delimiter: str) -> None:
    path = tmp_path / "a.csv"
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.writer(file, delimiter=delimiter)
        writer.writerows(
            [["No", "Isi, jelas; ya"], ["1", "“Café”, rusak; parah\tsekali\nbaris dua"], ["", ""], ["2", "x"]]
        )
    first, second = rows(path)
    assert sheet.columns(path, FileForm()) == ["No", "Isi, jelas; ya"]
    assert (first.line, first.cells["Isi, jelas; ya"]) == (2, "“Café”, rusak; parah\tsekali\nbaris dua")
    assert (second.line, second.cells["No"]) == (5, "2")


def test_the_header_may_be_further_down_and_a_row_too_long(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("REKAP ADUAN\n\nNo;Isi\n1;satu\n2;dua;lebih\n3\n", "utf-8")
    found = rows(path, header=3)
    assert [(row.line, row.cells, row.fault) for row in found] == [
        (4, {"No": "1", "Isi": "satu"}, None),
        (5, {"No": "2", "Isi": "dua"}, "fault.overflow"),
        (6, {"No": "3"}, None),
    ]


@pytest.mark.parametrize(
    ("content", "key"),
    [
        (b"", "error.no_header"),
        (b"a;a\n1;2\n", "error.column_twice"),
        (b"a;b\n\x81\x8d;2\n", "error.encoding"),
        (b"\xff\xfea\x00;\x00b\x00\n", "error.encoding"),
        (b'a;b\n"' + b"x" * 200_000, "error.csv_quote"),
        (b"a;b\n" + b"x" * 200_000 + b";1\n", "error.csv"),
    ],
)
def test_a_file_that_cannot_be_used(tmp_path: Path, content: bytes, key: str) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(content)
    with pytest.raises(UsageError) as raised:
        rows(path)
    assert raised.value.key == key


@pytest.mark.parametrize("mark", [b"\xff\xfe", b"\xfe\xff"])
def test_what_excel_calls_unicode_text_is_read(tmp_path: Path, mark: bytes) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(mark + "No\tIsi\n1\tLampu – mati\n".encode("utf-16-le" if mark[0] == 0xFF else "utf-16-be"))
    assert [(row.line, row.cells) for row in rows(path)] == [(2, {"No": "1", "Isi": "Lampu – mati"})]


@pytest.mark.parametrize(("said", "delimiter"), [("sep=;", ";"), ('"sep=|"', "|"), ("sep=\t", "\t")])
def test_a_first_line_that_names_the_delimiter_is_no_header(tmp_path: Path, said: str, delimiter: str) -> None:
    path = tmp_path / "a.csv"
    path.write_text(f"{said}\nNo{delimiter}Isi\n1{delimiter}Got, mampet; bau\n".replace("; bau", ""), "utf-8-sig")
    found = rows(path)
    assert [(row.line, row.cells) for row in found] == [(3, {"No": "1", "Isi": "Got, mampet"})]
    assert sheet.columns(path, FileForm()) == sheet.columns(path, FileForm(header=2)) == ["No", "Isi"]
    path.write_text("sep=apa;Isi\n1;x\n", "utf-8")
    assert sheet.columns(path, FileForm()) == ["sep=apa", "Isi"]


HEAD = "No;Tanggal;Kategori;Isi;Kanal\n"
FIRST = "1;1/2/2025;A;lampu mati;WA\n"
LONE = '3;1/2/2025;C;"tolong segera;WA\n'


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (HEAD + FIRST + LONE + "4;2/2/2025;B;selokan;WA\n5;3/2/2025;B;sampah;WA\n", 3),  # the file ends inside
        (HEAD + FIRST + LONE + '4;2/2/2025;B;"rapi";WA\n', 3),  # the next one is proper, and read inside out
        (HEAD + FIRST + LONE + '4;2/2/2025;B;kata "Pak Camat" katanya;WA\n', 3),
        (HEAD + FIRST + LONE + '4;2/2/2025;B;"rapi";WA\n5;3/2/2025;B;"x";WA\n', 3),
        (HEAD + FIRST + LONE + '4;2/2/2025;B;panjang 5";WA\n5;3/2/2025;B;sampah;WA\n', 3),  # closed by another's
        (HEAD + FIRST + LONE + '4;2/2/2025;B;selokan;WA\n5;13/12/2025;B;panjang 5";WA\n', 3),
        (HEAD + '1;1/2/2025;"dua\nbaris";"tolong;WA\n4;2/2/2025;B;selokan;WA\n', 3),
        (HEAD + FIRST + '3;1/2/2025;C;"Pak" kata;"baris satu\nbaris dua"\n', 3),
        ('No;"Isi;Kanal\n1;x;WA\n', 1),
    ],
)
def test_a_quotation_mark_left_open_swallows_no_rows(tmp_path: Path, text: str, line: int) -> None:
    path = tmp_path / "a.csv"
    path.write_text(text, "utf-8")
    with pytest.raises(UsageError) as raised:
        rows(path, delimiter=";")
    assert (raised.value.key, raised.value.values["line"]) == ("error.csv_quote", line)


def test_quotation_marks_are_kept_or_a_fault_and_proper_cells_have_many_lines(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    letter = 'Yth. Bapak;\n1;1/2/2025;satu\n\nTerima "kasih"'
    path.write_text(
        HEAD
        + '1;1/2/2025;A;kata "Pak Camat" katanya;WA\n'
        + '2;1/2/2025;A;"Pak Camat" katanya;WA\n'
        + '3;1/2/2025;A;"' + letter.replace('"', '""') + '";WA\n'
        + '4;1/2/2025;A;"kata ""Pak Camat""";"W\nA"\n'
        + "5;1/2/2025;A;selokan;WA\n",
        "utf-8",
    )  # fmt: skip
    found = rows(path)
    assert [(row.line, row.fault, row.cells.get("Isi")) for row in found] == [
        (2, None, 'kata "Pak Camat" katanya'),
        (3, "fault.quote", None),
        (4, None, letter),
        (8, None, 'kata "Pak Camat"'),
        (10, None, "selokan"),
    ]
    assert Converter(plan(tmp_path, BASIC.format(more="", end="")), Place(), NOW).convert(found[1]) == [
        Fault(3, None, "fault.quote")
    ]


@given(
    st.lists(st.lists(st.text('ab 1",;\n', max_size=12), min_size=3, max_size=3), max_size=6), st.sampled_from(",;\t")
)
def test_what_a_spreadsheet_writes_is_read_back(written: list[list[str]], delimiter: str) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "a.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, delimiter=delimiter).writerows([["No", "Isi", "Kanal"], *written])
        try:
            found = rows(path, delimiter=delimiter)
        except UsageError as error:
            # It looks so much like rows that were swallowed that a person is asked.
            assert error.key == "error.csv_quote" and any("\n" in cell for row in written for cell in row)
            return
    assert [[row.cells[name] for name in ("No", "Isi", "Kanal")] for row in found] == [
        row for row in written if any(cell.strip() for cell in row)
    ]


def test_a_sheet_of_a_workbook(tmp_path: Path) -> None:
    from openpyxl import Workbook

    book = Workbook()
    book.create_sheet("Rekap").append(["No", "Isi"])
    book["Rekap"].append([7.0, "tujuh"])
    book.save(tmp_path / "a.xlsx")
    assert [row.cells for row in rows(tmp_path / "a.xlsx", sheet="Rekap")] == [{"No": 7, "Isi": "tujuh"}]
    with pytest.raises(UsageError) as raised:
        rows(tmp_path / "a.xlsx", sheet="Tiada")
    assert raised.value.values["names"] == "Sheet, Rekap"
    assert (as_text(7.0), as_text(7.5), as_text(None), as_text(" x ")) == ("7", "7.5", "", "x")


# The mapping


def plan(tmp_path: Path, text: str) -> mapping.SheetMap:
    path = tmp_path / "peta.toml"
    path.write_text(text, "utf-8")
    return mapping.load(path)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("id = ", "error.config"),
        ('[columns]\ntext = "Isi"', "error.map_id"),
        ('id = ""\n[columns]\ntext = "Isi"', "error.map_id"),
        ('id = "a"', "error.map_no_text"),
        ('id = "a"\n[columns]\ntext = "Isi"\nwarna = "W"', "error.map_unknown"),
        ('id = "a"\nwarna = 1\n[columns]\ntext = "Isi"', "error.map_unknown"),
        ('id = "a"\n[columns]\ntext = 7', "error.map_value"),
        ('id = "a"\n[columns]\ntext = []', "error.map_value"),
        ('id = "a"\n[columns]\ntext = "Isi"\nphone = ["A", "B"]', "error.map_one_column"),
        ('id = "a"\n[columns]\ntext = "Isi"\n[dates]\norder = "ymd"', "error.map_value"),
        ('id = "a"\n[columns]\ntext = "Isi"\n[dates]\nzone = "Mars"', "error.zone"),
        ('id = "a"\n[columns]\ntext = "Isi"\n[file]\nheader = 0', "error.map_value"),
        ('id = "a"\n[columns]\ntext = "Isi"\n[file]\ndelimiter = ";;"', "error.map_value"),
        ('id = "a"\n[columns]\ntext = "Isi"\n[values.status]\nx = 1', "error.map_value"),
    ],
)
def test_a_mapping_that_cannot_be_used(tmp_path: Path, text: str, key: str) -> None:
    with pytest.raises(ClientError) as raised:
        plan(tmp_path, text)
    assert raised.value.key == key


def test_a_default_that_means_nothing_is_refused(tmp_path: Path) -> None:
    found = plan(tmp_path, 'id = "a"\n[columns]\ntext = "Isi"\n[defaults]\nchannel = "merpati"')
    with pytest.raises(UsageError) as raised:
        Converter(found, Place(), NOW)
    assert raised.value.values["name"] == "defaults.channel"


# Rows

BASIC = (
    'id = "m"\n[columns]\ntext = ["Judul", "Isi"]\nreceived_at = "Tgl"\n{more}\n[defaults]\nchannel = "phone"\n{end}'
)


def converted(tmp_path: Path, cells: dict[str, Any], more: str = "", end: str = "") -> Prepared | list[Fault]:
    found = plan(tmp_path, BASIC.format(more=more, end=end))
    return Converter(found, of_city(CITY), NOW).convert(Row(2, cells))


def body(found: Prepared | list[Fault]) -> dict[str, Any]:
    assert isinstance(found, Prepared), found
    return found.body


def keys(found: Prepared | list[Fault]) -> list[tuple[str | None, str]]:
    assert isinstance(found, list), found
    return [(fault.column, fault.key) for fault in found]


def test_times_are_of_the_city_s_zone_unless_the_mapping_names_one(tmp_path: Path) -> None:
    makassar = of_city({**CITY, "city": {**CITY["city"], "zone": "Asia/Makassar"}})
    row = Row(2, {"Isi": "Rusak", "Judul": "Jalan", "Tgl": "05/03/2026 08.45"})
    for end, at in (("", "2026-03-05T00:45:00.000Z"), ('[dates]\nzone = "WIB"', "2026-03-05T01:45:00.000Z")):
        found = plan(tmp_path, BASIC.format(more="", end=end))
        assert body(Converter(found, makassar, NOW).convert(row))["received_at"] == at


def test_several_columns_make_one_text(tmp_path: Path) -> None:
    found = body(converted(tmp_path, {"Judul": "Jalan", "Isi": "Rusak parah"}))
    assert (found["text"], found["channel"], "history" in found) == ("Jalan\nRusak parah", "phone", False)


@pytest.mark.parametrize(
    ("day", "hour"),
    [
        (datetime(2026, 11, 2), time(8, 5)),
        (date(2026, 11, 2), time(8, 5)),
        (datetime(2026, 11, 2), timedelta(hours=8, minutes=5)),
        (46328.0, 0.336805555555556),
        (46328, time(8, 5)),
        (datetime(2026, 11, 2), "08.05"),
        (datetime(2026, 11, 2), "pukul 8:05 WIB"),
        ("2 Nov 2026", time(8, 5)),
        (datetime(2026, 11, 2, 8, 5), None),
    ],
)
def test_a_day_and_a_time_of_two_cells_are_one_moment(tmp_path: Path, day: Any, hour: Any) -> None:
    two = BASIC.replace('"Tgl"', '["Tgl", "Jam"]').format(more="", end="")
    cells = {"Isi": "x", "Tgl": day, "Jam": hour}
    found = body(Converter(plan(tmp_path, two), Place(), NOW).convert(Row(2, cells)))
    assert found["received_at"] == "2026-11-02T01:05:00.000Z"


@pytest.mark.parametrize(("day", "hour"), [(None, time(8, 5)), (datetime(2026, 11, 2, 7, 0), time(8, 5)), (3.5, 0.5)])
def test_two_cells_that_are_no_day_and_time_are_a_fault(tmp_path: Path, day: Any, hour: Any) -> None:
    two = BASIC.replace('"Tgl"', '["Tgl", "Jam"]').format(more="", end="")
    found = Converter(plan(tmp_path, two), Place(), NOW).convert(Row(2, {"Isi": "x", "Tgl": day, "Jam": hour}))
    assert keys(found) == [("Tgl", "fault.time")]


def test_words_are_read_in_either_language_by_the_city_or_by_the_mapping(tmp_path: Path) -> None:
    more = 'class = "K"\ncategory = "J"\ndepartment = "O"\nkelurahan = "L"\nsecret = "R"\nchannel = "M"\n'
    more += 'lat = "Y"\nlon = "X"'
    end = '[values.channel]\n"WA" = "whatsapp"\n"*" = "other"\n[values.category]\n"-" = ""'
    cells = {
        "Isi": "x",
        "K": "Ringan",
        "J": "-",
        "O": "pu",
        "L": "Kel. Bandar Lor",
        "R": "Ya",
        "M": "wa",
        "Y": "-7,8",
        "X": 112,
    }
    found = body(converted(tmp_path, cells, more, end))
    assert found == {
        "text": "x", "channel": "whatsapp", "class": "ringan", "secret": True, "department": "dpupr",
        "location": {"kelurahan": "Bandar Lor", "lat": -7.8, "lon": 112.0}, "external_id": found["external_id"],
    }  # fmt: skip
    assert body(converted(tmp_path, {**cells, "M": "merpati", "K": "pengaduan"}, more, end))["channel"] == "other"
    bad = converted(
        tmp_path, {"Isi": "x", "K": "aneh", "J": "aneh", "O": "aneh", "L": "aneh", "R": "aneh", "Y": "utara"}, more, end
    )
    assert keys(bad) == [
        ("K", "fault.class"), ("J", "fault.category"), ("O", "fault.department"), ("L", "fault.kelurahan"),
        ("R", "fault.flag"), ("Y", "fault.degrees"),
    ]  # fmt: skip


def test_what_a_case_cannot_be_without(tmp_path: Path) -> None:
    assert keys(converted(tmp_path, {"Isi": " "})) == [("Judul", "fault.no_text")]
    assert keys(converted(tmp_path, {"Isi": "x" * 10_001})) == [("Judul", "fault.long_text")]
    assert keys(converted(tmp_path, {"Isi": "#REF!"}, 'name = "N"')) == [("Judul", "fault.broken_cell")]
    assert keys(converted(tmp_path, {"Isi": "x", "N": "y" * 201}, 'name = "N"')) == [("N", "fault.long_field")]
    assert keys(converted(tmp_path, {"Isi": "x", "Tgl": "22/11/2026"})) == [("Tgl", "fault.future")]
    assert keys(converted(tmp_path, {"Isi": "a\0b"})) == [("Judul", "fault.nul")]
    assert keys(converted(tmp_path, {"Isi": "\u200b\u2060"})) == [("Judul", "fault.no_text")]
    assert keys(converted(tmp_path, {"Isi": "x", "C": "y" * 10_001}, 'note = "C"')) == [("C", "fault.long_text")]
    assert keys(converted(tmp_path, {"Isi": "x", "Tgl": "31/12/1999"})) == [("Tgl", "fault.too_early")]
    assert body(converted(tmp_path, {"Isi": "x", "Tgl": "1/1/2000 07:00"}))["received_at"] == iso(EARLIEST)
    overflowing = Converter(plan(tmp_path, BASIC.format(more="", end="")), Place(), NOW).convert(
        Row(9, {"Isi": "x"}, "fault.overflow")
    )
    assert keys(overflowing) == [(None, "fault.overflow")]


STATUS = 'status = "S"\ndepartment = "O"\nresponse = "J"\nreason = "A"\nresponded_at = "TJ"\nclosed_at = "TS"'


@pytest.mark.parametrize("status", PATHS)
def test_the_history_of_a_row_leads_to_its_status(tmp_path: Path, status: str) -> None:
    cells = {"Isi": "x", "Tgl": "1/2/2025", "S": status, "O": "PU", "J": "Sudah.", "A": "spam", "TS": "5/2/2025"}
    found = body(converted(tmp_path, cells, STATUS))
    state = lifecycle.State()
    for step in found.get("history", []):
        state = lifecycle.apply(state, lifecycle.Action(type=step["type"], role="admin", data=step["data"]))
    assert state.status == status
    times = [found["received_at"], *(step["at"] for step in found.get("history", []))]
    assert times == sorted(times)
    if status in ("closed", "rejected"):
        assert times[-1] == "2025-02-04T17:00:00.000Z"


def test_a_status_lacks_what_led_to_it(tmp_path: Path) -> None:
    assert keys(converted(tmp_path, {"Isi": "x", "Tgl": "1/2/2025", "S": "selesai"}, STATUS)) == [
        ("O", "fault.needs_department"),
        ("J", "fault.needs_response"),
    ]
    assert keys(converted(tmp_path, {"Isi": "x", "S": "ditolak", "A": "spam"}, STATUS)) == [
        ("Tgl", "fault.needs_received_at")
    ]
    assert keys(converted(tmp_path, {"Isi": "x", "Tgl": "1/2/2025", "S": "menunggu pelapor"}, STATUS)) == [
        ("S", "fault.no_path")
    ]
    cells = {"Isi": "x", "Tgl": "5/2/2025", "S": "selesai", "O": "PU", "J": "ya", "TS": "1/2/2025"}
    assert keys(converted(tmp_path, cells, STATUS)) == [("TS", "fault.order")]


def test_a_department_is_never_silently_dropped(tmp_path: Path) -> None:
    cells = {"Isi": "x", "Tgl": "1/2/2025", "O": "PU"}
    handed_on = body(converted(tmp_path, cells, STATUS))
    assert [step["data"] for step in handed_on["history"]] == [{"department": "dpupr"}]
    not_yet = body(converted(tmp_path, {**cells, "S": "diterima"}, STATUS))
    assert (not_yet["note"], "history" in not_yet, "department" in not_yet) == ("OPD: dpupr", False, False)


def test_a_row_is_known_by_its_column_or_by_its_contents(tmp_path: Path) -> None:
    by_id = Converter(plan(tmp_path, BASIC.format(more="", end='[row]\nid = "No"')), Place(), NOW)
    first = by_id.convert(Row(2, {"No": 12.0, "Isi": "x"}))
    assert isinstance(first, Prepared) and first.external_id == "m:12"
    assert keys(by_id.convert(Row(3, {"No": "12", "Isi": "y"}))) == [("No", "fault.id_twice")]
    assert keys(by_id.convert(Row(4, {"Isi": "y"}))) == [("No", "fault.no_id")]

    assert keys(by_id.convert(Row(5, {"No": "A\0", "Isi": "y"}))) == [("No", "fault.nul")]

    def identities() -> list[str]:
        by_contents = Converter(plan(tmp_path, BASIC.format(more="", end="")), Place(), NOW)
        found = [by_contents.convert(Row(line, {"Isi": text})) for line, text in enumerate("xyx", 2)]
        return [one.external_id for one in found if isinstance(one, Prepared)]

    assert len(set(identities())) == 3  # two equal rows are two cases
    assert identities() == identities()


@pytest.mark.parametrize("length", [1, 97, 98, 99, 100, 101, 500])
def test_a_row_s_identity_is_never_longer_than_the_api_takes(tmp_path: Path, length: int) -> None:
    found = body(converted(tmp_path, {"No": "Y" * length, "Isi": "x"}, end='[row]\nid = "No"'))
    assert (found["external_id"] == "m:" + "Y" * length) == (length <= 98)
    assert msgspec.convert({"channel": "phone", **found}, shapes.NewCase).external_id == found["external_id"]


def test_what_shows_nothing_is_for_the_client_what_it_is_for_the_api() -> None:
    assert [chr(code) for code in range(0x10000) if formats.blank(chr(code)) != blank(chr(code))] == []


def test_the_limits_are_the_api_s() -> None:
    assert EARLIEST == entry.EARLIEST
    assert msgspec.json.schema(shapes.NewCase)["$defs"]["NewCase"]["properties"]["external_id"]["anyOf"][0][
        "maxLength"
    ] == LONGEST_ID  # fmt: skip


@pytest.mark.parametrize(
    ("field", "column"),
    [
        ("external_id", "No"),
        ("text", "Judul"),
        ("received_at", "Tgl"),
        ("reporter.phone", None),
        ("reporter.name", "N"),
        ("location", None),
        ("history.0.at", "Tgl"),
        ("history.1.at", "TJ"),
        ("history.2.at", "TS"),
        ("history.0.data.department", "O"),
        ("history.1.data.text", "J"),
        ("history.9.at", "TS"),
        ("history.0.type", "S"),
        ("history", "S"),
        ("department", "O"),
        ("", None),
    ],
)
def test_a_refusal_names_the_column_of_the_file(tmp_path: Path, field: str, column: str | None) -> None:
    text = BASIC.format(more=STATUS + '\nname = "N"', end='[row]\nid = "No"')
    cells: dict[str, Any] = {
        "No": 1,
        "Isi": "x",
        "Tgl": "1/2/2025",
        "S": "selesai",
        "O": "PU",
        "J": "y",
        "TJ": "2/2/2025",
    }
    row = Converter(plan(tmp_path, text), of_city(CITY), NOW).convert(Row(2, cells))
    assert isinstance(row, Prepared)
    assert source_of(field, row, plan(tmp_path, text)) == column


def test_the_same_row_has_the_same_key_and_a_mended_one_another(tmp_path: Path) -> None:
    one, same, mended = (
        converted(tmp_path, {"Isi": text, "No": 1}, end='[row]\nid = "No"') for text in ("x", "x", "y")
    )
    assert isinstance(one, Prepared) and isinstance(same, Prepared) and isinstance(mended, Prepared)
    assert one.key == same.key != mended.key
    assert one.external_id == mended.external_id


# The journal


def test_a_journal_outlives_a_crash_in_the_middle_of_a_line(tmp_path: Path) -> None:
    path = path_of(tmp_path, "kediri", "https://a.invalid", "m")
    with Journal(path) as journal:
        journal.record([("m:1", "KDR-1"), ("m:2", "KDR-2")])
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with path.open("ab") as torn:
        torn.write(b'not json\n{"row": 7}\n{"row": "half')
    with Journal(path) as journal:
        assert journal.has("m:1") and journal.has("m:2") and not journal.has("m:3")
        journal.record([("m:3", "KDR-3")])
    with Journal(path) as journal:
        assert journal.has("m:3")
        journal.forget()
        assert not journal.has("m:1") and len(journal) == 0
        journal.record([("m:4", "KDR-4")])
    with Journal(path) as journal:
        assert [journal.has(f"m:{number}") for number in (1, 4)] == [False, True]


def test_an_interruption_before_the_journal_is_written_forgets_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [Prepared(number, f"m:{number}", {"number": number}) for number in range(20)]
    write, times, sent = Journal.record, 0, list[str]()

    class Sender:
        def create(self, body: dict[str, Any], key: str) -> tuple[bool, Any]:
            sent.append(f"m:{body['number']}")
            return True, {"ticket": f"KDR-{body['number']}"}

    def interrupted(journal: Journal, confirmed: Any) -> None:
        nonlocal times
        times += 1
        if times == 3:
            raise KeyboardInterrupt
        write(journal, confirmed)

    monkeypatch.setattr(Journal, "record", interrupted)
    with Journal(tmp_path / "a.jsonl") as journal:
        team = Workers(Sender, journal, count=2, moved=lambda summary, count: None)
        with pytest.raises(KeyboardInterrupt):
            team.send(rows)
        assert [one for one in sent if not journal.has(one)] == []
    assert len((tmp_path / "a.jsonl").read_text("utf-8").splitlines()) == len(sent) < len(rows)


@pytest.fixture
def ctrl_c() -> Iterator[None]:
    """Heard also by tests that a shell runs in the background, which tells them to ignore it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("ctrl_c")
def test_an_interruption_while_the_journal_is_written_writes_nothing_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [Prepared(number, f"m:{number}", {"number": number}) for number in range(20)]
    times, sent = 0, list[str]()

    class Sender:
        def create(self, body: dict[str, Any], key: str) -> tuple[bool, Any]:
            sent.append(f"m:{body['number']}")
            return True, {"ticket": f"KDR-{body['number']}"}

    class Interrupted:
        """A file that is on the disk when Ctrl-C comes, and nobody has taken note of it yet."""

        def __init__(self, file: BinaryIO) -> None:
            self._file = file

        def __getattr__(self, name: str) -> Any:
            return getattr(self._file, name)

        def flush(self) -> None:
            nonlocal times
            self._file.flush()
            times += 1
            if times == 3:
                interrupt_main()

    with Journal(tmp_path / "a.jsonl") as journal:
        assert journal._file
        monkeypatch.setattr(journal, "_file", Interrupted(journal._file))
        team = Workers(Sender, journal, count=2, moved=lambda summary, count: None)
        with pytest.raises(KeyboardInterrupt):
            team.send(rows)
        assert [one for one in sent if not journal.has(one)] == []
        monkeypatch.undo()
    assert len((tmp_path / "a.jsonl").read_text("utf-8").splitlines()) == len(sent) < len(rows)


def test_each_city_and_mapping_has_a_journal_of_its_own(tmp_path: Path) -> None:
    paths = {path_of(tmp_path, "kediri", api, map_) for api in ("https://a", "https://b") for map_ in ("m", "n")}
    assert len(paths) == 4
