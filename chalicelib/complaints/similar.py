"""Near duplicates: cases that may be one matter. They are shown to a person, who merges them or does not."""

import math
from collections.abc import Iterable
from datetime import datetime, timedelta

from msgspec import Struct

from chalicelib.complaints import places
from chalicelib.complaints.model import Location

NEAR_METRES = 75.0
SAME_TIME = timedelta(days=14)


class Matter(Struct, frozen=True, kw_only=True):
    """What of a case is compared."""

    ticket: str
    category: str | None
    received_at: datetime
    text: str = ""
    location: Location | None = None


def similar(case: Matter, others: Iterable[Matter]) -> list[tuple[str, str, float | None]]:
    """The tickets of others that may be the same matter, the nearest first, why in an Indonesian sentence, and the
    distance in metres where both have coordinates.

    The same category, received at most 14 days apart, and within 75 m or on the same street. Where both cases
    have coordinates these alone decide: a street may be long. Without a category nothing is similar.
    """
    if case.category is None:
        return []
    streets = _streets(case)
    found: list[tuple[float, str, str, float | None]] = []
    for other in others:
        if other.ticket == case.ticket or other.category != case.category:
            continue
        if abs(other.received_at - case.received_at) > SAME_TIME:
            continue
        away = _metres(case.location, other.location)
        if away is not None:
            if away <= NEAR_METRES:
                found.append((away, other.ticket, f"kategori sama, berjarak {away:.0f} m", away))
        elif shared := [one for one in streets if any(places.same_street(one, theirs) for theirs in _streets(other))]:
            found.append((NEAR_METRES, other.ticket, f"kategori sama, jalan sama ({shared[0]})", None))
    found.sort(key=lambda one: one[:2])
    return [(ticket, why, away) for _, ticket, why, away in found]


def _streets(case: Matter) -> tuple[places.Street, ...]:
    place = case.location or Location()
    texts = (case.text, place.address, place.name)
    return places.once(street for text in texts if text for street in places.streets(text))


def _metres(one: Location | None, other: Location | None) -> float | None:
    """The distance between two places, or None where either has no coordinates."""
    if one is None or other is None or one.lat is None or one.lon is None or other.lat is None or other.lon is None:
        return None
    away = places.metres(one.lat, one.lon, other.lat, other.lon)
    return away if math.isfinite(away) else None
