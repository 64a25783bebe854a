"""One at a time: two commands of the same checkout must not build the same thing together."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def held(name: Path) -> Iterator[None]:
    """Wait for, and hold, the lock of that file; the system lets go of it when the process ends, however it ends."""
    name.parent.mkdir(parents=True, exist_ok=True)
    with name.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
