"""The figures as they are deployed: a night and a month by the real functions and their own permissions, over HTTP."""

import csv
import io
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pytest
import requests

from chalicelib.api import figure_shapes
from chalicelib.complaints.calendar import Calendars
from chalicelib.complaints.city import parse
from chalicelib.complaints.clocks import clocks
from chalicelib.complaints.facts import fact_of, judged, working_minutes
from chalicelib.complaints.rollup import rollup_of, to_bytes
from chalicelib.store.figures import digest
from infra.package import ROOT
from tests.integration import driver as d
from tests.integration.desk import OWN, enter, timeline

Cloud = dict[str, Any]
CITY = parse((ROOT / "infra/cities/kediri.toml").read_text(encoding="utf-8"))
ZONE = ZoneInfo(CITY.zone)
# Nobody else's cases were received on this day.
DAY = "2025-05-14"
FIRST = (datetime.now(ZONE).date().replace(day=1) + timedelta(days=31)).replace(day=1)
MONTH = f"{FIRST - timedelta(days=1):%Y-%m}"


def at(day: date, hour: int, minute: int = 0) -> str:
    """The event's time of a moment in the city's zone."""
    moment = datetime(day.year, day.month, day.day, hour, minute, tzinfo=ZONE).astimezone(UTC)
    return moment.isoformat().replace("+00:00", "Z")


def shown(cloud: Cloud, period: str, role: str = "executive", **query: Any) -> dict[str, Any]:
    answer = d.call(cloud, "GET", f"/v1/indicators/{period}", role, **query)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    msgspec.convert(found, figure_shapes.Indicators)
    return found


@pytest.fixture(scope="module")
def tickets(cloud: Cloud) -> list[str]:
    """Cases of an old day with their pasts: one closed, one refused, one whose deadlines have long passed."""
    histories: list[list[dict[str, Any]]] = [
        [
            {"at": f"{DAY}T09:00:00+07:00", "type": "assign", "data": {"department": OWN}},
            {"at": "2025-05-15T09:00:00+07:00", "type": "respond", "data": {"text": "sudah"}},
            {"at": "2025-05-16T09:00:00+07:00", "type": "close", "data": {}},
        ],
        [{"at": f"{DAY}T10:00:00+07:00", "type": "reject", "data": {"reason": "spam"}}],
        [{"at": f"{DAY}T10:00:00+07:00", "type": "assign", "data": {"department": OWN}}],
    ]
    return [
        enter(
            cloud,
            external_id=f"figures-{number}",
            received_at=f"{DAY}T08:{number:02}:00+07:00",
            location={"kelurahan": "Pojok"},
            history=history,
        )["ticket"]
        for number, history in enumerate(histories)
    ]


@pytest.fixture(scope="module")
def night(cloud: Cloud, tickets: list[str]) -> dict[str, Any]:
    """The first night after today."""
    done: dict[str, Any] = d.invoke(
        cloud, "daily_figures", d.scheduled(at(datetime.now(ZONE).date() + timedelta(days=1), 0, 40))
    )
    return done


def test_a_night_says_what_a_recount_of_the_timelines_says(
    cloud: Cloud, tickets: list[str], night: dict[str, Any]
) -> None:
    assert (night["acted"], night["failed"], night["left"]) == (True, 0, False)
    as_of = datetime.fromisoformat(shown(cloud, DAY)["as_of"])
    calendars = Calendars(CITY)
    recount = rollup_of(
        fact_of(
            ticket,
            (events := timeline(cloud, ticket)),
            zone=ZONE,
            as_of=as_of,
            working_minutes=working_minutes(calendars),
            clocks=judged(clocks(events, CITY, as_of, calendars)),
            lapor="held",
        )
        for ticket in tickets
    )
    day = shown(cloud, DAY)
    assert day["hash"] == digest(recount), to_bytes(recount)
    assert (day["provisional"], day["revision"]) == (True, None)
    assert day["figures"]["received"]["text"] == "3 aduan"
    assert day["figures"]["closed"]["text"] == "50,00 % (1/2)"
    assert shown(cloud, DAY[:7])["figures"] == day["figures"]
    own = shown(cloud, DAY, "head", department=OWN)
    assert (own["figures"]["received"]["numerator"], own["partition"]) == (2, None)


