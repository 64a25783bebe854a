"""What has to be told of a case, when, and what not: each rule of complaints/alerting.py under its name."""

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pytest

from chalicelib.complaints import alerting
from chalicelib.complaints.alerting import DueStep, decide, due_steps, needless, next_moment
from chalicelib.complaints.city import City, HoursPeriod, Standard, parse
from chalicelib.complaints.city_alerts import Alert
from chalicelib.complaints.facts import VOID
from chalicelib.complaints.first_look import first_look
from chalicelib.complaints.sending_hours import Awake, SendingHours, _Week
from chalicelib.store.items import ALERT

ROOT = Path(__file__).parents[2]
KEDIRI = parse((ROOT / "infra" / "cities" / "kediri.toml").read_text(encoding="utf-8"))
HOURS = SendingHours(KEDIRI)
WIB = ZoneInfo("Asia/Jakarta")
# Monday 2 March 2026, an ordinary week before Nyepi and Idul Fitri.
MONDAY = "03-02T08:00"

Life = list[dict[str, Any]]


def wib(at: str) -> datetime:
    return datetime.fromisoformat(f"2026-{at}").replace(tzinfo=WIB)


def event(at: str, type_: str, **data: Any) -> dict[str, Any]:
    actor = "reporter" if type_ in ("received", "message") else "operator1"
    return {"at": wib(at).isoformat(), "actor": actor, "type": type_, "data": data}


def received(at: str = MONDAY, **data: Any) -> dict[str, Any]:
    return event(at, "received", channel="whatsapp", **{"class": "complaint", **data})


ASSIGNED = [received(), event("03-02T09:00", "assign", department="dishub")]


def local(at: datetime | None) -> str | None:
    return at.astimezone(WIB).strftime("%m-%dT%H:%M") if at else None


def brief(step: DueStep) -> tuple[str, int, str, tuple[str, ...]]:
    return step.clock.name, step.percent, step.kind, step.to


def due(life: Life, at: str, city: City = KEDIRI) -> list[tuple[str, int, str, tuple[str, ...]]]:
    return [brief(step) for step in due_steps(life, city, wib(at))]


def look(life: Life, at: str, city: City = KEDIRI) -> str | None:
    return local(next_moment(life, city, wib(at)))


def told(life: Life, at: str, city: City = KEDIRI) -> Life:
    """The life after a sweep."""
    steps = due_steps(life, city, wib(at))
    assert steps
    return [*life, *(event(at, ALERT, **step.data()) for step in steps)]


def with_(city: City = KEDIRI, **changes: Any) -> City:
    return msgspec.structs.replace(city, **changes)


def alerting_of(**changes: Any) -> City:
    return with_(alerting=msgspec.structs.replace(KEDIRI.alerting, **changes))


def ladder(*steps: tuple[str, int, tuple[str, ...]]) -> tuple[Alert, ...]:
    return tuple(Alert(clock=clock, percent=percent, to=to) for clock, percent, to in steps)  # type: ignore[arg-type]


def test_a_new_case_is_looked_at_when_its_verification_is_to_be_warned_of() -> None:
    life = [received()]
    # Three working days: due Thursday 16.00; the working day before opens Wednesday 07.30, before 80 % are gone.
    assert look(life, MONDAY) == "03-04T07:30"
    assert due(life, "03-04T07:29") == []
    assert due(life, "03-04T07:30") == [("verification", 80, "warning", ("operator", "coordinator"))]


def test_a_step_is_told_once_and_the_next_one_waited_for() -> None:
    life = told([received()], "03-04T07:30")
    assert due(life, "03-04T07:30") == due(life, "03-05T15:59") == []
    assert look(life, "03-04T07:30") == "03-06T07:30"  # late from Thursday's closing on: Friday morning
    assert due(life, "03-06T07:30") == [("verification", 100, "breach", ("coordinator",))]
    life = told(life, "03-06T07:30")
    # Half the time more: of 29.5 working hours.
    assert look(life, "03-06T07:30") == "03-09T15:45"
    assert due(life, "03-09T15:45") == [("verification", 150, "ladder", ("sekda",))]


def test_what_the_timeline_keeps_of_an_alert() -> None:
    (step,) = due_steps(ASSIGNED, KEDIRI, wib("03-10T08:00"))
    assert step.data() == {
        "clock": "follow_up",
        "round": 1,
        "percent": 100,
        "kind": "breach",
        "to": ["officer", "head"],
        "by": ["email", "whatsapp"],
        "due_at": "2026-03-09T09:00:00.000Z",
        "rule": "Ketentuan layanan SP4N-LAPOR!",
        "department": "dishub",
        "skipped": [80],
    }
    assert step.at == wib("03-10T07:30")


