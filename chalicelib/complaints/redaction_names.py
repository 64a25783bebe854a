"""Names of people, by the words before them: honorifics, kin, jobs, `a.n.`, `nama:`. What redaction.py takes out.

Capitals tell a name from a word; small letters are a name only behind words that announce one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

NAME = "[nama]"
MOST_NAMES = 50

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
# What "Petugas" or "pegawai" is followed by when no name is: where he serves. Nor do capitals alone name him: "Petugas
# PLN".
_JOBS = "petugas pegawai karyawan karyawati staf staff oknum bidan perawat sopir supir kasir mandor jukir"
_UNITS = """
    dinas damkar pemadam kebersihan satpol polisi dishub perhubungan puskesmas kesehatan keamanan lapangan parkir
    pajak pasar taman pertamanan kelurahan kecamatan kota piket jaga loket layanan medis ambulans sensus
    desa bank negeri honorer pabrik angkot bus truk travel ojek gojek grab toko warung koperasi rumah sekolah pemda
    pemkot pemkab bapenda dukcapil kontrak swasta ahli tata bagian gigi senior yang dan
"""
# Whose name people say with the word for him: "istri saya Sulastri".
_KIN = """
    istri isteri suami anak ibu bapak ayah bapa mama papa tetangga adik kakak mertua nenek kakek keponakan ponakan
    menantu cucu paman bibi teman kawan rekan saudara sepupu majikan bos pacar mantan bojo bojone emak mak
"""
# What else is written large behind "anak saya": schools, papers, offices, days, months.
_LARGE = """
    sd sdn smp smpn sma sman smk smkn tk paud mi mts man kuliah ktp kk bpjs pln pdam rsud rs igd icu umkm pkh kip kis
    bpnt blt bansos asn pns p3k pppk tni polri covid dbd tbc stnk sim bpkb odgj kelas alhamdulillah insyaallah islam
    senin selasa rabu kamis jumat jum'at sabtu minggu januari februari maret april juni juli agustus september oktober
    november desember dinas kantor puskesmas polsek polres pasar sekolah rumah kediri madiun jawa indonesia
    kelas wna wni kb sktm kia dtks dtsen
"""
# Where a name in small letters ends, and what "saya" is followed by when no name is.
_VERBS = """
    mau ingin mohon lapor melapor melaporkan minta bertanya tanya warga penduduk tinggal sangat sering selalu baru masih
    akan bisa dapat harus punya kena sebagai adalah selaku hanya cuma juga pun lihat melihat merasa kecewa
    alamat almt umur usia nik hp telp tlp wa rt rw lahir ttl pekerjaan jenis agama perkenalkan dari kemarin
"""
# Words that may be written large after an honorific and are nobody's name.
_NOT_NAMES = """
    tolong mohon yang di ke dan atau saya kami kita ada ini itu sudah belum tidak jangan selamat terima kasih
    kapan bagaimana apa apakah mana kenapa mengapa untuk dari pada dengan jalan jl jln gang gg lampu sampah
    pagi siang sore malam kota kelurahan kecamatan desa kabupaten segera harap minta karena jika kalau setiap
    air yth adalah rumah orang tdk tak gak blm sdh yg dgn utk
