"""What staff do with a case over HTTP: one door for each action of the lifecycle."""

from collections.abc import Callable
from datetime import UTC, datetime

from chalice.app import Blueprint, Response

from chalicelib.api import answers
from chalicelib.api.errors import problems
from chalicelib.api.preconditions import etag, once, versions
from chalicelib.api.staff import authorizer, caller
from chalicelib.complaints.lifecycle import LEADS_TO

actions = Blueprint(__name__)


def door(action: str) -> Callable[[str], Response]:
    """The view of an action."""

    @problems
    def view(ticket: str) -> Response:
        from chalicelib.api import bodies, shapes
        from chalicelib.desk import casework, deadlines

        request = actions.current_request
        person = caller(request)
        body = bodies.read(request, shapes.ACTIONS[action])
        done = casework.act(
            ticket,
            action,
            casework.as_mapping(body),
            person,
            versions=versions(request),
            once=once(request, person.username),
            now=datetime.now(UTC),
        )
        case = done.found.case
        headers = etag(case.version) | ({"Idempotency-Replayed": "true"} if done.repeated else {})
        shown = deadlines.whole(done.found, person, datetime.now(UTC))
        return answers.json(shown, headers=headers)

    return view


for _action in LEADS_TO:
    actions.route(
        f"/v1/complaints/{{ticket}}/{_action}", methods=["POST"], authorizer=authorizer, name=f"act_{_action}"
    )(door(_action))


@actions.route("/v1/complaints/{ticket}/attachments", methods=["POST"], authorizer=authorizer)
@problems
def place(ticket: str) -> Response:
    """A place to send a file to; `attach` then makes it part of the case."""
    from chalicelib.api import bodies, shapes
    from chalicelib.desk import casework, uploads

    request = actions.current_request
    person = caller(request)
    file = bodies.read(request, shapes.NewFile)
    found = casework.visible(ticket, person)
    return answers.json(uploads.place(found.case.ticket, file.type, file.size), 201)
