"""The figures of a period as people read them."""

from collections.abc import Mapping, Sequence
from datetime import tzinfo
from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from aduan_client.formats import clean, when
from aduan_client.views.figure_changes import changes_table
from aduan_client.views.tables import cell, decimal, table
from aduan_client.words import Words

# What most people want to know, and in which order. The API has more: `--every`.
CHOSEN: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("figures.volume", ("received", "counted", "in_process")),
    ("figures.done", ("followed_up", "answered", "closed", "validated")),
    ("figures.time", ("verify_median", "follow_up_median", "close_mean", "close_median", "close_p90")),
    ("figures.on_time", ("within_verification", "within_follow_up", "within_resolution", "within_closing")),
    ("figures.lapor", ("forwarded_share", "from_lapor", "ambiguous", "drift")),
    ("figures.honest", ("reopened", "last_hour", "transferred", "paused", "acted")),
)
BREAKDOWNS = {
    "channel": "figures.by_channel",
    "department": "figures.by_department",
    "category": "figures.by_category",
}
BAR = 24
SHOWN_PARTS = 8


def sheet(
    found: Mapping[str, Any],
    compared: Mapping[str, Mapping[str, Any]],
    say: Words,
    zone: tzinfo,
    *,
    everything: bool = False,
) -> Group:
    """A table of figures with the periods compared beside it, and, of the whole city, where cases stand and what they
    are about."""
    parts: list[RenderableType] = [_head(found, say, zone), "", _figures(found, compared, say, everything)]
    if found["partition"] is not None:
        if any(one["denominator"] for one in found["partition"]):
            parts += ["", _bars(say("figures.states"), found["partition"], say, every=True)]
        else:
            parts += ["", Text(say("figures.nothing"))]
        for name, title in BREAKDOWNS.items():
            if found["breakdowns"][name]:
                parts += ["", _bars(say(title), found["breakdowns"][name], say, every=everything)]
        if found["rising"]:
            parts += ["", _rising(found["rising"], say)]
        if found["places"]:
            parts += ["", _bars(say("figures.places"), found["places"], say)]
    parts += ["", _index(found["ikm"], say)]
    if found["changes"]:
        parts += ["", changes_table(found, say, None if everything else SHOWN_PARTS)]
    return Group(*parts)


def _head(found: Mapping[str, Any], say: Words, zone: tzinfo) -> Text:
    at = when(found["as_of"], zone, say.language)
    title = Text(clean(found["period"]), style="bold")
    for name in (found["series"], found["department"]):
        if name:
            title.append(f" · {clean(name)}")
    if found["provisional"]:
        title.append(f" · {say('figures.provisional', at=at)}", style="yellow")
    else:
        title.append(f" · {say('figures.published', revision=found['revision'], at=at)}", style="green")
    return title


def _figures(
    found: Mapping[str, Any], compared: Mapping[str, Mapping[str, Any]], say: Words, everything: bool
) -> Table:
    rows = table()
    rows.add_column(say("figures.figure"), overflow="fold", ratio=3)
    for name in (found["period"], *compared):
        rows.add_column(clean(name), justify="right", overflow="fold", ratio=2)
    groups: Sequence[tuple[str, Sequence[str]]] = CHOSEN
    if everything:
        groups = (("figures.every", tuple(found["figures"])),)
    for number, (title, ids) in enumerate(groups):
        if number:
            rows.add_section()
        if not everything:
            rows.add_row(Text(say(title), style="dim italic"), *[""] * (1 + len(compared)))
        for id_ in ids:
            if id_ in found["figures"]:
                rows.add_row(
                    cell(found["figures"][id_]["title"], say),
                    cell(found["figures"][id_]["text"], say, "bold"),
                    *[cell(one["figures"].get(id_, {}).get("text"), say) for one in compared.values()],
                )
    return rows


def _bars(title: str, parts: Sequence[Mapping[str, Any]], say: Words, *, every: bool = False) -> Table:
    rows = table(title)
    rows.show_header = False
    for justify in ("left", "right", "right", "left"):
        rows.add_column(justify=justify, no_wrap=justify == "right", overflow="fold")
    largest = max((int(one["numerator"]) for one in parts), default=0)
    for one in parts if every else parts[:SHOWN_PARTS]:
        length = round(BAR * int(one["numerator"]) / largest) if largest else 0
        percent = say("label.none") if one["percent"] is None else f"{decimal(one['percent'], say, 2)} %"
        share = f"{_whole(one['numerator'], say)}/{_whole(one['denominator'], say)}"
        rows.add_row(cell(one["title"], say), share, percent, Text("█" * length, style="cyan"))
    if not every and len(parts) > SHOWN_PARTS:
        rows.add_row(Text(say("figures.more", count=len(parts) - SHOWN_PARTS), style="dim"), "", "", "")
    return rows


def _rising(topics: Sequence[Mapping[str, Any]], say: Words) -> Table:
    rows = table(say("figures.rising"))
    rows.show_header = False
    rows.add_column(overflow="fold")
    rows.add_column(justify="right", no_wrap=True)
    for one in topics:
        rows.add_row(cell(one["title"], say), f"{_whole(one['before'], say)} → {_whole(one['now'], say)}")
    return rows


def _index(index: Mapping[str, Any], say: Words) -> Group:
    if index["nik"] is None:
        first = Text(say("figures.no_index", answers=_whole(index["answers"], say)))
    else:
        first = Text(
            say(
                "figures.index",
                ni=decimal(index["ni"], say, 2),
                nik=decimal(index["nik"], say, 2),
                mutu=clean(index["mutu"]),
                kinerja=clean(index["kinerja"]),
            ),
            style="bold",
        )
    sample = index["sample"]
    if not sample["needed"]:
        return Group(first)
    needed = say("figures.sample", got=_whole(sample["got"], say), needed=_whole(sample["needed"], say))
    return Group(first, Text(needed, style="" if sample["got"] >= sample["needed"] else "yellow"))


def _whole(value: object, say: Words) -> str:
    return decimal(int(value), say) if isinstance(value, int) else say("label.none")
