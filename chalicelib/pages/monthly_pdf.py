"""The monthly report on paper: A4, two pages read in two minutes, an annex only where the departments do not fit.

The same summary gives the same bytes: the document's date is the summary's.
"""

import warnings
from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from chalicelib.complaints.ikm import BASIS, ELEMENTS
from chalicelib.complaints.rounding import shown
from chalicelib.complaints.summary_figures import basis_text, value_text
from chalicelib.complaints.summary_shapes import Decision, KeyFigure, Named, Part, Summary, Tone
from chalicelib.pages.monthly_plots import MOST_BARS, plots
from chalicelib.pages.monthly_texts import DEPARTMENT_HEADS, cell_text, notes, short, stood
from chalicelib.pages.paper import CODEPAGE, FAMILY, HEIGHT, INNER, MARGIN, Paper, printable
from chalicelib.pages.plots import BAR, SOFT, Drawing, Path, Rect

if TYPE_CHECKING:
    from fpdf import FPDF

BOTTOM = HEIGHT - 13
TONES: dict[Tone, str] = {"good": "#1a7f37", "bad": "#b42318", "same": SOFT, "none": SOFT}
SHADE = "#f3f6f8"
MOST_DECISIONS = 5
DECISION_ROW = 8.4
# Between a title and its value, and between that and what stands beside it.
GAP, BESIDE = 2.0, 31.0
# The width that plots are laid out in; they are scaled to the page.
PLOT = 330.0
HIGHEST_PLOT, HIGHEST_BAR = 68.0, 6.0
DEPARTMENT_ROW = 5.0
NOTES_SIZE = 7.0
SHORTEST_LIST, LONGEST_LIST = 3, 8

# In millimetres, of the columns of the table by department.
WIDTHS = (12.0, 32.0, 32.0, 10.0, 32.0, 12.0, 25.0)
DEPARTMENT_COLUMNS = tuple((id_, head, width) for (id_, head), width in zip(DEPARTMENT_HEADS, WIDTHS, strict=True))
NAME_WIDTH = INNER - sum(width for _, _, width in DEPARTMENT_COLUMNS)


def pdf(summary: Summary) -> bytes:
    """The report as a PDF file."""
    document = _document(summary)
    paper = Paper(document)
    document.add_page()
    _head(paper, summary, "Ringkasan aduan")
    _verdict(paper, summary)
    _seven(paper, summary)
    _plots(paper, summary)
    _decisions(paper, summary.decisions)
    document.add_page()
    _head(paper, summary, "Rincian menurut perangkat daerah")
    top = paper.y
    _states(paper, summary, top)
    _elements(paper, summary, top)
    meanings = notes(summary)
    room = BOTTOM - _height_of(paper, meanings) - 6
    rest = _departments(paper, summary, summary.departments, room)
    if not rest:
        _lists(paper, summary, room)
    _write_notes(paper, meanings)
    while rest:
        document.add_page()
        _head(paper, summary, "Lampiran: perangkat daerah lainnya")
        rest = _departments(paper, summary, rest, BOTTOM)
    return bytes(document.output())


def _document(summary: Summary) -> "FPDF":
    with warnings.catch_warnings():
        # fpdf2 warns once that it cannot place pictures without Pillow. We place none, and Pillow's 8 MB are not
        # shipped (infra/artefact.py).
        warnings.filterwarnings("ignore", message="Pillow could not be imported", category=UserWarning)
        from fpdf import FPDF

    class Report(FPDF):
        """The footer of each page."""

        def footer(self) -> None:
            self.set_xy(MARGIN, HEIGHT - 10)
            self.set_font(FAMILY, size=7)
            self.set_text_color(SOFT)
            self.cell(INNER / 2, 4, printable(f"{summary.city}, {summary.title}. Tanpa data pelapor."))
            self.cell(INNER / 2, 4, f"{self.page_no()}/{{nb}}", align="R")

    document = Report(format="A4")
    document.core_fonts_encoding = CODEPAGE
    document.set_auto_page_break(False)
    document.set_margin(0)
    document.c_margin = 0
    document.set_creation_date(summary.as_of)
    document.set_title(printable(f"Ringkasan aduan {summary.city}, {summary.title}"))
    document.set_subject(printable(summary.verdict.sentences[0]))
    document.set_author(printable(summary.city))
    document.set_creator("Aduan")
    document.set_producer("Aduan")
    document.set_lang("id-ID")
    return document


