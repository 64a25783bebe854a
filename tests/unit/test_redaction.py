"""What is taken out of a text, spelling by spelling, and what has to stay."""

from __future__ import annotations

import time

import pytest

from chalicelib.complaints.redaction import mask_nik, redact, redact_place
from chalicelib.complaints.redaction_names import found_names


@pytest.mark.parametrize(
    "nik",
    [
        "3571010101900001",
        "3571 0101 0190 0001",
        "35.71.01.010190.0001",
        "35-71-01-010190-0001",
        "357101 - 010190 - 0001",
        "3571\u00a0010101900001",
        "35710101019000015",  # mistyped: one digit too many
    ],
)
def test_nik(nik: str) -> None:
    for text in (nik, f"NIK{nik}.", f"nik saya: {nik}, tolong"):
        assert mask_nik(text) == redact(text) == text.replace(nik, "[NIK]")


@pytest.mark.parametrize("kept", ["1234567890", "357101010190000", "1234 5678\n1234 5678"])
def test_what_is_no_nik(kept: str) -> None:
    assert mask_nik(kept) == kept


def test_a_date_before_a_phone_number_is_no_nik() -> None:
    assert mask_nik("5/6/2026 081234567890") == "5/6/2026 081234567890"


@pytest.mark.parametrize(
    "phone",
    [
        "081234567890",
        "0812-3456-7890",
        "0812 3456 7890",
        "0812.3456.7890",
        "08 1234 56789",
        "O81234567890",
        "+6281234567890",
        "+62 812-3456-7890",
        "(+62) 812 3456 7890",
        "+62 (0) 812 3456 7890",
        "+62\u2011812\u20113456\u20117890",
        "6281234567890",
        "62 812 3456 7890",
        "006281234567890",
        "81234567890",
        "812-3456-7890",
        "0354681234",
        "0354-681234",
        "(0354) 681234",
        "021 5234567",
        "(021) 5234 567",
        "+62354681234",
        "+1 415 867 5309",
        "085 7123 45678",
    ],
)
def test_phones(phone: str) -> None:
    assert redact(phone) == "[telepon]"
    assert redact(f"hub {phone}, ya") == "hub [telepon], ya"
    assert redact(f"wa.me/{phone}") == "wa.me/[telepon]"


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("telp 681234", "telp [telepon]"),
        ("No. HP: 7712 3456", "No. HP: [telepon]"),
        ("hp0812345678ya", "hp[telepon]ya"),
        ("0812-3456-789/0813-4567-890", "[telepon]/[telepon]"),
        ("tgl 05-06-2026 081234567890", "tgl 05-06-2026 [telepon]"),
    ],
)
def test_phones_in_company(text: str, masked: str) -> None:
    assert redact(text) == masked


@pytest.mark.parametrize(
    "email",
    [
        "a.b+c@contoh.co.id",
        "A_B@CONTOH.ID",
        "nama (at) contoh.com",
        "x [at] y-z.id",
        "wulan.s@gmail dot com",
        "wulan@contoh dot co dot id",
        "wulan@contoh . com",
        "wulan[at]gmail[dot]com",
        "wulan @ gmail (titik) com",
        "wulan at gmail dot com",
        "wulan.s@gmail",
    ],
)
def test_emails(email: str) -> None:
    assert redact(f"ke {email} ya") == "ke [email] ya"


@pytest.mark.parametrize(
    "plate", ["AG 1234 XY", "AG1234XY", "AG-1234-XY", "ag 1234 xy", "B 1 ABC", "B 1234 CD", "Ag.1234.Xy", "L 7 A"]
)
def test_plates(plate: str) -> None:
    assert redact(f"mobil {plate} parkir") == "mobil [pelat] parkir"


