"""Background programs that outlive the command that started them, known by a file."""

import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path


class WillNotStop(RuntimeError):
    """A program is still running long after it was asked to stop."""


class Daemon:
    """One background program. Its file holds the process id and the moment it started, so that a process id that the
    machine gave to somebody else after a crash is not taken for ours."""

    def __init__(self, name: str, run: Path, log: Path) -> None:
        self.name = name
        self.log = log
        self._file = run / f"{name}.pid"

    def start(self, command: Sequence[str], env: Mapping[str, str], cwd: Path) -> None:
        """Start it, away from this terminal."""
        self._file.parent.mkdir(parents=True, exist_ok=True)
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as log:
            process = subprocess.Popen(
                command,
                env=dict(env),
                cwd=cwd,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self._file.write_text(f"{process.pid}\n{_started(process.pid)}\n")

    def pid(self) -> int | None:
        """Its process id while it runs."""
        try:
            first, started = self._file.read_text().splitlines()
            pid = int(first)
        except (OSError, ValueError):
            return None
        _reap(pid)
        return pid if started and _started(pid) == started else None

    def stop(self, patience: float) -> None:
        """Ask it to stop and wait until it has. Raises WillNotStop after `patience` seconds."""
        pid = self.pid()
        if pid is not None:
            os.kill(pid, signal.SIGTERM)
            until = time.monotonic() + patience
            while self.pid() is not None:
                if time.monotonic() > until:
                    raise WillNotStop(f"{self.name} (process {pid}) did not stop in {patience:.0f} s; see {self.log}.")
                time.sleep(0.05)
        self._file.unlink(missing_ok=True)

    def last_words(self) -> str:
        """The end of its log."""
        try:
            return "\n".join(self.log.read_text(errors="replace").splitlines()[-8:])
        except OSError:
            return ""


def _started(pid: int) -> str:
    """When a process started, in the system's words; empty when it has ended or never was."""
    if Path("/proc/self/stat").exists():
        try:
            # "pid (name) state …": the name may hold anything, the 20th field counts the threads and the 22nd is the
            # start in clock ticks. One that was killed is a zombie while its last threads still hold its ports.
            state, *rest = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            return ""
        return "" if state == "Z" and int(rest[16]) <= 1 else rest[18]
    command = ["ps", "-o", "stat=,lstart=", "-p", str(pid)]
    said = subprocess.run(command, capture_output=True, text=True, check=False).stdout
    state, _, started = said.strip().partition(" ")
    return "" if state.startswith("Z") else started.strip()


def _reap(pid: int) -> None:
    """Let go of a child of ours that has ended; anybody else's is not ours to wait for."""
    try:
        os.waitpid(pid, os.WNOHANG)
    except ChildProcessError:
        return
