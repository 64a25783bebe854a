"""`aduan figures`: the figures of a day, a month or a year, beside those before it."""

import re
from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Any

import typer

from aduan_client.commands.acting import found_ids
from aduan_client.commands.options import AsJson, Department
from aduan_client.errors import ApiError, UsageError
from aduan_client.output import print_json, show
from aduan_client.run import run_of

PERIOD = re.compile(r"20\d{2}(-\d{2}(-\d{2})?)?")
Period = Annotated[str | None, typer.Argument(metavar="KURUN", help="argument.period")]
Revision = Annotated[int | None, typer.Option("--revision", "--revisi", min=1, help="option.revision")]
Series = Annotated[str | None, typer.Option("--series", "--seri", help="option.series")]
Everything = Annotated[bool, typer.Option("--every", "--semua-angka", help="option.every_figure")]


def figures(
    ctx: typer.Context,
    period: Period = None,
    department: Department = None,
    series: Series = None,
    revision: Revision = None,
    everything: Everything = False,
    as_json: AsJson = False,
) -> None:
    """Show the figures of a period (this month without one) with the one before it and the same a year earlier."""
    run = run_of(ctx)
    profile = run.profile()
    wanted = (period or datetime.now(UTC).astimezone(run.zone(profile)).strftime("%Y-%m")).strip()
    others = neighbours(wanted)
    api = run.api(profile)
    query: dict[str, Any] = found_ids(api, {"department": department}) if department else {}
    if series:
        query["series"] = series
    found = api.get(f"/v1/indicators/{wanted}", {**query, **({"revision": revision} if revision else {})})
    if as_json:
        print_json(found)
        return
    from aduan_client.views.figures import sheet

    compared = {}
    for name in others:
        try:
            compared[name] = api.get(f"/v1/indicators/{name}", query)
        except ApiError as error:
            if error.status != 404:  # before this century's figures begin there is nothing to compare with
                raise
    show(sheet(found, compared, run.say, run.zone(profile), everything=everything))


def neighbours(period: str) -> tuple[str, ...]:
    """The period before and the same a year earlier; of a year these are one. UsageError for what is no period."""
    try:
        if not PERIOD.fullmatch(period):
            raise ValueError
        first = date(*[*[int(part) for part in period.split("-")], 1, 1][:3])
    except ValueError:
        raise UsageError("error.figures_period", value=period) from None
    before = (first - timedelta(days=1)).isoformat()[: len(period)]
    day = first.day - 1 if (first.month, first.day) == (2, 29) else first.day
    year = date(first.year - 1, first.month, day).isoformat()[: len(period)]
    return tuple(dict.fromkeys((before, year)))
