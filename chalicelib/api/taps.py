"""The links of alerts over HTTP: GET shows a page and changes nothing, POST is its buttons. The token is the key."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import wraps
from typing import TYPE_CHECKING

from chalice.app import Blueprint, Response

from chalicelib import logs
from chalicelib.api import bodies

if TYPE_CHECKING:
    from chalicelib.desk.tapping import Answer

taps = Blueprint(__name__)

LARGEST_FORM = 20_000
NOTHING_CHANGED = "Tidak ada yang berubah. Coba lagi sebentar lagi."
# It may have failed after the case was changed.
UNCERTAIN = "Tindakan Anda belum pasti tercatat. Buka lagi tautannya sebentar lagi untuk melihatnya."


def pages(after_failure: str) -> Callable[[Callable[[str], "Answer"]], Callable[[str], Response]]:
    """The view, answering a page whatever happens: a person holds a phone at the other end. `after_failure`: what he is
    told where it fails."""

    def guarding(view: Callable[[str], "Answer"]) -> Callable[[str], Response]:
        @wraps(view)
        def guarded(token: str) -> Response:
            from chalicelib.pages.tap import headers, html

            try:
                answer = view(token)
            except Exception as error:
                logs.failure("tap_failed", error, function=view.__name__)
                answer = _said("Layanan sedang sibuk", after_failure, 503)
            sent: dict[str, str | list[str]] = {**headers()}
            return Response(html(answer.page), sent, answer.status)

        return guarded

    return guarding


def _said(title: str, line: str, status: int) -> "Answer":
    from chalicelib.desk.tapping import Answer
    from chalicelib.pages.tap import TapPage

    return Answer(TapPage(title=title, office="Layanan aduan", lines=[line]), status)


@taps.route("/tindak/{token}", methods=["GET"])
@pages(NOTHING_CHANGED)
def shown(token: str) -> "Answer":
    """What a link is about, with its forms."""
    from chalicelib.desk import tapping

    return tapping.look(token, datetime.now(UTC))


@taps.route("/tindak/{token}", methods=["POST"], content_types=[bodies.FORM])
@pages(UNCERTAIN)
def acted(token: str) -> "Answer":
    """One of the forms, sent."""
    from chalicelib.desk import tapping

    form = bodies.form(taps.current_request, LARGEST_FORM)
    if form is None:
        return _said("Isian terlalu panjang", "Tidak ada yang berubah. Persingkat alasannya, lalu kirim lagi.", 413)
    return tapping.act(token, form, datetime.now(UTC))
