"""Cases over HTTP, for staff."""

from datetime import UTC, datetime

import msgspec
from chalice.app import Blueprint, Response

from chalicelib.api import answers
from chalicelib.api.errors import problems
from chalicelib.api.queries import cursor, instant, limit, parameters
from chalicelib.api.staff import allow, authorizer, staff
from chalicelib.complaints.ticket import normalise
from chalicelib.desk import views
from chalicelib.problems import Problem
from chalicelib.store import cases, ledger

complaints = Blueprint(__name__)


class Decision(msgspec.Struct, forbid_unknown_fields=True):
    """What a person found out about an ambiguous filing."""

    decision: str
    complaint_id: str | None = None


@complaints.route("/v1/complaints", methods=["GET"], authorizer=authorizer)
@problems
def listed() -> Response:
    """A page of cases: the newest first, or with `updated_after` those touched since."""
    request = complaints.current_request
    scope = staff(request).scope()
    query = parameters(request)
    size, start = limit(query), cursor(query)
    try:
        if since := instant(query, "updated_after"):
            page = cases.updated_since(since, now=datetime.now(UTC), department=scope, limit=size, cursor=start)
        else:
            page = cases.page(department=scope, limit=size, cursor=start)
    except cases.BadCursor:
        raise Problem(400, "cursor: not one that this list gave out.") from None
    return answers.json({"items": [views.summary(case) for case in page.items], "next": page.next})


@complaints.route("/v1/complaints/{ticket}", methods=["GET"], authorizer=authorizer)
@problems
def one(ticket: str) -> Response:
    """A case with its messages."""
    found = _visible(ticket)
    return answers.json(views.whole(found), headers={"ETag": f'"{int(found.case.version)}"'})


@complaints.route("/v1/complaints/{ticket}/forward", methods=["POST"], authorizer=authorizer)
@problems
def forward(ticket: str) -> Response:
    """Settle a filing of which nobody knew whether it arrived."""
    # The LAPOR! client brings `requests` with it: only this door pays for it.
    from chalicelib.desk import forwarding

    person = staff(complaints.current_request)
    allow(person, "admin", "operator")
    found = _visible(ticket)
    try:
        body = msgspec.json.decode(complaints.current_request.raw_body, type=Decision)
    except msgspec.MsgspecError as error:
        raise Problem(422, f"{error}.") from None
    if body.decision not in ("arrived", "resend"):
        raise Problem(422, "decision: must be arrived or resend.")
    forwarding.decide(
        found.case.ticket,
        "arrived" if body.decision == "arrived" else "resend",
        body.complaint_id,
        actor=person.username,
        now=datetime.now(UTC),
    )
    return answers.json(views.whole(_visible(ticket)))


@complaints.route("/v1/ledger", methods=["GET"], authorizer=authorizer)
@problems
def counted() -> Response:
    """The no-loss count."""
    allow(staff(complaints.current_request), "admin", "operator", "auditor", "executive")
    return answers.json(ledger.ledger())


@complaints.route("/v1/quarantine", methods=["GET"], authorizer=authorizer)
@problems
def quarantined() -> Response:
    """Authentic payloads nobody could read, the newest first."""
    request = complaints.current_request
    allow(staff(request), "admin", "operator", "auditor")
    query = parameters(request)
    try:
        items, following = cases.quarantined(limit=limit(query), cursor=cursor(query))
    except cases.BadCursor:
        raise Problem(400, "cursor: not one that this list gave out.") from None
    return answers.json({"items": [views.quarantined(item) for item in items], "next": following})


def _visible(ticket: str) -> cases.Dossier:
    """The case, if the person asking may see it; another department's does not exist for him."""
    scope = staff(complaints.current_request).scope()
    known = normalise(ticket)
    found = cases.dossier(known) if known else None
    if found is None or (scope is not None and found.case.department != scope):
        raise Problem(404, "Tidak ada aduan dengan nomor tiket itu.")
    return found
