"""The monthly report as a file: a short-lived link to where it lies."""

from chalice.app import Blueprint, Response

from chalicelib.api import answers
from chalicelib.api.errors import problems
from chalicelib.api.queries import parameters, revision
from chalicelib.api.staff import authorizer, caller
from chalicelib.problems import Problem

reports = Blueprint(__name__)


# One door for all forms: Chalice registers every door at import, also where only webhooks are taken.
FORMS = {"report.html": "html", "report.pdf": "pdf", "report.xlsx": "xlsx"}


@reports.route("/v1/indicators/{period}/{file}", methods=["GET"], authorizer=authorizer)
@problems
def report(period: str, file: str) -> Response:
    """Where the report of a month or a year lies."""
    from chalicelib.complaints import periods
    from chalicelib.desk import monthly_report

    caller(reports.current_request)
    kind = FORMS.get(file)
    if kind is None or not periods.is_period(period) or len(period) > len("2026-01"):
        raise Problem(404, "Laporan ada untuk bulan (2026-03) dan tahun (2026): report.html, .pdf, .xlsx.")
    url = monthly_report.where(period, kind, revision(parameters(reports.current_request)))
    return answers.json({"url": url}, 303, {"Location": url})
