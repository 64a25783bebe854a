"""The monthly job over 100,000 cases of the month, in this process on tables of its own.

`probe_month.py fill` writes what the nights have left: the days of a year of such months, and what was published of the
others. `probe_month.py run` does the job, report included, and prints `{"rru", "peak_mb", "received", "seconds"}`.
Wants what app.py wants in its environment.
"""

import json
import resource
import sys
import time
from datetime import UTC, datetime, timedelta

from bench import inside
from chalicelib.complaints.rollup import Rollup, by_day, days_of
from chalicelib.complaints.summary import summarise
from chalicelib.desk import monthly_report, periods, publishing
from chalicelib.store import cities, figures, snapshots
from chalicelib.store.aws import SHARED
from chalicelib.store.figures import MONTHEND, NOW, OWN, Head
from chalicelib.store.snapshots import Snapshot
from tests.unit.hundred_thousand import facts

CASES = 100_000
# The dearest month: the year so far is the whole year, and the year's report is made as well.
MONTH, BEFORE, YEAR_BEFORE = "2026-12", "2026-11", "2025-12"
AT = datetime(2027, 1, 1, tzinfo=UTC)

# The local DynamoDB is slow with large items; counted here are units.
SHARED._read_timeout_seconds = 120


def fill() -> None:
    """The same 31 days for every month: what a month costs does not depend on what the others say."""
    days = {day.day: rollup for day, rollup in by_day(facts(CASES)).items()}
    for day in days_of(MONTH):
        figures.put_rollup(OWN, day, NOW, days[day.day], Head())
    first = days_of(MONTH)[0]
    stored = {number: figures.RollupItem.get(figures.day_key(OWN, first.replace(day=number)), NOW) for number in days}
    for period, kind in (*((one, NOW) for one in _year() if one != MONTH), (MONTH, MONTHEND), (YEAR_BEFORE, MONTHEND)):
        for day in days_of(period):
            item = stored[day.day]
            item.pk, item.sk = figures.day_key(OWN, day), kind
            item.save()
    for period in (*_year("2025"), *_year()):
        if period != MONTH:
            _publish(period, days[1] if period in (BEFORE, YEAR_BEFORE) else None)
    snapshots.close_month(MONTH, AT)
    mark = figures.mark()
    mark.day = (first + timedelta(days=31)).isoformat()
    mark.save()


def _year(year: str = "2026") -> list[str]:
    return [f"{year}-{number:02}" for number in range(1, 13)]


def _publish(period: str, rollup: Rollup | None) -> None:
    """What was published of another month: its few sums, and for those compared with the rollup (of a day, as large as
    a month's, which has the same minutes more often)."""
    sums = {name: {"numerator": CASES} for name in ("received", "closed", "close_mean", "close_working_mean")}
    sha256 = snapshots.keep_sums(period, rollup) if rollup else ""
    snapshots.keep(
        Snapshot(
            period=period, revision=1, as_of="", computed_at="", code_version="", definitions="", sha256=sha256,
            document={"figures": sums}, year_sha256=sha256,
        )
    )  # fmt: skip


def give_out(snapshot: Snapshot, now: datetime) -> None:
    """All forms of the month's report and of the year's, to nobody."""
    city = cities.current()
    for source in (periods.source(snapshot), monthly_report.year_source(snapshot)):
        if source is not None:
            summary = summarise(source, city)
            for kind in monthly_report.TYPES:
                assert monthly_report.rendered(summary, kind)


def run() -> None:
    """The job, and what it took."""
    cities.current()
    inside.spent.clear()
    began = time.monotonic()
    made = publishing.bring_up(AT, give_out)
    assert [one.period for one in made] == [MONTH]
    print(
        json.dumps(
            {
                "rru": float(inside.spent["rru"]),
                "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
                "received": made[0].document["figures"]["received"]["numerator"],
                "seconds": round(time.monotonic() - began, 1),
            }
        )
    )


if __name__ == "__main__":
    {"fill": fill, "run": run}[sys.argv[1]]()
