"""Secrets by name, kept outside the code and rotated without a deployment.

A value may hold several secrets separated by white space: the current one first, then previous ones. A signature
made with any of them is accepted, what we send is signed with the first.
"""

import time
from collections.abc import Callable, Sequence
from typing import TypeVar

from chalicelib import logs

Found = TypeVar("Found")

MAX_AGE_SECONDS = 300.0
# A stranger sending wrong signatures must not make us call the parameter store for each of them.
REFRESH_AT_MOST_EVERY_SECONDS = 60.0


class SecretMissing(RuntimeError):
    """A secret is not in the parameter store of this stage."""


class SecretStore:
    """Caches what `fetch(names) -> {name: value}` returns; an absent secret is never cached."""

    def __init__(
        self,
        fetch: Callable[[Sequence[str]], dict[str, str]],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._fetch = fetch
        self._clock = clock
        self._known: dict[str, tuple[float, tuple[str, ...]]] = {}

    def get(self, name: str, *, newer: bool = False) -> tuple[str, ...]:
        """All valid values of a secret, the current one first.

        `newer` asks for a fresh look (a signature did not match: was the secret rotated?); it is granted once a
        minute. Raises SecretMissing.
        """
        now = self._clock()
        fetched_at, values = self._known.get(name, (float("-inf"), ()))
        age = now - fetched_at
        if values and age < (REFRESH_AT_MOST_EVERY_SECONDS if newer else MAX_AGE_SECONDS):
            return values
        try:
            fetched = self._fetch([name])
        except Exception as error:
            if not values:
                raise
            # An old secret in hand is better than a closed door: the parameter store is down, intake is not.
            logs.failure("secrets_not_refreshed", error)
            self._known[name] = (now - MAX_AGE_SECONDS + REFRESH_AT_MOST_EVERY_SECONDS, values)
            return values
        values = tuple(fetched.get(name, "").split())
        if not values:
            raise SecretMissing(f"the secret {name} is not in the parameter store of this stage")
        self._known[name] = (now, values)
        return values

    def accepted(self, name: str, read: Callable[[Sequence[str]], Found]) -> Found:
        """What `read` makes of something that was signed with this secret. Where that is nothing (None, False), the
        secret may have been rotated a moment ago: `read` is asked once more, with what a fresh look finds. Raises
        SecretMissing, and what `read` raises."""
        return read(self.get(name)) or read(self.get(name, newer=True))

    def current(self, name: str) -> str:
        """The value to send or sign with."""
        return self.get(name)[0]
