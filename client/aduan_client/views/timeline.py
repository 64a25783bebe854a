"""The timeline of a case: who did what, when, and what it changed."""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import tzinfo
from typing import Any

from rich.table import Table
from rich.text import Text

from aduan_client.formats import clean, one_line, when, zone_label
from aduan_client.views.places import place_line
from aduan_client.views.tables import cell, table
from aduan_client.words import Words

# What a line's data may hold, and what it is called.
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
    "confidence": "label.confidence",
    "clock": "label.clock",
    "extended": "label.extended",
    "before_waiting": "label.before_waiting",
    "duplicate_of": "label.duplicate_of",
    "ticket": "label.ticket",
    "count": "label.reports",
    "supporters": "label.supporters",
    "attachment": "label.file",
    "kind": "label.type",
    "notice": "label.notice",
    "complaint_id": "label.lapor",
    "tracking_id": "label.tracking_id",
    "state": "label.state",
    "why": "label.why",
    "city_version": "label.city_version",
    "verification": "clock.verification",
    "follow_up": "clock.follow_up",
    "resolution": "clock.resolution",
    "closing": "clock.closing",
    "parts": "label.parts",
    # Of alerts, and of what was done through them
    "round": "label.round",
    "percent": "label.percent",
    "to": "label.told",
    "also": "label.alert_also",
    "by": "label.by",
    "due_at": "label.due_at",
    "rule": "label.legal_basis",
    "emergency": "label.emergency",
    "skipped": "label.alert_skipped",
    "year": "label.year",
    "delivery": "label.delivery",
    "action": "label.action",
    "until": "label.silent_until",
    # Of the survey
    "element": "label.element",
    "score": "label.score",
}
# Members whose values the catalogue has words for, and where; of a list, for each.
WORDED = {
    "status": "status", "before_waiting": "status", "class": "class", "channel": "channel", "reason": "reason",
    "clock": "clock", "extended": "clock", "kind": "message", "notice": "delivery", "delivery": "delivery",
    "parts": "part", "to": "role", "also": "role", "by": "alert_channel", "action": "alert_act",
}  # fmt: skip
# The same members where they are something else.
WORDED_IN = {("alert", "kind"): "alert_step", ("survey", "by"): "survey_by"}
MOMENTS = ("verification", "follow_up", "resolution", "closing", "due_at", "until")
SHARES = {"confidence": 100, "percent": 1, "skipped": 1}  # what makes them percents
WRITTEN = ("text", "note")  # shown as they are, without a label
# Told by the others, or for programs only
UNTOLD = ("before", "after", "changes", "message", "entered_at", "responded_by", "due", "alert", "by_link")
# Why LAPOR! was not reached, as the API notes it; what is not here is shown as it came ("HTTP 422").
FILING = "lapor_"
WHY_NOT_FILED = {
    "no answer": "filing.no_answer",
    "2xx without a complaint id": "filing.no_number",
    "worker lost while filing": "filing.worker_lost",
}
# The one who decided is named, and the reason holds the answer's HTTP status.
BY_A_PERSON = "decided by a person"


def timeline_table(events: Sequence[Mapping[str, Any]], say: Words, zone: tzinfo) -> Table:
    """One row per event, the oldest first, as the API gives them."""
    rows = table()
    rows.add_column(say("label.time_zone", zone=zone_label(zone)), no_wrap=True)
    rows.add_column(say("label.event"), overflow="fold")
    rows.add_column(say("label.what"), overflow="fold", ratio=1)
    for event in events:
        type_, actor = event.get("type"), event.get("actor")
        rows.add_row(
            cell(when(event.get("at"), zone, say.language, label=False), say),
            Text.assemble((say.who(actor), "bold"), " ", say.did(type_, actor)),
            Text("\n".join(_what(str(type_), event.get("data"), say, zone))),
        )
    return rows


def _what(type_: str, data: object, say: Words, zone: tzinfo) -> Iterator[str]:
    """What changed, from what to what, then what else was said."""
    if not isinstance(data, Mapping):
        return
    before, after = _members(data.get("before")), _members(data.get("after"))
    for name in dict.fromkeys([*before, *after]):
        if name not in UNTOLD and before.get(name) != after.get(name):
            values = [_value(type_, name, one.get(name), say, zone) for one in (before, after)]
            yield f"{_label(name, say)}: {values[0]} \u2192 {values[1]}"
    for name, value in data.items():
        if name in UNTOLD or name in after or value in (None, "", {}, [], False) or _plain(type_, name, value):
            continue
        if name in WRITTEN:
            yield clean(str(value)).strip()
        else:
            yield f"{_label(name, say)}: {_value(type_, name, value, say, zone)}"


def _plain(type_: str, name: str, value: object) -> bool:
    """Whether it says nothing that the line does not say without it."""
    if type_.startswith(FILING):
        return name == "status" or (name, value) == ("reason", BY_A_PERSON)
    return (name, value) == ("round", 1)


def _members(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _label(name: str, say: Words) -> str:
    return say(LABELS[name]) if name in LABELS else one_line(name)


def _value(type_: str, name: str, value: object, say: Words, zone: tzinfo) -> str:
    if value is None or value == "":
        return say("label.none")
    if isinstance(value, bool):
        return say("label.yes" if value else "label.no")
    if isinstance(value, list):
        return ", ".join(_value(type_, name, one, say, zone) for one in value) or say("label.none")
    if name in MOMENTS:
        return when(value, zone, say.language)
    if name in SHARES and isinstance(value, int | float):
        return f"{value * SHARES[name]:.0f}%"
    if isinstance(value, str):
        return _word(type_, name, value, say)
    if isinstance(value, Mapping):
        return place_line(value) or say("label.none")
    return one_line(json.dumps(value, ensure_ascii=False))


def _word(type_: str, name: str, value: str, say: Words) -> str:
    if type_.startswith(FILING) and name == "reason":
        known = WHY_NOT_FILED.get(value.partition(" (")[0])
        return say(known) if known else one_line(value)
    group = WORDED_IN.get((type_, name)) or WORDED.get(name)
    return one_line(say.term(group, value) if group else value)