def test_of_several_steps_due_at_once_only_the_highest_is_told() -> None:
    life = told(ASSIGNED, "03-31T10:00")  # nothing ran for weeks
    assert [(one["data"]["clock"], one["data"]["percent"], one["data"].get("skipped")) for one in life[2:]] == [
        ("resolution", 100, [80]),
        ("follow_up", 200, [80, 100, 150]),
    ]
    assert due(life, "03-31T10:00") == []


def test_a_finished_case_and_a_clock_that_is_over_are_not_told() -> None:
    answered = [*ASSIGNED, event("03-03T09:00", "respond", text="x")]
    assert [name for name, *_ in due(answered, "03-31T10:00")] == ["closing"]
    for last in (event("03-04T09:00", "close"),):
        assert due([*answered, last], "06-30T10:00") == []
        assert look([*answered, last], "03-04T09:00") is None
    rejected = [received(), event("03-02T09:00", "reject", reason="spam")]
    assert (due(rejected, "03-31T10:00"), look(rejected, "03-02T09:00")) == ([], None)
    assert due_steps([], KEDIRI, wib(MONDAY)) == []


def test_what_happened_after_the_hour_of_the_job_counts() -> None:
    answered = [*ASSIGNED, event("03-10T08:03", "respond", text="x")]
    assert due(ASSIGNED, "03-10T08:00") != []
    assert due(answered, "03-10T08:00") == []


def test_a_transfer_begins_the_follow_up_anew() -> None:
    life = told(ASSIGNED, "03-09T07:30")
    life.append(event("03-09T10:00", "transfer", department="dlhkp", note="x"))
    assert [one for one in due(life, "03-16T07:30") if one[0] == "follow_up"] == [
        ("follow_up", 80, "warning", ("officer", "head"))
    ]
    assert due(life, "03-10T08:00") == []  # what was late was the other department's


def test_a_reopening_begins_a_new_round() -> None:
    life = told(ASSIGNED, "03-09T07:30")
    life += [event("03-09T10:00", "respond", text="x"), event("03-10T10:00", "reopen", note="x")]
    (step,) = due_steps(life, KEDIRI, wib("03-17T07:30"))
    assert (step.clock.name, step.clock.round, step.percent) == ("follow_up", 2, 80)


def test_each_is_told_in_his_own_hours_and_nobody_in_the_quiet_ones() -> None:
    ladder_ = ladder(("resolution", 100, ("head", "operator")), ("resolution", 150, ("sekda",)))
    city = with_(alerts=ladder_)
    life = [received("03-06T13:30", **{"class": "ringan"}), event("03-06T13:40", "assign", department="damkar")]
    # Three hours of a department that works day and night: due at 16.30, when the city's offices close.
    assert due(life, "03-06T16:31", city) == [("resolution", 100, "breach", ("head",))]
    life = told(life, "03-06T16:31", city)
    assert look(life, "03-06T16:31", city) == "03-09T07:30"
    # On Monday both the operator's step and the one above it have come due; the lower one is skipped.
    (step,) = due_steps(life, city, wib("03-09T07:30"))
    assert (step.percent, step.to, step.skipped) == (150, ("sekda",), (100,))
    late = [received("03-06T17:50", **{"class": "ringan"}), event("03-06T18:00", "assign", department="damkar")]
    assert look(late, "03-06T19:00", city) == "03-07T06:00"  # 20.50 is not quiet, but 100 % is told after it
    awake = with_(city, alerting=msgspec.structs.replace(KEDIRI.alerting, quiet_hours=()))
    assert look(late, "03-06T19:00", awake) == "03-06T21:00"


def test_a_lower_step_still_comes_to_others_when_their_office_opens() -> None:
    city = with_(
        alerts=ladder(("resolution", 100, ("officer", "operator")), ("resolution", 150, ("officer",))),
        alerting=msgspec.structs.replace(KEDIRI.alerting, quiet_hours=()),
    )
    life = [received("03-06T15:30", **{"class": "ringan"}), event("03-06T15:40", "assign", department="damkar")]
    life = told(life, "03-06T19:00", city)
    life = told(life, "03-06T21:00", city)
    assert [(one["data"]["percent"], one["data"]["to"]) for one in life[2:]] == [(100, ["officer"]), (150, ["officer"])]
    assert due(life, "03-09T07:30", city) == [("resolution", 100, "breach", ("operator",))]


