"""A process killed between any two calls loses nothing and files nothing twice: every such point is walked through.

The handlers run in a process of their own (victim.py) on tables, a topic and a queue of their own in the local cloud,
so that nobody else picks up what the killed process left behind.
"""

import itertools
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import boto3
import pytest

from bench import events
from tests.integration import driver as d

ROOT = Path(__file__).resolve().parents[2]
Cloud = dict[str, Any]
# Beyond every lease and every sweep interval.
MUCH_LATER = 600
WORKERS = {"lapor": "forward", "reporter": "reply", "media": "fetch_media"}


class Stage:
    """The victim with its own tables and queue, and the world around it: a provider, SQS, the clock."""

    def __init__(self, cloud: Cloud) -> None:
        self.cloud = cloud
        self.offset = 0
        self.dynamodb = self.client("dynamodb")
        self.sqs = self.client("sqs")
        tables = {name: self._like(table, f"killed-{name}") for name, table in cloud["tables"].items()}
        self.tables = tables
        sns = self.client("sns")
        topic = sns.create_topic(Name="killed-outbox")["TopicArn"]
        self.queue = self.sqs.create_queue(QueueName="killed-outbox")["QueueUrl"]
        arn = self.sqs.get_queue_attributes(QueueUrl=self.queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        policy = {
            "Version": "2012-10-17",
            "Statement": {
                "Effect": "Allow",
                "Principal": {"Service": "sns.amazonaws.com"},
                "Action": "sqs:SendMessage",
                "Resource": arn,
            },
        }
        self.sqs.set_queue_attributes(QueueUrl=self.queue, Attributes={"Policy": json.dumps(policy)})
        sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn, Attributes={"RawMessageDelivery": "true"})
        self.secret = cloud["secrets"]["whatsapp_app_secret"].split()[0]
        variables = {
            "ADUAN_STAGE": "local",
            "ADUAN_SECRETS_PREFIX": "/aduan/local",
            "ADUAN_COMPLAINTS_TABLE": tables["complaints"],
            "ADUAN_CONTROL_TABLE": tables["control"],
            "ADUAN_OUTBOX_TOPIC": topic,
            "ADUAN_MEDIA_BUCKET": cloud["media_bucket"],
            "ADUAN_LAPOR_BASE_URL": cloud["lapor_simulator"],
            "ADUAN_WHATSAPP_API_URL": f"{cloud['outbound_simulator']}/whatsapp",
            "AWS_ENDPOINT_URL": cloud["aws_endpoint"],
            "AWS_REGION": cloud["region"],
            "AWS_DEFAULT_REGION": cloud["region"],
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "PYTHONPATH": str(ROOT),
        }
        self.victim = subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("victim.py"))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            env={"PATH": os.environ["PATH"], **variables},
        )
        self._copy_city()

    def client(self, service: str) -> Any:
        return boto3.client(
            service,
            endpoint_url=self.cloud["aws_endpoint"],
            region_name=self.cloud["region"],
            aws_access_key_id="test",
            aws_secret_access_key="test",
        )

    def _like(self, table: str, name: str) -> str:
        found = self.dynamodb.describe_table(TableName=table)["Table"]
        indexes = [
            {key: index[key] for key in ("IndexName", "KeySchema", "Projection")}
            for index in found.get("GlobalSecondaryIndexes", [])
        ]
        self.dynamodb.create_table(
            TableName=name,
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=found["AttributeDefinitions"],
            KeySchema=found["KeySchema"],
            **({"GlobalSecondaryIndexes": indexes} if indexes else {}),
        )
        return name

    def _copy_city(self) -> None:
        for key in ("CITY", "CITY#intake"):
            table = self.cloud["tables"]["control"]
            item = self.dynamodb.get_item(TableName=table, Key={"pk": {"S": key}})["Item"]
            self.dynamodb.put_item(TableName=self.tables["control"], Item=item)

    def run(self, handler: str, event: Any, die_at: int | None = None, when: str = "before") -> dict[str, Any]:
        """Run a handler in a fresh child; it dies at its n-th call when told so."""
        command = {"handler": handler, "event": event, "die_at": die_at, "when": when, "offset": self.offset}
        assert self.victim.stdin is not None
        assert self.victim.stdout is not None
        self.victim.stdin.write(json.dumps(command) + "\n")
        self.victim.stdin.flush()
        answer: dict[str, Any] = json.loads(self.victim.stdout.readline())
        assert answer["exit"] == (137 if die_at else 0), answer
        return answer

    def calls(self, handler: str, event: Any) -> int:
        """How many calls a handler makes for an event when nobody kills it."""
        return len(self.run(handler, event)["calls"])

    def queued(self) -> list[dict[str, Any]]:
        """What the topic has delivered: taken from the queue for good."""
        bodies: list[dict[str, Any]] = []
        while True:
            found = self.sqs.receive_message(QueueUrl=self.queue, MaxNumberOfMessages=10, WaitTimeSeconds=0)
            messages = found.get("Messages", [])
            if not messages:
                return bodies
            for message in messages:
                bodies.append(json.loads(message["Body"]))
                self.sqs.delete_message(QueueUrl=self.queue, ReceiptHandle=message["ReceiptHandle"])

    def deliver(self, bodies: list[dict[str, Any]]) -> None:
        """Hand queue messages to the workers, as Lambda would."""
        for body in bodies:
            for destination in body["rows"]:
                answer = self.run(WORKERS[destination], records(body))
                assert answer["result"] == {"batchItemFailures": []}

    def sweep(self, die_at: int | None = None, when: str = "before") -> dict[str, Any]:
        """The sweep at the stage's time."""
        at = datetime.now(UTC) + timedelta(seconds=self.offset)
        return self.run("outbox_sweep", d.scheduled(at.strftime("%Y-%m-%dT%H:%M:%SZ")), die_at, when)

    def settle(self) -> None:
        """Let time pass, with sweeps, until nothing is queued any more."""
        self.deliver(self.queued())
        for _ in range(2):
            self.offset += MUCH_LATER
            self.sweep()
            self.deliver(self.queued())

    def case(self, number: str) -> dict[str, Any]:
        """The one case of a citizen: its items by kind."""
        marked = self.dynamodb.get_item(
            TableName=self.tables["control"], Key={"pk": {"S": f"CONV#whatsapp:{d.ACCOUNT}:p:{number}"}}
        )["Item"]
        ticket = marked["ticket"]["S"]
        items = self.dynamodb.query(
            TableName=self.tables["complaints"],
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues={":pk": {"S": f"C#{ticket}"}},
        )["Items"]
        kinds: dict[str, Any] = {"ticket": ticket, "MSG": [], "OUT": {}, "EVT": []}
        for item in items:
            kind = item["sk"]["S"].split("#")[0]
            if "destination" in item:  # a message is the row of its file or, without one, of its receipt
                kinds["OUT"][item["destination"]["S"]] = item
            if kind == "OUT":
                continue
            if kind == "META":
                kinds["META"] = item
            else:
                kinds[kind].append(item)
        return kinds

    def close(self) -> None:
        """End the victim."""
        assert self.victim.stdin is not None
        self.victim.stdin.close()
        self.victim.wait(10)


