"""`aduan alerts`: who was told what and when, and what became of it."""

from datetime import date
from typing import Annotated

import typer

from aduan_client.commands.options import All, AsJson, Cursor, Limit
from aduan_client.commands.typed import coded, given, ticket_of, wanted
from aduan_client.errors import UsageError
from aduan_client.output import note, print_json, show
from aduan_client.run import run_of


def alerts(
    ctx: typer.Context,
    from_: Annotated[str | None, typer.Option("--from", "--dari", help="option.alert_from")] = None,
    to: Annotated[str | None, typer.Option("--to", "--sampai", help="option.alert_to")] = None,
    ticket: Annotated[str | None, typer.Option("--ticket", "--tiket", help="option.alert_ticket")] = None,
    state: Annotated[str | None, typer.Option("--state", "--hasil", help="option.alert_state")] = None,
    limit: Limit = 50,
    everything: All = False,
    cursor: Cursor = None,
    as_json: AsJson = False,
) -> None:
    """List messages to officials, the newest first."""
    run = run_of(ctx)
    known = ticket_of(ticket) if ticket is not None else None
    query = given(**{"from": _day(from_), "to": _day(to)}, state=coded("alert_state", state, run.say))
    profile = run.profile()
    zone = run.zone(profile)
    api = run.api(profile)
    if known is not None:
        query["ticket"] = api.ticket(known)
    page = api.listing("/v1/alerts", query, limit=wanted(limit, everything), cursor=cursor)
    if as_json:
        print_json(page)
        return
    if not page["items"]:
        note(run.say("label.no_alerts"))
    else:
        from aduan_client.views.alerts import alert_list

        show(alert_list(page["items"], run.say, zone))
    if page["next"]:
        note(run.say("done.more"))


def _day(typed: str | None) -> str | None:
    if typed is None:
        return None
    try:
        return date.fromisoformat(typed.strip()).isoformat()
    except ValueError:
        raise UsageError("error.day", value=typed) from None
