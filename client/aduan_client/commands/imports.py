"""`aduan import`: take a city's spreadsheet over, checked first, resumable, each row once."""

import csv
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.resources import files
from itertools import islice
from pathlib import Path
from typing import Annotated, Any

import typer

from aduan_client import refusals
from aduan_client.commands.options import AsJson
from aduan_client.errors import ClientError, ExitCode, UsageError
from aduan_client.imports import cells, journal, mapping, sheet
from aduan_client.imports.convert import Converter, Fault, Prepared, source_of
from aduan_client.imports.journal import Journal
from aduan_client.imports.mapping import SheetMap
from aduan_client.imports.sending import Refused, SharedTokens, Summary, Workers
from aduan_client.localised import sentence
from aduan_client.names import fold
from aduan_client.output import note, print_json, show
from aduan_client.progress import rows as row_progress
from aduan_client.run import Run, run_of

SHOWN = 50  # faults shown; a report file has all of them
EXAMPLE = "contoh_peta.toml"
MOST_WORKERS = 16


def import_sheet(
    ctx: typer.Context,
    file: Annotated[Path | None, typer.Argument(metavar="BERKAS", help="argument.sheet")] = None,
    map_file: Annotated[Path | None, typer.Option("--map", "--peta", metavar="PETA", help="option.map")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", "--uji", help="option.import_dry_run")] = False,
    report: Annotated[Path | None, typer.Option("--report", "--laporan", help="option.import_report")] = None,
    leave_out: Annotated[bool, typer.Option("--skip-faulty", "--lewati-salah", help="option.skip_faulty")] = False,
    recheck: Annotated[bool, typer.Option("--recheck", "--periksa-ulang", help="option.recheck")] = False,
    workers: Annotated[int, typer.Option("--workers", "--pekerja", min=1, max=MOST_WORKERS, help="option.workers")] = 4,
    example: Annotated[bool, typer.Option("--example-map", "--contoh-peta", help="option.example_map")] = False,
    as_json: AsJson = False,
) -> None:
    """Check every row, then enter those that are not in yet."""
    if example:
        typer.echo(files("aduan_client.imports").joinpath(EXAMPLE).read_text("utf-8"), nl=False)
        return
    run = run_of(ctx)
    if file is None or map_file is None:
        raise UsageError("error.import_needs")
    plan = mapping.load(map_file)
    _columns_there(file, plan)
    profile = run.profile()
    from aduan_client import auth
    from aduan_client.api import Api

    session = SharedTokens(auth.Session(profile, run.folder()))
    place = cells.of_city(Api(profile, session).get("/v1/city"))
    now = datetime.now(UTC)

    faults: list[Fault] = []
    good = sum(1 for _ in _prepared(file, plan, Converter(plan, place, now), faults))
    bad = len({fault.line for fault in faults})
    if report is not None:
        _write_report(report, faults, run)
    if dry_run or (faults and not leave_out):
        _report_check(run, good, bad, faults, as_json)
        if faults:
            raise ClientError("error.import_faults", ExitCode.REFUSED, count=bad, total=good + bad)
        return

    with (
        Journal(journal.path_of(run.folder(), profile.name, profile.api, plan.id)) as done,
        row_progress(run.say("progress.import"), good, "") as progress,
    ):
        if recheck:
            done.forget()

        def moved(summary: Summary, count: int) -> None:
            progress.advance(count, note=_counted(run, summary))

        team = Workers(lambda: Api(profile, session), done, count=workers, moved=moved)
        try:
            team.send(_prepared(file, plan, Converter(plan, place, now), []))
        except KeyboardInterrupt:
            note(run.say("error.import_stopped", reason=run.say("label.interrupted"), done=len(done), total=good))
            raise
        except ClientError as error:
            reason = sentence(error, run.say).rstrip(".")
            raise ClientError(
                "error.import_stopped", error.code, reason=reason, done=team.summary.confirmed, total=good
            ) from None
    _finished(run, plan, team.summary, bad, as_json)


def _prepared(file: Path, plan: SheetMap, converter: Converter, faults: list[Fault]) -> Iterator[Prepared]:
    """The rows that can be entered; what is wrong with the others is added to `faults`."""
    for row in sheet.rows(file, plan.form):
        found = converter.convert(row)
        if isinstance(found, Prepared):
            yield found
        else:
            faults += found


def _columns_there(file: Path, plan: SheetMap) -> None:
    """UsageError for the first column the mapping names and the file has not."""
    there = sheet.columns(file, plan.form)
    for name in plan.needed_columns():
        if name not in there:
            # Capitals and spaces are told apart in the file, so the likely one is named.
            meant = next((one for one in there if fold(one) == fold(name)), None)
            raise UsageError("error.no_column", name=name, names=meant or ", ".join(there))


def _report_check(run: Run, good: int, bad: int, faults: list[Fault], as_json: bool) -> None:
    if as_json:
        print_json({"good": good, "bad": bad, "faults": [_as_json(fault, run) for fault in faults]})
        return
    if faults:
        from aduan_client.views.imports import fault_table

        show(fault_table(list(islice(faults, SHOWN)), run.say))
        if len(faults) > SHOWN:
            note(run.say("label.more_faults", count=len(faults) - SHOWN))
    show(run.say("done.checked", good=good, bad=bad))


def _finished(run: Run, plan: SheetMap, summary: Summary, bad: int, as_json: bool) -> None:
    refused = [_refusal(one, plan, run) for one in sorted(summary.refused, key=lambda one: one.row.line)]
    if as_json:
        counts: dict[str, Any] = {name: getattr(summary, name) for name in ("rows", "created", "existing", "skipped")}
        print_json({**counts, "left_out": bad, "refused": [_as_json(fault, run) for fault in refused]})
    else:
        if refused:
            from aduan_client.views.imports import fault_table

            show(fault_table(refused[:SHOWN], run.say))
        show(run.say("done.imported", total=summary.rows, counts=_counted(run, summary)))
        if bad:
            note(run.say("label.left_out", count=bad))
    if refused:
        raise ClientError("error.import_refused", ExitCode.REFUSED, count=len(refused))


def _refusal(refused: Refused, plan: SheetMap, run: Run) -> Fault:
    """A refusal as a fault of the column its field came from."""
    error = refused.error
    column = source_of(str(error.extra.get("field") or ""), refused.row, plan)
    said = error.detail if run.say.language == refusals.SPOKEN else None
    return Fault(refused.row.line, column, "fault.refused", said or refusals.api_sentence(error, run.say))


def _counted(run: Run, summary: Summary) -> str:
    return run.say(
        "label.import_counts",
        created=summary.created,
        existing=summary.existing + summary.skipped,
        refused=len(summary.refused),
    )


def _as_json(fault: Fault, run: Run) -> dict[str, Any]:
    return {"line": fault.line, "column": fault.column, "problem": run.say(fault.key, detail=fault.detail)}


def _write_report(path: Path, faults: list[Fault], run: Run) -> None:
    """All faults as CSV, one a line."""
    try:
        with path.open("w", encoding="utf-8-sig", newline="") as out:
            writer = csv.writer(out)
            writer.writerow([run.say("label.line"), run.say("label.column"), run.say("label.problem")])
            writer.writerows(
                [fault.line, fault.column or "", run.say(fault.key, detail=fault.detail)] for fault in faults
            )
    except OSError:
        raise UsageError("error.cannot_write", path=path) from None
