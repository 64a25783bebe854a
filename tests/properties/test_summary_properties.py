"""A summary of any cases: no figure without something to count, and every percentage is what it divides."""

from datetime import UTC, date, datetime
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.complaints.facts import Fact
from chalicelib.complaints.ikm import ELEMENTS, Answer
from chalicelib.complaints.indicators import Figure
from chalicelib.complaints.rollup import Rollup, rollup_of
from chalicelib.complaints.summary import summarise
from chalicelib.complaints.summary_shapes import Source, Summary
from chalicelib.pages.monthly_pdf import pdf
from tests.unit.made_facts import closed, fact
from tests.unit.replayed import the_city

CITY = the_city("kediri-2021")
AS_OF = datetime(2026, 3, 31, 17, tzinfo=UTC)

facts = st.builds(
    lambda make, number, department, days, met, lapor, reopens: make(
        f"K-{number}",
        department=department,
        met={} if met is None else {"resolution": met},
        lapor=lapor,
        reopens=reopens,
        **({"days": days} if make is closed else {}),
    ),
    st.sampled_from((fact, closed)),
    st.integers(0, 10**6),
    st.sampled_from(("dlhkp", "dishub", "tidak_ada", None)),
    st.integers(0, 90),
    st.sampled_from((True, False, None)),
    st.sampled_from(("confirmed", "ambiguous", "held", None)),
    st.integers(0, 2),
)
refused = st.builds(
    lambda number, reason: fact(f"R-{number}", state="rejected", reason=reason, finished=True),
    st.integers(0, 10**6),
    st.sampled_from(("spam", "duplicate", "incomplete")),
)
answers = st.builds(
    lambda number, element, score: Answer(
        case=f"K-{number}", element=element, score=score, department="dlhkp", day=date(2026, 3, 2)
    ),
    st.integers(0, 10**6),
    st.sampled_from(sorted(ELEMENTS)),
    st.integers(1, 4),
)
rollups = st.builds(rollup_of, st.lists(st.one_of(facts, refused), max_size=12), st.lists(answers, max_size=30))


def made(now: Rollup, before: Rollup) -> Summary:
    source = Source(period="2026-03", as_of=AS_OF, now=now, before=before, last_year=before, year=now)
    return summarise(source, CITY)


def figures(summary: Summary) -> list[Figure]:
    seven = [one for key in summary.figures for one in (key.now, key.before, key.last_year, key.year)]
    tables = [figure for part in (*summary.departments, summary.total) for figure in part.figures.values()]
    return [*seven, *tables, *summary.indicators.values()]


@given(rollups, rollups)
def test_no_percentage_without_cases_and_each_is_its_quotient(now: Rollup, before: Rollup) -> None:
    summary = made(now, before)
    for one in figures(summary):
        if one.unit != "%":
            continue
        if not one.denominator:
            assert one.value is None, one
        else:
            assert one.numerator is not None
            exact = Decimal(100 * one.numerator) / Decimal(one.denominator)
            assert one.value == exact.quantize(Decimal("0.01"), ROUND_HALF_UP)
            assert one.exact == Fraction(100 * one.numerator, one.denominator)


@given(rollups, rollups)
def test_a_verdict_is_about_something_and_every_decision_shows_its_figures(now: Rollup, before: Rollup) -> None:
    summary = made(now, before)
    assert 1 <= len(summary.verdict.sentences) <= 2
    if not now.part():
        assert summary.verdict.word == "Tidak ada aduan"
    assert sum(one.numerator for one in summary.states) == now.part().get("received", 0)
    for one in summary.decisions:
        assert any(letter.isdigit() for letter in one.evidence), one
        assert "{" not in one.found + one.ask
    assert [one.weight for one in summary.decisions] == sorted((one.weight for one in summary.decisions), reverse=True)
    for key in summary.figures:
        if key.now.value is None or key.before.value is None:
            assert (key.versus_before.text, key.versus_before.tone) == ("–", "none")


@settings(max_examples=30, deadline=None)  # the first one imports fpdf2
@given(st.lists(st.text(max_size=80), min_size=1, max_size=30))
def test_any_names_make_two_pages(names: list[str]) -> None:
    """What a city calls its departments and topics never breaks the paper."""
    several: list[Fact] = [
        closed(f"K{at}", department=name or "x", category=name or None) for at, name in enumerate(names)
    ]
    written = pdf(made(rollup_of(several), Rollup()))
    assert written.count(b"/Type /Page\n") in (2, 3)
