"""What people type, against the HTTP contract: what is printed, where, and the exit code."""

import copy
import json
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.contract.client_fake import CASE, CLIENT_ID, LEDGER, PASSWORD, City
from tests.contract.client_fake_desk import Desk, refused, seated, serving, signed_in

TICKET = "KDR-7Q4M-2X9D"


@pytest.fixture
def city() -> Iterator[City]:
    yield from serving()


@pytest.fixture
def desk(city: City, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    return seated(city, tmp_path, monkeypatch)


@pytest.fixture
def inside(city: City, desk: Desk) -> Desk:
    return signed_in(city, desk)


# Signing in and out


def test_a_demo_user_signs_in_without_typing_a_password(desk: Desk) -> None:
    result = desk.type("login", "--as", "operator1")
    assert result.stdout == "Masuk sebagai operator1 (operator) pada profil local.\n"
    (file,) = (desk.config / "tokens").iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert not (desk.config / "config.toml").exists()


def test_anybody_else_is_asked(desk: Desk) -> None:
    result = desk.type("login", answer=f"operator3\n{PASSWORD}\n")
    assert result.exit_code == 0
    assert "operator3" in result.stdout
    assert PASSWORD not in result.output


def test_a_wrong_password(desk: Desk) -> None:
    result = desk.type("login", "--as", "operator3", "--password-stdin", answer="salah\n")
    refused(result, 3, "Nama pengguna atau kata sandi salah.")
    assert not (desk.config / "tokens").exists()


def test_the_first_password_is_changed(city: City, desk: Desk) -> None:
    city.needs_new_password.add("operator2")
    differing = desk.type("login", "--as", "operator2", answer="rahasia pertama\nrahasia kedua\n")
    assert (differing.exit_code, "Kedua kata sandi baru tidak sama." in differing.stderr) == (2, True)
    weak = desk.type("login", "--as", "operator2", answer="baru\nbaru\n")
    assert (weak.exit_code, "Kata sandi baru tidak memenuhi aturan." in weak.stderr) == (5, True)
    result = desk.type("login", "--as", "operator2", answer="rahasia pertama\nrahasia pertama\n")
    assert result.exit_code == 0
    assert "rahasia pertama" not in result.output


def test_a_new_profile_is_made_by_signing_in(city: City, desk: Desk) -> None:
    new = ("--profile", "kediri", "--api", city.api, "--cognito", city.url, "--client-id", CLIENT_ID)
    failed = desk.type("login", *new, "--as", "operator3", "--password-stdin", answer="salah\n")
    assert failed.exit_code == 3
    assert not (desk.config / "config.toml").exists()
    made = desk.type("login", *new, "--as", "operator3", "--password-stdin", answer=PASSWORD)
    assert made.stdout == "Masuk sebagai operator3 (operator) pada profil kediri.\n"
    assert desk.json("list")["items"] == [CASE]
    again = desk.type("login", *new, "--as", "operator3", "--password-stdin", answer=PASSWORD)
    refused(again, 2, f"Profil kediri sudah ada; ubah dalam {desk.config / 'config.toml'}.")


def test_times_are_the_city_s_unless_another_zone_is_wanted(city: City, desk: Desk) -> None:
    city.zone = "Asia/Makassar"
    assert desk.type("login", "--as", "operator1").exit_code == 0
    asked = len(city.asked)
    assert "21 Nov 2026 10.15 WITA" in desk.type("show", TICKET).stdout
    assert "Diterima (WITA)" in desk.type("list").stdout
    assert "21 Nov 2026 11.15 WIT" in desk.type("show", TICKET, "--zone", "WIT").stdout
    assert "/api/v1/me" not in {one.path for one in city.asked[asked:]}, "asked once, at login"
    new = ("--profile", "lain", "--api", city.api, "--cognito", city.url, "--client-id", CLIENT_ID, "--zone", "WIB")
    assert desk.type("login", *new, "--as", "operator3", "--password-stdin", answer=PASSWORD).exit_code == 0
    assert "21 Nov 2026 09.15 WIB" in desk.type("show", TICKET).stdout, "his profile says so"


def test_a_filing_that_is_held_back_is_named_in_words(city: City, inside: Desk) -> None:
    city.cases = [{**CASE, "lapor": {"state": "held", "complaint_id": None, "tracking_id": None, "status_name": None}}]
    for lang, word in (("id", "ditahan"), ("en", "held")):
        (line,) = [one for one in inside.type("show", TICKET, "--lang", lang).stdout.splitlines() if "LAPOR!" in one]
        assert line.split()[-1] == word


@pytest.mark.parametrize("zone", [None, "", "Mars/Olympus"])
def test_a_city_that_says_no_zone_keeps_nobody_out(city: City, desk: Desk, zone: str | None) -> None:
    city.zone = zone
    assert desk.type("login", "--as", "operator1").exit_code == 0
    assert "21 Nov 2026 09.15 WIB" in desk.type("show", TICKET).stdout


def test_signing_out_deletes_and_revokes(city: City, inside: Desk) -> None:
    assert city.accepted_refresh
    result = inside.type("logout")
    assert (result.exit_code, result.stdout, result.stderr) == (0, "Keluar dari profil local.\n", "")
    assert not city.accepted_refresh
    assert list((inside.config / "tokens").iterdir()) == []
    refused(inside.type("list"), 3, "Belum masuk; jalankan `aduan login`.")
    assert inside.type("logout").exit_code == 0


def test_tokens_that_could_not_be_revoked_are_still_deleted(city: City, inside: Desk) -> None:
    city.cognito_instead = [(400, {"__type": "UnsupportedOperationException"})]
    result = inside.type("logout")
    assert result.exit_code == 0
    assert "tidak dapat mencabutnya" in result.stderr
    assert list((inside.config / "tokens").iterdir()) == []


def test_an_ended_session_goes_on_by_itself_and_one_that_cannot_says_so(city: City, inside: Desk) -> None:
    city.accepted_id.clear()
    assert inside.type("list").exit_code == 0
    city.accepted_id.clear()
    city.accepted_refresh.clear()
    refused(inside.type("list"), 3, "Sesi sudah berakhir; jalankan `aduan login`.")


# Lists


def many(count: int) -> list[dict[str, Any]]:
    return [{**CASE, "ticket": f"KDR-{number:04d}-TEST"} for number in range(count)]


def test_the_list_fits_a_narrow_terminal_with_whole_tickets(inside: Desk) -> None:
    for command in ("list", "daftar"):
        result = inside.type(command)
        assert result.exit_code == 0
        assert "KDR-7Q4M-2X9D   dijawab" in result.stdout
        assert "21 Nov 2026 09.15" in result.stdout and "Diterima (WIB)" in result.stdout
        assert max(len(line) for line in result.stdout.splitlines()) <= 80
        assert len(result.stdout.splitlines()) == 3
        assert "DPUPR" not in result.stdout
    assert "DPUPR" in inside.type("list", COLUMNS="120").stdout


def test_the_list_in_english_and_another_zone(inside: Desk) -> None:
    shown = inside.type("list", "--lang", "en", "--zone", "WIT").stdout
    assert "responded" in shown and "Received (WIT)" in shown and "21 Nov 2026 11:15" in shown
    refused(inside.type("list", "--zone", "Mars"), 2, "Zona waktu Mars tidak dikenal.")


def test_the_list_as_json_is_one_document(city: City, inside: Desk) -> None:
    city.cases = many(230)
    assert inside.json("list", "--all") == {"items": city.cases, "next": None}
    page = inside.json("list", "--limit", "5")
    assert page["items"] == city.cases[:5]
    assert inside.json("list", "--cursor", page["next"], "--limit", "1")["items"] == city.cases[5:6]
    assert len(inside.json("list")["items"]) == 50


def test_a_list_that_goes_on_says_so_beside_the_table(city: City, inside: Desk) -> None:
    city.cases = many(3)
    result = inside.type("list", "--limit", "2")
    assert result.stderr == "Masih ada lagi; pakai --all atau --limit.\n"
    assert inside.type("list").stderr == ""
    refused(inside.type("list", "--limit", "0"), 2, "--limit harus 1 atau lebih.")


def test_filters_in_the_citizens_words(city: City, inside: Desk) -> None:
    inside.type("list", "--status", "menunggu pelapor", "--updated-after", "2026-11-21")
    assert city.asked[-1].query == {
        "limit": "50",
        "status": "waiting",
        "updated_after": "2026-11-20T17:00:00.000Z",
    }
    unknown = inside.type("list", "--status", "hilang")
    assert unknown.exit_code == 2
    assert unknown.stderr.startswith("Status hilang tidak dikenal; pilih: diterima, terverifikasi,")


def test_nothing_to_list(city: City, inside: Desk) -> None:
    city.cases = []
    result = inside.type("list")
    assert (result.exit_code, result.stdout, result.stderr) == (0, "", "Tidak ada aduan.\n")
    assert inside.type("quarantine").stderr == "Karantina kosong.\n"


def test_the_quarantine(city: City, inside: Desk) -> None:
    city.quarantine = [
        {"id": "q1", "received_at": "2026-11-21T02:15:00Z", "channel": "whatsapp", "reason": "bentuk asing"}
    ]
    for command in ("quarantine", "karantina"):
        shown = inside.type(command).stdout
        assert all(text in shown for text in ("q1", "21 Nov 2026 09.15", "WhatsApp", "bentuk asing"))
    assert inside.json("quarantine") == {"items": city.quarantine, "next": None}


# One case


def test_a_case_in_full(inside: Desk) -> None:
    shown = inside.type("lihat", " kdr-7q4m-2x9d ").stdout
    for text in (
        "dijawab", "pengaduan", "WhatsApp", "Jalan rusak", "DPUPR", "anonim", "Setonopande",
        "-7.8166, 112.0114", "21 Nov 2026 09.15 WIB", "23 Nov 2026 16.05 WIB", "Mohon segera ditambal.",
        "foto.jpg", "1,2 MB", "tindak lanjut", "terpenuhi", "dasar hukum kedua", "tidak jelas, perlu diputuskan",
    ):  # fmt: skip
        assert text in shown
    assert "RAHASIA" not in shown
    assert max(len(line) for line in shown.splitlines()) <= 80


def test_a_case_as_json_is_as_it_came(inside: Desk) -> None:
    shown = inside.json("show", TICKET)
    assert shown == CASE
    assert list(shown) == list(CASE)


def test_a_secret_case_with_hardly_anything_in_it(city: City, inside: Desk) -> None:
    city.cases = [{"ticket": TICKET, "status": "received", "secret": True}]
    result = inside.type("show", TICKET)
    assert result.exit_code == 0
    assert "RAHASIA" in result.stdout and "diterima" in result.stdout


def test_a_citizens_text_cannot_act_on_the_terminal(city: City, inside: Desk) -> None:
    nasty = "\x1b]0;judul\x07\x1b[2J[bold]tebal[/bold] :smile: \u202eterbalik \x9b31m"
    city.cases = [{**CASE, "text": nasty, "category": nasty, "messages": [], "reporter": {"name": nasty}}]
    for words in (("show", TICKET), ("list",), ("show", TICKET, "--json"), ("list", "--json")):
        shown = inside.type(*words).stdout
        assert not set("\x1b\x07\x9b") & set(shown)
    assert "[bold]tebal[/bold] :smile:" in inside.type("show", TICKET).stdout
    assert inside.json("show", TICKET)["text"] == nasty


@pytest.mark.parametrize("typed", ["7q4m-2x9d", "7Q4M2X9D", "7q4m 2x9d"])
def test_the_city_s_code_may_be_left_out_of_a_ticket(city: City, inside: Desk, typed: str) -> None:
    city.cases[0]["ticket"] = ticket = f"KDR-{typed.upper()}"  # however it is written, the API finds it
    for command in ("lihat", "linimasa", "tenggat", "survei"):
        assert inside.type(command, typed, "--json").exit_code == 0, command
    inside.type("catat", typed, "--isi", "sudah dicek")
    assert len(city.to(f"/v1/complaints/{ticket.replace(' ', '%20')}/note", "POST")) == 1
    inside.type("gabung", ticket, "--ke", typed)
    assert city.asked[-1].body["duplicate_of"] == ticket
    inside.type("peringatan", "--tiket", typed)
    assert city.asked[-1].query["ticket"] == ticket
    city.asked.clear()
    inside.type("lihat", ticket)
    assert city.to("/v1/city") == [], "only who leaves it out pays for it"


def test_without_a_configuration_a_ticket_goes_as_it_was_typed(city: City, inside: Desk) -> None:
    city.place = {}
    refused(inside.type("show", "7Q4M-2X9D"), 4, "Tidak ada aduan 7Q4M-2X9D.")


def test_no_such_case(inside: Desk) -> None:
    refused(inside.type("show", "KDR-0000-0000"), 4, "Tidak ada aduan KDR-0000-0000.")
    refused(inside.type("show", "  "), 2, "Nomor tiket kosong.")


@pytest.mark.parametrize(
    ("status", "code", "sentence"),
    [
        (403, 5, "Peran Anda tidak boleh melakukan ini."),
        (404, 4, "Tidak ditemukan."),
        (500, 1, "API menjawab dengan kesalahan 500."),
    ],
)
def test_an_error_without_words_gets_ours(city: City, inside: Desk, status: int, code: int, sentence: str) -> None:
    city.instead = [(status, "application/json", b'{"message":"x"}')]
    refused(inside.type("show", TICKET), code, sentence)


def test_a_busy_service(city: City, inside: Desk) -> None:
    city.instead = [(503, "text/plain", b"")] * 3
    refused(inside.type("ledger"), 7, "Layanan sedang sibuk; coba lagi sebentar lagi.")


# The ledger


def test_the_ledger_adds_up(inside: Desk) -> None:
    result = inside.type("ledger")
    assert result.exit_code == 0
    assert "12.345" in result.stdout and "SP4N-LAPOR!" in result.stdout
    assert result.stdout.count("cocok") == 3
    assert inside.json("ledger") == LEDGER


def test_a_ledger_that_does_not_add_up_is_a_failure(city: City, inside: Desk) -> None:
    city.ledger["opened"] -= 2
    city.ledger["destinations"]["lapor"]["due"] += 1
    for words in (("ledger",), ("ledger", "--json")):
        result = inside.type(*words)
        refused(result, 1, "Neraca tidak cocok: pesan selisih 2, SP4N-LAPOR! selisih 1.")
    assert json.loads(result.stdout) == city.ledger


# Forwarding


def test_settling_as_arrived(city: City, inside: Desk) -> None:
    result = inside.type("forward", "settle", TICKET, "--arrived", "7654321")
    assert result.stdout == f"{TICKET}: dicatat sudah sampai di LAPOR! dengan nomor 7654321.\n"
    (asked,) = city.to(f"/v1/complaints/{TICKET}/forward", "POST")
    assert asked.body == {"decision": "arrived", "complaint_id": "7654321"}
    assert asked.headers["if-match"] == '"7"'
    again = inside.type("teruskan", "putuskan", TICKET, "--resend")
    refused(again, 6, "Penerusan ini tidak perlu diputuskan.")


def test_settling_by_sending_again(city: City, inside: Desk) -> None:
    shown = inside.json("teruskan", "putuskan", TICKET.lower(), "--resend")
    assert (shown["version"], shown["lapor"]["state"]) == (8, "waiting")
    (asked,) = city.to(f"/v1/complaints/{TICKET}/forward", "POST")
    assert asked.body == {"decision": "resend"}


# The city


@pytest.fixture
def file(tmp_path: Path) -> str:
    path = tmp_path / "kediri.toml"
    path.write_text('name = "Kota Kediri"\n', "utf-8")
    return str(path)


def test_the_city_in_force(city: City, inside: Desk, file: str) -> None:
    shown = inside.type("kota", "lihat").stdout
    assert all(text in shown for text in ("Kota Kediri", "2 butir", "21 Nov 2026 09.15 WIB", "admin1"))
    assert inside.json("city", "show") == city.city_in_force()
    assert inside.type("city", "show", "--toml").stdout == city.config
    refused(inside.type("city", "show", "--toml", "--json"), 2, "Pilih satu: --toml atau --json.")


def test_the_file_shown_is_the_file_in_force(inside: Desk, file: str) -> None:
    Path(file).write_text(inside.type("city", "show", "--toml").stdout, "utf-8")
    assert inside.json("city", "apply", file, "--dry-run")["changes"] == []


@pytest.mark.parametrize(
    ("answer", "code", "applied"),
    [
        ("y\n", 0, True),
        ("ya\n", 0, True),
        ("YES\n", 0, True),
        ("t\n", 1, False),
        ("\n", 1, False),
        ("", 2, False),
    ],
)
def test_a_change_is_shown_and_asked_for(
    city: City, inside: Desk, file: str, answer: str, code: int, applied: bool
) -> None:
    result = inside.type("city", "apply", file, answer=answer)
    assert result.exit_code == code
    assert 'name = "Kota Kediri"' in result.stdout
    assert "Terapkan 1 perubahan? [y/T]" in result.stderr
    assert bool(city.to("/v1/city", "PUT")) == applied
    assert (city.config == 'name = "Kota Kediri"\n') == applied


def test_the_same_file_twice_changes_nothing(city: City, inside: Desk, file: str) -> None:
    first = inside.type("kota", "terapkan", file, "--yes")
    assert first.stdout.endswith("1 perubahan diterapkan; versi 2.\n")
    assert first.stderr == ""
    second = inside.type("kota", "terapkan", file, "--yes")
    assert (second.exit_code, second.stdout) == (0, "Tidak ada yang berubah.\n")
    assert len(city.to("/v1/city", "PUT")) == 1


def test_a_dry_run_changes_nothing(city: City, inside: Desk, file: str) -> None:
    result = inside.type("city", "apply", file, "--dry-run")
    assert result.exit_code == 0
    assert "Kota Kediri" in result.stdout
    assert inside.json("city", "apply", file, "--dry-run")["applied"] is False
    assert city.to("/v1/city", "PUT") == []


def test_a_warning_is_said_and_stops_nothing(city: City, inside: Desk, file: str) -> None:
    Path(file).write_text("hanya-wa", "utf-8")
    result = inside.type("city", "apply", file, "--yes")
    assert (result.exit_code, result.stderr) == (0, "Kepala DPUPR: hanya punya WhatsApp\n")
    assert city.config == "hanya-wa"


def test_applying_as_json(inside: Desk, file: str) -> None:
    change = {"path": "name", "before": 'name = "Kediri"', "after": 'name = "Kota Kediri"'}
    assert inside.json("city", "apply", file, "--yes") == {"applied": True, "changes": [change], "version": 2}
    assert inside.json("city", "apply", file, "--yes") == {"applied": False, "changes": []}


def test_a_file_with_errors_is_refused_line_by_line(city: City, inside: Desk, file: str) -> None:
    Path(file).write_text("salah", "utf-8")
    result = inside.type("city", "apply", file, "--yes")
    refused(result, 5, f"{file} ditolak: 1 kesalahan.")
    assert all(text in result.stdout for text in ("41", "departments[3].code", "Kode OPD ganda."))
    as_json = inside.type("city", "apply", file, "--yes", "--json")
    assert as_json.exit_code == 5
    assert json.loads(as_json.stdout)["errors"][0]["line"] == 41
    assert city.to("/v1/city", "PUT") == []


def test_a_file_that_cannot_be_read(inside: Desk, file: str, tmp_path: Path) -> None:
    refused(inside.type("city", "apply", "tiada.toml"), 2, "Berkas tiada.toml tidak dapat dibaca.")
    refused(inside.type("city", "apply", str(tmp_path)), 2, f"Berkas {tmp_path} tidak dapat dibaca.")
    Path(file).write_bytes(b"\xff\xfe")
    refused(inside.type("city", "apply", file), 2, f"Berkas {file} bukan teks UTF-8.")


# As a real process


def test_piped_output_has_no_colour_and_a_reader_may_leave_early(city: City, inside: Desk) -> None:
    city.cases = [{**copy.deepcopy(CASE), "status": "rejected"} for _ in range(100)]
    env = {**inside.environment(), "PYTHONIOENCODING": "ascii"}
    command = [sys.executable, "-m", "aduan_client", "list", "--all"]
    done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.count("ditolak") == 100
    assert "\x1b" not in done.stdout
    with subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as early:
        assert early.stdout is not None and early.stderr is not None
        early.stdout.close()
        assert "Traceback" not in early.stderr.read()
