"""The holidays in a city's file are edited as text: comments, order and everything else stay."""

import tomllib
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from aduan_client import holidays
from aduan_client.formats import zone
from aduan_client.holidays import Holiday
from aduan_client.views.timeline import timeline_table
from aduan_client.words import Words
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from chalicelib.complaints.calendar import known_years
from chalicelib.complaints.city import parse

KEDIRI = (Path(__file__).parents[2] / "infra/cities/kediri.toml").read_text("utf-8")
SMALL = """# Kota
name = "Kota"  # nama

holidays = [
    # 2026
    { date = 2026-01-01, kind = "public", name = "Tahun Baru", source = "SKB" },  # Kamis
    { date = 2026-08-17, kind = "public", name = "Merdeka", source = "SKB" },
    # 2027: [belum] "pasti"
    { date = 2027-01-01, kind = "public", name = "Tahun { Baru ], #1", source = 'SKB' }
]

# Jam kerja
[hours]
monday = ["08:00-16:00"]
"""


def day(on: str, kind: str = "local", name: str = "Hari Jadi", **more: Any) -> Holiday:
    return Holiday(date=date.fromisoformat(on), kind=kind, name=name, source="SK Wali Kota", **more)


def lines(before: str, after: str) -> tuple[list[str], list[str]]:
    """What was taken away, and what was added."""
    old, new = before.splitlines(), after.splitlines()
    return [line for line in old if line not in new], [line for line in new if line not in old]


ADDED = '    { date = 2026-07-27, kind = "local", name = "Hari Jadi", source = "SK Wali Kota" },'


def test_an_entry_goes_to_its_place_and_nothing_else_changes() -> None:
    after = holidays.add(SMALL, [day("2026-07-27")])
    assert lines(SMALL, after) == ([], [ADDED])
    told = after.splitlines()
    assert told[told.index(ADDED) - 1].endswith("# Kamis")
    assert holidays.remove(after, date(2026, 7, 27)) == SMALL


@pytest.mark.parametrize(
    ("on", "before", "after"),
    [
        ("2025-12-26", "holidays = [", "    # 2026"),  # a year of its own goes above the next one's comment
        ("2026-12-25", '"Merdeka"', "    # 2027"),
        ("2027-01-02", "2027-01-01", "]"),
        ("2028-01-01", "2027-01-01", "]"),
    ],
)
def test_it_stands_between_its_neighbours(on: str, before: str, after: str) -> None:
    told = holidays.add(SMALL, [day(on)]).splitlines()
    (at,) = [number for number, line in enumerate(told) if f"date = {on}" in line]
    assert before in told[at - 1]
    assert told[at + 1].startswith(after)


def test_the_first_of_a_year_goes_below_that_years_comment() -> None:
    text = SMALL.replace("2027-01-01", "2027-02-06")
    told = holidays.add(text, [day("2027-01-01")]).splitlines()
    (at,) = [number for number, line in enumerate(told) if "date = 2027-01-01" in line]
    assert told[at - 1].startswith("    # 2027")


def test_an_opening_has_hours_and_quotes_are_kept() -> None:
    after = holidays.add(SMALL, [day("2026-08-18", "opening", 'Layanan "khusus" \\ Sabtu', hours=("08:00-12:00",))])
    (entry,) = [one for one in tomllib.loads(after)["holidays"] if one["kind"] == "opening"]
    assert entry["name"] == 'Layanan "khusus" \\ Sabtu'
    assert entry["hours"] == ["08:00-12:00"]


def test_a_list_on_one_line_and_no_list_at_all() -> None:
    one = 'holidays = [{ date = 2026-01-01, kind = "public", name = "a", source = "b" }]\n[hours]\n'
    both = holidays.add(one, [day("2025-01-01"), day("2026-07-27")])
    assert [entry["date"].isoformat() for entry in tomllib.loads(both)["holidays"]] == [
        "2025-01-01",
        "2026-01-01",
        "2026-07-27",
    ]
    none = SMALL[: SMALL.index("holidays")] + SMALL[SMALL.index("# Jam") :]
    made = holidays.add(none, [day("2026-07-27")])
    assert "# Jam kerja\n[hours]" in made
    assert len(tomllib.loads(made)["holidays"]) == 1
    assert holidays.add('name = "x"', [day("2026-07-27")]).endswith("]\n\n")


def test_a_whole_year_gets_a_heading_once() -> None:
    after = holidays.add(SMALL, [day("2028-05-01"), day("2028-01-01"), day("2027-05-01")], "2028: perkiraan")
    told = after.splitlines()
    assert told.count("    # 2028: perkiraan") == 1
    at = told.index("    # 2028: perkiraan")
    assert [line[13:23] for line in told[at + 1 : at + 3]] == ["2028-01-01", "2028-05-01"]
    assert "2027-05-01" in told[at - 1]


