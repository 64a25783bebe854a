"""The indicators as data. indicators.py computes them, definitions_page.py prints docs/indicators.md from them.

No official formula was found for most of them: those say "usulan Aduan", and a city that publishes another one can see
here exactly where it differs.
"""

from typing import Literal

from msgspec import Struct

from chalicelib.complaints import lifecycle

OURS = "usulan Aduan"
DAY, HOUR = 1440, 60
NET = "spam, duplikat, dan bukan wewenang"

# Every status and every refusal is in one part, and only in one.
PARTITION: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("closed", "Selesai", ("closed",)),
    ("responded", "Dijawab, belum ditutup", ("responded",)),
    ("in_progress", "Sedang ditindaklanjuti", ("in_progress", "reopened")),
    ("waiting", "Menunggu pelapor", ("waiting",)),
    ("assigned", "Belum ditindaklanjuti OPD", ("assigned",)),
    ("verification", "Verifikasi", ("received", "verified")),
    ("refused", "Tidak layak, spam, bukan wewenang", tuple(f"rejected:{reason}" for reason in lifecycle.REASONS)),
)


class Indicator(Struct, frozen=True, kw_only=True):
    """One indicator: what is divided by what, in words and in measures of the rollup."""

    id: str
    title: str
    """Indonesian."""
    title_en: str
    kind: Literal["count", "percent", "ratio", "mean", "median", "p90"]
    numerator: tuple[str, ...]
    """Measures that are summed, or the one duration."""
    numerator_text: str
    denominator: tuple[str, ...] = ()
    denominator_text: str = ""
    exclusions: str = NET
    unit: str = "aduan"
    places: int = 2
    minutes_in_unit: int = 1
    basis: str = OURS
    looked: str = ""
    """Of a count: a measure without which nobody has looked, and there is no figure."""


def _count(
    id_: str, title: str, title_en: str, text: str, measure: str, exclusions: str = NET, unit: str = "aduan"
) -> Indicator:
    return Indicator(
        id=id_,
        title=title,
        title_en=title_en,
        kind="count",
        numerator=(measure,),
        numerator_text=text,
        exclusions=exclusions,
        unit=unit,
        places=0,
    )


def _percent(
    id_: str,
    title: str,
    title_en: str,
    numerator: tuple[str, str],
    denominator: tuple[str, str] = ("counted", "aduan neto"),
    exclusions: str = NET,
    basis: str = OURS,
) -> Indicator:
    return Indicator(
        id=id_,
        title=title,
        title_en=title_en,
        kind="percent",
        numerator=(numerator[0],),
        numerator_text=numerator[1],
        denominator=(denominator[0],),
        denominator_text=denominator[1],
        exclusions=exclusions,
        unit="%",
        basis=basis,
    )


def _ratio(
    id_: str, title: str, title_en: str, numerator: tuple[str, str], denominator: tuple[str, str], unit: str
) -> Indicator:
    return Indicator(
        id=id_,
        title=title,
        title_en=title_en,
        kind="ratio",
        numerator=(numerator[0],),
        numerator_text=numerator[1],
        denominator=(denominator[0],),
        denominator_text=denominator[1],
        unit=unit,
    )


_SPANS = (
    (
        "verify",
        "Waktu verifikasi",
        "Time to verify",
        "putusan pertama meja aduan (verifikasi, disposisi, atau penolakan)",
    ),
    (
        "follow_up",
        "Waktu sampai tindak lanjut pertama",
        "Time to first follow-up",
        "OPD pertama kali memulai pengerjaan atau menjawab",
    ),
    ("answer", "Waktu sampai jawaban pertama", "Time to first answer", "jawaban pertama kepada pelapor"),
    ("close", "Waktu penyelesaian", "Time to close", "penutupan yang berlaku; yang dibuka kembali belum selesai"),
)
_STATISTICS: tuple[tuple[Literal["mean", "median", "p90"], str, str, str], ...] = (
    ("mean", "rata-rata", "mean", "jumlah menit dibagi jumlah aduan"),
    ("median", "median", "median", "nilai tengah; bila genap, rata-rata dua nilai tengah"),
    ("p90", "persentil ke-90", "90th percentile", "nilai pada urutan ke-⌈0,9 n⌉"),
)
_MEASURED = (
    ("", "hari kalender", "calendar days", "hari", DAY),
    ("_working", "jam kerja", "working hours", "jam kerja", HOUR),
)


def _durations() -> tuple[Indicator, ...]:
    return tuple(
        Indicator(
            id=f"{span}{suffix}_{kind}",
            title=f"{title}, {statistic} ({measured})",
            title_en=f"{title_en}, {statistic_en} ({measured_en})",
            kind=kind,
            numerator=(f"{span}{suffix}",),
            numerator_text=f"dari diterima sampai {until}; {how}",
            denominator_text="aduan neto yang sudah sampai di situ",
            exclusions=f"{NET}; yang belum sampai di situ",
            unit=unit,
            minutes_in_unit=minutes,
        )
        for span, title, title_en, until in _SPANS
        for suffix, measured, measured_en, unit, minutes in _MEASURED
        for kind, statistic, statistic_en, how in _STATISTICS
    )


_CLOCKS = {
    "verification": ("Verifikasi dalam standar", "Verified within the standard"),
    "follow_up": ("Tindak lanjut dalam standar", "Followed up within the standard"),
    "resolution": ("Penyelesaian dalam standar", "Resolved within the standard"),
    "closing": ("Penutupan dalam standar", "Closed within the standard"),
}

