"""What went wrong with messages to officials, and telling the admin of it: once for each, in his own hours. Years that
are missing in the calendar are told in the same way, in a mail of their own."""

import logging
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from chalicelib import logs
from chalicelib.channels.errors import Ambiguous, DeliveryError, Rejected, Retryable
from chalicelib.complaints.calendar import known_years
from chalicelib.complaints.recipients import ADMIN, COORDINATOR, recipients
from chalicelib.complaints.sending_hours import SendingHours
from chalicelib.desk import calendar_years, delivering, worker
from chalicelib.desk.alert_cases import ROLES
from chalicelib.desk.delivering import Message
from chalicelib.pages import mail as pages
from chalicelib.settings import settings
from chalicelib.store import admin_notices, deliveries, job_marks
from chalicelib.store.deliveries import Delivery
from chalicelib.store.keys import iso

if TYPE_CHECKING:
    from chalicelib.complaints.city import City
    from chalicelib.complaints.city_alerts import Contact

# Sentences in one message to the admin.
MOST_LINES = 20
REST = timedelta(minutes=30)
# Who reads the logs hears of it when nobody could be reached for so long.
PATIENCE = timedelta(hours=1)
# The job by whose mark unheard-of mails are looked for once a day; what is normal; and weekends and holidays.
UNHEARD = "undelivered"
DELIVERED_WITHIN = timedelta(hours=24)
LOOK_BACK = timedelta(days=8)
STATES = {
    deliveries.FAILED: "tidak dapat dikirim",
    deliveries.BOUNCED: "dikirim tetapi ditolak penerima",
    deliveries.AMBIGUOUS: "tidak diketahui sampai atau tidak, dan tidak dikirim ulang",
}
CHANNELS = {"email": "Surel", "whatsapp": "Pesan WhatsApp", "none": "Peringatan"}


def recover(now: datetime) -> dict[str, int]:
    """Deal with messages whose sender died: one that had not begun is given back, one that had is ambiguous."""
    counts: Counter[str] = Counter()
    real = iso(worker.clock())
    for one in deliveries.opened():
        if (one.osk or "") >= real:
            continue
        try:
            counts[_recovered(one, now)] += 1
        except Exception as error:
            # One message must not keep all others from being dealt with.
            logs.failure("recovery_failed", error, job="sla_alerts", kind=one.kind)
            counts["broken"] += 1
    return dict(counts)


def _recovered(one: Delivery, now: datetime) -> str:
    if one.state == deliveries.CLAIMING:
        deliveries.release(one, reason="its sender died before it began")
        return "given_back"
    if not deliveries.fail(one, deliveries.AMBIGUOUS, reason="its sender died", now=now):
        return "elsewhere"
    # Of one to the admin nobody else is told: infra/alarms.yaml listens.
    name, level = ("admin_not_told", logs.ERROR) if one.kind == ADMIN else ("alert_not_sent", logging.INFO)
    logs.event(name, level=level, channel=one.channel, kind=one.kind, outcome=deliveries.AMBIGUOUS)
    return deliveries.AMBIGUOUS


def tell_admin(now: datetime, city: "City", hours: SendingHours) -> dict[str, int]:
    """Tell the admin of messages that went wrong and of missing years; how many were told, put off, or could not be."""
    if hours.admin_moment(now) != now:
        return {}
    counts: Counter[str] = Counter()
    try:
        _note_unheard_of(now, hours)
    except Exception as error:
        logs.failure("unheard_of_not_noted", error, job="sla_alerts")
        counts["broken"] += 1
    try:
        calendar_years.note(now, city, hours)
    except Exception as error:
        logs.failure("missing_year_not_noted", error, job="sla_alerts")
        counts["broken"] += 1
    waiting = _still_true(admin_notices.pending(now, limit=MOST_LINES), city)
    for kind in dict.fromkeys(_kind(one) for one in waiting):
        counts.update(_tell([one for one in waiting if _kind(one) == kind], kind[0], now, city))
    return dict(counts)


def _kind(one: Delivery) -> tuple[frozenset[str], bool]:
    """What goes into one mail: lines that avoid the same addresses, of missing years or of messages."""
    return frozenset(one.avoid or ()), calendar_years.year_of(one) is not None


def _still_true(waiting: Sequence[Delivery], city: "City") -> list[Delivery]:
    """These lines without those about a year that somebody has entered meanwhile: they are given up."""
    known = known_years(city.holidays)
    done = [one for one in waiting if calendar_years.year_of(one) in known]
    for one in admin_notices.take(done, until=delivering.lease()):
        deliveries.release(one, reason="calendar known")
    return [one for one in waiting if one not in done]


