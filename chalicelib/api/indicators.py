"""The figures of a day, a month or a year: JSON, and the same as a table."""

import re
from datetime import UTC, datetime

from chalice.app import Blueprint, Response

from chalicelib.api import answers
from chalicelib.api.errors import problems
from chalicelib.api.queries import parameters, revision
from chalicelib.api.staff import authorizer, caller
from chalicelib.problems import Problem

indicators = Blueprint(__name__)

SERIES = "[a-z][a-z0-9-]{1,39}"


@indicators.route("/v1/indicators/{period}", methods=["GET"], authorizer=authorizer)
@problems
def shown(period: str) -> Response:
    """The figures of a period; with `.csv` or `.xlsx` behind it as a table."""
    from chalicelib.desk import figures_sheet, periods

    request = indicators.current_request
    caller(request)
    query = parameters(request)
    series, department = query.get("series", ""), query.get("department")
    if series and not re.fullmatch(SERIES, series):
        raise Problem(400, "series: nama seperti kediri-2021.", field="series")
    if department:
        _check(department)
    # API Gateway takes a whole segment as a parameter, so the ending arrives with the period.
    name, _, ending = period.partition(".")
    if ending not in ("", "csv", "xlsx"):
        raise Problem(404, "Tidak ada bentuk seperti itu; yang ada: JSON, .csv, .xlsx.")
    found = periods.shown(name, datetime.now(UTC), series=series, department=department, revision=revision(query))
    if ending == "csv":
        headers: dict[str, str | list[str]] = {
            "Content-Type": "text/csv; charset=utf-8",
            "Content-Disposition": f'attachment; filename="indikator-{name}.csv"',
            "Cache-Control": "no-store",
        }
        return Response(figures_sheet.csv(found), headers, 200)
    if ending == "xlsx":
        url, rows = figures_sheet.xlsx(found)
        return answers.json({"url": url, "rows": rows}, 303, {"Location": url})
    return answers.json(found)


def _check(department: str) -> None:
    from chalicelib.store import cities

    if department not in cities.desk_rules().departments:
        raise Problem(400, "department: tidak ada OPD dengan kode itu.", field="department")
