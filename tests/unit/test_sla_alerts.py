"""The sweep of deadlines over real tables: who is told is told once, whatever dies or runs beside it; and a quiet life
pays for one entry in the index and its removal."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pynamodb.connection.base import Connection

from chalicelib.complaints.facts import VOID
from chalicelib.complaints.lifecycle import OPEN
from chalicelib.complaints.model import InboundMessage, Sender
from chalicelib.desk import alert_sending, casework, entry, intake
from chalicelib.desk.history import Step
from chalicelib.desk.people import Staff
from chalicelib.store import alerting as store
from chalicelib.store import cases, cities, queues
from chalicelib.store import casework as casework_store
from chalicelib.store.items import ALERT, CLOCKS
from chalicelib.store.keys import iso
from chalicelib.store.tables import Case, Event
from scheduled import sla_alerts
from tests.unit.alert_world import MailServer, world

# A Monday, 10.00 in Kediri; the standards' days are counted from it.
NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
ADMIN = Staff("admin1", "admin", None)


def wib(at: str) -> datetime:
    return datetime.fromisoformat(f"2026-{at}+07:00").astimezone(UTC)


@pytest.fixture(autouse=True)
def mails(monkeypatch: pytest.MonkeyPatch) -> Iterator[MailServer]:
    monkeypatch.setattr(queues, "announce", lambda ticket, rows: None)
    with world(monkeypatch) as server:
        yield server


def enter(at: datetime = NOW, **given: Any) -> str:
    usual: dict[str, Any] = dict.fromkeys(("class_", "category", "department", "location", "received_at", "note"))
    made = entry.Entry(**{**usual, "channel": "phone", "text": "x", "reporter": {}, "secret": False, **given})
    return entry.enter(made, ADMIN, once=None, now=at).ticket


def do(ticket: str, action: str, at: datetime = NOW + MINUTE, **data: Any) -> None:
    casework.act(ticket, action, data, ADMIN, versions=None, once=None, now=at)


def case_of(ticket: str) -> Case:
    found = cases.get(ticket)
    assert found
    return found


def look_at(ticket: str) -> datetime | None:
    case = case_of(ticket)
    assert (case.opk is None) == (case.osk is None)
    assert case.opk in (None, CLOCKS)
    return datetime.fromisoformat(case.osk.partition("#")[0]) if case.osk else None


def alerts(ticket: str) -> list[tuple[str, int]]:
    found = cases.dossier(ticket)
    assert found
    return [(one.data["clock"], one.data["percent"]) for one in found.events if one.type == ALERT]


def sweep(at: datetime) -> dict[str, Any]:
    return sla_alerts.run(at)


def says(text: str, at: datetime) -> str:
    sender = Sender(user_id="ID.1", phone="+6281234567890")
    message = InboundMessage(
        channel="whatsapp", account="106", id=f"wamid.{at}", sent_at=at, sender=sender, kind="text", text=text
    )
    ticket = intake.accept(message, cities.intake_rules(), at).ticket
    assert ticket
    return ticket


def sweep_until_silent(ticket: str) -> None:
    while at := look_at(ticket):
        sweep(at)


def test_a_message_waits_for_a_first_look_that_nobody_had_to_work_out() -> None:
    ticket = says("Lampu mati", NOW)
    assert cities.intake_rules().first_look == timedelta(days=1)
    assert look_at(ticket) == NOW + timedelta(days=1)
    assert sweep(NOW + timedelta(days=1) - MINUTE)["looked_at"] == 0
    done = sweep(NOW + timedelta(days=1))
    assert (done["looked_at"], done["decided"]) == (1, 0)
    assert look_at(ticket) == wib("11-25T07:30")


def test_a_quiet_life_is_looked_at_and_never_moved_by_hand() -> None:
    ticket = says("Lampu mati", NOW)
    first = look_at(ticket)
    for number, (action, data) in enumerate(
        [("verify", {}), ("assign", {"department": "dishub"}), ("note", {"text": "x"}), ("start", {})], 1
    ):
        do(ticket, action, NOW + number * MINUTE, **data)
        assert look_at(ticket) == first
    do(ticket, "respond", NOW + 9 * MINUTE, text="sudah")
    assert look_at(ticket) == first
    do(ticket, "close", NOW + 10 * MINUTE)
    assert look_at(ticket) is None
    do(ticket, "note", NOW + 11 * MINUTE, text="x")
    assert look_at(ticket) is None
    do(ticket, "reopen", NOW + 12 * MINUTE, note="belum")
    assert look_at(ticket) == wib("11-27T07:30")  # follow-up: five working days, warned of one before


def test_what_a_citizen_says_to_an_answer_is_looked_at_though_nothing_was_to_come() -> None:
    ticket = says("Lampu mati", NOW)
    do(ticket, "assign", NOW + MINUTE, department="dishub")
    do(ticket, "respond", NOW + 2 * MINUTE, text="sudah")
    sweep_until_silent(ticket)
    before = alerts(ticket)
    assert ("closing", 200) in before
    later = wib("12-23T08:00")
    assert says("Terima kasih", later) == ticket  # more than thanks reopens it (test_reopened_by_message)
    assert look_at(ticket) == later
    sweep(later)
    assert look_at(ticket) is not None
    sweep_until_silent(ticket)
    assert alerts(ticket)[len(before) :] == [one for one in before if one[0] == "closing"]


@pytest.mark.parametrize("how", ["reject", "merge"])
def test_a_refused_case_is_not_looked_at(how: str) -> None:
    ticket, other = enter(), enter()
    assert look_at(ticket) == wib("11-25T07:30")
    refusal: dict[str, Any] = {"reason": "spam"} if how == "reject" else {"duplicate_of": other}
    do(ticket, how, **refusal)
    assert look_at(ticket) is None
    do(ticket, "reopen", NOW + 2 * MINUTE, note="x")
    assert look_at(ticket) is not None


def test_an_action_that_makes_a_deadline_sooner_moves_the_look() -> None:
    ticket = enter()
    do(ticket, "set", changes={"class": "ringan"})
    assert look_at(ticket) == wib("11-23T13:24")  # 80 % of three working hours, a lunch between
    do(ticket, "set", NOW + 2 * MINUTE, changes={"class": "complaint"})
    assert look_at(ticket) == wib("11-23T13:24")
    sweep(wib("11-23T13:25"))
    assert look_at(ticket) == wib("11-25T07:30")


def test_an_imported_case_that_is_over_is_not_looked_at() -> None:
    steps = [
        Step(NOW - timedelta(days=30), "assign", {"department": "dishub"}),
        Step(NOW - timedelta(days=29), "respond", {"text": "x"}),
        Step(NOW - timedelta(days=28), "close", {}),
    ]
    assert look_at(enter(received_at=NOW - timedelta(days=31), external_id="1", history=tuple(steps))) is None
    assert look_at(enter(received_at=NOW - timedelta(days=31), external_id="2", history=tuple(steps[:2]))) is not None


def test_a_reporter_s_answer_wakes_a_clock_that_stood_still() -> None:
    ticket = says("Lampu mati", NOW)
    do(ticket, "wait", text="di mana?")
    Case(pk=f"C#{ticket}", sk="META").update([Case.opk.remove(), Case.osk.remove()])
    assert says("di Jl. Dhoho", NOW + 2 * MINUTE) == ticket
    assert look_at(ticket) == NOW + 2 * MINUTE
    assert case_of(ticket).status == "received"


def test_a_step_is_decided_told_and_the_case_moved_on(mails: MailServer) -> None:
    ticket = enter(department="dishub")
    done = sweep(wib("11-27T07:30"))
    assert (done["looked_at"], done["decided"]) == (1, 1)
    assert alerts(ticket) == [("follow_up", 80)]
    assert len(mails.to("dishub@kediri.example")) == 1
    assert look_at(ticket) == wib("12-01T07:30")
    again = sweep(wib("11-27T07:30"))
    assert (again["looked_at"], again["decided"], len(mails.mails)) == (0, 0, 2)
    # A look is nothing that somebody who has the case before him must know of.
    assert int(case_of(ticket).version) == 1


def test_a_case_of_which_nothing_is_to_come_leaves_the_index() -> None:
    ticket = enter(department="dishub")
    sweep(wib("12-31T10:00"))
    sweep(wib("12-31T15:00") + timedelta(days=300))
    assert [percent for clock, percent in alerts(ticket) if clock == "resolution"][-1] == 200
    assert look_at(ticket) is None


def test_two_sweeps_at_once_decide_once(monkeypatch: pytest.MonkeyPatch, mails: MailServer) -> None:
    ticket, write, others = enter(department="dishub"), store.write, [True]

    def between(*given: Any) -> bool:
        if others and others.pop():
            sweep(wib("11-27T07:30"))
        return write(*given)

    monkeypatch.setattr(store, "write", between)
    assert sweep(wib("11-27T07:30"))["decided"] == 0
    assert alerts(ticket) == [("follow_up", 80)]
    assert len(mails.mails) == 2  # the officer's and the head's


def test_a_sweep_for_a_day_to_come_dates_nothing_that_people_do_meanwhile() -> None:
    ticket = enter(department="dishub")
    sweep(datetime(2027, 12, 30, 3, 0, tzinfo=UTC))
    assert alerts(ticket) != []
    assert case_of(ticket).updated_at <= max(iso(datetime.now(UTC)), iso(NOW + MINUTE))


def test_what_happens_between_the_look_and_the_write_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    ticket, write, others = enter(department="dishub"), store.write, [True]

    def between(*given: Any) -> bool:
        if others and others.pop():
            do(ticket, "respond", wib("11-27T07:30") + MINUTE, text="sudah")
        return write(*given)

    monkeypatch.setattr(store, "write", between)
    assert sweep(wib("11-27T07:30"))["decided"] == 0
    assert alerts(ticket) == []


def test_an_action_that_knew_of_an_earlier_look_is_worked_out_again(monkeypatch: pytest.MonkeyPatch) -> None:
    ticket = enter()
    change, others = casework_store.change, [True]

    def between(*given: Any) -> Any:
        if others and others.pop():
            assert sweep(wib("11-25T07:30"))["decided"] == 1
        return change(*given)

    monkeypatch.setattr(casework_store, "change", between)
    do(ticket, "assign", wib("11-25T07:31"), department="dishub")
    found = cases.dossier(ticket)
    assert found
    assert [event.type for event in found.events] == ["received", ALERT, "assign"]
    assert others == []


def test_killed_after_any_call_nothing_is_lost_and_nobody_told_twice(
    monkeypatch: pytest.MonkeyPatch, mails: MailServer
) -> None:
    call = Connection._make_api_call
    calls, last = 0, 0

    class Killed(BaseException):
        pass

    def dying(self: Connection, *given: Any, **named: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == (last + 1) // 2:
            if last % 2:
                call(self, *given, **named)  # half of the deaths come between the write and its answer
            raise Killed
        return call(self, *given, **named)

    ended, deaths, tickets = False, 0, []
    while not ended:
        ticket = enter(department="dishub")
        tickets.append(ticket)
        calls, last = 0, last + 1
        it_is(monkeypatch, NOW + last * timedelta(hours=1))
        monkeypatch.setattr(Connection, "_make_api_call", dying)
        try:
            sweep(wib("11-27T07:30"))
            ended = True
        except Killed:
            deaths += 1
        monkeypatch.setattr(Connection, "_make_api_call", call)
        for minutes in (5, 30):  # the next run, and one after every lease
            it_is(monkeypatch, NOW + last * timedelta(hours=1) + minutes * MINUTE)
            sweep(wib("11-27T07:30") + minutes * MINUTE)
        assert alerts(ticket) == [("follow_up", 80)]
        assert look_at(ticket) == wib("12-01T07:30")
    assert deaths > 8
    officer, head, admin = (
        [mail["Message"]["Body"]["Text"]["Data"] for mail in mails.to(f"{name}@kediri.example")]
        for name in ("dishub", "kepala.dishub", "admin")
    )
    told = {(whom, ticket): sum(ticket in text for text in texts) for whom, texts in enumerate((officer, head))
            for ticket in tickets}  # fmt: skip
    assert set(told.values()) == {0, 1}
    # Whose sender died with the message in hand: nobody knows, and the admin is asked.
    assert all(any(ticket in text for text in admin) for (_, ticket), times in told.items() if not times)


def it_is(monkeypatch: pytest.MonkeyPatch, at: datetime) -> None:
    """What the clock on the wall says, by which leases run."""
    monkeypatch.setattr("chalicelib.desk.worker.clock", lambda: at)


def test_one_case_that_fails_keeps_no_other_from_being_told(monkeypatch: pytest.MonkeyPatch) -> None:
    bad, good = enter(department="dishub"), enter(department="dishub")
    dossier = cases.dossier

    def failing(ticket: str) -> Any:
        if ticket == bad:
            raise ValueError(ticket)
        return dossier(ticket)

    monkeypatch.setattr(cases, "dossier", failing)
    with pytest.raises(sla_alerts.Unfinished, match="1 cases"):
        sweep(wib("11-27T07:30"))
    assert alerts(good) == [("follow_up", 80)]
    monkeypatch.setattr(cases, "dossier", dossier)
    sweep(wib("11-27T07:30"))
    assert alerts(bad) == [("follow_up", 80)]


def test_what_a_run_has_no_time_for_is_left_for_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    tickets = [enter(department="dishub") for _ in range(5)]
    monkeypatch.setattr(store, "PAGE", 2)
    monkeypatch.setattr(sla_alerts, "SECONDS", -1.0)
    done = sweep(wib("11-27T07:30"))
    assert (done["looked_at"], done["left"]) == (0, True)
    monkeypatch.setattr(sla_alerts, "SECONDS", 60.0)
    done = sweep(wib("11-27T07:30"))
    assert (done["looked_at"], done["decided"], done["left"]) == (5, 5, False)
    assert all(alerts(ticket) for ticket in tickets)


def test_a_case_that_changes_again_and_again_is_left_for_the_next_run(monkeypatch: pytest.MonkeyPatch) -> None:
    enter(department="dishub")
    monkeypatch.setattr(store, "write", lambda *given: False)
    with pytest.raises(sla_alerts.Unfinished):
        sweep(wib("11-27T07:30"))


def test_without_a_city_there_is_nothing_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    def none() -> Any:
        raise cities.NoCity

    monkeypatch.setattr(cities, "current", none)
    assert sweep(NOW) == {"looked_at": 0, "decided": 0, "left": False, "sent": {}}


def test_a_withdrawn_alert_comes_again_when_it_is_due(monkeypatch: pytest.MonkeyPatch, mails: MailServer) -> None:
    ticket = enter(department="dishub")
    monkeypatch.setattr(alert_sending, "send_due", lambda now, city: {})
    sweep(wib("11-27T07:30"))
    found = cases.dossier(ticket)
    assert found
    (line,) = [one for one in found.events if one.type == ALERT]
    at = wib("11-27T07:40")
    assert store.withdraw(ticket, line.sk, reason="acknowledged", statuses=OPEN, now=at)
    assert not store.withdraw(ticket, line.sk, reason="acknowledged", statuses=OPEN, now=at)
    assert Event.get(line.pk, line.sk).state == VOID
    assert look_at(ticket) == at
    assert sweep(at)["decided"] == 1
    assert alerts(ticket) == [("follow_up", 80)] * 2
    do(ticket, "reject", at + MINUTE, reason="spam")
    second = max(one.sk for one in cases.dossier(ticket).events if one.type == ALERT)  # type: ignore[union-attr]
    assert store.withdraw(ticket, second, reason="over", statuses=OPEN, now=at + 2 * MINUTE)
    assert look_at(ticket) is None


def test_the_index_is_read_by_time() -> None:
    ticket = enter()
    assert list(store.to_look_at(wib("11-25T07:29"))) == []
    assert list(store.to_look_at(wib("11-25T07:30"))) == [store.Look(ticket, f"{iso(wib('11-25T07:30'))}#{ticket}")]