def test_a_plate_without_its_last_letters_needs_its_word() -> None:
    assert redact("nopol AG 1234") == "nopol [pelat]"
    assert redact("Plat nomor: ag 99") == "Plat nomor: [pelat]"


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("Pak Budi", "Pak [nama]"),
        ("pak Budi Santoso marah", "pak [nama] marah"),
        ("Bapak Budi dan Ibu Sri Rahayu", "Bapak [nama] dan Ibu [nama]"),
        ("Sdr. Andi, Mas Joko; Mbak Ani", "Sdr. [nama], Mas [nama]; Mbak [nama]"),
        ("BU SRI WAHYUNI TOLONG", "BU [nama] TOLONG"),
        ("Bpk. H. M. Yusuf", "Bpk. H. [nama]"),
        ("Pak Lurah Budi", "Pak Lurah [nama]"),
        ("Bapak/Ibu Sri", "Bapak/Ibu [nama]"),
        ("Pak D'Souza-Putra", "Pak [nama]"),
        ("Nama saya: Sri Wahyuni, RT 05", "Nama saya: [nama], RT 05"),
        ("nama saya adalah sri mau lapor", "nama saya adalah [nama] mau lapor"),
        ("a.n. Slamet", "a.n. [nama]"),
        ("Jl. Dhoho, depan rumah Bu Tini", "Jl. Dhoho, depan rumah Bu [nama]"),
        ("Jl. Dhoho Bu Tini", "Jl. Dhoho Bu [nama]"),
        ("istri saya Sulastri jatuh, Sulastri luka", "istri saya [nama] jatuh, [nama] luka"),
        ("Suami saya bernama agus salim", "Suami saya bernama [nama]"),
        ("anak saya Rani Putri tercebur", "anak saya [nama] tercebur"),
        ("ibu sy Siti dan bapak sy Karto", "ibu sy [nama] dan bapak sy [nama]"),
        ("tetangga kami Joko ribut", "tetangga kami [nama] ribut"),
        ("anak saya yang Budi", "anak saya yang [nama]"),
        ("pegawai Siti Aminah marah", "pegawai [nama] marah"),
        ("oknum Joko minta uang", "oknum [nama] minta uang"),
        ("suami saya, Joko, jatuh", "suami saya, [nama], jatuh"),
        ("Saya, Sulastri, warga Betet", "Saya, [nama], warga Betet"),
        ("ibu bernama siti aminah dirawat", "ibu bernama [nama] dirawat"),
        ("rekening an Sulastri", "rekening an [nama]"),
        ("an. Sulastri", "an. [nama]"),
        ("rekening a/n sulastri wahyuni", "rekening a/n [nama]"),
        ("a.n sulastri, mohon dicek", "a.n [nama], mohon dicek"),
        ("atas nama sulastri wahyuni mau lapor", "atas nama [nama] mau lapor"),
        ("nama: sulastri wahyuni, RT 05", "nama: [nama], RT 05"),
        ("NAMA LENGKAP : SITI AMINAH\nLAMPU MATI", "NAMA LENGKAP : [nama]\nLAMPU MATI"),
        ("Nama = Bpk. Karto", "Nama = Bpk. [nama]"),
        ("Saya Sulastri Wahyuni, lampu mati", "Saya [nama], lampu mati"),
        ("perkenalkan saya Wulan dari Betet", "perkenalkan saya [nama] dari Betet"),
    ],
)
def test_names(text: str, masked: str) -> None:
    assert redact(text) == masked


def test_the_given_names() -> None:
    text = "saya SRI wahyuni (sri.w), sriwijaya bukan saya"
    assert redact(text, ["Bu Sri  Wahyuni 🌿", "sri.w"]) == "saya [nama] [nama] ([nama]), sriwijaya bukan saya"
    assert redact("Sri  Wahyuni", ["Sri Wahyuni"]) == "[nama]"
    assert redact("Al di sini, alun-alun", ["Al"]) == "[nama] di sini, alun-alun"
    assert redact("pak, ini a b", ["Pak", "", "🌿", "a"]) == "[nama], ini a b"
    assert redact("telepon 081234567890 nama", ["Nama Telepon"]) == "[nama] [telepon] [nama]"


