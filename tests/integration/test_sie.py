"""Figures pushed to the SIE through the deployed stack, believed by the receiver that docs/sie.md prints."""

import re
from datetime import date, datetime, timedelta
from datetime import time as clock_time
from typing import Any
from zoneinfo import ZoneInfo

import requests

from infra.package import ROOT
from tests.integration import driver as d
from tests.integration.desk import dynamodb

Cloud = dict[str, Any]
WIB = ZoneInfo("Asia/Jakarta")


def receiver(secret: str) -> dict[str, Any]:
    """The names of the page's example, with the secret of this cloud."""
    page = (ROOT / "docs/sie.md").read_text(encoding="utf-8")
    example = re.search(r"```python\n(.*?)```", page, re.DOTALL)
    assert example
    names: dict[str, Any] = {"__name__": "example"}
    exec(example[1], names)
    names["SECRET"] = secret
    return names


def pushed(cloud: Cloud, identifier: str) -> list[dict[str, Any]]:
    kept = requests.get(f"{cloud['outbound_simulator']}/sie", timeout=d.SECONDS).json()
    return [one for one in kept if one["webhook-id"] == identifier]


def test_the_night_s_figures_reach_the_sie_once_and_are_believed(cloud: Cloud) -> None:
    control = dynamodb(cloud).Table(cloud["tables"]["control"])
    mark = control.get_item(Key={"pk": "FIGURES"}, ConsistentRead=True).get("Item", {})
    # The night after the last one that ran here.
    today = datetime.now(WIB).date()
    night = max(today, date.fromisoformat(mark["day"]) + timedelta(days=1)) if mark.get("day") else today
    at = datetime.combine(night, clock_time(1, 0), WIB).astimezone(ZoneInfo("UTC"))
    identifier = f"SIE-{night - timedelta(days=1)}-daily"
    before = d.ledger(cloud)["destinations"]["sie"]
    for _ in range(2):
        d.invoke(cloud, "daily_figures", d.scheduled(at.strftime("%Y-%m-%dT%H:%M:%SZ")))
    assert d.ledger(cloud)["destinations"]["sie"]["due"] == before["due"] + 1
    later = max(at, datetime.now(WIB)) + timedelta(minutes=5)
    d.sweep(cloud, later.astimezone(ZoneInfo("UTC")).strftime("%Y-%m-%dT%H:%M:%SZ"))
    (push,) = d.until(lambda: pushed(cloud, identifier), "the push")
    genuine = receiver(cloud["secrets"]["sie_secret"])["genuine"]
    assert genuine(push, push["body"].encode())
    assert not genuine(push, push["body"].replace("KDR", "MDN").encode())
    assert '"type":"indicators.daily"' in push["body"]
    assert f"{cloud['api']}/v1/indicators/{night - timedelta(days=1)}" in push["body"]

    def confirmed() -> bool:
        return bool(d.ledger(cloud)["destinations"]["sie"]["confirmed"] > before["confirmed"])

    d.until(confirmed, "confirmation")
    assert len(pushed(cloud, identifier)) == 1
