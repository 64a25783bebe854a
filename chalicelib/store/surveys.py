"""Survey answers: one line of the timeline for each case and element, under a key that only the first can take.

No transaction: each write can be repeated. The line is put first, under the condition that there is none; whoever dies
before the rest is done has not answered his caller, and the repetition finds the line and does the rest.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from chalicelib.complaints.facts import SURVEY
from chalicelib.store.conditional import save, update
from chalicelib.store.items import shard
from chalicelib.store.keys import case_key, iso
from chalicelib.store.tables import META, Case, Event, LedgerShard

# In the place of a time: one line for each element, whenever it is answered.
PLACE = "survey"


@dataclass(frozen=True, slots=True)
class Known:
    """The element was answered before, by the message of this digest if it was a chat's."""

    message: str | None


def keep(
    ticket: str, element: str, score: int, *, by: str, actor: str, message: str | None, now: datetime
) -> Known | None:
    """Keep an answer; Known where there is one, which stands."""
    data: dict[str, Any] = {"element": element, "score": score, "by": by}
    if message:
        data["message"] = message
    key, sort_key = case_key(ticket), f"EVT#{PLACE}#{element}"
    event = Event(pk=key, sk=sort_key, type=SURVEY, at=iso(now), actor=actor, data=data)
    if save(event, Event.pk.does_not_exist()):
        return None
    there = Event.get(key, sort_key, consistent_read=True)
    # botocore repeats a call whose answer was lost; then the condition fails although the line is ours. A chat's
    # message tells so by itself.
    ours = message is None and there.data == data and there.at == iso(now)
    return None if ours else Known((there.data or {}).get("message"))


def answered(ticket: str, element: str) -> bool:
    """Whether there is an answer."""
    try:
        Event.get(case_key(ticket), f"EVT#{PLACE}#{element}")
    except Event.DoesNotExist:
        return False
    return True


def touch(ticket: str, now: datetime, last: date | None = None) -> None:
    """Note that the case has something new for those who read by day. `last`: the day it was last touched, as far as
    the caller knows; on that day they find it anyway."""
    day = iso(now)[:10]
    if last is not None and last.isoformat() == day:
        return
    update(
        Case(pk=case_key(ticket), sk=META),
        [Case.updated_at.set(iso(now)), Case.updated_on.set(day)],
        Case.pk.exists() & (Case.updated_at < iso(now)),
    )


def count_tap(message_id: str) -> None:
    """Count a tap in the ledger: accepted, and no part of a case."""
    LedgerShard(pk=shard(message_id)).update(actions=[LedgerShard.accepted.add(1), LedgerShard.control.add(1)])
