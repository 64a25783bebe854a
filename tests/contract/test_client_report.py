"""`aduan lapor` against the HTTP contract: a call in a few answers, a finding by options, and nothing typed lost."""

import json
import os
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from aduan_client.errors import UnreachableError

from tests.contract.client_fake import City
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


def test_a_call_in_six_answers(city: City, desk: Desk) -> None:
    answers = "0812 3456-7890\npelapor satu\nLampu jalan mati\nJl. Dhoho depan toko\ny\n"
    result = desk.type("lapor", answer=answers)
    assert result.exit_code == 0
    ticket = city.cases[-1]["ticket"]
    assert ticket in result.stdout and "  ".join(ticket).replace("-", "\u2013") in result.stdout
    (body,) = posted(city, "/v1/complaints")
    assert body == {
        "channel": "phone",
        "text": "Lampu jalan mati",
        "location": {"address": "Jl. Dhoho depan toko"},
        "reporter": {"name": "pelapor satu", "phone": PHONE, "anonymous": True},
    }
    questions = result.stderr
    assert (
        questions.index("Nomor telepon") < questions.index("Nama") < questions.index("Isi") < questions.index("Di mana")
    )


def test_a_caller_with_open_cases_is_offered_them(city: City, desk: Desk) -> None:
    reporter = {"phone": PHONE}
    city.cases = [
        case(ticket="KDR-0001-0001", reporter=reporter, status="closed"),
        case(ticket=OTHER, reporter=reporter, text="Selokan mampet"),
        case(ticket="KDR-0003-0003", reporter={"phone": "+620000000000"}),
    ]
    result = desk.type("lapor", answer="081234567890\n7\n1\nSekarang meluap ke jalan\n")
    assert result.exit_code == 0
    assert OTHER in result.stdout and "Selokan mampet" in result.stdout
    assert "KDR-0001" not in result.stdout and "KDR-0003" not in result.stdout
    assert "Pilih 1 sampai 1, atau Enter." in result.stderr
    assert posted(city, f"/v1/complaints/{OTHER}/note") == [{"text": "Sekarang meluap ke jalan"}]
    assert posted(city, "/v1/complaints") == []
    on = desk.type("lapor", answer="081234567890\n\n\nHal yang lain\n\n\n")
    assert on.exit_code == 0
    assert posted(city, "/v1/complaints") == [
        {"channel": "phone", "text": "Hal yang lain", "reporter": {"phone": PHONE}}
    ]


def test_an_unreadable_number_is_asked_for_again(city: City, desk: Desk) -> None:
    result = desk.type("lapor", answer="tidak tahu\n\n\n\nAir PDAM keruh\n\n")
    assert result.exit_code == 0
    assert "Itu bukan nomor telepon" in result.stderr
    assert posted(city, "/v1/complaints") == [{"channel": "phone", "text": "Air PDAM keruh"}]
    refused_ = desk.type("lapor", "--phone", "tidak tahu", "--text", "x")
    refused(refused_, 2, "Itu bukan nomor telepon; tulis misalnya 0812-3456-7890.")


@pytest.mark.parametrize(
    ("lat", "lon", "received"),
    [
        ("-7.82", "112.01", "2026-01-05T08:00"),
        ("-7,82", "112,01", "2026-01-05 08.00"),
        ("-7,82", "112,01", "5 Jan 2026 08.00 WIB"),
        ("-7,82", "112,01", "05-01-2026 08.00"),
    ],
)
def test_a_field_finding_with_place_and_photo_by_options(
    city: City, desk: Desk, lat: str, lon: str, received: str
) -> None:
    (desk.folder / "foto.jpg").write_bytes(b"jpeg")
    words = ("report", "--channel", "lapangan", "--text", "Trotoar ambrol", "--lat", lat, "--lon", lon,
             "--photo", "foto.jpg", "--opd", "DPUPR", "--received-at", received)  # fmt: skip
    shown = desk.json(*words)
    (body,) = posted(city, "/v1/complaints")
    assert body == {
        "channel": "field",
        "text": "Trotoar ambrol",
        "department": "dpupr",
        "location": {"lat": -7.82, "lon": 112.01},
        "received_at": "2026-01-05T01:00:00.000Z",
    }
    assert [file["name"] for file in shown["attachments"]] == ["foto.jpg"]
    assert list(city.work.uploads.values()) == [b"jpeg"]


