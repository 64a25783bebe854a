"""Every night: erase what the city has kept as long as it said it would (`[retention]`, UU 27/2022 arts. 42-44).

A finished case's term runs from the day of its last change, and that day is a partition of the index by_updated: what
is due is what was touched exactly so many days ago, so a night costs as much as one day's cases, however many are
stored. A mark holds the last day looked at; a night that did not run, or was killed, is made up for by the next.
A case that is changed moves to the day of that change; this job's own writes leave it on its day, where the longer
terms will find it. Open cases keep everything. What cannot be erased keeps nothing else, and fails the run at its end.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any, TypeVar

from chalicelib import logs
from chalicelib.complaints.city import Retention
from chalicelib.complaints.erasure import EVERYTHING, IDENTITY, MEDIA, TEXT
from chalicelib.desk import erasing
from chalicelib.store import cases, cities, erasure, erasures
from chalicelib.store.tables import Case, Erasure

JOB = "retention"
ACTOR = "system"
SECONDS = 240.0
# Days made up for in one night, of which nearly all are empty: a city's first night looks back to its first case.
MOST_DAYS = 800
MOST_PAYLOADS = 1000
TRIES = 4
JOKES = ("spam", "abuse")

T = TypeVar("T")


class Unfinished(RuntimeError):
    """Something could not be erased; all else was, and the next night tries it again."""


@dataclass(frozen=True, slots=True)
class Term:
    """What goes from finished cases after so many days; of jokes (spam, abuse) everything, and sooner."""

    name: str
    days: int
    parts: frozenset[str]
    jokes: bool = False

    def ends(self, case: Case) -> bool:
        """Whether the term holds for the case: it is finished, and still has something to lose."""
        joke = case.status == "rejected" and case.reason in JOKES
        finished = case.status in ("closed", "rejected")
        return finished and joke >= self.jokes and not erasure.done_before(case, self.parts)


def terms(kept: Retention) -> tuple[Term, ...]:
    """A city's terms."""
    return (
        Term("identity", kept.identity_days, frozenset({IDENTITY})),
        Term("media", kept.media_days, frozenset({MEDIA})),
        Term("text", kept.text_days, frozenset({TEXT})),
        Term("rejected", kept.rejected_days, EVERYTHING, jokes=True),
    )


def run(now: datetime) -> dict[str, Any]:
    """Erase what is due at `now`; answers how many cases lost something, how many payloads were erased, and whether
    anything is left for the next night. Raises Unfinished, at the end."""
    try:
        kept = cities.current().retention
    except cities.NoCity:
        return {"cases": 0, "payloads": 0, "left": False}
    night = _Night(now, time.monotonic() + SECONDS)
    payloads = erasures.quarantined_before(now - timedelta(days=kept.quarantine_days), MOST_PAYLOADS)
    forgotten = sum(bool(night.attempt(partial(erasures.forget_payload, item, now))) for item in payloads)
    night.left = len(payloads) == MOST_PAYLOADS or forgotten < len(payloads)
    for record in erasures.unfinished():
        night.attempt(partial(_go_on, record, night))
    oldest = erasures.oldest_day()
    for term in terms(kept) if oldest else ():
        _term(term, date.fromisoformat(str(oldest)), night)
    logs.event("retention", job=JOB, count=night.erased, overdue=int(night.left), failed=night.broken)
    if night.broken:
        raise Unfinished(f"{night.broken} cases, payloads or requests")
    return {"cases": night.erased, "payloads": forgotten, "left": night.left}


@dataclass(slots=True)
class _Night:
    """One run: until when it has time (`time.monotonic()`), and what it has come to."""

    now: datetime
    until: float
    erased: int = 0
    left: bool = False
    broken: int = 0

    @property
    def over(self) -> bool:
        return time.monotonic() > self.until

    def attempt(self, what: Callable[[], T], ticket: str | None = None) -> T | None:
        """Do one thing; None where it failed, which keeps nothing else from being erased."""
        try:
            return what()
        except Exception as error:
            logs.failure("not_erased", error, job=JOB, ticket=ticket)
            self.broken += 1
            return None


def _go_on(record: Erasure, night: _Night) -> int:
    """Go on with a request to erase a person that had no time to end; how much of it is left."""
    tickets = erasures.of_person(record.whose) if record.whose else [record.only]
    return erasing.go_on(record, [ticket for ticket in tickets if ticket], night.until, night.now)


def _term(term: Term, oldest: date, night: _Night) -> None:
    """Look at the days whose term has ended. The mark stays before the first day on which something could not be
    erased, so that the next night comes back to it; the days after it are looked at all the same."""
    # A whole day must have passed: the partition of the last day is still filling.
    last = (night.now - timedelta(days=term.days + 1)).date()
    known = erasures.mark(term.name)
    first = day = date.fromisoformat(known) + timedelta(days=1) if known else oldest
    behind: date | None = None
    for _ in range(MOST_DAYS):
        if day > last or night.over:
            break
        erased, done = _day(term, day.isoformat(), night)
        night.erased += erased
        if not done:
            behind = behind or day
        day += timedelta(days=1)
        if erased and behind is None:
            _remember(term, day)
    following = behind or day
    if following > first:
        _remember(term, following)  # empty days are not worth a write each
    night.left = night.left or following <= last


def _remember(term: Term, following: date) -> None:
    erasures.set_mark(term.name, (following - timedelta(days=1)).isoformat())


def _day(term: Term, day: str, night: _Night) -> tuple[int, bool]:
    """How many cases lost something, and whether none is left that still should."""
    count, done = 0, True
    for case in erasures.touched_on(day):
        if night.over:
            return count, False
        lost = night.attempt(partial(_lost, case, term, day, night.now), case.ticket)
        count += lost or 0
        done = done and lost is not None
    return count, done


def _lost(case: Case, term: Term, day: str, now: datetime) -> int | None:
    """How many cases lost something, one or none; None where this one still should."""
    if not term.ends(case):
        return 0
    for _ in range(TRIES):
        found = cases.dossier(case.ticket)
        if found is None or found.case.updated_on != day or not term.ends(found.case):
            return 0  # somebody changed it a moment ago
        result = erasure.erase(found, term.parts, actor=ACTOR, now=now)
        if not isinstance(result, erasure.Busy):
            return 1 if isinstance(result, erasure.Erased) else None
    return None
