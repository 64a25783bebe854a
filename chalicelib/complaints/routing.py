"""Which category a complaint belongs to, and by that which department; and in which kelurahan it is.

Two kinds of evidence are added up, word by word, so that every suggestion can name the words that decided:
a keyword of the city's file counts at once and always; what was learned from decided cases (training.py) counts by how
much more often the word stands in one category than in the others: naive Bayes, the oldest rule that works with a
dozen examples. A learned word may speak against a category, but never a category's own keyword against it.

Confidence is the category's share among all categories and "none of them"; below the city's threshold there is no
category, and the case stays with the operator.
"""

import math
from collections.abc import Container, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from chalicelib.complaints import places
from chalicelib.complaints.vocabulary import STOP
from chalicelib.complaints.words import Lexicon, Word, stems, typed_words, understood

if TYPE_CHECKING:
    from chalicelib.complaints.city import Category, City
    from chalicelib.complaints.model import Location

NOWHERE = "-"
"""The class of what is no complaint for the city: greetings, advertisements, the power company."""

# Chosen by five-fold cross-validation on the training sentences, not on the held-out ones.
KEYWORD_WEIGHT = 4.0
KEYWORD_CASES = 7.0  # a keyword also counts like a word seen in this many cases of its category
SMOOTHING = 0.2
NO_EVIDENCE = 1.0  # the score of "none of them"
TEMPERATURE = 1.3  # above 1: less sure of itself, as the words of a message are not independent witnesses
SHRINK = 10.0  # a category of a few cases is not blown up to the size of the others
WINDOW = 6  # the words of a keyword phrase stand at most this far apart, in any order
MOST_REASONS = 8


class Model(Struct, frozen=True, kw_only=True, eq=False):
    """What decided cases taught: in how many cases of a category a word, or two words in a row, appeared."""

    cases: dict[str, int]
    """By category, `-` among them."""
    words: dict[str, dict[str, int]]
    """By stem ("lampu") or two stems ("lampu merah"), then by category."""


EMPTY = Model(cases={}, words={})


class Reason(Struct, frozen=True):
    """A word, or two, as typed, and how much it speaks for the category (natural logarithm of the odds)."""

    words: str
    weight: float


class Suggestion(Struct, frozen=True, kw_only=True):
    """What routing thinks of a message."""

    category: str | None
    """None: not sure enough, or nothing for the city."""
    department: str | None
    kelurahan: str | None
    confidence: float
    """0 to 1, of `guess`."""
    words: tuple[Reason, ...]
    """What spoke for `guess`, the strongest first."""
    guess: str | None
    """The likeliest category, also when it is not sure enough to be used."""
    runner_up: str | None
    """The second likeliest; None where nothing speaks for one."""

    def with_kelurahan(self, kelurahan: str) -> "Suggestion":
        """The same, for a place somebody named who knows."""
        return replace(self, kelurahan=kelurahan)


def suggest(text: str, location: "Location | None", city: "City", model: Model | None = None) -> Suggestion:
    """The category, department and kelurahan a message points to. Never fails, whatever the text."""
    found = places.find(text, city)
    router = _router(city.categories, model or EMPTY)
    said = router.words(text, found.at)
    scores = router.scores(said)
    best, second = _first_two(scores)
    confidence = _share(scores, best)
    guess = None if best == NOWHERE or scores[best] <= 0 else best
    sure = guess is not None and confidence * 100 >= city.routing.threshold_percent
    category = city.category(guess) if guess and sure else None
    return Suggestion(
        category=category.id if category else None,
        department=category.department if category else None,
        kelurahan=found.kelurahan or kelurahan_of(location, city),
        confidence=round(confidence, 3) if guess else 0.0,
        words=router.reasons(said, guess) if guess else (),
        guess=guess,
        runner_up=second if guess and second != NOWHERE and scores[second] > 0 else None,
    )


def features(found: Sequence[Word]) -> dict[str, str]:
    """The stems of a message and its pairs of neighbours, each once, with what was typed for them."""
    once: dict[str, str] = {}
    found = [one for one in found if one.stem not in STOP]
    for one in found:
        once.setdefault(one.stem, one.typed)
    for one, other in pairwise(found):
        once.setdefault(f"{one.stem} {other.stem}", f"{one.typed} {other.typed}")
    return once


def lexicon(categories: tuple["Category", ...], model: Model) -> Lexicon:
    """The words misspellings are corrected to: the city's keywords and what was learned."""
    return _router(categories, model).lexicon


