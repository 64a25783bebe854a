"""Where somebody lives, spelling by spelling; and the places of a complaint, which stay as they are."""

from __future__ import annotations

import pytest

from bench import routing as bench
from chalicelib.complaints.addresses import end_of, mask_house
from chalicelib.complaints.redaction import redact

ADDRESSES = [
    "Jl. Mawar 9",
    "jl mawar 9",
    "jln. mawar no.9",
    "Jalan Kenanga Wulung 77 RT 3",
    "JL MAWAR NO 9 RT 2 RW 3",
    "Jl. Teratai Gg. II no. 5",
    "gg mawar 3 no 7",
    "Gang 3 No. 12A",
    "jln mawar gg 3 no.7 rt3/rw2",
    "Jl. Mawar 9 RT.03/RW.05",
    "Jl. Mawar 9, RT 02 / 05",
    "Jl. KH. Wachid Hasyim 12-14",
    "Jl. 10 November 5",
    "Jl. Mawar",
    "Perum Griya Asri Blok C-12",
    "Perumahan Permata Hijau Blok D No 17",
    "perumahan griya indah blok c no 3",
    "Perum Griya Asri Jl. Mawar No 3",
    "Griya Asri C-12",
    "Dusun Sumber RT 3",
    "Rusunawa Dandangan 3",
    "RT 02 RW 05",
    "RT/RW 02/05",
    "Blok C-12",
    "no 12 di Jl. Mawar",
]


@pytest.mark.parametrize("address", ADDRESSES)
def test_an_address_behind_the_words_for_a_home(address: str) -> None:
    for intro in (
        "Alamat: ",
        "alamat ",
        "ALAMAT RUMAH SAYA ",
        "Alamat KTP : ",
        "almt. ",
        "alm: ",
        "my address: ",
        "tinggal di ",
        "saya tinggal di ",
        "domisili: ",
        "berdomisili di ",
        "ngekos di ",
        "saya kos di ",
        "I live at ",
        "rumah saya ",
        "rumah saya di ",
    ):
        for before, after in (("", ""), ("Lampu mati.\n", ", Kel. Betet"), ("lampu mati, ", " depan toko buku")):
            assert redact(before + intro + address + after) == before + intro + "[alamat]" + after, intro


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("rumah jl anggrek 12", "rumah [alamat]"),
        ("rumah Jalan Kenanga Wulung 77 RT 3", "rumah [alamat]"),
        ("kos di Jl. Melati 4 kamar atas", "kos di [alamat] kamar atas"),
        ("Alamat:\nJl. Mawar 9\nRT 02 RW 05\nLampu mati", "Alamat:\n[alamat]\nLampu mati"),
        ("alamat saya mawar 9", "alamat saya [alamat]"),
        ("tinggal di mawar 9", "tinggal di [alamat]"),
        ("alamat: mawar barat no 9", "alamat: [alamat]"),
        ("Alamat: Griya Asri", "Alamat: [alamat]"),
        ("alamat: Jl. 10 November", "alamat: [alamat]"),
        ("tinggal di gg 3 sejak lama", "tinggal di [alamat] sejak lama"),
        ("tinggal di jl mawar sudah 3 hari gelap", "tinggal di [alamat] sudah 3 hari gelap"),
        ("Saya tinggal di Jl. Mawar 9, Jl. Dhoho rusak", "Saya tinggal di [alamat], Jl. Dhoho rusak"),
        ("tinggal di Jl. Mawar 3 hari gelap", "tinggal di [alamat] 3 hari gelap"),
        ("tinggal di Jl. Mawar 081234567890", "tinggal di [alamat] [telepon]"),
        ("Alamat Jl. Mawar B 12 RT 3", "Alamat [alamat]"),
        ("Saya tinggal di Kelurahan Betet RT 02 RW 05", "Saya tinggal di Kelurahan Betet [alamat]"),
        ("domisili Kel. Pakelan, RT 02/RW 05", "domisili Kel. Pakelan, [alamat]"),
        ("tinggal di Jl. Mawar 9 Kel. Betet RT 2, gelap", "tinggal di [alamat] Kel. Betet [alamat], gelap"),
        ("rumah saya (Jl. Mawar 9) bocor", "rumah saya ([alamat]) bocor"),
        ("rumah saya yang di Jl. Mawar 9 kebanjiran", "rumah saya yang di [alamat] kebanjiran"),
        # Where the trouble is by the way; the street stays.
        ("depan rumah saya Jl. Mawar 9 gelap", "depan rumah saya Jl. Mawar [alamat] gelap"),
        ("sebelah utara rumah Jl. Mawar no 9 RT 3", "sebelah utara rumah Jl. Mawar [alamat]"),
        ("saya warga RT 02 RW 05 Kel. Betet", "saya warga [alamat] Kel. Betet"),
        ("Kami, warga Perum Griya Asri Blok C-12, resah", "Kami, warga Perum Griya Asri [alamat], resah"),
        ("saya selaku ketua RT 02 RW 05", "saya selaku ketua [alamat]"),
        ("saya dari Jl. Mawar 9", "saya dari Jl. Mawar [alamat]"),
        ("lahir Kediri 12-03-1985", "lahir [tanggal lahir]"),
        ("ttl: Kediri, 12 Maret 1985, NIK", "ttl: [tanggal lahir], NIK"),
        ("Tempat/tgl lahir : kediri 1/2/85", "Tempat/tgl lahir : [tanggal lahir]"),
        ("saya kelahiran 1985", "saya kelahiran [tanggal lahir]"),
    ],
)
def test_homes_and_births(text: str, masked: str) -> None:
    assert redact(text) == masked


