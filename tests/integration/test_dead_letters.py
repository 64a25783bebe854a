"""Dead letters through the deployed API, under the roles of the template: seen, sent back, tried again."""

import json
from typing import Any

from tests.integration import driver as d
from tests.integration.test_privacy import client, log_lines

Cloud = dict[str, Any]


def listed(cloud: Cloud, **query: str) -> dict[str, dict[str, Any]]:
    answer = d.call(cloud, "GET", "/v1/dead-letters", "operator", **query)
    assert answer.status_code == 200, answer.text
    return {item["queue"]: item for item in answer.json()["items"]}


def held(sqs: Any, url: str) -> int:
    counts = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    return sum(map(int, sqs.get_queue_attributes(QueueUrl=url, AttributeNames=counts)["Attributes"].values()))


def tried(cloud: Cloud) -> int:
    """How often a message that none of us wrote was tried."""
    return sum('"Malformed"' in line and '"sie"' in line for line in log_lines(cloud))


def test_a_dead_letter_is_seen_and_gets_another_try(cloud: Cloud) -> None:
    assert listed(cloud).keys() == cloud["queues"].keys()
    before = {name: item["waiting"] for name, item in listed(cloud).items()}
    assert before["sie"] == 0
    sqs, queue = client(cloud, "sqs"), cloud["queues"]["sie"]
    # One that nobody can read, and one that was delivered long ago: another try does no harm.
    good = json.dumps({"ticket": "SIE-2020-01", "rows": {"sie": ["OUT#sie#monthly"]}})
    for body in ("Budi", good):
        sqs.send_message(QueueUrl=queue["dead_letters"], MessageBody=body)

    assert listed(cloud)["sie"] == {"queue": "sie", "waiting": 2, "oldest_at": None, "tickets": None}
    seen = listed(cloud, tickets="1")
    assert (seen["sie"]["waiting"], seen["sie"]["tickets"]) == (2, ["SIE-2020-01"])
    assert d.call(cloud, "GET", "/v1/dead-letters", "auditor", tickets="2").status_code == 400

    assert d.call(cloud, "POST", "/v1/dead-letters/lain/redrive").status_code == 404
    answer = d.call(cloud, "POST", "/v1/dead-letters/sie/redrive")
    assert (answer.status_code, answer.headers["Location"]) == (202, "/v1/dead-letters")
    assert answer.json() == {"queue": "sie", "started": True, "moved": 2, "more": False}
    assert {name: item["waiting"] for name, item in listed(cloud).items()} == before
    d.until(lambda: tried(cloud) == 1, "the other try")
    # What nobody can read waits for its next try; what was delivered is done.
    d.until(lambda: held(sqs, queue["url"]) == 1, "the end of the one that was delivered")
