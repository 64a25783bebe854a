"""What an alert says comes next is what comes next: which step, when, and to whom in truth."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec
import pytest

from chalicelib.complaints.alerting import ACKNOWLEDGED, Ahead, ahead, decide, next_moment
from chalicelib.complaints.city import City
from chalicelib.complaints.city_alerts import Alert, Reach
from chalicelib.complaints.clocks import clocks
from chalicelib.complaints.facts import ALERT
from chalicelib.complaints.sending_hours import SendingHours
from chalicelib.desk import alert_cases, casework
from chalicelib.desk.alert_cases import Due
from tests.unit.test_alert_pages import CITY, dossier
from tests.unit.test_alerting import KEDIRI, Life, alerting_of, event, ladder, local, received, wib, with_

LATE_MORNINGS = alerting_of(quiet_hours=("00:00-09:00",))
MIXED = with_(
    alerts=ladder(
        ("resolution", 80, ("officer", "sekda")),
        ("resolution", 100, ("head", "coordinator")),
        ("resolution", 110, ("mayor",)),
        ("follow_up", 100, ("head",)),
        ("follow_up", 101, ("sekda",)),
        ("verification", 100, ("coordinator",)),
    )
)
STARTS = ("03-02T08:00", "03-06T15:55", "03-03T11:58", "03-07T02:00")


def lives() -> list[Life]:
    return [
        [received(at, **{"class": class_}, category=category), event(at, "assign", department=department)]
        for at in STARTS
        for class_, category in (("complaint", None), ("ringan", None), ("information", "kebakaran"))
        for department in ("dishub", "damkar")
    ]


@pytest.mark.parametrize("city", [KEDIRI, MIXED, LATE_MORNINGS], ids=["kediri", "mixed", "late"])
@pytest.mark.parametrize("acknowledges", [False, True])
def test_what_is_said_to_come_next_comes_next(city: City, acknowledges: bool) -> None:
    """Lived through: at every alert the step that is foretold is the one that the next sweep with one tells."""
    hours, told = SendingHours(city), 0
    for life in lives():
        foretold: dict[str, Ahead | None] = {}
        now = datetime.fromisoformat(life[-1]["at"])
        while moment := next_moment(life, city, now, hours):
            now = moment
            steps, _ = decide(life, city, now, now, hours)
            life += [{"at": now.isoformat(), "actor": "x", "type": ALERT, "data": one.data()} for one in steps]
            for name in {one.clock.name for one in steps}:
                mine = [one for one in steps if one.clock.name == name]
                roles = tuple(role for one in mine for role in one.to)
                if name in foretold:
                    assert foretold[name] == Ahead(mine[0].percent, roles, now)
                if acknowledges and told % 3 == 0:
                    until = {"clock": name, "until": (now + timedelta(days=2)).isoformat()}
                    life.append({"at": now.isoformat(), "actor": "x", "type": ACKNOWLEDGED, "data": until})
                foretold[name] = ahead(life, city, now, name=name, above=mine[0].percent, hours=hours)
                told += 1
        assert set(foretold.values()) == {None}
    assert told > 50


def test_of_steps_that_come_together_the_highest_is_named() -> None:
    life = [received(), event("03-02T09:00", "assign", department="dishub")]
    alerts = ladder(("follow_up", 80, ("head",)), ("follow_up", 100, ("head",)), ("follow_up", 101, ("sekda",)))
    said = {}
    for city in (with_(KEDIRI, alerts=alerts), with_(LATE_MORNINGS, alerts=alerts)):
        step = ahead(life, city, wib("03-06T09:00"), name="follow_up", above=80)
        assert step
        said[city.alerting.quiet_hours] = (step.percent, step.to, local(step.at))
    assert list(said.values()) == [(100, ("head",), "03-10T07:30"), (101, ("sekda",), "03-10T09:00")]


def test_a_step_in_a_missing_year_has_no_moment() -> None:
    city = with_(
        alerts=ladder(("resolution", 80, ("head",)), ("resolution", 400, ("mayor",))),
        holidays=tuple(day for day in KEDIRI.holidays if day.date.year != 2027),
    )
    life = [received("12-01T10:00"), event("12-01T11:00", "assign", department="dishub")]
    assert ahead(life, city, wib("12-18T10:00"), name="resolution", above=80) == Ahead(400, ("mayor",), None, 2027)
    assert ahead(life, city, wib("12-18T10:00"), name="closing", above=80) is None


# --- in words -------------------------------------------------------------------------------------------------------


def of(city: City, **reach: Any) -> City:
    departments = tuple(
        msgspec.structs.replace(one, **{"email": None, "whatsapp": None, "head": None, "officer": None, **reach})
        if one.id == "dpupr"
        else one
        for one in city.departments
    )
    return msgspec.structs.replace(city, departments=departments)


def following(city: City, now: datetime, percent: int, name: str = "follow_up", **more: Any) -> str | None:
    hours, found = SendingHours(city), dossier(**more)
    clock = next(one for one in clocks(casework.timeline(found), city, now, hours) if one.name == name)
    return alert_cases.line(Due(found, clock, percent), city, hours, now).following


MAILBOX, HEAD = Reach(email="dpupr@kota.example"), Reach(email="kepala@kota.example")
WARNED = wib("11-06T07:30")


@pytest.mark.parametrize(
    ("reach", "who"),
    [
        ({"officer": MAILBOX, "head": HEAD}, "petugas OPD dan kepala OPD"),
        ({"email": "dpupr@kota.example", "head": HEAD}, "alamat bersama OPD dan kepala OPD"),
        ({"email": "dpupr@kota.example"}, "alamat bersama OPD"),
        ({"head": HEAD}, "kepala OPD"),
        ({}, "koordinator aduan (untuk petugas OPD dan kepala OPD)"),
    ],
)
def test_who_is_really_told_is_named(reach: dict[str, Any], who: str) -> None:
    assert following(of(CITY, **reach), WARNED, 80) == (
        f"Bila belum ditindaklanjuti, {who} diberi tahu keterlambatannya Selasa 10 November pukul 07.30 WIB"
    )


def test_a_stand_in_is_told_in_his_own_hours_and_a_warning_is_called_one() -> None:
    """The mayor has no address: the coordinator is told, who is of the city as well."""
    contacts = tuple(one for one in CITY.contacts if one.role not in ("sekda", "mayor"))
    city = msgspec.structs.replace(CITY, contacts=contacts)
    said = following(city, wib("11-10T07:30"), 100)
    assert said == (
        "Bila belum ditindaklanjuti, koordinator aduan (untuk Sekda) diberi tahu Kamis 12 November pukul 15.45 WIB"
    )
    assert following(city, wib("11-03T09:00"), 50) == (
        "Bila belum ditindaklanjuti, alamat bersama OPD dan kepala OPD diperingatkan Jumat 6 November pukul 07.30 WIB"
    )


def test_a_department_that_works_on_sundays_has_a_coordinator_who_does_not() -> None:
    departments = tuple(
        msgspec.structs.replace(one, email=None, whatsapp=None, head=None, officer=None) if one.id == "damkar" else one
        for one in CITY.departments
    )
    steps: Sequence[tuple[str, int, tuple[str, ...]]] = (("follow_up", 100, ("head",)),)
    alerts = tuple(Alert(clock=clock, percent=percent, to=to) for clock, percent, to in steps)  # type: ignore[arg-type]
    found = dossier(department="damkar")
    found.events[1].data = {"department": "damkar"}
    for city, when in (
        (msgspec.structs.replace(CITY, alerts=alerts), "Minggu 8 November"),
        (msgspec.structs.replace(CITY, alerts=alerts, departments=departments), "Senin 9 November"),
    ):
        hours = SendingHours(city)
        running = clocks(casework.timeline(found), city, WARNED, hours)
        clock = next(one for one in running if one.name == "follow_up")
        said = alert_cases.line(Due(found, clock, 80), city, hours, WARNED).following
        assert said and when in said, said


def test_nobody_is_above_and_nothing_is_promised_of_a_missing_year() -> None:
    city = msgspec.structs.replace(
        CITY,
        alerts=ladder(("follow_up", 100, ("head",))),
        holidays=tuple(day for day in CITY.holidays if day.date.year != 2027),
    )
    assert following(city, wib("11-10T07:30"), 100) == "Ini pemberitahuan terakhir: tidak ada jenjang di atasnya"
    far = msgspec.structs.replace(city, alerts=ladder(("follow_up", 100, ("head",)), ("follow_up", 1000, ("sekda",))))
    assert following(far, wib("11-10T07:30"), 100) == (
        "Bila belum ditindaklanjuti, Sekda diberi tahu setelah daftar hari libur kota dilengkapi"
    )
