"""If-Match and Idempotency-Key: what a request believes, and by what it is known when it comes again."""

import re
from typing import TYPE_CHECKING, Any

from chalicelib.problems import Problem
from chalicelib.store.keys import digest

if TYPE_CHECKING:
    from chalicelib.store.casework import Once

LONGEST_KEY = 200

# "7", W/"7", and 7 as people type it: a version is the same however it is written.
_TAG = re.compile(r'(?:W/)?"?(\d{1,15})"?')

# What HTTP carries without being bent on the way.
_KEY = re.compile("[!-~]([ -~]*[!-~])?")


def versions(request: Any) -> frozenset[int] | None:
    """The versions that If-Match names; None when there is no such header, or any version will do. Raises Problem."""
    given = request.headers.get("if-match")
    if given is None or given.strip() == "*":
        return None
    tags = [_TAG.fullmatch(tag.strip()) for tag in given.split(",")]
    if not all(tags):
        raise Problem(400, 'If-Match: nomor versi aduan, misalnya "7".')
    return frozenset(int(tag[1]) for tag in tags if tag)


def once(request: Any, username: str) -> "Once | None":
    """What makes a repetition of this request known; None without Idempotency-Key. Raises Problem."""
    key = request.headers.get("idempotency-key")
    if key is None:
        return None
    if len(key) > LONGEST_KEY or _KEY.fullmatch(key.strip()) is None:
        raise Problem(422, f"Idempotency-Key: 1 sampai {LONGEST_KEY} huruf ASCII.", field="Idempotency-Key")
    from chalicelib.store.casework import Once  # what changes cases: no webhook pays for it

    body = request.raw_body.decode("utf-8", "surrogateescape")
    path = request.context.get("path") or request.path
    return Once(username, key.strip(), digest(f"{request.method} {path}\n{body}", 32))


def etag(version: Any) -> dict[str, str]:
    """The header that names a case's version."""
    return {"ETag": f'"{int(version)}"'}
