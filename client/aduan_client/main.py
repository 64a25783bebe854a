"""`aduan`: the programme and the names of its commands."""

import os
from collections.abc import Callable
from typing import Annotated

import typer

from aduan_client.commands import (
    actions,
    alerts,
    cases,
    city,
    counts,
    dead_letters,
    erasure,
    evidence,
    export,
    figures,
    forward,
    holidays,
    imports,
    replay,
    report,
    session,
    survey,
)
from aduan_client.errors import UsageError
from aduan_client.localised import Command, Group, Programme
from aduan_client.run import Run
from aduan_client.words import ENGLISH_NAMES, LANGUAGES, Words, language

app = typer.Typer(cls=Programme, name="aduan", help="help.app", epilog="help.exit_codes", no_args_is_help=True)


def _version(asked: bool) -> None:
    if asked:
        from importlib.metadata import version

        typer.echo(f"aduan {version('aduan-client')}")
        raise typer.Exit


@app.callback()
def programme(
    ctx: typer.Context,
    profile: Annotated[str | None, typer.Option("--profile", envvar="ADUAN_PROFILE", help="option.profile")] = None,
    lang: Annotated[str | None, typer.Option("--lang", envvar="ADUAN_LANG", help="option.lang")] = None,
    zone: Annotated[str | None, typer.Option("--zone", help="option.zone")] = None,
    _asked_version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="option.version")
    ] = False,
) -> None:
    """Keep the options of `aduan` itself for the command that follows."""
    if lang and lang.lower()[:2] not in LANGUAGES:
        raise UsageError("error.language")
    say = Words(language(["--lang", lang] if lang else [], os.environ))
    ctx.obj = Run(say=say, profile_name=profile, zone_name=zone)


def _names(name: str) -> tuple[str, ...]:
    return (name, ENGLISH_NAMES[name]) if name in ENGLISH_NAMES else (name,)


def _add(group: typer.Typer, name: str, function: Callable[..., None], help_key: str, panel: str | None = None) -> None:
    for one in _names(name):
        group.command(one, help=help_key, cls=Command, rich_help_panel=panel)(function)


def _group(name: str, help_key: str, panel: str) -> typer.Typer:
    group = typer.Typer(cls=Group, no_args_is_help=True)
    for one in _names(name):
        app.add_typer(group, name=one, help=help_key, rich_help_panel=panel)
    return group


COMMANDS: tuple[tuple[str, tuple[tuple[str, Callable[..., None], str], ...]], ...] = (
    (
        "panel.cases",
        (
            ("lapor", report.report, "help.report"),
            ("antre", cases.queue, "help.queue"),
            ("daftar", cases.list_cases, "help.list"),
            ("lihat", cases.show_case, "help.show"),
            ("penelepon", cases.of_caller, "help.caller"),
            ("linimasa", cases.timeline, "help.timeline"),
            ("tenggat", cases.sla, "help.sla"),
            ("mirip", cases.similar, "help.similar"),
        ),
    ),
    (
        "panel.actions",
        (
            ("verifikasi", actions.verify, "help.verify"),
            ("disposisi", actions.assign, "help.assign"),
            ("alihkan", actions.transfer, "help.transfer"),
            ("mulai", actions.start, "help.start"),
            ("tunggu", actions.wait, "help.wait"),
            ("lanjut", actions.resume, "help.resume"),
            ("jawab", actions.respond, "help.respond"),
            ("selesai", actions.close, "help.close"),
            ("tolak", actions.reject, "help.reject"),
            ("buka-lagi", actions.reopen, "help.reopen"),
            ("gabung", actions.merge, "help.merge"),
            ("perpanjang", actions.extend, "help.extend"),
            ("catat", actions.add_note, "help.note"),
            ("lampirkan", actions.attach, "help.attach"),
            ("ubah", actions.change, "help.set"),
        ),
    ),
    (
        "panel.data",
        (
            ("impor", imports.import_sheet, "help.import"),
            ("ekspor", export.export, "help.export"),
            ("angka", figures.figures, "help.figures"),
            ("bukti", evidence.evidence, "help.evidence"),
            ("survei", survey.survey, "help.survey"),
            ("putar-ulang", replay.replay, "help.replay"),
            ("hapus-data", erasure.erase, "help.erase"),
            ("peringatan", alerts.alerts, "help.alerts"),
            ("ledger", counts.ledger, "help.ledger"),
            ("karantina", counts.quarantine, "help.quarantine"),
        ),
    ),
    (
        "panel.session",
        (
            ("login", session.login, "help.login"),
            ("logout", session.logout, "help.logout"),
        ),
    ),
)

for _panel, _commands in COMMANDS:
    for _name, _function, _help in _commands:
        _add(app, _name, _function, _help, _panel)

_city = _group("kota", "help.city", "panel.data")
_add(_city, "lihat", city.show_city, "help.city_show")
_add(_city, "terapkan", city.apply_city, "help.city_apply")

for _name in _names("libur"):
    _holidays = typer.Typer(cls=Group, invoke_without_command=True, callback=holidays.holiday_list)
    _add(_holidays, "tambah", holidays.add, "help.holidays_add")
    _add(_holidays, "hapus", holidays.remove, "help.holidays_remove")
    _add(_holidays, "isi", holidays.seed, "help.holidays_seed")
    _city.add_typer(_holidays, name=_name, help="help.holidays")

_dlq = typer.Typer(cls=Group, invoke_without_command=True, callback=dead_letters.listed)
_add(_dlq, "ulang", dead_letters.redrive, "help.dlq_redrive")
app.add_typer(_dlq, name="dlq", help="help.dlq", rich_help_panel="panel.data")

_forward = _group("teruskan", "help.forward", "panel.data")
_add(_forward, "putuskan", forward.settle, "help.forward_settle")
