"""What routing suggests, why, and when it leaves a case to the operator."""

from pathlib import Path

import msgspec
import pytest

from chalicelib.complaints import routing
from chalicelib.complaints.city import Category, City, KelurahanPoint, parse
from chalicelib.complaints.model import Location
from chalicelib.complaints.routing import EMPTY, NOWHERE, Model, suggest
from chalicelib.complaints.words import words
from tests.unit.routed import scores

ROOT = Path(__file__).parents[2]
KEDIRI = parse((ROOT / "infra/cities/kediri.toml").read_text(encoding="utf-8"))
MADIUN = parse((ROOT / "infra/cities/madiun.toml").read_text(encoding="utf-8"))
START = msgspec.json.decode((ROOT / "chalicelib/complaints/routing_start.json").read_bytes(), type=Model)


def city(*categories: Category, threshold: int = 50) -> City:
    return msgspec.structs.replace(
        KEDIRI, categories=categories, routing=msgspec.structs.replace(KEDIRI.routing, threshold_percent=threshold)
    )


def category(name: str, *keywords: str) -> Category:
    return Category(id=name, name=name, department="dlhkp", keywords=keywords)


@pytest.mark.parametrize(
    ("text", "expected", "department"),
    [
        ("PJU mati di kelurahan Bujel", "penerangan_jalan", "dishub"),
        ("sampahe numpuk ora dijupuk", "sampah", "dlhkp"),
        ("aspal jalan berlubang parah", "jalan_rusak", "dpupr"),
        ("lampu merah perempatan mati", "lalu_lintas", "dishub"),
        ("smph menumpk di tps", "sampah", "dlhkp"),
        ("halo min", None, None),
        ("", None, None),
        ("🙏", None, None),
    ],
)
def test_suggestions(text: str, expected: str | None, department: str | None) -> None:
    found = suggest(text, None, KEDIRI, START)
    assert (found.category, found.department) == (expected, department)


def test_the_department_is_the_citys() -> None:
    assert suggest("pohon tumbang dan dahan patah, tolong dipangkas", None, MADIUN, START).department == "dlh"


def test_it_names_the_words_that_decided_the_strongest_first() -> None:
    found = suggest("tolong pak, lampune PJU matiii di Betet", None, KEDIRI, START)
    said = [reason.words for reason in found.words]
    assert found.kelurahan == "Betet"
    assert set(said[:2]) == {"lampune", "pju"}
    assert "betet" not in " ".join(said)
    weights = [reason.weight for reason in found.words]
    assert weights == sorted(weights, reverse=True)
    assert all(weight > 0 for weight in weights)
    assert len(said) <= routing.MOST_REASONS


def test_reasons_are_what_the_score_is_made_of() -> None:
    one, two = category("one", "apel", "jeruk"), category("two", "tomat")
    found = suggest("apel jeruk", None, city(one, two))
    total = scores("apel jeruk", city(one, two))["one"]
    assert sum(reason.weight for reason in found.words) == pytest.approx(total, abs=0.02)


def test_keywords_alone_route_without_any_model() -> None:
    one, two = category("one", "apel merah"), category("two", "apel hijau")
    found = suggest("ada apel merah", None, city(one, two))
    assert (found.category, found.runner_up) == ("one", None)
    assert found.confidence > 0.9
    assert suggest("merah itu apel", None, city(one, two)).category == "one"


def test_the_words_of_a_phrase_must_stand_together() -> None:
    one, two = category("one", "apel merah"), category("two", "jeruk")
    near, far = (scores(f"apel {filler} merah", city(one, two))["one"] for filler in ("kaca", "kaca piring " * 5))
    assert near - far == pytest.approx(2 * routing.KEYWORD_WEIGHT)


def test_below_the_citys_threshold_the_operator_decides_but_sees_the_guess() -> None:
    one, two = category("one", "kecap"), category("two", "sirup")
    torn = suggest("kecap sirup", None, city(one, two, threshold=50))
    assert (torn.category, torn.department, torn.guess, torn.runner_up) == (None, None, "one", "two")
    assert 0.4 < torn.confidence < 0.5
    assert [reason.words for reason in torn.words] == ["kecap"]
    assert suggest("kecap sirup", None, city(one, two, threshold=40)).category == "one"


def test_confidence_at_the_threshold_is_enough() -> None:
    one = category("one", "apel")
    assert suggest("apel", None, city(one, threshold=0)).category == "one"
    assert suggest("sepatu", None, city(one, threshold=0)).category is None, "no evidence is no confidence"


