"""`aduan linimasa` and `aduan lihat`: whatever the service writes into a case, people read words."""

import ast
import re
from collections.abc import Iterator
from io import StringIO
from typing import Any, get_args

import msgspec
import pytest
from aduan_client.formats import zone
from aduan_client.messages import MESSAGES
from aduan_client.views import timeline as view
from aduan_client.views.cases import case_sheet
from aduan_client.views.timeline import timeline_table
from aduan_client.words import Words
from rich.console import Console

from chalicelib.channels import whatsapp
from chalicelib.complaints import alerting, city, erasure, facts, lifecycle
from chalicelib.complaints.lifecycle import State
from chalicelib.desk import alert_cases, history, tapping
from chalicelib.desk.links import Link
from chalicelib.store import deliveries, outbox
from chalicelib.store.surveys import keep
from infra.package import ROOT

WRITERS = ("chalicelib/desk", "chalicelib/store", "scheduled")
# What makes a line of the timeline, and where its type is among the arguments.
MAKERS = {"Line": 1, "event_item": 2}


def written_types() -> set[str]:
    """The types of lines that the code names where it writes one."""
    found = set()
    for folder in WRITERS:
        for path in (ROOT / folder).glob("*.py"):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.Call):
                    name = node.func.id if isinstance(node.func, ast.Name) else ""
                    given = [node.args[MAKERS[name]]] if name in MAKERS and len(node.args) > 2 else []
                    given += [one.value for one in node.keywords if name == "Event" and one.arg == "type"]
                    found |= {one.value for part in given for one in ast.walk(part) if isinstance(one, ast.Constant)}
                if isinstance(node, ast.Dict):  # lines that are told, and stored as something else
                    keys = [key.value for key in node.keys if isinstance(key, ast.Constant)]
                    if {"at", "actor", "type", "data"} <= set(keys):
                        value = node.values[keys.index("type")]
                        found |= {value.value} if isinstance(value, ast.Constant) else set()
    return {one for one in found if isinstance(one, str)}


TYPES = {
    *lifecycle.LEADS_TO,
    *("received", "message", "joined", "left", "deadline", "erased", "relinked"),
    *(f"lapor_{state}" for state in (*outbox.UNCONFIRMED, outbox.CONFIRMED)),
    *(facts.ALERT, facts.ACT, facts.CONFIRMED, facts.SURVEY, alerting.ACKNOWLEDGED),
}


def test_every_type_of_a_line_has_words() -> None:
    literal = written_types()
    assert {"received", "message", "joined", "left", "deadline", "erased", "relinked", "assign"} <= literal
    assert {one for one in literal if one and one != "lapor_"} <= TYPES
    assert {one for one in TYPES if f"event.{one}" not in MESSAGES} == set()


# One value of everything that stands in the data of a line, by the name it has there.
def values(name: str) -> Any:
    known: dict[str, Any] = {
        "attachment": {"id": "0123456789abcdef", "name": "foto.jpg", "type": "image/jpeg", "size": 5},
        "location": {"lat": -7.8, "lon": 112.0, "name": "Pasar", "address": "Jl. Dhoho", "kelurahan": "Pojok"},
        "to": ["head", "officer"], "also": ["officer"], "by": ["email"], "skipped": [75], "extended": ["closing"],
        "parts": sorted(erasure.EVERYTHING), "status": "waiting", "before_waiting": "assigned", "class": "oversight",
        "channel": "phone", "reason": "incomplete", "clock": "follow_up", "kind": "edit", "notice": "confirmed",
        "delivery": "void", "action": "acknowledge", "due_at": "2026-11-21T03:00:00.000Z", "percent": 100,
        "until": "2026-11-21T03:00:00.000Z", "confidence": 1.0, "round": 2, "emergency": True, "secret": True,
        "anonymous": True, "by_link": True, "score": 4, "year": 2027, "count": 2, "supporters": 3, "city_version": 9,
    }  # fmt: skip
    return known.get(name, "2026-11-21T03:00:00.000Z" if name in lifecycle.CLOCKS else "tertulis")


