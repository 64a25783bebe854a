"""Where the next page of a list begins, as its reader holds it: text that says nothing to him and fits into a URL.

A cursor is not signed. Whoever reads one checks what is in it: that it belongs to this list, and within the caller's
scope.
"""

import base64
from typing import Any, TypeVar

import msgspec

Shape = TypeVar("Shape")


class BadCursor(ValueError):
    """A cursor that this list did not give out, or gave out for another question."""


def encode(position: Any) -> str:
    """A position as a cursor."""
    return base64.urlsafe_b64encode(msgspec.json.encode(position)).decode().rstrip("=")


def decode(cursor: str, shape: type[Shape]) -> Shape:
    """The position in a cursor. Raises BadCursor where it does not have the shape of this list's positions."""
    try:
        return msgspec.json.decode(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)), type=shape)
    except (ValueError, RecursionError, msgspec.DecodeError):
        raise BadCursor from None
