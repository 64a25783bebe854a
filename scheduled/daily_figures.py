"""Every night: bring the figures up to midnight (desk/figures.py says how).

Rules know UTC only and Indonesia has three zones, so the schedule knocks each hour around midnight and the first knock
after a city's midnight finds the work to do; the others find it done, or go on with what the first had no time for.
"""

from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from chalicelib.desk import figures, pushing
from chalicelib.store import cities


def run(now: datetime, rebuild: str | None = None) -> dict[str, Any]:
    """Bring the figures up to the last midnight before `now`; with `rebuild` (a day, month or year) work that period
    out anew from the timelines instead. Answers what was done."""
    try:
        done = figures.rebuild(rebuild) if rebuild else figures.bring_up(now)
    except cities.NoCity:
        return {"acted": False, "left": False}
    if not done.left and not rebuild:
        # The day before the midnight that figures stand at; ordered once, whichever of the knocks comes to it.
        pushing.order(pushing.DAILY, (done.day - timedelta(days=1)).isoformat())
    return {**asdict(done), "day": done.day.isoformat()}
