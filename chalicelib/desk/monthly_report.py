"""The monthly report reaches its readers: three files in the bucket, a mail to the executives once for each revision.

A file's key holds the snapshot's number and hash, and a file that is there is never written again: what was mailed,
shown and put into evidence stays what it was. December brings the year's report along.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from chalicelib import logs
from chalicelib.channels.email import Attachment
from chalicelib.channels.errors import Retryable
from chalicelib.complaints import periods, recipients
from chalicelib.complaints.rollup import Rollup
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
# Mornings on which SES was busy; then somebody has to look.
MOST_TRIES = 20
DECEMBER = "-12"


@dataclass(frozen=True, slots=True)
class File:
    """One form of a report, as it is kept."""

    kind: str
    key: str
    name: str


def publish(snapshot: Snapshot, now: datetime) -> None:
    """Make the files of a revision and mail it to who reads it. Called again, it does what was left undone and nothing
    twice. Raises Retryable where a mail could not be sent yet."""
    summary = _summary(source(snapshot))
    keep(snapshot, summary)
    if yearly := year_source(snapshot):
        keep(snapshot, _summary(yearly))
    mail(snapshot, summary, now)
    logs.event("report_published", job="monthly_summary", kind=snapshot.period, count=snapshot.revision)


def keep(snapshot: Snapshot, summary: Summary) -> None:
    """Put the three files into the bucket, where they are not there already."""
    for file in files(snapshot, summary.period):
        if media.size(file.key) is None:
            media.put(file.key, rendered(summary, file.kind), TYPES[file.kind])


def files(snapshot: Snapshot, period: str) -> Iterator[File]:
    """Where the forms of a report lie, made or not: of the month, or of the year that it ends."""
    code = cities.current().code
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
    paper = next(file for file in files(snapshot, summary.period) if file.kind == "pdf")
    attachment = Attachment(paper.name, TYPES["pdf"], media.get(paper.key))
    message = delivering.Message(monthly.mail(summary), (), (attachment,))
    left = 0
    for to, contact in addresses.items():
        target = delivering.target(delivering.EMAIL, to)
        stem = f"{KIND}-{snapshot.period}-r{snapshot.revision}-{target.rpartition(':')[2]}"
        identifier = _untried(stem)
        if identifier is None:
            continue
        delivery = deliveries.new(
            identifier,
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
        left += delivering.tell(delivery, to, message, city) == deliveries.VOID
    if left:
        # The month is not noted as published, so that the next morning comes back to it.
        raise Retryable(f"{left} report mails could not be sent yet")


def where(period: str, kind: str, revision: int | None) -> str:
    """A link to a published report that opens for five minutes. Raises Problem (404)."""
    # The report of a year is its December's.
    month = period if len(period) == len("2026-01") else f"{period}{DECEMBER}"
    snapshot = snapshots.latest(month) if revision is None else snapshots.get(month, revision)
    if snapshot is None:
        raise Problem(404, "Belum ada laporan untuk kurun atau revisi itu.")
    file = next(one for one in files(snapshot, period) if one.kind == kind)
    if media.size(file.key) is None:
        raise Problem(404, "Laporan kurun itu belum terbit.")
    # A page is looked at; the others are saved under their name.
    return media.link(file.key, name=None if kind == "html" else file.name)


def year_source(snapshot: Snapshot) -> Source | None:
    """The year that a December ends, as it stood then; None for another month."""
    if not snapshot.period.endswith(DECEMBER):
        return None
    month = source(snapshot)
    year = snapshot.period[:4]
    earlier = snapshots.latest(f"{periods.before(year)}{DECEMBER}")
    before = snapshots.sums(earlier.period, earlier.year_sha256) if earlier else Rollup()
    return Source(
        period=year,
        as_of=month.as_of,
        now=month.year,
        before=before,
        last_year=before,
        year=month.year,
        months=month.months,
        revision=snapshot.revision,
    )


def _summary(made: Source) -> Summary:
    return summarise(made, cities.current())


def _untried(stem: str) -> str | None:
    """The id of the next try at a mail; None where one was sent, or may have been."""
    for number in range(1, MOST_TRIES + 1):
        found = deliveries.get(f"{stem}-{number}")
        if found is None:
            return f"{stem}-{number}"
        if found.state != deliveries.VOID:
            return None
    return None
