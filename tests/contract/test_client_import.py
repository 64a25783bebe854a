"""`aduan impor` against the HTTP contract: checked first, resumable, and each row once whatever happens."""

import csv
import json
import os
import signal
import stat
import subprocess
import sys
import time
import tomllib
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from tests.contract.client_fake import City
from tests.contract.client_fake_desk import Desk, refused, seated, serving, signed_in

ROWS = 6496
COLUMNS = ("No Laporan", "Tanggal Masuk", "Isi", "OPD", "Status", "Tindak Lanjut", "Tanggal Selesai", "No HP")
MONTHS = ("Januari", "Mei", "Agustus", "Oktober")
MAP = """
id = "rekap-2025"
[row]
id = "No Laporan"
[columns]
text = "Isi"
received_at = "Tanggal Masuk"
department = "OPD"
status = "Status"
response = "Tindak Lanjut"
closed_at = "Tanggal Selesai"
phone = "No HP"
[defaults]
channel = "other"
[values.department]
"PU" = "dpupr"
[values.status]
"Proses" = "in_progress"
"""


@pytest.fixture
def city() -> Iterator[City]:
    for city in serving():
        city.cases = []
        yield city


@pytest.fixture
def desk(city: City, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    (tmp_path / "peta.toml").write_text(MAP, "utf-8")
    return signed_in(city, seated(city, tmp_path, monkeypatch))


def row(number: int, **changes: Any) -> dict[str, Any]:
    """A row as a city's recapitulation has it: half of the cases closed, a quarter in work, the rest just received."""
    closed, working = number % 2 == 0, number % 4 == 1
    return {
        "No Laporan": f"LAP-{number:05d}",
        "Tanggal Masuk": f"{number % 28 + 1} {MONTHS[number % 4]} 2025 09.{number % 60:02d}",
        "Isi": f"Lampu jalan mati nomor {number}; sudah lama, mohon diperbaiki",
        "OPD": "PU" if closed or working else "",
        "Status": "Selesai" if closed else "Proses" if working else "Diterima",
        "Tindak Lanjut": "Sudah diganti." if closed else "",
        "Tanggal Selesai": "31/12/2025" if closed else "",
        "No HP": f"0812{number:08d}",
        **changes,
    }


def sheet(folder: Path, rows: list[dict[str, Any]], name: str = "aduan.csv", encoding: str = "utf-8-sig") -> str:
    path = folder / name
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, delimiter=";")
        writer.writeheader()
        writer.writerows(rows)
    return str(path)


def test_a_dry_run_enters_nothing(city: City, desk: Desk) -> None:
    file = sheet(desk.folder, [row(number) for number in range(20)])
    result = desk.type("impor", file, "--peta", "peta.toml", "--uji")
    assert (result.exit_code, result.stdout) == (0, "20 baris siap, 0 baris salah.\n")
    assert city.to("/v1/complaints", "POST") == []


def test_a_row_arrives_as_a_case_with_its_history(city: City, desk: Desk) -> None:
    file = sheet(desk.folder, [row(2), row(1), row(3)])
    result = desk.type("import", file, "--map", "peta.toml")
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == "3 baris: 3 baru, 0 sudah ada, 0 ditolak.\n"
    bodies = {asked.body["external_id"]: asked.body for asked in city.to("/v1/complaints", "POST")}
    assert bodies["rekap-2025:LAP-00002"] == {
        "channel": "other",
        "text": "Lampu jalan mati nomor 2; sudah lama, mohon diperbaiki",
        "received_at": "2025-08-03T02:02:00.000Z",
        "reporter": {"phone": "+6281200000002"},
        "external_id": "rekap-2025:LAP-00002",
        "history": [
            {"at": "2025-08-03T02:02:00.000Z", "type": "assign", "data": {"department": "dpupr"}},
            {"at": "2025-08-03T02:02:00.000Z", "type": "respond", "data": {"text": "Sudah diganti."}},
            {"at": "2025-12-30T17:00:00.000Z", "type": "close", "data": {}},
        ],
    }
    assert [step["type"] for step in bodies["rekap-2025:LAP-00001"]["history"]] == ["assign", "start"]
    assert "history" not in bodies["rekap-2025:LAP-00003"]
    assert Counter(case["status"] for case in city.cases) == {"closed": 1, "in_progress": 1, "received": 1}


