"""Reading query parameters, with one clear sentence for each thing that can be wrong with them."""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from chalicelib.problems import Problem
from chalicelib.store.cursors import BadCursor

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
    """Where the page begins, as an earlier answer gave it in `next`. Raises BadCursor."""
    given = query.get("cursor") or None
    if given is not None and len(given) > LONGEST_CURSOR:
        raise BadCursor
    return given


def day(query: Mapping[str, str], name: str, usual: date | None = None) -> date:
    """A day of this century, "2026-11-21"; `usual` where none is named. Raises Problem."""
    given = query.get(name)
    if given is None and usual is not None:
        return usual
    # No time has a UTC before the first and after the last year of all.
    if given and re.fullmatch("20[0-9]{2}-[0-9]{2}-[0-9]{2}", given):
        try:
            return date.fromisoformat(given)
        except ValueError:
            pass
    raise Problem(400, f"{name}: tanggal seperti 2026-11-21.", field=name)


def revision(query: Mapping[str, str]) -> int | None:
    """Which revision of what was published, from 1; None for the one in force. Raises Problem."""
    given = query.get("revision")
    if given is None:
        return None
    if re.fullmatch("[1-9][0-9]{0,3}", given) is None:
        raise Problem(400, "revision: bilangan mulai dari 1.", field="revision")
    return int(given)


def instant(query: Mapping[str, str], name: str) -> datetime | None:
    """A point in time, read as in a body: ISO 8601 with its zone, to the minute or finer. Raises Problem."""
    given = query.get(name)
    if not given:
        return None
    from chalicelib.api.shapes import Instant  # no webhook has a time in its address
    from chalicelib.complaints import shapes

    faults: list[shapes.Problem] = []
    # An unescaped + of "+07:00" arrives as a space; between day and time it is one.
    at = shapes.build(Instant, given[:11] + given[11:].replace(" ", "+"), (), faults)
    if faults:
        raise Problem(400, f"{name}: {faults[0].message}.")
    try:
        return at.astimezone(UTC)
    except OverflowError:  # the first and last hours of all time have no UTC
        raise Problem(400, f"{name}: waktu seperti 2026-11-21T09:00:00+07:00.") from None