def test_an_emergency_is_told_at_once() -> None:
    fire = {"class": "ringan", "category": "kebakaran"}
    life = [received("03-06T20:30", **fire), event("03-06T20:31", "assign", department="damkar")]
    (step,) = due_steps(life, KEDIRI, wib("03-07T00:00"))
    assert (step.percent, step.emergency, step.data()["emergency"]) == (100, True, True)
    usual = [received("03-06T20:30", **{**fire, "category": "ketertiban"}), life[1]]
    assert due(usual, "03-07T00:00") == []
    assert "emergency" not in due_steps(usual, KEDIRI, wib("03-07T06:00"))[0].data()


def test_an_acknowledgement_silences_its_clock_until_it_expires() -> None:
    life = told(ASSIGNED, "03-09T07:30")
    until = wib("03-12T16:00").isoformat()
    life.append(event("03-09T08:00", alerting.ACKNOWLEDGED, clock="follow_up", round=1, until=until, by_link=True))
    assert due(life, "03-12T15:59") == []
    # It expires as the offices close: Friday morning.
    assert look(life, "03-09T08:00") == "03-13T07:30"
    assert due(life, "03-13T07:30") == [("follow_up", 150, "ladder", ("sekda",))]
    other = [*life, event("03-09T08:01", "transfer", department="dlhkp", note="x")]
    assert look(other, "03-09T08:01") == "03-13T07:30"  # the new department's own warning
    fire = [*ASSIGNED, event("03-02T09:01", "set", changes={"category": "kebakaran"}), *life[2:]]
    assert look(fire, "03-09T08:00") == "03-12T16:00"


def test_an_acknowledgement_into_an_unknown_year_ends_when_it_says() -> None:
    city = with_(
        holidays=tuple(day for day in KEDIRI.holidays if day.date.year != 2027),
        alerts=ladder(("follow_up", 100, ("head",))),
    )
    life = [received("12-14T10:00", **{"class": "normatif"}), event("12-14T11:00", "assign", department="dishub")]
    until = "2027-01-04T09:00:00Z"
    life.append(event("12-21T08:00", alerting.ACKNOWLEDGED, clock="follow_up", round=1, until=until))
    assert next_moment(life, city, wib("12-21T08:00")) == datetime.fromisoformat(until)


def test_an_acknowledgement_of_another_clock_silences_nothing() -> None:
    until = wib("03-30T16:00").isoformat()
    life = [*ASSIGNED, event("03-03T08:00", alerting.ACKNOWLEDGED, clock="resolution", round=1, until=until)]
    assert look(life, "03-03T08:00") == "03-06T07:30"


def test_a_case_of_no_department_is_told_to_the_city_in_its_hours() -> None:
    life = [received(), event("03-02T09:00", "verify")]
    (step,) = due_steps(life, KEDIRI, wib("03-27T10:00"))
    assert (step.clock.name, step.to, step.department) == ("resolution", ("officer", "head"), None)


def test_a_withdrawn_alert_has_told_nobody() -> None:
    life = told(ASSIGNED, "03-09T07:30")
    assert due(life, "03-09T08:00") == []
    life[-1]["data"]["delivery"] = VOID
    assert due(life, "03-09T08:00") == [("follow_up", 80, "warning", ("officer", "head"))]
    life[-1]["data"]["delivery"] = "confirmed"
    assert due(life, "03-09T08:00") == []


def test_a_clock_that_stands_still_tells_nothing() -> None:
    pausing = tuple(msgspec.structs.replace(one, pause=True) for one in KEDIRI.standards)
    city = with_(standards=pausing)
    life = [*ASSIGNED, event("03-03T09:00", "wait", text="x")]
    assert (due(life, "03-31T10:00", city), look(life, "03-03T09:00", city)) == ([], None)
    assert due(life, "03-31T10:00") != []
    life.append(event("03-05T09:00", "resume"))
    assert look(life, "03-05T09:00", city) == "03-10T07:30"
    # Late already: what came due before is told, what is still to come waits for the reporter.
    late = [*ASSIGNED, event("03-10T09:00", "wait", text="x")]
    assert [brief(step)[:2] for step in due_steps(late, city, wib("03-10T10:00"))] == [("follow_up", 100)]
    assert look(told(late, "03-10T10:00", city), "03-10T10:00", city) is None


