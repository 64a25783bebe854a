"""Cases of a period as a table: at once where they are few, by a job where they are many.

An export leaves the house. Reporters who are to stay anonymous are anonymous in it for everybody, in their own words
and addresses too (desk/hiding.py), executives get neither names nor what people wrote, and a file that was put into the
bucket is taken back when somebody is erased, and gone within two days anyway (UU 27/2022).
"""

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from secrets import token_hex
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from chalicelib import logs
from chalicelib.complaints.figures_document import CLASSES
from chalicelib.complaints.lifecycle import REASONS, STATUSES
from chalicelib.complaints.moments import midnight, read
from chalicelib.complaints.summary import CHANNELS
from chalicelib.desk import next_due, searching, sheets
from chalicelib.desk.people import Staff
from chalicelib.desk.searching import Question
from chalicelib.desk.sheets import Column, Row
from chalicelib.problems import Problem
from chalicelib.store import cities, exports, media
from chalicelib.store.tables import Case

TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "zip": "application/zip",
}
# The evidence of a year is an export like any other: a job, a link for five minutes, gone after a day.
EVIDENCE = "zip"
# A caller waits for these; API Gateway hangs up after 29 seconds.
MOST_DAYS_AT_ONCE = 31
MOST_ROWS_AT_ONCE = 10_000
# Ten years.
MOST_DAYS = 3_660
# API Gateway takes 6 MB from a function, and JSON around a CSV doubles its quotation marks and line ends.
LARGEST_INLINE = 2 * 1024 * 1024
# A job that says nothing for so long was killed: Lambda gives a function fifteen minutes, and tries three times.
LOST_AFTER = timedelta(minutes=50)


class Period(msgspec.Struct, frozen=True, kw_only=True):
    """Days in the city's zone, both included."""

    first: date
    last: date


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be exported, for whom; kept with a job."""

    period: Period
    format: str
    question: Question
    username: str
    role: str
    department: str | None


@dataclass(frozen=True, slots=True)
class Export:
    """A file: its text, or the address where it lies for five minutes."""

    format: str
    rows: int
    text: str | None = None
    url: str | None = None


TICKET, TEXT, NAME, PHONE = "Nomor tiket", "Isi aduan", "Pelapor", "Telepon"
ADDRESS, LATITUDE, LONGITUDE = "Alamat", "Lintang", "Bujur"
# What says who, or where somebody lives.
PERSONAL = {TEXT, NAME, PHONE, ADDRESS, LATITUDE, LONGITUDE}
COLUMNS = (
    Column(TICKET, 16),
    Column("Status", 14),
    Column("Klasifikasi", 20),
    Column("Kanal", 12),
    Column("Kategori", 24),
    Column("Perangkat daerah", 40),
    Column("Kelurahan", 16),
    Column(ADDRESS, 30),
    Column(LATITUDE, 11),
    Column(LONGITUDE, 11),
    Column(TEXT, 60),
    Column(NAME, 20),
    Column(PHONE, 17),
    Column("Anonim", 8),
    Column("Rahasia", 8),
    Column("Diterima", 17),
    Column("Diubah", 17),
    Column("Tenggat", 17),
    Column("Alasan ditolak", 16),
    Column("Duplikat dari", 16),
    Column("Pendukung", 10),
    Column("Nomor SP4N-LAPOR!", 18),
    Column("Status SP4N-LAPOR!", 18),
)


def at_once(wanted: Wanted, now: datetime) -> Export:
    """The export of a month at most. Raises Problem where it is more than a caller can wait for."""
    if _days(wanted.period) > MOST_DAYS_AT_ONCE:
        raise Problem(
            422,
            f"Paling banyak {MOST_DAYS_AT_ONCE} hari; untuk kurun yang lebih panjang: POST /v1/exports.",
            field="to",
        )
    held = exports.mark()
    with tempfile.SpooledTemporaryFile(LARGEST_INLINE) as file:
        rows = _write(file, wanted, now, most=MOST_ROWS_AT_ONCE)
        size = file.tell()
        file.seek(0)
        if wanted.format == "csv" and size <= LARGEST_INLINE:
            return Export(wanted.format, rows, text=file.read().decode())
        key = _key(token_hex(16), wanted.format)
        media.put_file(key, file, TYPES[wanted.format])
    if _withdrawn(key, held):
        raise Problem(503, "Data seseorang sedang dihapus dari sistem; silakan minta ekspor ini lagi.")
    return Export(wanted.format, rows, url=_link(key, wanted))


def prepare(wanted: Wanted, now: datetime) -> str:
    """Have a job prepare an export; answers its id. Raises Problem."""
    if _days(wanted.period) > MOST_DAYS:
        raise Problem(422, f"Paling banyak {MOST_DAYS} hari.", field="to")
    identifier = token_hex(16)
    exports.add(identifier, wanted.username, msgspec.json.encode(wanted), now)
    exports.start(identifier)
    return identifier


def prepare_evidence(year: int, person: Staff, now: datetime) -> str:
    """Have a job put together the evidence of a year (desk/evidence.py); answers its id. Raises Problem."""
    period = Period(first=date(year, 1, 1), last=date(year, 12, 31))
    wanted = Wanted(
        period=period,
        format=EVIDENCE,
        question=Question(),
        username=person.username,
        role=person.role,
        department=person.department,
    )
    return prepare(wanted, now)


def run(identifier: str, now: datetime) -> int:
    """The job; run twice, it writes the same file twice. Answers how many rows it wrote."""
    job = exports.get(identifier)
    if job is None:
        return 0  # forgotten: it was asked for days ago
    wanted = msgspec.json.decode(job.wanted, type=Wanted)
    key, held = _key(identifier, wanted.format), exports.mark()
    try:
        with tempfile.TemporaryFile() as file:
            rows = _write(file, wanted, now, most=None)
            file.seek(0)
            media.put_file(key, file, TYPES[wanted.format])
    except Exception:
        exports.finish(identifier, exports.FAILED, 0)
        raise
    if _withdrawn(key, held):
        exports.finish(identifier, exports.FAILED, 0)
        logs.event("export_withdrawn", job="write_export")
        return 0
    exports.finish(identifier, exports.DONE, rows, held)
    logs.event("exported", job="write_export", count=rows, kind=wanted.format)
    return rows


def job(identifier: str, person: Staff, now: datetime) -> dict[str, Any]:
    """How far a job is, for who asked for it or an admin; with the file's address once there is one. Raises Problem."""
    found = exports.get(identifier)
    if found is None or (person.username != found.owner and person.role != "admin"):
        raise Problem(404, "Tidak ada ekspor dengan nomor itu.")
    wanted = msgspec.json.decode(found.wanted, type=Wanted)
    state = found.state
    if state == exports.RUNNING and now - datetime.fromisoformat(found.at) > LOST_AFTER:
        state = exports.FAILED
    if state == exports.DONE and found.mark != exports.mark():
        state = exports.FAILED  # taken back by an erasure
    done = state == exports.DONE
    return {
        "id": identifier,
        "state": state,
        "format": wanted.format,
        "rows": int(found.rows) if done else None,
        "url": _link(_key(identifier, wanted.format), wanted) if done else None,
    }


