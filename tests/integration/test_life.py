"""What a whole life costs, counted by DynamoDB itself (DESIGN §7: at most 80 write and 60 read units)."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import boto3

ROOT = Path(__file__).resolve().parents[2]
Cloud = dict[str, Any]


def like(cloud: Cloud, table: str, name: str) -> str:
    """An empty table with the keys and indexes of another."""
    dynamodb = client(cloud, "dynamodb")
    found = dynamodb.describe_table(TableName=table)["Table"]
    indexes = [
        {key: index[key] for key in ("IndexName", "KeySchema", "Projection")}
        for index in found.get("GlobalSecondaryIndexes", [])
    ]
    dynamodb.create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=found["AttributeDefinitions"],
        KeySchema=found["KeySchema"],
        **({"GlobalSecondaryIndexes": indexes} if indexes else {}),
    )
    return name


def client(cloud: Cloud, service: str) -> Any:
    return boto3.client(
        service,
        endpoint_url=cloud["aws_endpoint"],
        region_name=cloud["region"],
        aws_access_key_id="test",
        aws_secret_access_key="test",
    )


def steps(cloud: Cloud) -> list[dict[str, Any]]:
    """The steps of a life and what each cost."""
    dynamodb = client(cloud, "dynamodb")
    tables = {name: like(cloud, table, f"life-{name}") for name, table in cloud["tables"].items()}
    for key in ("CITY", "CITY#intake", "CITY#desk"):
        item = dynamodb.get_item(TableName=cloud["tables"]["control"], Key={"pk": {"S": key}})["Item"]
        dynamodb.put_item(TableName=tables["control"], Item=item)
    variables = {
        "LIFE_SECRET": cloud["secrets"]["whatsapp_app_secret"].split()[0],
        "ADUAN_STAGE": "local",
        "ADUAN_SECRETS_PREFIX": "/aduan/local",
        "ADUAN_COMPLAINTS_TABLE": tables["complaints"],
        "ADUAN_CONTROL_TABLE": tables["control"],
        "ADUAN_OUTBOX_TOPIC": client(cloud, "sns").create_topic(Name="life-outbox")["TopicArn"],
        "ADUAN_MEDIA_BUCKET": cloud["media_bucket"],
        "ADUAN_LAPOR_BASE_URL": cloud["lapor_simulator"],
        "ADUAN_WHATSAPP_API_URL": f"{cloud['outbound_simulator']}/whatsapp",
        "AWS_ENDPOINT_URL": cloud["aws_endpoint"],
        "AWS_REGION": cloud["region"],
        "AWS_DEFAULT_REGION": cloud["region"],
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "ADUAN_LOG_LEVEL": "ERROR",
        "PYTHONPATH": str(ROOT),
        "PATH": os.environ["PATH"],
    }
    program = Path(__file__).with_name("life.py")
    done = subprocess.run([sys.executable, str(program)], env=variables, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_a_life_stays_within_its_budget(cloud: Cloud) -> None:
    spent = steps(cloud)
    table = "\n".join(f"{one['wru']:6} WRU {one['rru']:6} RRU  {one['step']}" for one in spent)
    assert len(spent) == 12, table
    assert all(one["wru"] for one in spent), table
    assert sum(one["wru"] for one in spent) <= 80, table
    assert sum(one["rru"] for one in spent) <= 60, table
