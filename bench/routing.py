"""How well routing does on sentences it has never seen (tests/corpus/kediri_heldout.tsv).

`python -m bench.routing --write-start` trains the start model that ships with the code.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec

from bench.figures import Figure
from chalicelib.complaints import routing, training
from chalicelib.complaints.city import City, parse
from chalicelib.complaints.routing import NOWHERE, Model
from chalicelib.complaints.training import Example

ROOT = Path(__file__).resolve().parent.parent
CORPUS = ROOT / "tests" / "corpus"
CITY = ROOT / "infra" / "cities" / "kediri.toml"
START = ROOT / "chalicelib" / "complaints" / "routing_start.json"

Row = tuple[str, str, str]
"""A sentence, its category and its kelurahan; `-` for none."""


def rows(name: str) -> list[Row]:
    """The sentences of a corpus file: train or heldout."""
    lines = (CORPUS / f"kediri_{name}.tsv").read_text(encoding="utf-8").splitlines()
    return [(text, category, kelurahan) for text, category, kelurahan in (line.split("\t") for line in lines)]


def city() -> City:
    """The city the corpus was written for."""
    return parse(CITY.read_text(encoding="utf-8"))


def trained() -> Model:
    """The start model, from its sentences."""
    return training.train((Example(text, category) for text, category, _ in rows("train")), city())


def figures() -> Iterator[Figure]:
    """Shares of the held-out sentences: right, wrong and left to the operator add up to one."""
    heldout, kediri = rows("heldout"), city()
    model = msgspec.json.decode(START.read_bytes(), type=Model)
    right = wrong = left = guessed = misplaced = 0
    for text, category, kelurahan in heldout:
        found = routing.suggest(text, None, kediri, model)
        right += (found.category or NOWHERE) == category
        wrong += found.category is not None and found.category != category
        left += found.category is None and category != NOWHERE
        guessed += (found.guess or NOWHERE) == category
        misplaced += (found.kelurahan or NOWHERE) != kelurahan
    total = len(heldout)
    yield Figure("routing_sentences", total, 10_000, "held-out sentences")
    yield Figure("routing_accuracy", round(right / total, 3), 1.0, "share right at the city's threshold")
    yield Figure("routing_error_share", round(wrong / total, 3), 0.13, "share routed wrongly")
    yield Figure("routing_left_share", round(left / total, 3), 0.17, "share left to the operator")
    yield Figure("routing_guess_error_share", round(1 - guessed / total, 3), 0.25, "share wrong without a threshold")
    yield Figure("routing_kelurahan_error_share", round(misplaced / total, 3), 0.02, "share of sentences")
    yield Figure("routing_model_kb", round(START.stat().st_size / 1000, 1), 100, "kB in the package")


def main() -> int:
    """Write the start model, or print the figures."""
    if "--write-start" in sys.argv:
        START.write_bytes(msgspec.json.encode(trained()))
        return 0
    for figure in figures():
        print(figure.line())
    return 0


if __name__ == "__main__":
    sys.exit(main())
