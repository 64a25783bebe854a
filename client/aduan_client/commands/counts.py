"""`aduan ledger` and `aduan quarantine`."""

import typer

from aduan_client.commands.options import All, AsJson, Cursor, Limit
from aduan_client.commands.typed import wanted
from aduan_client.errors import ClientError
from aduan_client.output import note, print_json, show
from aduan_client.run import run_of


def ledger(ctx: typer.Context, as_json: AsJson = False) -> None:
    """Show the no-loss count, and fail if it does not add up (so that a script may watch it)."""
    from aduan_client.views.counts import imbalances, ledger_sheet

    run = run_of(ctx)
    counts = run.api(run.profile()).get("/v1/ledger")
    if as_json:
        print_json(counts)
    else:
        show(ledger_sheet(counts, run.say))
    wrong = imbalances(counts, run.say)
    if wrong:
        raise ClientError("error.ledger", what=", ".join(wrong))


def quarantine(
    ctx: typer.Context,
    limit: Limit = 50,
    everything: All = False,
    cursor: Cursor = None,
    as_json: AsJson = False,
) -> None:
    """List what was authentic but could not be read."""
    run = run_of(ctx)
    profile = run.profile()
    zone = run.zone(profile)
    page = run.api(profile).listing("/v1/quarantine", limit=wanted(limit, everything), cursor=cursor)
    if as_json:
        print_json(page)
        return
    if not page["items"]:
        note(run.say("label.empty_quarantine"))
        return
    from aduan_client.views.counts import quarantine_list

    show(quarantine_list(page["items"], run.say, zone))
    if page["next"]:
        note(run.say("done.more"))
