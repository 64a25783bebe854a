"""`aduan list`, `queue`, `caller`, `show`, `timeline` and `similar`: looking at cases."""

import shutil
from typing import Annotated, Any

import typer

from aduan_client.commands.filters import parameters
from aduan_client.commands.options import (
    All,
    AsJson,
    Category,
    Channel,
    Class,
    Cursor,
    Department,
    DueBefore,
    Kelurahan,
    Limit,
    Query,
    ReceivedAfter,
    ReceivedBefore,
    Status,
    Ticket,
    UpdatedAfter,
)
from aduan_client.commands.typed import phone_number, status_codes, ticket_of, wanted
from aduan_client.config import Profile
from aduan_client.output import note, print_json, show
from aduan_client.run import Run, run_of


def list_cases(
    ctx: typer.Context,
    status: Status = None,
    department: Department = None,
    category: Category = None,
    channel: Channel = None,
    class_: Class = None,
    kelurahan: Kelurahan = None,
    due_before: DueBefore = None,
    updated_after: UpdatedAfter = None,
    received_after: ReceivedAfter = None,
    received_before: ReceivedBefore = None,
    q: Query = None,
    limit: Limit = 50,
    everything: All = False,
    cursor: Cursor = None,
    as_json: AsJson = False,
) -> None:
    """List the cases this person may see."""
    narrowed = {
        "status": status,
        "department": department,
        "category": category,
        "channel": channel,
        "class_": class_,
        "kelurahan": kelurahan,
        "due_before": due_before,
        "updated_after": updated_after,
        "received_after": received_after,
        "received_before": received_before,
        "q": q,
    }
    _listed(ctx, narrowed, {}, wanted(limit, everything), cursor, as_json)


def queue(
    ctx: typer.Context,
    status: Status = None,
    department: Department = None,
    category: Category = None,
    kelurahan: Kelurahan = None,
    due_before: DueBefore = None,
    limit: Limit = 50,
    everything: All = False,
    cursor: Cursor = None,
    as_json: AsJson = False,
) -> None:
    """List the open cases of this person's scope, the one due first at the top."""
    narrowed = {
        "status": status,
        "department": department,
        "category": category,
        "kelurahan": kelurahan,
        "due_before": due_before,
    }
    _listed(ctx, narrowed, {"queue": "1"}, wanted(limit, everything), cursor, as_json)


def of_caller(
    ctx: typer.Context,
    phone: Annotated[str, typer.Argument(metavar="NOMOR", help="argument.phone")],
    status: Status = None,
    limit: Annotated[int, typer.Option("--limit", min=1, max=100, help="option.limit")] = 50,
    as_json: AsJson = False,
) -> None:
    """List the cases of one citizen, by his telephone number."""
    run = run_of(ctx)
    profile = run.profile()
    number, wanted_statuses = phone_number(phone), status_codes(status, run.say)
    chosen = wanted_statuses.split(",") if wanted_statuses else ()
    page = run.api(profile).earlier_cases(number or "", chosen, limit)
    _shown_page(page, run, profile, as_json, of_queue=False)


def _listed(
    ctx: typer.Context,
    narrowed: dict[str, str | None],
    fixed: dict[str, str],
    limit: int | None,
    cursor: str | None,
    as_json: bool,
) -> None:
    run = run_of(ctx)
    profile = run.profile()
    zone = run.zone(profile)
    api = run.api(profile)
    query = {**parameters(api, run.say, zone, **narrowed), **fixed}
    page = api.listing("/v1/complaints", query, limit=limit, cursor=cursor)
    _shown_page(page, run, profile, as_json, of_queue=bool(fixed))


def _shown_page(page: dict[str, Any], run: Run, profile: Profile, as_json: bool, *, of_queue: bool) -> None:
    if as_json:
        print_json(page)
        return
    if not page["items"]:
        note(run.say("label.empty_queue" if of_queue else "label.empty_list"))
        return
    from aduan_client.views.lists import case_list, queue_list

    table = queue_list if of_queue else case_list
    show(table(page["items"], run.say, run.zone(profile), shutil.get_terminal_size().columns))
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


def timeline(ctx: typer.Context, ticket: Ticket, as_json: AsJson = False) -> None:
    """Show who did what with a case, and what it changed."""
    run = run_of(ctx)
    profile = run.profile()
    zone = run.zone(profile)
    page = run.api(profile).about(ticket_of(ticket), "timeline")
    if as_json:
        print_json(page)
        return
    from aduan_client.views.timeline import timeline_table

    show(timeline_table(page.get("items") or [], run.say, zone))


def sla(
    ctx: typer.Context,
    ticket: Ticket,
    days: Annotated[bool, typer.Option("--days", "--hari", help="option.sla_days")] = False,
    as_json: AsJson = False,
) -> None:
    """Show why each deadline of a case is when it is, day by day."""
    run = run_of(ctx)
    found = run.api(run.profile()).about(ticket_of(ticket), "sla")
    if as_json:
        print_json(found)
        return
    from aduan_client.views.clocks import clock_sheet

    show(clock_sheet(found.get("clocks") or [], run.say, days=days))


def similar(ctx: typer.Context, ticket: Ticket, as_json: AsJson = False) -> None:
    """Show cases that may be about the same thing. Nothing is merged by looking."""
    run = run_of(ctx)
    profile = run.profile()
    zone = run.zone(profile)
    page: Any = run.api(profile).about(ticket_of(ticket), "similar")
    if as_json:
        print_json(page)
        return
    if not page.get("items"):
        note(run.say("label.nothing_similar"))
        return
    from aduan_client.views.lists import similar_list

    show(similar_list(page["items"], run.say, zone))
