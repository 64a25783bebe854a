"""The canary: what a citizen wrote and who he is must be in the case, and nowhere else."""

import json
from typing import Any

import boto3

from infra.local.cloud import Cloud as LocalCloud
from tests.integration import driver as d

Cloud = dict[str, Any]
NAME = "Kenarikuningsatu"
WORDS = "kenarimerahdua menyumbat selokan"


def client(cloud: Cloud, service: str) -> Any:
    """A client of the local cloud."""
    return boto3.client(
        service,
        endpoint_url=cloud["aws_endpoint"],
        region_name=cloud["region"],
        aws_access_key_id="test",
        aws_secret_access_key="test",
    )


def log_lines(cloud: Cloud) -> list[str]:
    """Everything every function has logged."""
    logs = client(cloud, "logs")
    lines = []
    for group in logs.describe_log_groups()["logGroups"]:
        for page in logs.get_paginator("filter_log_events").paginate(logGroupName=group["logGroupName"]):
            lines += [event["message"] for event in page["events"]]
    return lines


def test_no_personal_data_in_logs_queues_or_urls(cloud: Cloud, local_cloud: LocalCloud) -> None:
    number = d.phone()
    contact = [{"profile": {"name": NAME}, "wa_id": number, "user_id": f"ID.{number}"}]
    good = d.payload({**d.text(WORDS), "from": number, "from_user_id": f"ID.{number}"}, contacts=contact)
    broken = good[:-2]
    huge = d.payload({**d.text(f"{WORDS} " * 5000), "from": number}, contacts=contact)
    d.lapor_fault(cloud, "422")
    assert d.post(cloud, good).json() == {"opened": 1}
    assert d.post(cloud, broken).json() == {"quarantined": 1}
    assert d.post(cloud, huge).json() == {"quarantined": 1}
    assert d.post(cloud, good, signature="sha256=0").status_code == 401
    ticket = d.cases_of(cloud, number)[0]["ticket"]
    d.until(lambda: d.case(cloud, ticket)["lapor"]["state"] == "failed", "refusal")
    d.lapor_fault(cloud, None)
    assert NAME in json.dumps(d.case(cloud, ticket))

    lines = log_lines(cloud)
    assert any(ticket in line for line in lines), "the logs were not read at all"
    queues = client(cloud, "sqs")
    letters = [
        message["Body"]
        for queue in cloud["queues"].values()
        for message in queues.receive_message(QueueUrl=queue["dead_letters"], MaxNumberOfMessages=10).get(
            "Messages", []
        )
    ]
    daemons = "".join(daemon.log.read_text() for daemon in (local_cloud.ministack, *local_cloud.simulators.values()))
    for canary in (NAME, "kenarimerahdua", number):
        assert not [line for line in lines if canary in line]
        assert not [letter for letter in letters if canary in letter]
        assert canary not in daemons
