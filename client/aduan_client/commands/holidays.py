"""`aduan city holidays`: the dated entries of the city's calendar, and editing them."""

from collections.abc import Callable
from datetime import date
from typing import Annotated, Any

import typer

from aduan_client import holidays
from aduan_client.commands.city import put_in_force
from aduan_client.commands.options import AsJson, Yes
from aduan_client.errors import ClientError, ExitCode, UsageError
from aduan_client.holidays import Holiday
from aduan_client.output import note, print_json, show
from aduan_client.run import Run, run_of
from aduan_client.words import code_of

Day = Annotated[str, typer.Argument(metavar="TANGGAL", help="argument.day")]
Year = Annotated[int | None, typer.Option("--year", "--tahun", help="option.year")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="option.dry_run")]
SOONEST, LATEST = 2000, 2100


def holiday_list(ctx: typer.Context, year: Year = None, as_json: AsJson = False) -> None:
    """Show the entries, year by year, when no other command was named."""
    if ctx.invoked_subcommand:
        return
    run = run_of(ctx)
    answer = run.api(run.profile()).get("/v1/city")
    entries, known = holidays.of_year(answer["city"], year), holidays.years_known(answer["city"])
    if as_json:
        print_json({"version": answer["version"], "years": known, "holidays": entries})
        return
    from aduan_client.views.holidays import holiday_tables

    show(*holiday_tables(entries, run.say))
    asked = year or date.today().year + 1
    if asked not in known:
        note(run.say("label.no_calendar", year=asked))


def add(
    ctx: typer.Context,
    day: Day,
    name: Annotated[str, typer.Argument(metavar="NAMA", help="argument.holiday")],
    kind: Annotated[str, typer.Option("--kind", "--jenis", help="option.kind")],
    source: Annotated[str, typer.Option("--source", "--sumber", help="option.source")],
    hours: Annotated[
        list[str] | None, typer.Option("--hours", "--jam", metavar="<HH:MM-HH:MM>", help="option.hours")
    ] = None,
    verify: Annotated[bool, typer.Option("--verify", "--belum-pasti", help="option.verify")] = False,
    yes: Yes = False,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Add a day that is off, or one that is open although it would be off."""
    entry = Holiday(date=_day(day), name=name, kind=_kind(kind), source=source, hours=tuple(hours or ()), verify=verify)
    _edit(run_of(ctx), lambda toml: holidays.add(toml, [entry]), yes=yes, dry_run=dry_run, as_json=as_json)


def remove(
    ctx: typer.Context,
    day: Day,
    kind: Annotated[str | None, typer.Option("--kind", "--jenis", help="option.kind")] = None,
    yes: Yes = False,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Take an entry away."""
    on, which = _day(day), _kind(kind) if kind else None
    _edit(run_of(ctx), lambda toml: holidays.remove(toml, on, which), yes=yes, dry_run=dry_run, as_json=as_json)


def seed(
    ctx: typer.Context,
    year: Annotated[int, typer.Argument(metavar="TAHUN", min=SOONEST, max=LATEST, help="argument.year")],
    yes: Yes = False,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Propose a year's national holidays, to be verified; cuti bersama are decreed, and not among them."""
    run = run_of(ctx)
    try:
        proposed = holidays.national(year)
    except ImportError:
        raise UsageError("error.no_library") from None
    if not as_json:
        note(run.say("label.seeded", year=year, count=len(proposed)))

    def fill(toml: str) -> str:
        there = {entry["date"] for entry in _public(toml)}
        left = [entry for entry in proposed if entry.date not in there]
        return holidays.add(toml, left, run.say("label.seed_heading", year=year)) if left else toml

    _edit(run, fill, yes=yes, dry_run=dry_run, as_json=as_json)


def _public(toml: str) -> list[dict[str, Any]]:
    import tomllib

    return [entry for entry in tomllib.loads(toml).get("holidays", []) if entry.get("kind") == "public"]


def _edit(run: Run, change: Callable[[str], str], *, yes: bool, dry_run: bool, as_json: bool) -> None:
    """Take the file in force, change its text, and apply it over the version it was taken from."""
    if as_json and not (yes or dry_run):
        raise UsageError("error.json_needs_yes")
    api = run.api(run.profile())
    inforce = api.get("/v1/city")
    try:
        toml = change(inforce["toml"])
    except holidays.Known as error:
        raise ClientError("error.holiday_known", ExitCode.CONFLICT, entry=str(error)) from None
    except holidays.Unknown as error:
        if error.kinds:
            raise UsageError("error.holiday_kinds", kinds=", ".join(error.kinds)) from None
        raise ClientError("error.holiday_unknown", ExitCode.NOT_FOUND) from None
    except holidays.NotEditable:
        raise ClientError("error.holidays_by_hand") from None
    done = put_in_force(
        api,
        toml,
        run.say,
        path="kota.toml",
        yes=yes,
        dry_run=dry_run,
        as_json=as_json,
        version=inforce["version"],
    )
    if done and not as_json:
        note(run.say("label.deadlines_follow"))


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise UsageError("error.day", value=text) from None


def _kind(text: str) -> str:
    code = code_of("holiday", text)
    if code is None:
        raise UsageError("error.word", name=text, names=", ".join(holidays.KINDS))
    return code
