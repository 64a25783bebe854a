"""The ledger and the quarantine as people read them."""

from collections.abc import Mapping, Sequence
from datetime import tzinfo
from typing import Any

from rich.console import Group
from rich.table import Table
from rich.text import Text

from aduan_client.formats import number, when, zone_label
from aduan_client.views.tables import cell, table
from aduan_client.words import Words

# accepted = the sum of these; due = the sum of those (DESIGN §5)
MESSAGE_PARTS = ("opened", "appended", "duplicates", "quarantined", "control")
DESTINATION_PARTS = ("confirmed", "waiting", "failed", "ambiguous")


def message_difference(ledger: Mapping[str, Any]) -> int:
    """Messages accepted that are accounted for nowhere (negative: accounted for twice)."""
    return int(ledger.get("accepted", 0)) - sum(int(ledger.get(part, 0)) for part in MESSAGE_PARTS)


def destination_difference(row: Mapping[str, Any]) -> int:
    """Deliveries due to a destination that are in no state (negative: in two)."""
    return int(row.get("due", 0)) - sum(int(row.get(part, 0)) for part in DESTINATION_PARTS)


def imbalances(ledger: Mapping[str, Any], say: Words) -> list[str]:
    """What does not add up, in words; empty when everything does."""
    off = message_difference(ledger)
    found = [say("ledger.messages", difference=off)] if off else []
    for name, row in (ledger.get("destinations") or {}).items():
        off = destination_difference(row)
        if off:
            found.append(say("ledger.destination_off", destination=say.term("destination", name), difference=off))
    return found


def ledger_sheet(ledger: Mapping[str, Any], say: Words) -> Group:
    """Where every accepted message went, and how far each destination has been served."""
    counts = table()
    counts.add_column(say("ledger.accepted"))
    counts.add_column(number(ledger.get("accepted"), say.language), justify="right")
    for part in MESSAGE_PARTS:
        counts.add_row(say(f"ledger.{part}"), number(ledger.get(part), say.language))
    counts.add_row(say("ledger.check"), _verdict(message_difference(ledger), say))

    destinations = table()
    destinations.add_column(say("ledger.destination"), no_wrap=True)
    for part in ("due", *DESTINATION_PARTS):
        destinations.add_column(say(f"ledger.{part}"), justify="right", no_wrap=True)
    destinations.add_column(say("ledger.check"))
    for name, row in (ledger.get("destinations") or {}).items():
        destinations.add_row(
            cell(say.term("destination", name), say),
            *[_count(part, row.get(part), say) for part in ("due", *DESTINATION_PARTS)],
            _verdict(destination_difference(row), say),
        )
    return Group(counts, "", destinations) if destinations.row_count else Group(counts)


def quarantine_list(items: Sequence[Mapping[str, Any]], say: Words, zone: tzinfo) -> Table:
    """The payloads kept because they could not be read. Their content is not in the list."""
    rows = table()
    rows.add_column(say("label.id"), no_wrap=True, style="bold")
    rows.add_column(say("label.received_zone", zone=zone_label(zone)), no_wrap=True)
    rows.add_column(say("label.source"), no_wrap=True)
    rows.add_column(say("label.reason"), overflow="fold")
    for item in items:
        rows.add_row(
            cell(item.get("id"), say),
            cell(when(item.get("received_at"), zone, say.language, label=False), say),
            cell(say.term("channel", item.get("channel") or item.get("source")), say),
            cell(item.get("reason"), say),
        )
    return rows


def _count(part: str, count: object, say: Words) -> Text:
    alarming = part in ("failed", "ambiguous") and bool(count)
    return Text(number(count, say.language), style="bold red" if alarming else "")


def _verdict(difference: int, say: Words) -> Text:
    if difference:
        return Text(say("ledger.off", difference=difference), style="bold red")
    return Text(say("ledger.ok"), style="green")
