"""Machines stop. What was accepted is still there when they start again, and work goes on."""

from typing import Any

import boto3
import requests

from infra.local.cloud import Cloud as LocalCloud
from tests.integration import driver as d

Cloud = dict[str, Any]


def test_a_lapor_that_is_gone_and_a_cloud_that_stops_lose_nothing(local_cloud: LocalCloud, cloud: Cloud) -> None:
    simulator = local_cloud.simulators[local_cloud.port + 1]
    simulator.stop(10)
    waiting = [d.report(cloud) for _ in range(3)]
    d.until(lambda: d.ledger(cloud)["destinations"]["lapor"]["waiting"] >= 3, "waiting")
    mails = sent_mails(cloud, 1)
    before = {case["ticket"]: case["text"] for case in d.cases(cloud)}
    counted = d.ledger(cloud)

    local_cloud.down()
    again = local_cloud.up()

    assert again["api"] == cloud["api"]
    assert requests.get(again["mailbox"], timeout=d.SECONDS).json()["messages"] == mails
    assert {case["ticket"]: case["text"] for case in d.cases(cloud)} == before
    assert d.ledger(cloud)["accepted"] == counted["accepted"]
    for ticket in waiting:
        d.filed(cloud, ticket)
        assert len(d.filings(cloud, ticket)) == 1
    newest = d.report(cloud)
    d.filed(cloud, newest)
    d.until(lambda: d.case(cloud, newest)["lapor"]["complaint_id"], "filing")
    assert len(sent_mails(cloud, 2)["000000000000"]) == len(mails["000000000000"]) + 1


def sent_mails(cloud: Cloud, number: int) -> dict[str, list[dict[str, Any]]]:
    """Send one more, with the keys that cloud.json gives; all that were sent."""
    keys = {name: cloud[name] for name in ("aws_access_key_id", "aws_secret_access_key")}
    ses = boto3.client("ses", endpoint_url=cloud["aws_endpoint"], region_name=cloud["region"], **keys)
    ses.verify_email_identity(EmailAddress="aduan@kediri.example")
    ses.send_email(
        Source="aduan@kediri.example",
        Destination={"ToAddresses": ["admin@kediri.example"]},
        Message={"Subject": {"Data": f"Surel {number}"}, "Body": {"Text": {"Data": "Tenggat besok."}}},
    )
    found: dict[str, list[dict[str, Any]]] = requests.get(cloud["mailbox"], timeout=d.SECONDS).json()["messages"]
    assert found["000000000000"][-1]["Subject"] == f"Surel {number}"
    return found
