"""A year nobody has entered into the city's calendar: the admin hears of it, what needs it waits, all else goes on."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest

from chalicelib.complaints.calendar import known_years
from chalicelib.complaints.city import City
from chalicelib.complaints.sending_hours import SendingHours
from chalicelib.desk import calendar_years, digests, entry
from chalicelib.desk.people import Staff
from chalicelib.store import admin_notices, cities, deliveries, job_marks, queues
from scheduled import digests as morning_lists
from scheduled import sla_alerts
from tests.unit import alert_world as w
from tests.unit.alert_world import HEAD, TICKETS, MailServer

FULL = w.kediri()
ADMIN = "admin@kediri.example"
FIRE = "damkar@kediri.example"
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
STAFF = Staff("admin1", "admin", None)


def wib(at: str) -> datetime:
    return datetime.fromisoformat(f"{at}+07:00").astimezone(UTC)


def of_years(*years: int) -> City:
    return msgspec.structs.replace(FULL, holidays=tuple(one for one in FULL.holidays if one.date.year in years))


UNTIL_2026 = of_years(2025, 2026)
# A Monday of a year nobody has entered.
MONDAY = wib("2027-01-11T10:00")
TUESDAY = MONDAY + DAY


@pytest.fixture
def mails(monkeypatch: pytest.MonkeyPatch) -> Iterator[MailServer]:
    monkeypatch.setattr(queues, "announce", lambda ticket, rows: None)
    with w.world(monkeypatch) as server:
        in_force(UNTIL_2026, after=1)
        yield server


def in_force(city: City, after: int) -> None:
    assert cities.apply(city, "", after=after, by="admin1", now=w.NOW)


def text(mail: dict[str, Any]) -> str:
    return " ".join(str(mail["Message"]["Body"]["Text"]["Data"]).split())


def subject(mail: dict[str, Any]) -> str:
    return str(mail["Message"]["Subject"]["Data"])


def enter(at: datetime, department: str | None = "dpupr") -> str:
    usual: dict[str, Any] = dict.fromkeys(("category", "location", "note"))
    made = entry.Entry(
        **usual, channel="phone", text="x", class_="complaint", reporter={}, secret=False, department=department,
        received_at=at,
    )  # fmt: skip
    return entry.enter(made, STAFF, once=None, now=at).ticket


def sweep(at: datetime) -> dict[str, Any]:
    return sla_alerts.run(at)


def test_what_years_are_known() -> None:
    assert known_years(UNTIL_2026.holidays) == {2025, 2026}
    local = tuple(msgspec.structs.replace(one, kind="local") for one in UNTIL_2026.holidays)
    assert known_years(local) == frozenset()


def test_what_waits_for_a_year_stops_nothing_and_goes_on_when_it_is_there(mails: MailServer) -> None:
    for ticket in TICKETS[:2]:
        w.case(ticket)
    waiting = w.alert(at=MONDAY)
    w.alert(TICKETS[1], at=MONDAY, emergency=True)
    told = sweep(MONDAY)["sent"]  # no alarm: it raises nothing
    assert told == {"sent": 1, "done": 1, "waiting": 1, "admin": 1}
    (urgent,) = mails.to(HEAD)
    assert TICKETS[1] in text(urgent)
    assert TICKETS[0] not in text(urgent)
    # Somebody who can mend it hears which year is missing, and how.
    (notice,) = mails.to(ADMIN)
    assert subject(notice) == "Daftar hari libur 2027 belum ada · Aduan Kota Kediri"
    assert "`aduan kota libur isi 2027`" in text(notice)
    assert "daftar pagi serta rekap mingguan tidak dikirim" in text(notice)
    assert "tidak sampai" not in text(notice)
    # Once a day, however often it runs.
    for minutes in (5, 30, 180):
        assert "admin" not in sweep(MONDAY + minutes * MINUTE)["sent"]
    assert sweep(TUESDAY)["sent"]["admin"] == 1
    assert len(mails.to(ADMIN)) == 2
    assert w.row(waiting).state == "waiting"
    # Then it goes on where it stood.
    in_force(FULL, after=2)
    later = TUESDAY + 30 * MINUTE
    assert sweep(later)["sent"] == {"sent": 1, "done": 1}
    assert TICKETS[0] in text(mails.to(HEAD)[1])
    for day in (0, 1, 2):
        assert sweep(later + day * DAY + 31 * MINUTE)["sent"] == {}
    assert (len(mails.to(HEAD)), len(mails.to(ADMIN))) == (2, 2)


def test_a_year_entered_on_a_holiday_is_no_longer_waited_for(mails: MailServer) -> None:
    """Who works on a Sunday need not wait for the admin's Monday."""
    w.case(department="damkar")
    made = w.alert(department="damkar", at=wib("2027-01-02T10:00"))
    assert sweep(wib("2027-01-02T10:00"))["sent"] == {"waiting": 1}  # a Saturday: the admin is not there
    in_force(FULL, after=2)
    assert sweep(wib("2027-01-03T09:00"))["sent"] == {"sent": 1, "done": 1}
    assert w.row(made).state == "confirmed"
    assert mails.to(ADMIN) == []


