"""How every HTTP door answers: JSON for what was asked, problem+json for what cannot be done."""

from typing import Any

import msgspec
from chalice.app import Response

from chalicelib.problems import CONTENT_TYPE, Problem

# Answers hold personal data of citizens: no browser, proxy or gateway may keep them.
PRIVATE: dict[str, str | list[str]] = {"Content-Type": "application/json", "Cache-Control": "no-store"}


def json(body: Any, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """An answer of our own shapes."""
    return Response(msgspec.json.encode(body).decode(), {**PRIVATE, **(headers or {})}, status)


def problem(error: Problem) -> Response:
    """The problem document of an error."""
    headers = {**PRIVATE, "Content-Type": CONTENT_TYPE}
    return Response(msgspec.json.encode(error.body()).decode(), headers, error.status)


def text(body: str, status: int = 200) -> Response:
    """A bare word, where a protocol wants one."""
    return Response(body, {"Content-Type": "text/plain; charset=utf-8"}, status)
