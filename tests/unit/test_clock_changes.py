"""Rejected, reopened, handed on, reclassed, extended: what each does to the clocks (complaints/clock_runs.py)."""

from datetime import date
from typing import Any

import msgspec
import pytest

from chalicelib.complaints.clocks import clocks
from chalicelib.complaints.explain import explain, text
from tests.unit.clock_lives import (
    ASSIGNED,
    END,
    KEDIRI,
    city,
    class_change,
    event,
    local,
    named,
    only,
    received,
    seen,
    standard,
    wib,
)

# --- rejecting, merging, and taking it back


@pytest.mark.parametrize("action", ["reject", "merge"])
def test_rejecting_and_merging_call_off_what_runs_and_end_the_verification(action: str) -> None:
    ended = event("03-04T09:00", action, reason="spam", duplicate_of="KDR-1")
    found = clocks([received(), ended], KEDIRI, wib(END))
    assert [(clock.name, clock.state) for clock in found] == [("verification", "met"), ("resolution", "cancelled")]
    found = clocks([received(), ASSIGNED, event("03-03T10:00", "start"), ended], KEDIRI, wib(END))
    assert [(clock.name, clock.state) for clock in found] == [
        ("verification", "met"),
        ("resolution", "cancelled"),
        ("follow_up", "met"),
    ]
    assert all(clock.over for clock in found)
    assert found[1].cancelled and found[1].cancelled.type == action


def test_what_was_breached_before_it_was_called_off_stays_breached() -> None:
    life = [received(), ASSIGNED, event("04-01T09:00", "reject", reason="abuse")]
    clock = only("resolution", life)
    assert (clock.state, clock.over, local(clock.due_at)) == ("breached", True, "03-27T16:30")


def test_a_rejection_taken_back_lets_the_same_clock_go_on_without_the_time_between() -> None:
    life = [
        received(),
        ASSIGNED,
        event("03-05T09:00", "reject", reason="spam"),
        event("03-09T09:00", "reopen", note="x"),
    ]
    resolution, follow_up = only("resolution", life, "03-09T10:00"), only("follow_up", life, "03-09T10:00")
    # The 5th and the 6th ended while it was rejected.
    assert (resolution.state, resolution.round, local(resolution.due_at)) == ("running", 1, "03-31T16:00")
    assert (follow_up.state, local(follow_up.start.at), local(follow_up.due_at)) == (
        "running",
        "03-03T09:00",
        "03-12T16:00",
    )
    ((start, end, why, stops),) = resolution.pauses
    assert (local(start), local(end), why, stops) == ("03-05T09:00", "03-09T09:00", "rejected", True)


def test_a_rejection_taken_back_before_any_assignment() -> None:
    life = [
        received(),
        event("03-03T09:00", "reject", reason="spam"),
        event("03-04T09:00", "reopen", note="x"),
        event("03-05T09:00", "assign", department="dpupr"),
    ]
    found = clocks(life, KEDIRI, wib("2026-03-05T10:00"))
    assert [(clock.name, clock.state) for clock in found] == [
        ("verification", "met"),
        ("resolution", "running"),
        ("follow_up", "running"),
    ]


def test_only_what_the_rejection_called_off_goes_on() -> None:
    life = [
        received(),
        ASSIGNED,
        event("03-04T09:00", "transfer", department="dlhkp", note="x"),
        event("03-05T09:00", "reject", reason="spam"),
        event("03-05T10:00", "reopen", note="x"),
    ]
    assert [clock.state for clock in named("follow_up", life, "03-05T11:00")] == ["cancelled", "running"]
    again = [
        received(),
        ASSIGNED,
        event("03-04T09:00", "respond", text="x"),
        event("03-05T09:00", "reject", reason="spam"),
        event("03-05T10:00", "reopen", note="x"),
        event("03-06T09:00", "reject", reason="spam"),
        event("03-06T10:00", "reopen", note="x"),
    ]
    assert [(clock.round, clock.state) for clock in named("closing", again, "03-06T11:00")] == [(1, "cancelled")]
    assert [(clock.round, clock.state) for clock in named("resolution", again, "03-06T11:00")] == [
        (1, "met"),
        (2, "running"),
    ]


# --- reopening


