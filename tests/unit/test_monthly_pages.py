"""The monthly report in its forms, two pages of paper among them: what they say, and the same bytes each time."""

import io
import re
import subprocess
import sys
import zlib
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from html.parser import HTMLParser
from itertools import pairwise
from typing import Any

import openpyxl
import pytest
from msgspec import structs

from chalicelib.complaints.rollup import Rollup, rollup_of
from chalicelib.complaints.summary import summarise
from chalicelib.complaints.summary_shapes import Source, Summary
from chalicelib.pages import monthly, monthly_pdf, monthly_xlsx, paper
from chalicelib.pages.monthly_texts import cell_text, notes, short, stood
from chalicelib.pages.paper import printable
from tests.unit.made_facts import closed, fact
from tests.unit.replayed import source, the_city

KEDIRI, MADIUN = the_city("kediri-2021"), the_city("madiun-2021")


@cache
def year() -> Summary:
    """Madiun's 2021: 213 cases, twelve departments, no year before."""
    return summarise(source("madiun-2021", "2021"), MADIUN)


@cache
def june() -> Summary:
    return summarise(source("madiun-2021", "2021-06"), MADIUN)


def made(rollup: Rollup, before: Rollup | None = None) -> Summary:
    as_of = datetime(2026, 3, 31, 16, 59, 59, 999_000, tzinfo=UTC)
    before = before or Rollup()
    return summarise(
        Source(period="2026-03", as_of=as_of, now=rollup, before=before, last_year=before, year=rollup), KEDIRI
    )


def pages(file: bytes) -> list[str]:
    """What is written on each page, in the order in which it is written."""
    found = []
    for stream in re.findall(rb"stream\n(.*?)\nendstream", file, re.S):
        try:
            content = zlib.decompress(stream)
        except zlib.error:
            continue
        if b" Tj" in content:
            said = re.findall(rb"\((.*?)(?<!\\)\) Tj", content, re.S)
            found.append("\n".join(re.sub(rb"\\(.)", rb"\1", one).decode("cp1252") for one in said))
    return found


# Paper


def test_paper_has_two_pages_with_the_verdict_on_the_first() -> None:
    first, second = pages(monthly_pdf.pdf(year()))
    assert first.startswith("Ringkasan aduan · Tahun 2021\nKota Madiun\n")
    for words in ("Belum dapat dinilai", "98,12 %", "209/213", "94,84 %", "Aduan diterima per bulan"):
        assert words in first, words
    assert "Belum ditindaklanjuti oleh Satpol PP-Damkar: 16,7 % (1/6)" in first
    assert "Perangkat daerah, yang terbanyak lebih dulu" in second
    assert "98,12 % (209/213)" in second
    assert "Arti angka" in second
    assert second.endswith("2/\n2"), "page 2 of 2"


@pytest.mark.parametrize("which", [june, year])
def test_no_word_of_the_seven_figures_touches_the_next(
    which: Callable[[], Summary], monkeypatch: pytest.MonkeyPatch
) -> None:
    written, real = list[tuple[float, float, float]](), paper.Paper.write

    def noted(pen: paper.Paper, text: str, x: float, y: float, width: float, **how: Any) -> None:
        real(pen, text, x, y, width, **how)
        wide = pen.document.get_string_width(
            pen._fitting(printable(text), width, how.get("size", 9.0), how.get("bold", False))
        )
        written.append((y, x + width - wide if how.get("align") == "R" else x, wide))

    rows = list[list[tuple[float, float]]]()
    figure_row = monthly_pdf._figure_row

    def row(pen: paper.Paper, *rest: Any) -> None:
        written.clear()
        figure_row(pen, *rest)
        assert all(pen.y <= y < pen.y + 9 for y, _, _ in written)
        rows.append(sorted((x, x + wide) for _, x, wide in written))

    monkeypatch.setattr(paper.Paper, "write", noted)
    monkeypatch.setattr(monthly_pdf, "_figure_row", row)
    monthly_pdf.pdf(which())
    assert len(rows) == 7
    for found in rows:
        for (left, end), (following, last) in pairwise(found):
            # Two lines beside a value begin at one place, those of the standard end at one.
            assert end + 1.4 < following or following == left or end == pytest.approx(last)


def test_equal_summaries_give_equal_paper() -> None:
    assert monthly_pdf.pdf(june()) == monthly_pdf.pdf(june())
    other = structs.replace(june(), as_of=datetime(2021, 7, 2, tzinfo=UTC))
    assert monthly_pdf.pdf(other) != monthly_pdf.pdf(june())


