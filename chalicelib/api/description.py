"""The API's description of itself, for everybody: it holds shapes and no data."""

from functools import cache

from chalice.app import Blueprint, Response

from chalicelib.api.errors import problems

description = Blueprint(__name__)


@description.route("/openapi.json", methods=["GET"])
@problems
def described() -> Response:
    """OpenAPI 3.1."""
    headers: dict[str, str | list[str]] = {"Content-Type": "application/json", "Cache-Control": "public, max-age=300"}
    return Response(_document(), headers, 200)


@cache
def _document() -> str:
    import msgspec

    from chalicelib.api import openapi  # made once for each process, by the first who asks

    return msgspec.json.encode(openapi.document()).decode()
