"""Cases over HTTP, for staff: finding, reading and entering them."""

from datetime import UTC, datetime

from chalice.app import Blueprint, Response

from chalicelib.api import answers
from chalicelib.api.errors import problems
from chalicelib.api.preconditions import etag, once
from chalicelib.api.queries import cursor, limit, parameters
from chalicelib.api.staff import authorizer, caller

complaints = Blueprint(__name__)

# What staff need and webhooks do not is imported in the views: one function serves both.


@complaints.route("/v1/complaints", methods=["GET"], authorizer=authorizer)
@problems
def listed() -> Response:
    """A page of cases: the newest first; with `updated_after` those touched since; with `queue` what is due."""
    from chalicelib.api.listing import question
    from chalicelib.desk import searching

    request = complaints.current_request
    person = caller(request)
    query = parameters(request)
    now = datetime.now(UTC)
    page = searching.find(question(query), person, limit=limit(query), cursor=cursor(query), now=now)
    return answers.json(searching.view(page, person, now))


@complaints.route("/v1/callers", methods=["POST"], authorizer=authorizer)
@problems
def of_caller() -> Response:
    """The cases of one citizen, the newest first."""
    from chalicelib.api import bodies, shapes
    from chalicelib.api.listing import statuses
    from chalicelib.desk import searching

    request = complaints.current_request
    person = caller(request)
    body = bodies.read(request, shapes.Caller)
    wanted = searching.Question(status=statuses(body.status), phone=body.phone, handle=body.handle)
    now = datetime.now(UTC)
    page = searching.find_caller(wanted, person, limit=body.limit, cursor=body.cursor, now=now)
    return answers.json(searching.view(page, person, now))


@complaints.route("/v1/complaints", methods=["POST"], authorizer=authorizer)
@problems
def entered() -> Response:
    """A new case."""
    import msgspec

    from chalicelib.api import bodies, past, shapes
    from chalicelib.desk import deadlines, entry, triage
    from chalicelib.store import cases

    request = complaints.current_request
    person = caller(request)
    body = bodies.read(request, shapes.NewCase)
    done = entry.enter(
        entry.Entry(
            channel=body.channel,
            text=body.text,
            class_=body.class_,
            category=body.category,
            department=body.department,
            location=msgspec.to_builtins(body.location) or None,
            reporter=msgspec.to_builtins(body.reporter),
            secret=body.secret,
            received_at=body.received_at,
            note=body.note,
            external_id=body.external_id,
            history=past.steps(body.history),
        ),
        person,
        once=once(request, person.username),
        now=datetime.now(UTC),
    )
    found = cases.dossier(done.ticket)
    if found is None:
        raise RuntimeError("a case that was just written is not there")
    headers = etag(found.case.version) | {"Location": f"/v1/complaints/{done.ticket}"}
    if done.repeated:
        headers["Idempotency-Replayed"] = "true"
    shown = deadlines.whole(found, person, datetime.now(UTC))
    if done.suggestion:
        shown["suggestion"] = triage.view(done.suggestion)
    # Whoever imports wants to know which rows are new; the same key alone gives the same outcome again.
    return answers.json(shown, 200 if done.repeated and body.external_id else 201, headers)


@complaints.route("/v1/complaints/{ticket}", methods=["GET"], authorizer=authorizer)
@problems
def one(ticket: str) -> Response:
    """A case with its messages."""
    from chalicelib.desk import casework, deadlines

    person = caller(complaints.current_request)
    found = casework.visible(ticket, person)
    shown = deadlines.whole(found, person, datetime.now(UTC))
    return answers.json(shown, headers=etag(found.case.version))


@complaints.route("/v1/complaints/{ticket}/timeline", methods=["GET"], authorizer=authorizer)
@problems
def timeline(ticket: str) -> Response:
    """Everything that happened to a case, the oldest first."""
    from chalicelib.desk import casework, views

    person = caller(complaints.current_request)
    found = casework.visible(ticket, person)
    lines = casework.timeline(found)
    if views.is_hidden(found.case.reporter, person):
        from chalicelib.desk import hiding

        lines = hiding.timeline(lines, found.case.reporter, [message.text for message in found.messages])
    return answers.json({"items": lines, "next": None}, headers=etag(found.case.version))


@complaints.route("/v1/complaints/{ticket}/sla", methods=["GET"], authorizer=authorizer)
@problems
def sla(ticket: str) -> Response:
    """Each clock of a case with every day counted or skipped, and why."""
    from chalicelib.desk import casework, deadlines

    found = casework.visible(ticket, caller(complaints.current_request))
    return answers.json({"ticket": found.case.ticket, "clocks": deadlines.explained(found, datetime.now(UTC))})


@complaints.route("/v1/complaints/{ticket}/similar", methods=["GET"], authorizer=authorizer)
@problems
def alike(ticket: str) -> Response:
    """Cases that may be about the same matter."""
    from chalicelib.desk import casework, likeness

    person = caller(complaints.current_request)
    return answers.json(likeness.of(casework.visible(ticket, person), person))


@complaints.route("/v1/complaints/{ticket}/forward", methods=["POST"], authorizer=authorizer)
@problems
def forward(ticket: str) -> Response:
    """Settle a filing of which nobody knew whether it arrived."""
    # The LAPOR! client brings `requests` with it: only this door pays for it.
    from chalicelib.api import bodies, shapes
    from chalicelib.desk import casework, deadlines, forwarding

    request = complaints.current_request
    person = caller(request)
    body = bodies.read(request, shapes.Decision)
    found = casework.visible(ticket, person)
    forwarding.decide(found.case.ticket, body.decision, body.complaint_id, actor=person.username, now=datetime.now(UTC))
    found = casework.visible(ticket, person)
    return answers.json(deadlines.whole(found, person, datetime.now(UTC)))


@complaints.route("/v1/me", methods=["GET"], authorizer=authorizer)
@problems
def me() -> Response:
    """Who is signed in, what his role may look at, and the zone whose times his city goes by."""
    from chalicelib.api.routes import pages
    from chalicelib.store import cities

    person = caller(complaints.current_request)
    try:
        zone = cities.current().zone
    except cities.NoCity:
        zone = None
    about = {"username": person.username, "role": person.role, "department": person.department}
    return answers.json({**about, "pages": pages(person.role), "zone": zone})


@complaints.route("/v1/ledger", methods=["GET"], authorizer=authorizer)
@problems
def counted() -> Response:
    """The no-loss count."""
    from chalicelib.store import ledger

    caller(complaints.current_request)
    return answers.json(ledger.ledger())


@complaints.route("/v1/quarantine", methods=["GET"], authorizer=authorizer)
@problems
def quarantined() -> Response:
    """Authentic payloads nobody could read, the newest first."""
    from chalicelib.desk import views
    from chalicelib.store import cases

    request = complaints.current_request
    caller(request)
    query = parameters(request)
    items, following = cases.quarantined(limit=limit(query), cursor=cursor(query))
    return answers.json({"items": [views.quarantined(item) for item in items], "next": following})
