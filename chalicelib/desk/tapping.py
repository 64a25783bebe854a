"""Answering an alert with one tap: what the page behind a link shows, and what its buttons do.

Looking changes nothing: programmes that preview links look at every one. Acting goes through casework, as the head or
officer the mail was for; the timeline names him `tautan:<role>@<department>`. A link does each thing once, as long as
it is good: the timeline says what it did. It acts on the clock it was for, and not on a case whose clock is over.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from chalicelib import logs
from chalicelib.complaints import alerting
from chalicelib.complaints.calendar import NoCalendar
from chalicelib.complaints.clock_runs import moment
from chalicelib.complaints.clocks import Clock, going
from chalicelib.complaints.explain import CLOCK_NAMES, UNIT_NAMES
from chalicelib.complaints.facts import ACT
from chalicelib.complaints.moments import iso
from chalicelib.complaints.recipients import HEAD
from chalicelib.complaints.sending_hours import SendingHours
from chalicelib.desk import alert_cases, casework, due_dates, links
from chalicelib.desk.alert_cases import Due
from chalicelib.desk.links import Expired, Invalid, Link
from chalicelib.desk.people import Staff
from chalicelib.pages.tap import LONGEST_NOTE, SHORTEST_NOTE, Form, TapPage
from chalicelib.problems import Problem
from chalicelib.store import deliveries
from chalicelib.store.cases import Dossier
from chalicelib.store.casework import Once
from chalicelib.store.items import ALERT
from chalicelib.store.parameters import SECRETS

if TYPE_CHECKING:
    from chalicelib.complaints.city import City

ACKNOWLEDGE, EXTEND, TRANSFER = "acknowledge", "extend", "transfer"
DONE = {
    ACKNOWLEDGE: "Sudah diterima",
    EXTEND: "Tenggat sudah diperpanjang",
    TRANSFER: "Sudah dialihkan",
}
RUNS_AGAIN = "Peringatannya sudah berjalan lagi."
FOOTER = "Halaman ini milik penerima surel peringatan. Jangan teruskan alamatnya."
ELSEWHERE = "Masuk ke aplikasi aduan untuk melihat aduan Anda."


@dataclass(frozen=True, slots=True)
class Answer:
    """A page and its HTTP status."""

    page: TapPage
    status: int = 200


@dataclass(frozen=True, slots=True)
class _View:
    """What a good link leads to."""

    link: Link
    person: Staff
    city: "City"
    hours: SendingHours
    found: Dossier
    clock: Clock | None
    """None where it is over: nothing is to be done."""
    now: datetime

    @property
    def office(self) -> str:
        department = self.city.department(self.link.o)
        return f"{self.city.name} · {department.name if department else self.link.o}"

    @property
    def due(self) -> Due | None:
        return Due(self.found, self.clock, 0) if self.clock else None


def look(token: str, now: datetime) -> Answer:
    """The page of a link. Changes nothing."""
    view = _open(token, now)
    return view if isinstance(view, Answer) else _shown(view)


def act(token: str, form: Mapping[str, str], now: datetime) -> Answer:
    """Do what a button of the page says (`action`), with its reason (`note`) and department."""
    view = _open(token, now)
    if isinstance(view, Answer):
        return view
    action, note = form.get("action", ""), " ".join(form.get("note", "").split())
    if action not in DONE:
        return _shown(view, form, ["Pilih salah satu tombol di bawah."])
    if _acted(view, action):
        return _done(view, action, view.found, repeated=True)
    if view.clock is None:
        return _shown(view)
    if action != ACKNOWLEDGE and not SHORTEST_NOTE <= len(note) <= LONGEST_NOTE:
        return _shown(view, form, [f"Alasan wajib diisi, {SHORTEST_NOTE} sampai {LONGEST_NOTE} huruf."])
    once = Once(view.person.username, f"{links.digest(token)}:{action}", action)
    acted = (ACT, {"clock": view.link.c, "alert": view.link.d, "action": action})

    def said(found: Dossier) -> list[casework.Said]:
        clock = _going(view, found)
        return [_acknowledgement(view, clock), acted] if action == ACKNOWLEDGE else [acted]

    try:
        if action == ACKNOWLEDGE:
            done = casework.write_down(view.link.t, said, view.person, once=once, now=now)
        else:
            data = {"clock": view.link.c} if action == EXTEND else {"department": form.get("department", "")}
            done = casework.act(
                view.link.t,
                action,
                {**data, "note": note},
                view.person,
                versions=None,
                once=once,
                now=now,
                also=said,
            )
    except Problem as error:
        if error.status == 404:
            return _gone(view)
        if error.status >= 500:
            raise
        newer = _open(token, now) if error.status == 409 else view  # the case has changed since it was looked at
        return newer if isinstance(newer, Answer) else _shown(newer, form, [error.detail])
    _note(view.link, action)
    return _done(view, action, done.found, repeated=done.repeated)


def _acted(view: _View, action: str) -> bool:
    """Whether this link has done it: its key is remembered for a day, the timeline for ever."""
    return any(
        one["type"] == ACT and (one["data"].get("alert"), one["data"].get("action")) == (view.link.d, action)
        for one in casework.timeline(view.found)
    )


def _note(link: Link, action: str) -> None:
    """Mark the message as acted on. The timeline says it already, and that is what counts: whoever acted is not told
    of a failure here."""
    try:
        deliveries.note_act(link.d, link.t, action)
    except Exception as error:
        logs.failure("act_not_noted", error, ticket=link.t)


def _open(token: str, now: datetime) -> _View | Answer:
    """What a link leads to, or the page that says why it leads nowhere."""
    try:
        link = _read(token, now)
    except Expired as error:
        lines = [
            f"Tautan untuk aduan {error.link.t} hanya berlaku beberapa hari, dan waktunya sudah habis. {ELSEWHERE}"
        ]
        return Answer(_closed("Tautan ini sudah tidak berlaku", lines), 410)
    if link is None:
        lines = [f"Alamatnya mungkin terpotong saat disalin. Buka lagi dari surelnya. {ELSEWHERE}"]
        return Answer(_closed("Tautan ini tidak dikenal", lines), 404)
    person = Staff(link.actor, link.r, link.o)
    city, hours = due_dates.city_and_calendars()
    try:
        found = casework.visible(link.t, person)
    except Problem:
        return _gone_from(link, city)
    return _View(link, person, city, hours, found, _clock(link, found, city, hours, now), now)


def _read(token: str, now: datetime) -> Link | None:
    """What a token says; None where it is none of ours. Raises Expired."""

    def read(secrets: Sequence[str]) -> Link | None:
        try:
            return links.read(token, secrets, now)
        except Expired:
            raise
        except Invalid:
            return None

    return SECRETS.accepted(links.SECRET, read)


def _clock(link: Link, found: Dossier, city: "City", hours: SendingHours, now: datetime) -> Clock | None:
    running = going(casework.timeline(found), city, now, hours)
    return next((one for one in reversed(running) if (one.name, one.round) == (link.c, link.n)), None)


def _going(view: _View, found: Dossier) -> Clock:
    """The link's clock, as the case is when it is written. Raises Problem where it is over."""
    clock = _clock(view.link, found, view.city, view.hours, view.now)
    if clock is None:
        raise Problem(409, "Tenggat ini sudah selesai; tidak ada lagi yang perlu dilakukan.")
    return clock