def test_the_signs_of_figures_are_on_paper() -> None:
    before = rollup_of([closed(f"b{at}", 5) for at in range(30)])
    first, _ = pages(monthly_pdf.pdf(made(rollup_of([closed(f"n{at}", 3) for at in range(30)]), before)))
    assert "–2,00 hari" in first, "a minus sign as Windows-1252 knows it"
    assert "\n–\n" in first, "a dash where nothing was counted"
    assert "?" not in first


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("Kota Kediri – 98 %", "Kota Kediri – 98 %"),
        ("−0,5 ≥ 3 → x", "–0,5 >= 3 -> x"),
        ("Ḍāḥā", "Daha"),
        ("é ü", "é ü"),
        ("ꦏꦺꦝꦶꦫꦶ 😀", "?????? ?"),
    ],
)
def test_what_the_fonts_lack_is_written_in_its_nearest_form(text: str, printed: str) -> None:
    assert paper.printable(text) == printed


def test_departments_that_do_not_fit_go_to_an_annex() -> None:
    many = [closed(f"d{at}", department=f"opd_{at:03}") for at in range(60)]
    found = pages(monthly_pdf.pdf(made(rollup_of(many))))
    assert len(found) == 3
    assert "perangkat daerah lagi di lampiran" in found[1]
    assert "Lampiran: perangkat daerah lainnya · Maret 2026" in found[2]
    named = [line for page in found[1:] for line in page.splitlines() if re.fullmatch(r"opd_\d{3}", line)]
    assert sorted(named) == [f"opd_{at:03}" for at in range(60)], "each once"
    assert found[2].count("Kota Kediri\n60\n") == 1, "the total stands under the last row"
    assert "Kota Kediri\n60\n" not in found[1]


def test_the_lists_are_left_out_where_the_departments_fill_the_page() -> None:
    """Twenty fit, but not with the lists of kelurahan and topics below them."""
    several = [closed(f"d{at}", department=f"opd_{at:03}") for at in range(20)]
    before = rollup_of([closed(f"b{at}", category=f"lama_{at}") for at in range(5)])
    full, few = made(rollup_of(several), before), made(rollup_of(several[:5]), before)
    assert "Kelurahan terbanyak" not in pages(monthly_pdf.pdf(full))[1]
    second = pages(monthly_pdf.pdf(few))[1]
    assert "Kelurahan terbanyak\nPojok\n5\n100,00 %" in second
    assert "\n0 ke 5\nbaru\n" in second, "a topic that is new"
    assert len(pages(monthly_pdf.pdf(full))) == 2


def test_nothing_to_tell_is_told_on_two_pages() -> None:
    found = pages(monthly_pdf.pdf(made(Rollup())))
    assert len(found) == 2
    assert "Tidak ada aduan" in found[0]
    assert "Tidak ada: tidak satu batas pun terlampaui." in found[0]
    assert "0,00 %" not in found[0] + found[1]
    assert "100,00 %" not in found[0] + found[1]


def test_many_decisions_are_counted_beyond_five() -> None:
    counts = {"": {"received": 40, "lapor:ambiguous": 1, "lapor:failed": 1, "drift": 1, "alerts": 20}}
    departments = {f"opd_{at}": {"received": 10, "judged:resolution": 10} for at in range(4)}
    rollup = Rollup(counts={"all": counts, "department": departments, "state": {"received": {"received": 40}}})
    first, _ = pages(monthly_pdf.pdf(made(rollup)))
    assert "\n5.\n" in first
    assert "\n6.\n" not in first
    assert "dan 2 lainnya, lengkap di berkas XLSX dan di halaman web." in first


def test_a_bad_month_is_said_so() -> None:
    before = rollup_of([closed(f"b{at}", 3) for at in range(30)])
    found = pages(monthly_pdf.pdf(made(rollup_of([closed(f"n{at}", 9) for at in range(30)]), before)))
    assert "Menurun" in found[0]
    assert "belum terpenuhi" in found[0]


def test_paper_needs_no_pillow_and_says_nothing_about_it() -> None:
    """As deployed: without PIL (infra/artefact.py), and with every warning an error."""
    program = (
        "import sys; sys.modules['PIL'] = None; sys.modules['PIL.Image'] = None\n"
        "from datetime import UTC, datetime\n"
        "from chalicelib.complaints.rollup import Rollup\n"
        "from chalicelib.complaints.summary import summarise\n"
        "from chalicelib.complaints.summary_shapes import Source\n"
        "from chalicelib.pages.monthly_pdf import pdf\n"
        "from tests.unit.replayed import the_city\n"
        "r = Rollup()\n"
        "s = Source(period='2026-03', as_of=datetime(2026, 4, 1, tzinfo=UTC), now=r, before=r, last_year=r, year=r)\n"
        "sys.stdout.buffer.write(pdf(summarise(s, the_city('kediri-2021'))))\n"
    )
    done = subprocess.run([sys.executable, "-W", "error", "-c", program], capture_output=True, check=False)
    assert (done.returncode, done.stderr.decode()) == (0, "")
    assert len(pages(done.stdout)) == 2


