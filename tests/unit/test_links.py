"""Links that act: only ours, only as we made them, only for their time."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.desk import links
from chalicelib.desk.links import Expired, Invalid, Link

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
OLD, NEW = "former-secret", "current-secret"


def token(secret: str = NEW, hours: int = 72) -> str:
    return links.make(
        (secret, "another"),
        delivery="0123456789abcdef",
        ticket="KDR-7Q4M-2X9D",
        clock="follow_up",
        round_=1,
        role="head",
        department="dpupr",
        now=NOW,
        hours=hours,
    )


def test_a_link_says_what_it_was_made_for() -> None:
    link = links.read(token(), (NEW,), NOW)
    assert link == Link(
        "0123456789abcdef", "KDR-7Q4M-2X9D", "follow_up", 1, "head", "dpupr", int(NOW.timestamp()) + 72 * 3600
    )
    assert link.actor == "tautan:head@dpupr"


def test_a_rotated_secret_still_opens_what_it_signed() -> None:
    assert links.read(token(OLD), (NEW, OLD), NOW).r == "head"
    with pytest.raises(Invalid):
        links.read(token(OLD), (NEW,), NOW)


def test_it_ends_on_the_second() -> None:
    made = token(hours=1)
    last = NOW + timedelta(hours=1)
    assert links.read(made, (NEW,), last - timedelta(seconds=1))
    with pytest.raises(Expired) as found:
        links.read(made, (NEW,), last)
    assert found.value.link.t == "KDR-7Q4M-2X9D"


@given(st.integers(min_value=0, max_value=400), st.sampled_from("Aa0_-.=é "))
def test_no_changed_letter_opens_anything(place: int, letter: str) -> None:
    made = token()
    changed = made[:place] + letter + made[place + 1 :]
    if changed != made:
        with pytest.raises(Invalid):
            links.read(changed, (NEW,), NOW)


@given(st.text(max_size=800))
def test_nothing_else_opens_anything(text: str) -> None:
    with pytest.raises(Invalid):
        links.read(text, (NEW,), NOW)


def test_an_expired_link_of_a_stranger_is_invalid_not_expired() -> None:
    with pytest.raises(Invalid) as found:
        links.read(token("stranger", hours=1), (NEW,), NOW + timedelta(days=9))
    assert not isinstance(found.value, Expired)
