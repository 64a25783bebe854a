"""What an erasure must reach beyond a person's cases: payloads, notices to others, numbers, later lines, the log."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from chalicelib.channels import whatsapp_send
from chalicelib.complaints.erasure import GONE, IDENTITY, MEDIA
from chalicelib.complaints.model import InboundMessage, Sender
from chalicelib.complaints.ticket import new_ticket
from chalicelib.desk import answering, casework, erasing
from chalicelib.desk import intake as desk_intake
from chalicelib.store import cases, erasures, intake, ledger, outbox, queues
from chalicelib.store import erasure as store
from chalicelib.store.items import FOLLOWERS
from chalicelib.store.keys import conversation_key, iso
from chalicelib.store.parameters import SECRETS
from chalicelib.store.tables import COMPLAINTS_TABLE, Erasing, Erasure, Event, OutboxRow, Quarantined
from chalicelib.store.transaction import Transaction
from scheduled import retention
from tests.unit.persons import (
    ADMIN,
    LATER,
    NOW,
    OTHER,
    PHONE,
    RAW,
    do,
    dump,
    empty_cloud,
    entered,
    erase,
    kept,
    settle,
    write,
)


@pytest.fixture(autouse=True)
def cloud(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with empty_cloud(monkeypatch):
        monkeypatch.setattr(queues, "announce", lambda ticket, rows: None)
        yield


def by_ticket(ticket: str, at: datetime = LATER) -> dict[str, Any]:
    return erasing.erase(erasing.person(phone=None, handle=None, ticket=ticket), "permintaan", ADMIN, at)


def quarantine(name: str, raw: bytes = RAW, at: datetime = NOW) -> None:
    written = intake.quarantine(name, channel="whatsapp", reason="x", size=len(raw), raw=raw, stored=None, now=at)
    assert isinstance(written, intake.Written)


# --- payloads


def test_payloads_that_came_since_are_erased_too() -> None:
    write("KDR-A")
    first = erase()
    quarantine("q1", at=LATER)
    again = erase(LATER + timedelta(days=1))
    assert (again["id"] != first["id"], again["payloads"], again["state"]) == (True, 1, "done")
    assert Quarantined.get("Q#q1", "META").raw is None
    assert erase(LATER + timedelta(days=2))["repeated"] is True


def test_the_payloads_are_searched_after_the_cases_and_the_night_ends_it(monkeypatch: pytest.MonkeyPatch) -> None:
    kept()
    write("KDR-A")
    for number in range(25):
        quarantine(f"q{number}", at=NOW + timedelta(seconds=number))
    now = [0.0]

    def clock() -> float:
        return now[0]

    real = erasing._holds

    def slow(item: Quarantined, words: tuple[bytes, ...]) -> bool:
        now[0] += 1.0
        return real(item, words)

    monkeypatch.setattr(erasing, "time", SimpleNamespace(monotonic=clock))
    monkeypatch.setattr(erasing, "_holds", slow)
    done = erase()
    # Time for one page of twenty; the case was first.
    assert (done["state"], done["cases"], done["payloads"], done["remaining"]) == ("running", 1, 20, 1)
    record = next(erasures.unfinished())
    assert record.searched_to.endswith("#q19")
    monkeypatch.setattr(retention, "time", SimpleNamespace(monotonic=clock))
    assert retention.run(LATER + timedelta(hours=1))["cases"] == 0
    (record,) = erasures.listed(limit=9, cursor=None)[0]
    assert (record.state, int(record.payloads)) == ("done", 25)
    assert record.sought is None
    assert "6281234567890" not in dump()
    assert list(erasures.unfinished()) == []


def test_a_payload_that_is_being_written_is_not_counted_and_comes_again(monkeypatch: pytest.MonkeyPatch) -> None:
    quarantine("q1")
    write("KDR-A")
    real = Transaction.commit

    def busy(self: Transaction) -> Any:
        if any("Q#q1" in str(update["Key"]) for update in self._updates):
            return [None] * len(self._updates)
        return real(self)

    monkeypatch.setattr(Transaction, "commit", busy)
    first = erase()
    assert (first["payloads"], first["state"], first["remaining"]) == (0, "running", 1)
    kept(quarantine_days=7)
    assert retention.run(NOW + timedelta(days=8))["left"] is True
    monkeypatch.setattr(Transaction, "commit", real)
    last = erase(LATER + timedelta(minutes=1))
    assert (last["payloads"], last["state"], last["id"]) == (1, "done", first["id"])


def test_the_night_goes_on_with_the_oldest_request_however_many_came_since(monkeypatch: pytest.MonkeyPatch) -> None:
    kept()
    write("KDR-A")
    monkeypatch.setattr(erasing, "SECONDS", -1.0)
    assert erase()["state"] == "running"
    monkeypatch.setattr(erasing, "SECONDS", 18.0)
    for number in range(21):
        whom = erasing.person(phone=f"+62812000000{number:02}", handle=None, ticket=None)
        erasing.erase(whom, "x", ADMIN, LATER + timedelta(minutes=number + 1))
    retention.run(NOW + timedelta(days=1))
    assert {record.state for record in erasures.listed(limit=30, cursor=None)[0]} == {"done"}
    assert PHONE.removeprefix("+") not in dump()


@pytest.fixture
def provider(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is sent to citizens."""
    sent: list[str] = []

    def send(session: Any, url: str, account: str, secret: str, to: str, body: str) -> str:
        sent.append(f"{to} {body}")
        return "wamid.sent"

    monkeypatch.setattr(whatsapp_send, "send", send)
    monkeypatch.setattr(type(SECRETS), "current", lambda self, name: "x")
    monkeypatch.setattr(answering, "settings", lambda: SimpleNamespace(whatsapp_api_url="x"))
    return sent


