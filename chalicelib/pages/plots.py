"""Plots as a handful of shapes: drawn once, shown as SVG on pages and with the PDF's own lines in the report.

Every plot says in words what it shows: a screen reader, and a mail that shows no picture, lose nothing.
"""

from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from fractions import Fraction
from html import escape
from typing import Literal

from msgspec import Struct

from chalicelib.complaints.rounding import half_up, shown

INK, SOFT, GRID = "#1f2933", "#5b6770", "#dde3e8"
BAR, BAR_MUTED, EARLIER, LIMIT = "#1f5a8c", "#9dbbd6", "#c2570c", "#b42318"

FONT = 9.0
# What the wider letters of Helvetica take, in parts of the font's size.
LETTER = 0.56
NAME_LETTER = 0.64
LEFT, RIGHT, TOP, BOTTOM = 34.0, 8.0, 20.0, 18.0
Value = Decimal | int | None
Height = Callable[[Decimal | int], float]
Place = Callable[[int], float]


class Rect(Struct, frozen=True):
    """A filled rectangle; `title` is said when it is pointed at."""

    x: float
    y: float
    width: float
    height: float
    fill: str
    title: str = ""


class Path(Struct, frozen=True):
    """A line through points."""

    points: tuple[tuple[float, float], ...]
    stroke: str
    width: float = 1.0
    dashed: bool = False


class Text(Struct, frozen=True):
    """A line of text; `y` is its baseline."""

    x: float
    y: float
    text: str
    anchor: Literal["start", "middle", "end"] = "start"
    fill: str = INK
    size: float = FONT
    bold: bool = False


Shape = Rect | Path | Text


class Drawing(Struct, frozen=True):
    """Shapes on a sheet of this size, the origin above on the left; `described` says what it shows."""

    width: float
    height: float
    title: str
    described: str
    shapes: tuple[Shape, ...]


class Column(Struct, frozen=True, kw_only=True):
    """One place on the time axis. None: nothing is known, and nothing is drawn."""

    label: str
    value: Value
    earlier: Value = None
    """The year before."""
    muted: bool = False


class Row(Struct, frozen=True, kw_only=True):
    """One bar of a ranking; `text` is what is written behind it."""

    label: str
    value: int
    text: str


def trend(
    title: str,
    columns: Sequence[Column],
    *,
    style: Literal["bars", "line"] = "bars",
    unit: str = "aduan",
    now: str = "tahun ini",
    muted: str = "",
    earlier: str = "",
    limit: Value = None,
    limit_text: str = "",
    width: float = 360.0,
    height: float = 150.0,
) -> Drawing:
    """Values over time as bars or a line, beside them the year before (`earlier`: its name), and a standard's line.
    `muted`: what lighter bars are."""
    known = [value for one in columns for value in (one.value, one.earlier) if value is not None]
    top, step = _scale([*known, *([limit] if limit is not None else [])])
    inner = height - TOP - BOTTOM
    slot = (width - LEFT - RIGHT) / max(1, len(columns))

    def y(value: Decimal | int) -> float:
        return round(TOP + inner * (1 - float(Fraction(value) / top)), 2)

    def x(at: int) -> float:
        return round(LEFT + slot * (at + 0.5), 2)

    shapes: list[Shape] = [*_grid(top, step, y, width)]
    if style == "bars":
        for at, one in enumerate(columns):
            if one.value:
                height_of = round(TOP + inner - y(one.value), 2)
                told = f"{one.label}: {shown(one.value)} {unit}"
                bar = round(slot * 0.72, 2)
                fill = BAR_MUTED if one.muted else BAR
                shapes.append(Rect(round(x(at) - bar / 2, 2), y(one.value), bar, height_of, fill, told))
    else:
        shapes += _lines([(x(at), one.value) for at, one in enumerate(columns)], y, BAR, 1.8)
    shapes += _lines([(x(at), one.earlier) for at, one in enumerate(columns)], y, EARLIER, 1.2, dashed=True)
    if limit is not None:
        shapes.append(Path(((LEFT, y(limit)), (width - RIGHT, y(limit))), LIMIT, 1.0))
    shapes += _labels(columns, x, height, slot)
    has_earlier = any(one.earlier is not None for one in columns)
    lighter = muted if any(one.muted and one.value for one in columns) else ""
    shapes += _legend(now, lighter, earlier if has_earlier else "", limit_text, bars=style == "bars")
    return Drawing(width, height, title, _told(title, columns, unit, earlier, limit, limit_text), tuple(shapes))


def ranking(title: str, rows: Sequence[Row], *, width: float = 360.0, row_height: float = 14.0) -> Drawing:
    """Bars from the left, each with its name before and its figures behind it."""
    name = min(width * 0.42, max([NAME_LETTER * FONT * len(one.label) for one in rows], default=0.0) + 6)
    told = max([LETTER * FONT * len(one.text) for one in rows], default=0.0) + 8
    most, room = max([one.value for one in rows], default=0), max(20.0, width - name - told)
    shapes: list[Shape] = []
    for at, one in enumerate(rows):
        top = round(at * row_height + 2, 2)
        size = round(room * one.value / most, 2) if most else 0.0
        label = _cut(one.label, name - 4)
        middle = round(top + (row_height - 3.5) / 2 + FONT * 0.35, 2)
        shapes.append(Text(round(name - 4, 2), middle, label, "end"))
        shapes.append(Rect(round(name, 2), top, size, round(row_height - 3.5, 2), BAR, f"{one.label}: {one.text}"))
        shapes.append(Text(round(name + size + 4, 2), middle, one.text, "start", SOFT))
    said = "; ".join(f"{one.label} {one.text}" for one in rows) or "tidak ada"
    return Drawing(width, max(1, len(rows)) * row_height + 4, title, f"{title}: {said}.", tuple(shapes))


