"""The actions of a case, one command each. Which of them is allowed when, the API says."""

import uuid
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer

from aduan_client.commands.acting import act, attempted, found_ids, report
from aduan_client.commands.options import (
    Address,
    Anonymous,
    AsJson,
    Category,
    Class,
    Department,
    File,
    Kelurahan,
    Lat,
    Lon,
    Note,
    Reason,
    Secret,
    Text,
    Ticket,
    Version,
)
from aduan_client.commands.typed import class_code, coded, given, place_of, required, ticket_of
from aduan_client.errors import UsageError
from aduan_client.run import Run, run_of
from aduan_client.texts import text_of


def verify(
    ctx: typer.Context,
    ticket: Ticket,
    class_: Class = None,
    category: Category = None,
    note: Note = None,
    version: Version = None,
    as_json: AsJson = False,
) -> None:
    """Confirm that the case is one, with its class and category if they are to change."""
    data = given(class_=class_code(class_), category=category, note=note)
    act(run_of(ctx), "verify", ticket, data, version=version, as_json=as_json)


def assign(
    ctx: typer.Context,
    ticket: Ticket,
    department: Department = None,
    note: Note = None,
    version: Version = None,
    as_json: AsJson = False,
) -> None:
    """Hand the case to a department."""
    data = given(department=required(department, "--department"), note=note)
    act(run_of(ctx), "assign", ticket, data, version=version, as_json=as_json)


def transfer(
    ctx: typer.Context,
    ticket: Ticket,
    department: Department = None,
    note: Note = None,
    file: File = None,
    version: Version = None,
    as_json: AsJson = False,
) -> None:
    """Hand the case to another department, saying why."""
    run = run_of(ctx)
    data = {
        "department": required(department, "--department"),
        "note": _written(run, note, file, ticket, "error.note_missing"),
    }
    act(run, "transfer", ticket, data, version=version, as_json=as_json)


def start(
    ctx: typer.Context, ticket: Ticket, note: Note = None, version: Version = None, as_json: AsJson = False
) -> None:
    """Begin the work."""
    act(run_of(ctx), "start", ticket, given(note=note), version=version, as_json=as_json)


def wait(
    ctx: typer.Context,
    ticket: Ticket,
    text: Text = None,
    file: File = None,
    version: Version = None,
    as_json: AsJson = False,
) -> None:
    """Ask the reporter something and wait for the answer."""
    run = run_of(ctx)
    act(run, "wait", ticket, {"text": _written(run, text, file, ticket)}, version=version, as_json=as_json)


def resume(
    ctx: typer.Context, ticket: Ticket, note: Note = None, version: Version = None, as_json: AsJson = False
) -> None:
    """Go on with a case that waited."""
    act(run_of(ctx), "resume", ticket, given(note=note), version=version, as_json=as_json)


def respond(
    ctx: typer.Context,
    ticket: Ticket,
    text: Text = None,
    file: File = None,
    version: Version = None,
    as_json: AsJson = False,
) -> None:
    """Answer the reporter."""
    run = run_of(ctx)
    act(run, "respond", ticket, {"text": _written(run, text, file, ticket)}, version=version, as_json=as_json)


def close(
    ctx: typer.Context, ticket: Ticket, note: Note = None, version: Version = None, as_json: AsJson = False
) -> None:
    """Close the case."""
    act(run_of(ctx), "close", ticket, given(note=note), version=version, as_json=as_json)


def reject(
    ctx: typer.Context,
    ticket: Ticket,
    reason: Reason = None,
    note: Note = None,
    version: Version = None,
    as_json: AsJson = False,
) -> None:
    """Reject the case with one of the reasons."""
    run = run_of(ctx)
    data = given(reason=coded("reason", required(reason, "--reason"), run.say), note=note)
    act(run, "reject", ticket, data, version=version, as_json=as_json)