class _Router:
    """A city's categories and a model, prepared once: some ten milliseconds, then half of one for a message."""

    def __init__(self, categories: tuple["Category", ...], model: Model) -> None:
        self.model = model
        self.phrases = {one.id: [stems(keyword) for keyword in one.keywords] for one in categories}
        self.keywords = {name: {stem for phrase in own for stem in phrase} for name, own in self.phrases.items()}
        # A category nobody described and nothing was learned for cannot be suggested.
        described = [one.id for one in categories if one.keywords or model.cases.get(one.id)]
        self.classes = [*described, NOWHERE]
        known = {stem for own in self.keywords.values() for stem in own if stem not in STOP}
        self.lexicon = Lexicon(known | {word for word in model.words if " " not in word})
        self._by_first: dict[str, list[tuple[str, tuple[str, ...]]]] = {}
        for name in described:
            for phrase in filter(None, self.phrases[name]):
                self._by_first.setdefault(phrase[0], []).append((name, phrase))
        self._as_keyword: dict[str, dict[str, float]] = {}
        for name in described:
            for phrase in filter(None, self.phrases[name]):
                for part in {*phrase, *map(" ".join, pairwise(phrase))}:
                    seen = self._as_keyword.setdefault(part, {})
                    seen[name] = seen.get(name, 0.0) + KEYWORD_CASES / (1 if " " in part else len(phrase))
        mean = sum(model.cases.get(name, 0) for name in self.classes) / len(self.classes)
        self._scale = {name: (mean + SHRINK) / (model.cases.get(name, 0) + SHRINK) for name in self.classes}
        self._weights: dict[str, tuple[float, dict[str, float]]] = {}  # only of words known: it cannot grow for ever

    def words(self, text: str, places_at: Container[int]) -> list[Word]:
        """What routing looks at: without the words that only say where (a street called Taman is no park)."""
        typed = [one for at, one in enumerate(typed_words(text)) if at not in places_at]
        return understood(typed, self.lexicon)

    def scores(self, found: Sequence[Word]) -> dict[str, float]:
        """By class: the sum over the words."""
        total = dict.fromkeys(self.classes, 0.0)
        for feature in features(found):
            otherwise, special = self._weight(feature)
            for name in total:
                total[name] += self._of(feature, name, otherwise, special)
        for name, covered in self._covered(found).items():
            total[name] += sum(covered.values())
        return total

    def reasons(self, found: Sequence[Word], name: str) -> tuple[Reason, ...]:
        """What spoke for one class, the strongest first."""
        covered = self._covered(found).get(name, {})
        weights: dict[str, float] = {}
        for feature, as_typed in features(found).items():
            weight = self._of(feature, name, *self._weight(feature)) + covered.get(feature, 0.0)
            if weight > 0:
                weights[as_typed] = max(weight, weights.get(as_typed, 0.0))
        ordered = sorted(weights.items(), key=lambda pair: (-pair[1], pair[0]))
        return tuple(Reason(word, round(weight, 2)) for word, weight in ordered[:MOST_REASONS])

    def _of(self, feature: str, name: str, otherwise: float, special: dict[str, float]) -> float:
        weight = special.get(name, otherwise)
        # Two words in a row are rare: that they were not seen together says nothing.
        return max(0.0, weight) if " " in feature or feature in self.keywords.get(name, ()) else weight

    def _weight(self, feature: str) -> tuple[float, dict[str, float]]:
        """The weight of a feature for a class it was never seen in, and for those it was."""
        if feature in self._weights:
            return self._weights[feature]
        seen = dict(self._as_keyword.get(feature, {}))
        for name, count in self.model.words.get(feature, {}).items():
            if name in self._scale:
                seen[name] = seen.get(name, 0.0) + count * self._scale[name]
        if not seen:
            return 0.0, {}
        size = len(self.classes)
        usual = (sum(seen.values()) + SMOOTHING * size) / size
        special = {name: math.log((count + SMOOTHING) / usual) for name, count in seen.items()}
        self._weights[feature] = math.log(SMOOTHING / usual), special
        return self._weights[feature]

    def _covered(self, found: Sequence[Word]) -> dict[str, dict[str, float]]:
        """By class: the stems that belong to a keyword of it which is there as a whole, and what they weigh."""
        near: dict[str, set[str]] = {}
        for at, one in enumerate(found):
            for other in found[at : at + WINDOW]:
                near.setdefault(one.stem, set()).add(other.stem)
                near.setdefault(other.stem, set()).add(one.stem)
        covered: dict[str, dict[str, float]] = {}
        for first, neighbours in near.items():
            for name, phrase in self._by_first.get(first, ()):
                if neighbours.issuperset(phrase):
                    weights = covered.setdefault(name, {})
                    for stem in phrase:
                        if stem not in STOP:
                            weight = KEYWORD_WEIGHT * (1.0 if len(phrase) > 1 else self._trust(stem, name))
                            weights[stem] = max(weight, weights.get(stem, 0.0))
        return covered

    def _trust(self, stem: str, name: str) -> float:
        """How far experience confirms a keyword of one word: the share of its cases that were of this class."""
        seen = self.model.words.get(stem, {})
        return (seen.get(name, 0) + KEYWORD_CASES) / (sum(seen.values()) + KEYWORD_CASES)


@lru_cache(maxsize=4)
def _router(categories: tuple["Category", ...], model: Model) -> _Router:
    return _Router(categories, model)


def _first_two(scores: dict[str, float]) -> tuple[str, str]:
    """The two highest classes; among equals "none of them" first, then the city's order."""
    order = {name: at for at, name in enumerate((NOWHERE, *scores))}
    ranked = sorted(scores, key=lambda name: (-scores[name], order[name]))
    return ranked[0], ranked[min(1, len(ranked) - 1)]


def _share(scores: dict[str, float], name: str) -> float:
    highest = max(*scores.values(), NO_EVIDENCE)
    powers = [math.exp((score - highest) / TEMPERATURE) for score in (*scores.values(), NO_EVIDENCE)]
    return math.exp((scores[name] - highest) / TEMPERATURE) / sum(powers)


def kelurahan_of(location: "Location | None", city: "City") -> str | None:
    """The kelurahan of a place pinned on the map: as its address names it, else the nearest point."""
    if location is None:
        return None
    written = places.find(" ".join(filter(None, (location.name, location.address))), city).kelurahan
    return written or places.nearest(location.lat, location.lon, city)
