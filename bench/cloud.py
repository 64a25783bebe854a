"""A local cloud of the bench's own: on free ports, in a folder that is gone afterwards, with the city of Kediri."""

import contextlib
import os
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3

from infra.local.cloud import Cloud
from infra.local.demo import Staff
from infra.local.ports import free_block
from infra.package import ROOT

Known = dict[str, Any]
"""What `.local/cloud.json` holds after `make up`."""


@contextlib.contextmanager
def own() -> Iterator[Known]:
    """Started, deployed and with its city; stopped at the end."""
    with tempfile.TemporaryDirectory(prefix="aduan-bench-") as home:
        running = Cloud(ROOT, free_block(3), Path(home))
        try:
            known = running.up()
            toml = (ROOT / "infra/cities/kediri.toml").read_text(encoding="utf-8")
            Staff(known, "admin1").call("PUT", "/v1/city", {"toml": toml})
            yield known
        finally:
            # Asked to stop it would first save 100,000 cases that nobody wants.
            if pid := running.ministack.pid():
                os.killpg(pid, signal.SIGKILL)
            running.down()


def client(known: Known, service: str) -> Any:
    """A client of one of its services."""
    return boto3.client(
        service,
        endpoint_url=known["aws_endpoint"],
        region_name=known["region"],
        aws_access_key_id="test",
        aws_secret_access_key="test",
    )


def tables_like(known: Known, prefix: str) -> dict[str, str]:
    """Empty tables with the keys and indexes of the deployed ones, and the city in them."""
    dynamodb = client(known, "dynamodb")
    names = {}
    for name, table in known["tables"].items():
        found = dynamodb.describe_table(TableName=table)["Table"]
        indexes = [
            {key: index[key] for key in ("IndexName", "KeySchema", "Projection")}
            for index in found.get("GlobalSecondaryIndexes", [])
        ]
        names[name] = f"{prefix}-{name}"
        dynamodb.create_table(
            TableName=names[name],
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=found["AttributeDefinitions"],
            KeySchema=found["KeySchema"],
            **({"GlobalSecondaryIndexes": indexes} if indexes else {}),
        )
    for key in ("CITY", "CITY#intake", "CITY#desk"):
        found = dynamodb.get_item(TableName=known["tables"]["control"], Key={"pk": {"S": key}})
        if "Item" in found:
            dynamodb.put_item(TableName=names["control"], Item=found["Item"])
    return names


def function_variables(known: Known, tables: dict[str, str], topic: str) -> dict[str, str]:
    """What our code wants in its environment, on tables of its own and a topic nobody listens to."""
    return {
        "ADUAN_STAGE": "local",
        "ADUAN_SECRETS_PREFIX": "/aduan/local",
        "ADUAN_COMPLAINTS_TABLE": tables["complaints"],
        "ADUAN_CONTROL_TABLE": tables["control"],
        "ADUAN_OUTBOX_TOPIC": client(known, "sns").create_topic(Name=topic)["TopicArn"],
        "ADUAN_MEDIA_BUCKET": known["media_bucket"],
        "ADUAN_LAPOR_BASE_URL": known["lapor_simulator"],
        "ADUAN_WHATSAPP_API_URL": f"{known['outbound_simulator']}/whatsapp",
        "ADUAN_LOG_LEVEL": "ERROR",
        "AWS_ENDPOINT_URL": known["aws_endpoint"],
        "AWS_REGION": known["region"],
        "AWS_DEFAULT_REGION": known["region"],
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
    }
