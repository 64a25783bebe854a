"""A rollup adds exactly, and says the same in the same bytes."""

import subprocess
import sys
from collections import Counter
from datetime import date
from pathlib import Path

import msgspec
import pytest

from chalicelib.complaints.ikm import Answer
from chalicelib.complaints.rollup import (
    DIMENSIONS,
    Rollup,
    add,
    add_answer,
    by_day,
    counted,
    days_of,
    from_bytes,
    measures,
    merge,
    rollup_of,
    to_bytes,
)
from tests.unit.made_facts import closed, fact

ANSWER = Answer(case="KDR-1", element="U1", score=4, department="dlhkp", day=date(2026, 3, 2))


def test_what_a_case_adds() -> None:
    found = measures(
        closed(
            reopens=2,
            transfers=3,
            paused=60,
            met={"resolution": True, "follow_up": False},
            last_hour=True,
            validated=True,
            lapor="confirmed",
            drift=True,
            alerts=4,
            acts=1,
            channel="lapor",
        )
    )
    assert found == {
        "received": 1,
        "lapor:confirmed": 1,
        "lapor_due": 1,
        "from_lapor": 1,
        "drift_known": 1,
        "drift": 1,
        "alerts": 4,
        "acts": 1,
        "counted": 1,
        "followed_up": 1,
        "answered": 1,
        "closed": 1,
        "validated": 1,
        "finished": 1,
        "reopened": 1,
        "reopens": 2,
        "assigned": 1,
        "transferred": 1,
        "transfers": 3,
        "paused_minutes": 60,
        "life_minutes": 1440,
        "with_deadline": 1,
        "last_hour": 1,
        "judged:resolution": 1,
        "met:resolution": 1,
        "judged:follow_up": 1,
    }


def test_an_open_case_and_one_with_the_hour_kept() -> None:
    assert measures(fact(lapor="held")) == {"received": 1, "lapor:held": 1, "counted": 1, "open": 1}
    assert "last_hour" not in measures(closed(last_hour=False))
    assert measures(closed(last_hour=False))["with_deadline"] == 1


@pytest.mark.parametrize("reason", ["spam", "duplicate", "not_our_authority"])
def test_what_is_no_complaint_to_this_city_is_received_and_nothing_more(reason: str) -> None:
    spam = fact(state="rejected", reason=reason, finished=True, minutes={"verify": 3}, place="pohon|Pojok|")
    assert not counted(spam)
    assert measures(spam) == {"received": 1, f"rejected:{reason}": 1}
    rollup = rollup_of([spam])
    assert rollup.times == {}
    assert "place" not in rollup.counts


@pytest.mark.parametrize("reason", ["incomplete", "abuse"])
def test_other_refusals_stay_in_the_denominator(reason: str) -> None:
    found = measures(fact(state="rejected", reason=reason, finished=True))
    assert found == {"received": 1, f"rejected:{reason}": 1, "counted": 1, "finished": 1}


def test_every_way_to_divide() -> None:
    rollup = rollup_of(
        [closed(place="pohon|Pojok|", minutes={"close": 90}), fact(category=None, class_=None, kelurahan=None)]
    )
    assert {name: set(parts) for name, parts in rollup.counts.items()} == {
        "all": {""},
        "state": {"closed", "verified"},
        "channel": {"whatsapp"},
        "department": {"dlhkp", "-"},
        "class": {"complaint", "-"},
        "category": {"pohon", "-"},
        "kelurahan": {"Pojok", "-"},
        "hour": {"12"},
        "weekday": {"1"},
        "place": {"pohon|Pojok|"},
    }
    assert rollup.part("state", "closed") == {"received": 1}
    assert rollup.part("channel", "whatsapp") == {"received": 2, "counted": 2, "followed_up": 1, "closed": 1}
    assert rollup.part("class", "complaint")["life_minutes"] == 1440
    assert rollup.times == {"all": {"": {"close": {90: 1}}}, "department": {"dlhkp": {"close": {90: 1}}}}
    assert rollup.part("channel", "sms") == {}
    assert rollup.durations("close", "department", "-") == {}
    assert all(dimension.measures is None or "received" in dimension.measures for dimension in DIMENSIONS.values())


def test_early_hours_sort_before_late_ones() -> None:
    assert set(rollup_of([fact(hour=7), fact(hour=0)]).counts["hour"]) == {"07", "00"}


