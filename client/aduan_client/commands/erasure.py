"""`aduan erase`: remove a person, as the law on personal data lets him ask (UU 27/2022)."""

from typing import Annotated

import typer

from aduan_client.commands.options import AsJson, Phone, Reason, Yes
from aduan_client.commands.typed import given, phone_number, required, ticket_of
from aduan_client.errors import ClientError, UsageError
from aduan_client.output import note, print_json, show
from aduan_client.run import ask, run_of


def erase(
    ctx: typer.Context,
    phone: Phone = None,
    handle: Annotated[str | None, typer.Option("--handle", help="option.handle")] = None,
    ticket: Annotated[str | None, typer.Option("--ticket", "--tiket", help="option.erase_ticket")] = None,
    reason: Reason = None,
    log: Annotated[bool, typer.Option("--log", "--riwayat", help="option.erase_log")] = False,
    yes: Yes = False,
    as_json: AsJson = False,
) -> None:
    """Erase a person from all cases, after asking; with --log show what was erased before."""
    run = run_of(ctx)
    profile = run.profile()
    api = run.api(profile)
    if log:
        page = api.listing("/v1/erasures")
        if as_json:
            print_json(page)
        elif not page["items"]:
            note(run.say("label.no_erasures"))
        else:
            from aduan_client.views.erasures import erasure_list

            show(erasure_list(page["items"], run.say, run.zone(profile)))
        return
    person = given(phone=phone_number(phone), handle=handle, ticket=ticket_of(ticket) if ticket is not None else None)
    if len(person) != 1:
        raise UsageError("error.erase_whom")
    body = {**person, "reason": required(reason, "--reason")}
    if not yes:
        word = run.say("label.erase_word")
        answer = ask(run.say("ask.erase", who=next(iter(person.values())), word=word))
        if answer is None:
            raise UsageError("error.no_answer")
        if answer.casefold() != word.casefold():
            raise ClientError("error.aborted")
    result = api.send("POST", "/v1/erasures", body=body)
    if as_json:
        print_json(result)
    else:
        count = result.get("cases") if isinstance(result, dict) else None
        show(run.say("done.erased", count=count if count is not None else run.say("label.none")))
