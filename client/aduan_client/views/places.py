"""Where something is, on one line."""

from collections.abc import Mapping
from typing import Any

from aduan_client.formats import one_line


def place_line(place: Mapping[str, Any]) -> str:
    """`Balai kota · Jl. Basuki Rahmat 15 · Pocanan · -7.81, 112.01`: what is known of it; empty where nothing is."""
    parts = [str(place[key]) for key in ("name", "address", "kelurahan") if place.get(key)]
    if place.get("lat") is not None and place.get("lon") is not None:
        parts.append(f"{place['lat']}, {place['lon']}")
    return one_line(" · ".join(parts))
