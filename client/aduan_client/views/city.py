"""A city's configuration, what is wrong with a file of it, and what would change."""

import json
from collections.abc import Mapping, Sequence
from datetime import tzinfo
from typing import Any

from rich.table import Table
from rich.text import Text

from aduan_client.formats import when
from aduan_client.views.tables import cell, pairs, table
from aduan_client.words import Words


def city_sheet(answer: Mapping[str, Any], say: Words, zone: tzinfo) -> Table:
    """What is in force since when, and the configuration in outline: tables and lists as a count."""
    outline = pairs()
    outline.add_row(say("label.version"), cell(answer.get("version"), say))
    outline.add_row(say("label.applied_at"), when(answer.get("applied_at"), zone, say.language))
    outline.add_row(say("label.applied_by"), cell(answer.get("applied_by"), say))
    for key, value in (answer.get("city") or {}).items():
        if isinstance(value, list | dict):
            outline.add_row(cell(key, say), say("label.entries", count=len(value)))
        else:
            outline.add_row(cell(key, say), cell(value, say))
    return outline


def errors_table(errors: Sequence[Mapping[str, Any]], say: Words) -> Table:
    """What is wrong with the file, line by line."""
    rows = table()
    rows.add_column(say("label.line"), justify="right", no_wrap=True)
    rows.add_column(say("label.path"), overflow="fold")
    rows.add_column(say("label.problem"), overflow="fold")
    for error in errors:
        rows.add_row(*[cell(error.get(key), say) for key in ("line", "path", "message")])
    return rows


def changes_table(changes: Sequence[Mapping[str, Any]], say: Words) -> Table:
    """What would change, from what to what."""
    rows = table()
    rows.add_column(say("label.path"), overflow="fold")
    rows.add_column(say("label.before"), overflow="fold")
    rows.add_column(say("label.after"), overflow="fold")
    for change in changes:
        rows.add_row(
            cell(change.get("path"), say),
            _value(change.get("before"), say, "red"),
            _value(change.get("after"), say, "green"),
        )
    return rows


def _value(value: object, say: Words, style: str) -> Text:
    if value is None:
        return cell(None, say, "dim")
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return cell(text, say, style)
