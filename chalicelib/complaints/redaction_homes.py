"""Where somebody lives and when he was born, as people write it: what redaction.py takes out of a text beside names and
numbers.

A street alone is where the trouble is, and stays; with the words that say that somebody lives there it goes, as far as
the house. The kelurahan always stays: without it nobody finds the place. Every repeat is bounded.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from chalicelib.complaints.addresses import HOME, end_of, end_of_plain, end_of_proper, has_house, mask_house

BORN = "[tanggal lahir]"

_S = r"[ \t\u00a0]{1,2}"
_S0 = r"[ \t\u00a0]{0,2}"
_OWN = r"(?:saya|sy|aku|kami|kulo|kula|pelapor|ortu|orang\stua|mertua)(?!\w)"
_OF = rf"(?:{_S}(?:{_OWN}|(?:sekarang|sementara|saat\sini|ini)(?!\w))){{0,3}}"
# The kelurahan stays; the RT often comes behind it.
_VILLAGE = rf"""(?:kel|kelurahan|desa|ds)\b\.?{_S0}[^\W\d_]{{2,20}}(?:{_S}[^\W\d_]{{2,20}})?
    {_S0},?{_S0}(?=(?:rt|rw|no|blok)\b)"""
_AT = rf"""(?:{_S0}[:=]|{_S}(?:yang|yg|di|ada|yaitu|adalah|berada|beralamat|alamat|alamatnya|in|at|on)(?!\w)){{0,3}}
    \s?{_S0}\(?(?:{_VILLAGE})?"""

# "alamat rumah saya", "Alamat KTP:", "almt", "address:"
_ADDRESSED = re.compile(
    rf"""
    (?<!\w)(?:alamat|alamatku|alamatnya|almt|alm|addr|address)(?!\w)\.?
    (?:{_S}(?:(?P<own>{_OWN})
      |(?:rumah|rmh|tempat|tinggal|domisili|e-ktp|ktp|kk|lengkap|asal|kos|kontrakan|sesuai|di|pada|kartu|sekarang)(?!\w))){{0,6}}
    (?P<colon>{_S0}[:=])?{_AT}
    """,
    re.X | re.I,
)
# "tinggal di", "domisili", "ngekos di", "I live at"
_LIVING = re.compile(
    rf"""
    (?<!\w)(?:(?:ber)?tempat\stinggal|bertempat|tinggal|domisili|berdomisili|menetap|bermukim|ngontrak|mengontrak
      |nge-?kost?|indekost?|live|stay|(?:saya|sy|aku|kami)\s(?:kost?|kontrak|beralamat))(?!\w)
    {_OF}{_AT}
    """,
    re.X | re.I,
)
# "rumah saya di", "rumah jl", "kos"; before it what makes it a mark on the way, or somebody else's.
_HOUSE = re.compile(
    rf"""
    (?:(?<!\w)(?:
        (?P<near>(?:depan|dpn|muka|dekat|dkt|deket|samping|sebelah|belakang|blkg|sekitar|seberang|sebrang)
          (?:{_S}(?:kanan|kiri|utara|selatan|barat|timur))?)
      | (?P<other>ada|sebuah|pemilik|pembangunan|bangunan|usaha|tempat|renovasi|penghuni|anak|nomor|no)
    ){_S})?
    (?<!\w)(?:rumah|rumahku|rmh|omah|omahku|kediaman|kontrakan|kost?|kosan|home|house)(?!\w)
    (?P<own>(?:{_S}{_OWN}){{0,2}}){_AT}
    """,
    re.X | re.I,
)
# "saya warga RT 02 RW 05 Kel. X": his quarter; his street may be what he complains of.
_RESIDENT = re.compile(
    rf"""
    (?<!\w){_OWN}(?:,?{_S}(?:adalah|sebagai|selaku|ini|hanya|seorang|salah\ssatu)){{0,2}},?{_S}
    (?:warga|penduduk|penghuni|wargo|ketua|sekretaris|pengurus|bendahara|dari|dr|asal)(?!\w){_AT}
    (?:(?:dari|dr|perwakilan|warga){_S}){{0,2}}
    """,
    re.X | re.I,
)

_MONTHS = r"(?:jan|feb|mar|apr|mei|jun|jul|agu|agt|ags|sep|okt|nov|des)[a-z]{0,6}"
_BEHIND = re.compile(rf"{_S0},?{_S0}{_VILLAGE}", re.X | re.I)
_TOWN = r"(?!(?:anak|saya|dan|di|yang|sudah|belum|sejak)(?!\w))[^\W\d_]{2,24}"
_BORN = re.compile(
    rf"""
    (?P<kept>(?<!\w)(?:akta|akte|surat|keterangan|hari|bayi){_S}(?:ke)?lahir(?:an)?(?!\w))
  | (?P<intro>(?<!\w)(?:(?:tempat{_S0}[,/&]?{_S0}(?:dan{_S})?)?(?:tgl|tanggal)\.?{_S}lahir
      |ttl|t\.t\.l\.?|lahir|kelahiran|born)(?!\w)
        (?:{_S0}[:=]|{_S}(?:di|in|on|pada|tanggal|tgl|tahun|thn)(?!\w)\.?){{0,3}}{_S0})
    (?:{_TOWN}(?:{_S}{_TOWN}){{0,2}}{_S0},?{_S0})?(?:(?:tgl|tanggal|tahun){_S})?
    (?:\d{{1,2}}{_S0}[-/. ]{_S0}(?:\d{{1,2}}|{_MONTHS}){_S0}[-/. ]{_S0}(?:\d{{4}}|\d{{2}})(?!\d)|(?:19|20)\d\d(?!\d))
    """,
    re.X | re.I,
)


# Where the address ends that begins here, if one does; and what stands in its place, None for the address itself.
_End = Callable[[str, re.Match[str]], int | None]
_Put = Callable[[re.Match[str], str], str]


def mask_homes(text: str) -> str:
    """`text` without the addresses that it says somebody lives at, and without dates of birth."""
    for pattern, end, put in (
        (_ADDRESSED, _addressed, _home),
        (_LIVING, _lived_at, _home),
        (_HOUSE, _following, _of_house),
        (_RESIDENT, _following, _of_resident),
    ):
        text = _masked(text, pattern, end, put)
    return _BORN.sub(lambda found: found[0] if found["kept"] else found["intro"] + BORN, text)


def _masked(text: str, pattern: re.Pattern[str], end: _End, put: _Put) -> str:
    parts, done, at = [], 0, 0
    while found := pattern.search(text, at):
        until = end(text, found)
        if until is None:
            at = found.end()
            continue
        parts += [text[done : found.end()], put(found, text[found.end() : until])]
        done = at = until
        behind = _BEHIND.match(text, until)
        if behind and (end_behind := end_of(text, behind.end())):
            parts += [behind[0], mask_house(text[behind.end() : end_behind])]
            done = at = end_behind
    return "".join([*parts, text[done:]])


def _following(text: str, found: re.Match[str]) -> int | None:
    return end_of(text, found.end())


def _addressed(text: str, found: re.Match[str]) -> int | None:
    end = end_of(text, found.end())
    if end is None and (found["colon"] or found["own"]):
        end = end_of_plain(text, found.end())
    return end_of_proper(text, found.end()) if end is None and found["colon"] else end


def _lived_at(text: str, found: re.Match[str]) -> int | None:
    end = end_of(text, found.end())
    at_some_place = found[0].split()[-1:] in (["di"], ["Di"], ["DI"])
    return end_of_plain(text, found.end()) if end is None and at_some_place else end


def _home(found: re.Match[str], address: str) -> str:
    return HOME


def _of_house(found: re.Match[str], address: str) -> str:
    if found["near"]:
        return mask_house(address)
    # "rumah Jl. Mawar" is no house in particular, "ada rumah di Jl. Mawar 9" somebody else's.
    return address if found["other"] or not (found["own"] or has_house(address)) else HOME


def _of_resident(found: re.Match[str], address: str) -> str:
    return mask_house(address)
