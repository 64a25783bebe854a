"""What an official reads of a case: a verdict, a gist without the citizen, and what happens next. Plain words, ready
for pages/mail.py.

No name, number or handle of a citizen: the gist is redacted whether the reporter asked to be anonymous or not, and a
secret case shows neither gist nor place.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from chalicelib.complaints import alerting, lifecycle
from chalicelib.complaints.calendar import NoCalendar
from chalicelib.complaints.clocks import Clock
from chalicelib.complaints.explain import CLOCK_NAMES, MONTHS, UNIT_NAMES, WEEKDAYS, day_and_hour, spoken_hours
from chalicelib.complaints.recipients import DEPARTMENT, hours_of, recipients
from chalicelib.complaints.redaction import redact, redact_place
from chalicelib.complaints.sending_hours import SendingHours
from chalicelib.desk import casework, hiding
from chalicelib.desk.names import extendable
from chalicelib.pages.mail import CaseLine, Tone
from chalicelib.store import cities
from chalicelib.store.cases import Dossier

if TYPE_CHECKING:
    from chalicelib.complaints.city import City

LONGEST_GIST = 140
HIDDEN = "Aduan rahasia: isinya hanya dapat dibaca di aplikasi."
WORDLESS = "Belum ada keterangan tertulis dari pelapor."

# What was last done to a case, as a sentence about it.
DONE = {
    "received": "aduan diterima",
    "verify": "diverifikasi",
    "assign": "didisposisikan",
    "transfer": "dialihkan ke OPD lain",
    "start": "mulai ditindaklanjuti",
    "wait": "menunggu keterangan pelapor",
    "resume": "dilanjutkan",
    "respond": "dijawab",
    "reopen": "dibuka kembali",
    "extend": "tenggat diperpanjang",
    "note": "diberi catatan",
    "attach": "diberi lampiran",
    "message": "pesan baru dari pelapor",
    "acknowledged": "diterima lewat tautan",
    "joined": "laporan serupa digabungkan",
}
MISSING = {
    "verification": "diverifikasi",
    "follow_up": "ditindaklanjuti",
    "resolution": "dijawab",
    "closing": "ditutup",
}
ROLES = {
    "admin": "admin aduan",
    "operator": "operator",
    "coordinator": "koordinator aduan",
    "officer": "petugas OPD",
    "head": "kepala OPD",
    "sekda": "Sekda",
    "mayor": "Wali Kota",
    "executive": "pimpinan",
    "department": "alamat bersama OPD",
}
UNKNOWN = "setelah daftar hari libur kota dilengkapi"
LAST = "Ini pemberitahuan terakhir: tidak ada jenjang di atasnya"


@dataclass(frozen=True, slots=True)
class Due:
    """One alert that is to be told: a case, the clock it is about, and how far up the ladder it is."""

    found: Dossier
    clock: Clock
    percent: int
    emergency: bool = False

    @property
    def order(self) -> tuple[bool, datetime]:
        """Emergencies first, then what has been due the longest."""
        return (not self.emergency, self.clock.due_at or self.clock.start.at)


def verdict(dues: Iterable[Due], now: datetime) -> str:
    """`3 aduan lewat tenggat, 2 akan lewat besok`: every case counts once, at its worst."""
    worst: dict[str, tuple[int, bool]] = {}
    for one in dues:
        ticket = one.found.case.ticket
        known = worst.get(ticket, (len(GROUPS), False))
        worst[ticket] = (min(known[0], _group(one.clock, now)), known[1] or one.emergency)
    counts = Counter(group for group, _ in worst.values())
    parts = [f"{counts[group]} {GROUPS[group]}" for group in sorted(counts)]
    head, *rest = parts
    number, _, words = head.partition(" ")
    urgent = "DARURAT: " if any(emergency for _, emergency in worst.values()) else ""
    return f"{urgent}{', '.join([f'{number} aduan {words}', *rest])}"


GROUPS = ("lewat tenggat", "jatuh tempo hari ini", "akan lewat besok", "mendekati tenggat")


def line(
    due: Due, city: "City", hours: SendingHours, now: datetime, *, link: str | None = None, acts: Sequence[str] = ()
) -> CaseLine:
    """The case as the mail shows it."""
    case, clock = due.found.case, due.clock
    return CaseLine(
        ticket=case.ticket,
        tone=_tone(due, now),
        verdict=("Darurat · " if due.emergency else "") + lateness(clock, now),
        gist=gist(due.found),
        place=place(due.found),
        age=_age(due, now),
        due=f"{CLOCK_NAMES[clock.name]}, {moment(clock.due_at, clock, now)}"
        if clock.due_at
        else "belum dapat dihitung",
        rule=f"{clock.amount} {UNIT_NAMES[clock.standard.unit]} · {clock.standard.legal_basis}",
        holder=_holder(case.department, city),
        last=_last(due.found, clock, now),
        following=_following(due, city, hours, now),
        link=link,
        acts=tuple(acts),
    )


def possible(due: Due, role: str) -> tuple[str, ...]:
    """Of extend and transfer, what this role may do with the case by a link."""
    rules, state = cities.desk_rules(), casework.state_of(due.found.case)
    may = lifecycle.may(state, role, None, rules.independent_close)
    return tuple(one for one in ("extend", "transfer") if one in may and (one != "extend" or _extendable(due, rules)))


def _extendable(due: Due, rules: cities.DeskRules) -> bool:
    """Whether the clock may be extended: it has not been, and its due date has not passed."""
    case, clock = due.found.case, due.clock
    if clock.name in (case.extended or ()) or not clock.standard.extension or clock.state == "breached":
        return False
    return clock.name in extendable(case.class_, rules)


def lateness(clock: Clock, now: datetime) -> str:
    """How it stands: `Terlambat 3 hari kerja`, `Jatuh tempo besok pukul 15.30 WIB`."""
    due = clock.due_at
    if due is None:
        return f"Tenggat {CLOCK_NAMES[clock.name]} belum dapat dihitung"
    if now > due:
        return f"Terlambat {_late(clock, due, now)}"
    on, hour = day_and_hour(due, clock.calendar)
    group = _group(clock, now)
    if group == len(GROUPS) - 1:
        return f"Jatuh tempo {day(on, clock.calendar.date_of(now))}"
    return f"Jatuh tempo {'hari ini' if group == 1 else 'besok'} pukul {hour}"


def gist(found: Dossier) -> str:
    """What it is about, in at most 140 characters and without anybody's name or number."""
    case = found.case
    if case.secret:
        return HIDDEN
    words = " ".join(redact(case.text or "", hiding.names_of(case.reporter, [case.text])).split())
    if not words:
        return WORDLESS
    if len(words) <= LONGEST_GIST:
        return words
    cut = words[: LONGEST_GIST - 1]
    return f"{cut.rsplit(' ', 1)[0].rstrip(' ,.;:') if ' ' in cut else cut}…"


