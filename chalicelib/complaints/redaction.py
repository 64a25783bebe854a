"""Taking people out of a text: NIK, telephone numbers, e-mail addresses, vehicle plates, names and homes.

Used where a text leaves the desk: LAPOR! filings of anonymous reporters, what departments read of them. It rather masks
too much than too little, but leaves what is needed to solve the case: places, dates, hours and amounts.
The reason is UU 27/2022 (personal data protection); NIK never leaves, whoever the reporter is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import partial

from chalicelib.complaints.addresses import HOME, mask_house
from chalicelib.complaints.redaction_homes import BORN, mask_homes
from chalicelib.complaints.redaction_names import NAME, found_names, known_names, mask_names

NIK, PHONE, EMAIL, PLATE, ACCOUNT = "[NIK]", "[telepon]", "[email]", "[pelat]", "[rekening]"

_MASKS = re.compile(
    "(" + "|".join(re.escape(mask) for mask in (NIK, PHONE, EMAIL, PLATE, ACCOUNT, NAME, HOME, BORN)) + ")"
)

_Rule = Callable[[str], str]


def mask_nik(text: str) -> str:
    """`text` with every NIK (16 digits, also in groups) as `[NIK]`. Idempotent."""
    return _until_stable(text, [_mask_nik])


def redact(text: str, names: Iterable[str] = ()) -> str:
    """`text` without the people in it: NIK, telephone and account numbers, e-mail, plates, handles, names, where
    somebody lives and when he was born, each as a mask. Idempotent.

    Names are those that words before them give away, there and wherever else the text has them, and `names`: known
    names or handles of people (the reporter's, say), masked whole, and each of their words too.
    """
    return _until_stable(text, [*_rules(mask_homes), *_of_names(text, names)])


def redact_place(address: str, names: Iterable[str] = ()) -> str:
    """The line of an address that may be somebody's home, without the people in it and without the house: street,
    landmark and kelurahan stay, so that the place is found. Idempotent."""
    return _until_stable(address, [*_rules(mask_house), *_of_names(address, names)])


def _rules(homes: _Rule) -> list[_Rule]:
    # Homes before plates: "Blok B 12 RT 3" has a plate in it.
    return [_mask_email, _mask_nik, _mask_accounts, _mask_phones, homes, _mask_plates, _mask_handles]


def _of_names(text: str, names: Iterable[str]) -> list[_Rule]:
    rules: list[_Rule] = [mask_names]
    # Those of the text are masked as they are written: "Pak Jembatan" takes no bridge away.
    for pattern in (known_names(names), known_names(found_names(text), exactly=True)):
        if pattern is not None:
            rules.append(partial(pattern.sub, NAME))
    return rules


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
_AT = r"(?:@|\((?:at|@)\)|\[(?:at|@)\])"
_DOT = r"\s?(?:\((?:dot|titik|\.)\)|\[(?:dot|titik|\.)\]|\b(?:dot|titik)\b|\.)\s?"
_DOMAINS = r"(?:com|id|co|go|net|org|ac|or|sch|web|my|desa|info|biz)\b"
_PROVIDERS = r"(?:gmail|googlemail|yahoo|ymail|hotmail|outlook|icloud|rocketmail|proton(?:mail)?)\b"
_EMAIL = re.compile(
    rf"""
    [\w.+%'-]{{1,64}}\s?{_AT}\s?(?:
        [\w-]{{1,63}}(?:\.[\w-]{{1,63}}){{1,8}}     # a@b.id
      | [\w-]{{1,63}}(?:{_DOT}{_DOMAINS}){{1,3}}       # a@b dot co dot id
      | {_PROVIDERS}
    )
  | [\w.+%'-]{{1,64}}\sat\s{_PROVIDERS}(?:{_DOT}{_DOMAINS}){{0,3}}
    """,
    re.X | re.I,
)


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
