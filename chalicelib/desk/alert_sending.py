"""The second half of the sweep: what the timeline says must be told is told, one message to each address.

Each alert is looked at again when it is to be sent: a case that has been answered a minute ago is told to nobody. What
falls together is grouped by address; a message names the worst cases and counts all of them. An alert is done when
each address it is for has a message of its own (store/deliveries.py says what became of that). Killed anywhere, the
next run goes on: what was certainly not sent is sent, what may have been sent is told to the admin instead.
"""

import time
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from secrets import token_hex
from typing import TYPE_CHECKING

from chalicelib import logs
from chalicelib.complaints import alerting, lifecycle
from chalicelib.complaints.calendar import ONE_DAY, NoCalendar
from chalicelib.complaints.clock_runs import moment
from chalicelib.complaints.clocks import Clock, going
from chalicelib.complaints.recipients import ADMIN, DEPARTMENT, OF_A_DEPARTMENT, hours_of, recipients
from chalicelib.complaints.sending_hours import SendingHours
from chalicelib.desk import alert_cases, alert_trouble, calendar_years, casework, delivering, links
from chalicelib.desk.alert_addresses import Address
from chalicelib.desk.alert_cases import Due
from chalicelib.desk.delivering import Message
from chalicelib.pages import mail as pages
from chalicelib.settings import settings
from chalicelib.store import alerting as alert_store
from chalicelib.store import cases, deliveries, told_marks
from chalicelib.store.deliveries import AlertRow
from chalicelib.store.parameters import SECRETS

if TYPE_CHECKING:
    from chalicelib.complaints.city import City
    from chalicelib.complaints.city_alerts import Contact
    from chalicelib.store.cases import Dossier

# Alerts looked at in one run, if there is time; the next one goes on with the rest.
MOST_ROWS = 2000
# For looking and for sending, of the function's 240; no call lasts longer than half a minute.
LOOK_SECONDS = 40.0
SECONDS = 60.0
# An alert that could not be sent now rests this long; after so long in vain it has failed, and the admin hears of it.
REST = timedelta(minutes=10)
PATIENCE = timedelta(hours=1)
# One that waits for a year nobody has entered is looked at again so soon, whenever that is done.
HELD_UP = timedelta(minutes=30)
# Tickets named in a WhatsApp message; the mail has them all.
MOST_IN_BRIEF = 5
# Where nobody in the city has an address.
NOWHERE = "none"


def send_due(now: datetime, city: "City") -> dict[str, int]:
    """Tell what is due at `now`, at most MOST_ROWS alerts of it; how many messages were sent, failed or are ambiguous,
    and how many alerts were void, put off, done, or broken by a fault of ours."""
    run = _Run(now, city)
    run.counts.update(alert_trouble.recover(now))
    busy = {tuple(event) for one in deliveries.opened() for event in one.events or []}
    rows = [row for row in deliveries.due(now, limit=MOST_ROWS) if (row.ticket, row.sk) not in busy]
    # Read by the alarms (infra/alarms.yaml): how long nobody has looked at what is due.
    logs.event("alerts_waiting", job="sla_alerts", count=len(rows), age_minutes=_waited(rows, now))
    until = time.monotonic() + LOOK_SECONDS
    for row in rows:
        if time.monotonic() > until:
            break
        run.look_at(row)
    until = time.monotonic() + SECONDS
    for address in run.addresses.values():
        if time.monotonic() > until:
            break  # the next run goes on
        run.tell(address)
    run.settle()
    run.counts.update(alert_trouble.tell_admin(now, city, run.hours))
    return dict(run.counts)


