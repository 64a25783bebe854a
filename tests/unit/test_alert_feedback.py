"""Receipts in any order and any number lead upwards only; a bounce is the admin's, once."""

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chalicelib.channels import whatsapp
from chalicelib.desk import alert_feedback, alert_sending, intake
from chalicelib.store import deliveries
from chalicelib.store.deliveries import Delivery
from tests.unit import alert_world as w
from tests.unit.alert_world import NOW, MailServer

CITY = w.kediri()
COORDINATOR = next(one.email for one in CITY.contacts if one.role == "coordinator") or ""


@pytest.fixture
def mails(monkeypatch: pytest.MonkeyPatch) -> Iterator[MailServer]:
    with w.world(monkeypatch) as server:
        yield server


def told() -> Delivery:
    """A mail that was sent."""
    w.case()
    w.alert()
    alert_sending.send_due(NOW, CITY)
    (found,) = Delivery.by_received.query("ALERT")
    return proof(found.pk.removeprefix("ALERT#"))


def proof(identifier: str) -> Delivery:
    found = deliveries.get(identifier)
    assert found is not None
    return found


def ses(kind: str, message: str, tag: str | None = None, **more: Any) -> dict[str, Any]:
    """An event of a configuration set (with its tag), or a notification of an identity."""
    name = "eventType" if tag else "notificationType"
    mail = {"messageId": message, "destination": [w.HEAD], **({"tags": {"delivery": [tag]}} if tag else {})}
    return {"Sns": {"Message": json.dumps({name: kind, "mail": mail, **more})}}


def take(*records: dict[str, Any]) -> int:
    return alert_feedback.of_mails(records, NOW)


def test_a_mail_is_delivered(mails: MailServer) -> None:
    sent = told()
    assert take(ses("Delivery", "whatever", sent.id)) == 1
    after = proof(sent.id)
    assert (after.state, list(after.receipts or {})) == ("delivered", ["delivered"])
    assert take(ses("Delivery", "whatever", sent.id)) == 0


