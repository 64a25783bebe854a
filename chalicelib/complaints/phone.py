"""Telephone numbers as people say them, in the one form they are kept in."""

import re

_NOISE = re.compile(r"[\s\u00a0().\-\u2010-\u2015/]+")
_E164 = re.compile(r"\+[1-9][0-9]{6,14}")


def normalise(text: str) -> str | None:
    """E.164 with the plus sign, or None where it is no number. Without a country it is Indonesian: 0812… is +62812…"""
    digits = _NOISE.sub("", text)
    if digits.startswith("00"):
        digits = f"+{digits[2:]}"
    elif digits.startswith("0"):
        digits = f"+62{digits[1:]}"
    elif digits.startswith(("62", "8")):
        digits = f"+{digits}" if digits.startswith("62") else f"+62{digits}"
    return digits if _E164.fullmatch(digits) else None
