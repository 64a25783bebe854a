"""Doing something with a case: what every action has in common, and what to say when it is refused."""

import uuid
from collections.abc import Callable, Mapping
from datetime import tzinfo
from typing import TYPE_CHECKING, Any

from aduan_client import names
from aduan_client.commands.typed import ticket_of
from aduan_client.errors import ApiError, ClientError, ExitCode
from aduan_client.formats import when
from aduan_client.output import print_json, show
from aduan_client.patience import patiently
from aduan_client.run import Run
from aduan_client.words import Words, command_name

if TYPE_CHECKING:
    from aduan_client.api import Api


# What people name, the city's list of it, and the sentence for one that is not there.
LISTS = {
    "department": ("departments", "error.department"),
    "category": ("categories", "error.category"),
    "kelurahan": ("kelurahan", "error.kelurahan"),
}


def act(
    run: Run, action: str, ticket: str, data: Mapping[str, Any], *, version: int | None = None, as_json: bool = False
) -> None:
    """Take an action with a case and say what came of it.

    `version` is the one the person saw; the API refuses (412) when the case has moved on since.
    """
    profile = run.profile()
    api, ticket = run.api(profile), ticket_of(ticket)
    key = str(uuid.uuid4())  # the same for every try: whatever got lost, it is done once
    case = attempted(
        lambda: patiently(lambda: api.action(ticket, action, _found(api, data), version, key=key)),
        run,
        ticket,
        action,
    )
    report(run, action, case, as_json)


def attempted(call: Callable[[], Any], run: Run, ticket: str, action: str) -> Any:
    """The outcome of an action; a 409 or 412 becomes a sentence that says how to go on."""
    try:
        return call()
    except ApiError as error:
        zone = run.zone(run.profile())
        raise refusal(error, ticket, action, run.say, zone) from None


def refusal(error: ApiError, ticket: str, action: str, say: Words, zone: tzinfo) -> ClientError:
    """What a refused action is to be told as: who changed what meanwhile, or what is allowed now."""
    if error.status == 412:
        return ClientError(
            "error.stale",
            ExitCode.CONFLICT,
            ticket=ticket,
            change=_last_change(error.extra.get("last_change"), say, zone),
            show=command_name("show", say.language),
            version=error.extra.get("version") or say("label.none"),
        )
    allowed = error.extra.get("allowed")
    if error.status == 409 and isinstance(allowed, list):
        words = ", ".join(command_name(str(one), say.language) for one in allowed)
        return ClientError(
            "error.move" if allowed else "error.no_move",
            ExitCode.CONFLICT,
            ticket=ticket,
            status=say.term("status", error.extra.get("case_status")),
            action=command_name(action, say.language),
            allowed=words,
        )
    return error


def report(run: Run, action: str, case: Mapping[str, Any], as_json: bool) -> None:
    """Say what a case has become."""
    if as_json:
        print_json(case)
        return
    show(
        run.say(
            "done.acted",
            ticket=case.get("ticket"),
            event=run.say.term("event", action),
            status=run.say.term("status", case.get("status")),
            version=case.get("version"),
        )
    )


def _found(api: "Api", data: Mapping[str, Any]) -> dict[str, Any]:
    """The data with departments and categories by their ids and another case by its whole ticket, however they were
    typed."""
    changes = data.get("changes")
    if isinstance(changes, Mapping):
        return {**data, "changes": _found(api, changes)}
    if data.get("duplicate_of"):
        data = {**data, "duplicate_of": api.ticket(data["duplicate_of"])}
    named = [name for name in ("department", "category") if data.get(name)]
    if not named:
        return dict(data)
    return {**data, **found_ids(api, {name: data[name] for name in named})}


def found_ids(api: "Api", typed: Mapping[str, str]) -> dict[str, str]:
    """The ids of a `department`, a `category` and a `kelurahan` as typed; UsageError naming close ones."""
    try:
        city = api.get("/v1/city")
    except ApiError:
        return dict(typed)  # no configuration, or none this role may read: the API knows what it accepts
    found = {}
    for name, word in typed.items():
        list_, key = LISTS[name]
        found[name] = names.needed(names.of_city(city, list_), word, key)
    return found


def _last_change(change: object, say: Words, zone: tzinfo) -> str:
    if not isinstance(change, Mapping):
        return say("label.change_unknown")
    return say(
        "label.change",
        actor=say.who(change.get("actor")),
        event=say.did(change.get("type"), change.get("actor")),
        at=when(change.get("at"), zone, say.language),
    )
