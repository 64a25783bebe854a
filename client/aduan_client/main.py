"""`aduan`: the programme and the names of its commands."""

import os
from collections.abc import Callable
from typing import Annotated

import typer

from aduan_client.commands import cases, city, counts, forward, session
from aduan_client.errors import UsageError
from aduan_client.localised import ENGLISH_NAMES, Command, Group, Programme
from aduan_client.run import Run
from aduan_client.words import LANGUAGES, Words, language

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


def _add(group: typer.Typer, name: str, function: Callable[..., None], help_key: str) -> None:
    for one in _names(name):
        group.command(one, help=help_key, cls=Command)(function)


def _group(name: str, help_key: str) -> typer.Typer:
    group = typer.Typer(cls=Group, no_args_is_help=True)
    for one in _names(name):
        app.add_typer(group, name=one, help=help_key)
    return group


_add(app, "login", session.login, "help.login")
_add(app, "logout", session.logout, "help.logout")
_add(app, "daftar", cases.list_cases, "help.list")
_add(app, "lihat", cases.show_case, "help.show")
_add(app, "ledger", counts.ledger, "help.ledger")
_add(app, "karantina", counts.quarantine, "help.quarantine")

_city = _group("kota", "help.city")
_add(_city, "lihat", city.show_city, "help.city_show")
_add(_city, "terapkan", city.apply_city, "help.city_apply")

_forward = _group("teruskan", "help.forward")
_add(_forward, "putuskan", forward.settle, "help.forward_settle")