def test_a_notification_without_a_tag_is_known_by_its_number(
    mails: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = told()
    assert take(ses("Delivery", str(sent.provider_id).partition("@")[0])) == 1
    assert proof(sent.id).state == "delivered"
    monkeypatch.setattr(alert_feedback, "PATIENCE", (0.0, 0.0))
    with pytest.raises(alert_feedback.Early):  # Lambda brings it again
        take(ses("Delivery", "not-noted-yet"))


@pytest.mark.parametrize("kind", ["Bounce", "Complaint"])
def test_a_bounce_is_told_to_the_admin_once(mails: MailServer, kind: str, caplog: pytest.LogCaptureFixture) -> None:
    sent = told()
    bounced = ses(kind, "m", sent.id, bounce={"bounceType": "Permanent", "bounceSubType": "General"})
    assert take(bounced, ses("Delivery", "m", sent.id), bounced) == 1
    assert proof(sent.id).state == "bounced"
    alert_sending.send_due(NOW, CITY)
    alert_sending.send_due(NOW, CITY)
    (mail,) = mails.to("admin@kediri.example")
    text = mail["Message"]["Body"]["Text"]["Data"]
    assert "ditolak penerima" in text
    assert w.HEAD not in text
    # The admin's own mail bounces: who coordinates gets it, once.
    admin = proof(f"{sent.id}-admin")
    caplog.clear()
    assert take(ses("Bounce", "m", admin.id)) == 1
    assert [(one.message, one.levelname) for one in caplog.records if one.levelname == "ERROR"] == [
        ("admin_not_told", "ERROR")
    ]
    assert take(ses("Bounce", "m", admin.id)) == 0
    assert alert_sending.send_due(NOW, CITY) == {"admin": 1}
    assert len(mails.to("admin@kediri.example")) == 1
    (second,) = mails.to(COORDINATOR)
    assert second["Message"]["Body"]["Text"]["Data"].split("\n")[3:] == text.split("\n")[3:]
    # His as well: it stands in the list, and the alarm rings.
    caplog.clear()
    assert take(ses("Bounce", "m", admin.id)) == 1
    assert "admin_not_told" in [one.message for one in caplog.records]
    assert proof(admin.id).state == "bounced"
    assert alert_sending.send_due(NOW, CITY) == {}


def test_every_line_of_a_mail_to_the_admin_shares_its_fate(mails: MailServer) -> None:
    bounced = []
    for number, department in enumerate(("dpupr", "dishub")):
        w.case(w.TICKETS[number], department=department)
        w.alert(w.TICKETS[number], department=department)
    alert_sending.send_due(NOW, CITY)
    for one in Delivery.by_received.query("ALERT"):
        bounced.append(one.pk.removeprefix("ALERT#"))
        assert deliveries.receipt(bounced[-1], "bounced", at=NOW, now=NOW)
    assert alert_sending.send_due(NOW, CITY) == {"admin": 2}
    (mail,) = mails.to("admin@kediri.example")
    tagged = mail["Tags"][0]["Value"]
    assert take(ses("Delivery", "m", tagged)) == 1
    assert [proof(f"{one}-admin").state for one in bounced] == ["delivered"] * 2
    assert take(ses("Bounce", str(proof(tagged).provider_id))) == 1  # by its number as well
    assert [proof(f"{one}-admin").state for one in bounced] == ["waiting"] * 2
    assert alert_sending.send_due(NOW, CITY) == {"admin": 2}
    (second,) = mails.to(COORDINATOR)
    assert all(ticket in second["Message"]["Body"]["Text"]["Data"] for ticket in w.TICKETS[:2])


def test_out_of_office_is_no_bounce(mails: MailServer) -> None:
    sent = told()
    assert take(ses("Bounce", "m", sent.id, bounce={"bounceType": "Transient", "bounceSubType": "General"})) == 0
    assert take(ses("Bounce", "m", sent.id, bounce={"bounceType": "Transient", "bounceSubType": "MailboxFull"})) == 1


def test_what_ses_says_otherwise_is_let_pass(mails: MailServer) -> None:
    for text in ("Successfully validated SNS topic", "[]", "null", '{"mail": 1}', '{"mail": {"messageId": "x"}}'):
        assert take({"Sns": {"Message": text}}) == 0


RANK = {"sent": 1, "delivered": 2, "read": 3}


@given(st.lists(st.sampled_from(["sent", "delivered", "read", "failed"]), min_size=1, max_size=6))
@settings(max_examples=25, suppress_health_check=list(HealthCheck), deadline=None)
def test_receipts_in_any_order_lead_upwards(mails: MailServer, said: Sequence[str]) -> None:
    delivery = deliveries.new(
        f"p{'-'.join(said)}", kind="alert", role="head", name=None, department=None, channel="whatsapp", target="x",
        summary="", tickets=[], now=NOW,
    )  # fmt: skip
    delivery.state = "sent"
    delivery.save()
    for state in said:
        deliveries.receipt(delivery.id, state, at=NOW, now=NOW)
    expected = "failed" if "failed" in said else max([*said, "sent"], key=RANK.__getitem__)
    assert proof(delivery.id).state == expected
    Delivery(pk=delivery.pk, sk="META").delete()


def webhook(reference: str | None, status: str = "delivered", **more: Any) -> bytes:
    receipt = {"id": "wamid.A", "status": status, "timestamp": "1763712000", "recipient_id": "6281", **more}
    if reference:
        receipt["biz_opaque_callback_data"] = reference
    value = {"messaging_product": "whatsapp", "metadata": {"phone_number_id": "1"}, "statuses": [receipt]}
    entry = {"id": "1", "changes": [{"field": "messages", "value": value}]}
    return json.dumps({"object": "whatsapp_business_account", "entry": [entry]}).encode()


def accept(body: bytes) -> str:
    from chalicelib.store.cities import intake_rules

    (item,) = whatsapp.parse(body, datetime(2026, 11, 23, tzinfo=UTC))
    return intake.accept(item, intake_rules(), NOW).kind


def test_a_whatsapp_receipt_reaches_the_message_it_is_about(mails: MailServer) -> None:
    sent = told()
    assert accept(webhook(f"alert:{sent.id}")) == "control"
    assert proof(sent.id).state == "delivered"
    assert accept(webhook(f"alert:{sent.id}", "failed", errors=[{"code": 131026}])) == "control"
    after = proof(sent.id)
    assert (after.state, after.reason) == ("failed", "WhatsApp error 131026")


def test_a_citizens_receipt_costs_no_call_more(mails: MailServer, monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*args: Any, **more: Any) -> Any:
        raise AssertionError("a delivery was looked for")

    monkeypatch.setattr(deliveries, "receipt", never)
    monkeypatch.setattr(deliveries, "get", never)
    assert accept(webhook(None)) == "control"
    assert accept(webhook("something else", "read")) == "control"
