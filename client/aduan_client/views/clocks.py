"""The deadlines of a case, each in the words the API explains it with."""

from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Group
from rich.padding import Padding
from rich.text import Text

from aduan_client.formats import clean
from aduan_client.words import Words

STYLES = {"running": "bold", "paused": "dim", "met": "green", "breached": "bold red", "cancelled": "dim"}


def clock_sheet(clocks: Sequence[Mapping[str, Any]], say: Words) -> Group:
    """One paragraph for each run of each clock; the first line tells how it stands."""
    if not clocks:
        return Group(Text("–"))
    parts: list[Text | Padding] = []
    for clock in clocks:
        head, _, rest = clean(str(clock.get("text") or "")).partition("\n")
        parts.append(Text(head, STYLES.get(str(clock.get("state")), "bold")))
        parts.append(Padding(Text(rest), (0, 0, 1, 2)))
    return Group(*parts)
