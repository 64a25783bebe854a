"""A city with overdue cases in moto's tables, and a mail server that keeps what it is given."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import msgspec

from chalicelib.complaints import city as cities_shape
from chalicelib.complaints.city import City
from chalicelib.complaints.ticket import new_ticket
from chalicelib.desk import delivering, worker
from chalicelib.settings import Settings, settings
from chalicelib.store import cities
from chalicelib.store.deliveries import AlertRow
from chalicelib.store.keys import iso
from chalicelib.store.parameters import SECRETS
from chalicelib.store.tables import Case, Event
from infra.package import ROOT
from tests.unit.tables import empty_tables

# A Monday, 10.00 in Kediri.
NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
RECEIVED = datetime(2026, 11, 9, 3, 0, tzinfo=UTC)


def numbered(number: int) -> str:
    """A ticket that is the same in every run."""
    return new_ticket("KDR", lambda _bits: number * 104_729)


TICKETS = tuple(numbered(number) for number in range(1, 5))
SECRET = "a-secret-of-the-test"
BASE = "https://aduan.example"
HEAD = "kepala.dpupr@kediri.example"


class Refused(Exception):
    """An answer of SES, as botocore raises it."""

    def __init__(self, code: str, status: int = 400) -> None:
        super().__init__(code)
        self.response = {"Error": {"Code": code}, "ResponseMetadata": {"HTTPStatusCode": status}}


class ReadTimeoutError(Exception):
    """No answer; named as botocore names it."""


class EndpointConnectionError(Exception):
    """No connection; named as botocore names it."""


class MailServer:
    """Takes mails, and raises `trouble` (with mails to one address, or all) before it has taken one, or `after`."""

    def __init__(self) -> None:
        self.mails: list[dict[str, Any]] = []
        self.trouble: Exception | None = None
        self.after = False
        self.only: str | None = None

    def send_email(self, **mail: Any) -> dict[str, str]:
        meant = self.only in (None, mail["Destination"]["ToAddresses"][0])
        if self.trouble and meant and not self.after:
            raise self.trouble
        self.mails.append(mail)
        if self.trouble and meant:
            raise self.trouble
        return {"MessageId": f"0100-{len(self.mails)}@email.amazonses.com"}

    def to(self, address: str) -> list[dict[str, Any]]:
        return [mail for mail in self.mails if mail["Destination"]["ToAddresses"] == [address]]

    def text(self, number: int = 0) -> str:
        return str(self.mails[number]["Message"]["Body"]["Text"]["Data"])

    def subject(self, number: int = 0) -> str:
        return str(self.mails[number]["Message"]["Subject"]["Data"])


@cache
def kediri() -> City:
    """The demo city, read once; but an address may be told again at once, as most tests are not about that."""
    city = cities_shape.parse((ROOT / "infra/cities/kediri.toml").read_text())
    return msgspec.structs.replace(city, alerting=msgspec.structs.replace(city.alerting, at_least_minutes_between=0))


@contextmanager
def world(monkeypatch: Any, **stage: str) -> Iterator[MailServer]:
    """Empty tables with the city of Kediri applied, a mail server, and a clock that stands at NOW."""
    SECRETS._known.clear()
    server = MailServer()
    told = {"public_url": BASE, "alert_sender": "kediri.example", **stage}
    here = Settings(stage="test", secrets_prefix="/aduan/test", outbox_topic="t", media_bucket="b", **told)
    settings.cache_clear()
    for module in ("delivering", "alert_sending", "alert_trouble"):
        monkeypatch.setattr(f"chalicelib.desk.{module}.settings", lambda: here)
    monkeypatch.setattr(delivering, "client", lambda _service: server)
    monkeypatch.setattr(worker, "clock", lambda: NOW)
    monkeypatch.setattr(SECRETS, "_fetch", lambda names: dict.fromkeys(names, SECRET))
    with empty_tables():
        assert cities.apply(kediri(), "", after=0, by="admin1", now=NOW)
        yield server
    SECRETS._known.clear()


def case(ticket: str = TICKETS[0], *, department: str | None = "dpupr", **more: Any) -> Case:
    """A case whose follow-up is overdue by Monday."""
    made = Case(
        pk=f"C#{ticket}",
        lsk=f"{iso(RECEIVED)}#{ticket}",
        updated_on="2026-11-09",
        ticket=ticket,
        status="assigned" if department else "received",
        class_=more.pop("class_", "complaint"),
        channel="phone",
        text=more.pop("text", "Jalan berlubang di depan pasar, sudah ada yang jatuh"),
        department=department,
        category=more.pop("category", "jalan"),
        location=more.pop("location", {"kelurahan": "Pakelan", "address": "Jl. Dhoho 12"}),
        reporter=more.pop("reporter", {"name": "Warga Satu", "phone": "+6281234567890"}),
        received_at=iso(RECEIVED),
        updated_at=iso(RECEIVED + timedelta(hours=1)),
        last_message_at=iso(RECEIVED),
        message_count=1,
        version=2,
        **more,
    )
    made.save()
    event(ticket, RECEIVED, "received", {"class": made.class_, "category": made.category, "channel": "phone"})
    if department:
        event(ticket, RECEIVED + timedelta(hours=1), "assign", {"department": department})
    return made


def event(ticket: str, at: datetime, type_: str, data: dict[str, Any], actor: str = "operator1") -> None:
    Event(pk=f"C#{ticket}", sk=f"EVT#{iso(at)}#{type_[:8]}", type=type_, at=iso(at), actor=actor, data=data).save()


def alert(
    ticket: str = TICKETS[0],
    *,
    to: tuple[str, ...] = ("head",),
    by: tuple[str, ...] = ("email",),
    percent: int = 100,
    clock: str = "follow_up",
    department: str | None = "dpupr",
    at: datetime = NOW,
    due_at: str = "2026-11-16T08:30:00.000Z",
    **more: Any,
) -> AlertRow:
    """An alert that the sweep has decided."""
    kind = "warning" if percent < 100 else "breach" if percent == 100 else "ladder"
    data = {"clock": clock, "round": 1, "percent": percent, "kind": kind, "to": list(to), "by": list(by)}
    data |= {"due_at": due_at, "rule": "x", "department": department, **more}
    row = AlertRow(
        pk=f"C#{ticket}",
        sk=f"EVT#{iso(at)}#a{percent:07d}{clock[0]}{to[0][:2]}",
        opk="alert#waiting",
        osk=f"{iso(at)}#{ticket}",
        type="alert",
        at=iso(at),
        data=data,
        state="waiting",
    )
    row.save()
    # As the store writes it: a line of the timeline as well.
    Event(pk=row.pk, sk=row.sk).update([Event.actor.set("system")])
    return row


def row(made: AlertRow) -> AlertRow:
    return AlertRow.get(made.pk, made.sk)
