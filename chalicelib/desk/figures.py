"""The night's work on the figures: how every case stood at midnight, and each day added up.

All facts stand as of the same moment, the last midnight in the city's zone, whenever the job really runs: what happened
later is left for the next night. Looked at are the cases that were touched since the last night, and all open ones,
whose deadlines pass and whose waiting grows without anybody touching them.

A month that has ended stands still: each of its cases keeps, beside how it stands now, how it stood when the month
ended. What happens later is later life; only what should have been known then (an import, a line with an earlier time)
changes it, and is noted as a correction, from which scheduled/monthly_summary.py makes a revision.

A row is kept under the day it was received on in the city's zone. After a change of the zone the next night looks at
all cases, and empties what it kept of them on the day before or after.
"""

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from chalicelib import logs
from chalicelib.complaints import clocks as clockwork
from chalicelib.complaints import facts
from chalicelib.complaints.calendar import Calendars
from chalicelib.complaints.city import City
from chalicelib.complaints.facts import Fact
from chalicelib.complaints.ikm import Answer
from chalicelib.complaints.moments import midnight
from chalicelib.complaints.rollup import Rollup, add, add_answer, days_of
from chalicelib.desk import casework, worker
from chalicelib.store import cases, cities, figures, snapshots
from chalicelib.store.cases import Dossier
from chalicelib.store.figures import MONTHEND, NOW, OWN, Key, Row
from chalicelib.store.items import FILING, NOBODY
from chalicelib.store.keys import iso
from chalicelib.store.outbox import ERASED

# Lambda gives 15 minutes; what is left then is gone on with an hour later.
SECONDS = 780.0
# So often the place reached is written down.
NOTE_EVERY = 500
TRIES = 8
ONE_DAY = timedelta(days=1)
# The last instant of a day: times are kept to the millisecond.
INSTANT = timedelta(milliseconds=1)
# What a timeline raises that lacks something, or has it in another shape. A store that does not answer raises none of
# these: it ends the run, and the next one reads what this one could not.
UNREADABLE = (ValueError, TypeError, LookupError, AttributeError, ArithmeticError)


class Crowded(RuntimeError):
    """The same day is being added up by others again and again; the next run puts it right."""


@dataclass(frozen=True, slots=True)
class Moment:
    """Until when figures are taken: the midnight at which `day` began, in the city's zone."""

    day: date
    zone: ZoneInfo

    @property
    def as_of(self) -> datetime:
        """The last instant before it, UTC."""
        return midnight(self.day, self.zone) - INSTANT

    def month_end(self, day: date) -> datetime | None:
        """The last instant of the month of a day; None while it is not over."""
        following = (day.replace(day=1) + timedelta(days=31)).replace(day=1)
        return midnight(following, self.zone) - INSTANT if following <= self.day else None


@dataclass(frozen=True, slots=True)
class Night:
    """What a run did. `acted`: the figures of this day were not there yet. `left`: they still are not."""

    day: date
    acted: bool
    cases: int = 0
    days: int = 0
    failed: int = 0
    closed: tuple[str, ...] = ()
    left: bool = False
    rest: str = ""
    """Of a rebuild: what to ask for next."""


def moment(now: datetime, zone: ZoneInfo) -> Moment:
    """The last midnight."""
    return Moment(now.astimezone(zone).date(), zone)


