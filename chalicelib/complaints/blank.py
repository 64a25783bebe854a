"""Text that shows nothing: spaces, and characters that take no room."""

import re

# For a character class, also one of a JSON Schema: soft hyphen, fillers, zero widths, marks of direction, selectors.
INVISIBLE = (
    r"\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u2800\u3164"
    r"\ufe00-\ufe0f\ufeff\uffa0"
)
_SHOWN = re.compile(rf"[^\s\x00{INVISIBLE}]")


def blank(text: str) -> bool:
    """Whether nobody could read anything in it."""
    return _SHOWN.search(text) is None
