"""The replayed years: lives the table of moves allows, on their real calendar, with the published figures exact."""

import re
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path

import msgspec
import pytest

from chalicelib.complaints import city, indicators, lifecycle
from chalicelib.complaints.calendar import Calendars
from chalicelib.complaints.clocks import clocks
from chalicelib.complaints.facts import answers_of, fact_of, judged, working_minutes
from chalicelib.complaints.ikm import sample_size
from chalicelib.complaints.replay import REPLAYS, Check, Replay, checks, kediri_2021, madiun_2021
from chalicelib.complaints.replay_draws import deal, draw, weighted
from chalicelib.complaints.replay_lives import Drawn, lives
from chalicelib.complaints.replay_texts import PLACES, TEXTS, WEIGHTS
from chalicelib.complaints.replay_time import WorkingTime
from chalicelib.complaints.replay_years import HOLIDAYS, KEDIRI_2021, MADIUN_2021, with_calendar
from chalicelib.complaints.rollup import Rollup, by_day, merge, to_bytes
from tests.unit.replayed import ticket_of, timeline_of

CITIES = Path(__file__).parents[2] / "infra/cities"
ROLES = {"operator1": "operator", "officer1": "officer", "head1": "head", "reporter": "reporter"}


@cache
def the_city(name: str) -> city.City:
    return with_calendar(city.parse((CITIES / f"{name.partition('-')[0]}.toml").read_text()))


@cache
def played(name: str) -> Replay:
    return REPLAYS[name](the_city(name))


@cache
def years(name: str) -> dict[int, Rollup]:
    """The replay counted as a month is: facts with real clocks, a rollup for each day, days merged."""
    replay, its_city = played(name), the_city(name)
    calendars = Calendars(its_city)
    facts = [
        fact_of(
            ticket_of(case),
            timeline,
            zone=replay.zone,
            as_of=replay.as_of,
            working_minutes=working_minutes(calendars),
            clocks=judged(clocks(timeline, its_city, replay.as_of, calendars)),
        )
        for case in replay.cases
        if (timeline := timeline_of(case))
    ]
    answers = [one for case in replay.cases for one in answers_of(ticket_of(case), timeline_of(case), zone=replay.zone)]
    days = by_day(facts, [*answers, *replay.answers])
    return {year: merge(day for on, day in days.items() if on.year == year) for year in (2020, 2021, 2022)}


@pytest.mark.parametrize("name", REPLAYS)
def test_every_published_figure_comes_out_to_the_digit(name: str) -> None:
    found = checks(played(name), years(name))
    assert [one for one in found if not one.equal] == []
    assert len(found) == len(played(name).year.published)


def test_kediri_in_figures() -> None:
    figures, year = indicators.compute(years("kediri-2021")[2021]), years("kediri-2021")[2021]
    assert figures["received"].text == "6.496 aduan"
    assert indicators.share(year, "channel", "whatsapp").rounded(1) == Decimal("85.5")
    assert figures["close_mean"].numerator == 6496 * 6624
    assert figures["close_mean"].text == "4,60 hari (n = 6.496)"
    assert (indicators.satisfaction(year).ni(), indicators.satisfaction(year).nik) == (
        Decimal("3.51"),
        Decimal("87.75"),
    )
    assert min(indicators.satisfaction(year).answers.values()) >= sample_size(6496)
    before = years("kediri-2021")[2020]
    assert (before.part()["received"], before.part()["from_lapor"]) == (28, 28)
    assert indicators.satisfaction(before).ni() == Decimal("3.48")
    assert years("kediri-2021")[2022] == Rollup(), "no case and no answer outside the two years"


def test_madiun_in_figures() -> None:
    year = years("madiun-2021")[2021]
    figures = indicators.compute(year)
    assert figures["followed_up"].text == "98,12 % (209/213)"
    assert figures["closed"].text == "94,84 % (202/213)"
    assert figures["in_process"].text == "11 aduan"
    assert {one.id: one.numerator for one in indicators.partition(year) if one.numerator} == {
        "closed": 202,
        "responded": 7,
        "assigned": 4,
    }
    assert (years("madiun-2021")[2020], years("madiun-2021")[2022]) == (Rollup(), Rollup())


