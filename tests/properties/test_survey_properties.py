"""Whatever the tickets, all nine elements are asked evenly; whatever is changed in a reference, it is none any more."""

from collections import Counter
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.complaints.ikm import ELEMENTS
from chalicelib.complaints.survey import Tap, element_of, elements_of, page_token, read, read_page, reference
from chalicelib.complaints.ticket import new_ticket

DAY = date(2026, 11, 21)
SECRET, FORMER = "a-secret", "a-former-secret"


def ticket(number: int) -> str:
    return new_ticket("KDR", lambda bits: number % 2**35)


taps = st.builds(
    Tap,
    st.integers(0, 2**35 - 1).map(ticket),
    st.sampled_from(list(ELEMENTS)),
    st.integers(1, 4),
    st.dates(date(2024, 1, 1), date(2030, 1, 1)),
)


@given(st.integers(0, 2**34))
def test_a_month_covers_the_nine_elements_evenly(start: int) -> None:
    month = [ticket(start + 7919 * k) for k in range(540)]
    asked = Counter(element_of(one) for one in month)
    assert set(asked) == set(ELEMENTS)
    # 60 each; a fair draw strays further than half in one of a million months.
    assert all(25 <= times <= 100 for times in asked.values()), asked
    both = Counter(element for one in month for element in elements_of(one))
    assert all(60 <= times <= 190 for times in both.values()), both


@given(taps, st.text(min_size=1, max_size=20), st.integers(0, 7))
def test_a_reference_comes_back_as_it_went(tap: Tap, address: str, days: int) -> None:
    made = reference(tap, address, SECRET)
    assert len(made) <= 200
    assert read(made, ["other", address], [FORMER, SECRET], tap.asked_on + timedelta(days=days)) == tap


@given(taps, st.data())
def test_a_changed_or_foreign_reference_is_none(tap: Tap, data: st.DataObject) -> None:
    made = reference(tap, "+628123", SECRET)
    at = data.draw(st.integers(0, len(made) - 1))
    other = data.draw(st.sampled_from([letter for letter in "0123456789ABCU.-_az" if letter != made[at]]))
    changed = made[:at] + other + made[at + 1 :]
    assert read(changed, ["+628123"], [SECRET], tap.asked_on) is None
    assert read(made, ["+628124"], [SECRET], tap.asked_on) is None
    assert read(made, ["+628123"], [FORMER], tap.asked_on) is None
    assert read(made, ["+628123"], [SECRET], tap.asked_on + timedelta(days=8)) is None


@given(st.text(max_size=80))
def test_nothing_else_is_a_reference_or_a_link(text: str) -> None:
    assert read(text, ["+628123"], [SECRET], DAY) is None
    assert read_page(text, [SECRET], DAY) is None


@given(taps, st.integers(0, 40))
def test_a_link_is_good_for_thirty_days(tap: Tap, days: int) -> None:
    token = page_token(tap.ticket, DAY, SECRET)
    assert read_page(token, [FORMER, SECRET], DAY + timedelta(days=days)) == (tap.ticket if days <= 30 else None)
    assert read_page(token[:-1], [SECRET], DAY) is None
    # What is signed for a chat opens no page, and the other way round.
    assert read(token, [""], [SECRET], DAY) is None
    assert read_page(reference(tap, "", SECRET), [SECRET], DAY) is None
