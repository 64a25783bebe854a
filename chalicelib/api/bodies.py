"""Reading request bodies: as they were sent, as a form, or in a shape, of which every fault is named at once, in
Indonesian, with the member it is about."""

from typing import TYPE_CHECKING, Any, TypeVar

import msgspec

from chalicelib.problems import Problem

if TYPE_CHECKING:
    from chalicelib.complaints.shapes import Problem as Fault

FORM = "application/x-www-form-urlencoded"
MOST_FIELDS = 10

# No body of ours comes near; a city file is the largest.
LARGEST = 400_000

T = TypeVar("T")


def raw(request: Any) -> bytes:
    """The body as it was sent: what a signature was made over."""
    body: str | bytes = request.raw_body
    return body.encode() if isinstance(body, str) else body


def form(request: Any, largest: int) -> dict[str, str] | None:
    """The fields of an HTML form, of one given twice the last; none where the body is no form, None where it has more
    than `largest` bytes."""
    from urllib.parse import parse_qsl

    body = raw(request)
    if len(body) > largest:
        return None
    try:
        return dict(parse_qsl(body.decode(), max_num_fields=MOST_FIELDS))
    except ValueError:
        return {}


def read(request: Any, kind: type[T]) -> T:
    """The body in the shape `kind`; nothing at all reads as `{}`. Raises Problem (413, 422)."""
    from chalicelib.complaints import shapes  # not for a webhook

    body = raw(request)
    if len(body) > LARGEST:
        raise Problem(413, f"Isi permintaan paling besar {LARGEST} bita.")
    try:
        data = msgspec.json.decode(body) if body.strip() else {}
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise Problem(422, "Isi permintaan bukan JSON yang sah.") from None
    faults: list[Fault] = []
    built = shapes.build(kind, data, (), faults)
    if faults:
        errors = [{"field": ".".join(str(step) for step in fault.path), "message": fault.message} for fault in faults]
        first = errors[0]
        raise Problem(422, f"{first['field'] or 'isi'}: {first['message']}.", field=first["field"], errors=errors)
    return built
