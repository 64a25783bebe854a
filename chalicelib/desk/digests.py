"""What officials read in the morning: a head his department's open cases, Sekda and mayor the city's totals.

The list is for work, not for the record: what is late, what is due today, what is due within the next working days; on
the first working day of a week everything that is open, the oldest first. Nothing to say is not said. The totals are
complete, however few cases are named. What a case looks like is alert_cases.py's: no citizen, no secret.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from chalicelib import logs
from chalicelib.complaints.calendar import ONE_DAY, Calendar, NoCalendar
from chalicelib.complaints.city import minutes
from chalicelib.complaints.clocks import Clock, going
from chalicelib.complaints.explain import CLOCK_NAMES, ZONES
from chalicelib.complaints.lifecycle import OPEN
from chalicelib.complaints.sending_hours import SendingHours
from chalicelib.desk import alert_cases, casework
from chalicelib.pages.digests import Digest, DigestCase, Group, Row, Weekly
from chalicelib.pages.mail import Tone
from chalicelib.store import cases, listing
from chalicelib.store.items import NOBODY

if TYPE_CHECKING:
    from chalicelib.complaints.city import City
    from chalicelib.store.cases import Dossier

# Listed on an ordinary day: what is due until the end of so many working days more.
SOON_WORKING_DAYS = 3
# A digest that could not be sent by then would be no morning's any more.
LATEST = timedelta(hours=3)

LATE, TODAY, SOON, LATER, STANDING = "late", "today", "soon", "later", "standing"
TONES: dict[str, Tone] = {LATE: "late", TODAY: "soon", SOON: "calm", LATER: "calm", STANDING: "calm"}


@dataclass(frozen=True, slots=True)
class OpenCase:
    """An open case as lists show it, and its most urgent clock; None where nothing runs or the calendar is missing."""

    clock: Clock | None
    state: str
    """late, today, soon, later or standing."""
    received: datetime
    line: DigestCase

    @property
    def urgency(self) -> tuple[bool, datetime]:
        """The longest due first; what stands still last."""
        due = self.clock.due_at if self.clock else None
        return (due is None, due or self.received)


@dataclass(frozen=True, slots=True)
class Held:
    """What a department holds."""

    opened: list[OpenCase]
    """The most urgent first."""
    unread: tuple[str, ...] = ()
    """Tickets of its queue that could not be read: they count as open, and nothing more can be said of them."""

    @property
    def count(self) -> int:
        return len(self.opened) + len(self.unread)


@dataclass(frozen=True, slots=True)
class Morning:
    """The moment digests are for."""

    city: "City"
    hours: SendingHours
    now: datetime
    day: date
    ends: datetime
    """From then on nothing is sent."""
    first_of_week: bool
    """The first working day of its week."""
    soon_until: datetime
    """Where the calendar of the next year is missing, the end of this one."""

    @property
    def over(self) -> bool:
        """Whether what has not been sent by now never will be."""
        return self.now >= self.ends

    @property
    def sent(self) -> str:
        """When, as people say it."""
        local = self.now.astimezone(self.hours.of().zone)
        return f"Keadaan {alert_cases.day(self.day, self.day)} pukul {local:%H.%M} {ZONES[self.city.zone]}."


def morning(city: "City", hours: SendingHours, now: datetime) -> Morning | None:
    """The morning of the day of `now`, which may be over; None: it is too early, or no working day of the city."""
    calendar = hours.of()
    day = calendar.date_of(now)
    opens = calendar.midnight(day) + timedelta(minutes=minutes(city.alerting.digest_at))
    try:
        if now < opens or not calendar.day(day).working:
            return None
        first = _first_of_week(day, calendar)
    except NoCalendar:
        return None  # nobody knows whether it is: missing_year() says which
    try:
        soon = calendar.add_working_days(now, SOON_WORKING_DAYS)
    except NoCalendar as error:
        soon = calendar.midnight(date(error.year, 1, 1))
    return Morning(city, hours, now, day, opens + LATEST, first, soon)


def missing_year(hours: SendingHours, now: datetime) -> int | None:
    """The year without whose calendar nobody knows whether the day of `now` has a morning."""
    calendar = hours.of()
    day = calendar.date_of(now)
    try:
        if calendar.day(day).working:
            _first_of_week(day, calendar)
    except NoCalendar as error:
        return error.year
    return None


def _first_of_week(day: date, calendar: Calendar) -> bool:
    monday = day - timedelta(days=day.weekday())
    return not any(calendar.day(monday + ONE_DAY * number).working for number in range(day.weekday()))


def open_cases(queue: str, at: Morning) -> Held:
    """The open cases of a department (`-`: of none yet). One that cannot be read keeps nobody from the others."""
    opened: list[OpenCase] = []
    unread: list[str] = []
    for ticket in listing.queued(queue):
        try:
            found = cases.dossier(ticket)
            if found and found.case.status in OPEN and (found.case.department or NOBODY) == queue:
                opened.append(_looked_at(found, at))
        except Exception as error:
            logs.failure("case_not_listed", error, job="digests", ticket=ticket)
            unread.append(ticket)
    return Held(sorted(opened, key=lambda one: one.urgency), tuple(unread))


def of_department(name: str, recipient: str, held: Held, at: Morning) -> Digest | None:
    """A head's mail; None when there is nothing to say."""
    opened = held.opened
    counts = {state: sum(one.state == state for one in opened) for state in TONES}
    until = alert_cases.day(at.hours.of().last_date(at.soon_until), at.day)
    titles = {LATE: "Lewat tenggat", TODAY: "Jatuh tempo hari ini", SOON: f"Jatuh tempo sampai {until}"}
    listed: list[tuple[str, Tone, list[OpenCase]]]
    if at.first_of_week:
        by_age = sorted(opened, key=lambda one: one.received)
        worst = TONES[next((state for state in TONES if counts[state]), LATER)]
        listed = [("Semua yang terbuka, dari yang tertua", worst, by_age)]
    else:
        listed = [(titles[state], TONES[state], [one for one in opened if one.state == state]) for state in titles]
    listed = [group for group in listed if group[2]]
    if not listed:
        return None
    left = at.city.alerting.most_per_message
    groups = []
    for title, tone, members in listed:
        groups.append(Group(title=title, tone=tone, count=len(members), cases=[one.line for one in members[:left]]))
        left -= len(groups[-1].cases)
    return Digest(
        city=at.city.name,
        recipient=recipient,
        verdict=_verdict(counts, until, held.count),
        totals=_totals(name, counts, held),
        groups=groups,
        more=sum(group.count - len(group.cases) for group in groups),
        sent=at.sent,
    )


