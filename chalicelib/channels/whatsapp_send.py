"""WhatsApp Cloud API, outbound: answer a citizen, tell an official, fetch the file a citizen sent.

Apart from `whatsapp`, and `requests` only loaded when called, so that the webhook does not pay for it.
"""

import base64
import hashlib
import hmac
import re
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import msgspec

from chalicelib.channels.errors import Ambiguous, DeliveryError, Rejected, Retryable
from chalicelib.channels.whatsapp import BSUID

if TYPE_CHECKING:
    import requests

CONNECT_SECONDS = 3.05
READ_SECONDS = 20.0
# A file that drips in must not hold its function until it is killed.
FILE_SECONDS = 45.0
MEDIA_HOSTS = ("lookaside.fbsbx.com", "*.fbsbx.com")

# Graph errors that pass by themselves although they come with a 4xx: busy, rate limits of the app,
# the account, the number and the pair, and a token that has to be renewed.
PASSING_CODES = frozenset({1, 2, 4, 190, 80007, 130429, 131016, 131048, 131056, 133004})

# A template's text is 1,024 characters with its values.
LONGEST_VALUE = 600
LONGEST_TITLE = 24

_MEDIA_ID = re.compile(r"[0-9A-Za-z._-]{1,256}")
_HEX_DIGEST = re.compile("[0-9A-Fa-f]{64}")
_REPLY_LIMIT = 64 * 1024
_CHUNK = 64 * 1024


def text_reply(to: str, body: str) -> dict[str, Any]:
    """The body of the send API for a text. `to` is a phone number (E.164) or a user id (BSUID).

    A user id goes into `recipient`: put into `to`, the API answers 200 and drops the message
    (github.com/chatwoot/chatwoot/pull/15150).
    """
    return {
        "messaging_product": "whatsapp",
        "recipient_type": "individual",
        **_address(to),
        "type": "text",
        "text": {"preview_url": False, "body": body},
    }


def template(to: str, name: str, language: str, values: Sequence[str], reference: str) -> dict[str, Any]:
    """The body of the send API for a template, whose text `values` fill in order: what WhatsApp takes outside the 24
    hours after somebody's last message. `reference` comes back with every receipt.
    """
    return {
        "messaging_product": "whatsapp",
        "recipient_type": "individual",
        **_address(to),
        "type": "template",
        "template": {
            "name": name,
            "language": {"code": language},
            "components": [{"type": "body", "parameters": [{"type": "text", "text": _one_line(v)} for v in values]}],
        },
        "biz_opaque_callback_data": reference,
    }


def send(session: "requests.Session", api_url: str, account: str, token: str, to: str, body: str) -> str:
    """Send a text from one of our numbers (`account`, the phone_number_id); the id of the message (wamid).

    Raises Retryable (not sent: no connection, busy, rate limit, token refused), Rejected (never will
    be; code 131047 = the 24 hours after the citizen's last message are over) or Ambiguous (sent
    perhaps: no answer, or one that cannot be read). A 5xx counts as not sent, as the provider advises
    to send again after one.
    """
    return _post(session, f"{api_url}/{account}/messages", token, text_reply(to, body))


def send_template(
    session: "requests.Session",
    api_url: str,
    account: str,
    token: str,
    to: str,
    *,
    name: str,
    language: str,
    values: Sequence[str],
    reference: str,
) -> str:
    """Send a template (`template`); the id of the message. Errors as for `send`, but that a 5xx is Ambiguous: an
    official who is told twice stops reading."""
    body = template(to, name, language, values, reference)
    return _post(session, f"{api_url}/{account}/messages", token, body, once=True)


