"""The lists officials get in the morning, from plain shapes: a head's own cases, and the city's totals for Sekda and
mayor. The verdict first; complete totals, however few cases are named."""

from collections.abc import Sequence
from dataclasses import dataclass

from chalicelib.pages.mail import AUTOMATIC, Rendered, Tone
from chalicelib.pages.rendering import render


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestCase:
    """One case in a list. Every text is ready to be read."""

    ticket: str
    tone: Tone
    lateness: str
    """`Terlambat 3 hari kerja`."""
    gist: str
    place: str | None
    age: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Cases of one kind. `count` is of all of them, also of those not named."""

    title: str
    tone: Tone
    count: int
    cases: Sequence[DigestCase]


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """A head's cases on one morning."""

    city: str
    recipient: str
    verdict: str
    totals: str
    """All that are open, in one sentence."""
    groups: Sequence[Group]
    more: int
    """Listed cases that are not named."""
    sent: str
    """When, as people say it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One department's numbers. `oldest` is in days."""

    name: str
    open: int
    late: int
    oldest: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Weekly:
    """The city's open cases in numbers: no case is named."""

    city: str
    recipient: str
    verdict: str
    lead: str
    rows: Sequence[Row]
    unassigned: Row | None
    total: Row
    sent: str


def digest(mail: Digest) -> Rendered:
    """The mail of a head's list."""
    return _rendered("digest", mail, f"{mail.verdict} · Aduan {mail.city}")


def weekly(mail: Weekly) -> Rendered:
    """The mail of the city's totals."""
    return _rendered("weekly", mail, f"{mail.verdict} · Aduan {mail.city}")


def _rendered(name: str, mail: Digest | Weekly, subject: str) -> Rendered:
    values = {"mail": mail, "subject": subject, "footer": f"{AUTOMATIC} {mail.sent}"}
    return Rendered(subject, render(f"{name}.html", **values), render(f"{name}.txt", **values))