"""


def _any_of(*tables: str) -> str:
    """A pattern for any word of the tables, in any case."""
    words = sorted(" ".join(tables).split(), key=len, reverse=True)
    return "(?i:" + "|".join(words) + r")(?!\w)"


_LETTER = "A-Za-zÀ-ÖØ-öø-ÿ'\u2019"
_NOT_A_NAME = f"(?!{_any_of(_HONORIFICS, _OFFICES, _NOT_NAMES)})"
_NAME_WORD = rf"{_NOT_A_NAME}[A-ZÀ-ÖØ-Þ](?:[{_LETTER}\-]+|\.(?=\s))?(?![{_LETTER}])"
# Not "PLN": a name in capitals and small letters.
_PROPER = rf"{_NOT_A_NAME}[A-ZÀ-ÖØ-Þ][a-zß-öø-ÿ'\u2019]{{2,20}}(?![{_LETTER}])"
# The sentence ends, or goes on with a verb.
_DONE = rf"[ \t]?(?:[,.;(\n]|$)|[ \t]{{1,2}}{_any_of(_VERBS)}"
_FILLED = rf"(?!{_any_of(_HONORIFICS, _VERBS, _OFFICES, _NOT_NAMES)})[{_LETTER}][{_LETTER}.\-]{{1,24}}(?![{_LETTER}])"
_TITLED = re.compile(
    rf"""
    (?P<street>(?<!\w)(?i:jl|jln|jalan|gg|gang)\.?\s+)?        # Jl. Mas Mansyur is a place
    (?P<title>
        (?<!\w)
        (?:{_any_of(_HONORIFICS)}|(?i:nama\ssaya|atas\snama|bernama|a/n|a\.n|binti?|alias)(?!\w)|H(?=\.\s)
          |(?i:a/?n)(?=[.:])|(?<!\d[ ])an(?=[ \t])     # not "Masjid An Nur"
          |{_any_of(_JOBS)}(?![\s:]*(?:[A-Z]{{2,}}|{_any_of(_UNITS)}))
          |{_any_of(_KIN)}[ \t]{{1,2}}(?i:saya|sy|aku|ku|kami|kula|kulo)(?!\w)(?:[ \t](?i:yang|yg)(?!\w)
            |,(?=[ \t]{_PROPER}(?:[ \t]{_PROPER})?[,.]))?
            (?![\s:]*{_any_of(_LARGE)}))
        \.?(?:[ \t]*:)?[ \t]*(?:/[ \t]*)?
        (?:{_any_of(_HONORIFICS, _OFFICES)}[./]?[ \t]*){{0,4}}
    )
    (?P<name>{_NAME_WORD}(?:[ \t]+{_NAME_WORD}){{0,3}})
    """,
    re.X,
)
# Chat is mostly written small: after these words a small word is taken for a name as well, and a second one where
# the sentence ends behind it or goes on with a verb.
_INTRODUCED = re.compile(
    rf"""
    ((?<!\w)(?:nama\s(?:saya|sy|aku)|atas\snama|bernama|a\.n\.?|a/n|an\.)(?!\w)(?:\s?(?:[:=]|adalah(?!\w)))?\s*)
    (?P<name>{_NOT_A_NAME}[{_LETTER}]{{2,}}(?:[ \t]{{1,2}}{_FILLED}(?={_DONE}|[ \t](?:di|me|ber|ter)[a-z]{{3}}))?)
    """,
    re.X | re.I,
)
# A form: "Nama lengkap: sulastri wahyuni, ...", to the end of what is filled in.
_FILLED_IN = re.compile(
    rf"""
    ((?<!\w)(?:nama|name)(?:[ \t](?:lengkap|pelapor|saya|sy|istri|suami|anak|ibu|bapak|ayah|korban|pemohon|orang\stua
        |ktp|sesuai|di)){{0,3}}[ \t]{{0,2}}[:=][ \t]{{0,3}}(?:(?:{_any_of(_HONORIFICS)})\.?[ \t]{{1,2}}){{0,2}})
    (?P<name>{_FILLED}(?:[ \t]{{1,2}}{_FILLED}){{0,4}})
    """,
    re.X | re.I,
)
# "saya Sulastri mau lapor", "Saya Budi, ...": one or two words written large with small ones, or nothing, behind them.
_MYSELF = re.compile(
    rf"""
    (?P<title>(?<!\w)(?i:saya|sy|aku)
        (?:,(?=\s{_PROPER}(?:[ \t]{_PROPER})?,\s(?i:warga|penduduk|dari|tinggal|umur|usia|nik|hp|mau|ingin)(?!\w)))?
        [ \t]{{1,2}}(?!{_any_of(_VERBS, _LARGE, _JOBS, _KIN)}))
    (?P<name>{_PROPER}(?:[ \t]{{1,2}}(?!{_any_of(_VERBS)}){_PROPER})?)
    (?={_DONE})
    """,
    re.X,
)


def found_names(text: str) -> list[str]:
    """The names of people that a text gives away by the words before them, for its other texts; fifty at most."""
    found = [one["name"] for one in _TITLED.finditer(text) if not one["street"]]
    found += [one["name"] for pattern in (_INTRODUCED, _FILLED_IN, _MYSELF) for one in pattern.finditer(text)]
    return list(dict.fromkeys(found))[:MOST_NAMES]


def people(known: Iterable[str | None], texts: Iterable[str | None]) -> list[str]:
    """Whom to take out of all texts of a case: those it is known of, and those its texts name, as one of them may say
    without a title what another says with it."""
    found = (name for text in texts if text for name in found_names(text))
    return list(dict.fromkeys([*(one for one in known if one), *found]))


def mask_names(text: str) -> str:
    """`text` without the names that its own words give away."""
    text = _TITLED.sub(lambda found: found[0] if found["street"] else found["title"] + NAME, text)
    for pattern in (_FILLED_IN, _INTRODUCED, _MYSELF):
        text = pattern.sub(lambda found: found[1] + NAME, text)
    return text


def known_names(names: Iterable[str], *, exactly: bool = False) -> re.Pattern[str] | None:
    """A pattern for the names, longest first; words of one or two letters count only as part of the whole. `exactly`:
    in no other case than this."""
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
    longest_first = "|".join(sorted(wanted, key=lambda one: (-len(one), one)))
    return re.compile(rf"(?<!\w)(?:{longest_first})(?!\w)", 0 if exactly else re.I)
