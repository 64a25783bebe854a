"""The monthly report as a page of its own (one file, no script, nothing fetched), and the mail that brings it."""

from typing import Any

from chalicelib.complaints.ikm import ELEMENTS
from chalicelib.complaints.indicators import Share
from chalicelib.complaints.rounding import shown
from chalicelib.complaints.summary_figures import basis_text, value_text
from chalicelib.complaints.summary_shapes import Summary
from chalicelib.pages.mail import AUTOMATIC, Rendered
from chalicelib.pages.monthly_plots import plots
from chalicelib.pages.monthly_texts import DEPARTMENT_HEADS, cell_text, notes, short, stood
from chalicelib.pages.plots import Drawing, svg
from chalicelib.pages.rendering import render

MOST_DECISIONS = 5


def html(summary: Summary) -> str:
    """The report as a page."""
    return render(
        "monthly.html",
        summary=summary,
        stood=stood(summary),
        plots=plots(summary),
        svg=_svg,
        columns=DEPARTMENT_HEADS,
        elements=[(id_, title) for id_, (title, _) in ELEMENTS.items()],
        kelurahan=sorted(
            (one for one in summary.kelurahan if one.share.numerator),
            key=lambda one: (-one.share.numerator, one.name),
        ),
        notes=notes(summary),
        value=value_text,
        basis=basis_text,
        cell=cell_text,
        percent=_percent,
        shown=shown,
    )


def mail(summary: Summary) -> Rendered:
    """The first screen of the report as a mail, beside the PDF that comes with it."""
    revised = f", revisi {summary.revision}" if summary.revision > 1 else ""
    subject = f"{summary.verdict.word}: aduan {summary.city}, {summary.title}{revised}"
    values: dict[str, Any] = {
        "summary": summary,
        "subject": subject,
        "before": short(summary.before_title),
        "decisions": summary.decisions[:MOST_DECISIONS],
        "footer": f"{stood(summary)}. Laporan lengkap dua halaman terlampir (PDF). {AUTOMATIC}",
        "value": value_text,
        "basis": basis_text,
    }
    return Rendered(subject, render("monthly_mail.html", **values), render("monthly_mail.txt", **values))


def _svg(drawing: Drawing, name: str) -> Any:
    from markupsafe import Markup

    return Markup(svg(drawing, name))  # noqa: S704 - plots.svg escapes every text itself


def _percent(share: Share) -> str:
    return shown(None) if share.percent is None else f"{shown(share.percent)} %"
