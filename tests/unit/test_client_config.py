"""Profiles and tokens on disk: which profile is used, and who can read what."""

import json
import os
import stat
from pathlib import Path
from typing import Any

import pytest
from aduan_client import config
from aduan_client.config import Profile
from aduan_client.errors import ClientError, ExitCode
from aduan_client.tokens import Tokens, delete_tokens, read_tokens, write_tokens

TOKENS = Tokens("operator1", "id-token", "refresh-token", 1.0, "https://api.invalid", "client")


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    return {"ADUAN_CONFIG_DIR": str(tmp_path / "config")}


def write_config(env: dict[str, str], *names: str, default: str | None = None) -> None:
    folder = Path(env["ADUAN_CONFIG_DIR"])
    folder.mkdir(exist_ok=True)
    text = f'default = "{default}"\n' if default else ""
    for name in names:
        text += f'[profiles.{name}]\napi = "https://{name}.invalid/api"\n'
        text += f'cognito = "https://cognito.invalid/"\nclient_id = "id-{name}"\n'
    (folder / "config.toml").write_text(text, "utf-8")


def write_cloud(folder: Path, **changes: Any) -> Path:
    cloud = {
        "api": "http://127.0.0.1:4580/restapis/a/local/_user_request_",
        "cognito": {"endpoint": "http://127.0.0.1:4580", "client_id": "local-client"},
        "staff": [{"username": "operator1", "password": "demo", "role": "operator", "department": None}],
        **changes,
    }
    path = folder / ".local" / "cloud.json"
    path.parent.mkdir()
    path.write_text(json.dumps(cloud), "utf-8")
    return path


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_folder_follows_the_override_then_xdg_then_home(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/somebody")
    assert config.config_dir({"ADUAN_CONFIG_DIR": "/a", "XDG_CONFIG_HOME": "/x"}) == Path("/a")
    assert config.config_dir({"XDG_CONFIG_HOME": "/x"}) == Path("/x/aduan")
    assert config.config_dir({}) == Path("/home/somebody/.config/aduan")


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o777])
def test_tokens_are_readable_by_their_owner_only(tmp_path: Path, umask: int) -> None:
    folder = tmp_path / "config"
    folder.mkdir()
    before = os.umask(umask)
    try:
        write_tokens(folder, "kediri", TOKENS)
        write_tokens(folder, "kediri", TOKENS)
    finally:
        os.umask(before)
    (file,) = (folder / "tokens").iterdir()
    assert mode(folder / "tokens") == 0o700
    assert mode(file) & 0o077 == 0
    assert (folder / "tokens").is_dir() and file.name == "kediri.json"
    file.chmod(0o600)
    assert read_tokens(folder, "kediri") == TOKENS


def test_a_token_folder_that_others_could_read_is_closed(tmp_path: Path) -> None:
    (tmp_path / "tokens").mkdir(mode=0o755)
    write_tokens(tmp_path, "kediri", TOKENS)
    assert mode(tmp_path / "tokens") == 0o700
    assert mode(tmp_path / "tokens" / "kediri.json") == 0o600


def test_a_failed_write_leaves_the_old_tokens_and_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_tokens(tmp_path, "kediri", TOKENS)

    def full(*_: object) -> None:
        raise OSError("no space left")

    monkeypatch.setattr("json.dump", full)
    with pytest.raises(OSError, match="no space"):
        write_tokens(tmp_path, "kediri", TOKENS)
    assert [path.name for path in (tmp_path / "tokens").iterdir()] == ["kediri.json"]
    assert read_tokens(tmp_path, "kediri") == TOKENS


@pytest.mark.parametrize("content", ["", "{", "[]", "{}", '{"username": "x"}', "\xff"])
def test_tokens_that_cannot_be_read_are_none(tmp_path: Path, content: str) -> None:
    write_tokens(tmp_path, "kediri", TOKENS)
    (tmp_path / "tokens" / "kediri.json").write_text(content, "latin-1")
    assert read_tokens(tmp_path, "kediri") is None
    delete_tokens(tmp_path, "kediri")
    delete_tokens(tmp_path, "kediri")
    assert not (tmp_path / "tokens" / "kediri.json").exists()


def test_tokens_are_not_shown_when_printed() -> None:
    assert "id-token" not in repr(TOKENS)
    assert "refresh-token" not in repr(TOKENS)


def test_which_profile_is_used(env: dict[str, str], tmp_path: Path) -> None:
    write_config(env, "kediri")
    assert config.load_profile(None, env, tmp_path).name == "kediri"
    write_config(env, "kediri", "madiun", default="madiun")
    assert config.load_profile(None, env, tmp_path).name == "madiun"
    assert config.load_profile(None, {**env, "ADUAN_PROFILE": "kediri"}, tmp_path).name == "kediri"
    chosen = config.load_profile("madiun", {**env, "ADUAN_PROFILE": "kediri"}, tmp_path)
    assert chosen == Profile("madiun", "https://madiun.invalid/api", "https://cognito.invalid/", "id-madiun", "")


