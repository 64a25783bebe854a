"""A person at a terminal in a checkout whose local cloud is a fake city."""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from aduan_client.main import app
from typer.testing import CliRunner, Result

from tests.contract.client_fake import CASE, City, cloud, start


class Desk:
    """What is typed, and what is shown for it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.config = folder / "config"
        self._runner = CliRunner(env={"ADUAN_CONFIG_DIR": str(self.config), "COLUMNS": "80"})

    def type(self, *words: str, answer: str | None = None, **env: str) -> Result:
        return self._runner.invoke(app, list(words), input=answer, env=env, prog_name="aduan")

    def json(self, *words: str) -> Any:
        result = self.type(*words, "--json")
        assert (result.exit_code, result.stderr) == (0, "")
        return json.loads(result.stdout)

    def environment(self) -> dict[str, str]:
        """The environment for a process of its own at this desk."""
        env = {**os.environ, "ADUAN_CONFIG_DIR": str(self.config)}
        for name in ("FORCE_COLOR", "PY_COLORS", "GITHUB_ACTIONS", "TTY_COMPATIBLE"):
            env.pop(name, None)
        return env


def serving() -> Iterator[City]:
    """A city as long as a test lasts."""
    city = City()
    server = start(city)
    yield city
    server.shutdown()
    server.server_close()


def seated(city: City, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """A desk nobody has signed in at yet."""
    for name in ("ADUAN_LANG", "ADUAN_PROFILE", "ADUAN_DEBUG", "EDITOR", "VISUAL"):
        monkeypatch.delenv(name, raising=False)
    (folder / ".local").mkdir()
    (folder / ".local" / "cloud.json").write_text(json.dumps(cloud(city)), "utf-8")
    monkeypatch.chdir(folder)
    return Desk(folder)


def signed_in(city: City, desk: Desk) -> Desk:
    """The same desk after signing in, with nothing asked of the city yet."""
    assert desk.type("login", "--as", "operator1").exit_code == 0
    city.asked.clear()
    return desk


def refused(result: Result, code: int, sentence: str) -> None:
    """One sentence on standard error and the exit code: nothing else."""
    assert (result.exit_code, result.stderr) == (code, sentence + "\n")
    assert "Traceback" not in result.output


def case(**changes: Any) -> dict[str, Any]:
    """A case as it was received, with some members changed."""
    return {**json.loads(json.dumps(CASE)), "status": "received", "department": None, **changes}


def posted(city: City, path: str) -> list[Any]:
    """The bodies that were posted to a path."""
    return [asked.body for asked in city.to(path, "POST")]
