"""The summary of a period: seven figures against standards, a verdict by rule, and what needs a decision."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from msgspec import structs

from chalicelib.complaints import attention, city, ikm, indicators
from chalicelib.complaints.city_report import MeanClose, Report
from chalicelib.complaints.definitions import INDICATORS
from chalicelib.complaints.facts import Fact
from chalicelib.complaints.ikm import ELEMENTS, Answer
from chalicelib.complaints.indicators import Figure
from chalicelib.complaints.rollup import Rollup, rollup_of
from chalicelib.complaints.summary import mean_days, period_name, summarise
from chalicelib.complaints.summary_figures import (
    SEVEN,
    basis_text,
    change,
    mean_figure,
    mean_standard,
    value_text,
    working_minutes_a_day,
)
from chalicelib.complaints.summary_shapes import Decision, KeyFigure, Point, Source, Summary
from tests.unit.made_facts import closed, fact
from tests.unit.replayed import source, the_city

AS_OF = datetime(2026, 3, 31, 16, 59, 59, tzinfo=UTC)
KEDIRI = the_city("kediri-2021")
BY_ID = {one.id: one for one in SEVEN}


def made(now: Rollup | None = None, **changes: Any) -> Source:
    empty = Rollup()
    plain: dict[str, Any] = {
        "period": "2026-03",
        "as_of": AS_OF,
        "now": now or empty,
        "before": empty,
        "last_year": empty,
        "year": now or empty,
    }
    return Source(**{**plain, **changes})


def many(number: int, days: int = 3, **changes: Any) -> list[Fact]:
    """So many closed cases that kept their standard."""
    plain = {"met": {"resolution": True}, **changes}
    return [closed(f"KDR-{days}-{at}", days, **plain) for at in range(number)]


def answers(score: int, times: int = 1, elements: tuple[str, ...] = tuple(ELEMENTS)) -> list[Answer]:
    return [
        Answer(case=f"K{at}", element=element, score=score, department="dlhkp", day=date(2026, 3, 2))
        for element in elements
        for at in range(times)
    ]


def key(summary: Summary, id_: str) -> KeyFigure:
    return next(one for one in summary.figures if one.id == id_)


def with_report(**targets: Any) -> city.City:
    return structs.replace(KEDIRI, report=Report(**targets))


# Seven figures


def test_the_seven_are_the_indicators_with_what_they_divide() -> None:
    facts = [*many(20, lapor="confirmed"), fact("open-1"), fact("spam", state="rejected", reason="spam")]
    summary = summarise(made(rollup_of(facts, answers(4))), KEDIRI)
    assert [one.id for one in summary.figures] == [one.id for one in SEVEN]
    shown = {one.id: (value_text(one.now), basis_text(one.now), one.beside) for one in summary.figures}
    assert shown == {
        "received": ("22 aduan", "", "21 neto"),
        "followed_up": ("95,24 %", "20/21", ""),
        "closed": ("95,24 %", "20/21", ""),
        "close": ("3,00 hari", "n = 20", ""),
        "within_resolution": ("100,00 %", "20/20", "dijawab dalam tenggat"),
        "forwarded": ("20 aduan", "", "100,00 % (20/20) dari yang harus"),
        "ikm": ("100,00", "n = 9", "mutu A (sangat baik), NI 4,00"),
    }


def test_a_change_says_by_how_much_and_whether_that_is_good() -> None:
    before = rollup_of([*many(25, 5), *[fact(f"o{at}") for at in range(5)]])
    summary = summarise(made(rollup_of(many(36, 3)), before=before), KEDIRI)
    told = {one.id: (one.versus_before.text, one.versus_before.tone) for one in summary.figures}
    assert told["received"] == ("+20,0 %", "none")
    assert told["followed_up"] == ("+16,67 poin", "good")
    assert told["close"] == ("−2,00 hari", "good")
    assert told["within_resolution"] == ("tetap", "same")
    assert told["ikm"] == ("–", "none")
    assert {one.versus_last_year.text for one in summary.figures} == {"–"}
    worse = summarise(made(before, before=rollup_of(many(36, 3))), KEDIRI)
    assert (key(worse, "close").versus_before.text, key(worse, "close").versus_before.tone) == ("+2,00 hari", "bad")


@pytest.mark.parametrize(
    ("now", "before", "told"),
    [(3, 0, "+3 aduan"), (0, 0, "tetap"), (5, 5, "tetap"), (60, 2, "+58 aduan"), (1, 4, "−75,0 %")],
)
def test_counts_change_in_percent_unless_there_was_next_to_nothing(now: int, before: int, told: str) -> None:
    def figure(number: int) -> Figure:
        return Figure(
            id="forwarded", exact=Fraction(number), numerator=number, denominator=None, unit="aduan", places=0
        )

    assert change(BY_ID["forwarded"], figure(now), figure(before)).text == told


def test_of_few_cases_nothing_is_called_better_or_worse() -> None:
    def figure(percent: int, of: int) -> Figure:
        return Figure(id="closed", exact=Fraction(percent), numerator=1, denominator=of, unit="%", places=2)

    assert change(BY_ID["closed"], figure(90, 19), figure(50, 40)).tone == "none"
    assert change(BY_ID["closed"], figure(90, 20), figure(50, 20)).tone == "good"
    assert change(BY_ID["closed"], figure(50, 20), figure(50, 20)).tone == "same"
    small = change(BY_ID["closed"], figure(90, 20), structs.replace(figure(90, 20), exact=Fraction(8901, 100)))
    assert (small.text, small.tone, small.delta) == ("+0,99 poin", "same", Decimal("0.99"))


def test_the_mean_is_held_against_what_the_city_says() -> None:
    rollup = rollup_of(many(3, 5))
    found = key(summarise(made(rollup), KEDIRI), "close").target
    assert found is not None
    assert (found.text, found.meets) == ("paling lama 5 hari kalender", True)
    late = key(summarise(made(rollup_of([*many(3, 5), closed("late", 6)])), KEDIRI), "close").target
    assert late is not None and late.meets is False
    none = key(summarise(made(), KEDIRI), "close").target
    assert none is not None and none.meets is None
    assert summarise(made(rollup), KEDIRI).mean_close_target == Decimal(5)


def test_without_a_word_of_the_city_the_standard_of_most_cases_counts() -> None:
    silent = with_report()
    rollup = rollup_of([*many(3), closed("a", class_="oversight")])
    assert mean_standard(rollup, "2026-03", silent) == MeanClose(
        amount=14, unit="working_days", basis=_basis("complaint"), verify=True
    )
    assert mean_standard(Rollup(), "2026-03", silent) is None
    assert mean_standard(rollup_of([closed(class_="ringan")]), "2026-03", silent) is None, "three hours are no days"
    assert mean_standard(rollup_of([closed(class_="unheard_of")]), "2026-03", silent) is None
    no_target = summarise(made(rollup_of([closed(class_="ringan")])), silent)
    assert key(no_target, "close").target is None
    assert no_target.mean_close_target is None
    assert summarise(made(rollup), silent).mean_close_target is None, "a line of working days among calendar days"


def _basis(class_: str) -> str:
    return next(one.legal_basis for one in KEDIRI.standards if (one.class_, one.clock) == (class_, "resolution"))


def test_working_days_are_those_of_the_department() -> None:
    desk = working_minutes_a_day(KEDIRI, "dlhkp")
    assert desk == working_minutes_a_day(KEDIRI, "-") == Fraction(_minutes(KEDIRI.hours), 5)
    round_the_clock = next(one for one in KEDIRI.departments if one.hours and one.hours.sunday)
    assert working_minutes_a_day(KEDIRI, round_the_clock.id) == 1440
    minutes = {"close": 3000, "close_working": int(2 * desk)}
    rollup = rollup_of(
        [
            closed("a", department="dlhkp", minutes=minutes),
            closed("b", department=round_the_clock.id, minutes={"close": 5760, "close_working": 5760}),
        ]
    )
    found = mean_figure(rollup, KEDIRI, "working_days")
    assert (found.value, found.unit, found.denominator) == (Decimal("3.00"), "hari kerja", 2)
    assert mean_figure(Rollup(), KEDIRI, "working_days").value is None
    beside = key(summarise(made(rollup), KEDIRI), "close").beside
    assert beside == "3,00 hari kerja"
    by_working_days = with_report(mean_close=MeanClose(amount=3, unit="working_days", basis="uji"))
    figure = key(summarise(made(rollup), by_working_days), "close")
    assert (value_text(figure.now), figure.beside) == ("3,00 hari kerja", "3,04 hari kalender")
    assert figure.target is not None and figure.target.meets is True
    never = structs.replace(KEDIRI, hours=city.Hours())
    assert mean_figure(rollup_of([closed("a", minutes=minutes)]), never, "working_days").value is None


def _minutes(hours: city.Hours) -> int:
    return sum(end - start for weekday in range(7) for start, end in hours.spans(weekday))


def test_targets_are_judged_only_where_the_city_set_them() -> None:
    rollup = rollup_of([*many(9), fact("open")])
    assert {one.id for one in summarise(made(rollup), KEDIRI).figures if one.target} == {"close", "ikm"}
    strict = with_report(followed_up_percent=90, closed_percent=91, within_percent=100)
    judged = {
        one.id: (one.target.text, one.target.meets) for one in summarise(made(rollup), strict).figures if one.target
    }
    assert judged["followed_up"] == ("paling sedikit 90 %", True)
    assert judged["closed"] == ("paling sedikit 91 %", False)
    assert judged["within_resolution"] == ("paling sedikit 100 %", True)
    assert judged["ikm"] == ("mutu B, mulai 76,61", None)
    nothing = key(summarise(made(), strict), "closed").target
    assert nothing is not None and nothing.meets is None


@pytest.mark.parametrize(
    ("now", "year", "beside"),
    [
        ([], [], ""),
        (answers(3, elements=("U1",)), [], "8 unsur tanpa jawaban"),
        ([], answers(3), "sejak Januari 75,00, mutu C"),
        (answers(4), answers(3), "mutu A (sangat baik), NI 4,00"),
    ],
)
def test_an_index_says_its_quality_or_why_there_is_none(now: list[Answer], year: list[Answer], beside: str) -> None:
    summary = summarise(made(rollup_of([], now), year=rollup_of([], year)), KEDIRI)
    assert key(summary, "ikm").beside == beside


# Verdict


def test_no_case_has_no_verdict() -> None:
    summary = summarise(made(), KEDIRI)
    assert (summary.verdict.word, summary.verdict.tone) == ("Tidak ada aduan", "none")
    assert summary.verdict.sentences == ("Maret 2026: tidak ada aduan, jadi tidak ada angka.",)
    assert [value_text(one.now) for one in summary.figures] == ["–"] * 7
    assert summary.decisions == ()


def test_a_verdict_counts_what_moved_and_names_it() -> None:
    silent = with_report(mean_close=MeanClose(amount=60, unit="calendar_days", basis="uji"))
    before = rollup_of([*many(30, 5), *[fact(f"o{at}") for at in range(10)]])
    better = summarise(made(rollup_of(many(40, 3)), before=before), silent).verdict
    assert (better.word, better.tone) == ("Membaik", "good")
    assert better.sentences[0] == (
        "40 aduan, pelayanan membaik dibanding Februari 2026: tindak lanjut naik 25,00 poin, "
        "yang selesai naik 25,00 poin, penyelesaian lebih cepat 2,00 hari."
    )
    worse = summarise(made(before, before=rollup_of(many(40, 5))), silent).verdict
    assert (worse.word, worse.tone) == ("Menurun", "bad")
    mixed = summarise(
        made(rollup_of(many(40, 5), answers(4, 3)), before=rollup_of(many(40, 3), answers(3, 3))), silent
    ).verdict
    assert (mixed.word, mixed.tone) == ("Bervariasi", "same")
    assert "; tetapi penyelesaian lebih lama 2,00 hari." in mixed.sentences[0]
    same = summarise(made(rollup_of(many(30)), before=rollup_of(many(30))), silent).verdict
    assert (same.word, same.sentences[0]) == ("Setara", "30 aduan, pelayanan setara dibanding Februari 2026.")
    sad = summarise(
        made(
            rollup_of([*many(30, 5), *[fact(f"o{at}") for at in range(10)]], answers(4, 3)),
            before=rollup_of(many(40, 5), answers(3, 3)),
        ),
        silent,
    ).verdict
    assert sad.tone == "bad"
    assert sad.sentences[0].endswith("; tetapi kepuasan naik 25,00.")


def test_a_verdict_is_kept_back_where_there_is_too_little() -> None:
    few = summarise(made(rollup_of(many(5)), before=rollup_of(many(5))), KEDIRI).verdict
    assert (few.word, few.sentences[0]) == (
        "Belum dapat dinilai",
        "5 aduan; terlalu sedikit untuk dibandingkan dengan Februari 2026.",
    )
    first = summarise(made(rollup_of(many(50))), KEDIRI).verdict
    assert (first.tone, first.sentences[0]) == ("none", "50 aduan; Februari 2026 tidak punya angka.")


def test_the_second_sentence_says_what_keeps_its_standard_and_what_stands_out() -> None:
    enough = answers(3, 30)
    strict = with_report(
        mean_close=MeanClose(amount=5, unit="calendar_days", basis="uji"), closed_percent=100, within_percent=90
    )
    summary = summarise(made(rollup_of([*many(24, 3), *[fact(f"o{at}") for at in range(6)]], enough)), strict)
    assert summary.verdict.sentences[1] == (
        "Di luar standar: selesai 80,00 % (paling sedikit 100 %), kepuasan (IKM) 75,00 (mutu B, mulai 76,61); "
        "memenuhi standar: rata-rata penyelesaian 3,00 hari (paling lama 5 hari kalender), "
        "penyelesaian dalam standar 100,00 % (paling sedikit 90 %); "
        "yang menonjol: unsur IKM U1 Persyaratan di bawah mutu B, NRR 3,00 (n = 30)."
    )
    alone = summarise(made(rollup_of([closed(class_="ringan")], answers(4))), with_report())
    assert alone.decisions == ()
    assert alone.verdict.sentences[1:] == ("Memenuhi standar: kepuasan (IKM) 100,00 (mutu B, mulai 76,61).",)


def test_a_rising_topic_stands_out_where_nothing_is_to_be_decided() -> None:
    before = rollup_of([*many(10, 3, category="pohon"), *[closed(f"b{at}", 4) for at in range(5)]], answers(4))
    now = rollup_of(many(14, 3, category="pohon"), answers(4, 4))
    # The sample (14 cases) needs as many answers: 13 by Krejcie and Morgan.
    now = rollup_of(many(14, 3, category="lampu_jalan"), answers(4, 14))
    summary = summarise(made(now, before=before), with_report())
    assert summary.decisions == ()
    name = summary.rising[0].name
    assert summary.verdict.sentences[1].endswith(f"yang menonjol: topik {name} naik dari 0 ke 14 aduan.")
    hardly = summarise(made(rollup_of(many(60)), before=rollup_of(many(5))), KEDIRI)
    assert hardly.rising == (), "beside next to nothing every topic rises"


# What needs a decision


class Named:
    def department(self, id_: str) -> str:
        return id_.upper()

    def place(self, id_: str) -> str:
        return id_.split("|")[1]


def decided(rollup: Rollup, found: list[Answer] | None = None) -> dict[str, Decision]:
    index = ikm.index(rollup.ikm.get("dlhkp", {})) if found is None else indicators.satisfaction(rollup_of([], found))
    return {one.rule: one for one in attention.decisions(rollup, index, 0, Named())}


@pytest.mark.parametrize("rule", attention.RULES, ids=lambda rule: rule.id)
def test_each_rule_fires_above_its_limit_and_not_at_it(rule: attention.Rule) -> None:
    """The table as it is: at the limit nothing, one more is a decision with its figures."""
    part = {"all": "", "department": "dlhkp", "place": "pohon|Pojok|-7.8,112.0"}[rule.dimension]

    def rollup(numerator: int, denominator: int) -> Rollup:
        measures = {rule.numerator: denominator - numerator if rule.missing else numerator}
        if rule.denominator:
            measures[rule.denominator] = denominator
        return Rollup(counts={rule.dimension: {part: measures}})

    if rule.denominator:
        whole = 100 * rule.least
        at = int(rule.limit) * rule.least
        over = decided(rollup(at + 1, whole))[rule.id]
        assert over.evidence.startswith(f"{_comma((at + 1) * 100 / whole)} % (")
        assert rule.id not in decided(rollup(rule.least - 1, rule.least - 1)), "of so few nothing follows"
    else:
        whole, at = 0, int(rule.limit)
        over = decided(rollup(at + 1, whole))[rule.id]
        assert over.evidence == f"{at + 1} aduan"
    assert rule.id not in decided(rollup(at, whole))
    assert (over.weight, "{" in over.found + over.ask) == (rule.weight, False)
    name = {"all": "", "department": "DLHKP", "place": "Pojok"}[rule.dimension]
    assert name in over.found


def _comma(number: float) -> str:
    return f"{Decimal(str(number)).quantize(Decimal('0.1'), 'ROUND_HALF_UP')}".replace(".", ",")


def test_only_the_worst_parts_of_a_rule_are_named_and_nobody_s_cases_are_no_department() -> None:
    departments = {name: {"judged:resolution": 10, "met:resolution": met} for met, name in enumerate("abcde")}
    rollup = Rollup(counts={"department": {**departments, "-": {"judged:resolution": 10}}})
    found = [one for one in attention.decisions(rollup, ikm.index({}), 0, Named()) if one.rule == "overdue_department"]
    assert [one.found for one in found] == [f"Tenggat penyelesaian terlewat di {name}" for name in "ABC"]
    whole = Rollup(counts={"place": {"pohon|Pojok|": {"received": 50}}})
    assert decided(whole) == {}, "a kelurahan is no place that somebody can mend"


def test_the_heaviest_comes_first() -> None:
    counts = {"all": {"": {"lapor:ambiguous": 1, "drift": 2, "lapor:failed": 1}}}
    found = attention.decisions(Rollup(counts=counts), ikm.index({}), 0, Named())
    assert [one.rule for one in found] == ["ambiguous", "lapor_failed", "drift"]


def test_an_element_that_is_not_good_and_a_sample_that_is_too_small() -> None:
    low = [*answers(3, 30), *answers(4, 30, ("U2",))]
    index = indicators.satisfaction(rollup_of([], low))
    found = attention.decisions(Rollup(), index, 40, Named())
    assert [one.rule for one in found] == ["ikm_element"] * 3 + ["ikm_sample"]
    assert found[0].found == "Unsur IKM U1 Persyaratan di bawah mutu B"
    assert found[-1].evidence == "30/40 jawaban pada unsur tersedikit (Krejcie–Morgan)"
    assert attention.decisions(Rollup(), indicators.satisfaction(rollup_of([], answers(1, 29))), 29, Named()) == ()
    (none,) = attention.decisions(Rollup(), ikm.index({}), 10, Named())
    assert none.found == "Tidak ada jawaban survei kepuasan"


# Trends, tables and names


def test_days_and_months_stand_beside_those_of_last_year() -> None:
    days = {date(2026, 3, 2): Point(received=4), date(2025, 3, 3): Point(received=2)}
    months = {"2026-03": Point(received=4, closed=2, close_minutes=2880), "2025-03": Point(received=9)}
    known = rollup_of([fact()])
    summary = summarise(made(known, last_year=known, days=days, months=months), KEDIRI)
    assert len(summary.days) == 31
    assert (summary.days[1].label, summary.days[1].now.received, summary.days[1].off) == ("2", 4, False)
    assert summary.days[2].last_year == Point(received=2)
    # Weekends, and on 19, 20 and 23 to 24 March what the city's calendar has; a Saturday it opened is a working day.
    off = ["1", "7", "8", "14", "15", "18", "19", "20", "21", "22", "23", "24", "28", "29"]
    assert [one.label for one in summary.days if one.off] == off
    opened = city.Holiday(date=date(2026, 3, 7), kind="opening", name="Layanan Sabtu", source="SE")
    opening = structs.replace(KEDIRI, holidays=(*KEDIRI.holidays, opened))
    assert [one.label for one in summarise(made(known, days=days), opening).days if one.off] == ["1", *off[2:]]
    unknown = structs.replace(KEDIRI, holidays=())
    assert [one.label for one in summarise(made(known), unknown).days if one.off][:3] == ["1", "7", "8"]
    assert not any(one.future for one in summary.days)
    march = summary.months[2]
    assert (march.label, march.now.received, march.last_year) == ("Mar", 4, Point(received=9))
    assert (mean_days(march.now), mean_days(Point())) == (Decimal("1.00"), None)
    assert [one.future for one in summary.months] == [False] * 3 + [True] * 9
    early = summarise(made(known, as_of=AS_OF - timedelta(days=10)), KEDIRI)
    assert [one.label for one in early.days if one.future] == [str(day) for day in range(22, 32)]
    assert {one.last_year for one in early.days} == {None}
    assert {one.last_year for one in early.months} == {None}


def test_a_leap_day_has_no_day_beside_it() -> None:
    known = rollup_of([fact()])
    leap = summarise(made(known, period="2028-02", last_year=known, as_of=datetime(2028, 3, 1, tzinfo=UTC)), KEDIRI)
    assert [one.label for one in leap.days if one.last_year is None] == ["29"]


def test_a_year_has_months_and_no_days() -> None:
    year = summarise(made(rollup_of(many(3)), period="2026", as_of=datetime(2026, 6, 30, tzinfo=UTC)), KEDIRI)
    assert (year.title, year.before_title, year.last_year_title, year.days) == ("Tahun 2026", "Tahun 2025", None, ())
    assert [one.future for one in year.months] == [False] * 6 + [True] * 6
    with pytest.raises(ValueError, match="neither a year nor a month"):
        summarise(made(period="2026-03-02"), KEDIRI)
    assert period_name("2024-02") == "Februari 2024"


def test_tables_are_named_and_sorted() -> None:
    facts = [
        *many(3, department="dlhkp", kelurahan="Pojok", channel="whatsapp"),
        *many(2, 4, department="gone_department", kelurahan=None, channel="fax", category=None),
        fact("nobody's", department=None, place="pohon|Pojok|"),
        *[fact(f"p{at}", place="pohon||-7.82,112.01") for at in range(3)],
    ]
    summary = summarise(made(rollup_of(facts)), structs.replace(KEDIRI, population={"Pojok": 1000}))
    assert [one.name for one in summary.departments] == ["DLHKP", "gone_department", "Belum didisposisikan"]
    assert {one.id: one.name for one in summary.channels}["fax"] == "fax"
    assert summary.channels[0].name == "WhatsApp"
    assert {one.id: one.name for one in summary.categories}["-"] == "Tidak diketahui"
    pojok = next(one for one in summary.kelurahan if one.name == "Pojok")
    assert pojok.figure is not None and pojok.figure.value == Decimal("7.00")
    assert summary.kelurahan[-1].name == "Tidak diketahui"
    assert len(summary.kelurahan) == 47
    assert [one.name.partition(", ")[2] for one in summary.places] == ["-7.82,112.01"]
    assert summary.total.figures["counted"].numerator == len(facts)
    assert [one.name for one in summary.weekdays] == ["Senin"]
    assert [one.name for one in summary.hours] == ["12.00–12.59"]
    assert sum(one.numerator for one in summary.states) == len(facts)


def test_the_notes_are_the_definitions() -> None:
    notes = {one.title: one.text for one in summarise(made(), KEDIRI).notes}
    titles = {one.title: one for one in INDICATORS}
    assert notes.keys() <= titles.keys()
    assert notes["Ditindaklanjuti"] == (
        "OPD sudah memulai pengerjaan atau menjawab, dibagi aduan neto. "
        "Tidak termasuk: spam, duplikat, dan bukan wewenang."
    )
    assert notes["Aduan diterima (bruto)"] == "semua aduan."


def test_a_cell_shows_a_dash_or_what_it_divides() -> None:
    empty = Figure(id="closed", exact=None, numerator=0, denominator=0, unit="%", places=2)
    assert (value_text(empty), basis_text(empty)) == ("–", "")


# The replayed years


def test_kediri_s_december() -> None:
    summary = summarise(source("kediri-2021", "2021-12"), KEDIRI)
    assert value_text(key(summary, "received").now) == "554 aduan"
    close = key(summary, "close")
    assert (value_text(close.now), close.target and close.target.meets) == ("4,31 hari", True)
    assert sum(one.now.received for one in summary.days) == 554
    assert sum(one.now.received for one in summary.months) == 6496
    assert [one.rule for one in summary.decisions] == ["ikm_sample"]
    assert summary.verdict.word == "Membaik"


def test_madiun_s_year() -> None:
    summary = summarise(source("madiun-2021", "2021"), the_city("madiun-2021"))
    assert basis_text(key(summary, "followed_up").now) == "209/213"
    assert value_text(key(summary, "followed_up").now) == "98,12 %"
    assert summary.verdict.sentences[0] == "213 aduan; Tahun 2020 tidak punya angka."
