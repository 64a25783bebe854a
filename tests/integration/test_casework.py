"""A day at the desk over HTTP: every action with what it leaves in the timeline, refusals, races and repetitions."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pytest
import requests

from chalicelib.api import answer_shapes
from chalicelib.complaints.lifecycle import LEADS_TO
from tests.integration import driver as d
from tests.integration.desk import OTHER, OWN, act, ask, check_replay, dynamodb, enter, timeline, told, write

Cloud = dict[str, Any]
PROBLEM = "application/problem+json"


def test_a_phone_call_becomes_a_case(cloud: Cloud) -> None:
    body: dict[str, Any] = {
        "channel": "phone",
        "text": "Lampu jalan mati di depan pasar",
        "category": "penerangan_jalan",
        "location": {"lat": -7.82, "lon": 112.01, "address": "Jl. Dhoho", "kelurahan": "Bandar Lor"},
        "reporter": {"name": "penelepon", "phone": "0899-1234 5678", "anonymous": True},
        "received_at": "2026-01-05T09:00:00+07:00",
        "note": "suara kurang jelas",
    }
    answer = d.call(cloud, "POST", "/v1/complaints", "operator", body)
    assert answer.status_code == 201
    case = answer.json()
    msgspec.convert(case, answer_shapes.Case)
    assert answer.headers["Location"] == f"/v1/complaints/{case['ticket']}"
    assert answer.headers["ETag"] == '"1"'
    assert (case["status"], case["channel"], case["category"]) == ("received", "phone", "penerangan_jalan")
    assert case["reporter"]["phone"] == "+6289912345678"
    assert case["reporter"]["anonymous"] is True
    assert case["received_at"] == "2026-01-05T02:00:00.000Z"
    assert case["location"]["kelurahan"] == "Bandar Lor"
    assert [message["text"] for message in case["messages"]] == [body["text"]]
    assert "assign" in case["actions"]
    (line,) = [line for line in timeline(cloud, case["ticket"]) if not line["type"].startswith("lapor")]
    assert (line["type"], line["actor"], line["data"]["note"]) == ("received", "operator1", "suara kurang jelas")
    assert d.case(cloud, case["ticket"])["version"] == case["version"]
    filed = d.until(lambda: d.filings(cloud, case["ticket"]), "filing")
    assert body["text"] in str(filed[0])


# Each action once: who, what it brings, and what changed by it. Played in this order on one case.
PLAY: tuple[tuple[str, str, dict[str, Any], dict[str, Any]], ...] = (
    ("operator", "note", {"text": "akan ditelepon"}, {}),
    (
        "operator",
        "set",
        {"changes": {"secret": True, "location": {"lat": -7.8, "lon": 112.0}}},
        {"secret": True, "location": {"lat": -7.8, "lon": 112.0}},
    ),
    (
        "operator",
        "verify",
        {"class": "normatif", "category": "jalan_rusak"},
        {"status": "verified", "class": "normatif"},
    ),
    ("operator", "assign", {"department": OTHER}, {"status": "assigned", "department": OTHER}),
    ("operator", "transfer", {"department": OWN, "note": "urusan PU"}, {"department": OWN}),
    ("officer", "start", {}, {"status": "in_progress"}),
    ("officer", "wait", {"text": "di RT berapa?"}, {"status": "waiting", "before_waiting": "in_progress"}),
    ("head", "resume", {}, {"status": "in_progress", "before_waiting": None}),
    ("officer", "respond", {"text": "sudah ditambal"}, {"status": "responded", "responded_by": "officer1"}),
    ("operator", "close", {}, {"status": "closed"}),
    ("operator", "reopen", {"note": "berlubang lagi"}, {"status": "reopened"}),
    ("operator", "reject", {"reason": "incomplete"}, {"status": "rejected", "reason": "incomplete"}),
)


def test_every_action_says_what_it_changed(cloud: Cloud) -> None:
    case = enter(cloud, category="penerangan_jalan")
    ticket, version = case["ticket"], case["version"]
    for role, action, data, changed in PLAY:
        case = act(cloud, ticket, action, role, **data)
        version += 1
        assert case["version"] == version, action
        line = [line for line in timeline(cloud, ticket) if not line["type"].startswith("lapor")][-1]
        assert (line["type"], line["actor"]) == (action, f"{role}1")
        assert data.items() <= line["data"].items()
        assert changed.items() <= line["data"]["after"].items(), action
        assert line["data"]["before"].keys() == line["data"]["after"].keys()
        assert all(line["data"]["before"][name] != line["data"]["after"][name] for name in changed), action
        check_replay(cloud, case)
    played = {action for _, action, _, _ in PLAY}
    assert played | {"merge", "attach", "extend"} == set(LEADS_TO)


def test_the_clock_of_an_information_request_is_extended_once(cloud: Cloud) -> None:
    ticket = enter(cloud, **{"class": "public_information"})["ticket"]
    clocks = ["verification", "follow_up", "resolution", "closing"]
    answers = [
        d.call(cloud, "POST", f"/v1/complaints/{ticket}/extend", "operator", {"clock": clock, "note": "perlu data"})
        for clock in clocks * 2
    ]
    assert sorted(answer.status_code for answer in answers) == [200] + [422] * 7
    assert all(answer.json()["field"] == "clock" for answer in answers if answer.status_code == 422)
    ordinary = enter(cloud)["ticket"]
    refused = d.call(cloud, "POST", f"/v1/complaints/{ordinary}/extend", "operator", {"clock": "closing", "note": "x"})
    assert (refused.status_code, refused.json()["field"]) == (422, "clock")


def test_a_case_entered_with_a_department_is_assigned(cloud: Cloud) -> None:
    case = enter(cloud, department=OWN)
    assert (case["status"], case["department"]) == ("assigned", OWN)
    assert [line["type"] for line in timeline(cloud, case["ticket"])][:2] == ["received", "assign"]
    check_replay(cloud, case)
    assert act(cloud, case["ticket"], "respond", "officer", text="sudah")["status"] == "responded"


def test_a_finding_in_the_field_is_the_departments_own(cloud: Cloud) -> None:
    case = enter(cloud, "officer", channel="field", text="Trotoar ambles", location={"lat": -7.8, "lon": 112.0})
    assert (case["status"], case["department"], case["channel"]) == ("assigned", OWN, "field")
    assert act(cloud, case["ticket"], "respond", "officer", text="langsung ditutup")["status"] == "responded"
    body = {"channel": "field", "text": "x", "department": OTHER}
    assert d.call(cloud, "POST", "/v1/complaints", "head", body).status_code == 403
    assert d.call(cloud, "POST", "/v1/complaints", "officer", {"channel": "phone", "text": "x"}).status_code == 403


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"channel": "phone"}, "text"),
        ({"channel": "phone", "text": ""}, "text"),
        ({"channel": "phone", "text": "x" * 10_001}, "text"),
        ({"channel": "pigeon", "text": "x"}, "channel"),
        ({"channel": "phone", "text": "x", "colour": "red"}, "colour"),
        ({"channel": "phone", "text": "x", "category": "tidak_ada"}, "category"),
        ({"channel": "phone", "text": "x", "department": "tidak_ada"}, "department"),
        ({"channel": "phone", "text": "x", "class": "tidak_ada"}, "class"),
        ({"channel": "phone", "text": "x", "location": {"kelurahan": "Atlantis"}}, "location.kelurahan"),
        ({"channel": "phone", "text": "x", "location": {"lat": 1.0}}, "location"),
        ({"channel": "phone", "text": "x", "location": {"lat": 91, "lon": 0}}, "location.lat"),
        ({"channel": "phone", "text": "x", "reporter": {"phone": "bukan nomor"}}, "reporter.phone"),
        ({"channel": "phone", "text": "x", "reporter": {"shoe": 43}}, "reporter.shoe"),
        ({"channel": "phone", "text": "x", "received_at": "2099-01-01T00:00:00Z"}, "received_at"),
        ({"channel": "phone", "text": "x", "received_at": "2026-01-01T00:00:00"}, "received_at"),
        ([], ""),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_a_new_case_may_not_be(cloud: Cloud, body: Any, field: str) -> None:
    answer = d.call(cloud, "POST", "/v1/complaints", "operator", body)
    assert (answer.status_code, answer.headers["Content-Type"]) == (422, PROBLEM), answer.text
    assert answer.json()["field"] == field


def test_a_forbidden_move_names_the_allowed_ones(cloud: Cloud) -> None:
    ticket = enter(cloud)["ticket"]
    answer = d.call(cloud, "POST", f"/v1/complaints/{ticket}/close", "operator", {})
    problem = answer.json()
    assert (answer.status_code, answer.headers["Content-Type"], problem["status"]) == (409, PROBLEM, 409)
    assert problem["case_status"] == "received"
    # What no standard of its class allows is not offered, though the lifecycle would.
    assert "extend" not in problem["allowed"]
    assert problem["allowed"] == d.case(cloud, ticket)["actions"]
    assert "close" not in problem["allowed"]
    lacking = d.call(cloud, "POST", f"/v1/complaints/{ticket}/assign", "operator", {})
    assert (lacking.status_code, lacking.json()["field"]) == (422, "department")
    strange = d.call(cloud, "POST", f"/v1/complaints/{ticket}/verify", "operator", {"colour": "red"})
    assert (strange.status_code, strange.json()["field"]) == (422, "colour")
    assert len([line for line in timeline(cloud, ticket) if line["actor"] == "operator1"]) == 1


@pytest.mark.parametrize("written", ['"{}"', 'W/"{}"', "{}", '"99", "{}"', "*"])
def test_if_match_in_every_form(cloud: Cloud, written: str) -> None:
    case = enter(cloud)
    path = f"/v1/complaints/{case['ticket']}/note"
    tag = written.replace("{}", str(case["version"]))
    assert ask(cloud, "POST", path, "operator", {"text": "satu"}, If_Match=tag).status_code == 200
    again = ask(cloud, "POST", path, "operator", {"text": "dua"}, If_Match=tag)
    assert again.status_code == (200 if written == "*" else 412)
    assert ask(cloud, "POST", path, "operator", {"text": "tiga"}, If_Match="seven").status_code == 400


def test_two_officers_at_once_one_wins_and_the_other_sees_why(cloud: Cloud) -> None:
    case = enter(cloud, department=OWN)
    # That it arrived in SP4N-LAPOR! is no version of its own, but a line that could come last.
    d.until(lambda: d.case(cloud, case["ticket"])["lapor"]["state"] == "confirmed", "filing")
    path, tag = f"/v1/complaints/{case['ticket']}/respond", str(case["version"])

    def answer(role: str) -> requests.Response:
        return ask(cloud, "POST", path, role, {"text": f"jawaban {role}"}, If_Match=tag)

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(answer, ("officer", "head")))
    winner, loser = sorted(answers, key=lambda one: one.status_code)
    assert (winner.status_code, loser.status_code) == (200, 412)
    problem = loser.json()
    assert problem["version"] == case["version"] + 1
    assert problem["last_change"]["type"] == "respond"
    assert problem["last_change"]["actor"] in ("officer1", "head1")
    assert problem["last_change"]["at"] == winner.json()["updated_at"]
    given = [line for line in timeline(cloud, case["ticket"]) if line["type"] == "respond"]
    assert len(given) == 1


def test_without_if_match_everybodys_note_is_kept(cloud: Cloud) -> None:
    case = enter(cloud)
    with ThreadPoolExecutor(8) as pool:
        notes = list(pool.map(lambda n: act(cloud, case["ticket"], "note", text=f"catatan {n}"), range(8)))
    assert sorted(note["version"] for note in notes) == [case["version"] + n for n in range(1, 9)]
    lines = [line for line in timeline(cloud, case["ticket"]) if line["type"] == "note"]
    assert sorted(line["data"]["text"] for line in lines) == [f"catatan {n}" for n in range(8)]
    assert len({line["at"] for line in lines}) == 8  # their order is never a matter of luck


def test_the_same_action_ten_times_at_once_is_done_once(cloud: Cloud) -> None:
    ticket = enter(cloud)["ticket"]
    path = f"/v1/complaints/{ticket}/verify"
    with ThreadPoolExecutor(10) as pool:
        answers = list(
            pool.map(lambda _: ask(cloud, "POST", path, "operator", {}, Idempotency_Key=f"k-{ticket}"), range(10))
        )
    assert [answer.status_code for answer in answers] == [200] * 10
    assert {answer.json()["status"] for answer in answers} == {"verified"}
    assert sum("Idempotency-Replayed" in answer.headers for answer in answers) == 9
    assert len([line for line in timeline(cloud, ticket) if line["type"] == "verify"]) == 1
    other = ask(cloud, "POST", path, "operator", {"note": "lain"}, Idempotency_Key=f"k-{ticket}")
    assert (other.status_code, other.json()["field"]) == (422, "Idempotency-Key")
    # Another person's key is his own; what he wants is no longer possible.
    assert ask(cloud, "POST", path, "admin", {}, Idempotency_Key=f"k-{ticket}").status_code == 409
    assert ask(cloud, "POST", path, "operator", {}, Idempotency_Key="x" * 201).status_code == 422


def test_the_same_new_case_ten_times_at_once_is_one_case(cloud: Cloud) -> None:
    body, key = {"channel": "counter", "text": "Satu kali saja"}, d.wamid()
    before = d.ledger(cloud)["opened"]
    with ThreadPoolExecutor(10) as pool:
        answers = list(
            pool.map(lambda _: ask(cloud, "POST", "/v1/complaints", "operator", body, Idempotency_Key=key), range(10))
        )
    assert [answer.status_code for answer in answers] == [201] * 10
    assert len({answer.json()["ticket"] for answer in answers}) == 1
    assert d.ledger(cloud)["opened"] == before + 1


def test_another_departments_case_does_not_exist(cloud: Cloud) -> None:
    ticket = enter(cloud, department=OTHER)["ticket"]
    for path in ("", "/timeline"):
        answer = d.call(cloud, "GET", f"/v1/complaints/{ticket}{path}", "officer")
        assert (answer.status_code, ticket in answer.text) == (404, False)
    assert d.call(cloud, "POST", f"/v1/complaints/{ticket}/note", "officer", {"text": "x"}).status_code == 404
    listed = d.call(cloud, "GET", "/v1/complaints", "officer", limit=100).json()["items"]
    assert listed
    assert {case["department"] for case in listed} == {OWN}
    moved = act(cloud, ticket, "transfer", department=OWN, note="salah alamat")
    assert d.call(cloud, "GET", f"/v1/complaints/{ticket}", "officer").json()["ticket"] == moved["ticket"]
    act(cloud, ticket, "transfer", "head", department=OTHER, note="bukan kami")
    assert d.call(cloud, "GET", f"/v1/complaints/{ticket}", "head").status_code == 404


def test_a_citizen_hears_the_answer_and_the_end_and_then_opens_a_new_case(cloud: Cloud) -> None:
    number = d.phone()
    ticket = write(cloud, number)
    act(cloud, ticket, "assign", department=OWN)
    act(cloud, ticket, "respond", "officer", text="Lampu {sudah} diganti.")
    assert ticket in told(cloud, number, "Lampu {sudah} diganti.")
    act(cloud, ticket, "close")
    told(cloud, number, "selesai")
    d.until(lambda: all(line["data"].get("notice") in (None, "confirmed") for line in timeline(cloud, ticket)), "told")
    another = write(cloud, number, "lampu lain mati")
    assert another != ticket
    assert len(d.case(cloud, ticket)["messages"]) == 1
    check_replay(cloud, d.case(cloud, ticket))


def test_a_question_waits_for_the_citizen_and_his_answer_lets_the_case_go_on(cloud: Cloud) -> None:
    number = d.phone()
    ticket = write(cloud, number)
    act(cloud, ticket, "assign", department=OWN)
    act(cloud, ticket, "start", "officer")
    waiting = act(cloud, ticket, "wait", "officer", text="Nomor tiang berapa?")
    told(cloud, number, "Nomor tiang berapa?")
    with ThreadPoolExecutor(3) as pool:
        tickets = list(pool.map(lambda n: write(cloud, number, f"tiang {n}"), range(3)))
    assert set(tickets) == {ticket}
    case = d.case(cloud, ticket)
    assert (case["status"], len(case["messages"])) == ("in_progress", 4)
    assert case["version"] == waiting["version"] + 3
    resumed = [line for line in timeline(cloud, ticket) if line["type"] == "resume"]
    assert [(line["actor"], line["data"]["after"]) for line in resumed] == [("reporter", {"status": "in_progress"})]
    check_replay(cloud, case)


def test_a_citizen_who_is_not_content_with_the_answer_opens_the_case_again(cloud: Cloud) -> None:
    number = d.phone()
    ticket = write(cloud, number, "Lampu jalan mati di kelurahan Pojok RT 3")
    assert act(cloud, ticket, "assign", department=OWN)["location"]["kelurahan"] == "Pojok"
    newest = d.call(cloud, "GET", "/v1/complaints", "operator", kelurahan="Pojok", limit=100).json()["items"]
    assert ticket in [one["ticket"] for one in newest]
    today = datetime.now(ZoneInfo("Asia/Jakarta")).date().isoformat()
    file = d.call(cloud, "GET", "/v1/export.csv", "operator", **{"from": today, "to": today, "kelurahan": "Pojok"})
    assert ticket in file.content.decode()
    act(cloud, ticket, "respond", "officer", text="Sudah diganti.")
    assert write(cloud, number, "terima kasih pak") == ticket
    assert d.case(cloud, ticket)["status"] == "responded"
    with ThreadPoolExecutor(6) as pool:
        tickets = list(pool.map(lambda n: write(cloud, number, f"belum pak, tiang {n} tetap mati"), range(6)))
    assert set(tickets) == {ticket}
    case = d.case(cloud, ticket)
    assert (case["status"], len(case["messages"])) == ("reopened", 8)
    opened = [line for line in timeline(cloud, ticket) if line["type"] == "reopen"]
    assert [(line["actor"], line["data"]["after"]) for line in opened] == [("reporter", {"status": "reopened"})]
    queue = d.call(cloud, "GET", "/v1/complaints", "officer", queue=1, limit=100).json()["items"]
    (listed,) = [one for one in queue if one["ticket"] == ticket]
    running = [clock["due_at"] for clock in case["clocks"] if clock["state"] == "running"]
    assert [clock["due_at"] for clock in listed["clocks"]] == [min(running)]
    check_replay(cloud, case)
    assert act(cloud, ticket, "respond", "officer", text="Kini menyala.")["status"] == "responded"


def test_a_notice_outside_the_window_is_not_sent_but_kept_as_failed(cloud: Cloud) -> None:
    number = d.phone()
    ticket = write(cloud, number)
    d.until(lambda: d.replies(cloud, number), "the first reply")
    before = d.ledger(cloud)["destinations"]["reporter"]["failed"]
    dynamodb(cloud).Table(cloud["tables"]["complaints"]).update_item(
        Key={"pk": f"C#{ticket}", "sk": "META"},
        UpdateExpression="SET last_message_at = :long_ago",
        ExpressionAttributeValues={":long_ago": "2026-01-01T00:00:00.000Z"},
    )
    act(cloud, ticket, "reject", reason="not_our_authority")

    def failed() -> bool:
        return bool(timeline(cloud, ticket)[-1]["data"].get("notice") == "failed")

    d.until(failed, "the failed notice")
    counted = d.ledger(cloud)["destinations"]["reporter"]
    assert counted["failed"] == before + 1
    assert counted["due"] == sum(counted[state] for state in ("confirmed", "waiting", "failed", "ambiguous"))
    assert len(d.replies(cloud, number)) == 1


def test_merged_reports_are_told_the_outcome_and_counted(cloud: Cloud) -> None:
    numbers = [d.phone() for _ in range(3)]
    first, second, third = (write(cloud, number) for number in numbers)
    act(cloud, second, "merge", duplicate_of=first.lower().replace("-", " "))
    told(cloud, numbers[1], "kami gabungkan")
    assert d.case(cloud, first)["supporters"] == 1
    # The first is itself merged: with it come those who follow it.
    act(cloud, first, "merge", duplicate_of=third)
    assert d.case(cloud, third)["supporters"] == 2
    act(cloud, third, "assign", department=OWN)
    act(cloud, third, "respond", "officer", text="Gardu diperbaiki.")
    for number, ticket in zip(numbers, (first, second, third), strict=True):
        assert ticket in told(cloud, number, "Gardu diperbaiki.")
    reopened = act(cloud, first, "reopen", note="ternyata lain")
    assert reopened["duplicate_of"] is None
    assert d.case(cloud, third)["supporters"] == 0
    act(cloud, third, "close")
    told(cloud, numbers[2], "kami nyatakan selesai")
    for ticket in (first, second, third):
        check_replay(cloud, d.case(cloud, ticket))
    assert not [one for one in d.replies(cloud, numbers[0]) if "nyatakan selesai" in one["text"]]
    assert [line["type"] for line in timeline(cloud, third) if line["type"] in ("joined", "left")] == ["joined", "left"]
    finished = d.call(cloud, "POST", f"/v1/complaints/{first}/merge", "operator", {"duplicate_of": third})
    assert (finished.status_code, finished.json()["field"]) == (422, "duplicate_of")
    itself = d.call(cloud, "POST", f"/v1/complaints/{first}/merge", "operator", {"duplicate_of": first})
    assert itself.status_code == 422


def test_what_says_nothing_is_filed_once_somebody_looked(cloud: Cloud) -> None:
    number = d.phone()
    sticker = {
        "from": number,
        "id": d.wamid(),
        "timestamp": "1",
        "type": "sticker",
        "sticker": {"id": "7", "animated": False},
    }
    assert d.post(cloud, d.payload(sticker)).json() == {"opened": 1}
    ticket = d.cases_of(cloud, number)[0]["ticket"]
    assert d.case(cloud, ticket)["lapor"]["state"] == "held"
    assert act(cloud, ticket, "verify")["lapor"]["state"] == "waiting"
    d.until(lambda: d.case(cloud, ticket)["lapor"]["complaint_id"], "filing")
    assert len(d.filings(cloud, ticket)) == 1
    lines = [line for line in timeline(cloud, ticket) if line["type"] == "lapor_confirmed"]
    assert [line["data"]["complaint_id"] for line in lines] == [d.case(cloud, ticket)["lapor"]["complaint_id"]]


def test_a_place_sent_right_after_the_text_is_filed_with_it(cloud: Cloud) -> None:
    number = d.phone()
    ticket = write(cloud, number)
    place = {"latitude": -7.81234, "longitude": 112.01234, "name": "Pasar Setonobetek"}
    message = {"from": number, "id": d.wamid(), "timestamp": "1763712070", "type": "location", "location": place}
    assert d.post(cloud, d.payload(message)).json() == {"appended": 1}
    (filed,) = d.until(lambda: d.filings(cloud, ticket), "filing")
    assert "-7.81234" in str(filed)


def test_a_file_is_sent_to_the_store_and_then_attached(cloud: Cloud) -> None:
    ticket = enter(cloud, department=OWN)["ticket"]
    content = b"\xff\xd8\xff" + b"x" * 500
    about = {"name": "bukti perbaikan.jpg", "type": "image/jpeg", "size": len(content)}
    answer = d.call(cloud, "POST", f"/v1/complaints/{ticket}/attachments", "officer", about)
    assert answer.status_code == 201, answer.text
    place = answer.json()
    file = {"id": place["id"], **about}
    early = d.call(cloud, "POST", f"/v1/complaints/{ticket}/attach", "officer", {"attachment": file})
    assert (early.status_code, early.json()["field"]) == (422, "attachment.id")
    sent = requests.put(place["upload"]["url"], data=content, headers=place["upload"]["headers"], timeout=d.SECONDS)
    assert sent.status_code == 200, sent.text
    wrong = {"attachment": {**file, "size": 3}}
    answer = d.call(cloud, "POST", f"/v1/complaints/{ticket}/attach", "officer", wrong)
    assert (answer.status_code, answer.json()["field"]) == (422, "attachment.size")
    (shown,) = act(cloud, ticket, "attach", "officer", attachment=file)["attachments"]
    assert (shown["name"], shown["type"], shown["size"]) == (about["name"], about["type"], about["size"])
    assert requests.get(shown["url"], timeout=d.SECONDS).content == content
    assert d.case(cloud, ticket)["attachments"][0]["id"] == place["id"]
    page = {"name": "x.html", "type": "text/html", "size": 5}
    assert d.call(cloud, "POST", f"/v1/complaints/{ticket}/attachments", "officer", page).status_code == 422


def test_me(cloud: Cloud) -> None:
    mine = d.call(cloud, "GET", "/v1/me", "head").json()
    assert (mine["username"], mine["role"], mine["department"]) == ("head1", "head", OWN)
    assert mine["zone"] == "Asia/Jakarta"
    assert "complaints" in mine["pages"]
    assert "quarantine" not in mine["pages"]
    assert "complaints" not in d.call(cloud, "GET", "/v1/me", "executive").json()["pages"]


def test_every_case_of_this_cloud_is_what_its_timeline_says(cloud: Cloud) -> None:
    everything = d.cases(cloud)
    assert len(everything) > 20
    for case in everything:
        check_replay(cloud, case)
