"""The figures of a day, a month or a year, for whoever asks.

A month that has been published answers with its last revision. Everything else is added up from the days when it is
asked, as of the last night, and says that it is provisional.
"""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from chalicelib.complaints import figures_document, periods
from chalicelib.complaints.rollup import (
    Rollup,
    Wanted,
    all_durations,
    city_durations,
    closing_durations,
    compared_durations,
    days_of,
    department_durations,
    merge,
    no_durations,
)
from chalicelib.complaints.summary_shapes import Point, Source
from chalicelib.desk import code_version
from chalicelib.desk.figures import Moment
from chalicelib.problems import Problem
from chalicelib.store import cities, figures, snapshots
from chalicelib.store.figures import MONTHEND, NOW, OWN
from chalicelib.store.keys import iso
from chalicelib.store.snapshots import Snapshot

MONTH, YEAR = len("2026-03"), len("2026")
DECEMBER = "-12"


def shown(
    period: str,
    now: datetime,
    *,
    series: str = OWN,
    department: str | None = None,
    revision: int | None = None,
) -> dict[str, Any]:
    """The figures of a period as the API gives them. Raises Problem (404: no such period or revision)."""
    if not periods.is_period(period):
        raise Problem(404, "Tidak ada kurun seperti itu; pakai 2026, 2026-03, atau 2026-03-02.")
    snapshot = _snapshot(period, revision) if len(period) in (MONTH, YEAR) and series == OWN else None
    if revision is not None and (snapshot is None or (department is not None and len(period) == YEAR)):
        # Of a year's revision no department's sums were kept.
        raise Problem(404, "Tidak ada revisi itu.")
    if snapshot is not None and (len(period) == MONTH or revision is not None):
        return published(snapshot, department)
    found = provisional(period, now, series=series, department=department)
    # A year goes on being answered as of last night; what its report said is asked for by its number.
    return {**found, "report_revision": snapshot.revision if snapshot else None}


def published(snapshot: Snapshot, department: str | None = None) -> dict[str, Any]:
    """A snapshot as the API gives it."""
    document = snapshot.document
    if department is not None:
        # Of the revision's own sums: the days may have been corrected since. By day no department's were kept.
        rollup = snapshots.sums(snapshot.period, snapshot.sha256, department_durations(department))
        document = figures_document.document(rollup, Rollup(), cities.current(), [], department)
    return {
        "period": snapshot.period,
        "series": OWN,
        "department": department,
        "revision": snapshot.revision,
        "report_revision": snapshot.revision,
        "provisional": False,
        "as_of": snapshot.as_of,
        "computed_at": snapshot.computed_at,
        "code_version": snapshot.code_version,
        "definitions": snapshot.definitions,
        "hash": snapshot.sha256,
        "changes": snapshot.changes,
        **document,
    }


def provisional(period: str, now: datetime, *, series: str, department: str | None) -> dict[str, Any]:
    """The figures of a period as they stood last night."""
    city, known = cities.current(), figures.mark().day
    zone = ZoneInfo(city.zone)
    # Of a year only what is answered: all of it, by department, is nothing that is added up while somebody waits.
    year = department_durations(department) if department else city_durations
    rollup, days = add_up(series, days_of(period), NOW, department, year if len(period) == YEAR else all_durations)
    if series != OWN and not rollup.counts:
        raise Problem(
            404, "Tidak ada deret angka dengan nama itu, atau tidak ada aduan pada kurun itu.", field="series"
        )
    until = date.fromisoformat(known) if known else None
    if series == OWN:  # days that are not over yet have no figures; a day without a case has zeros
        days = [one for one in days if until and one["day"] < until.isoformat()]
    earlier = Rollup() if department else topics_before(series, period)
    document = figures_document.document(rollup, earlier, city, days, department)
    return {
        "period": period,
        "series": series,
        "department": department,
        "revision": None,
        "provisional": True,
        "as_of": _as_of(series, until, zone),
        "computed_at": iso(now),
        "code_version": code_version.deployed(),
        "definitions": code_version.definitions(),
        "hash": figures.digest(rollup),
        "changes": [],
        **document,
    }


def add_up(
    series: str,
    days: Iterable[date],
    kind: str,
    department: str | None = None,
    wanted: Wanted = all_durations,
) -> tuple[Rollup, list[dict[str, Any]]]:
    """Days added up, one in memory at a time, and what each of them came to."""
    counted = {day: figures_document.day_of(day, Rollup()) for day in days}

    def noted() -> Iterator[Rollup]:
        for day, one in figures.rollups(series, list(counted), kind, wanted):
            counted[day] = figures_document.day_of(day, one, department)
            yield one

    return merge(noted()), list(counted.values())


def topics(rollup: Rollup) -> Rollup:
    """What rising topics need of the period before."""
    return Rollup(counts={"category": rollup.counts.get("category", {})})


