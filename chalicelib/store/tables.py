"""The two tables and what an item of each kind holds.

complaints: everything of one case shares the partition key `C#<ticket>`, so that one query reads the case with its
messages, timeline and outbox, and one transaction changes them.
control:    what is not a case: dedup markers, conversations, ledger shards, the city, the breaker.
"""

import os
from typing import Any, ClassVar

from pynamodb.attributes import (
    BinaryAttribute,
    BooleanAttribute,
    JSONAttribute,
    NumberAttribute,
    UnicodeAttribute,
)
from pynamodb.connection.table import TableConnection
from pynamodb.indexes import GlobalSecondaryIndex, KeysOnlyProjection
from pynamodb.models import Model

from chalicelib.store.aws import SHARED

COMPLAINTS_TABLE = os.environ.get("ADUAN_COMPLAINTS_TABLE", "aduan-complaints")
CONTROL_TABLE = os.environ.get("ADUAN_CONTROL_TABLE", "aduan-control")

CASES = "CASE"
QUARANTINE = "QUARANTINE"
ERASURES = "ERASURE"
META = "META"


class Base(Model):
    """A model on the shared connection (see aws.py; a private override, pinned with pynamodb 6.1.0 and tested)."""

    @classmethod
    def _get_connection(cls) -> TableConnection:
        table = super()._get_connection()
        if table.connection is not SHARED:
            known = SHARED._tables  # no public way to ask; the second model of a table finds it there
            if table.table_name not in known:
                SHARED.add_meta_table(table.connection.get_meta_table(table.table_name))
            table.connection = SHARED
        return table


class ByReceived(GlobalSecondaryIndex[Any]):  # type: ignore[no-untyped-call]  # pynamodb leaves this hook untyped
    """Every case (or quarantined message) in the order received; the key never changes, so neither does a page."""

    class Meta:
        index_name = "by_received"
        projection = KeysOnlyProjection()

    lpk = UnicodeAttribute(hash_key=True)
    lsk = UnicodeAttribute(range_key=True)


class ByDepartment(GlobalSecondaryIndex[Any]):  # type: ignore[no-untyped-call]  # pynamodb leaves this hook untyped
    """A department's cases in the order received: scope is in the key, not in a filter."""

    class Meta:
        index_name = "by_department"
        projection = KeysOnlyProjection()

    department = UnicodeAttribute(hash_key=True)
    lsk = UnicodeAttribute(range_key=True)


class ByUpdated(GlobalSecondaryIndex[Any]):  # type: ignore[no-untyped-call]  # pynamodb leaves this hook untyped
    """The cases touched on a day (UTC). By day: a key that changed with every write would cost two units each time."""

    class Meta:
        index_name = "by_updated"
        projection = KeysOnlyProjection()

    updated_on = UnicodeAttribute(hash_key=True)
    pk = UnicodeAttribute(range_key=True)


class ByQueue(GlobalSecondaryIndex[Any]):  # type: ignore[no-untyped-call]  # pynamodb leaves this hook untyped
    """Open cases of a department (`-`: of none yet), the longest due first. Sparse: a finished case leaves it."""

    class Meta:
        index_name = "by_queue"
        projection = KeysOnlyProjection()

    queue = UnicodeAttribute(hash_key=True)
    qsk = UnicodeAttribute(range_key=True)


class ByPerson(GlobalSecondaryIndex[Any]):  # type: ignore[no-untyped-call]  # pynamodb leaves this hook untyped
    """The cases of one person in the order received, under a digest of his number or handle (keys.person_key)."""

    class Meta:
        index_name = "by_person"
        projection = KeysOnlyProjection()

    person = UnicodeAttribute(hash_key=True)
    lsk = UnicodeAttribute(range_key=True)


class ByOutbox(GlobalSecondaryIndex[Any]):  # type: ignore[no-untyped-call]  # pynamodb leaves this hook untyped
    """Outbox rows not yet confirmed, by destination and state, the next due first. Sparse: confirmed rows leave it.
    Open cases are in it too, by when their clocks are to be looked at (`clock#waiting`)."""

    class Meta:
        index_name = "by_outbox"
        projection = KeysOnlyProjection()

    opk = UnicodeAttribute(hash_key=True)
    osk = UnicodeAttribute(range_key=True)