def test_nothing_else_would_have_passed() -> None:
    kediri = played("kediri-2021")
    nothing = checks(kediri, {})
    assert not any(one.equal for one in nothing)
    assert {one.computed for one in nothing if one.published.figure in ("ni", "nik", "mutu", "share", "received")} == {
        None
    }
    madiun = {one.published.figure: one for one in checks(played("madiun-2021"), {})}
    assert (madiun["closed_count"].computed, madiun["not_followed_up"].computed) == (Decimal(0), Decimal(0))
    mean = next(one for one in kediri.year.published if one.figure == "close_mean")
    assert not Check(published=mean, computed=Decimal("4.60")).equal, "4.60 is not what was printed"


def test_no_other_numerator_gives_madiun_s_percentage() -> None:
    fitting = [number for number in range(214) if round(Decimal(number) * 100 / 213, 1) == Decimal("98.1")]
    assert fitting == [209]


@pytest.mark.parametrize("name", REPLAYS)
def test_channels_and_outcomes_are_exact(name: str) -> None:
    replay = played(name)
    this_year = [case for case in replay.cases if case.received_at.astimezone(replay.zone).year == 2021]
    assert Counter(case.channel for case in this_year) == replay.year.channels
    assert sum(replay.year.channels.values()) == sum(replay.year.outcomes.values()) == len(this_year)
    statuses = Counter(lifecycle.replay(timeline_of(case)).status for case in this_year)
    assert statuses == replay.year.outcomes


@pytest.mark.parametrize("name", REPLAYS)
def test_every_life_is_allowed_by_the_table(name: str) -> None:
    for case in played(name).cases:
        state = lifecycle.replay(timeline_of(case)[:1])
        for step in case.steps[1:]:
            if step.type != "survey":
                action = lifecycle.Action(type=step.type, role=ROLES[step.actor], data=step.data, actor=step.actor)
                state = lifecycle.apply(state, action)
        assert state == lifecycle.replay(timeline_of(case))
        assert state.department == case.department
        moments = [step.at for step in case.steps]
        assert moments == sorted(set(moments)), "each step after the one before"
        assert moments[0] == case.received_at
        assert moments[-1] < played(name).as_of


@pytest.mark.parametrize("name", REPLAYS)
def test_offices_work_in_office_hours_on_the_calendar_of_that_year(name: str) -> None:
    calendar = Calendars(the_city(name)).of()
    for case in played(name).cases:
        for step in case.steps:
            if step.actor in ("operator1", "officer1", "head1"):
                spans = calendar.day(calendar.date_of(step.at)).spans
                assert any(begin <= step.at < end for begin, end in spans), (case.number, step.type, step.at)


@pytest.mark.parametrize(
    ("day", "working"),
    [
        (date(2021, 5, 12), False),  # cuti bersama
        (date(2021, 5, 13), False),
        (date(2021, 8, 10), True),  # the holiday was moved to the 11th
        (date(2021, 8, 11), False),
        (date(2021, 12, 24), True),  # its cuti bersama was taken back
        (date(2020, 12, 31), False),
    ],
)
def test_the_calendar_is_the_real_one_with_its_late_changes(day: date, working: bool) -> None:
    assert Calendars(the_city("kediri-2021")).of().day(day).working is working
    assert {holiday.date.year for holiday in HOLIDAYS} == {2020, 2021, 2022}


def test_the_calendar_is_added_once() -> None:
    once = the_city("kediri-2021")
    assert with_calendar(once) == once
    assert len({day.date for day in once.holidays}) == len(once.holidays)


@pytest.mark.parametrize("name", REPLAYS)
def test_cases_look_like_a_city_and_name_nobody(name: str) -> None:
    replay, its_city = played(name), the_city(name)
    kelurahan = {one for kecamatan in its_city.kecamatan for one in kecamatan.kelurahan}
    assert {case.kelurahan for case in replay.cases} == kelurahan
    assert len({case.text for case in replay.cases}) > len(replay.cases) / 15
    categories = Counter(case.category for case in replay.cases)
    assert set(dict(categories.most_common(3))) <= {"bantuan_sosial", "penerangan_jalan", "pohon", "jalan_rusak"}
    for case in replay.cases:
        category = its_city.category(case.category)
        assert category is not None
        assert (case.department, case.class_) == (category.department, category.class_)
        assert case.kelurahan in case.text
        assert not re.search(r"\d{3}|\b(Bapak|Ibu|Pak|Bu|Sdr)\.? [A-Z]|[{}@]", case.text)
    assert [case.number for case in replay.cases] == list(range(1, len(replay.cases) + 1))
    received = [case.received_at for case in replay.cases]
    assert received == sorted(received)
    assert len({ticket_of(case) for case in replay.cases}) == len(replay.cases)