@pytest.mark.parametrize("last", [[], [event("03-06T09:00", "close")], [event("03-06T09:00", "reject", reason="spam")]])
def test_reopening_after_an_answer_begins_a_new_round_and_keeps_the_verdicts(last: list[dict[str, Any]]) -> None:
    life = [
        received(),
        ASSIGNED,
        event("03-05T09:00", "respond", text="x"),
        *last,
        event("04-06T09:00", "reopen", note="belum beres"),
    ]
    found = clocks(life, KEDIRI, wib("2026-04-06T10:00"))
    assert [(clock.name, clock.round, clock.state) for clock in found if clock.name != "closing"] == [
        ("verification", 1, "met"),
        ("resolution", 1, "met"),
        ("follow_up", 1, "met"),
        ("resolution", 2, "running"),
        ("follow_up", 2, "running"),
    ]
    new = [clock for clock in found if clock.round == 2]
    assert {(clock.start.type, local(clock.start.at), clock.department) for clock in new} == {
        ("reopen", "04-06T09:00", "dpupr")
    }
    assert [local(clock.due_at) for clock in new] == ["04-24T16:30", "04-13T16:00"]
    # The closing was met, or called off; left alone for a month it was late.
    state = {"close": "met", "reject": "cancelled"}[last[0]["type"]] if last else "breached"
    assert [clock.state for clock in found if clock.name == "closing"] == [state]


def test_a_reopened_case_that_goes_to_another_department() -> None:
    life = [
        received(),
        ASSIGNED,
        event("03-05T09:00", "respond", text="x"),
        event("04-06T09:00", "reopen", note="x"),
        event("04-07T09:00", "assign", department="dlhkp"),
    ]
    assert [(clock.department, clock.state) for clock in named("follow_up", life, "04-07T10:00")] == [
        ("dpupr", "met"),
        ("dpupr", "cancelled"),
        ("dlhkp", "running"),
    ]
    same = [*life[:-1], event("04-07T09:00", "assign", department="dpupr")]
    assert [local(clock.start.at) for clock in named("follow_up", same, "04-07T10:00")] == [
        "03-03T09:00",
        "04-06T09:00",
    ]


# --- reassignment


def test_a_transfer_restarts_the_departments_clock_and_never_the_citizens() -> None:
    life = [received(), ASSIGNED, event("03-06T09:00", "transfer", department="dlhkp", note="x")]
    old, new = named("follow_up", life, "03-06T10:00")
    assert (old.state, old.department, old.cancelled and old.cancelled.type) == ("cancelled", "dpupr", "transfer")
    assert (new.state, new.department, local(new.start.at), local(new.due_at)) == (
        "running",
        "dlhkp",
        "03-06T09:00",
        "03-13T16:30",
    )
    assert local(only("resolution", life).due_at) == "03-27T16:30"


def test_a_case_entered_into_a_department_is_its_own_from_the_assignment_on() -> None:
    entered = event("03-02T10:00", "received", class_="complaint", department="dpupr")
    clock = only("follow_up", [entered, ASSIGNED], "03-03T10:00")
    assert (clock.department, local(clock.start.at)) == ("dpupr", "03-03T09:00")
    assert not named("follow_up", [entered])


def test_the_closing_is_counted_by_the_citys_calendar_whoever_answered() -> None:
    life = [received(), event("03-13T10:00", "assign", department="damkar"), event("03-13T11:00", "respond", text="x")]
    assert local(only("closing", life, "03-13T12:00").due_at) == "04-06T16:00"


def test_what_the_first_department_missed_stays_missed() -> None:
    life = [received(), ASSIGNED, event("03-12T09:00", "transfer", department="dlhkp", note="x")]
    assert [clock.state for clock in named("follow_up", life, "03-12T10:00")] == ["breached", "running"]


def test_the_days_are_those_of_the_department_that_holds_the_case() -> None:
    # PDAM works every day of the year, at all hours.
    life = [received(), event("03-13T10:00", "assign", department="damkar")]
    resolution, follow_up = only("resolution", life, "03-13T11:00"), only("follow_up", life, "03-13T11:00")
    # Nine office days up to Friday the 13th, then the 14th to the 18th.
    assert (local(resolution.due_at), resolution.due_on) == ("03-19T00:00", date(2026, 3, 18))
    assert (local(follow_up.due_at), follow_up.due_on) == ("03-19T00:00", date(2026, 3, 18))
    assert local(only("verification", life).due_at) == "03-05T16:00"
    back = [*life, event("03-16T10:00", "transfer", department="dpupr", note="x")]
    # 14th, 15th and 16th were PDAM's; then the office's: the 17th, and after Lebaran the 25th.
    assert local(only("resolution", back, "03-16T11:00").due_at) == "03-25T16:00"


