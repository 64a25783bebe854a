"""Working time of the replayed years: the city's hours on the calendar those years really had, minute by minute."""

import bisect
from datetime import date, datetime, timedelta

from chalicelib.complaints.calendar import ONE_DAY, Calendar


class WorkingTime:
    """The working minutes from one day up to another laid end to end: where a moment falls, and when a minute is."""

    def __init__(self, calendar: Calendar, first: date, end: date) -> None:
        self._starts: list[datetime] = []
        self._before: list[int] = []
        self._lengths: list[int] = []
        total, on = 0, first
        while on < end:
            for begin, stop in calendar.day(on).spans:
                length = int((stop - begin).total_seconds()) // 60
                self._starts.append(begin)
                self._before.append(total)
                self._lengths.append(length)
                total += length
            on += ONE_DAY

    def position(self, at: datetime) -> int:
        """How many working minutes have passed before this moment."""
        here = bisect.bisect_right(self._starts, at) - 1
        if here < 0:
            return 0
        inside = int((at - self._starts[here]).total_seconds()) // 60
        return self._before[here] + min(inside, self._lengths[here])

    def at(self, position: int) -> datetime:
        """When the working minute of this number begins."""
        here = bisect.bisect_right(self._before, position) - 1
        return self._starts[here] + timedelta(minutes=position - self._before[here])

    def room(self, position: int) -> tuple[int, int]:
        """How far a position may move back and forth within its own span of hours."""
        here = bisect.bisect_right(self._before, position) - 1
        inside = position - self._before[here]
        return inside, self._lengths[here] - 1 - inside
