"""`aduan export`: cases of a period as a CSV or XLSX file."""

import os
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, BinaryIO
from urllib.parse import urlsplit

import typer

from aduan_client.commands.filters import parameters
from aduan_client.commands.options import Category, Channel, Class, Department, Kelurahan, Status, Yes
from aduan_client.config import is_local
from aduan_client.errors import ClientError, UnreachableError, UsageError
from aduan_client.formats import size
from aduan_client.output import show
from aduan_client.patience import patiently
from aduan_client.progress import counting
from aduan_client.run import run_of

if TYPE_CHECKING:
    from aduan_client.api import Api

KINDS = (".csv", ".xlsx")
LONGEST_DIRECT = 31  # days the API gives at once; a longer period is prepared by a job
POLL = 2.0  # seconds between two looks at a job
PATIENCE = 15 * 60  # seconds for a job to end


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
            _written(file, lambda out: _direct(api, f"/v1/export{kind}", query, progress.through(out.write)))
        else:
            url = _prepared(api, {**query, "format": kind.removeprefix(".")})
            _written(file, lambda out: _fetched(url, progress.through(out.write)))
    show(run.say("done.exported", path=file, size=size(file.stat().st_size, run.say.language)))


def _day(typed: str) -> date:
    try:
        return date.fromisoformat(typed.strip())
    except ValueError:
        raise UsageError("error.day", value=typed) from None


def _written(file: Path, fill: Callable[[BinaryIO], None]) -> None:
    """Fill a file beside the one asked for and put it there when it is whole: names and numbers of citizens
    are in it, and half an export looks like one."""
    beside = file.with_name(f".{file.name}.part")
    try:
        handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        try:
            with os.fdopen(handle, "wb") as out:
                fill(out)
            beside.replace(file)
        except BaseException:
            with suppress(OSError):
                beside.unlink()
            raise
    except OSError:
        raise ClientError("error.cannot_write", path=file) from None


def _direct(api: "Api", path: str, query: dict[str, str], write: Callable[[bytes], object]) -> None:
    """A short period, from the API or from where it has put the file."""
    if url := api.download(path, query, write):
        _fetched(url, write)


def _prepared(api: "Api", query: dict[str, str]) -> str:
    """Have a job prepare a long period; the address of the file."""
    id_ = api.send("POST", "/v1/exports", body=query).get("id")
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        job: Any = patiently(lambda: api.get(f"/v1/exports/{id_}"))
        if job.get("url"):
            return str(job["url"])
        if job.get("state") == "failed":
            raise ClientError("error.export_failed")
        time.sleep(POLL)
    raise UnreachableError("error.export_late")


def _fetched(url: str, write: Callable[[bytes], object]) -> None:
    """Stream a signed address to `write`. Nothing of the session goes along."""
    import requests

    from aduan_client.api import PIECE, TIMEOUT

    host = urlsplit(url).netloc
    if urlsplit(url).scheme != "https" and not is_local(url):
        raise ClientError("error.insecure", url=f"{urlsplit(url).scheme}://{host}")
    try:
        with requests.Session() as http:
            http.trust_env = not is_local(url)
            with http.get(url, stream=True, timeout=TIMEOUT, allow_redirects=False) as answer:
                if answer.status_code != 200:
                    raise ClientError("error.api", status=answer.status_code)
                for piece in answer.iter_content(PIECE):
                    write(piece)
    except requests.RequestException:
        raise UnreachableError(host=host) from None
