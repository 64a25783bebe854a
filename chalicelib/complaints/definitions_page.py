"""The page that explains every figure (docs/indicators.md), printed from the definitions themselves."""

from chalicelib.complaints import ikm
from chalicelib.complaints.definitions import INDICATORS, OURS, PARTITION
from chalicelib.complaints.rollup import NOT_COUNTED

_KINDS = {
    "count": "cacah",
    "percent": "persen",
    "ratio": "rasio",
    "mean": "rata-rata",
    "median": "median",
    "p90": "persentil",
}

_HEAD = f"""\
# Indikator

Printed from `chalicelib/complaints/definitions.py`; a test compares the two. What officials read is in Indonesian.

- A case belongs to the city-zone day it was received (half-open: 00.00 up to, but without, the next 00.00);
  a survey answer to the day it was given. A figure says how those cases stood at the moment of the report.
- Net (`neto`) is gross less {", ".join(f"`{reason}`" for reason in NOT_COUNTED)}.
  `incomplete` and `abuse` stay in: the city had to deal with them.
- Every percentage comes with its numerator and denominator. Rounding is half up, on exact fractions, once, at the end.
- No cases: "–", never 0 or 100 %.
- Durations are whole minutes, divided by 1,440 for calendar days and by 60 for working hours. Cases that are
  still open are not in them, so the latest days of a period look faster than they will be: read them beside
  "Masih diproses".
- "{OURS}": no official formula was found; the definition is ours.
"""


def print_definitions() -> str:
    """All definitions as Markdown: the contents of docs/indicators.md."""
    lines = [
        _HEAD,
        "| id | indikator | English | pembilang | penyebut | tidak termasuk | satuan | dasar |",
        "|" + "---|" * 8,
    ]
    for one in INDICATORS:
        unit = f"{one.unit}, {_KINDS[one.kind]}, {one.places} desimal"
        cells = (
            f"`{one.id}`",
            one.title,
            one.title_en,
            one.numerator_text,
            one.denominator_text or "–",
            one.exclusions,
            unit,
            one.basis,
        )
        lines.append("| " + " | ".join(cells) + " |")
    lines += [
        "",
        "## Pembagian menurut status",
        "",
        "Penyebutnya semua aduan (bruto); jumlah semua bagian sama persis dengan totalnya.",
        "",
        "| id | bagian | status |",
        "|---|---|---|",
    ]
    lines += [f"| `{id_}` | {title} | {', '.join(f'`{name}`' for name in names)} |" for id_, title, names in PARTITION]
    lines += [
        "",
        "## Rincian lain",
        "",
        "- Menurut saluran, OPD, kategori, klasifikasi, kelurahan, jam, dan hari: jumlah bruto dan porsinya",
        "  dari semua aduan.",
        "- Aduan per 1.000 penduduk: aduan neto dari kelurahan itu, dibagi penduduknya; tanpa data penduduk tidak",
        "  ada angka.",
        "- Topik terbanyak: kategori menurut aduan neto. Topik naik: selisih terbesar dengan periode sebelumnya,",
        "  sedikitnya 5 aduan.",
        "- Tempat berulang: kategori dan tempat (sel sekitar 100 m, atau kelurahan) dengan sedikitnya 3 aduan neto;",
        "  tanpa aduan rahasia.",
        "",
        f"## IKM ({ikm.BASIS})",
        "",
        "Sembilan unsur bernilai 1–4, bobot tepat 1/9; NRR = jumlah nilai dibagi jumlah jawaban unsur itu;",
        "NI = jumlah NRR × 1/9; NIK = NI × 25 dari pecahan eksak, dibulatkan setengah ke atas menjadi 2 desimal,",
        "baru digolongkan. Satu jawaban untuk tiap aduan dan unsur (yang pertama). Bila satu unsur saja tanpa",
        "jawaban, tidak ada IKM. Jumlah sampel: Krejcie–Morgan.",
        "",
        "| unsur | nama | pertanyaan |",
        "|---|---|---|",
    ]
    lines += [f"| {name} | {title} | {question} |" for name, (title, question) in ikm.ELEMENTS.items()]
    lines += ["", "| NIK sejak | mutu | kinerja |", "|---|---|---|"]
    lines += [f"| {least} | {quality} | {performance} |" for least, quality, performance in ikm.BANDS]
    return "\n".join(lines) + "\n"
