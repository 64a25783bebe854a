"""WhatsApp webhooks: whether they are authentic, and what they say. Payloads in tests/payloads/whatsapp."""

import hashlib
import hmac
import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from chalicelib.channels.whatsapp import handshake, label, parse, signature_ok
from chalicelib.complaints.model import DeliveryReceipt, InboundMessage, Location, Media, Sender, Unreadable

ROOT = Path(__file__).parents[2]
PAYLOADS = ROOT / "tests" / "payloads" / "whatsapp"
SRI = Sender(user_id="ID.13491208655302741918", phone="+6281234567890", name="Bu Sri 🌿")
NOW = datetime(2026, 11, 21, 2, tzinfo=UTC)


def items(name: str) -> list[Any]:
    return parse((PAYLOADS / f"{name}.json").read_bytes(), NOW)


def message(name: str) -> InboundMessage:
    (only,) = items(name)
    assert isinstance(only, InboundMessage)
    return only


def changed(**fields: Any) -> Any:
    """The text message of P2 with other fields; None takes a field away."""
    payload = json.loads((PAYLOADS / "p02_text.json").read_bytes())
    inner = payload["entry"][0]["changes"][0]["value"]["messages"][0]
    for key, value in fields.items():
        inner.pop(key.rstrip("_"), None)
        if value is not None:
            inner[key.rstrip("_")] = value
    (only,) = parse(json.dumps(payload).encode(), NOW)
    return only


# --- signature and handshake


def test_the_signature_of_the_published_vector() -> None:
    body = b'{"object":"whatsapp_business_account","entry":[]}'
    header = "sha256=09eceea024af6e6343b760cc9bd3ae7c056938dd636e24e92109eb8219500384"
    assert signature_ok(body, header, ["appsecret"])
    assert signature_ok(body, f" {header} ", ["new", "appsecret"])
    assert signature_ok(body, header, ["appsecret", "old"])


@pytest.mark.parametrize(
    ("header", "secrets"),
    [
        (None, ["appsecret"]),
        ("", ["appsecret"]),
        ("09eceea024af6e6343b760cc9bd3ae7c056938dd636e24e92109eb8219500384", ["appsecret"]),
        ("sha1=09eceea024af6e6343b760cc9bd3ae7c056938dd636e24e92109eb8219500384", ["appsecret"]),
        ("sha256=09eceea024af6e6343b760cc9bd3ae7c056938dd636e24e92109eb8219500385", ["appsecret"]),
        ("sha256=09eceea024af6e6343b760cc9bd3ae7c056938dd636e24e92109eb8219500384", ["other"]),
        ("sha256=09eceea024af6e6343b760cc9bd3ae7c056938dd636e24e92109eb8219500384", []),
        ("sha256=é\ud800", ["appsecret"]),
    ],
)
def test_a_wrong_signature(header: str | None, secrets: list[str]) -> None:
    assert not signature_ok(b'{"object":"whatsapp_business_account","entry":[]}', header, secrets)


def test_an_empty_secret_signs_nothing() -> None:
    body = b"{}"
    forged = "sha256=" + hmac.new(b"", body, hashlib.sha256).hexdigest()
    assert not signature_ok(body, forged, ["", "appsecret"])


def test_the_signature_is_over_the_raw_bytes() -> None:
    raw = '{"text":"jalan 🌿"}'.encode()
    header = "sha256=" + hmac.new(b"s", raw, hashlib.sha256).hexdigest()
    assert signature_ok(raw, header, ["s"])
    assert not signature_ok(json.dumps(json.loads(raw)).encode(), header, ["s"])


def test_the_handshake() -> None:
    query = {"hub.mode": "subscribe", "hub.verify_token": "T", "hub.challenge": "1158201444"}
    assert handshake(query, ["T"]) == "1158201444"
    assert handshake(query, ["new", "T"]) == "1158201444"


@pytest.mark.parametrize(
    "change",
    [
        {"hub.verify_token": "wrong"},
        {"hub.verify_token": ""},
        {"hub.verify_token": "é\ud800"},
        {"hub.mode": "unsubscribe"},
        {"hub.challenge": ""},
    ],
)
def test_a_wrong_handshake_is_refused(change: dict[str, str]) -> None:
    query = {"hub.mode": "subscribe", "hub.verify_token": "T", "hub.challenge": "1"} | change
    assert handshake(query, ["T", ""]) is None
    assert handshake({}, ["T", ""]) is None
    assert handshake(dict.fromkeys(query, ""), []) is None


