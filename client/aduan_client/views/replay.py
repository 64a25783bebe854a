"""A replayed year's figures as people read them."""

from collections.abc import Mapping
from typing import Any

from rich.console import Group
from rich.text import Text

from aduan_client.views.tables import cell, table
from aduan_client.words import Words


def compared(standing: Mapping[str, Any], say: Words) -> Group:
    """Published beside computed, each with a mark, and what was not published below."""
    found = table()
    found.add_column(say("label.figure"), overflow="fold")
    found.add_column(say("label.year"))
    for heading in ("label.published", "label.computed"):
        found.add_column(say(heading), justify="right", no_wrap=True)
    found.add_column(say("label.equal"), justify="center")
    for one in standing["figures"]:
        mark = Text("✓", style="green") if one["equal"] else Text("✗", style="bold red")
        found.add_row(
            cell(one["title"], say),
            cell(one["year"], say),
            cell(_written(one["published"], say), say),
            cell(_written(one["computed"], say), say),
            mark,
        )
    chosen = [Text(f"· {line}", style="dim") for line in standing["chosen"]]
    equal = sum(one["equal"] for one in standing["figures"])
    done = say(
        "done.replayed",
        name=standing["name"],
        total=standing["counted"],
        equal=equal,
        figures=len(standing["figures"]),
    )
    return Group(found, "", *chosen, "", Text(done))


def _written(value: str | None, say: Words) -> str | None:
    """With a decimal comma in Indonesian."""
    return value.replace(".", ",") if value and say.language == "id" else value
