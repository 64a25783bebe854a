"""Plots: the shapes that are drawn, the words that say the same, and SVG that is safe to put into a page."""

from decimal import Decimal
from xml.etree import ElementTree

import pytest

from chalicelib.pages.plots import (
    BAR,
    BAR_MUTED,
    BOTTOM,
    EARLIER,
    LEFT,
    LIMIT,
    RIGHT,
    TOP,
    Column,
    Drawing,
    Path,
    Rect,
    Row,
    Text,
    ranking,
    svg,
    trend,
)

SVG = "{http://www.w3.org/2000/svg}"


def columns(*values: int | None, earlier: tuple[int | None, ...] = ()) -> list[Column]:
    before = [*earlier, *[None] * len(values)]
    return [Column(label=str(at + 1), value=value, earlier=before[at]) for at, value in enumerate(values)]


def bars(drawing: Drawing, fill: str = BAR) -> list[Rect]:
    return [one for one in drawing.shapes if isinstance(one, Rect) and one.fill == fill and one.title]


def paths(drawing: Drawing, stroke: str) -> list[Path]:
    """Lines below the legend."""
    return [
        one for one in drawing.shapes if isinstance(one, Path) and one.stroke == stroke and one.points[0][1] > TOP - 1
    ]


def texts(drawing: Drawing) -> list[str]:
    return [one.text for one in drawing.shapes if isinstance(one, Text)]


def test_bars_are_as_high_as_their_values() -> None:
    drawing = trend("Aduan", columns(10, 0, 20, None), width=342, height=138)
    found = bars(drawing)
    assert [one.title for one in found] == ["1: 10 aduan", "3: 20 aduan"], "no bar for nothing, and none for none"
    low, high = found
    assert high.height == pytest.approx(2 * low.height)
    assert high.y + high.height == low.y + low.height == 138 - BOTTOM
    assert high.y == TOP, "20 is the top of the axis"
    assert [one.x + one.width / 2 for one in found] == pytest.approx([LEFT + 37.5, LEFT + 187.5])
    assert (drawing.width, drawing.height) == (342, 138)


def test_weekends_are_paler() -> None:
    drawing = trend("Aduan", [Column(label="1", value=3, muted=True), Column(label="2", value=3)])
    assert [one.title for one in bars(drawing, BAR_MUTED)] == ["1: 3 aduan"]


@pytest.mark.parametrize(("off", "told"), [({1}, True), ({0}, False), (set[int](), False)])
def test_lighter_bars_are_in_the_legend_where_there_are_any(off: set[int], told: bool) -> None:
    """The first day is off as well, but has no bar."""
    days = [Column(label=str(at + 1), value=value, muted=at in off) for at, value in enumerate((0, 3, 5))]
    drawing = trend("Aduan", days, now="Juni 2026", muted="bukan hari kerja", earlier="Juni 2025")
    assert ("bukan hari kerja" in texts(drawing)) == told
    boxes = [one.fill for one in drawing.shapes if isinstance(one, Rect) and not one.title]
    assert boxes == [BAR, *[BAR_MUTED] * told]


def test_nothing_in_the_legend_overlaps() -> None:
    day = Column(label="1", value=3, earlier=2, muted=True)
    drawing = trend(
        "Aduan", [day, day], now="Desember 2026", muted="bukan hari kerja", earlier="Desember 2025", width=330
    )
    said = [one for one in drawing.shapes if isinstance(one, Text) and one.y == 11]
    ends = [one.x + 0.56 * one.size * len(one.text) for one in said]
    assert len(said) == 3 and max(ends) < 330
    assert all(end < later.x - 12 for end, later in zip(ends, said[1:], strict=False))


@pytest.mark.parametrize(
    ("most", "labels"),
    [
        (0, ["0", "1"]),
        (1, ["0,0", "0,2", "0,4", "0,6", "0,8", "1,0"]),
        (37, ["0", "10", "20", "30", "40"]),
        (6496, ["0", "2.000", "4.000", "6.000", "8.000"]),
        (Decimal("0.04"), ["0,00", "0,01", "0,02", "0,03", "0,04"]),
    ],
)
def test_the_axis_has_round_numbers(most: int | Decimal, labels: list[str]) -> None:
    drawing = trend("Aduan", [Column(label="x", value=most)])
    assert [one for one in texts(drawing) if one[0].isdigit()] == labels