class ComplaintsItem(Base):
    """An item of the complaints table. All kinds share one schema, as the connection keeps one for each table."""

    class Meta:
        abstract = True
        table_name = COMPLAINTS_TABLE

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)

    by_received: ClassVar[ByReceived] = ByReceived()
    by_department: ClassVar[ByDepartment] = ByDepartment()
    by_updated: ClassVar[ByUpdated] = ByUpdated()
    by_queue: ClassVar[ByQueue] = ByQueue()
    by_person: ClassVar[ByPerson] = ByPerson()
    by_outbox: ClassVar[ByOutbox] = ByOutbox()


class ControlItem(Base):
    """An item of the control table."""

    class Meta:
        abstract = True
        table_name = CONTROL_TABLE

    pk = UnicodeAttribute(hash_key=True)


class Case(ComplaintsItem):
    """The case itself: `C#<ticket>` / `META`."""

    sk = UnicodeAttribute(range_key=True, default=META)
    lpk = UnicodeAttribute(default=CASES)
    lsk = UnicodeAttribute()
    updated_on = UnicodeAttribute()
    department = UnicodeAttribute(null=True)
    queue = UnicodeAttribute(null=True)
    qsk = UnicodeAttribute(null=True)
    opk = UnicodeAttribute(null=True)  # while something is to come: `clock#waiting`, and when to look at it
    osk = UnicodeAttribute(null=True)
    person = UnicodeAttribute(null=True)
    ticket = UnicodeAttribute()
    status = UnicodeAttribute()
    class_ = UnicodeAttribute(attr_name="class")
    channel = UnicodeAttribute()
    text = UnicodeAttribute(null=True)
    category = UnicodeAttribute(null=True)
    location = JSONAttribute(null=True)
    reporter = JSONAttribute()
    contact = JSONAttribute(null=True)  # where notices go: {channel, account, to}
    secret = BooleanAttribute(default=False)
    received_at = UnicodeAttribute()
    due_at = UnicodeAttribute(null=True)  # of the deadline that ends next, as the last action left it
    due_clock = UnicodeAttribute(null=True)
    decided_at = UnicodeAttribute(null=True)  # when a person last said where it belongs (corrections.py)
    updated_at = UnicodeAttribute()
    last_message_at = UnicodeAttribute()
    message_count = NumberAttribute()
    supporters = NumberAttribute(default=0)
    reason = UnicodeAttribute(null=True)
    duplicate_of = UnicodeAttribute(null=True)
    before_waiting = UnicodeAttribute(null=True)
    responded_by = UnicodeAttribute(null=True)
    extended = JSONAttribute(null=True)
    lapor = JSONAttribute(null=True)
    version = NumberAttribute()
    recomputed = NumberAttribute(null=True)  # the version of the city by which its last `deadline` line was written
    erased = JSONAttribute(null=True)  # the tombstone: {part: when it was erased}
    erasure = UnicodeAttribute(null=True)  # the request that erased it, which knows whose it was while it runs
    erased_at = UnicodeAttribute(null=True)  # since when nobody knows whose it is: nothing joins it any more
    series = UnicodeAttribute(null=True)  # the replay it belongs to (store/replays.py): no case of the city's


class Message(ComplaintsItem):
    """One thing a citizen sent: `C#<ticket>` / `MSG#<received_at>#<id8>`.

    It may be an outbox row as well, and `state` is what became of that: one that came with a file of fetching it
    (destination `media`), one without whose sender is told that it arrived of telling him (`reporter`).
    """

    message_id = UnicodeAttribute()
    channel = UnicodeAttribute()
    kind = UnicodeAttribute()
    text = UnicodeAttribute(null=True)
    location = JSONAttribute(null=True)
    media = JSONAttribute(null=True)
    reply_to = UnicodeAttribute(null=True)
    extra = JSONAttribute(null=True)
    sent_at = UnicodeAttribute()
    received_at = UnicodeAttribute()
    destination = UnicodeAttribute(null=True)
    state = UnicodeAttribute(null=True)
    payload = JSONAttribute(null=True)
    stored = JSONAttribute(null=True)  # where the attachment is kept, once fetched: {key, type, size}
    identities = JSONAttribute(null=True)  # the keys of conversations that this message made


