"""A reporter who stays anonymous stays so in his own words: every door behind which a department reads them."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import msgspec
import pytest

from chalicelib.api import answer_shapes
from chalicelib.desk import alert_cases, casework, deadlines, entry, exporting, hiding, likeness, searching, views
from chalicelib.desk.people import Staff
from chalicelib.desk.searching import Question
from chalicelib.store import cases
from chalicelib.store.tables import Event
from tests.unit.persons import change, empty_cloud, kept, write

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
ADMIN = Staff("admin1", "admin", None)
OPEN_TO = [ADMIN, Staff("operator1", "operator", None), Staff("auditor1", "auditor", None)]
HIDDEN_FROM = [Staff("head1", "head", "dishub"), Staff("officer1", "officer", "dishub")]
TEXT = (
    "Lampu mati di Jl. Dhoho depan toko buku, kata istri saya Merpati. NIK 3571010101900001, hp 0812-3456-7890, "
    "kutilang@contoh.id. Alamat: Perum Griya Asri Blok C-12. Merpati jatuh, mohon Kutilang dikabari"
)
MASKED = (
    "Lampu mati di Jl. Dhoho depan toko buku, kata istri saya [nama]. NIK [NIK], hp [telepon], "
    "[email]. Alamat: [alamat]. [nama] jatuh, mohon [nama] dikabari"
)
NOTE = "Pelapor Kutilang menelepon dari 081234567890"
PERSON = {"name": "Kutilang", "phone": "081234567890", "anonymous": True}
PLACE = {"lat": -7.81, "lon": 112.01, "address": "Jl. Anggrek 12 RT 02, depan pos", "kelurahan": "Betet"}
SECRETS = ("utilang", "erpati", "3571010101900001", "81234567890", "0812-3456", "contoh.id", "Griya", "C-12", "RT 02")


@pytest.fixture(autouse=True)
def cloud(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with empty_cloud(monkeypatch):
        kept()
        yield


def enter(**given: Any) -> str:
    usual: dict[str, Any] = {"class_": None, "category": "penerangan_jalan", "department": "dishub", "note": NOTE}
    usual |= {"location": PLACE, "received_at": None, "reporter": PERSON, "secret": False}
    made = entry.Entry(**{**usual, "channel": "phone", "text": TEXT, **given})
    return entry.enter(made, ADMIN, once=None, now=NOW).ticket


def found(ticket: str) -> cases.Dossier:
    dossier = cases.dossier(ticket)
    assert dossier is not None
    return dossier


def doors(ticket: str, person: Staff) -> dict[str, Any]:
    """What a person reads of a case: alone, in the list, and beside one that is like it."""
    other = enter(text="Lampu mati", reporter={}, note=None)
    page = searching.find(Question(q=ticket), person, limit=10, cursor=None, now=NOW)
    (listed,) = searching.view(page, person, NOW)["items"]
    (like,) = (one for one in likeness.of(found(other), person)["items"] if one["ticket"] == ticket)
    return {"whole": deadlines.whole(found(ticket), person, NOW), "listed": listed, "similar": like}


@pytest.mark.parametrize("person", HIDDEN_FROM, ids=lambda one: one.role)
def test_the_department_reads_the_matter_and_not_the_person(person: Staff) -> None:
    seen = doors(enter(), person)
    assert {name: one["text"] for name, one in seen.items()} == dict.fromkeys(seen, MASKED)
    whole = seen["whole"]
    (message,) = whole["messages"]
    assert message["text"] == MASKED
    place = {**PLACE, "address": "Jl. Anggrek [alamat], depan pos"}
    assert whole["location"] == seen["listed"]["location"] == place
    assert {name: message["location"][name] for name in place} == place
    for secret in SECRETS:
        assert secret not in str(seen), secret
    msgspec.convert(whole, answer_shapes.Case)


@pytest.mark.parametrize("person", OPEN_TO, ids=lambda one: one.role)
def test_the_desk_and_the_auditor_read_what_was_written(person: Staff) -> None:
    seen = doors(enter(), person)
    assert {name: one["text"] for name, one in seen.items()} == dict.fromkeys(seen, TEXT)
    assert seen["whole"]["messages"][0]["text"] == TEXT
    assert seen["whole"]["location"] == PLACE
    assert seen["whole"]["reporter"]["name"] == "Kutilang"


def test_who_is_not_anonymous_is_read_by_everybody() -> None:
    seen = doors(enter(reporter={**PERSON, "anonymous": False}), HIDDEN_FROM[0])
    assert {name: one["text"] for name, one in seen.items()} == dict.fromkeys(seen, TEXT)
    assert seen["listed"]["location"] == PLACE


def test_no_line_of_the_timeline_names_him() -> None:
    ticket = enter()
    moved = {**PLACE, "address": "Jl. Mawar 7, depan pos"}
    casework.act(ticket, "note", {"text": NOTE}, ADMIN, versions=None, once=None, now=NOW + timedelta(minutes=1))
    changes = {"changes": {"location": moved}}
    casework.act(ticket, "set", changes, ADMIN, versions=None, once=None, now=NOW + timedelta(minutes=2))
    dossier = found(ticket)
    file = {"attachment": {"id": "ab", "name": "KTP Bu Merpati.pdf", "size": 5}}
    dossier.events.append(Event(pk="C#x", sk="EVT#y", type="attach", at="2026-11-24", actor="operator1", data=file))
    lines = casework.timeline(dossier)
    hidden = hiding.timeline(lines, dossier.case.reporter, [TEXT])
    assert [(one["at"], one["actor"], one["type"]) for one in hidden] == [
        (one["at"], one["actor"], one["type"]) for one in lines
    ]
    by_type = {one["type"]: one["data"] for one in hidden}
    assert by_type["note"]["text"] == by_type["received"]["note"] == "Pelapor [nama] menelepon dari [telepon]"
    assert by_type["received"]["location"] == {**PLACE, "address": "Jl. Anggrek [alamat], depan pos"}
    places = [by_type["set"][name]["location"]["address"] for name in ("changes", "before", "after")]
    assert places == [
        "Jl. Mawar [alamat], depan pos",
        "Jl. Anggrek [alamat], depan pos",
        "Jl. Mawar [alamat], depan pos",
    ]
    assert by_type["attach"]["attachment"] == {"id": "ab", "name": "KTP Bu [nama].pdf", "size": 5}
    for secret in (*SECRETS, "Mawar 7"):
        assert secret not in str(hidden), secret
    assert casework.timeline(dossier) == lines, "what is stored is not touched"
    assert NOTE in str(lines)


def test_a_whatsapp_case_shows_neither_files_names_nor_the_number_in_its_ids() -> None:
    write("KDR-0000-0001")
    change("KDR-0000-0001", department="dishub", reporter={"name": "Kutilang", "anonymous": True})
    dossier = found("KDR-0000-0001")
    view = views.for_reader(views.whole(dossier, [], []), HIDDEN_FROM[0])
    photo, spot = view["messages"]
    assert (photo["media"]["filename"], photo["extra"]) == ("[nama].jpg", None)
    assert spot["location"]["address"] == "[nama]"
    (attachment,) = view["attachments"]
    lines = hiding.timeline(casework.timeline(dossier), dossier.case.reporter, [])
    told = {one["data"].get("message") for one in lines if one["type"] == "message"}
    assert attachment["id"] == photo["id"] and told == {photo["id"], spot["id"]}, "the same message everywhere"
    for secret in ("wamid", "utilang"):
        assert secret not in str(view).replace(attachment["url"], "") + str(lines), secret


@pytest.mark.parametrize("person", [*OPEN_TO, *HIDDEN_FROM], ids=lambda one: one.role)
def test_a_file_leaves_the_house_and_names_nobody_whoever_asked(person: Staff) -> None:
    enter()
    enter(reporter={**PERSON, "anonymous": False}, text="Saya Kutilang")
    wanted = exporting.Wanted(
        period=exporting.Period(first=date(2026, 11, 1), last=date(2026, 11, 30)),
        format="csv",
        question=Question(),
        username=person.username,
        role=person.role,
        department=person.department,
    )
    text = exporting.at_once(wanted, NOW).text
    assert text is not None
    named, hidden = sorted(text.splitlines()[1:], key=lambda line: MASKED in line)
    assert MASKED in hidden and "Jl. Anggrek [alamat], depan pos" in hidden
    for secret in SECRETS:
        assert secret not in hidden, secret
    assert "Saya Kutilang" in named and "Jl. Anggrek 12 RT 02, depan pos" in named


def test_an_alert_shows_the_street_and_not_the_door() -> None:
    dossier = found(enter(text="Istri saya Merpati jatuh di depan rumah"))
    assert alert_cases.place(dossier) == "Jl. Anggrek [alamat], depan pos, Kel. Betet"
    assert alert_cases.gist(dossier) == "Istri saya [nama] jatuh di depan rumah"
    named = found(enter(reporter={**PERSON, "anonymous": False}))
    assert alert_cases.place(named) == "Jl. Anggrek 12 RT 02, depan pos, Kel. Betet"


def test_the_words_of_a_suggestion_are_his_words() -> None:
    ticket = enter(category=None, text="mohon dibantu lampu jalan padam")
    change(ticket, category=None)
    dossier = found(ticket)
    assert deadlines.whole(dossier, ADMIN, NOW)["suggestion"]["words"]
    assert deadlines.whole(dossier, HIDDEN_FROM[0], NOW)["suggestion"]["words"] == []
