"""The survey of Permenpan-RB 14/2017 as citizens meet it: which element a case is asked, in which words, and the
references by which an answer comes back.

A reference names the case, what was asked and when, and is signed: a tap needs no look into the store, and nobody can
make one up. It holds no personal data; one in a chat is signed for the citizen it was sent to.
"""

import base64
import hashlib
import hmac
from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from msgspec import Struct

from chalicelib.complaints.ikm import ELEMENTS, SCORES

# The regulation's own four answers for each element, the worst first (its Appendix, the questionnaire).
ANSWERS: dict[str, tuple[str, str, str, str]] = {
    "U1": ("Tidak sesuai", "Kurang sesuai", "Sesuai", "Sangat sesuai"),
    "U2": ("Tidak mudah", "Kurang mudah", "Mudah", "Sangat mudah"),
    "U3": ("Tidak cepat", "Kurang cepat", "Cepat", "Sangat cepat"),
    "U4": ("Sangat mahal", "Cukup mahal", "Murah", "Gratis"),
    "U5": ("Tidak sesuai", "Kurang sesuai", "Sesuai", "Sangat sesuai"),
    "U6": ("Tidak kompeten", "Kurang kompeten", "Kompeten", "Sangat kompeten"),
    "U7": ("Tidak sopan dan ramah", "Kurang sopan dan ramah", "Sopan dan ramah", "Sangat sopan dan ramah"),
    "U8": ("Tidak ada", "Ada tetapi tidak berfungsi", "Berfungsi kurang maksimal", "Dikelola dengan baik"),
    "U9": ("Buruk", "Cukup", "Baik", "Sangat baik"),
}
# Days after the question: what somebody remembers of a service. A link on paper is read later than a chat.
CHAT_DAYS, PAGE_DAYS = 7, 30
PREFIX = "ikm"
MAC_BYTES = 16


class Tap(Struct, frozen=True):
    """An answer that came back through a reference."""

    ticket: str
    element: str
    score: int
    asked_on: date
    """The day (UTC) on which the case had last been touched when it was asked."""


def element_of(ticket: str) -> str:
    """The element that the reporter of a case is asked in a chat: one, as people answer no more. By a digest of the
    ticket, so that each is asked of a ninth of all cases whatever they are about, and nobody has to count."""
    return tuple(ELEMENTS)[_number(ticket)]


def elements_of(ticket: str) -> tuple[str, str]:
    """The two that are asked where there is room for them: on a page and at the counter."""
    first = _number(ticket)
    return tuple(ELEMENTS)[first], tuple(ELEMENTS)[(first + 4) % len(ELEMENTS)]


def reference(tap: Tap, address: str, secret: str) -> str:
    """What a button carries: well below the 200 characters that WhatsApp allows."""
    said = f"{PREFIX}.{tap.ticket}.{tap.element}.{tap.score}.{tap.asked_on:%Y%m%d}"
    return f"{said}.{_mac(secret, f'{said}|{address}')}"


def is_reference(text: object) -> bool:
    """Whether a button of this survey was tapped, genuine or not."""
    return isinstance(text, str) and text.startswith(f"{PREFIX}.")


def read(text: str, addresses: Iterable[str], secrets: Sequence[str], on: date) -> Tap | None:
    """The answer behind a reference; None where it is forged, somebody else's, or too late."""
    said, _, mac = text.rpartition(".")
    genuine = [_same(mac, _mac(secret, f"{said}|{address}")) for address in addresses for secret in secrets]
    if not any(genuine):
        return None
    _, ticket, element, score, day = said.split(".")
    tap = Tap(ticket, element, int(score), _day(day))
    return tap if on <= tap.asked_on + timedelta(days=CHAT_DAYS) else None


def page_token(ticket: str, on: date, secret: str) -> str:
    """What a link to the survey's page ends in."""
    said = f"{ticket}.{on:%Y%m%d}"
    return f"{said}.{_mac(secret, f'{PREFIX}-page|{said}')}"


def read_page(token: str, secrets: Sequence[str], on: date) -> str | None:
    """The ticket behind a link; None where it is none of ours or too old."""
    said, _, mac = token.rpartition(".")
    genuine = [_same(mac, _mac(secret, f"{PREFIX}-page|{said}")) for secret in secrets]
    if not any(genuine):
        return None
    ticket, _, day = said.partition(".")
    return ticket if on <= _day(day) + timedelta(days=PAGE_DAYS) else None


def choices(element: str) -> list[tuple[int, str]]:
    """The scores of an element, the best first, and what they are called."""
    return [(score, ANSWERS[element][score - 1]) for score in reversed(SCORES)]


def _number(ticket: str) -> int:
    return int.from_bytes(hashlib.sha256(ticket.encode()).digest()[:8], "big") % len(ELEMENTS)


def _mac(secret: str, said: str) -> str:
    signed = hmac.new(secret.encode(), said.encode("utf-8", "surrogatepass"), hashlib.sha256).digest()[:MAC_BYTES]
    return base64.urlsafe_b64encode(signed).decode().rstrip("=")


def _same(given: str, right: str) -> bool:
    return hmac.compare_digest(given.encode("utf-8", "surrogatepass"), right.encode())


def _day(text: str) -> date:
    return date(int(text[:4]), int(text[4:6]), int(text[6:8]))
