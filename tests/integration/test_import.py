"""`aduan impor` against the deployed API: interrupted twice, every row is a case once, with its history."""

import csv
import json
import os
import signal
import subprocess
import sys
import time
import uuid
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.integration import driver as d

Cloud = dict[str, Any]
ROWS = 150
COLUMNS = ("No", "Tanggal", "Isi", "OPD", "Status", "Tindak Lanjut", "Selesai")
MAP = """
id = "{run}"
[row]
id = "No"
[columns]
text = "Isi"
received_at = "Tanggal"
department = "OPD"
status = "Status"
response = "Tindak Lanjut"
closed_at = "Selesai"
[defaults]
channel = "other"
"""


class Desk:
    """An operator with a spreadsheet in a folder that knows the cloud."""

    def __init__(self, cloud: Cloud, folder: Path) -> None:
        self.run = f"uji-{uuid.uuid4().hex[:8]}"
        self.folder = folder
        self.env = {**os.environ, "ADUAN_CONFIG_DIR": str(folder / "config")}
        (folder / ".local").mkdir()
        (folder / ".local/cloud.json").write_text(json.dumps(cloud), "utf-8")
        (folder / "peta.toml").write_text(MAP.format(run=self.run), "utf-8")
        with (folder / "aduan.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, delimiter=";")
            writer.writerow(COLUMNS)
            writer.writerows(self.row(number) for number in range(ROWS))
        operator = next(person["username"] for person in cloud["staff"] if person["role"] == "operator")
        self.do("login", "--as", operator)

    def row(self, number: int) -> list[str]:
        """Half of the rows are closed, half just received."""
        text = f"{self.run} lampu jalan mati nomor {number}"
        if number % 2:
            return [str(number), "6 Januari 2025 09.15", text, "", "Diterima", "", ""]
        return [str(number), "6 Januari 2025 09.15", text, "dishub", "Selesai", "Sudah diganti.", "10/01/2025"]

    def command(self, *words: str) -> list[str]:
        return [sys.executable, "-m", "aduan_client", *words]

    def do(self, *words: str) -> str:
        """What a command prints; it has to succeed."""
        done = subprocess.run(
            self.command(*words),
            env=self.env,
            cwd=self.folder,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def confirmed(self) -> int:
        """Rows in the journal so far."""
        return sum(len(path.read_bytes().splitlines()) for path in self.folder.glob("config/imports/*.jsonl"))

    def killed_after(self, count: int) -> None:
        """Start the import and kill it hard when so many rows are in the journal."""
        process = subprocess.Popen(
            self.command("impor", "aduan.csv", "--peta", "peta.toml"),
            env=self.env, cwd=self.folder, stdout=subprocess.DEVNULL,
        )  # fmt: skip
        end = time.monotonic() + 120
        while self.confirmed() < count:
            assert process.poll() is None and time.monotonic() < end
            time.sleep(0.005)
        os.kill(process.pid, signal.SIGKILL)
        assert process.wait(10) == -signal.SIGKILL


@pytest.fixture
def desk(cloud: Cloud, tmp_path: Path) -> Desk:
    return Desk(cloud, tmp_path)


def test_an_import_interrupted_twice_ends_with_every_row_once(cloud: Cloud, desk: Desk) -> None:
    checked = json.loads(desk.do("impor", "aduan.csv", "--peta", "peta.toml", "--uji", "--json"))
    assert checked == {"good": ROWS, "bad": 0, "faults": []}
    before = d.ledger(cloud)["destinations"]["lapor"]["due"]
    desk.killed_after(40)
    desk.killed_after(95)
    done = json.loads(desk.do("impor", "aduan.csv", "--peta", "peta.toml", "--json"))
    assert done["rows"] == done["created"] + done["existing"] + done["skipped"] == ROWS
    assert done["refused"] == []

    entered = [case for case in d.cases(cloud) if (case["text"] or "").startswith(desk.run)]
    assert Counter(case["text"] for case in entered) == {desk.row(number)[2]: 1 for number in range(ROWS)}
    assert Counter(case["status"] for case in entered) == {"closed": ROWS // 2, "received": ROWS // 2}
    assert {case["received_at"] for case in entered} == {"2025-01-06T02:15:00.000Z"}
    # A city's past is not filed in LAPOR! as if it were new.
    assert d.ledger(cloud)["destinations"]["lapor"]["due"] == before

    # Without the journal the API itself knows every row.
    again = json.loads(desk.do("impor", "aduan.csv", "--peta", "peta.toml", "--periksa-ulang", "--json"))
    assert (again["existing"], again["created"]) == (ROWS, 0)

    closed = next(case["ticket"] for case in entered if case["status"] == "closed")
    events = d.call(cloud, "GET", f"/v1/complaints/{closed}/timeline").json()["items"]
    assert [(event["type"], event["at"]) for event in events] == [
        ("received", "2025-01-06T02:15:00.000Z"),
        ("assign", "2025-01-06T02:15:00.000Z"),
        ("respond", "2025-01-06T02:15:00.000Z"),
        ("close", "2025-01-09T17:00:00.000Z"),
    ]
