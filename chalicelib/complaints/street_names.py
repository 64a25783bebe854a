"""What stands before the name of a street, and the names that several words make: tables, and one spelling for all.

Indonesian streets are called after people, and nobody writes the rank twice alike: "Letjend.", "Let. Jend.",
"Letnan Jenderal" Suprapto. What tells streets apart is the name behind it; a city that knows more adds it here.
"""

import re
from functools import lru_cache

from chalicelib.complaints.vocabulary import SPELLINGS, STOP

# Ranks, degrees, nobility, forms of address: never the name itself. "Jl. Raya Mayor Bismo" is bismo.
_TITLES = """
    raya
    aipda aiptu ajun akbp akp bharada bripda bripka briptu brig brigadir brigjen brigjend inspektur ipda iptu
    jen jend jenderal jendral kapt kapten kol kolonel kombes kombespol komisaris komjen komodor kompol kop kopral kopka
    laks laksamana laksda laksma let letda letjen letjend letjendral letkol letnan lettu marsda marsekal marsma
    may mayjen mayjend mayjendral mayor pang panglima patih pelda peltu prada praka pratu pb serda serka serma
    sersan sertu
    dokter dr dra drg drs hj ir ks mt prof re wr ht hr hm tb
    buya cik chik datuk gph gusti habib haji hadji hos ibh kgph ki kiai kph kyai nyai nyi p pangeran panembahan
    ra raden rd rm rr sultan sunan syeh syekh teuku teungku tengku tgk tuanku ust ustad ustadz
    kh ach achmad ahmad akh akhmad moch mochamad moh mohamad mohamed mohd muchamad muh muhamad muhammad
"""
TITLES = frozenset(_TITLES.split())
# Only behind another title: "Brigjen Pol. Duryat", "Sersan KKO Usman", "KH. Mas Mansyur".
_BEHIND_TITLES = "ajeng anm anumerta ayu besar dua kko laut madya mas muda pertama pol polisi purn satu tni udara utama"
BEHIND_TITLES = frozenset(_BEHIND_TITLES.split())
# First names that are written or left out as one likes: Slamet Riyadi, Wolter Monginsidi. Alone they are the name.
_GIVEN = """
    abd abdul ageng agus basuki bung cut dewi gatot hajar imam karel nyak pierre robert sam siswondo slamet untung
    urip wahid wolter yos
"""
GIVEN = frozenset(_GIVEN.split())
BEFORE_A_NAME = TITLES | GIVEN

# Names of several words, which may be written as one; after "=" what they are known by.
_NAMES = """
    abdurrahman saleh = rahmansaleh | asy ari | bandar kidul | bandar lor | bengawan solo | bhineka tunggal ika
    cipto mangunkusumo = cipto | cokro aminoto | di panjaitan = panjaitan | di tiro | dipo negoro | gajah mada
    hang tuah | hasyim asy ari | hayam wuruk | iskandar muda | joyo boyo | kusuma bangsa | mangun sarkoro
    nambangan kidul | nambangan lor | ngurah rai | pahlawan kusuma bangsa = kusumabangsa | panca sila
    perintis kemerdekaan | pk bangsa = kusumabangsa | rahman saleh | ronggo warsito | setia budi
    singa mangaraja = sisingamangaraja | sisinga mangaraja | sudiro husodo = wahidin | sukarno hatta | sumpah pemuda
    taman siswa | truno joyo | wahidin sudirohusodo = wahidin | wali songo
"""

_NO_NAMES = """
    aman amblas ambles ambrol arah aspal banjir barat becek bekas berbahaya berdebu bergelombang berlubang berlumpur
    beton bikin buntu camat desa diaspal dibangun diperbaiki ditutup ds dua got gulita jebol kabel kaki kampung
    kampungku kampus ke keluar kereta kidul kulon layang licin lingkungan longsor lor lubangnya lurah macet makadam
    makam masjid mati menuju mobil motor nasional nyala padam parah parkir pasar pdam pinggir pju poros protokol
    provinsi ramai rawan raya retak samping sebetis sedada sedengkul selatan selokan selutut semata sempit sepaha
    sepanjang sepi sepinggang setapak setinggi situ stadion tembus tengah terang terendam tergenang tersebut tertutup
    tikus timur tol trotoar truk umum utama utara wetan
"""
NOT_A_STREET = (
    STOP
    | frozenset(spelling for spellings in SPELLINGS.values() for spelling in spellings.split())
    | frozenset(part for word in SPELLINGS for part in word.split())
    | frozenset(_NO_NAMES.split())
)

LONGEST_NAME = 3  # words of a name in the table above, counted as they are typed
# Old spelling, and letters written or not: Soekarno, Tjokroaminoto, Sumohardjo, Dhoho, Achmad, Sugiyono, Duryat.
_LETTERS = (
    ("tj", "c"),
    ("dj", "j"),
    ("oe", "u"),
    ("eu", "u"),
    ("ie", "i"),
    ("sj", "sy"),
    ("sh", "sy"),
    ("ch", "h"),
    ("kh", "h"),
)


@lru_cache(maxsize=1024)
def sounded(word: str) -> str:
    """One spelling for all a name is written in (Soekarno, Sukarno), to be compared and not to be shown."""
    for old, new in _LETTERS:
        word = word.replace(old, new)
    word = re.sub(r"([bdgt])h", r"\1", word)
    word = re.sub(r"([a-z])\1", r"\1", word)
    word = re.sub(r"iy(?=[aeiou])", "i", word)
    return re.sub(r"([bcdfghjklmpqrtvwz])y(?=[aeiou])", r"\1i", word)


def whole(typed: list[str]) -> tuple[str, int] | None:
    """The name of several words that begins here: what it is known by, and how many of the words it takes."""
    for length in range(min(LONGEST_NAME, len(typed)), 0, -1):
        if known := _known_by().get(sounded("".join(typed[:length]))):
            return known, length
    return None


@lru_cache(maxsize=1)
def _known_by() -> dict[str, str]:
    found: dict[str, str] = {}
    for entry in _NAMES.replace("\n", "|").split("|"):
        name, _, known = entry.replace(" ", "").partition("=")
        if name:
            found[sounded(name)] = sounded(known or name)
    return found
