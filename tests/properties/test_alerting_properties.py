"""Alerts over any life of a case: a sweep that comes at every moment it asked for tells each step once, in the hours of
those it tells, and is never asked to come where there is nothing to do."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.complaints import lifecycle
from chalicelib.complaints.alerting import ACKNOWLEDGED, due_steps, needless, next_moment
from chalicelib.complaints.city import parse
from chalicelib.complaints.facts import ALERT
from chalicelib.complaints.first_look import first_look
from chalicelib.complaints.sending_hours import SendingHours
from tests.properties.test_clock_properties import thorough, weeks

KEDIRI = parse((Path(__file__).parents[2] / "infra" / "cities" / "kediri.toml").read_text(encoding="utf-8"))
PAUSING = msgspec.structs.replace(
    KEDIRI, standards=tuple(msgspec.structs.replace(one, pause=True) for one in KEDIRI.standards)
)
HOURS = {id(city): SendingHours(city) for city in (KEDIRI, PAUSING)}
MONDAY = datetime(2026, 3, 2, 1, tzinfo=UTC)
LOOKS = 60
ACTIONS = ("verify", "assign", "transfer", "start", "wait", "resume", "respond", "close", "reopen", "message", "ack")

Life = list[dict[str, Any]]


@st.composite
def lives(draw: st.DrawFn) -> Life:
    """A timeline that the table of moves allows, over a month or so."""
    at = MONDAY + timedelta(minutes=draw(st.integers(0, 7 * 1440)))
    class_ = draw(st.sampled_from(("complaint", "ringan", "normatif", "information")))
    category = draw(st.sampled_from((None, "jalan_rusak", "kebakaran")))
    life: Life = [{"at": at, "actor": "reporter", "type": "received", "data": {"class": class_, "category": category}}]
    for action in draw(st.lists(st.sampled_from(ACTIONS), max_size=9)):
        at += timedelta(minutes=draw(st.one_of(st.integers(1, 600), st.integers(600, 9000))))
        if event := _event(action, at, life, draw):
            life.append(event)
    return life


def _event(action: str, at: datetime, life: Life, draw: st.DrawFn) -> dict[str, Any] | None:
    if action == "ack":
        until = at + timedelta(minutes=draw(st.integers(10, 4000)))
        clock = draw(st.sampled_from(lifecycle.CLOCKS))
        return {"at": at, "actor": "x", "type": ACKNOWLEDGED, "data": {"clock": clock, "until": until.isoformat()}}
    if action == "message":
        return {"at": at, "actor": "reporter", "type": "message", "data": {}}
    data = {"text": "x", "note": "x", "department": draw(st.sampled_from(("dishub", "damkar", "dpupr")))}
    data = {name: data[name] for name in lifecycle.NEEDS.get(action, ())}
    try:
        lifecycle.apply(lifecycle.replay(life), lifecycle.Action(type=action, role="admin", data=data, actor="x"))
    except (lifecycle.NotAllowed, lifecycle.Incomplete):
        return None
    return {"at": at, "actor": "x", "type": action, "data": data}


@thorough(150)
@given(lives(), st.sampled_from((KEDIRI, PAUSING)))
def test_a_sweep_that_comes_when_it_is_due_tells_each_step_once_and_in_time(life: Life, city: Any) -> None:
    hours = HOURS[id(city)]
    now, seen = life[-1]["at"], set()
    for _ in range(LOOKS):
        steps = due_steps(life, city, now, hours)
        later = now + timedelta(milliseconds=1)
        told = [{"at": later, "actor": "system", "type": ALERT, "data": step.data()} for step in steps]
        for step, line in zip(steps, told, strict=True):
            for role in step.to:
                name = (step.clock.name, step.clock.opened, step.percent, role)
                assert name not in seen
                seen.add(name)
            assert step.at <= now
            assert step.emergency or hours.telling(step.to[0], step.department).next_working_moment(step.at) == step.at
            assert needless(line, [*life, *told], city, now, hours) is None
            assert step.clock.name not in {one.clock.name for one in steps if one.percent != step.percent}
        life = [*life, *told]
        assert due_steps(life, city, now, hours) == []
        moment = next_moment(life, city, now, hours)
        if moment is None:
            break
        assert moment > now
        assert due_steps(life, city, moment - timedelta(milliseconds=1), hours) == []
        now = moment
    else:
        raise AssertionError("it never ends")


@thorough(100)
@given(
    weeks(),
    st.integers(0, 90 * 1440),
    st.integers(1, 150),
    st.integers(1, 14),
    st.sampled_from(("hours", "working_days", "calendar_days")),
)
def test_the_first_look_never_comes_too_late(week: Any, minute: int, percent: int, amount: int, unit: Any) -> None:
    received = datetime(2026, 6, 1, tzinfo=UTC) + timedelta(minutes=minute)
    alert = next(one for one in KEDIRI.alerts if (one.clock, one.percent) == ("verification", 100))
    standard = next(one for one in KEDIRI.standards if one.clock == "verification")
    city = msgspec.structs.replace(
        KEDIRI,
        hours=week,
        alerts=(msgspec.structs.replace(alert, percent=percent),),
        standards=(msgspec.structs.replace(standard, amount=amount, unit=unit),),
        alerting=msgspec.structs.replace(KEDIRI.alerting, quiet_hours=()),
    )
    life = [{"at": received, "actor": "reporter", "type": "received", "data": {"class": "complaint"}}]
    moment = next_moment(life, city, received)
    assert moment is not None
    assert received + first_look(city) <= moment
