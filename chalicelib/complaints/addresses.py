"""How far an address reaches in a text, as Indonesians write it in a chat: `jln mawar gg 3 no.7 rt3/rw2`.

Street, quarter and house, in any order; it ends at a comma that nothing of these follows, at a landmark and at the
kelurahan. It is read word by word against tables, as one pattern for all of it takes half a second to compile.
"""

from __future__ import annotations

import re

HOME = "[alamat]"

_LETTER = "A-Za-zÀ-ÖØ-öø-ÿ'\u2019"
_GAP = r"[ \t\u00a0]{0,2}"


def _words(table: str) -> frozenset[str]:
    return frozenset(table.split())


# What no street is called: where its name ends, in a sentence without commas.
_ENDS = _words("""
    depan dpn muka dekat dkt deket samping sebelah belakang blkg sekitar seberang sebrang perempatan pertigaan
    simpang dan atau yang yg di ke dari dr mau ingin lapor melapor melaporkan laporan mohon tolong ada sudah
    sdh udah telah belum blm tidak tdk tak gak ga nggak sering selalu sejak selama karena krn rusak mati padam
    banjir berlubang macet gelap kotor bau menumpuk lampu lampunya jalan jl jln jalannya sampah pohon air
    airnya saya sy kami aku kita warga ini itu tersebut terus lalu kemarin kmrn tadi hari minggu setiap tiap
    kel kelurahan desa ds kec kecamatan kab kabupaten kota no nomor nomer nmr nr rt rw blok blk gg gang kav
    kavling hp wa telp tlp nik nama umur usia dengan dgn untuk agar supaya bisa kena terkena dapat jadi akan
    masih juga sampai tapi tetapi oleh pada perum perumahan komplek kompleks lewat sini sana situ padat kumuh
    elit umum utama sendiri sebagai seorang adalah lagi lg bukan segera perlu minta
""")
# What is everybody's: the word behind "jalan" in small letters, or behind "Alamat:", that begins no address.
_PUBLIC = _words("""
    pasar kantor puskesmas sekolah sd sdn smp smpn sma sman smk smkn tk mi mts man masjid musholla mushola gereja
    terminal alun-alun taman stasiun jembatan lapangan rsud rs polsek polres balai kampus toko warung bank spbu makam
    sungai kali kejadian lokasi tkp usaha perusahaan dinas kediri madiun raya
""")
# A number before one of these counts something: "Jl. Mawar 3 hari gelap".
_UNITS = _words("""
    hari hr minggu mgg bulan bln tahun thn th jam menit kali x orang org kk meter mtr m km cm titik lampu buah pohon
    malam pagi siang sore ekor unit rumah kg liter persen juta jt ribu rb lubang tiang anak warga keluarga mobil motor
    tong karung truk tempat toko gang
""")

