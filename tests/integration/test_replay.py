"""A published year through the deployed stack: `aduan replay madiun-2021` on a Kediri deployment prints its figures."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from infra.local.cloud import Cloud as LocalCloud
from tests.integration import driver as d

Cloud = dict[str, Any]
PUBLISHED = {
    "received": "213",
    "followed_up": "98.1",
    "in_process": "11",
    "closed_count": "202",
    "not_followed_up": "4",
}


def aduan(local_cloud: LocalCloud, known: Cloud, home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """The real client as its own process, signed in as the admin."""
    folder = home / ".local"
    folder.mkdir(exist_ok=True)
    (folder / "cloud.json").write_text(json.dumps(known))
    env = {**os.environ, "ADUAN_CONFIG_DIR": str(home / "config"), "COLUMNS": "120", "ADUAN_LANG": "id"}
    command = [str(Path(sys.executable).with_name("aduan")), *words]
    return subprocess.run(command, cwd=home, env=env, capture_output=True, text=True, check=False, timeout=300)


def counted(cloud: Cloud) -> dict[str, int]:
    """What of the ledger no worker changes."""
    found = d.ledger(cloud)
    return {name: found[name] for name in ("accepted", "opened", "appended")} | {
        "filings": found["destinations"]["lapor"]["due"]
    }


def test_madiuns_year_prints_its_published_figures(cloud: Cloud, local_cloud: LocalCloud, tmp_path: Path) -> None:
    before = counted(cloud)
    assert aduan(local_cloud, cloud, tmp_path, "login", "--as", "admin1").returncode == 0
    done = aduan(local_cloud, cloud, tmp_path, "replay", "madiun-2021", "--json")
    assert (done.returncode, done.stderr) == (0, ""), done.stderr
    found = json.loads(done.stdout)
    assert found["published"] == found["computed"] == PUBLISHED
    assert (found["state"], found["total"]) == ("complete", 213)
    # Again: nothing twice, and the same figures for people.
    again = aduan(local_cloud, cloud, tmp_path, "replay", "madiun-2021")
    assert again.returncode == 0, again.stderr
    lines = [" ".join(line.split()) for line in again.stdout.splitlines()]
    assert "Ditindaklanjuti (%) 2021 98,1 98,1 ✓" in lines
    assert lines[-1] == "madiun-2021: 213 aduan tersimpan, 5 dari 5 angka sama dengan yang terbit."
    # The city's own figures, lists and destinations know nothing of it.
    assert counted(cloud) == before
    assert not [case for case in d.cases(cloud) if case["ticket"].startswith("MDNU")]
    repeated = d.call(cloud, "POST", "/v1/replays/madiun-2021", body={"from": 1, "to": 100})
    assert repeated.json() == {"name": "madiun-2021", "played": 0, "there": 100, "total": 213}
