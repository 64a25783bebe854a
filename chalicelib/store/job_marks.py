"""What a job has done for a day, so that it does it once, whichever days it is run for: `RUN#<job>#<day>`."""

from datetime import UTC, datetime, timedelta

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from chalicelib.store.tables import ControlItem

# Longer than anybody repeats a day; what was sent keeps its own proof.
KEPT = timedelta(days=60)


class JobMark(ControlItem):
    """`RUN#<job>#<day>`: it has done all its work for that day."""

    at = UnicodeAttribute()
    expires_at = NumberAttribute()


def done(job: str, day: str) -> bool:
    """Whether the job has done all its work for that day."""
    try:
        JobMark.get(f"RUN#{job}#{day}", consistent_read=True)
    except JobMark.DoesNotExist:
        return False
    return True


def note(job: str, day: str) -> None:
    """The job has done its work for that day."""
    now = datetime.now(UTC)
    JobMark(f"RUN#{job}#{day}", at=now.isoformat(), expires_at=int((now + KEPT).timestamp())).save()
