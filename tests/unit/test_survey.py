"""Asking and answering: in the chat, at the counter and by a link; each element once, never a case."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from chalicelib.channels import whatsapp, whatsapp_send
from chalicelib.complaints import survey
from chalicelib.complaints.city import parse
from chalicelib.complaints.facts import answers_of
from chalicelib.complaints.ikm import ELEMENTS
from chalicelib.complaints.model import InboundMessage
from chalicelib.complaints.survey import ANSWERS
from chalicelib.desk import answering, casework, entry, intake, surveys
from chalicelib.desk.people import Staff
from chalicelib.problems import Problem
from chalicelib.settings import settings
from chalicelib.store import cases, cities, ledger, queues
from chalicelib.store import surveys as kept
from chalicelib.store.parameters import SECRETS
from tests.unit.tables import empty_tables

NOW = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
TOML = (Path(__file__).parents[2] / "infra/cities/kediri.toml").read_text(encoding="utf-8")
OPERATOR, OFFICER = Staff("operator1", "operator", None), Staff("officer1", "officer", "dpupr")
PHONE = "628990000007"


class Sent(list[dict[str, Any]]):
    """What was sent instead of over the network."""

    def post(self, session: Any, url: str, token: str, body: dict[str, Any]) -> str:
        self.append(body)
        return f"wamid.SENT{len(self)}"


@pytest.fixture(autouse=True)
def tables(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(queues, "announce", lambda ticket, rows: None)
    monkeypatch.setattr(SECRETS, "_fetch", lambda names: {name: f"{name}-now {name}-before" for name in names})
    monkeypatch.setenv("ADUAN_STAGE", "test")
    monkeypatch.setenv("ADUAN_SECRETS_PREFIX", "/t")
    monkeypatch.setenv("ADUAN_OUTBOX_TOPIC", "t")
    monkeypatch.setenv("ADUAN_MEDIA_BUCKET", "t")
    monkeypatch.setattr(SECRETS, "_known", {})
    settings.cache_clear()
    with empty_tables():
        assert cities.apply(parse(TOML), TOML, after=0, by="admin1", now=NOW)
        yield
    settings.cache_clear()


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> Sent:
    kept = Sent()
    monkeypatch.setattr(whatsapp_send, "_post", kept.post)
    return kept


def message(number: int, phone: str = PHONE, **content: Any) -> InboundMessage:
    whole = {"from": phone, "id": f"wamid.{number:06d}", "timestamp": str(int(NOW.timestamp())), **content}
    value = {"metadata": {"phone_number_id": "1065"}, "messages": [whole]}
    body = {"object": "whatsapp_business_account", "entry": [{"changes": [{"field": "messages", "value": value}]}]}
    (found,) = whatsapp.parse(json.dumps(body).encode(), NOW)
    assert isinstance(found, InboundMessage)
    return found


def tap(number: int, reference: str, phone: str = PHONE) -> InboundMessage:
    reply = {"type": "list_reply", "list_reply": {"id": reference, "title": "Sangat sesuai"}}
    return message(number, phone, type="interactive", interactive=reply)


def accept(item: InboundMessage, now: datetime = NOW) -> intake.Outcome:
    return intake.accept(item, cities.intake_rules(), now)


def closed_in_chat() -> str:
    ticket = accept(message(1, type="text", text={"body": "Lampu jalan mati"})).ticket
    assert ticket
    finish(ticket)
    return ticket


def finish(ticket: str) -> None:
    for action, person, data in (
        ("assign", OPERATOR, {"department": "dpupr"}),
        ("respond", OFFICER, {"text": "Sudah diganti."}),
        ("close", OPERATOR, {}),
    ):
        casework.act(ticket, action, data, person, versions=None, once=None, now=NOW)


def found(ticket: str) -> cases.Dossier:
    dossier = cases.dossier(ticket)
    assert dossier is not None
    return dossier


def tell(ticket: str, now: datetime = NOW) -> None:
    """The closing notice, as the worker sends it."""
    (line,) = [event for event in found(ticket).events if event.type == "close"]
    answering.answer(ticket, line.sk, now)


def answers(ticket: str) -> list[tuple[str, int]]:
    timeline = casework.timeline(found(ticket))
    return [(one.element, one.score) for one in answers_of(ticket, timeline, zone=UTC)]


def rows_of(body: dict[str, Any]) -> list[dict[str, str]]:
    (section,) = body["interactive"]["action"]["sections"]
    rows: list[dict[str, str]] = section["rows"]
    return rows


def test_the_closing_notice_asks_one_element_in_the_regulation_s_words(sent: Sent) -> None:
    ticket = closed_in_chat()
    tell(ticket)
    (body,) = sent
    element = survey.element_of(ticket)
    text = body["interactive"]["body"]["text"]
    assert text.startswith(f"Aduan *{ticket}* kami nyatakan selesai.")
    assert text.endswith(f"*{ELEMENTS[element][1]}*")
    assert (body["to"], body["type"], body["interactive"]["type"]) == (PHONE, "interactive", "list")
    rows = rows_of(body)
    assert [row.get("description", row["title"]) for row in rows] == list(reversed(ANSWERS[element]))
    assert all(len(row["title"]) <= 24 and len(row["id"]) <= 200 for row in rows)
    assert all(PHONE not in row["id"] for row in rows)
    (line,) = [event for event in found(ticket).events if event.type == "close"]
    assert line.state == "confirmed"


def test_a_tap_is_an_answer_and_neither_a_case_nor_a_message(sent: Sent) -> None:
    ticket = closed_in_chat()
    tell(ticket)
    before, counts = found(ticket), ledger.ledger()
    reference = rows_of(sent[0])[1]["id"]
    assert accept(tap(2, reference)) == intake.Outcome("control")
    after, now = found(ticket), ledger.ledger()
    assert answers(ticket) == [(survey.element_of(ticket), 3)]
    assert len(after.messages) == len(before.messages) == 1
    assert (after.case.version, after.case.status) == (before.case.version, "closed")
    assert (now["accepted"], now["control"]) == (counts["accepted"] + 1, counts["control"] + 1)
    assert now["opened"] == counts["opened"]
    (line,) = [one for one in casework.timeline(after) if one["type"] == "survey"]
    assert (line["actor"], line["data"]["by"]) == ("reporter", "chat")
    # The next message is a new case, as the closing notice said.
    assert accept(message(3, type="text", text={"body": "Air mati"})).kind == "opened"


def test_repeated_second_forged_foreign_and_late_taps_change_nothing(sent: Sent) -> None:
    ticket = closed_in_chat()
    tell(ticket)
    best, second = (row["id"] for row in rows_of(sent[0])[:2])
    late = NOW + timedelta(days=8)
    assert accept(tap(4, best), late).kind == "control"
    assert accept(tap(5, best, phone="628990000099")).kind == "control"
    assert accept(tap(6, best[:-1] + ("A" if best[-1] != "A" else "B"))).kind == "control"
    assert accept(tap(7, "ikm.KDR-0000-0000.U1.4.20261121.")).kind == "control"
    assert answers(ticket) == []
    assert accept(tap(8, second)).kind == "control"
    assert accept(tap(8, second)).kind == "duplicate"
    assert accept(tap(9, best)).kind == "control"
    assert accept(tap(9, best)).kind == "duplicate"
    assert answers(ticket) == [(survey.element_of(ticket), 3)]
    counted = ledger.ledger()
    outcomes = ("opened", "appended", "duplicates", "quarantined", "control")
    assert counted["accepted"] == sum(counted[name] for name in outcomes) == 9
    assert (counted["control"], counted["duplicates"], counted["opened"]) == (6, 2, 1)


def test_a_tap_on_something_else_is_a_message_like_any_other() -> None:
    assert accept(tap(1, "menu-lapor")).kind == "opened"


def test_a_tap_on_another_day_is_seen_by_those_who_read_by_day(sent: Sent) -> None:
    ticket = closed_in_chat()
    tell(ticket)
    assert accept(tap(2, rows_of(sent[0])[0]["id"]), NOW + timedelta(days=1)).kind == "control"
    assert found(ticket).case.updated_on == "2026-11-22"


def test_one_who_died_after_the_answer_is_made_good_by_the_redelivery(
    sent: Sent, monkeypatch: pytest.MonkeyPatch
) -> None:
    ticket = closed_in_chat()
    tell(ticket)
    item = tap(2, rows_of(sent[0])[0]["id"])

    def dies(message_id: str) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(kept, "count_tap", dies)
        accept(item)
    assert accept(item).kind == "duplicate"
    assert answers(ticket) == [(survey.element_of(ticket), 4)]
    assert ledger.ledger()["accepted"] == 2


def test_outside_the_window_nothing_is_asked_and_the_line_says_so(sent: Sent) -> None:
    ticket = closed_in_chat()
    tell(ticket, NOW + timedelta(hours=25))
    assert sent == []
    (line,) = [one for one in casework.timeline(found(ticket)) if one["type"] == "close"]
    assert line["data"]["notice"] == "failed"


def test_who_has_answered_is_not_asked_again(sent: Sent) -> None:
    ticket = closed_in_chat()
    tell(ticket)
    accept(tap(2, rows_of(sent[0])[0]["id"]))
    casework.act(ticket, "reopen", {"note": "mati lagi"}, OPERATOR, versions=None, once=None, now=NOW)
    for action, person, data in (("respond", OFFICER, {"text": "Sudah."}), ("close", OPERATOR, {})):
        casework.act(ticket, action, data, person, versions=None, once=None, now=NOW + timedelta(minutes=1))
    again = [event for event in found(ticket).events if event.type == "close"][-1]
    answering.answer(ticket, again.sk, NOW + timedelta(minutes=2))
    assert sent[-1]["type"] == "text"


def at_the_counter(channel: str = "counter") -> str:
    written = entry.Entry(
        channel=channel, text="Trotoar ambles", class_=None, category=None, department=None, location=None, reporter={},
        secret=False, received_at=NOW, note=None,
    )  # fmt: skip
    return entry.enter(written, OPERATOR, once=None, now=NOW).ticket


def test_at_the_counter_two_elements_are_asked_once_each_after_the_close() -> None:
    ticket = at_the_counter()
    first, second = survey.elements_of(ticket)
    with pytest.raises(Problem) as early:
        surveys.record(ticket, first, 4, OPERATOR, NOW)
    assert early.value.status == 409
    finish(ticket)
    sheet = surveys.sheet(ticket, OPERATOR, NOW)
    assert [(one["element"], one["score"]) for one in sheet["questions"]] == [(first, None), (second, None)]
    surveys.record(ticket, first, 4, OPERATOR, NOW)
    surveys.record(ticket, second, 2, OPERATOR, NOW)
    for element, status in ((first, 409), (next(one for one in ELEMENTS if one not in (first, second)), 422)):
        with pytest.raises(Problem) as refused:
            surveys.record(ticket, element, 1, OPERATOR, NOW)
        assert refused.value.status == status
    assert sorted(answers(ticket)) == sorted([(first, 4), (second, 2)])
    assert [one["score"] for one in surveys.sheet(ticket, OPERATOR, NOW)["questions"]] == [4, 2]


def test_nobody_answers_for_who_has_a_chat_and_nobody_else_s_case_is_asked() -> None:
    ticket = closed_in_chat()
    with pytest.raises(Problem) as refused:
        surveys.record(ticket, survey.element_of(ticket), 4, OPERATOR, NOW)
    assert refused.value.status == 409
    # Nor through the page: no link is shown, and one that was made before opens nothing.
    assert surveys.sheet(ticket, OPERATOR, NOW)["page"] is None
    found = cases.dossier(ticket)
    assert found is not None and found.case.contact
    assert surveys.of_page(surveys.page_path(found.case, NOW).removeprefix("/survei/"), NOW) is None
    with pytest.raises(Problem) as through_page:
        surveys.answer_page(found, survey.element_of(ticket), 4, NOW)
    assert through_page.value.status == 409
    assert answers(ticket) == []
    with pytest.raises(Problem) as hidden:
        surveys.record("KDR-0000-0000", "U1", 4, OPERATOR, NOW)
    assert hidden.value.status == 404


def test_a_link_answers_once_for_all_ways() -> None:
    ticket = at_the_counter("phone")
    finish(ticket)
    first, second = survey.elements_of(ticket)
    path = surveys.sheet(ticket, OPERATOR, NOW)["page"]
    token = path.removeprefix("/survei/")
    dossier = surveys.of_page(token, NOW + timedelta(days=29))
    assert dossier is not None
    surveys.answer_page(dossier, first, 3, NOW)
    surveys.record(ticket, second, 4, OPERATOR, NOW)
    for element in (first, second):
        with pytest.raises(Problem):
            surveys.answer_page(dossier, element, 1, NOW)
    assert sorted(answers(ticket)) == sorted([(first, 3), (second, 4)])
    assert surveys.of_page(token, NOW + timedelta(days=31)) is None
    assert surveys.of_page(token[:-2], NOW) is None
