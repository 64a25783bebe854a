"""Every figure from its definition: exact, half up, with numerator and denominator, a dash where there is nothing."""

from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from chalicelib.complaints import lifecycle
from chalicelib.complaints.definitions import INDICATORS, PARTITION
from chalicelib.complaints.definitions_page import print_definitions
from chalicelib.complaints.facts import Fact
from chalicelib.complaints.ikm import ELEMENTS, Answer
from chalicelib.complaints.indicators import (
    breakdown,
    compute,
    partition,
    per_1000,
    repeat_places,
    rising_topics,
    satisfaction,
    share,
    table,
    top_topics,
)
from chalicelib.complaints.rollup import Rollup, rollup_of
from tests.unit.made_facts import closed, fact

# LaporGub (Jawa Tengah) 2022 as published: a full partition of states, refused ones included.
LAPORGUB_2022 = {
    "closed": (14_983, "65.20"),
    "verification": (4_927, "21.44"),
    "in_progress": (1_895, "8.25"),  # printed as 8.24: cut, not rounded
    "assigned": (257, "1.12"),  # printed as 1.11
    "refused": (918, "3.99"),
    "responded": (0, "0.00"),
    "waiting": (0, "0.00"),
}


def refused(number: int, reason: str) -> list[Fact]:
    return [fact(f"R-{reason}-{at}", state="rejected", reason=reason, finished=True) for at in range(number)]


def test_the_definitions_on_paper_are_those_of_the_code() -> None:
    page = Path(__file__).parents[2] / "docs/indicators.md"
    assert page.read_text() == print_definitions()


def test_every_definition_is_complete() -> None:
    assert len({one.id for one in INDICATORS}) == len(INDICATORS)
    for one in INDICATORS:
        assert one.title, one.id
        assert one.title_en, one.id
        assert one.numerator_text, one.id
        assert one.exclusions, one.id
        assert one.basis, one.id
        assert bool(one.denominator) == (one.kind in ("percent", "ratio")), one.id
        assert (one.unit == "%") == (one.kind == "percent"), one.id


def test_every_state_and_refusal_is_in_one_part() -> None:
    names = [name for _, _, statuses in PARTITION for name in statuses]
    states = [state for state in lifecycle.STATUSES if state != "rejected"]
    assert sorted(names) == sorted([*states, *(f"rejected:{reason}" for reason in lifecycle.REASONS)])


def test_laporgub_2022() -> None:
    """The counts add up to 22,980 exactly; our percentages are rounded half up where the printed ones were cut."""
    numbers = {
        "closed": 14_983,
        "received": 2_000,
        "verified": 2_927,
        "in_progress": 1_800,
        "reopened": 95,
        "assigned": 257,
        "rejected:spam": 500,
        "rejected:not_our_authority": 300,
        "rejected:incomplete": 118,
    }
    year = Rollup(
        counts={
            "all": {"": {"received": 22_980}},
            "state": {name: {"received": number} for name, number in numbers.items()},
        }
    )
    found = {one.id: (one.numerator, str(one.percent)) for one in partition(year)}
    assert found == LAPORGUB_2022
    assert sum(number for number, _ in found.values()) == 22_980
    assert {one.denominator for one in partition(year)} == {22_980}
    printed = {one.id: one.rounded(1) for one in partition(year)}
    assert (printed["closed"], printed["verification"]) == (Decimal("65.2"), Decimal("21.4"))


def test_the_partition_of_real_facts() -> None:
    states = ["received", "verified", "assigned", "in_progress", "responded", "waiting", "reopened", "closed"]
    facts = [fact(state, state=state) for state in states] + refused(1, "abuse") + refused(2, "duplicate")
    found = {one.id: one.numerator for one in partition(rollup_of(facts))}
    assert found == {
        "closed": 1,
        "responded": 1,
        "in_progress": 2,
        "waiting": 1,
        "assigned": 1,
        "verification": 2,
        "refused": 3,
    }


@pytest.mark.parametrize(
    "states",
    [{"closed": {"received": 2}}, {"closed": {"received": 3}, "dreaming": {"received": 0}}, {"lost": {"received": 3}}],
)
def test_a_partition_that_does_not_add_up_is_no_partition(states: dict[str, dict[str, int]]) -> None:
    with pytest.raises(ValueError, match="do not sum to the total 3"):
        partition(Rollup(counts={"all": {"": {"received": 3}}, "state": states}))


