"""When somebody should hear of a clock: shares of its time as moments of its own calendar.

A step lies in working time: the middle of the night, a lunch break and closing time move to the next opening, except
for an emergency. A clock that stands still or has no calendar has no moments; nor has one that is over.
"""

from datetime import datetime, timedelta

from chalicelib.complaints.calendar import ONE_DAY, Calendar
from chalicelib.complaints.clocks import Clock

WARNING_PERCENT = 80
# Times are kept in milliseconds: the first of them that is late.
_TOO_LATE = timedelta(milliseconds=1)


def step_at(clock: Clock, percent: int, sending: Calendar | None = None, *, anytime: bool = False) -> datetime | None:
    """When that share of the clock's time is gone; from 100 on, the first working moment at which it is late.

    More than 100 counts on after the due date at the same pace: 150 of 10 working days is 5 working days late.
    `sending`: the hours of those who are told, where they are not the clock's own. `anytime`: an emergency, told at
    once. None where there is nothing to tell. Raises NoCalendar.
    """
    due = clock.due_at
    if due is None or clock.over:
        return None
    calendar, start = clock.calendar, clock.start.at
    since, share = (start, percent) if percent < 100 else (due, percent - 100)
    if clock.standard.unit == "calendar_days":
        at = since + (due - start) * share / 100
    else:
        at = calendar.add_working_time(since, calendar.working_time_between(start, due) * share / 100)
    if percent >= 100:
        at = max(at, due + _TOO_LATE)
    return at if anytime else (sending or calendar).next_working_moment(at)


def warning_at(
    clock: Clock, sending: Calendar | None = None, *, anytime: bool = False, percent: int = WARNING_PERCENT
) -> datetime | None:
    """When to warn: with 80 % of the time gone, or as the working day before the due date opens, whichever comes first.

    A deadline of hours or of a single day knows no working day before: it would be warned of at its very start.
    None and errors as for `step_at`.
    """
    at = step_at(clock, percent, sending, anytime=anytime)
    if at is None or clock.due_on is None or clock.standard.unit == "hours":
        return at
    calendar, on = clock.calendar, clock.due_on - ONE_DAY
    while not calendar.day(on).working:
        on -= ONE_DAY
    if on <= calendar.date_of(clock.start.at):
        return at
    opening = (sending or calendar).next_working_moment(calendar.midnight(on))
    return min(at, opening)
