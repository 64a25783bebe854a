"""Standard Webhooks (standardwebhooks.com): signed messages to another system, so that it can tell ours from forged
or repeated ones. Every secret signs, so that a receiver may change his whenever he likes.
"""

import base64
import hashlib
import hmac
from collections.abc import Sequence
from typing import TYPE_CHECKING

from chalicelib.channels.errors import Rejected, Retryable

if TYPE_CHECKING:
    import requests

PREFIX = "whsec_"
CONNECT_SECONDS, READ_SECONDS = 3.05, 15.0
# Refusals that pass: too slow, too early, too much.
PASSING = frozenset({408, 425, 429})


class Gone(Rejected):
    """410: the receiver asks never to be called again."""


def headers(secrets: Sequence[str], identifier: str, timestamp: int, body: bytes) -> dict[str, str]:
    """What a message is sent with. `timestamp`: seconds since 1970, now; receivers refuse old ones."""
    signatures = (_signature(secret, identifier, timestamp, body) for secret in secrets)
    return {
        "Content-Type": "application/json",
        "webhook-id": identifier,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(f"v1,{one}" for one in signatures),
    }


def send(
    session: "requests.Session", url: str, secrets: Sequence[str], identifier: str, timestamp: int, body: bytes
) -> int:
    """Post a message; the status of the answer. Raises Retryable (again later: a receiver knows a repeated id), Gone or
    Rejected (what a later try would not change)."""
    import requests

    try:
        answer = session.post(
            url,
            data=body,
            headers=headers(secrets, identifier, timestamp, body),
            timeout=(CONNECT_SECONDS, READ_SECONDS),
            allow_redirects=False,
            stream=True,
        )
    except requests.exceptions.RequestException:
        raise Retryable("no answer") from None
    with answer:
        status = answer.status_code
    if status // 100 == 2:
        return status
    if status == 410:
        raise Gone("the receiver answered 410", status)
    if status // 100 == 4 and status not in PASSING:
        raise Rejected(f"the receiver answered {status}", status)
    raise Retryable(f"the receiver answered {status}", status)


def _signature(secret: str, identifier: str, timestamp: int, body: bytes) -> str:
    key = base64.b64decode(secret.removeprefix(PREFIX))
    said = f"{identifier}.{timestamp}.".encode() + body
    return base64.b64encode(hmac.new(key, said, hashlib.sha256).digest()).decode()
