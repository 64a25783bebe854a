"""The deployed API over HTTP, asked like a pool of functions (bench.workers): the same load through either."""

import queue
import threading
import time
from collections.abc import Callable
from typing import Any

import requests

from bench.cloud import Known
from bench.workers import Answer
from infra.local.demo import REQUEST_SECONDS, Staff

Asked = tuple[dict[str, Any], Callable[[Answer], None], float]


class Gateway:
    """Some connections; a request that finds none free waits, and its time runs."""

    def __init__(self, known: Known, connections: int) -> None:
        self._api = known["api"]
        people = {person["username"]: Staff(known, person["username"]) for person in known["staff"]}
        self._headers = {name: person.headers for name, person in people.items()}
        self._asked: queue.Queue[Asked] = queue.Queue()
        for _ in range(connections):
            threading.Thread(target=self._serve, daemon=True).start()

    def ask(self, event: dict[str, Any], then: Callable[[Answer], None], due: float | None = None) -> None:
        """Send a request; `then` hears of the answer. `due`: when it should have been sent (time.monotonic)."""
        self._asked.put((event, then, due or time.monotonic()))

    def answer(self, event: dict[str, Any], seconds: float = 60) -> Answer:
        """Ask and wait."""
        heard: queue.Queue[Answer] = queue.Queue()
        self.ask(event, heard.put)
        return heard.get(timeout=seconds)

    def _serve(self) -> None:
        with requests.Session() as session:
            while True:
                event, then, due = self._asked.get()
                status, body = self._send(session, event)
                then(Answer(status, body, time.monotonic() - due, 0))

    def _send(self, session: requests.Session, event: dict[str, Any]) -> tuple[int, str]:
        path = event["resource"].format(**(event["pathParameters"] or {}))
        username = event["requestContext"]["authorizer"]["claims"]["cognito:username"]
        headers = {**event["headers"], **self._headers[username]}
        body = (event["body"] or "").encode()
        try:
            answer = session.request(
                event["httpMethod"], self._api + path, data=body, headers=headers, timeout=REQUEST_SECONDS
            )
        except requests.RequestException:
            return 0, ""
        return answer.status_code, answer.text
