"""The breaker: opened by a service that is down, tried out by one at a time, closed by the first answer."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.store import breaker
from chalicelib.store.breaker import Gate
from chalicelib.store.keys import iso
from tests.unit.tables import empty_tables

NOW = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
LAPOR = "lapor"
INSTANT = timedelta(milliseconds=1)


@pytest.fixture(autouse=True)
def tables() -> Iterator[None]:
    with empty_tables():
        yield


def look() -> Gate:
    return breaker.look(LAPOR)


def opened() -> Gate:
    """Open since NOW."""
    for _ in range(breaker.FAILURES):
        breaker.failed(LAPOR, look(), NOW)
    return look()


def test_it_opens_at_the_fifth_failure_in_a_row() -> None:
    for _ in range(breaker.FAILURES - 1):
        breaker.failed(LAPOR, look(), NOW)
    assert look().closed
    assert not breaker.answered(LAPOR, look()), "it was closed"
    assert look() == Gate()
    gate = opened()
    assert (gate.pausing(NOW), gate.pausing(NOW + breaker.PAUSE - INSTANT)) == (True, True)
    assert not gate.pausing(NOW + breaker.PAUSE)
    assert not gate.closed, "a pause that is over is no answer"


def test_its_pause_never_grows() -> None:
    opened()
    now = NOW
    for _ in range(60):
        now += timedelta(minutes=1)
        gate = look()
        assert breaker.probe(LAPOR, gate, now)
        breaker.failed(LAPOR, gate, now)
        assert look().open_until == iso(now + breaker.PAUSE)
    assert look().failures == breaker.FAILURES + 60, "a failed probe is one failure"


def test_one_at_a_time_tries_it_out() -> None:
    gate, now = opened(), NOW + breaker.PAUSE
    with ThreadPoolExecutor(8) as workers:
        assert sorted(workers.map(lambda _: breaker.probe(LAPOR, gate, now), range(16))) == [False] * 15 + [True]
    assert look().probed(now)
    assert not breaker.probe(LAPOR, look(), now + breaker.PROBE - INSTANT)
    assert breaker.probe(LAPOR, look(), now + breaker.PROBE), "its process died"
    breaker.give_back(LAPOR)
    assert breaker.probe(LAPOR, look(), now)


def test_a_probe_is_of_the_breaker_that_was_seen() -> None:
    gate = opened()
    breaker.failed(LAPOR, gate, NOW + timedelta(seconds=10))
    assert not breaker.probe(LAPOR, gate, NOW + breaker.PAUSE), "somebody else failed meanwhile"
    assert breaker.answered(LAPOR, look())
    assert not breaker.probe(LAPOR, gate, NOW + breaker.PAUSE), "somebody else closed it"


def test_a_probe_that_failed_lets_the_next_try_after_the_pause() -> None:
    gate, now = opened(), NOW + breaker.PAUSE
    assert breaker.probe(LAPOR, gate, now)
    breaker.failed(LAPOR, gate, now)
    assert not look().probed(now)
    assert breaker.probe(LAPOR, look(), now + breaker.PAUSE)


def test_the_first_answer_closes_it_and_tells_whoever_brought_it_once() -> None:
    gate = opened()
    assert breaker.probe(LAPOR, gate, NOW + breaker.PAUSE)
    assert breaker.answered(LAPOR, gate)
    assert look() == Gate()
    assert not breaker.answered(LAPOR, gate), "one brings what waits"
    breaker.failed(LAPOR, look(), NOW)
    assert look().closed, "it counts from the beginning"


def test_a_breaker_that_opened_meanwhile_is_closed_by_an_answer() -> None:
    breaker.failed(LAPOR, look(), NOW)
    before = look()
    opened()
    assert breaker.answered(LAPOR, before)
    assert look().closed


def test_an_ordinary_answer_writes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def write(*_: object, **__: object) -> None:
        raise AssertionError("every life would pay for it")

    monkeypatch.setattr(breaker, "update", write)
    assert not breaker.answered(LAPOR, look())


def test_a_pause_is_ended_unless_somebody_failed_since() -> None:
    gate = opened()
    breaker.end_pause(LAPOR, gate, NOW)
    assert not look().pausing(NOW)
    late = look()
    breaker.failed(LAPOR, late, NOW + timedelta(seconds=1))
    breaker.end_pause(LAPOR, late, NOW)
    assert look().pausing(NOW + timedelta(seconds=2))
