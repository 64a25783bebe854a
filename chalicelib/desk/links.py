"""Links that act: what stands in an alert so that an official can answer it with one tap.

A token names the alert it came with and for whom it was, until when it is good, and is signed with the stage's
`link_secret` (the current or a former one). It holds no personal data; whoever has it may do what it names, so it is
never logged.
"""

import base64
import hashlib
import hmac
from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec

SECRET = "link_secret"  # noqa: S105 - the name of a secret
# Ours are some 250 characters.
LONGEST = 700
# Of HMAC-SHA256, the half: 128 bits nobody guesses, and a shorter link.
SIGNATURE_BYTES = 16


class Link(msgspec.Struct, frozen=True):
    """What a token says."""

    d: str
    """The delivery it stood in."""
    t: str
    """The ticket."""
    c: str
    """The clock."""
    n: int
    """The clock's round."""
    r: str
    """As whom: head or officer."""
    o: str
    """Of which department."""
    x: int
    """Until when it is good, seconds since 1970."""

    @property
    def actor(self) -> str:
        """How the timeline names who acted."""
        return f"tautan:{self.r}@{self.o}"


class Invalid(ValueError):
    """This is no link of ours, or not as we made it."""


class Expired(Invalid):
    """It was one of ours, but its time is over. `link` says which."""

    def __init__(self, link: Link) -> None:
        super().__init__("the link has expired")
        self.link = link


def make(
    secrets: Sequence[str],
    *,
    delivery: str,
    ticket: str,
    clock: str,
    round_: int,
    role: str,
    department: str,
    now: datetime,
    hours: int,
) -> str:
    """A token, good for `hours` from `now`, signed with the first secret."""
    until = int((now + timedelta(hours=hours)).timestamp())
    said = msgspec.json.encode(Link(delivery, ticket, clock, round_, role, department, until))
    return f"{_text(said)}.{_text(_signature(secrets[0], said))}"


def read(token: str, secrets: Sequence[str], now: datetime) -> Link:
    """What a token says, if it was signed with any of the secrets and is still good. Raises Invalid, Expired."""
    said, signature = _parts(token)
    genuine = [hmac.compare_digest(_signature(secret, said), signature) for secret in secrets]
    if not any(genuine):
        raise Invalid("the signature does not fit")
    try:
        link = msgspec.json.decode(said, type=Link)
    except msgspec.DecodeError:
        raise Invalid("signed, but not readable") from None
    if now.timestamp() >= link.x:
        raise Expired(link)
    return link


def digest(token: str) -> str:
    """What names a token without giving it away."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _parts(token: str) -> tuple[bytes, bytes]:
    said, dot, signature = token.partition(".")
    if not dot or len(token) > LONGEST or not token.isascii():
        raise Invalid("not a token")
    found = _bytes(said), _bytes(signature)
    # base64 may be written in several ways; one link has one spelling.
    if (_text(found[0]), _text(found[1])) != (said, signature):
        raise Invalid("not a token")
    return found


def _signature(secret: str, said: bytes) -> bytes:
    return hmac.new(secret.encode(), said, hashlib.sha256).digest()[:SIGNATURE_BYTES]


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def _bytes(text: str) -> bytes:
    try:
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except ValueError:
        raise Invalid("not a token") from None
