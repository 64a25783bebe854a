"""The seven figures of a summary: each against the period before, last year and the standard."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from msgspec import Struct

from chalicelib.complaints import indicators
from chalicelib.complaints.city_report import MeanClose
from chalicelib.complaints.definitions import INDICATORS
from chalicelib.complaints.explain import UNIT_NAMES
from chalicelib.complaints.ikm import BANDS, BASIS
from chalicelib.complaints.indicators import Figure
from chalicelib.complaints.rollup import Rollup, days_of
from chalicelib.complaints.rounding import NONE, half_up, shown
from chalicelib.complaints.standards import choose
from chalicelib.complaints.summary_shapes import Change, KeyFigure, Source, Target, Tone

if TYPE_CHECKING:
    from chalicelib.complaints.city import City

BY_ID = {one.id: one for one in INDICATORS}
# mutu B, "baik": what Permenpan-RB 14/2017 calls good.
GOOD_INDEX = next(least for least, quality, _ in BANDS if quality == "B")
OWN_TARGET = "target kota"
# Of fewer cases (answers) a percentage jumps by chance: they are shown, but nothing is called better or worse.
LEAST_TO_JUDGE = 20
# Beyond this an increase in percent says only that there was next to nothing before.
MOST_PERCENT = 500


class Kind(Struct, frozen=True, kw_only=True):
    """How one of the seven is read: which way is better, and what is too little to speak of."""

    id: str
    title: str
    better: int
    """1: more is better; -1: less; 0: neither."""
    margin: Decimal
    """A change smaller than this is no change to a verdict, in the figure's unit (points, days)."""
    unit: str
    """Of a difference."""


RECEIVED, FORWARDED = "received", "forwarded"
FOLLOWED_UP, CLOSED, MEAN, WITHIN, INDEX = "followed_up", "closed", "close", "within_resolution", "ikm"
SEVEN = (
    Kind(id=RECEIVED, title="Aduan diterima", better=0, margin=Decimal(0), unit="%"),
    Kind(id=FOLLOWED_UP, title="Ditindaklanjuti", better=1, margin=Decimal("0.50"), unit="poin"),
    Kind(id=CLOSED, title="Selesai", better=1, margin=Decimal("1.00"), unit="poin"),
    Kind(id=MEAN, title="Rata-rata penyelesaian", better=-1, margin=Decimal("0.10"), unit="hari"),
    Kind(id=WITHIN, title=BY_ID[WITHIN].title, better=1, margin=Decimal("0.50"), unit="poin"),
    Kind(id=FORWARDED, title="Diteruskan ke SP4N-LAPOR!", better=0, margin=Decimal(0), unit="%"),
    Kind(id=INDEX, title="Kepuasan (IKM)", better=1, margin=Decimal("0.50"), unit=""),
)


def key_figures(source: Source, city: "City") -> tuple[KeyFigure, ...]:
    """The seven, in the order they are read."""
    standard = mean_standard(source.now, source.period, city)
    return tuple(_key_figure(kind, source, city, standard) for kind in SEVEN)


def mean_standard(rollup: Rollup, period: str, city: "City") -> MeanClose | None:
    """What the mean time to close is measured against: what the city says itself, or the resolution standard of the
    class that most cases have. A standard in hours is no measure of days: then there is none."""
    if city.report.mean_close is not None:
        return city.report.mean_close
    classes = indicators.breakdown(rollup, "class", "counted")
    first: date = days_of(period)[0]
    found = choose(city, classes[0].id, "resolution", first, first) if classes else None
    if found is None or found.unit == "hours":
        return None
    return MeanClose(amount=found.amount, unit=found.unit, basis=found.legal_basis, verify=found.verify)


def working_minutes_a_day(city: "City", department: str) -> Fraction:
    """What one working day of a department (else of the city) is, on average over its ordinary week."""
    found = city.department(department)
    hours = found.hours if found and found.hours else city.hours
    worked = [sum(end - start for start, end in day) for weekday in range(7) if (day := hours.spans(weekday))]
    return Fraction(sum(worked), max(1, len(worked)))


def change(kind: Kind, now: Figure, before: Figure) -> Change:
    """How a figure moved. Counts of cases in percent, percentages in points, all others in their unit."""
    if now.value is None or before.value is None:
        return Change(text=NONE, tone="none")
    delta = now.value - before.value
    if kind.better == 0:
        if not before.value:
            return Change(text=f"{_signed(delta)} aduan" if delta else "tetap", tone="none", delta=delta)
        percent = half_up(Fraction(delta) * 100 / Fraction(before.value), 1)
        told = f"{_signed(percent)} %" if abs(percent) <= MOST_PERCENT else f"{_signed(delta)} aduan"
        return Change(text=told if delta else "tetap", tone="none", delta=delta)
    text = f"{_signed(delta)} {kind.unit}".rstrip() if delta else "tetap"
    if min(now.denominator or 0, before.denominator or 0) < LEAST_TO_JUDGE:
        return Change(text=text, tone="none", delta=delta)
    tone: Tone = "same" if abs(delta) < kind.margin else "good" if delta * kind.better > 0 else "bad"
    return Change(text=text, tone=tone, delta=delta)


