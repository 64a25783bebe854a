"""Learning to route: from sentences written for it, and from what operators decided.

A model is counts and nothing else, so learning is adding, and the same examples give the same model in any order.
Words are learned, never messages: no numbers, no names of places, and of real messages only words that several cases
share, so that what one person wrote does not stay behind when the case is erased.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from msgspec import Struct

from chalicelib.complaints import places, routing
from chalicelib.complaints.routing import NOWHERE, Model
from chalicelib.complaints.words import Lexicon, typed_words, understood

if TYPE_CHECKING:
    from chalicelib.complaints.city import City

REAL = 2  # a citizen's message counts like two sentences that were made up
SHARED_BY = 3  # cases a new word must appear in before it is learned from real messages
PAIR_FROM = 2  # examples two words in a row must share, or they only memorise
MOST_WORDS = 4000  # a model is read by every process that routes: the most frequent words are kept


class Example(Struct, frozen=True):
    """A message and the category it belongs to; `-` for none."""

    text: str
    category: str


def train(examples: Iterable[Example], city: "City") -> Model:
    """A model of sentences whose category is known; those of a category the city does not have are left out."""
    known = [one for one in examples if _has(city, one.category)]
    # What is said in several sentences is a word; "lampune" then is that word with an ending.
    said = Counter(stem for one in known for stem in {found.stem for found in understood(_typed(one.text, city))})
    keywords = routing.lexicon(city.categories, routing.EMPTY).stems
    lexicon = Lexicon(keywords | {stem for stem, count in said.items() if count > 1})
    return _counted(((one, lexicon) for one in known), city, Model(cases={}, words={}), weight=1, new_from=1)


def merge(model: Model, corrections: Iterable[Example], city: "City") -> Model:
    """The model with what operators decided added; the given one stays as it is."""
    lexicon = routing.lexicon(city.categories, model)
    known = [one for one in corrections if _has(city, one.category)]
    return _counted(((one, lexicon) for one in known), city, model, weight=REAL, new_from=SHARED_BY)


def category_of(category: str | None, department: str | None, city: "City") -> str | None:
    """What a decision says about the category: itself, or the only one of the department it went to."""
    if category is not None:
        return category if city.category(category) else None
    own = [one.id for one in city.categories if one.department == department]
    return own[0] if len(own) == 1 else None


def _counted(
    examples: Iterable[tuple[Example, Lexicon]], city: "City", model: Model, *, weight: int, new_from: int
) -> Model:
    cases = Counter(model.cases)
    words = {word: Counter(counts) for word, counts in model.words.items()}
    fresh: dict[str, Counter[str]] = {}
    for one, lexicon in examples:
        cases[one.category] += weight
        for feature in routing.features(understood(_typed(one.text, city), lexicon)):
            counts = words.get(feature)
            if counts is None:
                counts = fresh.setdefault(feature, Counter())
            counts[one.category] += weight
    for feature, counts in fresh.items():
        if counts.total() >= weight * max(new_from, PAIR_FROM if " " in feature else 1):
            words[feature] = counts
    kept = sorted(words, key=lambda word: (-words[word].total(), word))[:MOST_WORDS]
    return Model(cases=_sorted(cases), words={word: _sorted(words[word]) for word in sorted(kept)})


def _typed(text: str, city: "City") -> list[str]:
    where = places.find(text, city).at
    return [one for at, one in enumerate(typed_words(text)) if at not in where]


def _sorted(counts: Mapping[str, int]) -> dict[str, int]:
    return dict(sorted(counts.items()))


def _has(city: "City", category: str) -> bool:
    return category == NOWHERE or city.category(category) is not None
