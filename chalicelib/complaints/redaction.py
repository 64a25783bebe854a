"""Taking people out of a text: NIK, telephone numbers, e-mail addresses, vehicle plates and names.

Used where a text leaves the desk: LAPOR! filings of anonymous reporters, public pages. It rather masks
too much than too little, but leaves what is needed to solve the case: places, dates, hours and amounts.
The reason is UU 27/2022 (personal data protection); NIK never leaves, whoever the reporter is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

NIK, PHONE, EMAIL, PLATE, NAME = "[NIK]", "[telepon]", "[email]", "[pelat]", "[nama]"
ACCOUNT = "[rekening]"

_MASKS = re.compile("(" + "|".join(re.escape(mask) for mask in (NIK, PHONE, EMAIL, PLATE, NAME, ACCOUNT)) + ")")

_Rule = Callable[[str], str]


def mask_nik(text: str) -> str:
    """`text` with every NIK (16 digits, also in groups) as `[NIK]`. Idempotent."""
    return _until_stable(text, [_mask_nik])


def redact(text: str, names: Iterable[str] = ()) -> str:
    """`text` with NIK, telephone and account numbers, e-mail, plates, handles and names masked. Idempotent.

    Names are those after an honorific, and `names`: known names or handles of people (the reporter's, say),
    masked whole, and each of their words too.
    """
    known = _known_names(names)
    rules: list[_Rule] = [_mask_email, _mask_nik, _mask_accounts, _mask_phones, _mask_plates, _mask_handles]
    if known is not None:
        pattern = known
        rules.append(lambda part: pattern.sub(NAME, part))
    rules.append(_mask_titled_names)
    return _until_stable(text, rules)


def found_names(text: str) -> list[str]:
    """The names of people that `redact` recognises in a text by the word before them, for its other texts."""
    found = [one["name"] for one in _TITLED.finditer(text) if not one["street"]]
    found += [one["name"] for one in _INTRODUCED.finditer(text)]
    return list(dict.fromkeys(found))


def _until_stable(text: str, rules: list[_Rule]) -> str:
    """Apply the rules, in order, until none finds anything; masks themselves are never looked into.

    Every change turns plain characters into a mask, so it ends, and the result is a fixed point.
    """
    while True:
        changed = text
        for rule in rules:
            changed = "".join(part if _MASKS.fullmatch(part) else rule(part) for part in _MASKS.split(changed) if part)
        if changed == text:
            return text
        text = changed


# What stands between digits people group: spaces (not line ends), dots, dashes, slashes, and the invisible
# direction marks that come along when a number is copied out of a contact card.
_GAP_CHARS = r" \t\u00a0\u2000-\u200a\u202f\u3000.\-\u2010-\u2015\u2212/_\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff"
_GAP = rf"[{_GAP_CHARS}]{{0,3}}"

_DATE = r"(?:0?[1-9]|[12]\d|3[01])(?P<sep>[-/.])(?:0?[1-9]|1[0-2])(?P=sep)(?:19|20)\d\d(?!\d)"
# A date before a telephone number has as many digits as a NIK: "05-06-2026 081234567890".
_NIK = re.compile(rf"(?<!\d)(?:(?P<kept>{_DATE})|\d(?:{_GAP}\d){{15}}|\d{{16,}})(?!\d)")


def _mask_nik(text: str) -> str:
    return _NIK.sub(lambda found: found[0] if found["kept"] else NIK, text)


# Bounded repeats: a citizen may send 65,000 characters without an @, and this still has to be quick.
_EMAIL = re.compile(r"[\w.+%'-]{1,64}\s?(?:@|\((?:at|@)\)|\[(?:at|@)\])\s?[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}", re.I)


def _mask_email(text: str) -> str:
    return _EMAIL.sub(EMAIL, text)


# "rek BCA 1234567890", "no. rekening 12-34-567890"
_ACCOUNT = re.compile(
    rf"""
    (\b(?:rek(?:ening)?|norek|va|virtual\saccount|bca|bri|bni|bsi|mandiri|btn|bank\s\w{{2,12}})\b[^\d\n]{{0,20}})
    \d(?:{_GAP}\d){{6,17}}(?!\d)
    """,
    re.X | re.I,
)
# A name on another network: @kutilang.77
_HANDLE = re.compile(r"(?<![\w.@/])@[A-Za-z0-9_](?:[A-Za-z0-9_.]{1,28}[A-Za-z0-9_])")


def _mask_accounts(text: str) -> str:
    return _ACCOUNT.sub(lambda found: found[1] + ACCOUNT, text)


def _mask_handles(text: str) -> str:
    return _HANDLE.sub(NAME, text)


_BRACKET = rf"[(){_GAP_CHARS}]{{0,4}}"
_NO_DIGIT_BEFORE = r"(?<!\d)(?<!\d[.,])"
_PHONES = re.compile(
    rf"""
    (?P<kept>                               # looks like a number to call, but is not:
        (?<!\d){_DATE}                      # 05-06-2026
      | (?<!\d)(?:19|20)\d\d-\d\d-\d\d(?!\d)                        # 2026-06-05
      | (?<!\d)\d{{1,2}}[.:]\d\d[ ,]{{1,2}}(?={_DATE.replace("sep", "sep2")})     # 07.30 05-06-2026
      | (?<!\d)\d{{1,2}}[.:]\d\d\s?(?:[-\u2013]|s/?d)\s?\d{{1,2}}[.:]\d\d(?!\.?\d)  # 07.30-08.45
      | (?i:\brp)\.?\s?\d{{1,3}}(?:\.\d{{3}})+(?!\.?\d)             # Rp 62.500.000.000
    )
    | (?:
        # +62 (0) 812-3456-7890, +1 415 867 5309
        \(?[+\uff0b]{_BRACKET}\d(?:{_BRACKET}\d){{6,14}}
        # 62812…, (62) 812…, 0062 354…
      | {_NO_DIGIT_BEFORE}\(?(?:00)?62{_BRACKET}(?:0{_BRACKET})?[1-9](?:{_BRACKET}\d){{6,11}}
        # 0812…, O812… (a letter for the nought), (0354) 68…
      | {_NO_DIGIT_BEFORE}(?<![A-Za-z])\(?[0oO]{_BRACKET}[2-9](?:{_BRACKET}\d){{6,12}}
        # hp0812…
      | (?<=[A-Za-z])0[2-9](?:{_BRACKET}\d){{6,12}}
        # 812-3456-7890
      | {_NO_DIGIT_BEFORE}8[1-9]\d[ \-]?\d{{3,4}}[ \-]?\d{{3,5}}
    )(?!\d)
    """,
    re.X,
)
# A short local number is recognised by the word before it: "telp 681234".
_CALL = re.compile(
    rf"""
    (\b(?:telp?|tlpn?|telf|telp?on|telepon|hp|handphone|wa|whatsapp|kontak|call)\b[^\w\n]{{0,6}}
    (?:(?:no|nomor|nmr)\b[^\w\n]{{0,4}})?)
    \d(?:{_GAP}\d){{4,15}}(?!\d)
    """,
    re.X | re.I,
)


def _mask_phones(text: str) -> str:
    text = _PHONES.sub(lambda found: found[0] if found["kept"] else PHONE, text)
    return _CALL.sub(lambda found: found[1] + PHONE, text)


# Registration areas in use; the table keeps "RT 05 RW 03" from looking like a plate.
_AREAS = """
    A AA AB AD AE AG B BA BB BD BE BG BH BK BL BM BN BP D DA DB DC DD DE DG DH DK DL DM DN DP DR DS DT DU DW
    E EA EB ED F G H K KB KH KT KU L M N P PA PB PG PS R S T W Z
"""
_AREA = "|".join(sorted(_AREAS.split(), key=len, reverse=True))
_JOIN = r"[ .\-\u00a0]{0,2}"
_PLATES = re.compile(
    rf"""
    # an address: Blok B 12 A
    (?P<kept>(?i:\b(?:blok|gang|gg|kav|kavling|lorong)\b)\.?[ ]?[A-Z]{{1,2}}{_JOIN}\d{{1,4}}{_JOIN}[A-Z]?\b)
    # AG 1234 XY, AG1234XY
    | (?<!\w)(?:{_AREA}){_JOIN}\d{{1,4}}{_JOIN}[A-Z]{{1,3}}(?!\w)
    # ag 1234 xy; but "p 200 m" is a length
    | (?<!\w)(?i:{_AREA}){_JOIN}\d{{3,4}}{_JOIN}(?!(?:[cmk]?m|kg)\b)(?i:[A-Z]{{1,3}})(?!\w)
    """,
    re.X,
)
_PLATE_WORD = re.compile(
    rf"""
    (\b(?:nopol|no\.?\s?pol|plat|pelat)\b(?:\s(?:no|nomor))?[^\w\n]{{0,4}})
    [A-Z]{{1,2}}{_JOIN}\d{{1,4}}(?:{_JOIN}[A-Z]{{1,3}})?(?!\w)
    """,
    re.X | re.I,
)


def _mask_plates(text: str) -> str:
    text = _PLATE_WORD.sub(lambda found: found[1] + PLATE, text)
    return _PLATES.sub(lambda found: found[0] if found["kept"] else PLATE, text)


_HONORIFICS = """
    bapak bpk bp pak ibu bu sdr sdri saudara saudari mas mbak mba mbk kak bang tuan tn nyonya ny haji hajah hj
    ustadz ustad ust gus kyai kiai mbah pakde bude om tante cak ning dik adik
"""
# Offices that follow an honorific; the name may still follow them: "Pak Lurah Budi".
_OFFICES = """
    lurah camat rt rw wali walikota wakil bupati gubernur presiden menteri kepala kades kadis ketua sekretaris
    dinas dokter dr drs ir h guru polisi satpam hakim jaksa direktur sekda kapolres kapolsek babinsa modin
    petugas
"""
# What "Petugas" is followed by when no name is: where he serves. Nor do capitals alone name him: "Petugas PLN".
_UNITS = """
    dinas damkar pemadam kebersihan satpol polisi dishub perhubungan puskesmas kesehatan keamanan lapangan parkir
    pajak pasar taman pertamanan kelurahan kecamatan kota piket jaga loket layanan medis ambulans sensus
"""
# Words that may be written large after an honorific and are nobody's name.
_NOT_NAMES = """
    tolong mohon yang di ke dan atau saya kami kita ada ini itu sudah belum tidak jangan selamat terima kasih
    kapan bagaimana apa apakah mana kenapa mengapa untuk dari pada dengan jalan jl jln gang gg lampu sampah
    pagi siang sore malam kota kelurahan kecamatan desa kabupaten segera harap minta karena jika kalau setiap
    air yth adalah
"""


def _any_of(*tables: str) -> str:
    """A pattern for any word of the tables, in any case."""
    words = sorted(" ".join(tables).split(), key=len, reverse=True)
    return "(?i:" + "|".join(words) + r")(?!\w)"


_LETTER = "A-Za-zÀ-ÖØ-öø-ÿ'\u2019"
_NOT_A_NAME = f"(?!{_any_of(_HONORIFICS, _OFFICES, _NOT_NAMES)})"
_NAME_WORD = rf"{_NOT_A_NAME}[A-ZÀ-ÖØ-Þ](?:[{_LETTER}\-]+|\.(?=\s))?(?![{_LETTER}])"
_TITLED = re.compile(
    rf"""
    (?P<street>(?<!\w)(?i:jl|jln|jalan|gg|gang)\.?\s+)?        # Jl. Mas Mansyur is a place
    (?P<title>
        (?<!\w)
        (?:{_any_of(_HONORIFICS)}|(?i:nama\ssaya|atas\snama|bernama|a/n|a\.n|binti?|alias)(?!\w)|H(?=\.\s)
          |(?i:petugas)(?!\w)(?![\s:]*(?:[A-Z]{{2,}}|{_any_of(_UNITS)})))
        \.?(?:[ \t]*:)?[ \t]*(?:/[ \t]*)?
        (?:{_any_of(_HONORIFICS, _OFFICES)}[./]?[ \t]*){{0,4}}
    )
    (?P<name>{_NAME_WORD}(?:[ \t]+{_NAME_WORD}){{0,3}})
    """,
    re.X,
)
# Chat is mostly written small: after these words one small word is taken for a name as well.
_INTRODUCED = re.compile(
    rf"""
    ((?<!\w)(?:nama\s(?:saya|sy|aku)|atas\snama|bernama)(?!\w)(?:\s?(?:[:=]|adalah(?!\w)))?\s*)
    (?P<name>{_NOT_A_NAME}[{_LETTER}]{{2,}})
    """,
    re.X | re.I,
)


def _mask_titled_names(text: str) -> str:
    text = _TITLED.sub(lambda found: found[0] if found["street"] else found["title"] + NAME, text)
    return _INTRODUCED.sub(lambda found: found[1] + NAME, text)


def _known_names(names: Iterable[str]) -> re.Pattern[str] | None:
    """A pattern for the names, longest first; words of one or two letters count only as part of the whole."""
    wanted: set[str] = set()
    for name in names:
        words = name.split()
        if sum(letter.isalnum() for letter in name) > 1:
            wanted.add(r"\s+".join(re.escape(word) for word in words))
        for word in re.findall(r"[^\W_]{3,}", name):
            if word.casefold() not in _HONORIFICS.split():
                wanted.add(re.escape(word))
    if not wanted:
        return None
    return re.compile(r"(?<!\w)(?:" + "|".join(sorted(wanted, key=lambda one: (-len(one), one))) + r")(?!\w)", re.I)
