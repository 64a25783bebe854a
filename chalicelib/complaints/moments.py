"""Moments as texts, and days as moments."""

from datetime import UTC, date, datetime, time, tzinfo


def iso(at: datetime) -> str:
    """How moments are written everywhere: UTC, milliseconds, sortable as texts."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def read(written: str | None) -> datetime | None:
    """The moment that was written; None for none."""
    return datetime.fromisoformat(written) if written else None


def midnight(on: date, zone: tzinfo) -> datetime:
    """When a day begins, in UTC."""
    return datetime.combine(on, time(), zone).astimezone(UTC)
