"""The morning's lists and a changed calendar, as deployed: schedules, permissions, mails, the timeline."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import requests

from infra import deploy, settings
from infra.local.cloud import STAGE
from tests.integration import driver as d
from tests.integration.desk import check_replay, enter, timeline

Cloud = dict[str, Any]
TOML = (Path(__file__).resolve().parents[2] / "infra/cities/kediri.toml").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def clients(cloud: Cloud) -> deploy.Clients:
    return deploy.clients_for(settings.load(STAGE), cloud["aws_endpoint"])


def mails(cloud: Cloud, address: str) -> list[dict[str, Any]]:
    kept = requests.get(cloud["mailbox"], timeout=d.SECONDS).json()["messages"]
    return [one for account in kept.values() for one in account if address in str(one)]


@pytest.mark.parametrize(
    ("job", "rate"), [("digests", "cron(0/30 * * * ? *)"), ("deadline_recompute", "rate(15 minutes)")]
)
def test_the_jobs_are_scheduled(cloud: Cloud, clients: deploy.Clients, job: str, rate: str) -> None:
    function = clients("lambda").get_function_configuration(FunctionName=cloud["functions"][job])
    (name,) = clients("events").list_rule_names_by_target(TargetArn=function["FunctionArn"])["RuleNames"]
    rule = clients("events").describe_rule(Name=name)
    assert (rule["ScheduleExpression"], rule["State"]) == (rate, "ENABLED")


def test_a_head_gets_his_list_in_the_morning_of_a_working_day_and_once(cloud: Cloud) -> None:
    ticket = enter(cloud, department="dpupr", received_at="2026-01-05T02:00:00Z")["ticket"]
    head = next(one["head"]["email"] for one in city(cloud)["departments"] if one["id"] == "dpupr")

    def run(at: str) -> Any:
        return d.invoke(cloud, "digests", d.scheduled(at))

    before = len(mails(cloud, head))
    for quiet in ("2026-11-28T00:30:00Z", "2026-12-25T00:30:00Z", "2026-12-02T23:30:00Z"):
        assert run(quiet) == {"done": True}  # a Saturday, a holiday, too early
    assert len(mails(cloud, head)) == before
    sent = run("2026-12-03T00:30:00Z")  # a Thursday, 07.30 WIB
    assert sent["done"] and sent["sent"] >= 1
    (mail,) = mails(cloud, head)[before:]
    assert ticket in str(mail) and "lewat tenggat" in str(mail)
    assert run("2026-12-03T00:30:00Z") == run("2026-12-03T01:00:00Z") == {"done": True}
    assert len(mails(cloud, head)) == before + 1


def city(cloud: Cloud) -> dict[str, Any]:
    found: dict[str, Any] = d.call(cloud, "GET", "/v1/city").json()["city"]
    return found


def put(cloud: Cloud, toml: str, **headers: str) -> requests.Response:
    return requests.put(
        f"{cloud['api']}/v1/city",
        json={"toml": toml},
        headers={"Authorization": d.token(cloud, "admin"), **headers},
        timeout=d.SECONDS,
    )


def test_a_changed_calendar_is_told_once_in_the_cases_it_moves(cloud: Cloud) -> None:
    case = enter(cloud, received_at=(datetime.now(UTC) - timedelta(minutes=5)).isoformat())
    due = {clock["name"]: clock["due_on"] for clock in case["clocks"]}["verification"]
    version = d.call(cloud, "GET", "/v1/city").json()["version"]
    line = f'    {{ date = {due}, kind = "local", name = "Hari Uji", source = "SK" }},\n]\n\n[whatsapp]'
    changed = TOML.replace("]\n\n[whatsapp]", line, 1)
    assert put(cloud, changed, **{"If-Match": f'"{version - 1}"'}).status_code == 412
    try:
        assert put(cloud, changed, **{"If-Match": f'"{version}"'}).status_code == 200
        done = d.invoke(cloud, "deadline_recompute", d.scheduled(datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")))
        assert done["moved"] >= 1 and not done["left"]
        again = d.invoke(cloud, "deadline_recompute", d.scheduled(datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")))
        assert again == {"looked_at": 0, "moved": 0, "left": False}
        (told,) = [one for one in timeline(cloud, case["ticket"]) if one["type"] == "deadline"]
        assert (told["actor"], told["data"]["city_version"]) == ("system", version + 1)
        assert "Hari Uji" in told["data"]["why"]
        assert told["data"]["before"]["verification"][:10] == due < told["data"]["after"]["verification"][:10]
        check_replay(cloud, d.case(cloud, case["ticket"]))
    finally:
        assert put(cloud, TOML).status_code == 200
