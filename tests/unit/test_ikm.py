"""The satisfaction index of Permenpan-RB 14/2017, with the traps that real tables fell into."""

from collections import Counter
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from chalicelib.complaints.ikm import ELEMENTS, WEIGHT, Answer, checked, classify, index, questions, sample_size
from chalicelib.complaints.rounding import half_up, shown


def uniform(scores: dict[str, int]) -> dict[str, dict[str, int]]:
    return dict.fromkeys(ELEMENTS, scores)


def averaging(average: Decimal) -> dict[str, dict[str, int]]:
    """Ten thousand answers to each element with exactly this average."""
    low, part = divmod(int(average * 10_000), 10_000)
    return uniform({str(low): 10_000 - part, str(low + 1): part})


def test_nine_elements_of_equal_weight() -> None:
    assert list(ELEMENTS) == [f"U{number}" for number in range(1, 10)]
    assert WEIGHT * 9 == 1


def test_all_fours_are_a_hundred_and_all_ones_twenty_five() -> None:
    best, worst = index(uniform({"4": 7})), index(uniform({"1": 7}))
    assert (best.ni(), best.nik, best.quality) == (Decimal("4.00"), Decimal("100.00"), ("A", "sangat baik"))
    assert (worst.ni(), worst.nik, worst.quality) == (Decimal("1.00"), Decimal("25.00"), ("D", "tidak baik"))


def test_both_scales_of_the_published_index() -> None:
    found = index(averaging(Decimal("3.51")))
    assert (found.ni(), found.nik, found.quality) == (Decimal("3.51"), Decimal("87.75"), ("B", "baik"))
    assert found.exact == Fraction(351, 100)
    assert found.ni(1) == Decimal("3.5")


@pytest.mark.parametrize(
    ("average", "nik", "quality"),
    [
        ("2.5996", "64.99", "D"),  # 64.99000000000001 as a binary float, in the gap between D and C
        ("2.5998", "65.00", "C"),  # 64.995
        ("2.6000", "65.00", "C"),
        ("3.0640", "76.60", "C"),
        ("3.0642", "76.61", "B"),  # 76.605, in the gap between C and B
        ("3.0644", "76.61", "B"),
        ("3.5320", "88.30", "B"),
        ("3.5322", "88.31", "A"),  # 88.305
        ("3.5324", "88.31", "A"),  # 88.30999999999999 as a binary float
    ],
)
def test_the_edges_of_the_bands(average: str, nik: str, quality: str) -> None:
    found = index(averaging(Decimal(average)))
    assert found.nik == Decimal(nik)
    assert found.quality is not None
    assert found.quality[0] == quality


@pytest.mark.parametrize(
    ("nik", "quality"),
    [
        ("100.00", "A"),
        ("88.31", "A"),
        ("88.30", "B"),
        ("76.61", "B"),
        ("76.60", "C"),
        ("65.00", "C"),
        ("64.99", "D"),
        ("25.00", "D"),
    ],
)
def test_classes_begin_at_their_edge(nik: str, quality: str) -> None:
    assert classify(Decimal(nik))[0] == quality


@pytest.mark.parametrize("nik", ["24.99", "100.01"])
def test_outside_the_scale_there_is_no_class(nik: str) -> None:
    with pytest.raises(ValueError, match=nik):
        classify(Decimal(nik))


def test_the_index_is_not_computed_from_the_rounded_ni() -> None:
    found = index(averaging(Decimal("3.5349")))  # NI 3.53, times 25 would be 88.25: B
    assert (found.ni(), found.nik, found.quality) == (Decimal("3.53"), Decimal("88.37"), ("A", "sangat baik"))


def test_each_element_is_divided_by_its_own_answers_and_weighs_the_same() -> None:
    tally = uniform({"4": 1}) | {"U3": {"2": 1000}}
    found = index(tally)
    assert found.averages["U3"] == Decimal("2.00")
    assert found.answers["U3"] == 1000
    assert found.exact == Fraction(8 * 4 + 2, 9)


def test_eight_elements_are_no_index() -> None:
    tally = uniform({"4": 3})
    del tally["U8"]
    found = index({**tally, "U9": {}})
    assert found.missing == ("U8", "U9")
    assert (found.exact, found.ni(), found.nik, found.quality) == (None, None, None, None)
    assert (found.averages["U8"], found.averages["U1"], found.answers["U8"]) == (None, Decimal("4.00"), 0)


@pytest.mark.parametrize(("element", "score"), [("U0", 3), ("u1", 3), ("U1", 0), ("U1", 5), ("U1", 4.0), ("U1", True)])
def test_answers_that_do_not_exist(element: str, score: Any) -> None:
    with pytest.raises(ValueError, match=repr(element if element != "U1" else score)):
        checked(Answer(case="K", element=element, score=score, department=None, day=date(2026, 1, 1)))


def test_an_answer_that_exists() -> None:
    answer = Answer(case="K", element="U9", score=1, department=None, day=date(2026, 1, 1))
    assert checked(answer) is answer


def test_five_cases_cover_all_nine_and_nine_ask_each_twice() -> None:
    assert questions(0) == ("U1", "U2")
    assert questions(4) == ("U9", "U1")
    assert {element for number in range(5) for element in questions(number)} == set(ELEMENTS)
    assert set(Counter(element for number in range(9) for element in questions(number)).values()) == {2}
    assert [questions(number, 1) for number in (0, 8, 9)] == [("U1",), ("U9",), ("U1",)]
    assert all(len(set(questions(number))) == 2 for number in range(30))


@pytest.mark.parametrize("each", [0, 3])
def test_nobody_is_asked_more_than_two(each: int) -> None:
    with pytest.raises(ValueError, match="one or two"):
        questions(0, each)


@pytest.mark.parametrize(
    ("population", "sample"),
    [(0, 0), (1, 1), (10, 10), (100, 80), (213, 137), (500, 217), (1000, 278), (1114, 286), (5000, 357), (10_000, 370)],
)
def test_sample_sizes_of_krejcie_and_morgan(population: int, sample: int) -> None:
    assert sample_size(population) == sample


@pytest.mark.parametrize(
    ("value", "places", "rounded"),
    [
        (Fraction(1, 8), 2, "0.13"),
        (Fraction(-1, 8), 2, "-0.13"),
        (Fraction(88305, 1000), 2, "88.31"),
        (Fraction(5, 2), 0, "3"),
        (Fraction(1, 3), 2, "0.33"),
        (Fraction(2, 3), 2, "0.67"),
        (Fraction(100), 2, "100.00"),
        (Fraction(-1, 3), 0, "0"),
    ],
)
def test_half_goes_up(value: Fraction, places: int, rounded: str) -> None:
    assert str(half_up(value, places)) == rounded


@pytest.mark.parametrize(
    ("value", "text"),
    [(6496, "6.496"), (Decimal("98.12"), "98,12"), (Decimal("1234567.5"), "1.234.567,5"), (0, "0"), (None, "–")],
)
def test_figures_as_indonesians_write_them(value: Any, text: str) -> None:
    assert shown(value) == text
