"""The catalogue and how things are written: complete in both languages, safe to show."""

import re
from datetime import UTC, datetime
from pathlib import Path
from string import Formatter

import aduan_client
import pytest
from aduan_client import formats, times
from aduan_client.errors import UsageError
from aduan_client.messages import MESSAGES, PARTS
from aduan_client.words import STATUSES, Words, language, status_code
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.complaints import lifecycle

SOURCES = Path(aduan_client.__file__).parent
WIB = formats.zone("WIB")


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


@pytest.mark.parametrize("key", MESSAGES)
def test_both_languages_say_the_same_thing(key: str) -> None:
    indonesian, english = MESSAGES[key]
    assert indonesian.strip() and english.strip()
    assert fields(indonesian) == fields(english)


def test_no_failure_takes_more_than_one_line() -> None:
    assert [key for key, pair in MESSAGES.items() if any("\n" in text for text in pair)] == []


def test_every_key_named_in_the_code_is_in_the_catalogue_and_the_other_way_round() -> None:
    code = "\n".join(path.read_text("utf-8") for path in SOURCES.rglob("*.py") if path.parent.name != "messages")
    groups = {key.partition(".")[0] for key in MESSAGES}
    named = set(re.findall(rf"""["']((?:{"|".join(groups)})\.\w+)["']""", code))
    assert named <= set(MESSAGES)
    # Looked up by a code of the API or of Typer, never by name
    by_code = {
        "status", "class", "channel", "clock", "clock_state", "lapor_state", "message", "destination", "usage",
        "reason", "event", "actor", "holiday", "alert_state", "alert_channel", "alert_kind", "alert_act", "queue",
        "weekday", "alert_step", "delivery", "part", "role", "survey_by", "changed",
    }  # fmt: skip
    by_part = {f"ledger.{part}" for part in re.findall(r'"(\w+)"', code)}
    unused = {key for key in MESSAGES if key.partition(".")[0] not in by_code} - named - by_part
    assert unused == set()


@pytest.mark.parametrize(
    ("code", "indonesian"),
    [
        ("received", "diterima"),
        ("verified", "terverifikasi"),
        ("assigned", "didisposisikan"),
        ("in_progress", "ditindaklanjuti"),
        ("responded", "dijawab"),
        ("closed", "selesai"),
        ("waiting", "menunggu pelapor"),
        ("rejected", "ditolak"),
        ("reopened", "dibuka kembali"),
    ],
)
def test_statuses_in_indonesian_and_back(code: str, indonesian: str) -> None:
    assert Words("id").term("status", code) == indonesian
    assert status_code(indonesian) == code
    assert status_code(indonesian.upper().replace(" ", "-")) == code
    assert status_code(code) == code


def test_no_two_statuses_share_a_word() -> None:
    words = [word for code in STATUSES for word in {code, *MESSAGES[f"status.{code}"]}]
    assert len(words) == len(set(words))
    assert status_code("hilang") is None


def test_a_code_without_a_word_is_shown_as_it_is_and_cannot_act_on_the_terminal() -> None:
    assert Words("id").term("class", "ringan") == "ringan"
    assert Words("id").term("class", "\x1b[31mringan") == "[31mringan"
    assert Words("en").term("class", None) == "\u2013"


@pytest.mark.parametrize(
    ("args", "env", "expected"),
    [
        ([], {}, "id"),
        (["--lang", "en", "list"], {}, "en"),
        (["list", "--lang=en"], {}, "en"),
        (["list"], {"ADUAN_LANG": "en_GB.UTF-8"}, "en"),
        (["--lang", "id"], {"ADUAN_LANG": "en"}, "id"),
        (["show", "--", "--lang", "en"], {}, "id"),
        (["--lang"], {}, "id"),
        (["--lang", "fr"], {}, "id"),
    ],
)
def test_language(args: list[str], env: dict[str, str], expected: str) -> None:
    assert language(args, env) == expected


@pytest.mark.parametrize(
    ("value", "zone", "lang", "expected"),
    [
        ("2026-11-21T02:15:00.000Z", "WIB", "id", "21 Nov 2026 09.15 WIB"),
        ("2026-11-21T02:15:00.000Z", "WITA", "id", "21 Nov 2026 10.15 WITA"),
        ("2026-11-21T02:15:00.000Z", "Asia/Jayapura", "id", "21 Nov 2026 11.15 WIT"),
        ("2026-05-31T17:00:00Z", "WIB", "id", "1 Jun 2026 00.00 WIB"),
        ("2026-05-01T02:05:00Z", "WIB", "id", "1 Mei 2026 09.05 WIB"),
        ("2026-05-01T02:05:00Z", "WIB", "en", "1 May 2026 09:05 WIB"),
        ("2026-12-31T16:59:59Z", "WIB", "id", "31 Des 2026 23.59 WIB"),
        ("2026-08-17T03:00:00Z", "UTC", "en", "17 Aug 2026 03:00 UTC"),
        (None, "WIB", "id", "\u2013"),
        ("kemarin\x1b[2J", "WIB", "id", "kemarin[2J"),
    ],
)
def test_times_are_shown_in_the_citys_zone(value: object, zone: str, lang: str, expected: str) -> None:
    assert formats.when(value, formats.zone(zone), lang) == expected


