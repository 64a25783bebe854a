"""Writing to standard output: tables for people, one JSON document for programs."""

import json
import sys
from typing import TYPE_CHECKING, Any

from aduan_client.formats import clean

if TYPE_CHECKING:
    from rich.console import RenderableType

# JSON allows DEL and the C1 controls unescaped; a terminal may act on them.
_ESCAPED = {code: f"\\u{code:04x}" for code in range(0x7F, 0xA0)}


def print_json(document: Any) -> None:
    """One JSON document, indented, in the API's own order of keys."""
    text = json.dumps(document, ensure_ascii=False, indent=2)
    sys.stdout.write(text.translate(_ESCAPED) + "\n")


def print_text(text: str) -> None:
    """A text of several lines, such as a file, without what could act on a terminal."""
    sys.stdout.write(clean(text).rstrip("\n") + "\n")


def show(*parts: "RenderableType") -> None:
    """Print renderables; plain text without colour when standard output is not a terminal."""
    from rich.console import Console

    console = Console(highlight=False, markup=False, emoji=False)
    for part in parts:
        console.print(part)


def note(sentence: str) -> None:
    """A remark that is neither result nor failure, on standard error."""
    sys.stderr.write(sentence + "\n")
