"""What people and citizens do to one case at nearly the same moment, and what must not come of it."""

import base64
from collections import OrderedDict
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from types import SimpleNamespace
from typing import Any

import msgspec
import pytest
from pynamodb.exceptions import CancellationReason

from chalicelib.complaints import lifecycle
from chalicelib.complaints.city_alerts import Reach
from chalicelib.complaints.model import InboundMessage, Media, Sender
from chalicelib.desk import casework, entry, forwarding, intake, next_due, notices, reconfiguring, searching, triage
from chalicelib.desk.people import Staff
from chalicelib.problems import Problem
from chalicelib.store import cases, cities, ledger, outbox
from chalicelib.store import casework as store
from chalicelib.store.casework import Once
from chalicelib.store.tables import Case
from chalicelib.store.transaction import Transaction
from tests.unit.desks import desk_of_kediri, kediri

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
ADMIN, HEAD = Staff("admin1", "admin", None), Staff("head1", "head", "dishub")
FILING = "OUT#lapor#case"


@pytest.fixture(autouse=True)
def desk(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with desk_of_kediri(monkeypatch, NOW):
        yield


def enter(person: Staff = ADMIN, once: Once | None = None, **given: Any) -> str:
    usual: dict[str, Any] = dict.fromkeys(("class_", "category", "department", "location", "received_at", "note"))
    made = entry.Entry(**{**usual, "channel": "phone", "text": "x", "reporter": {}, "secret": False, **given})
    return entry.enter(made, person, once=once, now=NOW).ticket


def do(
    ticket: str,
    action: str,
    data: dict[str, Any] | None = None,
    *,
    at: datetime = NOW + MINUTE,
    person: Staff = ADMIN,
    once: Once | None = None,
) -> casework.Done:
    return casework.act(ticket, action, data or {}, person, versions=None, once=once, now=at)


def says(kind: str, text: str | None, at: datetime, media: Media | None = None) -> str:
    sender = Sender(user_id="ID.1", phone="+6281234567890")
    message = InboundMessage(
        channel="whatsapp",
        account="106",
        id=f"wamid.{at}",
        sent_at=at,
        sender=sender,
        kind=kind,
        text=text,
        media=media,
    )
    ticket = intake.accept(message, cities.intake_rules(), at).ticket
    assert ticket
    return ticket


def filed(ticket: str, at: datetime) -> None:
    """SP4N-LAPOR! took the case."""
    row, found = outbox.get(ticket, FILING), cases.dossier(ticket)
    assert row and found and outbox.claim(row, phase="creating", until=at + MINUTE, now=at)
    forwarding._end(row, found, outbox.CONFIRMED, None, {"complaint_id": "777", "tracking_id": "T"})


def is_filed_once(ticket: str) -> None:
    row, case = outbox.get(ticket, FILING), cases.get(ticket)
    assert row and case
    assert (row.state, case.lapor["complaint_id"]) == ("confirmed", "777")
    counted = ledger.ledger()["destinations"]["lapor"]
    assert (counted["due"], counted["confirmed"], counted["waiting"]) == (1, 1, 0)


def case_of(ticket: str) -> Case:
    case = cases.get(ticket)
    assert case
    return case


def test_a_case_that_was_reopened_takes_no_message_of_the_one_its_citizen_opened_since(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clock, here, elsewhere = [1000.0], OrderedDict[str, Any](), OrderedDict[str, Any]()
    monkeypatch.setattr(intake, "time", SimpleNamespace(monotonic=lambda: clock[0]))
    monkeypatch.setattr(intake, "_recent", here)
    first = says("text", "lampu mati di Jl. Dhoho", NOW)
    assert says("text", "sudah dua malam", NOW + MINUTE) == first
    do(first, "reject", {"reason": "not_our_authority"}, at=NOW + 2 * MINUTE)
    monkeypatch.setattr(intake, "_recent", elsewhere)  # another process takes his next message
    second = says("text", "jalan berlubang di Mojoroto", NOW + 3 * MINUTE)
    assert second != first
    do(first, "reopen", {"note": "keliru"}, at=NOW + 4 * MINUTE)
    monkeypatch.setattr(intake, "_recent", here)
    clock[0] += intake.TRUSTED_SECONDS + 1
    assert says("text", "dekat sekolah", NOW + 5 * MINUTE) == second


def test_a_sticker_that_was_verified_and_filed_is_not_filed_again_by_its_first_words() -> None:
    ticket = says("sticker", None, NOW)
    do(ticket, "verify")
    filed(ticket, NOW + MINUTE)
    assert says("text", "lampu mati di Jl. Dhoho", NOW + 2 * MINUTE) == ticket
    is_filed_once(ticket)


@pytest.mark.parametrize("kind", ["sticker", "text"])
def test_what_says_nothing_is_filed_with_the_first_words(kind: str) -> None:
    ticket = says(kind, None, NOW)
    assert outbox.get(ticket, FILING) is None
    assert says("text", "lampu mati di Jl. Dhoho", NOW + MINUTE) == ticket
    row = outbox.get(ticket, FILING)
    assert row and row.state == "waiting"


def test_a_filing_waits_for_a_file_and_not_for_a_receipt(monkeypatch: pytest.MonkeyPatch) -> None:
    filings: list[str] = []
    monkeypatch.setattr(forwarding, "_deliver", lambda row, found, now, gate: filings.append(found.case.ticket))
    ticket = says("text", "lampu mati di Jl. Dhoho", NOW)
    (message,) = cases.dossier(ticket).messages  # type: ignore[union-attr]  # just written
    assert (message.destination, message.state) == ("reporter", "waiting")
    forwarding.file(ticket, FILING, NOW)
    assert filings == [ticket]
    photo = Media(id="1", type="image")
    assert says("image", None, NOW + MINUTE, media=photo) == ticket
    forwarding.file(ticket, FILING, NOW + MINUTE)
    row = outbox.get(ticket, FILING)
    assert row and row.last_error == "waiting for attachments"
    assert filings == [ticket]
    forwarding.file(ticket, FILING, NOW + 60 * MINUTE)
    assert filings == [ticket, ticket]


def test_two_operators_who_order_the_filing_at_once_file_once(monkeypatch: pytest.MonkeyPatch) -> None:
    ticket = enter(external_id="row-1")
    change, others = store.change, [True]

    def between(*given: Any) -> store.Result:
        if others and others.pop():
            assert outbox.order_filing(ticket, NOW + MINUTE)
            filed(ticket, NOW + MINUTE)
        return change(*given)

    monkeypatch.setattr(store, "change", between)
    done = do(ticket, "verify")
    assert done.found.case.status == "verified"
    is_filed_once(ticket)


def test_a_conflict_in_the_ledger_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    commit, conflicts = Transaction.commit, ["second", "first"]

    def conflicted(self: Transaction) -> list[Any] | None:
        if not conflicts:
            return commit(self)
        conflicts.pop()
        items = len(self._puts) + len(self._updates)
        return [None] * (items - 1) + [CancellationReason("TransactionConflict", "the ledger")]

    monkeypatch.setattr(Transaction, "commit", conflicted)
    ticket = enter(external_id="row-2")
    assert case_of(ticket).status == "received" and conflicts == []
    assert enter(external_id="row-2") == ticket


def test_a_repeated_request_shows_nothing_of_another_departments_case() -> None:
    ticket = enter(department="dishub")
    once = Once("head1", "key", "request")
    away = {"department": "dpupr", "note": "jalan, bukan lampu"}
    assert do(ticket, "transfer", away, person=HEAD, once=once).found.case.department == "dpupr"
    with pytest.raises(Problem) as refused:
        do(ticket, "transfer", away, person=HEAD, once=once)
    assert refused.value.status == 404
    found = enter(HEAD, Once("head1", "other", "request"), channel="field")
    do(found, "transfer", away, person=HEAD)
    with pytest.raises(Problem) as again:
        enter(HEAD, Once("head1", "other", "request"), channel="field")
    assert again.value.status == 404


def test_what_lets_a_case_go_on_comes_after_what_made_it_wait() -> None:
    ticket = says("text", "lampu mati", NOW)
    do(ticket, "wait", {"text": "Di mana?"}, at=NOW + MINUTE)
    # The webhook's machine is slow by forty milliseconds.
    assert says("text", "Jl. Dhoho", NOW + MINUTE - timedelta(milliseconds=40)) == ticket
    found = cases.dossier(ticket)
    assert found and found.case.status == "received"
    assert lifecycle.replay(casework.timeline(found)).status == "received"


def test_who_leaves_a_case_leaves_all_that_it_was_merged_into() -> None:
    first, second, third = enter(), enter(), enter()
    do(first, "merge", {"duplicate_of": second}, at=NOW + MINUTE)
    do(second, "merge", {"duplicate_of": third}, at=NOW + 2 * MINUTE)
    assert case_of(third).supporters == 2
    do(first, "reopen", {"note": "bukan itu"}, at=NOW + 3 * MINUTE)
    assert (case_of(second).supporters, case_of(third).supporters) == (0, 1)
    do(second, "reopen", {"note": "bukan itu"}, at=NOW + 4 * MINUTE)
    assert case_of(third).supporters == 0
    found = cases.dossier(third)
    assert found and lifecycle.replay(casework.timeline(found)).supporters == 0


def test_a_category_the_city_no_longer_has_is_not_suggested_into_a_case() -> None:
    ticket = enter()
    case = case_of(ticket)
    case.text = "sampah menumpuk di depan pasar"
    case.save()
    dropped = triage.suggest_for(case).category
    assert dropped
    read_at, rules = cities._cached["desk"]
    left = {name: class_ for name, class_ in rules.categories.items() if name != dropped}
    cities._cached["desk"] = (read_at, msgspec.structs.replace(rules, categories=left))
    assert do(ticket, "verify").found.case.category is None
    assert case_of(enter(text="sampah menumpuk di depan pasar")).category is None


@pytest.mark.parametrize("year", [1, 1970])
def test_a_time_nobody_could_mean_is_refused(year: int) -> None:
    with pytest.raises(Problem) as refused:
        enter(received_at=datetime(year, 1, 1, tzinfo=timezone(timedelta(hours=7))))
    assert (refused.value.status, refused.value.members["field"]) == (422, "received_at")


def page(**asked: Any) -> list[str]:
    person = asked.pop("person", ADMIN)
    question, now = searching.Question(**asked), asked.get("updated_after", NOW) + timedelta(days=1)
    return [case.ticket for case in searching.find(question, person, limit=50, cursor=None, now=now).items]


def test_a_queue_is_in_the_order_of_what_is_due_and_says_so() -> None:
    quick = enter(department="dishub", class_="ringan", received_at=NOW - MINUTE)
    usual = enter(department="dishub")
    assert page(queue=True, department="dishub") == [quick, usual]
    clocks = {ticket: next_due.shown(case_of(ticket), NOW) for ticket in (quick, usual)}
    assert {ticket: (one["name"], one["state"]) for ticket, (one,) in clocks.items()} == {
        quick: ("resolution", "running"),
        usual: ("follow_up", "running"),
    }
    assert page(due_before=NOW + timedelta(hours=4)) == [quick]
    assert page(due_before=NOW + timedelta(minutes=5)) == []
    do(usual, "start", at=NOW + 5 * MINUTE)
    assert next_due.shown(case_of(usual), NOW)[0]["name"] == "resolution"
    late = next_due.shown(case_of(quick), NOW + timedelta(days=2))
    assert [(one["state"], one["legal_basis"]) for one in late] == [
        ("breached", "SK Satpol PP Kota Kediri 300.1/020/419.117/2024")
    ]
    place = case_of(quick).qsk
    do(quick, "respond", {"text": "sudah"})
    assert (case_of(quick).qsk, case_of(quick).due_clock) == (place, "closing")
    assert page(queue=True, department="dishub") == [usual]
    assert page(queue=True, department="dishub", status=("responded",)) == [quick]
    do(quick, "close", at=NOW + 3 * MINUTE)
    over = case_of(quick)
    assert over.queue is None and over.due_at is None and next_due.shown(over, NOW) == []


def test_what_nobody_has_yet_is_due_for_verification_by_the_moment_it_was_received() -> None:
    ticket = says("text", "lampu mati", NOW)
    assert case_of(ticket).due_at is None
    (clock,) = next_due.shown(case_of(ticket), NOW)
    assert (clock["name"], clock["due_on"], clock["state"]) == ("verification", "2026-11-26", "running")
    assert page(due_before=NOW + timedelta(days=1)) == []
    assert page(due_before=NOW + timedelta(days=5)) == [ticket]


def test_a_case_that_waits_keeps_its_place_in_the_queue() -> None:
    ticket = enter(department="dishub")
    before = case_of(ticket).qsk
    do(ticket, "wait", {"text": "di mana?"})
    assert case_of(ticket).qsk == before
    assert page(queue=True, department="dishub") == [ticket]


def test_who_follows_changes_misses_none_that_happens_while_he_walks() -> None:
    tickets = sorted(enter() for _ in range(3))
    question = searching.Question(updated_after=NOW - MINUTE)

    def walk(asked: searching.Question, started: datetime) -> Iterator[Case]:
        cursor = None
        while True:
            found = searching.find(asked, ADMIN, limit=1, cursor=cursor, now=started)
            yield from found.items
            cursor = found.next
            if cursor is None:
                return

    steps = walk(question, NOW + MINUTE)
    seen = [next(steps)]
    assert seen[0].ticket == tickets[0]
    do(tickets[0], "note", {"text": "sudah dilihat orang itu"}, at=NOW + 2 * MINUTE)
    do(tickets[2], "note", {"text": "belum dilihat"}, at=NOW + 3 * MINUTE)
    seen += steps
    newest = max(datetime.fromisoformat(case.updated_at) for case in seen)
    again = walk(searching.Question(updated_after=newest), NOW + 5 * MINUTE)
    assert {case.ticket for case in again} >= {tickets[0], tickets[2]}


def test_a_departments_cursor_names_no_other_departments_case() -> None:
    enter(department="dpupr")
    own = [enter(department="dishub") for _ in range(2)]
    enter(department="dpupr")
    question = searching.Question(updated_after=NOW - MINUTE)
    found = searching.find(question, HEAD, limit=1, cursor=None, now=NOW + MINUTE)
    assert found.next
    cursor = base64.urlsafe_b64decode(found.next + "==").decode()
    assert [ticket for ticket in (*own, found.items[0].ticket) if ticket in cursor] != []
    assert sorted(page(updated_after=NOW - MINUTE, person=HEAD)) == sorted(own)


def test_a_department_with_open_cases_stays_and_so_does_the_code() -> None:
    fewer = msgspec.structs.replace(
        kediri(), departments=tuple(one for one in kediri().departments if one.id != "dishub")
    )
    other = msgspec.structs.replace(kediri(), code="MDN")
    reconfiguring.check(kediri(), fewer)
    reconfiguring.check(kediri(), other)
    enter(department="dishub")
    for new, field in ((fewer, "departments"), (other, "code")):
        with pytest.raises(Problem) as refused:
            reconfiguring.check(kediri(), new)
        assert refused.value.members["field"] == field


def test_who_has_only_whatsapp_where_none_is_sent_is_named() -> None:
    assert reconfiguring.warnings(None, kediri(), whatsapp=False, now=NOW) == []
    departments = tuple(
        msgspec.structs.replace(one, email=None, whatsapp=None, head=Reach(whatsapp="+628111111111"))
        if one.id == "dishub"
        else one
        for one in kediri().departments
    )
    silent = msgspec.structs.replace(kediri(), departments=departments)
    (warning,) = reconfiguring.warnings(kediri(), silent, whatsapp=False, now=NOW)
    assert warning.startswith("Kepala Dishub: hanya punya WhatsApp")
    assert reconfiguring.warnings(kediri(), silent, whatsapp=True, now=NOW) == []


def test_an_extension_is_offered_where_a_standard_knows_one() -> None:
    rules = cities.desk_rules()
    assert "extend" not in casework.actions(case_of(enter(department="dishub")), HEAD, rules)
    granted = case_of(enter(department="dishub", class_="public_information"))
    assert "extend" in casework.actions(granted, HEAD, rules)
    do(granted.ticket, "extend", {"clock": "resolution", "note": "arsip lama harus dicari"}, person=HEAD)
    assert "extend" not in casework.actions(case_of(granted.ticket), HEAD, rules)


def test_what_would_be_allowed_instead_is_what_is_offered() -> None:
    ticket = enter(department="dishub")
    for action, status in (("close", 409), ("reject", 403)):
        with pytest.raises(Problem) as refused:
            do(ticket, action, {}, person=HEAD)
        offered = casework.actions(case_of(ticket), HEAD, cities.desk_rules())
        assert (refused.value.status, refused.value.members["allowed"]) == (status, offered)
        assert "extend" not in offered


def test_a_deadline_that_is_over_is_not_extended_and_keeps_its_extension() -> None:
    ticket = enter(department="dishub", class_="public_information")
    do(ticket, "respond", {"text": "Salinan sudah kami kirim."}, person=HEAD)
    with pytest.raises(Problem) as refused:
        do(ticket, "extend", {"clock": "resolution", "note": "arsip lama harus dicari"}, at=NOW + 2 * MINUTE)
    assert "tidak sedang berjalan" in refused.value.detail
    do(ticket, "reopen", {"note": "salinannya kurang"}, at=NOW + 3 * MINUTE)
    do(ticket, "extend", {"clock": "resolution", "note": "arsip lama harus dicari"}, at=NOW + 4 * MINUTE)
    assert list(case_of(ticket).extended) == ["resolution"]


def test_a_deadline_that_has_passed_is_not_extended() -> None:
    ticket = enter(department="dishub", class_="public_information")
    late = NOW + timedelta(days=60)
    with pytest.raises(Problem) as refused:
        do(ticket, "extend", {"clock": "resolution", "note": "arsip lama harus dicari"}, at=late, person=HEAD)
    assert (refused.value.status, refused.value.members["field"]) == (422, "clock")
    assert not case_of(ticket).extended
    do(ticket, "extend", {"clock": "resolution", "note": "arsip lama harus dicari"}, person=HEAD)
    assert list(case_of(ticket).extended) == ["resolution"]


def test_who_called_and_follows_another_case_has_nobody_to_be_told_and_keeps_nobody_waiting() -> None:
    answered = says("text", "lampu mati", NOW)
    caller = enter()
    do(caller, "merge", {"duplicate_of": answered})
    do(answered, "assign", {"department": "dishub"}, at=NOW + 2 * MINUTE)
    do(answered, "respond", {"text": "sudah menyala"}, at=NOW + 3 * MINUTE)
    (row,) = [row for row in case_rows(answered) if row.sk.endswith("-followers")]
    notices.spread(answered, row, NOW + 4 * MINUTE)
    assert [row.state for row in case_rows(answered) if row.sk.endswith("-followers")] == ["confirmed"]
    assert [row.sk for row in case_rows(caller) if row.destination == "notice"] == []


def case_rows(ticket: str) -> list[Any]:
    found = cases.dossier(ticket)
    assert found
    return found.rows
