"""Machines stop. What was accepted is still there when they start again, and work goes on."""

from typing import Any

from infra.local.cloud import Cloud as LocalCloud
from tests.integration import driver as d

Cloud = dict[str, Any]


def test_a_lapor_that_is_gone_and_a_cloud_that_stops_lose_nothing(local_cloud: LocalCloud, cloud: Cloud) -> None:
    simulator = local_cloud.simulators[local_cloud.port + 1]
    simulator.stop(10)
    waiting = [d.report(cloud) for _ in range(3)]
    d.until(lambda: d.ledger(cloud)["destinations"]["lapor"]["waiting"] >= 3, "waiting")
    before = {case["ticket"]: case["text"] for case in d.cases(cloud)}
    counted = d.ledger(cloud)

    local_cloud.down()
    again = local_cloud.up()

    assert again["api"] == cloud["api"]
    assert {case["ticket"]: case["text"] for case in d.cases(cloud)} == before
    assert d.ledger(cloud)["accepted"] == counted["accepted"]
    for ticket in waiting:
        d.filed(cloud, ticket)
        assert len(d.filings(cloud, ticket)) == 1
    newest = d.report(cloud)
    d.filed(cloud, newest)
    d.until(lambda: d.case(cloud, newest)["lapor"]["complaint_id"], "filing")
