"""The WhatsApp webhook on the deployed stack, over HTTP: every shape, every refusal, every repetition."""

import base64
import gzip
import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import requests

from tests.integration import driver as d

Cloud = dict[str, Any]


def opened(cloud: Cloud, number: str) -> dict[str, Any]:
    """The one case of a citizen, whole."""
    mine = d.cases_of(cloud, number)
    assert len(mine) == 1, f"{len(mine)} cases"
    return d.case(cloud, mine[0]["ticket"])


def handshake(cloud: Cloud, **query: str) -> requests.Response:
    return requests.get(f"{cloud['public_base_url']}/webhooks/whatsapp", params=query, timeout=d.SECONDS)


def test_p1_handshake_answers_the_challenge_only_to_our_token(cloud: Cloud) -> None:
    token = cloud["secrets"]["whatsapp_verify_token"]
    right = {"hub.mode": "subscribe", "hub.verify_token": token, "hub.challenge": "1158201444"}
    answer = handshake(cloud, **right)
    assert (answer.status_code, answer.text) == (200, "1158201444")
    assert handshake(cloud, **{**right, "hub.verify_token": "another"}).status_code == 403
    assert handshake(cloud, **{key: value for key, value in right.items() if key != "hub.challenge"}).status_code == 403


def test_p2_text_becomes_a_case_is_forwarded_and_answered(cloud: Cloud) -> None:
    number = d.phone()
    body = d.payload(
        d.text("Lampu jalan mati di Jl. Dhoho", **{"from": number, "from_user_id": f"ID.{number}"}),
        contacts=[{"profile": {"name": "Bu Sri 🌿"}, "wa_id": number, "user_id": f"ID.{number}"}],
    )
    assert d.post(cloud, body).json() == {"opened": 1}
    case = opened(cloud, number)
    assert case["status"] == "received"
    assert case["class"] == "complaint"
    assert case["channel"] == "whatsapp"
    assert case["text"] == "Lampu jalan mati di Jl. Dhoho"
    assert case["reporter"] == {
        "name": "Bu Sri 🌿",
        "phone": f"+{number}",
        "handle": f"ID.{number}",
        "anonymous": False,
    }
    assert [message["type"] for message in case["messages"]] == ["text"]
    filed = d.until(lambda: d.case(cloud, case["ticket"])["lapor"]["complaint_id"], "filing")
    assert len(d.filings(cloud, case["ticket"])) == 1
    assert filed
    reply = d.until(lambda: d.replies(cloud, number), "reply")
    assert case["ticket"] in reply[0]["text"]


def test_p3_username_adopter_without_a_phone_makes_a_case(cloud: Cloud) -> None:
    user = f"ID.{d.phone()}"
    message = {**d.text("Trotoar rusak"), "from_user_id": user}
    body = d.payload(message, contacts=[{"profile": {"name": "Bu Sri", "username": "bu.sri"}, "user_id": user}])
    assert d.post(cloud, body).json() == {"opened": 1}
    mine = [case for case in d.cases(cloud) if case["text"] == "Trotoar rusak"]
    assert [case["reporter"]["phone"] for case in mine] == [None]
    assert mine[0]["reporter"]["handle"] == "bu.sri"
    d.until(lambda: d.replies(cloud, user), "reply to the user id")


def test_a_citizen_known_by_both_keys_is_recognised_by_either(cloud: Cloud) -> None:
    number = d.phone()
    user = f"ID.{number}"
    contact = [{"profile": {"name": "Warga"}, "wa_id": number, "user_id": user}]
    first = d.text(**{"from": number, "from_user_id": user})
    assert d.post(cloud, d.payload(first, contacts=contact)).json() == {"opened": 1}
    assert d.post(cloud, d.payload({**d.text("lanjut"), "from": number})).json() == {"appended": 1}
    by_user = {**d.text("lagi"), "from_user_id": user}
    assert d.post(cloud, d.payload(by_user)).json() == {"appended": 1}
    assert len(opened(cloud, number)["messages"]) == 3