def _write(file: Any, wanted: Wanted, now: datetime, most: int | None) -> int:
    if wanted.format == EVIDENCE:
        from chalicelib.desk import evidence

        return evidence.write(file, wanted.period.first.year, now)
    city = cities.current()
    zone = ZoneInfo(city.zone)
    names = wanted.role != "executive"
    shown = [place for place, column in enumerate(COLUMNS) if names or column.title not in PERSONAL]
    rows = ([row[place] for place in shown] for row in _rows(wanted, zone, now, most))
    columns = [COLUMNS[place] for place in shown]
    writers = {"csv": sheets.write_csv, "xlsx": sheets.write_xlsx}
    try:
        return writers[wanted.format](file, columns, rows, zone)
    except sheets.TooManyRows:
        raise Problem(422, "Lebih banyak baris daripada yang muat di XLSX; pilih csv.", field="format") from None


def _rows(wanted: Wanted, zone: ZoneInfo, now: datetime, most: int | None) -> Iterator[Row]:
    city = cities.current()
    departments = {one.id: one.name for one in city.departments}
    categories = {one.id: one.name for one in city.categories}
    for count, case in enumerate(_cases(wanted, zone, now), 1):
        if most is not None and count > most:
            raise Problem(422, f"Lebih dari {most} aduan; persempit saringan atau pakai POST /v1/exports.", field="to")
        yield _row(case, departments, categories, now)


def _cases(wanted: Wanted, zone: ZoneInfo, now: datetime) -> Iterator[Case]:
    """Every case of the period that the person may see, the newest first, a page in memory at a time."""
    # Executives see no case; what they get of an export says nothing of a person.
    role = "auditor" if wanted.role == "executive" else wanted.role
    person = Staff(wanted.username, role, wanted.department)
    question = _within(wanted.question, wanted.period, zone)
    return searching.every(question, person, now)


def _within(question: Question, period: Period, zone: ZoneInfo) -> Question:
    end = midnight(period.last + timedelta(days=1), zone)
    return replace(question, received_after=midnight(period.first, zone), received_before=end)


def _row(case: Case, departments: dict[str, str], categories: dict[str, str], now: datetime) -> Row:
    place, reporter, lapor = case.location or {}, case.reporter or {}, case.lapor or {}
    text: str | None = case.text
    anonymous = bool(reporter.get("anonymous"))
    if anonymous:
        from chalicelib.desk import hiding

        names = hiding.names_of(reporter, [case.text])
        text, place = hiding.text(case.text, names), hiding.place(place, names) or {}
    address = ", ".join(part for part in (place.get("name"), place.get("address")) if part)
    return [
        case.ticket,
        STATUSES.get(case.status, case.status),
        CLASSES.get(case.class_, case.class_),
        CHANNELS.get(case.channel, case.channel),
        categories.get(case.category or "", case.category),
        departments.get(case.department or "", case.department),
        place.get("kelurahan"),
        address or None,
        place.get("lat"),
        place.get("lon"),
        text,
        None if anonymous else reporter.get("name") or reporter.get("handle"),
        None if anonymous else reporter.get("phone"),
        "ya" if anonymous else "tidak",
        "ya" if case.secret else "tidak",
        read(case.received_at),
        read(case.updated_at),
        read(next_due.due_at(case, now)),
        REASONS.get(case.reason or "", case.reason),
        case.duplicate_of,
        int(case.supporters or 0),
        lapor.get("tracking_id") or lapor.get("complaint_id"),
        lapor.get("status_name"),
    ]


def _days(period: Period) -> int:
    if period.last < period.first:
        raise Problem(422, "to: tidak boleh sebelum from.", field="to")
    return (period.last - period.first).days + 1


def _key(identifier: str, kind: str) -> str:
    return f"{exports.FOLDER}{identifier}.{kind}"


def _withdrawn(key: str, held: str | None) -> bool:
    """Whether an erasure began while a file was written; then the file is gone again."""
    if exports.mark() == held:
        return False
    media.forget(key)
    return True


def _link(key: str, wanted: Wanted) -> str:
    if wanted.format == EVIDENCE:
        return media.link(key, name=f"bukti-{cities.current().code}-{wanted.period.first.year}.zip")
    return media.link(key, name=f"aduan-{wanted.period.first}-{wanted.period.last}.{wanted.format}")
