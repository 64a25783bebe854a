"""Lists over HTTP: every filter finds what it names and nothing else, page by page, and a cursor keeps its question."""

from typing import Any

import msgspec
import pytest

from chalicelib.api import answer_shapes
from tests.integration import driver as d
from tests.integration.desk import OTHER, OWN, act, enter

Cloud = dict[str, Any]
PHONE = f"08{d.phone()[3:]}"


def pages(cloud: Cloud, role: str = "operator", **query: Any) -> list[list[dict[str, Any]]]:
    """All pages of a list."""
    found, cursor = [], None
    while True:
        answer = d.call(cloud, "GET", "/v1/complaints", role, **query, **({"cursor": cursor} if cursor else {}))
        assert answer.status_code == 200, answer.text
        msgspec.convert(answer.json(), answer_shapes.Cases)
        found.append(answer.json()["items"])
        cursor = answer.json()["next"]
        assert len(found) < 200
        if cursor is None:
            return found


def tickets(cloud: Cloud, **query: Any) -> list[str]:
    """The tickets of a list, however many pages it has; none comes twice."""
    found = [case["ticket"] for page in pages(cloud, **query) for case in page]
    assert len(found) == len(set(found))
    return found


@pytest.fixture(scope="module")
def made(cloud: Cloud) -> dict[str, dict[str, Any]]:
    """Some cases that differ in everything a filter can name."""
    reporter = {"phone": PHONE, "name": "penelepon"}
    old = "2025-03-03T01:00:00Z"
    cases = {
        "old": enter(cloud, channel="letter", received_at=old, category="taman", reporter=reporter, department=OTHER),
        "older": enter(cloud, channel="letter", received_at="2025-02-03T01:00:00Z", department=OTHER),
        "lamp": enter(cloud, category="penerangan_jalan", location={"kelurahan": "Pojok"}, reporter=reporter),
        "mine": enter(cloud, department=OWN, **{"class": "aspiration"}),
        "done": enter(cloud, department=OWN, channel="radio"),
        "other": enter(cloud, channel="radio"),
    }
    act(cloud, cases["done"]["ticket"], "respond", text="sudah")
    act(cloud, cases["done"]["ticket"], "close")
    return cases


def test_each_filter_is_the_same_as_looking_through_everything(cloud: Cloud, made: dict[str, dict[str, Any]]) -> None:
    everything = [case for page in pages(cloud, limit=100) for case in page]
    looks: list[tuple[dict[str, str], Any]] = [
        ({}, lambda case: True),
        ({"status": "assigned,closed"}, lambda case: case["status"] in ("assigned", "closed")),
        ({"status": "closed"}, lambda case: case["status"] == "closed"),
        ({"department": OTHER}, lambda case: case["department"] == OTHER),
        ({"category": "penerangan_jalan"}, lambda case: case["category"] == "penerangan_jalan"),
        ({"channel": "radio"}, lambda case: case["channel"] == "radio"),
        ({"class": "aspiration"}, lambda case: case["class"] == "aspiration"),
        ({"kelurahan": "Pojok"}, lambda case: (case["location"] or {}).get("kelurahan") == "Pojok"),
        ({"received_before": "2025-03-01T00:00:00Z"}, lambda case: case["received_at"] < "2025-03-01"),
        ({"received_after": "2025-03-01T00:00:00Z"}, lambda case: case["received_at"] >= "2025-03-01"),
        (
            {"received_after": "2025-02-04T00:00:00Z", "received_before": "2025-03-04T00:00:00Z", "channel": "letter"},
            lambda case: case["ticket"] == made["old"]["ticket"],
        ),
        (
            {"due_before": "2027-01-01T00:00:00Z"},
            lambda case: any(clock["due_at"] < "2027-01-01" for clock in case["clocks"]),
        ),
    ]
    for query, fits in looks:
        wanted = sorted(case["ticket"] for case in everything if fits(case))
        assert wanted, query
        for limit in (3, 100):
            assert sorted(tickets(cloud, limit=limit, **query)) == wanted, (query, limit)


def test_a_citizens_cases_are_asked_for_by_post(cloud: Cloud, made: dict[str, dict[str, Any]]) -> None:
    for status, wanted in (((), ["lamp", "old"]), (("received",), ["lamp"])):
        answer = d.call(cloud, "POST", "/v1/callers", "operator", {"phone": PHONE, "status": list(status)})
        msgspec.convert(answer.json(), answer_shapes.Cases)
        assert [case["ticket"] for case in answer.json()["items"]] == [made[name]["ticket"] for name in wanted]
    for body in ({}, {"phone": "bukan"}, {"phone": PHONE, "handle": "x"}):
        assert d.call(cloud, "POST", "/v1/callers", "operator", body).status_code == 422


