"""That reads do not grow with the number of cases: read units at 100,000 stored cases against 1,000."""

from collections.abc import Iterator
from typing import Any

from bench import probes
from bench.cloud import Known
from bench.figures import Figure

FEW, MANY = 1_000, 100_000
TABLES = "flat"
FIGURES = {
    "flat_staff_list": "list ",
    "flat_lookup": "lookup ",
    "flat_outbox_sweep": "sweep",
    "flat_sla_sweep": "alerts",
}


def figures(known: Known, sizes: tuple[int, int] = (FEW, MANY)) -> Iterator[Figure]:
    """The worst ratio of each kind of reading, between two numbers of stored cases."""
    few, many = measure(known, sizes)
    between = f"read units at {sizes[1]:,} cases / at {sizes[0]:,}"
    for name, prefix in FIGURES.items():
        asked = [question for question in few["units"] if question.startswith(prefix)]
        worst = max(asked, key=lambda question: many["units"][question] / few["units"][question])
        ratio = many["units"][worst] / few["units"][worst]
        unit = f"{between}, the worst of {len(asked)}: {worst.removeprefix(prefix)}"
        yield Figure(name, round(ratio, 3), 1.05, unit)
    dearest = max(many["units"][question] for question in many["units"] if question.startswith("list "))
    yield Figure("staff_list_rru", dearest, 160, f"read units, the dearest list at {sizes[1]:,} cases")


def measure(known: Known, sizes: tuple[int, int]) -> list[dict[str, Any]]:
    """What probe_flat.py prints, for few and for many. Raises RuntimeError when it failed."""
    return probes.run("probe_flat.py", probes.variables(known, TABLES), *map(str, sizes), seconds=480)