def svg(drawing: Drawing, name: str) -> str:
    """The drawing as an SVG element for a page; `name` makes its ids the page's own."""
    parts = [
        f'<svg viewBox="0 0 {drawing.width:g} {drawing.height:g}" role="img" aria-labelledby="{escape(name)}-t '
        f'{escape(name)}-d" xmlns="http://www.w3.org/2000/svg" font-family="Helvetica, Arial, sans-serif">',
        f'<title id="{escape(name)}-t">{escape(drawing.title)}</title>',
        f'<desc id="{escape(name)}-d">{escape(drawing.described)}</desc>',
        *(_element(one) for one in drawing.shapes),
        "</svg>",
    ]
    return "".join(parts)


def _element(shape: Shape) -> str:
    if isinstance(shape, Rect):
        told = f"<title>{escape(shape.title)}</title>" if shape.title else ""
        size = f'width="{shape.width:g}" height="{shape.height:g}"'
        return f'<rect x="{shape.x:g}" y="{shape.y:g}" {size} fill="{shape.fill}">{told}</rect>'
    if isinstance(shape, Path):
        points = " ".join(f"{x:g},{y:g}" for x, y in shape.points)
        dashes = ' stroke-dasharray="4 3"' if shape.dashed else ""
        return (
            f'<polyline points="{points}" fill="none" stroke="{shape.stroke}" stroke-width="{shape.width:g}"{dashes}/>'
        )
    bold = ' font-weight="bold"' if shape.bold else ""
    place = f'x="{shape.x:g}" y="{shape.y:g}" text-anchor="{shape.anchor}" font-size="{shape.size:g}"'
    return f'<text {place} fill="{shape.fill}"{bold}>{escape(shape.text)}</text>'


def _scale(values: Sequence[Decimal | int]) -> tuple[Fraction, Fraction]:
    """The top of the axis and the step between its lines: three to five of them, in round numbers."""
    most = Fraction(max(values, default=0))
    step = Fraction(1, 100)
    while most > 5 * step:
        for factor in (2, Fraction(5, 2), 2):
            step *= factor
            if most <= 5 * step:
                break
    return (max(1, -(-most // step)) * step if most else Fraction(1)), (step if most else Fraction(1))


def _grid(top: Fraction, step: Fraction, y: Height, width: float) -> Iterator[Shape]:
    places = 0 if step.denominator == 1 else 1 if (10 * step).denominator == 1 else 2
    for at in range(int(top / step) + 1):
        value = half_up(at * step, places)
        height = y(value)
        yield Path(((LEFT, height), (width - RIGHT, height)), SOFT if at == 0 else GRID, 0.6)
        yield Text(LEFT - 4, height + 3, shown(value), "end", SOFT, 8.0)


def _lines(
    values: Sequence[tuple[float, Value]], y: Height, stroke: str, width: float, dashed: bool = False
) -> Iterator[Shape]:
    """A line through what is known; where something is missing it is broken, and a lone value is a small square."""
    run: list[tuple[float, float]] = []
    for x, value in [*values, (0.0, None)]:
        if value is not None:
            run.append((x, y(value)))
            continue
        if len(run) == 1:
            yield Rect(run[0][0] - 1.5, run[0][1] - 1.5, 3, 3, stroke)
        elif run:
            yield Path(tuple(run), stroke, width, dashed)
        run = []


def _labels(columns: Sequence[Column], x: Place, height: float, slot: float) -> Iterator[Shape]:
    longest = max([len(one.label) for one in columns], default=1)
    every = max(1, -(-int(longest * LETTER * 8 + 4) // max(1, int(slot))))
    for at, one in enumerate(columns):
        if at % every == 0:
            yield Text(x(at), height - 6, one.label, "middle", SOFT, 8.0)


def _legend(now: str, muted: str, earlier: str, limit: str, bars: bool) -> Iterator[Shape]:
    x = LEFT
    for name, stroke, dashed in (
        (now, BAR, False),
        (muted, BAR_MUTED, False),
        (earlier, EARLIER, True),
        (limit, LIMIT, False),
    ):
        if not name:
            continue
        filled = bars and stroke in (BAR, BAR_MUTED)
        if filled:
            yield Rect(x, 5, 10, 6, stroke)
        else:
            yield Path(((x, 8), (x + 12, 8)), stroke, 1.8 if stroke == BAR else 1.2, dashed)
        yield Text(x + 16, 11, name, "start", SOFT, 8.0)
        x += 28 + LETTER * 8 * len(name)


def _told(title: str, columns: Sequence[Column], unit: str, earlier: str, limit: Value, limit_text: str) -> str:
    known = [(one.value, one.label) for one in columns if one.value is not None]
    if not known:
        return f"{title}: belum ada angka."
    most, least = max(known, key=lambda pair: pair[0]), min(known, key=lambda pair: pair[0])
    said = f"{title}: tertinggi {shown(most[0])} {unit} ({most[1]}), terendah {shown(least[0])} {unit} ({least[1]})."
    before = [one.earlier for one in columns if one.earlier is not None]
    if before and earlier:
        said += f" {earlier}: tertinggi {shown(max(before))}, terendah {shown(min(before))}."
    return said + (f" Garis: {limit_text}." if limit is not None else "")


def _cut(text: str, room: float) -> str:
    letters = int(room / (LETTER * FONT))
    return text if len(text) <= letters else f"{text[: max(1, letters - 1)].rstrip()}…"
