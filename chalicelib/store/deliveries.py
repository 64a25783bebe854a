"""Proof of what officials were told: one item for each message, from the claim before it is sent to its last receipt.

    claiming ──▶ sending ──▶ sent ──▶ delivered ──▶ read
        │           ├──▶ failed · bounced                     final; the admin is told
        ▼           ├──▶ ambiguous                            its sender died: not sent again, the admin is told
      void ◀────────┘    (certainly not sent: put off, and tried again under the same id; a receipt lifts it to `sent`)

A claim is one transaction: the delivery, and on each alert (a line of the timeline) that its recipient has been taken
care of. So no two runs send one alert to one address, and one that died leaves what it was about. Leases are in real
time, whatever day a job is run for. Addresses are in the city's configuration only, never here.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from pynamodb.attributes import JSONAttribute, NumberAttribute, UnicodeAttribute, UnicodeSetAttribute
from pynamodb.exceptions import PynamoDBException
from pynamodb.expressions.update import Action
from pynamodb.transactions import TransactWrite

from chalicelib.store.aws import SHARED
from chalicelib.store.conditional import committed, update
from chalicelib.store.keys import case_key, iso
from chalicelib.store.tables import META, ComplaintsItem, ControlItem
from chalicelib.store.transaction import StoreUnavailable

ALERTS = "ALERT"
OPEN, PENDING = "delivery#open", "delivery#waiting"
DUE = "alert#waiting"

CLAIMING, SENDING, VOID = "claiming", "sending", "void"
WAITING, SENT, DELIVERED, READ = "waiting", "sent", "delivered", "read"
FAILED, BOUNCED, AMBIGUOUS = "failed", "bounced", "ambiguous"
# A receipt only ever leads upwards: they come in any order, and twice. What is final says more than any of them.
RANKS = {SENDING: 0, AMBIGUOUS: 0, SENT: 1, DELIVERED: 2, READ: 3, FAILED: 9, BOUNCED: 9}
TROUBLE = (FAILED, BOUNCED, AMBIGUOUS)
STATES = (WAITING, CLAIMING, SENDING, SENT, DELIVERED, READ, *TROUBLE, VOID)
ADMIN = "admin"

# A transaction holds a hundred items; the delivery is one of them.
ROWS_AT_ONCE = 90
# Receipts come within days; a month leaves room.
SENT_FOR = timedelta(days=30)


class AlertRow(ComplaintsItem):
    """A line of the timeline that is an alert, as its sender sees it: `C#<ticket>` / `EVT#<at>#<id>`."""

    opk = UnicodeAttribute(null=True)
    osk = UnicodeAttribute(null=True)
    type = UnicodeAttribute()
    at = UnicodeAttribute()
    data = JSONAttribute(null=True)
    state = UnicodeAttribute(null=True)
    told = UnicodeSetAttribute(null=True)  # the targets (channel and a digest of the address) that are taken care of
    deliveries = UnicodeSetAttribute(null=True)  # in which messages
    tried = UnicodeSetAttribute(null=True)  # "<target> <when>": could certainly not be sent there then
    confirmed_at = UnicodeAttribute(null=True)
    last_error = UnicodeAttribute(null=True)

    @property
    def ticket(self) -> str:
        """The case's number."""
        return self.pk.removeprefix("C#")

    def tried_since(self, target: str) -> str | None:
        """When it was first tried in vain to send it there (a time as stored); None: it has not been."""
        mine = (one.partition(" ") for one in self.tried or ())
        return min((at for where, _, at in mine if where == target), default=None)


