"""Who was told what: the city's list and a department's own, in pages, newest first."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import msgspec
import pytest

from chalicelib.api import answer_shapes
from chalicelib.desk import alert_log, alert_sending
from chalicelib.desk.people import Staff
from chalicelib.problems import Problem
from chalicelib.store import deliveries
from chalicelib.store.cursors import BadCursor
from tests.unit import alert_world as w
from tests.unit.alert_world import NOW, TICKETS

ADMIN = Staff("admin1", "admin", None)
OFFICER = Staff("officer1", "officer", "dpupr")


@pytest.fixture(autouse=True)
def world(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with w.world(monkeypatch):
        yield


def told(number: int, department: str | None = "dpupr", state: str = "sent") -> None:
    one = deliveries.new(
        f"d{number}", kind="alert", role="head", name="Kepala", department=department, channel="email",
        target="email:x", summary="1 aduan lewat tenggat", tickets=[TICKETS[0]], now=NOW + timedelta(minutes=number),
    )  # fmt: skip
    one.state = state
    one.save()


def wanted(**more: Any) -> alert_log.Wanted:
    return alert_log.Wanted(since=NOW - timedelta(days=1), until=NOW + timedelta(days=1), **more)


def ids(person: Staff = ADMIN, **more: Any) -> list[str]:
    items, _ = alert_log.listed(wanted(**more), person, limit=50, cursor=None)
    return [str(msgspec.convert(item, answer_shapes.Alert).id) for item in items]


def test_the_newest_first_and_each_department_its_own() -> None:
    for number, department in enumerate(["dpupr", "dishub", None, "dpupr"]):
        told(number, department)
    assert ids() == ["d3", "d2", "d1", "d0"]
    assert ids(OFFICER) == ["d3", "d0"]
    assert ids(Staff("e", "executive", None)) == ["d3", "d2", "d1", "d0"]
    with pytest.raises(Problem):
        ids(Staff("o", "officer", None))


def test_no_list_of_cases_shows_a_message() -> None:
    from chalicelib.store.tables import Case

    told(1)
    assert list(Case.by_department.query("dpupr")) == []
    assert list(Case.by_received.query("CASE")) == []


def test_by_what_became_of_it() -> None:
    for number, state in enumerate(["sent", "bounced", "void", "ambiguous"]):
        told(number, state=state)
    assert ids(state="bounced") == ["d1"]
    assert ids() == ["d3", "d1", "d0"]  # what was never sent is not told of
    assert ids(state="void") == ["d2"]
    with pytest.raises(Problem):
        ids(state="entah")


def test_pages_meet_without_gap_or_repetition() -> None:
    for number in range(7):
        told(number, state="sent" if number % 2 else "bounced")
    questions: tuple[dict[str, Any], ...] = ({}, {"state": "sent"})
    for more in questions:
        seen: list[str] = []
        cursor = None
        while True:
            items, cursor = alert_log.listed(wanted(**more), ADMIN, limit=2, cursor=cursor)
            seen += [item["id"] for item in items]
            if cursor is None:
                break
        assert seen == ids(**more)
    _, cursor = alert_log.listed(wanted(), ADMIN, limit=2, cursor=None)
    for person, other in ((OFFICER, wanted()), (ADMIN, wanted(state="sent"))):
        with pytest.raises(BadCursor):
            alert_log.listed(other, person, limit=2, cursor=cursor)


def test_of_a_case_by_its_own_timeline() -> None:
    for ticket in TICKETS[:2]:
        w.case(ticket)
    w.alert(TICKETS[0])
    alert_sending.send_due(NOW, w.kediri())
    assert len(ids(ticket=TICKETS[0])) == 1
    assert ids(ticket=TICKETS[1]) == []
    assert len(ids(OFFICER, ticket=TICKETS[0])) == 1
    with pytest.raises(Problem) as found:
        ids(Staff("o", "officer", "dishub"), ticket=TICKETS[0])
    assert found.value.status == 404