# A page of its own


class Page(HTMLParser):
    """What a page refers to, and what it says."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.addresses: list[str] = []
        self.tags: list[str] = []
        self.said = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.addresses += [value or "" for name, value in attrs if name in ("src", "href")]

    def handle_data(self, data: str) -> None:
        self.said += data


def test_the_page_stands_alone_and_says_what_the_paper_says() -> None:
    written = monthly.html(year())
    page = Page(written)
    assert (page.addresses, "script" in page.tags) == ([], False)
    assert page.tags.count("svg") == 4
    assert written.startswith('<!DOCTYPE html>\n<html lang="id">')
    for words in ("Belum dapat dinilai", "98,12 %", "209/213", "Satpol PP-Damkar", "Belum didisposisikan"[:5]):
        assert words in page.said, words
    assert written == monthly.html(year())
    assert "dari Tahun 2020" in page.said
    assert "sejak Januari" not in page.said, "a year is what it is since January"
    assert "sejak Januari" in Page(monthly.html(june())).said


def test_names_are_escaped_on_the_page_and_in_the_mail() -> None:
    evil = "<script>alert(1)</script>"
    rollup = rollup_of(
        [closed(f"e{at}", department=evil, category=evil, channel=evil, met={"resolution": False}) for at in range(6)]
    )
    for written in (monthly.html(made(rollup)), monthly.mail(made(rollup)).html):
        assert "<script>" not in written
        assert "&lt;script&gt;" in written


def test_places_and_rates_are_shown_where_they_are_known() -> None:
    facts = [fact(f"p{at}", place="pohon|Pojok|-7.82,112.01") for at in range(6)]
    city = structs.replace(KEDIRI, population={"Pojok": 2000})
    rollup = rollup_of(facts)
    summary = summarise(
        Source(
            period="2026-03",
            as_of=datetime(2026, 4, 1, tzinfo=UTC),
            now=rollup,
            before=rollup,
            last_year=rollup,
            year=rollup,
        ),
        city,
    )
    said = Page(monthly.html(summary)).said
    assert "Tempat berulang" in said
    assert "3,00 per 1.000" in said
    assert "Berulang di tempat yang sama" in said
    assert "3,00 per 1.000" in pages(monthly_pdf.pdf(summary))[1]


# The mail


def test_the_mail_says_the_first_screen_twice() -> None:
    mail = monthly.mail(year())
    assert mail.subject == "Belum dapat dinilai: aduan Kota Madiun, Tahun 2021"
    for words in ("98,12 %", "209/213", "Belum ditindaklanjuti oleh Satpol PP-Damkar: 16,7 % (1/6)", "terlampir"):
        assert words in mail.text, words
        assert words in Page(mail.html).said, words
    revised = monthly.mail(structs.replace(june(), revision=2))
    assert revised.subject.endswith(", Juni 2021, revisi 2")
    quiet = monthly.mail(made(Rollup()))
    assert "Yang perlu diputuskan" not in quiet.text + quiet.html


# The workbook


def workbook(summary: Summary) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(monthly_xlsx.xlsx(summary)))


def test_the_workbook_has_its_sheets_with_heads_that_stay() -> None:
    book = workbook(june())
    assert book.sheetnames == [
        "Ringkasan", "Harian", "Kanal", "OPD", "Kategori", "Kelurahan", "Waktu", "IKM", "Definisi",
    ]  # fmt: skip
    for sheet in book:
        assert sheet.freeze_panes, sheet.title
        assert sheet.column_dimensions["A"].width > 10, sheet.title


def test_figures_are_numbers_with_formats() -> None:
    sheet = workbook(year())["OPD"]
    heads = [cell.value for cell in sheet[1]]
    total = dict(zip(heads, sheet[sheet.max_row], strict=True))
    share = total["Ditindaklanjuti"]
    assert share.value == pytest.approx(0.9812)
    assert share.number_format == "0.00%"
    at = heads.index("Ditindaklanjuti")
    assert [cell.value for cell in sheet[sheet.max_row]][at : at + 3] == [pytest.approx(0.9812), 209, 213]
    assert total["Aduan diterima (neto)"].number_format == "#,##0"
    assert total["Perangkat daerah"].value == "Kota Madiun"


def test_days_are_dates_and_what_is_not_known_is_empty() -> None:
    sheet = workbook(june())["Harian"]
    assert [sheet.cell(1, column).value for column in range(1, 4)] == ["Tanggal", "Diterima", "Selesai"]
    assert (sheet["A2"].value, sheet["A2"].is_date) == (datetime(2021, 6, 1), True)
    assert sum(int(str(sheet.cell(row, 2).value)) for row in range(2, 32)) == 18
    assert {sheet.cell(row, 5).value for row in range(2, 32)} == {None}, "2020 is not known"
    assert sheet.cell(34, 1).value == "Bulan"
    assert workbook(year())["Harian"]["A2"].value == "Jan 2021"


def test_the_overview_holds_every_indicator_and_decision() -> None:
    values = [[cell.value for cell in row] for row in workbook(year())["Ringkasan"]]
    flat = {cell for row in values for cell in row}
    decided = "16,7 % (1/6). Kepala Satpol PP-Damkar menugaskan petugas pekan ini."
    assert {"Belum ditindaklanjuti oleh Satpol PP-Damkar", decided, "Peringatan tenggat"} <= flat
    formats = {row[0].value: row[1].number_format for row in workbook(year())["Ringkasan"].iter_rows(min_row=6)}
    assert (formats["Aduan diterima"], formats["Ditindaklanjuti"]) == ("#,##0", "#,##0.00")
    followed = next(row for row in values if row[0] == "Ditindaklanjuti")
    assert followed[1:5] == [pytest.approx(98.12), "%", 209, 213]
    empty = [[cell.value for cell in row] for row in workbook(made(Rollup()))["Ringkasan"]]
    assert ["Tidak ada", None] in [row[:2] for row in empty]
    assert next(row for row in empty if row[0] == "Selesai")[1] is None


def test_the_index_stands_by_element_and_department() -> None:
    kediri = summarise(source("kediri-2021", "2020-02"), KEDIRI)
    sheet = workbook(kediri)["IKM"]
    assert [sheet.cell(2, column).value for column in (1, 2)] == ["U1 Persyaratan", 9]
    cells = {row[0].value: row[1].value for row in sheet.iter_rows()}
    assert cells["NIK (25–100)"] == pytest.approx(86.42)
    assert cells["Mutu"] == "B"


def test_equal_summaries_give_equal_workbooks() -> None:
    assert monthly_xlsx.xlsx(june()) == monthly_xlsx.xlsx(june())
    assert workbook(june()).properties.created == datetime(2021, 6, 30, 23, 0)


# Words they share


def test_the_moment_is_the_end_of_the_day_or_an_hour() -> None:
    assert stood(made(Rollup())) == "Keadaan pada akhir Selasa, 31 Maret 2026"
    assert stood(june()) == "Keadaan Kamis, 1 Juli 2021 pukul 06.00 WIB"
    assert stood(structs.replace(june(), revision=3)).endswith(", revisi 3")
    assert stood(structs.replace(made(Rollup()), revision=3)).endswith("2026, revisi 3")


def test_short_titles_and_cells() -> None:
    assert (short("November 2021"), short("Tahun 2020"), short("")) == ("Nov 2021", "2020", " ")
    figures = june().total.figures
    assert cell_text(figures["closed"]) == "94,44 % (17/18)"
    assert cell_text(figures["in_process"]) == "1"
    nothing = made(Rollup()).total.figures
    assert {cell_text(one) for one in nothing.values()} == {"–"}
    assert notes(made(Rollup()))[-1].startswith("Standar: Rata-rata penyelesaian: standar Kota Kediri")


def test_what_is_answered_in_time_is_not_called_finished_in_every_form() -> None:
    summary = made(rollup_of([closed("c", 2, met={"resolution": True}), fact("a", met={"resolution": False})]))
    paper = " ".join("\n".join(pages(monthly_pdf.pdf(summary))).split())
    letter = monthly.mail(summary)
    book = "\n".join(str(cell.value) for sheet in workbook(summary) for row in sheet for cell in row)
    texts = (monthly.html(summary), letter.text, letter.html, paper, book)
    for text in texts:
        assert "Penyelesaian dalam standar" in text
        assert "tepat waktu" not in text
    for text in texts[:4]:
        assert "dijawab dalam tenggat" in text


def test_the_month_before_is_said_to_be_of_the_same_age_only_where_it_was_published() -> None:
    summary = made(Rollup())
    assert "Februari 2026 dibandingkan dengan keadaannya terakhir." in notes(summary)[0]
    published = structs.replace(summary, same_age=True)
    assert "Februari 2026 dibandingkan dengan keadaannya pada umur yang sama." in notes(published)[0]


def test_what_cannot_be_compared_is_a_dash_and_nothing_more() -> None:
    letter = monthly.mail(made(rollup_of([closed("c", 2)])))
    (line,) = [line for line in letter.text.splitlines() if line.startswith("Kepuasan (IKM)")]
    assert line.endswith("; –")
    assert "– dari" not in " ".join(re.sub("<[^>]+>", " ", letter.html).split())
    with_before = monthly.mail(made(rollup_of([closed("c", 2)]), rollup_of([closed("b", 1)])))
    assert "dari Feb 2026" in with_before.text
