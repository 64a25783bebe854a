"""A period in one summary: the verdict, seven figures against last period, last year and the standard, trends, topics,
what needs a decision, and tables by department. Pure: rollups in, names and rounded figures out.

Every figure is one of the indicators (definitions.py) with its numerator and denominator, so that a report can show
what it divides. Where nothing was counted there is a dash, and no verdict is built on it.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from chalicelib.complaints import attention, indicators, periods, verdict
from chalicelib.complaints.calendar import Calendar, Calendars, NoCalendar
from chalicelib.complaints.definitions import INDICATORS
from chalicelib.complaints.explain import MONTHS, WEEKDAYS
from chalicelib.complaints.ikm import sample_size
from chalicelib.complaints.indicators import Share
from chalicelib.complaints.rollup import UNKNOWN, Rollup, days_of
from chalicelib.complaints.rounding import half_up
from chalicelib.complaints.summary_figures import key_figures
from chalicelib.complaints.summary_shapes import (
    Growing,
    Named,
    Note,
    Part,
    Point,
    Source,
    Summary,
    TrendPoint,
)

if TYPE_CHECKING:
    from chalicelib.complaints.city import City

# What a table by department shows, from left to right.
DEPARTMENT_FIGURES = (
    "counted",
    "followed_up",
    "closed",
    "close_mean",
    "within_resolution",
    "in_process",
    "reopened",
    "transferred",
)
# What the notes explain.
EXPLAINED = ("received", "counted", "followed_up", "closed", "close_mean", "within_resolution", "forwarded", "reopened")
NO_DEPARTMENT = "Belum didisposisikan"
NOT_KNOWN = "Tidak diketahui"
CHANNELS = {
    "whatsapp": "WhatsApp",
    "telegram": "Telegram",
    "instagram": "Instagram",
    "sms": "SMS",
    "phone": "Telepon",
    "web": "Web",
    "counter": "Loket",
    "field": "Lapangan",
    "letter": "Surat",
    "radio": "Radio",
    "lapor": "SP4N-LAPOR!",
    "open311": "Aplikasi lain (Open311)",
    "other": "Lainnya",
}
SATURDAY = 5


def summarise(source: Source, city: "City") -> Summary:
    """The summary of a period. Raises ValueError where a rollup does not sum up, or the period is neither a month nor
    a year."""
    if len(source.period) not in (4, 7):
        raise ValueError(f"{source.period!r} is neither a year nor a month")
    months = len(source.period) == 7
    now, before = source.now, source.before
    figures = key_figures(source, city)
    index = indicators.satisfaction(now)
    names = _Names(city)
    computed = indicators.compute(now)
    sample = sample_size(computed["counted"].numerator or 0)
    rising = tuple(
        Growing(name=names.category(one.category), rising=one)
        for one in indicators.rising_topics(now, before)
        if _comparable(now, before)
    )
    decisions = attention.decisions(now, index, sample, names)
    before_title, title = period_name(periods.before(source.period)), period_name(source.period)
    target = city.report.mean_close
    return Summary(
        city=city.name,
        code=city.code,
        period=source.period,
        title=title,
        before_title=before_title,
        last_year_title=period_name(periods.year_before(source.period)) if months else None,
        same_age=source.same_age,
        as_of=source.as_of,
        year_as_of=source.year_as_of or source.as_of,
        zone=city.zone,
        revision=source.revision,
        verdict=verdict.verdict(title, before_title, figures, decisions, rising),
        figures=figures,
        decisions=decisions,
        days=_days(source, city) if months else (),
        months=_months(source, city.zone),
        mean_close_target=Decimal(target.amount) if target and target.unit == "calendar_days" else None,
        states=tuple(indicators.partition(now)),
        channels=_named(indicators.breakdown(now, "channel"), names.channel),
        topics=_named(indicators.top_topics(now, 8), names.category),
        rising=rising,
        places=_named(indicators.repeat_places(now), names.place),
        departments=_departments(now, names),
        total=Part(id="", name=city.name, figures={one: computed[one] for one in DEPARTMENT_FIGURES}),
        categories=_named(indicators.breakdown(now, "category"), names.category),
        kelurahan=_kelurahan(now, city),
        hours=_named(indicators.breakdown(now, "hour"), lambda hour: f"{hour}.00–{hour}.59"),
        weekdays=_named(indicators.breakdown(now, "weekday"), lambda day: WEEKDAYS[int(day) - 1]),
        indicators=computed,
        index=index,
        sample=sample,
        department_indexes=tuple((names.department(one), indicators.satisfaction(now, one)) for one in sorted(now.ikm)),
        notes=tuple(_notes()),
    )


def mean_days(one: Point) -> Decimal | None:
    """The mean of calendar days from receipt to close; None where nothing was closed."""
    return half_up(Fraction(one.close_minutes, 1440 * one.closed), 2) if one.closed else None


def period_name(period: str) -> str:
    """`Desember 2021`, or `Tahun 2021`."""
    year, _, month = period.partition("-")
    return f"{MONTHS[int(month) - 1]} {year}" if month else f"Tahun {year}"


class _Names:
    """What ids are called in this city."""

    def __init__(self, city: "City") -> None:
        self._departments = {one.id: one.short for one in city.departments}
        self._categories = {one.id: one.name for one in city.categories}

    def department(self, id_: str) -> str:
        return NO_DEPARTMENT if id_ == UNKNOWN else self._departments.get(id_, id_)

    def category(self, id_: str) -> str:
        return NOT_KNOWN if id_ == UNKNOWN else self._categories.get(id_, id_)

    def channel(self, id_: str) -> str:
        return CHANNELS.get(id_, id_)

    def place(self, id_: str) -> str:
        """`category|kelurahan|cell`: the cell's coordinates are for a map, not for a page."""
        category, kelurahan, cell = id_.split("|")
        return f"{self.category(category)}, {kelurahan or cell}"


