"""What is shown of a case to those from whom its reporter is hidden: his words without himself.

Departments solve the case and may not know who complained of them; the desk calls him back, and the auditor looks at
what was written. One rule for every door: the views of cases, what is like one, the timeline, and exports.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from chalicelib.complaints.redaction import redact, redact_place
from chalicelib.complaints.redaction_names import people
from chalicelib.store.keys import digest

NOBODY = {"name": None, "phone": None, "handle": None, "anonymous": True}
# The members of a place that are words.
PLACE_WORDS = ("name", "address")
# The members of a timeline's line that are sentences; and the other words of people in it: names of files and places.
SENTENCES = ("text", "note")
WORDS, ADDRESS, MESSAGE = (*SENTENCES, "name", "filename"), "address", "message"
# WhatsApp writes the sender's number into its ids, in base64.
TELLING = "wamid."


def names_of(reporter: Mapping[str, Any] | None, texts: Iterable[str | None] = ()) -> list[str]:
    """By what the reporter is known, and whom the texts name."""
    return people([(reporter or {}).get(name) for name in ("name", "handle")], texts)


def text(words: str | None, names: list[str]) -> str | None:
    """A citizen's text without people."""
    return redact(words, names) if words else words


def place(location: dict[str, Any] | None, names: list[str]) -> dict[str, Any] | None:
    """A place without whose door it is. The point on the map stays: it is where something is to be mended."""
    if not location:
        return location
    hidden = {name: redact_place(location[name], names) for name in PLACE_WORDS if location.get(name)}
    return {**location, **hidden}


def view(shown: dict[str, Any]) -> dict[str, Any]:
    """A case as the API shows it (desk/views.py), without its reporter."""
    messages = shown.get("messages", [])
    names = names_of(shown["reporter"], [shown["text"], *(message["text"] for message in messages)])
    shown = {
        **shown,
        "reporter": dict(NOBODY),
        "text": text(shown["text"], names),
        "location": place(shown["location"], names),
    }
    if "messages" in shown:
        shown["messages"] = [_message(one, names) for one in messages]
    if "attachments" in shown:
        shown["attachments"] = [
            {**one, "id": _id(one["id"]), "name": text(one["name"], names)} for one in shown["attachments"]
        ]
    return shown


def _message(one: dict[str, Any], names: list[str]) -> dict[str, Any]:
    return {
        **one,
        "id": _id(one["id"]),
        "reply_to": _id(one["reply_to"]),
        "text": text(one["text"], names),
        "location": place(one["location"], names),
        "media": _hidden(one["media"], names),
        "extra": None,  # a forwarded contact, the name a provider knows him by
    }


def _id(provider: str | None) -> str | None:
    """The id of a message, the same wherever the case names it, without the number of who sent it."""
    return digest(provider) if provider and provider.startswith(TELLING) else provider


def timeline(
    lines: list[dict[str, Any]], reporter: Mapping[str, Any] | None, texts: Iterable[str | None]
) -> list[dict[str, Any]]:
    """The lines of a case's timeline, where officials repeat what its reporter (`texts`) said of himself."""
    said = [line["data"].get(name) for line in lines for name in SENTENCES]
    names = names_of(reporter, [*texts, *said])
    return [{**line, "data": _hidden(line["data"], names)} for line in lines]


def _hidden(data: Any, names: list[str]) -> Any:
    """A line's data, however deep: `before`, `after` and `changes` hold places."""
    if not isinstance(data, Mapping):
        return data
    made: dict[str, Any] = {}
    for name, value in data.items():
        made[name] = _hidden_member(name, value, names) if isinstance(value, str) else _hidden(value, names)
    return made


def _hidden_member(name: str, value: str, names: list[str]) -> str | None:
    if name in WORDS:
        return redact(value, names)
    if name == ADDRESS:
        return redact_place(value, names)
    return _id(value) if name == MESSAGE else value
