"""Files from the API: prepared by a job, fetched from where they lie, and whole or not at all."""

import os
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO
from urllib.parse import urlsplit

from aduan_client.config import is_local
from aduan_client.errors import ClientError, UnreachableError, UsageError
from aduan_client.patience import patiently

if TYPE_CHECKING:
    from aduan_client.api import Api

POLL = 2.0  # seconds between two looks at a job
PATIENCE = 15 * 60  # seconds for a job to end


def written(file: Path, fill: Callable[[BinaryIO], None]) -> None:
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
        raise UsageError("error.cannot_write", path=file) from None


def prepared(api: "Api", path: str, body: Mapping[str, Any]) -> str:
    """Have a job prepare a file; its address."""
    id_ = api.send("POST", path, body=body).get("id")
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        job: Any = patiently(lambda: api.get(f"/v1/exports/{id_}"))
        if job.get("url"):
            return str(job["url"])
        if job.get("state") == "failed":
            raise ClientError("error.export_failed")
        time.sleep(POLL)
    raise UnreachableError("error.export_late")


def fetched(url: str, write: Callable[[bytes], object]) -> None:
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
