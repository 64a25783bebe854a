"""The due dates of a case as the desk shows them, and as its timeline keeps them (desk/deadlines.py, due_dates.py)."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest

from chalicelib.desk import casework, deadlines, due_dates, entry
from chalicelib.desk.people import Staff
from chalicelib.store import cases, cities
from tests.unit.desks import desk_of_kediri, kediri

ADMIN = Staff("admin1", "admin", None)
# A Monday morning, 09.00 in Kediri.
MONDAY = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture(autouse=True)
def desk(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with desk_of_kediri(monkeypatch, MONDAY - DAY):
        yield


def enter(department: str) -> str:
    usual: dict[str, Any] = dict.fromkeys(("class_", "category", "location", "note"))
    made = entry.Entry(
        **usual, channel="phone", text="x", reporter={}, secret=False, department=department, received_at=MONDAY
    )
    return entry.enter(made, ADMIN, once=None, now=MONDAY).ticket


def act(ticket: str, action: str, at: datetime, **data: Any) -> None:
    casework.act(ticket, action, data, ADMIN, versions=None, once=None, now=at)


def dossier(ticket: str) -> cases.Dossier:
    found = cases.dossier(ticket)
    assert found
    return found


def heads(ticket: str, now: datetime) -> list[str]:
    """The first words of each explanation of the departments' clock."""
    found = deadlines.explained(dossier(ticket), now)
    return [one["text"].partition(":")[0] for one in found if one["name"] == "follow_up"]


def test_of_several_runs_the_words_say_whose_each_is() -> None:
    ticket = enter("dpupr")
    assert heads(ticket, MONDAY + HOUR) == ["Tenggat tindak lanjut"]
    act(ticket, "start", MONDAY + HOUR)
    act(ticket, "transfer", MONDAY + DAY, department="dishub", note="jalan provinsi")
    whose = ["Dinas Pekerjaan Umum dan Penataan Ruang", "Dinas Perhubungan"]
    assert heads(ticket, MONDAY + 2 * DAY) == [f"Tenggat tindak lanjut {name}" for name in whose]
    # The citizen's own clock goes on through every transfer; it is no department's.
    others = [one for one in deadlines.explained(dossier(ticket), MONDAY + 2 * DAY) if one["name"] != "follow_up"]
    assert [one["text"].partition(":")[0] for one in others] == ["Tenggat verifikasi", "Tenggat penyelesaian"]
    act(ticket, "transfer", MONDAY + 3 * DAY, department="dlhkp", note="x")
    fewer = msgspec.structs.replace(
        kediri(), departments=tuple(one for one in kediri().departments if one.id not in ("dpupr", "dishub"))
    )
    assert cities.apply(fewer, "", after=1, by="admin1", now=MONDAY + 3 * DAY)
    assert heads(ticket, MONDAY + 4 * DAY)[:2] == ["Tenggat tindak lanjut DPUPR", "Tenggat tindak lanjut Dishub"]


def test_a_job_run_for_a_day_to_come_takes_no_due_date_from_what_is_done_now() -> None:
    ticket = enter("dpupr")
    timeline = casework.timeline(dossier(ticket))
    told = {"at": "2027-01-06T01:00:00.000Z", "actor": "system", "type": "alert", "data": {"clock": "follow_up"}}
    event = {"at": "2026-11-24T02:00:00.000Z", "actor": "admin1", "type": "transfer", "data": {"department": "dishub"}}
    expected = due_dates.written_down(timeline, event)
    assert expected == {"due": {"follow_up": "2026-11-30T09:00:00.000Z"}}
    assert due_dates.written_down([*timeline, told], event) == expected
