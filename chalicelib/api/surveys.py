"""The survey over HTTP: at the counter by staff, and behind a signed link by whoever holds it."""

from datetime import UTC, datetime

from chalice.app import Blueprint, Response

from chalicelib import logs
from chalicelib.api import answers, bodies
from chalicelib.api.errors import problems
from chalicelib.api.staff import authorizer, caller
from chalicelib.problems import Problem

surveys = Blueprint(__name__)

LARGEST_FORM = 2_000


@surveys.route("/v1/complaints/{ticket}/survey", methods=["GET"], authorizer=authorizer)
@problems
def asked(ticket: str) -> Response:
    """What the reporter of a case is to be asked."""
    from chalicelib.desk import surveys as desk

    return answers.json(desk.sheet(ticket, caller(surveys.current_request), datetime.now(UTC)))


@surveys.route("/v1/complaints/{ticket}/survey", methods=["POST"], authorizer=authorizer)
@problems
def answered(ticket: str) -> Response:
    """What a caller or visitor said."""
    from chalicelib.api import shapes
    from chalicelib.desk import surveys as desk

    request = surveys.current_request
    person = caller(request)
    body = bodies.read(request, shapes.SurveyAnswer)
    return answers.json(desk.record(ticket, body.element, body.score, person, datetime.now(UTC)), 201)


@surveys.route("/survei/{token}", methods=["GET"])
def shown(token: str) -> Response:
    """The questions; nothing is changed by looking."""
    return _page(token, {})


@surveys.route("/survei/{token}", methods=["POST"], content_types=[bodies.FORM])
def sent(token: str) -> Response:
    """The answers."""
    # What is no form of ours: the page asks again.
    return _page(token, bodies.form(surveys.current_request, LARGEST_FORM) or {})


def _page(token: str, form: dict[str, str]) -> Response:
    from chalicelib.desk import surveys as desk
    from chalicelib.pages.survey import SurveyPage, html
    from chalicelib.pages.tap import headers

    now, status = datetime.now(UTC), 200
    try:
        found = desk.of_page(token, now)
        if found is None:
            page, status = SurveyPage(title="Tautan ini tidak berlaku lagi"), 404
        else:
            for element, score in form.items():
                if score in ("1", "2", "3", "4"):
                    try:
                        desk.answer_page(found, element, int(score), now)
                    except Problem as refusal:
                        # Answered before: the page says so, and the first answer stands.
                        status = status if refusal.status == 409 else refusal.status
            if form:
                found = desk.of_page(token, now) or found
            page = SurveyPage(title="Terima kasih" if form else "Penilaian layanan", ticket=found.case.ticket,
                              questions=desk.questions(found), open=found.case.status == desk.CLOSED)  # fmt: skip
    except Exception as error:
        logs.failure("survey_page_failed", error)
        page, status = SurveyPage(title="Layanan sedang sibuk; coba lagi sebentar lagi"), 503
    return Response(html(page), {**headers()}, status)
