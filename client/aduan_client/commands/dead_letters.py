"""`aduan dlq`: what five tries did not deliver, and another try when the fault is mended."""

from typing import Annotated
from urllib.parse import quote

import typer

from aduan_client.commands.options import AsJson
from aduan_client.commands.typed import coded
from aduan_client.output import note, print_json, show
from aduan_client.run import run_of

DEAD_LETTERS = "/v1/dead-letters"
# Each request moves for some twelve seconds.
GO_ON = 20


def listed(
    ctx: typer.Context,
    tickets: Annotated[bool, typer.Option("--tickets", "--tiket", help="option.dlq_tickets")] = False,
    as_json: AsJson = False,
) -> None:
    """Show how many dead letters each queue has, when no other command was named."""
    if ctx.invoked_subcommand:
        return
    run = run_of(ctx)
    profile = run.profile()
    zone = run.zone(profile)
    page = run.api(profile).get(DEAD_LETTERS, {"tickets": "1"} if tickets else None)
    if as_json:
        print_json(page)
        return
    from aduan_client.views.dead_letters import dead_letter_list

    show(dead_letter_list(page["items"], run.say, zone))
    if not any(item.get("waiting") for item in page["items"]):
        note(run.say("label.no_dead_letters"))


def redrive(
    ctx: typer.Context,
    queue: Annotated[str, typer.Argument(metavar="ANTREAN", help="argument.queue")],
    as_json: AsJson = False,
) -> None:
    """Send the dead letters of a queue back to it, going on while some are left."""
    run = run_of(ctx)
    name = str(coded("queue", queue, run.say))
    api = run.api(run.profile())
    result, moved = {"more": True}, 0
    for _ in range(GO_ON):
        result = api.send("POST", f"{DEAD_LETTERS}/{quote(name, safe='')}/redrive")
        moved += result["moved"]
        if not (result["more"] and result["moved"]):
            break
    if as_json:
        print_json({**result, "moved": moved})
        return
    show(run.say("done.redriven", queue=name, count=moved))
    if result["more"]:
        note(run.say("done.redriving"))
