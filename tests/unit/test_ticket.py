"""Ticket numbers: their form, how they are read, and how much their check character catches."""

import re
from itertools import permutations

import pytest

from chalicelib.complaints.ticket import ALPHABET, check_character, new_ticket, normalise


def next_carry(carry: int, value: int) -> int:
    """One step of the hybrid sum, written down from the standard and apart from the code under test."""
    total = (carry + value) % 32
    return (32 if total == 0 else total) * 2 % 33


def test_a_ticket_is_the_city_code_seven_random_characters_and_a_check_character() -> None:
    asked = []

    def bits(count: int) -> int:
        asked.append(count)
        return 0b00000_00001_00010_00011_00100_00101_11111

    ticket = new_ticket("KDR", bits)
    assert asked == [35]
    assert ticket.startswith("KDR-0123-45Z")
    assert ticket == normalise(ticket)


def test_known_answers() -> None:
    assert new_ticket("KDR", lambda _: 0) == "KDR-0000-000X"
    assert new_ticket("MDN", lambda _: 2**35 - 1) == "MDN-ZZZZ-ZZZ" + check_character("ZZZZZZZ")
    carry = 32
    for character in "7Q4M2X9":
        carry = next_carry(carry, ALPHABET.index(character))
    assert (carry + ALPHABET.index(check_character("7Q4M2X9"))) % 32 == 1


def test_tickets_differ() -> None:
    assert len({new_ticket("KDR") for _ in range(500)}) == 500
    assert all(re.fullmatch(r"KDR-[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}", new_ticket("KDR")) for _ in range(50))


@pytest.mark.parametrize(
    "written",
    [
        "kdr-0000-000x",
        "KDR0000000X",
        " KDR 0000 000X ",
        "kdr-oooo-OOOx",
        "K D R – 0 0 0 0 – 0 0 0 X",
        "KDR\u00a00000.000_X",
        "KDR\n0000-000X",
    ],
)
def test_a_ticket_is_read_as_people_write_it(written: str) -> None:
    assert normalise(written) == "KDR-0000-000X"


def test_i_and_l_are_read_as_one() -> None:
    ticket = "KDR-1111-111" + check_character("1111111")
    assert normalise("kdr-ilIL-1i1" + ticket[-1]) == ticket


@pytest.mark.parametrize(
    "text",
    [
        "",
        "KDR",
        "KDR-0000-0001",  # the check character is wrong
        "KDR-0000-000",
        "KDR-0000-000XX",
        "K-0000-000X",
        "KEDIRI-0000-000X",
        "KD1-0000-000X",
        "0000-000X",
        "KDR-0000-00UH",  # U is not in the alphabet
        "KDR-0000/000X",
        "KDR-ſſſſ-ſſſſ",  # folds to S where case is ignored beyond ASCII
        "KDR-٠٠٠٠-٠٠٠X",
    ],
)
def test_anything_else_is_no_ticket(text: str) -> None:
    assert normalise(text) is None


def test_every_single_wrong_character_is_caught() -> None:
    """For each state of the sum, each character leads to a state of its own: so no other fits."""
    for carry in range(1, 33):
        assert len({next_carry(carry, value) for value in range(32)}) == 32
        assert len({value for value in range(32) if (carry + value) % 32 == 1}) == 1
    for body in ("7Q4M2X9", "0000000", "ZZZZZZZ", "ABCDEFG"):
        ticket = body + check_character(body)
        for place in range(8):
            for character in set(ALPHABET) - {ticket[place]}:
                assert normalise("KDR" + ticket[:place] + character + ticket[place + 1 :]) is None


def test_exchanged_neighbours_are_caught_but_for_one_in_496() -> None:
    missed = [
        (carry, one, other)
        for carry in range(1, 33)
        for one, other in permutations(range(32), 2)
        if next_carry(next_carry(carry, one), other) == next_carry(next_carry(carry, other), one)
    ]
    assert len(missed) * 496 == 32 * 32 * 31
