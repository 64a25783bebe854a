"""When a clock is warned of and each step of the ladder falls due (chalicelib/complaints/ladder.py)."""

from datetime import date, timedelta

import msgspec
import pytest

from chalicelib.complaints.calendar import Calendars, NoCalendar
from chalicelib.complaints.city import City, Department
from chalicelib.complaints.clocks import Clock, clocks
from chalicelib.complaints.ladder import step_at, warning_at
from tests.unit.clock_lives import KEDIRI, WAITED, WIB, city, event, local, only, pausing, received, standard, wib

# --- warnings and the ladder


def resolution(class_: str, at: str = "03-02T10:00", where: City = KEDIRI) -> Clock:
    """The clock of a case as it is received."""
    return only("resolution", [received(at, class_)], at, where)


@pytest.mark.parametrize(
    ("class_", "received_at", "warning"),
    [
        ("ringan", "03-02T08:00", "03-02T10:24"),  # 80 % of three hours
        ("ringan", "03-02T09:36", "03-02T13:00"),  # 12.00 is lunch
        ("information", "03-02T10:00", "03-06T07:30"),  # the working day before the 9th; 80 % is later
        ("complaint", "03-02T10:00", "03-25T08:00"),  # 80 % comes before the working day before
    ],
)
def test_the_warning(class_: str, received_at: str, warning: str) -> None:
    assert local(warning_at(resolution(class_, received_at))) == warning


def test_a_deadline_of_a_day_is_not_warned_of_at_its_start() -> None:
    where = city(standard("resolution", class_="complaint", amount=1))
    # 5 hours of Monday and 7.5 of Tuesday: 80 % are gone 2.5 hours before the end.
    assert local(warning_at(resolution("complaint", where=where))) == "03-03T13:30"


def test_the_warning_of_calendar_days_comes_on_a_working_day() -> None:
    where = city(standard("resolution", class_="complaint", amount=14, unit="calendar_days"))
    clock = resolution("complaint", "03-11T10:00", where)
    assert clock.due_on == date(2026, 3, 25)
    assert local(warning_at(clock)) == "03-17T07:30"  # the last working day before Lebaran
    assert local(step_at(clock, 50)) == "03-25T07:30"  # the 18th is off
    assert local(step_at(clock, 50, anytime=True)) == "03-18T17:00"


@pytest.mark.parametrize(
    ("percent", "moment"),
    [(50, "03-05T08:45"), (80, "03-06T15:30"), (100, "03-10T07:30"), (150, "03-12T14:45"), (200, "03-17T13:30")],
)
def test_the_steps_are_shares_of_the_clocks_own_time(percent: int, moment: str) -> None:
    # 42.5 hours: 5 of the first day and five whole ones. It ends as the office closes: told the next morning.
    clock = resolution("normatif")
    assert local(step_at(clock, percent)) == moment


def test_a_breach_is_told_when_it_is_one() -> None:
    clock = resolution("ringan", "03-02T08:00")
    assert local(clock.due_at) == "03-02T11:00"
    told = step_at(clock, 100)
    assert clock.due_at and told and told - clock.due_at == timedelta(milliseconds=1)
    assert only("resolution", [received("03-02T08:00", "ringan")], told.astimezone(WIB).isoformat()[:23]).state == (
        "breached"
    )
    at_closing = resolution("ringan", "03-02T12:00")
    assert (local(at_closing.due_at), local(step_at(at_closing, 100))) == ("03-02T16:00", "03-03T07:30")
    emergency = step_at(at_closing, 100, anytime=True)
    assert emergency == wib("2026-03-02T16:00") + timedelta(milliseconds=1)


def test_those_who_are_told_have_their_own_hours() -> None:
    units = (*KEDIRI.departments, Department(id="siaga", name="Siaga", short="S"))
    where = msgspec.structs.replace(KEDIRI, departments=units)
    life = [received("03-06T15:30", "ringan"), event("03-06T15:45", "assign", department="damkar")]
    clock = only("resolution", life, "03-06T16:00", where)
    assert local(clock.due_at) == "03-06T18:30"
    office = Calendars(where).of("siaga")
    assert (local(step_at(clock, 100)), local(step_at(clock, 100, office))) == ("03-06T18:30", "03-09T07:30")


def test_nobody_is_told_of_a_clock_that_is_over_or_stands_still() -> None:
    met = only("verification", [received(), event("03-03T09:00", "verify")])
    assert (step_at(met, 50), warning_at(met)) == (None, None)
    where = pausing("resolution", amount=5)
    paused = only("resolution", WAITED[:3], "03-20T10:00", where)
    assert (step_at(paused, 50), warning_at(paused)) == (None, None)


def test_a_step_in_a_year_without_a_calendar_says_which_year_is_missing() -> None:
    late = {**received(class_="complaint"), "at": wib("2027-12-06T10:00").isoformat()}
    (clock,) = [one for one in clocks([late], KEDIRI, wib("2027-12-06T10:00")) if one.name == "resolution"]
    assert clock.due_on == date(2027, 12, 27)
    assert step_at(clock, 50) is not None
    with pytest.raises(NoCalendar, match="2028"):
        step_at(clock, 400)
