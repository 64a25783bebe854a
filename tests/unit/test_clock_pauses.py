"""Waiting for the reporter, and standards and calendars that change under open cases (complaints/clocks.py)."""

from datetime import date

import msgspec

from chalicelib.complaints.calendar import Calendars
from chalicelib.complaints.city import City
from chalicelib.complaints.clocks import clocks
from chalicelib.complaints.ladder import step_at
from tests.unit.clock_lives import (
    ASSIGNED,
    END,
    KEDIRI,
    WAITED,
    city,
    class_change,
    event,
    local,
    named,
    only,
    pausing,
    received,
    seen,
    standard,
    wib,
)

# --- waiting for the reporter


def test_waiting_is_kept_on_record_and_stops_nothing_unless_the_standard_says_so() -> None:
    clock = only("resolution", WAITED, "03-06T10:00")
    assert (clock.state, local(clock.due_at)) == ("running", "03-27T16:30")
    ((start, end, why, stops),) = clock.pauses
    assert (local(start), local(end), why, stops) == ("03-04T15:00", "03-06T09:00", "waiting", False)
    assert only("resolution", WAITED[:3], "03-05T10:00").state == "running"


def test_a_clock_that_pauses_stands_still_and_has_no_due_date_meanwhile() -> None:
    where = pausing("resolution", amount=5)
    clock = only("resolution", WAITED[:3], "03-20T10:00", where)
    assert (clock.state, clock.due_at, clock.due_on, clock.over) == ("paused", None, None, False)
    assert clock.pauses == ((wib("2026-03-04T15:00"), None, "waiting", True),)
    # The 4th and the 5th ended while it stood still.
    assert seen(named("resolution", WAITED, "03-06T10:00", where)) == [("running", "03-11T16:00")]


def test_waiting_for_hours_is_cut_out_exactly() -> None:
    where = pausing("resolution", amount=24, unit="hours")
    # 5 on the 2nd, 7.5 on the 3rd, 6.5 on the 4th until 15.00; from Friday 9.00 on the 5 that are left, less prayer.
    assert seen(named("resolution", WAITED, "03-06T10:00", where)) == [("running", "03-06T15:30")]


def test_it_stands_still_from_the_very_moment_of_the_question() -> None:
    where = pausing("resolution", amount=5)
    assert seen(named("resolution", WAITED[:3], "03-04T15:00", where)) == [("paused", None)]
    at_once = [received(), ASSIGNED, event("03-04T10:00", "start"), event("03-04T10:00", "wait", text="x")]
    assert seen(named("follow_up", at_once, "03-04T10:00", pausing("follow_up", start_event="assigned"))) == [
        ("met", "03-10T16:00")
    ]


def test_a_clock_breached_before_the_wait_stays_breached_and_none_is_breached_while_it_stands_still() -> None:
    where = pausing("resolution", amount=1)
    assert seen(named("resolution", WAITED[:3], "03-05T10:00", where)) == [("breached", "03-03T16:00")]
    # Asked at noon of the last day: that day does not end against the city.
    life = [received(), event("03-02T11:00", "verify"), event("03-03T12:00", "wait", text="x")]
    assert seen(named("resolution", life, "03-10T10:00", where)) == [("paused", None)]
    assert seen(named("resolution", [*life, event("03-03T15:00", "resume")], "03-03T15:30", where)) == [
        ("running", "03-03T16:00")
    ]
    assert seen(named("resolution", [*life, event("03-04T15:00", "resume")], "03-04T15:30", where)) == [
        ("running", "03-04T16:00")
    ]


def test_a_transfer_or_a_rejection_ends_the_waiting() -> None:
    where = pausing("resolution", amount=5)
    waiting = [received(), ASSIGNED, event("03-04T09:00", "wait", text="x")]
    transferred = [*waiting, event("03-05T09:00", "transfer", department="dlhkp", note="x")]
    assert seen(named("resolution", transferred, "03-05T10:00", where)) == [("running", "03-10T16:00")]
    rejected = [*waiting, event("03-05T09:00", "reject", reason="incomplete"), event("03-09T09:00", "reopen", note="x")]
    clock = only("resolution", rejected, "03-09T10:00", where)
    assert [(pause.why, local(pause.start)) for pause in clock.pauses] == [
        ("waiting", "03-04T09:00"),
        ("rejected", "03-05T09:00"),
    ]
    assert local(clock.due_at) == "03-12T16:00"


