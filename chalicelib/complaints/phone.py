"""Telephone numbers as people say them, in the one form they are kept in."""

import re

_NOISE = re.compile(r"[\s\u00a0().\-\u2010-\u2015/]+")
# As providers write whom a message is from: whatsapp:+62812… (Twilio), 62812…@s.whatsapp.net, of a further device :2@….
_ADDRESS = re.compile(r"(?:whatsapp|sms|tel):|(?::[0-9]+)?@(?:s\.whatsapp\.net|c\.us)$", re.IGNORECASE)
# 0 stands for the country within it; said with the country, it is no part of the number.
_TRUNK = "+620"
_E164 = re.compile(r"\+[1-9][0-9]{6,14}")


def normalise(text: str) -> str | None:
    """E.164 with the plus sign, or None where it is no number. Without a country it is Indonesian: 0812… is +62812…"""
    digits = _NOISE.sub("", _ADDRESS.sub("", text.strip()))
    if digits.startswith("00"):
        digits = f"+{digits[2:]}"
    elif digits.startswith("0"):
        digits = f"+62{digits[1:]}"
    elif digits.startswith(("62", "8")):
        digits = f"+{digits}" if digits.startswith("62") else f"+62{digits}"
    if digits.startswith(_TRUNK):
        digits = f"+62{digits.removeprefix(_TRUNK)}"
    return digits if _E164.fullmatch(digits) and not digits.startswith(_TRUNK) else None
