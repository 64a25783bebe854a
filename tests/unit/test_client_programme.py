"""`aduan` itself, without any API: help, languages, mistyped commands, exit codes, a light start."""

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import aduan_client
import pytest
from aduan_client.errors import EXIT_CODE_OF_STATUS, ApiError, ExitCode
from aduan_client.localised import global_first
from aduan_client.main import app
from aduan_client.messages import MESSAGES
from aduan_client.refusals import api_sentence
from aduan_client.views.counts import destination_difference, imbalances, message_difference
from aduan_client.words import ENGLISH_NAMES, INDONESIAN_NAMES, Words
from hypothesis import given
from hypothesis import strategies as st
from typer.main import get_command
from typer.testing import CliRunner

from chalicelib.complaints.lifecycle import LEADS_TO

# Commands of a group.
INNER = ("terapkan", "putuskan", "libur", "tambah", "hapus", "isi", "ulang")
README = Path(aduan_client.__file__).parent.parent / "README.md"


@pytest.fixture
def runner(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    monkeypatch.chdir(tmp_path)
    for name in ("ADUAN_LANG", "ADUAN_PROFILE", "ADUAN_DEBUG"):
        monkeypatch.delenv(name, raising=False)
    return CliRunner(env={"ADUAN_CONFIG_DIR": str(tmp_path / "config"), "TERMINAL_WIDTH": None})


def plain(text: str) -> str:
    return " ".join(re.sub(r"\x1b\[[0-9;]*m", "", text).split())


def test_help_is_indonesian_and_english_on_demand(runner: CliRunner) -> None:
    indonesian = plain(runner.invoke(app, ["--help"]).output)
    assert "Pakai:" in indonesian and "Tindakan" in indonesian and "Kode keluar" in indonesian
    assert "(juga: list)" in indonesian and "Usage" not in indonesian and "Options" not in indonesian
    english = plain(runner.invoke(app, ["--lang", "en", "--help"]).output)
    assert "Usage:" in english and "(also: daftar)" in english and "Exit codes" in english
    assert "Pakai" not in english and "Opsi" not in english
    assert plain(runner.invoke(app, ["--help"], env={"ADUAN_LANG": "en"}).output) == english


@pytest.mark.parametrize(
    "words",
    [
        ["login"], ["logout"], ["ledger"], ["kota", "terapkan"], ["city", "apply"], ["city", "show"],
        ["teruskan", "putuskan"], ["forward", "settle"],
        ["kota", "libur"], ["city", "holidays"], ["kota", "libur", "hapus"], ["city", "holidays", "add"],
        ["city", "holidays", "seed"], ["dlq"], ["dlq", "ulang"], ["dlq", "redrive"],
        *([name] for pair in ENGLISH_NAMES.items() for name in pair if pair[0] not in INNER),
    ],
)  # fmt: skip
def test_every_command_explains_itself_in_both_languages(runner: CliRunner, words: list[str]) -> None:
    for lang, heading in (("id", "Pakai:"), ("en", "Usage:")):
        result = runner.invoke(app, [*words, "--help", "--lang", lang])
        assert result.exit_code == 0
        assert heading in result.output
        assert not re.search(r"\b(help|option|argument)\.\w", result.output)  # a key left untranslated


def test_both_names_are_the_same_command() -> None:
    root: Any = get_command(app)
    city = root.commands["kota"]
    for group in (root, city, city.commands["libur"], root.commands["teruskan"], root.commands["dlq"]):
        for indonesian, english in ENGLISH_NAMES.items():
            assert (indonesian in group.commands) == (english in group.commands)


def test_version(runner: CliRunner) -> None:
    result = runner.invoke(app, ["--version"])
    assert result.exit_code == 0
    assert re.fullmatch(r"aduan \d+\.\d+\.\d+\n", result.output)


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        (["hapus"], 2, "Perintah hapus tidak dikenal."),
        (["hapus", "--lang", "en"], 2, "There is no command hapus."),
        (["list", "--warna"], 2, "Opsi --warna tidak dikenal. Lihat `aduan list --help`."),
        (["show"], 2, "TIKET belum diisi. Lihat `aduan show --help`."),
        (["list", "--limit", "banyak"], 2, "Nilai untuk --limit tidak benar. Lihat `aduan list --help`."),
        (["--lang", "fr", "list"], 2, "Bahasa hanya id atau en."),
        (["list"], 2, "Belum ada profil; buat dengan `aduan login --api … --cognito … --client-id …`."),
        (["login", "--api", "https://a.invalid"], 2, "Profil baru perlu --api, --cognito dan --client-id."),
        (["forward", "settle", "KDR-7Q4M-2X9D"], 2, "Pilih satu: --arrived NOMOR atau --resend."),
        (
            ["forward", "settle", "KDR-7Q4M-2X9D", "--resend", "--arrived", "1"],
            2,
            "Pilih satu: --arrived NOMOR atau --resend.",
        ),
        (["ekspor", "a.csv"], 2, "--dari belum diisi. Lihat `aduan ekspor --help`."),
        (["export", "a.csv", "--lang", "en"], 2, "--from is missing. See `aduan export --help`."),
        (["impor", "--workers", "99"], 2, "Nilai untuk --pekerja tidak benar. Lihat `aduan impor --help`."),
        (
            ["import", "--pekerja", "99", "--lang", "en"],
            2,
            "The value for --workers is not right. See `aduan import --help`.",
        ),
        (["city", "apply", "tiada.toml", "--json"], 2, "Dengan --json perlu --yes atau --dry-run."),
    ],
)
def test_a_mistyped_command_is_one_sentence(runner: CliRunner, words: list[str], code: int, sentence: str) -> None:
    result = runner.invoke(app, words, prog_name="aduan")
    assert (result.exit_code, result.stdout, result.stderr) == (code, "", sentence + "\n")


