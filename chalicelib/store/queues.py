"""Telling the workers that a case has outbox rows: ids only, never what is in them.

One publish reaches every queue whose filter names one of the destinations, so a webhook pays one call however many
rows it wrote, and a slow LAPOR! never stands in the way of an answer to a citizen.
"""

import json
import os
import socket
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any
from urllib.parse import urlencode

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.httpsession import URLLib3Session

from chalicelib import logs
from chalicelib.settings import settings
from chalicelib.store.aws import CONNECT_SECONDS, READ_SECONDS, SHARED, client
from chalicelib.store.items import Row

BATCH = 10  # SNS takes ten at a time


class NotAnnounced(RuntimeError):
    """SNS did not take the message; the sweeper will announce the rows."""


def keys(made: Iterable[Row]) -> dict[str, list[str]]:
    """What the workers must know of new rows: sort keys by destination."""
    found: dict[str, list[str]] = {}
    for row in made:
        found.setdefault(row.destination, []).append(row.key)
    return found


def announce(ticket: str, rows: Mapping[str, Sequence[str]]) -> None:
    """Say that `rows` ({destination: sort keys}) of a case wait to be sent; none, and nobody is told. Best effort:
    never raises, as the rows are stored and the sweeper announces them again.

    Signed and sent with botocore's parts instead of its SNS client: that client costs 15 ms and 10 MB at every cold
    start and more CPU for each webhook than verifying, parsing and storing together (`make bench`,
    webhook_cpu_ratio). What the client would add, retries and typed errors, this call has no use for.
    """
    if not rows:
        return
    try:
        _publish(ticket, rows)
    except Exception as error:
        logs.failure("announce_failed", error, ticket=ticket)


def _publish(ticket: str, rows: Mapping[str, Sequence[str]]) -> None:
    entry = _entry(ticket, rows)
    attribute = entry["MessageAttributes"]["destinations"]
    form = {
        "Action": "Publish",
        "Version": "2010-03-31",
        "TopicArn": settings().outbox_topic,
        "Message": entry["Message"],
        "MessageAttributes.entry.1.Name": "destinations",
        "MessageAttributes.entry.1.Value.DataType": attribute["DataType"],
        "MessageAttributes.entry.1.Value.StringValue": attribute["StringValue"],
    }
    request = AWSRequest("POST", _endpoint(), data=urlencode(form), headers={"Content-Type": FORM})
    credentials = SHARED.session.get_credentials()
    SigV4Auth(credentials.get_frozen_credentials(), "sns", SHARED.region).add_auth(request)
    answer = _http().send(request.prepare())
    if answer.status_code != 200:
        raise NotAnnounced(f"SNS answered {answer.status_code}")


def announce_many(items: Sequence[tuple[str, Mapping[str, Sequence[str]]]]) -> int:
    """The same for many cases; answers how many were taken."""
    taken = 0
    for start in range(0, len(items), BATCH):
        entries = [
            {"Id": str(number), **_entry(ticket, rows)}
            for number, (ticket, rows) in enumerate(items[start : start + BATCH])
        ]
        answer = client("sns").publish_batch(TopicArn=settings().outbox_topic, PublishBatchRequestEntries=entries)
        taken += len(answer.get("Successful", []))
    return taken


FORM = "application/x-www-form-urlencoded; charset=utf-8"


@cache
def _http() -> URLLib3Session:
    # Without TCP_NODELAY the body would wait 40 ms for the acknowledgement of the headers.
    at_once = [(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)]
    return URLLib3Session(timeout=(CONNECT_SECONDS, READ_SECONDS), socket_options=at_once)


@cache
def _endpoint() -> str:
    # The variables botocore itself honours, so that a local cloud is found without settings of our own.
    default = f"https://sns.{SHARED.region}.amazonaws.com/"
    return os.environ.get("AWS_ENDPOINT_URL_SNS") or os.environ.get("AWS_ENDPOINT_URL") or default


# Notices are counted apart from replies, and travel with them.
CARRIER = {"notice": "reporter"}


def _entry(ticket: str, rows: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    carried: dict[str, list[str]] = {}
    for name, keys in rows.items():
        carried.setdefault(CARRIER.get(name, name), []).extend(keys)
    return {
        "Message": json.dumps({"ticket": ticket, "rows": carried}),
        "MessageAttributes": {
            "destinations": {"DataType": "String.Array", "StringValue": json.dumps(sorted(carried))},
        },
    }