def test_who_gets_the_case_after_the_end_has_no_part_in_it() -> None:
    # The office's 4th to 6th and 9th to 10th; Damkar would have counted the Saturday and the Sunday.
    met = [received(), ASSIGNED, event("03-04T09:00", "start")]
    handed = [*met, event("03-05T09:00", "transfer", department="damkar", note="x")]
    before, after = (named("follow_up", life)[0] for life in (met, handed))
    assert local(before.due_at) == local(after.due_at) == "03-10T16:00"
    days = [[(day.date, day.counted) for day in explain(clock).days] for clock in (before, after)]
    assert days[0] == days[1]
    # The same of the one that the transfer itself called off, and of the citizen's after the answer.
    called_off = [received(), ASSIGNED, event("03-05T09:00", "transfer", department="damkar", note="x")]
    assert [local(clock.due_at) for clock in named("follow_up", called_off)] == ["03-10T16:00", "03-11T00:00"]
    answered = [received(), ASSIGNED, event("03-04T09:00", "respond", text="x")]
    moved = [*answered, event("03-05T09:00", "transfer", department="damkar", note="x")]
    assert local(only("resolution", moved).due_at) == local(only("resolution", answered).due_at) == "03-27T16:30"


def test_a_later_holder_is_no_changed_calendar() -> None:
    due = {"follow_up": wib("2026-03-10T16:00").isoformat()}
    life = [
        received(),
        ASSIGNED,
        event("03-04T09:00", "start", due=due),
        event("03-05T09:00", "transfer", department="damkar", note="x"),
    ]
    clock = named("follow_up", life)[0]
    found = explain(clock)
    assert (clock.kept, found.counted, found.left) == (True, 5, 0)
    assert "Kalender berubah" not in text(found) and "belum berakhir" not in text(found)


# --- class


def test_a_class_changed_later_counts_from_the_same_start() -> None:
    life = [received(), ASSIGNED, class_change("03-05T09:00", "oversight")]
    clock = only("resolution", life, "03-05T10:00")
    assert (clock.class_, clock.amount, local(clock.start.at), local(clock.due_at)) == (
        "oversight",
        60,
        "03-02T10:00",
        "06-10T16:00",
    )
    life = [received(), ASSIGNED, class_change("03-12T09:00", "information")]
    assert seen(named("resolution", life, "03-12T09:00")) == [("breached", "03-09T16:00")]


def test_the_class_before_the_verification_was_a_guess() -> None:
    # Taken for a small matter of three hours; the desk says otherwise the next day.
    guessed = received(class_="ringan")
    for correction in (
        [event("03-03T09:00", "verify", class_="complaint")],
        [class_change("03-03T09:00", "complaint"), event("03-03T09:30", "verify")],
        [class_change("03-03T09:00", "complaint")],
    ):
        assert seen(named("resolution", [guessed, *correction], "03-03T10:00")) == [("running", "03-27T16:30")]
    assert seen(named("resolution", [guessed], "03-03T10:00")) == [("breached", "03-02T14:00")]
    # Once verified it is none any more, also before the assignment.
    late = [
        guessed,
        event("03-02T11:00", "verify"),
        class_change("03-03T09:00", "complaint"),
        event("03-03T10:00", "assign", department="dpupr"),
    ]
    assert seen(named("resolution", late, "03-03T10:00")) == [("breached", "03-02T14:00")]


def test_another_class_does_not_undo_a_breach() -> None:
    life = [received(class_="information"), ASSIGNED, class_change("03-10T09:00", "oversight")]
    clock = only("resolution", life)
    assert (clock.state, clock.class_, local(clock.due_at)) == ("breached", "information", "03-09T16:00")


def test_a_class_without_a_standard_calls_the_clock_off_and_one_with_a_standard_brings_it_back() -> None:
    standards = tuple(one for one in KEDIRI.standards if one.class_ != "aspiration")
    where = msgspec.structs.replace(KEDIRI, standards=standards)
    life = [received(), ASSIGNED, class_change("03-05T09:00", "aspiration")]
    clock = only("resolution", life, where=where)
    assert (clock.state, clock.cancelled, clock.over) == ("cancelled", (wib("2026-03-05T09:00"), "set"), True)
    # Still so when the answer comes, and when more changes that bring none.
    answered = [*life, class_change("03-06T09:00", "aspiration"), event("03-06T10:00", "respond", text="x")]
    assert only("resolution", answered, where=where).cancelled == (wib("2026-03-05T09:00"), "set")
    extended = [*life, event("03-06T09:00", "extend", clock="resolution", note="x")]
    assert only("resolution", extended, where=where).cancelled == (wib("2026-03-05T09:00"), "set")
    back = [*life, class_change("03-06T09:00", "information")]
    assert seen(named("resolution", back, "03-06T10:00", where)) == [("running", "03-09T16:00")]
    assert not named("resolution", [received(class_="aspiration")], where=where)
    late = [received(class_="aspiration"), ASSIGNED, class_change("03-05T09:00", "information")]
    assert seen(named("resolution", late, "03-05T10:00", where)) == [("running", "03-09T16:00")]