def _head(paper: Paper, summary: Summary, title: str) -> None:
    paper.write(f"{title} · {summary.title}", MARGIN, MARGIN, INNER * 0.62, size=15, bold=True)
    paper.write(summary.city, MARGIN + INNER * 0.62, MARGIN, INNER * 0.38, size=11, bold=True, color=BAR, align="R")
    paper.write(stood(summary), MARGIN, MARGIN + 8, INNER, size=8, color=SOFT)
    paper.y = MARGIN + 14


def _verdict(paper: Paper, summary: Summary) -> None:
    verdict = summary.verdict
    text = " ".join(verdict.sentences)
    height = 9.5 + paper.height(text, INNER - 8, 9.5) + 1.5
    paper.box(MARGIN, paper.y, INNER, height, SHADE)
    paper.box(MARGIN, paper.y, 1.6, height, TONES[verdict.tone])
    paper.write(verdict.word, MARGIN + 5, paper.y + 2, INNER - 8, size=14, bold=True, color=TONES[verdict.tone])
    paper.paragraph(text, MARGIN + 5, paper.y + 9, INNER - 8, size=9.5)
    paper.y += height + 4


def _seven(paper: Paper, summary: Summary) -> None:
    columns = [48.0, 60.0, 20.0, 20.0 if summary.last_year_title else 0.0]
    standard = INNER - sum(columns)
    x = MARGIN + columns[0] + columns[1]
    heads = (f"dari {short(summary.before_title)}", f"dari {short(summary.last_year_title or '')}", "standar")
    for head, width in zip(heads, (columns[2], columns[3], standard), strict=True):
        if width:
            paper.write(head, x, paper.y, width, size=7.5, color=SOFT, align="R")
        x += width
    paper.y += 4.4
    for one in summary.figures:
        paper.rule(paper.y)
        _figure_row(paper, one, columns, standard)
        paper.y += 9.0
    paper.rule(paper.y)
    paper.y += 3.5


def _figure_row(paper: Paper, one: KeyFigure, columns: Sequence[float], standard: float) -> None:
    x, y = MARGIN, paper.y
    paper.write(one.title, x, y + 2.6, columns[0] - GAP, size=9.5)
    x += columns[0]
    paper.write(value_text(one.now), x, y + 1.9, BESIDE - GAP, size=12.5, bold=True)
    beside = [text for text in (basis_text(one.now), one.beside) if text]
    for line, text in enumerate(beside):
        paper.write(
            text,
            x + BESIDE,
            y + (2.9 if len(beside) == 1 else 1.0 + 3.8 * line),
            columns[1] - BESIDE,
            size=7.2,
            color=SOFT,
        )
    x += columns[1]
    for change, width in ((one.versus_before, columns[2]), (one.versus_last_year, columns[3])):
        if width:
            bold = change.tone in ("good", "bad")
            paper.write(change.text, x, y + 2.6, width, size=9, bold=bold, color=TONES[change.tone], align="R")
        x += width
    if one.target is None:
        paper.write(shown(None), x, y + 2.6, standard, size=8, color=SOFT, align="R")
        return
    tone: Tone = "none" if one.target.meets is None else "good" if one.target.meets else "bad"
    word = {"good": "terpenuhi", "bad": "belum terpenuhi"}.get(tone, shown(None))
    paper.write(word, x, y + 1.0, standard, size=8.5, bold=tone != "none", color=TONES[tone], align="R")
    paper.write(one.target.text, x, y + 4.9, standard, size=7, color=SOFT, align="R")


def _plots(paper: Paper, summary: Summary) -> None:
    gap = 8.0
    width = (INNER - gap) / 2
    scale = width / PLOT
    # What the decisions leave of the page.
    room = BOTTOM - paper.y - _height_of_decisions(summary.decisions) - 2 * (5 + 3)
    height, row = min(0.6 * room, HIGHEST_PLOT) / scale, min(0.4 * room / MOST_BARS, HIGHEST_BAR) / scale
    drawings = plots(summary, width=PLOT, height=height, row_height=row)
    for left, right in (("received", "close"), ("topics", "channels")):
        pair = (drawings[left], drawings[right])
        for at, one in enumerate(pair):
            x = MARGIN + at * (width + gap)
            paper.title(one.title, paper.y, x, width)
            _draw(paper, one, x, paper.y + 5, scale)
        paper.y += 5 + max(one.height for one in pair) * scale + 3


