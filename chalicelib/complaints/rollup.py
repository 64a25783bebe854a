"""A day of facts added up, so that months and years are sums of days and never read a case again.

Every number is a count or a sum of whole numbers, and durations are kept as how often each minute occurred. So two
rollups merge exactly and in any order, medians included, and what was added can be taken out again: a late correction
of one case changes the rollup of its own day alone.

Durations are whole minutes: a displayed hundredth of a day is 14.4 of them, and it bounds a rollup. However many cases
there are, a duration of up to 90 days can have 129,600 values, not one for each case.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, timedelta
from typing import Any

import msgspec
from msgspec import Struct, field

from chalicelib.complaints.facts import Fact
from chalicelib.complaints.ikm import Answer

VERSION = 1
UNKNOWN = "-"

# Refused for these reasons, a message is no complaint to this city: received, but in no percentage.
NOT_COUNTED = ("spam", "duplicate", "not_our_authority")

BASIC = ("received", "counted", "followed_up", "closed")
RECEIVED = ("received",)

Counts = dict[str, dict[str, dict[str, int]]]
Times = dict[str, dict[str, dict[str, dict[int, int]]]]
Wanted = Callable[[str, str, str], bool]
"""Whether durations are wanted, by dimension, part and duration: most of a rollup is durations by department."""
Step = tuple[str, tuple[str, ...], Mapping[Any, int]]
"""Some numbers of a rollup: in which tree, on which branch, and how much under each key."""


class Dimension(Struct, frozen=True):
    """A way to divide cases."""

    of: Callable[[Fact], str | None]
    """The part a case belongs to; None: to no part."""
    measures: tuple[str, ...] | None = None
    """What is counted for each part; None: everything."""
    times: bool = False


DIMENSIONS = {
    "all": Dimension(lambda fact: "", times=True),
    "state": Dimension(lambda fact: f"rejected:{fact.reason}" if fact.state == "rejected" else fact.state, RECEIVED),
    "channel": Dimension(lambda fact: fact.channel, BASIC),
    "department": Dimension(lambda fact: fact.department or UNKNOWN, times=True),
    "class": Dimension(lambda fact: fact.class_ or UNKNOWN),
    "category": Dimension(lambda fact: fact.category or UNKNOWN, BASIC),
    "kelurahan": Dimension(lambda fact: fact.kelurahan or UNKNOWN, BASIC),
    "hour": Dimension(lambda fact: f"{fact.hour:02}", BASIC),
    "weekday": Dimension(lambda fact: str(fact.day.isoweekday()), BASIC),
    "place": Dimension(lambda fact: fact.place if counted(fact) else None, RECEIVED),
}


class Rollup(Struct):
    """Facts and survey answers added up. Nothing in it is zero, so equal contents have equal bytes."""

    version: int = VERSION
    counts: Counts = field(default_factory=dict)
    """By dimension, part and measure."""
    times: Times = field(default_factory=dict)
    """By dimension, part and duration: how often each number of minutes occurred."""
    ikm: Counts = field(default_factory=dict)
    """By department, element and score."""

    def part(self, dimension: str = "all", part: str = "") -> dict[str, int]:
        """The measures of one part; empty where there was no case."""
        return self.counts.get(dimension, {}).get(part, {})

    def durations(self, name: str, dimension: str = "all", part: str = "") -> dict[int, int]:
        """How often each number of minutes occurred."""
        return self.times.get(dimension, {}).get(part, {}).get(name, {})


def counted(fact: Fact) -> bool:
    """Whether the case is a complaint to this city: what percentages are about."""
    return not (fact.state == "rejected" and fact.reason in NOT_COUNTED)


def measures(fact: Fact) -> dict[str, int]:
    """What a fact adds to every part it belongs to: names and whole numbers, zeros left out."""
    found = {
        "received": 1,
        f"rejected:{fact.reason}": fact.state == "rejected",
        f"lapor:{fact.lapor}": fact.lapor is not None,
        "lapor_due": fact.lapor not in (None, "held"),
        "from_lapor": fact.channel == "lapor",
        "drift_known": fact.drift is not None,
        "drift": fact.drift is True,
        "alerts": fact.alerts,
        "acts": fact.acts,
    }
    if counted(fact):
        found |= {
            "counted": 1,
            "followed_up": fact.followed_up_at is not None,
            "answered": fact.answered_at is not None,
            "closed": fact.state == "closed",
            "open": fact.state not in ("closed", "rejected"),
            "validated": fact.validated,
            "finished": fact.finished,
            "reopened": fact.reopens > 0,
            "reopens": fact.reopens,
            "assigned": fact.department is not None,
            "transferred": fact.transfers > 0,
            "transfers": fact.transfers,
            "paused_minutes": fact.paused,
            "life_minutes": fact.life,
            "with_deadline": fact.last_hour is not None,
            "last_hour": fact.last_hour is True,
        }
        for clock, met in fact.met.items():
            found |= {f"judged:{clock}": 1, f"met:{clock}": met}
    return {name: int(number) for name, number in found.items() if number}


def add(rollup: Rollup, fact: Fact) -> None:
    """Add a case to the rollup of its day."""
    for step in _steps(fact):
        _put(rollup, step)


def add_answer(rollup: Rollup, answer: Answer) -> None:
    """Add a survey answer to the rollup of its day."""
    _put(rollup, _answer_step(answer))


def rollup_of(facts: Iterable[Fact], answers: Iterable[Answer] = ()) -> Rollup:
    """All of these added up, whatever their days."""
    rollup = Rollup()
    for fact in facts:
        add(rollup, fact)
    for answer in answers:
        add_answer(rollup, answer)
    return rollup


def by_day(facts: Iterable[Fact], answers: Iterable[Answer] = ()) -> dict[date, Rollup]:
    """One rollup for each day that has a case or an answer."""
    days: dict[date, Rollup] = {}
    for fact in facts:
        add(days.setdefault(fact.day, Rollup()), fact)
    for answer in answers:
        add_answer(days.setdefault(answer.day, Rollup()), answer)
    return days


def merge(rollups: Iterable[Rollup]) -> Rollup:
    """The rollup of several: a month out of its days, a year out of its months. The given ones stay as they are."""
    merged = Rollup()
    for one in rollups:
        for ours, theirs in ((merged.counts, one.counts), (merged.times, one.times), (merged.ikm, one.ikm)):
            _merge(ours, theirs)
    return merged


def days_of(period: str) -> list[date]:
    """The days of "2024" or "2024-02", or the one day "2024-02-29". Raises ValueError."""
    parts = [int(part) for part in period.split("-")]
    first = date(*[*parts, 1, 1][:3])
    if len(parts) == 3:
        return [first]
    if len(parts) > 3:
        raise ValueError(f"{period!r} is not a year, a month or a day")
    next_month = (first + timedelta(days=31)).replace(day=1)
    end = next_month if len(parts) == 2 else date(first.year + 1, 1, 1)
    return [first + timedelta(days=number) for number in range((end - first).days)]


def to_bytes(rollup: Rollup) -> bytes:
    """Canonical JSON: sorted, without spaces, durations as [minutes, count] in order. Equal rollups, equal bytes."""
    times = {
        dimension: {
            part: {name: sorted(occurred.items()) for name, occurred in durations.items()}
            for part, durations in parts.items()
        }
        for dimension, parts in rollup.times.items()
    }
    whole = {"version": rollup.version, "counts": rollup.counts, "times": times, "ikm": rollup.ikm}
    return msgspec.json.encode(whole, order="sorted")


def all_durations(dimension: str, part: str, duration: str) -> bool:
    """Everything there is."""
    return True


def no_durations(dimension: str, part: str, duration: str) -> bool:
    """Counts alone."""
    return False


def city_durations(dimension: str, part: str, duration: str) -> bool:
    """Those of the city, none by department."""
    return dimension == "all"


def closing_durations(dimension: str, part: str, duration: str) -> bool:
    """All of the city, and by department the time to close: what a report shows."""
    return dimension == "all" or duration in ("close", "close_working")


def compared_durations(dimension: str, part: str, duration: str) -> bool:
    """What a period is compared by: all of the city, and the working time to close by department, of which a city's
    mean in working days is made (departments have different days)."""
    return dimension == "all" or duration == "close_working"


def department_durations(department: str) -> Wanted:
    """Those of one department."""
    return lambda dimension, part, duration: (dimension, part) == ("department", department)


class _Stored(Struct):
    version: int
    counts: Counts
    times: dict[str, dict[str, dict[str, msgspec.Raw]]]
    ikm: Counts


_PAIRS = msgspec.json.Decoder(list[tuple[int, int]])


def from_bytes(data: bytes, wanted: Wanted = all_durations) -> Rollup:
    """The rollup out of `to_bytes`, with these durations. Raises ValueError (msgspec's) where it is damaged or of
    another version."""
    stored = msgspec.json.decode(data, type=_Stored)
    if stored.version != VERSION:
        raise ValueError(f"the rollup has version {stored.version}; recompute it for version {VERSION}")
    times: Times = {}
    for dimension, parts in stored.times.items():
        for part, durations in parts.items():
            kept = {name: dict(_PAIRS.decode(raw)) for name, raw in durations.items() if wanted(dimension, part, name)}
            if kept:
                times.setdefault(dimension, {})[part] = kept
    return Rollup(counts=stored.counts, times=times, ikm=stored.ikm)


def _steps(fact: Fact) -> Iterator[Step]:
    found, durations = measures(fact), fact.minutes if counted(fact) else {}
    for name, dimension in DIMENSIONS.items():
        part = dimension.of(fact)
        if part is None:
            continue
        kept = dimension.measures
        yield "counts", (name, part), found if kept is None else {one: found[one] for one in kept if one in found}
        if dimension.times:
            for duration, minutes in durations.items():
                yield "times", (name, part, duration), {minutes: 1}


def _answer_step(answer: Answer) -> Step:
    return "ikm", (answer.department or UNKNOWN, answer.element), {str(answer.score): 1}


def _put(rollup: Rollup, step: Step) -> None:
    tree, path, numbers = step
    leaf = getattr(rollup, tree)
    for name in path:
        leaf = leaf.setdefault(name, {})
    for key, number in numbers.items():
        leaf[key] = leaf.get(key, 0) + number


def _merge(ours: dict[Any, Any], theirs: dict[Any, Any]) -> None:
    if theirs and not isinstance(next(iter(theirs.values())), dict):
        # Leaves: of a year of a big city ten million, so nothing is asked of each.
        if ours:
            get = ours.get
            for key, number in theirs.items():
                ours[key] = get(key, 0) + number
        else:
            ours.update(theirs)
        return
    for key, value in theirs.items():
        _merge(ours.setdefault(key, {}), value)
