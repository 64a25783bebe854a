"""Why a clock is due when it is: each day counted or skipped and by which rule, as data and in words.

What is counted adds up to what the standard gives, exactly. The words are for the citizen: no abbreviations, no codes,
days in runs and never more than MOST_LINES of them; the totals are always complete.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any, Literal

from chalicelib.complaints.calendar import (
    DAY_OFF,
    NOTHING,
    ON_DUTY,
    ONE_DAY,
    OPENING,
    WORKDAY,
    Calendar,
    NoCalendar,
    overlap,
)
from chalicelib.complaints.clocks import REJECTED, WAITING, Clock, Pause
from chalicelib.complaints.moments import iso

MOST_LINES = 12
# Rules of this page, beside those of the calendar.
START_DAY, NOT_OVER, OUTSIDE, CALENDAR_DAY = "start_day", "not_over", "outside", "calendar_day"

CLOCK_NAMES = {
    "verification": "verifikasi",
    "follow_up": "tindak lanjut",
    "resolution": "penyelesaian",
    "closing": "penutupan",
}
UNIT_NAMES = {"hours": "jam kerja", "working_days": "hari kerja", "calendar_days": "hari kalender"}
EVENT_NAMES = {
    "received": "aduan diterima",
    "verify": "aduan diverifikasi",
    "assign": "aduan didisposisikan",
    "transfer": "aduan dialihkan ke OPD lain",
    "start": "tindak lanjut dimulai",
    "respond": "aduan dijawab",
    "close": "aduan ditutup",
    "reopen": "aduan dibuka kembali",
    "reject": "aduan ditolak",
    "merge": "aduan digabungkan dengan aduan lain",
    "message": "pelapor membalas",
    "set": "klasifikasi aduan diubah",
}
RULES = {
    WORKDAY: "hari kerja",
    ON_DUTY: "hari libur, tetapi unit ini tetap bekerja",
    OPENING: "hari libur yang dijadikan hari kerja",
    DAY_OFF: "bukan hari kerja",
    "public": "hari libur nasional",
    "local": "hari libur setempat",
    "cuti_bersama": "cuti bersama",
    WAITING: "menunggu balasan pelapor",
    REJECTED: "aduan sedang berstatus ditolak",
    START_DAY: "hari mulai, tidak ikut dihitung",
    NOT_OVER: "hari ini belum berakhir",
    OUTSIDE: "di luar waktu yang dihitung",
    CALENDAR_DAY: "hari kalender",
}
WEEKDAYS = ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu")
MONTHS = (
    *("Januari", "Februari", "Maret", "April", "Mei", "Juni"),
    *("Juli", "Agustus", "September", "Oktober", "November", "Desember"),
)
ZONES = {"Asia/Jakarta": "WIB", "Asia/Pontianak": "WIB", "Asia/Makassar": "WITA", "Asia/Jayapura": "WIT"}

Counted = timedelta | Literal["day", 0]


@dataclass(frozen=True, slots=True)
class CountedDay:
    """One day of a clock: the working time counted on it, "day" for a whole one, 0 for none."""

    date: date
    counted: Counted
    rule: str
    reason: str
    spans: tuple[str, ...] = ()
    """Of a clock of hours: from when to when it was counted, `07.30–12.00`, around lunch and prayers."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """Everything that makes a due date. `days` reach from the start to the due date; without one, to its end, to now
    or to where the calendar ends."""

    clock: Clock
    days: tuple[CountedDay, ...]
    counted: timedelta | int
    """The sum over `days`: working time for a standard in hours, else a number of days."""
    calendar_version: str
    zone: str = field(default="WIB")
    whose: str = ""
    """The department it is the clock of, where it must be told from those of others."""

    @property
    def left(self) -> timedelta | int:
        """What of the amount is not in `days`: nothing, but for a clock that has no due date now."""
        amount = self.clock.amount
        if isinstance(self.counted, timedelta):
            return timedelta(hours=amount) - self.counted
        return amount - self.counted


def explain(clock: Clock, whose: str = "") -> Explanation:
    """The clock's due date, day by day. `whose`: the department's name, where the words must say whose clock it is."""
    days = tuple(_days(clock))
    counted: timedelta | int
    if clock.standard.unit == "hours":
        counted = sum((day.counted for day in days if isinstance(day.counted, timedelta)), NOTHING)
    else:
        counted = sum(day.counted == "day" for day in days)
    return Explanation(clock, days, counted, clock.calendar.version, ZONES[clock.calendar.zone.key], whose)


def view(explanation: Explanation) -> dict[str, Any]:
    """The explanation as plain data for JSON: `days: [{date, counted: hours | "day" | 0, reason, rule, spans}]` and
    all that makes a due date; `text` are the words."""
    clock = explanation.clock
    standard = clock.standard
    return {
        "name": clock.name,
        "round": clock.round,
        "state": clock.state,
        "class": clock.class_,
        "department": clock.department,
        "amount": clock.amount,
        "unit": standard.unit,
        "start": {"at": _iso(clock.start.at), "event": clock.start.type},
        "due_at": _iso(clock.due_at),
        "due_on": clock.due_on.isoformat() if clock.due_on else None,
        "met_at": _iso(clock.met.at) if clock.met else None,
        "cancelled_at": _iso(clock.cancelled.at) if clock.cancelled else None,
        "cancelled_by": clock.cancelled.type if clock.cancelled else None,
        "days": [
            {
                "date": day.date.isoformat(),
                "counted": day.counted / timedelta(hours=1) if isinstance(day.counted, timedelta) else day.counted,
                "reason": day.reason,
                "rule": day.rule,
                "spans": list(day.spans),
            }
            for day in explanation.days
        ],
        "pauses": [
            {"from": _iso(one.start), "to": _iso(one.end), "reason": one.why, "stops": one.stops}
            for one in clock.pauses
        ],
        "extension": {"at": _iso(clock.extension.at), "amount": clock.extension.amount} if clock.extension else None,
        "legal_basis": standard.legal_basis,
        "unconfirmed": standard.verify,
        "calendar_version": explanation.calendar_version,
        "calendar_missing": clock.no_calendar,
        "due_kept": clock.kept,
        "text": text(explanation),
    }


def text(explanation: Explanation) -> str:
    """The explanation in Indonesian, a sentence a line, for whoever wrote the complaint."""
    return "\n".join([*_verdict(explanation), *_reckoning(explanation), *_basis(explanation)])


def spoken_date(on: date) -> str:
    """`Jumat, 27 Maret 2026`."""
    return f"{WEEKDAYS[on.weekday()]}, {on.day} {MONTHS[on.month - 1]} {on.year}"


def spoken_moment(at: datetime, calendar: Calendar) -> str:
    """`Jumat, 27 Maret 2026 pukul 16.00 WIB`; the end of a day is its 24.00."""
    on, hour = day_and_hour(at, calendar)
    return f"{spoken_date(on)} pukul {hour}"


def day_and_hour(at: datetime, calendar: Calendar) -> tuple[date, str]:
    """The day, and `16.00 WIB`; the end of a day is its 24.00."""
    on = calendar.last_date(at)
    past = round((at - calendar.midnight(on)).total_seconds()) // 60
    return on, f"{past // 60:02d}.{past % 60:02d} {ZONES[calendar.zone.key]}"


def spoken_hours(time: timedelta) -> str:
    """`2 jam 30 menit`; below a minute, and nothing at all, in seconds."""
    seconds = round(time.total_seconds())
    parts = (
        (seconds // 3600, "jam"),
        (seconds % 3600 // 60, "menit"),
        (seconds % 60 if seconds < 60 else 0, "detik"),
    )
    return " ".join(f"{amount} {unit}" for amount, unit in parts if amount) or "0 menit"


# --- the days


def _days(clock: Clock) -> Iterator[CountedDay]:
    calendar, start = clock.calendar, clock.start.at
    ended = clock.met or clock.cancelled
    until = clock.due_at or max(ended.at if ended else clock.seen_at, start)
    on, last = calendar.date_of(start), max(calendar.last_date(until), calendar.date_of(start))
    count = {"hours": _hours, "working_days": _working_day, "calendar_days": _calendar_day}[clock.standard.unit]
    while on <= last:
        try:
            yield count(calendar, on, start, until)
        except NoCalendar:
            return
        on += ONE_DAY


def _hours(calendar: Calendar, on: date, start: datetime, until: datetime) -> CountedDay:
    day = calendar.day(on)
    counted = overlap(day.spans, start, until)
    if counted:
        # Also of a day off on which the case went to a unit that works.
        rule = day.rule if day.rule in (ON_DUTY, OPENING) else WORKDAY
        return CountedDay(on, counted, rule, RULES[rule], tuple(_spans(calendar, day.spans, start, until)))
    rule = OUTSIDE if day.working else day.rule
    return CountedDay(on, 0, rule, _reason(rule, day.name if rule == day.rule else ""))


def _spans(
    calendar: Calendar, open_: Iterable[tuple[datetime, datetime]], start: datetime, until: datetime
) -> Iterator[str]:
    for opens, closes in open_:
        first, last = max(opens, start), min(closes, until)
        if first < last:
            ends = f"{last.astimezone(calendar.zone):%H.%M}"
            yield f"{first.astimezone(calendar.zone):%H.%M}–{'24.00' if ends == '00.00' else ends}"


def _working_day(calendar: Calendar, on: date, start: datetime, until: datetime) -> CountedDay:
    if on == calendar.date_of(start):
        return CountedDay(on, 0, START_DAY, RULES[START_DAY])
    day = calendar.day(on)
    if day.working and day.closes_at > until:
        return CountedDay(on, 0, NOT_OVER, RULES[NOT_OVER])
    return CountedDay(on, "day" if day.working else 0, day.rule, _reason(day.rule, day.name))


def _calendar_day(calendar: Calendar, on: date, start: datetime, until: datetime) -> CountedDay:
    if on == calendar.date_of(start):
        return CountedDay(on, 0, START_DAY, RULES[START_DAY])
    if calendar.midnight(on + ONE_DAY) > until:
        return CountedDay(on, 0, NOT_OVER, RULES[NOT_OVER])
    why = calendar.stopped(on)
    return CountedDay(on, 0 if why else "day", why or CALENDAR_DAY, RULES[why or CALENDAR_DAY])


def _reason(rule: str, name: str = "") -> str:
    return f"{RULES[rule]}: {name}" if name else RULES[rule]


# --- the words


def _verdict(explanation: Explanation) -> Iterator[str]:
    clock = explanation.clock
    name = f"{CLOCK_NAMES[clock.name]} {explanation.whose}".rstrip()
    if clock.due_at:
        yield f"Tenggat {name}: {spoken_moment(clock.due_at, clock.calendar)}."
    elif clock.no_calendar:
        yield f"Tenggat {name} belum dapat dihitung: daftar hari libur tahun {clock.no_calendar} belum ada."
    else:
        left = explanation.left
        amount = spoken_hours(left) if isinstance(left, timedelta) else f"{left} {UNIT_NAMES[clock.standard.unit]}"
        when = " ketika dihentikan" if clock.over else ""
        yield f"Tenggat {name} sedang berhenti menunggu balasan pelapor{when}; tersisa {amount}."
    yield from _outcome(clock)


def _outcome(clock: Clock) -> Iterator[str]:
    late = clock.state == "breached"
    if clock.met:
        how = "melewati tenggat" if late else "dalam tenggat"
        yield f"Selesai {how}: {EVENT_NAMES[clock.met.type]} pada {spoken_moment(clock.met.at, clock.calendar)}."
    elif clock.cancelled:
        why = EVENT_NAMES[clock.cancelled.type]
        after = " setelah tenggat lewat" if late else ""
        yield f"Dihentikan{after}: {why} pada {spoken_moment(clock.cancelled.at, clock.calendar)}."
    elif late:
        yield "Tenggat ini sudah lewat."
    if clock.kept:
        yield "Tenggat ini tetap seperti yang dicatat saat masih berjalan."


def _reckoning(explanation: Explanation) -> Iterator[str]:
    clock = explanation.clock
    unit = UNIT_NAMES[clock.standard.unit]
    start = f"{EVENT_NAMES[clock.start.type]} pada {spoken_moment(clock.start.at, clock.calendar)}"
    yield f"Waktu yang tersedia {clock.amount} {unit}, mulai sejak {start}."
    if clock.kept and explanation.left:
        yield "Kalender berubah sesudah itu: rincian ini menurut yang sekarang, tenggatnya menurut yang waktu itu."
    counted = explanation.counted
    total = spoken_hours(counted) if isinstance(counted, timedelta) else f"{counted} hari"
    skipped = [day for day in explanation.days if not day.counted]
    yield f"Dihitung {total}; dilewati {len(skipped)} hari:" if skipped else f"Dihitung {total}."
    yield from _capped(list(_runs(explanation.days)))
    for pause in clock.pauses:
        yield _pause(pause, clock.calendar)
    if clock.extension:
        given = f"ditambah {clock.extension.amount} {unit}" if clock.extension.amount else "tidak menambah waktu"
        yield f"Perpanjangan pada {spoken_moment(clock.extension.at, clock.calendar)}: {given}."


def _runs(days: tuple[CountedDay, ...]) -> Iterator[str]:
    """The skipped days, one line for each stretch with one reason; weekends and the like at once, as a number."""
    off = sum(day.rule == DAY_OFF for day in days)
    named = (day for day in days if day.rule != DAY_OFF)
    for (skipped, reason), group in groupby(named, key=lambda day: (not day.counted, day.reason)):
        if not skipped:
            continue
        stretch = list(group)
        first, last = stretch[0].date, stretch[-1].date
        when = spoken_date(first) if first == last else f"{spoken_date(first)} s.d. {spoken_date(last)}"
        yield f"- {when}: {reason}"
    if off:
        yield f"- {off} hari: {RULES[DAY_OFF]} (akhir pekan atau hari tutup)"


def _capped(lines: list[str]) -> Iterator[str]:
    if len(lines) <= MOST_LINES:
        yield from lines
        return
    # The weekends, told last, stay.
    yield from lines[: MOST_LINES - 2]
    yield f"- dan {len(lines) - MOST_LINES + 1} baris lain"
    yield lines[-1]


def _pause(pause: Pause, calendar: Calendar) -> str:
    until = spoken_moment(pause.end, calendar) if pause.end else "sekarang"
    effect = "tenggat berhenti" if pause.stops else "tenggat tetap berjalan"
    return f"Dari {spoken_moment(pause.start, calendar)} sampai {until}: {RULES[pause.why]} ({effect})."


def _basis(explanation: Explanation) -> Iterator[str]:
    standard = explanation.clock.standard
    note = " (angka ini masih perlu dipastikan oleh kota)" if standard.verify else ""
    yield f"Dasar: {standard.legal_basis}{note}."
    yield f"Kalender kerja versi {explanation.calendar_version}."


def _iso(at: datetime | None) -> str | None:
    return iso(at) if at else None
