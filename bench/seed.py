"""Many cases, written straight into the tables as the doors would have written them: a case and its first message.

Runs where our code does (bench.inside). The first case is the newest, each is five minutes older than the one before:
what is added makes the store larger and leaves the newest page as it was.
"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from random import Random
from typing import Any

from chalicelib.complaints.ticket import new_ticket
from chalicelib.store.aws import client
from chalicelib.store.items import case_item, clock_keys, event_item, waiting
from chalicelib.store.keys import iso, message_key
from chalicelib.store.tables import COMPLAINTS_TABLE
from chalicelib.store.transaction import typed

Item = dict[str, Any]

AT_ONCE = 25  # what BatchWriteItem takes
STATUSES = ("received", "assigned", "in_progress", "responded", "closed", "closed", "closed", "rejected")
DEPARTMENTS = ("dpupr", "dlhkp", "dishub", "perkim", "pdam")
KELURAHAN = ("Mojoroto", "Bandar Lor", "Pocanan", "Kampung Dalem", "Burengan")
# When the clocks of an open case are to be looked at: not while this runs.
LATER = timedelta(days=400)
# So many notices wait to be sent, however many cases there are.
OVERDUE = 50


def ticket(number: int) -> str:
    """The ticket of the n-th case."""
    return new_ticket("KDR", Random(f"bench-{number}").getrandbits)


def phone(number: int) -> str:
    """The number of its reporter."""
    return f"+62811{number:07d}"


def fill(first: int, last: int, newest: datetime) -> None:
    """Write cases `first` to `last` (exclusive)."""
    requests = [{"PutRequest": {"Item": typed(item)}} for item in items(first, last, newest)]
    batches = (requests[start : start + AT_ONCE] for start in range(0, len(requests), AT_ONCE))
    with ThreadPoolExecutor(2) as pool:
        for unwritten in pool.map(_write, batches):
            if unwritten:
                raise RuntimeError("the table did not take all of a batch")


def _write(batch: list[Item]) -> bool:
    answer = client("dynamodb").batch_write_item(RequestItems={COMPLAINTS_TABLE: batch})
    return bool(answer.get("UnprocessedItems"))


def make_due(at: datetime) -> int:
    """Have the clocks of the newest open cases looked at by then; how many."""
    found = [number for number in range(OVERDUE) if STATUSES[number % len(STATUSES)] not in ("closed", "rejected")]
    for number in found:
        client("dynamodb").update_item(
            TableName=COMPLAINTS_TABLE,
            Key=typed({"pk": f"C#{ticket(number)}", "sk": "META"}),
            UpdateExpression="SET opk = :opk, osk = :osk",
            ExpressionAttributeValues=typed({f":{name}": key for name, key in clock_keys(ticket(number), at).items()}),
        )
    return len(found)


def items(first: int, last: int, newest: datetime) -> Iterator[Item]:
    """Everything that is stored of these cases."""
    for number in range(first, last):
        yield from case(number, newest - timedelta(minutes=5 * number))


def case(number: int, at: datetime) -> Iterator[Item]:
    """A case, its message and what was done with it."""
    name, status = ticket(number), STATUSES[number % len(STATUSES)]
    department = None if status in ("received", "rejected") else DEPARTMENTS[number // 8 % len(DEPARTMENTS)]
    text = f"Lampu jalan mati di Jl. Dhoho nomor {number}, sudah tiga malam gelap sekali"
    place = {"lat": -7.8166, "lon": 112.0119, "name": None, "address": "Jl. Dhoho", "kelurahan": KELURAHAN[number % 5]}
    item = case_item(
        name,
        status=status,
        class_="complaint",
        channel="whatsapp" if number % 7 else "phone",
        text=text,
        category="penerangan_jalan" if number % 3 else "jalan_rusak",
        department=department,
        location=place,
        reporter={"name": "Warga", "phone": phone(number), "handle": None, "anonymous": False},
        contact=None,
        secret=False,
        lapor="held",
        received_at=at,
        now=at,
        look_at=at + LATER if status not in ("closed", "rejected") else None,
    )
    if status in ("closed", "rejected"):
        del item["queue"], item["qsk"]
    yield item
    identifier = f"wamid.SEED{number:020d}"
    yield {
        "pk": item["pk"],
        "sk": message_key(identifier, at),
        "message_id": identifier,
        "channel": item["channel"],
        "kind": "text",
        "text": text,
        "sent_at": iso(at),
        "received_at": iso(at),
    }
    if number < OVERDUE:
        done = event_item(name, "0badcafe", "note", iso(at), "operator1", {"text": "sudah ditelepon"})
        yield done | waiting(name, "notice", {"kind": "responded"}, at - timedelta(minutes=10))
