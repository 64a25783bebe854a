"""The deadlines of a case, each in the words the API explains it with, and day by day."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from aduan_client.formats import clean
from aduan_client.views.tables import cell, table
from aduan_client.words import Words

STYLES = {"running": "bold", "paused": "dim", "met": "green", "breached": "bold red", "cancelled": "dim"}


def clock_sheet(clocks: Sequence[Mapping[str, Any]], say: Words, *, days: bool = False) -> Group:
    """One paragraph for each run of each clock; the first line tells how it stands. `days`: with each day."""
    if not clocks:
        return Group(Text("–"))
    parts: list[RenderableType] = []
    for clock in clocks:
        head, _, rest = clean(str(clock.get("text") or "")).partition("\n")
        parts.append(Text(head, STYLES.get(str(clock.get("state")), "bold")))
        parts.append(Padding(Text(rest), (0, 0, 1, 2)))
        if days and clock.get("days"):
            parts.append(Padding(_days(clock["days"], say), (0, 0, 1, 2)))
    return Group(*parts)


def _days(days: Sequence[Mapping[str, Any]], say: Words) -> Table:
    """Each day with what was counted of it, or why it was skipped."""
    rows = table()
    rows.add_column(say("label.day"), no_wrap=True)
    rows.add_column(say("label.counted"), no_wrap=True)
    rows.add_column(say("label.why"), overflow="fold")
    for day in days:
        counted = day.get("counted")
        style = None if counted else "dim"
        spans = ", ".join(str(span) for span in day.get("spans") or ())
        rows.add_row(
            cell(_date(day.get("date"), say), say),
            cell(_counted(counted, say) if counted else None, say),
            cell(f"{spans} ({day.get('reason')})" if spans else day.get("reason"), say),
            style=style,
        )
    return rows


def _counted(counted: Any, say: Words) -> str:
    if counted == "day":
        return say("label.one_day")
    minutes = round(float(counted) * 60)
    return say("label.hours_minutes", hours=minutes // 60, minutes=f"{minutes % 60:02d}")


def _date(text: Any, say: Words) -> str:
    try:
        on = date.fromisoformat(str(text))
    except ValueError:
        return str(text)
    return f"{say.term('weekday', on.weekday())} {on.isoformat()}"