class Event(ComplaintsItem):
    """One line of the append-only timeline: `C#<ticket>` / `EVT#<at>#<id8>`.

    One that its reporter is told of is an outbox row as well (destination `notice`): `state` is what became of that.
    """

    type = UnicodeAttribute()
    at = UnicodeAttribute()
    actor = UnicodeAttribute()
    data = JSONAttribute(null=True)
    destination = UnicodeAttribute(null=True)
    state = UnicodeAttribute(null=True)
    payload = JSONAttribute(null=True)
    identities = JSONAttribute(null=True)  # the keys of conversations that this made (a changed number)


class Follower(ComplaintsItem):
    """A case that was merged into this one: `C#<ticket>` / `DUP#<its ticket>`; its reporter is told the outcome."""

    ticket = UnicodeAttribute()
    at = UnicodeAttribute()
    ended_at = UnicodeAttribute(null=True)  # it was taken apart again


class OutboxRow(ComplaintsItem):
    """What one destination must still be told: `C#<ticket>` / `OUT#<destination>#<id>`, or a message or line of the
    timeline that is a row as well."""

    opk = UnicodeAttribute(null=True)
    osk = UnicodeAttribute(null=True)
    destination = UnicodeAttribute()
    state = UnicodeAttribute()
    phase = UnicodeAttribute(null=True)
    attempts = NumberAttribute(default=0)
    stumbles = NumberAttribute(null=True)
    lease_until = UnicodeAttribute(null=True)
    payload = JSONAttribute(null=True)
    data = JSONAttribute(null=True)  # of a notice: what was done, as the timeline has it
    result = JSONAttribute(null=True)
    last_error = UnicodeAttribute(null=True)
    created_at = UnicodeAttribute()
    confirmed_at = UnicodeAttribute(null=True)


class Quarantined(ComplaintsItem):
    """An authentic payload nobody could read: `Q#<digest>` / `META`. A large one is in the bucket under `stored`."""

    sk = UnicodeAttribute(range_key=True, default=META)
    lpk = UnicodeAttribute(default=QUARANTINE)
    lsk = UnicodeAttribute()
    channel = UnicodeAttribute()
    reason = UnicodeAttribute()
    received_at = UnicodeAttribute()
    size = NumberAttribute()
    raw = BinaryAttribute(legacy_encoding=False, null=True)
    stored = UnicodeAttribute(null=True)


class Erasure(ComplaintsItem):
    """A request to erase a person: `ERASURE#<id>` / `META`; when, by whom, why, and how far it came; not whom."""

    sk = UnicodeAttribute(range_key=True, default=META)
    lpk = UnicodeAttribute(default=ERASURES)
    lsk = UnicodeAttribute()
    at = UnicodeAttribute()
    actor = UnicodeAttribute()
    reason = UnicodeAttribute()
    opk = UnicodeAttribute(null=True)  # while it runs: so that every night finds what has not ended
    osk = UnicodeAttribute(null=True)
    state = UnicodeAttribute()  # running, done
    searched = BooleanAttribute(default=False)  # the payloads nobody could read
    searched_to = UnicodeAttribute(null=True)  # while it runs: the last payload that was looked at
    sought = JSONAttribute(null=True)  # while it runs: what the payloads are searched for
    whose = UnicodeAttribute(null=True)  # while it runs: the key of the person's cases (keys.person_key)
    only = UnicodeAttribute(null=True)  # while it runs: the case of a person without one
    cases = NumberAttribute(default=0)
    messages = NumberAttribute(default=0)
    files = NumberAttribute(default=0)
    payloads = NumberAttribute(default=0)
    lapor = JSONAttribute(null=True)  # the numbers under which SP4N-LAPOR! has a copy
    finished_at = UnicodeAttribute(null=True)


