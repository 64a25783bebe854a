"""A day at the desk against the HTTP contract: actions, the queue, exports and erasures."""

import os
import pty
import stat
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.contract.client_fake import CASE, City
from tests.contract.client_fake_desk import Desk, case, posted, refused, seated, serving, signed_in

TICKET = "KDR-7Q4M-2X9D"
OTHER = "KDR-0002-0002"
PHONE = "+6281234567890"


@pytest.fixture
def city() -> Iterator[City]:
    for city in serving():
        city.cases = [case()]
        yield city


@pytest.fixture
def desk(city: City, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    return signed_in(city, seated(city, tmp_path, monkeypatch))


# Actions

ACTIONS = [
    ("verifikasi", "verify", "received", ["--kategori", "jalan rusak"], {"category": "jalan_rusak"}),
    ("disposisi", "assign", "received", ["--opd", "Dinas Lingkungan Hidup"], {"department": "dlhkp"}),
    ("alihkan", "transfer", "assigned", ["-d", "DLHKP", "-n", "salah"], {"department": "dlhkp", "note": "salah"}),
    ("mulai", "start", "assigned", [], {}),
    ("tunggu", "wait", "assigned", ["--isi", "RT berapa?"], {"text": "RT berapa?"}),
    ("lanjut", "resume", "waiting", [], {}),
    ("jawab", "respond", "in_progress", ["--text", "Sudah ditambal."], {"text": "Sudah ditambal."}),
    ("selesai", "close", "responded", ["--note", "dicek di tempat"], {"note": "dicek di tempat"}),
    ("tolak", "reject", "received", ["--alasan", "bukan wewenang"], {"reason": "not_our_authority"}),
    ("buka-lagi", "reopen", "closed", ["--catatan", "rusak lagi"], {"note": "rusak lagi"}),
    ("gabung", "merge", "received", ["--ke", OTHER.lower()], {"duplicate_of": OTHER}),
    ("perpanjang", "extend", "assigned", ["--tenggat", "tindak lanjut", "-nx"], {"clock": "follow_up", "note": "x"}),
    ("catat", "note", "closed", ["-t", "warga menelepon"], {"text": "warga menelepon"}),
    ("ubah", "set", "received", ["--rahasia", "--bukan-anonim"], {"changes": {"secret": True, "anonymous": False}}),
]  # fmt: skip


@pytest.mark.parametrize(("indonesian", "english", "status", "options", "body"), ACTIONS)
def test_an_action_under_both_its_names(
    city: City, desk: Desk, indonesian: str, english: str, status: str, options: list[str], body: dict[str, Any]
) -> None:
    for name in (indonesian, english):
        city.cases = [case(status=status, department="dpupr", before_waiting="assigned")]
        result = desk.type(name, TICKET.lower(), *options)
        assert (result.exit_code, result.stderr) == (0, "")
        assert result.stdout.startswith(f"{TICKET}: ") and "versi 8" in " ".join(result.stdout.split())
        assert posted(city, f"/v1/complaints/{TICKET}/{english}")[-1] == body
        asked = city.asked[-1]
        assert asked.headers["idempotency-key"] and "if-match" not in asked.headers
    assert desk.json(english, TICKET, *options)["ticket"] == TICKET if english in ("note", "set") else True


def test_an_action_says_what_became_of_the_case(city: City, desk: Desk) -> None:
    result = desk.type("disposisi", TICKET, "--opd", "dpupr", "--version", "7")
    assert result.stdout == f"{TICKET}: mendisposisikan; sekarang didisposisikan, versi 8.\n"
    assert city.asked[-1].headers["if-match"] == '"7"'
    assert city.cases[0]["department"] == "dpupr"
    english = desk.type("start", TICKET, "--lang", "en")
    assert english.stdout == f"{TICKET}: started; now in progress, version 9.\n"


def test_two_officers_at_once_and_the_second_hears_who_was_first(city: City, desk: Desk) -> None:
    assert desk.type("assign", TICKET, "--department", "dpupr", "--version", "7").exit_code == 0
    city.work.timeline[TICKET][-1].update(at="2026-11-21T02:15:00.000Z", actor="operator2")
    refused(
        desk.type("reject", TICKET, "--reason", "spam", "--version", "7"),
        6,
        f"{TICKET} sudah berubah: operator2 mendisposisikan, 21 Nov 2026 09.15 WIB. "
        f"Periksa dengan `aduan lihat {TICKET}`, lalu ulangi dengan --version 8.",
    )
    assert city.cases[0]["status"] == "assigned"
    assert desk.type("reject", TICKET, "--reason", "spam", "--version", "8").exit_code == 0


def test_a_move_the_table_forbids_names_those_it_has(city: City, desk: Desk) -> None:
    refused(
        desk.type("selesai", TICKET),
        6,
        f"{TICKET} berstatus diterima, jadi tidak bisa `selesai`; yang bisa sekarang: verifikasi, disposisi, tunggu, "
        "tolak, gabung, perpanjang, catat, lampirkan, ubah.",
    )
    city.work.role = "auditor"
    english = desk.type("close", TICKET, "--lang", "en")
    refused(english, 6, f"{TICKET} is received, so it cannot be `close`; there is nothing you can do with it now.")


def test_a_role_that_may_not(city: City, desk: Desk) -> None:
    city.work.role = "officer"
    refused(desk.type("verify", TICKET), 5, "Peran Anda tidak boleh melakukan ini.")
    own = "Your role may not do this. (server: Peran Anda tidak boleh melakukan ini.)"
    refused(desk.type("verify", TICKET, "--lang", "en"), 5, own)
    own = "Not found, or not yours to see. (server: Tidak ada aduan KDR-0000-0000.)"
    refused(desk.type("show", "KDR-0000-0000", "--lang", "en"), 4, own)


def test_what_is_missing_or_unknown_is_said_before_anything_is_sent(city: City, desk: Desk) -> None:
    for words, sentence in (
        (("assign", TICKET), "--opd belum diisi."),
        (("reject", TICKET), "--alasan belum diisi."),
        (("reject", TICKET, "--lang", "en"), "--reason is missing."),
        (("extend", TICKET), "--tenggat belum diisi."),
        (("alihkan", TICKET, "--opd", "dpupr"), "Alasannya belum ada; pakai --catatan atau --berkas."),
        (("transfer", TICKET, "--opd", "dpupr", "--lang", "en"), "The reason is missing; use --note or --file."),
        (("reject", TICKET, "--reason", "malas"),
         "malas tidak dikenal; pilih: spam atau iseng, bukan wewenang, duplikat, tidak lengkap, tidak pantas."),
        (("merge", TICKET), "--ke belum diisi."),
        (("set", TICKET), "Tidak ada yang diubah; lihat --help."),
        (("set", TICKET, "--lat", "-7.8"), "--lat dan --lon harus bersama-sama, dalam derajat."),
        (("set", TICKET, "--lat", "97.8", "--lon", "1"), "--lat dan --lon harus bersama-sama, dalam derajat."),
        (("set", TICKET, "--lat", "selatan", "--lon", "1"), "--lat dan --lon harus bersama-sama, dalam derajat."),
        (("set", TICKET, "--lat", "nan", "--lon", "180,1"), "--lat dan --lon harus bersama-sama, dalam derajat."),
        (("respond", TICKET), "Isinya belum ada; pakai --isi atau --berkas."),
        (("respond", TICKET, "--text", "  "), "Isinya kosong; tidak ada yang dikirim."),
        (("respond", TICKET, "--text", "a", "--file", "b"), "Pilih satu: teks atau berkas."),
        (("respond", TICKET, "--file", "tiada.txt"), "Berkas tiada.txt tidak dapat dibaca."),
        (("attach", TICKET, "tiada.jpg"), "Berkas tiada.jpg tidak dapat dibaca."),
    ):  # fmt: skip
        refused(desk.type(*words), 2, sentence)
    assert city.asked == []
    unknown = desk.type("assign", TICKET, "--department", "dpuper")
    refused(unknown, 2, "OPD dpuper tidak ada; mungkin: dpupr.")
    assert posted(city, f"/v1/complaints/{TICKET}/assign") == []


def test_a_long_answer_from_a_file_and_from_standard_input(city: City, desk: Desk) -> None:
    city.cases[0] |= {"status": "in_progress", "department": "dpupr"}
    (desk.folder / "jawaban.txt").write_text("\ufeffBaris satu.\nBaris dua.\n", "utf-8")
    assert desk.type("jawab", TICKET, "--file", "jawaban.txt").exit_code == 0
    assert desk.type("jawab", TICKET, "--file", "-", answer="Dari pipa.\n").exit_code == 0
    assert posted(city, f"/v1/complaints/{TICKET}/respond") == [
        {"text": "Baris satu.\nBaris dua."},
        {"text": "Dari pipa."},
    ]


def test_a_long_answer_written_in_an_editor(city: City, desk: Desk) -> None:
    city.cases[0] |= {"status": "in_progress", "department": "dpupr"}
    editor = desk.folder / "editor.py"
    editor.write_text(
        "import pathlib, sys\npage = pathlib.Path(sys.argv[-1])\n"
        "assert page.parent.stat().st_mode & 0o77 == 0\n"
        "page.write_text('Sudah diganti.\\nTerima kasih.\\n' + page.read_text('utf-8'), 'utf-8')\n"
        "pathlib.Path('where').write_text(str(page))\n",
        "utf-8",
    )
    ours, theirs = pty.openpty()
    env = {**desk.environment(), "EDITOR": f"{sys.executable} {editor}"}
    command = [sys.executable, "-m", "aduan_client", "jawab", TICKET]
    done = subprocess.run(
        command, env=env, cwd=desk.folder, stdin=theirs, capture_output=True, text=True, timeout=60, check=False
    )
    os.close(ours)
    os.close(theirs)
    assert (done.returncode, done.stderr) == (0, "")
    assert posted(city, f"/v1/complaints/{TICKET}/respond") == [{"text": "Sudah diganti.\nTerima kasih."}]
    assert not Path((desk.folder / "where").read_text("utf-8")).exists()


def test_only_the_part_of_a_place_that_is_named_changes(city: City, desk: Desk) -> None:
    assert desk.type("ubah", TICKET, "--kelurahan", "Bandar Lor").exit_code == 0
    (body,) = posted(city, f"/v1/complaints/{TICKET}/set")
    assert body == {"changes": {"location": {**CASE["location"], "kelurahan": "Bandar Lor"}}}
    assert city.asked[-1].headers["if-match"] == '"7"'  # what it was read from


def test_a_kelurahan_is_found_however_it_is_written(city: City, desk: Desk) -> None:
    assert desk.type("ubah", TICKET, "--kelurahan", "kel. BANDAR  LOR").exit_code == 0
    (body,) = posted(city, f"/v1/complaints/{TICKET}/set")
    assert body["changes"]["location"]["kelurahan"] == "Bandar Lor"
    assert desk.type("daftar", "--kelurahan", "setonopande").exit_code == 0
    assert city.asked[-1].query["kelurahan"] == "Setonopande"
    city.asked.clear()
    for words in (("ubah", TICKET), ("daftar",), ("ekspor", "a.csv", "--dari", "2026-01-01", "--sampai", "2026-01-02")):
        unknown = desk.type(*words, "--kelurahan", "Setonopane")
        refused(unknown, 2, "Kelurahan Setonopane tidak ada di kota ini; mungkin: Setonopande.")
    assert {asked.path for asked in city.asked} == {"/api/v1/city"}


def test_an_action_whose_answer_gets_lost_is_done_once(city: City, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("aduan_client.patience.FIRST", 0.001)
    city.instead = [(503, "text/plain", b""), (429, "text/plain", b"")]
    assert desk.type("note", TICKET, "-t", "sekali saja").exit_code == 0
    asked = city.to(f"/v1/complaints/{TICKET}/note")
    assert len({one.headers["idempotency-key"] for one in asked}) == 1 and len(asked) == 3
    assert len(city.work.timeline[TICKET]) == 1


def test_files_are_sent_to_the_store_and_attached(city: City, desk: Desk) -> None:
    for name in ("a.jpg", "b.PDF"):
        (desk.folder / name).write_bytes(name.encode() * 1000)
    result = desk.type("lampirkan", TICKET, "a.jpg", "b.PDF", "--version", "7")
    assert (result.exit_code, result.stderr) == (0, "")
    assert [len(content) for content in city.work.uploads.values()] == [5000, 5000]
    first, second = city.to(f"/v1/complaints/{TICKET}/attach")
    assert first.body == {"attachment": {"id": "a1", "name": "a.jpg", "type": "image/jpeg", "size": 5000}}
    assert second.body["attachment"]["type"] == "application/pdf"
    assert (first.headers["if-match"], second.headers["if-match"]) == ('"7"', '"8"')
    (desk.folder / "c.exe").write_bytes(b"MZ")
    assert desk.type("attach", TICKET, "c.exe").stderr.startswith("Jenis berkas c.exe tidak diterima; yang bisa: .jpg,")


# Looking


def due(hours: float, name: str = "follow_up", state: str = "running") -> dict[str, Any]:
    at = datetime.now(UTC) + timedelta(hours=hours, minutes=1)
    return {"name": name, "due_at": at.isoformat(timespec="milliseconds"), "state": state, "legal_basis": None}


def test_the_queue_shows_what_is_due_first(city: City, desk: Desk) -> None:
    city.cases = [
        case(ticket="KDR-0003-0003", clocks=[due(100), due(-500, "verification", "met")]),
        case(ticket="KDR-0001-0001", clocks=[due(-5, state="breached")]),
        case(ticket="KDR-0002-0002", clocks=[due(20), due(300, "closing")]),
        case(ticket="KDR-0004-0004", status="closed"),
    ]
    for command in ("antre", "queue"):
        lines = desk.type(command).stdout.splitlines()
        assert [line.split("KDR-")[1][:9] for line in lines[2:]] == ["0001-0001", "0002-0002", "0003-0003"]
        assert [line.split("  ")[0] for line in lines[2:]] == ["lewat 4 jam", "20 jam lagi", "4 hari lagi"]
        assert max(map(len, lines)) <= 80
    assert city.asked[-1].query == {"limit": "50", "queue": "1"}
    wide = desk.type("antre", "--opd", "dpupr", COLUMNS="120")
    assert wide.stderr == "Antrean kosong.\n"
    city.cases[1]["department"] = "dpupr"
    wide = desk.type("antre", "--opd", "DPUPR", COLUMNS="140")
    assert "tindak lanjut" in wide.stdout and "dpupr" in wide.stdout
    assert city.asked[-1].query["department"] == "dpupr"


def test_every_list_shows_the_deadline_its_items_have(city: City, desk: Desk) -> None:
    city.cases = [
        case(ticket="KDR-0001-0001", clocks=[due(-5, state="breached")]),
        case(ticket="KDR-0002-0002", clocks=[due(20)]),
        case(ticket="KDR-0003-0003", clocks=[due(30, state="paused")], status="waiting"),
        case(ticket="KDR-0004-0004", clocks=[], status="closed"),
    ]
    lines = desk.type("daftar").stdout.splitlines()
    assert "Tenggat" in lines[0] and max(map(len, lines)) <= 80
    for line, words in zip(lines[2:], ("lewat 4 jam", "20 jam lagi", "dijeda", "\u2013"), strict=True):
        assert words in line
    assert "dijeda" in desk.type("antre").stdout
    city.cases = [case(clocks=[])]
    assert "Tenggat" not in desk.type("daftar").stdout


def test_a_suggestion_is_shown_with_what_it_rests_on(city: City, desk: Desk) -> None:
    assert "Saran" not in desk.type("lihat", TICKET).stdout
    city.cases[0]["suggestion"] = {
        "category": "sampah", "department": "dlhkp", "kelurahan": None, "confidence": 0.834,
        "words": ["sampah", "menumpuk"], "guess": False, "runner_up": None,
    }  # fmt: skip
    shown = " ".join(desk.type("lihat", TICKET).stdout.split())
    assert "Saran Kategori sampah OPD dlhkp Keyakinan 83% Dari kata sampah, menumpuk" in shown


def test_filters_become_the_apis(city: City, desk: Desk) -> None:
    desk.type("daftar", "--status", "diterima,ditindaklanjuti", "--kanal", "telepon", "--kategori", "Sampah",
              "--kelurahan", "Setonopande", "--class", "pengaduan", "--cari", "7Q4M",
              "--tenggat-sebelum", "2026-11-21", "--received-before", "2026-11-30")  # fmt: skip
    assert city.asked[-1].query == {
        "limit": "50", "status": "received,in_progress", "channel": "phone", "category": "sampah",
        "kelurahan": "Setonopande", "class": "complaint", "q": "7Q4M",
        "due_before": "2026-11-20T17:00:00.000Z", "received_before": "2026-11-29T17:00:00.000Z",
    }  # fmt: skip
    unknown = desk.type("list", "--channel", "merpati")
    assert (unknown.exit_code, unknown.stderr.startswith("merpati tidak dikenal; pilih: WhatsApp, ")) == (2, True)


def test_the_timeline_says_who_changed_what(city: City, desk: Desk) -> None:
    desk.type("disposisi", TICKET, "--opd", "dpupr", "--note", "mohon segera")
    desk.type("set", TICKET, "--secret")
    for command in ("linimasa", "timeline"):
        shown = desk.type(command, TICKET).stdout
        words = " ".join(shown.split())
        assert "operator1" in words and "mendisposisikan" in words and "mohon segera" in words
        assert "Status: diterima \u2192 didisposisikan" in words and "OPD: \u2013 \u2192 dpupr" in words
        assert max(map(len, shown.splitlines())) <= 80
    assert [event["type"] for event in desk.json("timeline", TICKET)["items"]] == ["assign", "set"]


def test_a_case_says_what_may_be_done_now(city: City, desk: Desk) -> None:
    city.cases[0]["actions"] = ["verify", "reopen"]
    assert "verifikasi, buka-lagi" in desk.type("lihat", TICKET).stdout
    assert "verify, reopen" in desk.type("show", TICKET, "--lang", "en").stdout


# Exports and erasures


@pytest.mark.parametrize(("to", "path"), [("2026-01-31", "/v1/export.csv"), ("2026-03-31", "/v1/exports")])
def test_an_export_short_or_long(city: City, desk: Desk, to: str, path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("aduan_client.downloads.POLL", 0.001)
    result = desk.type("ekspor", "aduan.csv", "--from", "2026-01-01", "--to", to, "--status", "selesai")
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.startswith("Ditulis ke aduan.csv (")
    written = desk.folder / "aduan.csv"
    assert written.read_bytes() == city.work.export
    assert stat.S_IMODE(written.stat().st_mode) == 0o600  # names and numbers are in it
    (asked,) = city.to(path)
    narrowed = {"from": "2026-01-01", "to": to, "status": "closed"}
    assert narrowed.items() <= (asked.query or asked.body).items()
    assert [one.name for one in desk.folder.iterdir() if one.name.endswith(".part")] == []
    again = desk.type("export", "aduan.csv", "--from", "2026-01-01", "--to", to)
    refused(again, 2, "Berkas aduan.csv sudah ada; pakai --yes untuk menimpanya.")


def test_a_year_s_evidence_is_fetched_when_it_is_ready(city: City, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("aduan_client.downloads.POLL", 0.001)
    result = desk.type("bukti", "2026")
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.startswith("Ditulis ke bukti-2026.zip (")
    written = desk.folder / "bukti-2026.zip"
    assert (written.read_bytes(), stat.S_IMODE(written.stat().st_mode)) == (city.work.export, 0o600)
    (asked,) = city.to("/v1/evidence")
    assert asked.body == {"year": 2026}
    refused(desk.type("evidence", "2026"), 2, "Berkas bukti-2026.zip sudah ada; pakai --yes untuk menimpanya.")
    again = desk.type("evidence", "2026", "lain.zip")
    assert again.exit_code == 0 and (desk.folder / "lain.zip").exists()


def test_a_short_export_that_lies_elsewhere_is_fetched_there_without_the_session(city: City, desk: Desk) -> None:
    city.work.elsewhere = True
    result = desk.type("ekspor", "aduan.csv", "--dari", "2026-01-01", "--sampai", "2026-01-31")
    assert (result.exit_code, result.stderr) == (0, "")
    assert (desk.folder / "aduan.csv").read_bytes() == city.work.export
    assert "authorization" in city.to("/v1/export.csv")[0].headers
    assert city.stored == [("GET", "export")]  # the store refuses whoever brings a session along


def test_an_export_that_fails_leaves_no_half_file(city: City, desk: Desk) -> None:
    city.instead = [(403, "application/problem+json", b'{"detail":"Tidak boleh.","status":403}')]
    refused(desk.type("ekspor", "a.csv", "--from", "2026-01-01", "--to", "2026-01-02"), 5, "Tidak boleh.")
    for words, sentence in (
        (("a.ods", "--from", "2026-01-01", "--to", "2026-01-02"), "Nama berkas harus berakhir .csv atau .xlsx."),
        (("a.csv", "--from", "2026-01-02", "--to", "2026-01-01"), "Hari terakhir mendahului hari pertama."),
        (("a.csv", "--from", "kemarin", "--to", "2026-01-01"), "kemarin bukan tanggal; tulis 2026-11-21."),
        (("x/a.csv", "--from", "2026-01-01", "--to", "2026-01-01"), "Berkas x/a.csv tidak dapat ditulis."),
    ):  # fmt: skip
        refused(desk.type("ekspor", *words), 2, sentence)
    assert [one.name for one in desk.folder.iterdir() if "a.csv" in one.name] == []


def test_an_erasure_is_asked_for_by_word(city: City, desk: Desk) -> None:
    words = ("hapus-data", "--phone", "081234567890", "--alasan", "permintaan pelapor")
    no = desk.type(*words, answer="ya\n")
    assert no.exit_code == 1 and "Dibatalkan." in no.stderr and city.work.erased == []
    assert f"Semua data pribadi {PHONE} akan dihapus" in no.stderr
    yes = desk.type(*words, answer="hapus\n")
    assert "2 aduan, 7 pesan, 3 berkas, 1 kiriman tak terbaca." in yes.stderr
    told = "Data pribadi dihapus dari 2 aduan.", "Minta juga penghapusan di SP4N-LAPOR! untuk nomor 5400001."
    limits = "Yang tidak terjangkau:", "  - Cadangan basis data hilang sendiri."
    assert (yes.exit_code, yes.stdout.splitlines()) == (0, [*told, *limits])
    asked = [(one.query.get("dry"), one.body) for one in city.to("/v1/erasures", "POST")]
    person = {"phone": PHONE, "reason": "permintaan pelapor"}
    assert asked == [("1", person), ("1", person), (None, person)]
    refused(desk.type("erase", "--reason", "x"), 2, "Pilih satu: --telepon, --handle atau --tiket.")
    refused(desk.type("erase", "--ticket", TICKET), 2, "--alasan belum diisi.")
    log = desk.type("erase", "--log").stdout
    assert "permintaan pelapor" in log and PHONE not in log
    assert len(desk.json("erase", "--log")["items"]) == 1


def test_an_erasure_can_be_counted_first_and_goes_on_until_nothing_is_left(city: City, desk: Desk) -> None:
    counted = desk.type("erase", "--ticket", TICKET, "--dry-run", "--lang", "en")
    assert counted.stdout.startswith("2 cases, 7 messages, 3 files, 1 unreadable payloads.\n")
    assert city.work.erased == [] and desk.json("erase", "--ticket", TICKET, "--dry-run")["dry"] is True
    assert "At least" not in counted.stdout
    city.work.erasures_left = 4
    assert "Paling sedikit sekian" in desk.type("erase", "--ticket", TICKET, "--dry-run").stdout
    done = desk.type("erase", "--ticket", TICKET, "--reason", "surat", "--yes")
    assert (len(city.work.erased), "Masih" in done.stderr) == (4, False)
    city.work.erased, city.work.erasures_left = [], 100
    left = desk.type("erase", "--ticket", TICKET, "--reason", "surat", "--yes")
    assert (len(city.work.erased), left.exit_code) == (11, 0)
    assert "Masih 89 aduan; diteruskan malam ini, atau ulangi perintah ini." in left.stderr


def test_a_callers_cases_are_asked_for_without_his_number_in_an_address(city: City, desk: Desk) -> None:
    city.cases[0]["reporter"]["phone"] = PHONE
    found = desk.json("penelepon", "0812-3456-7890", "--status", "diterima")
    assert [case["ticket"] for case in found["items"]] == [city.cases[0]["ticket"]]
    asked = city.asked[-1]
    assert (asked.path, asked.query) == ("/api/v1/callers", {})
    assert asked.body == {"phone": PHONE, "limit": 50, "status": ["received"]}
    assert desk.type("caller", "081234567890", "--status", "selesai").stderr == "Tidak ada aduan.\n"
    refused(desk.type("penelepon", "nomor"), 2, "Itu bukan nomor telepon; tulis misalnya 0812-3456-7890.")


def test_a_deadline_is_explained_in_words_and_day_by_day_where_that_is_asked_for(city: City, desk: Desk) -> None:
    day = {
        "date": "2026-11-20",
        "counted": 4.5,
        "reason": "hari kerja",
        "spans": ["11.00\u201311.30", "13.00\u201317.00"],
    }
    off = {"date": "2026-11-21", "counted": 0, "reason": "bukan hari kerja", "spans": []}
    whole = {"date": "2026-11-23", "counted": "day", "reason": "hari kerja", "spans": []}
    text = "Tenggat penyelesaian: Senin.\nDihitung 4 jam 30 menit."
    city.work.explained = [{"name": "resolution", "state": "running", "text": text, "days": [day, off, whole]}]
    short = desk.type("tenggat", TICKET).stdout
    assert "Dihitung 4 jam 30 menit." in short and "2026-11-20" not in short
    long = " ".join(desk.type("sla", TICKET, "--hari", COLUMNS="100").stdout.split())
    assert "Jum 2026-11-20 4 j 30 m 11.00\u201311.30, 13.00\u201317.00 (hari kerja)" in long
    assert "Sab 2026-11-21 \u2013 bukan hari kerja Sen 2026-11-23 1 hari hari kerja" in long
