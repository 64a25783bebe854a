"""`aduan bukti 2026`: the evidence of a year for the national competition of complaint services, as one ZIP."""

from pathlib import Path
from typing import Annotated

import typer

from aduan_client.commands.options import Yes
from aduan_client.downloads import fetched, prepared, written
from aduan_client.errors import UsageError
from aduan_client.formats import size
from aduan_client.output import show
from aduan_client.progress import counting
from aduan_client.run import run_of


def evidence(
    ctx: typer.Context,
    year: Annotated[int, typer.Argument(metavar="TAHUN", min=2000, max=2099, help="argument.evidence_year")],
    file: Annotated[Path | None, typer.Argument(metavar="[BERKAS]", help="argument.evidence_file")] = None,
    yes: Yes = False,
) -> None:
    """Have the evidence put together and write it to a file that only its owner can read."""
    run = run_of(ctx)
    target = file or Path(f"bukti-{year}.zip")
    if target.exists() and not yes:
        raise UsageError("error.file_exists", path=target)
    api = run.api(run.profile())
    with counting(run.say("progress.evidence")) as progress:
        url = prepared(api, "/v1/evidence", {"year": year})
        written(target, lambda out: fetched(url, progress.through(out.write)))
    show(run.say("done.exported", path=target, size=size(target.stat().st_size, run.say.language)))
