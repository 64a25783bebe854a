"""When each clock starts and ends, and that no edit resets one (chalicelib/complaints/clock_runs.py and clocks.py)."""

from datetime import date, datetime
from typing import Any

import pytest

from chalicelib.complaints.clock_runs import MET_BY
from chalicelib.complaints.clocks import clocks, going, latest
from chalicelib.complaints.lifecycle import CLOCKS
from tests.unit.clock_lives import ASSIGNED, END, KEDIRI, city, event, local, named, only, received, seen, standard, wib

# --- states, and what starts and ends each clock


@pytest.mark.parametrize(
    ("events", "now", "expected"),
    [
        ([], "03-02T10:00", {"verification": ("running", "03-05T16:00"), "resolution": ("running", "03-27T16:30")}),
        ([], "03-05T16:00", {"verification": ("running", "03-05T16:00"), "resolution": ("running", "03-27T16:30")}),
        ([], "03-05T16:01", {"verification": ("breached", "03-05T16:00"), "resolution": ("running", "03-27T16:30")}),
        (
            [ASSIGNED],
            "03-10T16:01",
            {
                "verification": ("met", "03-05T16:00"),
                "follow_up": ("breached", "03-10T16:00"),
                "resolution": ("running", "03-27T16:30"),
            },
        ),
        (
            [ASSIGNED, event("03-04T09:00", "start"), event("03-05T09:00", "respond", text="x")],
            "03-05T10:00",
            {
                "verification": ("met", "03-05T16:00"),
                "follow_up": ("met", "03-10T16:00"),
                "resolution": ("met", "03-27T16:30"),
                "closing": ("running", "03-26T16:00"),
            },
        ),
    ],
)
def test_a_life(events: list[dict[str, Any]], now: str, expected: dict[str, tuple[str, str]]) -> None:
    found = clocks([received(), *events], KEDIRI, wib(f"2026-{now}"))
    assert {clock.name: (clock.state, local(clock.due_at)) for clock in found} == expected


@pytest.mark.parametrize(
    ("name", "type_", "ends"),
    [
        ("verification", "verify", True),
        ("verification", "assign", True),
        ("verification", "reject", True),
        ("verification", "merge", True),
        ("verification", "note", False),
        ("verification", "set", False),
        ("follow_up", "start", True),
        ("follow_up", "respond", True),
        ("follow_up", "note", False),
        ("follow_up", "wait", False),
        ("resolution", "respond", True),
        ("resolution", "start", False),
        ("resolution", "verify", False),
        ("closing", "close", True),
        ("closing", "note", False),
    ],
)
def test_what_meets_a_clock(name: str, type_: str, ends: bool) -> None:
    before = {"follow_up": [ASSIGNED], "closing": [ASSIGNED, event("03-03T10:00", "respond", text="x")]}.get(name, [])
    action = event("03-04T09:00", type_, department="dpupr", reason="spam", text="x", changes={"secret": True})
    clock = only(name, [received(), *before, action], "03-04T09:00")
    assert (clock.state == "met", clock.over, clock.met is not None) == (ends, ends, ends)
    assert not ends or (clock.met and (clock.met.type, local(clock.met.at)) == (type_, "03-04T09:00"))


def test_those_that_go_on_know_of_what_another_machine_has_written_a_moment_later() -> None:
    timeline = [received(), ASSIGNED, event("03-04T09:01", "respond", text="x")]
    for now in ("2026-03-04T09:00", "2026-03-04T09:02"):
        assert [clock.name for clock in going(timeline, KEDIRI, wib(now))] == ["closing"]
    assert going([], KEDIRI, wib("2026-03-04T09:00")) == []


def test_every_clock_of_the_lifecycle_has_a_rule() -> None:
    assert tuple(MET_BY) == CLOCKS


def test_ended_at_the_due_date_is_in_time_and_a_moment_later_is_not() -> None:
    for minute, state in (("16:00", "met"), ("16:01", "breached")):
        clock = only("verification", [received(), event(f"03-05T{minute}", "verify")])
        assert (clock.state, clock.over, local(clock.due_at)) == (state, True, "03-05T16:00")


@pytest.mark.parametrize(
    ("start_event", "due"),
    [
        ("received", "03-03T16:00"),
        ("verified", "03-04T16:00"),
        ("complete", "03-04T16:00"),
        ("assigned", "03-05T16:00"),
        ("started", "03-06T16:30"),
        ("responded", "03-09T16:00"),
    ],
)
def test_the_start_event_is_the_standards(start_event: str, due: str) -> None:
    where = city(standard("resolution", class_="complaint", amount=1, start_event=start_event))
    life = [
        received(),
        event("03-03T10:00", "verify"),
        event("03-04T10:00", "assign", department="dpupr"),
        event("03-05T10:00", "start"),
        event("03-06T10:00", "respond", text="x"),
    ]
    assert local(only("resolution", life, where=where).due_at) == due
    started = {"received": 1, "verified": 2, "complete": 2, "assigned": 3, "started": 4, "responded": 5}[start_event]
    assert not named("resolution", life[: started - 1] or [event("03-02T10:00", "note")], where=where)


