"""A stand-in for the providers' send and media APIs on this machine. So far: WhatsApp Cloud.

    python -m infra.local.outbound_simulator --port 4582 --state FILE [--token VALUE] [--ministack URL]

What was accepted is kept and shown at `/sent`; at `/mailbox`, the mails that MiniStack's SES took (`mails.jsonl` beside
FILE). Media ids nobody registered (`PUT /media/{id}`) are a small JPEG,
so that any webhook works; ids beginning with `missing` are gone, as WhatsApp's are after 7 days.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import hmac
import itertools
import re
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from infra.local.faults import Fault, Faults, retry_after
from infra.local.mailbox import Mailbox
from infra.local.simulator import SHOWN, Call, Journal, Refusal, Reply, run

FAULTS = (
    "slow",
    "400",
    "401",
    "403",
    "404",
    "429",
    "500",
    "503",
    "cut_after_accept",
    "cut_before_accept",
    "malformed",
)
_LONGEST_TEXT = 4096
_TYPES = (
    "text",
    "template",
    "interactive",
    "image",
    "document",
    "audio",
    "video",
    "location",
    "reaction",
    "contacts",
)
# WhatsApp's error code and title for each status, unless the fault names another code.
_ERRORS = {
    400: (131047, "Re-engagement message"),
    401: (190, "Authentication Error"),
    403: (131031, "Account has been locked"),
    404: (100, "Unsupported get request"),
    429: (130429, "Rate limit hit"),
    500: (131000, "Something went wrong"),
    503: (131016, "Service unavailable"),
}
_JPEG = base64.b64decode(  # 16 by 16 pixels, grey
    "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDABsSFBcUERsXFhceHBsgKEIrKCUlKFE6PTBCYFVlZF9VXVtqeJmBanGQc1tdhbWGkJ6jq62r"
    "Z4C8ybqmx5moq6T/2wBDARweHigjKE4rK06kbl1upKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSk"
    "pKSkpKT/wAARCAAQABADASIAAhEBAxEB/8QAFQABAQAAAAAAAAAAAAAAAAAAAAL/xAAUEAEAAAAAAAAAAAAAAAAAAAAA/8QAFAEBAAAA"
    "AAAAAAAAAAAAAAAAAP/EABQRAQAAAAAAAAAAAAAAAAAAAAD/2gAMAwEAAhEDEQA/AJAB/9k="
)


class OutboundSimulator:
    """Sent messages and registered media. All state comes from the journal."""

    faults_path = "/faults"
    address = ""

    def __init__(self, journal: Journal, token: str | None, mailbox: Mailbox | None = None) -> None:
        self.faults = Faults(FAULTS)
        self._mailbox = mailbox
        self._journal, self._token = journal, token
        self._lock = threading.Lock()
        self._sent: list[dict[str, Any]] = []
        self._media: dict[str, dict[str, Any]] = {}
        self._pushed: list[dict[str, Any]] = []
        for record in journal.records():
            self._apply(record)

    def close(self) -> None:
        """Let go of the state files, after what is being written."""
        if self._mailbox:
            self._mailbox.close()
        with self._lock:
            self._journal.close()

    def routes(self) -> Sequence[tuple[str, str, Callable[[Call], Reply], bool]]:
        """WhatsApp's endpoints, then the controls."""
        return (
            ("POST", r"/whatsapp/([^/]+)/messages", self.send, False),
            ("GET", r"/whatsapp/([^/]+)", self.media, False),
            ("GET", r"/whatsapp-media/([^/]+)", self.download, False),
            ("POST", r"/sie", self.pushed, True),
            ("GET", r"/sie", self.pushes, True),
            ("PUT", r"/media/([^/]+)", self.register, True),
            ("GET", r"/sent", self.listed, True),
            ("DELETE", r"/sent", self.empty, True),
            ("GET", r"/mailbox", self.mails, True),
            ("GET", r"/health", self.health, True),
        )

    def admit(self, call: Call) -> None:
        """A Bearer token, or 401."""
        scheme, _, shown = call.headers.get("authorization", "").partition(" ")
        wrong = self._token is not None and not hmac.compare_digest(shown.encode(), self._token.encode())
        if scheme != "Bearer" or not shown or wrong:
            raise Refusal(401, _error(401))

    def applies(self, fault: Fault, call: Call) -> bool:
        """Every fault can happen everywhere."""
        return True

    def failing(self, fault: Fault) -> Reply:
        """An error as the Graph API gives it."""
        status, wait = int(fault.fault), retry_after(fault)
        return Reply(status, _error(status, fault.code), headers=wait)

    def without_id(self, reply: Reply) -> Reply:
        """WhatsApp always names the message it accepted."""
        return reply

    # WhatsApp

    def send(self, call: Call) -> Reply:
        """Accept a message, or the reader's receipt for one."""
        body = call.json()
        if not isinstance(body, dict) or body.get("messaging_product") != "whatsapp":
            raise Refusal(400, _error(400, 100, "messaging_product must be whatsapp"))
        if body.get("status") == "read" and isinstance(body.get("message_id"), str):
            return Reply(200, {"success": True})
        problem = _shape_problem(body)
        if problem:
            raise Refusal(400, _error(400, 100, problem))
        to = _receiver(body)
        record = {
            "event": "sent",
            "channel": "whatsapp",
            "account": call.parts[0],
            "to": to,
            "text": _text_of(body),
            "at": datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "id": "wamid." + base64.b64encode(uuid4().bytes).decode(),
            "payload": body,
        }
        self._keep(record)
        contact = {"input": to, "wa_id": to.removeprefix("+")}
        return Reply(200, {"messaging_product": "whatsapp", "contacts": [contact], "messages": [{"id": record["id"]}]})

    def media(self, call: Call) -> Reply:
        """Where to download a medium, and what it is."""
        name = call.parts[0]
        mime, content = self._medium(name)
        return Reply(
            200,
            {
                "messaging_product": "whatsapp",
                "url": f"{self.address}/whatsapp-media/{name}",
                "mime_type": mime,
                "sha256": hashlib.sha256(content).hexdigest(),
                "file_size": len(content),
                "id": name,
            },
        )

    def download(self, call: Call) -> Reply:
        """The bytes of a medium."""
        mime, content = self._medium(call.parts[0])
        return Reply(200, content, mime)

    # The SIE: whoever has the secret can tell from what is kept here that it is ours (docs/sie.md).

    def pushed(self, call: Call) -> Reply:
        """Keep a push with its headers, each id once; `200` also for a repeated one."""
        names = ("webhook-id", "webhook-timestamp", "webhook-signature")
        kept = {name: call.headers.get(name, "") for name in names}
        with self._lock:
            known = any(one["webhook-id"] == kept["webhook-id"] for one in self._pushed)
        if not known:
            self._keep({"event": "pushed", **kept, "body": call.body.decode("utf-8", "replace")})
        return Reply(200, {"kept": not known})

    def pushes(self, call: Call) -> Reply:
        """What was pushed, in order."""
        with self._lock:
            return Reply(200, list(self._pushed))

    def _medium(self, name: str) -> tuple[str, bytes]:
        with self._lock:
            kept = self._media.get(name)
        if kept is not None:
            return kept["mime"], base64.b64decode(kept["content"])
        if name.startswith("missing"):
            raise Refusal(404, _error(404))
        return "image/jpeg", _JPEG

    # Controls

    def register(self, call: Call) -> Reply:
        """Keep bytes, and their Content-Type, under a media id."""
        mime = call.headers.get("content-type", "application/octet-stream")
        content = base64.b64encode(call.body).decode()
        self._keep({"event": "registered", "id": call.parts[0], "mime": mime, "content": content})
        return Reply(201, {"id": call.parts[0], "mime_type": mime, "file_size": len(call.body)})

    def listed(self, call: Call) -> Reply:
        """What was sent, in order, as a list; `?to=` narrows it, with or without the plus."""
        with self._lock:
            sent = list(self._sent)
        to = call.query.get("to")
        if to is not None:  # an unescaped plus arrives as a space
            sent = [one for one in sent if one["to"].lstrip("+") == to.strip().lstrip("+")]
        return Reply(200, sent)

    def empty(self, call: Call) -> Reply:
        """Forget what was sent; registered media stay."""
        with self._lock:
            kept = [{"event": "registered", **one} for one in self._media.values()]
            kept += [{"event": "pushed", **one} for one in self._pushed]
            self._journal.rewrite(kept)
            self._sent.clear()
        return Reply(200, {"sent": 0})

    def mails(self, call: Call) -> Reply:
        """The mails that SES took, by account, as MiniStack shows them; `?account=` narrows it."""
        if self._mailbox is None:
            raise Refusal(404, {"message": "No MiniStack was named (--ministack)."})
        found, account = self._mailbox.messages(), call.query.get("account")
        return Reply(200, {"messages": {name: found[name] for name in found if account in (None, name)}})

    def health(self, call: Call) -> Reply:
        """Alive, and how much it holds."""
        with self._lock:
            return Reply(200, {"status": "ok", "sent": len(self._sent), "media": len(self._media)})

    # State

    def _keep(self, record: dict[str, Any]) -> None:
        """On disk first, then in memory."""
        with self._lock:
            self._journal.append(record)
            self._apply(record)

    def _apply(self, record: dict[str, Any]) -> None:
        """The one place where state changes, on a call and on a restart alike."""
        kept = {name: value for name, value in record.items() if name != "event"}
        if record["event"] == "sent":
            self._sent.append(kept)
        elif record["event"] == "pushed":
            self._pushed.append(kept)
        else:
            self._media[record["id"]] = kept


