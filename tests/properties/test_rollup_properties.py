"""Rollups say what a naive recount says: any histories, in any zone, merged in any order.

The recount below reads timelines on its own and shares nothing with facts.py and rollup.py but the words.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.complaints import lifecycle
from chalicelib.complaints.facts import Fact, answers_of, fact_of
from chalicelib.complaints.ikm import ELEMENTS, Answer
from chalicelib.complaints.indicators import breakdown, compute, partition, satisfaction
from chalicelib.complaints.rollup import (
    Rollup,
    by_day,
    days_of,
    from_bytes,
    merge,
    rollup_of,
    to_bytes,
)
from chalicelib.complaints.rounding import half_up

Timeline = list[dict[str, Any]]
AS_OF = datetime(2028, 3, 10, tzinfo=UTC)
ZONES = ("Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura")
# Receipts cluster around the midnights of the three zones and around 29 February 2028.
MIDNIGHTS = [datetime(2028, 2, day, hour, tzinfo=UTC) for day in (27, 28, 29) for hour in (15, 16, 17)]
moments = st.builds(
    lambda at, minutes: at + timedelta(minutes=minutes), st.sampled_from(MIDNIGHTS), st.integers(-90, 90)
)
ACTIONS = (*sorted(set(lifecycle.LEADS_TO) - {"set", "extend", "attach"}), "alert", "alert_acted", "survey")


REASONS = sorted(lifecycle.REASONS)
# One draw for all that an action may bring keeps examples cheap.
brings = st.integers(0, 2 * 5 * 9 * 4 * 3 - 1)


def brought(number: int) -> tuple[str, dict[str, Any]]:
    """An actor and the data of an event."""
    number, actor = divmod(number, 3)
    number, department = divmod(number, 2)
    number, reason = divmod(number, 5)
    score, element = divmod(number, 9)
    return ("a", "b", "system")[actor], {
        "department": ("dishub", "dlhkp")[department],
        "text": "x",
        "note": "x",
        "reason": REASONS[reason],
        "duplicate_of": "KDR-9",
        "element": f"U{element + 1}",
        "score": score + 1,
    }


@st.composite
def timelines(draw: st.DrawFn) -> Timeline:
    """Any life: every action the table allows to an admin, at any pace, with alerts and answers between."""
    at = draw(moments)
    first = {
        "channel": draw(st.sampled_from(["whatsapp", "web", "lapor"])),
        "class": draw(st.sampled_from(["complaint", "information"])),
        "category": draw(st.sampled_from(["pohon", "pju", None])),
        "location": draw(
            st.sampled_from([None, {"kelurahan": "Pojok"}, {"kelurahan": "Dermo", "lat": -7.8, "lon": 112.0}])
        ),
        "secret": draw(st.booleans()),
    }
    events: Timeline = [{"at": at.isoformat(), "actor": "reporter", "type": "received", "data": first}]
    state = lifecycle.replay(events)
    steps = st.tuples(st.integers(0, 4000), st.sampled_from(ACTIONS), brings)
    for minutes, type_, number in draw(st.lists(steps, max_size=12)):
        at += timedelta(minutes=minutes)
        actor, data = brought(number)
        if type_ in lifecycle.LEADS_TO:
            try:
                state = lifecycle.apply(state, lifecycle.Action(type=type_, role="admin", data=data, actor=actor))
            except (lifecycle.NotAllowed, lifecycle.Incomplete):
                continue
        events.append({"at": at.isoformat(), "actor": actor, "type": type_, "data": data})
    return events


def working(start: datetime, end: datetime, department: str | None) -> int:
    """Some other number than the elapsed minutes."""
    return int((end - start).total_seconds()) // 180


def derive(ticket: str, events: Timeline, zone: str) -> Fact:
    return fact_of(ticket, events, zone=ZoneInfo(zone), as_of=AS_OF, working_minutes=working)


histories = st.lists(timelines(), max_size=8)


class Recount:
    """The figures of some timelines, counted one question at a time."""

    def __init__(self, cases: Iterable[Timeline]) -> None:
        self.cases = [[event for event in case if self.at(event) <= AS_OF] for case in cases]
        self.states = [lifecycle.replay(case) for case in self.cases]
        self.net = [case for case, state in zip(self.cases, self.states, strict=True) if not self.excluded(state)]

    @staticmethod
    def at(event: dict[str, Any]) -> datetime:
        return datetime.fromisoformat(event["at"])

    @staticmethod
    def excluded(state: lifecycle.State) -> bool:
        return state.reason in ("spam", "duplicate", "not_our_authority")

    def first(self, case: Timeline, *types: str) -> datetime | None:
        return next((self.at(event) for event in case if event["type"] in types), None)

    def minutes(self, *types: str) -> list[int]:
        """From receipt to the first such event, of every case that has one."""
        found = [(self.at(case[0]), self.first(case, *types)) for case in self.net]
        return sorted(round((end - start).total_seconds() / 60) for start, end in found if end)

    def closing_minutes(self) -> list[int]:
        closed = [case for case in self.net if lifecycle.replay(case).status == "closed"]
        ends = [
            (self.at(case[0]), [self.at(event) for event in case if event["type"] == "close"][-1]) for case in closed
        ]
        return sorted(round((end - start).total_seconds() / 60) for start, end in ends)

    def having(self, *types: str) -> int:
        return sum(self.first(case, *types) is not None for case in self.net)

    def events(self, type_: str, cases: list[Timeline]) -> int:
        return sum(event["type"] == type_ for case in cases for event in case)

    def answered_alerts(self) -> int:
        """The alerts that an act on the same clock came after."""
        return sum(
            any(later["type"] == "alert_acted" and of_clock(later) == of_clock(event) for later in case[number:])
            for case in self.cases
            for number, event in enumerate(case)
            if event["type"] == "alert"
        )


def of_clock(event: dict[str, Any]) -> Any:
    return (event.get("data") or {}).get("clock")


def percent(numerator: int, denominator: int) -> Decimal | None:
    if not denominator:
        return None
    return (Decimal(numerator) * 100 / Decimal(denominator)).quantize(Decimal("0.01"), ROUND_HALF_UP)


def middle(values: list[int]) -> Decimal | None:
    if not values:
        return None
    half = len(values) // 2
    twice = values[half] * 2 if len(values) % 2 else values[half - 1] + values[half]
    return half_up(Fraction(twice, 2 * 1440), 2)


@given(histories, st.sampled_from(ZONES))
@settings(max_examples=200, deadline=None)
def test_a_month_out_of_daily_rollups_is_what_a_recount_says(cases: list[Timeline], zone: str) -> None:
    facts = [derive(f"KDR-{number}", case, zone) for number, case in enumerate(cases)]
    days = by_day(facts)
    month = merge(from_bytes(to_bytes(days[day])) for day in sorted(days))
    said, naive = compute(month), Recount(cases)
    values = {id_: figure.value for id_, figure in said.items()}
    assert (said["received"].numerator or 0) == len(cases)
    assert (said["counted"].numerator or 0) == len(naive.net)
    if not cases:
        assert set(values.values()) == {None}
        return
    assert values["followed_up"] == percent(naive.having("start", "respond"), len(naive.net))
    assert values["answered"] == percent(naive.having("respond"), len(naive.net))
    closed = naive.closing_minutes()
    assert values["closed"] == percent(len(closed), len(naive.net))
    assert values["close_median"] == middle(closed)
    assert values["close_mean"] == (half_up(Fraction(sum(closed), len(closed) * 1440), 2) if closed else None)
    answered = naive.minutes("respond")
    assert values["answer_median"] == middle(answered)
    assert values["answer_p90"] == (
        half_up(Fraction(answered[-(-len(answered) * 9 // 10) - 1], 1440), 2) if answered else None
    )
    finished = [case for case in naive.net if naive.first(case, "respond", "close", "reject", "merge")]
    assert values["reopened"] == percent(sum(bool(naive.first(case, "reopen")) for case in finished), len(finished))
    assert said["acted"].numerator == naive.answered_alerts()
    assert said["acted"].denominator == naive.events("alert", naive.cases)
    assert said["transfers"].numerator == naive.events(
        "transfer", [case for case in naive.net if lifecycle.replay(case).department]
    )


@given(histories, st.sampled_from(ZONES))
@settings(max_examples=100, deadline=None)
def test_parts_add_up(cases: list[Timeline], zone: str) -> None:
    whole = rollup_of(derive(f"KDR-{number}", case, zone) for number, case in enumerate(cases))
    assert sum(one.numerator for one in partition(whole)) == len(cases)
    for dimension in ("state", "channel", "department", "class", "category", "kelurahan", "hour", "weekday"):
        assert sum(one.numerator for one in breakdown(whole, dimension)) == len(cases)
    naive = Counter(lifecycle.replay(case).department or "-" for case in Recount(cases).cases)
    assert {one.id: one.numerator for one in breakdown(whole, "department")} == naive
    statuses = Counter(state.status for state in Recount(cases).states)
    refused = sum(one.numerator for one in breakdown(whole, "state") if one.id.startswith("rejected:"))
    assert refused == statuses["rejected"]


@given(histories, st.sampled_from(ZONES))
@settings(max_examples=100, deadline=None)
def test_a_case_is_in_the_half_open_day_of_its_city(cases: list[Timeline], zone: str) -> None:
    facts = [derive(f"KDR-{number}", case, zone) for number, case in enumerate(cases)]
    offset = {"Asia/Jakarta": 7, "Asia/Makassar": 8, "Asia/Jayapura": 9}[zone]
    for day in days_of("2028-02")[-4:] + days_of("2028-03")[:1]:
        opens = datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(hours=offset)
        inside = [case for case in cases if opens <= Recount.at(case[0]) < opens + timedelta(days=1)]
        assert by_day(facts).get(day, Rollup()).part().get("received", 0) == len(inside)


@st.composite
def rollups(draw: st.DrawFn) -> Rollup:
    cases = draw(st.lists(timelines(), max_size=4))
    facts = [derive(f"KDR-{number}", case, "Asia/Jakarta") for number, case in enumerate(cases)]
    answers = [
        one
        for number, case in enumerate(cases)
        for one in answers_of(f"KDR-{number}", case, zone=ZoneInfo("Asia/Jakarta"))
    ]
    return rollup_of(facts, answers)


@given(rollups(), rollups(), rollups())
@settings(max_examples=100, deadline=None)
def test_merging_is_associative_and_commutative_and_nothing_is_neutral(one: Rollup, two: Rollup, three: Rollup) -> None:
    left, right = merge([merge([one, two]), three]), merge([one, merge([two, three])])
    assert to_bytes(left) == to_bytes(right) == to_bytes(merge([three, one, two]))
    assert to_bytes(merge([one, Rollup()])) == to_bytes(one) == to_bytes(from_bytes(to_bytes(one)))
    assert compute(left) == compute(right)
    assert satisfaction(left) == satisfaction(right)


answers = st.lists(
    st.builds(
        Answer,
        case=st.just("KDR-1"),
        element=st.sampled_from(sorted(ELEMENTS)),
        score=st.integers(1, 4),
        department=st.sampled_from(["dishub", None]),
        day=st.just(date(2028, 2, 29)),
    ),
    max_size=60,
)


@given(answers)
@settings(max_examples=200, deadline=None)
def test_the_index_is_what_a_recount_says(given_answers: list[Answer]) -> None:
    scores = defaultdict[str, list[int]](list)
    for answer in given_answers:
        scores[answer.element].append(answer.score)
    found = satisfaction(rollup_of([], given_answers))
    assert found.answers == {name: len(scores[name]) for name in ELEMENTS}
    if all(scores[name] for name in ELEMENTS):
        exact = sum((Fraction(sum(scores[name]), len(scores[name])) for name in ELEMENTS), Fraction(0)) / 9
        assert found.exact == exact
        assert found.nik is not None
        assert abs(Fraction(found.nik) - exact * 25) <= Fraction(1, 200)
        assert Decimal(25) <= found.nik <= Decimal(100)
    else:
        assert found.nik is None


@given(st.integers(0, 10**9), st.integers(1, 10**6), st.integers(0, 4))
def test_rounding_is_decimal_s_half_up(numerator: int, denominator: int, places: int) -> None:
    rounded = half_up(Fraction(numerator, denominator), places)
    assert abs(Fraction(rounded) - Fraction(numerator, denominator)) <= Fraction(1, 2 * 10**places)
    assert -rounded == half_up(Fraction(-numerator, denominator), places)
    exact = Decimal(numerator).scaleb(-6)
    assert half_up(Fraction(numerator, 10**6), places) == exact.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


@pytest.mark.parametrize("year", [2027, 2028])
def test_a_year_is_its_months_and_its_days(year: int) -> None:
    months = [day for month in range(1, 13) for day in days_of(f"{year}-{month:02}")]
    assert months == days_of(str(year))
    one = {
        day: rollup_of([derive("K", [{"at": f"{day}T05:00:00Z", "type": "received"}], "Asia/Jakarta")])
        for day in months
        if day < AS_OF.date()
    }
    assert merge(one.values()).part().get("received", 0) == len(one)