def test_the_same_file_twice_changes_nothing(city: City, desk: Desk) -> None:
    file = sheet(desk.folder, [row(number) for number in range(10)])
    assert desk.json("impor", file, "--peta", "peta.toml")["created"] == 10
    posts = len(city.to("/v1/complaints", "POST"))
    assert desk.json("impor", file, "--peta", "peta.toml") == {
        "rows": 10, "created": 0, "existing": 0, "skipped": 10, "left_out": 0, "refused": [],
    }  # fmt: skip
    assert len(city.to("/v1/complaints", "POST")) == posts  # the journal knew
    city.work.keys.clear()  # a day later the keys are forgotten
    again = desk.json("impor", file, "--peta", "peta.toml", "--periksa-ulang")
    assert (again["existing"], again["created"], len(city.cases)) == (10, 0, 10)


def test_the_journal_is_private_and_says_nothing_of_the_rows(desk: Desk) -> None:
    file = sheet(desk.folder, [row(number) for number in range(5)])
    desk.json("impor", file, "--peta", "peta.toml")
    (journal,) = (desk.config / "imports").iterdir()
    assert stat.S_IMODE(journal.stat().st_mode) == 0o600
    entries = [json.loads(line) for line in journal.read_text("utf-8").splitlines()]
    assert len(entries) == 5 and all(set(entry) == {"row", "ticket"} for entry in entries)
    assert "LAP-" not in journal.read_text("utf-8")


def test_faults_are_named_by_line_and_column_and_stop_the_import(city: City, desk: Desk) -> None:
    rows = [row(number) for number in range(6)]
    rows[1] |= {"OPD": "Dinas Rahasia"}
    rows[2] |= {"Tanggal Masuk": "kemarin sore", "No HP": "tanya tetangga"}
    rows[3] |= {"Isi": "", "No Laporan": "LAP-00000"}
    rows[4] |= {"Tindak Lanjut": ""}
    file = sheet(desk.folder, rows)
    result = desk.type("impor", file, "--peta", "peta.toml", "--laporan", "salah.csv")
    refused(result, 5, "4 dari 6 baris salah, jadi tidak ada yang dimasukkan; perbaiki, atau pakai --lewati-salah.")
    assert "Rahasia" not in result.output and "tetangga" not in result.output  # a report may be passed on
    assert city.to("/v1/complaints", "POST") == []
    with (desk.folder / "salah.csv").open(encoding="utf-8-sig") as report:
        written = [(line["Baris"], line["Kolom"]) for line in csv.DictReader(report)]
    assert written == [
        ("3", "OPD"), ("4", "Tanggal Masuk"), ("4", "No HP"), ("5", "No Laporan"), ("6", "Tindak Lanjut"),
    ]  # fmt: skip
    checked = desk.type("impor", file, "--peta", "peta.toml", "--uji", "--json")
    assert checked.exit_code == 5
    assert json.loads(checked.stdout)["faults"][0] == {
        "line": 3,
        "column": "OPD",
        "problem": "OPD tidak ada di konfigurasi kota; tambahkan ke [values.department]",
    }
    left_out = desk.type("impor", file, "--peta", "peta.toml", "--lewati-salah")
    assert (left_out.exit_code, left_out.stderr) == (0, "4 baris salah dilewati.\n")
    assert len(city.cases) == 2