def test_assigning_at_once_starts_what_verifying_starts() -> None:
    where = city(standard("resolution", class_="complaint", amount=1, start_event="verified"))
    assert local(only("resolution", [received(), ASSIGNED], where=where).due_at) == "03-04T16:00"


def test_nothing_runs_before_a_case_is_received() -> None:
    assert clocks([], KEDIRI, wib(END)) == []
    assert clocks([received()], KEDIRI, wib("2026-03-01T10:00")) == []


def test_times_are_read_as_they_are_stored() -> None:
    stored = {"at": "2026-03-02T03:00:00.000Z", "actor": "x", "type": "received", "data": {"class": "complaint"}}
    as_datetime = {**stored, "at": datetime.fromisoformat("2026-03-02T03:00:00+00:00"), "data": None}
    for line in (stored, as_datetime):
        assert local(only("verification", [line]).start.at) == "03-02T10:00"


def test_a_job_run_for_a_past_day_sees_that_day() -> None:
    life = [received(), event("03-06T09:00", "verify")]
    assert only("verification", life, "03-04T09:00").state == "running"
    assert only("verification", life, "03-05T17:00").state == "breached"


def test_hours_and_calendar_days() -> None:
    assert local(only("resolution", [received("03-02T15:00", "ringan")]).due_at) == "03-03T09:30"
    where = city(standard("resolution", class_="complaint", amount=14, unit="calendar_days"))
    clock = only("resolution", [received()], where=where)
    assert (local(clock.due_at), clock.due_on) == ("03-17T00:00", date(2026, 3, 16))


# --- an edit never resets a clock


@pytest.mark.parametrize(
    "edit",
    [
        event("03-05T09:00", "note", text="x"),
        event("03-05T09:00", "attach", attachment={"id": "1"}),
        event("03-05T09:00", "set", changes={"category": "pohon", "secret": True}),
        event("03-05T09:00", "set", changes={"class": "complaint"}),
        event("03-05T09:00", "message", message="m"),
        event("03-05T09:00", "joined", ticket="KDR-1", count=2),
        event("03-05T09:00", "left", ticket="KDR-1", count=2),
        event("03-05T09:00", "lapor_confirmed", complaint_id="1"),
        event("03-05T09:00", "transfer", department="dpupr", note="x"),
    ],
    ids=lambda edit: str(edit["type"]),
)
def test_an_edit_never_resets_a_clock(edit: dict[str, Any]) -> None:
    now = wib("2026-03-06T09:00")
    before, after = clocks([received(), ASSIGNED], KEDIRI, now), clocks([received(), ASSIGNED, edit], KEDIRI, now)
    assert after == before
    assert len(after) == 3


# --- closing


def test_the_reporters_reply_starts_the_closing_anew_and_so_does_the_next_answer() -> None:
    answered = [received(), ASSIGNED, event("03-04T09:00", "respond", text="x")]
    replied = [*answered, event("03-05T09:00", "message", message="m")]
    first = ("cancelled", "03-25T16:00")
    assert seen(named("closing", replied, "03-05T10:00")) == [first, ("running", "03-26T16:00")]
    again = [*replied, event("03-06T09:00", "respond", text="y")]
    second = ("cancelled", "03-26T16:00")
    assert seen(named("closing", again, "03-06T10:00")) == [first, second, ("running", "03-27T16:30")]
    assert [clock.name for clock in latest(clocks(again, KEDIRI, wib("2026-03-06T10:00")))] == [
        "verification",
        "resolution",
        "follow_up",
        "closing",
    ]


def test_a_further_answer_starts_the_closing_anew() -> None:
    life = [received(), ASSIGNED, event("03-04T09:00", "respond", text="x"), event("03-05T09:00", "respond", text="y")]
    first, second = named("closing", life, "03-05T10:00")
    assert (first.state, first.cancelled and first.cancelled.type) == ("cancelled", "respond")
    assert (second.state, local(second.start.at), local(second.due_at)) == ("running", "03-05T09:00", "03-26T16:00")


def test_the_closing_may_be_counted_in_calendar_days() -> None:
    where = city(standard("closing", amount=10, unit="calendar_days", start_event="responded"))
    life = [received(), ASSIGNED, event("03-04T09:00", "respond", text="x")]
    clock = only("closing", life, where=where)
    assert (local(clock.due_at), clock.due_on) == ("03-15T00:00", date(2026, 3, 14))


def test_a_message_before_the_answer_or_after_the_end_changes_no_closing() -> None:
    life = [received(), event("03-02T11:00", "message"), ASSIGNED, event("03-04T09:00", "respond", text="x")]
    closed = [*life, event("03-05T09:00", "close"), event("03-06T09:00", "message")]
    assert only("closing", closed).state == "met"
