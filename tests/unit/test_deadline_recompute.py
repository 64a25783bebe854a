"""A changed calendar is written into the open cases whose due dates moved, once, whatever happens meanwhile."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from pynamodb.expressions.update import Action

from chalicelib.complaints import lifecycle, recompute
from chalicelib.complaints.calendar import Calendars
from chalicelib.complaints.city import City, Holiday, HoursPeriod, parse
from chalicelib.complaints.clocks import clocks
from chalicelib.desk import casework, entry, history
from chalicelib.desk.people import Staff
from chalicelib.store import cases, cities, queues, recomputing
from chalicelib.store.tables import Case, CityItem
from scheduled import deadline_recompute
from tests.unit.tables import empty_tables

TOML = (Path(__file__).parents[2] / "infra/cities/kediri.toml").read_text(encoding="utf-8")
KEDIRI = parse(TOML)
DESK = Staff("operator1", "operator", None)
FRIDAY = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
APPLIED = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def tables(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(queues, "announce", lambda ticket, rows: None)  # there is no topic here
    with empty_tables():
        assert cities.apply(KEDIRI, TOML, after=0, by="admin1", now=FRIDAY - timedelta(days=1))
        yield


def with_holiday(city: City = KEDIRI, on: str = "2026-11-24", name: str = "Pilkada", kind: Any = "local") -> City:
    more = Holiday(date=date.fromisoformat(on), name=name, kind=kind, source="SK")
    return msgspec.structs.replace(city, holidays=(*city.holidays, more))


def change(city: City, after: int = 1, at: datetime = APPLIED) -> None:
    assert cities.apply(city, TOML, after=after, by="admin1", now=at)


def enter(at: datetime = FRIDAY, *, now: datetime | None = None, **more: Any) -> str:
    values: dict[str, Any] = {
        "channel": "phone", "class_": None, "category": "jalan_rusak", "department": None, "location": None,
        "reporter": {}, "secret": False, "received_at": at, "note": None,
    }  # fmt: skip
    return entry.enter(entry.Entry(text="x", **{**values, **more}), DESK, once=None, now=now or at).ticket


def act(ticket: str, action: str, at: datetime, **data: Any) -> None:
    casework.act(ticket, action, data, Staff("admin1", "admin", None), versions=None, once=None, now=at)


def dossier(ticket: str) -> cases.Dossier:
    found = cases.dossier(ticket)
    assert found is not None
    return found


def lines(ticket: str) -> list[dict[str, Any]]:
    return [event.data for event in dossier(ticket).events if event.type == "deadline"]


# --- the decision


def test_only_what_due_dates_depend_on_is_a_change_of_the_calendar() -> None:
    period = HoursPeriod(name="Ramadan", first=date(2027, 2, 8), last=date(2027, 3, 8), hours=KEDIRI.hours, source="SE")
    departments = (msgspec.structs.replace(KEDIRI.departments[0], works_on_holidays=True), *KEDIRI.departments[1:])
    calendars = [
        with_holiday(),
        msgspec.structs.replace(KEDIRI, hours_periods=(period,)),
        msgspec.structs.replace(KEDIRI, cuti_bersama_is_holiday=False),
        msgspec.structs.replace(KEDIRI, departments=departments),
        msgspec.structs.replace(KEDIRI, standards=KEDIRI.standards[1:]),
        msgspec.structs.replace(KEDIRI, hours=msgspec.structs.replace(KEDIRI.hours, saturday=("08:00-12:00",))),
    ]
    assert all(recompute.changes(KEDIRI, city) for city in calendars)
    renamed = (msgspec.structs.replace(KEDIRI.departments[0], name="Lain"), *KEDIRI.departments[1:])
    for city in (msgspec.structs.replace(KEDIRI, name="Lain"), msgspec.structs.replace(KEDIRI, departments=renamed)):
        assert recompute.changes(KEDIRI, city) == []


def test_a_changed_ladder_moves_no_due_date_but_the_look() -> None:
    steps = tuple(one for one in KEDIRI.alerts if (one.clock, one.percent) != ("verification", 80))
    fewer = msgspec.structs.replace(KEDIRI, alerts=steps)
    assert recompute.why(recompute.changes(fewer, KEDIRI), KEDIRI) == "Kalender kota berubah: ."
    change(fewer, at=FRIDAY - timedelta(hours=1))
    deadline_recompute.run(FRIDAY)
    ticket = enter()
    waiting(ticket, f"2026-12-24T00:00:00.000Z#{ticket}")
    change(KEDIRI, after=2)
    assert deadline_recompute.run(NOW)["moved"] == 0
    assert (dossier(ticket).case.osk or "").startswith("2026-11-2")


def test_the_reason_names_what_changed_and_how_much_more() -> None:
    def why(old: City, new: City) -> str:
        return recompute.why(recompute.changes(old, new), new)

    one = with_holiday()
    assert why(KEDIRI, one) == "Kalender kota berubah: libur baru 24-11-2026 (Pilkada)."
    assert why(one, KEDIRI) == "Kalender kota berubah: libur dicabut 24-11-2026 (Pilkada)."
    assert "24-11-2026 diubah" in why(one, with_holiday(name="Pemilihan"))
    opening = with_holiday(on="2026-11-28", name="Layanan Sabtu", kind="opening")
    assert "hari buka khusus 28-11-2026 (Layanan Sabtu)" in why(KEDIRI, opening)
    many = KEDIRI
    for day in range(1, 9):
        many = with_holiday(many, f"2026-12-0{day}", "x")
    assert why(KEDIRI, many).count("libur baru") == 5
    assert why(KEDIRI, many).endswith("; dan 3 perubahan lain.")
    department = msgspec.structs.replace(KEDIRI.departments[0], works_on_holidays=True)
    told = why(KEDIRI, msgspec.structs.replace(KEDIRI, departments=(department, *KEDIRI.departments[1:])))
    assert told == f"Kalender kota berubah: jam kerja {department.short}."
    assert "standar" in why(KEDIRI, msgspec.structs.replace(KEDIRI, standards=KEDIRI.standards[1:]))


def test_a_clock_that_is_over_does_not_move_even_where_no_date_was_written_down() -> None:
    timeline = [
        {"at": "2026-11-20T02:00:00.000Z", "type": "received", "actor": "reporter", "data": {"class": "complaint"}},
        {"at": "2026-11-20T03:00:00.000Z", "type": "verify", "actor": "operator1", "data": {}},
    ]
    old, new = (KEDIRI, Calendars(KEDIRI)), (with_holiday(), Calendars(with_holiday()))
    found = recompute.moved(timeline, old, new, NOW, in_force=APPLIED)
    assert found is not None and found.before.keys() == {"resolution"}
    assert recompute.moved(timeline, old, old, NOW, in_force=APPLIED) is None
    assert recompute.moved(timeline, old, new, NOW, in_force=FRIDAY) is None


# --- the job


def test_an_open_deadline_that_moves_says_so_once_and_why() -> None:
    ticket = enter()
    change(with_holiday())
    assert deadline_recompute.run(NOW) == {"looked_at": 1, "moved": 1, "left": False}
    (line,) = lines(ticket)
    assert line["why"] == "Kalender kota berubah: libur baru 24-11-2026 (Pilkada)."
    assert line["city_version"] == 2
    assert (line["before"]["verification"], line["after"]["verification"]) == (
        "2026-11-25T09:00:00.000Z",
        "2026-11-26T09:00:00.000Z",
    )
    assert line["due"] == line["after"]
    assert deadline_recompute.run(NOW + timedelta(minutes=15)) == {"looked_at": 0, "moved": 0, "left": False}
    assert len(lines(ticket)) == 1
    found = dossier(ticket)
    assert int(found.case.version) == 1  # nobody decided anything
    assert found.case.due_at == line["after"]["verification"]  # what lists are ordered by
    assert lifecycle.replay(casework.timeline(found)).status == "received"


def test_whose_due_dates_did_not_move_gets_no_line() -> None:
    closed, later = enter(), enter(APPLIED + timedelta(minutes=5))
    act(closed, "reject", FRIDAY + timedelta(hours=1), reason="spam")
    change(with_holiday())
    assert deadline_recompute.run(NOW)["moved"] == 0
    assert lines(closed) == lines(later) == []
    other = enter()
    change(msgspec.structs.replace(with_holiday(), name="Lain"), after=2)
    assert deadline_recompute.run(NOW) == {"looked_at": 0, "moved": 0, "left": False}
    assert lines(other) == []


def test_a_clock_that_began_by_the_new_calendar_never_had_another_date() -> None:
    ticket = enter(FRIDAY, department="dpupr")
    change(with_holiday())
    act(ticket, "transfer", APPLIED + timedelta(minutes=5), department="dlhkp", note="milik DLHKP")
    deadline_recompute.run(NOW)
    (line,) = lines(ticket)
    assert line["before"].keys() == {"resolution"}


def test_several_changes_in_a_row_are_one_line_and_every_version_is_kept() -> None:
    ticket = enter()
    change(with_holiday())
    change(with_holiday(with_holiday(), "2026-11-25", "Banjir"), after=2)
    kept = cities.kept(1)
    assert kept is not None and kept.config != cities.kept(2).config  # type: ignore[union-attr]
    assert deadline_recompute.run(NOW)["moved"] == 1
    (line,) = lines(ticket)
    assert (line["city_version"], line["after"]["verification"]) == (3, "2026-11-27T09:30:00.000Z")
    change(KEDIRI, after=3)
    assert deadline_recompute.run(NOW)["moved"] == 1
    assert [one["city_version"] for one in lines(ticket)] == [3, 4]
    assert cities.kept(9) is None


BETWEEN = APPLIED + timedelta(minutes=5)


def test_what_came_between_two_changes_never_had_the_date_before_the_first() -> None:
    before = enter()
    change(with_holiday())
    ticket = enter(BETWEEN)
    # Received before both changes and entered between them: nobody knew of it any sooner.
    late = enter(FRIDAY, now=BETWEEN)
    both = with_holiday(with_holiday(), "2026-11-25", "Banjir")
    change(both, after=2, at=BETWEEN + timedelta(minutes=5))
    after = enter(FRIDAY, now=BETWEEN + timedelta(minutes=6))
    assert deadline_recompute.run(NOW)["moved"] == 3
    assert lines(after) == []
    (line,), (whole,) = lines(ticket), lines(before)
    assert (line["why"], line["city_version"]) == ("Kalender kota berubah: libur baru 25-11-2026 (Banjir).", 3)
    assert (line["before"]["verification"], line["after"]["verification"]) == (
        "2026-11-26T09:00:00.000Z",
        "2026-11-27T09:30:00.000Z",
    )
    assert lines(late)[0]["before"]["verification"] == "2026-11-26T09:00:00.000Z"
    assert lines(late)[0]["why"] == line["why"]
    assert whole["before"]["verification"] == "2026-11-25T09:00:00.000Z"
    assert "24-11-2026 (Pilkada)" in whole["why"] and "25-11-2026 (Banjir)" in whole["why"]


def test_what_came_between_and_is_not_touched_by_the_second_change_gets_no_line() -> None:
    change(with_holiday())
    ticket = enter(BETWEEN)
    change(with_holiday(with_holiday(), "2027-03-01", "Banjir"), after=2, at=BETWEEN + timedelta(minutes=5))
    assert deadline_recompute.run(NOW)["moved"] == 0
    assert lines(ticket) == []


def test_a_missing_year_that_is_filled_in_gives_a_due_date() -> None:
    without = [day for day in KEDIRI.holidays if day.date.year != 2026]
    change(msgspec.structs.replace(KEDIRI, holidays=tuple(without)), at=FRIDAY)
    deadline_recompute.run(FRIDAY)
    ticket = enter(FRIDAY + timedelta(hours=1))
    change(KEDIRI, after=2)
    deadline_recompute.run(NOW)
    (line,) = lines(ticket)
    assert line["before"]["verification"] is None
    assert line["after"]["verification"] == "2026-11-25T09:00:00.000Z"


def test_a_run_without_time_is_gone_on_with(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recomputing, "AT_ONCE", 2)
    tickets = [enter() for _ in range(5)] + [enter(department="dpupr")]
    change(with_holiday())
    monkeypatch.setattr(deadline_recompute, "SECONDS", -1.0)
    assert deadline_recompute.run(NOW) == {"looked_at": 0, "moved": 0, "left": True}
    monkeypatch.setattr(deadline_recompute, "SECONDS", 60.0)
    assert deadline_recompute.run(NOW)["moved"] == 6
    assert [len(lines(ticket)) for ticket in tickets] == [1] * 6


class Killed(BaseException):
    """The process is gone."""


@pytest.mark.parametrize("number", range(1, 5))
@pytest.mark.parametrize("after_write", [True, False])
def test_killed_anywhere_it_is_gone_on_with(monkeypatch: pytest.MonkeyPatch, number: int, after_write: bool) -> None:
    monkeypatch.setattr(recomputing, "AT_ONCE", 2)
    tickets = [enter() for _ in range(4)]
    change(with_holiday())
    real, calls = recomputing.write, iter(range(1, 100))

    def dying(*given: Any, **more: Any) -> bool:
        last = next(calls) == number
        if last and not after_write:
            raise Killed
        done = real(*given, **more)
        if last:
            raise Killed
        return done

    with monkeypatch.context() as patched:
        patched.setattr(recomputing, "write", dying)
        with pytest.raises(Killed):
            deadline_recompute.run(NOW)
    deadline_recompute.run(NOW)
    assert [len(lines(ticket)) for ticket in tickets] == [1] * 4


def test_a_case_that_changes_hands_meanwhile_is_found_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    ticket = enter(department="dpupr")
    change(with_holiday())
    real = recomputing.tickets

    def handing(station: str, *given: Any) -> Any:
        found = real(station, *given)
        if station == "dlhkp":  # the queue it goes to has just been looked at
            act(ticket, "transfer", datetime.now(UTC), department="dlhkp", note="milik DLHKP")
        return found

    monkeypatch.setattr(recomputing, "tickets", handing)
    assert deadline_recompute.run(datetime.now(UTC))["moved"] == 1
    assert [line["before"].keys() for line in lines(ticket)] == [{"resolution"}]


def test_one_case_that_cannot_be_done_stops_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    tickets = [enter() for _ in range(3)]
    change(with_holiday())
    real = casework.timeline

    def failing(found: cases.Dossier) -> Any:
        if found.case.ticket == tickets[1]:
            raise ValueError
        return real(found)

    with monkeypatch.context() as patched:
        patched.setattr(casework, "timeline", failing)
        with pytest.raises(deadline_recompute.NotWritten):
            deadline_recompute.run(NOW)
    assert [len(lines(ticket)) for ticket in tickets] == [1, 0, 1]


def failing_once(monkeypatch: pytest.MonkeyPatch) -> None:
    real, first = cases.dossier, iter([True])

    def throttled(ticket: str) -> Any:
        if next(first, False):
            raise RuntimeError("throttled")
        return real(ticket)

    monkeypatch.setattr(cases, "dossier", throttled)


@pytest.mark.parametrize(
    ("was", "becomes"),
    [
        ("2027-06-01T00:00:00.000Z", "2026-11-21T03:00:00.000Z"),
        ("2026-11-20T09:00:00.000Z", None),
        (None, "2026-11-21T03:00:00.000Z"),
    ],
)
def test_a_case_that_could_not_be_done_is_looked_at_at_once(
    monkeypatch: pytest.MonkeyPatch, was: str | None, becomes: str | None
) -> None:
    ticket = enter()
    found = dossier(ticket).case
    found.opk, found.osk = ("clock#waiting", f"{was}#{ticket}") if was else (None, None)
    found.save()
    change(with_holiday())
    failing_once(monkeypatch)
    with pytest.raises(deadline_recompute.NotWritten):
        deadline_recompute.run(NOW)
    for later in (0, 15):
        deadline_recompute.run(NOW + timedelta(minutes=later))
    after = dossier(ticket).case
    assert (after.opk, after.osk) == ("clock#waiting", f"{becomes or was}#{ticket}")


def test_one_that_is_over_is_looked_at_by_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    ticket = enter()
    change(with_holiday())

    def over(*given: Any, **more: Any) -> bool:
        act(ticket, "reject", NOW, reason="spam")
        raise RuntimeError("throttled")

    monkeypatch.setattr(recomputing, "write", over)
    with pytest.raises(deadline_recompute.NotWritten):
        deadline_recompute.run(NOW)
    assert dossier(ticket).case.osk is None


def test_where_not_even_that_can_be_written_the_next_run_begins_there(monkeypatch: pytest.MonkeyPatch) -> None:
    tickets = [enter() for _ in range(3)]
    change(with_holiday())
    failing_once(monkeypatch)

    def nothing(*given: Any) -> None:
        raise RuntimeError("throttled")

    with monkeypatch.context() as patched:
        patched.setattr(recomputing, "look_now", nothing)
        with pytest.raises(RuntimeError):
            deadline_recompute.run(NOW)
    assert deadline_recompute.run(NOW + timedelta(minutes=15))["moved"] == 3
    assert [len(lines(ticket)) for ticket in tickets] == [1, 1, 1]


def test_a_case_changed_between_the_look_and_the_write_is_looked_at_again(monkeypatch: pytest.MonkeyPatch) -> None:
    ticket = enter()
    change(with_holiday())
    real, first = recomputing.write, iter([True])

    def overtaken(*given: Any, **more: Any) -> bool:
        if next(first, False):
            act(ticket, "verify", NOW)
        return real(*given, **more)

    monkeypatch.setattr(recomputing, "write", overtaken)
    deadline_recompute.run(NOW)
    (line,) = lines(ticket)
    assert line["before"].keys() == {"resolution"}  # the verification had ended


# --- the sweep of alerts


def waiting(ticket: str, osk: str) -> None:
    actions: list[Action] = [Case.opk.set("clock#waiting"), Case.osk.set(osk)]
    Case(pk=f"C#{ticket}", sk="META").update(actions=actions)


def test_a_deadline_that_comes_earlier_is_looked_at_earlier_and_none_later() -> None:
    change(with_holiday(), at=FRIDAY - timedelta(hours=1))
    deadline_recompute.run(FRIDAY)
    late, early = enter(), enter()
    waiting(late, f"2026-12-24T00:00:00.000Z#{late}")
    waiting(early, f"2026-11-21T00:00:00.000Z#{early}")
    change(KEDIRI, after=2)
    deadline_recompute.run(NOW)
    moved = dossier(late).case
    assert moved.opk == "clock#waiting"
    assert moved.osk is not None and "2026-11-23" < moved.osk < "2026-11-26" and moved.osk.endswith(f"#{late}")
    assert dossier(early).case.osk == f"2026-11-21T00:00:00.000Z#{early}"


# --- what is over


def test_what_ends_a_clock_writes_down_when_it_was_due_and_the_past_stays() -> None:
    ticket = enter()
    act(ticket, "assign", FRIDAY + timedelta(hours=1), department="dpupr")
    act(ticket, "note", FRIDAY + timedelta(hours=2), text="x")
    act(ticket, "respond", datetime(2026, 11, 30, 2, 0, tzinfo=UTC), text="Sudah.")
    by_type = {event.type: event.data for event in dossier(ticket).events}
    assert by_type["assign"]["due"] == {"verification": "2026-11-25T09:00:00.000Z"}
    assert by_type["respond"]["due"].keys() == {"follow_up", "resolution"}
    assert "due" not in by_type["note"] and "due" not in by_type["received"]
    timeline, later = casework.timeline(dossier(ticket)), datetime(2026, 12, 1, tzinfo=UTC)
    changed = with_holiday()

    def dates(city: City) -> dict[str, tuple[str, datetime | None]]:
        found = clocks(timeline, city, later, Calendars(city))
        return {clock.name: (clock.state, clock.due_at) for clock in found if clock.over}

    assert dates(KEDIRI) == dates(changed)
    assert dates(KEDIRI).keys() == {"verification", "follow_up", "resolution"}


def test_a_date_written_down_before_another_class_is_replaced() -> None:
    ticket = enter()
    change(with_holiday())
    deadline_recompute.run(NOW)
    act(ticket, "verify", NOW + timedelta(hours=1), **{"class": "oversight"})
    act(ticket, "assign", NOW + timedelta(hours=2), department="dpupr")
    act(ticket, "respond", NOW + timedelta(hours=3), text="Sudah.")
    (line,) = lines(ticket)
    due = next(event.data["due"] for event in dossier(ticket).events if event.type == "respond")
    assert due["resolution"] > line["after"]["resolution"]


def test_an_imported_past_keeps_its_dates_too() -> None:
    steps = (
        history.Step(FRIDAY + timedelta(hours=1), "assign", {"department": "dpupr"}),
        history.Step(FRIDAY + timedelta(hours=2), "respond", {"text": "Sudah."}),
    )
    found = dossier(enter(FRIDAY + timedelta(hours=3), received_at=FRIDAY, external_id="buku-1", history=steps))
    due = {event.type: set(event.data.get("due") or ()) for event in found.events}
    assert due == {"received": set(), "assign": {"verification"}, "respond": {"follow_up", "resolution"}}


def test_a_version_that_cannot_be_read_any_more_stops_nothing() -> None:
    ticket = enter()
    change(with_holiday())
    CityItem(pk="CITY#1", config=b"{}", toml="", version=1, applied_at="", applied_by="").save()
    assert deadline_recompute.run(NOW) == {"looked_at": 0, "moved": 0, "left": False}
    change(KEDIRI, after=2)
    assert deadline_recompute.run(NOW)["moved"] == 1
    assert len(lines(ticket)) == 1


def test_a_date_written_down_before_an_extension_is_replaced() -> None:
    standard = next(one for one in KEDIRI.standards if one.extension and one.clock == "resolution")
    ticket = enter(class_=standard.class_ if standard.class_ != "*" else None)
    act(ticket, "assign", FRIDAY + timedelta(hours=1), department="dpupr")
    change(with_holiday())
    deadline_recompute.run(NOW)
    (line,) = lines(ticket)
    act(ticket, "extend", NOW + timedelta(hours=1), clock="resolution", note="menunggu alat")
    act(ticket, "respond", NOW + timedelta(hours=2), text="Sudah.")
    by_type = {event.type: event.data for event in dossier(ticket).events}
    assert by_type["extend"]["due"]["resolution"] == by_type["respond"]["due"]["resolution"]
    assert by_type["respond"]["due"]["resolution"] > line["after"]["resolution"]
