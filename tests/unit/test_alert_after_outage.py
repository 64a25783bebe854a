"""Several steps due at once: only the highest is told, and who would have heard of the breach hears with it."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.complaints.alerting import due_steps, needless, next_moment
from chalicelib.complaints.facts import ALERT
from chalicelib.desk import alert_sending
from tests.unit import alert_world as w
from tests.unit.alert_world import HEAD, NOW, TICKETS, MailServer
from tests.unit.test_alerting import KEDIRI, event, ladder, received, wib, with_

LIFE = [received(), event("03-02T09:00", "assign", department="dishub")]
MAILBOX = "dpupr@kediri.example"
SEKDA = "sekda@kediri.example"


@pytest.fixture
def mails(monkeypatch: pytest.MonkeyPatch) -> Iterator[MailServer]:
    with w.world(monkeypatch) as server:
        yield server


def text(mail: dict[str, Any]) -> str:
    return str(mail["Message"]["Body"]["Text"]["Data"])


@pytest.mark.parametrize(
    ("at", "percent", "skipped", "also"),
    [
        ("03-06T08:00", 80, [], []),
        ("03-10T08:00", 100, [80], []),
        ("03-12T16:00", 150, [80, 100], ["officer", "head"]),
        ("03-17T16:00", 200, [80, 100, 150], ["officer", "head"]),
    ],
)
def test_who_is_told_with_the_highest_step(at: str, percent: int, skipped: list[int], also: list[str]) -> None:
    step = next(one for one in due_steps(LIFE, KEDIRI, wib(at)) if one.clock.name == "follow_up")
    data = step.data()
    assert (data["percent"], data.get("skipped", []), data.get("also", [])) == (percent, skipped, also)
    assert set(data["to"]).isdisjoint(also)


def test_who_was_told_of_the_breach_before_is_not_told_again() -> None:
    life = [*LIFE]
    for at in ("03-10T08:00", "03-17T16:00"):
        steps = [one for one in due_steps(life, KEDIRI, wib(at)) if one.clock.name == "follow_up"]
        life += [event(at, ALERT, **one.data()) for one in steps]
    assert [(one.percent, one.skipped, one.also) for one in steps] == [(200, (150,), ())]


def test_it_is_no_second_alert_and_asks_for_no_other_look() -> None:
    at = "03-12T16:00"
    steps = due_steps(LIFE, KEDIRI, wib(at))
    assert [one.percent for one in steps if one.clock.name == "follow_up"] == [150]
    life = [*LIFE, *(event(at, ALERT, **one.data()) for one in steps)]
    assert due_steps(life, KEDIRI, wib(at)) == []
    bare = [{**one, "data": {k: v for k, v in one["data"].items() if k != "also"}} for one in life]
    assert next_moment(life, KEDIRI, wib(at)) == next_moment(bare, KEDIRI, wib(at))
    assert needless(life[-1], life, KEDIRI, wib(at)) is None


def test_a_role_of_the_highest_step_is_not_named_twice() -> None:
    city = with_(
        alerts=ladder(("follow_up", 100, ("officer", "head", "coordinator")), ("follow_up", 150, ("head", "sekda")))
    )
    steps = due_steps(LIFE, city, wib("03-12T16:00"))
    assert [(one.to, one.also) for one in steps] == [(("head",), ("officer", "coordinator")), (("sekda",), ())]


def test_the_department_learns_of_the_breach_with_that_sending(mails: MailServer) -> None:
    w.case()
    made = w.alert(to=("sekda",), percent=150, skipped=[80, 100], also=["officer", "head"])
    assert alert_sending.send_due(NOW, w.kediri()) == {"sent": 3, "done": 1}
    for address in (SEKDA, MAILBOX, HEAD):
        (mail,) = mails.to(address)
        assert TICKETS[0] in text(mail)
    # The department can answer by its link, as its head or officer; Sekda has none.
    assert f"{w.BASE}/tindak/" in text(mails.to(HEAD)[0])
    assert f"{w.BASE}/tindak/" not in text(mails.to(SEKDA)[0])
    assert w.row(made).state == "confirmed"
    for minutes in (5, 60):
        assert alert_sending.send_due(NOW + timedelta(minutes=minutes), w.kediri()) == {}
    assert len(mails.mails) == 3


def test_each_of_them_in_his_own_hours(mails: MailServer) -> None:
    """The fire brigade works on a Sunday, Sekda does not."""
    sunday = NOW - timedelta(days=1)
    w.case(department="damkar")
    made = w.alert(to=("sekda",), percent=150, department="damkar", at=sunday, skipped=[100], also=["head"])
    assert alert_sending.send_due(sunday, w.kediri()) == {"sent": 1, "waiting": 1}
    assert mails.to(SEKDA) == []
    assert w.row(made).state == "waiting"
    assert alert_sending.send_due(NOW, w.kediri()) == {"sent": 1, "done": 1}
    assert (len(mails.to(SEKDA)), len(mails.mails)) == (1, 2)