def test_a_deadline_in_a_missing_year_is_told_each_day_while_it_waits_and_stops_no_other(mails: MailServer) -> None:
    at = wib("2026-12-28T10:00")
    in_2027, in_2026 = enter(at), enter(at - 10 * DAY, department="dishub")
    sweep(at + MINUTE)
    assert [subject(mail).partition(" ·")[0] for mail in mails.to(ADMIN)] == ["Daftar hari libur 2027 belum ada"]
    assert "Tenggat 2 aduan tidak dapat dihitung" in text(mails.to(ADMIN)[0])
    assert "`aduan kota libur isi 2027`" in text(mails.to(ADMIN)[0])
    assert in_2027 in text(mails.to(ADMIN)[0])
    (other,) = mails.to("kepala.dishub@kediri.example")
    assert in_2026 in text(other)
    # The same day it is not told again; the next one it is, though there is no other case of it.
    sweep(at + 60 * MINUTE)
    assert len(mails.to(ADMIN)) == 1
    sweep(at + DAY)
    sweep(at + DAY + 5 * MINUTE)
    assert len(mails.to(ADMIN)) == 2
    assert "tenggat di tahun itu tidak dapat dihitung" in text(mails.to(ADMIN)[1])
    assert "daftar pagi" not in text(mails.to(ADMIN)[1])  # this year's are sent
    in_force(FULL, after=2)
    sweep(at + 2 * DAY + 10 * MINUTE)
    sweep(wib("2027-01-04T07:30"))
    assert len(mails.to(ADMIN)) == 2
    heard = [mail for mail in mails.to(HEAD) if in_2027 in text(mail)]
    assert len(heard) == 1


def test_before_a_year_begins_the_admin_is_told_once_a_week(mails: MailServer) -> None:
    assert sweep(wib("2026-10-30T10:00"))["sent"] == {}
    days = [wib("2026-11-02T10:00") + number * DAY for number in range(12)]
    told = [day for day in days if sweep(day)["sent"] == {"admin": 1}]
    assert told == [days[0], days[7]]
    assert job_marks.done("no_calendar-2027", "2026-W45")
    assert subject(mails.to(ADMIN)[0]).startswith("Daftar hari libur 2027 belum ada")
    assert "Kalender kota berakhir pada 31 Desember 2026" in text(mails.to(ADMIN)[0])
    assert "`aduan kota libur isi 2027`" in text(mails.to(ADMIN)[0])
    in_force(FULL, after=2)
    assert sweep(wib("2026-11-16T10:00"))["sent"] == {}
    in_force(of_years(2026, 2027), after=3)
    assert sweep(wib("2026-11-17T10:00"))["sent"] == {}  # of a year that is over nobody is reminded
    assert sweep(wib("2027-11-01T10:00"))["sent"] == {"admin": 1}
    assert subject(mails.to(ADMIN)[2]).startswith("Daftar hari libur 2028 belum ada")


