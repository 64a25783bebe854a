"""Erasing a person, killed anywhere and resumed; and what expires by the city's terms."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from chalicelib.complaints import erasure as pure
from chalicelib.complaints.erasure import EVERYTHING, GONE, IDENTITY, MEDIA, TEXT
from chalicelib.complaints.ticket import new_ticket
from chalicelib.desk import erasing
from chalicelib.store import cases, cursors, erasures, intake, ledger
from chalicelib.store import erasure as store
from chalicelib.store.keys import iso
from chalicelib.store.tables import COMPLAINTS_TABLE, Case, Erasure, OutboxRow, Quarantined
from chalicelib.store.transaction import Transaction
from scheduled import retention
from tests.unit.persons import ADMIN, BUCKET, LATER, NOW, PHONE, change, dump, empty_cloud, erase, kept, s3, write


class Killed(Exception):
    """The process died."""


@pytest.fixture(autouse=True)
def cloud(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with empty_cloud(monkeypatch):
        yield


CANARIES = ("kutilang", "perkutut", PHONE.removeprefix("+"), "wamid.", "id.kdr", "attachments/")


def test_a_person_is_gone_and_the_figures_are_there() -> None:
    write("KDR-A")
    write("KDR-B", at=NOW + timedelta(minutes=1))
    write("KDR-C", number="+6281111111111")
    counted = ledger.ledger()
    done = erase()
    assert (done["cases"], done["messages"], done["files"], done["state"]) == (2, 4, 2, "done")
    after = dump()
    assert "81234567890" not in after
    assert "attachments/kdr-c/a" in after
    assert ledger.ledger() == counted
    found = cases.dossier("KDR-A")
    assert found is not None
    assert found.case.status == "received"
    assert not found.case.text
    assert not found.case.person
    assert found.case.erased.keys() == EVERYTHING
    assert {message.text for message in found.messages} == {GONE, None}
    assert [(event.type, event.actor) for event in found.events] == [("note", "operator1"), ("erased", "admin1")]
    assert found.events[0].data["after"] == {"status": "verified"}


def test_killed_at_every_step_and_resumed_nothing_is_left_and_nothing_counted_twice(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("KDR-A", "KDR-B", "KDR-D"):
        write(name, at=NOW + timedelta(minutes=ord(name[-1])))
    counted = ledger.ledger()
    real, steps, last, deaths = Transaction.commit, 0, 0, 0

    def dying(self: Transaction) -> Any:
        nonlocal steps, last
        steps += 1
        if steps > last:
            last, steps = last + 1, 0
            # Half of the deaths come before the write, half between it and its answer.
            if last % 2:
                real(self)
            raise Killed
        return real(self)

    monkeypatch.setattr(Transaction, "commit", dying)
    done = None
    while done is None:
        steps = 0
        try:
            done = erase(LATER + timedelta(minutes=deaths))
        except Killed:
            deaths += 1
    assert deaths > 3
    monkeypatch.setattr(Transaction, "commit", real)
    assert (done["cases"], done["messages"], done["files"]) == (3, 6, 3)
    assert [word for word in CANARIES if word in dump()] == []
    assert ledger.ledger() == counted
    assert len(erasures.listed(limit=10, cursor=None)[0]) == 1
    assert erase()["repeated"] is True


def test_a_new_case_of_an_erased_person_is_a_new_request() -> None:
    write("KDR-A")
    first = erase()
    assert erase()["id"] == first["id"]
    write("KDR-B", at=LATER)
    second = erase(LATER + timedelta(hours=1))
    assert (second["id"] != first["id"], second["cases"], second["repeated"]) == (True, 1, False)
    page, following = erasures.listed(limit=1, cursor=None)
    rest, end = erasures.listed(limit=1, cursor=following)
    assert [item.pk for item in [*page, *rest]] == [f"ERASURE#{second['id']}", f"ERASURE#{first['id']}"]
    with pytest.raises(cursors.BadCursor):
        erasures.listed(limit=1, cursor="x")
    assert end is None or erasures.listed(limit=1, cursor=end)[0] == []


def test_what_a_worker_has_in_hand_is_left_until_later() -> None:
    write("KDR-A")
    row = OutboxRow.get("C#KDR-A", "OUT#lapor#case")
    transaction = Transaction()
    transaction.update(
        COMPLAINTS_TABLE,
        {"pk": row.pk, "sk": row.sk},
        "SET #state = :waiting, lease_until = :until",
        {":waiting": "waiting", ":until": iso(LATER + timedelta(minutes=2))},
        None,
        {"#state": "state"},
    )
    transaction.commit()
    before = cases.dossier("KDR-A")
    assert (erase()["remaining"], erase()["state"]) == (1, "running")
    assert before is not None
    assert s3().list_objects_v2(Bucket=BUCKET)["KeyCount"] == 1
    # The worker died: its lease has ended, and what was to be filed is withdrawn.
    due = ledger.ledger()["destinations"]["lapor"]["due"]
    done = erase(LATER + timedelta(minutes=3))
    assert (done["cases"], done["state"]) == (1, "done")
    assert ledger.ledger()["destinations"]["lapor"]["due"] == due - 1
    assert OutboxRow.get("C#KDR-A", "OUT#lapor#case").opk is None


def test_a_dry_run_counts_and_writes_nothing() -> None:
    write("KDR-A")
    intake.quarantine(
        "q1", channel="whatsapp", reason="x", size=9, raw=b'{"from": "6281234567890"', stored=None, now=NOW
    )
    intake.quarantine("q2", channel="whatsapp", reason="x", size=9, raw=b"6289999999999", stored=None, now=NOW)
    before = dump()
    counted = erasing.count(erasing.person(phone="0812-3456-7890", handle=None, ticket=None))
    assert (counted["cases"], counted["messages"], counted["files"], counted["payloads"]) == (1, 2, 1, 1)
    assert dump() == before
    assert erase()["payloads"] == 1
    assert not Quarantined.get("Q#q1", "META").raw
    assert Quarantined.get("Q#q2", "META").raw == b"6289999999999"
    assert [item.pk for item in cases.quarantined(limit=9, cursor=None)[0]] == ["Q#q2"]
    assert ledger.ledger()["quarantined"] == 2


def by_ticket(ticket: str, at: datetime = LATER) -> dict[str, Any]:
    return erasing.erase(erasing.person(phone=None, handle=None, ticket=ticket), "permintaan", ADMIN, at)


def test_by_its_ticket_a_person_is_erased_from_all_his_cases() -> None:
    first, second = new_ticket("KDR"), new_ticket("KDR")
    write(first)
    write(second, at=NOW + timedelta(minutes=1))
    done = by_ticket(first)
    assert (done["cases"], done["repeated"]) == (2, False)
    # Again, by either: the same request, and no second line in the log.
    for ticket in (first, second):
        again = by_ticket(ticket, LATER + timedelta(hours=1))
        assert (again["id"], again["repeated"], again["state"]) == (done["id"], True, "done")
    assert len(erasures.listed(limit=10, cursor=None)[0]) == 1


def test_asked_again_by_a_ticket_that_is_erased_already_the_other_cases_go_too(monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = new_ticket("KDR"), new_ticket("KDR")
    write(first)
    write(second, at=NOW + timedelta(minutes=1))
    real = store.erase
    erased: list[str] = []

    def dying(found: cases.Dossier, *rest: Any, **more: Any) -> Any:
        if erased:
            raise Killed
        erased.append(found.case.ticket)
        return real(found, *rest, **more)

    monkeypatch.setattr(store, "erase", dying)
    with pytest.raises(Killed):
        by_ticket(first)
    monkeypatch.setattr(store, "erase", real)
    assert erased == [first]
    done = by_ticket(first, LATER + timedelta(minutes=1))
    assert (done["cases"], done["state"], done["repeated"]) == (2, "done", True)
    assert PHONE.removeprefix("+") not in dump()
    assert len(erasures.listed(limit=10, cursor=None)[0]) == 1


def night(days: float) -> datetime:
    return NOW + timedelta(days=days)


def test_terms_end_one_after_the_other_and_once() -> None:
    kept(identity_days=20, media_days=10, text_days=30, rejected_days=5)
    write("KDR-A")
    write("KDR-B", number="+6281111111111")
    change("KDR-A", status="closed")
    assert retention.run(night(10)) == {"cases": 0, "payloads": 0, "left": False}
    assert retention.run(night(11))["cases"] == 1
    found = cases.dossier("KDR-A")
    assert found is not None
    assert (found.messages[0].media or found.messages[0].stored, found.case.text) == (None, "perkutut menyumbat")
    assert found.case.reporter["phone"] == PHONE
    assert retention.run(night(11))["cases"] == 0
    assert retention.run(night(21))["cases"] == 1
    case = Case.get("C#KDR-A", "META")
    assert (case.reporter, case.text) == ({"anonymous": False}, "perkutut menyumbat")
    assert not case.person
    assert case.updated_at == iso(NOW)
    # A month is missed; the next night makes up for it.
    assert retention.run(night(61))["cases"] == 1
    assert Case.get("C#KDR-A", "META").text is None
    assert Case.get("C#KDR-B", "META").text == "perkutut menyumbat"  # open: everything stays
    assert s3().list_objects_v2(Bucket=BUCKET)["KeyCount"] == 1


def test_a_joke_is_erased_wholly_and_soon_and_another_rejection_is_not() -> None:
    kept(identity_days=20, media_days=20, text_days=20, rejected_days=5)
    write("KDR-A")
    write("KDR-B", number="+6281111111111")
    change("KDR-A", status="rejected", reason="spam")
    change("KDR-B", status="rejected", reason="incomplete")
    assert retention.run(night(6))["cases"] == 1
    assert Case.get("C#KDR-A", "META").erased.keys() == EVERYTHING
    assert Case.get("C#KDR-B", "META").erased is None
    assert PHONE.removeprefix("+") not in dump()


def test_a_case_touched_again_starts_its_term_again() -> None:
    kept(identity_days=20, media_days=20, text_days=20, rejected_days=5)
    write("KDR-A")
    change("KDR-A", status="closed", updated_on="2026-12-01", updated_at="2026-12-01T02:00:00.000Z")
    assert retention.run(night(21))["cases"] == 0
    assert retention.run(night(31))["cases"] == 3


def test_payloads_nobody_could_read_expire() -> None:
    kept(quarantine_days=7)
    intake.quarantine("q1", channel="whatsapp", reason="x", size=3, raw=b"abc", stored=None, now=NOW)
    assert retention.run(night(6.9))["payloads"] == 0
    assert retention.run(night(7.1))["payloads"] == 1
    assert retention.run(night(7.2))["payloads"] == 0


def test_the_night_ends_what_a_request_had_no_time_for(monkeypatch: pytest.MonkeyPatch) -> None:
    kept()
    write("KDR-A")
    monkeypatch.setattr(erasing, "SECONDS", -1.0)
    assert (erase()["state"], erase()["remaining"]) == ("running", 1)
    retention.run(night(1))
    (record,) = erasures.listed(limit=9, cursor=None)[0]
    assert (record.state, int(record.cases)) == ("done", 1)
    assert not record.whose


def test_a_case_that_cannot_be_erased_keeps_no_other_and_is_tried_every_night(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    kept(identity_days=20, media_days=100, text_days=30, rejected_days=100)
    days = {"KDR-A": "2026-11-21", "KDR-B": "2026-11-21", "KDR-C": "2026-11-23"}
    for number, (ticket, day) in enumerate(days.items()):
        write(ticket, f"+628111111111{number}")
        change(ticket, status="closed", updated_on=day, updated_at=f"{day}T02:00:00.000Z")
    real = store.erase

    def failing(found: cases.Dossier, *words: Any, **more: Any) -> Any:
        if found.case.ticket == "KDR-A":
            raise KeyError(found.case.ticket)
        return real(found, *words, **more)

    monkeypatch.setattr(store, "erase", failing)
    with pytest.raises(retention.Unfinished, match="2 cases"):  # by two terms
        retention.run(night(40))
    told: list[Any] = [one for one in caplog.records if one.getMessage() == "not_erased"]
    assert {one.facts["ticket"] for one in told} == {"KDR-A"}
    lost = {ticket: set(Case.get(f"C#{ticket}", "META").erased or ()) for ticket in days}
    assert lost == {"KDR-A": set(), "KDR-B": {IDENTITY, TEXT}, "KDR-C": {IDENTITY, TEXT}}
    monkeypatch.setattr(store, "erase", real)
    assert retention.run(night(41)) == {"cases": 2, "payloads": 0, "left": False}
    assert set(Case.get("C#KDR-A", "META").erased) == {IDENTITY, TEXT}


def test_a_request_that_breaks_keeps_no_other_and_no_term_from_ending(monkeypatch: pytest.MonkeyPatch) -> None:
    kept(identity_days=20, media_days=100, text_days=100, rejected_days=100)
    monkeypatch.setattr(erasing, "SECONDS", -1.0)
    write("KDR-A")
    erase()
    write("KDR-B", "+6281111111111")
    erasing.erase(erasing.person(phone="+6281111111111", handle=None, ticket=None), "x", ADMIN, LATER)
    write("KDR-C", "+6281111111112")
    change("KDR-C", status="closed")
    first = next(erasures.unfinished()).pk
    real = erasing.go_on

    def failing(record: Erasure, *words: Any) -> int:
        if record.pk == first:
            raise KeyError(record.pk)
        return real(record, *words)

    monkeypatch.setattr(erasing, "go_on", failing)
    with pytest.raises(retention.Unfinished):
        retention.run(night(21))
    assert [record.pk for record in erasures.unfinished()] == [first]
    assert set(Case.get("C#KDR-C", "META").erased) == {IDENTITY}


def test_without_a_city_or_cases_nothing_is_erased() -> None:
    assert retention.run(NOW) == {"cases": 0, "payloads": 0, "left": False}
    kept()
    assert retention.run(NOW) == {"cases": 0, "payloads": 0, "left": False}


@pytest.mark.parametrize("parts", [frozenset({IDENTITY}), frozenset({MEDIA}), frozenset({TEXT}), EVERYTHING])
def test_data_taken_out_twice_is_the_same(parts: frozenset[str]) -> None:
    data = {
        "text": "Bu Kutilang",
        "note": "x",
        "department": "dpupr",
        "changes": {"location": {"lat": 1.0, "lon": 2.0, "address": "x", "kelurahan": "Betet"}},
        "after": {"location": {"lat": 1.0}, "status": "closed"},
        "attachment": {"id": "a", "name": "kutilang.jpg"},
        "unknown": "kutilang",
    }
    once = pure.event_data(data, parts)
    assert pure.event_data(once, parts) == once
    if TEXT in parts:
        assert (once["text"], once["note"]) == (GONE, GONE)
        assert once["changes"] == {"location": {"kelurahan": "Betet"}}
        assert once["after"] == {"location": None, "status": "closed"}
        assert "utilang" not in str(once)
    assert ("attachment" in once) == (MEDIA not in parts)
    assert once["department"] == "dpupr"


def test_a_short_handle_is_not_searched_for() -> None:
    assert pure.needles(PHONE, "abc") == (b"6281234567890", b"081234567890")
    assert pure.needles(None, "Warga.Satu") == (b"warga.satu",)


def test_files_are_named_once() -> None:
    write("KDR-A")
    found = cases.dossier("KDR-A")
    assert found is not None
    assert store.files(found) == ["attachments/KDR-A/a"]