def test_a_night_is_done_once(cloud: Cloud, night: dict[str, Any]) -> None:
    tomorrow = datetime.now(ZONE).date() + timedelta(days=1)
    again = d.invoke(cloud, "daily_figures", d.scheduled(at(tomorrow, 1, 40)))
    assert not again["acted"]


def test_tables_of_the_same_figures(cloud: Cloud, night: dict[str, Any]) -> None:
    answer = d.call(cloud, "GET", f"/v1/indicators/{DAY}.csv", "auditor")
    assert answer.headers["Content-Type"].startswith("text/csv")
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"), newline="")))
    assert ["status", "closed", "Selesai", "33.33", "1", "3", "%", "", ""] in rows
    answer = requests.get(
        f"{cloud['api']}/v1/indicators/{DAY}.xlsx",
        headers={"Authorization": d.token(cloud, "officer")},
        allow_redirects=False,
        timeout=d.SECONDS,
    )
    assert answer.status_code == 303
    assert requests.get(answer.headers["Location"], timeout=d.SECONDS).content.startswith(b"PK")


def test_a_month_becomes_one_snapshot_and_a_correction_the_next(cloud: Cloud, night: dict[str, Any]) -> None:
    enter(cloud, text="Lampu jalan mati")
    assert shown(cloud, MONTH)["provisional"]
    early = d.invoke(cloud, "monthly_summary", d.scheduled(at(FIRST, 4)))
    assert early["made"] == []
    made = d.invoke(cloud, "monthly_summary", d.scheduled(at(FIRST, 6)))
    assert made == {"made": [{"period": MONTH, "revision": 1}], "left": False}
    assert d.invoke(cloud, "monthly_summary", d.scheduled(at(FIRST, 7)))["made"] == []
    first = shown(cloud, MONTH)
    assert (first["revision"], first["provisional"], len(first["code_version"])) == (1, False, 64)
    received = [case for case in d.cases(cloud) if _day(case["received_at"]).startswith(MONTH)]
    assert first["figures"]["received"]["numerator"] == len(received)
    enter(cloud, text="Datang terlambat ke meja")
    made = d.invoke(cloud, "monthly_summary", d.scheduled(at(FIRST + timedelta(days=1), 6)))
    assert made["made"] == [{"period": MONTH, "revision": 2}]
    second = shown(cloud, MONTH)
    changes = {one["path"]: (one["before"], one["after"]) for one in second["changes"]}
    assert changes["figures.received.numerator"] == (len(received), len(received) + 1)
    assert shown(cloud, MONTH, revision=1) == first


def _day(received_at: str) -> str:
    return str(datetime.fromisoformat(received_at).astimezone(ZONE).date())


@pytest.mark.parametrize(
    ("path", "query", "status"),
    [
        ("2026-13", {}, 404),
        ("2026-02-30", {}, 404),
        ("2026.pdf", {}, 404),
        ("2026-03", {"department": "x"}, 400),
        ("2026-03", {"series": "X Y"}, 400),
        ("2026-03", {"revision": "0"}, 400),
        ("2026-03", {"revision": "99"}, 404),
        ("2026-03", {"bulan": "1"}, 400),
    ],
)
def test_what_there_is_no_figure_for(cloud: Cloud, path: str, query: dict[str, str], status: int) -> None:
    answer = d.call(cloud, "GET", f"/v1/indicators/{path}", **query)
    assert (answer.status_code, answer.headers["Content-Type"]) == (status, "application/problem+json")
