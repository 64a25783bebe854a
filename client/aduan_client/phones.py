"""Indonesian telephone numbers as people type them, in the one form the API keeps."""

import re

_WRITTEN = re.compile(r"[\s().\-/\u2010-\u2015]")


def normalised(typed: str) -> str | None:
    """A number as `+62812…`, or None if it cannot be one.

    Understands `0812-3456-7890`, `62812…`, `+62 812…` and `812…`, which is what a spreadsheet leaves of a
    number it took for an amount. A number of another country keeps its plus sign.
    """
    digits = _WRITTEN.sub("", typed)
    if digits.startswith("+"):
        number = digits[1:]
    elif digits.startswith("00"):
        number = digits[2:]
    elif digits.startswith("0"):
        number = "62" + digits[1:]
    elif digits.startswith("8"):
        number = "62" + digits
    else:
        number = digits
    # E.164: at most 15 digits, and no country code begins with 0.
    if not re.fullmatch(r"[1-9][0-9]{6,14}", number) or number.startswith("620"):
        return None
    return "+" + number
