"""The monthly report reaches its readers: three files in the bucket, a mail to the executives once for each revision.

A file's key holds the snapshot's number and hash, and a file that is there is never written again: what was mailed,
shown and put into evidence stays what it was. The report of a year is made by yearly.py.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from chalicelib import logs
from chalicelib.channels.email import Attachment
from chalicelib.channels.errors import Retryable
from chalicelib.complaints import recipients
from chalicelib.complaints.summary import summarise
from chalicelib.complaints.summary_shapes import Source, Summary
from chalicelib.desk import delivering
from chalicelib.desk.periods import source
from chalicelib.problems import Problem
from chalicelib.store import cities, deliveries, media, snapshots
from chalicelib.store.snapshots import Snapshot

TYPES = {
    "html": "text/html; charset=utf-8",
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
FOLDER = "reports/"
READERS = ("executive", "sekda", "mayor")
KIND = "report"
# Mornings on which SES was busy; then it has failed, and the admin hears of it.
MOST_TRIES = 20


@dataclass(frozen=True, slots=True)
class File:
    """One form of a report, as it is kept."""

    kind: str
    key: str
    name: str


def publish(snapshot: Snapshot, now: datetime) -> None:
    """Make the files of a revision and mail it to who reads it. Called again, it does what was left undone and nothing
    twice. Raises Retryable where a mail could not be sent yet."""
    made = summary(source(snapshot))
    keep(snapshot, made)
    mail(snapshot, made, now)
    logs.event("report_published", job="monthly_summary", kind=snapshot.period, count=snapshot.revision)


def keep(snapshot: Snapshot, summary: Summary) -> None:
    """Put the three files into the bucket, where they are not there already."""
    for file in files(snapshot):
        if media.size(file.key) is None:
            media.put(file.key, rendered(summary, file.kind), TYPES[file.kind])


def complete(snapshot: Snapshot) -> bool:
    """Whether all forms of a report are there."""
    return all(media.size(file.key) is not None for file in files(snapshot))


def files(snapshot: Snapshot) -> Iterator[File]:
    """Where the forms of a report lie, made or not."""
    code, period = cities.current().code, snapshot.period
    stem = f"{FOLDER}{period}/r{snapshot.revision}-{snapshot.sha256[:16]}"
    for kind in TYPES:
        yield File(kind, f"{stem}.{kind}", f"aduan-{code}-{period}-r{snapshot.revision}.{kind}")


def rendered(summary: Summary, kind: str) -> bytes:
    """The report in one of its forms."""
    if kind == "pdf":
        from chalicelib.pages.monthly_pdf import pdf

        return pdf(summary)
    if kind == "xlsx":
        from chalicelib.pages.monthly_xlsx import xlsx

        return xlsx(summary)
    from chalicelib.pages.monthly import html

    return html(summary).encode()


def mail(snapshot: Snapshot, summary: Summary, now: datetime) -> None:
    """Mail the first screen with the PDF to each executive's address, once for each revision. Raises Retryable."""
    from chalicelib.pages import monthly

    city = cities.current()
    addresses = {
        contact.email: contact
        for role in READERS
        for contact in recipients.recipients(city, role, None)
        if contact.email
    }
    paper = next(file for file in files(snapshot) if file.kind == "pdf")
    attachment = Attachment(paper.name, TYPES["pdf"], media.get(paper.key))
    message = delivering.Message(monthly.mail(summary), (), (attachment,))
    left = 0
    for to, contact in addresses.items():
        target = delivering.target(delivering.EMAIL, to)
        stem = f"{KIND}-{snapshot.period}-r{snapshot.revision}-{target.rpartition(':')[2]}"
        number = _untried(stem)
        if number is None:
            continue
        delivery = deliveries.new(
            f"{stem}-{number}",
            kind=KIND,
            role=contact.role,
            name=contact.name,
            department=None,
            channel=delivering.EMAIL,
            target=target,
            summary=message.mail.subject,
            tickets=(),
            now=now,
        )
        outcome = delivering.tell(delivery, to, message, city, last_try=number == MOST_TRIES)
        left += outcome == deliveries.VOID
    if left:
        # The month is not noted as published, so that the next morning comes back to it.
        raise Retryable(f"{left} report mails could not be sent yet")


def where(period: str, kind: str, revision: int | None) -> str:
    """A link to a published report that opens for five minutes. Raises Problem (404)."""
    snapshot = snapshots.latest(period) if revision is None else snapshots.get(period, revision)
    if snapshot is None:
        raise Problem(404, "Belum ada laporan untuk kurun atau revisi itu.")
    file = next(one for one in files(snapshot) if one.kind == kind)
    if media.size(file.key) is None:
        raise Problem(404, "Laporan kurun itu belum terbit.")
    # A page is looked at; the others are saved under their name.
    return media.link(file.key, name=None if kind == "html" else file.name)


def summary(made: Source) -> Summary:
    """What the forms of a report are made of."""
    return summarise(made, cities.current())


def _untried(stem: str) -> int | None:
    """The number of the next try at a mail; None where one was sent, or may have been, or has failed for good."""
    for number in range(1, MOST_TRIES + 1):
        found = deliveries.get(f"{stem}-{number}")
        if found is None:
            return number
        if found.state != deliveries.VOID:
            return None
    return None
