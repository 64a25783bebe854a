"""What others rely on when they test against the LAPOR! simulator."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import requests

from tests.contract.simulators import AUTH, ROOT, TOKEN, Running, start, stop

TICKET = "KDR-7Q4M-2X9D"


def file(simulator: Running, ticket: str = TICKET) -> requests.Response:
    body: dict[str, Any] = {"title": "Lampu mati", "content": f"Nomor tiket: {ticket}\n\nseperti KDR-9999-9999"}
    headers = {"Authorization": AUTH, "token": TOKEN}
    return requests.post(f"{simulator.url}/complaints/complaint", json=body, headers=headers, timeout=5)


def test_tells_double_filings(lapor_simulator: Running) -> None:
    ids = [str(file(lapor_simulator, one).json()["complaint_id"]) for one in (TICKET, "MDN-1111-222A", TICKET)]
    assert lapor_simulator.get("/_sim/duplicates") == {
        "complaints": 3,
        "tickets": 2,
        "duplicates": [{"ticket": TICKET, "complaint_ids": [ids[0], ids[2]]}],
    }


def test_a_fault_can_be_held_to_a_path_and_until_cleared(lapor_simulator: Running) -> None:
    always = {"fault": "500", "times": None, "paths": "/complaints/complaint"}
    assert lapor_simulator.put("/_sim/faults", always).status_code == 200
    assert [file(lapor_simulator).status_code for _ in range(2)] == [500, 500]
    headers = {"Authorization": AUTH, "token": TOKEN}
    other = requests.get(f"{lapor_simulator.url}/masters/templates", headers=headers, timeout=5)
    assert other.status_code == 200
    lapor_simulator.delete("/_sim/faults")
    assert file(lapor_simulator).status_code == 200
    assert lapor_simulator.put("/_sim/faults", {"fault": "flood"}).status_code == 400


def test_whether_a_fault_lets_the_change_through_can_be_chosen(lapor_simulator: Running) -> None:
    lapor_simulator.put(
        "/_sim/faults",
        [{"fault": "502", "times": 1, "accepted": True}, {"fault": "504", "times": 1, "accepted": False}],
    )
    assert [file(lapor_simulator).status_code for _ in range(2)] == [502, 504]
    assert lapor_simulator.get("/_sim/health")["complaints"] == 1


def test_what_was_accepted_survives_a_kill(tmp_path: Path) -> None:
    state = tmp_path / "state.jsonl"
    running = start("lapor_simulator", state, "--auth", AUTH, "--token", TOKEN)
    first = file(running).json()["complaint_id"]
    running.process.kill()
    stop(running)
    with state.open("ab") as journal:
        journal.write(b'{"event": "filed", "compl')  # killed while writing the next one

    running = start("lapor_simulator", state)
    second = file(running).json()["complaint_id"]
    assert stop(running) == 0
    running = start("lapor_simulator", state)
    assert [one["complaint_id"] for one in running.get("/_sim/complaints")] == [str(first), str(second)]
    running.delete("/_sim/complaints")
    assert file(running).json()["complaint_id"] > second, "an id is never given twice"
    assert stop(running) == 0
    running = start("lapor_simulator", state)
    assert len(running.get("/_sim/complaints")) == 1
    assert stop(running) == 0


def test_a_taken_port_is_said_in_one_sentence(lapor_simulator: Running, tmp_path: Path) -> None:
    port = lapor_simulator.url.rpartition(":")[2]
    command = [
        sys.executable,
        "-m",
        "infra.local.lapor_simulator",
        "--port",
        port,
        "--state",
        str(tmp_path / "s"),
    ]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=20, check=False)
    assert done.returncode == 1
    assert done.stdout == ""
    assert port in done.stderr and "--port" in done.stderr and done.stderr.count("\n") == 1
