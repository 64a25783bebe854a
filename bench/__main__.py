"""`python -m bench`: one JSON object per figure, one a line; exit code 1 when a budget is not held."""

import sys
from itertools import chain

from bench import artefact, routing, webhook


def main() -> int:
    """Measure everything and print it."""
    zipped, folder = artefact.unzipped()
    held = True
    for figure in chain(routing.figures(), webhook.figures(zipped, folder)):
        print(figure.line(), flush=True)
        if not figure.holds():
            print(f"{figure.name} is over its budget: {figure.value} > {figure.budget}", file=sys.stderr)
            held = False
    return 0 if held else 1


if __name__ == "__main__":
    sys.exit(main())
