"""Names of places, and names that are none."""

import json
import math
from pathlib import Path

import msgspec
import pytest

from chalicelib.complaints import places
from chalicelib.complaints.city import City, InvalidCity, KelurahanPoint, checked, parse, to_json
from chalicelib.complaints.places import Street

CITIES = Path(__file__).parents[2] / "infra" / "cities"
KEDIRI = parse((CITIES / "kediri.toml").read_text(encoding="utf-8"))
MADIUN = parse((CITIES / "madiun.toml").read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("text", "kelurahan", "how"),
    [
        ("lampu mati di kelurahan Betet", "Betet", "marked"),
        ("kel. bandar lor gelap", "Bandar Lor", "marked"),
        ("warga Bandarlor resah", "Bandar Lor", "named"),
        ("ds kampung dalem", "Kampungdalem", "marked"),
        ("got mampet di semampir", "Semampir", "named"),
        ("Jl. Dandangan rusak", "Dandangan", "street"),
        ("jalan mojoroto, kelurahan sukorame", "Sukorame", "marked"),
        ("di Bujel, Mojoroto", "Bujel", "named"),  # the second is its district
        ("di mojoroto", "Mojoroto", "named"),
        ("kecamatan Mojoroto", None, None),
        ("kec. pesantren", None, None),
        ("dari Bujel ke Gayam macet", None, None),
        ("kelurahan Bujel dan kelurahan Gayam", None, None),
        ("pondok pesantren lirboyo", "Lirboyo", "named"),
        ("di pesantren anak saya", None, None),
        ("kelurahan pesantren", "Pesantren", "marked"),
        ("harga bawang naik", None, None),
        ("di pojok jalan", None, None),
        ("bau tpa pojok", None, None),
        ("rt 3 rw 2 pojok", "Pojok", "named"),
        ("rt3 rw2 pojok", "Pojok", "named"),
        ("RT.03/RW.02 Kemasan", "Kemasan", "named"),
        ("rt3rw2 bawang", "Bawang", "named"),
        ("no 3 rw pojok", None, None),
        ("kost3 pojok", None, None),
        ("warga pojok", "Pojok", "named"),
        ("warga semampr kebanjiran", "Semampir", "misspelt"),
        ("di singonegarn", "Singonegaran", "misspelt"),
        ("kelurahan bndar kidul", "Bandar Kidul", "misspelt"),
        ("semampr kebanjiran", None, None),  # nothing says that it is a place
        ("di bantaran sungai", None, None),
        ("di sekolah", None, None),
        ("kelurahan", None, None),
        ("", None, None),
    ],
)
def test_kelurahan_of_kediri(text: str, kelurahan: str | None, how: str | None) -> None:
    found = places.find(text, KEDIRI)
    assert (found.kelurahan, found.how) == (kelurahan, how)


def test_the_same_name_belongs_to_the_city_that_asks() -> None:
    assert places.find("kelurahan Rejomulyo", KEDIRI).kelurahan == "Rejomulyo"
    assert places.find("kelurahan Rejomulyo", MADIUN).kelurahan == "Rejomulyo"
    assert places.find("kelurahan Betet", MADIUN).kelurahan is None
    assert places.find("kelurahan Taman", MADIUN).kelurahan == "Taman"
    assert places.find("ayunan di taman rusak", MADIUN).kelurahan is None
    assert places.find("Oro-oro Ombo banjir", MADIUN).kelurahan == "Oro-oro Ombo"


@pytest.mark.parametrize(
    ("text", "streets"),
    [
        ("Jl. Dhoho rusak", ["dhoho"]),
        ("jalan veteran gang 3 gelap", ["veteran gang 3"]),
        ("jln hayam wuruk gg 05", ["hayam wuruk gang 5"]),
        ("Jl. Raya Mayor Bismo", ["mayor bismo"]),
        ("jl a yani dan jl. Ahmad Yani", ["a yani"]),
        ("gg mawar", ["mawar"]),
        ("gang mawar dan jl melati", ["mawar", "melati"]),
        ("jalan rusak dan jalan berlubang", []),
        ("jalan menghalangi", []),
        ("jalannya di jalan", []),
        ("gang 3", []),
        ("jl raya", []),
        ("jl kapten 5", []),
        ("jl dhoho gang", ["dhoho"]),
        ("gang 3 pju mati", []),
        ("jalan raya semata kaki", []),
        ("jl brigjen pol, kemarin", []),
        ("Jl. Slamet rusak", ["slamet"]),
        ("jalan urip", []),  # to live, in Javanese
        ("", []),
    ],
)
def test_streets(text: str, streets: list[str]) -> None:
    assert [str(one) for one in places.streets(text)] == streets
    assert places.streets(text) == places.find(text, KEDIRI).streets


