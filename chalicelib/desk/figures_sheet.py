"""The figures of a period as one long table, for spreadsheets and for programs that read CSV."""

import io
from collections.abc import Iterator, Mapping
from datetime import UTC
from secrets import token_hex
from typing import Any

from chalicelib.desk import sheets
from chalicelib.desk.exporting import TYPES
from chalicelib.desk.sheets import Column, Row
from chalicelib.store import media

COLUMNS = (
    Column("Bagian", 14),
    Column("Kode", 26),
    Column("Uraian", 52),
    Column("Nilai", 12),
    Column("Pembilang", 12),
    Column("Penyebut", 12),
    Column("Satuan", 22),
    Column("Terbaca", 28),
    Column("Dasar", 40),
)
ABOUT = ("period", "series", "department", "revision", "provisional", "as_of", "computed_at", "code_version", "hash")


def csv(shown: Mapping[str, Any]) -> str:
    """As CSV."""
    return "".join(sheets.csv_text(COLUMNS, rows(shown), UTC))


def xlsx(shown: Mapping[str, Any]) -> tuple[str, int]:
    """As XLSX: the address where it lies for five minutes, and how many rows it has."""
    key = f"exports/{token_hex(16)}.xlsx"
    file = io.BytesIO()
    count = sheets.write_xlsx(file, COLUMNS, rows(shown), UTC)
    media.put(key, file.getvalue(), TYPES["xlsx"])
    return media.link(key, name=f"indikator-{shown['period']}.xlsx"), count


def rows(shown: Mapping[str, Any]) -> Iterator[Row]:
    """Each number with its numerator and denominator; what is not kept for this question is left out."""
    for name in ABOUT:
        yield _row("keterangan", name, name, text=shown[name])
    for id_, one in shown["figures"].items():
        numbers = (one["value"], one["numerator"], one["denominator"])
        yield ["indikator", id_, one["title"], *numbers, one["unit"], one["text"], one["basis"]]
    for one in shown["partition"] or ():
        yield _share("status", one)
    for name, parts in (shown["breakdowns"] or {}).items():
        for one in parts:
            yield _share(name, one)
    for one in shown["per_1000"] or ():
        where = one["id"] or "kota"
        numbers = (one["value"], one["numerator"], one["denominator"])
        yield ["per_1000", where, where, *numbers, "aduan per 1.000 penduduk", None, None]
    for name in ("topics", "places"):
        for one in shown[name] or ():
            yield _share(name, one)
    for one in shown["rising"] or ():
        yield ["rising", one["id"], one["title"], one["percent"], one["now"], one["before"], "%", None, None]
    index = shown["ikm"]
    yield _row("ikm", "ni", "Nilai indeks", value=index["ni"], basis=index["basis"])
    yield _row("ikm", "nik", "Nilai indeks konversi", value=index["nik"], basis=index["basis"])
    yield _row("ikm", "mutu", "Mutu pelayanan", text=index["mutu"], basis=index["basis"])
    sample = index["sample"]
    yield ["ikm", "sample", "Jawaban untuk tiap unsur", None, sample["got"], sample["needed"], "jawaban", None, None]
    for one in index["elements"]:
        yield ["ikm", one["id"], one["title"], one["average"], None, one["answers"], "NRR", None, index["basis"]]
    for one in shown["days"]:
        yield [
            "hari",
            one["day"],
            "diterima; di antaranya selesai",
            None,
            one["closed"],
            one["received"],
            None,
            None,
            None,
        ]


def _share(part: str, one: Mapping[str, Any]) -> Row:
    return [part, one["id"], one["title"], one["percent"], one["numerator"], one["denominator"], "%", None, None]


def _row(part: str, id_: str, title: str, *, value: Any = None, text: Any = None, basis: str | None = None) -> Row:
    shown = ("ya" if text else "tidak") if isinstance(text, bool) else text
    return [part, id_, title, value, None, None, None, shown, basis]