# --- what a payload says


def test_p2_text() -> None:
    assert message("p02_text") == InboundMessage(
        channel="whatsapp",
        account="106540352242922",
        id="wamid.HBgNNjI4MQ==",
        sent_at=datetime(2025, 11, 21, 8, tzinfo=UTC),
        sender=SRI,
        kind="text",
        text="Lampu jalan mati di Jl. Dhoho",
    )


def test_a_nul_or_a_bell_in_a_text_costs_nothing() -> None:
    assert changed(text={"body": "Lampu\0 mati\x07"}).text == "Lampu\0 mati\x07"


def test_p3_a_person_with_a_username_has_no_phone() -> None:
    got = message("p03_username")
    assert got.sender == Sender(user_id=SRI.user_id, name="Bu Sri", username="bu.sri")
    assert got.sender.identities("whatsapp", got.account) == ("whatsapp:106540352242922:u:ID.13491208655302741918",)
    assert got.text == "Got mampet depan pasar"


def test_p4_image() -> None:
    got = message("p04_image")
    assert got.media == Media(id="1003383421387256", type="image", mime="image/jpeg", sha256="BASE64=")
    assert (got.kind, got.text, got.extra) == ("image", "Jalan berlubang", {})
    assert got.sent_at == datetime(2025, 11, 21, 8, 1, tzinfo=UTC)


def test_p4_other_media() -> None:
    video, audio, document, sticker, image = items("p04_media")
    assert [one.media.type for one in (video, audio, document, sticker, image)] == [
        "video",
        "audio",
        "document",
        "sticker",
        "image",
    ]
    assert audio.media.mime == "audio/ogg; codecs=opus"
    assert audio.extra == {"audio": {"voice": True}}
    assert (document.media.filename, document.text) == ("surat rt.pdf", "Surat warga")
    assert sticker.extra == {"sticker": {"animated": False}}
    assert (image.text, image.media.id) == (None, "6")


def test_p5_location() -> None:
    got = message("p05_location")
    assert got.location == Location(lat=-7.8166, lon=112.0119, name="Pasar Setonobetek", address="Jl. Pattimura")
    assert (got.text, got.media, got.control, got.extra) == (None, None, False, {})


@pytest.mark.parametrize(
    "place",
    [
        None,
        [],
        "sini",
        {},
        {"latitude": "x", "longitude": True},
        {"latitude": 91, "longitude": -181},
        {"latitude": 10**400},
    ],
)
def test_a_location_without_a_usable_place_is_still_a_message(place: Any) -> None:
    got = changed(type="location", text=None, location=place)
    assert got.location == Location()


def test_p6_interactive() -> None:
    listed, button, template = items("p06_interactive")
    assert (listed.text, listed.reply_to) == ("Penerangan jalan", "wamid.PREV")
    assert listed.extra["interactive"]["list_reply"]["id"] == "kat_lampu"
    assert (button.text, button.extra["interactive"]["button_reply"]["id"]) == ("Aduan baru", "baru")
    assert (template.kind, template.text, template.extra["button"]["payload"]) == ("button", "Ya", "YA")
    assert template.extra["context"] == {"from": "6285142281103"}
    assert not (listed.control or button.control or template.control)


def test_p7_reactions_are_control() -> None:
    given, removed = items("p07_reaction")
    assert given.control and removed.control
    assert (given.reply_to, given.extra["reaction"]["emoji"]) == ("wamid.PREV", "👍")


def test_p8_unsupported_is_kept_and_answered() -> None:
    got = message("p08_unsupported")
    assert (got.kind, got.control) == ("unsupported", False)
    assert got.extra["errors"][0]["code"] == 131051


def test_p9_a_changed_number_is_control_and_keeps_what_re_keying_needs() -> None:
    got = message("p09_system")
    assert got.control
    assert got.extra["system"]["wa_id"] == "6289876543210"
    assert got.extra["system"]["previous_user_id"] == "ID.1"
    assert got.sender.user_id == SRI.user_id


def test_p9_contacts_and_orders_are_messages() -> None:
    contacts, order = items("p09_contacts_order")
    assert contacts.extra["contacts"][0]["name"]["formatted_name"] == "Pak RT"
    assert (order.text, order.extra["order"]["product_items"][0]["quantity"]) == ("pesan dua", 2)
    assert not (contacts.control or order.control)