def bring_up(now: datetime) -> Night:
    """Bring all figures up to the last midnight before `now`, once for each day. Raises NoCity."""
    until = time.monotonic() + SECONDS
    city = cities.current()
    wanted = moment(now, ZoneInfo(city.zone))
    mark = figures.mark()
    if mark.day is not None and date.fromisoformat(mark.day) >= wanted.day:
        return Night(wanted.day, acted=False)
    moved = _moved(mark, city.zone)
    if mark.doing != (doing := f"{wanted.day} {city.zone}"):
        mark.doing, mark.after, mark.changed = doing, None, []
    if mark.zone != city.zone:
        # Before the first row is written: who dies then leaves rows of this zone.
        mark.zone = None if moved else city.zone
        mark.save()
    queues = {NOBODY, *(one.id for one in city.departments), *(mark.queues or [])}
    tickets = sorted(set(figures.received()) if moved else _due(mark, wanted, queues, now))
    days = {date.fromisoformat(day) for day in mark.changed or []}
    reader, failed = Reader(city, wanted), 0
    for number, ticket in enumerate(tickets, 1):
        if mark.after is not None and ticket <= mark.after:
            continue  # an earlier run of this night came so far
        try:
            found = reader.case(ticket)
        except UNREADABLE as error:
            # A timeline that cannot be read must not take the figures of the whole city with it; it is an alarm.
            logs.failure("case_not_counted", error, job="daily_figures", ticket=ticket)
            found, failed = None, failed + 1
        if found is not None:
            days |= keep(OWN, [found.row], found.answers, wanted)
            days |= _clear_beside(found, wanted) if moved else set()
            queues |= {found.row.fact.department} if found.row.fact.department else set()
        out_of_time = time.monotonic() > until
        if out_of_time or number % NOTE_EVERY == 0:
            mark.after, mark.changed, mark.queues = ticket, sorted(map(str, days)), sorted(queues)
            mark.save()
        if out_of_time:
            logs.event("figures_left", level=logs.ERROR, job="daily_figures", count=number)
            return Night(wanted.day, acted=True, cases=number, failed=failed, left=True)
    over = {one.sk for one in snapshots.months()}
    for day in sorted(days):
        add_up(OWN, day, month_over=f"{day:%Y-%m}" in over)
    closed = tuple(_close_months(mark.day, wanted, over, now))
    mark.day, mark.zone, mark.queues = wanted.day.isoformat(), city.zone, sorted(queues)
    mark.doing = mark.after = mark.changed = None
    mark.save()
    logs.event("figures", job="daily_figures", count=len(tickets), failed=failed)
    return Night(wanted.day, acted=True, cases=len(tickets), days=len(days), failed=failed, closed=closed)


def rebuild(wanted: str) -> Night:
    """Work out every fact and day of a period anew from the timelines, as of the last night that ran: after a change of
    the definitions or of the zone, or to prove that the figures are right. Rows that no case has any more are removed.
    Raises NoCity and ValueError (no such period).

    A day at a time, each added up before the next. What there is no time for is left: `rest` says what to ask for then,
    `2026-03-07/2026`, the period from that day on.
    """
    until = time.monotonic() + SECONDS
    begin, _, period = wanted.rpartition("/")
    days = [day for day in days_of(period) if day.isoformat() >= begin]
    city, mark = cities.current(), figures.mark()
    if mark.day is None or not days:
        return Night(days_of(period)[0], acted=False)
    rebuilding = _Rebuilding(city, Moment(date.fromisoformat(mark.day), ZoneInfo(city.zone)))
    over, rest = {one.sk for one in snapshots.months()}, ""
    if _moved(mark, city.zone):
        figures.note_zones()
        rebuilding.rows_of(days[0] - ONE_DAY)
    for number, day in enumerate(days, 1):
        rebuilding.day(day)
        add_up(OWN, day, month_over=f"{day:%Y-%m}" in over)
        rebuilding.changed.discard(day)
        if time.monotonic() > until and number < len(days):
            rest = f"{days[number]}/{period}"
            days = days[:number]
            logs.event("rebuild_left", level=logs.ERROR, job="daily_figures", reason=rest)
            break
    if _moved(mark, city.zone):
        rebuilding.rows_of(days[-1] + ONE_DAY)
    # Answers are given after the day; those within the rest of the period are added up in their turn.
    last = days_of(period)[-1]
    outside = {day for day in rebuilding.changed if not rest or not days[-1] < day <= last}
    for day in sorted(outside):
        add_up(OWN, day, month_over=f"{day:%Y-%m}" in over)
    return Night(
        rebuilding.night.day,
        acted=True,
        cases=rebuilding.count,
        days=len({*days, *outside}),
        failed=rebuilding.failed,
        left=bool(rest),
        rest=rest,
    )


