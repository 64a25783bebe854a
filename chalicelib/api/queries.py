"""Reading query parameters, with one clear sentence for each thing that can be wrong with them."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from chalicelib.problems import Problem

LARGEST_PAGE = 100
USUAL_PAGE = 50
LONGEST_CURSOR = 1000


def parameters(request: Any) -> dict[str, str]:
    """The query of a request; of a name given twice, the last value. A name that the door does not know is refused: a
    mistyped filter must not show everything. Raises Problem."""
    from chalicelib.api import routes

    given = dict(request.query_params or {})
    known = routes.route(request.method, request.context["resourcePath"]).query
    for name, value in given.items():
        if known and name not in known:
            raise Problem(400, f"{name[:80]}: tidak dikenal; yang ada: {', '.join(known)}.")
        if known and not value:
            raise Problem(400, f"{name}: kosong.")
    return given


def limit(query: Mapping[str, str]) -> int:
    """How many items a page may have, 1 to 100. Raises Problem."""
    given = query.get("limit") or str(USUAL_PAGE)
    # Three digits at most: int() refuses thousands of them with an error of its own.
    if re.fullmatch("[0-9]{1,3}", given) is None or not 1 <= int(given) <= LARGEST_PAGE:
        raise Problem(400, f"limit: bilangan bulat dari 1 sampai {LARGEST_PAGE}.")
    return int(given)


def cursor(query: Mapping[str, str]) -> str | None:
    """Where the page begins, as an earlier answer gave it in `next`. Raises Problem."""
    given = query.get("cursor") or None
    if given is not None and len(given) > LONGEST_CURSOR:
        raise Problem(400, "cursor: bukan dari daftar ini.")
    return given


def instant(query: Mapping[str, str], name: str) -> datetime | None:
    """A point in time, ISO 8601 with its zone. Raises Problem."""
    given = query.get(name)
    if not given:
        return None
    try:
        at = datetime.fromisoformat(given.replace(" ", "+"))  # an unescaped + of "+07:00" arrives as a space
        if at.tzinfo is not None:
            return at.astimezone(UTC)  # the first and last hours of all time have no UTC
    except (ValueError, OverflowError):
        raise Problem(400, f"{name}: waktu seperti 2026-11-21T09:00:00+07:00.") from None
    raise Problem(400, f"{name}: waktu perlu zona, misalnya Z atau +07:00.")
