"""What the monthly summary of a month of 100,000 cases reads, and how much memory it takes."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bench.cloud import Known, function_variables, tables_like
from bench.figures import Figure
from infra.package import ROOT

CASES = 100_000
TABLES = "month"


def figures(known: Known) -> Iterator[Figure]:
    """Both figures, of a fresh process."""
    found = measure(known)
    each = found["rru"] / CASES
    yield Figure("month_100k_rru_per_case", round(each, 4), 0.2, "read units of the monthly job / cases of the month")
    yield Figure("month_100k_peak_mb", found["peak_mb"], 512, "MB of a fresh process, reports included")


def measure(known: Known) -> dict[str, Any]:
    """What probe_month.py prints. Raises RuntimeError when it failed."""
    variables = function_variables(known, tables_like(known, TABLES), f"{TABLES}-outbox")
    variables |= {"PYTHONPATH": str(ROOT), "PATH": os.environ["PATH"]}
    program = Path(__file__).with_name("probe_month.py")
    for step in ("fill", "run"):
        done = subprocess.run(
            [sys.executable, str(program), step],
            env=variables,
            capture_output=True,
            text=True,
            check=False,
            timeout=480,
        )
        if done.returncode != 0:
            raise RuntimeError(f"the month could not be measured: {done.stderr[-2000:]}")
    found: dict[str, Any] = json.loads(done.stdout)
    if found["received"] != CASES:
        raise RuntimeError(f"the month has {found['received']} cases instead of {CASES}")
    return found
