"""The sweep of deadlines as it is deployed: run for any day it acts as on that day, and run twice it acts once."""

from datetime import datetime, timedelta
from typing import Any

from infra import deploy, settings
from infra.local.cloud import STAGE
from tests.integration import driver as d
from tests.integration.desk import act, enter, timeline

Cloud = dict[str, Any]


def sweep(cloud: Cloud, at: datetime) -> Any:
    return d.invoke(cloud, "sla_alerts", d.scheduled(at.strftime("%Y-%m-%dT%H:%M:%SZ")))


def alerts(cloud: Cloud, ticket: str) -> list[tuple[str, int, list[str]]]:
    found = [line["data"] for line in timeline(cloud, ticket) if line["type"] == "alert"]
    return [(one["clock"], one["percent"], one["to"]) for one in found]


def test_it_runs_every_five_minutes(cloud: Cloud) -> None:
    clients = deploy.clients_for(settings.load(STAGE), cloud["aws_endpoint"])
    function = clients("lambda").get_function_configuration(FunctionName=cloud["functions"]["sla_alerts"])
    (name,) = clients("events").list_rule_names_by_target(TargetArn=function["FunctionArn"])["RuleNames"]
    assert clients("events").describe_rule(Name=name)["ScheduleExpression"] == "rate(5 minutes)"


def test_a_day_s_sweep_acts_as_on_that_day_and_once(cloud: Cloud) -> None:
    ticket, answered = enter(cloud)["ticket"], enter(cloud)["ticket"]
    (due,) = [one["due_at"] for one in d.case(cloud, ticket)["clocks"] if one["name"] == "verification"]
    act(cloud, answered, "reject", reason="spam")
    early = datetime.fromisoformat(d.case(cloud, ticket)["received_at"]) + timedelta(hours=2)
    sweep(cloud, early)
    assert alerts(cloud, ticket) == []
    late = datetime.fromisoformat(due) + timedelta(days=30)
    for _ in range(2):
        sweep(cloud, late)
        # Of what came due in a month without a sweep only the highest step is told, to those of the last rung.
        assert [one for one in alerts(cloud, ticket) if one[0] == "verification"] == [("verification", 150, ["sekda"])]
        assert alerts(cloud, answered) == []
