"""After an erasure the person is found nowhere: not in a table, not in the bucket; and every figure is what it was."""

import json
from typing import Any

import msgspec
import pytest

from chalicelib.api import answer_shapes
from tests.integration import driver as d
from tests.integration.desk import OWN, act, check_replay, dynamodb, enter, timeline
from tests.integration.test_privacy import client

Cloud = dict[str, Any]
NAME = "Kutilangemassatu"
WORDS = "perkututbirudua"
NOTE = "jalakhitamtiga"


def everything(cloud: Cloud) -> str:
    """Both tables and the bucket, keys and contents, as one text."""
    found = []
    for name in cloud["tables"].values():
        table = dynamodb(cloud).Table(name)
        start: dict[str, Any] = {}
        while True:
            page = table.scan(**start)
            found += [str(item) for item in page["Items"]]
            if "LastEvaluatedKey" not in page:
                break
            start = {"ExclusiveStartKey": page["LastEvaluatedKey"]}
    s3 = client(cloud, "s3")
    for item in s3.list_objects_v2(Bucket=cloud["media_bucket"]).get("Contents", []):
        body = s3.get_object(Bucket=cloud["media_bucket"], Key=item["Key"])["Body"].read()
        found.append(f"{item['Key']} {body.decode('utf-8', 'replace')}")
    return "\n".join(found)


def settled(cloud: Cloud, ticket: str) -> None:
    """Wait until nothing of a case is on its way any more."""
    d.until(lambda: d.case(cloud, ticket)["lapor"]["state"] == "confirmed", "filing")
    for destination in ("reporter", "media"):
        d.until(lambda name=destination: d.ledger(cloud)["destinations"][name]["waiting"] == 0, destination)  # type: ignore[misc]  # bound early


def erase(cloud: Cloud, role: str = "admin", **body: Any) -> dict[str, Any]:
    """An erasure that must succeed."""
    answer = d.call(cloud, "POST", "/v1/erasures", role, {"reason": "permintaan tertulis", **body})
    assert answer.status_code == 200, answer.text
    msgspec.convert(answer.json(), answer_shapes.ErasureDone)
    done: dict[str, Any] = answer.json()
    return done


@pytest.fixture
def lived(cloud: Cloud) -> dict[str, Any]:
    """A citizen with two cases: one by WhatsApp through its whole life, one over the telephone."""
    number = d.phone()
    person = [{"profile": {"name": NAME}, "wa_id": number}]
    message = {**d.text(f"Lampu {WORDS} mati di Jl. Dhoho"), "from": number}
    assert d.post(cloud, d.payload(message, contacts=person)).json() == {"opened": 1}
    place: dict[str, Any] = {"id": d.wamid(), "timestamp": "1763712001", "type": "location", "from": number}
    place["location"] = {"latitude": -7.8165, "longitude": 112.0119, "address": WORDS}
    assert d.post(cloud, d.payload(place, contacts=person)).json() == {"appended": 1}
    ticket = d.cases_of(cloud, number)[0]["ticket"]
    act(cloud, ticket, "assign", department=OWN, note=f"{NOTE} menelepon")
    act(cloud, ticket, "respond", "officer", text=f"Ibu {NAME}, sudah menyala")
    act(cloud, ticket, "close")
    called = enter(
        cloud,
        text=f"{WORDS} lagi",
        note=NOTE,
        reporter={"name": NAME, "phone": f"+{number}", "email": f"{WORDS}@example.org"},
        location={"lat": -7.8, "lon": 112.0, "address": WORDS, "kelurahan": "Bandar Lor"},
        category="penerangan_jalan",
    )["ticket"]
    unreadable = d.payload({**d.text(f"{WORDS} rusak"), "from": number}, contacts=person)[:-2]
    assert d.post(cloud, unreadable).json() == {"quarantined": 1}
    settled(cloud, ticket)
    settled(cloud, called)
    return {"number": number, "tickets": [ticket, called]}


def test_an_erased_person_is_found_nowhere_and_the_figures_stay(cloud: Cloud, lived: dict[str, Any]) -> None:
    number, tickets = lived["number"], lived["tickets"]
    canaries = (NAME, WORDS, NOTE, number)
    before = everything(cloud)
    assert all(word in before for word in canaries)
    ledger = d.ledger(cloud)
    kept = ("status", "class", "category", "department", "received_at", "channel", "lapor", "message_count")
    figures = [{name: d.case(cloud, ticket)[name] for name in kept} for ticket in tickets]
    times = [[(line["at"], line["type"]) for line in timeline(cloud, ticket)] for ticket in tickets]

    dry = d.call(cloud, "POST", "/v1/erasures", "admin", {"phone": f"0{number[2:]}", "reason": "x"}, dry=1).json()
    assert (dry["dry"], dry["cases"], dry["payloads"]) == (True, 2, 1)
    assert everything(cloud) == before

    done = erase(cloud, phone=f"0{number[2:]}")
    assert (done["state"], done["cases"], done["remaining"], done["payloads"]) == ("done", 2, 0, 1)
    assert done["messages"] == 3
    assert sorted(done["lapor"]) == sorted(d.case(cloud, ticket)["lapor"]["complaint_id"] for ticket in tickets)
    after = everything(cloud)
    assert [word for word in canaries if word in after] == []

    assert d.ledger(cloud) == ledger
    assert [{name: d.case(cloud, ticket)[name] for name in kept} for ticket in tickets] == figures
    for ticket, told in zip(tickets, times, strict=True):
        now = timeline(cloud, ticket)
        assert [(line["at"], line["type"]) for line in now][:-1] == told
        assert (now[-1]["type"], now[-1]["actor"]) == ("erased", "admin1")
        case = d.case(cloud, ticket)
        check_replay(cloud, case)
        assert {message["text"] for message in case["messages"]} <= {"[dihapus]", None}
        assert case["reporter"] == {"name": None, "phone": None, "handle": None, "anonymous": False}
    assert d.case(cloud, tickets[1])["location"]["kelurahan"] == "Bandar Lor"
    assert d.call(cloud, "POST", "/v1/callers", "operator", {"phone": f"+{number}"}).json()["items"] == []

    # Again: the same request, nothing more done, no second line in the log.
    again = erase(cloud, phone=f"+{number}")
    assert (again["id"], again["repeated"], again["cases"]) == (done["id"], True, 2)
    log = d.call(cloud, "GET", "/v1/erasures", "auditor")
    msgspec.convert(log.json(), answer_shapes.Erasures)
    lines = [line for line in log.json()["items"] if line["id"] == done["id"]]
    assert [(line["actor"], line["reason"], line["cases"]) for line in lines] == [("admin1", "permintaan tertulis", 2)]
    assert number not in log.text


