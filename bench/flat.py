"""That reads do not grow with the number of cases: read units at 100,000 stored cases against 1,000."""

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

FEW, MANY = 1_000, 100_000
TABLES = "flat"
FIGURES = {
    "flat_staff_list": "list ",
    "flat_lookup": "lookup ",
    "flat_outbox_sweep": "sweep",
    "flat_sla_sweep": "alerts",
}


def figures(known: Known) -> Iterator[Figure]:
    """The worst ratio of each kind of reading."""
    few, many = measure(known)
    for name, prefix in FIGURES.items():
        asked = [question for question in few["units"] if question.startswith(prefix)]
        worst = max(asked, key=lambda question: many["units"][question] / few["units"][question])
        ratio = many["units"][worst] / few["units"][worst]
        unit = f"read units at {MANY:,} cases / at {FEW:,}, the worst of {len(asked)}: {worst.removeprefix(prefix)}"
        yield Figure(name, round(ratio, 3), 1.05, unit)
    dearest = max(many["units"][question] for question in many["units"] if question.startswith("list "))
    yield Figure("staff_list_rru", dearest, 160, f"read units, the dearest list at {MANY:,} cases")


def measure(known: Known) -> list[dict[str, Any]]:
    """What probe_flat.py prints, for few and for many. Raises RuntimeError when it failed."""
    variables = function_variables(known, tables_like(known, TABLES), f"{TABLES}-outbox")
    variables |= {"PYTHONPATH": str(ROOT), "PATH": os.environ["PATH"]}
    program = Path(__file__).with_name("probe_flat.py")
    done = subprocess.run(
        [sys.executable, str(program), str(FEW), str(MANY)],
        env=variables,
        capture_output=True,
        text=True,
        check=False,
        timeout=480,
    )
    if done.returncode != 0:
        raise RuntimeError(f"the reads could not be counted: {done.stderr[-2000:]}")
    return [json.loads(line) for line in done.stdout.splitlines()]