def test_a_clock_called_off_while_it_stands_still_has_no_due_date() -> None:
    standards = tuple(one for one in KEDIRI.standards if one.class_ not in ("aspiration", "information"))
    pausing = standard("resolution", class_="aspiration", amount=5, pause=True)
    where = msgspec.structs.replace(KEDIRI, standards=(*standards, pausing))
    was_due = {"resolution": wib("2026-03-09T16:00").isoformat()}
    life = [
        received(),
        ASSIGNED,
        {**(to := class_change("03-03T10:00", "aspiration")), "data": {**to["data"], "due": was_due}},
        event("03-04T10:00", "wait", text="x"),
        class_change("03-12T09:00", "information"),
    ]
    replied = [*life, event("03-13T09:00", "resume"), event("03-16T09:00", "respond", text="x")]
    for timeline in (life, replied):
        clock = only("resolution", timeline, where=where)
        assert (clock.state, clock.due_at, clock.kept) == ("cancelled", None, False)
        assert clock.cancelled == (wib("2026-03-12T09:00"), "set")
        ((begin, end, _, stops),) = clock.pauses
        assert (local(begin), local(end), stops) == ("03-04T10:00", "03-12T09:00", True)
        found = explain(clock)
        assert (found.counted, found.left, found.days[-1].date) == (1, 4, date(2026, 3, 12))
        assert text(found).splitlines()[:2] == [
            "Tenggat penyelesaian sedang berhenti menunggu balasan pelapor ketika dihentikan; tersisa 4 hari kerja.",
            "Dihentikan: klasifikasi aduan diubah pada Kamis, 12 Maret 2026 pukul 09.00 WIB.",
        ]
    # What had passed before the question was asked stays missed.
    late = [*replied[:3], event("03-10T10:00", "wait", text="x"), *replied[4:]]
    clock = only("resolution", late, where=where)
    assert (clock.state, local(clock.due_at), clock.kept) == ("breached", "03-09T16:00", True)


def test_a_class_changed_after_the_end_changes_nothing() -> None:
    life = [received(), ASSIGNED, event("03-05T09:00", "respond", text="x")]
    changed = [*life, event("03-06T09:00", "close"), class_change("03-07T09:00", "information")]
    assert only("resolution", changed).class_ == "complaint"


# --- extension


def extend(at: str, clock: str = "resolution") -> dict[str, Any]:
    return event(at, "extend", clock=clock, note="berkas di luar kota")


def test_an_extension_adds_what_the_standard_allows() -> None:
    life = [received(class_="public_information"), extend("03-05T09:00")]
    clock = only("resolution", life, "03-05T10:00")
    assert (clock.state, clock.amount, local(clock.due_at)) == ("running", 17, "04-01T16:00")
    assert clock.extension == (wib("2026-03-05T09:00"), 7)
    assert local(only("resolution", life[:1]).due_at) == "03-16T16:00"


@pytest.mark.parametrize(
    ("at", "class_", "state", "due"),
    [
        ("03-16T16:00", "public_information", "running", "04-01T16:00"),
        ("03-16T16:01", "public_information", "breached", "03-16T16:00"),  # too late
        ("03-05T09:00", "complaint", "running", "03-27T16:30"),  # its standard knows none
    ],
)
def test_an_extension_must_come_in_time_and_be_allowed(at: str, class_: str, state: str, due: str) -> None:
    clock = only("resolution", [received(class_=class_), extend(at)], "03-17T09:00")
    assert (clock.state, local(clock.due_at)) == (state, due)
    assert clock.extension and clock.extension.amount == (7 if due == "04-01T16:00" else 0)


def test_an_extension_is_of_its_clock_and_of_the_run_that_goes_on() -> None:
    where = city(standard("verification", amount=3, extension=2))
    life = [received(class_="public_information"), extend("03-03T09:00", "verification")]
    assert local(only("verification", life, where=where).due_at) == "03-09T16:00"
    assert only("resolution", life, where=where).extension is None


def test_an_extension_goes_with_the_class() -> None:
    life = [received(), ASSIGNED, extend("03-04T09:00"), class_change("03-05T09:00", "public_information")]
    assert only("resolution", life).amount == 17
    late = [received(), ASSIGNED, class_change("03-05T09:00", "public_information"), extend("03-17T09:00")]
    assert seen(named("resolution", late, "03-17T10:00")) == [("breached", "03-16T16:00")]
