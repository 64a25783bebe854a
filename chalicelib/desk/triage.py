"""What routing suggests for a case, with the city and the model in force.

Not on the webhook's path: a case that came by WhatsApp is suggested for when somebody looks at it or verifies it, one
the desk enters while it is entered.
"""

import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Protocol

from chalicelib.complaints import places, routing
from chalicelib.complaints.lifecycle import OPEN
from chalicelib.complaints.model import Location
from chalicelib.complaints.routing import Model, Suggestion
from chalicelib.store import cities, routing_models

if TYPE_CHECKING:
    from chalicelib.complaints.city import City
    from chalicelib.store.tables import Case

# The model is some 20 read units and changes once a night.
MAX_AGE_SECONDS = 600.0

_kept: list[tuple[float, Model]] = []


class Routable(Protocol):
    """What of a case is looked at; store.tables.Case has it."""

    @property
    def text(self) -> Any:
        """The citizen's text, or None."""

    @property
    def location(self) -> Any:
        """{lat, lon, name, address, kelurahan}, or None."""


def suggest_for(case: Routable) -> Suggestion:
    """The category, department and kelurahan for a case. A kelurahan that staff gave stays. Raises NoCity."""
    city, model = _in_force()
    location: Mapping[str, Any] = case.location or {}
    place = Location(**{name: location.get(name) for name in ("lat", "lon", "name", "address")})
    found = routing.suggest(case.text or "", place, city, model)
    given = location.get("kelurahan")
    return found if given is None else found.with_kelurahan(given)


def kelurahan_of(place: Mapping[str, Any]) -> str | None:
    """The kelurahan that a place ({lat, lon, name, address}) is in, as its address names it, else the nearest point."""
    pinned = Location(**{name: place.get(name) for name in ("lat", "lon", "name", "address")})
    return routing.kelurahan_of(pinned, cities.current())


def kelurahan_for(case: Routable) -> str | None:
    """The kelurahan a case is in, as `suggest_for` has it, without the model: the one staff gave, else the one the text
    names, else the one of its place. Raises NoCity."""
    location: Mapping[str, Any] = case.location or {}
    if given := location.get("kelurahan"):
        return str(given)
    return places.find(case.text or "", cities.current()).kelurahan or kelurahan_of(location)


def shown(case: "Case") -> dict[str, Any] | None:
    """What staff see of it beside an open case whose category nobody has said; None for every other case.

    Worked out when it is read, from what is in memory: a stored suggestion would cost a write for each case, and be
    older than the model."""
    if case.category is not None or case.status not in OPEN or not case.text:
        return None
    return view(suggest_for(case))


def view(found: Suggestion) -> dict[str, Any]:
    """A suggestion as the API gives it."""
    return {
        "category": found.category,
        "department": found.department,
        "kelurahan": found.kelurahan,
        "confidence": found.confidence,
        "words": [one.words for one in found.words],
        "guess": found.guess,
        "runner_up": found.runner_up,
    }


def assigns() -> bool:
    """Whether this city lets routing hand a case to a department by itself. Raises NoCity."""
    return _in_force()[0].routing.auto_assign


def forget() -> None:
    """Read the city and the model again at the next suggestion, as after a change by this process."""
    _kept.clear()


def _in_force() -> tuple["City", Model]:
    now = time.monotonic()
    if not _kept or now - _kept[0][0] > MAX_AGE_SECONDS:
        _kept[:] = [(now, routing_models.current())]
    return cities.current(), _kept[0][1]
