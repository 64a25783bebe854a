"""Every night: erase what the city has kept as long as it said it would (`[retention]`, UU 27/2022 arts. 42-44).

A finished case's term runs from the day of its last change, and that day is a partition of the index by_updated: what
is due is what was touched exactly so many days ago, so a night costs as much as one day's cases, however many are
stored. A mark holds the last day looked at; a night that did not run, or was killed, is made up for by the next.
A case that is changed moves to the day of that change; this job's own writes leave it on its day, where the longer
terms will find it. Open cases keep everything.
"""

import time
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from chalicelib import logs
from chalicelib.complaints.city import Retention
from chalicelib.complaints.erasure import EVERYTHING, IDENTITY, MEDIA, TEXT
from chalicelib.desk import erasing
from chalicelib.store import cases, cities, erasure, erasures
from chalicelib.store.tables import Case

ACTOR = "system"
SECONDS = 240.0
# Days made up for in one night, of which nearly all are empty: a city's first night looks back to its first case.
MOST_DAYS = 800
MOST_PAYLOADS = 1000
TRIES = 4
JOKES = ("spam", "abuse")


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
    anything is left for the next night."""
    try:
        kept = cities.current().retention
    except cities.NoCity:
        return {"cases": 0, "payloads": 0, "left": False}
    until = time.monotonic() + SECONDS
    payloads = erasures.quarantined_before(now - timedelta(days=kept.quarantine_days), MOST_PAYLOADS)
    forgotten = sum(erasures.forget_payload(item, now) for item in payloads)
    _unfinished(now, until)
    erased, left = 0, len(payloads) == MOST_PAYLOADS or forgotten < len(payloads)
    oldest = erasures.oldest_day()
    for term in terms(kept) if oldest else ():
        count, done = _term(term, date.fromisoformat(str(oldest)), now, until)
        erased, left = erased + count, left or not done
    logs.event("retention", job="retention", count=erased, failed=int(left))
    return {"cases": erased, "payloads": forgotten, "left": left}


def _unfinished(now: datetime, until: float) -> None:
    """Go on with requests to erase a person that had no time to end."""
    for record in erasures.unfinished():
        tickets = erasures.of_person(record.whose) if record.whose else [record.only]
        erasing.go_on(record, [ticket for ticket in tickets if ticket], until, now)


def _term(term: Term, oldest: date, now: datetime, until: float) -> tuple[int, bool]:
    # A whole day must have passed: the partition of the last day is still filling.
    last = (now - timedelta(days=term.days + 1)).date()
    known = erasures.mark(term.name)
    day = date.fromisoformat(known) + timedelta(days=1) if known else oldest
    first, count, done = day, 0, True
    for _ in range(MOST_DAYS):
        if day > last or not done:
            break
        erased, done = _day(term, day.isoformat(), now, until)
        count += erased
        day += timedelta(days=1) if done else timedelta()
        if erased:
            _remember(term, day)
    if day > first:
        _remember(term, day)  # empty days are not worth a write each
    return count, day > last


def _remember(term: Term, following: date) -> None:
    erasures.set_mark(term.name, (following - timedelta(days=1)).isoformat())


def _day(term: Term, day: str, now: datetime, until: float) -> tuple[int, bool]:
    count = 0
    for case in erasures.touched_on(day):
        if time.monotonic() > until:
            return count, False
        if term.ends(case):
            if not _erased(case.ticket, term, day, now):
                return count, False
            count += 1
    return count, True


def _erased(ticket: str, term: Term, day: str, now: datetime) -> bool:
    for _ in range(TRIES):
        found = cases.dossier(ticket)
        if found is None or found.case.updated_on != day or not term.ends(found.case):
            return True  # somebody changed it a moment ago
        result = erasure.erase(found, term.parts, actor=ACTOR, now=now)
        if not isinstance(result, erasure.Busy):
            return isinstance(result, erasure.Erased)
    return False