def test_what_an_erased_person_writes_next_is_a_new_case(cloud: Cloud) -> None:
    number = d.phone()
    assert d.post(cloud, d.payload({**d.text("satu"), "from": number})).json() == {"opened": 1}
    first = d.cases_of(cloud, number)[0]["ticket"]
    settled(cloud, first)
    assert erase(cloud, ticket=first)["cases"] == 1
    assert d.post(cloud, d.payload({**d.text("dua"), "from": number})).json() == {"opened": 1}
    (new,) = d.cases_of(cloud, number)
    assert new["ticket"] != first
    assert number not in json.dumps(d.case(cloud, first))


def test_a_file_leaves_the_bucket(cloud: Cloud) -> None:
    import requests

    ticket = enter(cloud, reporter={"phone": f"+{d.phone()}"})["ticket"]
    file = {"name": f"{NAME}.pdf", "type": "application/pdf", "size": 7}
    place = d.call(cloud, "POST", f"/v1/complaints/{ticket}/attachments", "operator", file).json()
    sent = requests.put(place["upload"]["url"], data=WORDS[:7], headers=place["upload"]["headers"], timeout=d.SECONDS)
    assert sent.status_code == 200
    act(cloud, ticket, "attach", attachment={"id": place["id"], **file})
    assert f"attachments/{ticket}/{place['id']}" in everything(cloud)
    (shown,) = d.case(cloud, ticket)["attachments"]
    assert requests.get(shown["url"], timeout=d.SECONDS).text == WORDS[:7]
    # Another, that is sent and never attached.
    place = d.call(cloud, "POST", f"/v1/complaints/{ticket}/attachments", "operator", file).json()
    requests.put(place["upload"]["url"], data=WORDS[:7], headers=place["upload"]["headers"], timeout=d.SECONDS)
    assert f"uploads/{ticket}/{place['id']}" in everything(cloud)
    settled(cloud, ticket)
    assert erase(cloud, ticket=ticket)["files"] == 1
    assert f"{ticket}/" not in everything(cloud)
    assert d.case(cloud, ticket)["attachments"] == []


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"reason": "x"}, "phone"),
        ({"phone": "0812", "ticket": "KDR-0000-0000", "reason": "x"}, "phone"),
        ({"phone": "bukan", "reason": "x"}, "phone"),
        ({"ticket": "KDR-0000-0000", "reason": "x"}, "ticket"),
        ({"phone": "081234567890"}, "reason"),
    ],
)
def test_what_an_erasure_must_say(cloud: Cloud, body: dict[str, str], field: str) -> None:
    answer = d.call(cloud, "POST", "/v1/erasures", "admin", body)
    assert (answer.status_code, answer.json()["field"]) == (422, field)


def test_retention_takes_the_identity_of_a_case_closed_two_years_ago(cloud: Cloud) -> None:
    number = d.phone()
    ticket = enter(cloud, text=f"{WORDS} lama", reporter={"name": NAME, "phone": f"+{number}"}, department=OWN)[
        "ticket"
    ]
    settled(cloud, ticket)
    act(cloud, ticket, "respond", "officer", text="sudah")
    act(cloud, ticket, "close")
    open_case = enter(cloud, reporter={"name": NAME, "phone": f"+{number}"})["ticket"]
    settled(cloud, open_case)
    before = d.case(cloud, ticket)
    day = before["updated_at"][:10]
    later = f"{int(day[:4]) + 3}{day[4:]}T19:00:00Z".replace("02-29", "02-28")
    # Three years passed in one moment: a night makes up for two.
    d.until(lambda: not d.invoke(cloud, "retention", d.scheduled(later))["left"], "all nights")
    case = d.case(cloud, ticket)
    assert (case["reporter"]["name"], case["reporter"]["phone"]) == (None, None)
    assert WORDS in case["text"]  # kept for five years
    assert case["updated_at"] == before["updated_at"]
    assert d.case(cloud, open_case)["reporter"]["name"] == NAME
    again = d.invoke(cloud, "retention", d.scheduled(later))
    assert (again["cases"], again["left"]) == (0, False)
    assert d.case(cloud, ticket)["version"] == case["version"]
