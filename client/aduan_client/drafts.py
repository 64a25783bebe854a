"""New cases on their way: written down before they are sent and kept until their ticket was shown, so that nothing
typed during a call is lost, whatever ends the client.

The API remembers a key for a day. A draft that is older may have arrived without anybody knowing, and sent again it
would be a second case: a person has to look first."""

import json
import os
import time
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


KNOWN_FOR_SECONDS = 23 * 3600


def keep(folder: Path, profile: str, draft: Draft) -> Path:
    """Write a draft down, readable by its owner only; where it is."""
    path = folder / "drafts" / profile / f"{draft.key}.json"
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    beside = path.with_suffix(".part")  # renamed when it is whole: half a draft would be none
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump(asdict(draft), file, ensure_ascii=False)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
    return path


def kept(folder: Path, profile: str) -> Iterator[tuple[Path, Draft]]:
    """The drafts of a profile, the oldest first."""
    place = folder / "drafts" / profile
    if not place.is_dir():
        return
    for path in sorted(place.glob("*.json"), key=lambda one: one.stat().st_mtime):
        with suppress(OSError, ValueError, TypeError):
            yield path, Draft(**json.loads(path.read_text("utf-8")))


def too_old(path: Path) -> bool:
    """Whether the API may have forgotten by now that it has seen this draft."""
    return time.time() - path.stat().st_mtime > KNOWN_FOR_SECONDS