def row(name: str, held: Held, at: Morning) -> Row:
    """A department's numbers."""
    listed = held.opened
    return Row(
        name=name,
        open=held.count,
        late=sum(one.state == LATE for one in listed),
        oldest=max((_age(one.received, at) for one in listed), default=0),
    )


def of_city(recipient: str, rows: Sequence[Row], unassigned: Row, gone: Row, at: Morning) -> Weekly | None:
    """The mail of totals; None when nothing is open. `gone`: what departments hold that the city has no more."""
    every = [*rows, unassigned, gone]
    total = Row(
        name="Jumlah",
        open=sum(one.open for one in every),
        late=sum(one.late for one in every),
        oldest=max(one.oldest for one in every),
    )
    if not total.open:
        return None
    shown = sorted((one for one in [*rows, gone] if one.open), key=lambda one: (-one.late, -one.oldest, one.name))
    late = f"{total.late} di antaranya lewat tenggat" if total.late else "tidak ada yang lewat tenggat"
    worst = next((one for one in shown if one.late), None)
    sentences = [f"Aduan tertua berumur {total.oldest} hari."]
    if worst:
        sentences.append(f"Terbanyak lewat tenggat: {worst.name} ({worst.late} dari {worst.open}).")
    if unassigned.open:
        sentences.append(f"{unassigned.open} belum didisposisikan ke OPD mana pun.")
    if gone.open:
        sentences.append(f"{gone.open} masih pada OPD yang tidak lagi ada: perlu dialihkan.")
    return Weekly(
        city=at.city.name,
        recipient=recipient,
        verdict=f"{total.open} aduan terbuka, {late}",
        lead=" ".join(sentences),
        rows=shown,
        unassigned=unassigned if unassigned.open else None,
        total=total,
        sent=at.sent,
    )


def _looked_at(found: "Dossier", at: Morning) -> OpenCase:
    running = going(casework.timeline(found), at.city, at.now, at.hours)
    clock = min((one for one in running if one.due_at), key=lambda one: one.due_at or at.now, default=None)
    received, state = datetime.fromisoformat(found.case.received_at), _state(clock, at)
    return OpenCase(clock, state, received, _line(found, clock, state, _age(received, at), at))


def _state(clock: Clock | None, at: Morning) -> str:
    if clock is None or clock.due_at is None:
        return STANDING
    if clock.due_at < at.now:
        return LATE
    if clock.due_on == at.day:
        return TODAY
    return SOON if clock.due_at <= at.soon_until else LATER


def _line(found: "Dossier", clock: Clock | None, state: str, age: int, at: Morning) -> DigestCase:
    return DigestCase(
        ticket=found.case.ticket,
        tone=TONES[state],
        lateness=_lateness(clock, at),
        gist=alert_cases.gist(found),
        place=alert_cases.place(found),
        age=f"umur {age} hari" if age else "masuk hari ini",
    )


def _lateness(clock: Clock | None, at: Morning) -> str:
    """How it stands, and what of it is due. Below a title that says so, "Jatuh tempo" is not said again."""
    if clock is None:
        return "Tenggat tidak berjalan"
    words = alert_cases.lateness(clock, at.now)
    if not at.first_of_week:
        words = words.removeprefix("Jatuh tempo ")
    return f"{words[0].upper()}{words[1:]} ({CLOCK_NAMES[clock.name]})"


def _age(received: datetime, at: Morning) -> int:
    return (at.day - at.hours.of().date_of(received)).days


def _verdict(counts: dict[str, int], until: str, opened: int) -> str:
    """`3 aduan lewat tenggat, 2 jatuh tempo hari ini`."""
    words = {LATE: "lewat tenggat", TODAY: "jatuh tempo hari ini", SOON: f"jatuh tempo sampai {until}"}
    parts = [f"{counts[state]} {words[state]}" for state in words if counts[state]]
    if not parts:
        return f"{opened} aduan terbuka, tidak ada yang mendesak"
    number, _, rest = parts[0].partition(" ")
    return ", ".join([f"{number} aduan {rest}", *parts[1:]])


def _totals(name: str, counts: dict[str, int], held: Held) -> str:
    """All that are open, so that what is not listed is counted."""
    others = [
        f"{number} {words}"
        for number, words in (
            (counts[LATER], "belum mendesak"),
            (counts[STANDING], "menunggu pelapor atau tanpa tenggat"),
            (len(held.unread), "tidak dapat dibaca"),
        )
        if number
    ]
    return f"Terbuka di {name}: {held.count} aduan" + (f"; di antaranya {', '.join(others)}." if others else ".")