def records(body: dict[str, Any]) -> dict[str, Any]:
    """An SQS event with one message."""
    record = {
        "messageId": "1",
        "receiptHandle": "r",
        "body": json.dumps(body),
        "attributes": {"ApproximateReceiveCount": "1"},
        "messageAttributes": {},
        "eventSource": "aws:sqs",
        "eventSourceARN": "arn:aws:sqs:ap-southeast-3:000000000000:q",
        "awsRegion": "ap-southeast-3",
    }
    return {"Records": [record]}


@pytest.fixture(scope="module")
def stage(cloud: Cloud) -> Iterator[Stage]:
    """One for the module: every test brings citizens of its own."""
    made = Stage(cloud)
    yield made
    made.close()


def photo(number: str) -> bytes:
    """A photo with a caption: it needs all three destinations."""
    image = {"id": f"1{number}", "mime_type": "image/jpeg", "caption": "Jalan berlubang"}
    return d.payload({"from": number, "id": d.wamid(), "timestamp": "1763712060", "type": "image", "image": image})


def words(number: str) -> bytes:
    """A message without a file, which is the row of its own receipt."""
    return d.payload({**d.text(), "from": number})


def points(count: int) -> list[tuple[int, str]]:
    """Before and after each of a number of calls."""
    return list(itertools.product(range(1, count + 1), ("before", "after")))


def check_whole(stage: Stage, number: str) -> None:
    """One case with one message, filed once, answered, its photo (if it is one) kept."""
    case = stage.case(number)
    assert len(case["MSG"]) == 1
    assert case["META"]["message_count"]["N"] == "1"
    photographed = case["MSG"][0]["kind"]["S"] == "image"
    told = WORKERS if photographed else ("lapor", "reporter")
    assert {name: row["state"]["S"] for name, row in case["OUT"].items()} == dict.fromkeys(told, "confirmed")
    assert len(d.filings(stage.cloud, case["ticket"])) == 1
    assert len(d.replies(stage.cloud, number)) >= 1
    assert ("stored" in case["MSG"][0]) == photographed


def test_a_webhook_killed_anywhere_is_made_good_by_its_redelivery(stage: Stage) -> None:
    count = stage.calls("api", events.api_event(photo(d.phone()), stage.secret))
    assert count >= 4  # the secret, the city, the transaction, the announcement
    for die_at, when in points(count):
        number = d.phone()
        event = events.api_event(photo(number), stage.secret)
        stage.run("api", event, die_at, when)
        again = stage.run("api", event)
        assert again["result"]["statusCode"] == 200
        stage.settle()
        check_whole(stage, number)


