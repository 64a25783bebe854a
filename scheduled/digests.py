"""Every half hour: on a working day, from the hour the city chose, each department's head gets his list, and on the
first working day of a week Sekda and mayor the totals.

A message's id is made of the day and whom it is for, and is claimed before it is sent: however often this runs, nobody
gets two. What could certainly not be sent is tried again by the next run, until the morning is over: then it has
failed, and the admin hears of it. What a run found out about a department is kept for the day, so that the next one
reads only what is missing, who has not been told before what is only counted. One case or department that cannot be
read stops no other, and fails the run at its end.
"""

import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from chalicelib import logs
from chalicelib.complaints.recipients import DEPARTMENT, HEAD, recipients
from chalicelib.complaints.sending_hours import SendingHours
from chalicelib.desk import calendar_years, delivering, digests
from chalicelib.desk.delivering import EMAIL, WHATSAPP, Message
from chalicelib.desk.digests import Morning
from chalicelib.pages import digests as pages
from chalicelib.pages.digests import Row
from chalicelib.settings import settings
from chalicelib.store import cities, deliveries, job_marks, listing
from chalicelib.store.items import NOBODY

if TYPE_CHECKING:
    from chalicelib.complaints.city import Department
    from chalicelib.complaints.city_alerts import Contact
    from chalicelib.store.deliveries import Delivery

JOB = "digests"
SECONDS = 240.0
DIGEST, WEEKLY = "digest", "weekly"
WEEKLY_FOR = ("sekda", "mayor")
# The part of a day's work that says that it was begun at all.
BEGUN = "begun"
# Tickets named in a WhatsApp message, and kept as proof of a mail.
MOST_IN_BRIEF = 5
MOST_TICKETS = 100
ELSEWHERE = "perintah aduan antre"
NOT_IN_TIME = "the morning was over"


class Unfinished(RuntimeError):
    """Some cases or departments could not be read; the others were told."""


@dataclass(frozen=True, slots=True)
class Mail:
    """What is to be told, and of which tickets."""

    message: Message
    tickets: list[str]


Make = Callable[[str, str], Mail | None]
"""A recipient's message by the name of his office and his channel; None: there is nothing to say."""
Way = tuple["Contact", str]
"""Who is to be told, and through which channel."""


@dataclass(frozen=True, slots=True)
class Desk:
    """A department on a morning, as far as it has been dealt with."""

    department: "Department"
    way: Way | None
    """None: nobody is to be told, or he has been."""
    may_tell: bool
    read: bool
    row: Row | None

    @property
    def order(self) -> int:
        """Who has not been told first, and of those whose list nobody has tried to send; then what is only counted."""
        return 2 if self.way is None or not self.may_tell else int(self.read)


def run(now: datetime) -> dict[str, Any]:
    """Send what is due at `now`; how many messages were sent, failed or are ambiguous, and whether it is all done.
    Raises Unfinished."""
    try:
        city = cities.current()
    except cities.NoCity:
        return {"done": True}
    hours = SendingHours(city)
    at = digests.morning(city, hours, now)
    if at is None and (year := digests.missing_year(hours, now)):
        # Not in silence: the sweep of alerts tells the admin, each working day (desk/calendar_years.py).
        calendar_years.needed([year], now)
        return {"done": False, "no_calendar": year}
    if at is None or job_marks.done(JOB, at.day.isoformat()):
        return {"done": True}
    if at.over and job_marks.kept(JOB, at.day.isoformat(), BEGUN) is None:
        return {"done": True}  # no run was here in the morning: a city of this afternoon has nothing to make up for
    this = _Run(at)
    done = this.give_up() if at.over else this.tell_all()
    if done:
        job_marks.note(JOB, at.day.isoformat())
    counts = this.counts
    logs.event("digests", job=JOB, count=counts[deliveries.SENT], failed=counts[deliveries.FAILED] + this.broken)
    if this.broken:
        raise Unfinished(f"{this.broken} cases or departments")
    return {**counts, "done": done}