def test_last_year_is_a_broken_line_where_nothing_is_known() -> None:
    drawing = trend("Aduan", columns(5, 5, 5, 5, 5, earlier=(1, 2, None, 4)), earlier="2020")
    (line,) = paths(drawing, EARLIER)
    assert (len(line.points), line.dashed) == (2, True)
    alone = [one for one in drawing.shapes if isinstance(one, Rect) and one.fill == EARLIER]
    assert len(alone) == 1, "a lone value is a small square"
    assert "2020" in texts(drawing)
    assert "2020" not in texts(trend("Aduan", columns(5, 5), earlier="2020")), "no legend for what is not there"


def test_a_line_and_its_standard() -> None:
    drawing = trend("Hari", columns(2, 6), style="line", unit="hari", limit=Decimal(5), limit_text="standar 5 hari")
    (line,) = paths(drawing, BAR)
    (standard,) = paths(drawing, LIMIT)
    assert bars(drawing) == []
    assert standard.points[0][1] == standard.points[1][1]
    assert line.points[0][1] > standard.points[0][1] > line.points[1][1], "above the limit is above the line"
    assert (standard.points[0][0], standard.points[1][0]) == (LEFT, drawing.width - RIGHT)
    assert "standar 5 hari" in texts(drawing)


def test_crowded_labels_are_thinned_out() -> None:
    drawing = trend("Aduan", columns(*range(31)), width=300)
    days = [one for one in drawing.shapes if isinstance(one, Text) and one.anchor == "middle"]
    assert [one.text for one in days] == [str(day) for day in range(1, 32, 2)]
    assert len(texts(trend("Aduan", [Column(label="x", value=1)]))) > 1


def test_a_plot_says_what_it_shows() -> None:
    drawing = trend(
        "Aduan per hari", columns(7, 2, None, 9, earlier=(3, 1)), earlier="2020", limit=5, limit_text="batas"
    )
    assert drawing.described == (
        "Aduan per hari: tertinggi 9 aduan (4), terendah 2 aduan (2). 2020: tertinggi 3, terendah 1. Garis: batas."
    )
    assert trend("Aduan", columns(None)).described == "Aduan: belum ada angka."
    assert trend("Aduan", []).described == "Aduan: belum ada angka."


def test_a_ranking_is_in_proportion() -> None:
    rows = [Row(label="WhatsApp", value=40, text="40 · 80 %"), Row(label="Web", value=10, text="10 · 20 %")]
    drawing = ranking("Kanal", rows, width=300)
    first, second = bars(drawing)
    assert first.width == pytest.approx(4 * second.width, rel=0.01)
    assert second.y - first.y == 14
    assert drawing.described == "Kanal: WhatsApp 40 · 80 %; Web 10 · 20 %."
    assert all(0 <= one.x <= 300 for one in drawing.shapes if isinstance(one, Text | Rect))
    assert ranking("Kanal", []).described == "Kanal: tidak ada."
    assert bars(ranking("Kanal", [Row(label="Web", value=0, text="0")]))[0].width == 0


def test_a_name_that_is_too_long_is_cut() -> None:
    long = "Pemangkasan dan penebangan pohon di jalan kota"
    drawing = ranking("Topik", [Row(label=long, value=1, text="1")], width=200)
    shown = texts(drawing)[0]
    assert shown.endswith("…") and len(shown) < 20 and long.startswith(shown[:-1])
    assert drawing.described == f"Topik: {long} 1.", "in words it is whole"


def test_svg_is_well_formed_described_and_escaped() -> None:
    evil = '<script>"&'
    drawing = trend(evil, [Column(label=evil, value=1, earlier=2), Column(label="b", value=2, earlier=3)], earlier=evil)
    root = ElementTree.fromstring(svg(drawing, "p1"))
    assert root.get("role") == "img"
    assert root.get("aria-labelledby") == "p1-t p1-d"
    assert [one.text for one in root.findall(f"{SVG}title")] == [evil]
    assert root.find(f"{SVG}desc") is not None
    assert root.findall(f".//{SVG}script") == []
    bold = Drawing(10, 10, "t", "d", (Text(1, 2, "x", bold=True), Rect(0, 0, 1, 1, BAR), Path(((0, 1),), BAR)))
    written = svg(bold, "p")
    assert 'font-weight="bold"' in written
    assert "stroke-dasharray" not in written
    assert ElementTree.fromstring(written) is not None
