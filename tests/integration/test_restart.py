"""Machines stop. What was accepted is still there when they start again, and work goes on."""

from datetime import UTC, datetime, timedelta
from typing import Any

from infra.local.cloud import Cloud as LocalCloud
from tests.integration import driver as d

Cloud = dict[str, Any]


def report(cloud: Cloud) -> str:
    """One complaint; its ticket."""
    number = d.phone()
    assert d.post(cloud, d.payload({**d.text(), "from": number})).json() == {"opened": 1}
    ticket: str = d.cases_of(cloud, number)[0]["ticket"]
    return ticket


def filed(cloud: Cloud, ticket: str) -> None:
    """Wait, sweeping, until a case is filed."""
    at = datetime.now(UTC)

    def look() -> str | None:
        nonlocal at
        at += timedelta(minutes=15)
        d.sweep(cloud, at.strftime("%Y-%m-%dT%H:%M:%SZ"))
        lapor = d.case(cloud, ticket)["lapor"]
        return ticket if lapor["state"] == "confirmed" else None

    d.until(look, "filing", seconds=120)


def test_a_lapor_that_is_gone_and_a_cloud_that_stops_lose_nothing(local_cloud: LocalCloud, cloud: Cloud) -> None:
    simulator = local_cloud.simulators[local_cloud.port + 1]
    simulator.stop(10)
    waiting = [report(cloud) for _ in range(3)]
    d.until(lambda: d.ledger(cloud)["destinations"]["lapor"]["waiting"] >= 3, "waiting")
    before = {case["ticket"]: case["text"] for case in d.cases(cloud)}
    counted = d.ledger(cloud)

    local_cloud.down()
    again = local_cloud.up()

    assert again["api"] == cloud["api"]
    assert {case["ticket"]: case["text"] for case in d.cases(cloud)} == before
    assert d.ledger(cloud)["accepted"] == counted["accepted"]
    for ticket in waiting:
        filed(cloud, ticket)
        assert len(d.filings(cloud, ticket)) == 1
    newest = report(cloud)
    filed(cloud, newest)
    d.until(lambda: d.case(cloud, newest)["lapor"]["complaint_id"], "filing")