@pytest.mark.parametrize(
    "text",
    [
        "Lampu mati di Jl. Dhoho depan toko buku",
        "jalan rusak di Jl. Mawar",
        "banjir di RT 02 RW 05 Kelurahan Betet, tinggi air 30 cm",
        "Warga RT 05 resah, selokan Jl. Mawar 9 mampet",
        "depan rumah saya gelap, lampu di jalan depan rumah mati 3 hari",
        "rumah warga di Jl. Mawar 9 roboh",
        "rumah kosong Jl. Mawar 9 jadi sarang ular",
        "ada rumah di Jl. Mawar 9 jadi tempat judi",
        "ada kos di Jl. Mawar 9 ribut tiap malam",
        "pembangunan rumah Jl. Mawar 9 menutup selokan",
        "rumah Jl. Mawar banyak yang rusak",
        "rumah di jalan rusak, tinggal di jalan berlubang",
        "alamat kejadian Jl. Dhoho 12",
        "Alamat: Pasar Setono Betek",
        "Alamat: Kelurahan Betet",
        "alamat: belum tahu, alamat kantor dinas di mana",
        "alamat saya",
        "tinggal 3 hari lagi, tinggal menunggu 2 orang",
        "saya tinggal di kota ini 20 tahun",
        "tinggal di Betet",
        "tinggal di Kel. Betet, banjir di RT 02",
        "rumah saya di Kel. Betet No",
        "tinggal di lingkungan kumuh",
        "alm. Bapak saya",
        "saya warga Betet, saya dari kemarin menunggu",
        "saya warga Jl. Mawar",
        "akta lahir anak saya 12-03-2024 belum jadi",
        "lahir di puskesmas, KTP hilang 12-03-2024",
    ],
)
def test_where_the_trouble_is_stays(text: str) -> None:
    assert redact(text) == text


def test_ordinary_complaints_stay_as_they_are() -> None:
    """The sentences written for routing have no person in them: none is touched."""
    sentences = [text for name in ("train", "heldout") for text, _, _ in bench.rows(name)]
    assert [text for text in sentences if redact(text) != text] == []


@pytest.mark.parametrize(
    ("address", "masked"),
    [
        ("Jl. Anggrek 12 RT 02 RW 05", "Jl. Anggrek [alamat]"),
        (
            "Jl. Dhoho No.12, RT.02/RW.05, Kec. Kota, Jawa Timur 64129",
            "Jl. Dhoho [alamat], Kec. Kota, Jawa Timur 64129",
        ),
        ("Perum Griya Asri Blok C-12", "Perum Griya Asri [alamat]"),
        ("Anggrek 12", "Anggrek [alamat]"),
        ("jl anggrek, 12", "jl anggrek, [alamat]"),
        ("Jl. Mawar Gg. II no 5", "Jl. Mawar Gg. II [alamat]"),
        ("Jl. 10 November 5", "Jl. 10 November [alamat]"),
        ("RT 03 RW 01 Kel. Betet", "[alamat] Kel. Betet"),
        ("Rumah, Jl. Mawar 9", "Rumah, Jl. Mawar [alamat]"),
        ("Jl. A 1 RT 2, Jl. B 3", "Jl. A [alamat], Jl. B [alamat]"),
    ],
)
def test_an_address_without_its_house(address: str, masked: str) -> None:
    assert mask_house(address) == masked
    assert mask_house(masked) == masked


@pytest.mark.parametrize(
    "address",
    [
        "Jl. Dhoho depan toko buku",
        "Gang 3 Kelurahan Betet",
        "Jl. PK Bangsa km 3",
        "depan SDN 2 Ngronggo",
        "Jl. Mawar dekat tiang PJU no. 45",
        "Simpang 4 Alun-alun",
        "Jl. Dhoho depan toko 99",
        "Jl. 10 November",
        "Toko Merdeka 45",
        "Kel. Betet",
        "",
    ],
)
def test_a_place_without_a_house_stays(address: str) -> None:
    assert mask_house(address) == address


def test_an_address_has_an_end() -> None:
    assert redact("Alamat: Satu Dua Tiga Empat Lima Enam") == "Alamat: [alamat] Enam"
    assert redact("tinggal di satu dua tiga empat lima enam 7") == "tinggal di satu dua tiga empat lima enam 7"
    assert redact("tinggal di Jl. Mawar" + " no 1" * 12) == "tinggal di [alamat]" + " no 1" * 4
    assert mask_house("Jl. Mawar 1" + " RT 2" * 9) == "Jl. Mawar [alamat] [alamat]"


@pytest.mark.parametrize(
    ("text", "end"), [("Jl. Mawar 9 rusak", 11), ("mawar 9", None), ("jalan rusak", None), ("", None)]
)
def test_how_far_an_address_reaches(text: str, end: int | None) -> None:
    assert end_of(text, 0) == end
