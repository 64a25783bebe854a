"""Degrees of a point on the map, with a decimal point or an Indonesian decimal comma."""

LATITUDE, LONGITUDE = 90, 180


def degrees(text: str, most: int) -> float | None:
    """The degrees a text says, from -`most` to `most`; None if it says none."""
    try:
        found = float(text.replace(",", "."))
    except ValueError:
        return None
    return found if -most <= found <= most else None
