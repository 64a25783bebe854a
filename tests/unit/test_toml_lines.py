"""The line of every key, in all the ways TOML lets one write it."""

import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from chalicelib.complaints.toml_lines import lines

TEXT = '''\
a = 1 # komentar = 9
"b c" . d = 2
'e'.'f.g' = "x # = ] \\" y"

[t] # [bukan]
list = [
    1, "dua, ]", # tiga,
    { x = 1, y = [ 2,
      3 ] }, [
      4
    ],
]
long = """
[bukan]
z = 1 \\""" """"
raw = \'\'\'
q = 1\'\'\'
after = 2026-01-01T00:00:00Z
empty = []
none = {}
[t.u.v]
w.x = -1.5e3

[[s]]
n = 1
[[s]]
n = 2
  [s.m]
  k = true
  [[s.deep]]
  j = 1
  [[s.deep]]
  j = 2
[[s]]
[last]
'''


def paths(value: object, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    yield path
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, one in inner:
        yield from paths(one, (*path, key))


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("a",), 1),
        (("b c",), 2),
        (("b c", "d"), 2),
        (("e", "f.g"), 3),
        (("t",), 5),
        (("t", "list"), 6),
        (("t", "list", 0), 7),
        (("t", "list", 1), 7),
        (("t", "list", 2), 8),
        (("t", "list", 2, "y"), 8),
        (("t", "list", 2, "y", 1), 9),
        (("t", "list", 3), 9),
        (("t", "list", 3, 0), 10),
        (("t", "long"), 13),
        (("t", "raw"), 16),
        (("t", "after"), 18),
        (("t", "none"), 20),
        (("t", "u"), 21),  # a table that only its children name
        (("t", "u", "v"), 21),
        (("t", "u", "v", "w"), 22),
        (("t", "u", "v", "w", "x"), 22),
        (("s",), 24),
        (("s", 0), 24),
        (("s", 0, "n"), 25),
        (("s", 1, "n"), 27),
        (("s", 1, "m", "k"), 29),
        (("s", 1, "deep", 0, "j"), 31),
        (("s", 1, "deep", 1, "j"), 33),
        (("s", 2), 34),
        (("last",), 35),
    ],
)
def test_lines(path: tuple[str | int, ...], line: int) -> None:
    tomllib.loads(TEXT)
    assert lines(TEXT)[path] == line


def test_nothing_is_missed_and_nothing_is_made_up() -> None:
    known = set(paths(tomllib.loads(TEXT))) - {()}
    assert set(lines(TEXT)) == known


@pytest.mark.parametrize("name", ["kediri", "madiun"])
def test_the_shipped_cities_are_located_throughout(name: str) -> None:
    text = (Path(__file__).parents[2] / "infra" / "cities" / f"{name}.toml").read_text(encoding="utf-8")
    found = lines(text)
    rows = text.splitlines()
    for path in set(paths(tomllib.loads(text))) - {()}:
        row = rows[found[path] - 1]
        assert isinstance(path[-1], int) or path[-1] in row


def test_an_empty_file_has_no_lines() -> None:
    assert lines("") == lines("\n# nothing\n") == {}
