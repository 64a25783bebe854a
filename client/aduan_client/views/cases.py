"""One case in full, as people read it."""

from collections.abc import Mapping, Sequence
from datetime import tzinfo
from typing import Any

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from aduan_client.formats import one_line, size, when
from aduan_client.views.places import place_line
from aduan_client.views.tables import cell, pairs, paragraph, status, table
from aduan_client.words import Words, command_name

CLOCK_STYLE = {"breached": "red", "met": "green", "running": "yellow"}
LAPOR_STYLE = {"ambiguous": "red", "failed": "red", "confirmed": "green"}
# One of these, and there is something to suggest.
SUGGESTED = ("category", "guess", "department", "kelurahan")


def case_sheet(case: Mapping[str, Any], say: Words, zone: tzinfo) -> Group:
    """One case in full."""
    parts: list[RenderableType] = [_heading(case, say), Rule(style="dim"), _facts(case, say, zone), ""]
    parts.append(_section(say("label.text"), paragraph(case.get("text"), say)))
    messages = case.get("messages") or []
    if len(messages) > 1 or any(message.get("media") for message in messages):
        parts.append(_section(f"{say('label.messages')} ({len(messages)})", _messages(messages, say, zone)))
    attachments = case.get("attachments") or []
    if attachments:
        parts.append(_section(f"{say('label.attachments')} ({len(attachments)})", _attachments(attachments, say)))
    clocks = case.get("clocks") or []
    if clocks:
        parts.append(_section(say("label.clocks"), _clocks(clocks, say, zone)))
    suggestion = case.get("suggestion") or {}
    if any(suggestion.get(name) for name in SUGGESTED):
        parts.append(_section(say("label.suggestion"), _suggestion(suggestion, say)))
    if "actions" in case:
        names = [command_name(str(one), say.language) for one in case["actions"] or []]
        parts.append(_section(say("label.actions"), Text(", ".join(names) or say("label.none"))))
    return Group(*parts)


def _heading(case: Mapping[str, Any], say: Words) -> Text:
    heading = Text()
    heading.append(one_line(str(case.get("ticket", ""))), style="bold")
    heading.append("  ")
    heading.append_text(status(case.get("status"), say))
    if case.get("secret"):
        heading.append("  ")
        heading.append(f" {say('label.secret')} ", style="bold reverse red")
    return heading


def _facts(case: Mapping[str, Any], say: Words, zone: tzinfo) -> Table:
    facts = pairs()
    facts.add_row(say("label.class"), say.term("class", case.get("class")))
    facts.add_row(say("label.channel"), say.term("channel", case.get("channel")))
    facts.add_row(say("label.category"), cell(case.get("category"), say))
    facts.add_row(say("label.department"), cell(case.get("department"), say))
    facts.add_row(say("label.reporter"), cell(_reporter(case.get("reporter") or {}, say), say))
    facts.add_row(say("label.location"), cell(place_line(case.get("location") or {}), say))
    facts.add_row(say("label.received"), when(case.get("received_at"), zone, say.language))
    facts.add_row(say("label.updated"), when(case.get("updated_at"), zone, say.language))
    facts.add_row(say("label.lapor"), _lapor(case.get("lapor") or {}, say))
    if case.get("duplicate_of"):
        facts.add_row(say("label.duplicate_of"), cell(case["duplicate_of"], say))
    if case.get("supporters"):
        supporters = case["supporters"]
        count = len(supporters) if isinstance(supporters, list) else supporters
        facts.add_row(say("label.supporters"), cell(count, say))
    facts.add_row(say("label.version"), cell(case.get("version"), say))
    return facts


def _reporter(reporter: Mapping[str, Any], say: Words) -> str:
    parts = [str(reporter[key]) for key in ("name", "phone", "handle") if reporter.get(key)]
    if reporter.get("anonymous"):
        parts.append(say("label.anonymous"))
    return " · ".join(parts)


def _lapor(lapor: Mapping[str, Any], say: Words) -> Text:
    state = lapor.get("state")
    text = Text(say.term("lapor_state", state), style=LAPOR_STYLE.get(str(state), ""))
    parts = [str(lapor[key]) for key in ("complaint_id", "status_name") if lapor.get(key)]
    if lapor.get("tracking_id"):
        parts.insert(1, say("label.tracking", id=lapor["tracking_id"]))
    for part in parts:
        text.append(f" · {one_line(part)}", style="default")
    return text


def _messages(messages: Sequence[Mapping[str, Any]], say: Words, zone: tzinfo) -> Table:
    rows = table()
    rows.add_column(say("label.time"), no_wrap=True)
    rows.add_column(say("label.type"), no_wrap=True)
    rows.add_column(say("label.text"), overflow="fold", ratio=1)
    for message in messages:
        rows.add_row(
            cell(when(message.get("at"), zone, say.language), say),
            cell(say.term("message", message.get("type")), say),
            paragraph(message.get("text") or place_line(message.get("location") or {}), say),
        )
    return rows


def _attachments(attachments: Sequence[Mapping[str, Any]], say: Words) -> Table:
    rows = table()
    rows.add_column(say("label.file"), overflow="fold")
    rows.add_column(say("label.type"), no_wrap=True)
    rows.add_column(say("label.size"), justify="right", no_wrap=True)
    for attachment in attachments:
        rows.add_row(
            cell(attachment.get("name") or attachment.get("id"), say),
            cell(attachment.get("type"), say),
            cell(size(attachment.get("size"), say.language), say),
        )
    return rows


def _clocks(clocks: Sequence[Mapping[str, Any]], say: Words, zone: tzinfo) -> Table:
    rows = table()
    rows.add_column(say("label.clock"), no_wrap=True)
    rows.add_column(say("label.due_at"), no_wrap=True)
    rows.add_column(say("label.state"), no_wrap=True)
    rows.add_column(say("label.legal_basis"), overflow="fold")
    for clock in clocks:
        state = clock.get("state")
        rows.add_row(
            cell(say.term("clock", clock.get("name")), say),
            cell(when(clock.get("due_at"), zone, say.language), say),
            Text(say.term("clock_state", state), style=CLOCK_STYLE.get(str(state), "")),
            cell(clock.get("legal_basis"), say),
        )
    return rows


def _suggestion(suggestion: Mapping[str, Any], say: Words) -> Table:
    """What routing would say of the case, how sure it is, and the words it has that from; only what it says."""
    facts, confidence, words = pairs(), suggestion.get("confidence"), suggestion.get("words") or []
    guess = suggestion.get("guess")
    category = suggestion.get("category") or (say("label.perhaps", name=guess) if guess else None)
    for key, value in (
        ("label.category", category),
        ("label.department", suggestion.get("department")),
        ("label.kelurahan", suggestion.get("kelurahan")),
    ):
        if value:
            facts.add_row(say(key), cell(value, say))
    if category and isinstance(confidence, int | float):
        facts.add_row(say("label.confidence"), f"{confidence:.0%}")
    if category and words:
        facts.add_row(say("label.words"), cell(", ".join(map(str, words)), say))
    return facts


def _section(title: str, content: RenderableType) -> Group:
    return Group(Text(title, style="bold"), Padding(content, (0, 0, 1, 2)))
