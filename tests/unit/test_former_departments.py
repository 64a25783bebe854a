"""A case that was closed when its department was removed from the city, and is reopened: nobody loses sight of it."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest

from chalicelib.complaints.city import City
from chalicelib.desk import casework, entry, reconfiguring, searching
from chalicelib.desk.people import Staff
from chalicelib.problems import Problem
from chalicelib.store import cases, cities, listing, queues
from scheduled import deadline_recompute, digests, sla_alerts
from tests.unit import alert_world as w
from tests.unit.alert_world import MailServer

ADMIN = Staff("admin1", "admin", None)
# A Monday morning, 07.30 in Kediri.
MONDAY = datetime(2026, 11, 23, 0, 30, tzinfo=UTC)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
COORDINATOR = "coordinator@kediri.example"


@pytest.fixture
def mails(monkeypatch: pytest.MonkeyPatch) -> Iterator[MailServer]:
    monkeypatch.setattr(queues, "announce", lambda ticket, rows: None)
    with w.world(monkeypatch) as server:
        yield server


def without(*gone: str) -> City:
    city = w.kediri()
    left = tuple(one for one in city.departments if one.id not in gone)
    return msgspec.structs.replace(city, departments=left)


def apply(city: City, after: int, now: datetime = MONDAY - 10 * DAY) -> None:
    reconfiguring.check(cities.current(), city)
    assert cities.apply(city, "", after=after, by="admin1", now=now)


def enter(at: datetime, department: str | None) -> str:
    usual: dict[str, Any] = dict.fromkeys(("category", "location", "note"))
    made = entry.Entry(
        **usual, channel="phone", text="x", class_="complaint", reporter={}, secret=False, department=department,
        received_at=at,
    )  # fmt: skip
    return entry.enter(made, ADMIN, once=None, now=at).ticket


def act(ticket: str, action: str, at: datetime, **data: Any) -> None:
    casework.act(ticket, action, data, ADMIN, versions=None, once=None, now=at)


def reopened() -> str:
    """Closed, its department removed, and reopened three weeks before the Monday."""
    at = MONDAY - 30 * DAY
    ticket = enter(at, "dishub")
    act(ticket, "respond", at + HOUR, text="sudah")
    act(ticket, "close", at + 2 * HOUR)
    apply(without("dishub"), after=1)
    act(ticket, "reopen", at + 9 * DAY, note="belum selesai")
    return ticket


def text(mail: dict[str, Any]) -> str:
    return str(mail["Message"]["Body"]["Text"]["Data"])


def test_former_departments_are_added_up_and_one_that_returns_is_none(mails: MailServer) -> None:
    assert cities.desk_rules().former == {}
    apply(without("dishub"), after=1)
    assert cities.desk_rules().former == {"dishub": "Dishub"}
    apply(without("dishub", "dinkop_umtk"), after=2)
    assert set(cities.desk_rules().former) == {"dishub", "dinkop_umtk"}
    apply(without("dinkop_umtk"), after=3)
    assert set(cities.desk_rules().former) == {"dinkop_umtk"}


def test_the_weekly_totals_have_it_under_a_heading_of_its_own(mails: MailServer) -> None:
    reopened()
    enter(MONDAY - 20 * DAY, "dpupr")
    assert digests.run(MONDAY)["done"] is True
    for office in ("sekda", "walikota"):
        (mail,) = mails.to(f"{office}@kediri.example")
        assert mail["Message"]["Subject"]["Data"].startswith("2 aduan terbuka, 2 di antaranya lewat tenggat")
        (line,) = [one for one in text(mail).splitlines() if one.startswith("OPD tidak lagi ada")]
        assert line.split()[-4:] == ["1", "1", "30", "hari"]
        assert "1 masih pada OPD yang tidak lagi ada: perlu dialihkan." in text(mail)


def test_without_such_a_case_nothing_is_said_of_it(mails: MailServer) -> None:
    apply(without("dishub"), after=1)
    enter(MONDAY - 20 * DAY, "dpupr")
    digests.run(MONDAY)
    assert "tidak lagi ada" not in text(mails.to("sekda@kediri.example")[0])


def test_one_that_cannot_be_read_is_counted_there_too(mails: MailServer, monkeypatch: pytest.MonkeyPatch) -> None:
    ticket, dossier = reopened(), cases.dossier

    def failing(asked: str) -> Any:
        if asked == ticket:
            raise ValueError(asked)
        return dossier(asked)

    monkeypatch.setattr(cases, "dossier", failing)
    with pytest.raises(digests.Unfinished, match="1 cases"):
        digests.run(MONDAY)
    assert "1 masih pada OPD yang tidak lagi ada" in text(mails.to("sekda@kediri.example")[0])


def test_its_alerts_go_to_the_coordinator_in_his_hours(mails: MailServer) -> None:
    ticket = reopened()
    sla_alerts.run(MONDAY + HOUR)
    (mail,) = mails.to(COORDINATOR)
    assert ticket in text(mail)
    assert "OPD yang tidak lagi ada di kota ini" in text(mail)
    assert "/tindak/" not in text(mail)  # he acts in the programme; the link of a department nobody has is none
    found = cases.dossier(ticket)
    assert found
    told = [one.data for one in found.events if one.type == "alert"]
    assert {role for one in told for role in (*one["to"], *one.get("also", []))} >= {"officer", "head"}


def test_its_deadlines_follow_a_changed_calendar(mails: MailServer) -> None:
    at = MONDAY - DAY * 4
    ticket = enter(at - 9 * DAY, "dishub")
    act(ticket, "respond", at - 8 * DAY, text="sudah")
    act(ticket, "close", at - 8 * DAY + HOUR)
    apply(without("dishub"), after=1, now=at - 7 * DAY)
    deadline_recompute.run(at - 6 * DAY)
    act(ticket, "reopen", at - 5 * DAY, note="belum")
    assert listing.any_open("dishub")
    free = msgspec.structs.replace(w.kediri().holidays[0], date=MONDAY.date(), kind="local", name="Hari kota")
    city = without("dishub")
    apply(msgspec.structs.replace(city, holidays=(*city.holidays, free)), after=2, now=at)
    assert deadline_recompute.run(at + HOUR)["moved"] == 1
    found = cases.dossier(ticket)
    assert found
    assert "deadline" in [one.type for one in found.events]


def test_it_is_among_what_is_due(mails: MailServer) -> None:
    ticket = reopened()
    wanted = searching.Question(due_before=MONDAY)
    page = searching.find(wanted, ADMIN, limit=10, cursor=None, now=MONDAY)
    assert [case.ticket for case in page.items] == [ticket]


def test_a_department_with_open_cases_is_still_kept(mails: MailServer) -> None:
    enter(MONDAY - 20 * DAY, "dishub")
    with pytest.raises(Problem) as refused:
        apply(without("dishub"), after=1)
    assert "Dishub masih memegang" in str(refused.value.detail)
