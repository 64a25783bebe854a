"""What routing suggests for a case, with the city and the model in force.

Not on the webhook's path: a case that came by WhatsApp is suggested for by a queue's worker, one the desk enters
while it is entered.
"""

import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Protocol

from chalicelib.complaints import routing
from chalicelib.complaints.model import Location
from chalicelib.complaints.routing import Model, Suggestion
from chalicelib.store import cities, routing_models

if TYPE_CHECKING:
    from chalicelib.complaints.city import City

# The whole city is some 20 read units, so a process keeps it longer than the few names that intake needs.
MAX_AGE_SECONDS = 600.0

_kept: list[tuple[float, "City", Model]] = []


class Routable(Protocol):
    """What of a case is looked at; store.tables.Case has it."""

    text: Any
    """The citizen's text, or None."""
    location: Any
    """{lat, lon, name, address, kelurahan}, or None."""


def suggest_for(case: Routable) -> Suggestion:
    """The category, department and kelurahan for a case. A kelurahan that staff gave stays. Raises NoCity."""
    city, model = _in_force()
    location: Mapping[str, Any] = case.location or {}
    place = Location(**{name: location.get(name) for name in ("lat", "lon", "name", "address")})
    found = routing.suggest(case.text or "", place, city, model)
    given = location.get("kelurahan")
    return found if given is None else found.with_kelurahan(given)


def forget() -> None:
    """Read the city and the model again at the next suggestion, as after a change by this process."""
    _kept.clear()


def _in_force() -> tuple["City", Model]:
    now = time.monotonic()
    if not _kept or now - _kept[0][0] > MAX_AGE_SECONDS:
        _kept[:] = [(now, cities.current(), routing_models.current())]
    return _kept[0][1:]