def test_an_empty_month_is_dashes() -> None:
    empty = compute(Rollup())
    assert {figure.text for figure in empty.values()} == {"–"}
    assert {figure.value for figure in empty.values()} == {None}
    assert [one.percent for one in partition(Rollup())] == [None] * len(PARTITION)
    assert satisfaction(Rollup()).nik is None
    assert (breakdown(Rollup(), "channel"), top_topics(Rollup()), repeat_places(Rollup())) == ([], [], [])
    assert {name: figure.text for name, figure in per_1000(Rollup(), {"Pojok": 1000}).items()} == {
        "": "–",
        "Pojok": "–",
    }


def test_a_month_of_nothing_but_spam_has_counts_and_no_percentages() -> None:
    found = compute(rollup_of(refused(4, "spam")))
    assert (found["received"].text, found["counted"].text, found["refused_spam"].text) == (
        "4 aduan",
        "0 aduan",
        "4 aduan",
    )
    assert (found["closed"].text, found["close_mean"].text, found["reopened"].text) == ("–", "–", "–")
    assert (found["closed"].numerator, found["closed"].denominator) == (0, 0)


def test_gross_net_and_percentages() -> None:
    facts = [
        *(closed(f"C{at}", validated=at < 3) for at in range(6)),
        fact(
            "A",
            state="responded",
            department="dlhkp",
            followed_up_at=closed().closed_at,
            answered_at=closed().closed_at,
            finished=True,
        ),
        fact("B", state="in_progress", department="dlhkp", followed_up_at=closed().closed_at),
        fact("D"),
        *refused(1, "incomplete"),
        *refused(2, "spam"),
        *refused(1, "duplicate"),
    ]
    found = {id_: figure.text for id_, figure in compute(rollup_of(facts)).items()}
    assert found["received"] == "13 aduan"
    assert found["counted"] == "10 aduan"
    assert found["refused_duplicate"] == "1 aduan"
    assert found["refused_abuse"] == "0 aduan"
    assert found["followed_up"] == "80,00 % (8/10)"
    assert found["answered"] == "70,00 % (7/10)"
    assert found["closed"] == "60,00 % (6/10)"
    assert found["validated"] == "30,00 % (3/10)"
    assert found["in_process"] == "3 aduan"


def test_percentages_are_rounded_once_and_from_the_fraction() -> None:
    facts = [closed(f"C{at}") for at in range(209)] + [fact(f"O{at}") for at in range(4)]
    figure = compute(rollup_of(facts))["closed"]
    assert figure.text == "98,12 % (209/213)"
    assert (figure.rounded(1), figure.rounded(0)) == (Decimal("98.1"), Decimal(98))
    assert figure.exact == Fraction(20_900, 213)
    # 4.045 is shown as 4.05, and still is 4.0 with one decimal.
    edge = compute(rollup_of([closed(f"C{at}") for at in range(809)] + [fact(f"O{at}") for at in range(19_191)]))[
        "closed"
    ]
    assert (edge.value, edge.rounded(1)) == (Decimal("4.05"), Decimal("4.0"))


def times(*minutes: int) -> Rollup:
    return rollup_of(
        [closed(f"C{at}", minutes={"close": taken, "close_working": taken}) for at, taken in enumerate(minutes)]
    )


def test_mean_median_and_percentile_of_a_duration() -> None:
    found = compute(times(1440, 1440, 2880, 14_400))
    assert found["close_mean"].text == "3,50 hari (n = 4)"
    assert (found["close_mean"].numerator, found["close_mean"].denominator) == (20_160, 4)
    assert found["close_median"].text == "1,50 hari (n = 4)"
    assert found["close_median"].numerator is None
    assert found["close_p90"].text == "10,00 hari (n = 4)"
    assert found["close_working_mean"].text == "84,00 jam kerja (n = 4)"
    assert found["verify_mean"].text == "–"