def test_nothing_typed_shows_the_help(runner: CliRunner) -> None:
    result = runner.invoke(app, [])
    assert result.exit_code == 2
    assert "Pakai:" in result.stdout
    assert result.stderr == ""


def test_an_unexpected_error_is_a_sentence_unless_debugging(runner: CliRunner, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("with something private in it")

    monkeypatch.setattr("aduan_client.config.load_profile", broken)
    result = runner.invoke(app, ["list"])
    assert result.exit_code == 1
    assert result.stderr.startswith("Kesalahan tak terduga (ZeroDivisionError)")
    assert "private" not in result.output
    debugging = runner.invoke(app, ["list"], env={"ADUAN_DEBUG": "1"})
    assert isinstance(debugging.exception, ZeroDivisionError)


def test_interrupted(runner: CliRunner, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("aduan_client.config.load_profile", interrupted)
    assert runner.invoke(app, ["list"]).exit_code == 130


def test_the_readme_has_every_exit_code() -> None:
    documented = {int(code) for code in re.findall(r"^\| (\d+) \|", README.read_text("utf-8"), re.MULTILINE)}
    assert documented == {int(code) for code in ExitCode} | {130}


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (400, 5),
        (401, 3),
        (403, 5),
        (404, 4),
        (409, 6),
        (412, 6),
        (422, 5),
        (429, 7),
        (503, 7),
        (500, 1),
        (418, 1),
    ],
)
def test_exit_code_of_a_status(status: int, code: int) -> None:
    error = ApiError(status)
    assert error.code == code
    for lang in ("id", "en"):
        assert api_sentence(error, Words(lang))


def test_every_status_with_an_exit_code_of_its_own_has_words() -> None:
    for status in EXIT_CODE_OF_STATUS:
        assert "{" not in api_sentence(ApiError(status), Words("id"))


def test_a_problems_own_words_go_first() -> None:
    assert api_sentence(ApiError(409, "Bentrok", "Dari diterima hanya ke terverifikasi."), Words()) == (
        "Dari diterima hanya ke terverifikasi."
    )
    assert api_sentence(ApiError(409, "Bentrok"), Words()) == "Bentrok"


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (ApiError(404, "Not found", "Tidak ada aduan."), "Not found, or not yours to see. (server: Tidak ada aduan.)"),
        (ApiError(404), "Not found, or not yours to see."),
        (
            ApiError(422, "Not valid", "text: wajib diisi.", extra={"field": "text"}),
            "The value of text is not right. (server: text: wajib diisi.)",
        ),
        (
            ApiError(422, None, "x: salah.", extra={"errors": [{"field": "x"}, {"field": "location.lat"}]}),
            "The value of x, location.lat is not right. (server: x: salah.)",
        ),
        (
            ApiError(400, None, "limit: bilangan bulat."),
            "The value of limit is not right. (server: limit: bilangan bulat.)",
        ),
        (
            ApiError(403, None, "Tidak.", extra={"allowed": ["note"]}),
            "Your role may not do this now; it may: note. (server: Tidak.)",
        ),
        (
            ApiError(409, None, "Tidak.", extra={"state": "confirmed"}),
            "The filing with LAPOR! is confirmed; there is nothing to settle. (server: Tidak.)",
        ),
        (
            ApiError(412, extra={"version": 9}),
            "It has changed meanwhile and is at version 9 now; look again and repeat.",
        ),
        (ApiError(503, "Not available", "Sibuk."), "The service is busy; try again in a moment. (server: Sibuk.)"),
        (ApiError(418, "Teko", "Teko."), "The API answered with error 418. (server: Teko.)"),
    ],
)
def test_in_english_a_refusal_is_a_sentence_of_the_clients_own(error: ApiError, sentence: str) -> None:
    assert api_sentence(error, Words("en")) == sentence
    if error.detail:
        assert error.detail in api_sentence(error, Words("id")) and "server" not in api_sentence(error, Words("id"))


@pytest.mark.parametrize(
    ("typed", "moved"),
    [
        (["list", "--profile", "kediri"], ["--profile", "kediri", "list"]),
        (["list", "--lang=en", "--json"], ["--lang=en", "list", "--json"]),
        (["show", "--", "--zone", "WIT"], ["show", "--", "--zone", "WIT"]),
        (["list", "--zone"], ["--zone", "list"]),
        ([], []),
    ],
)
def test_options_of_the_programme_may_follow_the_command(typed: list[str], moved: list[str]) -> None:
    assert global_first(typed) == moved


