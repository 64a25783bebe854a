"""Dead letters of each queue as people read them."""

from collections.abc import Mapping, Sequence
from datetime import tzinfo
from typing import Any

from rich.table import Table
from rich.text import Text

from aduan_client.formats import number, when
from aduan_client.views.tables import cell, table
from aduan_client.words import Words


def dead_letter_list(items: Sequence[Mapping[str, Any]], say: Words, zone: tzinfo) -> Table:
    """One row for each queue; what lies there only where the API was asked to look."""
    looked = any(item.get("tickets") is not None for item in items)
    rows = table()
    rows.add_column(say("label.queue"), no_wrap=True, style="bold")
    rows.add_column(say("label.does"), overflow="fold")
    rows.add_column(say("label.dead_letters"), justify="right", no_wrap=True)
    if looked:
        rows.add_column(say("label.oldest"), no_wrap=True)
        rows.add_column(say("label.tickets"), overflow="fold")
    for item in items:
        waiting = item.get("waiting")
        row = [
            cell(item.get("queue"), say),
            cell(say.term("queue", item.get("queue")), say),
            Text(number(waiting, say.language), style="bold red" if waiting else ""),
        ]
        if looked:
            row.append(cell(when(item.get("oldest_at"), zone, say.language), say))
            row.append(cell(" ".join(map(str, item.get("tickets") or [])), say))
        rows.add_row(*row)
    return rows
