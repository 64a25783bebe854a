"""`aduan city show` and `aduan city apply`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from aduan_client.commands.options import AsJson, Yes
from aduan_client.errors import ClientError, ExitCode, UsageError
from aduan_client.output import note, print_json, print_text, show
from aduan_client.run import agreed, ask, run_of
from aduan_client.words import Words

if TYPE_CHECKING:
    from aduan_client.api import Api


def show_city(
    ctx: typer.Context,
    as_toml: Annotated[bool, typer.Option("--toml", help="option.toml")] = False,
    as_json: AsJson = False,
) -> None:
    """Show the configuration in force; with --toml the file it was applied from, to edit and apply again."""
    run = run_of(ctx)
    if as_toml and as_json:
        raise UsageError("error.toml_or_json")
    profile = run.profile()
    zone = run.zone(profile)
    city = run.api(profile).get("/v1/city")
    if as_json:
        print_json(city)
        return
    if as_toml:
        print_text(city.get("toml") or "")
        return
    from aduan_client.views.city import city_sheet

    show(city_sheet(city, run.say, zone))


def apply_city(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="BERKAS", help="argument.city_file")],
    yes: Yes = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="option.dry_run")] = False,
    as_json: AsJson = False,
) -> None:
    """Have a file checked, show what it would change, ask, and put it in force."""
    run = run_of(ctx)
    if as_json and not (yes or dry_run):
        raise UsageError("error.json_needs_yes")
    api = run.api(run.profile())
    put_in_force(api, _text(file), run.say, path=str(file), yes=yes, dry_run=dry_run, as_json=as_json)


def put_in_force(
    api: "Api",
    toml: str,
    say: Words,
    *,
    path: str,
    yes: bool,
    dry_run: bool,
    as_json: bool,
    version: int | None = None,
) -> bool:
    """Have a configuration checked, show what it changes, ask, and apply it; whether it was applied.

    `version`: the one it was edited from; the API refuses (412) when another is in force."""
    body = {"toml": toml}
    check = api.send("POST", "/v1/city/check", body=body)
    errors, changes = check.get("errors") or [], check.get("changes") or []
    if errors:
        _report_errors(errors, as_json, say)
        raise ClientError("error.city_file", ExitCode.REFUSED, path=path, count=len(errors))
    if not as_json:
        _report_changes(changes, say)
    for warning in check.get("warnings") or []:
        note(warning)
    if dry_run or not changes:
        if as_json:
            print_json({"applied": False, "changes": changes})
        return False
    if not yes:
        _confirm(len(changes), say)
    result = api.send("PUT", "/v1/city", body=body, version=version)
    applied, now_in_force = result.get("changes", changes), result.get("version")
    if as_json:
        print_json({"applied": True, "changes": applied, "version": now_in_force})
    elif now_in_force is None:
        show(say("done.applied", count=len(applied)))
    else:
        show(say("done.applied_version", count=len(applied), version=now_in_force))
    return True


def _text(file: Path) -> str:
    try:
        return file.read_text("utf-8")
    except UnicodeDecodeError:
        raise UsageError("error.not_utf8", path=file) from None
    except OSError:
        raise UsageError("error.file", path=file) from None


def _confirm(count: int, say: Words) -> None:
    answer = ask(say("ask.apply", count=count))
    if answer is None:
        raise UsageError("error.no_answer")
    if not agreed(answer):
        raise ClientError("error.aborted")


def _report_errors(errors: list[Any], as_json: bool, say: Words) -> None:
    if as_json:
        print_json({"applied": False, "errors": errors})
        return
    from aduan_client.views.city import errors_table

    show(errors_table(errors, say))


def _report_changes(changes: list[Any], say: Words) -> None:
    if not changes:
        show(say("done.nothing_changed"))
        return
    from aduan_client.views.city import changes_table

    show(changes_table(changes, say))
