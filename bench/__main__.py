"""`python -m bench`: one JSON object per figure, one a line; exit code 1 when a budget is not held."""

import sys

from bench import artefact, webhook


def main() -> int:
    """Measure everything and print it."""
    zipped, folder = artefact.unzipped()
    held = True
    for figure in webhook.figures(zipped, folder):
        print(figure.line(), flush=True)
        if not figure.holds():
            print(f"{figure.name} is over its budget: {figure.value} > {figure.budget}", file=sys.stderr)
            held = False
    return 0 if held else 1


if __name__ == "__main__":
    sys.exit(main())