# --- receipts


def said(ticket: str, phone: str = PHONE) -> str:
    """A new case by a message without a file; the key of that message, which is the row of its receipt."""
    message = InboundMessage(
        channel="whatsapp",
        account="106",
        id=f"wamid.{ticket}",
        sent_at=NOW,
        sender=Sender(user_id=f"ID.{ticket}", phone=phone),
        kind="text",
        text="kutilang menyumbat",
    )
    rows = [desk_intake._reply(message, phone, "opened", NOW)]
    more: dict[str, Any] = {"replaces": (), "wordless": False, "until": LATER, "look_at": LATER}
    assert isinstance(intake.open_case(ticket, message, rows, now=NOW, **more), intake.Written)
    assert rows[0].key.startswith("MSG#")
    return rows[0].key


@pytest.mark.parametrize("state", ["waiting", "failed", "confirmed"])
def test_a_receipt_goes_with_its_message_and_whoever_still_waits_for_one_is_not_told(
    state: str, provider: list[str]
) -> None:
    kept()
    ticket = new_ticket("KDR")
    key = said(ticket)
    row = outbox.get(ticket, key)
    assert row is not None
    if state == "failed":
        assert outbox.refuse(row, reason="refused, code 131026", now=NOW)
    elif state == "confirmed":
        answering.answer(ticket, key, NOW)
        assert "wamid.sent" in dump()
    told = list(provider)
    counted = ledger.ledger()["destinations"]["reporter"]
    assert counted[state] == 1
    done = erase(NOW + timedelta(minutes=1))  # unlike a file on its way, a fresh receipt holds nothing up
    assert (done["state"], done["messages"], done["files"]) == ("done", 1, 0)
    stored = dump()
    assert [word for word in (PHONE.removeprefix("+"), "wamid.", "kutilang") if word in stored] == []
    after = outbox.get(ticket, key)
    assert after is not None
    assert (after.state, after.payload["kind"]) == ("confirmed" if state == "confirmed" else "erased", "opened")
    assert [name for name in ("opk", "osk", "result") if getattr(after, name) is not None] == []
    due = 1 if state == "confirmed" else 0
    expected = {"due": due, "confirmed": due, "waiting": 0, "failed": 0, "ambiguous": 0}
    assert ledger.ledger()["destinations"]["reporter"] == expected
    # Whatever is announced of it, and whoever sent it meanwhile, nobody is told and nothing comes back.
    answering.answer(ticket, key, LATER)
    assert not outbox.confirm(row, result={"id": "wamid.late"}, now=LATER) or state == "confirmed"
    assert provider == told
    # Asked again, nothing is counted twice.
    do(ticket, "note", {"text": "x"}, LATER + timedelta(hours=1))
    assert by_ticket(ticket, LATER + timedelta(hours=2))["state"] == "done"
    assert ledger.ledger()["destinations"]["reporter"] == expected


