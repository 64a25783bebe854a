"""Whatever is in the file: a city or a list of errors. Whatever changes: it is named, and only it."""

import json
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.complaints import toml_lines
from chalicelib.complaints.city import City, InvalidCity, checked, difference, from_stored, parse, to_json
from chalicelib.complaints.toml_lines import lines

MADIUN = (Path(__file__).parents[2] / "infra" / "cities" / "madiun.toml").read_text(encoding="utf-8")
CITY = parse(MADIUN)
DATA = json.loads(to_json(CITY))

leaves = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=9)
)
values = st.recursive(
    leaves,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["id", "class", "codes", "monday", "x"]), inner, max_size=3)
    ),
    max_leaves=8,
)


def somewhere(data: Any, draw: Callable[[Any], Any], depth: int) -> tuple[Any, Any]:
    """A container inside the data and one of its keys."""
    here = data
    key = draw(st.sampled_from(sorted(here)))
    for _ in range(depth):
        inner = here[key]
        if not isinstance(inner, dict | list) or not inner:
            break
        here = inner
        key = draw(st.sampled_from(sorted(here) if isinstance(here, dict) else range(len(here))))
    return here, key


@settings(max_examples=80, deadline=None)
@given(st.data())
def test_anything_anywhere_is_a_city_or_a_list_of_errors(data: st.DataObject) -> None:
    changed = json.loads(json.dumps(DATA))
    for _ in range(data.draw(st.integers(1, 3))):
        here, key = somewhere(changed, data.draw, data.draw(st.integers(0, 3)))
        if data.draw(st.booleans()):
            here[key] = data.draw(values)
        else:
            del here[key]
    try:
        city = checked(changed, {})
    except InvalidCity as refused:
        assert refused.errors
        assert all(isinstance(error, str) and error for error in refused.errors)
        return
    assert from_stored(to_json(city)) == city  # the types hold: the strict reader takes it
    assert (difference(CITY, city) == []) == (city == CITY)
    assert difference(city, city) == []


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=40))
def test_any_text_is_no_city(text: str) -> None:
    try:
        parse(text)
    except InvalidCity as refused:
        assert all(error.startswith("baris ") for error in refused.errors)
    else:
        raise AssertionError("that was no city")


@settings(max_examples=60, deadline=None)
@given(st.integers(0), st.sampled_from(["", " ", "\n", "#", '"', "x", "0", "]", "=", "[", ",", "\\"]))
def test_a_slip_in_the_file_is_a_city_or_errors_with_lines(place: int, slip: str) -> None:
    at = place % len(MADIUN)
    text = MADIUN[:at] + slip + MADIUN[at + 1 :]
    try:
        assert isinstance(parse(text), City)
    except InvalidCity as refused:
        last = text.count("\n") + 1
        for error in refused.errors:
            assert 1 <= int(error.split(":")[0].removeprefix("baris ")) <= last


keys = st.text(alphabet="abcXYZ019-_", min_size=1, max_size=5)
scalars = st.sampled_from(
    [
        "1",
        "-2.5",
        "true",
        "2026-01-01",
        '"a # ] } , = \\" b"',
        "'lit # ]'",
        '"""m\nn"""',
        "[]",
        "{}",
        "[1, 2]",
    ]
)


@given(st.lists(st.tuples(keys, scalars, st.integers(0, 2)), unique_by=lambda row: row[0], max_size=8))
def test_each_key_is_on_the_line_where_it_was_written(rows: list[tuple[str, str, int]]) -> None:
    text = ""
    expected: dict[toml_lines.Path, int] = {}
    for key, value, blank in rows:
        text += "# x = 1\n" * blank
        expected[(key,)] = text.count("\n") + 1
        text += f"{key} = {value} # end\n"
    tomllib.loads(text)
    found = lines(text)
    assert {path: found[path] for path in expected} == expected
    assert {path for path in found if len(path) == 1} == set(expected)
