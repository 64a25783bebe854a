"""The citizens' satisfaction index (IKM) of Permenpan-RB 14/2017: nine elements, scores 1 to 4, equal weights.

The weight is exactly 1/9: with the often printed 0.11 the best possible index is 99.00. The index is rounded half up
to two decimals and only then classified: the bands have gaps of 0.01, and a binary float turns 88.31 into 88.30999….
"""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction

from msgspec import Struct

from chalicelib.complaints.rounding import half_up

BASIS = "Permenpan-RB 14/2017"

ELEMENTS = {
    "U1": ("Persyaratan", "Bagaimana kesesuaian persyaratan untuk menyampaikan aduan ini?"),
    "U2": ("Sistem, mekanisme, dan prosedur", "Seberapa mudah cara menyampaikan dan mengikuti aduan ini?"),
    "U3": ("Waktu penyelesaian", "Bagaimana kecepatan penyelesaian aduan ini?"),
    "U4": ("Biaya/tarif", "Bagaimana kewajaran biaya layanan aduan ini?"),
    "U5": ("Produk spesifikasi jenis pelayanan", "Bagaimana kesesuaian hasilnya dengan yang dijanjikan?"),
    "U6": ("Kompetensi pelaksana", "Bagaimana kemampuan petugas yang menangani?"),
    "U7": ("Perilaku pelaksana", "Bagaimana kesopanan dan keramahan petugas?"),
    "U8": ("Penanganan pengaduan, saran, dan masukan", "Bagaimana penanganan keluhan atau saran Anda?"),
    "U9": ("Sarana dan prasarana", "Bagaimana kualitas sarana pengaduan yang Anda pakai?"),
}
SCORES = (1, 2, 3, 4)
WEIGHT = Fraction(1, len(ELEMENTS))

# From this index (NIK, 25 to 100) on: the quality and what it is called.
BANDS = (
    (Decimal("88.31"), "A", "sangat baik"),
    (Decimal("76.61"), "B", "baik"),
    (Decimal("65.00"), "C", "kurang baik"),
    (Decimal("25.00"), "D", "tidak baik"),
)

Tally = Mapping[str, Mapping[str, int]]
"""By element and score ("1" to "4"): how many said so."""


class Answer(Struct, frozen=True, kw_only=True):
    """What one case's reporter thinks of one element."""

    case: str
    element: str
    score: int
    department: str | None
    day: date
    """The day it was given, in the city's zone: whose rollup it belongs to."""


class Index(Struct, frozen=True, kw_only=True):
    """The index of a city or of one department. None where an element has no answer: eight elements are no IKM."""

    exact: Fraction | None
    """The average of the nine elements' averages, before any rounding."""
    answers: dict[str, int]
    """By element."""
    averages: dict[str, Decimal | None]
    """By element, NRR."""
    missing: tuple[str, ...]

    def ni(self, places: int = 2) -> Decimal | None:
        """On the scale of 1 to 4."""
        return None if self.exact is None else half_up(self.exact, places)

    @property
    def nik(self) -> Decimal | None:
        """On the scale of 25 to 100, from the exact average and not from the rounded one."""
        return None if self.exact is None else half_up(self.exact * 25, 2)

    @property
    def quality(self) -> tuple[str, str] | None:
        """The mutu and its kinerja: ("B", "baik")."""
        return None if self.nik is None else classify(self.nik)


def checked(answer: Answer) -> Answer:
    """The answer itself. Raises ValueError where its element or score does not exist."""
    if answer.element not in ELEMENTS:
        raise ValueError(f"{answer.element!r} is not an element of {BASIS}")
    # True is an int to Python, and 4.0 is equal to 4; neither is a score.
    if type(answer.score) is not int or answer.score not in SCORES:
        raise ValueError(f"a score is one of 1, 2, 3, 4, not {answer.score!r}")
    return answer


def index(tally: Tally) -> Index:
    """The IKM of these answers, each element divided by its own number of answers."""
    sums = {name: sum(int(score) * times for score, times in tally.get(name, {}).items()) for name in ELEMENTS}
    answers = {name: sum(tally.get(name, {}).values()) for name in ELEMENTS}
    averages = {name: Fraction(sums[name], answers[name]) for name in ELEMENTS if answers[name]}
    missing = tuple(name for name in ELEMENTS if not answers[name])
    return Index(
        exact=None if missing else sum((one * WEIGHT for one in averages.values()), Fraction(0)),
        answers=answers,
        averages={name: half_up(averages[name], 2) if name in averages else None for name in ELEMENTS},
        missing=missing,
    )


def classify(nik: Decimal) -> tuple[str, str]:
    """The quality of an index already rounded to two decimals. Raises ValueError outside 25 to 100."""
    if nik > 100:
        raise ValueError(f"no index is above 100: {nik}")
    for least, quality, performance in BANDS:
        if nik >= least:
            return quality, performance
    raise ValueError(f"no index is below 25: {nik}")


def questions(number: int, each: int = 2) -> tuple[str, ...]:
    """What to ask the reporter of the `number`th survey of a month (from 0), one or two elements.

    It walks through the nine, so five cases (nine, when one is asked) have covered all of them, and every nine
    surveys ask each element equally often."""
    if each not in (1, 2):
        raise ValueError("one or two elements a case: people answer no more")
    names = tuple(ELEMENTS)
    return tuple(names[(number * each + step) % len(names)] for step in range(each))


def sample_size(population: int) -> int:
    """How many answers stand for so many cases (Krejcie and Morgan 1970: chi-square 3.841, P 0.5, error 0.05)."""
    spread = Fraction(3841, 1000) / 4
    return int(half_up(spread * population / (Fraction(25, 10_000) * max(0, population - 1) + spread), 0))
