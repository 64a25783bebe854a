"""The load at which the strongest peer answered 57 % errors: 1, 15, 1, 25, 2, 35, 10 lifecycles a second.

A lifecycle is create, assign, respond and read. Lifecycles arrive on schedule whether or not the ones before are done,
and every answer is timed from when it was due.

The local cloud's API Gateway and function runtime carry fewer requests than this even where a function does nothing
(`_gateway` measures how many), so the functions run beside them: the shipped zip in warm processes of its own, on the
local cloud's DynamoDB and SNS, with 100,000 cases stored. Through the gateway, with all that follows from a case
(filing, replies), the same profile runs at a seventh of its height.
"""

import json
import os
import statistics
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from random import Random
from typing import Any

import requests

from bench import artefact, flat
from bench.cloud import Known, client, function_variables, tables_like
from bench.events import staff_event
from bench.figures import Figure
from bench.gateway import Gateway
from bench.workers import Answer, Workers

PROFILE = (1, 15, 1, 25, 2, 35, 10)
STEP_SECONDS = float(os.environ.get("SPIKE_STEP_SECONDS", "10"))
# Lambda would start as many as there are requests at once; more than this only wait for the two cores here.
PROCESSES = int(os.environ.get("SPIKE_PROCESSES", "4"))
TIMEOUT_SECONDS = 30.0  # API Gateway gives up after 29
GATEWAY_SECONDS = 4.0
# Through the local cloud's own gateway.
HTTP_HEIGHT, HTTP_STEP_SECONDS, HTTP_CONNECTIONS = 1 / 7, 4.0, 16
ONE = "/v1/complaints/{ticket}"


class Load:
    """What was asked and answered."""

    def __init__(self, workers: Workers | Gateway) -> None:
        self.workers = workers
        self.answers: list[Answer] = []
        self.created: list[str] = []
        self.open = 0
        self._lock = threading.Lock()

    def start(self, number: int, due: float) -> None:
        """Begin a lifecycle that is due now."""
        with self._lock:
            self.open += 1
        body = {
            "channel": "phone",
            "text": f"Lampu jalan mati di Jl. Dhoho nomor {number}",
            "category": "penerangan_jalan",
            "reporter": {"name": "Warga", "phone": f"0813{number:08d}"},
        }
        self.workers.ask(staff_event("POST", "/v1/complaints", "operator", body=body), self._created, due)

    def _created(self, answer: Answer) -> None:
        if not self._good(answer):
            return
        ticket = str(json.loads(answer.body)["ticket"])
        self.created.append(ticket)
        steps = [
            staff_event("POST", f"{ONE}/assign", "operator", ticket=ticket, body={"department": "dpupr"}),
            staff_event("POST", f"{ONE}/respond", "officer", ticket=ticket, body={"text": "Lampu sudah diganti."}),
            staff_event("GET", ONE, "officer", ticket=ticket),
        ]
        self._next(iter(steps))

    def _next(self, steps: Iterator[dict[str, Any]]) -> None:
        event = next(steps, None)
        if event is None:
            with self._lock:
                self.open -= 1
            return
        self.workers.ask(event, lambda answer: self._next(steps) if self._good(answer) else None)

    def errors(self) -> int:
        """Everything that was not answered well within the time a client waits, unfinished lifecycles included."""
        return self.open + sum(not _well(answer) for answer in self.answers)

    def waited(self, share: float) -> int:
        """Milliseconds within which this share was answered."""
        times = sorted(1000 * answer.waited for answer in self.answers)
        return round(times[int(share * (len(times) - 1))])

    def lost(self) -> int:
        """How many cases that were created cannot be read."""

        def there(ticket: str) -> bool:
            answer = self.workers.answer(staff_event("GET", ONE, "operator", ticket=ticket))
            return answer.status == 200 and json.loads(answer.body)["ticket"] == ticket

        with ThreadPoolExecutor(PROCESSES) as pool:
            return sum(not found for found in pool.map(there, self.created))

    def _good(self, answer: Answer) -> bool:
        good = _well(answer)
        with self._lock:
            self.answers.append(answer)
            self.open -= 0 if good else 1
        return good


