"""Who hears of what was done with a case: its reporter, and the reporters of every case merged into it."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from chalicelib import logs
from chalicelib.complaints.erasure import GONE
from chalicelib.complaints.redaction import redact, redact_place
from chalicelib.desk import hiding
from chalicelib.store import cases, outbox, queues
from chalicelib.store import casework as store
from chalicelib.store.casework import Line
from chalicelib.store.items import FOLLOWERS, Row
from chalicelib.store.tables import Case, OutboxRow

# The kind of notice (replies.TEXTS) for what is done; everything else is between officials.
NOTICES = {"wait": "asked", "respond": "responded", "close": "closed", "reject": "rejected", "merge": "merged"}
# An outcome that is also told to those whose own cases follow this one.
OUTCOMES = ("responded", "closed", "rejected")

# WhatsApp takes free text for 24 hours after the citizen's last message; later only templates, which cost.
WINDOW = timedelta(hours=24)


def notice(case: Case, action: str) -> dict[str, Any] | None:
    """How the case's reporter is told of an action, None where he is not: `{kind, channel, account, to}`.

    What he is told is the action's own data; the line of the timeline that holds it is the outbox row.
    """
    kind = NOTICES.get(action)
    if kind is None or not case.contact:
        return None  # between officials; or he called, or came to the counter
    return {"kind": kind, **case.contact}


def of_followers(case: Case, action: str, data: Mapping[str, Any], identifier: str) -> list[Row]:
    """The row that tells the reporters of every case merged into this one. `identifier`: unique within the case."""
    kind = NOTICES.get(action)
    if kind not in OUTCOMES or not case.supporters:
        return []
    what = {"kind": FOLLOWERS, "about": kind, "text": data.get("text"), "reason": data.get("reason")}
    return [Row("notice", f"{identifier}-{FOLLOWERS}", what)]


def window_open(last_message_at: str, now: datetime) -> bool:
    """Whether a free text may still be sent to a citizen who last wrote at this time."""
    return now - datetime.fromisoformat(last_message_at) < WINDOW


def spread(ticket: str, row: OutboxRow, now: datetime) -> None:
    """Give every case that follows this one a notice of its own. Done twice, it does nothing twice."""
    while True:
        after = (row.result or {}).get("after")
        found, more = store.followers(ticket, after)
        told = {case.ticket: _told(case, ticket, row) for case in store.cases(one.ticket for one in found)}
        if not store.spread(row, told, more, now):
            return
        for follower, made in told.items():
            queues.announce(follower, queues.keys(made))
        if more is None:
            return


def keys(made: Sequence[Row], lines: Sequence[Line]) -> dict[str, list[str]]:
    """What the workers must know of new rows, and of lines that are rows: sort keys by destination."""
    found = queues.keys(made)
    for line in lines:
        if line.notice:
            found.setdefault("notice", []).append(line.key)
    return found


def refuse_late(row: OutboxRow, case: Case, now: datetime) -> bool:
    """Whether a notice came too late to be sent; then the row says so and waits for a person."""
    if window_open(case.last_message_at, now):
        return False
    outbox.refuse(row, reason="window closed", now=now)
    logs.event("reply_refused", ticket=case.ticket, reason="window closed")
    return True


def answer_text(payload: Mapping[str, Any]) -> str | None:
    """What an official answered, for a notice that says it; None when it was erased since. A notice of another's case
    only points at the row that holds it (`_told`): what it says is for him alone, and told to others without people."""
    origin = payload.get("origin")
    if origin is None:
        said = payload.get("text")
        return None if said == GONE else said
    found = cases.dossier(origin["ticket"])
    row = next((one for one in found.rows if one.sk == origin["row"]), None) if found else None
    said = (row.payload or {}).get("text") if row else None
    if found is None or said in (None, GONE):
        return None
    names = hiding.names_of(found.case.reporter, [message.text for message in found.messages])
    # An official writes "rumah Ibu di Gang Buntu 7" where the reporter says "rumah saya": no house number is told.
    return redact_place(redact(said, names), names)


def _told(case: Case, ticket: str, row: OutboxRow) -> list[Row]:
    payload, identifier = row.payload, row.sk.rpartition("#")[2].removesuffix(f"-{FOLLOWERS}")
    # The answer may name whom it was written to. It stays in his case, where an erasure finds it.
    origin = payload.get("origin") or {"ticket": ticket, "row": row.sk}
    what = {"reason": payload.get("reason"), "origin": origin}
    made = []
    if case.contact:  # else he called, or came to the counter
        made.append(Row("notice", identifier, {"kind": f"joined_{payload['about']}", **what, **case.contact}))
    if case.supporters:
        # Whoever follows this one was merged before it was.
        follow = {"kind": FOLLOWERS, "about": payload["about"], **what}
        made.append(Row("notice", f"{identifier}-{FOLLOWERS}", follow))
    return made