_KEY = re.compile(
    r"""(?<!\w)(?:
        (?P<street>jl|jln|jalan)
      | (?P<lane>gg|gang|perum|perumahan|perumnas|komplek|kompleks|lorong|lrg)
      | (?P<area>griya|graha|puri|villa|kampung|kp|dusun|dsn|dukuh|lingkungan|lingk|ling|apartemen|apartment|rusun
          |rusunawa|asrama|cluster)
    )(?!\w)\.?[ \t\u00a0]{0,2}""",
    re.X | re.I,
)
_WORD = re.compile(
    rf"(?:(?:[A-Z]{{1,2}}|[Dd]r|[Ii]r|[Pp]rof)\.[ ]?)?(?P<word>[{_LETTER}](?:[{_LETTER}]|[.\-](?=[{_LETTER}])){{0,24}})"
)
_NEXT = re.compile(rf"{_GAP}([^\W\d_]{{1,12}})")
_SPACE = re.compile(r"[ \t\u00a0]{1,2}")
# Between the parts; onto the next line only where that begins with what can be nothing else.
_SEP = re.compile(r"[,.]?\r?\n(?=(?i:rt|rw|blok|no)\b)|[ \t,./\u00a0\-]{0,3}")
_COUNT = re.compile(r"\d{1,3}(?!\d)|[IVX]{1,5}(?!\w)")
_NO = rf"(?:(?:no|nomor|nomer|nmr|nr)\b{_GAP}[.:]{{0,2}}{_GAP}(?:rumah[ ])?|\#)"
_TALLY = r"(?:\d{1,3}(?!\d)|[IVX]{1,5}(?!\w))"
_SURE = re.compile(
    rf"""(?<!\w)(?:
        rt{_GAP}[/.]{_GAP}rw\.?{_GAP}:?{_GAP}{_TALLY}{_GAP}/{_GAP}{_TALLY}
      | rt\.?{_GAP}:?{_GAP}{_TALLY}(?:{_GAP}(?:[/,.&-]|dan)?{_GAP}rw\.?{_GAP}:?{_GAP}{_TALLY}|{_GAP}/{_GAP}{_TALLY})?
      | rw\.?{_GAP}:?{_GAP}{_TALLY}
      | (?:blok|blk|kav|kavling)\.?{_GAP}
        (?:[a-z]{{1,2}}(?![a-z])(?:[-./ ]{{0,2}}\d{{1,3}}[a-z]?)?|\d{{1,3}}[a-z]?)(?!\w)
      | {_NO}{_GAP}[a-z]{{0,2}}[-. ]?\d{{1,4}}(?!\d)(?:{_GAP}[-/]{_GAP}\d{{1,4}})?(?:{_GAP}[a-z])?(?!\w)
    )""",
    re.X | re.I,
)
_PLAIN = re.compile(
    rf"(?!(?:19|20)\d\d(?!\d))\d{{1,4}}(?!\d)(?:{_GAP}[-/]{_GAP}\d{{1,4}})?(?:{_GAP}[A-Za-z])?(?!\w)(?![.:,]\d)"
    r"|[A-Z]{1,2}[-. ]{0,2}\d{1,3}[A-Za-z]?(?!\w)"
)
# Numbers that are no house's: a lane's, a school's, a lamp post's.
_OTHERS = re.compile(
    rf"""(?<!\w)(?:gang|gg|lorong|lrg|sdn?|smpn?|sman?|smkn?|mtsn?|km|pal|simpang|tps|gardu|tiang|pju|lampu|pos|halte
        |panel|tower|jalur|rel|listrik)(?!\w)[. ]{{0,2}}{_NO}?{_GAP}\d{{1,5}}(?!\d)[a-z]?(?!\w)""",
    re.X | re.I,
)
_ONWARD = re.compile(r",?[ \t]{0,2}(?:di[ \t])?", re.I)
_NUMBERED = re.compile(r"\d{1,2}[ ](?=[A-Z])")
_LINE = re.compile(r"^[ \t]{0,2}", re.M)
_MOST_WORDS, _MOST_PARTS = 5, 8


def end_of(text: str, at: int) -> int | None:
    """Where the address ends that begins at `at`, with a word for a street or quarter, or a house that can be nothing
    else (`no 12`, `RT 3`); None where none begins."""
    end = _first(text, at)
    if end is None:
        return None
    # "Perum Griya Asri Jl. Mawar 3": a quarter and its street.
    onward = _after(text, end)
    street = _KEY.match(text, onward)
    if street and street["street"] and _quarter(text, at) and not text[end:onward].strip():
        end = _named(text, street) or end
    return _rest(text, end)


def end_of_plain(text: str, at: int) -> int | None:
    """The same for an address without a word for a street, `mawar 9`: a name and the number of a house."""
    name = _name(text, at, public=False)
    return name and _rest(text, name)


def end_of_proper(text: str, at: int) -> int | None:
    """The same for a mere name in capitals, `Griya Asri`."""
    name = _capitals(text, at)
    return name and _rest(text, name)


