"""Reading request bodies: every fault is named at once, in Indonesian, with the member it is about."""

from typing import Any, TypeVar

import msgspec

from chalicelib.complaints import shapes
from chalicelib.problems import Problem

# No body of ours comes near; a city file is the largest.
LARGEST = 400_000

T = TypeVar("T")


def read(request: Any, kind: type[T]) -> T:
    """The body in the shape `kind`; nothing at all reads as `{}`. Raises Problem (413, 422)."""
    raw = request.raw_body
    if len(raw) > LARGEST:
        raise Problem(413, f"Isi permintaan paling besar {LARGEST} bita.")
    try:
        data = msgspec.json.decode(raw) if raw.strip() else {}
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise Problem(422, "Isi permintaan bukan JSON yang sah.") from None
    faults: list[shapes.Problem] = []
    body = shapes.build(kind, data, (), faults)
    if faults:
        errors = [{"field": ".".join(str(step) for step in fault.path), "message": fault.message} for fault in faults]
        first = errors[0]
        raise Problem(422, f"{first['field'] or 'isi'}: {first['message']}.", field=first["field"], errors=errors)
    return body
