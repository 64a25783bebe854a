"""The sentences written for routing, the model made of them, and how well it does on those it has not seen."""

import re
from collections import Counter

import msgspec
import pytest

from bench import routing as bench
from chalicelib.complaints.routing import NOWHERE, Model

CITY = bench.city()
CATEGORIES = {one.id for one in CITY.categories if one.id != "lainnya"}
KELURAHAN = {name for one in CITY.kecamatan for name in one.kelurahan}


@pytest.mark.parametrize(("name", "least"), [("train", 400), ("heldout", 320)])
def test_every_category_has_its_sentences(name: str, least: int) -> None:
    rows = bench.rows(name)
    assert len(rows) >= least
    counts = Counter(category for _, category, _ in rows)
    assert counts.keys() == CATEGORIES | {NOWHERE}
    assert min(counts.values()) * 2 >= max(counts[category] for category in CATEGORIES)
    assert {kelurahan for _, _, kelurahan in rows} <= KELURAHAN | {"-"}


def test_one_sentence_in_twenty_belongs_nowhere() -> None:
    rows = bench.rows("heldout")
    nowhere = sum(category == NOWHERE for _, category, _ in rows)
    assert 0.04 <= nowhere / len(rows) <= 0.06


def test_no_sentence_is_used_twice() -> None:
    train, heldout = ([text.casefold() for text, _, _ in bench.rows(name)] for name in ("train", "heldout"))
    assert len(set(train)) == len(train)
    assert len(set(heldout)) == len(heldout)
    assert not set(train) & set(heldout)


@pytest.mark.parametrize("name", ["train", "heldout"])
def test_no_sentence_holds_a_number_of_a_person(name: str) -> None:
    assert not [text for text, _, _ in bench.rows(name) if re.search(r"\d{5,}|@", text)]


def test_the_start_model_is_what_training_gives() -> None:
    stored = msgspec.json.decode(bench.START.read_bytes(), type=Model)
    fresh = bench.trained()
    assert (stored.cases, stored.words) == (fresh.cases, fresh.words), "run: python -m bench.routing --write-start"
    assert bench.START.stat().st_size < 100_000


def test_the_figures_hold_and_add_up() -> None:
    figures = {figure.name: figure for figure in bench.figures()}
    assert all(figure.holds() for figure in figures.values())
    assert figures["routing_sentences"].value >= 300
    shares = (figures[f"routing_{name}"].value for name in ("accuracy", "error_share", "left_share"))
    assert sum(shares) == pytest.approx(1, abs=0.002)
    assert figures["routing_accuracy"].value >= 0.7
