"""Files that staff add: sent straight to the bucket under a signed address, then attached by an action.

Until then a file lies apart, where the bucket forgets it after a day or two (infra/resources.yaml): nothing names one
that was sent and never attached.
"""

from secrets import token_hex
from typing import Any

from chalicelib.problems import Problem
from chalicelib.store import media


def place(ticket: str, type_: str, size: int) -> dict[str, Any]:
    """An address that takes exactly this type and size for five minutes."""
    identifier = token_hex(8)
    headers = {"Content-Type": type_}
    url = media.upload_link(media.uploaded(ticket, identifier), type_, size)
    return {"id": identifier, "upload": {"method": "PUT", "url": url, "headers": headers}}


def take(ticket: str, attachment: dict[str, Any]) -> None:
    """Put a file that was sent among the case's own, if it is what is said of it. Twice is once. Raises Problem."""
    source, target = media.uploaded(ticket, attachment["id"]), media.attached(ticket, attachment["id"])
    waiting = media.described(source)
    found = media.described(target) if waiting is None else waiting
    if found is None:
        raise Problem(422, "attachment.id: berkasnya belum diunggah.", field="attachment.id")
    if found.size != attachment["size"]:
        raise Problem(422, f"attachment.size: berkas yang diunggah {found.size} bita.", field="attachment.size")
    if found.type != attachment["type"]:
        raise Problem(422, f"attachment.type: berkas yang diunggah {found.type}.", field="attachment.type")
    if waiting is not None:
        media.copy(source, target)
