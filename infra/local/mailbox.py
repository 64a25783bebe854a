"""The mails that MiniStack's SES took, kept where a restart does not lose them: MiniStack forgets them when it stops.

Fetched every few seconds and whenever somebody looks, each once, so that a cloud that is killed loses a few seconds of
them at most. What is shown has the shape of MiniStack's own `/_ministack/ses/messages`.
"""

from __future__ import annotations

import json
import threading
import time
import urllib.request
from typing import Any

from infra.local.simulator import Journal

PATH = "/_ministack/ses/messages"
SECONDS = 2.0
# MiniStack answers with all it holds: of ten thousand mails, it should not be busy with nothing else.
SHARE = 20
FETCH_SECONDS = 30.0


class Mailbox:
    """The mails of every account, the oldest first. All state comes from the journal."""

    def __init__(self, journal: Journal, ministack: str) -> None:
        self._journal, self._url = journal, ministack + PATH
        self._lock = threading.Lock()
        self._kept: dict[str, list[dict[str, Any]]] = {}
        self._known: set[str] = set()
        self._closed = threading.Event()
        for record in journal.records():
            self._take(record)

    def watch(self) -> None:
        """Fetch again and again, in a thread, until closed."""
        threading.Thread(target=self._watch, daemon=True).start()

    def messages(self) -> dict[str, list[dict[str, Any]]]:
        """What was sent so far, by account; without a MiniStack, what was kept of it."""
        self._fetch()
        with self._lock:
            return {account: list(mails) for account, mails in self._kept.items()}

    def close(self) -> None:
        """Let go of the file, after what is being written."""
        self._closed.set()
        with self._lock:
            self._journal.close()

    def _watch(self) -> None:
        rest = SECONDS
        while not self._closed.wait(rest):
            began = time.monotonic()
            self._fetch()
            rest = max(SECONDS, SHARE * (time.monotonic() - began))

    def _fetch(self) -> None:
        try:
            with urllib.request.urlopen(self._url, timeout=FETCH_SECONDS) as answer:  # noqa: S310 - our own MiniStack
                found: dict[str, list[dict[str, Any]]] = json.loads(answer.read())["messages"]
        except (OSError, ValueError, KeyError):
            return  # it is starting or stopping; what it holds is asked for again
        with self._lock:
            for account, mails in found.items():
                for mail in mails:
                    if mail["MessageId"] not in self._known and not self._closed.is_set():
                        record = {"account": account, "mail": mail}
                        self._journal.append(record)
                        self._take(record)

    def _take(self, record: dict[str, Any]) -> None:
        self._known.add(record["mail"]["MessageId"])
        self._kept.setdefault(record["account"], []).append(record["mail"])