def _tell(waiting: Sequence[Delivery], avoided: frozenset[str], now: datetime, city: "City") -> dict[str, int]:
    """One mail with these lines, by the first way that takes it."""
    about = {one.id: deliveries.get(one.about) if one.about else None for one in waiting}
    wrong = {str(one.target) for one in about.values() if one is not None}
    ways = _ways(city, wrong, avoided)
    if not ways and not avoided:
        # It stays, for the day the city has an address.
        logs.event("admin_not_told", count=len(waiting), reason="no address", level=logs.ERROR)
        return {"admin_not_told": len(waiting)}
    mine = admin_notices.take(waiting, until=delivering.lease())
    if not mine:
        return {}
    lines = [_sentence(one, about[one.id]) for one in mine]
    tickets = ", ".join(dict.fromkeys(ticket for one in mine for ticket in one.tickets or []))
    years = {year for one in mine if (year := calendar_years.year_of(one))}
    verdict = calendar_years.verdict(years) if years else f"{len(mine)} peringatan tidak sampai"
    where = f"perintah aduan kota libur isi {calendar_years.listed(years)}" if years else "perintah aduan peringatan"
    error: DeliveryError = Rejected("no other address")
    for contact, channel in ways:
        mail = pages.notice(pages.NoticeMail(city=city.name, recipient=contact.name, verdict=verdict, lines=lines))
        message = Message(mail, (verdict, tickets or "-", where))
        to = delivering.address(contact, channel)
        admin_notices.address(mine, channel=channel, target=delivering.target(channel, to))
        try:
            provider_id = delivering.hand_over(channel, to, message, mine[0].id, city)
        except (Retryable, Rejected) as refusal:
            # It was certainly not sent: the next way may work, such as WhatsApp where no mail goes out at all.
            error = refusal if isinstance(refusal, Retryable) or not isinstance(error, Retryable) else error
        except Ambiguous as lost:
            error = lost
            break
        else:
            # The first one last: the mail's number is its.
            for one in reversed(mine):
                deliveries.finish(one, provider_id=provider_id, now=worker.clock())
            return {"admin": len(mine)}
    return _not_told(mine, error, now)


def _not_told(mine: Sequence[Delivery], error: DeliveryError, now: datetime) -> dict[str, int]:
    if isinstance(error, Retryable):
        for one in mine:
            admin_notices.give_back(one, until=now + REST, now=now)
        if all((one.tried_at or iso(now)) > iso(now - PATIENCE) for one in mine):
            return {"put_off": 1}
    else:
        state = deliveries.FAILED if isinstance(error, Rejected) else deliveries.AMBIGUOUS
        for one in mine:
            deliveries.fail(one, state, reason=str(error), now=now)
    # Nobody is left to be told but who reads the logs: infra/alarms.yaml listens.
    logs.event("admin_not_told", count=len(mine), reason=type(error).__name__, level=logs.ERROR)
    return {"admin_not_told": len(mine)}


def _ways(city: "City", wrong: set[str], avoided: frozenset[str]) -> list[tuple["Contact", str]]:
    """The admin, then whoever coordinates, by mail and then by WhatsApp; an address that did not work before last."""
    found = {
        delivering.target(channel, delivering.address(contact, channel)): (contact, channel)
        for role in (ADMIN, COORDINATOR)
        for contact in recipients(city, role, None)
        for channel in delivering.channels(contact, (delivering.EMAIL, delivering.WHATSAPP))
    }
    return [found[target] for target in sorted(found, key=lambda one: one in wrong) if target not in avoided]


def _note_unheard_of(now: datetime, hours: SendingHours) -> None:
    """Once a working day: mails of which nothing has been heard since they were handed over, in one line. Only where
    the stage has the provider say what becomes of mails."""
    day = hours.of().date_of(now).isoformat()
    if not settings().alert_configuration or job_marks.done(UNHEARD, day):
        return
    found = admin_notices.undelivered(now - LOOK_BACK, now - DELIVERED_WITHIN)
    if found:
        who = Counter(one.name or ROLES.get(one.role, one.role) for one in found)
        named = ", ".join(f"{name} ({count})" for name, count in who.most_common(MOST_LINES))
        said = f"{len(found)} surel belum diketahui sampai setelah 24 jam: kepada {named}."
        admin_notices.note_undelivered(found, said, name=f"{UNHEARD}-{day}", now=now)
    job_marks.note(UNHEARD, day)


def _sentence(one: Delivery, about: Delivery | None) -> str:
    tickets = ", ".join((one.tickets or [])[:5]) or "tanpa nomor tiket"
    if calendar_years.year_of(one):
        return str(one.summary)
    if about is None and one.summary:
        return f"{one.summary} Aduan: {tickets}."
    if about is None:
        return f"Sebuah peringatan bermasalah ({one.reason}). Aduan: {tickets}."
    what = CHANNELS.get(about.channel, about.channel)
    who = about.name or ", ".join(ROLES.get(role, role) for role in about.role.split(", "))
    return f"{what} kepada {who} {STATES.get(about.state, about.state)} ({about.reason}). Aduan: {tickets}."
