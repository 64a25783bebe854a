"""The mails officials get, from plain shapes: subject, HTML and text that say the same.

Read on a phone between two meetings, so the verdict comes first, then each case in the order in which it burns. One
column, no picture, no address outside our own links; no citizen's name, number or photo.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from chalicelib.pages.rendering import render

Tone = Literal["late", "soon", "calm"]

WITH_LINKS = (
    "Tombol di atas membuka satu halaman; baru berubah setelah Anda menekan tombol di halaman itu. "
    "Jangan teruskan surel ini: siapa pun yang memegang tautannya dapat bertindak atas nama Anda."
)
AUTOMATIC = "Surel otomatis dari layanan aduan; mohon tidak dibalas."


class Rendered(NamedTuple):
    """What is sent."""

    subject: str
    html: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseLine:
    """One case, as an official is told of it. Every text is ready to be read."""

    ticket: str
    tone: Tone
    verdict: str
    """`Terlambat 3 hari kerja`."""
    gist: str
    place: str | None
    age: str
    due: str
    rule: str
    holder: str
    last: str
    following: str | None
    """What happens if nothing happens."""
    link: str | None = None
    acts: tuple[str, ...] = ()
    """Of extend and transfer, those its page can do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertMail:
    """One message to one office."""

    city: str
    recipient: str
    verdict: str
    cases: Sequence[CaseLine] = field(default_factory=tuple)
    more: int = 0
    """Cases that are counted in the verdict, but not named."""
    lead: str | None = None
    sent: str = ""
    """When, as people say it."""


def alert(mail: AlertMail) -> Rendered:
    """The mail that tells an office of its cases."""
    footer = [WITH_LINKS] if any(case.link for case in mail.cases) else []
    footer += [" ".join(part for part in (AUTOMATIC, mail.sent) if part)]
    subject = f"{mail.verdict} · Aduan {mail.city}"
    values = {
        "mail": mail,
        "subject": subject,
        "preview": "; ".join(f"{case.ticket}: {case.verdict.lower()}" for case in mail.cases[:3]),
        "footer": footer,
        "choices": _choices,
    }
    return Rendered(subject, render("alert.html", **values), render("alert.txt", **values))


def _choices(case: CaseLine) -> str:
    words = {"extend": "minta perpanjangan", "transfer": "bukan kewenangan kami"}
    return ", ".join(["Terima", *(words[one] for one in ("extend", "transfer") if one in case.acts)])


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeMail:
    """A few sentences to one office, such as the admin."""

    city: str
    recipient: str
    verdict: str
    lines: Sequence[str]


def notice(mail: NoticeMail) -> Rendered:
    """The mail of a few sentences."""
    subject = f"{mail.verdict} · Aduan {mail.city}"
    values = {"mail": mail, "subject": subject, "footer": AUTOMATIC}
    return Rendered(subject, render("notice.html", **values), render("notice.txt", **values))
