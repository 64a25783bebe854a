"""A row of the spreadsheet as a new case, or what is wrong with it."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from aduan_client.imports.cells import Place, Wrong, checked_defaults, value
from aduan_client.imports.mapping import FIELDS, JOINED_BY, SheetMap
from aduan_client.imports.sheet import Row, as_text
from aduan_client.times import api_time, in_words

# The API's limits: characters, and the first moment it takes.
LONGEST = 10_000
LONGEST_SHORT = 200
LONGEST_ID = 100
EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
LONG = ("text", "note", "response")
SHORT = ("name", "phone", "handle", "email", "address")
PERSON = ("name", "phone", "handle", "email", "anonymous")
LOCATION = ("lat", "lon", "address", "kelurahan")
PLAIN = ("channel", "text", "class", "category", "secret", "note")

# What a case went through to be in a status: the actions the API's table of moves has for it.
PATHS: dict[str, tuple[str, ...]] = {
    "received": (),
    "verified": ("verify",),
    "assigned": ("assign",),
    "in_progress": ("assign", "start"),
    "responded": ("assign", "respond"),
    "closed": ("assign", "respond", "close"),
    "rejected": ("assign", "reject"),
}
# When an action was taken; without such a column (or cell), when the one before it was.
TIME_OF = {"assign": "assigned_at", "respond": "responded_at", "close": "closed_at", "reject": "closed_at"}
# What an action brings along: the field here, the API's name for it, and what is wrong when it is missing.
DATA_OF = {
    "assign": ("department", "department", "fault.needs_department"),
    "respond": ("response", "text", "fault.needs_response"),
    "reject": ("reason", "reason", "fault.needs_reason"),
}


@dataclass(frozen=True)
class Fault:
    """What is wrong in a line: the column (or None) and the key of the sentence, never what is in the cell."""

    line: int
    column: str | None
    key: str
    detail: str = ""


@dataclass(frozen=True)
class Prepared:
    """A row ready to be sent. `external_id` is the row's identity at the API, for good."""

    line: int
    external_id: str
    body: dict[str, Any]

    @property
    def key(self) -> str:
        """The idempotency key: the same row with the same contents has the same one in every run."""
        return digest(self.external_id, json.dumps(self.body, sort_keys=True, ensure_ascii=False))


class Converter:
    """Turns rows into cases, remembering which identities it has seen in this file."""

    def __init__(self, plan: SheetMap, place: Place, now: datetime) -> None:
        """UsageError if a default of the mapping cannot be understood."""
        self._plan, self._place, self._now = plan, place, now
        self._defaults = checked_defaults(plan, place, FIELDS)
        self._seen: Counter[str] = Counter()

    def convert(self, row: Row) -> Prepared | list[Fault]:
        """The case a row describes, or everything that is wrong with it."""
        faults: list[Fault] = [Fault(row.line, None, row.fault)] if row.fault else []
        if faults and not row.cells:
            return faults
        fields: dict[str, Any] = {}
        for name, columns in self._plan.columns.items():
            try:
                found = self._field(name, columns, row)
            except Wrong as wrong:
                faults.append(Fault(row.line, columns[0], wrong.key))
                continue
            if found is not None:
                fields[name] = found
        for name, default in self._defaults.items():
            fields.setdefault(name, default)
        identity = self._identity(row)
        if identity is not None and "\0" in identity:
            faults.append(Fault(row.line, self._plan.row_id, "fault.nul"))
        if identity is None:
            faults.append(Fault(row.line, self._plan.row_id, "fault.no_id"))
        elif self._plan.row_id and self._seen[identity] > 1:
            faults.append(Fault(row.line, self._plan.row_id, "fault.id_twice"))
        if not faults:
            faults += self._missing(row.line, fields)
        if faults or identity is None:
            return faults
        body = _body(fields)
        body["external_id"] = identity
        history = list(_history(fields))
        if history:
            body["history"] = history
        return Prepared(row.line, identity, body)

    def _field(self, name: str, columns: tuple[str, ...], row: Row) -> Any:
        cells = [row.cells.get(column) for column in columns]
        if len(cells) == 1:
            return value(FIELDS[name], name, cells[0], self._plan, self._place)
        texts = [(in_words(cell) if FIELDS[name] == "time" else None) or as_text(cell) for cell in cells]
        joined = JOINED_BY[name].join(filter(None, texts))
        return value(FIELDS[name], name, joined, self._plan, self._place)

    def _identity(self, row: Row) -> str | None:
        """What the row is called for good, or None if its identity column is empty.

        Without such a column it is its contents; the second of two equal rows is the second, in every run.
        """
        if self._plan.row_id:
            given = as_text(row.cells.get(self._plan.row_id))
            if not given:
                return None
            own = given if len(f"{self._plan.id}:{given}") <= LONGEST_ID else digest(given)
        else:
            own = digest(*[f"{name}={as_text(cell)}" for name, cell in sorted(row.cells.items()) if as_text(cell)])
        identity = f"{self._plan.id}:{own}"
        self._seen[identity] += 1
        count = self._seen[identity]
        return identity if self._plan.row_id or count == 1 else f"{identity}:{count}"

    def _missing(self, line: int, fields: dict[str, Any]) -> Iterator[Fault]:
        """What a case cannot be without, and what cannot have been in that order."""
        column = {name: columns[0] for name, columns in self._plan.columns.items()}
        if not fields.get("text"):
            yield Fault(line, column["text"], "fault.no_text")
        for name in LONG:
            if len(fields.get(name) or "") > LONGEST:
                yield Fault(line, column.get(name), "fault.long_text")
        for name in SHORT:
            if len(fields.get(name) or "") > LONGEST_SHORT:
                yield Fault(line, column.get(name), "fault.long_field")
        if "channel" not in fields:
            yield Fault(line, column.get("channel"), "fault.no_channel")
        if ("lat" in fields) != ("lon" in fields):
            yield Fault(line, column.get("lat"), "fault.degrees")
        if _status(fields) not in PATHS:
            yield Fault(line, column.get("status"), "fault.no_path")
            return
        for action in _path(fields):
            need, _, key = DATA_OF.get(action, ("", "", ""))
            if need and not fields.get(need):
                yield Fault(line, column.get(need) or column.get("status"), key)
        yield from self._times(line, fields, column)

    def _times(self, line: int, fields: dict[str, Any], column: dict[str, str]) -> Iterator[Fault]:
        """What has not happened yet, or cannot have happened in that order."""
        path = _path(fields)
        latest = fields.get("received_at")
        for name in ("received_at", *dict.fromkeys(TIME_OF[action] for action in path if action in TIME_OF)):
            at = fields.get(name)
            if at is None:
                continue
            if at > self._now:
                yield Fault(line, column.get(name), "fault.future")
            elif name == "received_at" and at < EARLIEST:
                yield Fault(line, column.get(name), "fault.too_early")
            elif latest is not None and at < latest:
                yield Fault(line, column.get(name), "fault.order")
            latest = at
        if path and "received_at" not in fields:
            yield Fault(line, column.get("received_at") or column.get("status"), "fault.needs_received_at")


