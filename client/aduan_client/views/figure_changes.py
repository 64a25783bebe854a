"""What a revision of the figures changed, a row for each indicator, part or day, in words."""

from collections.abc import Iterator, Mapping
from typing import Any

from rich.table import Table
from rich.text import Text

from aduan_client.views.tables import cell, decimal, table
from aduan_client.words import Words

# What a row shows of what changed: the first of these. The rest follows from it, or stands beside it in the document.
TOLD = ("text", "numerator", "now", "value", "nik", "average", "received", "closed", "answers")
# These follow from a changed total.
FOLLOWS = {"denominator", "percent", "needed"}
MEMBERS = {
    *TOLD,
    *FOLLOWS,
    "unit",
    "title",
    "basis",
    "before",
    "ni",
    "mutu",
    "kinerja",
    "category",
    "kelurahan",
    "cell",
}

Change = Mapping[str, Any]


def changes_table(found: Mapping[str, Any], say: Words, shown: int | None) -> Table:
    """The changes of a document of figures; at most `shown` of them, without it all."""
    told = list(_rows(found, say))
    rows = table(say("figures.changes"))
    rows.add_column(say("figures.what"), overflow="fold")
    for name in ("label.before", "label.after"):
        rows.add_column(say(name), justify="right", overflow="fold")
    for row in told[:shown]:
        rows.add_row(*[cell(one, say) for one in row])
    if shown is not None and len(told) > shown:
        rows.add_row(Text(say("figures.more", count=len(told) - shown), style="dim"), "", "")
    return rows


def _rows(found: Mapping[str, Any], say: Words) -> Iterator[tuple[str, str, str]]:
    """Title, before and after of each thing that changed, in the document's order."""
    things: dict[str, dict[str, Change]] = {}
    for one in found["changes"]:
        thing, _, member = str(one["path"]).rpartition(".")
        if member not in MEMBERS:  # all of it is new or gone: an id may have dots itself
            thing, member = str(one["path"]), ""
        things.setdefault(thing, {})[member] = one
    for thing, members in things.items():
        names = [name for name in dict.fromkeys(("", *TOLD, *members)) if name in members and name not in FOLLOWS]
        for name in names if thing.startswith("days.") else names[:1]:
            yield _title(thing, name, members[name], found, say), *_values(members[name], say)


def _title(thing: str, member: str, change: Change, found: Mapping[str, Any], say: Words) -> str:
    section, _, rest = thing.partition(".")
    if section == "figures":
        return str(found["figures"].get(rest, {}).get("title", rest))
    if section == "days":
        if member in ("received", "closed"):
            return f"{rest} \u00b7 {found['figures'][member]['title']}"
        return rest
    parts = found.get(section)
    if section in ("breakdowns", "ikm"):
        # `breakdowns.channel.whatsapp`, `ikm.elements.U1`
        inner, _, rest = rest.partition(".")
        parts = (parts or {}).get(inner)
        section = f"breakdowns.{inner}" if section == "breakdowns" else section
    title = (
        next((one.get("title") for one in parts if one.get("id") == rest), None) if isinstance(parts, list) else None
    )
    for value in (change["after"], change["before"]):
        title = title or (value.get("title") if isinstance(value, Mapping) else None)
    name = say.term("changed", section)
    return f"{name} \u00b7 {title or rest}" if title or rest else name


def _values(change: Change, say: Words) -> tuple[str, str]:
    before, after = (_value(change[name], say) for name in ("before", "after"))
    return before, after


def _value(value: object, say: Words) -> str:
    if isinstance(value, Mapping):
        value = next((value[name] for name in TOLD if value.get(name) is not None), None)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return decimal(value, say)
    return say("label.none") if value is None else str(value)