@pytest.mark.parametrize(
    "text",
    [
        "Lampu mati sejak 05-06-2026 pukul 07.30-08.45 dan 2026-06-05",
        "Pukul 07.30 05-06-2026, 07:30 s/d 09:30",
        "Rp 62.500.000.000 dan Rp850.000.000",
        "koordinat -7.816612345, 112.0119123456 atau -7.0816612345",
        "RT 05 RW 03 no 12, RT 02/05",
        "panjang p 200 m, lebar l 100 cm, berat 300 kg",
        "Blok B 12 A, Gang AB 3",
        "Jl. Mas Mansyur, Jalan Ibu Kartini, Gg. Haji Ali",
        "Pak RT 05, Bu Lurah, Bapak Walikota Yth, Pak Tolong",
        "PAK TOLONG JALAN RUSAK",
        "ibu kota, ibu-ibu, bapak-bapak",
        "nama saya yang mana",
        "KDR-7Q4M-2X9D",
        "hubungi 112, PLN 123, WA 110",
        "pelanggan PDAM 12345678",
        "sudah [nama] dan [telepon]",
        "istri saya sakit, anak saya SD kelas 2, anak saya Jumat kemarin jatuh",
        "pegawai PLN, Pegawai Kelurahan Betet, oknum Satpol PP, sopir Bus, Perawat IGD",
        "saya PNS di kota, Saya Ingin Lapor, Saya Warga Kediri, Saya Kecewa dengan layanan",
        "Saya Mau Lapor Lampu Mati Di Depan Pasar",
        "saya Ibu Rumah Tangga",
        "depan Masjid An Nur, tahun 90 an Jembatan dibangun",
        "menurut saya, Dishub, harus turun; tetangga saya, Puskesmas menolak",
        "nama jalan: Mawar, nama kelurahan: Betet",
        "ongkos at grab mahal, dot bayi, titik banjir di Jl. Dhoho",
    ],
)
def test_what_solving_the_case_needs_stays(text: str) -> None:
    assert redact(text) == text


@pytest.mark.parametrize(
    "piece",
    [
        *("a", "1 ", "0 ", "08", "Pak ", "Pak A", "A 1 ", "a@", "hp ", "(", "+ ", "Jl. ", "é", "62 "),
        *("alamat ", "alamat saya di ", "rumah saya jl ", "rumah Jl. A ", "tinggal di mawar ", "saya warga RT "),
        *("RT 1 ", "Jl. Mawar No ", "Blok C-", "nama: ", "nama: ab ", "saya Budi ", "anak saya ", "lahir di "),
        *("a dot ", "a at "),
    ],
)
def test_the_longest_message_is_no_trap(piece: str) -> None:
    text = (piece * 65_536)[:65_536]
    began = time.process_time()
    redact(text, ["Sri Wahyuni"])
    assert time.process_time() - began < 10  # a quadratic pattern takes minutes


def test_a_text_names_no_more_than_fifty() -> None:
    """Each is looked for in all of the text: more would take as long as both multiplied."""
    text = " ".join(f"Pak B{first}{second}" for first in "aiueo" for second in "bcdfghjklmnpq")
    assert found_names(text) == [f"B{first}{second}" for first in "aiueo" for second in "bcdfghjklmnpq"][:50]
    assert redact(text) == " ".join(["Pak [nama]"] * 65)


@pytest.mark.parametrize(
    ("text", "masked", "names"),
    [
        ("Petugas: Agus datang", "Petugas: [nama] datang", ["Agus"]),
        ("kata petugas Agus Salim", "kata petugas [nama]", ["Agus Salim"]),
        ("Petugas Dinas Perhubungan, Petugas PLN dan Petugas Damkar", None, []),
        ("Pak Bambang Prakoso, nama saya budi", "Pak [nama], nama saya [nama]", ["Bambang Prakoso", "budi"]),
        ("di Jl. Mas Mansyur", None, []),
        ("istri saya Sulastri, nama: joko", "istri saya [nama], nama: [nama]", ["Sulastri", "joko"]),
        ("Saya Wulan mau lapor", "Saya [nama] mau lapor", ["Wulan"]),
    ],
)
def test_names_that_are_found_are_given(text: str, masked: str | None, names: list[str]) -> None:
    assert redact(text) == (masked or text)
    assert found_names(text) == names


def test_a_place_keeps_what_leads_there() -> None:
    assert (
        redact_place("Rumah Bu Sri, Jl. Mawar 9 RT 02, Kel. Betet") == "Rumah Bu [nama], Jl. Mawar [alamat], Kel. Betet"
    )
    assert redact_place("depan toko Wulan, telp 681234", ["wulan"]) == "depan toko [nama], telp [telepon]"
    assert redact_place("Jl. Mas Mansyur depan pasar") == "Jl. Mas Mansyur depan pasar"