def _receiver(body: dict[str, Any]) -> str:
    """`to` is a phone number; `recipient` a business-scoped user id, for citizens whose number is hidden."""
    return str(body.get("to") or body.get("recipient") or "")


def _shape_problem(body: dict[str, Any]) -> str | None:
    """What is wrong with a message, or None."""
    to, kind = _receiver(body), body.get("type", "text")
    if not re.fullmatch(r"\+?\d{6,15}|[A-Z]{2}(\.ENT)?\.\w{1,128}", to):
        return "to must be a phone number, or recipient a user id"
    if kind not in _TYPES:
        return f"type must be one of {', '.join(_TYPES)}"
    content = body.get(kind)
    if not isinstance(content, list if kind == "contacts" else dict) or not content:
        return f"{kind} is required"
    return _content_problem(kind, content) if isinstance(content, dict) else None


def _content_problem(kind: str, content: dict[str, Any]) -> str | None:
    if kind == "text" and not _is_text(content.get("body")):
        return f"text.body must have 1 to {_LONGEST_TEXT} characters"
    if kind == "template":
        language = content.get("language")
        code = language.get("code") if isinstance(language, dict) else None
        if not _is_text(content.get("name")) or not _is_text(code):
            return "template.name and template.language.code are required"
    return None


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip()) and len(value) <= _LONGEST_TEXT