@dataclass(frozen=True, slots=True)
class Found:
    """What a case adds to the figures."""

    row: Row
    answers: list[Answer]


class Reader:
    """Reads cases as they stood at one moment, by one city's calendars."""

    def __init__(self, city: City, wanted: Moment) -> None:
        self._city, self._wanted = city, wanted
        self._calendars = Calendars(city)
        self._minutes = facts.working_minutes(self._calendars)

    def case(self, ticket: str) -> Found | None:
        """The facts and answers of a case; None where it was not there yet, or belongs to no figure of the city's."""
        found = cases.dossier(ticket)
        if found is None or found.case.series:
            return None
        return self.dossier(found)

    def dossier(self, found: Dossier) -> Found | None:
        """The same of a case that has been read."""
        timeline = casework.timeline(found)
        if datetime.fromisoformat(timeline[0]["at"]) > self._wanted.as_of:
            return None
        now = self._fact(found, timeline, self._wanted.as_of)
        end = self._wanted.month_end(now.day)
        month = self._fact(found, timeline, end) if end else None
        known = [line for line in timeline if datetime.fromisoformat(line["at"]) <= self._wanted.as_of]
        answers = facts.answers_of(found.case.ticket, known, zone=self._wanted.zone)
        return Found(Row(now, month), answers)

    def _fact(self, found: Dossier, timeline: Sequence[dict[str, object]], as_of: datetime) -> Fact:
        return facts.fact_of(
            found.case.ticket,
            timeline,
            zone=self._wanted.zone,
            as_of=as_of,
            working_minutes=self._minutes,
            clocks=facts.judged(clockwork.clocks(timeline, self._city, as_of, self._calendars)),
            lapor=_filing(found, timeline, as_of),
            drift=(found.case.lapor or {}).get("drift"),
        )


class _Rebuilding:
    """The rows of some days, worked out anew. `changed`: the days that are to be added up."""

    def __init__(self, city: City, night: Moment) -> None:
        self.night = night
        self.changed = set[date]()
        self.count = self.failed = 0
        self._reader = Reader(city, night)
        self._kept: dict[str, set[Key] | None] = {}  # None: it cannot be read, and keeps the rows it has

    def day(self, day: date) -> None:
        """The cases received on a day, and those that have a row there."""
        begin, end = (midnight(one, self.night.zone) for one in (day, day + ONE_DAY))
        for ticket in figures.received(iso(begin), iso(end)):
            self._case(ticket)
        self.rows_of(day)

    def rows_of(self, day: date) -> None:
        """The cases that have a row on a day; the row goes where it is not theirs."""
        for sort_key in sorted(figures.keys(OWN, day)):
            kept = self._case(figures.ticket_of(sort_key))
            if kept is not None and (day, sort_key) not in kept:
                figures.remove(OWN, [(day, sort_key)], self.night.as_of)
                self.changed.add(day)

    def _case(self, ticket: str) -> set[Key] | None:
        if ticket in self._kept:
            return self._kept[ticket]
        kept: set[Key] | None = set()
        try:
            found = self._reader.case(ticket)
        except UNREADABLE as error:
            logs.failure("case_not_counted", error, job="daily_figures", ticket=ticket)
            self.failed += 1
            found = kept = None
        if found:
            self.changed |= keep(OWN, [found.row], found.answers, self.night)
            self.count += 1
            kept = figures.keys_of(found.row, found.answers)
        self._kept[ticket] = kept
        return kept


def keep(series: str, rows: Iterable[Row], answers: Iterable[Answer], wanted: Moment) -> set[date]:
    """Keep facts and answers; the days that must be added up anew."""
    days = set()
    for row in rows:
        figures.put_fact(series, row, wanted.as_of)
        days.add(row.fact.day)
    for answer in answers:
        figures.put_answer(series, answer)
        days.add(answer.day)
    return days


