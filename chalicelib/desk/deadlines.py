"""The clocks of a case as they stand now: what staff see beside it, and the explanation of each due date."""

from datetime import datetime
from typing import Any

from chalicelib.complaints import clocks as clockwork
from chalicelib.complaints import explain
from chalicelib.complaints.clock_runs import FOLLOW_UP
from chalicelib.desk import casework, due_dates, triage, views
from chalicelib.desk.people import Staff
from chalicelib.store import cities
from chalicelib.store.cases import Dossier
from chalicelib.store.keys import iso


def whole(found: Dossier, person: Staff, now: datetime) -> dict[str, Any]:
    """The case as this person sees it: with what he may do, and its clocks."""
    may = casework.actions(found.case, person, cities.desk_rules())
    view = views.for_reader(views.whole(found, may, shown(found, now)), person)
    if suggestion := triage.shown(found.case):
        hidden = views.is_hidden(found.case.reporter, person)
        # The words that spoke for it are the citizen's; a name may be among them.
        view["suggestion"] = {**suggestion, "words": []} if hidden else suggestion
    return view


def shown(found: Dossier, now: datetime) -> list[dict[str, Any]]:
    """`[{name, due_at, due_on, state, ended_at, legal_basis}]`: the latest run of each clock.

    `due_at` is None while a clock is paused, and where the calendar of a year is missing: then `no_calendar` names it.
    """
    return [
        {
            "name": clock.name,
            "due_at": iso(clock.due_at) if clock.due_at else None,
            "due_on": clock.due_on.isoformat() if clock.due_on else None,
            "state": clock.state,
            "ended_at": iso(ended.at) if (ended := clock.met or clock.cancelled) else None,
            "legal_basis": clock.standard.legal_basis,
            "no_calendar": clock.no_calendar,
        }
        for clock in clockwork.latest(_clocks(found, now))
    ]


def explained(found: Dossier, now: datetime) -> list[dict[str, Any]]:
    """Every run of every clock with each day counted or skipped, by which rule, as data and in words. Of several runs
    of the departments' clock the words say whose each is."""
    runs = _clocks(found, now)
    several = sum(clock.name == FOLLOW_UP for clock in runs) > 1
    return [
        explain.view(explain.explain(clock, _holder(clock) if several and clock.name == FOLLOW_UP else ""))
        for clock in runs
    ]


def _holder(clock: clockwork.Clock) -> str:
    """The name of the department that had the case as the run began, of one the city has no more its short one."""
    if clock.department is None:
        return ""
    known = cities.current().department(clock.department)
    return known.name if known else cities.desk_rules().former.get(clock.department, clock.department)


def _clocks(found: Dossier, now: datetime) -> list[clockwork.Clock]:
    city, calendars = due_dates.city_and_calendars()
    return clockwork.clocks(casework.timeline(found), city, now, calendars)
