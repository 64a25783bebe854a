"""Erasing a person, killed anywhere and resumed; and what expires by the city's terms."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import boto3
import pytest

from chalicelib import settings as deployed
from chalicelib.complaints import erasure as pure
from chalicelib.complaints.city import parse
from chalicelib.complaints.erasure import EVERYTHING, GONE, IDENTITY, MEDIA, TEXT
from chalicelib.complaints.model import InboundMessage, Media, Sender
from chalicelib.desk import erasing
from chalicelib.desk.people import Staff
from chalicelib.store import aws, cases, cities, erasures, intake, ledger
from chalicelib.store import erasure as store
from chalicelib.store.aws import SHARED
from chalicelib.store.items import Row, event_item
from chalicelib.store.keys import iso, message_key
from chalicelib.store.tables import COMPLAINTS_TABLE, CONTROL_TABLE, Case, OutboxRow, Quarantined
from chalicelib.store.transaction import Transaction
from scheduled import retention
from tests.unit.tables import REGION, empty_tables

NOW = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
PHONE = "+6281234567890"
ADMIN = Staff("admin1", "admin", None)
BUCKET = "berkas-uji"
TOML = (Path(__file__).parents[2] / "infra/cities/kediri.toml").read_text(encoding="utf-8")


class Killed(Exception):
    """The process died."""


@pytest.fixture(autouse=True)
def cloud(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in ("STAGE", "SECRETS_PREFIX", "OUTBOX_TOPIC"):
        monkeypatch.setenv(f"ADUAN_{name}", "x")
    monkeypatch.setenv("ADUAN_MEDIA_BUCKET", BUCKET)
    SHARED._client = None
    aws.client.cache_clear()
    deployed.settings.cache_clear()
    cities._cached.clear()
    with empty_tables():
        s3().create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION})
        yield
    SHARED._client = None
    aws.client.cache_clear()
    deployed.settings.cache_clear()
    cities._cached.clear()


def s3() -> Any:
    return boto3.client("s3", region_name=REGION)


def write(ticket: str, number: str = PHONE, at: datetime = NOW) -> None:
    """A case by WhatsApp with a photo that is fetched, an answer that is sent, and a note about its reporter."""
    message = InboundMessage(
        channel="whatsapp",
        account="106",
        id=f"wamid.{ticket}",
        sent_at=at,
        sender=Sender(user_id=f"ID.{ticket}", phone=number, name="Kutilang"),
        kind="image",
        text="perkutut menyumbat",
        media=Media(id="77", type="image", mime="image/jpeg", filename="kutilang.jpg"),
        extra={"context": "kutilang"},
    )
    key = message_key(message.id, at)
    rows = [Row("lapor", "case", {}), Row("reporter", "1", {"kind": "opened", "to": number}), Row("media", key, {})]
    written = intake.open_case(
        ticket, message, rows, replaces=old(number), wordless=False, until=at + timedelta(days=31), now=at
    )
    assert isinstance(written, intake.Written), written
    s3().put_object(Bucket=BUCKET, Key=f"attachments/{ticket}/a", Body=b"kutilang")
    for row in cases.dossier(ticket).rows:  # type: ignore[union-attr]  # just written
        settle(row.pk, row.sk)
    wordless: dict[str, Any] = {
        "pk": f"C#{ticket}",
        "sk": message_key("wamid.2", at),
        "message_id": "wamid.2",
        "channel": "whatsapp",
    }
    wordless |= {"kind": "location", "location": {"address": "kutilang"}, "sent_at": iso(at), "received_at": iso(at)}
    settle(f"C#{ticket}", key, stored={"key": f"attachments/{ticket}/a", "type": "image/jpeg", "size": 8})
    transaction = Transaction()
    note = {"text": "Bu Kutilang menelepon", "before": {"status": "received"}, "after": {"status": "verified"}}
    transaction.put(COMPLAINTS_TABLE, wordless)
    transaction.put(COMPLAINTS_TABLE, event_item(ticket, "e1", "note", iso(at), "operator1", note))
    transaction.commit()


def old(number: str) -> set[str]:
    """Every case so far may be replaced in the citizen's conversation."""
    return {item.lsk.rpartition("#")[2] for item in Case.by_received.query("CASE")}


def settle(pk: str, sk: str, **more: Any) -> None:
    transaction = Transaction()
    sets = "SET #state = :done" + "".join(f", #{name} = :{name}" for name in more)
    values = {":done": "confirmed", **{f":{name}": value for name, value in more.items()}}
    names = {"#state": "state", **{f"#{name}": name for name in more}}
    transaction.update(COMPLAINTS_TABLE, {"pk": pk, "sk": sk}, f"{sets} REMOVE opk, osk", values, None, names)
    assert transaction.commit() is None


def change(ticket: str, **attributes: Any) -> None:
    case = Case.get(f"C#{ticket}", "META")
    for name, value in attributes.items():
        setattr(case, name, value)
    case.save()


def dump() -> str:
    """Everything that is stored, as one text."""
    client = boto3.client("dynamodb", region_name=REGION)
    found = [str(client.scan(TableName=name)["Items"]) for name in (COMPLAINTS_TABLE, CONTROL_TABLE)]
    found += [item["Key"] for item in s3().list_objects_v2(Bucket=BUCKET).get("Contents", [])]
    return "\n".join(found).lower()


CANARIES = ("kutilang", "perkutut", PHONE.removeprefix("+"), "wamid.", "id.kdr", "attachments/")


def erase(at: datetime = LATER) -> dict[str, Any]:
    whom = erasing.person(phone=PHONE, handle=None, ticket=None)
    return erasing.erase(whom, "permintaan", ADMIN, at)


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
    with pytest.raises(cases.BadCursor):
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


def test_by_its_ticket_a_person_is_erased_from_all_his_cases() -> None:
    write("KDR-7Q4M-2X9D")
    write("KDR-B", at=NOW + timedelta(minutes=1))
    ticket = "KDR-7Q4M-2X9D"
    assert erasing.erase(reporter_of(ticket), "x", ADMIN, LATER)["cases"] == 2


def reporter_of(ticket: str) -> erasing.Person:
    case = cases.get(ticket)
    assert case is not None
    return erasing.Person(case.person, ticket, ())


def kept(**days: int) -> None:
    text = TOML
    for name, value in days.items():
        line = next(line for line in text.splitlines() if line.startswith(f"{name} = "))
        text = text.replace(line, f"{name} = {value}")
    assert cities.apply(parse(text), text, after=0, by="admin1", now=NOW)


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
