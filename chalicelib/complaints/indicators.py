"""What the figures mean: each indicator as data, and its computation from a merged rollup.

docs/indicators.md is printed from the same table. A figure keeps its exact fraction and its numerator and denominator;
rounding is the last thing that happens to it. Where there is no case there is no figure: a dash, never 0 or 100 %.
"""

from bisect import bisect_left
from collections.abc import Iterable, Mapping
from decimal import Decimal
from fractions import Fraction
from itertools import accumulate

from msgspec import Struct

from chalicelib.complaints.definitions import INDICATORS, PARTITION, Indicator
from chalicelib.complaints.ikm import Index, index
from chalicelib.complaints.rollup import Rollup
from chalicelib.complaints.rounding import half_up, shown

HUNDRED = Fraction(100)


class Figure(Struct, frozen=True, kw_only=True):
    """One figure. `exact` is None where nothing could be counted."""

    id: str
    exact: Fraction | None
    numerator: int | None
    """None for a median or percentile, which has none."""
    denominator: int | None
    """How many cases it is about; None for a plain count."""
    unit: str
    places: int

    @property
    def value(self) -> Decimal | None:
        """Rounded half up to the indicator's decimals."""
        return self.rounded(self.places)

    def rounded(self, places: int) -> Decimal | None:
        """Rounded half up from the exact figure, not from one already rounded."""
        return None if self.exact is None else half_up(self.exact, places)

    @property
    def text(self) -> str:
        """As people read it: `98,12 % (209/213)`, `4,60 hari (n = 6.496)`, `6.496 aduan`, or a dash."""
        if self.exact is None:
            return shown(None)
        said = f"{shown(self.value)} {self.unit}"
        if self.denominator is None:
            return said
        if self.unit == "%":
            return f"{said} ({shown(self.numerator)}/{shown(self.denominator)})"
        return f"{said} (n = {shown(self.denominator)})"


class Share(Struct, frozen=True, kw_only=True):
    """One part of a whole: how many, of how many, and what percentage."""

    id: str
    title: str
    numerator: int
    denominator: int

    @property
    def percent(self) -> Decimal | None:
        """With two decimals, half up; None where the whole is empty."""
        return self.rounded(2)

    def rounded(self, places: int) -> Decimal | None:
        """The percentage with so many decimals."""
        return half_up(HUNDRED * self.numerator / self.denominator, places) if self.denominator else None


class Rising(Struct, frozen=True, kw_only=True):
    """A topic with more cases than in the period before."""

    category: str
    now: int
    before: int

    @property
    def percent(self) -> Decimal | None:
        """The increase in percent; None for a topic that is new."""
        return half_up(HUNDRED * (self.now - self.before) / self.before, 2) if self.before else None


def compute(rollup: Rollup, dimension: str = "all", part: str = "") -> dict[str, Figure]:
    """Every indicator of the city, or of one part that keeps all measures (`department`, `class`), by id."""
    return {one.id: figure(one, rollup, dimension, part) for one in INDICATORS}


def figure(one: Indicator, rollup: Rollup, dimension: str = "all", part: str = "") -> Figure:
    """One indicator."""
    if one.kind in ("mean", "median", "p90"):
        return _duration(one, rollup.durations(one.numerator[0], dimension, part))
    found = rollup.part(dimension, part)
    numerator = sum(found.get(name, 0) for name in one.numerator)
    if one.kind == "count":
        # A plain count of no cases is a dash as well: there was nothing to look at.
        looked = bool(found.get(one.looked)) if one.looked else bool(found)
        return _figure(one, Fraction(numerator) if looked else None, numerator if looked else None, None)
    denominator = sum(found.get(name, 0) for name in one.denominator)
    if not denominator:
        return _figure(one, None, numerator, denominator)
    factor = HUNDRED if one.kind == "percent" else Fraction(1)
    return _figure(one, factor * numerator / denominator, numerator, denominator)


def partition(rollup: Rollup) -> list[Share]:
    """Where every case received stands now, refused ones included: the parts sum to the total exactly."""
    states = {part: found["received"] for part, found in rollup.counts.get("state", {}).items()}
    total = rollup.part().get("received", 0)
    shares = [
        Share(id=id_, title=title, numerator=sum(states.pop(name, 0) for name in names), denominator=total)
        for id_, title, names in PARTITION
    ]
    if states or sum(share.numerator for share in shares) != total:
        raise ValueError(f"the states do not sum to the total {total}: recompute this rollup")
    return shares


def breakdown(rollup: Rollup, dimension: str, measure: str = "received") -> list[Share]:
    """The parts of a dimension as shares of all cases: hours and weekdays in their order, others by size."""
    total = rollup.part().get(measure, 0)
    shares = [
        Share(id=part, title=part, numerator=found[measure], denominator=total)
        for part, found in rollup.counts.get(dimension, {}).items()
        if measure in found
    ]
    if dimension in ("hour", "weekday"):
        return sorted(shares, key=lambda share: share.id)
    return _largest(shares)