def topics_before(series: str, period: str) -> Rollup:
    """The topics of the period before; of a year as its report published them, where there is one."""
    earlier = periods.before(period)
    if len(period) == YEAR and series == OWN and (published := year_sums(earlier, no_durations)).counts:
        return topics(published)
    return topics(living(series, days_of(earlier), no_durations))


def living(series: str, days: Iterable[date], wanted: Wanted = all_durations) -> Rollup:
    """These days added up, as of the last night."""
    return merge(one for _, one in figures.rollups(series, days, NOW, wanted))


def month_end(period: str, wanted: Wanted = all_durations) -> Rollup:
    """A month as of its end where that is kept, else as of the last night."""
    if snapshot := snapshots.latest(period):
        return snapshots.sums(period, snapshot.sha256, wanted)
    kept = merge(one for _, one in figures.rollups(OWN, days_of(period), MONTHEND, wanted))
    return kept if kept.counts else living(OWN, days_of(period), wanted)


def year_to_date(period: str) -> Rollup:
    """From 1 January to the end of a period, as of the last night, with the durations that a report shows."""
    return living(OWN, periods.year_to_date(period), closing_durations)


def source(snapshot: Snapshot) -> Source:
    """All that the monthly report is made from."""
    period, earlier = snapshot.period, periods.year_before(snapshot.period)
    return Source(
        period=period,
        as_of=datetime.fromisoformat(snapshot.as_of),
        now=snapshots.sums(period, snapshot.sha256),
        before=month_end(periods.before(period), compared_durations),
        same_age=snapshots.latest(periods.before(period)) is not None,
        last_year=month_end(earlier, compared_durations),
        year=snapshots.sums(period, snapshot.year_sha256, compared_durations),
        year_as_of=_year_as_of(snapshot),
        days={**_points(earlier), **_points(period)},
        months=dict(months(period)),
        revision=snapshot.revision,
    )


def year_source(snapshot: Snapshot) -> Source:
    """All that the report of a year is made from."""
    period, year = snapshot.period, snapshot.period[:YEAR]
    before = year_sums(periods.before(year), compared_durations)
    now = snapshots.sums(period, snapshot.year_sha256, closing_durations)
    return Source(
        period=year,
        as_of=_year_as_of(snapshot),
        now=now,
        before=before,
        same_age=bool(before.counts),
        last_year=before,
        year=now,
        months=dict(months(f"{year}{DECEMBER}")),
        revision=snapshot.revision,
    )


def year_sums(year: str, wanted: Wanted) -> Rollup:
    """A year as its report last published it; empty where it did not."""
    found = snapshots.latest(year)
    return snapshots.sums(year, found.sha256, wanted) if found else Rollup()


def point(rollup: Rollup) -> Point:
    """What a plot needs of a day or month."""
    found = rollup.part()
    return Point(
        received=found.get("received", 0),
        closed=found.get("closed", 0),
        close_minutes=_sum(rollup.durations("close")),
        close_working_minutes=_sum(rollup.durations("close_working")),
    )


def _snapshot(period: str, revision: int | None) -> Snapshot | None:
    return snapshots.latest(period) if revision is None else snapshots.get(period, revision)


def _as_of(series: str, until: date | None, zone: ZoneInfo) -> str | None:
    if series != OWN:
        from chalicelib.desk import replaying

        return replaying.stands_at(series)
    return iso(Moment(until, zone).as_of) if until else None


def _year_as_of(snapshot: Snapshot) -> datetime:
    return datetime.fromisoformat(snapshot.year_as_of or snapshot.as_of)


def _points(period: str) -> dict[date, Point]:
    for kind in (MONTHEND, NOW):
        if kept := {day: point(one) for day, one in figures.rollups(OWN, days_of(period), kind, city_durations)}:
            return kept
    return {}


def months(period: str) -> Iterator[tuple[str, Point]]:
    """The months of the year of a period, up to it, and of the year before."""
    last = periods.first_day(period)
    month = date(last.year - 1, 1, 1)
    while month <= last:
        name = f"{month:%Y-%m}"
        snapshot = snapshots.latest(name)
        found = _point_of(snapshot) if snapshot else point(living(OWN, days_of(name), city_durations))
        if found.received:
            yield name, found
        month = (month + timedelta(days=31)).replace(day=1)


def _point_of(snapshot: Snapshot) -> Point:
    """The same out of what was published: a mean has the sum of its minutes as its numerator."""
    found = snapshot.document["figures"]
    names = ("received", "closed", "close_mean", "close_working_mean")
    received, closed, minutes, working = (int(found[name]["numerator"] or 0) for name in names)
    return Point(received=received, closed=closed, close_minutes=minutes, close_working_minutes=working)


def _sum(occurred: dict[int, int]) -> int:
    return sum(minutes * times for minutes, times in occurred.items())
