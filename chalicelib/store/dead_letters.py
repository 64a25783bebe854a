"""Queue messages that five tries did not deliver (docs/operations.md): counted, seen, sent back. They hold ids only.

Sent back by receiving, sending and deleting, not by StartMessageMoveTask: MiniStack 1.5.33 has no such call, and what
ran on AWS alone would be tried for the first time on the day of a fault.
"""

import json
import os
import re
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any

from chalicelib.settings import SettingsMissing
from chalicelib.store.aws import client
from chalicelib.store.keys import iso

VARIABLE = "ADUAN_DEAD_LETTERS"
BATCH = 10  # SQS hands out and takes ten at a time
# One second of waiting asks all of SQS's servers; without it an answer may be empty while messages are there.
WAIT_SECONDS = 1
# Longer than sending and deleting ten may take with every retry.
HIDDEN_SECONDS = 60
TICKET = re.compile("[A-Z0-9-]{1,40}")


@dataclass(frozen=True, slots=True)
class Queue:
    """The addresses of a queue and of its dead letters."""

    source: str
    letters: str


@dataclass(frozen=True, slots=True)
class Seen:
    """Up to ten tickets of a queue's dead letters; when the oldest was first sent, if all were looked at."""

    tickets: list[str]
    oldest_at: str | None


@cache
def queues() -> dict[str, Queue]:
    """Every queue by its name, in the template's order. Raises SettingsMissing."""
    given = os.environ.get(VARIABLE)
    if not given:
        raise SettingsMissing(f"these environment variables are not set: {VARIABLE}")
    return {name: Queue(**urls) for name, urls in json.loads(given).items()}


def waiting(name: str) -> int:
    """About how many dead letters a queue has, with those that are just being moved."""
    counts = ("ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible")
    answer = client("sqs").get_queue_attributes(QueueUrl=queues()[name].letters, AttributeNames=list(counts))
    return sum(int(answer["Attributes"][count]) for count in counts)


def look(name: str, expected: int) -> Seen:
    """What lies there, left where it is. `expected`: how many there are.

    Not for every look: a message received three times leaves ApproximateAgeOfOldestMessage, so the alarm that comes
    before SQS drops it would stay silent. Nothing else counts the receives of a dead letter.
    """
    letters = _receive(name, hidden=0) if expected else []
    tickets = [ticket for letter in letters if (ticket := _ticket(letter["Body"]))]
    sent = [int(letter["Attributes"]["SentTimestamp"]) for letter in letters]
    complete = bool(sent) and len(sent) >= expected
    return Seen(
        tickets=list(dict.fromkeys(tickets)),
        oldest_at=iso(datetime.fromtimestamp(min(sent) / 1000, UTC)) if complete else None,
    )


def redrive(name: str, seconds: float) -> tuple[int, bool]:
    """Send the dead letters of a queue back to it for about so many seconds; how many, and whether some may be left.

    A letter is deleted when SQS has taken its copy, so one may arrive twice: workers look at the row, not the message.
    Only the body is copied, as workers read nothing else.
    """
    sqs, queue, end = client("sqs"), queues()[name], time.monotonic() + seconds
    moved, refused = 0, False
    while time.monotonic() < end:
        letters = _receive(name, hidden=HIDDEN_SECONDS)
        if not letters:
            return moved, refused
        copies = [{"Id": str(number), "MessageBody": letter["Body"]} for number, letter in enumerate(letters)]
        taken = sqs.send_message_batch(QueueUrl=queue.source, Entries=copies).get("Successful", [])
        handles = [{"Id": copy["Id"], "ReceiptHandle": letters[int(copy["Id"])]["ReceiptHandle"]} for copy in taken]
        if handles:
            sqs.delete_message_batch(QueueUrl=queue.letters, Entries=handles)
        moved += len(handles)
        refused = refused or len(handles) < len(letters)
    return moved, True


def _receive(name: str, hidden: int) -> list[dict[str, Any]]:
    answer = client("sqs").receive_message(
        QueueUrl=queues()[name].letters,
        MaxNumberOfMessages=BATCH,
        VisibilityTimeout=hidden,
        WaitTimeSeconds=WAIT_SECONDS,
        MessageSystemAttributeNames=["SentTimestamp"],
    )
    found: list[dict[str, Any]] = answer.get("Messages", [])
    return found


def _ticket(body: str) -> str | None:
    """The ticket a message names, unless nobody of us wrote it."""
    try:
        ticket = json.loads(body)["ticket"]
    except (ValueError, KeyError, TypeError):
        return None
    return ticket if isinstance(ticket, str) and TICKET.fullmatch(ticket) else None
