"""The timeline of a case: who did what, when, and what it changed."""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import tzinfo
from typing import Any

from rich.table import Table
from rich.text import Text

from aduan_client.formats import clean, one_line, when, zone_label
from aduan_client.views.tables import cell, table
from aduan_client.words import Words

LABELS = {
    "status": "label.status",
    "department": "label.department",
    "category": "label.category",
    "class": "label.class",
    "channel": "label.channel",
    "location": "label.location",
    "anonymous": "label.anonymous",
    "secret": "label.secret_flag",
    "reason": "label.reason",
    "clock": "label.clock",
    "duplicate_of": "label.duplicate_of",
    "attachment": "label.file",
    "kind": "label.type",
    "complaint_id": "label.lapor",
    "supporters": "label.supporters",
    "why": "label.why",
    "city_version": "label.city_version",
    "verification": "clock.verification",
    "follow_up": "clock.follow_up",
    "resolution": "clock.resolution",
    "closing": "clock.closing",
}
# Members whose values the catalogue has words for, and where.
WORDED = {
    "status": "status", "class": "class", "channel": "channel", "reason": "reason", "clock": "clock", "kind": "message",
}  # fmt: skip
MOMENTS = ("verification", "follow_up", "resolution", "closing")  # when a clock is due
WRITTEN = ("text", "note")  # shown as they are, without a label
UNTOLD = (
    "before",
    "after",
    "changes",
    "message",
    "entered_at",
    "responded_by",
    "due",
)  # told by the others, or for programs only


def timeline_table(events: Sequence[Mapping[str, Any]], say: Words, zone: tzinfo) -> Table:
    """One row per event, the oldest first, as the API gives them."""
    rows = table()
    rows.add_column(say("label.time_zone", zone=zone_label(zone)), no_wrap=True)
    rows.add_column(say("label.event"), overflow="fold")
    rows.add_column(say("label.what"), overflow="fold", ratio=1)
    for event in events:
        who = Text.assemble((say.term("actor", event.get("actor")), "bold"), " ", say.term("event", event.get("type")))
        rows.add_row(
            cell(when(event.get("at"), zone, say.language, label=False), say),
            who,
            Text("\n".join(_what(event.get("data"), say, zone))),
        )
    return rows


def _what(data: object, say: Words, zone: tzinfo) -> Iterator[str]:
    """What changed, from what to what, then what else was said."""
    if not isinstance(data, Mapping):
        return
    before, after = _members(data.get("before")), _members(data.get("after"))
    for name in dict.fromkeys([*before, *after]):
        if name not in UNTOLD and before.get(name) != after.get(name):
            values = _value(name, before.get(name), say, zone), _value(name, after.get(name), say, zone)
            yield f"{_label(name, say)}: {values[0]} \u2192 {values[1]}"
    for name, value in data.items():
        if name in UNTOLD or name in after or value in (None, "", {}, [], False):
            continue
        yield clean(str(value)).strip() if name in WRITTEN else f"{_label(name, say)}: {_value(name, value, say, zone)}"


def _members(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _label(name: str, say: Words) -> str:
    return say(LABELS[name]) if name in LABELS else one_line(name)


def _value(name: str, value: object, say: Words, zone: tzinfo) -> str:
    if value is None or value == "":
        return say("label.none")
    if isinstance(value, bool):
        return say("label.yes" if value else "label.no")
    if name in MOMENTS:
        return when(value, zone, say.language)
    if isinstance(value, str):
        return say.term(WORDED[name], value) if name in WORDED else one_line(value)
    if isinstance(value, Mapping):
        parts = [
            str(value[key]) for key in ("name", "address", "kelurahan", "lat", "lon") if value.get(key) is not None
        ]
        return one_line(", ".join(parts)) or say("label.none")
    return one_line(json.dumps(value, ensure_ascii=False))
