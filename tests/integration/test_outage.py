"""What happens when LAPOR! misbehaves, on the deployed stack."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest

from tests.integration import driver as d

Cloud = dict[str, Any]


@pytest.fixture(autouse=True)
def healthy(cloud: Cloud) -> Iterator[None]:
    """Leave the simulator as it was found, and the breaker closed."""
    yield
    d.lapor_fault(cloud, None)
    d.filed(cloud, d.report(cloud))


def state(cloud: Cloud, ticket: str) -> str:
    """Where the filing stands."""
    found: str = d.case(cloud, ticket)["lapor"]["state"]
    return found


@pytest.mark.parametrize("fault", ["429", "503"])
def test_with_lapor_down_intake_goes_on_and_all_is_filed_afterwards(cloud: Cloud, fault: str) -> None:
    d.lapor_fault(cloud, fault)
    tickets = [d.report(cloud) for _ in range(3)]

    def tried() -> Any:
        return d.ledger(cloud)["destinations"]["lapor"]["waiting"] >= 3

    d.until(tried, "waiting")
    assert {state(cloud, ticket) for ticket in tickets} == {"waiting"}
    d.lapor_fault(cloud, None)
    for ticket in tickets:
        d.filed(cloud, ticket)
        assert len(d.filings(cloud, ticket)) == 1


@pytest.mark.parametrize(
    ("fault", "arrived"),
    [("cut_after_accept", 1), ("no_id", 1), ("cut_before_accept", 0), ("500", 0)],
)
def test_an_unknown_outcome_is_ambiguous_and_never_sent_again_by_itself(cloud: Cloud, fault: str, arrived: int) -> None:
    d.lapor_fault(cloud, fault, paths="/complaints/complaint")
    ticket = d.report(cloud)
    d.until(lambda: state(cloud, ticket) == "ambiguous", "ambiguous")
    d.lapor_fault(cloud, None)
    at = datetime.now(UTC) + timedelta(hours=1)
    for _ in range(3):
        at += timedelta(hours=1)
        d.sweep(cloud, at.strftime("%Y-%m-%dT%H:%M:%SZ"))
    other = d.report(cloud)
    d.filed(cloud, other)
    assert state(cloud, ticket) == "ambiguous"
    assert len(d.filings(cloud, ticket)) == arrived
    counted = d.ledger(cloud)["destinations"]["lapor"]
    assert counted["ambiguous"] >= 1
    path = f"/v1/complaints/{ticket}/forward"
    assert d.call(cloud, "POST", path, "auditor", {"decision": "resend"}).status_code == 403
    if arrived:
        answer = d.call(cloud, "POST", path, "operator", {"decision": "arrived", "complaint_id": "4711"})
        assert answer.status_code == 200, answer.text
        assert answer.json()["lapor"] == {
            "state": "confirmed",
            "complaint_id": "4711",
            "tracking_id": None,
            "status_name": None,
        }
    else:
        assert d.call(cloud, "POST", path, "operator", {"decision": "resend"}).status_code == 200
        d.filed(cloud, ticket)
        assert len(d.filings(cloud, ticket)) == 1
    assert d.call(cloud, "POST", path, "operator", {"decision": "resend"}).status_code == 409
    assert d.ledger(cloud)["destinations"]["lapor"]["ambiguous"] == counted["ambiguous"] - 1


def outage(cloud: Cloud) -> list[str]:
    """LAPOR! was down until the breaker opened, and is back; the cases that wait."""
    d.lapor_fault(cloud, "503")
    tickets = [d.report(cloud) for _ in range(8)]
    dynamodb = boto3.client(
        "dynamodb",
        endpoint_url=cloud["aws_endpoint"],
        region_name=cloud["region"],
        aws_access_key_id="test",
        aws_secret_access_key="test",
    )
    key = {"pk": {"S": "BREAKER#lapor"}}

    def opened() -> Any:
        return "open_until" in dynamodb.get_item(TableName=cloud["tables"]["control"], Key=key).get("Item", {})

    d.until(opened, "an open breaker")
    d.lapor_fault(cloud, None)
    assert {state(cloud, ticket) for ticket in tickets} == {"waiting"}
    return tickets


def confirmed(cloud: Cloud, tickets: list[str]) -> bool:
    """Whether all of them are filed."""
    return all(state(cloud, ticket) == "confirmed" for ticket in tickets)


def test_after_an_outage_all_is_filed_soon_and_nobody_has_to_help(cloud: Cloud) -> None:
    """As deployed: the schedule alone brings everything, within 90 s and the time it takes to file."""
    tickets = outage(cloud)
    d.until(lambda: confirmed(cloud, tickets), "filing", seconds=110)
    assert [len(d.filings(cloud, ticket)) for ticket in tickets] == [1] * 8


def test_a_sweep_ahead_after_an_outage_brings_all_at_once(cloud: Cloud) -> None:
    tickets = outage(cloud)
    d.sweep(cloud, (datetime.now(UTC) + timedelta(hours=6)).strftime("%Y-%m-%dT%H:%M:%SZ"))
    d.until(lambda: confirmed(cloud, tickets), "filing", seconds=45)
    assert [len(d.filings(cloud, ticket)) for ticket in tickets] == [1] * 8


@pytest.mark.parametrize("fault", ["422", "no_id", "malformed", "cut_after_accept", "500"])
def test_what_became_of_some_cases_keeps_no_other_waiting(cloud: Cloud, fault: str) -> None:
    d.lapor_fault(cloud, fault, paths="/complaints/complaint")
    tickets = [d.report(cloud) for _ in range(6)]
    d.until(lambda: all(state(cloud, ticket) in ("failed", "ambiguous") for ticket in tickets), "an end")
    d.lapor_fault(cloud, None)
    after = d.report(cloud)
    d.until(lambda: state(cloud, after) == "confirmed", "filing", seconds=15)


def test_the_ledger_balances_at_every_moment(cloud: Cloud) -> None:
    def webhooks(_: int) -> None:
        for _ in range(10):
            assert d.post(cloud, d.payload({**d.text(), "from": d.phone()})).json() == {"opened": 1}

    seen = set()
    with ThreadPoolExecutor(3) as citizens:
        busy = [citizens.submit(webhooks, number) for number in range(3)]
        while not all(one.done() for one in busy):
            counted = d.ledger(cloud)
            seen.add(counted["opened"])
            outcomes = ("opened", "appended", "duplicates", "quarantined", "control")
            assert counted["accepted"] == sum(counted[name] for name in outcomes)
            for name, found in counted["destinations"].items():
                ways = ("confirmed", "waiting", "failed", "ambiguous")
                assert found["due"] == sum(found[way] for way in ways), (name, found)
                assert min(found.values()) >= 0, (name, found)
    for one in busy:
        one.result()
    assert len(seen) > 2, "else nothing was looked at while it happened"


def test_a_refused_filing_waits_for_a_person(cloud: Cloud) -> None:
    d.lapor_fault(cloud, "422")
    ticket = d.report(cloud)
    d.until(lambda: state(cloud, ticket) == "failed", "failed")
    d.lapor_fault(cloud, None)
    assert d.call(cloud, "POST", f"/v1/complaints/{ticket}/forward", body={"decision": "resend"}).status_code == 200
    d.filed(cloud, ticket)
    assert len(d.filings(cloud, ticket)) == 1