@pytest.mark.parametrize(
    ("names", "asked", "key"),
    [
        ([], None, "error.no_profile"),
        (["kediri", "madiun"], None, "error.which_profile"),
        (["kediri"], "madiun", "error.unknown_profile"),
        ([], "local", "error.unknown_profile"),
    ],
)
def test_no_profile_to_use(env: dict[str, str], tmp_path: Path, names: list[str], asked: str | None, key: str) -> None:
    write_config(env, *names)
    with pytest.raises(ClientError) as raised:
        config.load_profile(asked, env, tmp_path)
    assert (raised.value.key, raised.value.code) == (key, ExitCode.USAGE)


def test_the_local_cloud_is_found_from_anywhere_in_the_checkout(env: dict[str, str], tmp_path: Path) -> None:
    write_cloud(tmp_path)
    below = tmp_path / "docs" / "deep"
    below.mkdir(parents=True)
    profile = config.load_profile(None, env, below)
    assert (profile.name, profile.client_id) == ("local", "local-client")
    assert profile.demo_passwords == {"operator1": "demo"}
    assert "demo" not in repr(profile)


def test_a_configured_profile_goes_before_the_local_cloud(env: dict[str, str], tmp_path: Path) -> None:
    write_cloud(tmp_path)
    write_config(env, "kediri")
    assert config.load_profile(None, env, tmp_path).name == "kediri"
    assert config.load_profile("local", env, tmp_path).name == "local"


@pytest.mark.parametrize(
    "changes",
    [
        {"api": "https://elsewhere.invalid/api"},
        {"api": "http://127.0.0.1.elsewhere.invalid"},
        {"cognito": {"endpoint": "https://cognito.invalid", "client_id": "c"}},
    ],
)
def test_a_local_cloud_elsewhere_is_refused(env: dict[str, str], tmp_path: Path, changes: dict[str, Any]) -> None:
    write_cloud(tmp_path, **changes)
    with pytest.raises(ClientError) as raised:
        config.load_profile(None, env, tmp_path)
    assert raised.value.key == "error.not_local"


@pytest.mark.parametrize(
    ("url", "local"),
    [
        ("http://127.0.0.1:4580", True),
        ("http://127.9.9.9", True),
        ("http://localhost:1/x", True),
        ("http://a.execute-api.localhost:4580", True),
        ("http://[::1]:80", True),
        ("http://10.0.0.1", False),
        ("https://localhost.example", False),
        ("http://notlocalhost", False),
        ("", False),
    ],
)
def test_what_is_this_machine(url: str, local: bool) -> None:
    assert config.is_local(url) is local


@pytest.mark.parametrize("url", ["http://city.invalid", "ftp://city.invalid", "city.invalid", "https://", ""])
def test_nothing_is_sent_in_clear_over_a_network(url: str) -> None:
    for api, cognito in ((url, "https://c.invalid"), ("https://a.invalid", url)):
        with pytest.raises(ClientError) as raised:
            config.checked(Profile("kediri", api, cognito, "client"))
        assert raised.value.key == "error.insecure"


@pytest.mark.parametrize("name", ["", "../up", "a b", "a.b", "x" * 41])
def test_a_profile_name_is_a_plain_word(name: str) -> None:
    with pytest.raises(ClientError) as raised:
        config.checked(Profile(name, "https://a.invalid", "https://c.invalid", "client"))
    assert raised.value.key == "error.profile_name"


def test_a_new_profile_is_added_and_what_people_wrote_stays(env: dict[str, str], tmp_path: Path) -> None:
    path = Path(env["ADUAN_CONFIG_DIR"]) / "config.toml"
    first = Profile("kediri", "https://a.invalid", "https://c.invalid", 'id"with\\marks', "WITA")
    config.save_profile(first, env)
    assert config.load_profile(None, env, tmp_path) == first
    path.write_text("# ditulis tangan\n" + path.read_text("utf-8"), "utf-8")
    config.save_profile(Profile("madiun", "https://b.invalid", "https://c.invalid", "two"), env)
    assert path.read_text("utf-8").startswith("# ditulis tangan\n")
    assert config.load_profile("kediri", env, tmp_path) == first
    with pytest.raises(ClientError) as raised:
        config.save_profile(first, env)
    assert raised.value.key == "error.profile_exists"


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("[profiles.kediri\n", "error.config"),
        ("profiles = 5\n", "error.config"),
        ("[profiles]\nkediri = 5\n", "error.config"),
        ("default = 5\n[profiles.kediri]\n", "error.config"),
        ('[profiles.kediri]\napi = "https://a.invalid"\n', "error.profile_incomplete"),
        ('[profiles.kediri]\napi = 1\ncognito = "x"\nclient_id = "y"\n', "error.profile_incomplete"),
    ],
)
def test_a_broken_configuration_is_said_plainly(env: dict[str, str], tmp_path: Path, text: str, key: str) -> None:
    Path(env["ADUAN_CONFIG_DIR"]).mkdir()
    (Path(env["ADUAN_CONFIG_DIR"]) / "config.toml").write_text(text, "utf-8")
    with pytest.raises(ClientError) as raised:
        config.load_profile(None, env, tmp_path)
    assert (raised.value.key, raised.value.code) == (key, ExitCode.USAGE)