def test_p10_statuses() -> None:
    failed, read = items("p10_statuses")
    assert failed == DeliveryReceipt(
        channel="whatsapp",
        account="106540352242922",
        id="wamid.OUT",
        status="failed",
        at=datetime(2025, 11, 21, 8, 1, 30, tzinfo=UTC),
        error_code=131047,
    )
    assert (read.id, read.status, read.error_code) == ("wamid.OUT2", "read", None)


def test_p11_a_bad_message_does_not_cost_the_others() -> None:
    got = items("p11_batch")
    assert [getattr(one, "id", one.__class__) for one in got] == [
        "wamid.B1",
        "wamid.B1",
        Unreadable,
        Unreadable,
        "wamid.B2",
        "wamid.B3",
    ]
    assert json.loads(got[3].raw) == {"type": "text", "text": {"body": "tanpa id"}}
    assert "tanpa id" not in got[3].reason


# --- beyond the samples


def test_group_chatter_is_control() -> None:
    got = changed(group_id="G1")
    assert got.control
    assert got.extra["group_id"] == "G1"


@pytest.mark.parametrize("kind", ["request_welcome", "revoke"])
def test_opening_a_chat_and_withdrawing_a_message_are_control(kind: str) -> None:
    got = changed(type=kind, text=None, revoke={"original_message_id": "wamid.OLD"})
    assert got.control
    assert got.reply_to == ("wamid.OLD" if kind == "revoke" else None)


def test_an_edited_message_brings_its_new_words() -> None:
    inner = {"type": "text", "text": {"body": "Lampu mati di Jl. Joyoboyo"}}
    got = changed(type="edit", text=None, edit={"original_message_id": "wamid.OLD", "message": inner})
    assert (got.text, got.reply_to, got.control) == ("Lampu mati di Jl. Joyoboyo", "wamid.OLD", False)


def test_a_form_answer_brings_its_words() -> None:
    flow = {"type": "nfm_reply", "nfm_reply": {"body": "Sent", "response_json": '{"rt":"3"}'}}
    got = changed(type="interactive", text=None, interactive=flow)
    assert (got.text, got.extra["interactive"]["nfm_reply"]["response_json"]) == ("Sent", '{"rt":"3"}')


def test_a_type_of_tomorrow_is_a_message_with_all_it_carries() -> None:
    got = changed(type="hologram", text=None, hologram={"id": "9"}, referral={"source_url": "https://x.example"})
    assert (got.kind, got.text, got.control) == ("hologram", None, False)
    assert got.extra == {"hologram": {"id": "9"}, "referral": {"source_url": "https://x.example"}}


def test_a_missing_type_is_read_off_the_content() -> None:
    assert changed(type=None).kind == "text"
    assert changed(type=7).text == "Lampu jalan mati di Jl. Dhoho"
    assert changed(type=None, text=None).kind == "unknown"


@pytest.mark.parametrize("stamp", [None, "", "besok", "-5", "0", "1e400", "nan", "99999999999999", [], {}, 10**400])
def test_without_a_usable_timestamp_the_time_of_receipt_counts(stamp: Any) -> None:
    assert changed(timestamp=stamp).sent_at == NOW


def test_a_numeric_timestamp_is_read_too_and_the_default_is_now() -> None:
    assert changed(timestamp=1763712000).sent_at == datetime(2025, 11, 21, 8, tzinfo=UTC)
    before = datetime.now(UTC)
    (only,) = parse(b'{"entry":[{"changes":[{"value":{"messages":[{"id":"a"}]}}]}]}')
    assert isinstance(only, InboundMessage)
    assert before <= only.sent_at <= datetime.now(UTC)


@pytest.mark.parametrize("file", [None, "x", {}, {"id": ""}, {"id": 5}])
def test_media_without_an_id_is_a_message_without_media(file: Any) -> None:
    got = changed(type="image", text=None, image=file)
    assert (got.kind, got.media) == ("image", None)


# --- who wrote


def sender(contacts: Any, **fields: Any) -> Sender:
    payload = json.loads((PAYLOADS / "p02_text.json").read_bytes())
    value = payload["entry"][0]["changes"][0]["value"]
    inner = value["messages"][0]
    del inner["from"], inner["from_user_id"]
    inner.update({key.rstrip("_"): field for key, field in fields.items()})
    value["contacts"] = contacts
    (only,) = parse(json.dumps(payload).encode())
    assert isinstance(only, InboundMessage)
    return only.sender


