"""Background programs: found again by another command, never mistaken, stopped and waited for."""

import os
import signal
import sys
import time
from pathlib import Path

import pytest

from infra.local import ports
from infra.local.ministack import settle
from infra.local.ports import free_block, taken
from infra.local.processes import Daemon, WillNotStop

SLEEP = [sys.executable, "-c", "import time; print('up', flush=True); time.sleep(60)"]
STUBBORN = [
    sys.executable,
    "-c",
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); time.sleep(60)",
]


def daemon(folder: Path) -> Daemon:
    return Daemon("sleeper", folder / "run", folder / "log" / "sleeper.log")


def started(folder: Path, command: list[str]) -> Daemon:
    one = daemon(folder)
    one.start(command, {"PATH": os.defpath}, folder)
    until = time.monotonic() + 10
    while one.last_words() != "up":
        assert time.monotonic() < until
        time.sleep(0.02)
    return one


def test_it_is_found_again_and_stopped_by_another_command(tmp_path: Path) -> None:
    one = started(tmp_path, SLEEP)
    again = daemon(tmp_path)
    assert again.pid() == one.pid() is not None
    again.stop(10)
    assert one.pid() is None
    assert again.pid() is None


def test_a_killed_program_is_not_running(tmp_path: Path) -> None:
    one = started(tmp_path, SLEEP)
    pid = one.pid()
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    until = time.monotonic() + 10
    while one.pid() is not None:
        assert time.monotonic() < until
        time.sleep(0.02)


def test_a_process_id_given_to_somebody_else_is_not_ours(tmp_path: Path) -> None:
    (tmp_path / "run").mkdir()
    # This very process has the id, but started at another moment than the file says.
    (tmp_path / "run/sleeper.pid").write_text(f"{os.getpid()}\n1\n")
    one = daemon(tmp_path)
    assert one.pid() is None
    one.stop(1)
    assert not (tmp_path / "run/sleeper.pid").exists()


@pytest.mark.parametrize("content", ["", "12\n", "x\ny\n", "1\n2\n3\n"])
def test_a_broken_file_means_not_running(tmp_path: Path, content: str) -> None:
    (tmp_path / "run").mkdir()
    (tmp_path / "run/sleeper.pid").write_text(content)
    assert daemon(tmp_path).pid() is None


def test_one_that_will_not_stop_is_said_and_left_alone(tmp_path: Path) -> None:
    one = started(tmp_path, STUBBORN)
    pid = one.pid()
    assert pid is not None
    with pytest.raises(WillNotStop, match=rf"^sleeper \(process {pid}\) did not stop in 0 s"):
        one.stop(0.2)
    assert one.pid() == pid
    os.kill(pid, signal.SIGKILL)


def test_a_block_of_free_ports_is_free() -> None:
    first = free_block(3)
    assert not any(taken(first + n) for n in range(3))


def test_a_promised_port_is_promised_to_nobody_else(monkeypatch: pytest.MonkeyPatch) -> None:
    first = free_block(2)
    monkeypatch.setattr(ports, "FIRST", first)
    monkeypatch.setattr(ports, "_connections_from", lambda: first + 2)
    with pytest.raises(OSError, match=r"^found no 2 free ports in a row$"):
        free_block(2)


@pytest.mark.parametrize(("said", "below"), [("20000\t60999\n", 20000), ("1024 65535\n", 32768), (None, 32768)])
def test_no_connection_is_given_a_promised_port_as_its_own_end(
    said: str | None, below: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ports, "CONNECTIONS", tmp_path / "range")
    if said:
        (tmp_path / "range").write_text(said)
    monkeypatch.setattr(ports, "FIRST", below - 5000)
    assert all(ports.FIRST <= free_block(3) <= below - 3 for _ in range(20))


def test_saved_queues_follow_to_another_port(tmp_path: Path) -> None:
    settle(tmp_path, 4580)
    queue = tmp_path / "sqs.json"
    queue.write_text('{"url": "http://localhost:4580/000000000000/q", "other": "http://localhost:45801/"}')
    settle(tmp_path, 4580)
    assert "localhost:4580/" in queue.read_text()
    settle(tmp_path, 4700)
    assert queue.read_text() == '{"url": "http://localhost:4700/000000000000/q", "other": "http://localhost:45801/"}'
