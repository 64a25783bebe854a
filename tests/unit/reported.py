"""A city with a December of cases to report, in moto's tables and bucket, and a mail server that keeps its mails."""

import email
import email.policy
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from email.message import EmailMessage
from typing import Any

import pytest

from chalicelib.complaints.city import parse
from chalicelib.desk import delivering, figures, worker
from chalicelib.settings import Settings
from chalicelib.store import cities, media, snapshots
from chalicelib.store.snapshots import Snapshot
from scheduled import monthly_summary
from tests.unit.made_cases import Timeline, put_case
from tests.unit.made_facts import event
from tests.unit.persons import BUCKET, TOML, empty_cloud, s3

MORNING = datetime(2026, 12, 31, 23, 10, tzinfo=UTC)  # 06.10 WIB on 1 January 2027
EXECUTIVE, SEKDA, MAYOR = "executive@kediri.example", "sekda@kediri.example", "walikota@kediri.example"


def received(at: str, **data: Any) -> dict[str, Any]:
    plain = {"channel": "whatsapp", "class": "complaint", "category": "pohon", "location": {"kelurahan": "Pojok"}}
    return event(at, "received", "reporter", **{**plain, **data})


def life(day: int, close: int, **data: Any) -> Timeline:
    """Received at noon of a day of December, answered and closed `close` days later."""
    return [
        received(f"2026-12-{day:02}T05:00", **data),
        event(f"2026-12-{day:02}T06:00", "assign", department="dlhkp"),
        event(f"2026-12-{day + close:02}T07:00", "respond", "officer1", text="Sudah dipangkas, hubungi 081234567890."),
        event(f"2026-12-{day + close:02}T08:00", "close", "head1"),
    ]


LIVES: dict[str, Timeline] = {
    "KDR-FAST": life(7, 1),
    "KDR-FASTER-SECRET": life(8, 0, secret=True),
    "KDR-SLOW": life(1, 20),
    "KDR-AGAIN": [
        *life(9, 2),
        event("2026-12-12T03:00", "note", "officer1", text="catatan dalam"),
        event("2026-12-12T04:00", "reject", reason="incomplete"),
        event("2026-12-12T05:00", "reopen", "reporter", note="belum"),
        event("2026-12-13T05:00", "respond", "officer1", text="Sudah lagi"),
        event("2026-12-14T05:00", "close", "head1"),
    ],
    "KDR-LATE": [received("2026-12-01T05:00"), event("2026-12-01T06:00", "assign", department="dishub")],
    "KDR-NEW": [received("2026-12-30T05:00")],
}


class Mails:
    """Takes whole mails; raises `trouble` while there is one."""

    def __init__(self) -> None:
        self.sent: list[dict[str, Any]] = []
        self.trouble: Exception | None = None

    def send_raw_email(self, **mail: Any) -> dict[str, str]:
        if self.trouble:
            raise self.trouble
        self.sent.append(mail)
        return {"MessageId": f"0100-{len(self.sent)}"}

    def addresses(self) -> list[str]:
        return sorted(to for mail in self.sent for to in mail["Destinations"])

    def message(self, number: int = 0) -> EmailMessage:
        raw = self.sent[number]["RawMessage"]["Data"]
        parsed = email.message_from_bytes(raw, policy=email.policy.default)
        assert isinstance(parsed, EmailMessage)
        return parsed


@contextmanager
def city(monkeypatch: pytest.MonkeyPatch) -> Iterator[Mails]:
    """The city of Kediri in the middle of December, its cases told of; nothing is published yet."""
    mails = Mails()
    here = Settings(
        stage="test", secrets_prefix="/x", outbox_topic="t", media_bucket=BUCKET, alert_sender="kediri.example"
    )
    monkeypatch.setattr(delivering, "settings", lambda: here)
    monkeypatch.setattr(delivering, "client", lambda _service: mails)
    monkeypatch.setattr(worker, "clock", lambda: MORNING)
    with empty_cloud(monkeypatch):
        assert cities.apply(parse(TOML), TOML, after=0, by="admin1", now=datetime(2026, 1, 1, tzinfo=UTC))
        figures.bring_up(datetime(2026, 12, 1, 18, tzinfo=UTC))
        for ticket, timeline in LIVES.items():
            put_case(ticket, timeline)
        yield mails


def publish(now: datetime = MORNING) -> dict[str, Any]:
    """The job of the first of the month."""
    return monthly_summary.run(now)


def december(revision: int = 1) -> Snapshot:
    """What was published of the month."""
    found = snapshots.get("2026-12", revision)
    assert found is not None
    return found


def kept() -> dict[str, bytes]:
    """The files in the bucket."""
    contents = s3().list_objects_v2(Bucket=BUCKET).get("Contents", [])
    return {item["Key"]: media.get(item["Key"]) for item in contents}