def _waited(rows: Sequence[AlertRow], now: datetime) -> int:
    """Minutes that the first of these has been due."""
    first = min((str(row.osk).partition("#")[0] for row in rows), default=None)
    return max((now - moment(first)) // timedelta(minutes=1), 0) if first else 0


class _Run:
    """One run's view: cases read once, addresses with what they are to be told."""

    def __init__(self, now: datetime, city: "City") -> None:
        self.now, self.city = now, city
        self.hours = SendingHours(city)
        self.counts: Counter[str] = Counter()
        self.addresses: dict[str, Address] = {}
        self._cases: dict[str, Dossier | None] = {}
        self._clocks: dict[str, list[Clock]] = {}
        """Those of a case that go on."""
        self._wanted: dict[tuple[str, str], tuple[AlertRow, dict[str, datetime | None]]] = {}
        """Each alert with the targets it is for, and when those can be told that cannot now."""
        self._told: set[tuple[str, str, str]] = set()
        self._last: dict[str, datetime | None] = {}
        """When an address had been told last before this run."""
        self._years: set[int] = set()
        """Those whose calendar is missing, and of which the admin has been told."""
        self._held_up: set[int] = set()
        """Those for whose calendar alerts wait."""

    def look_at(self, row: AlertRow) -> None:
        """Whether the alert is still true, for whom it is, and who of them may be told now. One that cannot be judged
        rests, and keeps no other from being told."""
        try:
            self._look_at(row)
        except Exception as error:
            self._broke(error, row)
            for address in self.addresses.values():
                address.drop((row.ticket,))
            self._wanted[row.ticket, row.sk] = (row, {NOWHERE: None})

    def _broke(self, error: Exception, row: AlertRow | None = None) -> None:
        logs.failure("alert_broken", error, job="sla_alerts", ticket=row.ticket if row else None)
        self.counts["broken"] += 1

    def _look_at(self, row: AlertRow) -> None:
        found = self._case(row.ticket)
        reason = "gone" if found is None else self._needless(row, found)
        if reason or found is None:
            self._let_go(row, reason or "gone")
            self.counts["void"] += 1
            return
        data = row.data or {}
        emergency = bool(data.get("emergency"))
        department = found.case.department
        wanted: dict[str, datetime | None] = {}
        for role in (*data["to"], *data.get("also", ())):
            for contact in recipients(self.city, role, department):
                # The hours of whoever is told, which where an address is missing is another than was meant.
                keeps = ADMIN if data["kind"] == alerting.NO_CALENDAR else hours_of(contact)
                awake = emergency or self.hours.may_tell(keeps, department, self.now)
                for channel in delivering.channels(contact, data["by"]):
                    to = delivering.address(contact, channel)
                    target = delivering.target(channel, to)
                    wanted[target] = None if awake else self._opening(keeps, department)
                    if awake and target not in (row.told or ()):
                        self._add(target, contact, channel, to, role, row, found)
        if not wanted:
            wanted[NOWHERE] = None
            if NOWHERE not in (row.told or ()):
                self._nobody(row, department)
        self._wanted[row.ticket, row.sk] = (row, wanted)

    def _let_go(self, row: AlertRow, reason: str) -> None:
        if row.deliveries:  # some have been told
            deliveries.settle(row, "confirmed", now=self.now, reason=reason)
        else:
            alert_store.withdraw(row.ticket, row.sk, reason=reason, statuses=lifecycle.OPEN, now=self.now)

    def tell(self, address: Address) -> None:
        """Send one address its message, unless it rests; a message that cannot be made keeps no other from going."""
        try:
            self._leave_out_changed(address)
            until = self._rests_until(address)
            if until:
                for row in address.rows:
                    self._wanted[row.ticket, row.sk][1][address.target] = until
            elif address.rows:
                self._tell(address)
        except Exception as error:
            self._broke(error)

    def _leave_out_changed(self, address: Address) -> None:
        """Looked at again just before it goes: what somebody has touched meanwhile is judged anew by the next run."""
        known = {row.ticket: self._case(row.ticket) for row in address.rows}
        now = cases.versions(known)
        changed = {ticket for ticket, found in known.items() if not found or now.get(ticket) != int(found.case.version)}
        for row in address.rows:
            if row.ticket in changed:
                self._wanted[row.ticket, row.sk][1][address.target] = self.now
        address.drop(changed)

    def _rests_until(self, address: Address) -> datetime | None:
        """Until when this address has been told enough; None: now."""
        if address.years:
            return self._told_of_years(address.years)
        between = timedelta(minutes=self.city.alerting.at_least_minutes_between)
        if not between or any(due.emergency for due in address.dues):
            return None
        if address.target not in self._last:
            self._last[address.target] = told_marks.last(address.target)
        last = self._last[address.target]
        return last + between if last and last <= self.now < last + between else None

    def _told_of_years(self, years: set[int]) -> datetime | None:
        calendar = self.hours.of()
        day = calendar.date_of(self.now)
        if not all(calendar_years.told(year, day) for year in years):
            return None
        return self.hours.admin_moment(calendar.midnight(day + ONE_DAY))

    def _tell(self, address: Address) -> None:
        # A case is named once, by the clock of it that burns most.
        dues = list({due.found.case.ticket: due for due in sorted(address.dues, key=_least_first)}.values())[::-1]
        identifier = address.identifier
        message = self._missing_calendar(address) if address.years else self._message(address, dues, identifier)
        if message is None:
            return
        delivery = deliveries.new(
            identifier,
            kind="alert",
            role=address.contact.role,
            name=address.contact.name,
            department=address.department,
            channel=address.channel,
            target=address.target,
            summary=message.brief[0],
            tickets=[due.found.case.ticket for due in dues],
            now=self.now,
        )
        if not deliveries.claim(delivery, address.rows, until=delivering.lease()):
            self.counts["elsewhere"] += 1
            return
        outcome = delivering.send(delivery, address.to, message, self.city, last_try=address.last_try)
        self.counts[outcome if outcome != deliveries.VOID else "put_off"] += 1
        if outcome != deliveries.VOID:
            self._told |= {(row.ticket, row.sk, address.target) for row in address.rows}
        if outcome == deliveries.SENT:
            self._years |= address.years
            told_marks.note(address.target, self.now)

    def settle(self) -> None:
        """End the alerts of which everybody has a message; the others wait for their hour, or rest a little."""
        for year in self._years:
            calendar_years.note_told(year, self.hours.of().date_of(self.now))
        calendar_years.needed(self._held_up, self.now)
        for row, wanted in self._wanted.values():
            try:
                self._settle(row, wanted)
            except Exception as error:
                self._broke(error, row)

    def _settle(self, row: AlertRow, wanted: dict[str, datetime | None]) -> None:
        told = row.told or set()
        left = [
            until or self.now + REST
            for target, until in wanted.items()
            if target not in told and (row.ticket, row.sk, target) not in self._told
        ]
        if left:
            deliveries.put_off(row, until=min(left))
            self.counts["waiting"] += 1
        else:
            deliveries.settle(row, "confirmed", now=self.now)
            self.counts["done"] += 1

    def _case(self, ticket: str) -> "Dossier | None":
        if ticket not in self._cases:
            self._cases[ticket] = cases.dossier(ticket)
        return self._cases[ticket]

    def _needless(self, row: AlertRow, found: "Dossier") -> str | None:
        data = row.data or {}
        line = {"at": row.at, "type": row.type, "data": data}
        reason = alerting.needless(line, casework.timeline(found), self.city, self.now, self.hours)
        if reason or data["kind"] == alerting.NO_CALENDAR:
            return reason
        clock = self._clock(found, data["clock"])
        # A warning of a due date that has moved on comes again in its own time.
        moved = clock is None or not clock.due_at or not data.get("due_at") or clock.due_at > moment(data["due_at"])
        return "due later" if moved and data["percent"] < alerting.BREACHED else None

    def _clock(self, found: "Dossier", name: str) -> Clock | None:
        ticket = found.case.ticket
        if ticket not in self._clocks:
            self._clocks[ticket] = going(casework.timeline(found), self.city, self.now, self.hours)
        return next((one for one in reversed(self._clocks[ticket]) if one.name == name), None)

    def _opening(self, role: str, department: str | None) -> datetime:
        if role == ADMIN:
            return self.hours.admin_moment(self.now)
        try:
            return self.hours.telling(role, department).next_working_moment(self.now)
        except NoCalendar as error:
            self._held_up.add(error.year)  # not in silence: the admin hears of it
            return self.now + HELD_UP

    def _add(
        self, target: str, contact: "Contact", channel: str, to: str, role: str, row: AlertRow, found: "Dossier"
    ) -> None:
        data = row.data or {}
        year = data.get("year") if data["kind"] == alerting.NO_CALENDAR else None
        clock = None if year else self._clock(found, data["clock"])
        department = found.case.department if contact.role in (*OF_A_DEPARTMENT, DEPARTMENT) else None
        # One address may serve several departments; a message is of one, as its links are.
        # What has been tried in vain for long does not take what is new with it.
        since = row.tried_since(target)
        last_try = since is not None and moment(since) <= self.now - PATIENCE
        name = f"{target} {department or ''} {'calendar' if year else ''} {last_try}"
        address = self.addresses.setdefault(name, Address(contact, channel, to, department, last_try=last_try))
        address.roles.add(role)
        if (row.ticket, row.sk) not in {(one.ticket, one.sk) for one in address.rows}:
            address.rows.append(row)
            if year:
                address.years.add(int(year))
            elif clock is not None:
                address.dues.append(Due(found, clock, int(data["percent"]), bool(data.get("emergency"))))

    def _message(self, address: Address, dues: list[Due], identifier: str) -> Message | None:
        """Of all these cases but those that cannot be described: they are taken out, here and of the address."""
        lines: list[pages.CaseLine] = []
        for due in list(dues):
            if len(lines) == self.city.alerting.most_per_message:
                break
            try:
                link, acts = self._link(address, due, identifier)
                lines.append(alert_cases.line(due, self.city, self.hours, self.now, link=link, acts=acts))
            except Exception as error:
                row = next(one for one in address.rows if one.ticket == due.found.case.ticket)
                self._broke(error, row)
                dues.remove(due)
                address.drop((row.ticket,))
        if not lines:
            return None
        verdict = alert_cases.verdict(dues, self.now)
        mail = pages.AlertMail(
            city=self.city.name,
            recipient=address.contact.name,
            verdict=verdict,
            cases=lines,
            more=len(dues) - len(lines),
            sent=f"Dikirim {alert_cases.moment(self.now, dues[0].clock, self.now)}.",
        )
        tickets = [f"{one.ticket} ({one.verdict[:1].lower()}{one.verdict[1:]})" for one in lines[:MOST_IN_BRIEF]]
        if len(dues) > len(tickets):
            tickets.append(f"dan {len(dues) - len(tickets)} lainnya")
        if len(dues) > 1:
            tickets[-1] += "; tautan ini untuk satu aduan, yang lain lewat perintah aduan antre"
        link = next((one.link for one in lines if one.link), None) or "lihat surel atau perintah aduan antre"
        return Message(pages.alert(mail), (verdict, ", ".join(tickets), link))

    def _link(self, address: Address, due: Due, identifier: str) -> tuple[str | None, tuple[str, ...]]:
        role, base, department = address.acts_as, settings().public_url, address.department
        if role is None or not base or department is None:
            return None, ()
        token = links.make(
            SECRETS.get(links.SECRET),
            delivery=identifier,
            ticket=due.found.case.ticket,
            clock=due.clock.name,
            round_=due.clock.round,
            role=role,
            department=department,
            now=self.now,
            hours=self.city.alerting.link_hours,
        )
        return f"{base}/tindak/{token}", alert_cases.possible(due, role)

    def _missing_calendar(self, address: Address) -> Message:
        tickets = list(dict.fromkeys(row.ticket for row in address.rows))
        verdict, years = calendar_years.verdict(address.years), calendar_years.listed(address.years)
        lines = [
            f"Tenggat {len(tickets)} aduan tidak dapat dihitung, jadi tidak ada yang diperingatkan. "
            f"{calendar_years.mend(address.years)}",
            f"Aduan: {', '.join(tickets[: self.city.alerting.most_per_message])}.",
        ]
        mail = pages.notice(
            pages.NoticeMail(city=self.city.name, recipient=address.contact.name, verdict=verdict, lines=lines)
        )
        return Message(mail, (verdict, ", ".join(tickets[:MOST_IN_BRIEF]), f"perintah aduan kota libur isi {years}"))

    def _nobody(self, row: AlertRow, department: str | None) -> None:
        """Nobody in the city has an address: that is a failure like any other, and is kept as one."""
        roles = ", ".join((row.data or {})["to"])
        delivery = deliveries.new(
            token_hex(8),
            kind="alert",
            role=roles,
            name=None,
            department=department,
            channel=NOWHERE,
            target=NOWHERE,
            summary="",
            tickets=[row.ticket],
            now=self.now,
        )
        if deliveries.claim(delivery, [row], until=delivering.lease()):
            deliveries.fail(delivery, deliveries.FAILED, reason=f"no address for {roles}", now=self.now)
            self.counts[deliveries.FAILED] += 1
            self._told.add((row.ticket, row.sk, NOWHERE))


def _least_first(due: Due) -> tuple[bool, float]:
    emergency_last, since = due.order
    return (not emergency_last, -since.timestamp())