def _key_figure(kind: Kind, source: Source, city: "City", standard: MeanClose | None) -> KeyFigure:
    read = _reader(kind.id, city, standard)
    now, before, last_year, year = (read(one) for one in (source.now, source.before, source.last_year, source.year))
    return KeyFigure(
        id=kind.id,
        title=kind.title,
        now=now,
        before=before,
        last_year=last_year,
        year=year,
        versus_before=change(kind, now, before),
        versus_last_year=change(kind, now, last_year),
        target=_target(kind.id, now, city, standard),
        beside=_beside(kind.id, source, city, standard),
    )


def _reader(id_: str, city: "City", standard: MeanClose | None) -> Callable[[Rollup], Figure]:
    if id_ == INDEX:
        return index_figure
    if id_ == MEAN:
        return lambda rollup: mean_figure(rollup, city, _unit(standard))
    return lambda rollup: indicators.figure(BY_ID[id_], rollup)


def index_figure(rollup: Rollup) -> Figure:
    """The IKM (NIK) as a figure; `denominator` is the number of answers."""
    index = indicators.satisfaction(rollup)
    return Figure(
        id=INDEX,
        exact=None if index.exact is None else index.exact * 25,
        numerator=None,
        denominator=sum(index.answers.values()),
        unit="",
        places=2,
    )


def mean_figure(rollup: Rollup, city: "City", unit: str) -> Figure:
    """The mean time to close in the unit of the standard it is held against."""
    if unit == "calendar_days":
        found = indicators.figure(BY_ID["close_mean"], rollup)
        return _renamed(found, found.exact, "hari")
    found = indicators.figure(BY_ID["close_working_mean"], rollup)
    # Each department's minutes by its own working day: those of the fire brigade have 24 hours.
    days, cases = Fraction(0), 0
    for department, durations in rollup.times.get("department", {}).items():
        occurred = durations.get("close_working", {})
        a_day = working_minutes_a_day(city, department)
        if a_day:
            days += sum(minutes * times for minutes, times in occurred.items()) / a_day
            cases += sum(occurred.values())
    return _renamed(found, days / cases if cases else None, "hari kerja")


def _renamed(found: Figure, exact: Fraction | None, unit: str) -> Figure:
    return Figure(id=MEAN, exact=exact, numerator=found.numerator, denominator=found.denominator, unit=unit, places=2)


def _unit(standard: MeanClose | None) -> str:
    return standard.unit if standard else "calendar_days"


def _beside(id_: str, source: Source, city: "City", standard: MeanClose | None) -> str:
    rollup = source.now
    if id_ == INDEX:
        index, to_date = indicators.satisfaction(rollup), indicators.satisfaction(source.year)
        if index.quality:
            return f"mutu {index.quality[0]} ({index.quality[1]}), NI {shown(index.ni())}"
        if to_date.quality:
            return f"sejak Januari {shown(to_date.nik)}, mutu {to_date.quality[0]}"
        return f"{len(index.missing)} unsur tanpa jawaban" if any(index.answers.values()) else ""
    if id_ == MEAN:
        other = "working_days" if _unit(standard) == "calendar_days" else "calendar_days"
        found = mean_figure(rollup, city, other)
        name = "hari kerja" if other == "working_days" else "hari kalender"
        return "" if found.value is None else f"{shown(found.value)} {name}"
    if id_ == RECEIVED:
        found = indicators.figure(BY_ID["counted"], rollup)
        return "" if found.value is None else f"{shown(found.value)} neto"
    if id_ == FORWARDED:
        found = indicators.figure(BY_ID["forwarded_share"], rollup)
        return "" if found.value is None else f"{found.text} dari yang harus"
    if id_ == WITHIN:
        found = indicators.figure(BY_ID[WITHIN], rollup)
        return "" if found.value is None else BY_ID[WITHIN].numerator_text
    return ""


def _target(id_: str, now: Figure, city: "City", standard: MeanClose | None) -> Target | None:
    if id_ == MEAN:
        if standard is None:
            return None
        meets = None if now.exact is None else now.exact <= standard.amount
        text = f"paling lama {shown(standard.amount)} {UNIT_NAMES[standard.unit]}"
        return Target(text=text, meets=meets, basis=standard.basis)
    if id_ == INDEX:
        meets = None if now.value is None else now.value >= GOOD_INDEX
        return Target(text=f"mutu B, mulai {shown(GOOD_INDEX)}", meets=meets, basis=BASIS)
    percent = {
        FOLLOWED_UP: city.report.followed_up_percent,
        CLOSED: city.report.closed_percent,
        WITHIN: city.report.within_percent,
    }.get(id_)
    if percent is None:
        return None
    meets = None if now.exact is None else now.exact >= percent
    return Target(text=f"paling sedikit {percent} %", meets=meets, basis=OWN_TARGET)


def value_text(figure: Figure) -> str:
    """`98,12 %`, `4,60 hari`, or a dash."""
    return shown(None) if figure.value is None else f"{shown(figure.value)} {figure.unit}".rstrip()


def basis_text(figure: Figure) -> str:
    """What it was divided by: `209/213`, `n = 6.496`; nothing for a count or a dash."""
    if figure.value is None or figure.denominator is None:
        return ""
    if figure.unit == "%":
        return f"{shown(figure.numerator)}/{shown(figure.denominator)}"
    return f"n = {shown(figure.denominator)}"


def _signed(value: Decimal) -> str:
    return f"{'+' if value > 0 else '−'}{shown(abs(value))}"
