"""How figures are rounded and written: exact fractions, half up, an Indonesian decimal comma.

Half up on an exact fraction, never on a float: 88.305 must not become 88.30 because of its binary neighbour.
"""

from decimal import Decimal
from fractions import Fraction

NONE = "–"


def half_up(value: Fraction, places: int) -> Decimal:
    """`value` with so many decimals; a half goes away from zero, as official tables do."""
    scale = 10**places
    whole, rest = divmod(abs(value.numerator) * scale, value.denominator)
    if 2 * rest >= value.denominator:
        whole += 1
    return Decimal(-whole if value < 0 else whole).scaleb(-places)


def shown(value: Decimal | int | None) -> str:
    """As people read it in Indonesian: 6496 is `6.496`, 98.12 is `98,12`, and no value at all is a dash."""
    if value is None:
        return NONE
    return f"{value:,f}".translate(_INDONESIAN) if isinstance(value, Decimal) else f"{value:,}".translate(_INDONESIAN)


_INDONESIAN = str.maketrans(",.", ".,")