def test_a_lone_quotation_mark_is_named_and_takes_no_rows_with_it(city: City, desk: Desk) -> None:
    lines = [";".join(COLUMNS)]
    for number in range(1, 7):
        text = '"tolong segera' if number == 3 else f"lampu mati {number}"
        lines.append(f"LAP-{number};1/2/2025;{text};;Diterima;;;")
    (desk.folder / "aduan.csv").write_text("\n".join(lines) + "\n", "utf-8")
    for words in (("--uji",), ("--lewati-salah",)):
        result = desk.type("impor", "aduan.csv", "--peta", "peta.toml", *words)
        assert (result.exit_code, result.stdout) == (2, "")
        assert result.stderr.startswith("aduan.csv baris 4: tanda kutip yang dibuka di sini tidak ditutup")
    said = [line.replace('"tolong segera', '"Pak Camat" katanya') for line in lines]
    (desk.folder / "aduan.csv").write_text("\n".join(said) + "\n", "utf-8")
    checked = json.loads(desk.type("impor", "aduan.csv", "--peta", "peta.toml", "--uji", "--json").stdout)
    assert (checked["good"], checked["bad"]) == (5, 1)
    (fault,) = checked["faults"]
    assert fault["line"] == 4 and fault["problem"].startswith("tanda kutip di awal sel ditutup sebelum akhirnya")
    assert city.cases == []


def test_a_report_that_cannot_be_written(desk: Desk) -> None:
    file = sheet(desk.folder, [row(1)])
    result = desk.type("impor", file, "--peta", "peta.toml", "--uji", "--laporan", "tiada/salah.csv")
    refused(result, 2, "Berkas tiada/salah.csv tidak dapat ditulis.")


def test_a_row_the_api_refuses_is_reported_and_the_others_go_in(city: City, desk: Desk) -> None:
    rows = [row(number) for number in range(8)]
    city.work.refused_texts = {rows[3]["Isi"]}
    result = desk.type("impor", sheet(desk.folder, rows), "--peta", "peta.toml")
    refused(result, 5, "1 baris ditolak server.")
    assert "isi tidak dapat diterima" in result.stdout and "Isi" in result.stdout
    assert "8 baris: 7 baru, 0 sudah ada, 1 ditolak." in result.stdout
    assert len(city.cases) == 7
    english = desk.type("import", "aduan.csv", "--map", "peta.toml", "--json", "--lang", "en")
    assert json.loads(english.stdout)["refused"] == [
        {
            "line": 5,
            "column": "Isi",
            "problem": "refused by the server: The value of text is not right. (server: isi tidak dapat diterima)",
        }
    ]


def test_an_answer_that_got_lost_does_not_make_a_second_case(city: City, desk: Desk) -> None:
    city.lost_answers = {1, 4, 5, 9}
    done = desk.json("impor", sheet(desk.folder, [row(number) for number in range(12)]), "--peta", "peta.toml")
    assert done["rows"] == 12
    assert len(city.cases) == len(city.work.by_external_id) == 12


