"""What remains of a case when a person is erased from it (UU 27/2022), or what the city keeps of it has expired.

Figures remain: status, class, category, department, times, kelurahan, counts. Of a timeline's data only what is named
here is kept: an official's note may name the reporter as well as his own message does, and nobody can tell which do.
"""

from collections.abc import Mapping
from typing import Any

IDENTITY, MEDIA, TEXT = "identity", "media", "text"
"""The parts of a case that can go by themselves, as a city's `[retention]` has them."""
EVERYTHING = frozenset({IDENTITY, MEDIA, TEXT})

GONE = "[dihapus]"

# Members of an event's data that say nothing of a person.
KEPT = frozenset(
    {
        "anonymous",
        "before_waiting",
        "category",
        "channel",
        "class",
        "clock",
        "complaint_id",
        "confidence",
        "count",
        "department",
        "duplicate_of",
        "entered_at",
        "extended",
        "kind",
        "parts",
        "reason",
        "responded_by",
        "secret",
        "state",
        "status",
        "supporters",
        "ticket",
        "tracking_id",
    }
    # What the city's own jobs write: alerts, acknowledgements, deadlines worked out anew, answers of the survey.
    # Without it a case that is open still would be alerted of all over again.
    | {
        "by",
        "by_link",
        "city_version",
        "due",
        "due_at",
        "element",
        "emergency",
        "percent",
        "round",
        "rule",
        "score",
        "skipped",
        "to",
        "until",
        "year",
    }
)
NESTED = ("before", "after", "changes")
# Lines of the timeline that are between officials and the city's calendar, in words of ours: they stay whole.
OFFICIAL = ("alert", "alert_acted", "acknowledged", "deadline")
WORDS = ("text", "note")


def reporter(given: Mapping[str, Any] | None) -> dict[str, Any]:
    """Who reported, without who it was."""
    return {"anonymous": bool((given or {}).get("anonymous"))}


def place(given: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """Where it was, no closer than the kelurahan: a complaint's point is often its reporter's door."""
    kelurahan = (given or {}).get("kelurahan")
    return {"kelurahan": kelurahan} if kelurahan else None


def event_data(data: Mapping[str, Any] | None, parts: frozenset[str]) -> dict[str, Any]:
    """The data of a line of the timeline, without these parts. Twice is the same as once."""
    left = dict(data or {})
    if MEDIA in parts:
        left.pop("attachment", None)
    if TEXT not in parts:
        return left
    kept = {name: value for name, value in left.items() if name in KEPT}
    if "location" in left:
        kept["location"] = place(left["location"])
    if "attachment" in left:
        kept["attachment"] = {**left["attachment"], "name": None}
    for name in NESTED:
        if isinstance(left.get(name), Mapping):
            kept[name] = event_data(left[name], parts)
    for name in WORDS:
        if name in left:
            kept[name] = GONE
    return kept


def payload(given: Mapping[str, Any] | None, parts: frozenset[str]) -> dict[str, Any]:
    """What an outbox row keeps of what was to be sent: which kind of notice it was."""
    left = dict(given or {})
    if IDENTITY in parts:
        left.pop("to", None)
    if TEXT in parts and "text" in left:
        left["text"] = GONE
    return left


def needles(phone: str | None, handle: str | None) -> tuple[bytes, ...]:
    """What a payload nobody could read is searched for, in lower case. Short words would find other people."""
    found = []
    if phone:
        digits = phone.removeprefix("+")
        found += [digits, f"0{digits.removeprefix('62')}"] if digits.startswith("62") else [digits]
    if handle and len(handle) >= SHORTEST_HANDLE:
        found.append(handle.casefold())
    return tuple(one.encode() for one in found)


SHORTEST_HANDLE = 5