def test_waiting_before_the_start_of_a_clock_is_none_of_its_pauses() -> None:
    life = [*WAITED, event("03-09T09:00", "assign", department="dpupr")]
    assert only("follow_up", life).pauses == ()
    ended = [received(), ASSIGNED, event("03-03T10:00", "start"), event("03-04T10:00", "wait", text="x")]
    assert only("follow_up", ended).pauses == ()


def test_a_class_changed_while_waiting_finds_the_clock_standing_still() -> None:
    where = city(
        standard("resolution", class_="complaint", amount=5, pause=True),
        standard("resolution", class_="oversight", amount=60, pause=True),
    )
    life = [received(), ASSIGNED, event("03-05T09:00", "wait", text="x"), class_change("04-01T09:00", "oversight")]
    clock = only("resolution", life, "04-02T09:00", where)
    assert (clock.state, clock.class_) == ("paused", "oversight")


# --- standards and calendars that change


def test_a_newer_standard_touches_open_cases_where_the_city_says_so() -> None:
    old = standard("resolution", class_="complaint", amount=14, valid_to=date(2026, 3, 8))
    new = standard("resolution", class_="complaint", amount=7, valid_from=date(2026, 3, 9), open_cases=True)
    where = city(old, new)
    assert local(only("resolution", [received()], "03-08T23:59", where).due_at) == "03-27T16:30"
    assert local(only("resolution", [received()], "03-09T00:00", where).due_at) == "03-11T16:00"
    answered = [received(), ASSIGNED, event("03-06T09:00", "respond", text="x")]
    assert only("resolution", answered, where=where).amount == 14
    where = city(old, msgspec.structs.replace(new, open_cases=False))
    assert only("resolution", [received()], where=where).amount == 14


def test_a_newer_and_longer_standard_does_not_undo_a_breach() -> None:
    old = standard("resolution", class_="complaint", amount=2, valid_to=date(2026, 3, 8))
    new = standard("resolution", class_="complaint", amount=7, valid_from=date(2026, 3, 9), open_cases=True)
    assert seen(named("resolution", [received()], "03-10T09:00", city(old, new))) == [("breached", "03-04T16:00")]


def holidays_with(day: str, name: str = "Libur dadakan") -> City:
    entry = {"date": day, "kind": "public", "name": name, "source": "Keppres"}
    added = msgspec.convert(entry, type(KEDIRI.holidays[0]))
    return msgspec.structs.replace(KEDIRI, holidays=(*KEDIRI.holidays, added))


def test_a_changed_list_of_holidays_moves_open_deadlines_and_none_that_is_over() -> None:
    due = {"verification": wib("2026-03-05T16:00").isoformat()}
    verified = [received(), event("03-06T09:00", "verify", due=due)]
    changed = holidays_with("2026-03-04")
    assert seen(named("verification", [received()], "03-06T09:00", changed)) == [("running", "03-06T16:30")]
    kept = only("verification", verified, where=changed)
    assert (kept.state, local(kept.due_at), kept.kept) == ("breached", "03-05T16:00", True)
    # Without that line it would be judged by today's list; and a line about another clock says nothing of this one.
    other = event("03-06T09:00", "verify", due={"resolution": wib("2026-03-05T16:00").isoformat()})
    for action in (event("03-06T09:00", "verify"), other):
        assert only("verification", [received(), action], where=changed).state == "met"
    assert local(only("resolution", [received(), other], where=changed).due_at) == "03-30T16:00"


def test_a_year_without_a_calendar_is_said_and_not_guessed() -> None:
    late = {**received(class_="oversight"), "at": wib("2027-12-01T10:00").isoformat()}
    now = wib("2027-12-02T10:00")
    found = {clock.name: clock for clock in clocks([late], KEDIRI, now)}
    oversight = found["resolution"]
    assert (oversight.state, oversight.due_at, oversight.no_calendar) == ("running", None, 2028)
    assert (found["verification"].no_calendar, local(found["verification"].due_at)) == (None, "12-06T16:00")
    assert step_at(oversight, 50) is None


def test_calendars_made_once_give_the_same() -> None:
    calendars = Calendars(KEDIRI)
    life = [received(), ASSIGNED]
    assert clocks(life, KEDIRI, wib(END), calendars) == clocks(life, KEDIRI, wib(END))


def test_a_department_the_city_no_longer_has_works_as_the_city_does() -> None:
    life = [received(), event("03-03T09:00", "assign", department="gone")]
    assert local(only("follow_up", life).due_at) == "03-10T16:00"
