"""`python -m bench [group …]`: one JSON object per figure, one a line; exit code 1 when a budget is not held.

Groups: routing, webhook, life, month, flat, spike; without a name, all of them.
"""

import contextlib
import sys
from collections.abc import Callable, Iterable, Iterator

from bench.cloud import Known, own
from bench.figures import Figure


def _routing() -> Iterable[Figure]:
    from bench import routing

    return routing.figures()


def _webhook() -> Iterable[Figure]:
    from bench import artefact, webhook

    return webhook.figures(*artefact.unzipped())


def _life(known: Known) -> Iterable[Figure]:
    from bench import life

    return life.figures(known)


def _flat(known: Known) -> Iterable[Figure]:
    from bench import flat

    return flat.figures(known)


def _month(known: Known) -> Iterable[Figure]:
    from bench import month

    return month.figures(known)


def _spike(known: Known) -> Iterable[Figure]:
    from bench import spike

    return spike.figures(known)


ALONE: dict[str, Callable[[], Iterable[Figure]]] = {"routing": _routing, "webhook": _webhook}
# These need a running cloud. The spike comes after flat, whose 100,000 cases it finds stored.
IN_A_CLOUD: dict[str, Callable[[Known], Iterable[Figure]]] = {
    "life": _life,
    "month": _month,
    "flat": _flat,
    "spike": _spike,
}


def measured(groups: Iterable[str]) -> Iterator[Figure]:
    """The figures of these groups, as they are found."""
    chosen = list(groups)
    for name in chosen:
        if name in ALONE:
            yield from ALONE[name]()
    wanted = [name for name in IN_A_CLOUD if name in chosen]
    with contextlib.ExitStack() as stack:
        known = stack.enter_context(own()) if wanted else {}
        for name in wanted:
            yield from IN_A_CLOUD[name](known)


def main() -> int:
    """Measure and print."""
    known = (*ALONE, *IN_A_CLOUD)
    groups = sys.argv[1:] or known
    if unknown := [name for name in groups if name not in known]:
        print(f"{unknown[0]} is no group; there are {', '.join(known)}.", file=sys.stderr)
        return 2
    held = True
    for figure in measured(groups):
        print(figure.line(), flush=True)
        if not figure.holds():
            print(f"{figure.name} is over its budget: {figure.value} > {figure.budget}", file=sys.stderr)
            held = False
    return 0 if held else 1


if __name__ == "__main__":
    sys.exit(main())
