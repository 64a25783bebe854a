"""The page behind a link in an alert: what it is about, and the forms that act. No script, nothing loaded."""

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

from chalicelib.pages.mail import CaseLine
from chalicelib.pages.rendering import FOLDER, render

# A reason is a sentence, not a dot.
SHORTEST_NOTE = 10
LONGEST_NOTE = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """What may be done here, in words; None where it may not."""

    acknowledging: str
    acknowledged: str | None = None
    """Since when, and until when, somebody has taken it on."""
    extend: str | None = None
    departments: Sequence[tuple[str, str]] = ()
    """(id, name), where the case may be handed on."""
    head_only: str | None = None
    wanted: str = ""
    note: str = ""
    department: str = ""
    """What was sent before, where it was refused."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TapPage:
    """One state of the page."""

    title: str
    office: str
    tone: Literal["late", "soon", "calm", "good", ""] = ""
    lines: Sequence[str] = ()
    case: CaseLine | None = None
    form: Form | None = None
    errors: Sequence[str] = ()
    footer: str = ""


def html(page: TapPage) -> str:
    """The page."""
    return render("tap.html", page=page, style=style(), shortest=SHORTEST_NOTE, longest=LONGEST_NOTE)


@cache
def headers() -> dict[str, str]:
    """What every such page is sent with: nothing may be loaded, framed, kept, indexed, or told to another site."""
    digest = base64.b64encode(hashlib.sha256(style().encode()).digest()).decode()
    return {
        "Content-Type": "text/html; charset=utf-8",
        "Content-Security-Policy": (
            f"default-src 'none'; style-src 'sha256-{digest}'; form-action 'self'; "
            "frame-ancestors 'none'; base-uri 'none'"
        ),
        "Cache-Control": "no-store",
        "Referrer-Policy": "no-referrer",
        "X-Robots-Tag": "noindex, nofollow",
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
    }


@cache
def style() -> str:
    """The style sheet of the pages behind links; its digest is in their headers."""
    return (FOLDER / "tap.css").read_text(encoding="utf-8")
