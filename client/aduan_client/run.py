"""What one call of `aduan` knows, and how commands get at it."""

import os
import sys
from dataclasses import dataclass
from datetime import tzinfo
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from aduan_client import config, formats
from aduan_client.config import Profile
from aduan_client.tokens import read_tokens
from aduan_client.words import Words

if TYPE_CHECKING:
    from aduan_client.api import Api


@dataclass
class Run:
    """The options given to `aduan` itself."""

    say: Words
    profile_name: str | None = None
    zone_name: str | None = None

    def profile(self) -> Profile:
        """The profile asked for, or the only sensible one (config.load_profile)."""
        return config.load_profile(self.profile_name, os.environ, Path.cwd())

    def folder(self) -> Path:
        """Where the tokens are kept."""
        return config.config_dir(os.environ)

    def zone(self, profile: Profile) -> tzinfo:
        """The zone to show times in: `--zone`, else the profile's, else the city's as login found it."""
        if wanted := self.zone_name or profile.zone:
            return formats.zone(wanted)
        tokens = read_tokens(self.folder(), profile.name)
        known = tokens.zone if tokens is not None and tokens.api == profile.api else ""
        return formats.zone(known or "WIB")

    def api(self, profile: Profile) -> "Api":
        """The API of a profile for the person signed in; SignedOutError if nobody is."""
        from aduan_client.api import Api
        from aduan_client.auth import Session

        return Api(profile, Session(profile, self.folder()))


def run_of(ctx: typer.Context) -> Run:
    """The Run that main.programme() put into the context."""
    run = ctx.obj
    if not isinstance(run, Run):
        raise TypeError("the command was not started through aduan_client.main")
    return run


def ask(question: str) -> str | None:
    """A line from the person; None if there is nobody to answer. The question goes to standard error."""
    sys.stderr.write(f"{question} ")
    sys.stderr.flush()
    line = sys.stdin.readline()
    if not line:
        sys.stderr.write("\n")
        return None
    return line.strip()


def agreed(answer: str) -> bool:
    """Whether an answer means yes, in either language."""
    return answer.casefold() in ("y", "ya", "yes")
