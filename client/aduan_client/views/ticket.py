"""A new ticket, large enough to be read out over the telephone."""

from collections.abc import Mapping
from typing import Any

from rich import box
from rich.align import Align
from rich.console import Group
from rich.panel import Panel
from rich.text import Text

from aduan_client.formats import one_line
from aduan_client.views.tables import status
from aduan_client.words import Words


def big_ticket(case: Mapping[str, Any], say: Words) -> Group:
    """The ticket spaced out in a box, and under it as it is typed, with what became of the case so far."""
    ticket = one_line(str(case.get("ticket", "")))
    spaced = Text("\n" + "  ".join(ticket).replace("-", "\u2013") + "\n", style="bold", justify="center")
    panel = Panel(spaced, box=box.HEAVY, title=say("label.ticket"), expand=False, padding=(0, 4))
    line = Text.assemble((ticket, "bold"), " \u00b7 ")
    line.append_text(status(case.get("status"), say))
    for value in (case.get("category"), case.get("department")):
        if value:
            line.append(f" \u00b7 {one_line(str(value))}")
    return Group(Align.left(panel), line)
