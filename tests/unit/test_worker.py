"""Queue workers: what comes again, what does not, and how long a row rests."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chalicelib.desk import worker

NOW = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)


def record(identifier: str, body: Any) -> dict[str, Any]:
    return {"messageId": identifier, "body": body if isinstance(body, str) else json.dumps(body)}


def test_only_what_failed_comes_again() -> None:
    delivered = []

    def deliver(ticket: str, key: str, now: datetime) -> None:
        if ticket == "KDR-0000-0002":
            raise RuntimeError
        delivered.append((ticket, key))

    records = [
        record("1", {"ticket": "KDR-0000-0001", "rows": {"lapor": ["OUT#lapor#case"], "media": ["OUT#media#1"]}}),
        record("2", {"ticket": "KDR-0000-0002", "rows": {"lapor": ["OUT#lapor#case"]}}),
        record("3", {"ticket": "KDR-0000-0003", "rows": {"lapor": ["a", "b"]}}),
        record("4", {"ticket": "KDR-0000-0004", "rows": {}}),
    ]
    assert worker.run(records, "lapor", deliver) == {"batchItemFailures": [{"itemIdentifier": "2"}]}
    assert delivered == [("KDR-0000-0001", "OUT#lapor#case"), ("KDR-0000-0003", "a"), ("KDR-0000-0003", "b")]


@pytest.mark.parametrize("body", ["", "{", "[]", "{}", '{"ticket": 1, "rows": {"lapor": ["x"]}}', '{"ticket": "x"}'])
def test_a_message_nobody_of_us_wrote_goes_to_the_dead_letters(body: str) -> None:
    def deliver(ticket: str, key: str, now: datetime) -> None:
        raise AssertionError("must not be delivered")

    assert worker.run([record("1", body)], "lapor", deliver) == {"batchItemFailures": [{"itemIdentifier": "1"}]}


def test_rests_grow_and_the_destination_may_ask_for_more() -> None:
    rests = [(worker.again_at(attempts, NOW) - NOW).total_seconds() for attempts in range(20)]
    assert rests[:4] == [5, 5, 10, 20]
    assert rests == sorted(rests)
    assert rests[-1] == 900
    assert worker.again_at(20, NOW, longest=60) == NOW + timedelta(seconds=60)
    assert worker.again_at(20, NOW, retry_after=120, longest=60) == NOW + timedelta(seconds=120)
    assert worker.again_at(1, NOW, retry_after=120) == NOW + timedelta(seconds=120)
    assert worker.again_at(1, NOW, retry_after=1) == NOW + timedelta(seconds=5)
    assert worker.again_at(1, NOW, retry_after=10**9) == NOW + timedelta(hours=1)