@given(st.lists(st.sampled_from(["list", "--json", "--lang", "en", "--zone=WIT", "--", "x", "--profile"])))
def test_moving_options_loses_and_repeats_nothing(words: list[str]) -> None:
    moved = global_first(words)
    assert sorted(moved) == sorted(words)
    assert global_first(moved) == moved


COUNT = st.integers(0, 10**9)


@given(COUNT, COUNT, COUNT, COUNT, COUNT, st.integers(-5, 5))
def test_the_ledger_says_by_how_much_it_is_off(a: int, b: int, c: int, d: int, e: int, off: int) -> None:
    ledger = {
        "accepted": a + b + c + d + e + off,
        "opened": a,
        "appended": b,
        "duplicates": c,
        "quarantined": d,
        "control": e,
        "destinations": {
            "lapor": {"due": a + b + c + d - off, "confirmed": a, "waiting": b, "failed": c, "ambiguous": d}
        },
    }
    assert message_difference(ledger) == off
    assert destination_difference(ledger["destinations"]["lapor"]) == -off  # type: ignore[index]  # a nested dict
    assert len(imbalances(ledger, Words())) == (2 if off else 0)


def test_help_starts_without_the_http_library() -> None:
    code = (
        "import sys\n"
        "from aduan_client.main import app\n"
        "try:\n    app(['--help'])\n"
        "except SystemExit as stop:\n    assert stop.code == 0\n"
        "heavy = {'requests', 'urllib3', 'pydantic', 'tomllib', 'aduan_client.api'} & set(sys.modules)\n"
        "sys.exit(f'imported: {heavy}' if heavy else 0)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert "\x1b" not in done.stdout  # no colour when piped


def test_shell_completion_offers_the_names_of_the_language() -> None:
    asked = {"_ADUAN_COMPLETE": "complete_bash", "COMP_WORDS": "aduan ", "COMP_CWORD": "1"}
    for lang, name, other in (("id", "karantina", "quarantine"), ("en", "quarantine", "karantina")):
        done = subprocess.run(
            [sys.executable, "-m", "aduan_client"],
            env={**os.environ, **asked, "ADUAN_LANG": lang},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        offered = done.stdout.split()
        assert name in offered
        assert other not in offered


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("aduan buka", {"buka-lagi"}),
        ("aduan jaw", {"jawab"}),
        ("aduan lapor --ka", {"--kategori", "--kanal"}),
        ("aduan disposisi --op", {"--opd"}),
        ("aduan impor --pe", {"--peta", "--pekerja", "--periksa-ulang"}),
        ("aduan kota te", {"terapkan"}),
    ],
)
def test_completion_knows_commands_and_their_options(typed: str, offered: set[str]) -> None:
    words = typed.split()
    done = subprocess.run(
        [sys.executable, "-m", "aduan_client"],
        env={
            **os.environ, "ADUAN_LANG": "id", "_ADUAN_COMPLETE": "complete_bash",
            "COMP_WORDS": typed, "COMP_CWORD": str(len(words) - 1),
        },
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )  # fmt: skip
    assert offered <= set(done.stdout.split())
    assert done.returncode == 0


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_every_shell_gets_a_script_that_asks_the_programme(shell: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "aduan_client"],
        env={**os.environ, "_ADUAN_COMPLETE": f"source_{shell}"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0
    assert f"_ADUAN_COMPLETE=complete_{shell}" in done.stdout


def test_help_shows_one_name_of_an_option_and_both_work(runner: CliRunner) -> None:
    for lang, shown, hidden in (("id", "--opd", "--department"), ("en", "--department", "--opd")):
        text = plain(runner.invoke(app, ["disposisi", "--help", "--lang", lang]).output)
        assert shown in text and hidden not in text
        typed = runner.invoke(app, ["disposisi", "KDR-7Q4M-2X9D", hidden, "dpupr", "--lang", lang], prog_name="aduan")
        assert hidden not in typed.stderr  # it gets as far as looking for a profile
        assert typed.exit_code == 2


def shown_options(command: Any, lang: str) -> set[str]:
    """The long options that help shows in a language, of a command and of all below it."""
    names = {"--help"}
    for param in command.params:
        for options in (param.opts, param.secondary_opts):
            long = [name for name in options if name.startswith("--")]
            names |= {long[0] if lang == "en" else long[-1]} if long else set()
    below = getattr(command, "commands", {}).values()
    return names.union(*(shown_options(one, lang) for one in below))


@pytest.mark.parametrize("column, lang", [(0, "id"), (1, "en")])
def test_a_sentence_names_options_as_the_help_of_its_language_shows_them(column: int, lang: str) -> None:
    shown = shown_options(get_command(app), lang)
    named = {key: set(re.findall(r"--[a-z][a-z-]+", pair[column])) for key, pair in MESSAGES.items()}
    assert {key: names - shown for key, names in named.items() if names - shown} == {}


def test_every_action_of_the_api_is_a_command() -> None:
    root: Any = get_command(app)
    for action in LEADS_TO:
        assert {action, INDONESIAN_NAMES[action]} <= set(root.commands)
