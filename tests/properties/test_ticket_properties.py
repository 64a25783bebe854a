"""Any ticket survives how people write it; no slip of one character passes."""

from collections.abc import Callable

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.complaints.ticket import ALPHABET, new_ticket, normalise

numbers = st.integers(0, 2**35 - 1)
tickets = st.builds(
    lambda code, number: new_ticket(code, lambda _: number), st.sampled_from(["KDR", "MDN", "SOLO"]), numbers
)
looks = st.sampled_from(
    [
        str.upper,
        str.lower,
        str.swapcase,
        lambda text: text.replace("0", "o"),
        lambda text: text.replace("1", "l"),
    ]
)
separators = st.sampled_from(["-", "", " ", "–", " - ", ". "])


@given(number=numbers, look=looks, separator=separators)
def test_written_any_way_it_is_read(number: int, look: Callable[[str], str], separator: str) -> None:
    ticket = new_ticket("KDR", lambda _: number)
    written = look(ticket).replace("-", separator)
    assert normalise(written) == ticket


@given(ticket=tickets)
def test_a_ticket_is_its_own_normal_form(ticket: str) -> None:
    assert normalise(ticket) == ticket


@given(ticket=tickets, place=st.integers(1, 8), character=st.sampled_from(ALPHABET))
def test_one_wrong_character_never_passes(ticket: str, place: int, character: str) -> None:
    compact = ticket.replace("-", "")
    at = len(compact) - place
    changed = compact[:at] + character + compact[at + 1 :]
    assert (normalise(changed) == ticket) if changed == compact else (normalise(changed) is None)


@given(text=st.text())
def test_no_text_is_too_odd(text: str) -> None:
    found = normalise(text)
    assert found is None or normalise(found) == found
