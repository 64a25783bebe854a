"""Whatever somebody types: an answer, the same one each time; a keyword more never makes its category less likely."""

from pathlib import Path

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.complaints import places, routing, training
from chalicelib.complaints.city import parse
from chalicelib.complaints.model import Location
from chalicelib.complaints.routing import EMPTY, NOWHERE, Model
from chalicelib.complaints.training import Example
from chalicelib.complaints.vocabulary import SPELLINGS
from chalicelib.complaints.words import Lexicon, distance, stem, stems, typed_words, words
from tests.unit.routed import scores

ROOT = Path(__file__).parents[2]
KEDIRI = parse((ROOT / "infra/cities/kediri.toml").read_text(encoding="utf-8"))
START = msgspec.json.decode((ROOT / "chalicelib/complaints/routing_start.json").read_bytes(), type=Model)
LEXICON = routing.lexicon(KEDIRI.categories, START)
KELURAHAN = [name for one in KEDIRI.kecamatan for name in one.kelurahan]
PLACE_WORDS = {word for name in KELURAHAN for word in typed_words(name)}

vocabulary = sorted(
    {word for one in KEDIRI.categories for keyword in one.keywords for word in keyword.split()}
    | {word for spellings in SPELLINGS.values() for word in spellings.split()}
    | {"jl", "gang", "kelurahan", "kec", "di", "rw", "2", "112"}
    | {name.lower() for name in KELURAHAN}
)
sentences = st.lists(st.sampled_from(vocabulary), max_size=20).map(" ".join)
texts = st.text(max_size=200) | sentences
keywords = [
    (one.id, keyword)
    for one in KEDIRI.categories
    for keyword in one.keywords
    # A keyword that names a kelurahan may be read as the place.
    if not set(typed_words(keyword)) & PLACE_WORDS and not {"jalan", "dalan", "gang"} & set(typed_words(keyword))
]
coordinates = st.none() | st.floats()


@given(texts, st.sampled_from([EMPTY, START]), coordinates, coordinates)
def test_any_text_gets_an_answer_and_the_same_one_twice(
    text: str, model: Model, lat: float | None, lon: float | None
) -> None:
    place = Location(lat=lat, lon=lon, name=text[:20], address=text[20:40])
    found = routing.suggest(text, place, KEDIRI, model)
    assert found == routing.suggest(text, place, KEDIRI, model)
    assert 0 <= found.confidence <= 1
    assert found.kelurahan in (None, *KELURAHAN)
    if found.category is not None:
        category = KEDIRI.category(found.category)
        assert category is not None
        assert (found.guess, found.department) == (category.id, category.department)
        assert found.confidence * 100 >= KEDIRI.routing.threshold_percent - 0.1
    assert (found.guess is None) == (not found.words and found.confidence == 0)


@given(sentences, st.sampled_from(keywords), st.sampled_from([EMPTY, START]))
def test_a_keyword_more_never_lowers_the_score_of_its_category(
    text: str, keyword: tuple[str, str], model: Model
) -> None:
    name, phrase = keyword
    before = scores(text, KEDIRI, model)
    after = scores(f"{text} . {phrase}", KEDIRI, model)
    assert after[name] >= before[name] - 1e-9


@given(st.sampled_from(keywords))
def test_a_keyword_speaks_for_its_category(keyword: tuple[str, str]) -> None:
    name, phrase = keyword
    found = scores(phrase, KEDIRI)
    assert found[name] > found[NOWHERE]


@given(texts)
def test_words_are_short_and_stable(text: str) -> None:
    found = words(text, LEXICON)
    assert found == words(text, LEXICON)
    assert all(one.typed and one.stem and one.typed.isascii() for one in found)
    assert [one.stem for one in found] == [one.stem for one in words(text.lower(), LEXICON)]


@given(st.sampled_from(vocabulary))
def test_capitals_and_stretched_letters_change_nothing(word: str) -> None:
    assert stems(word.upper()) == stems(word)
    assert stems(word.replace("o", "oooo")) == stems(word)


@given(st.text("abcinu", max_size=8), st.text("abcinu", max_size=8), st.integers(0, 4))
def test_a_bounded_distance_is_the_distance_or_nothing(one: str, other: str, limit: int) -> None:
    whole = distance(one, other, 20)
    assert whole is not None
    assert (whole == 0) == (one == other)
    assert abs(len(one) - len(other)) <= whole <= max(len(one), len(other))
    assert distance(one, other, limit) == (whole if whole <= limit else None)
    assert distance(other, one, 20) == whole


@given(st.sampled_from(sorted(LEXICON.stems)), st.data())
def test_a_letter_left_out_is_forgiven(word: str, data: st.DataObject) -> None:
    if len(word) >= 6 and word.isalpha():
        at = data.draw(st.integers(1, len(word) - 1))
        assert Lexicon({word}).nearest(word[:at] + word[at + 1 :]) == word


@given(st.text("abcdefghijklmnopqrstuvwxyz", min_size=1, max_size=24))
def test_a_stem_is_never_empty_and_never_much_longer(word: str) -> None:
    assert 1 <= len(stem(word)) <= len(word) + 2


@given(texts)
def test_places_are_of_the_city_and_point_into_the_text(text: str) -> None:
    found = places.find(text, KEDIRI)
    assert found.kelurahan in (None, *KELURAHAN)
    assert (found.kelurahan is None) == (found.how is None)
    assert all(0 <= at < len(typed_words(text)) for at in found.at)
    assert found.streets == places.streets(text)


@given(st.sampled_from(KELURAHAN), st.sampled_from(["lampu mati di", "banjir", "tolong min,"]))
def test_a_kelurahan_called_so_is_found(name: str, before: str) -> None:
    assert places.find(f"{before} kelurahan {name} gelap", KEDIRI).kelurahan == name
    assert places.find(f"{before} kel. {name.upper()}", KEDIRI).kelurahan == name


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(sentences, st.sampled_from(["taman", "sampah", NOWHERE, "?"])), max_size=12))
def test_learning_is_adding_in_any_order(rows: list[tuple[str, str]]) -> None:
    examples = [Example(text, category) for text, category in rows]
    shuffled = sorted(examples, key=lambda one: (one.category, one.text))
    for learn in (training.train, lambda many, city: training.merge(START, many, city)):
        one, other = learn(examples, KEDIRI), learn(shuffled, KEDIRI)
        assert (one.cases, one.words) == (other.cases, other.words)
        assert all(count > 0 for counts in one.words.values() for count in counts.values())
        assert "?" not in one.cases