def test_the_months_and_hours_are_plausible() -> None:
    replay = played("kediri-2021")
    local = [case.received_at.astimezone(replay.zone) for case in replay.cases if case.number > 28]
    months = Counter(at.month for at in local)
    assert set(months) == set(range(1, 13))
    assert min(months.values()) > 400
    weekdays = Counter(at.weekday() for at in local)
    assert weekdays[0] > weekdays[6] > 0
    assert sum(7 <= at.hour < 21 for at in local) > len(local) * 0.8


def test_texts_cover_the_topics() -> None:
    assert set(TEXTS) == set(WEIGHTS)
    assert sum(WEIGHTS.values()) == 1000
    assert all("{tempat}" in text for texts in TEXTS.values() for text in texts)
    assert all("{kelurahan}" in place for place in PLACES)


def test_a_replay_is_always_the_same() -> None:
    assert madiun_2021(the_city("madiun-2021")) == played("madiun-2021")
    first, second = (by_day([], played("kediri-2021").answers) for _ in range(2))
    assert to_bytes(merge(first.values())) == to_bytes(merge(second.values()))


def test_a_year_belongs_to_its_city() -> None:
    with pytest.raises(ValueError, match="kediri-2021 is a year of KDR, not of MDN"):
        kediri_2021(the_city("madiun-2021"))


def test_a_city_may_lack_a_topic() -> None:
    full = the_city("madiun-2021")
    fewer = msgspec.structs.replace(full, categories=tuple(one for one in full.categories if one.id != "pohon"))
    assert "pohon" not in {case.category for case in madiun_2021(fewer).cases}


def test_what_is_chosen_is_said() -> None:
    for year in (KEDIRI_2021, MADIUN_2021):
        assert len(year.chosen) >= 3
        assert all(one.basis for one in year.published)
    assert KEDIRI_2021.channels["whatsapp"] == round(Decimal(6496) * 855 / 1000)


def working_january() -> WorkingTime:
    return WorkingTime(Calendars(the_city("kediri-2021")).of(), date(2021, 1, 1), date(2021, 2, 1))


def test_working_time_end_to_end() -> None:
    working = working_january()
    monday = datetime(2021, 1, 4, 0, 30, tzinfo=UTC)  # 07.30 WIB, the first working minute of the year
    assert working.position(datetime(2020, 12, 1, tzinfo=UTC)) == 0
    assert working.position(monday) == 0
    assert working.at(0) == monday
    assert working.position(monday + timedelta(minutes=90)) == 90
    noon = monday + timedelta(hours=4, minutes=45)  # in the lunch break
    assert working.position(noon) == 270
    assert working.at(270) == monday + timedelta(hours=5, minutes=30)
    assert (working.room(0), working.room(269), working.room(270)) == ((0, 269), (269, 0), (0, 179))
    assert [working.position(working.at(position)) for position in range(3000)] == list(range(3000))


def drawn(number: int) -> Drawn:
    return Drawn(
        number=number,
        received_at=datetime(2021, 1, 4, 1, number, tzinfo=UTC),
        channel="web",
        category="pohon",
        department="dlhkp",
        class_="complaint",
        kelurahan="Pojok",
        text="",
    )


@pytest.mark.parametrize("off", [-200, -3, 0, 3, 200])
def test_a_mean_is_made_exact_over_the_closed_ones(off: int) -> None:
    cases, outcomes, working = (
        [drawn(number) for number in range(7)],
        ["closed"] * 5 + ["responded", "assigned"],
        working_january(),
    )

    def total(mean: int | None) -> int:
        timelines = lives("seed", cases, outcomes, working, mean)
        assert [len(steps) for steps in timelines[5:]] == [5, 3]
        return sum(int((steps[-1].at - steps[0].at).total_seconds()) // 60 for steps in timelines[:5])

    wanted = total(None) // 5 + off // 5
    assert total(wanted) == wanted * 5


def test_a_mean_out_of_reach_is_said() -> None:
    with pytest.raises(ValueError, match="cannot be moved enough"):
        lives("seed", [drawn(1)], ["closed"], working_january(), 1)


def test_draws_are_fixed_for_ever() -> None:
    assert [draw(f"seed/{number}", 100) for number in range(6)] == [59, 79, 93, 68, 89, 67]
    assert deal("seed", {"a": 3, "b": 2, "c": 0}) == ["b", "b", "a", "a", "a"]
    found = Counter(weighted(f"w{number}", [1, 0, 3]) for number in range(4000))
    assert set(found) == {0, 2}
    assert 900 < found[0] < 1100
