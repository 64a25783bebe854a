"""The figures of a day, a month or a year, for whoever asks.

A month that has been published answers with its last revision. Everything else is added up from the days when it is
asked, as of the last night, and says that it is provisional.
"""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from chalicelib.complaints import figures_document, periods
from chalicelib.complaints.rollup import Rollup, days_of, merge
from chalicelib.complaints.summary_shapes import Point, Source
from chalicelib.desk import code_version
from chalicelib.desk.figures import Moment
from chalicelib.problems import Problem
from chalicelib.store import cities, figures, snapshots
from chalicelib.store.figures import MONTHEND, NOW, OWN
from chalicelib.store.keys import iso
from chalicelib.store.snapshots import Snapshot

MONTH = len("2026-03")
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
    snapshot = _snapshot(period, revision) if len(period) == MONTH and series == OWN else None
    if revision is not None and snapshot is None:
        raise Problem(404, "Tidak ada revisi itu.")
    if snapshot is not None:
        return published(snapshot, department)
    return provisional(period, now, series=series, department=department)


def published(snapshot: Snapshot, department: str | None = None) -> dict[str, Any]:
    """A snapshot as the API gives it."""
    document = snapshot.document
    if department is not None:
        rollup, days = add_up(OWN, days_of(snapshot.period), MONTHEND, department)
        document = figures_document.document(rollup, Rollup(), cities.current(), days, department)
    return {
        "period": snapshot.period,
        "series": OWN,
        "department": department,
        "revision": snapshot.revision,
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
    rollup, days = add_up(series, days_of(period), NOW, department)
    until = date.fromisoformat(known) if known else None
    if series == OWN:  # days that are not over yet have no figures; a day without a case has zeros
        days = [one for one in days if until and one["day"] < until.isoformat()]
    earlier = Rollup() if department else topics(living(series, days_of(periods.before(period))))
    document = figures_document.document(rollup, earlier, city, days, department)
    return {
        "period": period,
        "series": series,
        "department": department,
        "revision": None,
        "provisional": True,
        "as_of": iso(Moment(until, zone).as_of) if until and series == OWN else None,
        "computed_at": iso(now),
        "code_version": code_version.deployed(),
        "definitions": code_version.definitions(),
        "hash": figures.digest(rollup),
        "changes": [],
        **document,
    }


def add_up(
    series: str, days: Iterable[date], kind: str, department: str | None = None
) -> tuple[Rollup, list[dict[str, Any]]]:
    """Days added up, one in memory at a time, and what each of them came to."""
    counted = {day: figures_document.day_of(day, Rollup()) for day in days}

    def noted() -> Iterator[Rollup]:
        for day, one in figures.rollups(series, list(counted), kind):
            counted[day] = figures_document.day_of(day, one, department)
            yield one

    return merge(noted()), list(counted.values())


def topics(rollup: Rollup) -> Rollup:
    """What rising topics need of the period before."""
    return Rollup(counts={"category": rollup.counts.get("category", {})})


def living(series: str, days: Iterable[date]) -> Rollup:
    """These days added up, as of the last night."""
    return merge(one for _, one in figures.rollups(series, days))


def month_end(period: str) -> Rollup:
    """A month as of its end where that is kept, else as of the last night."""
    if snapshot := snapshots.latest(period):
        return snapshots.sums(period, snapshot.sha256)
    kept = merge(one for _, one in figures.rollups(OWN, days_of(period), MONTHEND))
    return kept if kept.counts else living(OWN, days_of(period))


def year_to_date(period: str) -> Rollup:
    """From 1 January to the end of a period, as of the last night. Durations by department, most of what there is, are
    in the whole year alone: December's report is the year's."""
    kept = (lambda one: one) if period.endswith(DECEMBER) else _lean
    return merge(kept(one) for _, one in figures.rollups(OWN, periods.year_to_date(period)))


def source(snapshot: Snapshot) -> Source:
    """All that the monthly report is made from."""
    period, earlier = snapshot.period, periods.year_before(snapshot.period)
    return Source(
        period=period,
        as_of=datetime.fromisoformat(snapshot.as_of),
        now=snapshots.sums(period, snapshot.sha256),
        # Compared is the city, not its departments.
        before=_lean(month_end(periods.before(period))),
        last_year=_lean(month_end(earlier)),
        year=snapshots.sums(period, snapshot.year_sha256),
        days={**_points(earlier), **_points(period)},
        months=dict(_months(period)),
        revision=snapshot.revision,
    )


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


def _points(period: str) -> dict[date, Point]:
    kept = {day: point(one) for day, one in figures.rollups(OWN, days_of(period), MONTHEND)}
    return kept or {day: point(one) for day, one in figures.rollups(OWN, days_of(period))}


def _months(period: str) -> Iterator[tuple[str, Point]]:
    """The months of the year of a period, up to it, and of the year before."""
    last = periods.first_day(period)
    month = date(last.year - 1, 1, 1)
    while month <= last:
        name = f"{month:%Y-%m}"
        snapshot = snapshots.latest(name)
        found = _point_of(snapshot) if snapshot else point(living(OWN, days_of(name)))
        if found.received:
            yield name, found
        month = (month + timedelta(days=31)).replace(day=1)


def _point_of(snapshot: Snapshot) -> Point:
    """The same out of what was published: a mean has the sum of its minutes as its numerator."""
    found = snapshot.document["figures"]
    names = ("received", "closed", "close_mean", "close_working_mean")
    received, closed, minutes, working = (int(found[name]["numerator"] or 0) for name in names)
    return Point(received=received, closed=closed, close_minutes=minutes, close_working_minutes=working)


def _lean(rollup: Rollup) -> Rollup:
    return Rollup(
        counts=rollup.counts, times={name: one for name, one in rollup.times.items() if name == "all"}, ikm=rollup.ikm
    )


def _sum(occurred: dict[int, int]) -> int:
    return sum(minutes * times for minutes, times in occurred.items())
