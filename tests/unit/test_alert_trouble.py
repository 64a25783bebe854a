"""When sending goes wrong: no alert stops the others, none is lost in silence, none floods anybody or comes twice."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest

from chalicelib.complaints.city import City
from chalicelib.desk import alert_sending, casework, delivering, worker
from chalicelib.desk.people import Staff
from chalicelib.store import admin_notices, cases, deliveries
from chalicelib.store.deliveries import Delivery
from tests.unit import alert_world as w
from tests.unit.alert_world import HEAD, NOW, TICKETS, MailServer

CITY = w.kediri()
MINUTE = timedelta(minutes=1)
ADMIN, COORDINATOR = "admin@kediri.example", "coordinator@kediri.example"
RESTING = msgspec.structs.replace(CITY, alerting=msgspec.structs.replace(CITY.alerting, at_least_minutes_between=30))


@pytest.fixture
def mails(monkeypatch: pytest.MonkeyPatch) -> Iterator[MailServer]:
    with w.world(monkeypatch) as server:
        yield server


def send(now: datetime = NOW, city: City = CITY) -> dict[str, int]:
    return alert_sending.send_due(now, city)


def text(mail: dict[str, Any]) -> str:
    return str(mail["Message"]["Body"]["Text"]["Data"])


def known(**wanted: Any) -> list[Delivery]:
    found = [deliveries.get(one.pk.removeprefix("ALERT#")) for one in Delivery.by_received.query("ALERT")]
    return [one for one in found if one and all(getattr(one, name) == value for name, value in wanted.items())]


def logged(caplog: pytest.LogCaptureFixture, name: str) -> list[Any]:
    return [one for one in caplog.records if one.getMessage() == name]


# --- one that breaks ------------------------------------------------------------------------------------------------


def test_a_case_that_cannot_be_judged_keeps_no_other_from_being_told(
    mails: MailServer, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    made = []
    for ticket in TICKETS[:2]:
        w.case(ticket)
        made.append(w.alert(ticket))
    real = cases.dossier

    def failing(ticket: str) -> Any:
        if ticket == TICKETS[0]:
            raise KeyError(ticket)
        return real(ticket)

    monkeypatch.setattr(cases, "dossier", failing)
    assert send() == {"broken": 1, "sent": 1, "waiting": 1, "done": 1}
    assert TICKETS[1] in text(mails.to(HEAD)[0])
    (line,) = logged(caplog, "alert_broken")
    assert (line.levelname, line.facts["ticket"]) == ("ERROR", TICKETS[0])
    # It rests, and is told when it can be.
    assert w.row(made[0]).osk > made[0].osk
    monkeypatch.setattr(cases, "dossier", real)
    assert send(NOW + 10 * MINUTE)["sent"] == 1
    assert TICKETS[0] in text(mails.to(HEAD)[1])


def test_a_case_that_cannot_be_described_is_left_out_of_the_mail(mails: MailServer) -> None:
    w.case(TICKETS[0], location={"kelurahan": "Pakelan", "address": 12})
    w.case(TICKETS[1])
    w.case(TICKETS[2], department="dishub")
    for number, department in enumerate(("dpupr", "dpupr", "dishub")):
        w.alert(TICKETS[number], department=department)
    assert send() == {"broken": 1, "sent": 2, "waiting": 1, "done": 2}
    (mail,) = mails.to(HEAD)
    assert mail["Message"]["Subject"]["Data"].startswith("1 aduan lewat tenggat")
    assert TICKETS[0] not in text(mail)


def test_a_message_that_cannot_be_made_keeps_the_admin_from_nothing(
    mails: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    w.case()
    w.alert()
    bounced = deliveries.new(
        "d0", kind="alert", role="head", name="Kepala", department=None, channel="email", target="x", summary="",
        tickets=[TICKETS[1]], now=NOW,
    )  # fmt: skip
    bounced.state = "sent"
    bounced.save()
    deliveries.receipt("d0", "bounced", at=NOW, now=NOW)

    def failing(*given: Any, **more: Any) -> Any:
        raise TypeError

    monkeypatch.setattr(deliveries, "claim", failing)
    assert send() == {"broken": 1, "waiting": 1, "admin": 1}
    assert len(mails.to(ADMIN)) == 1


def test_broken_alerts_ring_the_errors_alarm(mails: MailServer, monkeypatch: pytest.MonkeyPatch) -> None:
    from scheduled import sla_alerts

    monkeypatch.setattr(alert_sending, "send_due", lambda now, city: {"broken": 2})
    with pytest.raises(sla_alerts.Unfinished, match="2 cases"):
        sla_alerts.run(NOW)


# --- nothing goes out -----------------------------------------------------------------------------------------------


def test_what_cannot_be_sent_for_an_hour_has_failed_and_the_admin_hears(
    mails: MailServer, caplog: pytest.LogCaptureFixture
) -> None:
    w.case()
    made = w.alert()
    mails.trouble = w.Refused("AccessDenied", 403)
    for minutes in range(0, 60, 10):
        assert send(NOW + minutes * MINUTE) == {"put_off": 1, "waiting": 1}
    # One proof for all tries, and one that is new does not fail with what is old.
    assert [one.state for one in known()] == ["void"]
    w.case(TICKETS[1])
    w.alert(TICKETS[1])
    told = send(NOW + 60 * MINUTE)
    assert (told["failed"], told["put_off"], told["done"], told["waiting"]) == (1, 2, 1, 1)  # the admin's as well
    assert w.row(made).state == "confirmed"
    (failed,) = known(state="failed")
    assert (failed.tickets, failed.reason) == ([TICKETS[0]], "SES answered AccessDenied, again and again")
    assert logged(caplog, "admin_not_told") == []
    assert send(NOW + 90 * MINUTE)["put_off"] == 2
    assert logged(caplog, "admin_not_told") == []
    told = send(NOW + 180 * MINUTE)  # after lunch
    assert told["admin_not_told"] == 2
    assert {one.levelname for one in logged(caplog, "admin_not_told")} == {"ERROR"}
    mails.trouble = None
    assert send(NOW + 210 * MINUTE)["admin"] == 2
    assert all(ticket in text(mails.to(ADMIN)[0]) for ticket in TICKETS[:2])
    assert mails.to(HEAD) == []


class Whatsapp:
    """The send API; answers with these statuses in turn, then with a number."""

    def __init__(self, *statuses: int) -> None:
        self.statuses = list(statuses)
        self.posts: list[dict[str, Any]] = []

    def close(self) -> None:
        """There is no kept connection to drop."""

    def post(self, url: str, json: dict[str, Any], **more: Any) -> Any:
        self.posts.append(json)
        status = self.statuses.pop(0) if self.statuses else 200

        class Answer:
            status_code = status
            content = b'{"messages": [{"id": "wamid.1"}]}' if status == 200 else b"{}"

        return Answer()


def by_whatsapp(number: str = "+628111111111") -> City:
    departments = tuple(
        msgspec.structs.replace(one, head=msgspec.structs.replace(one.head, whatsapp=number)) if one.head else one
        for one in CITY.departments
    )
    contacts = tuple(
        msgspec.structs.replace(one, whatsapp="+628222222222") if one.role == "admin" else one for one in CITY.contacts
    )
    return msgspec.structs.replace(CITY, departments=departments, contacts=contacts)


def test_where_no_mail_goes_out_the_admin_is_told_by_whatsapp(monkeypatch: pytest.MonkeyPatch) -> None:
    api = Whatsapp()
    with w.world(monkeypatch, whatsapp_account="1001", whatsapp_api_url="https://x.example") as mails:
        monkeypatch.setattr(delivering, "session", lambda: api)
        w.case()
        w.alert()
        mails.trouble = w.Refused("AccountSendingPausedException")
        send(NOW, by_whatsapp())
        told = send(NOW + 60 * MINUTE, by_whatsapp())
        assert (told["failed"], told["admin"]) == (1, 1)
        (post,) = api.posts
        assert post["to"] == "628222222222"
        assert TICKETS[0] in json.dumps(post)
        (proof,) = known(kind="admin")
        assert (proof.state, proof.channel) == ("sent", "whatsapp")


# --- not twice ------------------------------------------------------------------------------------------------------


def test_a_template_whose_answer_is_a_server_error_is_not_sent_again(monkeypatch: pytest.MonkeyPatch) -> None:
    api = Whatsapp(500)
    with w.world(monkeypatch, whatsapp_account="1001", whatsapp_api_url="https://x.example"):
        monkeypatch.setattr(delivering, "session", lambda: api)
        w.case()
        w.alert(by=("whatsapp",))
        told = send(NOW, by_whatsapp())
        assert (told["ambiguous"], told["done"]) == (1, 1)
        send(NOW + 15 * MINUTE, by_whatsapp())
        assert len([post for post in api.posts if post["to"] == "628111111111"]) == 1
        (proof,) = known(kind="alert")
        assert deliveries.receipt(proof.id, "delivered", at=NOW, now=NOW)


def test_a_receipt_for_what_was_thought_not_sent_keeps_it_from_being_sent_again(mails: MailServer) -> None:
    w.case()
    made = w.alert()
    mails.trouble = w.Refused("Throttling")
    send()
    (void,) = known()
    assert void.state == "void"
    assert deliveries.receipt(void.id, "delivered", at=NOW, now=NOW)
    assert [one.state for one in known()] == ["delivered"]
    mails.trouble = None
    assert send(NOW + 10 * MINUTE) == {"done": 1}
    assert mails.mails == []
    assert w.row(made).deliveries == {void.id}


def test_a_failed_receipt_for_what_is_put_off_changes_nothing(mails: MailServer) -> None:
    w.case()
    w.alert()
    mails.trouble = w.Refused("Throttling")
    send()
    (void,) = known()
    assert not deliveries.receipt(void.id, "failed", at=NOW, now=NOW)
    mails.trouble = None
    assert send(NOW + 10 * MINUTE) == {"sent": 1, "done": 1}
    assert [one.id for one in known()] == [void.id]


def test_a_template_of_several_cases_says_where_the_others_are_answered(monkeypatch: pytest.MonkeyPatch) -> None:
    api = Whatsapp()
    with w.world(monkeypatch, whatsapp_account="1001", whatsapp_api_url="https://x.example"):
        monkeypatch.setattr(delivering, "session", lambda: api)
        for ticket in TICKETS[:2]:
            w.case(ticket)
            w.alert(ticket, by=("whatsapp",))
        send(NOW, by_whatsapp())
        (post,) = api.posts
        _, tickets, link = (one["text"] for one in post["template"]["components"][0]["parameters"])
        assert all(ticket in tickets for ticket in TICKETS[:2])
        assert tickets.endswith("yang lain lewat perintah aduan antre")
        assert link.startswith(f"{w.BASE}/tindak/")


# --- in whose hours -------------------------------------------------------------------------------------------------


def test_who_is_told_in_anothers_place_is_told_in_his_own_hours(mails: MailServer) -> None:
    """A department that works on Sundays without an address: its alerts go to the coordinator, who does not."""
    departments = tuple(
        msgspec.structs.replace(one, email=None, whatsapp=None, head=None, officer=None) if one.id == "damkar" else one
        for one in CITY.departments
    )
    city = msgspec.structs.replace(CITY, departments=departments)
    sunday = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
    w.case(department="damkar")
    made = w.alert(department="damkar", at=sunday)
    assert send(sunday, CITY) == {"sent": 1, "done": 1}  # its own head works
    again = w.alert(department="damkar", at=sunday + MINUTE)
    assert send(sunday + MINUTE, city) == {"waiting": 1}
    assert mails.to(COORDINATOR) == []
    assert str(w.row(again).osk).startswith("2026-11-23T00:")
    assert send(NOW, city) == {"sent": 1, "done": 1}
    assert len(mails.to(COORDINATOR)) == 1
    assert w.row(made).state == "confirmed"


# --- while it is true -----------------------------------------------------------------------------------------------


def test_what_is_answered_between_the_look_and_the_sending_is_not_told(
    mails: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    for ticket in TICKETS[:2]:
        w.case(ticket)
    answered, other = w.alert(), w.alert(TICKETS[1])
    real = alert_sending._Run.tell

    def later(self: Any, address: Any) -> None:
        head = Staff("h", "head", "dpupr")
        casework.act(TICKETS[0], "respond", {"text": "sudah selesai"}, head, versions=None, once=None, now=NOW)
        real(self, address)

    with monkeypatch.context() as patch:
        patch.setattr(alert_sending._Run, "tell", later)
        assert send() == {"sent": 1, "done": 1, "waiting": 1}
    (mail,) = mails.to(HEAD)
    assert TICKETS[0] not in text(mail)
    assert TICKETS[1] in text(mail)
    assert w.row(other).state == "confirmed"
    assert send(NOW + MINUTE) == {"void": 1}
    assert w.row(answered).last_error == "over"


# --- not too often --------------------------------------------------------------------------------------------------


def test_an_address_is_told_again_only_after_a_while_and_then_of_everything(mails: MailServer) -> None:
    tickets = [w.numbered(number) for number in range(1, 8)]
    for ticket in tickets:
        w.case(ticket)
    w.alert(tickets[0])
    assert send(NOW, RESTING) == {"sent": 1, "done": 1}
    for number in range(1, 6):
        made = w.alert(tickets[number], at=NOW + number * MINUTE)
        assert send(NOW + number * MINUTE, RESTING) == {"waiting": 1}
        assert str(w.row(made).osk).startswith("2026-11-23T03:30:00")
    assert len(mails.mails) == 1
    # An emergency does not wait.
    w.alert(tickets[6], emergency=True, at=NOW + 6 * MINUTE)
    assert send(NOW + 6 * MINUTE, RESTING) == {"sent": 1, "done": 1}
    assert send(NOW + 30 * MINUTE, RESTING) == {"waiting": 5}
    assert send(NOW + 36 * MINUTE, RESTING) == {"sent": 1, "done": 5}
    assert mails.subject(2).startswith("5 aduan lewat tenggat")


def test_a_city_says_how_long_an_address_rests() -> None:
    assert type(CITY.alerting)().at_least_minutes_between == 30
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"at_least_minutes_between": -1}, type(CITY.alerting))


def test_a_missing_year_is_told_once_a_working_day_with_all_its_cases(
    mails: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("chalicelib.complaints.alerting.needless", lambda *args: None)

    def missing(number: int, at: datetime) -> Any:
        w.case(w.numbered(number))
        return w.alert(w.numbered(number), to=("admin",), percent=0, kind="no_calendar", year=2027, at=at)

    missing(1, NOW)
    assert send() == {"sent": 1, "done": 1}
    for number in (2, 3):
        made = missing(number, NOW + number * MINUTE)
        assert send(NOW + number * MINUTE) == {"waiting": 1}
        assert str(w.row(made).osk).startswith("2026-11-24T00:")
    tomorrow = NOW + timedelta(days=1)
    assert send(tomorrow) == {"sent": 1, "done": 2}
    assert len(mails.to(ADMIN)) == 2
    assert "Tenggat 2 aduan tidak dapat dihitung" in text(mails.to(ADMIN)[1])


# --- what nobody says anything of -----------------------------------------------------------------------------------


def test_mails_never_heard_of_again_are_told_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    with w.world(monkeypatch, alert_configuration="aduan-test") as mails:
        for number, department in enumerate(("dpupr", "dishub", "dlhkp")):
            w.case(TICKETS[number], department=department)
            w.alert(TICKETS[number], department=department)
        assert send()["sent"] == 3
        heard, *unheard = known(kind="alert")
        deliveries.receipt(heard.id, "delivered", at=NOW, now=NOW)
        tomorrow = NOW + timedelta(days=1)
        assert send(tomorrow - timedelta(hours=2)) == {}  # no day has gone by; nor is it looked at again today
        assert send(tomorrow + timedelta(days=1)) == {"admin": 1}
        (mail,) = mails.to(ADMIN)
        assert "2 surel belum diketahui sampai setelah 24 jam" in text(mail)
        assert all(str(one.name) in text(mail) for one in unheard)
        assert str(heard.name) not in text(mail)
        assert send(tomorrow + timedelta(days=2)) == {}  # once for each


def test_a_stage_that_is_told_nothing_expects_nothing(mails: MailServer) -> None:
    w.case()
    w.alert()
    send()
    assert send(NOW + timedelta(days=2)) == {}


# --- and the alarms -------------------------------------------------------------------------------------------------


def test_how_long_an_alert_has_been_due_is_logged(mails: MailServer, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    w.case()
    w.alert()
    send(NOW + 75 * MINUTE)
    send(NOW + 80 * MINUTE)
    assert [(one.facts["count"], one.facts["age_minutes"]) for one in logged(caplog, "alerts_waiting")] == [
        (1, 75),
        (0, 0),
    ]


def test_one_message_whose_sender_died_keeps_no_other_from_being_settled(
    mails: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("d1", "d2"):
        one = deliveries.new(
            name, kind="alert", role="head", name="Kepala", department=None, channel="email", target=name, summary="",
            tickets=[TICKETS[0]], now=NOW,
        )  # fmt: skip
        assert deliveries.claim(one, (), until=NOW)
    real = deliveries.fail

    def failing(delivery: Delivery, *given: Any, **more: Any) -> bool:
        if delivery.id == "d1":
            raise KeyError
        return real(delivery, *given, **more)

    monkeypatch.setattr(deliveries, "fail", failing)
    monkeypatch.setattr(worker, "clock", lambda: NOW + MINUTE)
    assert send(NOW + MINUTE) == {"broken": 1, "ambiguous": 1, "admin": 1}
    assert admin_notices.pending(NOW + MINUTE, limit=5) == []