def test_a_time_without_its_zone_for_columns_that_name_it() -> None:
    assert formats.when("2026-11-21T02:15:00.000Z", WIB, label=False) == "21 Nov 2026 09.15"
    assert formats.zone_label(WIB) == "WIB"


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("2026-11-21", "2026-11-20T17:00:00.000Z"),
        ("2026-11-21T09:15", "2026-11-21T02:15:00.000Z"),
        ("2026-11-21T09:15:00.250+09:00", "2026-11-21T00:15:00.250Z"),
        (" 2026-11-21T02:15:00Z ", "2026-11-21T02:15:00.000Z"),
        ("2026-11-20 08.45", "2026-11-20T01:45:00.000Z"),
        ("2026-11-20T08.45", "2026-11-20T01:45:00.000Z"),
        ("2026-11-20T08.45+07:00", "2026-11-20T01:45:00.000Z"),
        ("2026-11-20 08.45.30", "2026-11-20T01:45:30.000Z"),
        ("20-11-2026 08.45", "2026-11-20T01:45:00.000Z"),
        ("20/11/2026", "2026-11-19T17:00:00.000Z"),
        ("20 Nov 2026 08.45 WIB", "2026-11-20T01:45:00.000Z"),
        ("20 Nov 2026 08.45 WIT", "2026-11-19T23:45:00.000Z"),
    ],
)
def test_times_typed_are_in_the_citys_zone_unless_they_say_otherwise(typed: str, expected: str) -> None:
    assert times.typed(typed, WIB) == expected


@given(
    st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)),
    st.sampled_from(["WIB", "WITA", "WIT"]),
    st.sampled_from(["id", "en"]),
)
def test_a_time_shown_is_taken_back_as_the_same_minute(moment: datetime, place: str, lang: str) -> None:
    shown = formats.when(moment.isoformat(), formats.zone(place), lang)
    assert formats.parse_time(times.typed(shown, formats.zone("WITA"))) == moment.replace(second=0, microsecond=0)


@given(st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)))
def test_a_time_from_the_api_goes_back_as_the_same_moment(moment: datetime) -> None:
    moment = moment.replace(microsecond=moment.microsecond // 1000 * 1000)
    assert formats.parse_time(times.typed(moment.isoformat(), WIB)) == moment


@pytest.mark.parametrize(
    "typed",
    ["", "kemarin", "31/02/2026", "2026-13-01", "0001-01-01", "45982", "08.45", "2026-11-20 8,75", "2026-11-20T08.4"],
)
def test_what_is_no_time_is_refused(typed: str) -> None:
    with pytest.raises(UsageError):
        times.typed(typed, WIB)


@pytest.mark.parametrize("name", ["", "Mars/Olympus", "../etc/passwd", "WIBB"])
def test_an_unknown_zone_is_refused(name: str) -> None:
    with pytest.raises(UsageError):
        formats.zone(name)


@given(st.text())
def test_nothing_that_acts_on_a_terminal_is_left(text: str) -> None:
    shown = formats.clean(text)
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", shown)
    assert "\n" not in formats.one_line(text)
    assert formats.clean(shown) == shown


def test_ordinary_text_is_left_alone() -> None:
    text = "Jalan berlubang 🕳️\n\tdi Jl. Dhoho – “parah” ꦗꦮ"
    assert formats.clean(text) == text
    assert formats.clean("satu\r\ndua\rtiga") == "satu\ndua\ntiga"


@pytest.mark.parametrize(
    ("count", "lang", "expected"),
    [
        (0, "id", "0 B"),
        (999, "id", "999 B"),
        (1000, "id", "1,0 kB"),
        (1234567, "id", "1,2 MB"),
        (1234567, "en", "1.2 MB"),
        (5e12, "en", "5000.0 GB"),
        (None, "id", "\u2013"),
    ],
)
def test_sizes(count: object, lang: str, expected: str) -> None:
    assert formats.size(count, lang) == expected


def test_numbers() -> None:
    assert formats.number(1234567, "id") == "1.234.567"
    assert formats.number(1234567, "en") == "1,234,567"
    assert formats.number(None) == "\u2013"


def test_the_words_for_a_status_and_a_reason_are_the_ones_the_city_uses() -> None:
    for group, words in (("status", lifecycle.STATUSES), ("reason", lifecycle.REASONS)):
        assert {code: Words("id").term(group, code) for code in words} == words


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        (0, "0 mnt"),
        (3599, "59 mnt"),
        (3600, "1 jam"),
        (47.9 * 3600, "47 jam"),
        (48 * 3600, "2 hari"),
        (1e7, "115 hari"),
    ],
)
def test_spans_of_time(seconds: float, expected: str) -> None:
    assert formats.span(seconds) == expected


def test_no_key_is_in_two_parts_of_the_catalogue() -> None:
    assert sum(len(part) for part in PARTS) == len(MESSAGES)