def _moved(mark: figures.Mark, zone: str) -> bool:
    """Whether rows may be under a day of another zone."""
    nothing = mark.day is None and mark.zone is None and mark.doing is None
    return mark.zone != zone and not nothing


def _clear_beside(found: Found, wanted: Moment) -> set[date]:
    """Remove what was kept of a case by another zone: zones differ by less than a day. Answers the days on which
    something may have been, whether it is still there or not: who removed it may have died before they were added up.
    """
    rows = figures.keys_of(found.row, found.answers)
    beside = {(day + step, sort_key) for day, sort_key in rows for step in (-ONE_DAY, ONE_DAY)}
    figures.remove(OWN, figures.those_there(OWN, beside), wanted.as_of)
    return {day for day, _ in beside}


def add_up(series: str, day: date, *, month_over: bool = False, closing: bool = False) -> None:
    """Make the rollup of a day from its rows, and where its month is over the one of the month's end as well.

    Each is written only over the one that was there before the rows were read. Raises Crowded.
    """
    for kind in (NOW, MONTHEND) if month_over or closing else (NOW,):
        for _ in range(TRIES):
            before = figures.head(series, day, kind)
            rollup = _sum(series, day, kind)
            if figures.digest(rollup) == (before.sha256 or figures.digest(Rollup())):
                break
            if kind == MONTHEND and not closing:
                # First the note, then the change: who dies in between has noted too much, never too little.
                snapshots.note_change(f"{day:%Y-%m}")
            if figures.put_rollup(series, day, kind, rollup, before):
                break
        else:
            raise Crowded(f"{day} could not be added up")


def _sum(series: str, day: date, kind: str) -> Rollup:
    rollup = Rollup()
    for row in figures.fact_rows(series, day):
        add(rollup, row.fact if kind == NOW else row.at_month_end)
    for answer in figures.answers(series, day):
        add_answer(rollup, answer)
    return rollup


def _due(mark: figures.Mark, wanted: Moment, queues: Iterable[str], now: datetime) -> set[str]:
    """The cases that may have changed since the last night."""
    if mark.day is None:
        return set(figures.received())
    # A night that was run for a day to come says nothing of what was touched until then.
    since = min(midnight(date.fromisoformat(mark.day), wanted.zone), worker.clock()).astimezone(UTC).date()
    # A case that is touched while the job runs has moved on to a later day than `now` says.
    until = max(now, worker.clock()).astimezone(UTC).date()
    return {*figures.touched(str(since), str(until)), *figures.in_queues(queues)}


def _close_months(last: str | None, wanted: Moment, over: set[str], now: datetime) -> Iterable[str]:
    """Close the months that ended since the last night. Months before the first night are nobody's to publish."""
    first = date.fromisoformat(last) if last else wanted.day - timedelta(days=1)
    month = first.replace(day=1)
    while (following := (month + timedelta(days=31)).replace(day=1)) <= wanted.day:
        period = f"{month:%Y-%m}"
        if following > first and period not in over:
            for day in days_of(period):
                add_up(OWN, day, closing=True)
            snapshots.close_month(period, now)
            yield period
        month = following


def _filing(found: Dossier, timeline: Sequence[dict[str, object]], as_of: datetime) -> str | None:
    """How the filing in SP4N-LAPOR! stood."""
    rows = [row for row in found.rows if row.sk == FILING.key]
    if rows and all(row.state == ERASED for row in rows):
        gone = [str(line["at"]) for line in timeline if line["type"] == "erased"]
        if not gone or datetime.fromisoformat(min(gone)) <= as_of:
            return None  # its reporter was erased before it was filed: since then it is not due
    if not rows or datetime.fromisoformat(rows[0].created_at) > as_of:
        # What is held back has no row; a row that came later says that it was held back until then.
        return "held" if rows or (found.case.lapor or {}).get("state") == "held" else None
    told = [
        str(line["type"])
        for line in timeline
        if str(line["type"]).startswith("lapor_") and datetime.fromisoformat(str(line["at"])) <= as_of
    ]
    return told[-1].removeprefix("lapor_") if told else "waiting"
