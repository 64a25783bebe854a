"""Learning from sentences and from what operators decided."""

from pathlib import Path

import pytest

from chalicelib.complaints import training
from chalicelib.complaints.city import parse
from chalicelib.complaints.routing import EMPTY, NOWHERE, suggest
from chalicelib.complaints.training import Example, category_of, merge, train

KEDIRI = parse((Path(__file__).parents[2] / "infra/cities/kediri.toml").read_text(encoding="utf-8"))
SPROUTS = [Example(f"tanaman kecambah layu {number}", "taman") for number in range(3)]


def test_a_model_counts_cases_and_words() -> None:
    model = train([Example("lampu lampu padam", "penerangan_jalan"), Example("halo tes", NOWHERE)], KEDIRI)
    assert model.cases == {"penerangan_jalan": 1, NOWHERE: 1}
    assert model.words == {
        "lampu": {"penerangan_jalan": 1},
        "padam": {"penerangan_jalan": 1},
        "tes": {NOWHERE: 1},
    }


def test_pairs_are_learned_when_several_sentences_share_them() -> None:
    model = train([Example("kecambah layu", "taman"), Example("kecambah layu sekali", "taman")], KEDIRI)
    assert model.words["kecambah layu"] == {"taman": 2}


def test_the_order_of_examples_does_not_matter() -> None:
    examples = [*SPROUTS, Example("kecambah dicuri", "ketertiban"), Example("slot", NOWHERE)]
    one, other = train(examples, KEDIRI), train(reversed(examples), KEDIRI)
    assert (one.cases, one.words) == (other.cases, other.words)


def test_unknown_categories_are_left_out() -> None:
    model = train([Example("apel", "buah")], KEDIRI)
    assert (model.cases, model.words) == ({}, {})


def test_names_of_places_and_numbers_are_not_learned() -> None:
    model = train([Example("kecambah kelurahan Betet jl dhoho 0354123456 3571", "taman")], KEDIRI)
    assert set(model.words) == {"kecambah"}


def test_a_spoken_form_is_learned_as_its_word() -> None:
    model = train([*SPROUTS, Example("kecambahe", "taman")], KEDIRI)
    assert model.words["kecambah"] == {"taman": 4}
    assert "kecambahe" not in model.words


def test_corrections_change_what_is_suggested_and_leave_the_model_alone() -> None:
    start = train(SPROUTS, KEDIRI)
    corrected = merge(start, [Example("kecambah rusak", "pertanian_pangan")] * 9, KEDIRI)
    assert suggest("kecambah", None, KEDIRI, start).guess == "taman"
    assert suggest("kecambah", None, KEDIRI, corrected).guess == "pertanian_pangan"
    assert start.words["kecambah"] == {"taman": 3}
    assert corrected.words["kecambah"] == {"taman": 3, "pertanian_pangan": 9 * training.REAL}
    assert corrected.cases["pertanian_pangan"] == 9 * training.REAL


def test_what_one_person_wrote_is_not_learned() -> None:
    twice = merge(EMPTY, [Example("sulistyaningrum wadul", "taman")] * 2, KEDIRI)
    assert not set(twice.words) & {"sulistyaningrum", "wadul", "sulistyaningrum wadul"}
    thrice = merge(EMPTY, [Example("kecambah layu", "taman")] * training.SHARED_BY, KEDIRI)
    assert thrice.words["kecambah"] == {"taman": training.SHARED_BY * training.REAL}


def test_nothing_learned_is_the_same_model() -> None:
    start = train(SPROUTS, KEDIRI)
    same = merge(start, [], KEDIRI)
    assert (same.cases, same.words) == (start.cases, start.words)


def test_only_the_most_frequent_words_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(training, "MOST_WORDS", 1)
    assert list(train([*SPROUTS, Example("kecambah", "taman")], KEDIRI).words) == ["kecambah"]


@pytest.mark.parametrize(
    ("category", "department", "learned"),
    [
        ("sampah", "dlhkp", "sampah"),
        ("sampah", None, "sampah"),
        ("buah", "dinsos", None),
        (None, "dinsos", "bantuan_sosial"),
        (None, "dlhkp", None),  # several categories are its
        (None, "kec_kota", None),
        (None, None, None),
    ],
)
def test_what_a_decision_says(category: str | None, department: str | None, learned: str | None) -> None:
    assert category_of(category, department, KEDIRI) == learned