def test_a_phone_seen_first_learns_its_user_id(cloud: Cloud) -> None:
    number = d.phone()
    user = f"ID.{number}"
    assert d.post(cloud, d.payload({**d.text(), "from": number})).json() == {"opened": 1}
    both = {**d.text("kedua"), "from": number, "from_user_id": user}
    assert d.post(cloud, d.payload(both)).json() == {"appended": 1}
    assert d.post(cloud, d.payload({**d.text("ketiga"), "from_user_id": user})).json() == {"appended": 1}
    assert len(opened(cloud, number)["messages"]) == 3


@pytest.mark.parametrize("announced", ["BASE64=", "A" * 43 + "="])
def test_p4_image_is_kept_and_its_file_fetched(cloud: Cloud, announced: str) -> None:
    number = d.phone()
    image = {"caption": "Jalan berlubang", "mime_type": "image/jpeg", "sha256": announced, "id": "1003383421387256"}
    message = {"from": number, "id": d.wamid(), "timestamp": "1763712060", "type": "image", "image": image}
    assert d.post(cloud, d.payload(message)).json() == {"opened": 1}
    ticket = opened(cloud, number)["ticket"]

    def fetched() -> dict[str, Any] | None:
        attachment: dict[str, Any] = d.case(cloud, ticket)["attachments"][0]
        return attachment if attachment["url"] else None

    attachment = d.until(fetched, "fetching the photo")
    content = requests.get(attachment["url"], timeout=d.SECONDS)
    assert content.status_code == 200
    assert content.content.startswith(b"\xff\xd8")
    assert attachment["type"] == "image/jpeg"
    assert attachment["size"] == len(content.content)


def test_p5_location_joins_the_open_case(cloud: Cloud) -> None:
    number = d.phone()
    d.post(cloud, d.payload({**d.text(), "from": number}))
    place = {"latitude": -7.8166, "longitude": 112.0119, "name": "Pasar Setonobetek"}
    message = {"from": number, "id": d.wamid(), "timestamp": "1763712070", "type": "location", "location": place}
    assert d.post(cloud, d.payload(message)).json() == {"appended": 1}
    case = opened(cloud, number)
    assert case["location"]["lat"] == -7.8166
    assert case["location"]["lon"] == 112.0119
    assert case["location"]["address"] == "Pasar Setonobetek"


@pytest.mark.parametrize(
    "message",
    [
        {"type": "interactive", "interactive": {"type": "list_reply", "list_reply": {"id": "k", "title": "Lampu"}}},
        {"type": "interactive", "interactive": {"type": "button_reply", "button_reply": {"id": "y", "title": "Ya"}}},
        {"type": "button", "button": {"text": "Ya", "payload": "YA"}},
        {"type": "contacts", "contacts": [{"name": {"formatted_name": "Pak RT"}}]},
        {"type": "order", "order": {"product_items": []}},
        {"type": "audio", "audio": {"id": "77", "mime_type": "audio/ogg", "voice": True}},
        {"type": "document", "document": {"id": "78", "filename": "surat.pdf", "mime_type": "application/pdf"}},
        {"type": "sticker", "sticker": {"id": "79", "animated": True}},
        {"type": "something_new", "something_new": {"a": 1}},
    ],
    ids=lambda message: message["type"],
)
def test_p6_every_other_type_is_kept_as_what_it_is(cloud: Cloud, message: dict[str, Any]) -> None:
    number = d.phone()
    d.post(cloud, d.payload({**d.text(), "from": number}))
    body = d.payload({**message, "from": number, "id": d.wamid(), "timestamp": "1763712060"})
    assert d.post(cloud, body).json() == {"appended": 1}
    assert opened(cloud, number)["messages"][1]["type"] == message["type"]


def test_p7_a_reaction_is_no_complaint(cloud: Cloud) -> None:
    number = d.phone()
    for reaction in ({"message_id": "wamid.PREV", "emoji": "👍"}, {"message_id": "wamid.PREV"}):
        message = {"from": number, "id": d.wamid(), "timestamp": "1", "type": "reaction", "reaction": reaction}
        assert d.post(cloud, d.payload(message)).json() == {"control": 1}
    assert d.cases_of(cloud, number) == []