@pytest.mark.parametrize(
    ("minutes", "median", "p90"),
    [
        ([60], "1.00", "1.00"),
        ([60, 120], "1.50", "2.00"),
        ([60, 120, 600], "2.00", "10.00"),
        ([60] * 9 + [6000], "1.00", "1.00"),
        ([60] * 8 + [6000] * 2, "1.00", "100.00"),
        ([60] * 18 + [120, 6000], "1.00", "1.00"),
        ([60] * 17 + [120] * 3, "1.00", "2.00"),
        ([0, 0, 1], "0.00", "0.02"),
    ],
)
def test_ranks(minutes: list[int], median: str, p90: str) -> None:
    found = compute(times(*minutes))
    assert (str(found["close_working_median"].value), str(found["close_working_p90"].value)) == (median, p90)


def test_within_standard_counts_only_what_is_judged() -> None:
    facts = [
        closed("A", met={"resolution": True}),
        closed("B", met={"resolution": False, "verification": True}),
        closed("C", met={"resolution": True}),
        closed("D"),
        fact("E", state="rejected", reason="spam", met={"resolution": False}),
    ]
    found = compute(rollup_of(facts))
    assert found["within_resolution"].text == "66,67 % (2/3)"
    assert found["within_verification"].text == "100,00 % (1/1)"
    assert found["within_closing"].text == "–"


def test_the_national_system() -> None:
    states = ["confirmed", "confirmed", "ambiguous", "failed", "waiting", "held", None]
    facts = [fact(f"F{at}", lapor=state) for at, state in enumerate(states)] + [fact("L", channel="lapor", drift=True)]
    found = compute(rollup_of(facts))
    assert found["forwarded"].text == "2 aduan"
    assert found["forwarded_share"].text == "40,00 % (2/5)"
    assert (found["from_lapor"].text, found["ambiguous"].text, found["drift"].text) == ("1 aduan", "1 aduan", "1 aduan")


def test_the_honest_ones() -> None:
    facts = [
        closed("A", reopens=1, transfers=2, paused=144, last_hour=True, alerts=2, acts=1),
        closed("B", last_hour=False),
        closed("C", days=3),
        fact("D", alerts=1),
        fact("E", state="reopened", reopens=3, finished=True, department="dishub"),
    ]
    found = {id_: figure.text for id_, figure in compute(rollup_of(facts)).items()}
    assert found["reopened"] == "50,00 % (2/4)"
    assert found["last_hour"] == "50,00 % (1/2)"
    assert found["transferred"] == "25,00 % (1/4)"
    assert found["transfers"] == "0,50 kali (n = 4)"
    assert found["paused"] == "2,00 % (144/7.200)"
    assert found["alerts"] == "3 peringatan"
    assert found["acted"] == "33,33 % (1/3)"


def test_departments_side_by_side() -> None:
    rollup = rollup_of(
        [closed("A"), closed("B", department="dishub", days=4), fact("C", department="dishub"), fact("D")]
    )
    found = table(rollup, "department", ["closed", "close_mean"])
    assert {name: {id_: figure.text for id_, figure in row.items()} for name, row in found.items()} == {
        "-": {"closed": "0,00 % (0/1)", "close_mean": "–"},
        "dishub": {"closed": "50,00 % (1/2)", "close_mean": "4,00 hari (n = 1)"},
        "dlhkp": {"closed": "100,00 % (1/1)", "close_mean": "1,00 hari (n = 1)"},
    }
    assert list(found) == ["-", "dishub", "dlhkp"]
    assert compute(rollup, "class", "complaint")["counted"].numerator == 4
    assert table(rollup, "nothing", ["closed"]) == {}


def test_breakdowns_by_size_and_by_clock() -> None:
    rollup = rollup_of(
        [fact("A", channel="web", hour=9), fact("B", channel="sms", hour=0), fact("C", hour=9), fact("D", hour=23)]
    )
    assert [(one.id, one.numerator, str(one.percent)) for one in breakdown(rollup, "channel")] == [
        ("whatsapp", 2, "50.00"),
        ("sms", 1, "25.00"),
        ("web", 1, "25.00"),
    ]
    assert [one.id for one in breakdown(rollup, "hour")] == ["00", "09", "23"]
    weekdays = rollup_of([fact("A", day=date(2026, 3, 8)), fact("B", day=date(2026, 3, 8)), fact("C")])
    assert [(one.id, one.numerator) for one in breakdown(weekdays, "weekday")] == [("1", 1), ("7", 2)]
    assert breakdown(rollup, "channel", "closed") == []
    only = share(rollup, "channel", "telegram")
    assert (only.numerator, only.denominator, str(only.percent)) == (0, 4, "0.00")


