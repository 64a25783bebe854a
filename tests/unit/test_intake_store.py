"""What intake writes, read back through the models; and what each refusal says."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from chalicelib.complaints.lifecycle import OPEN
from chalicelib.complaints.model import InboundMessage, Location, Media, Sender
from chalicelib.store import cases, intake, ledger, outbox
from chalicelib.store.aws import SHARED
from chalicelib.store.intake import BelongsTo, Duplicate, Written
from chalicelib.store.items import Row
from chalicelib.store.joining import NotOpen, Settled, Wordless
from chalicelib.store.keys import iso, marker_key, message_key
from chalicelib.store.tables import Case, ControlItem, Conversation, LedgerShard, Message, OutboxRow, Quarantined
from chalicelib.store.transaction import NotStorable
from tests.unit.tables import empty_tables

NOW = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
UNTIL = NOW + timedelta(days=31)
LOOK = NOW + timedelta(hours=24)
TICKET = "KDR-7Q4M-2X9D"


class Marker(ControlItem):
    """`MSG#<channel>#<account>#<id>`, as intake writes it: this message has been accepted."""

    outcome = UnicodeAttribute()
    ticket = UnicodeAttribute(null=True)
    expires_at = NumberAttribute()


@pytest.fixture(autouse=True)
def tables() -> Iterator[None]:
    with empty_tables():
        yield


def message(identifier: str = "wamid.1", **more: Any) -> InboundMessage:
    values: dict[str, Any] = {
        "channel": "whatsapp",
        "account": "106",
        "id": identifier,
        "sent_at": NOW - timedelta(seconds=3),
        "sender": Sender(user_id="ID.1", phone="+6281234567890", name="Warga", username="warga.1"),
        "kind": "image",
        "text": "Jalan berlubang",
        "location": Location(lat=-7.8, lon=112.0, name="Pasar"),
        "media": Media(id="77", type="image", mime="image/jpeg", sha256="x", size=5),
        "reply_to": "wamid.0",
        "extra": {"context": {"forwarded": True}},
    }
    return InboundMessage(**{**values, **more})


ROWS = [Row("lapor", "case", {}), Row("reporter", "1", {"to": "+62"}), Row("media", message_key("wamid.1", NOW), {})]


def opened(identifier: str = "wamid.1", ticket: str = TICKET, **more: Any) -> Any:
    known = {name: more.pop(name, usual) for name, usual in (("replaces", ()), ("wordless", False))}
    rows = more.pop("rows", ROWS)
    return intake.open_case(ticket, message(identifier, **more), rows, look_at=LOOK, until=UNTIL, now=NOW, **known)


def appended(identifier: str, ticket: str = TICKET, **more: Any) -> Any:
    values: dict[str, Any] = {
        "unlinked": (),
        "replaces": (),
        "speaks": False,
        "wordless": False,
        "resume": None,
        "settled": None,
        "open_statuses": OPEN,
        "since": NOW - timedelta(days=30),
        "until": UNTIL,
        "now": NOW + timedelta(minutes=1),
    }
    values |= {name: more.pop(name) for name in list(more) if name in values}
    rows = more.pop("rows", [])
    return intake.append(ticket, message(identifier, **more), rows, **values)


def test_a_nul_in_what_a_citizen_wrote_is_kept() -> None:
    assert opened(text="Lampu\0 mati\x07") == Written()
    found = cases.dossier(TICKET)
    assert found is not None and found.case.text == found.messages[0].text == "Lampu\0 mati\x07"


def test_every_item_of_a_new_case_reads_back_through_its_model() -> None:
    assert opened() == Written()
    found = cases.dossier(TICKET)
    assert found is not None
    case = found.case
    assert (case.status, case.class_, case.channel, case.text) == (
        "received",
        "complaint",
        "whatsapp",
        "Jalan berlubang",
    )
    assert case.location == {"lat": -7.8, "lon": 112.0, "name": "Pasar", "address": None}
    assert case.reporter == {"name": "Warga", "phone": "+6281234567890", "handle": "warga.1", "anonymous": False}
    assert (case.received_at, case.updated_at, case.last_message_at) == (iso(NOW),) * 3
    assert (case.message_count, case.version, case.supporters, case.secret) == (1, 1, 0, False)
    assert case.lapor == {"state": "waiting"}
    (kept,) = found.messages
    assert (kept.message_id, kept.kind, kept.text, kept.reply_to) == ("wamid.1", "image", "Jalan berlubang", "wamid.0")
    assert kept.media == {
        "id": "77",
        "type": "image",
        "mime": "image/jpeg",
        "sha256": "x",
        "filename": None,
        "size": 5,
    }
    assert kept.extra == {"context": {"forwarded": True}}
    assert kept.sent_at == iso(NOW - timedelta(seconds=3))
    rows = {row.destination: row for row in found.rows}
    assert set(rows) == {"lapor", "reporter"}
    file = outbox.get(TICKET, kept.sk)  # the message is the row of its file
    assert file is not None
    assert (file.destination, file.state, file.opk, file.attempts) == ("media", "waiting", "media#waiting", 0)
    assert (kept.sk, kept.state) == (ROWS[2].key, "waiting")
    assert (rows["reporter"].state, rows["reporter"].attempts, rows["reporter"].payload) == (
        "waiting",
        0,
        {"to": "+62"},
    )
    assert rows["lapor"].opk == "lapor#waiting"
    assert rows["lapor"].osk == f"{iso(NOW + timedelta(seconds=90))}#{TICKET}"
    marker = Marker.get(marker_key("whatsapp", "106", "wamid.1"))
    assert (marker.outcome, marker.ticket) == ("opened", TICKET)
    assert marker.expires_at == (NOW + timedelta(days=30)).timestamp()
    for key in ("u:ID.1", "p:6281234567890"):
        assert Conversation.get(f"CONV#whatsapp:106:{key}").ticket == TICKET


def test_a_message_without_a_file_is_the_row_of_its_receipt() -> None:
    key = message_key("wamid.1", NOW)
    rows = [Row("lapor", "case", {}), Row("reporter", key, {"kind": "opened", "to": "+62"})]
    assert opened(rows=rows, kind="text", media=None) == Written()
    found = cases.dossier(TICKET)
    assert found is not None
    assert [row.sk for row in found.rows] == ["OUT#lapor#case"]
    (kept,) = found.messages
    assert (kept.text, kept.destination, kept.state, kept.stored) == ("Jalan berlubang", "reporter", "waiting", None)
    (due,) = outbox.due("reporter", NOW + timedelta(seconds=91), limit=10)
    assert (due.ticket, due.key) == (TICKET, kept.sk) == (TICKET, key)
    row = outbox.get(TICKET, key)
    assert row is not None
    assert (row.attempts, row.payload) == (0, {"kind": "opened", "to": "+62"})
    waiting = {"due": 1, "confirmed": 0, "waiting": 1, "failed": 0, "ambiguous": 0}
    assert ledger.ledger()["destinations"]["reporter"] == waiting
    # A later message says nothing to its sender, and is no row.
    assert appended("wamid.2", media=None) == Written()
    later = cases.dossier(TICKET).messages[1]  # type: ignore[union-attr]  # it was opened above
    assert (later.destination, later.state, later.payload) == (None, None, None)


def test_no_attribute_is_written_that_no_model_knows() -> None:
    opened()
    receipt = Row("reporter", message_key("wamid.2", NOW + timedelta(minutes=1)), {"kind": "unsupported_appended"})
    assert appended("wamid.2", rows=[receipt], media=None) == Written()
    intake.quarantine("q", channel="whatsapp", reason="r", size=3, raw=b"abc", stored=None, now=NOW)
    for model, table in ((Case, "C#"), (Message, "MSG#"), (OutboxRow, "OUT#"), (Quarantined, "Q#")):
        models = (model, OutboxRow) if model is Message else (model,)
        names = {attribute.attr_name for one in models for attribute in one.get_attributes().values()}
        for item in _raw_items():
            kind = item["pk"]["S"] if table in ("C#", "Q#") else item["sk"]["S"]
            if kind.startswith(table) and (table not in ("C#",) or item["sk"]["S"] == "META"):
                assert set(item) <= names, set(item) - names


def _raw_items() -> list[dict[str, Any]]:
    return list(SHARED.scan(Case.Meta.table_name)["Items"])


def test_the_same_message_again_is_a_duplicate_and_changes_nothing() -> None:
    opened()
    assert opened(ticket="KDR-0000-0001") == Duplicate(TICKET)
    assert cases.dossier("KDR-0000-0001") is None
    assert appended("wamid.1") == Duplicate(TICKET)


def test_a_known_citizen_belongs_to_his_case_by_any_key() -> None:
    opened(sender=Sender(phone="+6281234567890"))
    result = opened("wamid.2", ticket="KDR-0000-0001")
    assert result == BelongsTo(TICKET, ("whatsapp:106:u:ID.1",))
    assert cases.dossier("KDR-0000-0001") is None
    assert appended("wamid.2", unlinked=result.unlinked) == Written()
    assert Conversation.get("CONV#whatsapp:106:u:ID.1").ticket == TICKET


def test_a_finished_case_is_replaced_in_the_conversation() -> None:
    opened()
    Case(pk=f"C#{TICKET}", sk="META").update(actions=[Case.status.set("closed")])
    assert appended("wamid.2") == NotOpen()
    assert opened("wamid.2", ticket="KDR-0000-0001", replaces={TICKET}) == Written()
    assert Conversation.get("CONV#whatsapp:106:u:ID.1").ticket == "KDR-0000-0001"


def test_a_case_too_old_is_not_joined() -> None:
    opened()
    assert appended("wamid.2", since=NOW + timedelta(seconds=1)) == NotOpen()
    assert appended("wamid.2", since=NOW) == Written()


def test_a_taken_ticket_is_tried_again_and_not_overwritten() -> None:
    opened()
    stranger = Sender(phone="+6280000000000")
    assert opened("wamid.2", sender=stranger) == intake.Busy()
    assert len(cases.dossier(TICKET).messages) == 1  # type: ignore[union-attr]  # it was opened above


def test_an_appended_message_moves_the_case() -> None:
    opened(location=None)
    assert appended("wamid.2", location=Location(lat=1.0, lon=2.0)) == Written()
    found = cases.dossier(TICKET)
    assert found is not None
    assert found.case.location["lat"] == 1.0
    assert (found.case.message_count, found.case.version) == (2, 2)
    assert found.case.updated_at == iso(NOW + timedelta(minutes=1))
    assert found.case.received_at == iso(NOW)
    assert appended("wamid.3", location=None) == Written()
    assert cases.get(TICKET).location["lat"] == 1.0  # type: ignore[union-attr]  # it was opened above


def test_a_wordless_case_is_filed_by_its_first_words_and_only_once() -> None:
    assert opened(wordless=True, text=None, location=None, rows=[]) == Written()
    assert appended("wamid.2", text=None, wordless=True) == Written()
    assert appended("wamid.3") == Wordless()
    assert appended("wamid.3", speaks=True, text="Lampu mati", rows=ROWS[:1]) == Written()
    found = cases.dossier(TICKET)
    assert found is not None
    assert (found.case.text, found.case.lapor) == ("Lampu mati", {"state": "waiting"})
    assert appended("wamid.4", speaks=True) == NotOpen()
    assert appended("wamid.4", text="lagi") == Written()
    assert cases.get(TICKET).text == "Lampu mati"  # type: ignore[union-attr]  # it was opened above


def test_a_place_that_staff_settled_keeps_what_the_citizen_does_not_say() -> None:
    opened()
    staffs = {"lat": -7.8, "lon": 112.0, "address": "Jl. Pahlawan", "kelurahan": "Pojok"}
    Case(pk=f"C#{TICKET}", sk="META").update(actions=[Case.location.set(staffs)])
    pin = Location(lat=-7.85, lon=112.03)
    refused = appended("wamid.2", location=pin)
    assert isinstance(refused, Settled) and refused.place
    assert appended("wamid.2", location=pin, settled=refused.place) == Written()
    expected = {**staffs, "lat": -7.85, "lon": 112.03}
    assert cases.get(TICKET).location == expected  # type: ignore[union-attr]  # it was opened above
    # Staff say otherwise meanwhile, or that it is nowhere after all.
    Case(pk=f"C#{TICKET}", sk="META").update(actions=[Case.location.set({"kelurahan": "Dermo"})])
    again = appended("wamid.3", location=pin, settled=refused.place)
    assert isinstance(again, Settled) and again != refused
    Case(pk=f"C#{TICKET}", sk="META").update(actions=[Case.location.remove()])
    assert appended("wamid.3", location=pin, settled=again.place) == Settled(None)
    assert appended("wamid.3", location=pin) == Written()
    assert cases.get(TICKET).location["lat"] == -7.85  # type: ignore[union-attr]  # it was opened above


def test_a_place_without_a_place_wipes_nothing() -> None:
    opened()
    assert appended("wamid.2", location=Location()) == Written()
    assert cases.get(TICKET).location["name"] == "Pasar"  # type: ignore[union-attr]  # it was opened above


def test_identities_longer_than_a_key_may_be_are_kept() -> None:
    sender = Sender(user_id="ID." + "9" * 3000, phone="+6281")
    assert opened(sender=sender, account="1" * 3000) == Written()
    assert opened("wamid.2", ticket="KDR-0000-0001", sender=sender, account="1" * 3000) == BelongsTo(TICKET, ())


def test_what_dynamodb_will_never_take_is_told_from_what_may_pass() -> None:
    with pytest.raises(NotStorable):
        opened(text="x" * 500_000)


def test_the_ledger_counts_in_the_same_transaction() -> None:
    opened()
    opened()
    appended("wamid.2")
    intake.record(message("wamid.3"), relink=(), ticket=None, now=NOW)
    intake.quarantine("q", channel="whatsapp", reason="r", size=3, raw=b"abc", stored=None, now=NOW)
    intake.count_duplicate("wamid.1")
    counted = ledger.ledger()
    assert {
        name: counted[name] for name in ("accepted", "opened", "appended", "duplicates", "quarantined", "control")
    } == {
        "accepted": 5,
        "opened": 1,
        "appended": 1,
        "duplicates": 1,
        "quarantined": 1,
        "control": 1,
    }
    for name in ("lapor", "reporter", "media"):
        assert counted["destinations"][name] == {"due": 1, "confirmed": 0, "waiting": 1, "failed": 0, "ambiguous": 0}
    assert sum(shard.due_lapor or 0 for shard in LedgerShard.scan()) == 1


def test_one_client_serves_every_model() -> None:
    """Pins the private override of tables.Base: a PynamoDB that ignores it would make a client for each model."""
    opened()
    connections = {model._get_connection().connection for model in (Case, Message, OutboxRow, Conversation)}
    assert connections == {SHARED}