def test_a_step_put_into_the_ladder_below_one_that_was_told_is_past() -> None:
    life = told(ASSIGNED, "03-13T07:30")
    assert life[-1]["data"]["percent"] == 150
    more = with_(alerts=(*KEDIRI.alerts, *ladder(("follow_up", 120, ("head",)))))
    assert due(life, "03-13T08:00", more) == []
    above = with_(alerts=(*KEDIRI.alerts, *ladder(("follow_up", 160, ("head",)))))
    assert due(life, "03-16T15:00", above) == [("follow_up", 160, "ladder", ("head",))]


def test_a_missing_calendar_is_told_to_the_admin_once() -> None:
    life = [received("12-28T10:00"), event("12-28T11:00", "assign", department="dishub")]
    city = with_(holidays=tuple(day for day in KEDIRI.holidays if day.date.year != 2027))
    (step,) = due_steps(life, city, wib("12-28T11:00"))
    assert (step.kind, step.to, step.by, step.percent) == ("no_calendar", ("admin",), ("email",), 0)
    assert (step.data()["year"], step.data()["due_at"]) == (2027, None)
    assert due(life, "12-28T20:00", city) == []  # the admin sleeps
    assert look(life, "12-28T20:00", city) == "12-29T07:30"
    life = told(life, "12-28T11:00", city)
    assert due(life, "12-28T11:01", city) == []
    assert look(life, "12-28T11:01", city) == "12-29T11:01"  # whether somebody has given it one
    assert look(life, "12-28T11:01") == "01-04T07:30"
    # In the year itself the admin is told by the ordinary week.
    late = [received("12-31T16:10"), event("12-31T16:20", "assign", department="dishub")]
    assert look(late, "12-31T20:00", city) is not None
    assert HOURS.may_tell("admin", None, wib("03-02T12:30")) is False
    without = SendingHours(city)
    in_2027 = wib("12-31T16:00") + timedelta(days=1)  # Friday 1 January 2027, which nobody knows to be a holiday
    assert local(without.admin_moment(in_2027)) == "01-01T16:00"
    assert without.may_tell("admin", None, in_2027)
    assert not without.may_tell("head", "dishub", in_2027)
    assert without.telling("head", "dishub").version == without.of().version
    assert Awake(_Week(without.of(), city), ()).version == "week"


def test_a_later_step_in_an_unknown_year_is_told_of_when_it_is_the_next() -> None:
    city = with_(
        alerts=ladder(("resolution", 80, ("head",)), ("resolution", 400, ("mayor",))),
        holidays=tuple(day for day in KEDIRI.holidays if day.date.year != 2027),
    )
    life = [received("12-01T10:00"), event("12-01T11:00", "assign", department="dishub")]
    assert due(life, "12-02T10:00", city) == []
    life = told(life, "12-18T10:00", city)
    assert due(life, "12-18T10:00", city) == [("resolution", 0, "no_calendar", ("admin",))]


def test_a_newer_standard_for_open_cases_is_a_moment_to_look() -> None:
    sooner = Standard(
        class_="complaint",
        clock="resolution",
        amount=3,
        unit="working_days",
        start_event="received",
        legal_basis="Baru",
        valid_from=date(2026, 3, 5),
        open_cases=True,
    )
    old = tuple(one for one in KEDIRI.standards if (one.class_, one.clock) != ("complaint", "resolution"))
    before = next(one for one in KEDIRI.standards if (one.class_, one.clock) == ("complaint", "resolution"))
    city = with_(standards=(*old, msgspec.structs.replace(before, valid_to=date(2026, 3, 4)), sooner))
    assert look(ASSIGNED, "03-02T09:00", city) == "03-05T00:00"
    assert look(ASSIGNED, "03-05T00:00", city) == "03-04T07:30"  # it should have been warned of already


@pytest.mark.parametrize(
    ("more", "at", "why"),
    [
        ([], "03-10T08:00", None),
        ([event("03-10T07:45", "respond", text="x")], "03-10T08:00", "over"),
        ([event("03-10T07:45", "transfer", department="dlhkp", note="x")], "03-10T08:00", "over"),
        ([event("03-10T07:45", "reject", reason="spam")], "03-10T08:00", "over"),
        ([event("03-10T07:45", "acknowledged", clock="follow_up", until="2026-03-12T09:00:00Z")], "03-10T08:00", "ack"),
        ([event("03-10T07:45", "acknowledged", clock="follow_up", until="2026-03-12T09:00:00Z")], "03-13T08:00", None),
    ],
)
def test_an_alert_is_looked_at_again_before_it_is_sent(more: Life, at: str, why: str | None) -> None:
    life = told(ASSIGNED, "03-10T07:30")
    found = needless(life[-1], [*life, *more], KEDIRI, wib(at))
    assert (found or "none").startswith(why or "none")