def test_p8_an_unsupported_message_is_kept_and_answered_politely(cloud: Cloud) -> None:
    number = d.phone()
    error = {"code": 131051, "title": "Message type unknown"}
    message = {"from": number, "id": d.wamid(), "timestamp": "1", "type": "unsupported", "errors": [error]}
    assert d.post(cloud, d.payload(message)).json() == {"opened": 1}
    case = opened(cloud, number)
    assert case["messages"][0]["type"] == "unsupported"
    assert case["lapor"]["state"] == "held"
    assert "tidak dapat kami baca" in d.until(lambda: d.replies(cloud, number), "reply")[0]["text"]


def test_p9_a_changed_number_keeps_the_conversation(cloud: Cloud) -> None:
    old, new = d.phone(), d.phone()
    d.post(cloud, d.payload({**d.text(), "from": old}))
    system = {"type": "user_changed_number", "body": "…", "wa_id": new, "previous_user_id": "ID.1"}
    message = {"from": old, "id": d.wamid(), "timestamp": "1", "type": "system", "system": system}
    assert d.post(cloud, d.payload(message)).json() == {"control": 1}
    assert d.post(cloud, d.payload({**d.text("dari nomor baru"), "from": new})).json() == {"appended": 1}
    assert len(opened(cloud, old)["messages"]) == 2


def test_p10_receipts_make_no_case_in_any_order(cloud: Cloud) -> None:
    before = len(d.cases(cloud))
    outbound = d.wamid()
    for status in ("read", "delivered", "sent"):
        receipt = {"id": outbound, "status": status, "timestamp": "1763712090", "recipient_id": d.phone()}
        assert d.post(cloud, d.payload(statuses=[receipt])).json() == {"control": 1}
    assert d.post(cloud, d.payload(statuses=[receipt])).json() == {"duplicate": 1}
    failed = {"id": d.wamid(), "status": "failed", "timestamp": "1", "errors": [{"code": 131047}]}
    assert d.post(cloud, d.payload(statuses=[failed])).status_code == 200
    assert len(d.cases(cloud)) == before


def test_p11_a_batch_makes_one_case_for_each_distinct_citizen(cloud: Cloud) -> None:
    first, second = d.phone(), d.phone()
    one = {**d.text("satu"), "from": first}
    two = {**d.text("dua"), "from": second}
    broken = {"type": "text", "text": "not an object and no id"}
    values = [
        {"metadata": {"phone_number_id": d.ACCOUNT}, "messages": [one, broken, one]},
        {"metadata": {"phone_number_id": d.ACCOUNT}, "messages": [two]},
    ]
    entries = [{"id": "1", "changes": [{"field": "messages", "value": value}]} for value in values]
    body = json.dumps({"object": "whatsapp_business_account", "entry": entries}).encode()
    assert d.post(cloud, body).json() == {"opened": 2, "quarantined": 1, "duplicate": 1}
    assert len(opened(cloud, first)["messages"]) == 1
    assert len(opened(cloud, second)["messages"]) == 1


def counted(cloud: Cloud) -> dict[str, int]:
    """The messages accepted so far, by what became of them (the destinations move by themselves)."""
    return {name: number for name, number in d.ledger(cloud).items() if name != "destinations"}


@pytest.mark.parametrize("signature", ["sha256=" + "0" * 64, None, "", "sha256=abc", "sha1=abc"])
def test_a_wrong_missing_or_truncated_signature_stores_nothing(cloud: Cloud, signature: str | None) -> None:
    number = d.phone()
    before = counted(cloud)
    answer = d.post(cloud, d.payload({**d.text(), "from": number}), signature=signature)
    assert answer.status_code == 401
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert counted(cloud) == before
    assert d.cases_of(cloud, number) == []


def test_a_body_of_two_megabytes_is_too_large(cloud: Cloud) -> None:
    before = counted(cloud)
    answer = d.post(cloud, d.payload({**d.text("x" * 2_000_000), "from": d.phone()}))
    assert answer.status_code == 413
    assert answer.json()["status"] == 413
    assert counted(cloud) == before


def test_broken_json_with_a_right_signature_is_kept_for_staff(cloud: Cloud) -> None:
    body = f'{{"object": "whatsapp_business_account", "entry": [{d.phone()}'.encode()
    assert d.post(cloud, body).json() == {"quarantined": 1}
    assert d.post(cloud, body).json() == {"duplicate": 1}
    items = d.call(cloud, "GET", "/v1/quarantine", "operator").json()["items"]
    assert items[0]["excerpt"] == body.decode()
    assert d.call(cloud, "GET", "/v1/quarantine", "officer").status_code == 403


