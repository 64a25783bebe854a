"""Messages to officials: who was told what and when, and what became of it."""

from collections.abc import Mapping, Sequence
from datetime import tzinfo
from typing import Any

from rich.table import Table

from aduan_client.formats import when
from aduan_client.views.tables import cell, table
from aduan_client.words import Words

STYLES = {"failed": "red", "bounced": "red", "ambiguous": "red", "delivered": "green", "read": "green"}


def alert_list(items: Sequence[Mapping[str, Any]], say: Words, zone: tzinfo) -> Table:
    """One row for each message, as the API gives them."""
    rows = table()
    rows.add_column(say("label.time"), no_wrap=True)
    rows.add_column(say("label.told"), overflow="fold")
    rows.add_column(say("label.by"), no_wrap=True)
    rows.add_column(say("label.became"), overflow="fold")
    rows.add_column(say("label.said"), overflow="fold")
    for item in items:
        rows.add_row(
            cell(when(item.get("at"), zone, say.language), say),
            cell(item.get("name") or item.get("role"), say),
            cell(say.term("alert_channel", item.get("channel")), say),
            cell(_became(item, say), say, STYLES.get(str(item.get("state")), "")),
            cell(item.get("summary") or _about(item, say), say),
        )
    return rows


def _became(item: Mapping[str, Any], say: Words) -> str:
    """The state, and what was done through the message's links."""
    acts = (f"{one.get('ticket')} {say.term('alert_act', one.get('action'))}" for one in item.get("acted") or [])
    return ", ".join([say.term("alert_state", item.get("state")), *acts])


def _about(item: Mapping[str, Any], say: Words) -> str:
    tickets = " ".join(str(one) for one in item.get("tickets") or [])
    return f"{say.term('alert_kind', item.get('kind'))} {tickets}".strip()