def test_a_line_that_is_no_longer_true_is_given_up(mails: MailServer) -> None:
    mails.trouble = w.Refused("Throttling")
    assert sweep(MONDAY)["sent"] == {"put_off": 1}
    in_force(FULL, after=2)
    mails.trouble = None
    assert sweep(MONDAY + 40 * MINUTE)["sent"] == {}
    assert mails.mails == []
    assert admin_notices.pending(MONDAY + DAY, limit=5) == []
    found = deliveries.get("no_calendar-2027-2027-01-11")
    assert found
    assert (found.state, found.reason) == ("void", "calendar known")


def test_a_missing_year_and_a_message_that_went_wrong_are_two_mails(mails: MailServer) -> None:
    w.case()
    w.alert(at=MONDAY, emergency=True)
    mails.trouble, mails.only = w.Refused("MessageRejected"), HEAD
    assert sweep(MONDAY)["sent"]["admin"] == 2
    first, second = sorted(subject(mail).partition(" ·")[0] for mail in mails.to(ADMIN))
    assert (first, second) == ("1 peringatan tidak sampai", "Daftar hari libur 2027 belum ada")


def test_what_is_no_longer_waited_for_is_no_longer_told(mails: MailServer) -> None:
    at = wib("2026-09-07T10:00")
    calendar_years.needed([2025, 2027], at)
    assert sweep(at)["sent"] == {"admin": 1}  # 2025 is there
    assert sweep(at + DAY)["sent"] == {"admin": 1}
    assert sweep(at + 2 * DAY)["sent"] == {}
    assert job_marks.kept("no_calendar", "years", "needed") is not None


def test_a_run_that_died_after_it_wrote_the_line_writes_no_second_one(
    mails: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    hours = SendingHours(UNTIL_2026)
    with monkeypatch.context() as patch:
        patch.setattr(calendar_years, "note_told", lambda year, day: None)
        calendar_years.note(MONDAY, UNTIL_2026, hours)
    calendar_years.note(MONDAY + 5 * MINUTE, UNTIL_2026, hours)
    assert [one.id for one in admin_notices.pending(MONDAY + DAY, limit=5)] == ["no_calendar-2027-2027-01-11"]


def test_a_morning_nobody_knows_of_is_told_to_the_admin_and_made_up_for(mails: MailServer) -> None:
    at = wib("2027-01-04T07:30")
    enter(wib("2026-12-01T10:00"))
    assert morning_lists.run(at) == {"done": False, "no_calendar": 2027}
    assert [one for one in mails.mails if "Daftar hari libur" not in subject(one)] == []
    in_force(FULL, after=2)
    assert morning_lists.run(at + 30 * MINUTE)["done"] is True
    assert len(mails.to(HEAD)) == 1
    assert morning_lists.run(at + 60 * MINUTE) == {"done": True}
    assert len(mails.to(HEAD)) == 1


def test_the_lists_ask_for_a_year_themselves(mails: MailServer) -> None:
    """The week of a first of January begins in the year before, which a city that has just begun may not have."""
    in_force(of_years(2026, 2027), 2)
    assert morning_lists.run(wib("2026-01-02T08:00")) == {"done": False, "no_calendar": 2025}
    assert sweep(wib("2026-01-02T08:05"))["sent"] == {"admin": 1}
    assert subject(mails.to(ADMIN)[0]).startswith("Daftar hari libur 2025 belum ada")
    assert digests.missing_year(SendingHours(FULL), wib("2028-01-03T08:00")) == 2028
    assert digests.missing_year(SendingHours(FULL), MONDAY) is None


def test_the_last_days_of_the_calendar_still_have_their_lists(mails: MailServer) -> None:
    at = wib("2026-12-29T07:30")
    found = digests.morning(UNTIL_2026, SendingHours(UNTIL_2026), at)
    assert found is not None
    assert found.soon_until == wib("2027-01-01T00:00")
    soon = enter(wib("2026-12-22T10:00"))  # due on the 31st
    assert morning_lists.run(at)["sent"] == 1
    (mail,) = mails.to(HEAD)
    assert "1 aduan jatuh tempo sampai Kamis 31 Desember" in subject(mail)
    assert soon in text(mail)
