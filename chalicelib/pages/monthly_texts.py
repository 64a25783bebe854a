"""What a monthly report says in the same words on a page, on paper and in a sheet."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from chalicelib.complaints.definitions import OURS
from chalicelib.complaints.explain import ZONES, spoken_date
from chalicelib.complaints.indicators import Figure
from chalicelib.complaints.rounding import shown
from chalicelib.complaints.summary_figures import basis_text, value_text
from chalicelib.complaints.summary_shapes import Summary

# What a table by department shows, from left to right.
DEPARTMENT_HEADS = (
    ("counted", "Neto"),
    ("followed_up", "Ditindaklanjuti"),
    ("closed", "Selesai"),
    ("close_mean", "Hari"),
    ("within_resolution", "Dalam standar"),
    ("in_process", "Diproses"),
    ("reopened", "Dibuka kembali"),
)
# A snapshot stands at the last instant of its period.
INSTANT = timedelta(seconds=1)


def stood(summary: Summary) -> str:
    """Of which moment the figures are: `Keadaan pada akhir Jumat, 31 Desember 2021`."""
    revised = f", revisi {summary.revision}" if summary.revision > 1 else ""
    # A month published late says so of what it counts since January.
    year = (
        f"; sejak Januari: {_moment(summary.year_as_of, summary.zone)}" if summary.year_as_of != summary.as_of else ""
    )
    return f"Keadaan {_moment(summary.as_of, summary.zone)}{revised}{year}"


def _moment(at: datetime, zone: str) -> str:
    local = at.astimezone(ZoneInfo(zone))
    if (local + INSTANT).date() > local.date():
        return f"pada akhir {spoken_date(local.date())}"
    return f"{spoken_date(local.date())} pukul {local:%H.%M} {ZONES[zone]}"


def short(title: str) -> str:
    """A period in a narrow column: `Nov 2021`."""
    word, _, year = title.rpartition(" ")
    return year if word == "Tahun" else f"{word[:3]} {year}"


def cell_text(figure: Figure) -> str:
    """A figure in a table: `98,12 % (209/213)`, `4,60`, or a dash."""
    if figure.unit == "%" and figure.value is not None:
        return f"{value_text(figure)} ({basis_text(figure)})"
    return shown(figure.value)


def notes(summary: Summary) -> list[str]:
    """What the figures mean, a paragraph each."""
    targets = "; ".join(f"{one.title}: {one.target.basis}" for one in summary.figures if one.target)
    age = "pada umur yang sama" if summary.same_age else "terakhir"
    return [
        f"Aduan dihitung pada hari diterimanya; keadaannya ialah keadaan pada saat laporan. {summary.before_title} "
        f"dibandingkan dengan keadaannya {age}. Yang masih diproses tidak ada dalam rata-rata "
        "penyelesaian.",
        *(f"{note.title}: {note.text}" for note in summary.notes),
        "Hari kerja: menit kerja dibagi hari kerja biasa OPD itu. Tanda – berarti tidak ada yang dapat dihitung. "
        f"Persen dibulatkan setengah ke atas. Rumus tanpa dasar resmi ialah {OURS}.",
        f"Standar: {targets or shown(None)}.",
    ]