class Delivery(ComplaintsItem):
    """One message to one office: `ALERT#<id>` / `META`."""

    sk = UnicodeAttribute(range_key=True, default=META)
    lpk = UnicodeAttribute(default=ALERTS)
    lsk = UnicodeAttribute()
    # `ALERT#<department>`: its index gives a department's messages, and no list of cases knows such a department.
    department = UnicodeAttribute(null=True)
    opk = UnicodeAttribute(null=True)
    osk = UnicodeAttribute(null=True)
    id = UnicodeAttribute()
    at = UnicodeAttribute()
    kind = UnicodeAttribute()  # alert, digest, weekly, admin
    role = UnicodeAttribute()
    name = UnicodeAttribute(null=True)  # of the office
    channel = UnicodeAttribute()
    target = UnicodeAttribute(null=True)
    state = UnicodeAttribute()
    rank = NumberAttribute(default=0)
    provider_id = UnicodeAttribute(null=True)
    summary = UnicodeAttribute(null=True)  # the verdict, as it was sent
    tickets = JSONAttribute(null=True)
    events = JSONAttribute(null=True)  # [[ticket, sk], …]: the alerts in it
    receipts = JSONAttribute(null=True)  # {state: when}
    acted = UnicodeSetAttribute(null=True)  # "<ticket> <action>", through its links
    about = UnicodeAttribute(null=True)  # of an admin's: the delivery that went wrong
    along = JSONAttribute(null=True)  # of an admin's: the ids of the other lines of its mail, which share its fate
    avoid = UnicodeSetAttribute(null=True)  # of an admin's: the address that did not take it
    tried_at = UnicodeAttribute(null=True)  # of an admin's: since when nobody can be reached
    reason = UnicodeAttribute(null=True)


class Sent(ControlItem):
    """`SENT#<provider's message id>`: whose receipt it is, where the receipt does not say so itself."""

    delivery = UnicodeAttribute()
    expires_at = NumberAttribute()


def key(identifier: str) -> str:
    """The partition key of a delivery."""
    return f"ALERT#{identifier}"


def new(
    identifier: str,
    *,
    kind: str,
    role: str,
    name: str | None,
    department: str | None,
    channel: str,
    target: str,
    summary: str,
    tickets: Sequence[str],
    now: datetime,
) -> Delivery:
    """A delivery to be claimed. `now`: the moment it stands for, which of a job is not the clock's."""
    at = iso(now)
    return Delivery(
        pk=key(identifier),
        lsk=f"{at}#{identifier}",
        id=identifier,
        at=at,
        kind=kind,
        role=role,
        name=name,
        department=f"ALERT#{department}" if department else None,
        channel=channel,
        target=target,
        summary=summary,
        tickets=list(tickets),
        events=[],
        state=CLAIMING,
    )


def for_admin(identifier: str, tickets: list[str] | None, now: datetime) -> Delivery:
    """A line that waits for the admin's next mail (store/admin_notices.py); the caller says in it what happened."""
    at = iso(now)
    place = f"{at}#{identifier}"
    return Delivery(
        pk=key(identifier),
        lsk=place,
        opk=PENDING,
        osk=place,
        id=identifier,
        at=at,
        kind=ADMIN,
        role=ADMIN,
        channel="email",
        state=WAITING,
        tickets=tickets,
    )


def claim(delivery: Delivery, rows: Sequence[AlertRow], *, until: datetime) -> bool:
    """Take the alerts for this message; True: it is `sending`, and ours until `until`. False: another run was faster
    with one of them (what had been taken is given back), or a message of this id is there already."""
    delivery.opk, delivery.osk = OPEN, f"{iso(until)}#{delivery.id}"
    parts = [rows[at : at + ROWS_AT_ONCE] for at in range(0, len(rows), ROWS_AT_ONCE)] or [[]]
    for number, part in enumerate(parts):
        last = number == len(parts) - 1
        events = [*(delivery.events or []), *([row.ticket, row.sk] for row in part)]
        state = SENDING if last else CLAIMING
        transaction = TransactWrite(connection=SHARED)
        if number == 0:
            delivery.state, delivery.events = state, events
            # One of this name that was put off may be tried again.
            transaction.save(delivery, condition=Delivery.pk.does_not_exist() | (Delivery.state == VOID))
        else:
            transaction.update(
                delivery,
                actions=[Delivery.state.set(state), Delivery.events.set(events)],
                condition=Delivery.state == CLAIMING,
            )
        for row in part:
            transaction.update(
                row,
                actions=[AlertRow.told.add({delivery.target}), AlertRow.deliveries.add({delivery.id})],
                condition=(AlertRow.state == WAITING) & ~AlertRow.told.contains(delivery.target),
            )
        if not committed(transaction):
            if number:
                release(delivery, reason="another run was faster")
            return False
        delivery.state, delivery.events = state, events
    return True


