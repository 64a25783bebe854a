"""The log of erasures: when, by whom and why, never whom."""

from collections.abc import Mapping, Sequence
from datetime import tzinfo
from typing import Any

from rich.table import Table

from aduan_client.formats import when
from aduan_client.views.tables import cell, table
from aduan_client.words import Words


def erasure_list(items: Sequence[Mapping[str, Any]], say: Words, zone: tzinfo) -> Table:
    """One row per request, as the API gives them."""
    rows = table()
    rows.add_column(say("label.time"), no_wrap=True)
    rows.add_column(say("label.actor"), no_wrap=True)
    rows.add_column(say("label.cases"), justify="right", no_wrap=True)
    rows.add_column(say("label.reason"), overflow="fold")
    for item in items:
        rows.add_row(
            cell(when(item.get("at"), zone, say.language), say),
            cell(item.get("actor"), say),
            cell(item.get("cases"), say),
            cell(item.get("reason"), say),
        )
    return rows
