"""Thanks and greetings are no new complaint; everything else is taken for one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.complaints.courtesy import BESIDE, MOST_WORDS, POLITE, only_courtesy


@pytest.mark.parametrize(
    "text",
    [
        "Terima kasih",
        "TERIMA KASIH banyak pak \U0001f64f",
        "Makasih ya min!!",
        "terimakasih, sama2",
        "Assalamu\u2019alaikum",
        "Matur nuwun",
        "ok",
        "\U0001f64f\U0001f3fd\U0001f64f",
        "\U0001f44d",
        "\U0001f60a",
        "\u2764\ufe0f",
    ],
)
def test_courtesy(text: str) -> None:
    assert only_courtesy(text)


@pytest.mark.parametrize(
    "text",
    [
        None,
        "",
        "...",
        "?",
        "Pak",
        "terima kasih?",
        "Terima kasih, lampu masih mati",
        "Terima kasih atas bantuannya pak ya",
        "terima kasih 081234567890",
        "selamat pagi jalan rusak",
        "belum",
        "\U0001f525",
        "\U0001f64f lampu",
        "\u0441\u043f\u0430\u0441\u0438\u0431\u043e",
        "ok " * 40,
    ],
)
def test_no_courtesy(text: str | None) -> None:
    assert not only_courtesy(text)


OTHER = st.from_regex("[a-z]{1,12}", fullmatch=True).filter(lambda word: word not in POLITE | BESIDE)


@given(st.lists(st.sampled_from(sorted(POLITE)), max_size=MOST_WORDS - 1), OTHER, st.data())
def test_one_other_word_is_enough_to_be_a_complaint(words: list[str], other: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(words)))
    assert not only_courtesy(" ".join([*words[:at], other, *words[at:]]))
    assert not words or only_courtesy(" ".join(words))
