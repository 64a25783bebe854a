"""What a webhook costs: AWS calls, CPU against the bare work, and the way from a cold start to the first answer."""

import json
import shutil
import statistics
from pathlib import Path
from typing import Any

from bench import artefact, events
from bench.figures import Figure
from bench.stub_aws import SECRET, StubAws
from infra.artefact import compile_tree

COLD_RUNS = 11
WEBHOOKS = 600


def figures(zipped: Path, folder: Path) -> list[Figure]:
    """All of them; needs no cloud, only a stand-in that answers at once."""
    stub = StubAws()
    try:
        calls_new, transaction = _new_case(folder, stub)
        calls_append = _appended(folder, stub)
        return [
            Figure("zip_mb", round(zipped.stat().st_size / 1e6, 2), 15, "MB"),
            Figure("cold_start_ratio", _cold_ratio(folder, stub), 1.5, "ratio of CPU time"),
            Figure("webhook_aws_calls", max(calls_new, calls_append), 3, "calls, the larger of new case and appended"),
            Figure("webhook_aws_calls_new_case", calls_new, 3, "calls"),
            Figure("webhook_aws_calls_appended", calls_append, 3, "calls"),
            Figure("webhook_cpu_ratio", _cpu_ratio(folder, stub, transaction), 2.0, "ratio of CPU time"),
        ]
    finally:
        stub.close()


def _probe(folder: Path, stub: StubAws, bodies: list[bytes]) -> None:
    requests = "\n".join(json.dumps(events.api_event(body, SECRET)) for body in bodies)
    artefact.run("probe_calls.py", [], [folder], stub.url, requests)


def _new_case(folder: Path, stub: StubAws) -> tuple[int, dict[str, Any]]:
    """Calls of a warm webhook that opens a case, and the transaction it sent."""
    stub.asked.clear()
    _probe(folder, stub, [events.whatsapp_body(1), events.whatsapp_body(2)])
    first = _from_second_webhook(stub)
    transaction = json.loads(next(body for operation, body in first if operation == "TransactWriteItems"))
    transaction.pop("ReturnConsumedCapacity", None)
    transaction.pop("ClientRequestToken", None)
    return len(first), transaction


def _appended(folder: Path, stub: StubAws) -> int:
    """Calls of a warm webhook whose citizen has an open case this process has not heard of: the dearest kind.

    The stand-in refuses the first transaction as DynamoDB would.
    """
    stub.asked.clear()
    stub.refuse_next_open_case = 2
    _probe(folder, stub, [events.whatsapp_body(1), events.whatsapp_body(2)])
    stub.refuse_next_open_case = 0
    return len(_from_second_webhook(stub))


def _from_second_webhook(stub: StubAws) -> list[tuple[str, bytes]]:
    """The first webhook of a process also reads secrets and the city; what comes after belongs to the second."""
    marks = [number for number, (operation, _) in enumerate(stub.asked) if operation == "mark"]
    return stub.asked[marks[0] + 1 :]


def _cpu_ratio(folder: Path, stub: StubAws, transaction: dict[str, Any]) -> float:
    measured = artefact.run(
        "probe_webhook.py", [str(WEBHOOKS)], [folder, artefact.BENCH], stub.url, json.dumps(transaction) + "\n"
    )
    return float(round(measured["ratio"], 2))


def _cold_ratio(folder: Path, stub: StubAws) -> float:
    """The median of paired runs: ours, then the smallest app, both with bytecode, in fresh interpreters."""
    smallest = folder.parent / "smallest"
    shutil.rmtree(smallest, ignore_errors=True)
    smallest.mkdir()
    shutil.copy(artefact.BENCH / "smallest_app.py", smallest)
    compile_tree(smallest)
    event = json.dumps(events.api_event(events.whatsapp_body(1), SECRET)) + "\n"
    ratios = []
    for _ in range(COLD_RUNS):
        ours = artefact.run("probe_cold.py", ["app"], [folder], stub.url, event)
        least = artefact.run("probe_cold.py", ["smallest_app"], [smallest, folder], stub.url, event)
        ratios.append(ours["cpu"] / least["cpu"])
    return float(round(statistics.median(ratios), 2))
