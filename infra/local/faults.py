"""Failures a simulator acts out on demand."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any


@dataclass(frozen=True)
class Fault:
    """A failure to act out on the next `times` matching calls (None: until cleared).

    `seconds`: how long "slow" sleeps, or the Retry-After of 429 and 503. `paths`: only paths that begin so.
    `accepted`: whether the change is made behind the failing answer; None: what is usual for the fault.
    `code`: the provider's own error code, where the simulator knows such.
    """

    fault: str
    times: int | None = 1
    seconds: float | None = None
    paths: str = ""
    accepted: bool | None = None
    code: int | None = None

    @property
    def makes_the_change(self) -> bool:
        """True if the call takes effect although its answer fails."""
        if self.accepted is not None:
            return self.accepted
        return self.fault in {"slow", "504", "no_id", "malformed", "cut_after_accept"}


def retry_after(fault: Fault) -> dict[str, str]:
    """The header that goes with 429 and 503."""
    if fault.fault not in ("429", "503"):
        return {}
    return {"Retry-After": str(1 if fault.seconds is None else int(fault.seconds))}


class Faults:
    """The faults waiting to happen, safe to use from several threads."""

    def __init__(self, known: Sequence[str]) -> None:
        self.known = tuple(known)
        self._waiting: list[Fault] = []
        self._lock = threading.Lock()

    def put(self, body: Any) -> None:
        """Replace all faults by the one (or the list) in `body`; ValueError says what is wrong with it."""
        wanted = [self._read(one) for one in (body if isinstance(body, list) else [body])]
        with self._lock:
            self._waiting = wanted

    def _read(self, body: Any) -> Fault:
        if not isinstance(body, dict) or str(body.get("fault")) not in self.known:
            raise ValueError(f"fault must be one of: {', '.join(self.known)}")
        times, seconds = body.get("times"), body.get("seconds")
        if times is not None and (type(times) is not int or times < 1):
            raise ValueError("times must be a whole number from 1, or null for until cleared")
        if seconds is not None and (isinstance(seconds, bool) or not isinstance(seconds, int | float) or seconds < 0):
            raise ValueError("seconds must be a number from 0")
        accepted, code = body.get("accepted"), body.get("code")
        return Fault(
            str(body["fault"]),
            times,
            seconds,
            str(body.get("paths") or ""),
            accepted if isinstance(accepted, bool) else None,
            code if type(code) is int else None,
        )

    def clear(self) -> None:
        """No more faults."""
        with self._lock:
            self._waiting = []

    def take(self, path: str, applicable: Callable[[Fault], bool]) -> Fault | None:
        """The fault this call has to act out, counted off; None if it may succeed."""
        with self._lock:
            for at, fault in enumerate(self._waiting):
                if not path.startswith(fault.paths) or not applicable(fault):
                    continue
                if fault.times is not None:
                    left = replace(fault, times=fault.times - 1)
                    self._waiting[at : at + 1] = [left] if left.times else []
                return fault
        return None

    def listed(self) -> list[dict[str, Any]]:
        """The faults still waiting."""
        with self._lock:
            return [dict(vars(one)) for one in self._waiting]
