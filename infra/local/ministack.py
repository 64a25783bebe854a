"""MiniStack, which plays AWS: its own virtual environment and the settings it is started with."""

import hashlib
import os
import shutil
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

from infra.local.ports import HOST
from infra.locks import held

REQUIREMENTS = Path(__file__).with_name("requirements.txt")


class SetupFailed(RuntimeError):
    """The local cloud's environment could not be made; the message says why."""


def environment(home: Path) -> Path:
    """The interpreter of MiniStack's virtual environment, made on first use by the interpreter that runs this.

    Functions run in it too, so it has the same Python as the package was built with. Raises SetupFailed.
    """
    with held(home / "ministack-venv.lock"):
        return _environment(home / "ministack-venv")


def _environment(venv: Path) -> Path:
    python = venv / "bin/python"
    stamp = venv / "made-from"
    wanted = hashlib.sha256(sys.version.encode() + REQUIREMENTS.read_bytes()).hexdigest()
    if stamp.exists() and stamp.read_text() == wanted:
        return python
    shutil.rmtree(venv, ignore_errors=True)
    pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes"]
    for command in ([sys.executable, "-m", "venv", str(venv)], [*pip, "-r", str(REQUIREMENTS)]):
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            said = "\n".join((done.stdout + done.stderr).strip().splitlines()[-12:])
            raise SetupFailed(f"The local cloud's environment could not be made:\n{said}")
    stamp.write_text(wanted)
    return python


def variables(home: Path, port: int, enforce_iam: bool) -> dict[str, str]:
    """What MiniStack, and with it every function, is started with: nothing of this shell but the path."""
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "LANG": "C.UTF-8",
        "TMPDIR": str(home / "tmp"),
        "BIND_HOST": HOST,
        "GATEWAY_PORT": str(port),
        "PERSIST_STATE": "1",
        "STATE_DIR": str(home / "state"),
        "S3_PERSIST": "1",
        "S3_DATA_DIR": str(home / "state/s3"),
        "AUTH": "true" if enforce_iam else "false",
        "LOG_LEVEL": "WARNING",
        "AWS_EC2_METADATA_DISABLED": "true",
        # Without these it listens on 8883 of every interface, and clears containers it finds on this machine.
        "IOT_MTLS_ENABLED": "0",
        "SFTP_ENABLED": "0",
        "DOCKER_HOST": f"unix://{home}/no-docker.sock",
    }


def settle(state: Path, port: int) -> None:
    """Make what was saved under one port fit another: MiniStack keeps queues by their URL, with the port in it, and a
    queue it does not find by its new URL never reaches its function again."""
    state.mkdir(parents=True, exist_ok=True)
    note = state / "port"
    before = note.read_text() if note.exists() else str(port)
    if before != str(port):
        for path in state.glob("*.json"):
            path.write_text(path.read_text().replace(f"//localhost:{before}/", f"//localhost:{port}/"))
    note.write_text(str(port))


def healthy(endpoint: str) -> bool:
    """Whether it answers."""
    try:
        with urllib.request.urlopen(f"{endpoint}/_ministack/health", timeout=2) as answer:  # noqa: S310 - our own http
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False
