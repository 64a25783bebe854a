"""`aduan list` and `aduan show`."""

import shutil
from typing import Annotated

import typer

from aduan_client import formats
from aduan_client.commands.options import All, AsJson, Cursor, Limit, Ticket
from aduan_client.errors import UsageError
from aduan_client.output import note, print_json, show
from aduan_client.run import run_of
from aduan_client.words import STATUSES, status_code


def list_cases(
    ctx: typer.Context,
    status: Annotated[str | None, typer.Option("--status", help="option.status")] = None,
    updated_after: Annotated[str | None, typer.Option("--updated-after", help="option.updated_after")] = None,
    limit: Limit = 50,
    everything: All = False,
    cursor: Cursor = None,
    as_json: AsJson = False,
) -> None:
    """List the cases this person may see."""
    run = run_of(ctx)
    profile = run.profile()
    zone = run.zone(profile)
    params: dict[str, str] = {}
    if status is not None:
        code = status_code(status)
        if code is None:
            names = ", ".join(run.say(f"status.{one}") for one in STATUSES)
            raise UsageError("error.status", name=status, names=names)
        params["status"] = code
    if updated_after is not None:
        params["updated_after"] = formats.api_time(updated_after, zone)
    page = run.api(profile).listing("/v1/complaints", params, limit=wanted(limit, everything), cursor=cursor)
    if as_json:
        print_json(page)
        return
    if not page["items"]:
        note(run.say("label.empty_list"))
        return
    from aduan_client.views.cases import case_list

    show(case_list(page["items"], run.say, zone, shutil.get_terminal_size().columns))
    if page["next"]:
        note(run.say("done.more"))


def show_case(ctx: typer.Context, ticket: Ticket, as_json: AsJson = False) -> None:
    """Show one case in full; with --json exactly as the API gives it."""
    run = run_of(ctx)
    profile = run.profile()
    zone = run.zone(profile)
    case = run.api(profile).complaint(ticket_of(ticket))
    if as_json:
        print_json(case)
        return
    from aduan_client.views.cases import case_sheet

    show(case_sheet(case, run.say, zone))


def ticket_of(typed: str) -> str:
    """A ticket as typed, without white space around it, in capitals; UsageError if nothing is left."""
    ticket = typed.strip().upper()
    if not ticket:
        raise UsageError("error.ticket_empty")
    return ticket


def wanted(limit: int, everything: bool) -> int | None:
    """How many items to fetch at most, None for all."""
    if everything:
        return None
    if limit < 1:
        raise UsageError("error.limit")
    return limit
