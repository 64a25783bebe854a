"""Sending prepared rows with a few workers, waiting when the API is busy, and stopping without a loss."""

import threading
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from aduan_client.errors import ApiError
from aduan_client.imports.convert import Prepared
from aduan_client.imports.journal import Journal
from aduan_client.patience import patiently

if TYPE_CHECKING:
    from aduan_client.api import IdTokens

TRIES = 8  # about two minutes of waiting before an import gives up and is to be resumed
FIRST = 0.5  # seconds before the second try
REFUSALS = (400, 409, 413, 422)  # about one row; anything else stops the import


class Sender(Protocol):
    """What sending needs of the API (api.Api)."""

    def create(self, body: dict[str, Any], key: str) -> tuple[bool, Any]: ...


class Stopped(Exception):
    """The import is being stopped; a worker that waits for a busy API does not wait on."""


@dataclass(frozen=True)
class Refused:
    """A row the API would not take."""

    row: Prepared
    error: ApiError


class RowRefused(Exception):
    """A worker's word that a row was refused."""

    def __init__(self, refused: Refused) -> None:
        super().__init__(refused.error.status)
        self.refused = refused


@dataclass
class Summary:
    """How an import went."""

    rows: int = 0
    created: int = 0
    existing: int = 0
    skipped: int = 0
    refused: list[Refused] = field(default_factory=list)

    @property
    def confirmed(self) -> int:
        """Rows that are in the city's system now."""
        return self.created + self.existing + self.skipped


class Workers:
    """The workers of one import and what they did."""

    def __init__(
        self,
        sender: Callable[[], Sender],
        journal: Journal,
        *,
        count: int,
        moved: Callable[[Summary, int], None],
    ) -> None:
        """`sender` gives each worker an API of its own; `moved(summary, rows)` hears of every step."""
        self.summary = Summary()
        self._sender, self._journal, self._count, self._moved = sender, journal, count, moved
        self._own = threading.local()
        self._stopping = threading.Event()
        # Ctrl-C reaches only the main thread: what is written down in this one is written whole, and once.
        self._writer = ThreadPoolExecutor(1)

    def send(self, rows: Iterable[Prepared]) -> Summary:
        """Send the rows that are not done yet. Raises the first error that is about more than one row;
        whatever the API confirmed until then is in the journal."""
        waiting: set[Future[tuple[Prepared, bool, str]]] = set()
        done: set[Future[tuple[Prepared, bool, str]]] = set()
        with self._writer, ThreadPoolExecutor(self._count) as pool:
            try:
                for row in rows:
                    self.summary.rows += 1
                    if self._journal.has(row.external_id):
                        self.summary.skipped += 1
                        self._moved(self.summary, 1)
                        continue
                    waiting.add(pool.submit(self._one, row))
                    if len(waiting) >= 2 * self._count:
                        done, waiting = wait(waiting, return_when=FIRST_COMPLETED)
                        self._settle(done)
                while waiting:
                    done, waiting = wait(waiting, return_when=FIRST_COMPLETED)
                    self._settle(done)
            except BaseException:
                self._stop(waiting | done)  # it may have come before what was done was written down
                raise
        return self.summary

    def _one(self, row: Prepared) -> tuple[Prepared, bool, str]:
        if not hasattr(self._own, "sender"):
            self._own.sender = self._sender()
        sender: Sender = self._own.sender
        try:
            created, case = patiently(
                lambda: sender.create(row.body, row.key), tries=TRIES, first=FIRST, wait=self._pause
            )
        except ApiError as error:
            if error.status in REFUSALS:
                raise RowRefused(Refused(row, error)) from None
            raise
        return row, created, str(case.get("ticket"))

    def _pause(self, seconds: float) -> None:
        if self._stopping.wait(seconds):
            raise Stopped

    def _settle(self, done: set[Future[tuple[Prepared, bool, str]]]) -> None:
        """Write down what is confirmed, all with one write to the disk, then raise what has to be raised."""
        confirmed, error = [], None
        for future in done:
            failed = future.exception()
            if failed is None:
                row, created, ticket = future.result()
                confirmed.append((row.external_id, ticket))
                self.summary.created += created
                self.summary.existing += not created
            elif isinstance(failed, RowRefused):
                self.summary.refused.append(failed.refused)
            else:
                error = failed
        self._record(confirmed)
        self._moved(self.summary, len(done))
        if error is not None:
            raise error

    def _stop(self, waiting: set[Future[tuple[Prepared, bool, str]]]) -> None:
        self._stopping.set()
        for future in waiting:
            future.cancel()
        done, _ = wait({future for future in waiting if not future.cancelled()})
        whole = [future.result() for future in done if not future.cancelled() and future.exception() is None]
        self._record([(row.external_id, ticket) for row, _, ticket in whole])

    def _record(self, confirmed: Sequence[tuple[str, str]]) -> None:
        """Write down what is not written yet, in order; whoever is interrupted here need not know how far it came."""
        self._writer.submit(self._write, confirmed).result()

    def _write(self, confirmed: Sequence[tuple[str, str]]) -> None:
        self._journal.record([one for one in confirmed if not self._journal.has(one[0])])


class SharedTokens:
    """One session for all workers: it is renewed once, by whoever finds it ended first."""

    def __init__(self, session: "IdTokens") -> None:
        self._session = session
        self._lock = threading.Lock()
        self._seen = threading.local()
        self._current = ""

    def id_token(self) -> str:
        with self._lock:
            self._current = self._session.id_token()
            self._seen.token = self._current
            return self._current

    def renew(self) -> str:
        with self._lock:
            if getattr(self._seen, "token", None) == self._current:
                self._current = self._session.renew()
            self._seen.token = self._current
            return self._current