def test_a_busy_api_is_waited_for(city: City, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("aduan_client.imports.sending.FIRST", 0.001)
    file = sheet(desk.folder, [row(number) for number in range(10)])
    desk.type("impor", file, "--peta", "peta.toml", "--uji")
    city.instead_of_new = [(429, "text/plain", b""), (503, "text/plain", b""), (500, "text/plain", b"")] * 2
    done = desk.json("impor", file, "--peta", "peta.toml")
    assert (done["created"], len(city.cases)) == (10, 10)


def test_an_api_that_stays_away_ends_the_import_with_what_to_do(
    city: City, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("aduan_client.imports.sending.FIRST", 0.001)
    monkeypatch.setattr("aduan_client.imports.sending.TRIES", 3)
    file = sheet(desk.folder, [row(number) for number in range(30)])
    city.away_after = 10
    result = desk.type("impor", file, "--peta", "peta.toml", "--workers", "1")
    assert result.exit_code == 7
    assert result.stderr.startswith("Impor berhenti (Layanan sedang sibuk; coba lagi sebentar lagi): 10 dari 30 baris")
    city.away_after = None
    assert desk.json("impor", file, "--peta", "peta.toml")["skipped"] == 10
    assert len(city.cases) == 30


def test_a_role_that_may_not_is_told_at_once(city: City, desk: Desk) -> None:
    file = sheet(desk.folder, [row(number) for number in range(30)])
    body = b'{"title":"Not allowed","status":403,"detail":"Peran Anda tidak boleh melakukan ini."}'
    city.instead_of_new = [(403, "application/problem+json", body)] * 30
    result = desk.type("impor", file, "--peta", "peta.toml")
    assert result.exit_code == 5
    assert "Peran Anda tidak boleh melakukan ini" in result.stderr
    assert len(city.to("/v1/complaints", "POST")) < 30


def test_a_session_that_ends_on_the_way_is_renewed_once(city: City, desk: Desk) -> None:
    file = sheet(desk.folder, [row(number) for number in range(40)])
    city.ends_session_at = 15
    done = desk.json("impor", file, "--peta", "peta.toml")
    assert (done["created"], len(city.cases)) == (40, 40)
    assert city.issued == 2


def test_a_spreadsheet_as_excel_keeps_it(city: City, desk: Desk) -> None:
    book = Workbook()
    page = book.active
    assert page is not None
    page.append(list(COLUMNS))
    moment = datetime(2025, 5, 3, 9, 30)
    page.append([17, moment, "Sampah menumpuk", "PU", "Selesai", "Diangkut.", 45782.5, 81234567890])
    page.append([None] * len(COLUMNS))
    page.append([18.0, "3 Mei 2025", "Jalan rusak", None, "Diterima", None, None, None])
    book.save(desk.folder / "aduan.xlsx")
    assert desk.json("impor", "aduan.xlsx", "--peta", "peta.toml")["created"] == 2
    first, second = sorted(city.cases, key=lambda case: str(case["external_id"]))
    assert (first["external_id"], first["received_at"]) == ("rekap-2025:17", "2025-05-03T02:30:00.000Z")
    assert first["reporter"] == {"phone": "+6281234567890"}
    assert first["updated_at"] == "2025-05-05T05:00:00.000Z"
    assert (second["external_id"], second["received_at"]) == ("rekap-2025:18", "2025-05-02T17:00:00.000Z")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ((), "Perlu BERKAS dan --peta PETA; contohnya: `aduan impor --contoh-peta`."),
        (("aduan.csv",), "Perlu BERKAS dan --peta PETA; contohnya: `aduan impor --contoh-peta`."),
        (("tiada.csv", "--peta", "peta.toml"), "Berkas tiada.csv tidak dapat dibaca."),
        (("aduan.csv", "--peta", "tiada.toml"), "Berkas tiada.toml tidak dapat dibaca."),
        (("lama.xls", "--peta", "peta.toml"), "lama.xls berformat Excel lama; simpan dulu sebagai .xlsx."),
        (("rusak.xlsx", "--peta", "peta.toml"), "Berkas rusak.xlsx tidak dapat dibaca."),
    ],
)
def test_what_cannot_be_imported_is_one_sentence(desk: Desk, words: tuple[str, ...], sentence: str) -> None:
    sheet(desk.folder, [row(1)])
    (desk.folder / "rusak.xlsx").write_bytes(b"PK nothing")
    refused(desk.type("impor", *words), 2, sentence)


def test_a_column_that_is_not_there_is_named_with_the_one_meant(desk: Desk) -> None:
    (desk.folder / "peta.toml").write_text(MAP.replace('"Isi"', '"ISI"'), "utf-8")
    file = sheet(desk.folder, [row(1)])
    refused(desk.type("impor", file, "--peta", "peta.toml"), 2, "Kolom ISI tidak ada dalam berkas; yang ada: Isi.")


def test_two_imports_at_once(desk: Desk) -> None:
    fcntl = pytest.importorskip("fcntl")
    file = sheet(desk.folder, [row(1)])
    desk.json("impor", file, "--peta", "peta.toml")
    (journal,) = (desk.config / "imports").iterdir()
    with journal.open("rb") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        refused(desk.type("impor", file, "--peta", "peta.toml"), 1, "Impor lain dengan peta ini sedang berjalan.")


