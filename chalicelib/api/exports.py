"""Cases as files: a month at once, more by a job."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from chalice.app import Blueprint, Response

from chalicelib.api import answers
from chalicelib.api.errors import problems
from chalicelib.api.queries import day, parameters
from chalicelib.api.staff import authorizer, caller
from chalicelib.problems import Problem

if TYPE_CHECKING:
    from chalicelib.desk.exporting import Wanted
    from chalicelib.desk.people import Staff

exports = Blueprint(__name__)


@exports.route("/v1/export.csv", methods=["GET"], authorizer=authorizer)
@problems
def csv() -> Response:
    """The cases of some days as CSV."""
    return _at_once("csv")


@exports.route("/v1/export.xlsx", methods=["GET"], authorizer=authorizer)
@problems
def xlsx() -> Response:
    """The cases of some days as XLSX."""
    return _at_once("xlsx")


@exports.route("/v1/exports", methods=["POST"], authorizer=authorizer)
@problems
def asked() -> Response:
    """Have a longer period prepared."""
    import msgspec

    from chalicelib.api import bodies, shapes
    from chalicelib.desk import exporting

    person = caller(exports.current_request)
    body = bodies.read(exports.current_request, shapes.NewExport)
    words = {name: str(value) for name, value in msgspec.to_builtins(body).items()}
    kind = words.pop("format", "csv")
    try:
        wanted = _wanted(words, kind, person)
    except Problem as error:  # the words of a query, but in a body
        raise Problem(422, error.detail, field=error.detail.partition(":")[0]) from None
    identifier = exporting.prepare(wanted, datetime.now(UTC))
    return answers.json({"id": identifier}, 202, {"Location": f"/v1/exports/{identifier}"})


@exports.route("/v1/evidence", methods=["POST"], authorizer=authorizer)
@problems
def evidence() -> Response:
    """Have the evidence of a year put together; it is fetched as any other export."""
    from chalicelib.api import bodies, shapes
    from chalicelib.desk import exporting

    person = caller(exports.current_request)
    body = bodies.read(exports.current_request, shapes.Evidence)
    identifier = exporting.prepare_evidence(body.year, person, datetime.now(UTC))
    return answers.json({"id": identifier}, 202, {"Location": f"/v1/exports/{identifier}"})


@exports.route("/v1/exports/{id}", methods=["GET"], authorizer=authorizer)
@problems
def prepared(id: str) -> Response:
    """How far an export is."""
    from chalicelib.desk import exporting

    person = caller(exports.current_request)
    if re.fullmatch("[0-9a-f]{32}", id) is None:
        raise Problem(404, "Tidak ada ekspor dengan nomor itu.")
    return answers.json(exporting.job(id, person, datetime.now(UTC)))


def _at_once(kind: str) -> Response:
    from chalicelib.desk import exporting

    request = exports.current_request
    person = caller(request)
    made = exporting.at_once(_wanted(parameters(request), kind, person), datetime.now(UTC))
    if made.url is not None:
        # The gateway's 6 MB, and its view of what is text, end here: the file is fetched from where it lies.
        return answers.json({"url": made.url, "rows": made.rows}, 303, {"Location": made.url})
    headers: dict[str, str | list[str]] = {
        "Content-Type": exporting.TYPES[kind],
        "Content-Disposition": f'attachment; filename="aduan.{kind}"',
        "Cache-Control": "no-store",
    }
    return Response(made.text, headers, 200)


def _wanted(query: Mapping[str, str], kind: str, person: "Staff") -> "Wanted":
    from chalicelib.api.listing import question
    from chalicelib.desk.exporting import Period, Wanted

    period = Period(first=day(query, "from"), last=day(query, "to"))
    filters = {name: value for name, value in query.items() if name not in ("from", "to")}
    return Wanted(
        period=period,
        format=kind,
        question=question(filters),
        username=person.username,
        role=person.role,
        department=person.department,
    )