def test_a_receipt_sent_while_it_is_erased_leaves_nothing_of_whom(monkeypatch: pytest.MonkeyPatch) -> None:
    kept()
    ticket = new_ticket("KDR")
    key = said(ticket)
    row = outbox.get(ticket, key)
    assert row is not None
    real = Transaction.commit
    sent: list[bool] = []

    def confirmed_before(self: Transaction) -> Any:
        if not sent and any(key in str(update["Key"]) for update in self._updates):
            sent.append(outbox.confirm(row, result={"id": "wamid.sent"}, now=LATER))
        return real(self)

    monkeypatch.setattr(Transaction, "commit", confirmed_before)
    assert erase(LATER)["state"] == "done"
    assert sent == [True]
    assert "wamid." not in dump()
    counted = ledger.ledger()["destinations"]["reporter"]
    assert (counted["due"], counted["confirmed"], counted["waiting"]) == (1, 1, 0)


def test_a_term_of_files_takes_no_receipt_and_one_of_identities_does() -> None:
    for parts, state in (({MEDIA}, "waiting"), ({IDENTITY}, "erased")):
        ticket = new_ticket("KDR")
        key = said(ticket, phone="+62811111111" + str(len(state)))
        found = cases.dossier(ticket)
        assert found is not None
        assert store.erase(found, frozenset(parts), actor="system", now=NOW) == store.Erased()
        row = outbox.get(ticket, key)
        assert row is not None
        assert (row.state, "to" in row.payload) == (state, state == "waiting")
        assert ledger.ledger()["destinations"]["reporter"]["due"] == 1


# --- what others are told


@pytest.fixture
def answered(provider: list[str]) -> tuple[str, str, list[str]]:
    """A case whose answer names its reporter, one that follows it, and what is sent."""
    kept()
    target, follower = new_ticket("KDR"), new_ticket("KDR")
    write(target)
    write(follower, number=OTHER)
    do(target, "assign", {"department": "dishub"})
    do(follower, "merge", {"duplicate_of": target})
    for row in cases.dossier(follower).rows:  # type: ignore[union-attr]  # just written
        settle(row.pk, row.sk)
    for event in Event.query(f"C#{follower}", Event.sk.startswith("EVT#"), Event.state == "waiting"):
        settle(event.pk, event.sk)
    do(target, "respond", {"text": "Ibu Merakbiru, sudah menyala"})
    return target, follower, provider


def waiting(ticket: str) -> list[OutboxRow]:
    return [
        OutboxRow.get(item.pk, item.sk)
        for item in OutboxRow.by_outbox.query("notice#waiting")
        if item.pk == f"C#{ticket}"
    ]


def follow_on(target: str) -> None:
    (row,) = [row for row in waiting(target) if row.payload["kind"] == FOLLOWERS]
    answering.answer(target, row.sk, LATER)


def test_an_answer_is_copied_into_no_other_case(answered: tuple[str, str, list[str]]) -> None:
    target, follower, sent = answered
    follow_on(target)
    (row,) = waiting(follower)
    assert "text" not in row.payload
    answering.answer(follower, row.sk, LATER)
    (told,) = sent
    assert told.startswith(OTHER)
    assert "Ibu [nama], sudah menyala" in told
    erase(LATER + timedelta(minutes=5))
    assert "merakbiru" not in dump()


