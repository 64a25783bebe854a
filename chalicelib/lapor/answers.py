"""Reading what SP4N-LAPOR! answers. Pure; nothing in an answer is trusted to be there or to have its type.

Ids come as numbers or as strings and are strings here. Log entries come in no order anyone knows and are
sorted by their parsed time (their `d-m-Y` texts would sort by the day of the month).
Filing reads `filed_of` and `document_ids_of`; the others go with the calls that nothing makes so far (client.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

import msgspec
from msgspec import Struct

from chalicelib.lapor.mapping import parse_lapor_time


class Filed(Struct, frozen=True):
    """A filing LAPOR! confirmed. The tracking id (shown to citizens) often comes later, with the detail."""

    complaint_id: str
    tracking_id: str | None = None


class Attachment(Struct, frozen=True):
    """A file of a log entry, as LAPOR! names it."""

    path: str | None
    file_name: str | None
    extension: str | None


class LogEntry(Struct, frozen=True, kw_only=True):
    """One entry of a complaint's history. `content` may hold `{{placeholders}}` and HTML: escape what is shown."""

    at: datetime | None
    content: str | None
    template_content: str | None
    status_old: str | None
    status_new: str | None
    institution_from: str | None
    institution_to: str | None
    attachments: tuple[Attachment, ...]


class Detail(Struct, frozen=True, kw_only=True):
    """A complaint as LAPOR! holds it now, its log oldest first."""

    status_code: str | None
    status_name: str | None
    disposition_id: str | None
    disposition_name: str | None
    tracking_id: str | None
    logs: tuple[LogEntry, ...]


class Named(Struct, frozen=True):
    """A row of a master list: an institution."""

    id: str
    name: str


# Where the complaint id has been seen, newest client first.
_COMPLAINT_ID_AT = (("complaint_id",), ("data", "complaint_id"), ("data", "results", "complaint", "id"))
_ID = re.compile(r"(?!0+\Z)[0-9A-Za-z_-]{1,64}")


def filed_of(answer: Any) -> Filed | None:
    """The filing an answer to "create" confirms, or None if it names no complaint."""
    ids = (id_of(at(answer, *path)) for path in _COMPLAINT_ID_AT)
    complaint_id = next((one for one in ids if one is not None), None)
    return None if complaint_id is None else Filed(complaint_id, _tracking_of(answer))


def detail_of(answer: Any) -> Detail | None:
    """The complaint in an answer to "detail", or None if there is none in it."""
    data = at(answer, "results", "data")
    if not isinstance(data, dict):
        return None
    logs = at(answer, "results", "data_logs")
    return Detail(
        status_code=_text(data.get("status_code")),
        status_name=_text(data.get("status_name")),
        disposition_id=id_of(data.get("disposition_id")),
        disposition_name=_text(data.get("disposition_name")),
        tracking_id=_tracking_of(data),
        logs=logs_of(logs if isinstance(logs, list) else []),
    )


def logs_of(rows: Iterable[Any]) -> tuple[LogEntry, ...]:
    """Log rows as entries, oldest first; rows without a readable time come first, in their own order."""
    entries = [_log(row) for row in rows if isinstance(row, dict)]
    return tuple(sorted(entries, key=lambda entry: entry.at or datetime.min.replace(tzinfo=UTC)))


def _log(row: dict[str, Any]) -> LogEntry:
    inner = _embedded(row.get("data"))
    files = row.get("attachments")
    return LogEntry(
        at=_time(row.get("date")) or _time(row.get("created_at")),
        content=_text(row.get("content")),
        template_content=_text(row.get("template_content")),
        status_old=_name(row.get("status_old")) or _name(inner.get("status_old")),
        status_new=_name(row.get("status_new")) or _name(inner.get("status_new")),
        institution_from=_text(row.get("institution_from_name")) or _name(row.get("institution_from_id")),
        institution_to=(
            _name(row.get("institution_to"))
            or _text(row.get("institution_to_name"))
            or _name(row.get("institution_to_id"))
        ),
        attachments=tuple(
            Attachment(_text(one.get("path")), _text(one.get("file_name")), _text(one.get("extension")))
            for one in (files if isinstance(files, list) else [])
            if isinstance(one, dict)
        ),
    )


def named_of(rows: Iterable[Any]) -> tuple[Named, ...]:
    """Rows of a master list that have an id and a name."""
    pairs = [(id_of(at(row, "id")), _text(at(row, "name"))) for row in rows]
    return tuple(Named(id_, name) for id_, name in pairs if id_ is not None and name is not None)


def document_ids_of(answer: Any) -> list[str]:
    """The document ids in an answer to "upload", in its order."""
    docs = at(answer, "results", "docs")
    ids = [id_of(at(doc, "id")) for doc in (docs if isinstance(docs, list) else [])]
    return [one for one in ids if one is not None]


def at(value: Any, *path: str) -> Any:
    """What stands at `path` in nested objects, or None."""
    for key in path:
        if not isinstance(value, dict):
            return None
        value = value.get(key)
    return value


def id_of(value: Any) -> str | None:
    """An id as a string; None for what cannot be one (empty, zero, true, an object, path characters)."""
    if isinstance(value, bool) or not isinstance(value, int | str):
        return None
    text = str(value).strip()
    return text if _ID.fullmatch(text) else None


def _tracking_of(answer: Any) -> str | None:
    found = (id_of(at(answer, *path)) for path in (("tracking_id",), ("trackingid",), ("data", "tracking_id")))
    return next((one for one in found if one is not None), None)


def _text(value: Any) -> str | None:
    if isinstance(value, bool) or not isinstance(value, int | str):
        return None
    return str(value) or None


def _name(value: Any) -> str | None:
    return _text(value.get("name")) if isinstance(value, dict) else None


def _time(value: Any) -> datetime | None:
    if not isinstance(value, str):
        return None
    try:
        return parse_lapor_time(value)
    except ValueError:
        return None


def _embedded(value: Any) -> dict[str, Any]:
    """A log's `data` is JSON inside a string."""
    if not isinstance(value, str):
        return {}
    try:
        inner = msgspec.json.decode(value)
    except (msgspec.DecodeError, RecursionError):
        return {}
    return inner if isinstance(inner, dict) else {}