def _comparable(now: Rollup, before: Rollup) -> bool:
    """Beside next to nothing every topic rises: a period of less than a tenth of the cases was hardly recorded."""
    return 10 * before.part().get("received", 0) >= now.part().get("received", 0)


def _departments(rollup: Rollup, names: _Names) -> tuple[Part, ...]:
    rows = [
        Part(id=part, name=names.department(part), figures=figures)
        for part, figures in indicators.table(rollup, "department", DEPARTMENT_FIGURES).items()
    ]
    return tuple(sorted(rows, key=lambda row: (row.id == UNKNOWN, -_size(row), row.name)))


def _size(row: Part) -> int:
    return row.figures["counted"].numerator or 0


def _named(shares: Iterable[Share], name: Callable[[str], str]) -> tuple[Named, ...]:
    return tuple(Named(id=one.id, name=name(one.id), share=one) for one in shares)


def _kelurahan(rollup: Rollup, city: "City") -> tuple[Named, ...]:
    """Every kelurahan of the city, those without a case too, and at the end what belongs to none of them."""
    rates = indicators.per_1000(rollup, city.population)
    known = [name for kecamatan in city.kecamatan for name in kecamatan.kelurahan]
    others = sorted(set(rollup.counts.get("kelurahan", {})) - set(known))
    return tuple(
        Named(
            id=name,
            name=NOT_KNOWN if name == UNKNOWN else name,
            share=indicators.share(rollup, "kelurahan", name),
            figure=rates.get(name),
        )
        for name in (*known, *others)
    )


def _days(source: Source, city: "City") -> tuple[TrendPoint, ...]:
    today, calendar = source.as_of.astimezone(ZoneInfo(city.zone)).date(), Calendars(city).of()
    earlier = {day.day: day for day in days_of(periods.year_before(source.period))} if _known(source.last_year) else {}
    return tuple(
        TrendPoint(
            label=str(day.day),
            now=source.days.get(day, Point()),
            last_year=_point(source.days, earlier.get(day.day)),
            off=_off(day, calendar),
            future=day > today,
        )
        for day in days_of(source.period)
    )


def _off(day: date, calendar: Calendar) -> bool:
    try:
        return not calendar.day(day).working
    except NoCalendar:  # of a year before the city's holidays were entered, weekends are known
        return day.weekday() >= SATURDAY


def _months(source: Source, zone: str) -> tuple[TrendPoint, ...]:
    local = source.as_of.astimezone(ZoneInfo(zone))
    year = int(source.period[:4])
    known = any(name.startswith(f"{year - 1:04}-") for name in source.months)
    last = source.period if len(source.period) == 7 else f"{year:04}-12"
    return tuple(
        TrendPoint(
            label=MONTHS[number - 1][:3],
            now=source.months.get(f"{year:04}-{number:02}", Point()),
            last_year=source.months.get(f"{year - 1:04}-{number:02}", Point()) if known else None,
            future=f"{year:04}-{number:02}" > min(last, f"{local.year:04}-{local.month:02}"),
        )
        for number in range(1, 13)
    )


def _known(rollup: Rollup) -> bool:
    return bool(rollup.part())


def _point(points: Mapping[date, Point], day: date | None) -> Point | None:
    return None if day is None else points.get(day, Point())


def _notes() -> Iterable[Note]:
    for one in INDICATORS:
        if one.id not in EXPLAINED:
            continue
        divided = f", dibagi {one.denominator_text}" if one.kind == "percent" else ""
        without = "" if one.exclusions == "tidak ada" else f" Tidak termasuk: {one.exclusions}."
        yield Note(title=one.title, text=f"{one.numerator_text}{divided}.{without}")
