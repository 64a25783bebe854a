"""Reading query parameters, with one clear sentence for each thing that can be wrong with them."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from chalicelib.problems import Problem

LARGEST_PAGE = 100
USUAL_PAGE = 50


def parameters(request: Any) -> dict[str, str]:
    """The query of a request; of a name given twice, the last value."""
    return dict(request.query_params or {})


def limit(query: Mapping[str, str]) -> int:
    """How many items a page may have, 1 to 100. Raises Problem."""
    given = query.get("limit") or str(USUAL_PAGE)
    if not given.isascii() or not given.isdigit() or not 1 <= int(given) <= LARGEST_PAGE:
        raise Problem(400, f"limit: a whole number from 1 to {LARGEST_PAGE}.")
    return int(given)


def cursor(query: Mapping[str, str]) -> str | None:
    """Where the page begins, as an earlier answer gave it in `next`."""
    return query.get("cursor") or None


def instant(query: Mapping[str, str], name: str) -> datetime | None:
    """A point in time, ISO 8601 with its zone. Raises Problem."""
    given = query.get(name)
    if not given:
        return None
    try:
        at = datetime.fromisoformat(given.replace(" ", "+"))  # an unescaped + of "+07:00" arrives as a space
    except (ValueError, OverflowError):
        raise Problem(400, f"{name}: a time such as 2026-11-21T09:00:00+07:00.") from None
    if at.tzinfo is None:
        raise Problem(400, f"{name}: the time needs its zone, such as Z or +07:00.")
    return at.astimezone(UTC)
