"""Writing on an A4 page, in millimetres, in the fonts that every PDF reader has.

Nothing is embedded: those fonts know Windows-1252, and what that does not hold is written in its nearest form, never
left out.
"""

import unicodedata
from typing import TYPE_CHECKING, Literal

from chalicelib.pages.plots import BAR, INK

if TYPE_CHECKING:
    from fpdf import FPDF

FAMILY, CODEPAGE = "Helvetica", "cp1252"
NEAREST = str.maketrans({"−": "–", "≥": ">=", "≤": "<=", "→": "->", "⌈": "[", "⌉": "]", "\u202f": " ", "\u2011": "-"})
MARGIN, WIDTH, HEIGHT = 14.0, 210.0, 297.0
INNER = WIDTH - 2 * MARGIN
LINE = "#dde3e8"

Align = Literal["L", "R", "C"]


def printable(text: str) -> str:
    """The text in the letters of the PDF's own fonts: accents they lack are dropped, other signs replaced."""
    text = text.translate(NEAREST)
    try:
        text.encode(CODEPAGE)
    except UnicodeEncodeError:
        return "".join(_letter(one) for one in text)
    return text


def _letter(letter: str) -> str:
    for candidate in (letter, "".join(part for part in unicodedata.normalize("NFKD", letter) if part.isascii())):
        try:
            candidate.encode(CODEPAGE)
        except UnicodeEncodeError:
            continue
        if candidate:
            return candidate
    return "?"


class Paper:
    """A pen on the page: where it stands, and what it writes with."""

    def __init__(self, document: "FPDF") -> None:
        self.document = document
        self.y = MARGIN

    def write(
        self,
        text: str,
        x: float,
        y: float,
        width: float,
        *,
        size: float = 9.0,
        bold: bool = False,
        color: str = INK,
        align: Align = "L",
    ) -> None:
        """One line within a width; what is too long is set in smaller letters, down to three quarters, then cut."""
        said = self._fitting(printable(text), width, size, bold)
        self.document.set_text_color(color)
        self.document.set_xy(x, y)
        self.document.cell(width, size * 0.45, said, align=align)

    def paragraph(self, text: str, x: float, y: float, width: float, *, size: float = 9.0, color: str = INK) -> float:
        """Some lines; answers where they end."""
        self.document.set_font(FAMILY, size=size)
        self.document.set_text_color(color)
        self.document.set_xy(x, y)
        self.document.multi_cell(width, size * 0.47, printable(text), align="L")
        return float(self.document.get_y())

    def height(self, text: str, width: float, size: float) -> float:
        """How high a paragraph would be."""
        self.document.set_font(FAMILY, size=size)
        lines = self.document.multi_cell(width, size * 0.47, printable(text), dry_run=True, output="LINES")
        assert isinstance(lines, list)  # noqa: S101 - what `output` asks for; fpdf2 types all of its answers at once
        return float(len(lines) * size * 0.47)

    def box(self, x: float, y: float, width: float, height: float, fill: str) -> None:
        """A filled area; `fill` such as `#f3f6f8`."""
        self.document.set_fill_color(fill)
        self.document.rect(x, y, width, height, style="F")

    def rule(self, y: float, x: float = MARGIN, width: float = INNER) -> None:
        """A thin line across."""
        self.document.set_draw_color(LINE)
        self.document.set_line_width(0.2)
        self.document.line(x, y, x + width, y)

    def title(self, text: str, y: float, x: float = MARGIN, width: float = INNER) -> float:
        """A section's title; answers where its contents begin."""
        self.write(text, x, y, width, size=9.5, bold=True, color=BAR)
        return y + 5.2

    def _fitting(self, text: str, width: float, size: float, bold: bool) -> str:
        style = "B" if bold else ""
        for smaller in (size, size * 0.9, size * 0.82, size * 0.75):
            self.document.set_font(FAMILY, style, smaller)
            if self.document.get_string_width(text) <= width - 0.5:
                return text
        while text and self.document.get_string_width(f"{text}…") > width - 0.5:
            text = text[:-1]
        return f"{text}…"