# The deadline to resolve is met by the answer; "Selesai" waits for the case to be closed.
MET_TEXTS = {
    "verification": "diverifikasi dalam tenggat",
    "follow_up": "ditindaklanjuti dalam tenggat",
    "resolution": "dijawab dalam tenggat",
    "closing": "ditutup dalam tenggat",
}


def _within() -> tuple[Indicator, ...]:
    return tuple(
        _percent(
            f"within_{clock}",
            title,
            title_en,
            (f"met:{clock}", MET_TEXTS[clock]),
            (f"judged:{clock}", "aduan neto yang tenggat itunya sudah diputus: terpenuhi atau terlewat"),
            f"{NET}; tenggat yang masih berjalan atau gugur",
            "standar pelayanan kota yang berlaku saat aduan diterima (konfigurasi kota)",
        )
        for clock, (title, title_en) in _CLOCKS.items()
    )


_GROSS = "tidak ada"

INDICATORS: tuple[Indicator, ...] = (
    _count("received", "Aduan diterima (bruto)", "Received (gross)", "semua aduan", "received", exclusions=_GROSS),
    _count("counted", "Aduan diterima (neto)", "Received (net)", f"semua aduan selain {NET}", "counted"),
    *(
        _count(
            f"refused_{reason}",
            f"Ditolak: {lifecycle.REASONS[reason]}",
            f"Refused: {reason.replace('_', ' ')}",
            "aduan dengan alasan penolakan itu",
            f"rejected:{reason}",
            exclusions=_GROSS,
        )
        for reason in lifecycle.REASONS
    ),
    _percent(
        "followed_up",
        "Ditindaklanjuti",
        "Followed up",
        ("followed_up", "OPD sudah memulai pengerjaan atau menjawab"),
    ),
    _percent("answered", "Dijawab", "Answered", ("answered", "pelapor sudah mendapat jawaban sedikitnya sekali")),
    _percent("closed", "Selesai (klaim)", "Closed (claimed)", ("closed", "ditutup, dan tidak dibuka kembali")),
    _percent(
        "validated",
        "Selesai terverifikasi",
        "Closed and verified",
        ("validated", "ditutup oleh orang lain daripada yang menjawab"),
    ),
    _count("in_process", "Masih diproses", "In process", "aduan neto yang belum ditutup atau ditolak", "open"),
    *_durations(),
    *_within(),
    _count(
        "forwarded",
        "Diteruskan ke SP4N-LAPOR!",
        "Forwarded to LAPOR!",
        "diterima LAPOR!",
        "lapor:confirmed",
        exclusions=_GROSS,
    ),
    _percent(
        "forwarded_share",
        "Penerusan ke SP4N-LAPOR! berhasil",
        "Forwarding confirmed",
        ("lapor:confirmed", "diterima LAPOR!"),
        ("lapor_due", "aduan yang harus diteruskan"),
        _GROSS,
    ),
    _count(
        "from_lapor",
        "Diterima dari SP4N-LAPOR!",
        "Received from LAPOR!",
        "aduan yang masuk melalui LAPOR!",
        "from_lapor",
        exclusions=_GROSS,
    ),
    _count(
        "ambiguous",
        "Penerusan belum pasti",
        "Forwarding ambiguous",
        "tidak diketahui sampai atau tidak",
        "lapor:ambiguous",
        exclusions=_GROSS,
    ),
    Indicator(
        id="drift",
        title="Status berbeda dengan LAPOR!",
        title_en="Status drift",
        kind="count",
        numerator=("drift",),
        numerator_text="status di LAPOR! lain daripada di kota; tanda – selama status di LAPOR! belum dibaca",
        looked="drift_known",
        exclusions=_GROSS,
        places=0,
    ),
    _percent(
        "reopened",
        "Dibuka kembali",
        "Reopened",
        ("reopened", "dibuka kembali sedikitnya sekali"),
        ("finished", "aduan neto yang pernah dijawab, ditutup, atau ditolak"),
    ),
    _percent(
        "last_hour",
        "Diselesaikan pada jam terakhir sebelum tenggat",
        "Resolved in the last hour before the deadline",
        ("last_hour", "diselesaikan kurang dari 60 menit sebelum tenggat penyelesaian"),
        ("with_deadline", "aduan neto bertenggat penyelesaian yang sudah diselesaikan"),
    ),
    _percent(
        "transferred",
        "Pindah OPD",
        "Transferred",
        ("transferred", "pindah OPD sedikitnya sekali"),
        ("assigned", "aduan neto yang pernah didisposisikan"),
    ),
    _ratio(
        "transfers",
        "Perpindahan per aduan",
        "Transfers for each case",
        ("transfers", "perpindahan antar-OPD"),
        ("assigned", "aduan neto yang pernah didisposisikan"),
        "kali",
    ),
    _percent(
        "paused",
        "Porsi waktu menunggu pelapor",
        "Share of paused time",
        ("paused_minutes", "menit menunggu pelapor"),
        ("life_minutes", "menit sejak diterima sampai berakhir, atau sampai saat laporan"),
    ),
    _count(
        "alerts",
        "Peringatan tenggat",
        "Deadline alerts",
        "peringatan dari semua aduan, juga yang menunggu jam kerja penerimanya; yang gugur sebelum dikirim tidak",
        "alerts",
        _GROSS,
        "peringatan",
    ),
    _percent(
        "acted",
        "Peringatan yang ditanggapi",
        "Alerts that led to an act",
        ("acts", "peringatan yang ditanggapi, masing-masing sekali"),
        ("alerts", "peringatan tenggat"),
        _GROSS,
    ),
)
