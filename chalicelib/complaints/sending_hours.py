"""When an official may be told: in the working time of those told, less the city's quiet hours.

Officers and heads keep their department's hours, everybody else the city's. An emergency is told at any time; who asks
here has found that it is none.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from chalicelib.complaints.calendar import ONE_DAY, Calendar, Calendars, Day, NoCalendar, without
from chalicelib.complaints.city import spans_of
from chalicelib.complaints.recipients import OF_A_DEPARTMENT

if TYPE_CHECKING:
    from chalicelib.complaints.city import City


class Awake(Calendar):
    """A calendar's hours less those in which nobody is to be disturbed. Days stay working days."""

    def __init__(self, calendar: Calendar, quiet: Sequence[str]) -> None:
        self.zone = calendar.zone
        self._calendar = calendar
        self._quiet = spans_of(quiet)
        self._days: dict[date, Day] = {}

    @property
    def version(self) -> str:
        return self._calendar.version

    def day(self, on: date) -> Day:
        found = self._days.get(on)
        if found is None:
            day, zero = self._calendar.day(on), self.midnight(on)
            spans = day.spans
            for begin, end in self._quiet:
                spans = without(spans, zero + timedelta(minutes=begin), zero + timedelta(minutes=end))
            found = self._days[on] = replace(day, spans=spans)
        return found


class SendingHours(Calendars):
    """The calendars of a city, and beside each the hours in which its people may be told; each made once."""

    def __init__(self, city: "City") -> None:
        super().__init__(city)
        self._awake: dict[int, Awake] = {}

    def telling(self, role: str, department: str | None) -> Calendar:
        """The hours in which somebody of this role may be told of a case of this department."""
        calendar = self.of(department if role in OF_A_DEPARTMENT else None)
        if id(calendar) not in self._awake:
            self._awake[id(calendar)] = Awake(calendar, self._city.alerting.quiet_hours)
        return self._awake[id(calendar)]

    def may_tell(self, role: str, department: str | None, at: datetime) -> bool:
        """Whether that role may be told at this moment. Where the year has no calendar only the admin is told, in the
        ordinary hours of the week: it is he who can mend it."""
        try:
            return self.telling(role, department).next_working_moment(at) == at
        except NoCalendar:
            return role == "admin" and self.admin_moment(at) == at

    def admin_moment(self, at: datetime) -> datetime:
        """`at`, or the next moment the admin may be told; in a year without a calendar by the ordinary week."""
        calendar = self.telling("admin", None)
        try:
            return calendar.next_working_moment(at)
        except NoCalendar:
            return Awake(_Week(self.of(), self._city), self._city.alerting.quiet_hours).next_working_moment(at)


class _Week(Calendar):
    """The city's week, with no holiday in it."""

    def __init__(self, calendar: Calendar, city: "City") -> None:
        self.zone = calendar.zone
        self._hours = city.hours

    @property
    def version(self) -> str:
        return "week"

    def day(self, on: date) -> Day:
        zero = self.midnight(on)
        spans = tuple(
            (zero + timedelta(minutes=begin), zero + timedelta(minutes=end))
            for begin, end in self._hours.spans(on.weekday())
        )
        return Day(on, bool(spans), spans, spans[-1][1] if spans else zero + ONE_DAY, "week")
