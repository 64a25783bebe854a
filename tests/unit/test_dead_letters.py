"""Dead letters: counted, looked at without taking them, sent back without losing one."""

import json
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws

from chalicelib.settings import SettingsMissing
from chalicelib.store import dead_letters
from chalicelib.store.aws import REGION
from chalicelib.store.dead_letters import Seen, look, redrive, waiting

NAMES = ("forward", "reply")


@pytest.fixture(autouse=True)
def sqs(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Two queues, each with dead letters."""
    dead_letters.queues.cache_clear()
    with mock_aws():
        client = boto3.client("sqs", region_name=REGION)
        made = {
            name: {kind: client.create_queue(QueueName=f"{name}-{kind}")["QueueUrl"] for kind in ("source", "letters")}
            for name in NAMES
        }
        monkeypatch.setenv(dead_letters.VARIABLE, json.dumps(made))
        yield client
    dead_letters.queues.cache_clear()


def fill(sqs: Any, name: str, count: int) -> list[str]:
    """So many dead letters; their bodies."""
    bodies = [json.dumps({"ticket": f"KDR-{number:04}", "rows": {"lapor": ["a"]}}) for number in range(count)]
    for body in bodies:
        sqs.send_message(QueueUrl=dead_letters.queues()[name].letters, MessageBody=body)
    return bodies


def drained(sqs: Any, url: str) -> list[str]:
    """The bodies of a queue, taken out."""
    found: list[str] = []
    while letters := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", []):
        found += [letter["Body"] for letter in letters]
    return sorted(found)


def test_each_queue_counts_its_own() -> None:
    assert [waiting(name) for name in NAMES] == [0, 0]
    assert look("forward", 0) == Seen([], None)


def test_a_look_shows_tickets_and_leaves_them_where_they_are(sqs: Any) -> None:
    fill(sqs, "forward", 3)
    for _ in range(2):
        seen = look("forward", waiting("forward"))
        assert sorted(seen.tickets) == ["KDR-0000", "KDR-0001", "KDR-0002"]
        assert seen.oldest_at is not None and seen.oldest_at.endswith("Z")
    assert waiting("reply") == 0


def test_the_oldest_is_unknown_where_not_all_were_seen(sqs: Any) -> None:
    fill(sqs, "forward", 12)
    seen = look("forward", waiting("forward"))
    assert (len(seen.tickets), seen.oldest_at) == (10, None)


@pytest.mark.parametrize("body", ["{", "[]", "1", '{"ticket": 1}', '{"ticket": "Budi, Jl. Dhoho 12"}', '{"row": "x"}'])
def test_what_none_of_us_wrote_is_counted_and_not_shown(sqs: Any, body: str) -> None:
    sqs.send_message(QueueUrl=dead_letters.queues()["reply"].letters, MessageBody=body)
    assert look("reply", waiting("reply")).tickets == []
    assert waiting("reply") == 1


def test_all_go_back_to_their_own_queue_as_they_were(sqs: Any) -> None:
    bodies = fill(sqs, "forward", 23)
    fill(sqs, "reply", 1)
    assert redrive("forward", 60) == (23, False)
    assert drained(sqs, dead_letters.queues()["forward"].source) == sorted(bodies)
    assert [waiting(name) for name in NAMES] == [0, 1]
    assert drained(sqs, dead_letters.queues()["reply"].source) == []


def test_without_time_nothing_is_touched_and_there_is_more(sqs: Any) -> None:
    fill(sqs, "forward", 1)
    assert redrive("forward", 0) == (0, True)
    assert len(look("forward", 1).tickets) == 1


class Refusing:
    """SQS that takes the first message of each batch only."""

    def __init__(self, sqs: Any) -> None:
        self.sqs = sqs

    def __getattr__(self, name: str) -> Any:
        return getattr(self.sqs, name)

    def send_message_batch(self, QueueUrl: str, Entries: list[dict[str, Any]]) -> Any:
        return self.sqs.send_message_batch(QueueUrl=QueueUrl, Entries=Entries[:1])


def test_a_letter_whose_copy_was_not_taken_stays(sqs: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    bodies = fill(sqs, "forward", 3)
    monkeypatch.setattr(dead_letters, "client", lambda service: Refusing(sqs))
    assert redrive("forward", 60) == (1, True)
    assert waiting("forward") == 2
    assert drained(sqs, dead_letters.queues()["forward"].source) == bodies[:1]


def test_a_function_that_was_not_told_of_queues_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(dead_letters.VARIABLE)
    with pytest.raises(SettingsMissing, match=dead_letters.VARIABLE):
        dead_letters.queues()