def finish(delivery: Delivery, *, provider_id: str, now: datetime) -> bool:
    """It was handed to the provider, who calls it `provider_id`. `now`: real time."""
    transaction = TransactWrite(connection=SHARED)
    transaction.update(
        delivery,
        actions=_ended(SENT, Delivery.provider_id.set(provider_id)),
        condition=Delivery.state == SENDING,
    )
    expires_at = int((now + SENT_FOR).timestamp())
    transaction.save(Sent(sent_key(provider_id), delivery=delivery.id, expires_at=expires_at))
    if committed(transaction):
        return True
    # A receipt came before: it says more. What is left is to know the message by its number.
    update(delivery, [Delivery.provider_id.set(provider_id)], Delivery.pk.exists())
    return False


def release(delivery: Delivery, *, reason: str, tried: bool = False) -> None:
    """It was certainly not sent: its alerts are free for another message. `tried`: its provider was asked in vain,
    which they note. Done twice, it does nothing twice."""
    free: list[Action] = [AlertRow.told.delete({delivery.target}), AlertRow.deliveries.delete({delivery.id})]
    if tried:
        free.append(AlertRow.tried.add({f"{delivery.target} {delivery.at}"}))
    for ticket, sk in delivery.events or []:
        update(AlertRow(pk=case_key(ticket), sk=sk), free, AlertRow.deliveries.contains(delivery.id))
    actions: list[Action] = [Delivery.state.set(VOID), Delivery.reason.set(reason)]
    update(
        delivery,
        [*actions, Delivery.opk.remove(), Delivery.osk.remove()],
        Delivery.state.is_in(CLAIMING, SENDING),
    )


def fail(delivery: Delivery, state: str, *, reason: str, now: datetime) -> bool:
    """It went wrong for good (failed, bounced, ambiguous), and the admin is to hear of it: one transaction, so that he
    does once. False: it had gone wrong before, or had arrived after all."""
    if delivery.state not in _below(state):
        return False
    transaction = TransactWrite(connection=SHARED)
    transaction.update(
        delivery,
        actions=_ended(state, Delivery.reason.set(reason)),
        condition=Delivery.state == delivery.state,
    )
    # Of an ambiguous one that bounces later he knows already; and who cannot be told cannot be told of it.
    if delivery.kind != ADMIN and delivery.state != AMBIGUOUS:
        line = for_admin(f"{delivery.id}-{ADMIN}", delivery.tickets, now)
        line.about, line.reason = delivery.id, f"{state}: {reason}"
        transaction.save(line)
    return committed(transaction)


def _ended(state: str, known: Action) -> list[Action]:
    """What ends the sending of a message: what became of it, what is known of that, and no place among the open."""
    return [
        Delivery.state.set(state),
        Delivery.rank.set(RANKS[state]),
        known,
        Delivery.opk.remove(),
        Delivery.osk.remove(),
    ]


def receipt(identifier: str, state: str, *, at: datetime, reason: str | None = None, now: datetime) -> bool:
    """What the provider says became of a message: sent, delivered, read, bounced or failed. Any order, any number of
    times; False where it says nothing new. Raises StoreUnavailable."""
    try:
        return _receipt(identifier, state, at, reason, now)
    except PynamoDBException as error:
        raise StoreUnavailable(getattr(error, "cause_response_code", None) or "no answer") from None


def _receipt(identifier: str, state: str, at: datetime, reason: str | None, now: datetime) -> bool:
    delivery = get(identifier)
    if delivery is None:
        return False
    news = [_receipt(one, state, at, reason, now) for one in delivery.along or []]
    if state in TROUBLE:
        # Somebody may change it between the look and the write; the second look is right.
        why = reason or "refused by the receiving side"
        return any(
            _again(found, now) or fail(found, state, reason=why, now=now)
            for _ in range(2)
            if (found := get(identifier))
        ) or any(news)
    receipts = {**(delivery.receipts or {}), state: (delivery.receipts or {}).get(state) or iso(at)}
    thought_not_sent = delivery.state == VOID
    changed = update(
        delivery,
        _ended(state, Delivery.receipts.set(receipts)),
        Delivery.state.is_in(*_below(state)),
    )
    if changed and thought_not_sent:
        # It was sent after all: nobody is told again what he has.
        mark: list[Action] = [AlertRow.told.add({delivery.target}), AlertRow.deliveries.add({delivery.id})]
        for ticket, sk in delivery.events or []:
            update(AlertRow(pk=case_key(ticket), sk=sk), mark, AlertRow.state == WAITING)
    return changed or any(news)


