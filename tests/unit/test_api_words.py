"""What the API says when it refuses: Indonesian, whatever part of it speaks (docs/api.md)."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest

from chalicelib.api import shapes
from chalicelib.complaints import lifecycle
from chalicelib.complaints import shapes as building
from chalicelib.complaints.blank import blank
from chalicelib.complaints.lifecycle import Incomplete
from chalicelib.desk import names

ROOT = Path(__file__).parents[2]
# Words that no Indonesian sentence has.
ENGLISH = re.compile(r"\b(the|is|are|not|must|of|needs?|this|with|its|such|whole|expected|invalid)\b", re.IGNORECASE)


def said(node: ast.expr) -> str:
    """The words of a literal; what is filled in is left out."""
    if isinstance(node, ast.JoinedStr):
        return "…".join(said(part) for part in node.values)
    return str(node.value) if isinstance(node, ast.Constant) else "…"


def raised(name: str, argument: int, *folders: str) -> Iterator[tuple[str, str]]:
    """The words given to each `name(…)` in the code, and where."""
    for path in sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            called = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == name
            if called and isinstance(node, ast.Call) and len(node.args) > argument:
                yield f"{path.name}:{node.lineno}", said(node.args[argument])


def test_every_problem_is_told_in_indonesian() -> None:
    details = dict(raised("Problem", 1, "chalicelib/api", "chalicelib/desk"))
    assert len(details) > 50
    assert {where: words for where, words in details.items() if ENGLISH.search(words)} == {}


def test_what_an_action_lacks_is_told_in_indonesian() -> None:
    used = {why for _, why in raised("Incomplete", 1, "chalicelib/complaints")}
    assert used == set(get_args(lifecycle.Lack)) == set(names.LACKS)
    for why in get_args(lifecycle.Lack):
        assert not ENGLISH.search(names.incomplete(Incomplete("field", why)))


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        (
            {},
            "changes: sebutkan satu atau beberapa dari class, category, location, anonymous, secret, tanpa yang lain.",
        ),
        ({"class": " "}, "class: harus teks, dan tidak boleh kosong."),
        ({"location": "pasar"}, "location: harus tabel dengan lat, lon, address, kelurahan."),
    ],
)
def test_a_change_that_is_none(changes: dict[str, Any], sentence: str) -> None:
    action = lifecycle.Action(type="set", role="operator", data={"changes": changes})
    with pytest.raises(Incomplete) as lacking:
        lifecycle.apply(lifecycle.State(status="received"), action)
    assert names.incomplete(lacking.value) == sentence


def faults(kind: type[Any], data: object) -> dict[str, str]:
    found: list[building.Problem] = []
    building.build(kind, data, (), found)
    return {".".join(map(str, fault.path)): fault.message for fault in found}


def test_a_body_of_wrong_shapes_is_told_in_indonesian() -> None:
    step = {"at": 5, "type": "x" * 300, "data": []}
    wrong = {
        "channel": "merpati", "text": 5, "secret": None, "location": {"lat": 91.5, "lon": "x"},
        "received_at": "kemarin", "reporter": [], "history": [step] * 41, "external_id": "", "warna": 1,
    }  # fmt: skip
    found = faults(shapes.NewCase, wrong)
    assert len(found) > 100
    assert {field: words for field, words in found.items() if ENGLISH.search(words)} == {}
    assert (found["history"], found["history.0.at"]) == ("paling banyak 40 butir", "harus waktu, bukan bilangan bulat")
    attached = faults(shapes.Attach, {"attachment": {"id": "?" * 5000, "type": "a/b", "size": 2**80}})
    assert {field: words for field, words in attached.items() if ENGLISH.search(words)} == {}
    assert len(attached["attachment.id"]) < 150  # what was given is not sent back by the page


@pytest.mark.parametrize(
    "nothing", ["\u200b\u200b", "\u2060", " \u00a0\t", "\ufeff", "\u3164", "\u2800", "\u202e\u200f"]
)
def test_a_text_that_shows_nothing_is_refused(nothing: str) -> None:
    assert blank(nothing)
    assert set(faults(shapes.Respond, {"text": nothing})) == {"text"}
    for something in ("\U0001f44d\ufe0f", f"{nothing}ya{nothing}", "\u0643\u0628\u064a\u0631"):
        assert not blank(something)
        assert faults(shapes.Respond, {"text": something}) == {}


@pytest.mark.parametrize("field", ["text", "note", "category", "external_id"])
def test_a_nul_is_refused_in_every_text(field: str) -> None:
    body = {"channel": "phone", "text": "Lampu mati", field: "Lampu\0mati\n"}
    assert faults(shapes.NewCase, body) == {field: "tidak boleh berisi NUL (U+0000)"}
    assert faults(shapes.NewCase, {**body, field: "Lampu\tmati\x07\n\n"}) == {}


@pytest.mark.parametrize(
    ("kind", "data", "field"),
    [
        (shapes.Respond, {"text": "\0"}, "text"),
        (shapes.Note, {"text": "\n\0"}, "text"),
        (shapes.Set, {"changes": {"location": {"address": "Jl.\0"}}}, "changes.location.address"),
        (shapes.NewCase, {"channel": "phone", "text": "x", "reporter": {"name": "A\0"}}, "reporter.name"),
    ],
)
def test_a_nul_is_refused_wherever_it_is(kind: type[Any], data: Any, field: str) -> None:
    assert faults(kind, data) == {field: "tidak boleh berisi NUL (U+0000)"}


def test_a_text_of_nothing_but_space_is_empty() -> None:
    assert faults(shapes.Note, {"text": " \n"}) == {"text": "tidak boleh kosong"}
