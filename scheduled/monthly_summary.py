"""On the first of the month at six in the morning, in the city's zone: the month that is over becomes a snapshot, and
the snapshot reaches the executives, the public and the SIE (desk/publishing.py).

It looks every morning, so that a month that was missed is caught up with, and a correction becomes a revision, the next
day and not in a month. The night's figures come first: without them there is nothing to publish.
"""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from chalicelib.desk import figures, publishing
from chalicelib.store import cities

HOUR = 6


def run(now: datetime) -> dict[str, Any]:
    """Publish what is due at `now`; answers `{made: [{period, revision}]}`, nothing before six in the morning."""
    try:
        zone = ZoneInfo(cities.current().zone)
    except cities.NoCity:
        return {"made": [], "left": False}
    if now.astimezone(zone).hour < HOUR:
        return {"made": [], "left": False}
    if figures.bring_up(now).left:
        return {"made": [], "left": True}  # half a night's facts are no figures; the night goes on within the hour
    made = publishing.bring_up(now, publishing.give_out)
    return {"made": [{"period": one.period, "revision": one.revision} for one in made], "left": False}