def test_a_webhook_stored_but_never_redelivered_is_swept(stage: Stage) -> None:
    number = d.phone()
    event = events.api_event(photo(number), stage.secret)
    announcement = stage.calls("api", events.api_event(photo(d.phone()), stage.secret))
    stage.run("api", event, announcement, "before")
    stage.settle()
    check_whole(stage, number)


@pytest.mark.parametrize("destination", WORKERS)
def test_a_worker_killed_anywhere_loses_nothing_and_files_nothing_twice(stage: Stage, destination: str) -> None:
    def fresh() -> tuple[str, dict[str, Any]]:
        """A stored case whose other destinations are done."""
        number = d.phone()
        said = words(number) if destination == "reporter" else photo(number)
        stage.run("api", events.api_event(said, stage.secret))
        (body,) = stage.queued()
        for other in ("media", "reporter", "lapor"):
            if other != destination and other in body["rows"]:
                if other == "lapor" and destination == "media":
                    continue  # it waits for the photo
                stage.deliver([{"ticket": body["ticket"], "rows": {other: body["rows"][other]}}])
        return number, {"ticket": body["ticket"], "rows": {destination: body["rows"][destination]}}

    _, body = fresh()
    count = stage.calls(WORKERS[destination], records(body))
    assert count >= 3
    ambiguous = 0
    for die_at, when in points(count):
        number, body = fresh()
        stage.run(WORKERS[destination], records(body), die_at, when)
        stage.deliver([body])  # SQS delivers it again, while the lease still holds
        stage.settle()
        case = stage.case(number)
        row = case["OUT"][destination]
        filed = len(d.filings(stage.cloud, case["ticket"]))
        assert filed <= 1
        if destination == "lapor" and row["state"]["S"] == "ambiguous":
            # Only a process that died around the filing itself leaves it open, and a person can decide either way.
            ambiguous += 1
            assert case["META"]["lapor"]["S"].find('"ambiguous"') > 0
            continue
        check_whole(stage, number)
    if destination == "lapor":
        # Before and after the filing, and on the way from the last saved step to it.
        assert 2 <= ambiguous <= 4


def test_a_filing_killed_after_an_earlier_try_was_refused_is_not_filed_twice(stage: Stage) -> None:
    """The photo is uploaded, the filing is put off by a 503; what is killed is the second try."""

    def put_off() -> tuple[str, dict[str, Any]]:
        number = d.phone()
        stage.run("api", events.api_event(photo(number), stage.secret))
        (body,) = stage.queued()
        stage.deliver(
            [{"ticket": body["ticket"], "rows": {name: body["rows"][name]}} for name in ("media", "reporter")]
        )
        d.lapor_fault(stage.cloud, "503", times=1, seconds=0, paths="/complaints/complaint")
        body = {"ticket": body["ticket"], "rows": {"lapor": body["rows"]["lapor"]}}
        stage.deliver([body])
        d.lapor_fault(stage.cloud, None)
        stage.offset += 2 * MUCH_LATER  # past what the breaker asks for after so many failures
        return number, body

    number, body = put_off()
    assert len(d.filings(stage.cloud, body["ticket"])) == 0
    count = stage.calls("forward", records(body))
    assert count >= 4
    for die_at, when in points(count):
        number, body = put_off()
        stage.run("forward", records(body), die_at, when)
        stage.deliver([body])
        stage.settle()
        case = stage.case(number)
        filed = len(d.filings(stage.cloud, case["ticket"]))
        assert filed <= 1
        if case["OUT"]["lapor"]["state"]["S"] != "ambiguous":
            check_whole(stage, number)


def test_a_sweep_killed_anywhere_is_made_good_by_the_next(stage: Stage) -> None:
    numbers = []
    announcement = stage.calls("api", events.api_event(photo(d.phone()), stage.secret))
    stage.settle()
    count = len(stage.sweep()["calls"])
    for die_at, when in points(count + 3):
        number = d.phone()
        stage.run("api", events.api_event(photo(number), stage.secret), announcement, "before")
        stage.offset += MUCH_LATER
        stage.sweep(die_at, when)
        numbers.append(number)
        stage.settle()
    for number in numbers:
        check_whole(stage, number)


def test_the_ledger_of_all_this_balances(stage: Stage) -> None:
    shards = [
        stage.dynamodb.get_item(TableName=stage.tables["control"], Key={"pk": {"S": f"LEDGER#{n}"}}).get("Item", {})
        for n in range(16)
    ]

    def total(name: str) -> int:
        return sum(int(shard.get(name, {}).get("N", 0)) for shard in shards)

    assert total("accepted") == total("opened") + total("duplicates") > 0
    # Most of them with a photo, those of the reply worker with a text.
    assert total("due_lapor") == total("due_reporter") == total("opened") > total("due_media") > 0
