"""Profiles: which city's API to talk to. One file for people to edit, `config.toml`.

    default = "kediri"

    [profiles.kediri]
    api = "https://…"
    cognito = "https://cognito-idp.ap-southeast-3.amazonaws.com/"
    client_id = "…"
    zone = "WIT"   # only for who wants another than the city's

`aduan login` only ever adds to it.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from aduan_client.errors import UsageError

LOCAL = "local"
CLOUD_FILE = Path(".local") / "cloud.json"
REQUIRED = ("api", "cognito", "client_id")

_NAME = re.compile(r"[A-Za-z0-9_-]{1,40}")


@dataclass(frozen=True)
class Profile:
    """Where one city's API is and how to sign in to it."""

    name: str
    api: str
    cognito: str
    client_id: str
    # What he wants to see times in; without one it is the city's.
    zone: str = ""
    # Demo users of a local cloud and their passwords; always empty for a real city.
    demo_passwords: Mapping[str, str] = field(default_factory=dict, repr=False)


def config_dir(environ: Mapping[str, str]) -> Path:
    """The folder of the configuration and the tokens (ADUAN_CONFIG_DIR, else XDG's)."""
    if environ.get("ADUAN_CONFIG_DIR"):
        return Path(environ["ADUAN_CONFIG_DIR"])
    base = environ.get("XDG_CONFIG_HOME")
    return (Path(base) if base else Path.home() / ".config") / "aduan"


def is_local(url: str) -> bool:
    """Whether an address can only be this machine itself."""
    host = (urlsplit(url).hostname or "").lower()
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def checked(profile: Profile) -> Profile:
    """The profile itself, if its name is sound and it sends nothing in clear over a network."""
    if not _NAME.fullmatch(profile.name):
        raise UsageError("error.profile_name")
    for url in (profile.api, profile.cognito):
        parts = urlsplit(url)
        if not (parts.scheme == "https" or (parts.scheme == "http" and is_local(url))) or not parts.hostname:
            raise UsageError("error.insecure", url=url)
    return profile


def load_profile(name: str | None, environ: Mapping[str, str], cwd: Path) -> Profile:
    """The profile to use.

    A name given (option or ADUAN_PROFILE) wins, then the configuration's `default`, then its only
    profile; with none configured, the local cloud of the checkout `cwd` is in. UsageError if that
    leaves nothing, or more than one.
    """
    path = config_dir(environ) / "config.toml"
    config = _read_toml(path)
    profiles: dict[str, Any] = config.get("profiles", {})
    name = name or environ.get("ADUAN_PROFILE") or None
    if name is None:
        if profiles:
            name = config.get("default") or _only(profiles)
        else:
            cloud = find_cloud(cwd)
            if cloud is None:
                raise UsageError("error.no_profile")
            return local_profile(cloud)
    if name in profiles:
        return _profile(name, profiles[name])
    cloud = find_cloud(cwd) if name == LOCAL else None
    if cloud is None:
        raise UsageError("error.unknown_profile", name=name, path=path)
    return local_profile(cloud)


def save_profile(profile: Profile, environ: Mapping[str, str]) -> None:
    """Add a profile to the configuration; what people wrote there stays as it is."""
    checked(profile)
    path = config_dir(environ) / "config.toml"
    ensure_new(profile.name, environ)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    # JSON's strings are TOML's, as long as nothing is escaped beyond the basic plane.
    lines = [f"[profiles.{profile.name}]"]
    keys = (*REQUIRED, "zone") if profile.zone else REQUIRED
    lines += [f"{key} = {json.dumps(getattr(profile, key), ensure_ascii=False)}" for key in keys]
    before = path.read_text("utf-8").rstrip("\n") + "\n\n" if path.exists() else ""
    path.write_text(before + "\n".join(lines) + "\n", "utf-8")


def ensure_new(name: str, environ: Mapping[str, str]) -> None:
    """UsageError if there is a profile of this name already."""
    path = config_dir(environ) / "config.toml"
    if name in _read_toml(path).get("profiles", {}):
        raise UsageError("error.profile_exists", name=name, path=path)


def find_cloud(start: Path) -> Path | None:
    """The `.local/cloud.json` of the checkout that `start` is in, or None."""
    for folder in (start, *start.parents):
        if (folder / CLOUD_FILE).is_file():
            return folder / CLOUD_FILE
    return None


def local_profile(path: Path) -> Profile:
    """The profile `local` from a running local cloud's description (DESIGN §5).

    It carries the demo users' passwords, so it is refused unless everything it names is on this machine.
    """
    try:
        cloud = json.loads(path.read_text("utf-8"))
        profile = Profile(
            name=LOCAL,
            api=cloud["api"],
            cognito=cloud["cognito"]["endpoint"],
            client_id=cloud["cognito"]["client_id"],
            demo_passwords={user["username"]: user["password"] for user in cloud.get("staff", [])},
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UsageError("error.config", path=path, reason=type(error).__name__) from None
    if not (is_local(profile.api) and is_local(profile.cognito)):
        raise UsageError("error.not_local", path=path)
    return checked(profile)


def _only(profiles: Mapping[str, Any]) -> str:
    if len(profiles) > 1:
        raise UsageError("error.which_profile", names=", ".join(profiles))
    return next(iter(profiles))


def _profile(name: str, values: Mapping[str, Any]) -> Profile:
    for key in REQUIRED:
        if not isinstance(values.get(key), str):
            raise UsageError("error.profile_incomplete", name=name, field=key)
    return checked(Profile(name, values["api"], values["cognito"], values["client_id"], str(values.get("zone", ""))))


def _read_toml(path: Path) -> dict[str, Any]:
    import tomllib

    try:
        config = tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise UsageError("error.config", path=path, reason=str(error)) from None
    profiles = config.get("profiles", {})
    if not isinstance(profiles, dict) or not all(isinstance(one, dict) for one in profiles.values()):
        raise UsageError("error.config", path=path, reason="profiles")
    if not isinstance(config.get("default", ""), str):
        raise UsageError("error.config", path=path, reason="default")
    return config
