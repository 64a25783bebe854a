"""The survey in a chat, through the deployed stack: asked with the closing notice, answered by a signed tap."""

from typing import Any

import pytest
import requests

from chalicelib.complaints import survey
from tests.integration import driver as d
from tests.integration.desk import act, enter, timeline, write

Cloud = dict[str, Any]


def closed(cloud: Cloud, ticket: str) -> None:
    act(cloud, ticket, "assign", department="dpupr")
    act(cloud, ticket, "respond", "officer", text="Sudah diganti.")
    act(cloud, ticket, "close")


def asked(cloud: Cloud, number: str) -> list[str]:
    """The references behind the answers that a citizen was shown, the best first."""

    def sent() -> list[str] | None:
        for one in d.replies(cloud, number):
            if one["payload"]["type"] == "interactive":
                return [row["id"] for row in one["payload"]["interactive"]["action"]["sections"][0]["rows"]]
        return None

    return d.until(sent, "the survey")


def tap(reference: str, number: str) -> dict[str, Any]:
    reply = {"type": "list_reply", "list_reply": {"id": reference, "title": "Sangat baik"}}
    return {"id": d.wamid(), "timestamp": "1763712000", "type": "interactive", "interactive": reply, "from": number}


def answers(cloud: Cloud, ticket: str) -> list[dict[str, Any]]:
    return [line["data"] for line in timeline(cloud, ticket) if line["type"] == "survey"]


def test_a_citizen_answers_with_one_tap(cloud: Cloud) -> None:
    number = d.phone()
    ticket = write(cloud, number)
    closed(cloud, ticket)
    rows = asked(cloud, number)
    before = d.ledger(cloud)
    # A stranger who got hold of the reference first, and then the citizen: twice, delivered twice.
    assert d.post(cloud, d.payload(tap(rows[3], d.phone()))).json() == {"control": 1}
    body = d.payload(tap(rows[0], number))
    assert d.post(cloud, body).json() == {"control": 1}
    assert d.post(cloud, body).json() == {"duplicate": 1}
    assert d.post(cloud, d.payload(tap(rows[3], number))).json() == {"control": 1}
    (answer,) = answers(cloud, ticket)
    assert (answer["element"], answer["score"], answer["by"]) == (survey.element_of(ticket), 4, "chat")
    after = d.ledger(cloud)
    grown = {name: after[name] - before[name] for name in ("accepted", "opened", "appended", "duplicates", "control")}
    # Receipts of what was sent may come in between; a tap never opens or joins a case.
    assert (grown["opened"], grown["appended"], grown["duplicates"]) == (0, 0, 1)
    assert grown["accepted"] == grown["duplicates"] + grown["control"]
    assert len(d.cases_of(cloud, number)) == 1
    assert len(d.case(cloud, ticket)["messages"]) == 1


@pytest.mark.parametrize("way", ["desk", "link"])
def test_who_called_answers_at_the_desk_or_by_a_link(cloud: Cloud, way: str) -> None:
    ticket = enter(cloud, channel="counter")["ticket"]
    path = f"/v1/complaints/{ticket}/survey"
    closed(cloud, ticket)
    sheet = d.call(cloud, "GET", path, "operator").json()
    first, second = (one["element"] for one in sheet["questions"])
    page = cloud["api"] + sheet["page"]
    shown = requests.get(page, timeout=d.SECONDS)
    assert (shown.status_code, shown.headers["Referrer-Policy"]) == (200, "no-referrer")
    assert sheet["questions"][0]["question"] in shown.text
    assert answers(cloud, ticket) == []  # looking answers nothing
    if way == "desk":
        given = d.call(cloud, "POST", path, "operator", {"element": first, "score": 3})
        assert (given.status_code, given.json()) == (201, {"ticket": ticket, "element": first, "score": 3})
    else:
        assert "Terima kasih" in requests.post(page, data={first: "3"}, timeout=d.SECONDS).text
    # The first answer stands, whichever way the next one comes.
    assert d.call(cloud, "POST", path, "operator", {"element": first, "score": 1}).status_code == 409
    assert requests.post(page, data={first: "1", second: "4"}, timeout=d.SECONDS).status_code == 200
    assert sorted((one["element"], one["score"]) for one in answers(cloud, ticket)) == sorted([(first, 3), (second, 4)])
    assert requests.get(page[:-1], timeout=d.SECONDS).status_code == 404