def _acknowledgement(view: _View, clock: Clock) -> casework.Said:
    until = iso(_silent_until(view, clock))
    return alerting.ACKNOWLEDGED, {"clock": clock.name, "round": clock.round, "until": until, "by_link": True}


def _silent_until(view: _View, clock: Clock) -> datetime:
    days = view.city.alerting.acknowledged_working_days
    told = (moment(line["at"]) for line in casework.timeline(view.found) if line["type"] == ALERT)
    # An alert of a day to come (a job run for it) is answered on that day at the earliest.
    since = max([view.now, *told])
    try:
        return clock.calendar.add_working_days(since, days)
    except NoCalendar:
        return since + timedelta(days=days)


def _shown(view: _View, form: Mapping[str, str] | None = None, errors: list[str] | None = None) -> Answer:
    due, given = view.due, form or {}
    if due is None:
        lines = [f"Tenggat {CLOCK_NAMES.get(view.link.c, view.link.c)} aduan {view.link.t} sudah selesai."]
        return Answer(_closed("Tidak ada lagi yang perlu dilakukan", lines, view.office, tone="good"))
    case = alert_cases.line(due, view.city, view.hours, view.now)
    acts = alert_cases.possible(due, view.link.r)
    page = TapPage(
        title=case.verdict,
        office=view.office,
        tone=case.tone,
        case=case,
        form=Form(
            acknowledging=(
                "Peringatan untuk tenggat ini berhenti sampai "
                f"{alert_cases.moment(_silent_until(view, due.clock), due.clock, view.now)}, lalu dilanjutkan bila "
                "belum ditindaklanjuti."
            ),
            acknowledged=_taken(view, due.clock),
            extend=_extension(due.clock) if EXTEND in acts else None,
            departments=_departments(view) if TRANSFER in acts else (),
            head_only=None if view.link.r == HEAD else "Perpanjangan dan pengalihan dilakukan oleh kepala OPD.",
            wanted=given.get("action", ""),
            note=given.get("note", "")[:LONGEST_NOTE],
            department=given.get("department", ""),
        ),
        errors=errors or (),
        footer=FOOTER,
    )
    return Answer(page, 422 if errors else 200)


