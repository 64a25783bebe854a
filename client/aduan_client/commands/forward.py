"""`aduan forward settle`: a person decides what the network left open."""

from typing import Annotated

import typer

from aduan_client.commands.options import AsJson, Ticket
from aduan_client.commands.typed import ticket_of
from aduan_client.errors import UsageError
from aduan_client.output import print_json, show
from aduan_client.run import run_of


def settle(
    ctx: typer.Context,
    ticket: Ticket,
    arrived: Annotated[str | None, typer.Option("--arrived", help="option.arrived")] = None,
    resend: Annotated[bool, typer.Option("--resend", help="option.resend")] = False,
    as_json: AsJson = False,
) -> None:
    """Settle an ambiguous filing: it arrived under this id, or it is to be sent again."""
    run = run_of(ctx)
    complaint_id = (arrived or "").strip()
    if bool(complaint_id) == resend:
        raise UsageError("error.settle_choice")
    ticket = ticket_of(ticket)
    api = run.api(run.profile())
    version = api.complaint(ticket).get("version")
    if resend:
        result = api.action(ticket, "forward", {"decision": "resend"}, version)
        sentence = run.say("done.settled_resend", ticket=ticket)
    else:
        body = {"decision": "arrived", "complaint_id": complaint_id}
        result = api.action(ticket, "forward", body, version)
        sentence = run.say("done.settled_arrived", ticket=ticket, complaint_id=complaint_id)
    if as_json:
        print_json(result)
    else:
        show(sentence)
