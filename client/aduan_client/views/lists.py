"""Lists of cases, one line each: all of them, the queue, and those like another."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, tzinfo
from typing import Any

from rich.table import Table
from rich.text import Text

from aduan_client.formats import parse_time, span, when, zone_label
from aduan_client.views.tables import cell, status, table
from aduan_client.words import Words

WIDE = 110  # columns from which a list also shows category and department
WIDEST = 140  # columns from which the queue also shows what the deadline is for
GOING = ("running", "breached")  # the states of a deadline that somebody still has to meet
STILL = "paused"
SOON = 24 * 3600  # seconds before its end at which a deadline is worth a colour


def case_list(
    cases: Sequence[Mapping[str, Any]], say: Words, zone: tzinfo, width: int, now: datetime | None = None
) -> Table:
    """A list of cases, one line each. What does not fit is cut from the text, never from the ticket."""
    now, wide = now or datetime.now(UTC), width >= WIDE
    with_due = any(next_clock(case) for case in cases)
    listing = table()
    listing.add_column(say("label.ticket"), no_wrap=True, style="bold")
    listing.add_column(say("label.status"), no_wrap=True)
    listing.add_column(say("label.received_zone", zone=zone_label(zone)), no_wrap=True)
    if with_due:
        listing.add_column(say("label.due"), no_wrap=True)
    if wide:
        listing.add_column(say("label.category"), max_width=18)
        listing.add_column(say("label.department"), max_width=14)
    listing.add_column(say("label.text"))
    for case in cases:
        row = [
            cell(case.get("ticket"), say),
            status(case.get("status"), say),
            cell(when(case.get("received_at"), zone, say.language, label=False), say),
        ]
        if with_due:
            row.append(_due(next_clock(case), say, now))
        for name in ("category", "department", "text") if wide else ("text",):
            row.append(_cut(cell(case.get(name), say)))
        listing.add_row(*row)
    return listing


def queue_list(
    cases: Sequence[Mapping[str, Any]], say: Words, zone: tzinfo, width: int, now: datetime | None = None
) -> Table:
    """The queue in the API's order: what is due, how old it is, and what it is about."""
    now, wide = now or datetime.now(UTC), width >= WIDE
    listing = table()
    listing.add_column(say("label.due"), no_wrap=True)
    listing.add_column(say("label.ticket"), no_wrap=True, style="bold")
    listing.add_column(say("label.status"), no_wrap=True)
    listing.add_column(say("label.age"), no_wrap=True, justify="right")
    if width >= WIDEST:
        listing.add_column(say("label.stage"), no_wrap=True)
    if wide:
        listing.add_column(say("label.category"), max_width=18)
        listing.add_column(say("label.department"), max_width=14)
    listing.add_column(say("label.text"))
    for case in cases:
        clock = next_clock(case)
        row = [
            _due(clock, say, now),
            cell(case.get("ticket"), say),
            status(case.get("status"), say),
            cell(_age(case, say, now), say),
        ]
        if width >= WIDEST:
            row.append(cell(say.term("clock", clock.get("name")) if clock else None, say))
        for name in ("category", "department", "text") if wide else ("text",):
            row.append(_cut(cell(case.get(name), say)))
        listing.add_row(*row)
    return listing


def similar_list(items: Sequence[Mapping[str, Any]], say: Words, zone: tzinfo) -> Table:
    """Cases that may be about the same thing, with what speaks for it."""
    listing = table()
    listing.add_column(say("label.ticket"), no_wrap=True, style="bold")
    listing.add_column(say("label.status"), no_wrap=True)
    listing.add_column(say("label.received_zone", zone=zone_label(zone)), no_wrap=True)
    listing.add_column(say("label.distance"), no_wrap=True, justify="right")
    listing.add_column(say("label.text"))
    for case in items:
        metres = case.get("distance_m")
        listing.add_row(
            cell(case.get("ticket"), say),
            status(case.get("status"), say),
            cell(when(case.get("received_at"), zone, say.language, label=False), say),
            cell(say("label.metres", count=round(metres)) if isinstance(metres, int | float) else None, say),
            _cut(cell(case.get("text"), say)),
        )
    return listing


def earlier_list(cases: Sequence[Mapping[str, Any]], say: Words, zone: tzinfo) -> Table:
    """A caller's open cases, numbered to choose from."""
    listing = table()
    listing.add_column("", justify="right", no_wrap=True, style="bold")
    listing.add_column(say("label.ticket"), no_wrap=True)
    listing.add_column(say("label.status"), no_wrap=True)
    listing.add_column(say("label.received_zone", zone=zone_label(zone)), no_wrap=True)
    listing.add_column(say("label.text"))
    for number, case in enumerate(cases, 1):
        listing.add_row(
            str(number),
            cell(case.get("ticket"), say),
            status(case.get("status"), say),
            cell(when(case.get("received_at"), zone, say.language, label=False), say),
            _cut(cell(case.get("text"), say)),
        )
    return listing


def next_clock(case: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The deadline of a case that ends first among those that still run, else among those that stand still."""
    open_ = [
        clock
        for clock in case.get("clocks") or []
        if clock.get("state") in (*GOING, STILL) and not clock.get("ended_at") and parse_time(clock.get("due_at"))
    ]
    return min(open_, key=lambda clock: (clock["state"] == STILL, str(clock["due_at"])), default=None)


def _due(clock: Mapping[str, Any] | None, say: Words, now: datetime) -> Text:
    at = parse_time(clock.get("due_at")) if clock else None
    if at is None:
        return cell(None, say, "dim")
    if clock and clock.get("state") == STILL:
        return cell(say.term("clock_state", STILL), say, "dim")
    seconds = (at - now).total_seconds()
    if seconds < 0:
        return Text(say("label.overdue", span=span(-seconds, say.language)), style="bold red")
    return Text(say("label.due_in", span=span(seconds, say.language)), style="yellow" if seconds < SOON else "green")


def _age(case: Mapping[str, Any], say: Words, now: datetime) -> str | None:
    at = parse_time(case.get("received_at"))
    return span(max(0.0, (now - at).total_seconds()), say.language) if at else None


def _cut(text: Text) -> Text:
    # On the cell, not the column: Rich takes the room it lacks from columns that may wrap.
    text.no_wrap, text.overflow = True, "ellipsis"
    return text