def _text_of(body: dict[str, Any]) -> str:
    """What the citizen would read: a body, a caption, or a template's name and values."""
    content = body.get(body.get("type", "text"))
    if not isinstance(content, dict):
        return ""
    if "name" in content and "language" in content:
        return " ".join(itertools.chain([content["name"]], _texts(content.get("components"))))
    return " ".join(_texts({name: content.get(name) for name in ("body", "caption")}))


def _texts(value: Any) -> Iterator[str]:
    """The text leaves of nested parameters, in order."""
    if isinstance(value, list):
        for one in value:
            yield from _texts(one)
    elif isinstance(value, dict):
        for name, one in value.items():
            if isinstance(one, str) and name in ("text", "body", "caption"):
                yield one
            elif not isinstance(one, str):
                yield from _texts(one)


def _error(status: int, code: int | None = None, details: str = "") -> dict[str, Any]:
    """The Graph API's error object."""
    usual, title = _ERRORS[status]
    number = usual if code is None else code
    return {
        "error": {
            "message": f"(#{number}) {title if number == usual else details or 'Error'}",
            "type": "OAuthException",
            "code": number,
            "error_data": {"messaging_product": "whatsapp", "details": details or title},
            "fbtrace_id": "simulated",
        }
    }


def main(argv: Sequence[str] | None = None) -> int:
    """Serve until told to stop; the exit code."""

    def build(chosen: argparse.Namespace) -> OutboundSimulator:
        mailbox = None
        if chosen.ministack:
            mailbox = Mailbox(Journal(chosen.state.with_name("mails.jsonl")), chosen.ministack)
            mailbox.watch()
        return OutboundSimulator(Journal(chosen.state), chosen.token, mailbox)

    options = {"token": SHOWN, "ministack": "whose mails to keep, as http://127.0.0.1:4580; left out, nobody's"}
    return run("Outbound simulator", argv, options, build)


if __name__ == "__main__":
    sys.exit(main())