def source_of(field: str, row: Prepared, plan: SheetMap) -> str | None:
    """The column of the file that a member of the body came from, as the API names it (`reporter.phone`,
    `history.0.at`); None for what no column says."""
    if field == "external_id":
        return plan.row_id
    place, *inner = field.split(".")
    names = ["lat" if field == "location" else field.rpartition(".")[2]]
    if place == "history":
        steps = row.body.get("history", [])
        number = int(inner[0]) if inner and inner[0].isdigit() else len(steps)
        done = [step["type"] for step in steps[: number + 1]]
        if inner[1:] == ["at"]:  # its own time, or the one it was given for want of one
            names = [*(TIME_OF[action] for action in reversed(done) if action in TIME_OF), "received_at"]
        elif inner[1:2] == ["data"]:
            names = [ours for action in done[-1:] for ours, theirs, _ in [DATA_OF.get(action, ("", "", ""))] if ours]
        else:
            names = ["status"]
    return next((plan.columns[name][0] for name in names if name in plan.columns), None)


def digest(*parts: str) -> str:
    """A short, stable name for some texts."""
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:32]


def _body(fields: dict[str, Any]) -> dict[str, Any]:
    body = {name: fields[name] for name in PLAIN if name in fields}
    if "received_at" in fields:
        body["received_at"] = api_time(fields["received_at"])
    person = {name: fields[name] for name in PERSON if name in fields}
    location = {name: fields[name] for name in LOCATION if name in fields}
    if person:
        body["reporter"] = person
    if location:
        body["location"] = location
    department = fields.get("department")
    if department and not _path(fields):
        # To name a department is to hand the case to it. One that is said not to have been handed on stays where it is.
        if "status" in fields:
            body["note"] = "\n".join(filter(None, [fields.get("note"), f"OPD: {department}"]))
        else:
            body["department"] = department
    return body


def _status(fields: dict[str, Any]) -> str:
    """The status a row says or, where it says none, the one that having a department means."""
    handed_on = fields.get("department") and fields.get("received_at")
    return str(fields.get("status") or ("assigned" if handed_on else "received"))


def _path(fields: dict[str, Any]) -> tuple[str, ...]:
    """The actions that led to a row's status. It may be rejected without ever having been handed on."""
    path = PATHS[_status(fields)]
    return path if fields.get("department") or path != PATHS["rejected"] else ("reject",)


def _history(fields: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """What happened to the case since it was received, the oldest first."""
    at: Any = fields.get("received_at")  # there, where there is a path: _times() has seen to it
    for action in _path(fields):
        at = fields.get(TIME_OF.get(action, ""), at)
        data = {}
        if action in DATA_OF:
            ours, theirs, _ = DATA_OF[action]
            data[theirs] = fields[ours]
        yield {"at": api_time(at), "type": action, "data": data}