def _draw(paper: Paper, drawing: Drawing, left: float, top: float, scale: float) -> None:
    document = paper.document
    for shape in drawing.shapes:
        if isinstance(shape, Rect):
            x, y = left + shape.x * scale, top + shape.y * scale
            paper.box(x, y, shape.width * scale, shape.height * scale, shape.fill)
        elif isinstance(shape, Path):
            document.set_draw_color(shape.stroke)
            document.set_line_width(shape.width * scale)
            document.set_dash_pattern(*((1.0, 0.7) if shape.dashed else (0.0, 0.0)))
            document.polyline([(left + x * scale, top + y * scale) for x, y in shape.points])
            document.set_dash_pattern()
        else:
            # Points are a 72nd of an inch, and the drawing is in millimetres once it is scaled.
            document.set_font(FAMILY, "B" if shape.bold else "", shape.size * scale * 72 / 25.4)
            document.set_text_color(shape.fill)
            said = printable(shape.text)
            wide = document.get_string_width(said)
            x = left + shape.x * scale - {"start": 0.0, "middle": wide / 2, "end": wide}[shape.anchor]
            document.text(x, top + shape.y * scale, said)


def _decisions(paper: Paper, decisions: Sequence[Decision]) -> None:
    paper.y = paper.title("Yang perlu diputuskan", paper.y)
    if not decisions:
        paper.paragraph("Tidak ada: tidak satu batas pun terlampaui.", MARGIN, paper.y, INNER, color=SOFT)
        return
    for number, one in enumerate(decisions[:MOST_DECISIONS], 1):
        paper.write(f"{number}.", MARGIN, paper.y, 5, bold=True, color=BAR)
        paper.write(f"{one.found}: {one.evidence}", MARGIN + 5, paper.y, INNER - 5, bold=True)
        paper.write(one.ask, MARGIN + 5, paper.y + 4, INNER - 5, size=8.5, color=SOFT)
        paper.y += DECISION_ROW
    if len(decisions) > MOST_DECISIONS:
        more = f"dan {len(decisions) - MOST_DECISIONS} lainnya, lengkap di berkas XLSX dan di halaman web."
        paper.write(more, MARGIN + 5, paper.y, INNER - 5, size=8, color=SOFT)


def _height_of_decisions(decisions: Sequence[Decision]) -> float:
    more = 5.0 if len(decisions) > MOST_DECISIONS else 0.0
    return 6 + DECISION_ROW * max(1, min(MOST_DECISIONS, len(decisions))) + more


def _states(paper: Paper, summary: Summary, top: float) -> None:
    width = INNER * 0.47
    y = paper.title("Keadaan semua aduan (bruto)", top, MARGIN, width)
    for one in summary.states:
        paper.write(one.title, MARGIN, y, width - 40, size=8.5)
        paper.write(shown(one.numerator), MARGIN + width - 40, y, 18, size=8.5, align="R")
        percent = shown(None) if one.percent is None else f"{shown(one.percent)} %"
        paper.write(percent, MARGIN + width - 22, y, 22, size=8.5, color=SOFT, align="R")
        y += 4.7
        paper.rule(y - 0.5, MARGIN, width)
    total = summary.states[0].denominator
    paper.write("Jumlah", MARGIN, y, width - 40, size=8.5, bold=True)
    paper.write(shown(total), MARGIN + width - 40, y, 18, size=8.5, bold=True, align="R")
    paper.y = max(paper.y, y + 7)


