"""A person's rights over what is kept of him (UU 27/2022), over HTTP: erasure, and the log of erasures."""

from datetime import UTC, datetime

from chalice.app import Blueprint, Response

from chalicelib.api import answers
from chalicelib.api.errors import problems
from chalicelib.api.queries import cursor, limit, parameters
from chalicelib.api.staff import authorizer, caller

privacy = Blueprint(__name__)


@privacy.route("/v1/erasures", methods=["POST"], authorizer=authorizer)
@problems
def erase() -> Response:
    """Erase a person; with `dry=1` only count what that would take away. Repeating it goes on where it stopped."""
    from chalicelib.api import bodies, shapes
    from chalicelib.desk import erasing
    from chalicelib.problems import Problem

    request = privacy.current_request
    staff = caller(request)
    dry = parameters(request).get("dry", "0")
    if dry not in ("0", "1"):
        raise Problem(400, "dry: 1 atau 0.")
    body = bodies.read(request, shapes.Erase)
    whom = erasing.person(phone=body.phone, handle=body.handle, ticket=body.ticket)
    if dry == "1":
        return answers.json(erasing.count(whom))
    return answers.json(erasing.erase(whom, body.reason, staff, datetime.now(UTC)))


@privacy.route("/v1/erasures", methods=["GET"], authorizer=authorizer)
@problems
def log() -> Response:
    """What was erased, the newest first: when, by whom, why and how much, never whom."""
    from chalicelib.desk import erasing
    from chalicelib.store import erasures

    request = privacy.current_request
    caller(request)
    query = parameters(request)
    items, following = erasures.listed(limit=limit(query), cursor=cursor(query))
    return answers.json({"items": [erasing.view(item) for item in items], "next": following})
