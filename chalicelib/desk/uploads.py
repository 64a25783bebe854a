"""Files that staff add: sent straight to the bucket under a signed address, then attached by an action."""

from secrets import token_hex
from typing import Any

from chalicelib.problems import Problem
from chalicelib.store import media


def key(ticket: str, identifier: str) -> str:
    """Where a file lies. The name people gave it says too much and stays out."""
    return f"attachments/{ticket}/{identifier}"


def place(ticket: str, type_: str, size: int) -> dict[str, Any]:
    """An address that takes exactly this type and size for five minutes."""
    identifier = token_hex(8)
    headers = {"Content-Type": type_}
    url = media.upload_link(key(ticket, identifier), type_, size)
    return {"id": identifier, "upload": {"method": "PUT", "url": url, "headers": headers}}


def check(ticket: str, attachment: dict[str, Any]) -> None:
    """Whether the file is there and is what is said of it. Raises Problem."""
    found = media.size(key(ticket, attachment["id"]))
    if found is None:
        raise Problem(422, "attachment.id: berkasnya belum diunggah.", field="attachment.id")
    if found != attachment["size"]:
        raise Problem(422, f"attachment.size: berkas yang diunggah {found} bita.", field="attachment.size")