def names() -> set[str]:
    """Every name that the data of a line may hold: what an erasure keeps, what actions bring, what a state has, and
    what is seen only by reading who writes it."""
    return {
        *erasure.KEPT, *erasure.NESTED, *erasure.WORDS, *lifecycle.CLOCKS, *lifecycle.SETTABLE,
        *(one.encode_name for one in msgspec.structs.fields(State)),
        *(need for needs in (*lifecycle.NEEDS.values(), *lifecycle.MAY_BRING.values()) for need in needs),
        *("message", "location", "notice", "delivery", "why", "also", "alert", "action", "attachment"),
    }  # fmt: skip


def data_of(tree: ast.AST) -> Iterator[str]:
    """The keys of a literal mapping that is put into a line."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Dict):
            yield from (key.value for key in node.keys if isinstance(key, ast.Constant) and isinstance(key.value, str))


def test_no_writer_of_a_line_says_what_is_not_looked_at_here() -> None:
    import inspect
    import textwrap

    from chalicelib.desk import entry, forwarding
    from chalicelib.store import casework

    writers = (
        *(alerting.DueStep.data, tapping._acknowledgement, history.difference, keep, casework._follow),
        *(entry._received, entry._assigned),
    )
    found = {name for one in writers for name in data_of(ast.parse(textwrap.dedent(inspect.getsource(one))))}
    assert found - names() <= {"pk", "sk", "at", "ended_at"}, "of other items"
    told = inspect.getsource(forwarding)
    assert set(re.findall(r'"(\w+)": (?:filed\.\w+|complaint_id|None|error\.status)', told)) <= names()
    assert {"clock", "alert", "action"} <= names() and "ACT, {" in inspect.getsource(tapping)


def shown(*lines: dict[str, Any], lang: str = "id") -> str:
    console = Console(width=400, record=True, file=StringIO())
    console.print(timeline_table(lines, Words(lang), zone("WIB")))
    return console.export_text()


def test_every_name_in_the_data_of_a_line_has_words_or_is_left_out() -> None:
    for name in sorted(names()):
        text = shown({"at": None, "actor": "system", "type": "note", "data": {name: values(name)}})
        assert not re.search(rf"\b{name}: ", text), text
        if name not in (*view.UNTOLD, *view.WRITTEN):
            assert ": " in text, name
    # What changed is said like what was brought.
    changed = {name: values(name) for name in sorted(names()) if name not in (*erasure.NESTED, *view.WRITTEN)}
    text = shown({"at": None, "actor": "a", "type": "set", "data": {"before": {}, "after": changed}})
    assert [one for one in names() if f"{one}: " in text] == []


def test_every_code_in_a_line_has_a_word() -> None:
    groups: dict[str, Any] = {
        "alert_step": get_args(alerting.Kind),
        "role": alert_cases.ROLES,
        "alert_channel": ("email", "whatsapp", "none"),
        "alert_act": tapping.DONE,
        "part": erasure.EVERYTHING,
        "survey_by": ("chat", "desk", "link"),
        "delivery": {*outbox.UNCONFIRMED, outbox.CONFIRMED, outbox.ERASED, facts.VOID},
        "clock": lifecycle.CLOCKS,
        "class": city.CLASSES,
        "message": whatsapp.LABELS,
        "alert_state": deliveries.STATES,
    }
    missing = {f"{group}.{code}" for group, codes in groups.items() for code in codes} - set(MESSAGES)
    assert missing == set()
    assert {code: Words().term("role", code) for code in alert_cases.ROLES} == alert_cases.ROLES


def test_lines_as_they_are_read() -> None:
    at = "2026-11-21T03:00:00.000Z"
    link = Link(d="d", t="KDR-7Q4M-2X9D", c="follow_up", n=1, r="head", o="dpupr", x=0)
    lines: list[tuple[str, str, dict[str, Any], str]] = [
        ("reporter", "received", {"channel": "whatsapp", "class": "complaint"}, "pelapor melapor"),
        ("operator1", "received", {"channel": "phone"}, "operator1 menerima"),
        (history.ACTOR, "respond", {"text": "Sudah."}, "impor menjawab"),
        ("admin1", "joined", {"ticket": "KDR-7Q4M-2X9D", "count": 2}, "admin1 menggabungkan aduan lain ke sini"),
        ("system", "lapor_failed", {"reason": "HTTP 422", "status": 422}, "sistem mencatat penolakan LAPOR!"),
        (link.actor, "acknowledged", {"until": at, "round": 1}, "kepala OPD dpupr (lewat tautan) menerima aduan"),
        ("reporter", "survey", {"element": "U3", "score": 4, "by": "chat"}, "pelapor menjawab survei"),
        ("system", "alert", {"kind": "breach", "to": ["head"], "by": ["email"]}, "sistem memberi tahu pejabat"),
    ]
    text = shown(*({"at": at, "actor": actor, "type": type_, "data": data} for actor, type_, data, _ in lines))
    for *_, words in lines:
        assert words in text
    for words in (
        "Tiket: KDR-7Q4M-2X9D", "Jumlah laporan: 2", "Sebab: HTTP 422", "Unsur: U3", "Lewat: percakapan",
        "Jenis: lewat tenggat", "Kepada: kepala OPD", "Lewat: surel",
        "Peringatan berhenti sampai: 21 Nov 2026 10.00 WIB",
    ):  # fmt: skip
        assert words in text
    assert "Putaran" not in text and "Status: 422" not in text
    decided = {"reason": "decided by a person", "complaint_id": "5400001", "tracking_id": None}
    lost = {"reason": "no answer (ReadTimeout)"}
    settled = [("admin1", "lapor_confirmed", decided), ("system", "lapor_ambiguous", lost)]
    text = shown(*({"at": at, "actor": actor, "type": type_, "data": data} for actor, type_, data in settled))
    assert "admin1 mencatat nomor LAPOR!" in text and "LAPOR!: 5400001" in text and "decided" not in text
    assert "Sebab: tidak ada jawaban" in text


@pytest.mark.parametrize("lang", ["id", "en"])
def test_a_timeline_fits_a_terminal(lang: str) -> None:
    data = {name: values(name) for name in sorted(names()) if name not in erasure.NESTED}
    console = Console(width=80, record=True, file=StringIO())
    line = {"at": "2026-11-21T03:00:00.000Z", "actor": "tautan:head@dpupr", "type": "alert", "data": data}
    console.print(timeline_table([line], Words(lang), zone("WIB")))
    assert max(map(len, console.export_text().splitlines())) <= 80


def sheet(**case: Any) -> str:
    console = Console(width=100, record=True, file=StringIO())
    console.print(case_sheet({"ticket": "KDR-7Q4M-2X9D", "status": "received", **case}, Words(), zone("WIB")))
    return console.export_text()


def test_a_message_says_what_it_is_and_a_place_where() -> None:
    place = {"lat": -7.81, "lon": 112.01, "name": "Pasar Pahing", "address": None}
    text = sheet(
        messages=[
            {"type": "edit", "text": "maksud saya RT 3", "at": None},
            {"type": "location", "text": None, "location": place, "at": None},
            {"type": "image", "text": None, "location": None, "at": None},
        ]
    )
    rows = [re.split(r" {2,}", line.strip()) for line in text.splitlines()]
    assert ["–", "perubahan pesan", "maksud saya RT 3"] in rows
    assert ["–", "lokasi", "Pasar Pahing · -7.81, 112.01"] in rows
    assert ["–", "foto", "–"] in rows


def test_a_suggestion_is_shown_when_there_is_one() -> None:
    nothing: dict[str, Any] = {
        "category": None, "department": None, "kelurahan": None, "confidence": 0.0, "words": [], "guess": None,
        "runner_up": None,
    }  # fmt: skip
    assert "Saran" not in sheet(suggestion=nothing) and "Saran" not in sheet(suggestion=None)
    text = sheet(suggestion={**nothing, "kelurahan": "Pojok"})
    assert "Saran" in text and "Pojok" in text and "Keyakinan" not in text
    text = sheet(suggestion={**nothing, "guess": "sampah", "confidence": 0.41, "words": ["sampah"]})
    assert "mungkin sampah" in text and "41%" in text
    sure = {**nothing, "category": "sampah", "department": "dlhkp", "guess": "sampah", "confidence": 0.9}
    text = sheet(suggestion=sure)
    assert "mungkin" not in text and "dlhkp" in text and "90%" in text
