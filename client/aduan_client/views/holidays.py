"""The calendar's entries, a table for each year."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import groupby
from typing import Any

from rich.table import Table
from rich.text import Text

from aduan_client.formats import MONTHS, one_line
from aduan_client.views.tables import cell, table
from aduan_client.words import Words

DAYS = {
    "id": ("Sen", "Sel", "Rab", "Kam", "Jum", "Sab", "Min"),
    "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
}


def holiday_tables(entries: Sequence[Mapping[str, Any]], say: Words) -> Iterator[Table]:
    """One table for each year, by date; what is not certain yet is marked."""
    for year, days in groupby(entries, key=lambda entry: str(entry.get("date"))[:4]):
        rows = table(year)
        rows.add_column(say("label.date"), no_wrap=True)
        rows.add_column(say("label.kind"), no_wrap=True)
        rows.add_column(say("label.name"), overflow="fold")
        rows.add_column(say("label.source"), overflow="fold")
        for entry in days:
            name = one_line(str(entry.get("name")))
            hours = ", ".join(str(span) for span in entry.get("hours") or ())
            told = Text(f"{name} ({hours})" if hours else name)
            if entry.get("verify"):
                told.append(f" [{say('label.uncertain')}]", style="yellow")
            rows.add_row(
                _date(entry.get("date"), say),
                say.term("holiday", entry.get("kind")),
                told,
                cell(entry.get("source"), say),
            )
        yield rows


def _date(value: object, say: Words) -> Text:
    try:
        on = date.fromisoformat(str(value))
    except ValueError:
        return cell(value, say)
    return Text(f"{DAYS[say.language][on.weekday()]} {on.day:2} {MONTHS[say.language][on.month - 1]}")
