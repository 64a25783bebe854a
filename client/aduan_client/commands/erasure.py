"""`aduan erase`: remove a person, as the law on personal data lets him ask (UU 27/2022)."""

from collections.abc import Callable, Mapping
from datetime import tzinfo
from typing import TYPE_CHECKING, Annotated, Any

import typer

from aduan_client.commands.options import AsJson, Phone, Reason, Yes
from aduan_client.commands.typed import given, phone_number, required, ticket_of
from aduan_client.errors import ClientError, UsageError
from aduan_client.formats import clean
from aduan_client.output import note, print_json, show
from aduan_client.run import Run, ask, run_of
from aduan_client.words import Words

if TYPE_CHECKING:
    from aduan_client.api import Api

ERASURES = "/v1/erasures"
# Each request erases for some twenty seconds; what is left after so many is the night's.
GO_ON = 10


def erase(
    ctx: typer.Context,
    phone: Phone = None,
    handle: Annotated[str | None, typer.Option("--handle", help="option.handle")] = None,
    ticket: Annotated[str | None, typer.Option("--ticket", "--tiket", help="option.erase_ticket")] = None,
    reason: Reason = None,
    dry: Annotated[bool, typer.Option("--dry-run", "--uji", help="option.erase_dry_run")] = False,
    log: Annotated[bool, typer.Option("--log", "--riwayat", help="option.erase_log")] = False,
    yes: Yes = False,
    as_json: AsJson = False,
) -> None:
    """Erase a person from all cases, after showing what goes and asking; with --log what was erased before."""
    run = run_of(ctx)
    profile = run.profile()
    api = run.api(profile)
    if log:
        _log(api, run, run.zone(profile), as_json)
        return
    person = given(phone=phone_number(phone), handle=handle, ticket=ticket_of(ticket) if ticket is not None else None)
    if len(person) != 1:
        raise UsageError("error.erase_whom")
    if dry:
        counted = api.send("POST", ERASURES, params={"dry": "1"}, body={**person, "reason": reason or "-"})
        print_json(counted) if as_json else _counts(counted, run.say)
        return
    body = {**person, "reason": required(reason, "--reason")}
    if not yes:
        _counts(api.send("POST", ERASURES, params={"dry": "1"}, body=body), run.say, to=note)
        _agreed(next(iter(person.values())), run.say)
    result = _erased(api, body)
    if as_json:
        print_json(result)
        return
    show(run.say("done.erased", count=result.get("cases", 0)))
    if left := result.get("remaining"):
        note(run.say("done.erasing", count=left))
    _rest(result, run.say, show)


def _log(api: "Api", run: Run, zone: tzinfo, as_json: bool) -> None:
    page = api.listing(ERASURES)
    if as_json:
        print_json(page)
    elif not page["items"]:
        note(run.say("label.no_erasures"))
    else:
        from aduan_client.views.erasures import erasure_list

        show(erasure_list(page["items"], run.say, zone))


def _agreed(who: str, say: Words) -> None:
    """Ask for the word; anything else ends the command."""
    word = say("label.erase_word")
    answer = ask(say("ask.erase", who=who, word=word))
    if answer is None:
        raise UsageError("error.no_answer")
    if answer.casefold() != word.casefold():
        raise ClientError("error.aborted")


def _erased(api: "Api", body: Mapping[str, Any]) -> dict[str, Any]:
    """Erase, going on while something is left."""
    result: dict[str, Any] = api.send("POST", ERASURES, body=body)
    for _ in range(GO_ON):
        if not result.get("remaining"):
            break
        result = api.send("POST", ERASURES, body=body)
    return result


def _counts(found: Mapping[str, Any], say: Words, to: Callable[[str], None] = show) -> None:
    names = ("cases", "messages", "files", "payloads")
    to(say("label.erasure_counts", **{name: found.get(name, 0) for name in names}))
    if found.get("complete") is False:
        to(say("label.erasure_incomplete"))
    _rest(found, say, to)


def _rest(found: Mapping[str, Any], say: Words, to: Callable[[str], None]) -> None:
    """What the city cannot do by itself: the copy at SP4N-LAPOR!, and the limits the API states."""
    if numbers := found.get("lapor"):
        to(say("label.erasure_lapor", numbers=", ".join(map(str, numbers))))
    if limits := found.get("limits"):
        to(say("label.erasure_limits"))
        for one in limits:
            to(f"  - {clean(str(one))}")
