"""People who are erased, with what the cloud keeps of them: helpers of the tests of erasure."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import boto3
import pytest

from chalicelib import settings as deployed
from chalicelib.complaints.city import parse
from chalicelib.complaints.model import InboundMessage, Media, Sender
from chalicelib.desk import casework, entry, erasing
from chalicelib.desk.people import Staff
from chalicelib.store import aws, cases, cities, intake
from chalicelib.store.items import Row, event_item
from chalicelib.store.keys import iso, message_key
from chalicelib.store.tables import COMPLAINTS_TABLE, CONTROL_TABLE, Case
from chalicelib.store.transaction import Transaction
from tests.unit.tables import REGION, empty_tables

NOW = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
PHONE = "+6281234567890"
OTHER = "+6281111111111"
RAW = b'{"from": "6281234567890"'
ADMIN = Staff("admin1", "admin", None)
BUCKET = "berkas-uji"
TOML = (Path(__file__).parents[2] / "infra/cities/kediri.toml").read_text(encoding="utf-8")


@contextmanager
def empty_cloud(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Both tables and the bucket, empty; nothing of an earlier test is remembered."""
    for name in ("STAGE", "SECRETS_PREFIX", "OUTBOX_TOPIC"):
        monkeypatch.setenv(f"ADUAN_{name}", "x")
    monkeypatch.setenv("ADUAN_MEDIA_BUCKET", BUCKET)
    aws.client.cache_clear()
    deployed.settings.cache_clear()
    with empty_tables():
        s3().create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION})
        yield
    aws.client.cache_clear()
    deployed.settings.cache_clear()


def do(ticket: str, action: str, data: dict[str, Any], at: datetime = LATER) -> None:
    """One action of the desk."""
    casework.act(ticket, action, data, ADMIN, versions=None, once=None, now=at)


def entered(**more: Any) -> str:
    """A case that the desk entered; its ticket."""
    values: dict[str, Any] = {"channel": "phone", "text": "lampu mati", "reporter": {}, "secret": False}
    values |= dict.fromkeys(("class_", "category", "department", "location", "note"))
    values |= {"received_at": NOW, **more}
    return entry.enter(entry.Entry(**values), ADMIN, once=None, now=NOW).ticket


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
        ticket,
        message,
        rows,
        replaces=old(number),
        wordless=False,
        until=at + timedelta(days=31),
        now=at,
        look_at=at + timedelta(days=2),
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


def erase(at: datetime = LATER) -> dict[str, Any]:
    whom = erasing.person(phone=PHONE, handle=None, ticket=None)
    return erasing.erase(whom, "permintaan", ADMIN, at)


def kept(**days: int) -> None:
    text = TOML
    for name, value in days.items():
        line = next(line for line in text.splitlines() if line.startswith(f"{name} = "))
        text = text.replace(line, f"{name} = {value}")
    assert cities.apply(parse(text), text, after=0, by="admin1", now=NOW)
