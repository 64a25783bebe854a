"""The nightly learning as it is deployed: its schedule, its permissions, its model."""

import json
import zlib
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest

from infra import deploy, settings
from infra.local.cloud import STAGE
from tests.integration import driver as d
from tests.integration.desk import OWN, act, enter


@pytest.fixture(scope="module")
def clients(cloud: dict[str, Any]) -> deploy.Clients:
    return deploy.clients_for(settings.load(STAGE), cloud["aws_endpoint"])


@pytest.fixture(scope="module")
def tables(cloud: dict[str, Any]) -> dict[str, Any]:
    resource = boto3.resource(
        "dynamodb",
        endpoint_url=cloud["aws_endpoint"],
        region_name=cloud["region"],
        aws_access_key_id="test",
        aws_secret_access_key="test",
    )
    return {name: resource.Table(real) for name, real in cloud["tables"].items()}


def test_it_is_scheduled_for_half_past_two_at_night(cloud: dict[str, Any], clients: deploy.Clients) -> None:
    function = clients("lambda").get_function_configuration(FunctionName=cloud["functions"]["routing_retrain"])
    (name,) = clients("events").list_rule_names_by_target(TargetArn=function["FunctionArn"])["RuleNames"]
    rule = clients("events").describe_rule(Name=name)
    assert (rule["ScheduleExpression"], rule["State"]) == ("cron(30 19 * * ? *)", "ENABLED")


def test_it_may_do_what_it_must_and_learns(cloud: dict[str, Any], tables: dict[str, Any]) -> None:
    for number in range(3):
        case = enter(cloud, text=f"kecambah mogok {number}", category="taman")
        act(cloud, case["ticket"], "assign", department=OWN)
    tonight = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
    assert d.invoke(cloud, "routing_retrain", d.scheduled(tonight))["learned"] >= 3
    assert d.invoke(cloud, "routing_retrain", d.scheduled(tonight))["version"] >= 2
    stored = tables["control"].get_item(Key={"pk": "MODEL#routing"})["Item"]
    model = json.loads(zlib.decompress(bytes(stored["model"].value)))
    assert model["words"]["kecambah"]["taman"] >= 6
    assert "Item" in tables["control"].get_item(Key={"pk": "MODEL#routing#former"})
