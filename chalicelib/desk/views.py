"""Cases as staff see them: the shapes of the API (DESIGN: what others rely on)."""

import base64
from collections.abc import Mapping
from typing import Any

from chalicelib.channels.whatsapp import label
from chalicelib.desk.people import DEPARTMENTAL, Staff
from chalicelib.store import media
from chalicelib.store.cases import Dossier
from chalicelib.store.tables import Case, Event, Message, Quarantined

PLACE = ("lat", "lon", "address", "kelurahan")
# The first part of a quarantined payload is enough to recognise it by.
EXCERPT = 20_000


def summary(case: Case, actions: list[str]) -> dict[str, Any]:
    """A case in a list: everything but its messages and attachments. `actions`: what the reader may do with it."""
    reporter, lapor, location = case.reporter or {}, case.lapor or {}, case.location
    return {
        "ticket": case.ticket,
        "status": case.status,
        "class": case.class_,
        "channel": case.channel,
        "text": case.text,
        "category": case.category,
        "department": case.department,
        "location": _place(location) if location else None,
        "reporter": {
            "name": reporter.get("name"),
            "phone": reporter.get("phone"),
            "handle": reporter.get("handle"),
            "anonymous": bool(reporter.get("anonymous")),
            **({"email": reporter["email"]} if reporter.get("email") else {}),
        },
        "secret": bool(case.secret),
        "reason": case.reason,
        "received_at": case.received_at,
        "updated_at": case.updated_at,
        "message_count": int(case.message_count),
        "clocks": [],
        "lapor": {
            "state": lapor.get("state"),
            "complaint_id": lapor.get("complaint_id"),
            "tracking_id": lapor.get("tracking_id"),
            "status_name": lapor.get("status_name"),
        },
        "duplicate_of": case.duplicate_of,
        "supporters": int(case.supporters or 0),
        "version": int(case.version),
        "actions": actions,
    }


def whole(found: Dossier, actions: list[str], clocks: list[dict[str, Any]]) -> dict[str, Any]:
    """A case with its messages, attachments and clocks."""
    view = summary(found.case, actions) | {"clocks": clocks}
    if not view["text"]:
        # A photo came first and the words after it.
        view["text"] = next((message.text for message in found.messages if message.text), None)
    view["messages"] = [_message(message) for message in found.messages]
    view["attachments"] = [
        *(_attachment(message) for message in found.messages if message.media),
        *(_added(found.case.ticket, event) for event in found.events if _has_file(event)),
    ]
    return view


def is_hidden(reporter: Mapping[str, Any] | None, person: Staff) -> bool:
    """Whether the person asking is not to know who reported."""
    return person.role in DEPARTMENTAL and bool((reporter or {}).get("anonymous"))


def for_reader(view: dict[str, Any], person: Staff) -> dict[str, Any]:
    """The view without what its reader is not to know: a reporter who stays anonymous stays so for the department his
    complaint is about, in his own words too; the desk must be able to call him back."""
    if not is_hidden(view["reporter"], person):
        return view
    # Few cases are: only they pay for it, and a process that takes webhooks never does.
    from chalicelib.desk import hiding

    return hiding.view(view)


def _has_file(event: Event) -> bool:
    """Whether the line added a file that is still there; an erasure takes it away."""
    return event.type == "attach" and bool((event.data or {}).get("attachment"))


def quarantined(item: Quarantined) -> dict[str, Any]:
    """A payload nobody could read; `excerpt` is its beginning as text, `base64` when it is none."""
    # It has neither when it is erased while the list is read.
    raw = item.raw if item.raw is not None else media.get(item.stored, first=EXCERPT) if item.stored else b""
    try:
        excerpt, encoding = raw[:EXCERPT].decode(), "text"
    except UnicodeDecodeError:
        excerpt, encoding = base64.b64encode(raw[:EXCERPT]).decode(), "base64"
    return {
        "id": item.pk.removeprefix("Q#"),
        "channel": item.channel,
        "reason": item.reason,
        "received_at": item.received_at,
        "size": int(item.size),
        "encoding": encoding,
        "excerpt": excerpt,
    }


def _place(location: dict[str, Any]) -> dict[str, Any]:
    view = {name: location.get(name) for name in PLACE}
    view["address"] = ", ".join(part for part in (location.get("name"), location.get("address")) if part) or None
    return view


def _message(message: Message) -> dict[str, Any]:
    return {
        "id": message.message_id,
        "type": message.kind,
        "label": None if message.text else label(message.kind),
        "text": message.text,
        "at": message.sent_at,
        "received_at": message.received_at,
        "location": message.location,
        "media": message.media,
        "reply_to": message.reply_to,
        "extra": message.extra,
    }


def _attachment(message: Message) -> dict[str, Any]:
    stored, sent = message.stored or {}, message.media or {}
    return {
        "id": message.message_id,
        "name": sent.get("filename") or stored.get("name"),
        "type": stored.get("type") or sent.get("mime"),
        "size": stored.get("size") or sent.get("size"),
        "url": media.link(stored["key"]) if stored else None,
    }


def _added(ticket: str, event: Event) -> dict[str, Any]:
    file = event.data["attachment"]
    return {
        "id": file["id"],
        "name": file.get("name"),
        "type": file.get("type"),
        "size": file.get("size"),
        "url": media.link(media.attached(ticket, file["id"])),
    }
