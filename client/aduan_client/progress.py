"""Progress of long work, on standard error and only for a person at a terminal."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.progress import Progress as Bar
    from rich.progress import TaskID


class Progress:
    """A bar that is moved on, or nothing at all where nobody would see it."""

    def __init__(self, bar: "Bar | None" = None, task: "TaskID | None" = None) -> None:
        self._bar, self._task = bar, task

    def advance(self, count: int = 1, **fields: Any) -> None:
        """So much more is done; `fields` are shown beside the bar."""
        if self._bar is not None and self._task is not None:
            self._bar.update(self._task, advance=count, **fields)

    def through(self, write: Callable[[bytes], object]) -> Callable[[bytes], object]:
        """`write`, counting what passes."""

        def counted(piece: bytes) -> None:
            write(piece)
            self.advance(len(piece))

        return counted


@contextmanager
def counting(title: str) -> Iterator[Progress]:
    """Bytes of an unknown number."""
    from rich.progress import DownloadColumn, SpinnerColumn, TextColumn, TransferSpeedColumn

    with _bar(SpinnerColumn(), TextColumn("{task.description}"), DownloadColumn(), TransferSpeedColumn()) as bar:
        yield Progress(bar, bar.add_task(title, total=None) if bar else None)


@contextmanager
def rows(title: str, total: int, note: str) -> Iterator[Progress]:
    """Rows of a known number, with the time left and a note that `advance(note=…)` changes."""
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn("{task.description}"),
        BarColumn(bar_width=None),
        MofNCompleteColumn(),
        TimeRemainingColumn(compact=True),
        TextColumn("{task.fields[note]}", style="dim"),
    )
    with _bar(*columns) as bar:
        yield Progress(bar, bar.add_task(title, total=total, note=note) if bar else None)


@contextmanager
def _bar(*columns: Any) -> Iterator["Bar | None"]:
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import Progress as Bar

    with Bar(*columns, console=Console(stderr=True), expand=True) as bar:
        yield bar
