"""Working days and hours: the known due dates, and every rule about what counts."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pytest

from chalicelib.complaints.calendar import Calendars, Handed, NoCalendar, Stopped, WorkCalendar
from chalicelib.complaints.city import City, Department, Holiday, Hours, HoursPeriod, parse

CITIES = Path(__file__).resolve().parents[2] / "infra" / "cities"
KEDIRI = parse((CITIES / "kediri.toml").read_text(encoding="utf-8"))
WIB = ZoneInfo("Asia/Jakarta")
OFFICE = Hours(
    monday=("07:30-12:00", "13:00-16:00"),
    tuesday=("07:30-12:00", "13:00-16:00"),
    wednesday=("07:30-12:00", "13:00-16:00"),
    thursday=("07:30-12:00", "13:00-16:00"),
    friday=("07:30-11:30", "13:00-16:30"),
)
ALWAYS = Hours(
    **dict.fromkeys(("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"), ("00:00-24:00",))
)


def wib(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=WIB)


def local(at: datetime) -> str:
    return at.astimezone(WIB).strftime("%Y-%m-%dT%H:%M")


def holiday(day: str, kind: str = "public", name: str = "Libur", hours: tuple[str, ...] = ()) -> Holiday:
    entry = {"date": day, "kind": kind, "name": name, "source": "SKB", "hours": hours}
    return msgspec.convert(entry, Holiday)


NEW_YEAR = holiday("2026-01-01", name="Tahun Baru")


def with_holidays(*more: Holiday) -> City:
    return msgspec.structs.replace(KEDIRI, holidays=(*KEDIRI.holidays, *more))


def office(*entries: Holiday, **options: Any) -> WorkCalendar:
    return WorkCalendar("Asia/Jakarta", OFFICE, (NEW_YEAR, *entries), **options)


# --- the vectors


VECTORS = [
    ("2026-03-17", 3, "2026-03-27", "2026-03-23"),
    ("2026-03-16", 5, "2026-03-30", "2026-03-24"),
    ("2026-05-13", 3, "2026-05-20", "2026-05-19"),
    ("2025-08-14", 3, "2025-08-20", "2025-08-19"),
    ("2026-12-22", 5, "2026-12-31", "2026-12-30"),
    ("2026-12-22", 60, "2027-04-02", "2027-03-24"),
]


@pytest.mark.parametrize(("start", "days", "due", "due_without_cuti_bersama"), VECTORS)
@pytest.mark.parametrize("clock_time", ["00:00", "09:15", "16:00", "23:59"])
def test_the_known_due_dates(start: str, days: int, due: str, due_without_cuti_bersama: str, clock_time: str) -> None:
    for off, expected in ((True, due), (False, due_without_cuti_bersama)):
        city = msgspec.structs.replace(KEDIRI, cuti_bersama_is_holiday=off)
        calendar = Calendars(city).of()
        end = calendar.add_working_days(wib(f"{start}T{clock_time}"), days)
        closing = "16:30" if date.fromisoformat(expected).weekday() == 4 else "16:00"
        assert local(end) == f"{expected}T{closing}"
        assert calendar.working_days_between(wib(f"{start}T{clock_time}"), end) == days


def test_the_zone_of_the_city_decides_which_day_it_is() -> None:
    at = datetime(2026, 3, 2, 15, 30, tzinfo=UTC)  # Monday 22.30 in Kediri, Tuesday 00.30 in Jayapura
    due = {
        zone: WorkCalendar(zone, OFFICE, [NEW_YEAR]).add_working_days(at, 1).isoformat()
        for zone in ("Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura")
    }
    assert due == {
        "Asia/Jakarta": "2026-03-03T09:00:00+00:00",
        "Asia/Makassar": "2026-03-03T08:00:00+00:00",
        "Asia/Jayapura": "2026-03-04T07:00:00+00:00",
    }


# --- one day


def test_why_a_day_counts_or_not() -> None:
    entries = (
        holiday("2026-03-19", "public", "Nyepi"),
        holiday("2026-03-18", "cuti_bersama", "Cuti Nyepi"),
        holiday("2026-07-27", "local", "Hari Jadi"),
        holiday("2026-03-21", "opening", "Buka Sabtu"),
        holiday("2026-03-22", "opening", "Buka Minggu", ("08:00-11:00",)),
    )
    usual, on_duty = office(*entries), office(*entries, works_on_holidays=True)
    cuti_worked = office(*entries, cuti_bersama_is_holiday=False)

    def rules(calendar: WorkCalendar) -> list[tuple[bool, str]]:
        days = ("03-17", "03-18", "03-19", "03-21", "03-22", "03-28", "07-27")
        return [(one.working, one.rule) for day in days if (one := calendar.day(date.fromisoformat(f"2026-{day}")))]

    assert rules(usual) == [
        (True, "workday"),
        (False, "cuti_bersama"),
        (False, "public"),
        (True, "opening"),
        (True, "opening"),
        (False, "day_off"),
        (False, "local"),
    ]
    assert rules(on_duty) == [
        (True, "workday"),
        (True, "on_duty"),
        (True, "on_duty"),
        (True, "opening"),
        (True, "opening"),
        (False, "day_off"),
        (True, "on_duty"),
    ]
    assert rules(cuti_worked)[:3] == [(True, "workday"), (True, "workday"), (False, "public")]
    nyepi = usual.day(date(2026, 3, 19))
    assert (nyepi.name, nyepi.source, nyepi.spans) == ("Nyepi", "SKB", ())
    # A Saturday has no hours of its own: it is open as the week's first working day.
    assert [(local(a), local(b)) for a, b in usual.day(date(2026, 3, 21)).spans] == [
        ("2026-03-21T07:30", "2026-03-21T12:00"),
        ("2026-03-21T13:00", "2026-03-21T16:00"),
    ]
    assert local(usual.day(date(2026, 3, 22)).closes_at) == "2026-03-22T11:00"


@pytest.mark.parametrize(
    ("kinds", "rule"),
    [
        (("opening", "public", "cuti_bersama", "local"), "opening"),
        (("cuti_bersama", "local", "public"), "public"),
        (("cuti_bersama", "local"), "local"),
    ],
)
def test_of_several_entries_for_one_day_the_strongest_decides(kinds: tuple[str, ...], rule: str) -> None:
    entries = [holiday("2026-03-19", kind) for kind in kinds]
    for order in (entries, entries[::-1]):
        assert office(*order).day(date(2026, 3, 19)).rule == rule


SATURDAY = date(2026, 11, 21)
OPEN_SATURDAY = holiday("2026-11-21", "opening", "Layanan Sabtu", ("08:00-12:00",))


@pytest.mark.parametrize("name", ["Layanan Sabtu", "without hours"])
def test_an_opening_takes_no_time_from_who_works_around_the_clock(name: str) -> None:
    opening = OPEN_SATURDAY if name == "Layanan Sabtu" else holiday("2026-11-21", "opening", "Layanan Sabtu")
    units = [Calendars(with_holidays(*more)).of("damkar") for more in ((), (opening,))]
    without, with_it = (unit.day(SATURDAY) for unit in units)
    assert with_it == without
    assert (with_it.rule, with_it.working) == ("workday", True)
    # Of the class of three hours, received on that Saturday at 13.00.
    due = [unit.add_working_time(wib("2026-11-21T13:00"), timedelta(hours=3)) for unit in units]
    assert [local(at) for at in due] == ["2026-11-21T16:00"] * 2


@pytest.mark.parametrize(
    ("own", "spans"),
    [
        # Its own morning and the opening's, which reaches further; one that lies within; one that only touches.
        (("07:00-11:00",), ["07:00-12:00"]),
        (("06:00-07:00", "13:00-15:00"), ["06:00-07:00", "08:00-12:00", "13:00-15:00"]),
        (("07:00-14:00",), ["07:00-14:00"]),
        (("12:00-14:00",), ["08:00-14:00"]),
        ((), ["08:00-12:00"]),
    ],
)
def test_a_units_own_saturday_is_joined_with_an_opening(own: tuple[str, ...], spans: list[str]) -> None:
    week = msgspec.structs.replace(OFFICE, saturday=own)
    day = WorkCalendar("Asia/Jakarta", week, [NEW_YEAR, OPEN_SATURDAY]).day(SATURDAY)
    assert [f"{local(a)[-5:]}-{local(b)[-5:]}" for a, b in day.spans] == spans
    assert day.closes_at == day.spans[-1][1]
    assert (day.rule, day.name) == (("workday", "") if own else ("opening", "Layanan Sabtu"))


def test_an_opening_on_a_holiday_is_for_who_would_be_off() -> None:
    entries = (
        holiday("2026-08-17", "public", "Kemerdekaan"),
        holiday("2026-08-17", "opening", "Upacara", ("09:00-17:00",)),
    )
    seen = [office(*entries, works_on_holidays=works).day(date(2026, 8, 17)) for works in (False, True)]
    assert [(one.rule, one.name) for one in seen] == [("opening", "Upacara"), ("on_duty", "Kemerdekaan")]
    assert [[f"{local(a)[-5:]}-{local(b)[-5:]}" for a, b in one.spans] for one in seen] == [
        ["09:00-17:00"],
        ["07:30-17:00"],
    ]


def test_an_opening_of_a_week_without_hours_opens_nothing() -> None:
    calendar = WorkCalendar("Asia/Jakarta", Hours(), [NEW_YEAR, holiday("2026-03-19", "opening")])
    assert calendar.day(date(2026, 3, 19)).working is False


def test_the_hours_of_a_period_replace_those_of_the_week() -> None:
    ramadan = HoursPeriod(
        name="Ramadan",
        first=date(2026, 2, 18),
        last=date(2026, 3, 17),
        hours=Hours(tuesday=("08:00-12:00", "12:30-15:00")),
        source="SE",
    )
    calendar = WorkCalendar("Asia/Jakarta", OFFICE, [NEW_YEAR], periods=[ramadan])
    assert [local(calendar.day(date(2026, *day)).closes_at)[-5:] for day in ((2, 17), (2, 24), (3, 17), (3, 24))] == [
        "16:00",
        "15:00",
        "15:00",
        "16:00",
    ]
    assert calendar.day(date(2026, 2, 18)).rule == "day_off"


# --- counting


@pytest.mark.parametrize(
    ("start", "minutes", "end"),
    [
        ("2026-03-02T08:00", 180, "2026-03-02T11:00"),
        ("2026-03-02T11:00", 180, "2026-03-02T15:00"),  # lunch
        ("2026-03-02T11:00", 60, "2026-03-02T12:00"),  # ends with the span, not with the next one's start
        ("2026-03-06T10:30", 180, "2026-03-06T15:00"),  # Friday prayer
        ("2026-03-06T15:30", 180, "2026-03-09T09:30"),  # over the weekend
        ("2026-03-02T03:00", 60, "2026-03-02T08:30"),
        ("2026-03-02T12:30", 1, "2026-03-02T13:01"),
        ("2026-03-02T20:00", 900, "2026-03-04T16:00"),
        ("2026-03-02T20:00", 0, "2026-03-02T20:00"),
    ],
)
def test_working_time(start: str, minutes: int, end: str) -> None:
    calendar = office()
    assert local(calendar.add_working_time(wib(start), timedelta(minutes=minutes))) == end
    assert calendar.working_time_between(wib(start), wib(end)) == timedelta(minutes=minutes)


def test_nothing_lies_between_a_moment_and_an_earlier_one() -> None:
    assert office().working_time_between(wib("2026-03-03T10:00"), wib("2026-03-02T10:00")) == timedelta(0)
    assert office().working_days_between(wib("2026-03-03T10:00"), wib("2026-03-02T10:00")) == 0


def test_working_days_end_as_the_office_closes_and_calendar_days_at_midnight() -> None:
    calendar = office()
    assert local(calendar.add_working_days(wib("2026-03-04T10:00"), 2)) == "2026-03-06T16:30"
    assert local(calendar.add_calendar_days(wib("2026-03-04T10:00"), 3)) == "2026-03-08T00:00"
    assert calendar.last_date(calendar.add_calendar_days(wib("2026-03-04T10:00"), 3)) == date(2026, 3, 7)  # a Saturday


def test_calendar_days_need_no_list_of_holidays() -> None:
    assert local(office().add_calendar_days(wib("2030-12-31T10:00"), 10)) == "2031-01-11T00:00"


@pytest.mark.parametrize(
    ("at", "following"),
    [
        ("2026-03-02T08:00", "2026-03-02T08:00"),
        ("2026-03-02T07:30", "2026-03-02T07:30"),
        ("2026-03-02T12:00", "2026-03-02T13:00"),
        ("2026-03-02T12:30", "2026-03-02T13:00"),
        ("2026-03-06T16:30", "2026-03-09T07:30"),
        ("2026-03-08T00:00", "2026-03-09T07:30"),
    ],
)
def test_the_next_working_moment(at: str, following: str) -> None:
    assert local(office().next_working_moment(wib(at))) == following


# --- a year without data


def test_a_year_without_public_holidays_is_an_error_and_never_free_of_holidays() -> None:
    calendar = office(holiday("2027-05-05", "cuti_bersama"), holiday("2027-05-06", "local"))
    late = wib("2026-12-30T10:00")
    for count in (
        lambda: calendar.add_working_days(late, 2),
        lambda: calendar.add_working_time(late, timedelta(hours=20)),
        lambda: calendar.working_time_between(late, wib("2027-01-01T00:01")),
        lambda: calendar.working_days_between(late, wib("2027-01-01T00:01")),
        lambda: calendar.next_working_moment(wib("2026-12-31T16:00")),
        lambda: office(works_on_holidays=True).day(date(2027, 1, 1)),
    ):
        with pytest.raises(NoCalendar, match="2027") as caught:
            count()
        assert caught.value.year == 2027
    # Up to the last moment of the year it is known.
    assert local(calendar.add_working_days(late, 1)) == "2026-12-31T16:00"
    assert calendar.working_time_between(wib("2026-12-31T15:00"), wib("2027-01-01T00:00")) == timedelta(hours=1)
    assert calendar.working_days_between(late, wib("2027-01-01T00:00")) == 1


# --- other calendars


def test_a_calendar_handed_over_is_that_of_the_holder() -> None:
    city, unit = office(), WorkCalendar("Asia/Jakarta", ALWAYS, [NEW_YEAR], works_on_holidays=True)
    since = wib("2026-03-06T15:30")
    handed = Handed([(wib("2026-03-01T00:00"), city), (since, unit)])
    # Half an hour of the office, then the unit that never sleeps.
    assert local(handed.add_working_time(wib("2026-03-06T15:00"), timedelta(hours=3))) == "2026-03-06T18:00"
    # The Friday is the office's; from Saturday on every day counts.
    assert local(handed.add_working_days(wib("2026-03-05T15:00"), 1)) == "2026-03-06T16:30"
    assert local(handed.add_working_days(wib("2026-03-05T15:00"), 2)) == "2026-03-08T00:00"
    assert handed.version == f"{city.version}+{unit.version}"
    back = Handed([(wib("2026-03-01T00:00"), unit), (wib("2026-03-06T10:00"), city), (wib("2026-03-06T14:00"), unit)])
    assert back.working_time_between(wib("2026-03-06T09:00"), wib("2026-03-06T15:00")) == timedelta(hours=4.5)
    # Handed over at midnight, the day is the new holder's.
    midnight = Handed([(wib("2026-03-01T00:00"), unit), (wib("2026-03-07T00:00"), city)])
    assert midnight.day(date(2026, 3, 7)) == city.day(date(2026, 3, 7))
    assert midnight.day(date(2026, 3, 6)) == unit.day(date(2026, 3, 6))
    # On a day off, the unit that gets the case at noon works for the hours, but the day is not counted.
    weekend = Handed([(wib("2026-03-01T00:00"), city), (wib("2026-03-07T12:00"), unit)])
    assert weekend.day(date(2026, 3, 7)).working is False
    assert weekend.working_time_between(wib("2026-03-07T00:00"), wib("2026-03-08T00:00")) == timedelta(hours=12)


def test_time_that_stood_still_is_cut_out() -> None:
    whole = office()
    stopped = Stopped(whole, [(wib("2026-03-02T11:30"), wib("2026-03-02T14:00"), "waiting")])
    assert local(stopped.add_working_time(wib("2026-03-02T11:00"), timedelta(hours=2))) == "2026-03-02T15:30"
    assert stopped.day(date(2026, 3, 2)).working is True
    assert stopped.day(date(2026, 3, 3)) == whole.day(date(2026, 3, 3))
    assert stopped.version == whole.version


@pytest.mark.parametrize(
    ("begin", "end", "due"),
    [
        ("2026-03-03T09:00", "2026-03-03T15:59", "2026-03-04T16:00"),  # within a day
        ("2026-03-03T15:59", "2026-03-04T07:30", "2026-03-05T16:00"),  # as one day closes
        ("2026-03-03T09:00", "2026-03-03T16:00", "2026-03-05T16:00"),  # until just then
        ("2026-03-03T16:00", "2026-03-04T07:30", "2026-03-04T16:00"),  # overnight
        ("2026-03-03T09:00", "2026-03-05T10:00", "2026-03-06T16:30"),  # as two days close
        ("2026-03-06T16:30", "2026-03-09T07:30", "2026-03-04T16:00"),  # later than the due date
    ],
)
def test_a_day_counts_unless_its_clock_stands_still_as_it_closes(begin: str, end: str, due: str) -> None:
    stopped = Stopped(office(), [(wib(begin), wib(end), "waiting")])
    assert local(stopped.add_working_days(wib("2026-03-02T10:00"), 2)) == due


def test_a_stop_over_a_weekend_gains_nothing() -> None:
    stopped = Stopped(office(), [(wib("2026-03-06T16:30"), wib("2026-03-09T07:30"), "waiting")])
    start = wib("2026-03-05T10:00")
    assert stopped.add_working_days(start, 2) == office().add_working_days(start, 2)
    assert stopped.add_working_time(start, timedelta(hours=20)) == office().add_working_time(start, timedelta(hours=20))


def test_a_stop_at_midnight_stops_a_calendar_day() -> None:
    stopped = Stopped(office(), [(wib("2026-03-07T10:00"), wib("2026-03-08T09:00"), "waiting")])
    assert local(stopped.add_calendar_days(wib("2026-03-06T10:00"), 2)) == "2026-03-10T00:00"
    assert stopped.stopped(date(2026, 3, 7)) == "waiting"


# --- versions and units


def test_the_version_changes_with_what_it_is_made_of_and_with_nothing_else() -> None:
    entry = holiday("2026-03-19")
    assert office(entry).version == office(entry).version
    assert len({office().version, office(entry).version, office(works_on_holidays=True).version}) == 3
    shuffled = WorkCalendar("Asia/Jakarta", OFFICE, [entry, NEW_YEAR])
    assert shuffled.version == office(entry).version


def test_each_unit_has_its_calendar() -> None:
    units = (
        Department(id="dinas", name="Dinas", short="D"),
        Department(id="siaga", name="Siaga", short="S", works_on_holidays=True),
        Department(id="damkar", name="Damkar", short="DK", works_on_holidays=True, hours=ALWAYS),
        Department(id="pasar", name="Pasar", short="P", hours=Hours(saturday=("08:00-12:00",))),
    )
    period = HoursPeriod(
        name="Ramadan",
        first=date(2026, 2, 18),
        last=date(2026, 3, 17),
        hours=Hours(monday=("08:00-12:00",)),
        source="SE",
    )
    city: City = msgspec.structs.replace(KEDIRI, departments=units, hours_periods=(period,))
    calendars = Calendars(city)
    assert calendars.of() is calendars.of("dinas") is calendars.of("unknown") is calendars.of(None)
    assert calendars.of("damkar") is calendars.of("damkar")
    nyepi, sunday, monday = date(2026, 3, 19), date(2026, 3, 29), date(2026, 3, 2)
    assert [calendars.of(one.id).day(nyepi).working for one in units] == [False, True, True, False]
    assert [calendars.of(one.id).day(sunday).working for one in units] == [False, False, True, False]
    # A unit with hours of its own keeps them in Ramadan.
    assert [len(calendars.of(one).day(monday).spans) for one in ("dinas", "siaga", "damkar", "pasar")] == [1, 1, 1, 0]
    assert local(calendars.of("damkar").day(monday).closes_at) == "2026-03-03T00:00"
    assert local(calendars.of("siaga").day(monday).closes_at) == "2026-03-02T12:00"
