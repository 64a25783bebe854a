"""Sending a file to a case: asked for at the API, sent to the store, then attached."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from aduan_client.api import TIMEOUT, Api
from aduan_client.config import is_local
from aduan_client.errors import ClientError, ExitCode, UnreachableError, UsageError
from aduan_client.patience import patiently

# The types of files the API takes.
TYPES = {
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".png": "image/png",
    ".webp": "image/webp",
    ".heic": "image/heic",
    ".mp4": "video/mp4",
    ".mp3": "audio/mpeg",
    ".ogg": "audio/ogg",
    ".m4a": "audio/mp4",
    ".pdf": "application/pdf",
}


def description(file: Path) -> dict[str, Any]:
    """What the API wants to know of a file: name, type, size in bytes. UsageError if it cannot be sent."""
    type_ = TYPES.get(file.suffix.lower())
    if type_ is None:
        raise UsageError("error.file_type", path=file, names=", ".join(TYPES))
    try:
        with file.open("rb") as opened:
            size = opened.seek(0, 2)
    except OSError:
        raise UsageError("error.file", path=file) from None
    if not size:
        raise UsageError("error.file_empty", path=file)
    return {"name": file.name, "type": type_, "size": size}


def attach(api: Api, ticket: str, file: Path, version: int | None, key: str) -> Any:
    """Send a file and attach it; the case afterwards."""
    about = description(file)
    place = patiently(lambda: api.action(ticket, "attachments", about, key=f"{key}-place"))
    upload, id_ = place.get("upload"), place.get("id")
    if not isinstance(upload, dict) or not isinstance(id_, str):
        raise ClientError("error.upload", path=file)
    patiently(lambda: _send(upload, file, str(about["type"])))
    body = {"attachment": {"id": id_, **about}}
    return patiently(lambda: api.action(ticket, "attach", body, version, key=key))


def _send(upload: Mapping[str, Any], file: Path, type_: str) -> None:
    """Put the bytes where the API said. Nothing of the session goes along: the address itself is signed."""
    import requests

    url = str(upload.get("url"))
    host = urlsplit(url).netloc
    if urlsplit(url).scheme != "https" and not is_local(url):
        raise ClientError("error.insecure", url=f"{urlsplit(url).scheme}://{host}")
    try:
        with requests.Session() as http, file.open("rb") as content:
            http.trust_env = not is_local(url)
            headers = {"Content-Type": type_, **(upload.get("headers") or {})}
            answer = http.put(url, data=content, headers=headers, timeout=TIMEOUT, allow_redirects=False)
    except requests.RequestException:
        raise UnreachableError(host=host) from None
    except OSError:
        raise UsageError("error.file", path=file) from None
    if answer.status_code >= 500:
        raise UnreachableError("error.busy")
    if answer.status_code >= 300:
        raise ClientError("error.upload", ExitCode.REFUSED, path=file)
