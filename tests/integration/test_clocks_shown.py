"""The clocks of a case over HTTP: beside the case, and each due date explained day by day."""

from datetime import UTC, datetime, timedelta
from typing import Any

from tests.integration import driver as d
from tests.integration.desk import enter

Cloud = dict[str, Any]


def sla(cloud: Cloud, ticket: str, role: str = "operator") -> Any:
    return d.call(cloud, "GET", f"/v1/complaints/{ticket}/sla", role)


def test_a_case_shows_its_clocks_and_each_explains_itself(cloud: Cloud) -> None:
    ticket = enter(cloud, received_at="2026-03-17T02:00:00Z")["ticket"]
    clocks = {clock["name"]: clock for clock in d.case(cloud, ticket)["clocks"]}
    # Three working days from 17 March 2026, with Nyepi, Lebaran and cuti bersama between.
    assert clocks["verification"]["due_on"] == "2026-03-27"
    assert clocks["verification"]["state"] == "breached"
    assert "LAPOR" in clocks["verification"]["legal_basis"]
    explained = {clock["name"]: clock for clock in sla(cloud, ticket).json()["clocks"]}["verification"]
    counted = [day["date"] for day in explained["days"] if day["counted"]]
    assert len(counted) == explained["amount"] == 3
    skipped = {day["date"]: day["rule"] for day in explained["days"] if not day["counted"]}
    assert skipped["2026-03-19"] == "public"
    assert skipped["2026-03-18"] == "cuti_bersama"
    assert explained["text"]


def test_acting_moves_the_clocks(cloud: Cloud) -> None:
    ticket = enter(cloud, received_at=(datetime.now(UTC) - timedelta(minutes=5)).isoformat())["ticket"]
    assert {clock["name"]: clock["state"] for clock in d.case(cloud, ticket)["clocks"]}["verification"] == "running"
    done = d.call(cloud, "POST", f"/v1/complaints/{ticket}/assign", "operator", {"department": "dpupr"})
    states = {clock["name"]: clock["state"] for clock in done.json()["clocks"]}
    assert (states["verification"], states["follow_up"]) == ("met", "running")
    answered = d.call(cloud, "POST", f"/v1/complaints/{ticket}/respond", "officer", {"text": "Sudah diperbaiki."})
    states = {clock["name"]: clock["state"] for clock in answered.json()["clocks"]}
    assert (states["follow_up"], states["resolution"], states["closing"]) == ("met", "met", "running")


def test_another_departments_deadlines_do_not_exist(cloud: Cloud) -> None:
    ticket = enter(cloud)["ticket"]
    assert sla(cloud, ticket, "officer").status_code == 404
    assert sla(cloud, ticket, "executive").status_code == 403
