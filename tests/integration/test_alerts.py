"""An alert from the overdue case to the official's tap, on the deployed stack: sweep, SES, link, receipts."""

import json
import re
from datetime import datetime, timedelta
from typing import Any

import boto3
import pytest
import requests

from infra.package import ROOT
from tests.integration import driver as d
from tests.integration.desk import OWN, act, enter, timeline

Cloud = dict[str, Any]
HEAD = "kepala.dpupr@kediri.example"
EVER = {"from": "2020-01-01", "to": "2098-01-01"}
BOUNCES = "bounce@simulator.amazonses.com"


def sweep(cloud: Cloud, at: datetime) -> dict[str, Any]:
    """The sweep, run for a moment."""
    client = boto3.client(
        "lambda",
        endpoint_url=cloud["aws_endpoint"],
        region_name=cloud["region"],
        aws_access_key_id="test",
        aws_secret_access_key="test",
    )
    event: dict[str, Any] = {
        "time": at.isoformat().replace("+00:00", "Z"),
        "source": "aws.events",
        "detail-type": "Scheduled Event",
    }
    event |= {"version": "0", "id": "x", "account": "0", "region": cloud["region"], "resources": [], "detail": {}}
    answer = client.invoke(FunctionName=cloud["functions"]["sla_alerts"], Payload=json.dumps(event).encode())
    said = answer["Payload"].read()
    assert "FunctionError" not in answer, said
    found: dict[str, Any] = json.loads(said)
    return found


def mails(cloud: Cloud, to: str, word: str) -> list[dict[str, Any]]:
    """What was sent to an address and holds a word."""
    kept = requests.get(cloud["mailbox"], timeout=d.SECONDS).json()["messages"]
    found = (mail for account in kept.values() for mail in account)
    return [mail for mail in found if to in mail["To"] and word in mail["BodyText"]]


def alerts(cloud: Cloud, role: str = "admin", **query: str) -> list[dict[str, Any]]:
    answer = d.call(cloud, "GET", "/v1/alerts", role, **query)
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


@pytest.fixture(scope="module")
def city(cloud: Cloud) -> Cloud:
    """The demo city, whose head of the officers' department reads his mail, and whose other department's does not."""
    toml = (ROOT / "infra/cities/kediri.toml").read_text()
    broken = toml.replace("kepala.dlhkp@kediri.example", BOUNCES)
    assert broken != toml
    assert d.call(cloud, "PUT", "/v1/city", body={"toml": broken}).status_code == 200
    return cloud


def breached(cloud: Cloud, ticket: str) -> datetime:
    """Run the sweep at 10.00 of the days after a case's follow-up is due, until one is no holiday; that moment."""
    clock = next(one for one in d.case(cloud, ticket)["clocks"] if one["name"] == "follow_up")
    due = datetime.fromisoformat(clock["due_at"]).replace(hour=3, minute=0)
    for days in range(1, 12):
        at = due + timedelta(days=days)
        if sweep(cloud, at)["sent"].get("sent"):
            return at
    raise AssertionError("nobody was told")


def test_from_an_overdue_case_to_the_heads_tap(city: Cloud) -> None:
    ticket = enter(city, text="Jalan berlubang di depan pasar")["ticket"]
    act(city, ticket, "assign", department=OWN)
    at = breached(city, ticket)
    (mail,) = d.until(lambda: mails(city, HEAD, ticket), "a mail to the head")
    assert "lewat tenggat" in mail["Subject"]
    again = sweep(city, at)
    assert len(mails(city, HEAD, ticket)) == 1, again
    (told,) = [one for one in alerts(city, ticket=ticket) if one["role"] == "head"]
    assert d.until(lambda: alerts(city, ticket=ticket, state="delivered"), "SES's receipt")
    assert (told["department"], told["channel"]) == (OWN, "email")

    link = re.findall(rf"{re.escape(city['api'])}/tindak/\S+", mail["BodyText"].split(ticket)[1])[0]
    # Filed meanwhile, which is a line of its own.
    d.until(lambda: [one for one in timeline(city, ticket) if one["type"].startswith("lapor_")], "the filing")
    version = d.case(city, ticket)["version"]
    lines = len(timeline(city, ticket))
    for method in ("GET", "HEAD", "GET"):
        seen = requests.request(method, link, timeout=d.SECONDS)
        assert method == "HEAD" or seen.status_code == 200, seen.text
    assert "Terima, kami tangani" in seen.text
    assert seen.headers["Cache-Control"] == "no-store"
    assert seen.headers["Referrer-Policy"] == "no-referrer"
    assert "default-src 'none'" in seen.headers["Content-Security-Policy"]
    assert (d.case(city, ticket)["version"], len(timeline(city, ticket))) == (version, lines)

    for _ in range(2):
        done = requests.post(link, data={"action": "acknowledge"}, timeout=d.SECONDS)
        assert done.status_code == 200, done.text
        assert "Sudah diterima" in done.text
    kinds = [(one["type"], one["actor"]) for one in timeline(city, ticket)]
    assert kinds.count(("acknowledged", f"tautan:head@{OWN}")) == 1
    assert kinds.count(("alert_acted", f"tautan:head@{OWN}")) == 1
    (told,) = [one for one in alerts(city, "head", ticket=ticket) if one["role"] == "head"]
    assert told["acted"] == [{"ticket": ticket, "action": "acknowledge"}]
    forged = requests.post(link[:-2] + "xx", data={"action": "acknowledge"}, timeout=d.SECONDS)
    assert forged.status_code == 404


def test_a_mail_that_bounces_is_told_to_the_admin(city: Cloud) -> None:
    ticket = enter(city, text="Sampah menumpuk")["ticket"]
    act(city, ticket, "assign", department="dlhkp")
    at = breached(city, ticket)
    assert d.until(lambda: alerts(city, ticket=ticket, state="bounced"), "the bounce")
    sweep(city, at + timedelta(minutes=5))
    assert mails(city, "admin@kediri.example", ticket)
    assert alerts(city, "officer", state="bounced", **EVER) == []  # of another department