def test_who_follows_an_erased_case_hears_of_its_outcome_without_the_words(
    answered: tuple[str, str, list[str]],
) -> None:
    target, follower, sent = answered
    # Erased before the followers were told at all: their row still spreads.
    erase(LATER + timedelta(minutes=5))
    assert "merakbiru" not in dump()
    follow_on(target)
    (row,) = waiting(follower)
    answering.answer(follower, row.sk, LATER)
    (told,) = sent
    assert f"aduan *{follower}* sudah dijawab." in told
    assert GONE not in told
    assert waiting(target) == []
    assert OutboxRow.get(row.pk, row.sk).state == "confirmed"


def test_who_follows_a_follower_is_pointed_to_where_the_answer_is(answered: tuple[str, str, list[str]]) -> None:
    target, follower, sent = answered
    third = new_ticket("KDR")
    write(third, number="+6281222222222")
    do(follower, "reopen", {"note": "x"})
    do(third, "merge", {"duplicate_of": follower})
    do(follower, "merge", {"duplicate_of": target})
    follow_on(target)
    follow_on(follower)
    (row,) = [row for row in waiting(third) if row.payload["kind"] == "joined_responded"]
    assert row.payload["origin"]["ticket"] == target
    answering.answer(third, row.sk, LATER)
    assert "Ibu [nama], sudah menyala" in sent[-1]


# --- numbers


def changed_number(new: str = "6289876543210") -> InboundMessage:
    return InboundMessage(
        channel="whatsapp",
        account="106",
        id=f"wamid.{new}",
        sent_at=NOW,
        sender=Sender(user_id="ID.KDR-A", phone=PHONE),
        kind="system",
        control=True,
        extra={"system": {"wa_id": new}},
    )


def test_a_number_that_a_citizen_changed_to_is_erased_as_well() -> None:
    write("KDR-A")
    version = cases.get("KDR-A").version  # type: ignore[union-attr]  # just written
    assert desk_intake.accept(changed_number(), None, NOW).kind == "control"  # type: ignore[arg-type]  # not asked
    assert "89876543210" in dump()
    assert intake.conversation(["whatsapp:106:p:6289876543210"]) == "KDR-A"
    case = cases.get("KDR-A")
    assert case is not None
    assert case.version == version + 1  # an erasure that had read it begins anew
    assert "relinked" in [line["type"] for line in casework.timeline(cases.dossier("KDR-A"))]  # type: ignore[arg-type]
    erase()
    assert "89876543210" not in dump()


def test_a_number_changed_after_the_erasure_leads_nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    write("KDR-A")
    # It was looked up a moment before the erasure took the conversation away.
    monkeypatch.setattr(intake, "conversation", lambda identities: "KDR-A")
    erase()
    assert desk_intake.accept(changed_number(), None, LATER).kind == "control"  # type: ignore[arg-type]  # not asked
    assert conversation_key("whatsapp:106:p:6289876543210").casefold() not in dump()


# --- what is done with an erased case


def test_what_is_noted_of_an_erased_case_goes_with_the_next_request() -> None:
    kept()
    ticket = entered(reporter={"phone": PHONE, "name": "Kutilang"})
    settle_all(ticket)
    first = erase()
    do(ticket, "note", {"text": "Bu Kutilang menelepon lagi"}, LATER + timedelta(hours=1))
    second = by_ticket(ticket, LATER + timedelta(hours=2))
    assert (second["id"] != first["id"], second["cases"], second["state"]) == (True, 1, "done")
    assert "kutilang" not in dump()
    assert by_ticket(ticket, LATER + timedelta(hours=3))["id"] == second["id"]


def test_a_term_takes_what_was_noted_of_an_erased_case() -> None:
    kept(identity_days=20, media_days=20, text_days=20, rejected_days=5)
    ticket = entered(reporter={"phone": PHONE})
    settle_all(ticket)
    erase()
    do(ticket, "reject", {"reason": "incomplete", "note": "Bu Kutilang tidak menjawab"}, LATER + timedelta(hours=1))
    assert retention.run(NOW + timedelta(days=22))["cases"] > 0
    assert "kutilang" not in dump()
    assert retention.run(NOW + timedelta(days=44))["cases"] == 0