def _standing(view: _View, found: Dossier, clock: Clock) -> tuple[str, str] | None:
    """Since when and until when the clock is silenced now, as the sweep of alerts sees it; None: it is not."""
    standing = alerting.acknowledged(casework.timeline(found), clock)
    if standing is None or standing[1] <= view.now:
        return None
    since, until = (alert_cases.moment(at, clock, view.now) for at in standing)
    return since, until


def _taken(view: _View, clock: Clock) -> str | None:
    standing = _standing(view, view.found, clock)
    if standing:
        return f"Sudah diterima {standing[0]}. Peringatan berhenti sampai {standing[1]}."
    return f"Sudah diterima lewat tautan ini. {RUNS_AGAIN}" if _acted(view, ACKNOWLEDGE) else None


def _extension(clock: Clock) -> str:
    amount, unit = clock.standard.extension, UNIT_NAMES[clock.standard.unit]
    return (
        f"Tenggat {CLOCK_NAMES[clock.name]} bertambah {amount} {unit}, satu kali. Alasannya tercatat di linimasa aduan."
    )


def _departments(view: _View) -> tuple[tuple[str, str], ...]:
    others = [(one.id, one.name) for one in view.city.departments if one.id != view.found.case.department]
    return tuple(sorted(others, key=lambda one: one[1]))


def _done(view: _View, action: str, found: Dossier, *, repeated: bool) -> Answer:
    clock = _clock(view.link, found, view.city, view.hours, view.now)
    line = f"Aduan {view.link.t} tercatat. Anda dapat menutup halaman ini."
    if action == ACKNOWLEDGE and clock:
        standing = _standing(view, found, clock)
        stops = f"Peringatan berhenti sampai {standing[1]}." if standing else RUNS_AGAIN
        line = f"Aduan {view.link.t} tercatat diterima. {stops}"
    elif action == EXTEND and clock and clock.due_at:
        due = alert_cases.moment(clock.due_at, clock, view.now)
        line = f"Tenggat {CLOCK_NAMES[clock.name]} aduan {view.link.t} kini {due}."
    elif action == TRANSFER:
        line = f"Aduan {view.link.t} kini dipegang {_name(view.city, found.case.department)}."
    lines = ["Ini sudah tercatat sebelumnya, tidak dicatat dua kali.", line] if repeated else [line]
    return Answer(_closed(DONE[action], lines, view.office, tone="good"))


def _gone(view: _View) -> Answer:
    return _gone_from(view.link, view.city)


def _gone_from(link: Link, city: "City") -> Answer:
    lines = [f"Aduan {link.t} tidak lagi dipegang {_name(city, link.o)}. {ELSEWHERE}"]
    return Answer(_closed("Aduan ini sudah berpindah", lines, city.name), 404)


def _name(city: "City", department_id: str | None) -> str:
    department = city.department(department_id) if department_id else None
    return department.name if department else str(department_id)


def _closed(title: str, lines: list[str], office: str = "Layanan aduan", *, tone: Any = "") -> TapPage:
    return TapPage(title=title, office=office, tone=tone, lines=lines, footer=FOOTER)