def mask_house(address: str) -> str:
    """An address without its house: no number, block, RT or RW. Street, lane, landmark and kelurahan stay."""
    kept = [found.span() for found in _OTHERS.finditer(address)]
    houses = [found.span() for found in _SURE.finditer(address)]
    # A bare number is a house's only behind the name of a street, or of what the line begins with.
    leads = [found.end() for pattern in (_KEY, _LINE) for found in pattern.finditer(address)]
    for lead in leads:
        name = _name(address, lead, public=False)
        if name is not None and (number := _number(address, _after(address, name))):
            houses.append(number)
    masked, done = [], 0
    for begin, end in sorted(houses):
        if begin < done or any(one <= begin < two for one, two in kept):
            continue
        masked += [address[done:begin], HOME]
        done = _details(address, end)
    return "".join([*masked, address[done:]])


def has_house(address: str) -> bool:
    """Whether it says which house."""
    return mask_house(address) != address


def _first(text: str, at: int) -> int | None:
    key = _KEY.match(text, at)
    if key:
        return _named(text, key)
    sure = _SURE.match(text, at)
    if sure is None:
        return None
    # "no 12 di Jl. Mawar" is one address, "Jl. Mawar 9, di Jl. Dhoho" are two.
    onward = _ONWARD.match(text, sure.end())
    key = _KEY.match(text, onward.end() if onward else sure.end())
    return (_named(text, key) if key else None) or sure.end()


def _quarter(text: str, at: int) -> bool:
    key = _KEY.match(text, at)
    return key is not None and not key["street"]


def _rest(text: str, end: int) -> int:
    """The end with all that belongs to it. No second street: the next one named may be where the trouble is."""
    for _ in range(_MOST_PARTS):
        begin = _after(text, end)
        key = _KEY.match(text, begin)
        if key and not key["street"]:
            further = _named(text, key)
        else:
            number = _number(text, begin)
            further = number[1] if number else None
        if further is None:
            return end
        end = further
    return end


def _details(text: str, end: int) -> int:
    for _ in range(_MOST_PARTS):
        number = _number(text, _after(text, end))
        if number is None:
            return end
        end = number[1]
    return end


def _named(text: str, key: re.Match[str]) -> int | None:
    """Where the name behind a word for a street ends; None where it is no name ("jalan rusak")."""
    name = _name(text, key.end())
    if name is not None:
        return name
    if capitals := _capitals(text, key.end(), public=True):
        return capitals
    word = _word(text, key.end())
    if word and not key["area"] and word["word"].casefold() not in _PUBLIC:
        return word.end()
    count = _COUNT.match(text, key.end())
    return count.end() if count and not _counts(text, count.end()) else None


def _name(text: str, at: int, *, public: bool = True) -> int | None:
    """The end of up to five words that a house follows."""
    at = _past_number(text, at)
    for number in range(_MOST_WORDS):
        word = _word(text, at)
        if word is None or (not number and not public and word["word"].casefold() in _PUBLIC):
            return None
        if _number(text, _after(text, word.end())):
            return word.end()
        space = _SPACE.match(text, word.end())
        if space is None:
            return None
        at = space.end()
    return None


def _capitals(text: str, at: int, *, public: bool = False) -> int | None:
    at, end = _past_number(text, at), None
    for number in range(_MOST_WORDS):
        word = _word(text, at)
        if word is None or not word["word"][0].isupper():
            break
        if not number and not public and word["word"].casefold() in _PUBLIC:
            break
        end = word.end()
        space = _SPACE.match(text, end)
        if space is None:
            break
        at = space.end()
    return end


def _past_number(text: str, at: int) -> int:
    """Jl. 10 November."""
    found = _NUMBERED.match(text, at)
    return found.end() if found else at


def _word(text: str, at: int) -> re.Match[str] | None:
    found = _WORD.match(text, at)
    return None if found is None or found["word"].casefold() in _ENDS else found


def _number(text: str, at: int) -> tuple[int, int] | None:
    """A house's number, block, RT or RW at this place."""
    if _KEY.match(text, at):
        return None
    if sure := _SURE.match(text, at):
        return sure.span()
    plain = _PLAIN.match(text, at)
    return plain.span() if plain and not _counts(text, plain.end()) else None


def _counts(text: str, at: int) -> bool:
    following = _NEXT.match(text, at)
    return following is not None and following[1].casefold() in _UNITS


def _after(text: str, at: int) -> int:
    found = _SEP.match(text, at)
    return found.end() if found else at