def test_the_contact_of_the_sender_is_found_among_several() -> None:
    contacts = [
        "bukan kontak",
        {"wa_id": "6281", "profile": {"name": "Terlalu pendek"}},
        {"wa_id": "62811111111", "user_id": "ID.1", "profile": {"name": "Satu"}},
        {"wa_id": "62822222222", "user_id": "ID.2", "profile": {"name": "Dua"}, "username": "dua"},
    ]
    assert sender(contacts, from_="62822222222") == Sender(
        user_id="ID.2", phone="+62822222222", name="Dua", username="dua"
    )
    assert sender(contacts, from_user_id="ID.1").phone == "+62811111111"
    assert sender(contacts, from_="62833333333") == Sender(phone="+62833333333")
    assert sender(contacts, from_="62822222222", from_user_id="ID.9") == Sender(user_id="ID.9", phone="+62822222222")
    assert sender(contacts) == Sender()


def test_the_only_contact_is_the_senders_unless_it_disagrees() -> None:
    contact = {"wa_id": "62811111111", "profile": {"name": "Satu"}}
    assert sender([contact]) == Sender(phone="+62811111111", name="Satu")
    assert sender([contact], from_user_id="ID.1") == Sender(user_id="ID.1", phone="+62811111111", name="Satu")
    assert sender([contact], from_="62899999999") == Sender(phone="+62899999999")
    assert sender(None) == sender("x") == sender([]) == sender([None]) == Sender()


def test_a_user_id_in_the_place_of_the_number_is_a_user_id() -> None:
    assert sender(None, from_="ID.13491208655302741918") == Sender(user_id="ID.13491208655302741918")
    assert sender(None, from_="US.ENT.118", from_user_id="US.2") == Sender(user_id="US.2")
    assert sender(None, from_="warga") == Sender()


def test_identities() -> None:
    assert SRI.identities("whatsapp", "106") == (
        "whatsapp:106:u:ID.13491208655302741918",
        "whatsapp:106:p:6281234567890",
    )
    assert Sender(phone="+62811").identities("sms", "1708") == ("sms:1708:p:62811",)
    assert Sender(name="Sri").identities("whatsapp", "106") == ()


# --- what staff read


@pytest.mark.parametrize(
    ("fields", "text", "shown"),
    [
        ({}, "Lampu jalan mati di Jl. Dhoho", "[pesan kosong]"),
        ({"text": {"body": "  "}}, None, "[pesan kosong]"),
        ({"text": {"body": "\u200b"}}, None, "[pesan kosong]"),
        ({"type": "image", "image": {"id": "1"}}, None, "[foto]"),
        ({"type": "image", "image": {"id": "1", "caption": "Jalan berlubang"}}, "Jalan berlubang", "[foto]"),
        ({"type": "video", "video": {"id": "1"}}, None, "[video]"),
        ({"type": "audio", "audio": {"id": "1", "voice": True}}, None, "[pesan suara]"),
        ({"type": "document", "document": {"id": "1", "filename": "surat.pdf"}}, None, "[dokumen]"),
        ({"type": "document"}, None, "[dokumen]"),
        ({"type": "sticker", "sticker": {"id": "1"}}, None, "[stiker]"),
        ({"type": "location", "location": {"name": "Pasar Setonobetek"}}, None, "[lokasi]"),
        ({"type": "location", "location": {"latitude": -7.8166}}, None, "[lokasi]"),
        ({"type": "contacts"}, None, "[kontak]"),
        ({"type": "system"}, None, "[pemberitahuan sistem]"),
        ({"type": "unsupported"}, None, "[pesan yang tidak didukung WhatsApp]"),
        ({"type": "poll", "poll": {"name": "?"}}, None, "[jajak pendapat]"),
        ({"type": "hologram"}, None, "[pesan jenis „hologram“ yang belum dikenal]"),
        ({"type": " x\n" + "y" * 99}, None, f"[pesan jenis „x {'y' * 38}“ yang belum dikenal]"),
    ],
)
def test_the_words_of_a_message_and_what_stands_for_it_without_any(
    fields: dict[str, Any], text: str | None, shown: str
) -> None:
    got = changed(**({"text": None} if "type" in fields else {}), **fields)
    assert (got.text, label(got.kind)) == (text, shown)


def test_the_webhook_does_not_load_the_http_client() -> None:
    code = "import sys, chalicelib.channels.whatsapp; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert not {"requests", "urllib3", "http.client", "chalicelib.channels.whatsapp_send"} & set(loaded.split())