# By line: one street as people write it. No two lines are the same street.
AS_WRITTEN = """
    Letnan Jenderal Suprapto | Letjend Suprapto | Letjen. Soeprapto | Let. Jend. Suprapto | Suprapto
    Letjend Sutoyo | Let.Jend. Soetoyo | Letjen. Sutoyo
    Let. Jend. S. Parman | Letjen S Parman | Siswondo Parman
    Letjen M.T. Haryono | MT Haryono | M T Haryono
    Brigjend Katamso | Brigjen Katamso | Brig. Jend. Katamso
    Brigjen Pol. Duriat | Kombes Pol. Duryat | Komisaris Besar Polisi Duriyat
    Brigjen Slamet Riyadi | Slamet Riyadi | Slamet Riadi
    Mayjend Sungkono | Mayjen. Soengkono
    Mayjen D.I. Panjaitan | DI Panjaitan | D.I. Pandjaitan
    Jend. Sudirman | Jenderal Soedirman | Panglima Besar Jend. Sudirman | PB. Sudirman | P. Sudirman | Pang. Sudirman
    Jend. A. Yani | Ahmad Yani | Jenderal Achmad Yani
    Jend. Gatot Subroto | Gatot Soebroto
    Jend. Basuki Rahmat | Basuki Rachmat
    Jend. Urip Sumoharjo | Urip Sumoharjo | Oerip Soemohardjo
    Kol. Sugiono | Kolonel Sugiyono
    Kapt. Tendean | Kapten Pierre Tendean
    Raya Mayor Bismo | Mayor Bismo
    Sersan KKO Usman | Usman
    Sersan KKO Harun | Serda KKO Harun
    Sersan Bahrun | Bahrun
    Laksda. Yos Sudarso | Yos Soedarso
    Inspektur Suwoto
    Wolter Monginsidi | Robert Wolter Monginsidi
    Cut Nyak Dien | Cut Nyak Dhien | Tjut Nyak Dien
    Cut Mutia | Cut Meutia
    Teuku Umar | T. Umar
    Teuku Cik Ditiro | Tgk. Chik Di Tiro | Cik Ditiro
    Moh. Yamin | Prof. Muh. Yamin | M. Yamin | Prof. Mohammad Yamin
    Drs. Moh. Hatta | M. Hatta | Bung Hatta
    Moch. Toha | Mohamad Toha
    dr. Wahidin | Dr. Wahidin Sudirohusodo | Sudiro Husodo
    Dr. Soetomo | dr Sutomo
    dr. Cipto Mangunkusumo | Tjipto Mangoenkoesoemo | Dr. Cipto
    Ir. Soekarno | Ir. Sukarno
    Soekarno-Hatta | Sukarno Hatta
    H. Agus Salim | KH. Agus Salim | H.A. Salim
    KH. Ahmad Dahlan | K.H. A. Dahlan | KH Dahlan
    KH. Hasyim Asy'ari | Hasyim Asyari | KH Hasyim Ashari
    KH. Wahid Hasyim | KH Wachid Hasyim
    KH. Mas Mansyur
    HOS Cokroaminoto | H.O.S. Tjokroaminoto | Cokro Aminoto
    R.A. Kartini | RA Kartini | Raden Ajeng Kartini | Kartini
    Dewi Sartika | R. Dewi Sartika
    WR Supratman | W.R. Soepratman
    RM. Suryo | R.M. Soeryo
    Raden Patah
    Raden Saleh
    Pangeran Diponegoro | P. Diponegoro | Diponegoro | Dipo Negoro
    Imam Bonjol | Tuanku Imam Bonjol
    Sultan Agung | Sultan Agoeng
    Sultan Hasanuddin | Hasanudin
    Sultan Iskandar Muda
    Sunan Ampel
    Sunan Giri
    Sunan Kalijaga
    Ki Hajar Dewantara | Ki Hadjar Dewantara
    Patih Gajah Mada | Gajah Mada | Gajahmada
    Hayam Wuruk | Hayamwuruk
    Untung Suropati | Untung Soeropati
    Sam Ratulangi | Dr. Sam Ratulangi
    Perintis Kemerdekaan
    Pahlawan
    Pahlawan Kusuma Bangsa | Kusuma Bangsa | PK Bangsa
    Bengawan Solo
    Dhoho | Doho
    Joyoboyo | Djoyoboyo | Joyo Boyo
    Bandar Kidul
    Bandar Lor
"""
LINES = [line.strip().split(" | ") for line in AS_WRITTEN.strip().splitlines()]