def _elements(paper: Paper, summary: Summary, top: float) -> None:
    left = MARGIN + INNER * 0.53
    width = INNER * 0.47
    index = summary.index
    y = paper.title(f"Kepuasan menurut unsur (IKM, {BASIS})", top, left, width)
    for name, (title, _) in ELEMENTS.items():
        paper.write(f"{name} {title}", left, y, width - 26, size=8.5)
        paper.write(shown(index.averages[name]), left + width - 26, y, 9, size=8.5, align="R")
        paper.write(f"n = {shown(index.answers[name])}", left + width - 16, y, 16, size=8.5, color=SOFT, align="R")
        y += 4.7
        paper.rule(y - 0.5, left, width)
    nik = f"NIK {shown(index.nik)}, sampel yang dianjurkan {shown(summary.sample)} per unsur"
    paper.write(nik, left, y, width, size=8.5, bold=True)
    paper.y = max(paper.y, y + 7)


def _departments(paper: Paper, summary: Summary, parts: Sequence[Part], bottom: float) -> tuple[Part, ...]:
    """The table as far as it fits above `bottom`; answers the rows that are left."""
    paper.y = paper.title("Perangkat daerah, yang terbanyak lebih dulu", paper.y)
    x = MARGIN + NAME_WIDTH
    for _, head, width in DEPARTMENT_COLUMNS:
        paper.write(head, x, paper.y, width, size=7.5, color=SOFT, align="R")
        x += width
    paper.y += 4.3
    fit = max(1, int((bottom - paper.y) / DEPARTMENT_ROW) - 1)
    for one in parts[:fit]:
        paper.rule(paper.y)
        _department(paper, one, bold=False)
    paper.rule(paper.y)
    if len(parts) <= fit:
        _department(paper, summary.total, bold=True)
    else:
        paper.write(f"{len(parts) - fit} perangkat daerah lagi di lampiran", MARGIN, paper.y + 1, INNER, size=8)
    paper.y += 2
    return tuple(parts[fit:])


def _department(paper: Paper, part: Part, bold: bool) -> None:
    y = paper.y + 0.9
    paper.write(part.name, MARGIN, y, NAME_WIDTH, size=8.5, bold=bold)
    x = MARGIN + NAME_WIDTH
    for id_, _, width in DEPARTMENT_COLUMNS:
        paper.write(cell_text(part.figures[id_]), x, y, width, size=7.6, bold=bold, align="R")
        x += width
    paper.y += DEPARTMENT_ROW


def _lists(paper: Paper, summary: Summary, bottom: float) -> None:
    """What is left of the page: where complaints come from, and which topics rise."""
    paper.y += DEPARTMENT_ROW
    fit = min(LONGEST_LIST, int((bottom - paper.y - 6) / 4.7))
    if fit < SHORTEST_LIST:
        return
    width = INNER * 0.47
    most = sorted(summary.kelurahan, key=lambda one: (-one.share.numerator, one.name))
    places = [(one.name, shown(one.share.numerator), _rate(one)) for one in most[:fit] if one.share.numerator]
    topics = [
        (one.name, f"{shown(one.rising.before)} ke {shown(one.rising.now)}", _grown(one.rising.percent))
        for one in summary.rising[:fit]
    ]
    for at, (title, rows) in enumerate((("Kelurahan terbanyak", places), ("Topik yang naik", topics))):
        x = MARGIN + at * INNER * 0.53
        y = paper.title(title, paper.y, x, width)
        for name, number, beside in rows or [("Tidak ada", "", "")]:
            paper.write(name, x, y, width - 40, size=8.5)
            paper.write(number, x + width - 42, y, 20, size=8.5, align="R")
            paper.write(beside, x + width - 22, y, 22, size=8.5, color=SOFT, align="R")
            y += 4.7
            paper.rule(y - 0.5, x, width)


def _rate(one: Named) -> str:
    """For each 1,000 inhabitants where their number is known, else the share."""
    if one.figure is not None and one.figure.value is not None:
        return f"{shown(one.figure.value)} per 1.000"
    return f"{shown(one.share.percent)} %"


def _grown(percent: Decimal | None) -> str:
    return "baru" if percent is None else f"+{shown(percent)} %"


def _height_of(paper: Paper, notes: Sequence[str]) -> float:
    return 6 + sum(paper.height(note, INNER, NOTES_SIZE) + 0.6 for note in notes)


def _write_notes(paper: Paper, notes: Sequence[str]) -> None:
    y = paper.title("Arti angka", BOTTOM - _height_of(paper, notes))
    for note in notes:
        y = paper.paragraph(note, MARGIN, y, INNER, size=NOTES_SIZE, color=SOFT) + 0.6
