"""What happens when LAPOR! misbehaves, on the deployed stack."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

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


def test_a_refused_filing_waits_for_a_person(cloud: Cloud) -> None:
    d.lapor_fault(cloud, "422")
    ticket = d.report(cloud)
    d.until(lambda: state(cloud, ticket) == "failed", "failed")
    d.lapor_fault(cloud, None)
    assert d.call(cloud, "POST", f"/v1/complaints/{ticket}/forward", body={"decision": "resend"}).status_code == 200
    d.filed(cloud, ticket)
    assert len(d.filings(cloud, ticket)) == 1
