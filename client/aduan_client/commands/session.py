"""`aduan login` and `aduan logout`."""

import os
import sys
from dataclasses import replace
from typing import Annotated

import typer

from aduan_client import config, formats
from aduan_client.config import Profile
from aduan_client.errors import ClientError, UsageError
from aduan_client.output import note, show
from aduan_client.run import Run, ask, run_of
from aduan_client.tokens import delete_tokens, read_tokens, write_tokens


def login(
    ctx: typer.Context,
    username: Annotated[str | None, typer.Option("--as", help="option.as")] = None,
    password_stdin: Annotated[bool, typer.Option("--password-stdin", help="option.password_stdin")] = False,
    api: Annotated[str | None, typer.Option("--api", help="option.api")] = None,
    cognito: Annotated[str | None, typer.Option("--cognito", help="option.cognito")] = None,
    client_id: Annotated[str | None, typer.Option("--client-id", help="option.client_id")] = None,
) -> None:
    """Sign in and keep the tokens. With --api, --cognito and --client-id a new profile is made first."""
    from aduan_client import auth

    run = run_of(ctx)
    is_new = any((api, cognito, client_id))
    profile = _new_profile(run, api, cognito, client_id) if is_new else run.profile()
    name = username or ask(run.say("ask.username")) or ""
    if not name:
        raise typer.Abort
    password = _password(profile, name, run, password_stdin)
    tokens = auth.login(profile, name, password, lambda: _new_password(run))
    if is_new:
        config.save_profile(profile, os.environ)
    write_tokens(run.folder(), profile.name, tokens)
    if zone := _zone(run, profile):
        write_tokens(run.folder(), profile.name, replace(read_tokens(run.folder(), profile.name) or tokens, zone=zone))
    roles = ", ".join(auth.roles(tokens)) or run.say("label.none")
    show(run.say("done.login", username=name, roles=roles, profile=profile.name))


def logout(ctx: typer.Context) -> None:
    """Delete the tokens here and have the refresh token revoked."""
    run = run_of(ctx)
    profile = run.profile()
    tokens = read_tokens(run.folder(), profile.name)
    delete_tokens(run.folder(), profile.name)
    if tokens is not None and (tokens.api, tokens.client_id) == (profile.api, profile.client_id):
        from aduan_client import auth

        try:
            auth.revoke(profile, tokens)
        except ClientError:
            note(run.say("done.not_revoked"))
    show(run.say("done.logout", profile=profile.name))


def _new_profile(run: Run, api: str | None, cognito: str | None, client_id: str | None) -> Profile:
    if not (api and cognito and client_id):
        raise UsageError("error.new_profile")
    name = run.profile_name or os.environ.get("ADUAN_PROFILE")
    if not name:
        raise UsageError("error.new_profile_name")
    profile = config.checked(Profile(name, api, cognito, client_id, run.zone_name or ""))
    run.zone(profile)  # an unknown zone is refused before it is written down
    config.ensure_new(name, os.environ)
    return profile


def _zone(run: Run, profile: Profile) -> str:
    """The zone of the city; nothing where its API does not say, which keeps nobody from signing in."""
    from aduan_client.api import Api
    from aduan_client.auth import Session

    try:
        api = Api(profile, Session(profile, run.folder()), retries=0)
        zone = str(api.get("/v1/me").get("zone") or "")
        return zone if zone and formats.zone(zone) else ""
    except ClientError:
        return ""


def _password(profile: Profile, username: str, run: Run, from_stdin: bool) -> str:
    if from_stdin:
        password = sys.stdin.readline().rstrip("\r\n")
    elif username in profile.demo_passwords:
        password = profile.demo_passwords[username]
    else:
        password = _hidden(run.say("ask.password"))
    if not password:
        raise UsageError("error.password_empty")
    return password


def _new_password(run: Run) -> str:
    password = _hidden(run.say("ask.new_password"))
    if password != _hidden(run.say("ask.repeat_password")):
        raise UsageError("error.password_repeat")
    return password


def _hidden(question: str) -> str:
    return str(typer.prompt(question, hide_input=True, err=True))
