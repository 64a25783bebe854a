"""`aduan export`: cases of a period as a CSV or XLSX file."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from aduan_client.commands.filters import parameters
from aduan_client.commands.options import Category, Channel, Class, Department, Kelurahan, Status, Yes
from aduan_client.downloads import fetched, prepared, written
from aduan_client.errors import UsageError
from aduan_client.formats import size
from aduan_client.output import show
from aduan_client.progress import counting
from aduan_client.run import run_of

if TYPE_CHECKING:
    from aduan_client.api import Api

KINDS = (".csv", ".xlsx")
LONGEST_DIRECT = 31  # days the API gives at once; a longer period is prepared by a job


def export(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="BERKAS", help="argument.export_file")],
    from_: Annotated[str, typer.Option("--from", "--dari", help="option.from")],
    to: Annotated[str, typer.Option("--to", "--sampai", help="option.to")],
    status: Status = None,
    department: Department = None,
    category: Category = None,
    channel: Channel = None,
    class_: Class = None,
    kelurahan: Kelurahan = None,
    yes: Yes = False,
) -> None:
    """Write the cases received in a period to a file that only its owner can read."""
    run = run_of(ctx)
    kind = file.suffix.lower()
    if kind not in KINDS:
        raise UsageError("error.export_kind")
    if file.exists() and not yes:
        raise UsageError("error.file_exists", path=file)
    first, last = _day(from_), _day(to)
    if last < first:
        raise UsageError("error.period")
    profile = run.profile()
    api = run.api(profile)
    query: dict[str, str] = {"from": first.isoformat(), "to": last.isoformat()}
    query |= parameters(
        api,
        run.say,
        run.zone(profile),
        status=status,
        department=department,
        category=category,
        channel=channel,
        class_=class_,
        kelurahan=kelurahan,
    )
    with counting(run.say("progress.export")) as progress:
        if (last - first).days < LONGEST_DIRECT:
            written(file, lambda out: _direct(api, f"/v1/export{kind}", query, progress.through(out.write)))
        else:
            url = prepared(api, "/v1/exports", {**query, "format": kind.removeprefix(".")})
            written(file, lambda out: fetched(url, progress.through(out.write)))
    show(run.say("done.exported", path=file, size=size(file.stat().st_size, run.say.language)))


def _day(typed: str) -> date:
    try:
        return date.fromisoformat(typed.strip())
    except ValueError:
        raise UsageError("error.day", value=typed) from None


def _direct(api: "Api", path: str, query: dict[str, str], write: Callable[[bytes], object]) -> None:
    """A short period, from the API or from where it has put the file."""
    if url := api.download(path, query, write):
        fetched(url, write)
