"""Starting the simulators as the local cloud does: as processes of their own."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests

ROOT = Path(__file__).parents[2]
AUTH = "Bearer simulated-lapor-auth"
TOKEN = "{SIMULATED-LAPOR-TOKEN}"
WHATSAPP_TOKEN = "simulated-whatsapp-token"


@dataclass
class Running:
    """A simulator process and where it answers."""

    process: subprocess.Popen[str]
    url: str

    def get(self, path: str) -> Any:
        """A control's answer."""
        return requests.get(self.url + path, timeout=5).json()

    def put(self, path: str, body: Any) -> requests.Response:
        """Set something through a control."""
        return requests.put(self.url + path, json=body, timeout=5)

    def delete(self, path: str) -> None:
        """Empty something through a control."""
        requests.delete(self.url + path, timeout=5).raise_for_status()


def start(module: str, state: Path, *options: str, port: int = 0) -> Running:
    """Start `infra.local.<module>` and wait for the line that says where it is."""
    command = [sys.executable, "-m", f"infra.local.{module}", "--port", str(port), "--state", str(state), *options]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    return Running(process, process.stdout.readline().split(" on ")[1].strip())


def stop(running: Running) -> int:
    """End it as a service manager would; its exit code."""
    running.process.terminate()
    code = running.process.wait(timeout=10)
    if running.process.stdout is not None:
        running.process.stdout.close()
    return code