@pytest.mark.parametrize(
    "end",
    [b"\xff\xfe\x00", "Jalan \xe9".encode("latin-1"), "🌿".encode()[:3], gzip.compress(b"{}", mtime=0)],
    ids=["bytes", "latin-1", "cut in a letter", "gzip"],
)
def test_what_is_no_text_is_kept_as_it_was_signed(cloud: Cloud, end: bytes) -> None:
    body = d.phone().encode() + end
    assert d.post(cloud, body).json() == {"quarantined": 1}
    assert d.post(cloud, body).json() == {"duplicate": 1}
    assert d.post(cloud, body, signature="sha256=" + "0" * 64).status_code == 401
    item = d.call(cloud, "GET", "/v1/quarantine").json()["items"][0]
    assert (item["size"], item["excerpt"]) == (len(body), base64.b64encode(body).decode())


def test_a_large_unreadable_body_is_kept_whole(cloud: Cloud) -> None:
    body = b'{"object": "' + d.phone().encode() * 70_000
    assert 700_000 < len(body) < 1_000_000
    assert d.post(cloud, body).json() == {"quarantined": 1}
    item = d.call(cloud, "GET", "/v1/quarantine").json()["items"][0]
    assert item["size"] == len(body)
    assert body.decode().startswith(item["excerpt"])


def test_the_same_webhook_twenty_times_ten_at_once(cloud: Cloud) -> None:
    number = d.phone()
    body = d.payload({**d.text("Satu kali saja"), "from": number})
    before = d.ledger(cloud)
    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(lambda _: d.post(cloud, body), range(20)))
    assert [answer.status_code for answer in answers] == [200] * 20
    assert sorted(json.dumps(answer.json()) for answer in answers) == ['{"duplicate": 1}'] * 19 + ['{"opened": 1}']
    case = opened(cloud, number)
    assert len(case["messages"]) == 1
    d.until(lambda: d.case(cloud, case["ticket"])["lapor"]["complaint_id"], "filing")
    d.until(lambda: d.replies(cloud, number), "reply")
    assert len(d.filings(cloud, case["ticket"])) == 1
    assert len(d.replies(cloud, number)) == 1
    after = d.ledger(cloud)
    assert after["accepted"] - before["accepted"] == 20
    assert after["duplicates"] - before["duplicates"] == 19


def test_six_messages_of_one_citizen_at_once_make_one_case(cloud: Cloud) -> None:
    number = d.phone()
    bodies = [d.payload({**d.text(f"foto {n}"), "from": number, "from_user_id": f"ID.{number}"}) for n in range(6)]
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda body: d.post(cloud, body), bodies))
    assert [answer.status_code for answer in answers] == [200] * 6
    case = opened(cloud, number)
    assert sorted(message["text"] for message in case["messages"]) == [f"foto {n}" for n in range(6)]
    assert len(d.until(lambda: d.replies(cloud, number), "reply")) == 1


def test_the_ledger_balances(cloud: Cloud) -> None:
    def quiet() -> dict[str, Any] | None:
        counted = d.ledger(cloud)
        # A night's push that another test ordered for a day to come waits for that day.
        waiting = sum(counted["destinations"][name]["waiting"] for name in ("lapor", "reporter", "media"))
        return counted if waiting == 0 else None

    counted = d.until(quiet, "quiet")
    outcomes = ("opened", "appended", "duplicates", "quarantined", "control")
    assert counted["accepted"] == sum(counted[name] for name in outcomes) > 0
    for one in counted["destinations"].values():
        assert one["due"] == one["confirmed"] + one["waiting"] + one["failed"] + one["ambiguous"]
    all_cases = d.cases(cloud)
    assert counted["opened"] == len(all_cases)
    assert counted["opened"] + counted["appended"] == sum(case["message_count"] for case in all_cases)
    confirmed = [case for case in all_cases if case["lapor"]["state"] == "confirmed"]
    assert counted["destinations"]["lapor"]["confirmed"] == len(confirmed)