class _Run:
    """One run: what it has found out, and what became of its messages."""

    def __init__(self, at: Morning) -> None:
        self.at, self.day = at, at.day.isoformat()
        self.counts: Counter[str] = Counter()
        self.broken = 0
        self.rows: dict[str, Row] = {}
        """The numbers of the departments that are known."""
        self.until = time.monotonic() + SECONDS

    def tell_all(self) -> bool:
        """Go through the departments; whether everybody has been told who is to be."""
        job_marks.keep(JOB, self.day, BEGUN, {})
        desks = sorted((self._desk(one, self.at.now) for one in self.at.city.departments), key=lambda one: one.order)
        self.rows = {one.department.id: one.row for one in desks if one.row}
        done = True
        for desk in desks:
            if time.monotonic() > self.until:
                return False
            done &= self._attempt(partial(self._department, desk))
        return (not self.at.first_of_week or self._attempt(self._weekly)) and done

    def give_up(self) -> bool:
        """The morning is over: what has not been sent has failed; whether all of that is written down."""
        last = self.at.ends - timedelta(minutes=1)
        missed: list[Delivery] = []
        for department in self.at.city.departments:
            desk = self._desk(department, last)
            if desk.way and desk.may_tell:
                missed.append(self._delivery(DIGEST, department.id, desk.way, department.id))
        if self.at.first_of_week and self.at.hours.may_tell("mayor", None, last):
            missed += [self._delivery(WEEKLY, key, way, None) for key, way in self._untold_of_city()]
        written = [self._attempt(partial(self._fail, one)) for one in missed]
        return all(written)

    def _attempt(self, what: Callable[[], bool]) -> bool:
        """Do one thing; False where it failed, which keeps nobody from the next."""
        try:
            return what()
        except Exception as error:
            logs.failure("digest_failed", error, job=JOB)
            self.broken += 1
            return False

    def _desk(self, department: "Department", now: datetime) -> Desk:
        known = job_marks.kept(JOB, self.day, department.id)
        told = (known or {}).get("told") or not self._free(DIGEST, department.id)
        row = (known or {}).get("row")
        return Desk(
            department,
            None if told else next(_ways(recipients(self.at.city, HEAD, department.id), (HEAD, DEPARTMENT)), None),
            self.at.hours.may_tell(HEAD, department.id, now),
            known is not None,
            Row(**row) if row else None,
        )

    def _department(self, desk: Desk) -> bool:
        """Tell its head, and know its numbers; whether there is nobody left to be told."""
        at, department = self.at, desk.department
        way = desk.way if desk.may_tell else None  # it opens later; a run within the morning finds it open
        if way is None and (desk.row or not at.first_of_week):
            return desk.way is None
        held = digests.open_cases(department.id, at)
        self.broken += len(held.unread)
        row = self.rows[department.id] = digests.row(department.short, held, at)

        def make(name: str, channel: str) -> Mail | None:
            found = digests.of_department(department.short, name, held, at)
            if found is None:
                return None
            named = [case.ticket for group in found.groups for case in group.cases]
            named = named[: MOST_IN_BRIEF if channel == WHATSAPP else MOST_TICKETS]
            more = sum(group.count for group in found.groups) - len(named)
            brief = ", ".join([*named, *([f"dan {more} lainnya"] if more else [])])
            return Mail(Message(pages.digest(found), (found.verdict, brief, ELSEWHERE)), named)

        told = self._tell(DIGEST, department.id, way, department.id, make) if way else desk.way is None
        job_marks.keep(JOB, self.day, department.id, {"row": asdict(row), "told": told})
        return told

    def _weekly(self) -> bool:
        untold = self._untold_of_city()
        if not untold:
            return True
        if len(self.rows) < len(self.at.city.departments) or not self.at.hours.may_tell("mayor", None, self.at.now):
            return False  # totals are complete, or not said
        # A case that was closed when its department was removed may have been reopened since.
        unassigned = self._row("Belum didisposisikan", [NOBODY])
        gone = self._row("OPD tidak lagi ada", filter(listing.any_open, cities.desk_rules().former))

        def make(name: str, _channel: str) -> Mail | None:
            found = digests.of_city(name, list(self.rows.values()), unassigned, gone, self.at)
            return Mail(Message(pages.weekly(found), (found.verdict, "-", ELSEWHERE)), []) if found else None

        told = [self._attempt(partial(self._tell, WEEKLY, key, way, None, make)) for key, way in untold]
        return all(told)

    def _row(self, name: str, queues: Iterable[str]) -> Row:
        held = [digests.open_cases(queue, self.at) for queue in queues]
        unread = tuple(ticket for one in held for ticket in one.unread)
        self.broken += len(unread)
        return digests.row(name, digests.Held([case for one in held for case in one.opened], unread), self.at)

    def _untold_of_city(self) -> list[tuple[str, Way]]:
        found = [
            (f"{role}-{number}", way)
            for role in WEEKLY_FOR
            for number, contact in enumerate(recipients(self.at.city, role, None))
            for way in _ways([contact], (role,))  # nobody else gets it in their place
        ]
        return [(key, way) for key, way in found if self._free(WEEKLY, key)]

    def _tell(self, kind: str, key: str, way: Way, department: str | None, make: Make) -> bool:
        """Send one office its message, once; False: it could certainly not be sent, and the next run may."""
        contact, channel = way
        mail = make(contact.name, channel)
        if mail is None:
            return True
        delivery = self._delivery(kind, key, way, department, summary=mail.message.mail.subject, tickets=mail.tickets)
        outcome = delivering.tell(delivery, delivering.address(contact, channel), mail.message, self.at.city)
        self.counts[outcome] += 1
        return outcome != deliveries.VOID

    def _fail(self, delivery: "Delivery") -> bool:
        """Write down that it was not sent, so that the admin hears of it; nothing where another run has done so."""
        if deliveries.claim(delivery, (), until=delivering.lease()):
            self.counts[deliveries.FAILED] += deliveries.fail(
                delivery, deliveries.FAILED, reason=NOT_IN_TIME, now=self.at.now
            )
        return True

    def _delivery(
        self, kind: str, key: str, way: Way, department: str | None, *, summary: str = "", tickets: Sequence[str] = ()
    ) -> "Delivery":
        contact, channel = way
        return deliveries.new(
            self._identifier(kind, key),
            kind=kind,
            role=contact.role,
            name=contact.name,
            department=department,
            channel=channel,
            target=delivering.target(channel, delivering.address(contact, channel)),
            summary=summary,
            tickets=tickets,
            now=self.at.now,
        )

    def _identifier(self, kind: str, key: str) -> str:
        return f"{kind}-{self.day}-{key}"

    def _free(self, kind: str, key: str) -> bool:
        """Whether it is still to be sent: not sent, and nobody is about to."""
        known = deliveries.get(self._identifier(kind, key))
        return known is None or known.state == deliveries.VOID


def _ways(contacts: Iterable["Contact"], roles: Sequence[str]) -> Iterator[Way]:
    """Those in these roles who can be told here, by mail where they have an address. Nobody in their place: the
    coordinator would get every department's list."""
    for contact in contacts:
        if contact.role in roles and contact.email:
            yield contact, EMAIL
        elif contact.role in roles and contact.whatsapp and settings().whatsapp_account:
            yield contact, WHATSAPP
