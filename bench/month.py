"""What the monthly summary of a month of 100,000 cases reads, and how much memory it takes."""

from collections.abc import Iterator
from typing import Any

from bench import probes
from bench.cloud import Known
from bench.figures import Figure

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
    environment = probes.variables(known, TABLES)
    probes.run("probe_month.py", environment, "fill", seconds=480)
    found: dict[str, Any] = probes.run("probe_month.py", environment, "run", seconds=480)[-1]
    if found["received"] != CASES:
        raise RuntimeError(f"the month has {found['received']} cases instead of {CASES}")
    return found
