"""Months that are over become snapshots, and snapshots reach those who wait for them.

A snapshot is never changed. When something that belongs into a published month comes to be known later, the next
revision says what is other than before; where no figure is, there is none.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from chalicelib import logs
from chalicelib.complaints import figures_document, periods
from chalicelib.complaints.rollup import days_of, no_durations
from chalicelib.desk import code_version, monthly_report, pushing, yearly
from chalicelib.desk.figures import Moment
from chalicelib.desk.periods import add_up, month_end, topics, year_to_date
from chalicelib.store import cities, snapshots
from chalicelib.store.figures import MONTHEND, OWN
from chalicelib.store.keys import iso
from chalicelib.store.snapshots import MonthItem, Snapshot

Publish = Callable[[Snapshot, datetime], None]


def bring_up(now: datetime, publish: Publish) -> list[Snapshot]:
    """Make the snapshots and revisions that are due and publish what has not been. Answers those made now.

    Killed anywhere and begun again, it makes nothing twice; `publish` may be called again for the same revision and
    does each of its parts once (`snapshots.once`).
    """
    made, known = [], []
    for month in snapshots.months():
        if not int(month.revision) or int(month.changed) > int(month.settled):
            snapshot = make(month, now)
            made += [snapshot] if snapshot else []
        if (last := snapshots.latest(month.sk)) is not None:
            known.append((month, last.revision))
    # Before anybody is told: a mail that must wait keeps no year from its report.
    yearly.bring_up({month.sk: revision for month, revision in known}, now)
    for month, revision in known:
        last = snapshots.get(month.sk, revision) if revision > int(month.published) else None
        if last is not None:
            publish(last, now)
            snapshots.note_published(month, revision)
    return made


def make(month: MonthItem, now: datetime) -> Snapshot | None:
    """The snapshot of a month, or its next revision; None where no figure is other than in the last one."""
    period, last = month.sk, snapshots.latest(month.sk)
    city = cities.current()
    rollup, days = add_up(OWN, days_of(period), MONTHEND)
    document = figures_document.document(rollup, topics(month_end(periods.before(period), no_durations)), city, days)
    changes = figures_document.difference(last.document, document) if last else []
    if last is not None and not changes:
        snapshots.settle(month, last.revision)
        return None
    sha256 = snapshots.keep_sums(period, rollup)
    del rollup  # a large city's year needs its place
    snapshot = Snapshot(
        period=period,
        revision=last.revision + 1 if last else 1,
        as_of=iso(_end(period, ZoneInfo(city.zone))),
        computed_at=iso(now),
        code_version=code_version.deployed(),
        definitions=code_version.definitions(),
        sha256=sha256,
        document=document,
        changes=changes,
        year_sha256=snapshots.keep_sums(period, year_to_date(period)),
        year_as_of=yearly.last_night(ZoneInfo(city.zone)),
    )
    if not snapshots.keep(snapshot):
        return None  # another run was faster; the next one looks again
    snapshots.settle(month, snapshot.revision)
    logs.event("snapshot", job="monthly_summary", kind=period, count=snapshot.revision)
    return snapshot


def _end(period: str, zone: ZoneInfo) -> datetime:
    return Moment(periods.last_day(period) + timedelta(days=1), zone).as_of


def give_out(snapshot: Snapshot, now: datetime) -> None:
    """Bring a revision to everybody who waits for it. Each part is done once, however often this is called."""
    # What cannot fail first: a mail that must wait for the next morning keeps the figures from nobody else.
    pushing.order(pushing.MONTHLY, snapshot.period, snapshot.revision)
    monthly_report.publish(snapshot, now)
    logs.event("snapshot_published", job="monthly_summary", kind=snapshot.period, count=snapshot.revision)