@pytest.mark.parametrize("line", LINES, ids=lambda line: line[0])
def test_a_street_is_one_however_its_title_is_shortened(line: list[str]) -> None:
    found = [places.streets(f"lampu di {marker} {one} mati") for marker in ("Jl.", "jalan") for one in line]
    assert {len(one) for one in found} == {1}
    assert {one.name for (one,) in found} == {found[0][0].name}
    assert all(places.same_street(found[0][0], one) for (one,) in found)


def test_two_streets_of_one_title_are_two() -> None:
    names = [places.streets(f"Jl. {line[0]}")[0].name for line in LINES]
    assert len(names) >= 60
    assert len(set(names)) == len(names)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Jl. Letjend Suprapto rusak", "letjend suprapto"),
        ("Jl. Urip Sumoharjo gelap", "urip sumoharjo"),
        ("Jl. M.T. Haryono", "mt haryono"),
        ("Jl. Cut Nyak Dien gg. 4", "cut nyak dien gang 4"),
        ("Jl. Teuku Umar", "teuku umar"),
        ("Jl. Brigjen Pol. Duriat", "brigjen pol duriat"),
        ("Jl. Perintis Kemerdekaan banjir", "perintis kemerdekaan"),
        ("Jl. Bengawan Solo kotor", "bengawan solo"),
        ("jl. raya soekarno-hatta", "soekarno hatta"),
    ],
)
def test_a_street_is_shown_whole_as_it_was_written(text: str, shown: str) -> None:
    assert [str(one) for one in places.streets(text)] == [shown]


def test_the_words_of_a_place_are_pointed_at() -> None:
    assert places.find("lampu di kelurahan Betet mati", KEDIRI).at == {3}
    assert places.find("lampu jl dhoho mati", KEDIRI).at == {1, 2}


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (Street("dhoho"), Street("dhoho"), True),
        (Street("dhoho"), Street("dhoho", "3"), True),
        (Street("dhoho", "3"), Street("dhoho", "3"), True),
        (Street("dhoho", "3"), Street("dhoho", "5"), False),
        (Street("dhoho"), Street("kawi"), False),
    ],
)
def test_same_street(one: Street, other: Street, same: bool) -> None:
    assert places.same_street(one, other) is same
    assert places.same_street(other, one) is same


def test_distances() -> None:
    assert places.metres(-7.8, 112.0, -7.8, 112.0) == 0
    assert places.metres(0, 0, 0, 1) == pytest.approx(111_195, rel=1e-4)
    assert places.metres(90, 0, -90, 0) == pytest.approx(math.pi * places.EARTH_METRES)
    assert places.metres(0, 0, 0, 180) == pytest.approx(math.pi * places.EARTH_METRES)
    assert math.isnan(places.metres(math.nan, 0, 0, 0))
    assert math.isnan(places.metres(0, 0, math.inf, 0))


def with_points(*points: tuple[str, float, float], limit: int = 1500) -> City:
    return msgspec.structs.replace(
        KEDIRI,
        kelurahan_points=tuple(KelurahanPoint(kelurahan=name, lat=lat, lon=lon) for name, lat, lon in points),
        routing=msgspec.structs.replace(KEDIRI.routing, point_metres=limit),
    )


def test_coordinates_name_the_nearest_point_within_the_limit() -> None:
    # Made-up points: 0.001 degrees of latitude are 111.2 m.
    city = with_points(("Bujel", 0.0, 0.0), ("Gayam", 0.01, 0.0), limit=500)
    assert places.nearest(0.001, 0.0, city) == "Bujel"
    assert places.nearest(0.009, 0.0, city) == "Gayam"
    assert places.nearest(0.005, 0.0, city) is None  # 556 m from both
    assert places.nearest(None, 0.0, city) is None
    assert places.nearest(0.0, None, city) is None
    assert places.nearest(math.nan, 0.0, city) is None


def test_a_city_without_points_says_so_by_saying_nothing() -> None:
    assert places.nearest(-7.82, 112.01, with_points()) is None


def test_a_point_belongs_to_a_kelurahan_of_the_city_and_to_the_earth() -> None:
    good = to_json(with_points(("Bujel", -7.8, 112.0)))
    assert checked(json.loads(good), {}).kelurahan_points[0].kelurahan == "Bujel"
    with pytest.raises(InvalidCity, match="kelurahan Klegen tidak ada"):
        checked(json.loads(to_json(with_points(("Klegen", -7.8, 112.0)))), {})
    with pytest.raises(InvalidCity, match=r"lat: harus >= -90"):
        checked(json.loads(good.replace(b"-7.8", b"-97.8")), {})
    with pytest.raises(InvalidCity, match=r"threshold_percent: harus <= 100"):
        checked(json.loads(good.replace(b'"threshold_percent":50', b'"threshold_percent":101')), {})