def test_who_follows_changes_misses_none(cloud: Cloud, made: dict[str, dict[str, Any]]) -> None:
    since = act(cloud, made["other"]["ticket"], "note", text="catatan")["updated_at"]
    act(cloud, made["older"]["ticket"], "note", text="catatan")
    changed = [case for page in pages(cloud, updated_after=since, limit=2) for case in page]
    assert all(case["updated_at"] > since for case in changed)
    assert made["older"]["ticket"] in [case["ticket"] for case in changed]
    assert made["other"]["ticket"] not in [case["ticket"] for case in changed]
    # What changes during a walk is left to the next one: nothing must be on its way to SP4N-LAPOR!.
    d.until(lambda: all(case["lapor"]["state"] != "waiting" for case in d.cases(cloud)), "filings")
    year = tickets(cloud, updated_after="2026-01-01T00:00:00Z", limit=100)
    assert sorted(year) == sorted(case["ticket"] for page in pages(cloud, limit=100) for case in page)


def test_the_newest_come_first(cloud: Cloud, made: dict[str, dict[str, Any]]) -> None:
    times = [case["received_at"] for page in pages(cloud, limit=5) for case in page]
    assert times == sorted(times, reverse=True)


def test_a_queue_is_open_work_the_longest_waiting_first(cloud: Cloud, made: dict[str, dict[str, Any]]) -> None:
    nobodys = [case for page in pages(cloud, queue=1, limit=4) for case in page]
    assert {case["department"] for case in nobodys} == {None}
    assert made["other"]["ticket"] in [case["ticket"] for case in nobodys]
    theirs = tickets(cloud, queue=1, department=OTHER)
    assert theirs[:2] == [made["older"]["ticket"], made["old"]["ticket"]]
    own = [case["ticket"] for page in pages(cloud, "officer", queue=1) for case in page]
    assert made["mine"]["ticket"] in own
    assert made["done"]["ticket"] not in own
    act(cloud, made["done"]["ticket"], "reopen", note="lagi")
    assert made["done"]["ticket"] in [case["ticket"] for page in pages(cloud, "officer", queue=1) for case in page]


def test_a_ticket_is_found_as_people_say_it(cloud: Cloud, made: dict[str, dict[str, Any]]) -> None:
    ticket = made["lamp"]["ticket"]
    for said in (ticket, ticket.lower(), ticket.replace("-", " "), ticket[4:], ticket[4:].replace("-", "")):
        assert tickets(cloud, q=said) == [ticket], said
    assert ticket in tickets(cloud, q=ticket[4:8])
    assert tickets(cloud, q=ticket, status="closed") == []


def test_a_cursor_belongs_to_its_question(cloud: Cloud, made: dict[str, dict[str, Any]]) -> None:
    cursor = d.call(cloud, "GET", "/v1/complaints", "operator", limit=1, channel="radio").json()["next"]
    right = d.call(cloud, "GET", "/v1/complaints", "operator", limit=2, channel="radio", cursor=cursor)
    assert right.status_code == 200
    for query in ({}, {"channel": "letter"}, {"channel": "radio", "status": "closed"}, {"queue": "1"}):
        answer = d.call(cloud, "GET", "/v1/complaints", "operator", limit=1, cursor=cursor, **query)
        assert (answer.status_code, answer.headers["Content-Type"]) == (400, "application/problem+json"), query
    for broken in ("x", "WzFd", cursor[:-4], "e30", "WyJhIiwgIkNBU0UiLCAxXQ"):
        assert d.call(cloud, "GET", "/v1/complaints", "operator", cursor=broken).status_code == 400, broken


@pytest.mark.parametrize(
    "query",
    [
        {"limit": "0"},
        {"limit": "101"},
        {"limit": "x"},
        {"status": "finished"},
        {"status": ","},
        {"queue": "yes"},
        {"phone": "081234567890"},
        {"updated_after": "yesterday"},
        {"received_after": "2026-01-01"},
        {"colour": "red"},
        {"q": "x" * 201},
    ],
    ids=str,
)
def test_what_a_list_cannot_be_asked(cloud: Cloud, query: dict[str, str]) -> None:
    answer = d.call(cloud, "GET", "/v1/complaints", "operator", **query)
    assert (answer.status_code, answer.headers["Content-Type"]) == (400, "application/problem+json")
