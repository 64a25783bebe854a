"""Ticket numbers: sayable, unguessable, and able to tell a slip of the pen.

`KDR-7Q4M-2X9D` is the city's code, seven random characters (35 bits) and one check character, in
Crockford's base32 alphabet (no I, L, O, U). The check character is the hybrid system of ISO/IEC 7064
carried over to 32 characters (MOD 33,32). It covers the eight characters, not the city's code.
It catches every single wrong character, and every exchange of two neighbours but one in 496
(tests/unit/test_ticket.py counts both over every state of the sum).
"""

import re
import secrets
from collections.abc import Callable

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

_VALUE = {character: value for value, character in enumerate(ALPHABET)}
_RANDOM_CHARACTERS = 7
# What people write for the digits they hear or see, in either case.
_READ_AS = str.maketrans("abcdefghijklmnopqrstuvwxyzOILoil", "ABCDEFGHIJKLMNOPQRSTUVWXYZ011011")
_SEPARATOR = r"[\s\u00a0\-\u2010-\u2015_.]"
_WHOLE = re.compile(r"([A-Za-z]{2,5})([0-9A-TV-Za-tv-z]{8})")  # Crockford's alphabet and its look-alikes


def new_ticket(city_code: str, randbits: Callable[[int], int] = secrets.randbits) -> str:
    """A new ticket number for a city, e.g. `KDR-7Q4M-2X9D`. `randbits(n)` gives n random bits."""
    number = randbits(5 * _RANDOM_CHARACTERS)
    body = "".join(ALPHABET[number >> 5 * place & 31] for place in reversed(range(_RANDOM_CHARACTERS)))
    return _written(city_code, body + check_character(body))


def check_character(body: str) -> str:
    """The check character of ISO/IEC 7064's hybrid system, MOD 33,32, for a body in ALPHABET."""
    return ALPHABET[(1 - _carry(body)) % 32]


def normalise(text: str) -> str | None:
    """The ticket number as it is stored, or None where the text is none or fails its check.

    Case, spaces and dashes do not matter; O is read as 0, I and L as 1.
    """
    match = _WHOLE.fullmatch(re.sub(_SEPARATOR, "", text, flags=re.ASCII))
    return _checked(match[1], match[2]) if match else None


def _carry(body: str) -> int:
    product = 32
    for character in body:
        total = (product + _VALUE[character]) % 32 or 32
        product = total * 2 % 33
    return product


def _checked(city_code: str, body: str) -> str | None:
    body = body.translate(_READ_AS)
    return _written(city_code, body) if check_character(body[:-1]) == body[-1] else None


def _written(city_code: str, body: str) -> str:
    return f"{city_code.upper()}-{body[:4]}-{body[4:]}"