def test_what_belongs_nowhere_is_no_category() -> None:
    model = Model(cases={"one": 20, NOWHERE: 20}, words={"slot": {NOWHERE: 20}, "apel": {"one": 20}})
    spam = suggest("slot", None, city(category("one", "kecap")), model)
    assert (spam.category, spam.guess, spam.confidence, spam.words, spam.runner_up) == (None, None, 0.0, (), None)
    assert suggest("apel", None, city(category("one", "kecap")), model).guess == "one"


def test_learned_words_speak_for_and_against() -> None:
    model = Model(cases={"one": 20, "two": 20}, words={"jeruk": {"one": 15, "two": 1}})
    found = scores("jeruk", city(category("one", "kecap"), category("two", "sirup")), model)
    assert found["one"] > 0 > found["two"]
    assert found["two"] > found[NOWHERE], "seen once is more than never seen"


def test_a_categorys_own_keyword_never_speaks_against_it() -> None:
    model = Model(cases={"one": 50, "two": 50}, words={"jeruk": {"one": 50}})
    found = scores("jeruk", city(category("one", "kecap"), category("two", "jeruk")), model)
    assert found["two"] >= 0


def test_experience_lowers_the_weight_of_a_vague_keyword() -> None:
    one, two = category("one", "kapan"), category("two", "sirup")
    vague = Model(cases={"one": 10, "two": 10}, words={"kapan": {"one": 5, "two": 40}})
    assert scores("kapan", city(one, two), vague)["one"] < scores("kapan", city(one, two))["one"]


def test_a_small_category_counts_by_share_not_by_number() -> None:
    model = Model(cases={"one": 1000, "two": 50}, words={"jeruk": {"one": 40, "two": 25}})
    found = scores("jeruk", city(category("one", "kecap"), category("two", "sirup")), model)
    assert found["two"] > found["one"]


def test_categories_the_city_does_not_have_are_ignored() -> None:
    model = Model(cases={"elsewhere": 50}, words={"jeruk": {"elsewhere": 50}})
    found = suggest("jeruk", None, city(category("one", "kecap")), model)
    assert found.guess is None


def test_a_category_without_keywords_is_suggested_once_it_was_learned() -> None:
    rest = category("rest")
    assert "rest" not in scores("jeruk", city(rest, category("one", "kecap")))
    model = Model(cases={"rest": 20}, words={"jeruk": {"rest": 20}})
    assert suggest("jeruk", None, city(rest, category("one", "kecap")), model).guess == "rest"


def test_a_longer_phrase_of_a_category_decides_for_a_word_that_several_hold() -> None:
    one = category("one", "apel", "apel hijau")
    alone, together = (scores(text, city(one))["one"] for text in ("apel", "apel hijau"))
    assert together > alone


def test_a_phrase_needs_its_small_words_too_but_they_weigh_nothing() -> None:
    hours = city(category("one", "jam buka"), category("two", "sirup"))
    whole, part = (scores(text, hours)["one"] for text in ("jam buka", "buka"))
    assert whole - part == pytest.approx(routing.KEYWORD_WEIGHT)


def test_a_street_called_like_a_keyword_is_no_evidence() -> None:
    one = category("one", "mawar")
    assert suggest("jl. mawar 5", None, city(one)).guess is None
    assert suggest("mawar", None, city(one)).guess == "one"


def test_features_are_words_and_pairs_without_what_is_said_in_passing() -> None:
    assert routing.features(words("lampu yang mati, lampu mati")) == {
        "lampu": "lampu",
        "mati": "mati",
        "lampu mati": "lampu mati",
        "mati lampu": "mati lampu",
    }


def test_the_kelurahan_comes_from_text_then_address_then_coordinates() -> None:
    point = KelurahanPoint(kelurahan="Gayam", lat=0.0, lon=0.0)
    here = msgspec.structs.replace(KEDIRI, kelurahan_points=(point,))
    place = Location(lat=0.0, lon=0.0, name="Balai", address="Jl. Kawi, Bujel, Mojoroto")
    assert suggest("di Betet", place, here).kelurahan == "Betet"
    assert suggest("di sini", place, here).kelurahan == "Bujel"
    assert suggest("di sini", Location(lat=0.0, lon=0.0), here).kelurahan == "Gayam"
    assert suggest("di sini", Location(lat=0.0, lon=0.0), KEDIRI).kelurahan is None
    assert suggest("di sini", None, here).kelurahan is None
    assert suggest("di sini", None, here).with_kelurahan("Dermo").kelurahan == "Dermo"


def test_the_lexicon_is_keywords_and_learned_words() -> None:
    model = Model(cases={"one": 1}, words={"jeruk": {"one": 1}, "jeruk manis": {"one": 1}})
    assert routing.lexicon((category("one", "kecap asin"),), model).stems == {"kecap", "asin", "jeruk"}
    assert routing.lexicon((category("one", "kecap asin"),), EMPTY).stems == {"kecap", "asin"}