def _again(delivery: Delivery, now: datetime) -> bool:
    """A notice to the admin that did not arrive waits once more, for another address than this."""
    if delivery.kind != ADMIN or not delivery.target or delivery.state not in _below(BOUNCED):
        return False
    return update(
        delivery,
        [
            Delivery.state.set(WAITING),
            Delivery.rank.set(0),
            Delivery.avoid.add({delivery.target}),
            Delivery.along.remove(),
            Delivery.opk.set(PENDING),
            Delivery.osk.set(f"{iso(now)}#{delivery.id}"),
        ],
        (Delivery.state == delivery.state) & Delivery.avoid.does_not_exist(),
    )


def note_act(identifier: str, ticket: str, action: str) -> None:
    """Somebody acted through a link of the message."""
    update(Delivery(pk=key(identifier), sk=META), [Delivery.acted.add({f"{ticket} {action}"})], Delivery.pk.exists())


def get(identifier: str) -> Delivery | None:
    """The delivery, or None."""
    try:
        return Delivery.get(key(identifier), META, consistent_read=True)
    except Delivery.DoesNotExist:
        return None


def of_message(provider_id: str) -> str | None:
    """The delivery that a provider's message id belongs to, or None: the message was for a citizen."""
    try:
        return str(Sent.get(sent_key(provider_id)).delivery)
    except Sent.DoesNotExist:
        return None


def sent_key(provider_id: str) -> str:
    """Under what a provider's message is found again. SES says the id with its domain in some places only."""
    return f"SENT#{provider_id.partition('@')[0][:300]}"


def opened() -> list[Delivery]:
    """Messages somebody is about to send, or died while sending: few at any time."""
    return list(whole(Delivery.by_outbox.query(OPEN), Delivery))


def due(now: datetime, *, limit: int) -> list[AlertRow]:
    """Alerts whose time has come, the longest waiting first, whole."""
    found = AlertRow.by_outbox.query(DUE, AlertRow.osk < f"{iso(now)}~", limit=limit)
    return list(whole(found, AlertRow))


def put_off(row: AlertRow, *, until: datetime) -> bool:
    """Look at an alert again at `until`."""
    return update(row, [AlertRow.osk.set(f"{iso(until)}#{row.ticket}")], AlertRow.state == WAITING)


def settle(row: AlertRow, state: str, *, now: datetime, reason: str | None = None) -> bool:
    """An alert is done: `confirmed` (everybody it is for has a message of his own, with its own proof) or `void`."""
    actions: list[Action] = [
        AlertRow.state.set(state),
        AlertRow.confirmed_at.set(iso(now)),
        AlertRow.opk.remove(),
        AlertRow.osk.remove(),
    ]
    if reason:
        actions.append(AlertRow.last_error.set(reason))
    return update(row, actions, AlertRow.state == WAITING)


def whole(found: Iterable[Any], kind: type[Any]) -> Iterator[Any]:
    """The items behind index entries, in their order."""
    keys = [(item.pk, item.sk) for item in found]
    items = {(item.pk, item.sk): item for item in kind.batch_get(keys, consistent_read=True)} if keys else {}
    return (items[one] for one in keys if one in items)


def _below(state: str) -> list[str]:
    """The states from which this one can be reached: receipts lead upwards only, trouble ends it."""
    if state == AMBIGUOUS:
        return [SENDING]
    below = [name for name, rank in RANKS.items() if rank < RANKS[state]]
    return [*below, CLAIMING] if state in TROUBLE else [*below, VOID]
