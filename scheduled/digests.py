"""Every half hour: on a working day, from the hour the city chose, each department's head gets his list, and on the
first working day of a week Sekda and mayor the totals.

A message's id is made of the day and whom it is for, and is claimed before it is sent: however often this runs, nobody
gets two. What could certainly not be sent is tried again by the next run, until the morning is over; the mark of the
day saves all later runs the reading.
"""

import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any

from chalicelib import logs
from chalicelib.complaints.recipients import DEPARTMENT, HEAD, recipients
from chalicelib.complaints.sending_hours import SendingHours
from chalicelib.desk import delivering, digests
from chalicelib.desk.delivering import EMAIL, Message
from chalicelib.desk.digests import Morning
from chalicelib.pages import digests as pages
from chalicelib.pages.mail import Rendered
from chalicelib.store import cities, deliveries, job_marks
from chalicelib.store.items import NOBODY

if TYPE_CHECKING:
    from chalicelib.complaints.city import City, Department
    from chalicelib.complaints.city_alerts import Contact
    from chalicelib.pages.digests import Row

JOB = "digests"
SECONDS = 240.0
WEEKLY_FOR = ("sekda", "mayor")
# How often one message is tried that could certainly not be sent.
TRIES = 6

Make = Callable[[str], Rendered | None]
"""A recipient's mail by the name of his office; None: there is nothing to say."""


def run(now: datetime) -> dict[str, Any]:
    """Send what is due at `now`; how many messages were sent, failed or are ambiguous, and whether it is all done."""
    try:
        city = cities.current()
    except cities.NoCity:
        return {"done": True}
    hours = SendingHours(city)
    at = digests.morning(city, hours, now)
    if at is None or job_marks.done(JOB, at.day.isoformat()):
        return {"done": True}
    counts: Counter[str] = Counter()
    done = _departments(at, counts)
    if done:
        job_marks.note(JOB, at.day.isoformat())
    logs.event("digests", job=JOB, count=counts[deliveries.SENT], failed=counts[deliveries.FAILED])
    return {**counts, "done": done}


def _departments(at: Morning, counts: Counter[str]) -> bool:
    """Go through the departments; whether everybody has been told who is to be."""
    until = time.monotonic() + SECONDS
    rows: list[Row] = []
    done = True
    for department in at.city.departments:
        if time.monotonic() > until:
            return False
        contacts = list(_heads(at.city, department, at))
        untold = [one for one in contacts if _identifier(at, "digest", department.id)]
        if not untold and not at.first_of_week:
            continue
        opened = digests.open_cases(department.id, at)
        rows.append(digests.row(department.short, opened, at))
        if not untold:
            continue
        if not at.hours.may_tell(HEAD, department.id, at.now):
            done = False  # it opens later; a run within the morning finds it open
            continue

        def make(name: str, department: "Department" = department, opened: Any = opened) -> Rendered | None:
            mail = digests.of_department(department.short, name, opened, at)
            return pages.digest(mail) if mail else None

        done &= _tell("digest", department.id, untold[0], department.id, make, at, counts)
    return (_weekly(rows, at, counts) if at.first_of_week else True) and done


def _weekly(rows: "list[Row]", at: Morning, counts: Counter[str]) -> bool:
    people = [
        (f"{role}-{number}", contact)
        for role in WEEKLY_FOR
        for number, contact in enumerate(recipients(at.city, role, None))
        if contact.role == role and contact.email  # nobody else gets it in their place
    ]
    untold = [(key, contact) for key, contact in people if _identifier(at, "weekly", key)]
    if not untold:
        return True
    if not at.hours.may_tell("mayor", None, at.now):
        return False
    unassigned = digests.row("Belum didisposisikan", digests.open_cases(NOBODY, at), at)

    def make(name: str) -> Rendered | None:
        mail = digests.of_city(name, rows, unassigned, at)
        return pages.weekly(mail) if mail else None

    told = [_tell("weekly", key, contact, None, make, at, counts) for key, contact in untold]
    return all(told)


def _heads(city: "City", department: "Department", at: Morning) -> "Iterator[Contact]":
    """The head's address or his office's. Not the coordinator in his place: he would get every department's list."""
    for contact in recipients(city, HEAD, department.id):
        if contact.role in (HEAD, DEPARTMENT) and contact.email:
            yield contact


def _tell(
    kind: str,
    key: str,
    contact: "Contact",
    department: str | None,
    make: Make,
    at: Morning,
    counts: Counter[str],
) -> bool:
    """Send one office its mail, once; False: it could certainly not be sent, and the next run may."""
    identifier = _identifier(at, kind, key)
    mail = make(contact.name) if identifier else None
    if identifier is None or mail is None:
        return True
    to = delivering.address(contact, EMAIL)
    delivery = deliveries.new(
        identifier,
        kind=kind,
        role=contact.role,
        name=contact.name,
        department=department,
        channel=EMAIL,
        target=delivering.target(EMAIL, to),
        summary=mail.subject,
        tickets=(),
        now=at.now,
    )
    outcome = delivering.tell(delivery, to, Message(mail, ()), at.city)
    counts[outcome] += 1
    return outcome != deliveries.VOID


def _identifier(at: Morning, kind: str, key: str) -> str | None:
    """The id to send it under; None: it was sent, or somebody is about to, or it was tried often enough."""
    for number in range(1, TRIES + 1):
        identifier = f"{kind}-{at.day.isoformat()}-{key}" + (f"-{number}" if number > 1 else "")
        known = deliveries.get(identifier)
        if known is None:
            return identifier
        if known.state != deliveries.VOID:
            return None
    return None