def reopen(
    ctx: typer.Context,
    ticket: Ticket,
    note: Note = None,
    file: File = None,
    version: Version = None,
    as_json: AsJson = False,
) -> None:
    """Open the case again, saying why."""
    run = run_of(ctx)
    act(
        run,
        "reopen",
        ticket,
        {"note": _written(run, note, file, ticket, "error.note_missing")},
        version=version,
        as_json=as_json,
    )


def merge(
    ctx: typer.Context,
    ticket: Ticket,
    into: Annotated[str | None, typer.Option("--into", "--duplicate-of", "--ke", help="option.into")] = None,
    note: Note = None,
    version: Version = None,
    as_json: AsJson = False,
) -> None:
    """Say that the case is a duplicate of another one, which goes on for both."""
    data = given(duplicate_of=ticket_of(required(into, "--into")), note=note)
    act(run_of(ctx), "merge", ticket, data, version=version, as_json=as_json)


def extend(
    ctx: typer.Context,
    ticket: Ticket,
    clock: Annotated[str | None, typer.Option("--clock", "--tenggat", help="option.clock")] = None,
    note: Note = None,
    file: File = None,
    version: Version = None,
    as_json: AsJson = False,
) -> None:
    """Give a deadline more time, saying why."""
    run = run_of(ctx)
    data = {
        "clock": coded("clock", required(clock, "--clock"), run.say),
        "note": _written(run, note, file, ticket, "error.note_missing"),
    }
    act(run, "extend", ticket, data, version=version, as_json=as_json)


def add_note(
    ctx: typer.Context,
    ticket: Ticket,
    text: Text = None,
    file: File = None,
    version: Version = None,
    as_json: AsJson = False,
) -> None:
    """Write a note for colleagues; the reporter does not see it."""
    run = run_of(ctx)
    act(run, "note", ticket, {"text": _written(run, text, file, ticket)}, version=version, as_json=as_json)


def attach(
    ctx: typer.Context,
    ticket: Ticket,
    files: Annotated[list[Path], typer.Argument(metavar="BERKAS...", help="argument.attachment")],
    version: Version = None,
    as_json: AsJson = False,
) -> None:
    """Send one or more files to the case."""
    from aduan_client import uploads

    run = run_of(ctx)
    ticket = ticket_of(ticket)
    for file in files:
        uploads.description(file)  # what cannot be read is said before anything is sent
    api = run.api(run.profile())
    case: Any = None
    for file in files:
        send = partial(uploads.attach, api, ticket, file, version, str(uuid.uuid4()))
        case = attempted(send, run, ticket, "attach")
        version = case.get("version") if version is not None else None
    report(run, "attach", case, as_json)


def change(
    ctx: typer.Context,
    ticket: Ticket,
    class_: Class = None,
    category: Category = None,
    address: Address = None,
    kelurahan: Kelurahan = None,
    lat: Lat = None,
    lon: Lon = None,
    anonymous: Anonymous = None,
    secret: Secret = None,
    version: Version = None,
    as_json: AsJson = False,
) -> None:
    """Change the class, the category, the place or the flags."""
    run = run_of(ctx)
    changes = given(class_=class_code(class_), category=category, anonymous=anonymous, secret=secret)
    place = place_of(lat, lon, address=address, kelurahan=kelurahan)
    if not changes and not place:
        raise UsageError("error.nothing_to_change")
    if place:
        # A place is replaced as a whole. What is not named stays, as it was in the version read here.
        api = run.api(run.profile())
        if kelurahan is not None:
            place |= found_ids(api, {"kelurahan": kelurahan})
        case = api.complaint(ticket_of(ticket))
        version = case.get("version") if version is None else version
        changes["location"] = {**(case.get("location") or {}), **place}
    act(run, "set", ticket, {"changes": changes}, version=version, as_json=as_json)


def _written(run: Run, text: str | None, file: Path | None, ticket: str, missing: str = "error.text_missing") -> str:
    return text_of(text, file, run.say("label.editor_hint", ticket=ticket_of(ticket)), missing=missing) or ""
