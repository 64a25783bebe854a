"""Alerts are sent once, to whom they are for, while they are true; whatever dies, nothing is told twice or lost."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import botocore.client
import pytest

from chalicelib.channels import whatsapp_send
from chalicelib.desk import alert_sending, worker
from chalicelib.store import deliveries
from chalicelib.store.deliveries import Delivery
from chalicelib.store.tables import Case, Event
from tests.unit import alert_world as w
from tests.unit.alert_world import HEAD, NOW, TICKETS, MailServer

CITY = w.kediri()
MINUTE = timedelta(minutes=1)


@pytest.fixture
def mails(monkeypatch: pytest.MonkeyPatch) -> Iterator[MailServer]:
    with w.world(monkeypatch) as server:
        yield server


def send(now: Any = NOW) -> dict[str, int]:
    return alert_sending.send_due(now, CITY)


def known(**wanted: Any) -> list[Delivery]:
    found = Delivery.by_received.query("ALERT")
    whole = [deliveries.get(one.pk.removeprefix("ALERT#")) for one in found]
    return [one for one in whole if one and all(getattr(one, name) == value for name, value in wanted.items())]


def test_a_due_alert_becomes_one_mail_with_its_proof(mails: MailServer) -> None:
    w.case()
    made = w.alert()
    assert send() == {"sent": 1, "done": 1}
    (mail,) = mails.to(HEAD)
    assert mails.subject() == "1 aduan lewat tenggat · Aduan Kota Kediri"
    assert mail["Source"] == "Aduan Kota Kediri <aduan@kediri.example>"
    (proof,) = known()
    assert (proof.state, proof.role, proof.channel, proof.kind) == ("sent", "head", "email", "alert")
    assert (proof.tickets, proof.events) == ([TICKETS[0]], [[TICKETS[0], made.sk]])
    assert mail["Tags"] == [{"Name": "delivery", "Value": proof.id}]
    assert deliveries.of_message(str(proof.provider_id)) == proof.id
    told = w.row(made)
    assert told.state == "confirmed"
    assert told.opk is None
    assert told.deliveries == {proof.id}
    assert "kediri.example" not in str(proof.attribute_values)
    assert send(NOW + MINUTE) == {}
    assert len(mails.mails) == 1


def test_one_message_for_each_address_with_complete_totals(mails: MailServer, monkeypatch: pytest.MonkeyPatch) -> None:
    import msgspec

    capped = msgspec.structs.replace(CITY, alerting=msgspec.structs.replace(CITY.alerting, most_per_message=2))
    for ticket in TICKETS:
        w.case(ticket)
        w.alert(ticket, to=("officer", "head"))
    assert alert_sending.send_due(NOW, capped)["done"] == 4
    (mail,) = mails.to(HEAD)
    assert mail["Message"]["Subject"]["Data"].startswith("4 aduan lewat tenggat")
    text = mail["Message"]["Body"]["Text"]["Data"]
    assert sum(ticket in text for ticket in TICKETS) == 2
    assert "dan 2 aduan lain" in text
    # Officer and head are told apart where they have addresses of their own.
    assert len(mails.mails) == len({mail["Destination"]["ToAddresses"][0] for mail in mails.mails})


def test_more_alerts_than_a_transaction_holds_are_one_message(
    mails: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert deliveries.ROWS_AT_ONCE < 100  # DynamoDB's limit, the delivery included
    monkeypatch.setattr(deliveries, "ROWS_AT_ONCE", 3)
    for ticket in TICKETS:
        w.case(ticket)
        w.alert(ticket)
    assert send() == {"sent": 1, "done": 4}
    assert mails.subject().startswith("4 aduan lewat tenggat")
    (proof,) = known()
    assert {ticket for ticket, _ in proof.events or []} == set(TICKETS)


@pytest.mark.parametrize(
    ("then", "reason"),
    [
        (("start", {}), "over"),
        (("respond", {"text": "sudah"}), "over"),
        (("reject", {"reason": "spam"}), "over"),
        (("transfer", {"department": "dishub", "note": "jalan provinsi"}), "over"),
        (
            ("acknowledged", {"clock": "follow_up", "round": 1, "until": "2026-11-25T08:30:00.000Z"}),
            "acknowledged",
        ),
    ],
)
def test_what_is_no_longer_so_is_told_to_nobody(mails: MailServer, then: tuple[str, Any], reason: str) -> None:
    w.case()
    made = w.alert(at=NOW - MINUTE)
    type_, data = then
    w.event(TICKETS[0], NOW - MINUTE / 2, type_, data)
    assert send() == {"void": 1}
    assert mails.mails == []
    told = w.row(made)
    assert (told.state, told.last_error) == ("void", reason)
    assert told.opk is None


def test_a_warning_of_a_due_date_that_moved_waits_for_its_own_time(mails: MailServer) -> None:
    w.case()
    made = w.alert(percent=80, due_at="2026-11-12T08:30:00.000Z")
    assert send() == {"void": 1}
    assert w.row(made).last_error == "due later"


def test_nobody_is_told_outside_his_hours_but_of_an_emergency(mails: MailServer) -> None:
    night = NOW.replace(hour=13)  # 20.00
    w.case()
    made = w.alert()
    assert send(night) == {"waiting": 1}
    assert mails.mails == []
    # The next opening of the department: it is looked at again then, not every five minutes.
    assert (w.row(made).osk or "").startswith("2026-11-24T00:")
    w.case(TICKETS[1], category="bencana")
    w.alert(TICKETS[1], emergency=True)
    assert send(night) == {"sent": 1, "done": 1}
    assert mails.subject().startswith("DARURAT: 1 aduan")


def test_who_is_asleep_is_told_in_the_morning_and_nobody_waits_for_him(mails: MailServer) -> None:
    watching = next(one.id for one in CITY.departments if one.works_on_holidays and one.head)
    evening = NOW.replace(hour=12)  # 19.00: Sekda has gone home, the fire brigade has not
    w.case(department=watching)
    made = w.alert(to=("head", "sekda"), department=watching)
    assert send(evening) == {"sent": 1, "waiting": 1}
    assert mails.to("sekda@kediri.example") == []
    assert (w.row(made).osk or "").startswith("2026-11-24T00:")
    assert send(NOW + timedelta(days=1)) == {"sent": 1, "done": 1}
    assert len(mails.to("sekda@kediri.example")) == 1
    assert len(mails.mails) == 2


def test_two_runs_at_once_tell_once(mails: MailServer, monkeypatch: pytest.MonkeyPatch) -> None:
    w.case()
    w.alert()
    real = deliveries.claim
    inner: list[dict[str, int]] = []

    def slow(*args: Any, **more: Any) -> bool:
        if not inner:
            inner.append({})
            inner[0] = send()  # the other run comes in between looking and claiming
        return real(*args, **more)

    monkeypatch.setattr(deliveries, "claim", slow)
    outer = send()
    assert inner[0]["sent"] == 1
    assert outer["elsewhere"] == 1
    assert "sent" not in outer
    assert len(mails.mails) == 1


def test_what_was_certainly_not_sent_is_sent_later(mails: MailServer) -> None:
    w.case()
    made = w.alert()
    for trouble in (w.Refused("Throttling"), w.EndpointConnectionError()):
        mails.trouble = trouble
        assert send()["put_off"] == 1
        assert not w.row(made).told
        w.row(made).update([deliveries.AlertRow.osk.set(made.osk)])
    mails.trouble = None
    assert send() == {"sent": 1, "done": 1}
    assert len(mails.mails) == 1
    assert known(kind="admin") == []


@pytest.mark.parametrize(
    ("trouble", "state"), [(w.Refused("MessageRejected"), "failed"), (w.ReadTimeoutError(), "ambiguous")]
)
def test_trouble_is_told_to_the_admin_once_and_never_sent_again(
    mails: MailServer, trouble: Exception, state: str
) -> None:
    w.case()
    made = w.alert()
    mails.trouble, mails.after, mails.only = trouble, state == "ambiguous", HEAD
    assert send()[state] == 1
    assert w.row(made).state == "confirmed"
    for minutes in (0, 5, 10):
        send(NOW + MINUTE * minutes)
    assert len(mails.to(HEAD)) == (1 if state == "ambiguous" else 0)
    (told,) = mails.to("admin@kediri.example")
    assert told["Message"]["Subject"]["Data"].startswith("1 peringatan tidak sampai")
    assert TICKETS[0] in told["Message"]["Body"]["Text"]["Data"]
    assert HEAD not in told["Message"]["Body"]["Text"]["Data"]
    (proof,) = known(kind="admin")
    assert (proof.state, proof.about) == ("sent", known(kind="alert")[0].id)


def test_a_city_without_any_address_says_so(mails: MailServer) -> None:
    import msgspec

    silent = tuple(
        msgspec.structs.replace(one, email=None, whatsapp=None, head=None, officer=None) for one in CITY.departments
    )
    nobody = msgspec.structs.replace(CITY, contacts=(), departments=silent)
    w.case()
    w.alert()
    told = alert_sending.send_due(NOW, nobody)
    assert (told["failed"], told["admin_not_told"], told["done"]) == (1, 1, 1)
    assert known(kind="alert")[0].reason == "no address for head"


def test_a_missing_calendar_is_told_to_the_admin(mails: MailServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chalicelib.complaints.alerting.needless", lambda *args: None)
    w.case()
    w.alert(to=("admin",), percent=0, kind="no_calendar", year=2027)
    assert send() == {"sent": 1, "done": 1}
    (mail,) = mails.to("admin@kediri.example")
    assert mail["Message"]["Subject"]["Data"].startswith("Daftar hari libur 2027 belum ada")


class Killed(BaseException):
    """The function is gone; nothing of ours catches it."""


def test_killed_after_any_call_it_tells_nobody_twice_and_nothing_is_lost(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    real = botocore.client.BaseClient._make_api_call  # moto's door, too
    outcomes: set[str] = set()
    for died_after in range(1, 40):
        with monkeypatch.context() as patch, w.world(patch) as mails:
            # Two alerts, claimed one after the other: between the two the message is not to be sent yet.
            patch.setattr(deliveries, "ROWS_AT_ONCE", 1)
            made = []
            for ticket in TICKETS[:2]:
                w.case(ticket)
                made.append(w.alert(ticket))
            calls = 0

            def die(last: int = died_after) -> None:
                nonlocal calls
                calls += 1
                if calls == last:
                    raise Killed

            def counted(self: Any, name: str, arguments: Any) -> Any:
                answer = real(self, name, arguments)
                die()
                return answer

            taken = mails.send_email

            def mailed(taken: Any = taken, **mail: Any) -> Any:
                answer = taken(**mail)
                die()
                return answer

            patch.setattr(botocore.client.BaseClient, "_make_api_call", counted)
            patch.setattr(mails, "send_email", mailed)
            try:
                send()
                finished = True
            except Killed:
                finished = False
            patch.setattr(botocore.client.BaseClient, "_make_api_call", real)
            patch.setattr(mails, "send_email", taken)
            for later in (1, 20):
                patch.setattr(worker, "clock", lambda later=later: NOW + MINUTE * later)
                send(NOW + MINUTE * later)
            admin = mails.to("admin@kediri.example")
            assert len(admin) <= 1, died_after
            for ticket in TICKETS[:2]:
                assert sum(ticket in str(mail) for mail in mails.to(HEAD)) <= 1, died_after
                assert ticket in str([*mails.to(HEAD), *admin]), died_after
            assert [w.row(one).state for one in made] == ["confirmed"] * 2, died_after
            assert deliveries.opened() == [], died_after
            outcomes.add("told" if not admin else "asked")
        if finished:
            break
    assert finished, "more calls than were tried"
    assert died_after > 8
    assert outcomes == {"told", "asked"}


def test_whatsapp_takes_the_template(monkeypatch: pytest.MonkeyPatch) -> None:
    import msgspec

    with monkeypatch.context() as patch, w.world(patch, whatsapp_account="1001") as server:
        sent: list[Any] = []

        def taken(*args: Any, **more: Any) -> str:
            sent.append((args, more))
            return "wamid.1"

        patch.setattr(whatsapp_send, "send_template", taken)
        reach = msgspec.structs.replace(CITY.department("dpupr").head, whatsapp="+6281100000001")  # type: ignore[union-attr,type-var]
        departments = tuple(
            msgspec.structs.replace(one, head=reach) if one.id == "dpupr" else one for one in CITY.departments
        )
        w.case()
        w.alert(by=("email", "whatsapp"))
        told = alert_sending.send_due(NOW, msgspec.structs.replace(CITY, departments=departments))
        assert told == {"sent": 2, "done": 1}
        ((args, more),) = sent
        assert args[2:] == ("1001", w.SECRET, "+6281100000001")
        verdict, tickets, link = more["values"]
        assert verdict == "1 aduan lewat tenggat"
        assert tickets == f"{TICKETS[0]} (terlambat 5 hari kerja)"
        assert link.startswith(f"{w.BASE}/tindak/")
        assert more["reference"].startswith("alert:")
        assert len(server.mails) == 1


def test_a_case_that_is_gone_is_let_go(mails: MailServer) -> None:
    made = w.alert()
    assert send() == {"void": 1}
    assert w.row(made).last_error == "gone"


def test_a_message_names_no_citizen(mails: MailServer) -> None:
    w.case(text="Nama saya Warga Satu, hubungi 081234567890. Jalan rusak.")
    w.alert()
    send()
    said = str(mails.mails)
    for word in ("Warga Satu", "Warga", "081234567890", "+6281234567890"):
        assert word not in said, word
    assert "Jalan rusak" in said


def test_a_secret_case_shows_neither_gist_nor_place(mails: MailServer) -> None:
    w.case(secret=True)
    w.alert()
    send()
    said = str(mails.mails)
    for word in ("berlubang", "pasar", "Pakelan", "Dhoho"):
        assert word not in said, word
    assert "Aduan rahasia" in said
    assert TICKETS[0] in said


def test_the_timeline_shows_what_became_of_the_alert(mails: MailServer) -> None:
    from chalicelib.desk import casework
    from chalicelib.store import cases

    w.case()
    w.alert()
    send()
    found = cases.dossier(TICKETS[0])
    assert found is not None
    assert [one["data"]["delivery"] for one in casework.timeline(found) if one["type"] == "alert"] == ["confirmed"]
    assert isinstance(found.case, Case)
    assert all(isinstance(one, Event) for one in found.events)
