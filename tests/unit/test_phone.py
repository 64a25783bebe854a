"""Telephone numbers as people say them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.complaints.phone import normalise


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("0812-3456 7890", "+6281234567890"),
        ("+62 812 3456 7890", "+6281234567890"),
        ("6281234567890", "+6281234567890"),
        ("81234567890", "+6281234567890"),
        ("0062812345678", "+62812345678"),
        ("(0354) 682345", "+62354682345"),
        ("+1 (202) 555-0143", "+12025550143"),
        ("+62 0812 3456 7890", "+6281234567890"),
        ("+62 (0)812 3456 7890", "+6281234567890"),
        ("62 0812-3456-7890", "+6281234567890"),
        ("0062 0812 3456 7890", "+6281234567890"),
        ("whatsapp:+6281234567890", "+6281234567890"),
        ("WhatsApp: 0812 3456 7890", "+6281234567890"),
        ("6281234567890@s.whatsapp.net", "+6281234567890"),
        ("6281234567890:12@s.whatsapp.net", "+6281234567890"),
        ("(0354) 2894000", "+623542894000"),
        ("+65 9123 4567", "+6591234567"),
        ("1708", None),
        ("whatsapp:1708", None),
        ("@s.whatsapp.net", None),
        ("+62 00812 3456 7890", None),
        ("081234567890@example.org", None),
        ("112", None),
        ("", None),
        ("+0812345678", None),
        ("bukan nomor", None),
        ("0812x3456789", None),
        ("+6281234567890123456", None),
    ],
)
def test_one_form_for_every_way_of_saying(said: str, kept: str | None) -> None:
    assert normalise(said) == kept


@given(st.text(alphabet="0123456789+-() ", max_size=25))
def test_what_is_kept_stays_what_it_is(said: str) -> None:
    kept = normalise(said)
    assert kept is None or normalise(kept) == kept