def share(rollup: Rollup, dimension: str, part: str, measure: str = "received") -> Share:
    """One part of a dimension as a share of all cases, also when it has none."""
    total = rollup.part().get(measure, 0)
    return Share(id=part, title=part, numerator=rollup.part(dimension, part).get(measure, 0), denominator=total)


def table(rollup: Rollup, dimension: str, ids: Iterable[str]) -> dict[str, dict[str, Figure]]:
    """Some indicators for every part of a dimension that keeps all measures, parts by name."""
    chosen = [one for one in INDICATORS if one.id in set(ids)]
    return {
        part: {one.id: figure(one, rollup, dimension, part) for one in chosen}
        for part in sorted(rollup.counts.get(dimension, {}))
    }


def per_1000(rollup: Rollup, population: Mapping[str, int]) -> dict[str, Figure]:
    """Complaints for each 1,000 inhabitants: by kelurahan, and under "" of the whole city, cases without a known
    kelurahan included. No figure where the population is not known (the city's: where any is not) or in a period
    without any case."""
    if not rollup.part():
        return {name: _per_1000(0, 0) for name in ("", *sorted(population))}
    figures = {
        name: _per_1000(rollup.part("kelurahan", name).get("counted", 0), people)
        for name, people in sorted(population.items())
    }
    everybody = sum(population.values()) if all(population.values()) else 0
    return {"": _per_1000(rollup.part().get("counted", 0), everybody), **figures}


def top_topics(rollup: Rollup, most: int = 5) -> list[Share]:
    """The categories with most cases, spam and the like left out."""
    return breakdown(rollup, "category", "counted")[:most]


def rising_topics(now: Rollup, before: Rollup, most: int = 5, least: int = 5) -> list[Rising]:
    """The categories that grew most in cases since the period before. Below `least` cases it may be chance."""
    grown = [
        Rising(category=part, now=found.get("counted", 0), before=before.part("category", part).get("counted", 0))
        for part, found in now.counts.get("category", {}).items()
    ]
    kept = [one for one in grown if one.now >= least and one.now > one.before]
    return sorted(kept, key=lambda one: (one.before - one.now, one.category))[:most]


def repeat_places(rollup: Rollup, most: int = 10, least: int = 3) -> list[Share]:
    """Where the same matter came again and again: `category|kelurahan|cell`. Fewer than three could point at one
    reporter's home; secret cases are not in here at all."""
    return [one for one in breakdown(rollup, "place") if one.numerator >= least][:most]


def satisfaction(rollup: Rollup, department: str | None = None) -> Index:
    """The IKM of the city, every answer counting alike, or of one department."""
    tallies = rollup.ikm.values() if department is None else [rollup.ikm.get(department, {})]
    total: dict[str, dict[str, int]] = {}
    for tally in tallies:
        for element, scores in tally.items():
            found = total.setdefault(element, {})
            for score, times in scores.items():
                found[score] = found.get(score, 0) + times
    return index(total)


def _per_1000(cases: int, people: int) -> Figure:
    exact = Fraction(1000 * cases, people) if people else None
    return Figure(
        id="per_1000", exact=exact, numerator=cases, denominator=people, unit="aduan per 1.000 penduduk", places=2
    )


def _duration(one: Indicator, occurred: Mapping[int, int]) -> Figure:
    total = sum(occurred.values())
    if not total:
        return _figure(one, None, None, 0)
    if one.kind == "mean":
        minutes = sum(value * times for value, times in occurred.items())
        return _figure(one, Fraction(minutes, total * one.minutes_in_unit), minutes, total)
    if one.kind == "median":
        middle = (_ranked(occurred, (total + 1) // 2) + _ranked(occurred, total // 2 + 1), 2)
        return _figure(one, Fraction(*middle) / one.minutes_in_unit, None, total)
    nearest_rank = -(-total * 9 // 10)
    return _figure(one, Fraction(_ranked(occurred, nearest_rank), one.minutes_in_unit), None, total)


def _ranked(occurred: Mapping[int, int], rank: int) -> int:
    """The value at this place, from 1, when all are laid out in order."""
    values = sorted(occurred)
    return values[bisect_left(list(accumulate(occurred[value] for value in values)), rank)]


def _figure(one: Indicator, exact: Fraction | None, numerator: int | None, denominator: int | None) -> Figure:
    return Figure(
        id=one.id, exact=exact, numerator=numerator, denominator=denominator, unit=one.unit, places=one.places
    )


def _largest(shares: Iterable[Share]) -> list[Share]:
    return sorted(shares, key=lambda share: (-share.numerator, share.id))
