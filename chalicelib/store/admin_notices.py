"""What the admin must still hear of: lines that wait (`delivery#waiting`), taken together into one mail.

The mail carries the id of its first line, which knows the others (`along`): what becomes of it becomes of all of them.
"""

from collections.abc import Sequence
from datetime import datetime

from pynamodb.expressions.update import Action

from chalicelib.store.conditional import save, update
from chalicelib.store.deliveries import (
    ADMIN,
    ALERTS,
    OPEN,
    PENDING,
    SENDING,
    SENT,
    WAITING,
    Delivery,
    for_admin,
    whole,
)
from chalicelib.store.keys import iso


def pending(now: datetime, *, limit: int) -> list[Delivery]:
    """The lines that wait at `now`, the longest waiting first."""
    found = Delivery.by_outbox.query(PENDING, Delivery.osk < f"{iso(now)}~", limit=limit)
    return list(whole(found, Delivery))


def take(found: Sequence[Delivery], *, until: datetime) -> list[Delivery]:
    """Of these, those that were still to be told, now ours until `until`."""
    return [
        one
        for one in found
        if update(
            one,
            [Delivery.state.set(SENDING), Delivery.opk.set(OPEN), Delivery.osk.set(f"{iso(until)}#{one.id}")],
            Delivery.state == WAITING,
        )
    ]


def address(mine: Sequence[Delivery], *, channel: str, target: str) -> None:
    """Note where these lines go, as one mail, before they go."""
    along = [one.id for one in mine[1:]]
    for number, one in enumerate(mine):
        actions: list[Action] = [Delivery.channel.set(channel), Delivery.target.set(target)]
        actions.append(Delivery.along.set([] if number else along))
        update(one, actions, Delivery.state == SENDING)


def give_back(one: Delivery, *, until: datetime, now: datetime) -> None:
    """It was certainly not sent; the admin is told later."""
    update(
        one,
        [
            Delivery.state.set(WAITING),
            Delivery.tried_at.set(one.tried_at or iso(now)),
            Delivery.opk.set(PENDING),
            Delivery.osk.set(f"{iso(until)}#{one.id}"),
        ],
        Delivery.state == SENDING,
    )


def undelivered(since: datetime, until: datetime) -> list[Delivery]:
    """Mails handed over from `since` to `until` of which nothing has been heard, and the admin has not either."""
    found = Delivery.by_received.query(ALERTS, Delivery.lsk.between(iso(since), iso(until)))
    return [
        one
        for one in whole(found, Delivery)
        if one.state == SENT and one.channel == "email" and one.kind != ADMIN and not one.reason
    ]


def note_undelivered(found: Sequence[Delivery], summary: str, *, name: str, now: datetime) -> None:
    """One line for the admin about all of these, once for each of them."""
    tickets = list(dict.fromkeys(ticket for one in found for ticket in one.tickets or []))
    line = for_admin(name, tickets, now)
    line.summary = summary
    save(line, Delivery.pk.does_not_exist())  # else a run that died here wrote it
    for one in found:
        update(one, [Delivery.reason.set("no delivery notice")], Delivery.state == SENT)
