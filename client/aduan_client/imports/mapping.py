"""The mapping file: which column of a spreadsheet is which part of a case, and what its words mean."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import tzinfo
from pathlib import Path
from typing import Any

from aduan_client import formats
from aduan_client.errors import UsageError
from aduan_client.texts import read

# What a column may be, and how its cells are read (imports/cells.py).
FIELDS = {
    "text": "text",
    "received_at": "time",
    "channel": "channel",
    "class": "class",
    "category": "category",
    "department": "department",
    "name": "text",
    "phone": "phone",
    "handle": "text",
    "email": "text",
    "anonymous": "flag",
    "secret": "flag",
    "address": "text",
    "kelurahan": "kelurahan",
    "lat": "latitude",
    "lon": "longitude",
    "note": "text",
    "status": "status",
    "reason": "reason",
    "response": "text",
    "assigned_at": "time",
    "responded_at": "time",
    "closed_at": "time",
}
# What joins the cells of a field that is made of several columns.
JOINED_BY = {"text": "\n", "note": "\n", "response": "\n", "address": ", ", "name": " ", "received_at": " "}
ORDERS = ("dmy", "mdy")
SECTIONS = ("id", "file", "row", "columns", "defaults", "values", "dates")
ANY = "*"


@dataclass(frozen=True)
class FileForm:
    """How the file is written."""

    header: int = 1
    sheet: str | None = None
    encoding: str | None = None
    delimiter: str | None = None


@dataclass(frozen=True)
class SheetMap:
    """A mapping file, checked."""

    id: str
    columns: Mapping[str, tuple[str, ...]]
    form: FileForm = FileForm()
    row_id: str | None = None
    defaults: Mapping[str, Any] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    order: str = "dmy"
    zone: tzinfo | None = None
    """Of the times in the file; None: the city's own."""

    def needed_columns(self) -> list[str]:
        """Every column of the file that the mapping speaks of."""
        named = [name for names in self.columns.values() for name in names]
        return list(dict.fromkeys([*([self.row_id] if self.row_id else []), *named]))


def load(path: Path) -> SheetMap:
    """A mapping file. UsageError with one sentence for the first thing that is wrong with it."""
    import tomllib

    try:
        raw = tomllib.loads(read(path))
    except tomllib.TOMLDecodeError as error:
        raise UsageError("error.config", path=path, reason=str(error)) from None
    _known(path, raw, SECTIONS, "")
    columns = {name: _names(path, name, value) for name, value in _table(path, raw, "columns").items()}
    _known(path, columns, FIELDS, "columns.")
    if "text" not in columns:
        raise UsageError("error.map_no_text", path=path)
    defaults = _table(path, raw, "defaults")
    _known(path, defaults, FIELDS, "defaults.")
    values = {name: _words(path, name, table) for name, table in _table(path, raw, "values").items()}
    _known(path, values, FIELDS, "values.")
    form, dates, row = _table(path, raw, "file"), _table(path, raw, "dates"), _table(path, raw, "row")
    _known(path, form, FileForm.__dataclass_fields__, "file.")
    _known(path, dates, ("order", "zone"), "dates.")
    _known(path, row, ("id",), "row.")
    order = dates.get("order", "dmy")
    if order not in ORDERS:
        raise UsageError("error.map_value", path=path, name="dates.order")
    if "header" in form and (type(form["header"]) is not int or form["header"] < 1):
        raise UsageError("error.map_value", path=path, name="file.header")
    for name in ("sheet", "encoding", "delimiter"):
        if name in form and not isinstance(form[name], str):
            raise UsageError("error.map_value", path=path, name=f"file.{name}")
    if len(form.get("delimiter", ",")) != 1:
        raise UsageError("error.map_value", path=path, name="file.delimiter")
    return SheetMap(
        id=_id(path, raw.get("id")),
        columns=columns,
        form=FileForm(**form),
        row_id=row.get("id"),
        defaults=defaults,
        values=values,
        order=order,
        zone=formats.zone(str(dates["zone"])) if "zone" in dates else None,
    )


def _known(path: Path, table: Any, known: Any, prefix: str) -> None:
    for name in table:
        if name not in known:
            raise UsageError("error.map_unknown", path=path, name=f"{prefix}{name}", names=", ".join(known))


def _id(path: Path, value: object) -> str:
    # Part of every row's identity at the API, so it has to be there and to stay short.
    if not isinstance(value, str) or not 1 <= len(value.strip()) <= 60:
        raise UsageError("error.map_id", path=path)
    return value.strip()


def _table(path: Path, raw: Mapping[str, Any], name: str) -> dict[str, Any]:
    value = raw.get(name, {})
    if not isinstance(value, dict):
        raise UsageError("error.map_value", path=path, name=name)
    return value


def _names(path: Path, name: str, value: object) -> tuple[str, ...]:
    names = [value] if isinstance(value, str) else value
    if not isinstance(names, list) or not names or not all(isinstance(one, str) and one.strip() for one in names):
        raise UsageError("error.map_value", path=path, name=f"columns.{name}")
    if len(names) > 1 and name not in JOINED_BY:
        raise UsageError("error.map_one_column", path=path, name=f"columns.{name}")
    return tuple(" ".join(one.split()) for one in names)


def _words(path: Path, name: str, table: object) -> dict[str, str]:
    if not isinstance(table, dict) or not all(isinstance(word, str) for word in table.values()):
        raise UsageError("error.map_value", path=path, name=f"values.{name}")
    return {word if word == ANY else word.strip().casefold(): meant for word, meant in table.items()}
