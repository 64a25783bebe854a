"""The clocks of a case as they stand now: what staff see beside it, and the explanation of each due date."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from chalicelib.complaints import clocks as clockwork
from chalicelib.complaints import explain
from chalicelib.complaints.calendar import Calendars
from chalicelib.desk import casework, triage, views
from chalicelib.desk.people import Staff
from chalicelib.store import cities
from chalicelib.store.cases import Dossier
from chalicelib.store.keys import iso

if TYPE_CHECKING:
    from chalicelib.complaints.city import City


def whole(found: Dossier, person: Staff, now: datetime) -> dict[str, Any]:
    """The case as this person sees it: with what he may do, and its clocks."""
    may = casework.actions(found.case, person, cities.desk_rules())
    view = views.for_reader(views.whole(found, may, shown(found, now)), person)
    if suggestion := triage.shown(found.case):
        view["suggestion"] = suggestion
    return view


def shown(found: Dossier, now: datetime) -> list[dict[str, Any]]:
    """`[{name, due_at, due_on, state, legal_basis}]`: the latest run of each clock.

    `due_at` is None while a clock is paused, and where the calendar of a year is missing: then `no_calendar` names it.
    """
    return [
        {
            "name": clock.name,
            "due_at": iso(clock.due_at) if clock.due_at else None,
            "due_on": clock.due_on.isoformat() if clock.due_on else None,
            "state": clock.state,
            "legal_basis": clock.standard.legal_basis,
            "no_calendar": clock.no_calendar,
        }
        for clock in clockwork.latest(_clocks(found, now))
    ]


def explained(found: Dossier, now: datetime) -> list[dict[str, Any]]:
    """Every run of every clock with each day counted or skipped, by which rule, as data and in words."""
    return [explain.view(explain.explain(clock)) for clock in _clocks(found, now)]


def _clocks(found: Dossier, now: datetime) -> list[clockwork.Clock]:
    city = cities.current()
    return clockwork.clocks(casework.timeline(found), city, now, _calendars_of(city))


_calendars: tuple["City", Calendars] | None = None


def _calendars_of(city: "City") -> Calendars:
    """The city's calendars, worked out once for as long as the store keeps this city."""
    global _calendars  # noqa: PLW0603 - one process, one city
    if _calendars is None or _calendars[0] is not city:
        _calendars = (city, Calendars(city))
    return _calendars[1]