def test_an_alert_is_needless_when_the_clock_is_another_department_s_stands_still_or_has_more_time() -> None:
    life = told(ASSIGNED, "03-26T10:00")
    resolution = next(one for one in life if one["type"] == ALERT and one["data"]["clock"] == "resolution")
    moved = [*life, event("03-26T10:01", "transfer", department="dlhkp", note="x")]
    assert needless(resolution, moved, KEDIRI, wib("03-26T10:05")) == "another department"
    waiting = [*life, event("03-26T10:01", "wait", text="x")]
    pausing = with_(standards=tuple(msgspec.structs.replace(one, pause=True) for one in KEDIRI.standards))
    still = told([*ASSIGNED], "03-06T07:30")
    assert needless(still[-1], [*still, event("03-06T08:00", "wait", text="x")], pausing, wib("03-06T08:05")) == (
        "standing still"
    )
    assert needless(resolution, waiting, KEDIRI, wib("03-26T10:05")) is None
    longer = with_(
        standards=tuple(
            msgspec.structs.replace(one, amount=30) if one.clock == "follow_up" else one for one in KEDIRI.standards
        )
    )
    late = told(ASSIGNED, "03-10T07:30")
    assert needless(late[-1], late, longer, wib("03-10T08:00")) == "not late any more"


def test_the_admin_s_alert_is_needless_once_the_calendar_is_there() -> None:
    life = [received("12-28T10:00"), event("12-28T11:00", "assign", department="dishub")]
    city = with_(holidays=tuple(day for day in KEDIRI.holidays if day.date.year != 2027))
    life = told(life, "12-28T11:00", city)
    assert needless(life[-1], life, city, wib("12-28T12:00")) is None
    assert needless(life[-1], life, KEDIRI, wib("12-28T12:00")) == "calendar known"


def test_a_sweep_asks_for_both_at_once() -> None:
    at = wib("03-06T07:31")
    steps, moment = decide(ASSIGNED, KEDIRI, wib("03-06T07:30"), at, HOURS)
    assert [brief(step)[:2] for step in steps] == [("follow_up", 80)]
    assert moment == next_moment(told(ASSIGNED, "03-06T07:30"), KEDIRI, at)
    assert decide(ASSIGNED, KEDIRI, wib("03-06T07:29"), at, HOURS) == ([], wib("03-06T07:30"))


def test_how_soon_a_case_can_first_be_told_of() -> None:
    assert first_look(KEDIRI) == timedelta(days=1)
    assert first_look(with_(alerts=())) == timedelta(days=1)

    def of(amount: int, unit: str, percent: int, **more: Any) -> timedelta:
        standard = Standard(
            class_="*",
            clock="verification",
            amount=amount,
            unit=unit,  # type: ignore[arg-type]
            start_event="received",
            legal_basis="x",
            valid_from=date(2019, 1, 1),
        )
        return first_look(with_(standards=(standard,), alerts=ladder(("verification", percent, ("head",))), **more))

    assert of(3, "hours", 80) == timedelta(hours=2, minutes=24)
    assert of(10, "calendar_days", 90) == timedelta(0)
    assert of(10, "calendar_days", 100) == of(10, "calendar_days", 150) == timedelta(days=10)
    assert of(1, "working_days", 80) == timedelta(0)
    assert of(10, "working_days", 100) == timedelta(days=9)
    assert of(10, "working_days", 150) == timedelta(days=9)
    assert of(10, "working_days", 80) == timedelta(days=6)
    assert of(5, "working_days", 90) == timedelta(days=3)
    short = HoursPeriod(
        name="Ramadan",
        first=date(2026, 2, 18),
        last=date(2026, 3, 19),
        hours=msgspec.structs.replace(KEDIRI.hours, monday=("09:00-12:00",)),
        source="x",
    )
    assert of(10, "working_days", 100, hours_periods=(short,)) == timedelta(days=3)
    opened = msgspec.structs.replace(KEDIRI.holidays[0], kind="opening", hours=("09:00-10:00",))
    assert of(10, "working_days", 100, holidays=(*KEDIRI.holidays, opened)) == timedelta(0)
    # A working day is as long as its own hours and those of an opening on it: more of the whole may go in it.
    evening = msgspec.structs.replace(opened, hours=("16:00-24:00",))
    assert of(10, "working_days", 100, holidays=(*KEDIRI.holidays, evening)) == timedelta(days=3)