def test_reports_for_each_thousand_inhabitants() -> None:
    rollup = rollup_of([fact("A"), fact("B"), fact("C", kelurahan=None), *refused(1, "spam")])
    found = per_1000(rollup, {"Pojok": 3000, "Dermo": 500})
    assert {name: figure.text for name, figure in found.items()} == {
        "": "0,86 aduan per 1.000 penduduk (n = 3.500)",
        "Dermo": "0,00 aduan per 1.000 penduduk (n = 500)",
        "Pojok": "0,67 aduan per 1.000 penduduk (n = 3.000)",
    }
    unknown = per_1000(rollup, {"Pojok": 3000, "Dermo": 0})
    assert (unknown["Dermo"].text, unknown[""].text, unknown["Pojok"].value) == ("–", "–", Decimal("0.67"))
    assert per_1000(rollup, {})[""].text == "–"


def topics(**numbers: int) -> Rollup:
    return rollup_of(fact(f"{name}{at}", category=name) for name, number in numbers.items() for at in range(number))


def test_top_topics_leave_spam_out() -> None:
    facts = [
        fact("S", category="iseng", state="rejected", reason="spam"),
        fact("A"),
        fact("B"),
        fact("C", category="pju"),
    ]
    assert [(one.id, one.numerator, one.denominator) for one in top_topics(rollup_of(facts))] == [
        ("pohon", 2, 3),
        ("pju", 1, 3),
    ]
    assert [one.id for one in top_topics(topics(a=1, b=3, c=2), 2)] == ["b", "c"]


def test_rising_topics_by_how_many_more() -> None:
    now = topics(wabah=9, pju=6, pohon=12, parkir=5, pasar=4, sama=7, turun=5)
    before = topics(pohon=8, pju=2, parkir=4, sama=7, turun=6)
    found = rising_topics(now, before)
    assert [(one.category, one.now, one.before, str(one.percent)) for one in found] == [
        ("wabah", 9, 0, "None"),
        ("pju", 6, 2, "200.00"),
        ("pohon", 12, 8, "50.00"),
        ("parkir", 5, 4, "25.00"),
    ]
    assert [one.category for one in rising_topics(now, before, most=1)] == ["wabah"]
    assert rising_topics(before, before) == []


def test_places_that_come_back() -> None:
    def at(place: str, number: int, **changes: Any) -> list[Fact]:
        return [fact(f"{place}{one}", place=place, **changes) for one in range(number)]

    spam = at("c|Z|", 9, state="rejected", reason="spam")
    rollup = rollup_of([*at("a|X|", 3), *at("b|Y|", 5), *at("a|W|", 2), *spam])
    assert [(one.id, one.numerator) for one in repeat_places(rollup)] == [("b|Y|", 5), ("a|X|", 3)]
    assert [one.id for one in repeat_places(rollup, most=1)] == ["b|Y|"]
    assert len(repeat_places(rollup, least=2)) == 3


def test_satisfaction_of_the_city_and_of_each_department() -> None:
    answers = [
        Answer(case=f"{name}{score}", element=name, score=score, department=department, day=date(2026, 3, 2))
        for name in ELEMENTS
        for score, department in ((4, "dishub"), (3, "dlhkp"), (3, "dlhkp"))
    ]
    rollup = rollup_of([], answers)
    assert satisfaction(rollup, "dishub").nik == Decimal("100.00")
    assert satisfaction(rollup, "dlhkp").nik == Decimal("75.00")
    city = satisfaction(rollup)
    assert (city.nik, city.answers["U1"], city.quality) == (Decimal("83.33"), 3, ("B", "baik"))
    assert satisfaction(rollup, "dinsos").nik is None
    assert rollup.ikm["dlhkp"]["U1"] == {"3": 2}, "the rollup is as it was"
