"""The monthly job over 100,000 cases of the month, in this process on tables of its own.

`probe_month.py fill` writes what the nights have left: the days of a year of such months, and what was published of the
others. `probe_month.py run` does the job, report included, and prints `{"rru", "peak_mb", "received", "seconds"}`.
Wants what app.py wants in its environment.
"""

import json
import sys
import time
from datetime import UTC, datetime

from bench import inside
from chalicelib.complaints.rollup import Rollup, Times, by_day, days_of
from chalicelib.complaints.summary import summarise
from chalicelib.desk import monthly_report, periods, publishing
from chalicelib.store import cities, figures, snapshots
from chalicelib.store.aws import SHARED
from chalicelib.store.figures import MONTHEND, NOW, OWN, Head
from chalicelib.store.snapshots import Snapshot
from tests.unit.hundred_thousand import facts, peak_mb

CASES = 100_000
# The dearest month: the year so far is the whole year, and the year's report is made as well.
MONTH, BEFORE, YEAR_BEFORE = "2026-12", "2026-11", "2025-12"
AT = datetime(2027, 1, 1, tzinfo=UTC)

# The local DynamoDB is slow with large items; counted here are units.
SHARED._read_timeout_seconds = 120


def fill() -> None:
    """Each month has the same 31 days with minutes of its own: a year has far more different ones than a month."""
    days = {day.day: rollup for day, rollup in by_day(facts(CASES)).items()}
    for number, period in enumerate(_year()):
        for day in days_of(period):
            own = _other(days[day.day], number)
            figures.put_rollup(OWN, day, NOW, own, Head())
            if period == MONTH:
                figures.put_rollup(OWN, day, MONTHEND, own, Head())
            if period == BEFORE:
                figures.put_rollup(OWN, day.replace(year=2025, month=12), MONTHEND, own, Head())
    month = periods.living(OWN, days_of(BEFORE))
    year = periods.year_to_date(MONTH)
    for period in (*_year("2025"), *_year()):
        if period != MONTH:
            _publish(period, month if period in (BEFORE, YEAR_BEFORE) else None, year)
    _publish("2025", year, year)
    snapshots.close_month(MONTH, AT)
    mark = figures.mark()
    mark.day = AT.date().isoformat()
    mark.save()


def _other(rollup: Rollup, month: int) -> Rollup:
    """The same cases, each a little slower than in the month before."""
    times: Times = {}
    for dimension, parts in rollup.times.items():
        for part, durations in parts.items():
            for name, occurred in durations.items():
                found = times.setdefault(dimension, {}).setdefault(part, {}).setdefault(name, {})
                for minutes, often in occurred.items():
                    slower = minutes + minutes * month // 100 + month
                    found[slower] = found.get(slower, 0) + often
    return Rollup(counts=rollup.counts, times=times, ikm=rollup.ikm)


def _year(year: str = "2026") -> list[str]:
    return [f"{year}-{number:02}" for number in range(1, 13)]


def _publish(period: str, month: Rollup | None, year: Rollup) -> None:
    """What was published of another month: its few sums, and for those compared with the rollups."""
    sums = {name: {"numerator": CASES} for name in ("received", "closed", "close_mean", "close_working_mean")}
    sha256 = snapshots.keep_sums(period, month) if month else ""
    year_sha256 = snapshots.keep_sums(period, year) if month else ""
    snapshots.keep(
        Snapshot(
            period=period, revision=1, as_of="", computed_at="", code_version="", definitions="", sha256=sha256,
            document={"figures": sums}, year_sha256=year_sha256,
        )
    )  # fmt: skip


def give_out(snapshot: Snapshot, now: datetime) -> None:
    """All forms of the month's report, to nobody; those of the year's have been kept by then."""
    summary = summarise(periods.source(snapshot), cities.current())
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
                "peak_mb": peak_mb(),
                "received": made[0].document["figures"]["received"]["numerator"],
                "seconds": round(time.monotonic() - began, 1),
            }
        )
    )


if __name__ == "__main__":
    {"fill": fill, "run": run}[sys.argv[1]]()
