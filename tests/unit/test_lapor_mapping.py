"""What SP4N-LAPOR! is told of a case, and what it never is."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from chalicelib.lapor.mapping import (
    Filing,
    LaporCodes,
    Line,
    Place,
    Reporter,
    content_of,
    create_body,
    encode_attachments,
    parse_lapor_time,
    read_status,
    title_of,
)

TICKET = "KDR-7Q4M-2X9D"
LATE = datetime(2026, 11, 20, 18, 30, tzinfo=UTC)  # the 21st in Indonesia
REPORTER = Reporter(name="Reporter Satu", phone="+6281200000001", email="satu@example.id", handle="reporter.satu")
CODES = LaporCodes(
    city="Kota Kediri",
    channel=13,
    user_id=501,
    new_reporter_channel=26,
    classifications={"complaint": 6},
    default_classification=7,
    categories={"penerangan": 436},
    default_category=400,
    location_id=3571,
    dispositions={"dishub": 151345},
    tags="#kediri",
)


def filing(*texts: str, **more: Any) -> Filing:
    lines = tuple(Line(LATE.replace(minute=30 + at), text) for at, text in enumerate(texts))
    return Filing(ticket=TICKET, lines=lines, received_at=LATE, **more)


def test_the_whole_body() -> None:
    case = filing(
        "Lampu jalan mati. Sudah 3 hari.",
        classification="complaint",
        category="penerangan",
        department="dishub",
        location=Place(lat=-7.8166, lon=112.0119, address="Jl. Dhoho 12", kelurahan="Setonogedong"),
        secret=True,
        attachments=("4199656", "4199657"),
        reporter=REPORTER,
    )
    assert create_body(case, CODES) == {
        "title": "Lampu jalan mati",
        "content": (
            "Nomor tiket: KDR-7Q4M-2X9D (Kota Kediri)\n\n"
            "Diterima: 21-11-2026 01:30 WIB\n\n"
            "Isi laporan:\nLampu jalan mati. Sudah 3 hari.\n\n"
            "Lokasi: Jl. Dhoho [alamat]; Setonogedong; koordinat -7.816600, 112.011900"
        ),
        "channel": 13,
        "is_new_user_slider": False,
        "user_id": 501,
        "is_inbox": True,
        "is_disposisi_slider": True,
        "classification_id": 6,
        "disposition_id": 151345,
        "category_id": 436,
        "priority_program_id": None,
        "location_id": 3571,
        "community_id": None,
        "date_of_incident": "2026-11-21",
        "copy_externals": None,
        "info_disposition": "-",
        "info_attachments": "[4199656,4199657]",
        "tags_raw": "#kediri",
        "is_approval": False,
        "is_anonymous": False,
        "is_secret": True,
        "is_priority": False,
        "attachments": "[4199656,4199657]",
    }


def test_codes_without_an_entry_fall_back_or_stay_away() -> None:
    other = create_body(filing("x", classification="aspiration", category="parkir", department="dlh"), CODES)
    assert (other["classification_id"], other["category_id"]) == (7, 400)
    assert "disposition_id" not in other and other["is_disposisi_slider"] is False
    default = create_body(filing("x"), msgspec.structs.replace(CODES, default_disposition=9))
    assert (default["disposition_id"], default["is_disposisi_slider"]) == (9, True)

    bare = create_body(filing("x"), LaporCodes())
    codes = {"channel", "user_id", "classification_id", "category_id", "location_id", "disposition_id", "tags_raw"}
    assert not codes & bare.keys()


def test_the_day_of_the_incident_is_the_citys() -> None:
    assert create_body(filing("x"), LaporCodes(zone="Asia/Jayapura"))["date_of_incident"] == "2026-11-21"
    early = msgspec.structs.replace(filing("x"), received_at=datetime(2026, 11, 20, 16, 59, tzinfo=UTC))
    assert create_body(early, LaporCodes())["date_of_incident"] == "2026-11-20"
    assert "WITA" in content_of(early, LaporCodes(zone="Asia/Makassar"))


@pytest.mark.parametrize("variant", ["agency_account", "new_reporter"])
def test_nothing_of_an_anonymous_reporter_is_told(variant: Any) -> None:
    case = filing(
        "Saya reporter satu, hp 0812-0000-0001 / +62 812 0000 0001, satu@example.id. Pak Budi tetangga saya.",
        "NIK 3571 0101 0190 0001, motor AG 1234 XY",
        anonymous=True,
        location=Place(address="Rumah Reporter Satu, telp 0354-681234"),
        reporter=REPORTER,
    )
    body = create_body(case, msgspec.structs.replace(CODES, reporter_variant=variant))
    told = json.dumps(body).casefold()
    for secret in ("satu", "0001", "812", "example", "budi", "3571 0", "1234", "681"):
        assert secret not in told, secret
    assert body["is_anonymous"] is True
    assert (body["user_id"], body["is_new_user_slider"], body["channel"]) == (501, False, 13)
    assert TICKET in body["content"]


def test_where_an_anonymous_reporter_lives_is_not_told_and_where_the_trouble_is_stays() -> None:
    place = Place(lat=-7.8, lon=112.0, address="Jl. Anggrek 12 RT 02 RW 05, depan toko buku", kelurahan="Betet")
    case = filing(
        "Lampu mati di Jl. Dhoho depan toko buku. Alamat: Perum Griya Asri Blok C-12, istri saya Sulastri jatuh",
        "rumah Jalan Kenanga Wulung 77 RT 3. Mohon Sulastri dibantu, lahir Kediri 12-03-1985",
        anonymous=True,
        location=place,
        reporter=REPORTER,
    )
    content = content_of(case, CODES)
    assert "Lampu mati di Jl. Dhoho depan toko buku. Alamat: [alamat], istri saya [nama] jatuh\n" in content
    assert "rumah [alamat]. Mohon [nama] dibantu, lahir [tanggal lahir]\n" in content
    assert content.endswith("Lokasi: Jl. Anggrek [alamat], depan toko buku; Betet; koordinat -7.800000, 112.000000")

    named = msgspec.structs.replace(case, anonymous=False)
    assert "Blok C-12" in content_of(named, CODES)
    assert content_of(named, CODES).endswith(
        "Jl. Anggrek 12 RT 02 RW 05, depan toko buku; Betet; koordinat -7.800000, 112.000000"
    )
    secret = content_of(msgspec.structs.replace(named, secret=True), CODES)
    assert "Lokasi: Jl. Anggrek [alamat], depan toko buku; Betet" in secret


def test_a_named_reporter_is_handed_over_only_where_the_city_wants_it() -> None:
    codes = msgspec.structs.replace(CODES, reporter_variant="new_reporter")
    body = create_body(filing("Lampu mati", reporter=REPORTER), codes)
    assert (body["nameUser"], body["phoneUser"], body["emailUser"]) == (
        "Reporter Satu",
        "+6281200000001",
        "satu@example.id",
    )
    assert (body["channel"], body["is_new_user_slider"]) == (26, True)
    assert "user_id" not in body
    assert "Reporter Satu" not in body["content"] + body["title"]

    unreachable = create_body(filing("Lampu mati", reporter=Reporter(name="Reporter Satu")), codes)
    assert (unreachable["user_id"], unreachable["is_new_user_slider"]) == (501, False)
    assert "nameUser" not in create_body(filing("Lampu mati", reporter=REPORTER), CODES)


def test_nik_never_leaves_and_the_rest_of_a_named_report_does() -> None:
    body = create_body(filing("Saya Budi, NIK 3571010101900001, hp 081234567890"), CODES)
    assert "3571010101900001" not in json.dumps(body)
    assert "Saya Budi, NIK [NIK], hp 081234567890" in body["content"]


def test_several_messages_keep_their_times_and_empty_ones_go() -> None:
    content = content_of(filing("Lampu mati", "  ", "Jl. Dhoho"), LaporCodes())
    assert "[21-11-2026 01:30] Lampu mati\n[21-11-2026 01:32] Jl. Dhoho" in content
    assert "(tanpa teks)" in content_of(filing(), LaporCodes())
    assert "Lokasi" not in content


@pytest.mark.parametrize(
    ("texts", "title"),
    [
        (["Lampu di Jl. Dhoho no. 12 mati! Tolong."], "Lampu di Jl. Dhoho no. 12 mati"),
        (["Pagi.", "Sampah menumpuk di depan pasar\nsudah lama"], "Sampah menumpuk di depan pasar"),
        (["Banjir"], "Banjir"),
        ([], "Laporan KDR-7Q4M-2X9D"),
        (["..."], "Laporan KDR-7Q4M-2X9D"),
        (["Jalan berlubang dan   gelap di sepanjang sungai besar"], "Jalan berlubang dan gelap di…"),
        (["x" * 60], "x" * 29 + "…"),
    ],
)
def test_titles(texts: list[str], title: str) -> None:
    assert title_of(filing(*texts), 30) == title
    assert len(title) <= 30


def test_attachments_are_a_string_holding_an_array() -> None:
    assert encode_attachments([]) == "[]"
    assert encode_attachments(["4199656"]) == "[4199656]"
    assert encode_attachments(["1", "a-2"], ".") == '[1,"a-2"].'
    body = create_body(filing("x", attachments=("1",)), msgspec.structs.replace(CODES, attachments_suffix="."))
    assert body["attachments"] == body["info_attachments"] == "[1]."


def test_times_are_wib_and_day_first() -> None:
    assert parse_lapor_time("31-01-2026 08:05:00") == datetime(2026, 1, 31, 1, 5, tzinfo=UTC)
    assert parse_lapor_time(" 01-02-2026 00:00:00 ").isoformat() == "2026-01-31T17:00:00+00:00"
    for wrong in ("2026-01-31 08:05:00", "31-01-2026", "31-13-2026 08:05:00", ""):
        with pytest.raises(ValueError, match="not a LAPOR! time") as raised:
            parse_lapor_time(wrong)
        assert not wrong or wrong not in str(raised.value)


def test_statuses_are_looked_up_by_name_and_unknown_ones_flagged() -> None:
    table = {"Sedang Diproses": "in_progress", "Selesai": "closed"}
    known = read_status("  SEDANG   diproses\n", table)
    assert (known.status, known.unmapped, known.raw) == ("in_progress", False, "  SEDANG   diproses\n")
    unknown = read_status("Selesai sebagian", table)
    assert (unknown.status, unknown.unmapped) == (None, True)
    for nothing in (None, " "):
        assert (read_status(nothing, table).status, read_status(nothing, table).unmapped) == (None, False)


def test_codes_can_be_read_from_a_citys_settings() -> None:
    codes = msgspec.convert({"channel": 13, "categories": {"jalan": "88"}, "zone": "Asia/Jakarta"}, LaporCodes)
    assert create_body(filing("x", category="jalan"), codes)["category_id"] == "88"
