"""`aduan lapor` against the HTTP contract: a call in a few answers, a finding by options, and nothing typed lost."""

import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

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


def test_a_field_finding_with_place_and_photo_by_options(city: City, desk: Desk) -> None:
    (desk.folder / "foto.jpg").write_bytes(b"jpeg")
    words = ("report", "--channel", "lapangan", "--text", "Trotoar ambrol", "--lat", "-7.82", "--lon", "112.01",
             "--photo", "foto.jpg", "--opd", "DPUPR", "--received-at", "2026-01-05T08:00")  # fmt: skip
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
    assert not (desk.config / "drafts").exists()
