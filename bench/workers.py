"""The shipped zip as a function with a few warm environments: the next free one answers the longest waiting request."""

import json
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.artefact import BENCH, RUNNER


@dataclass(frozen=True, slots=True)
class Answer:
    """What a request got. `waited`: seconds from when it was due to the end of the answer; `cpu`: of the handler."""

    status: int
    body: str
    waited: float
    cpu: float


@dataclass(order=True, slots=True)
class _Asked:
    due: float
    number: int
    event: dict[str, Any] = field(compare=False)
    then: Callable[[Answer], None] = field(compare=False)


class Workers:
    """A pool; `ask` may be called from anywhere."""

    def __init__(self, folder: Path, variables: dict[str, str], count: int) -> None:
        self._asked: queue.PriorityQueue[_Asked] = queue.PriorityQueue()
        self._number = 0
        self._lock = threading.Lock()
        code = RUNNER.format(paths=[str(folder)], argv=["serve"], script=str(BENCH / "probe_serve.py"))
        self._processes = [
            subprocess.Popen(
                [sys.executable, "-I", "-S", "-c", code],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                text=True,
                env=variables,
                cwd="/",
            )
            for _ in range(count)
        ]
        for process in self._processes:
            threading.Thread(target=self._serve, args=(process,), daemon=True).start()

    def ask(self, event: dict[str, Any], then: Callable[[Answer], None], due: float | None = None) -> None:
        """Have an event answered; `then` hears of it. `due`: when it should have been asked (time.monotonic)."""
        with self._lock:
            self._number += 1
            number = self._number
        self._asked.put(_Asked(due or time.monotonic(), number, event, then))

    def answer(self, event: dict[str, Any], seconds: float = 60) -> Answer:
        """Ask and wait."""
        heard: queue.Queue[Answer] = queue.Queue()
        self.ask(event, heard.put)
        return heard.get(timeout=seconds)

    def close(self) -> None:
        """End them."""
        for process in self._processes:
            process.kill()
            process.wait()

    def _serve(self, process: subprocess.Popen[str]) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        while True:
            asked = self._asked.get()
            try:
                process.stdin.write(json.dumps({"id": asked.number, "event": asked.event}) + "\n")
                process.stdin.flush()
                said = json.loads(process.stdout.readline())
            except (OSError, ValueError):  # it died: an error like any other, and one environment less
                asked.then(Answer(0, "", time.monotonic() - asked.due, 0))
                return
            asked.then(Answer(said["status"], said["body"], time.monotonic() - asked.due, said["cpu"]))