def test_an_empty_rollup_has_bytes_too() -> None:
    assert to_bytes(Rollup()) == b'{"counts":{},"ikm":{},"times":{},"version":1}'
    assert from_bytes(to_bytes(merge([]))) == Rollup()


def test_the_bytes_do_not_depend_on_the_order() -> None:
    facts = [closed(f"KDR-{number}", days=number, kelurahan=f"K{number % 3}") for number in range(1, 12)]
    forward, backward = rollup_of(facts, [ANSWER]), rollup_of(reversed(facts), [ANSWER])
    assert to_bytes(forward) == to_bytes(backward)
    assert from_bytes(to_bytes(forward)) == forward
    assert b"[1440,1],[2880,1]" in to_bytes(backward)


def test_answers_are_counted_by_department_element_and_score() -> None:
    rollup = Rollup()
    for answer in (ANSWER, ANSWER, msgspec.structs.replace(ANSWER, department=None, score=2)):
        add_answer(rollup, answer)
    assert rollup.ikm == {"dlhkp": {"U1": {"4": 2}}, "-": {"U1": {"2": 1}}}


def test_days_of_cases_and_of_answers() -> None:
    days = by_day([fact(day=date(2026, 3, 1))], [ANSWER])
    assert days == {
        date(2026, 3, 1): rollup_of([fact(day=date(2026, 3, 1))]),
        date(2026, 3, 2): rollup_of([], [ANSWER]),
    }


def test_merging_leaves_the_days_as_they_are() -> None:
    one, other = rollup_of([closed()], [ANSWER]), rollup_of([closed(), fact()], [ANSWER])
    before = to_bytes(one)
    merged = merge([one, other])
    add(merged, fact())
    assert to_bytes(one) == before
    assert merged.part()["received"] == 4
    assert merged.durations("close") == {1440: 2}


@pytest.mark.parametrize(
    ("period", "first", "last", "number"),
    [
        ("2026-02", date(2026, 2, 1), date(2026, 2, 28), 28),
        ("2028-02", date(2028, 2, 1), date(2028, 2, 29), 29),
        ("2026-12", date(2026, 12, 1), date(2026, 12, 31), 31),
        ("2026-01", date(2026, 1, 1), date(2026, 1, 31), 31),
        ("2026", date(2026, 1, 1), date(2026, 12, 31), 365),
        ("2028", date(2028, 1, 1), date(2028, 12, 31), 366),
        ("2028-02-29", date(2028, 2, 29), date(2028, 2, 29), 1),
    ],
)
def test_days_of_a_period(period: str, first: date, last: date, number: int) -> None:
    days = days_of(period)
    assert (days[0], days[-1], len(days), len(set(days))) == (first, last, number, number)


@pytest.mark.parametrize("period", ["2026-13", "2026-02-29", "x", "", "2026-01-01-01"])
def test_no_such_period(period: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        days_of(period)


def test_other_versions_are_recomputed_and_damage_is_seen() -> None:
    with pytest.raises(ValueError, match="version 2; recompute"):
        from_bytes(to_bytes(Rollup()).replace(b'"version":1', b'"version":2'))
    with pytest.raises(ValueError, match="truncated"):
        from_bytes(to_bytes(Rollup())[:-1])


def test_durations_are_bounded_by_their_minutes_and_not_by_cases() -> None:
    once = rollup_of([closed(days=days) for days in range(1, 6)])
    often = merge([once] * 1000)
    assert often.part()["received"] == 5000
    assert len(often.durations("close")) == len(once.durations("close")) == 5
    assert len(to_bytes(often)) < 2 * len(to_bytes(once))


def test_a_hundred_thousand_cases_fit_in_memory() -> None:
    """As a month is made: facts stream by, one rollup grows. In a process of its own, to see its own peak."""
    programme = Path(__file__).with_name("hundred_thousand.py")
    root = Path(__file__).parents[2]
    done = subprocess.run(
        [sys.executable, programme], cwd=root, capture_output=True, text=True, timeout=300, check=True
    )
    found = msgspec.json.decode(done.stdout)
    assert found["received"] == 100_000
    assert found["same_bytes"] is True
    assert found["peak_mb"] < 256  # 165 measured; `make bench` measures the job itself


def test_by_weekday_from_monday() -> None:
    week = [fact(day=date(2026, 3, day)) for day in (2, 7, 8, 8)]
    assert Counter({part: found["received"] for part, found in rollup_of(week).counts["weekday"].items()}) == {
        "1": 1,
        "6": 1,
        "7": 2,
    }
