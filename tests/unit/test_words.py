"""What people type, and the words meant by it."""

import pytest

from chalicelib.complaints import vocabulary
from chalicelib.complaints.words import (
    MOST_CHARACTERS,
    MOST_WORDS,
    Lexicon,
    Word,
    distance,
    skeleton,
    stem,
    stems,
    typed_words,
    understood,
    words,
)

KNOWN = Lexicon(
    {"lampu", "jalan", "sampah", "tumpuk", "urus", "sapu", "bolong", "parkir", "puskesmas", "rumah", "buang"}
)


@pytest.mark.parametrize(
    ("word", "root"),
    [
        ("pemangkasan", "pangkas"),
        ("dipangkas", "pangkas"),
        ("memotong", "potong"),
        ("penebangan", "tebang"),
        ("menyapu", "sapu"),
        ("penyakit", "sakit"),
        ("pengangkutan", "angkut"),
        ("pengerukan", "keruk"),
        ("diperbaiki", "baik"),
        ("perbaikan", "baik"),
        ("kebakaran", "kebakaran"),  # a fire, unlike what is burnt on purpose
        ("terbakar", "kebakaran"),
        ("kebakarannya", "kebakaran"),
        ("pembakaran", "bakar"),
        ("pemadam", "pemadam"),  # the fire brigade, unlike a power cut
        ("pemadaman", "padam"),
        ("memohon", "mohon"),
        ("permohonan", "mohon"),
        ("kemacetan", "macet"),
        ("berlubang", "lubang"),
        ("tersumbat", "sumbat"),
        ("sampahnya", "sampah"),
        ("airnya", "air"),
        ("dicairkan", "cair"),
        ("makan", "makan"),
        ("merah", "merah"),
        ("kering", "kering"),
        ("sekolah", "sekolah"),
        ("keluarga", "keluarga"),
        ("got", "got"),
    ],
)
def test_affixes_are_taken_away_and_roots_are_left_alone(word: str, root: str) -> None:
    assert stem(word) == root


@pytest.mark.parametrize(
    ("text", "typed"),
    [
        ("TOLONGGG matiii!!!", ["tolong", "mati"]),
        ("jalan2 lampu2nya", ["jalan", "lampunya"]),
        ("wi-fi e-KTP", ["wifi", "ektp"]),
        ("gorong-gorong", ["gorong", "gorong"]),
        ("Dhéwé", ["dhewe"]),
        ("bangett kk", ["banget", "kk"]),
        ("gang 3", ["gang", "3"]),
        ("", []),
        ("🙏🙏 ...", []),
    ],
)
def test_typing_habits(text: str, typed: list[str]) -> None:
    assert typed_words(text) == typed


def test_slang_and_javanese_mean_the_indonesian_word() -> None:
    assert stems("lampune dalan peteng") == ("lampune", "jalan", "gelap")
    assert stems("jln gk rata") == ("jalan", "tidak", "rata")
    assert stems("banyune ora mili") == ("air", "tidak", "alir")
    assert stems("omahku") == ("rumah",)
    assert stems("ijinnya apill") == ("izin", "lampu", "merah")


def test_a_word_said_twice_in_a_row_is_one() -> None:
    assert stems("gorong gorong, gorong-gorong buntu") == ("gorong", "buntu")


def test_numbers_and_letters_are_no_words_but_emergency_numbers_are() -> None:
    assert stems("112 tidak 08 x 10rb p3k") == ("112", "tidak", "p3k")


def test_spoken_forms_are_led_back_to_known_words() -> None:
    found = words("lampune numpuk ngurus nyapu bolongin mbuang", KNOWN)
    assert [one.stem for one in found] == ["lampu", "tumpuk", "urus", "sapu", "bolong", "buang"]
    assert found[1] == Word("numpuk", "tumpuk")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("samapah", "sampah"),
        ("smapah", "sampah"),
        ("sampahh", "sampah"),
        ("puskesmsa", "puskesmas"),
        ("puzkezmas", "puskesmas"),
        ("prkr", "parkir"),
        ("lmp", "lampu"),
        ("ramah", None),  # a word of its own, not rumah
        ("ampah", None),  # the first letter must be right
        ("xyzzyx", None),
        ("rsk", None),
        ("b3", None),
        ("p" * 30, None),
    ],
)
def test_misspellings_are_forgiven_within_bounds(typed: str, meant: str | None) -> None:
    assert KNOWN.nearest(typed) == meant


def test_a_word_of_its_own_is_no_misspelling() -> None:
    city = Lexicon({"evakuas", "tumbang", "gempa"})
    assert [city.nearest(stem(word)) for word in ("evaluasi", "tambang", "penumpang", "gempar")] == [None] * 4
    assert [city.nearest(stem(word)) for word in ("evkuasi", "tumbng", "gempaa")] == ["evakuas", "tumbang", "gempa"]


def test_a_misspelt_ending_is_corrected_too() -> None:
    city = Lexicon({"kebakaran"})
    assert [one.stem for one in words("kebakran kbakaran", city)] == ["kebakaran"]


def test_a_skeleton_that_fits_two_words_fits_none() -> None:
    assert Lexicon({"lampu", "lempo"}).nearest("lmp") is None


def test_of_two_corrections_the_nearer_wins_then_the_alphabet() -> None:
    assert Lexicon({"penerbangan", "penerangan"}).nearest("peneranggan") == "penerangan"
    assert Lexicon({"santunab", "santunac"}).nearest("santunad") == "santunab"


def test_an_unknown_word_stays_itself() -> None:
    assert words("kumaha", KNOWN) == [Word("kumaha", "kumaha")]
    assert "lampu" in KNOWN
    assert "kumaha" not in KNOWN


@pytest.mark.parametrize(
    ("one", "other", "limit", "away"),
    [
        ("lampu", "lampu", 1, 0),
        ("lampu", "lamp", 1, 1),
        ("lampu", "lapmu", 1, 1),
        ("lampu", "lempi", 2, 2),
        ("lampu", "lempi", 1, None),
        ("abc", "abcdef", 2, None),
        ("ca", "abc", 3, 3),
        ("", "ab", 2, 2),
        ("kitten", "sitting", 3, 3),
        ("abcdef", "ghijkl", 3, None),
    ],
)
def test_distance(one: str, other: str, limit: int, away: int | None) -> None:
    assert distance(one, other, limit) == away
    assert distance(other, one, limit) == away


def test_skeleton() -> None:
    assert skeleton("lampu") == "lmp"


def test_long_messages_cost_no_more_than_their_beginning() -> None:
    assert len(understood(["satu", "dua"] * 5000)) == MOST_WORDS
    assert typed_words("a" * MOST_CHARACTERS + " lampu")[-1] != "lampu"


def test_the_tables_contradict_nothing() -> None:
    spellings = [one for all_of in vocabulary.SPELLINGS.values() for one in all_of.split()]
    assert sorted(spellings) == sorted(set(spellings)), "a spelling means two words"
    assert not set(spellings) & {word for word in vocabulary.SPELLINGS if " " not in word}, "a word means another"