def place(found: Dossier) -> str | None:
    """Where it is; where its reporter is hidden, without whose door it is."""
    case = found.case
    if case.secret or not case.location:
        return None
    names, address = hiding.names_of(case.reporter, [case.text]), case.location.get("address") or ""
    hidden = (case.reporter or {}).get("anonymous")
    address = " ".join((redact_place if hidden else redact)(address, names).split())
    kelurahan = case.location.get("kelurahan")
    known = [address, f"Kel. {kelurahan}" if kelurahan and kelurahan not in address else ""]
    return ", ".join(part for part in known if part) or None


def moment(at: datetime, clock: Clock, now: datetime) -> str:
    """`Selasa 24 November pukul 15.30 WIB`; with the year where it is another."""
    on, hour = day_and_hour(at, clock.calendar)
    return f"{day(on, clock.calendar.date_of(now))} pukul {hour}"


def day(on: date, today: date) -> str:
    """`Selasa 24 November`; with the year where it is another."""
    year = f" {on.year}" if on.year != today.year else ""
    return f"{WEEKDAYS[on.weekday()]} {on.day} {MONTHS[on.month - 1]}{year}"


def _group(clock: Clock, now: datetime) -> int:
    due = clock.due_at
    if due is None or now > due:
        return 0 if due else len(GROUPS) - 1
    days = (clock.calendar.last_date(due) - clock.calendar.date_of(now)).days
    return min(days + 1, len(GROUPS) - 1)


