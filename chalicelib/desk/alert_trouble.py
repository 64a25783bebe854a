"""What went wrong with messages to officials, and telling the admin of it: once for each, in his own hours."""

import logging
from collections import Counter
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from chalicelib import logs
from chalicelib.channels.errors import Ambiguous, Rejected, Retryable
from chalicelib.complaints.recipients import ADMIN, COORDINATOR, recipients
from chalicelib.complaints.sending_hours import SendingHours
from chalicelib.desk import delivering, worker
from chalicelib.desk.alert_cases import ROLES
from chalicelib.desk.delivering import Message
from chalicelib.pages import mail as pages
from chalicelib.store import deliveries
from chalicelib.store.deliveries import Delivery
from chalicelib.store.keys import iso

if TYPE_CHECKING:
    from chalicelib.complaints.city import City
    from chalicelib.complaints.city_alerts import Contact

# Sentences in one message to the admin.
MOST_LINES = 20
REST = timedelta(minutes=30)
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
        if one.state == deliveries.CLAIMING:
            deliveries.release(one, reason="its sender died before it began")
            counts["given_back"] += 1
        elif deliveries.fail(one, deliveries.AMBIGUOUS, reason="its sender died", now=now):
            # Of one to the admin nobody else is told: infra/alarms.yaml listens.
            name, level = ("admin_not_told", logs.ERROR) if one.kind == ADMIN else ("alert_not_sent", logging.INFO)
            logs.event(name, level=level, channel=one.channel, kind=one.kind, outcome=deliveries.AMBIGUOUS)
            counts[deliveries.AMBIGUOUS] += 1
    return dict(counts)


def tell_admin(now: datetime, city: "City", hours: SendingHours) -> dict[str, int]:
    """Tell the admin of messages that went wrong; how many were told, or could not be."""
    waiting = deliveries.pending(now, limit=MOST_LINES)
    if not waiting or hours.admin_moment(now) != now:
        return {}
    about = {one.id: deliveries.get(one.about) if one.about else None for one in waiting}
    wrong = {str(one.target) for one in about.values() if one is not None}
    reachable = _reachable(city, wrong)
    if reachable is None:
        logs.event("admin_not_told", count=len(waiting), reason="no address", level=logs.ERROR)
        return {"admin_not_told": len(waiting)}
    contact, channel = reachable
    mine = deliveries.take_pending(waiting, until=delivering.lease())
    if not mine:
        return {}
    lines = [_sentence(one, about[one.id]) for one in mine]
    verdict = f"{len(mine)} peringatan tidak sampai"
    mail = pages.notice(pages.NoticeMail(city=city.name, recipient=contact.name, verdict=verdict, lines=lines))
    tickets = ", ".join(dict.fromkeys(ticket for one in mine for ticket in one.tickets or []))
    message = Message(mail, (verdict, tickets or "-", "perintah aduan peringatan"))
    try:
        to = delivering.address(contact, channel)
        provider_id = delivering.hand_over(channel, to, message, mine[0].id, city)
    except Retryable:
        for one in mine:
            deliveries.return_pending(one, until=now + REST)
        return {"put_off": 1}
    except (Rejected, Ambiguous) as error:
        state = deliveries.FAILED if isinstance(error, Rejected) else deliveries.AMBIGUOUS
        for one in mine:
            deliveries.fail(one, state, reason=str(error), now=now)
        # Nobody is left to be told but who reads the logs: infra/alarms.yaml listens.
        logs.event("admin_not_told", count=len(mine), reason=type(error).__name__, level=logs.ERROR)
        return {"admin_not_told": len(mine)}
    for one in mine:
        deliveries.finish(one, provider_id=provider_id, now=worker.clock())
    return {"admin": len(mine)}


def _reachable(city: "City", wrong: set[str]) -> tuple["Contact", str] | None:
    """The admin, through an address that is not the one that did not work; else whoever coordinates."""
    found = [
        (contact, channel)
        for role in (ADMIN, COORDINATOR)
        for contact in recipients(city, role, None)
        for channel in delivering.channels(contact, (delivering.EMAIL,))
    ]
    other = [one for one in found if delivering.target(one[1], delivering.address(*one)) not in wrong]
    return next(iter(other or found), None)


def _sentence(one: Delivery, about: Delivery | None) -> str:
    tickets = ", ".join((one.tickets or [])[:5]) or "tanpa nomor tiket"
    if about is None:
        return f"Sebuah peringatan bermasalah ({one.reason}). Aduan: {tickets}."
    what = CHANNELS.get(about.channel, about.channel)
    who = about.name or ", ".join(ROLES.get(role, role) for role in about.role.split(", "))
    return f"{what} kepada {who} {STATES.get(about.state, about.state)} ({about.reason}). Aduan: {tickets}."
