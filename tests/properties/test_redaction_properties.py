"""What holds for any text: redaction is stable, leaves no number of a person, and touches nothing else."""

from __future__ import annotations

import re
import string

from hypothesis import example, given
from hypothesis import strategies as st

from chalicelib.complaints.redaction import mask_nik, redact, redact_place

AWKWARD = """
    [NIK] [nama] [telepon] [email] [pelat] [ ] Pak Bu Sdr. Jl. Budi SRI nama saya a.n. AG 1234 XY hp 0812 +62 62 8
    3571010101900001 081234567890 a@b.id @ . (at) 05-06-2026 07.30 Rp blok B Lurah
    alamat Alamat: rumah saya tinggal di Jl. Mawar jl no 12 RT 02 RW 05 / Gg. II Perum depan warga lahir ttl Kediri
    istri nama: gmail dot com [alamat] [tanggal lahir] Blok C-12
"""
# Pieces that meet each other at awkward borders, beside arbitrary text.
PIECES = st.one_of(
    st.text(max_size=8),
    st.text(alphabet=string.digits + " -.+()/", max_size=20),
    st.sampled_from(AWKWARD.split()),
)
TEXTS = st.lists(st.tuples(PIECES, st.sampled_from(["", " ", "\n", "-", "."])), max_size=12).map(
    lambda pairs: "".join(piece + gap for piece, gap in pairs)
)
NAMES = st.lists(
    st.one_of(st.text(max_size=10), st.sampled_from(["nama", "NIK", "telepon", "Sri", "Pak Budi", "["])), max_size=3
)

GAPS = st.sampled_from(["", " ", "-", ".", " - ", "\u00a0", "\u2011"])
# Words that stand around a number; none of them means anything to the rules.
WORDS = st.sampled_from(["", "jalan ", "mohon dibantu, ", "lampu: ", "(", "\n"])


@given(TEXTS, NAMES)
@example("02000000000.0200)0000", [])  # the second number shows only once the first is masked
def test_redaction_is_idempotent(text: str, names: list[str]) -> None:
    once = redact(text, names)
    assert redact(once, names) == once
    place = redact_place(text, names)
    assert redact_place(place, names) == place


@given(TEXTS)
def test_masking_nik_is_idempotent_and_part_of_redaction(text: str) -> None:
    once = mask_nik(text)
    assert mask_nik(once) == once
    assert mask_nik(redact(text)) == redact(text)


@given(TEXTS)
def test_no_nik_is_left(text: str) -> None:
    for masked in (mask_nik(text), redact(text)):
        assert not re.search(r"\d{16}", masked)


@given(WORDS, st.text(string.digits, min_size=16, max_size=16), st.lists(GAPS, min_size=15, max_size=15), WORDS)
def test_every_spelling_of_a_nik_is_found(before: str, digits: str, gaps: list[str], after: str) -> None:
    spelled = "".join(digit + gap for digit, gap in zip(digits, [*gaps, ""], strict=True))
    assert mask_nik(before + spelled + after) == before + "[NIK]" + after


@st.composite
def phones(draw: st.DrawFn) -> str:
    """A mobile or landline number in any usual spelling."""
    mobile = draw(st.booleans())
    area = draw(st.sampled_from(["812", "857", "899", "878"] if mobile else ["21", "354", "31"]))
    rest = draw(st.text(string.digits, min_size=6, max_size=8))
    prefix = draw(st.sampled_from(["+62", "62", "0062", "0", "(+62) ", "+62 ", "+62-", "(0" if not mobile else "0"]))
    closing = ")" if prefix == "(0" else ""
    gap = draw(GAPS)
    half = draw(st.integers(2, 4))
    return f"{prefix}{area}{closing}{gap}{rest[:half]}{gap}{rest[half:]}"


@given(WORDS, phones(), WORDS)
def test_every_spelling_of_a_phone_is_found(before: str, phone: str, after: str) -> None:
    masked = redact(before + phone + after)
    assert not re.search(r"\d", masked)
    assert "[telepon]" in masked


@given(st.text(alphabet="abcdefghijklmnopqrstuvwxyz ,.?!\n", max_size=200))
def test_small_words_without_numbers_stay(text: str) -> None:
    """Nothing is masked without a digit, an @, a capital, or a word that introduces a name."""
    announced = r"nama|atas|bernama|alamat|alm|addr|tinggal|domisili|tempat|menetap|mukim|kos|kontrak|rumah|rmh|omah"
    if not re.search(rf"{announced}|diaman|warga|live|stay|home|house|\bat\b|\ban\b|saya|sy|aku|kami", text):
        assert redact(text) == text


@given(TEXTS)
def test_line_ends_stay(text: str) -> None:
    """Messages stay as many lines as they were."""
    assert mask_nik(text).count("\n") == text.count("\n")