def test_what_is_there_already_is_said() -> None:
    with pytest.raises(holidays.Known):
        holidays.add(SMALL, [day("2026-01-01", "public")])
    assert "2026-01-01" in holidays.add(SMALL, [day("2026-01-01", "local")])  # another kind is another entry


def test_removing_what_is_not_there_or_there_twice() -> None:
    with pytest.raises(holidays.Unknown) as none:
        holidays.remove(SMALL, date(2026, 7, 27))
    assert none.value.kinds == ()
    both = holidays.add(SMALL, [day("2026-01-01", "local")])
    with pytest.raises(holidays.Unknown) as two:
        holidays.remove(both, date(2026, 1, 1))
    assert set(two.value.kinds) == {"public", "local"}
    assert holidays.remove(both, date(2026, 1, 1), "local") == SMALL
    with pytest.raises(holidays.Unknown):
        holidays.remove(SMALL, date(2026, 1, 1), "local")
    last = holidays.remove(SMALL, date(2027, 1, 1))
    assert [entry["date"].year for entry in tomllib.loads(last)["holidays"]] == [2026, 2026]


@pytest.mark.parametrize(
    "toml",
    [
        '[[holidays]]\ndate = 2026-01-01\nkind = "public"\nname = "a"\nsource = "b"\n',
        '[x]\nholidays = [\n]\n[[holidays]]\ndate = 2026-01-01\nkind = "public"\nname = "a"\nsource = "b"\n',
        'x = """\nholidays = [\n"""\n',
        "holidays = 1\n",
    ],
)
def test_what_cannot_be_edited_safely_is_left_alone(toml: str) -> None:
    with pytest.raises(holidays.NotEditable):
        holidays.add(toml, [day("2026-07-27")])


@given(
    st.lists(
        st.builds(
            Holiday,
            date=st.dates(date(2024, 1, 1), date(2030, 12, 31)),
            kind=st.sampled_from(["local", "cuti_bersama"]),
            name=st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=30),
            source=st.just("SK"),
            verify=st.booleans(),
        ),
        max_size=6,
        unique_by=lambda one: (one.date, one.kind),
    )
)
def test_adding_and_removing_again_gives_the_same_text(entries: list[Holiday]) -> None:
    after = holidays.add(SMALL, entries)
    listed = [(one["date"], one["kind"]) for one in tomllib.loads(after)["holidays"]]
    assert [on for on, _ in listed] == sorted(on for on, _ in listed)
    back = after
    for one in entries:
        back = holidays.remove(back, one.date, one.kind)
    assert back.replace("'SKB' },", "'SKB' }") == SMALL  # a comma behind the last entry may stay


def test_the_shipped_city_can_be_edited_and_stays_a_city() -> None:
    city = parse(holidays.add(KEDIRI, [day("2026-07-27")]))
    assert [one.name for one in city.holidays if one.kind == "local"] == ["Hari Jadi"]


def test_a_year_out_of_the_library_is_to_be_verified_and_has_no_cuti_bersama() -> None:
    found = holidays.national(2028)
    assert {one.kind for one in found} == {"public"}
    assert all(one.verify and one.date.year == 2028 and one.source.startswith("pustaka holidays ") for one in found)
    names = [one.name for one in found]
    assert "Hari Kemerdekaan Republik Indonesia" in names
    assert not any("perkiraan" in name for name in names)
    city = parse(holidays.add(KEDIRI, found, "2028"))
    assert 2028 in known_years(city.holidays)


def test_the_list_as_the_api_gives_it() -> None:
    city = {"holidays": [{"date": "2027-01-01", "kind": "local"}, {"date": "2026-01-01", "kind": "public"}]}
    assert [one["date"] for one in holidays.of_year(city, None)] == ["2026-01-01", "2027-01-01"]
    assert [one["date"] for one in holidays.of_year(city, 2027)] == ["2027-01-01"]
    assert holidays.years_known(city) == [2026]
    assert holidays.years_known({}) == []


def test_the_timeline_says_in_words_why_a_deadline_moved() -> None:
    moved = {
        "at": "2026-11-21T03:00:00.000Z",
        "actor": "system",
        "type": "deadline",
        "data": {
            "why": "Kalender kota berubah: libur baru 24-11-2026 (Pilkada).",
            "city_version": 2,
            "before": {"verification": "2026-11-25T09:00:00.000Z", "closing": None},
            "after": {"verification": "2026-11-26T09:00:00.000Z", "closing": "2026-12-01T09:00:00.000Z"},
            "due": {"verification": "2026-11-26T09:00:00.000Z"},
        },
    }
    console = Console(width=200, record=True, file=StringIO())
    console.print(timeline_table([moved], Words("id"), zone("WIB")))
    shown = console.export_text()
    assert "sistem menghitung ulang tenggat" in shown
    assert "verifikasi: 25 Nov 2026 16.00 WIB \u2192 26 Nov 2026 16.00 WIB" in shown
    assert "penutupan: \u2013 \u2192 1 Des 2026 16.00 WIB" in shown
    assert "libur baru 24-11-2026" in shown and "due" not in shown