def test_a_photo_that_cannot_be_sent_is_said_before_the_case_is_entered(city: City, desk: Desk) -> None:
    refused(desk.type("lapor", "--text", "x", "--foto", "tiada.jpg"), 2, "Berkas tiada.jpg tidak dapat dibaca.")
    assert posted(city, "/v1/complaints") == []


def test_nothing_typed_during_a_call_is_lost(city: City, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("aduan_client.patience.FIRST", 0.001)
    city.away_after = 0
    result = desk.type("lapor", answer="\npelapor satu\nPohon tumbang\n\nt\n")
    refused_at = result.stderr.splitlines()[-1]
    assert result.exit_code == 7
    assert refused_at.endswith("Isinya disimpan di sini; kirim nanti dengan `aduan lapor --kirim-draf`.")
    (draft,) = (desk.config / "drafts" / "local").iterdir()
    assert stat.S_IMODE(draft.stat().st_mode) == 0o600
    city.away_after = None
    sent = desk.type("lapor", "--kirim-draf")
    assert sent.exit_code == 0 and city.cases[-1]["ticket"] in sent.stdout
    assert city.cases[-1]["text"] == "Pohon tumbang"
    keys = {asked.headers["idempotency-key"] for asked in city.to("/v1/complaints", "POST")}
    assert len(keys) == 1  # it may have arrived after all
    assert desk.type("lapor", "--kirim-draf").stderr == "Tidak ada yang menunggu dikirim.\n"


def test_a_client_killed_before_the_ticket_is_shown_loses_and_doubles_nothing(city: City, desk: Desk) -> None:
    city.answering.clear()
    before = len(city.cases)
    command = [sys.executable, "-m", "aduan_client", "lapor", "--isi", "Pohon tumbang", "--opd", "DPUPR"]
    process = subprocess.Popen(command, env=desk.environment(), cwd=desk.folder, stdout=subprocess.DEVNULL)
    end = time.monotonic() + 60
    while len(city.cases) == before:
        assert process.poll() is None and time.monotonic() < end
        time.sleep(0.002)
    os.kill(process.pid, signal.SIGKILL)
    assert process.wait(10) == -signal.SIGKILL
    city.answering.set()
    (draft,) = (desk.config / "drafts" / "local").iterdir()
    assert stat.S_IMODE(draft.stat().st_mode) == 0o600
    waiting = "1 aduan menunggu dikirim; kirim dengan `aduan lapor --kirim-draf`.\n"
    assert desk.type("lapor", "--isi", "Lampu mati").stderr == waiting
    assert len(city.cases) == before + 2
    sent = desk.type("lapor", "--kirim-draf")
    assert (sent.exit_code, sent.stderr, len(city.cases)) == (0, "", before + 2)
    assert city.cases[before]["ticket"] in sent.stdout  # the very case that was made when it was killed
    assert city.cases[before]["department"] == "dpupr"
    assert list((desk.config / "drafts" / "local").iterdir()) == []
    assert desk.type("lapor", "--isi", "Jalan rusak").stderr == ""


def test_a_draft_sent_in_vain_grows_no_younger(city: City, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("aduan_client.patience.FIRST", 0.001)
    city.away_after = 0
    assert desk.type("lapor", "--text", "Pohon tumbang").exit_code == 7
    (draft,) = (desk.config / "drafts" / "local").iterdir()
    at = time.time() - 22 * 3600
    os.utime(draft, (at, at))
    assert desk.type("lapor", "--kirim-draf").exit_code == 7
    assert draft.stat().st_mtime == pytest.approx(at)


def test_a_draft_whose_photo_is_gone_is_entered_all_the_same(
    city: City, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("aduan_client.patience.FIRST", 0.001)
    (desk.folder / "foto.jpg").write_bytes(b"jpeg")
    city.away_after = 0
    for words in (("--text", "Pohon tumbang", "--foto", "foto.jpg"), ("--text", "Lampu mati")):
        assert desk.type("lapor", *words).exit_code == 7
    city.away_after = None
    (desk.folder / "foto.jpg").unlink()
    sent = desk.type("lapor", "--kirim-draf")
    assert sent.exit_code == 2 and sent.stderr.splitlines()[-1] == "Aduannya masuk, tetapi ada foto yang belum."
    assert [one["text"] for one in city.cases[1:]] == ["Pohon tumbang", "Lampu mati"]
    assert desk.type("lapor", "--kirim-draf").stderr == "Tidak ada yang menunggu dikirim.\n"


def test_names_typed_without_a_network_are_looked_up_when_the_draft_is_sent(
    city: City, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("aduan_client.patience.FIRST", 0.001)

    def nobody(*_: object, **__: object) -> Any:
        raise UnreachableError(host="kota")

    with monkeypatch.context() as offline:
        offline.setattr("aduan_client.api.Api.send", nobody)
        words = ("lapor", "--opd", "DPUPR", "--kelurahan", "kel. bandar lor")
        assert desk.type(*words, answer="081234567890\n\nPohon tumbang\n\n").exit_code == 7
    assert desk.type("lapor", "--kirim-draf").exit_code == 0
    assert (city.cases[-1]["department"], city.cases[-1]["location"]) == ("dpupr", {"kelurahan": "Bandar Lor"})


def test_a_name_the_city_has_not_is_said_before_the_call(city: City, desk: Desk) -> None:
    for words, sentence in (
        (("--opd", "dpuper"), "OPD dpuper tidak ada; mungkin: dpupr."),
        (("--kelurahan", "Bandar Lok"), "Kelurahan Bandar Lok tidak ada di kota ini; mungkin: Bandar Lor."),
    ):
        refused(desk.type("lapor", *words, answer=""), 2, sentence)
        refused(desk.type("lapor", *words, "--isi", "Pohon tumbang"), 2, sentence)
    assert posted(city, "/v1/complaints") == []
    assert desk.type("lapor", "--kirim-draf").stderr == "Tidak ada yang menunggu dikirim.\n"


def test_one_refused_draft_holds_up_no_other_and_an_old_one_is_looked_at_first(
    city: City, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("aduan_client.patience.FIRST", 0.001)
    city.away_after = 0
    for text in ("spam", "Pohon tumbang", "Lampu mati"):
        assert desk.type("lapor", "--text", text).exit_code == 7
    city.away_after, city.work.refused_texts = None, {"spam"}
    places = {json.loads(path.read_text())["body"]["text"]: path for path in (desk.config / "drafts/local").iterdir()}
    yesterday = time.time() - 25 * 3600
    os.utime(places["Lampu mati"], (yesterday, yesterday))
    result = desk.type("lapor", "--kirim-draf")
    assert result.exit_code == 1 and result.stderr.splitlines()[-1] == "2 draf belum terkirim."
    assert f"{places['spam']} tidak diterima: Isi text tidak benar: isi tidak dapat diterima" in result.stderr
    assert f"{places['Lampu mati']} lebih tua dari sehari" in result.stderr
    assert [one["text"] for one in city.cases[1:]] == ["Pohon tumbang"]
    assert desk.type("lapor", "--kirim-draf", "--yes").exit_code == 1
    assert [one["text"] for one in city.cases[1:]] == ["Pohon tumbang", "Lampu mati"]


def test_near_duplicates_are_pointed_at_after_the_ticket_is_out(city: City, desk: Desk) -> None:
    city.cases = []
    ticket = "KDR-0000-0001"
    city.work.similar[ticket] = [{**case(ticket=OTHER), "distance_m": 40.4}]
    result = desk.type("lapor", answer="\n\nLampu mati\n\n")
    assert f"1 aduan mirip; lihat `aduan mirip {ticket}`." in result.stderr
    shown = desk.type("mirip", ticket).stdout
    assert OTHER in shown and "40 m" in shown
    assert desk.json("similar", ticket)["items"][0]["ticket"] == OTHER


def test_a_refused_field_is_named(city: City, desk: Desk) -> None:
    city.work.refused_texts = {"spam"}
    refused(desk.type("lapor", "--text", "spam"), 5, "Isi text tidak benar: isi tidak dapat diterima")
    assert list((desk.config / "drafts" / "local").iterdir()) == []