def _tone(due: Due, now: datetime) -> Tone:
    group = _group(due.clock, now)
    return "late" if group == 0 or due.emergency else "soon" if group < len(GROUPS) - 1 else "calm"


def _late(clock: Clock, due: datetime, now: datetime) -> str:
    unit = clock.standard.unit
    try:
        days = clock.calendar.working_days_between(due, now)
        if unit == "hours" and not days:
            return f"{spoken_hours(_whole_minutes(clock.calendar.working_time_between(due, now)))} kerja"
    except NoCalendar:
        unit = "calendar_days"
    if unit == "calendar_days":
        days = (clock.calendar.date_of(now) - clock.calendar.last_date(due)).days
        return f"{days} hari" if days else "sejak hari ini"
    return f"{days} hari kerja" if days else "sejak hari ini"


def _whole_minutes(time: timedelta) -> timedelta:
    return timedelta(minutes=time // timedelta(minutes=1))


def _age(due: Due, now: datetime) -> str:
    received = datetime.fromisoformat(due.found.case.received_at)
    calendar = due.clock.calendar
    days = (calendar.date_of(now) - calendar.date_of(received)).days
    age = f"{days} hari" if days else "hari ini"
    return f"{age}, diterima {day(calendar.date_of(received), calendar.date_of(now))}"


def _last(found: Dossier, clock: Clock, now: datetime) -> str:
    last = next((one for one in reversed(casework.timeline(found)) if one["type"] in DONE), None)
    if last is None:
        return "belum ada tindakan"
    on = clock.calendar.date_of(datetime.fromisoformat(last["at"]))
    return f"{DONE[last['type']]} {day(on, clock.calendar.date_of(now))}"


def _following(due: Due, city: "City", hours: SendingHours, now: datetime) -> str | None:
    """What comes of it if nothing is done: who is told next, and when. None while the clock stands still."""
    clock = due.clock
    if clock.due_at is None or alerting.stands_still(clock):
        return None
    timeline = casework.timeline(due.found)
    step = alerting.ahead(timeline, city, now, name=clock.name, above=due.percent, hours=hours)
    if step is None:
        return LAST
    told = "diperingatkan" if step.percent < alerting.BREACHED else "diberi tahu"
    late = " keterlambatannya" if step.percent == alerting.BREACHED else ""
    groups = [
        f"{_listed(who)} {told}{late} {moment(at, clock, now) if at else UNKNOWN}"
        for at, who in _told_when(step, due, city, hours)
    ]
    return f"Bila belum {MISSING[clock.name]}, {'; '.join(groups)}" if groups else None


def _told_when(
    step: alerting.Ahead, due: Due, city: "City", hours: SendingHours
) -> list[tuple[datetime | None, list[str]]]:
    """Who is really told of a step, and when, the first first: in the place of who has no address somebody else is, in
    his own hours. None: the calendar of that year is missing."""
    department = due.found.case.department
    for_whom: dict[tuple[datetime | None, str], list[str]] = {}
    for role in step.to:
        for contact in recipients(city, role, department):
            when = step.at
            if when and not due.emergency:
                try:
                    when = hours.telling(hours_of(contact), department).next_working_moment(when)
                except NoCalendar:
                    when = None
            instead_of = for_whom.setdefault((when, contact.role), [])
            if department and contact.role not in (*step.to, DEPARTMENT) and ROLES[role] not in instead_of:
                instead_of.append(ROLES[role])
    found: dict[datetime | None, list[str]] = {}
    for (when, role), instead_of in for_whom.items():
        found.setdefault(when, []).append(ROLES[role] + (f" (untuk {_listed(instead_of)})" if instead_of else ""))
    return sorted(found.items(), key=lambda one: (one[0] is None, one[0] or step.at or due.clock.start.at))


def _listed(words: Sequence[str]) -> str:
    return " dan ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def _holder(department: str | None, city: "City") -> str:
    if department is None:
        return "belum didisposisikan ke OPD"
    known = city.department(department)
    return known.name if known else "OPD yang tidak lagi ada di kota ini"
