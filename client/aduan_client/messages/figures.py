"""The figures."""

MESSAGES: dict[str, tuple[str, str]] = {
    "help.figures": (
        "Angka satu hari, bulan, atau tahun, di samping yang sebelumnya.",
        "The figures of a day, a month or a year, beside those before.",
    ),
    "argument.period": (
        "2026, 2026-03, atau 2026-03-02; tanpa itu bulan ini.",
        "2026, 2026-03 or 2026-03-02; without one, this month.",
    ),
    "option.revision": ("Revisi ke sekian dari bulan yang sudah terbit.", "This revision of a published month."),
    "option.series": ("Tahun yang diputar ulang, misalnya kediri-2021.", "A replayed year, such as kediri-2021."),
    "option.every_figure": ("Semua indikator dan rincian.", "Every indicator and all parts."),
    "error.figures_period": (
        "{value} bukan tahun, bulan, atau hari; tulis 2026, 2026-03, atau 2026-03-02.",
        "{value} is no year, month or day; write 2026, 2026-03 or 2026-03-02.",
    ),
    "figures.figure": ("Indikator", "Indicator"),
    "figures.every": ("Semua", "All"),
    "figures.volume": ("Jumlah", "Volume"),
    "figures.done": ("Penanganan", "Handling"),
    "figures.time": ("Waktu", "Time"),
    "figures.on_time": ("Tepat waktu", "On time"),
    "figures.lapor": ("SP4N-LAPOR!", "SP4N-LAPOR!"),
    "figures.honest": ("Yang perlu dicermati", "What to look at twice"),
    "figures.states": ("Kedudukan semua aduan", "Where all cases stand"),
    "figures.by_channel": ("Menurut kanal", "By channel"),
    "figures.by_department": ("Menurut OPD", "By department"),
    "figures.by_category": ("Menurut kategori", "By category"),
    "figures.rising": ("Topik yang naik", "Rising topics"),
    "figures.places": ("Tempat yang berulang", "Repeat places"),
    "figures.more": ("… dan {count} lagi (--semua-angka)", "… and {count} more (--every)"),
    "figures.changes": ("Berubah sejak revisi sebelumnya", "Changed since the revision before"),
    "figures.provisional": ("sementara, per {at}", "provisional, as of {at}"),
    "figures.published": ("terbit, revisi {revision}, per {at}", "published, revision {revision}, as of {at}"),
    "figures.index": (
        "IKM: NI {ni} · NIK {nik} · mutu {mutu} ({kinerja})",
        "Satisfaction (IKM): NI {ni} · NIK {nik} · grade {mutu} ({kinerja})",
    ),
    "figures.no_index": (
        "IKM: belum ada ({answers} jawaban; satu unsur saja tanpa jawaban, tidak ada indeks)",
        "Satisfaction (IKM): none yet ({answers} answers; one element without any, and there is no index)",
    ),
    "figures.sample": (
        "Sampel: {got} jawaban untuk tiap unsur, perlu {needed} (Krejcie–Morgan)",
        "Sample: {got} answers to each element of {needed} needed (Krejcie–Morgan)",
    ),
}