def settle_all(ticket: str) -> None:
    for row in cases.dossier(ticket).rows:  # type: ignore[union-attr]  # just written
        settle(row.pk, row.sk)


def test_an_open_case_is_alerted_of_after_an_erasure_as_before() -> None:
    write("KDR-A")
    told = {"clock": "response", "round": 1, "percent": 80, "kind": "warning", "to": ["head"], "by": ["email"]}
    at = iso(NOW)
    item: dict[str, Any] = {"pk": "C#KDR-A", "sk": f"EVT#{at}#00000000", "type": "alert", "at": at, "actor": "system"}
    item |= {"data": told, "destination": "alert", "state": "waiting", "opk": "alert#waiting", "osk": f"{at}#KDR-A"}
    transaction = Transaction()
    transaction.put(COMPLAINTS_TABLE, item)
    transaction.commit()
    erase()
    line = Event.get(item["pk"], item["sk"])
    assert (line.data, line.state) == (told, "waiting")
    assert [row.pk for row in OutboxRow.by_outbox.query("alert#waiting")] == ["C#KDR-A"]


# --- the log


def test_that_somebody_was_erased_is_forgotten_after_a_month() -> None:
    write("KDR-A")
    identifier = erase()["id"]
    (pointer,) = Erasing.scan(Erasing.pk.startswith("ERASING#"))
    assert pointer.erasure == identifier
    assert int(pointer.expires_at) == int((LATER + timedelta(days=30)).timestamp())
    # A new request is remembered from its own end on.
    write("KDR-B", at=LATER)
    erase(LATER + timedelta(days=3))
    pointer.refresh()
    assert int(pointer.expires_at) == int((LATER + timedelta(days=33)).timestamp())


def test_a_record_says_whom_only_while_it_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    write("KDR-A")
    monkeypatch.setattr(erasing, "SECONDS", -1.0)
    erase()
    (record,) = erasures.unfinished()
    assert record.whose
    monkeypatch.setattr(erasing, "SECONDS", 18.0)
    erase()
    ended = Erasure.get(record.pk, "META")
    names = ("whose", "only", "sought", "searched_to", "opk", "osk")
    assert {name: getattr(ended, name) for name in names} == dict.fromkeys(names)
    assert erasing.view(ended).keys() & set(names) == set()


def test_what_a_handle_and_a_term_do_not_find_is_said() -> None:
    write("KDR-A")
    assert erasing.erase(erasing.person(phone=None, handle="ID.KDR-A", ticket=None), "x", ADMIN, LATER)["cases"] == 0
    said = " ".join(erasing.LIMITS)
    assert "tanpa nomor telepon" in said
    assert "masa simpannya habis" in said


# --- when there is no time for all of it


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Reading a whole case takes ten seconds; the cases that were read."""
    read: list[str] = []
    real = cases.dossier

    def dossier(ticket: str) -> cases.Dossier | None:
        read.append(ticket)
        return real(ticket)

    monkeypatch.setattr(cases, "dossier", dossier)
    monkeypatch.setattr(erasing, "time", SimpleNamespace(monotonic=lambda: 10.0 * len(read)))
    return read


def test_counting_ends_in_time_and_says_that_it_is_not_all(slow: list[str]) -> None:
    for minute, name in enumerate(("KDR-A", "KDR-B", "KDR-C", "KDR-D")):
        write(name, at=NOW + timedelta(minutes=minute))
    slow.clear()
    whom = erasing.person(phone=PHONE, handle=None, ticket=None)
    counted = erasing.count(whom)
    assert (counted["cases"], counted["messages"], counted["files"], counted["complete"]) == (2, 4, 2, False)
    assert slow == ["KDR-A", "KDR-B"]


def test_a_count_of_everything_says_so() -> None:
    write("KDR-A")
    counted = erasing.count(erasing.person(phone=PHONE, handle=None, ticket=None))
    assert (counted["cases"], counted["complete"]) == (1, True)
