"""Replays over HTTP: a published year played again, where a stage allows it."""

from chalice.app import Blueprint, Response

from chalicelib.api import answers
from chalicelib.api.errors import problems
from chalicelib.api.staff import authorizer, caller

replays = Blueprint(__name__)


@replays.route("/v1/replays/{name}", methods=["POST"], authorizer=authorizer)
@problems
def played(name: str) -> Response:
    """Store some cases of the year; those that are there already stay as they are."""
    import msgspec

    from chalicelib.api import bodies, shapes
    from chalicelib.desk import replaying

    request = replays.current_request
    caller(request)
    body = bodies.read(request, shapes.Replayed)
    return answers.json(msgspec.to_builtins(replaying.play(name, body.from_, body.to)))


@replays.route("/v1/replays/{name}", methods=["GET"], authorizer=authorizer)
@problems
def standing(name: str) -> Response:
    """How far it is, and its figures beside the published ones."""
    import msgspec

    from chalicelib.desk import replaying

    caller(replays.current_request)
    return answers.json(msgspec.to_builtins(replaying.standing(name)))
