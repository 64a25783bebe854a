"""The plots of a monthly report, the same on the page and on paper."""

from decimal import Decimal

from chalicelib.complaints.rounding import shown
from chalicelib.complaints.summary import mean_days
from chalicelib.complaints.summary_shapes import Growing, Named, Summary, TrendPoint
from chalicelib.pages.plots import Column, Drawing, Row, ranking, trend

MOST_BARS = 6


def plots(
    summary: Summary, *, width: float = 360.0, height: float = 150.0, row_height: float = 14.0
) -> dict[str, Drawing]:
    """The four plots by name: received, mean time to close, channels, topics."""
    days = bool(summary.days)
    points = summary.days or summary.months
    year = int(summary.period[:4])
    limit = summary.mean_close_target
    return {
        "received": trend(
            "Aduan diterima per hari" if days else "Aduan diterima per bulan",
            [_received(one) for one in points],
            now=summary.title if days else str(year),
            muted="bukan hari kerja" if days else "",
            earlier=summary.last_year_title or str(year - 1),
            width=width,
            height=height,
        ),
        "close": trend(
            "Rata-rata penyelesaian menurut bulan diterima",
            [_mean(one) for one in summary.months],
            style="line",
            unit="hari",
            now=f"{year}, hari kalender",
            earlier=str(year - 1),
            limit=limit,
            limit_text=f"standar kota {shown(limit)} hari" if limit is not None else "",
            width=width,
            height=height,
        ),
        "channels": ranking(
            "Kanal", [_share(one) for one in summary.channels[:MOST_BARS]], width=width, row_height=row_height
        ),
        "topics": ranking(
            "Topik terbanyak",
            [_topic(one, summary.rising) for one in summary.topics[:MOST_BARS]],
            width=width,
            row_height=row_height,
        ),
    }


def _received(one: TrendPoint) -> Column:
    return Column(
        label=one.label,
        value=None if one.future else one.now.received,
        earlier=one.last_year.received if one.last_year else None,
        muted=one.off,
    )


def _mean(one: TrendPoint) -> Column:
    value: Decimal | None = None if one.future else mean_days(one.now)
    return Column(label=one.label, value=value, earlier=mean_days(one.last_year) if one.last_year else None)


def _share(one: Named) -> Row:
    share = one.share
    return Row(label=one.name, value=share.numerator, text=f"{shown(share.numerator)} · {shown(share.rounded(1))} %")


def _topic(one: Named, rising: tuple[Growing, ...]) -> Row:
    row = _share(one)
    grown = next((found.rising for found in rising if found.rising.category == one.id), None)
    more = f" (naik dari {shown(grown.before)})" if grown and grown.before else ""
    return Row(label=row.label, value=row.value, text=f"{row.text}{more}")
