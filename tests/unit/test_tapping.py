"""What is behind a link: looking changes nothing, each button does its one thing once, and the timeline says so."""

import base64
import hashlib
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.complaints import facts
from chalicelib.desk import casework, links, tapping
from chalicelib.desk.people import Staff
from chalicelib.desk.tapping import Answer
from chalicelib.pages import tap
from chalicelib.store import cases, deliveries
from chalicelib.store.tables import Case, Event
from tests.unit import alert_world as w
from tests.unit.alert_world import NOW, TICKETS

TICKET = TICKETS[0]
NOTE = "Menunggu suku cadang dari pemasok"
OPERATOR = Staff("operator1", "operator", None)
FORMS = (
    {"action": "acknowledge"},
    {"action": "transfer", "note": NOTE, "department": "dishub"},
    {"action": "extend", "note": NOTE},
)


@pytest.fixture(autouse=True)
def world(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with w.world(monkeypatch):
        yield


def token(role: str = "head", clock: str = "follow_up", **more: Any) -> str:
    said = {"delivery": "d1", "ticket": TICKET, "round_": 1, "department": "dpupr", "hours": 72, **more}
    return links.make((w.SECRET,), role=role, clock=clock, now=NOW, **said)


def timeline() -> list[dict[str, Any]]:
    found = cases.dossier(TICKET)
    assert found is not None
    return casework.timeline(found)


def everything() -> list[Any]:
    return [item.attribute_values for item in (*Case.scan(), *Event.scan())]


def page(answer: Answer) -> str:
    return tap.html(answer.page)


def test_looking_shows_the_case_and_changes_nothing() -> None:
    w.case()
    before = everything()
    answer = tapping.look(token(), NOW)
    assert answer.status == 200
    said = page(answer)
    for word in (TICKET, "Terlambat 5 hari kerja", "Jalan berlubang", "Dinas", "Terima, kami tangani", "opd"):
        assert word in said, word
    for word in ("Warga Satu", "6281234567890"):
        assert word not in said
    assert everything() == before


def test_acknowledging_stops_the_ladder_for_a_while_and_stands_in_the_timeline() -> None:
    w.case()
    deliveries.new(
        "d1", kind="alert", role="head", name=None, department="dpupr", channel="email", target="x", summary="",
        tickets=[TICKET], now=NOW,
    ).save()  # fmt: skip
    answer = tapping.act(token(), {"action": "acknowledge"}, NOW)
    assert (answer.status, answer.page.title) == (200, "Sudah diterima")
    by_type = {one["type"]: one for one in timeline()}
    assert by_type["acknowledged"]["actor"] == "tautan:head@dpupr"
    # Two working days later, as the department closes.
    assert by_type["acknowledged"]["data"] == {
        "clock": "follow_up",
        "round": 1,
        "until": "2026-11-25T09:00:00.000Z",
        "by_link": True,
    }
    assert by_type[facts.ACT]["data"] == {"clock": "follow_up", "alert": "d1", "action": "acknowledge"}
    proof = deliveries.get("d1")
    assert proof is not None
    assert proof.acted == {f"{TICKET} acknowledge"}
    found = cases.get(TICKET)
    assert found is not None
    assert (found.version, found.status) == (3, "assigned")
    again = tapping.look(token(), NOW)
    assert "Sudah diterima" in page(again)
    assert "Terima, kami tangani" not in page(again)


def test_sent_again_it_is_not_done_again() -> None:
    w.case()
    same = token()
    assert tapping.act(same, {"action": "acknowledge"}, NOW).status == 200
    answer = tapping.act(same, {"action": "acknowledge"}, NOW + timedelta(minutes=1))
    assert answer.status == 200
    assert "tidak dicatat dua kali" in page(answer)
    assert [one["type"] for one in timeline()].count("acknowledged") == 1


def test_a_link_does_its_thing_once_as_long_as_it_is_good() -> None:
    """Idempotency keys are forgotten after a day; links live for three."""
    w.case()
    same = token()
    tapping.act(same, {"action": "acknowledge"}, NOW)
    for hours, words in ((25, "sampai Rabu"), (50, "sampai Rabu"), (71, "berjalan lagi")):
        answer = tapping.act(same, {"action": "acknowledge"}, NOW + timedelta(hours=hours))
        assert answer.status == 200
        assert "tidak dicatat dua kali" in page(answer)
        assert words in page(answer), page(answer)
    assert [one["type"] for one in timeline()].count("acknowledged") == 1


def test_a_transfer_is_not_done_again_when_the_case_has_come_back() -> None:
    w.case()
    same, form = token(), {"action": "transfer", "note": NOTE, "department": "dishub"}
    tapping.act(same, form, NOW)
    back = {"department": "dpupr", "note": NOTE}
    later = NOW + timedelta(hours=1)
    casework.act(TICKET, "transfer", back, OPERATOR, versions=None, once=None, now=later)
    for hours in (2, 25, 50):
        answer = tapping.act(same, form, NOW + timedelta(hours=hours))
        assert "tidak dicatat dua kali" in page(answer)
    assert [one["type"] for one in timeline()].count("transfer") == 2
    found = cases.get(TICKET)
    assert found is not None
    assert found.department == "dpupr"


def test_what_was_taken_on_before_a_transfer_silences_nothing_after_it() -> None:
    w.case()
    tapping.act(token(), {"action": "acknowledge"}, NOW)
    for minutes, department in ((5, "dishub"), (6, "dpupr")):
        data, at = {"department": department, "note": NOTE}, NOW + timedelta(minutes=minutes)
        casework.act(TICKET, "transfer", data, OPERATOR, versions=None, once=None, now=at)
    later = NOW + timedelta(minutes=20)
    said = page(tapping.look(token(delivery="d2"), later))
    assert "Terima, kami tangani" in said
    assert "Sudah diterima" not in said
    again = page(tapping.act(token(), {"action": "acknowledge"}, later))
    assert "berjalan lagi" in again
    assert "Peringatan berhenti" not in again
    assert tapping.act(token(delivery="d2"), {"action": "acknowledge"}, later).status == 200
    assert [one["type"] for one in timeline()].count("acknowledged") == 2


def test_sent_again_it_names_the_day_that_was_promised() -> None:
    w.case()
    same = token()
    promised = page(tapping.act(same, {"action": "acknowledge"}, NOW))
    again = page(tapping.act(same, {"action": "acknowledge"}, NOW + timedelta(hours=23)))
    assert "sampai Rabu 25 November" in promised
    assert "sampai Rabu 25 November" in again


def test_nothing_is_done_to_a_clock_that_is_over() -> None:
    w.case()
    found = cases.get(TICKET)
    assert found is not None
    w.event(TICKET, NOW - timedelta(minutes=1), "start", {})
    found.status = "in_progress"
    found.save()
    before = timeline()
    for form in FORMS:
        answer = tapping.act(token(), form, NOW)
        assert "Tidak ada lagi yang perlu dilakukan" in page(answer)
        # The clock of the answer runs, but in its first round.
        assert "sudah selesai" in page(tapping.act(token(clock="resolution", round_=2), form, NOW))
    assert timeline() == before


@pytest.mark.parametrize("number", range(3))
def test_nor_where_it_ends_between_the_look_and_the_write(monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    w.case()
    real, first = tapping._open, iter([True])

    def overtaken(*given: Any) -> Any:
        seen = real(*given)
        if next(first, False):
            casework.act(TICKET, "start", {}, OPERATOR, versions=None, once=None, now=NOW)
        return seen

    monkeypatch.setattr(tapping, "_open", overtaken)
    answer = tapping.act(token(), FORMS[number], NOW)
    assert "Tidak ada lagi yang perlu dilakukan" in page(answer)
    assert [one["type"] for one in timeline()] == ["received", "assign", "start"]
    found = cases.get(TICKET)
    assert found is not None
    assert found.department == "dpupr"


def test_what_was_done_is_said_even_where_its_message_cannot_be_marked(monkeypatch: pytest.MonkeyPatch) -> None:
    w.case()

    def throttled(*given: Any) -> None:
        raise RuntimeError("throttled")

    monkeypatch.setattr(deliveries, "note_act", throttled)
    answer = tapping.act(token(), FORMS[1], NOW)
    assert (answer.status, answer.page.title) == (200, "Sudah dialihkan")


def test_a_head_extends_once_with_a_reason() -> None:
    class_, clock = extendable()
    w.case(class_=class_)
    made = token(clock=clock)
    short = tapping.act(made, {"action": "extend", "note": "lama"}, NOW)
    assert short.status == 422
    assert "Alasan wajib diisi" in page(short)
    assert len(timeline()) == 2
    answer = tapping.act(made, {"action": "extend", "note": NOTE}, NOW)
    assert (answer.status, answer.page.title) == (200, "Tenggat sudah diperpanjang")
    lines = {one["type"]: one for one in timeline()}
    assert lines["extend"]["data"]["note"] == NOTE
    assert lines["extend"]["actor"] == "tautan:head@dpupr"
    assert lines[facts.ACT]["data"]["action"] == "extend"
    assert lines[facts.ACT]["at"] == lines["extend"]["at"]
    assert "Perpanjang tenggat" not in page(tapping.look(token(clock=clock, delivery="d2"), NOW))


def test_only_where_the_standard_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    w.case()
    made = token()
    assert "Perpanjang tenggat" not in page(tapping.look(made, NOW))
    answer = tapping.act(made, {"action": "extend", "note": NOTE}, NOW)
    assert answer.status == 422
    assert "tidak dapat diperpanjang" in page(answer)


def extendable() -> tuple[str, str]:
    """A class and a clock of it that the demo city allows to be extended."""
    return next((one.class_, one.clock) for one in w.kediri().standards if one.extension)


def test_not_ours_hands_the_case_to_another_department() -> None:
    w.case()
    made = token()
    nowhere = tapping.act(made, {"action": "transfer", "note": NOTE, "department": "moon"}, NOW)
    assert nowhere.status == 422
    assert NOTE in page(nowhere)  # nobody types his reason twice
    answer = tapping.act(made, {"action": "transfer", "note": NOTE, "department": "dishub"}, NOW)
    assert (answer.status, answer.page.title) == (200, "Sudah dialihkan")
    found = cases.get(TICKET)
    assert found is not None
    assert found.department == "dishub"
    for after in (tapping.look(made, NOW), tapping.act(made, {"action": "acknowledge"}, NOW)):
        assert after.status == 404
        assert "sudah berpindah" in page(after)
        assert "berlubang" not in page(after)


def test_an_officer_accepts_and_leaves_the_rest_to_his_head() -> None:
    w.case()
    made = token("officer")
    said = page(tapping.look(made, NOW))
    assert "Terima, kami tangani" in said
    assert "Alihkan aduan" not in said
    assert "kepala OPD" in said
    refused = tapping.act(made, {"action": "transfer", "note": NOTE, "department": "dishub"}, NOW)
    assert refused.status == 422
    assert "tidak boleh" in page(refused)
    assert tapping.act(made, {"action": "acknowledge"}, NOW).status == 200


def test_what_is_answered_needs_no_tap() -> None:
    w.case()
    w.event(TICKET, NOW - timedelta(minutes=1), "start", {})
    assert "Tidak ada lagi yang perlu dilakukan" in page(tapping.look(token(), NOW))
    before = timeline()
    answer = tapping.act(token(), {"action": "acknowledge"}, NOW)
    assert "sudah selesai" in page(answer)
    assert timeline() == before


@pytest.mark.parametrize(
    ("change", "status", "words"),
    [
        (lambda made: made, 410, "sudah tidak berlaku"),
        (lambda made: made[:-3], 404, "tidak dikenal"),
        (lambda made: "x", 404, "tidak dikenal"),
    ],
)
def test_a_link_that_is_no_longer_one_says_so(change: Any, status: int, words: str) -> None:
    w.case()
    later = NOW + timedelta(days=4)
    for answer in (
        tapping.look(change(token()), later),
        tapping.act(change(token()), {"action": "acknowledge"}, later),
    ):
        assert answer.status == status
        assert words in page(answer)
    assert len(timeline()) == 2


def test_no_button_is_no_act() -> None:
    w.case()
    answer = tapping.act(token(), {}, NOW)
    assert answer.status == 422
    assert len(timeline()) == 2


def test_what_people_wrote_is_never_markup() -> None:
    w.case(text="<script>alert(1)</script> jalan rusak", location={"kelurahan": "<b>Pakelan"})
    said = page(tapping.act(token(), {"action": "extend", "note": "<img src=x>"}, NOW))
    assert "<script>alert" not in said
    assert "&lt;script&gt;" in said
    assert "<b>Pakelan" not in said
    assert "<img src=x>" not in said


def test_the_page_loads_nothing_and_its_style_is_the_one_it_names() -> None:
    w.case()
    said, headers = page(tapping.look(token(), NOW)), tap.headers()
    (style,) = re.findall(r"<style>(.*?)</style>", said, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert f"style-src 'sha256-{digest}'" in headers["Content-Security-Policy"]
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert not re.search(r"""(src|href)\s*=|style\s*=|url\(|@import|<script""", said)
    assert headers["Cache-Control"] == "no-store"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert "noindex" in headers["X-Robots-Tag"]