def choices(to: str, body: str, button: str, rows: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """The body of the send API for a list of answers (`rows`: what comes back when it is tapped, and its words), behind
    a button. WhatsApp takes ten rows; a title of 24 characters, so longer words stand below a shortened one.
    """
    shown = [
        {"id": id_, "title": words}
        if len(words) <= LONGEST_TITLE
        else {"id": id_, "title": f"{words[: LONGEST_TITLE - 1].rstrip()}…", "description": words}
        for id_, words in rows
    ]
    return {
        "messaging_product": "whatsapp",
        "recipient_type": "individual",
        **_address(to),
        "type": "interactive",
        "interactive": {
            "type": "list",
            "body": {"text": body},
            "action": {"button": button, "sections": [{"title": button, "rows": shown}]},
        },
    }


def send_choices(
    session: "requests.Session",
    api_url: str,
    account: str,
    token: str,
    to: str,
    *,
    body: str,
    button: str,
    rows: Sequence[tuple[str, str]],
) -> str:
    """Send a list of answers (`choices`); the id of the message. Errors as for `send`."""
    return _post(session, f"{api_url}/{account}/messages", token, choices(to, body, button, rows))


def _post(session: "requests.Session", url: str, token: str, body: dict[str, Any], *, once: bool = False) -> str:
    """`once`: better not at all than twice."""
    import requests

    from chalicelib.outbound import nothing_was_sent

    if once:
        session.close()  # a kept connection may be dead by now, and then nobody would know whether it was sent
    try:
        response = session.post(
            url,
            json=body,
            headers={"Authorization": f"Bearer {token}"},
            timeout=(CONNECT_SECONDS, READ_SECONDS),
            allow_redirects=False,
        )
    except requests.exceptions.RequestException as error:
        if nothing_was_sent(error):
            raise Retryable("WhatsApp could not be reached") from None
        raise Ambiguous(f"no answer from WhatsApp ({type(error).__name__})") from None
    if once and response.status_code >= 500:
        raise Ambiguous(f"WhatsApp answered {response.status_code}")
    if response.status_code // 100 != 2:
        raise _refusal(response.status_code, response.content)
    wamid = _first_message_id(response.content)
    if not wamid:
        raise Ambiguous(f"WhatsApp answered {response.status_code} without a message id")
    return wamid


def fetch_media(
    session: "requests.Session",
    api_url: str,
    token: str,
    media_id: str,
    max_bytes: int,
    hosts: Sequence[str] = MEDIA_HOSTS,
) -> tuple[bytes, str]:
    """The bytes and the mime type of a file a citizen sent, at most `max_bytes` of it.

    Asks the API for the file's address (good for 5 minutes), then fetches it. The address must be on
    the API's own origin or on https at one of `hosts` (`*.` allowed in front), and may not redirect:
    the token goes with it. The file must have the checksum that the API gives with the address, if it
    gives one. Raises Retryable or Rejected (gone, too large, an address we do not follow).
    """
    if not _MEDIA_ID.fullmatch(media_id):
        raise Rejected("the media id is not one of WhatsApp's")
    answer, _ = _get(session, f"{api_url}/{media_id}", token, _REPLY_LIMIT)
    described = _object(answer)
    url = described.get("url")
    if not isinstance(url, str) or not _may_fetch(url, api_url, hosts):
        raise Rejected("the media address is not on an allowed host")
    content, mime = _get(session, url, token, max_bytes)
    if differs(content, described.get("sha256")):
        raise Retryable("the media does not have the announced checksum")
    declared = described.get("mime_type")
    return content, declared if isinstance(declared, str) and declared else mime


def differs(content: bytes, announced: object) -> bool:
    """Whether bytes have another SHA-256 than the one announced, in hexadecimal (Graph API) or base64 (webhooks). What
    is neither announces nothing."""
    if not isinstance(announced, str) or (digest := _digest(announced)) is None:
        return False
    return not hmac.compare_digest(hashlib.sha256(content).digest(), digest)


def _digest(announced: str) -> bytes | None:
    try:
        if _HEX_DIGEST.fullmatch(announced):
            return bytes.fromhex(announced)
        digest = base64.b64decode(announced, validate=True)
    except ValueError:
        return None
    return digest if len(digest) == hashlib.sha256().digest_size else None


def _address(to: str) -> dict[str, str]:
    return {"recipient": to} if BSUID.fullmatch(to) else {"to": to.removeprefix("+")}


def _one_line(value: str) -> str:
    # A parameter with a line break, a tab or four blanks is refused (error 132018).
    return " ".join(value.split())[:LONGEST_VALUE] or "-"


def _get(session: "requests.Session", url: str, token: str, max_bytes: int) -> tuple[bytes, str]:
    import requests

    try:
        with session.get(
            url,
            headers={"Authorization": f"Bearer {token}"},
            timeout=(CONNECT_SECONDS, READ_SECONDS),
            allow_redirects=False,
            stream=True,
        ) as response:
            if response.status_code // 100 != 2:
                raise _refusal(response.status_code, next(response.iter_content(_REPLY_LIMIT), b""))
            content, until = bytearray(), time.monotonic() + FILE_SECONDS
            for chunk in response.iter_content(_CHUNK):
                content += chunk
                if len(content) > max_bytes:
                    raise Rejected(f"larger than {max_bytes} bytes")
                if time.monotonic() > until:
                    raise Retryable("the file came too slowly")
            return bytes(content), response.headers.get("Content-Type", "application/octet-stream")
    except requests.exceptions.RequestException:
        raise Retryable("WhatsApp could not be reached") from None


def _refusal(status: int, content: bytes) -> DeliveryError:
    error = _object(content).get("error")
    code = error.get("code") if isinstance(error, dict) else None
    code = code if type(code) is int else None
    sentence = f"WhatsApp answered {status}" + (f", error {code}" if code is not None else "")
    passing = status >= 500 or status in (401, 408, 429) or code in PASSING_CODES
    return Retryable(sentence, code) if passing else Rejected(sentence, code)


def _first_message_id(content: bytes) -> str | None:
    messages = _object(content).get("messages")
    first = messages[0] if isinstance(messages, list) and messages else None
    wamid = first.get("id") if isinstance(first, dict) else None
    return wamid if isinstance(wamid, str) and wamid else None


def _object(content: bytes) -> dict[str, Any]:
    try:
        value = msgspec.json.decode(content)
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def _may_fetch(url: str, api_url: str, hosts: Sequence[str]) -> bool:
    # Anything that two parsers could read differently is not followed.
    if not url.isascii() or any(character in url for character in "\\@ \t\r\n"):
        return False
    try:
        there, api = urlsplit(url), urlsplit(api_url)
        if (there.scheme, there.hostname, there.port) == (api.scheme, api.hostname, api.port):
            return True
        standard_port = there.port in (None, 443)
    except ValueError:
        return False
    host = there.hostname or ""
    listed = any(host == name or (name.startswith("*.") and host.endswith(name[1:])) for name in hosts)
    return there.scheme == "https" and standard_port and listed
