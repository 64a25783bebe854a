"""Jobs run by hand: whoever invokes one need only say for when."""

from datetime import UTC, datetime
from typing import Any

import pytest

import app
from chalicelib.api.ticks import Tick

JOBS = [handler for handler in vars(app).values() if getattr(handler, "event_class", None) is Tick]


def test_every_schedule_takes_a_tick() -> None:
    assert len(JOBS) == len([one for one in app.app.handler_map if one in SCHEDULED]) == len(SCHEDULED)


SCHEDULED = {
    "outbox_sweep",
    "retention",
    "routing_retrain",
    "sla_alerts",
    "deadline_recompute",
    "digests",
    "daily_figures",
    "monthly_summary",
}


@pytest.mark.parametrize("time", ["2026-12-01T00:30:00Z", "2026-12-01T07:30:00+07:00", "2026-12-01T00:30:00"])
def test_the_time_is_all_that_is_needed(time: str) -> None:
    assert Tick({"time": time}, None).now == datetime(2026, 12, 1, 0, 30, tzinfo=UTC)


def test_without_a_time_it_is_now() -> None:
    before = datetime.now(UTC)
    tick = Tick({}, None)
    assert before <= tick.now <= datetime.now(UTC)
    assert tick.detail == {}


def test_what_eventbridge_sends_is_taken_too() -> None:
    sent: dict[str, Any] = {
        "version": "0",
        "id": "1",
        "detail-type": "Scheduled Event",
        "source": "aws.events",
        "account": "1",
    }
    sent |= {"time": "2026-12-01T00:30:00Z", "region": "x", "resources": [], "detail": {"rebuild": "2026"}}
    assert Tick(sent, None).detail == {"rebuild": "2026"}