def test_the_example_works_as_it_is(city: City, desk: Desk) -> None:
    shown = desk.type("impor", "--contoh-peta")
    assert shown.exit_code == 0
    (desk.folder / "contoh.toml").write_text(shown.stdout, "utf-8")
    root = Path(__file__).parents[2]
    example = root / "client/contoh"
    kediri = tomllib.loads((root / "infra/cities/kediri.toml").read_text("utf-8"))
    city.place = json.loads(json.dumps(kediri, default=str))
    assert (example / "peta.toml").read_text("utf-8") == shown.stdout
    done = desk.json("impor", str(example / "aduan.csv"), "--peta", "contoh.toml")
    assert (done["created"], done["refused"], done["left_out"]) == (5, [], 0)
    assert Counter(case["status"] for case in city.cases) == {
        "closed": 2, "in_progress": 1, "rejected": 1, "received": 1,
    }  # fmt: skip


def killed_after(city: City, desk: Desk, file: str, count: int) -> None:
    """Start an import of its own process and kill it hard once the city has so many cases."""
    command = [sys.executable, "-m", "aduan_client", "impor", file, "--peta", "peta.toml"]
    process = subprocess.Popen(command, env=desk.environment(), cwd=desk.folder, stdout=subprocess.DEVNULL)
    end = time.monotonic() + 60
    while len(city.cases) < count:
        assert process.poll() is None and time.monotonic() < end
        time.sleep(0.002)
    os.kill(process.pid, signal.SIGKILL)
    assert process.wait(10) == -signal.SIGKILL


def test_an_import_interrupted_twice_ends_with_every_row_once(city: City, desk: Desk) -> None:
    file = sheet(desk.folder, [row(number) for number in range(ROWS)])
    city.lost_answers = {10, 3000, 6000}
    killed_after(city, desk, file, 1500)
    city.work.keys.clear()  # as if days lay between: only the row's own identity is left to know it by
    killed_after(city, desk, file, 4000)
    (journal,) = (desk.config / "imports").iterdir()
    with journal.open("ab") as torn:
        torn.write(b'{"row": "tor')  # what a power cut leaves behind
    city.work.keys.clear()
    done = desk.json("impor", file, "--peta", "peta.toml")
    assert (done["rows"], done["refused"]) == (ROWS, [])
    assert done["skipped"] + done["existing"] + done["created"] == ROWS
    assert done["skipped"] > 3900  # the journal spares asking again
    assert len(city.cases) == ROWS
    assert {case["external_id"] for case in city.cases} == {f"rekap-2025:LAP-{number:05d}" for number in range(ROWS)}
    assert Counter(case["status"] for case in city.cases) == {
        "closed": ROWS // 2, "in_progress": ROWS // 4, "received": ROWS // 4,
    }  # fmt: skip


def test_ctrl_c_keeps_what_is_done_and_says_how_to_go_on(city: City, desk: Desk) -> None:
    file = sheet(desk.folder, [row(number) for number in range(2000)])
    command = [sys.executable, "-m", "aduan_client", "impor", file, "--peta", "peta.toml"]
    city.silent_after = 100
    city.answering.clear()  # it cannot be done before it is told to stop
    # A shell that runs the tests in the background tells them to ignore Ctrl-C, and their children inherit that.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    process = subprocess.Popen(command, env=desk.environment(), cwd=desk.folder, stderr=subprocess.PIPE, text=True)
    signal.signal(signal.SIGINT, before)
    end = time.monotonic() + 60
    while len(city.cases) <= 100:
        assert process.poll() is None and time.monotonic() < end
        time.sleep(0.002)
    process.send_signal(signal.SIGINT)
    city.answering.set()
    _, said = process.communicate(timeout=30)
    assert process.returncode == 130
    assert "Impor berhenti (diinterupsi)" in said and "Traceback" not in said
    (journal,) = (desk.config / "imports").iterdir()
    assert len(journal.read_text("utf-8").splitlines()) == len(city.cases)  # nothing in flight was forgotten