class Conversation(ControlItem):
    """`CONV#<identity>`: the case that a citizen's next message joins."""

    ticket = UnicodeAttribute()
    expires_at = NumberAttribute()


class Repetition(ControlItem):
    """`ONCE#<user>#<key>`: what a request with an Idempotency-Key led to, so that repeating it does nothing twice."""

    request = UnicodeAttribute()
    ticket = UnicodeAttribute()
    expires_at = NumberAttribute()


class Erasing(ControlItem):
    """`ERASING#<person>`: the last erasure of a person, so that asking again goes on with it. Forgotten a month after
    it ended: that somebody once was erased is a fact about him as well."""

    erasure = UnicodeAttribute()
    expires_at = NumberAttribute(null=True)


class RetentionMark(ControlItem):
    """`RETENTION#<part>`: the last day whose cases have been looked at."""

    day = UnicodeAttribute()


class LedgerShard(ControlItem):
    """`LEDGER#<n>`: a share of the no-loss counts. One counter in every transaction would be a queue for all."""

    accepted = NumberAttribute(default=0)
    opened = NumberAttribute(default=0)
    appended = NumberAttribute(default=0)
    duplicates = NumberAttribute(default=0)
    quarantined = NumberAttribute(default=0)
    control = NumberAttribute(default=0)
    due_lapor = NumberAttribute(default=0)
    due_reporter = NumberAttribute(default=0)
    due_media = NumberAttribute(default=0)
    due_sie = NumberAttribute(default=0)
    confirmed_lapor = NumberAttribute(default=0)


class CityItem(ControlItem):
    """`CITY`: the configuration the city applied, as it was written and as it was understood. `CITY#<version>`: those
    before it."""

    pk = UnicodeAttribute(hash_key=True, default="CITY")
    config = BinaryAttribute(legacy_encoding=False)
    toml = UnicodeAttribute()
    version = NumberAttribute()
    applied_at = UnicodeAttribute()
    applied_by = UnicodeAttribute()


class CalendarMark(ControlItem):
    """`RUN#calendar`: up to which version of the city the open deadlines say why they are when they are."""

    pk = UnicodeAttribute(hash_key=True, default="RUN#calendar")
    done = NumberAttribute()
    wanted = NumberAttribute()
    to = NumberAttribute(null=True)  # the version under way
    began = UnicodeAttribute(null=True)
    station = UnicodeAttribute(null=True)  # the partition of an index under way, and the last key looked at in it
    after = UnicodeAttribute(null=True)


class IntakeItem(ControlItem):
    """`CITY#intake`: the part of the city that every webhook needs, small enough to read cheaply."""

    pk = UnicodeAttribute(hash_key=True, default="CITY#intake")
    code = UnicodeAttribute()
    conversation_days = NumberAttribute()
    forward = UnicodeAttribute()
    first_look = NumberAttribute(null=True)  # minutes; complaints/alerting.py


class DeskItem(ControlItem):
    """`CITY#desk`: the names and rules of the city that every action of the desk is checked against."""

    pk = UnicodeAttribute(hash_key=True, default="CITY#desk")
    rules = BinaryAttribute(legacy_encoding=False)


class RoutingModel(ControlItem):
    """`MODEL#routing` and, for the one before it, `MODEL#routing#former`: what decided cases taught, compressed."""

    model = BinaryAttribute(legacy_encoding=False)
    version = NumberAttribute()
    trained_at = UnicodeAttribute()
    learned = NumberAttribute()


class Breaker(ControlItem):
    """`BREAKER#<destination>`: how a destination has behaved lately, shared by every worker."""

    failures = NumberAttribute(default=0)  # in a row
    open_until = UnicodeAttribute(null=True)  # while it is open: from when on it may be tried out
    probe_until = UnicodeAttribute(null=True)  # while somebody does
