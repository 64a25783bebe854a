"""Which rows are done, kept on this machine so that a resumed import passes over them quickly.

Only a shortcut: what was lost here is asked of the API, which knows every row by its `external_id`.
"""

import json
import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

from aduan_client.errors import ClientError
from aduan_client.imports.convert import digest

try:
    import fcntl
except ImportError:  # Windows: two imports at once cost a few repeated requests there, and nothing else
    fcntl = None  # type: ignore[assignment]  # a module that is not there


class Journal:
    """One line per row that the API has confirmed: a digest of its identity, and its ticket."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file: BinaryIO | None = None
        self._done: set[str] = set()

    def __enter__(self) -> Self:
        """Take the journal up. ClientError if another import is at work with it."""
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
        self._file = os.fdopen(handle, "r+b")
        if fcntl is not None:
            try:
                fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)  # ends with the process, however it ends
            except OSError:
                self._file.close()
                raise ClientError("error.import_running") from None
        whole = 0
        for line in self._file:
            if not line.endswith(b"\n"):
                break  # torn by a crash in the middle of a write
            whole += len(line)
            with suppress(ValueError, TypeError, KeyError):
                self._done.add(json.loads(line)["row"])
        self._file.truncate(whole)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._file is not None:
            self._file.close()

    def __len__(self) -> int:
        return len(self._done)

    def has(self, external_id: str) -> bool:
        """Whether the API has confirmed this row."""
        return digest(external_id) in self._done

    def forget(self) -> None:
        """Start over: the API is asked about every row again."""
        self._done.clear()
        if self._file is not None:
            self._file.truncate(0)

    def record(self, confirmed: Iterable[tuple[str, str]]) -> None:
        """Keep rows (identity, ticket) as done, on the disk before this returns."""
        tickets = {digest(external_id): ticket for external_id, ticket in confirmed}
        if tickets and self._file is not None:
            lines = [json.dumps({"row": row, "ticket": ticket}) + "\n" for row, ticket in tickets.items()]
            self._file.write("".join(lines).encode())
            self._file.flush()
            self._done.update(tickets)
            os.fsync(self._file.fileno())


def path_of(folder: Path, profile: str, api: str, map_id: str) -> Path:
    """Where the journal of a mapping is: another API has seen none of its rows."""
    return folder / "imports" / f"{profile}-{digest(api, map_id)[:16]}.jsonl"
