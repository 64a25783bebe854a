"""The tokens of a session on disk: one file per profile that only its owner can read."""

import json
import os
import tempfile
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class Tokens:
    """What signing in gave. `expires_at` is seconds since the epoch, for the id token."""

    username: str
    id_token: str = field(repr=False)
    refresh_token: str = field(repr=False)
    expires_at: float
    # The API and app client the tokens are for: another one never gets to see them.
    api: str
    client_id: str
    # The city's, as its API said at login.
    zone: str = ""


def read_tokens(folder: Path, profile: str) -> Tokens | None:
    """The tokens of a profile, or None if there are none that can be read."""
    try:
        return Tokens(**json.loads(_path(folder, profile).read_text("utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def write_tokens(folder: Path, profile: str, tokens: Tokens) -> None:
    """Keep the tokens of a profile. Written beside and renamed, so that no reader sees half a file."""
    path = _path(folder, profile)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.parent.chmod(0o700)
    handle, beside = tempfile.mkstemp(dir=path.parent, prefix=".new-")  # created 0600
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(asdict(tokens), file)
        Path(beside).replace(path)
    except BaseException:
        with suppress(OSError):
            Path(beside).unlink()
        raise


def delete_tokens(folder: Path, profile: str) -> None:
    """Forget the tokens of a profile, if there are any."""
    _path(folder, profile).unlink(missing_ok=True)


def _path(folder: Path, profile: str) -> Path:
    return folder / "tokens" / f"{profile}.json"
