"""What the door for webhooks does with a body of which one part cannot be stored."""

import hashlib
import hmac
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from chalice.test import Client
from pynamodb.exceptions import PutError

import app
from chalicelib import logs
from chalicelib.complaints import survey
from chalicelib.complaints.city import parse
from chalicelib.complaints.ikm import ELEMENTS
from chalicelib.complaints.survey import Tap
from chalicelib.desk import intake
from chalicelib.secrets import SecretMissing
from chalicelib.settings import settings
from chalicelib.store import cities, ledger, queues
from chalicelib.store import surveys as kept
from chalicelib.store.parameters import SECRETS
from chalicelib.store.transaction import StoreUnavailable
from tests.unit.tables import empty_tables

TOML = (Path(__file__).parents[2] / "infra/cities/kediri.toml").read_text(encoding="utf-8")
PHONE = "628990000007"
KEY = "app-secret"


@pytest.fixture(autouse=True)
def store(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(queues, "announce", lambda ticket, rows: None)  # there is no topic here
    monkeypatch.setattr(SECRETS, "_fetch", lambda names: dict.fromkeys(names, KEY))
    monkeypatch.setattr(SECRETS, "_known", {})
    for name in ("STAGE", "SECRETS_PREFIX", "OUTBOX_TOPIC", "MEDIA_BUCKET"):
        monkeypatch.setenv(f"ADUAN_{name}", "t")
    settings.cache_clear()
    with empty_tables():
        assert cities.apply(parse(TOML), TOML, after=0, by="admin1", now=datetime.now(UTC))
        yield
    settings.cache_clear()


def delivered(*contents: dict[str, Any]) -> int:
    """What a provider who delivers these messages in one body is answered."""
    at = str(int(datetime.now(UTC).timestamp()))
    # Each of a citizen of his own: what is stored of one says nothing of another.
    whole = [
        {"from": str(int(PHONE) + number), "id": f"wamid.{number:06d}", "timestamp": at, **content}
        for number, content in enumerate(contents)
    ]
    value = {"metadata": {"phone_number_id": "1065"}, "messages": whole}
    body = json.dumps(
        {"object": "whatsapp_business_account", "entry": [{"changes": [{"field": "messages", "value": value}]}]}
    ).encode()
    signature = "sha256=" + hmac.new(KEY.encode(), body, hashlib.sha256).hexdigest()
    headers = {"Content-Type": "application/json", "X-Hub-Signature-256": signature}
    with Client(app.app) as client:
        return int(client.http.post("/webhooks/whatsapp", headers=headers, body=body).status_code)


def text(words: str = "Lampu jalan mati") -> dict[str, Any]:
    return {"type": "text", "text": {"body": words}}


def tap() -> dict[str, Any]:
    """A tap on an answer of the survey, rightly signed, by the first citizen of a body."""
    answer = Tap("KDR-7Q4M-2X9D", next(iter(ELEMENTS)), 4, datetime.now(UTC).date())
    reply = {"id": survey.reference(answer, f"+{PHONE}", KEY), "title": "Sangat sesuai"}
    return {"type": "interactive", "interactive": {"type": "list_reply", "list_reply": reply}}


@pytest.mark.parametrize(
    ("error", "status"),
    [(PutError("throttled"), 500), (KeyError("a fault of ours"), 500), (SecretMissing("x"), 503)],
)
def test_what_cannot_be_stored_keeps_nothing_behind_it_from_being_stored(
    error: Exception, status: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def keep(*given: Any, **more: Any) -> None:
        raise error

    monkeypatch.setattr(kept, "keep", keep)
    assert delivered(tap(), text(), text()) == status  # the provider brings all of them again
    assert (ledger.ledger()["accepted"], ledger.ledger()["opened"]) == (2, 2)
    assert delivered(tap(), text(), text()) == status
    assert (ledger.ledger()["duplicates"], ledger.ledger()["opened"]) == (2, 2)


def test_the_first_failure_is_answered_and_every_one_is_logged(monkeypatch: pytest.MonkeyPatch) -> None:
    logged: list[tuple[str, str]] = []
    errors: list[Exception] = [StoreUnavailable("throttled"), KeyError("a fault of ours")]

    def accept(*given: Any) -> None:
        raise errors[len(logged)]

    monkeypatch.setattr(logs, "failure", lambda name, error, /, **facts: logged.append((name, type(error).__name__)))
    monkeypatch.setattr(intake, "accept", accept)
    assert delivered(text(), text()) == 503
    assert logged == [
        ("message_not_stored", "StoreUnavailable"),
        ("message_not_stored", "KeyError"),
        ("not_available", "StoreUnavailable"),
    ]
