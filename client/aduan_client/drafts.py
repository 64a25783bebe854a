"""New cases that could not be sent: kept until they are, so that a call is never taken twice."""

import json
import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Draft:
    """A new case as typed, and the key under which it is sent once however often it is tried."""

    key: str
    body: dict[str, Any]
    photos: list[str]


def keep(folder: Path, profile: str, draft: Draft) -> Path:
    """Write a draft down, readable by its owner only; where it is."""
    path = folder / "drafts" / profile / f"{draft.key}.json"
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump(asdict(draft), file, ensure_ascii=False)
        file.flush()
        os.fsync(file.fileno())
    return path


def kept(folder: Path, profile: str) -> Iterator[tuple[Path, Draft]]:
    """The drafts of a profile, the oldest first."""
    place = folder / "drafts" / profile
    if not place.is_dir():
        return
    for path in sorted(place.glob("*.json"), key=lambda one: one.stat().st_mtime):
        with suppress(OSError, ValueError, TypeError):
            yield path, Draft(**json.loads(path.read_text("utf-8")))