def _well(answer: Answer) -> bool:
    return 200 <= answer.status < 300 and answer.waited < TIMEOUT_SECONDS


def figures(known: Known) -> Iterator[Figure]:
    """Errors, losses and the 95th percentile, with what they were measured on."""
    gateway = _gateway(known)
    dynamodb = client(known, "dynamodb")
    stored = flat.MANY if f"{flat.TABLES}-complaints" in dynamodb.list_tables()["TableNames"] else 0
    names = {name: f"{flat.TABLES}-{name}" for name in known["tables"]} if stored else tables_like(known, "spike")
    variables = function_variables(known, names, "spike-outbox") | {"PATH": os.environ["PATH"]}
    workers = Workers(artefact.unzipped()[1], variables, PROCESSES)
    try:
        load = Load(workers)
        _warm(workers)
        scheduled = _drive(load, 1, STEP_SECONDS)
        lost = load.lost()
    finally:
        workers.close()
    cpu = 1000 * statistics.median(answer.cpu for answer in load.answers)
    what = (
        f"{scheduled} lifecycles, {len(load.answers)} requests, {STEP_SECONDS:g} s a step, {stored:,} cases stored, "
        f"zip in {PROCESSES} processes on the local DynamoDB (its gateway carries {gateway} empty requests/s)"
    )
    yield Figure("spike_errors", load.errors(), 0, f"non-2xx and timeouts of {what}")
    yield Figure("spike_lost", lost, 0, f"created with 2xx and not to be read afterwards, of {len(load.created)}")
    middle, p95 = load.waited(0.5), load.waited(0.95)
    yield Figure("spike_p95_ms", p95, 250, f"ms from due to answered, median {middle}; handler's CPU {cpu:.1f} ms each")
    load = Load(Gateway(known, HTTP_CONNECTIONS))
    scheduled = _drive(load, HTTP_HEIGHT, HTTP_STEP_SECONDS)
    what = f"{scheduled} lifecycles over HTTP through the deployed API, the profile at a seventh of its height"
    yield Figure("spike_http_errors", load.errors(), 0, f"non-2xx and timeouts of {what}")
    answered = f"p95 {load.waited(0.95)} ms, bound by the emulator"
    yield Figure("spike_http_lost", load.lost(), 0, f"not to be read afterwards, of {len(load.created)}; {answered}")


def _warm(workers: Workers) -> None:
    """Every process has been asked once: cold starts are another figure's (cold_start_ratio)."""
    with ThreadPoolExecutor(PROCESSES) as pool:
        event = staff_event("POST", "/v1/callers", "operator", body={"phone": "081300000000"})
        answers = list(pool.map(lambda _: workers.answer(event), range(3 * PROCESSES)))
    if bad := [answer for answer in answers if answer.status != 200]:
        raise RuntimeError(f"the functions do not work: {bad[0].body or 'no answer'}")


def _drive(load: Load, height: float, seconds: float) -> int:
    """Let lifecycles arrive as the profile says, and wait for the last; how many came. `seconds`: of each step."""
    chance, began, number = Random(7), time.monotonic(), 0
    for step, rate in enumerate(PROFILE):
        # Evenly spread with a little chance, as people come; the same every time.
        spread = sorted(chance.uniform(0, seconds) for _ in range(round(rate * seconds * height)))
        for offset in spread:
            due = began + step * seconds + offset
            time.sleep(max(0.0, due - time.monotonic()))
            number += 1
            load.start(number, due)
    end = time.monotonic() + TIMEOUT_SECONDS
    while load.open and time.monotonic() < end:
        time.sleep(0.05)
    return number


def _gateway(known: Known) -> int:
    """Requests a second that the local cloud's own gateway carries to the cheapest door: nothing read, nothing done."""
    until = time.monotonic() + GATEWAY_SECONDS

    def knock(_: int) -> int:
        done = 0
        with requests.Session() as session:
            while time.monotonic() < until:
                session.get(f"{known['api']}/health", timeout=TIMEOUT_SECONDS).raise_for_status()
                done += 1
        return done

    with ThreadPoolExecutor(8) as pool:
        return round(sum(pool.map(knock, range(8))) / GATEWAY_SECONDS)
