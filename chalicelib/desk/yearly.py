"""A year that is over has a report of its own, and a revision of it whenever one of its months gets one.

Its first is made with December's. A revision names the revisions of the months that it was made after: while these
are the same there is nothing to make, however often it is looked.
"""

from collections.abc import Mapping
from datetime import date, datetime
from zoneinfo import ZoneInfo

from chalicelib import logs
from chalicelib.complaints import figures_document
from chalicelib.complaints import periods as names
from chalicelib.complaints.rollup import Rollup, no_durations
from chalicelib.desk import code_version, monthly_report, periods
from chalicelib.desk.figures import Moment
from chalicelib.store import cities, figures, snapshots
from chalicelib.store.keys import iso
from chalicelib.store.snapshots import Snapshot


def bring_up(months: Mapping[str, int], now: datetime) -> None:
    """Make and keep the reports that are due; `months` are those that are published or about to be, with their last
    revisions. Killed anywhere and begun again, it makes nothing twice."""
    for month in months:
        if not month.endswith(periods.DECEMBER):
            continue
        year = month[: periods.YEAR]
        own = {name: revision for name, revision in months.items() if name.startswith(f"{year}-")}
        last = snapshots.latest(year)
        if last is None or last.months != own:
            last = make(year, own, last, now)
        if last is not None and not monthly_report.complete(last):
            monthly_report.keep(last, monthly_report.summary(periods.year_source(last)))


def make(year: str, months: dict[str, int], last: Snapshot | None, now: datetime) -> Snapshot | None:
    """The next revision of a year; None where another run was faster."""
    city = cities.current()
    night = last_night(ZoneInfo(city.zone))
    rollup = _sums(year, night)
    earlier = periods.topics(periods.year_sums(names.before(year), no_durations))
    document = figures_document.document(rollup, earlier, city, [])
    sha256, as_of = snapshots.keep_sums(year, rollup), night or iso(now)
    snapshot = Snapshot(
        period=year,
        revision=last.revision + 1 if last else 1,
        as_of=as_of,
        computed_at=iso(now),
        code_version=code_version.deployed(),
        definitions=code_version.definitions(),
        sha256=sha256,
        document=document,
        changes=figures_document.difference(last.document, document) if last else [],
        year_sha256=sha256,
        year_as_of=as_of,
        months=months,
    )
    if not snapshots.keep(snapshot):
        return None
    logs.event("snapshot", job="monthly_summary", kind=year, count=snapshot.revision)
    return snapshot


def _sums(year: str, night: str) -> Rollup:
    """The year as of the last night: December has just added it up, where it was made this morning."""
    december = snapshots.latest(f"{year}{periods.DECEMBER}")
    if december is not None and night and december.year_as_of == night:
        return snapshots.sums(december.period, december.year_sha256)
    return periods.year_to_date(year)


def last_night(zone: ZoneInfo) -> str:
    """The moment of the last night's figures; empty before the first night."""
    known = figures.mark().day
    return iso(Moment(date.fromisoformat(known), zone).as_of) if known else ""
