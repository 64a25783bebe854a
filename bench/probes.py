"""Probes that run our code in a fresh interpreter, on tables of their own in the bench's cloud."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from bench.cloud import Known, function_variables, tables_like
from infra.package import ROOT


def variables(known: Known, name: str) -> dict[str, str]:
    """The environment of a probe; makes its tables, which `name` tells from everybody else's."""
    own = function_variables(known, tables_like(known, name), f"{name}-outbox")
    return own | {"PYTHONPATH": str(ROOT), "PATH": os.environ["PATH"]}


def run(program: str, environment: dict[str, str], *arguments: str, seconds: int) -> list[Any]:
    """What a program of this folder prints, one JSON value a line. Raises RuntimeError when it fails."""
    done = subprocess.run(
        [sys.executable, str(Path(__file__).with_name(program)), *arguments],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=seconds,
    )
    if done.returncode != 0:
        raise RuntimeError(f"{program} failed: {done.stderr[-2000:]}")
    return [json.loads(line) for line in done.stdout.splitlines()]
