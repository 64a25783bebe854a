"""Emergencies are told at once, also at night: a fire must be found, and a power cut must not be called one.

The sentences were written for this test alone, neither for training nor for measuring.
"""

from pathlib import Path

import pytest

from chalicelib.complaints.city import City, parse
from chalicelib.complaints.routing import suggest
from chalicelib.store import routing_models

FILES = sorted((Path(__file__).parents[2] / "infra" / "cities").glob("*.toml"))
CITIES = [pytest.param(parse(file.read_text(encoding="utf-8")), id=file.stem) for file in FILES]
START = routing_models.start()

EMERGENCIES = [
    ("kebakaran", "rumah tetangga saya kebakaran, tolong cepat kirim damkar"),
    ("kebakaran", "api membesar di gudang kayu belakang stasiun"),
    ("kebakaran", "omahe tonggo kobong, tulung pemadam"),
    ("kebakaran", "kompor meledak, dapur terbakar"),
    ("kebakaran", "ada orang sengaja membakar rumah kosong, apinya sudah besar"),
    ("kebakaran", "lahan tebu terbakar dan mendekati kampung"),
    ("kebakaran", "trafo terbakar, keluar api dan asap"),
    ("kebakaran", "mobil terbakar di depan spbu"),
    ("kebakaran", "kebakaran di pasar, listrik padam semua"),
    ("kebakaran", "asap tebal keluar dari atap toko, sepertinya kebakaran"),
    ("kebakaran", "bakar sampah merembet, rumah ikut terbakar, tolong pemadam"),
    ("kebakaran", "apinya belum padam, minta tambahan mobil pemadam"),
    ("kebakaran", "ular kobra di kamar mandi"),
    ("kebakaran", "tawon ndas bersarang di atap tk"),
    ("kebakaran", "minta damkar lepas cincin, jari sudah biru"),
    ("kebakaran", "kebakran di rumah tetangga"),
    ("kebakaran", "sampah terbakar di tps, apinya besar"),
    ("bencana", "anak tenggelam di sungai"),
    ("bencana", "rumah kebanjiran setinggi dada"),
    ("bencana", "tebing longsor menimpa rumah warga"),
    ("bencana", "pohon tumbang menimpa mobil"),
    ("bencana", "angin puting beliung merusak genteng"),
    ("bencana", "tanggul sungai jebol"),
    ("bencana", "rumah ambruk setelah gempa"),
]

EVERYDAY = [
    # the power company's
    "listrik padam",
    "listrik di rumah sering padam tolong pln",
    "trafo meledak depan rumah, listrik padam",
    "pemadaman listrik bergilir sampai kapan",
    "sejak sore padam total satu kampung, pln tidak bisa dihubungi",
    "ada pemadaman lagi malam ini",
    "lampu padam dari kemarin di gang kami",
    "pju padam, jalan gelap",
    # burnt on purpose, and fire in other words
    "tetangga tiap sore bakar sampah, asapnya masuk kamar",
    "asap bakar sate dari warung mengganggu",
    "jual ayam bakar murah bisa diantar",
    "harga kayu bakar naik",
    "pasien luka bakar ditolak puskesmas",
    "gas melon sulit dicari, api kompor kecil",
    "kereta api telat terus",
    "api unggun pramuka di lapangan sampai malam",
    # water and wind that are no disaster
    "got mampet, banjir kecil di depan rumah",
    "hujan sebentar saja jalan depan gang tergenang semata kaki",
    "banjir di jalan raya semata kaki",
    "banjir diskon di toko kami, buka tautan ini",
    "keran kering sejak pagi",
    "pohon kering di depan rumah minta dipangkas",
    "batuk kering tidak sembuh, obat puskesmas habis",
    # words that only look alike
    "antrean mengular di puskesmas",
    "tolong evaluasi kinerja pegawai kecamatan",
    "truk tambang pasir lewat jalan kampung",
    "tanggal lahir di kk salah",
    "warga gempar ada penipuan",
    # about the service, not a call for it
    "terima kasih damkar cepat datang",
    "bantuan korban bencana dipotong oknum",
]


@pytest.mark.parametrize(("category", "text"), EMERGENCIES)
@pytest.mark.parametrize("city", CITIES)
def test_an_emergency_is_found(city: City, category: str, text: str) -> None:
    assert suggest(text, None, city, START).category == category
    assert category in city.alerting.emergency_categories


@pytest.mark.parametrize("text", EVERYDAY)
@pytest.mark.parametrize("city", CITIES)
def test_an_everyday_matter_is_no_emergency(city: City, text: str) -> None:
    assert suggest(text, None, city, START).category not in city.alerting.emergency_categories
