"""What a job has done for a day, so that it does it once, whichever days it is run for: `RUN#<job>#<day>`."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from pynamodb.attributes import JSONAttribute, NumberAttribute, UnicodeAttribute

from chalicelib.store.tables import ControlItem

# Longer than anybody repeats a day; what was sent keeps its own proof.
KEPT = timedelta(days=60)


class JobMark(ControlItem):
    """`RUN#<job>#<day>`: it has done all its work for that day."""

    at = UnicodeAttribute()
    expires_at = NumberAttribute()
    said = JSONAttribute(null=True)  # of a part of the work: what came of it


def done(job: str, day: str) -> bool:
    """Whether the job has done all its work for that day."""
    try:
        JobMark.get(f"RUN#{job}#{day}", consistent_read=True)
    except JobMark.DoesNotExist:
        return False
    return True


def note(job: str, day: str) -> None:
    """The job has done its work for that day."""
    _mark(f"RUN#{job}#{day}").save()


def keep(job: str, day: str, part: str, said: Mapping[str, Any]) -> None:
    """What came of a part of that day's work: `RUN#<job>#<day>#<part>`."""
    mark = _mark(f"RUN#{job}#{day}#{part}")
    mark.said = dict(said)
    mark.save()


def kept(job: str, day: str, part: str) -> dict[str, Any] | None:
    """What came of that part, or None: nothing yet."""
    try:
        return JobMark.get(f"RUN#{job}#{day}#{part}", consistent_read=True).said or {}
    except JobMark.DoesNotExist:
        return None


def _mark(pk: str) -> JobMark:
    now = datetime.now(UTC)
    return JobMark(pk, at=now.isoformat(), expires_at=int((now + KEPT).timestamp()))
