"""Pushing figures: signed so that the receiver of docs/sie.md believes it, repeated or refused as he answers."""

import base64
import hashlib
import hmac
import json
import re
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from pynamodb.exceptions import CancellationReason, TransactWriteError

from chalicelib.channels import standard_webhooks
from chalicelib.complaints.city import parse
from chalicelib.desk import monthly_report, publishing, pushing, worker
from chalicelib.settings import Settings
from chalicelib.store import cities, ledger, outbox, snapshots
from chalicelib.store.aws import SHARED
from chalicelib.store.items import SWEEP_AFTER
from chalicelib.store.parameters import SECRETS
from chalicelib.store.tables import OutboxRow
from chalicelib.store.transaction import StoreUnavailable
from infra.local.ports import free_block
from infra.settings import new_secret
from scheduled import daily_figures
from tests.unit.tables import empty_tables

ROOT = Path(__file__).parents[2]
TOML = (ROOT / "infra/cities/kediri.toml").read_text(encoding="utf-8")
EXAMPLE = re.search(r"```python\n(.*?)```", (ROOT / "docs/sie.md").read_text(encoding="utf-8"), re.DOTALL)
NOW = datetime(2026, 11, 21, 18, 0, tzinfo=UTC)
DAY = "2026-11-21"
TICKET, KEY = f"SIE-{DAY}", "OUT#sie#daily"
OLD = new_secret("sie_secret")


class Receiving:
    """The example of docs/sie.md as a server of this test."""

    def __init__(self) -> None:
        assert EXAMPLE
        self.names: dict[str, Any] = {"__name__": "example"}
        exec(EXAMPLE[1], self.names)
        self.server = HTTPServer(("127.0.0.1", 0), self.names["Receiver"])
        self.url = f"http://127.0.0.1:{self.server.server_port}/"
        self.names["Receiver"].log_message = lambda *_: None
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
def receiving() -> Iterator[Receiving]:
    found = Receiving()
    yield found
    found.server.shutdown()
    found.server.server_close()


@pytest.fixture
def tables(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(SECRETS, "_known", {})
    monkeypatch.setattr(worker, "clock", lambda: NOW)
    with empty_tables():
        assert cities.apply(parse(TOML), TOML, after=0, by="admin1", now=NOW)
        yield


def pointed_at(monkeypatch: pytest.MonkeyPatch, url: str, secrets: str) -> None:
    told = Settings(
        stage="t", secrets_prefix="/t", outbox_topic="t", media_bucket="t", sie_url=url, public_url="https://aduan.test"
    )
    monkeypatch.setattr(pushing, "settings", lambda: told)
    monkeypatch.setattr(SECRETS, "_fetch", lambda names: dict.fromkeys(names, secrets))


def row() -> OutboxRow:
    found = outbox.get(TICKET, KEY)
    assert found is not None
    return found


def test_the_example_is_as_short_as_it_says() -> None:
    assert EXAMPLE
    assert len([line for line in EXAMPLE[1].splitlines() if line.strip()]) <= 30


def test_the_signature_is_that_of_the_specification() -> None:
    # Worked out here from the words of the specification: HMAC-SHA256 over id.timestamp.body, the key base64-decoded.
    body, former = b'{"test": 2432232314}', new_secret("sie_secret")
    sent = standard_webhooks.headers([OLD, former], "SIE-1-daily", 1614265330, body)
    assert (sent["webhook-id"], sent["webhook-timestamp"]) == ("SIE-1-daily", "1614265330")
    right = []
    for secret in (OLD, former):
        key = base64.b64decode(secret.removeprefix("whsec_"))
        signed = hmac.new(key, b"SIE-1-daily.1614265330." + body, hashlib.sha256).digest()
        right.append("v1," + base64.b64encode(signed).decode())
    assert sent["webhook-signature"].split() == right


def test_a_push_arrives_once_and_is_believed(
    tables: None, receiving: Receiving, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The receiver still has the former secret.
    pointed_at(monkeypatch, receiving.url, f"{OLD} {receiving.names['SECRET']}")
    now = datetime.now(UTC)
    assert pushing.order(pushing.DAILY, DAY)
    assert not pushing.order(pushing.DAILY, DAY)
    assert ledger.ledger()["destinations"]["sie"] == {
        "due": 1, "confirmed": 0, "waiting": 1, "failed": 0, "ambiguous": 0,
    }  # fmt: skip
    assert [one.ticket for one in outbox.due("sie", now + timedelta(minutes=2), limit=5)] == [TICKET]
    pushing.push(TICKET, KEY, now)
    pushing.push(TICKET, KEY, now)
    assert receiving.names["seen"] == {f"{TICKET}-daily"}
    assert receiving.names["figures"].keys() == set(pushing.HEADLINES)
    assert row().state == "confirmed"
    assert row().opk is None
    assert ledger.ledger()["destinations"]["sie"]["confirmed"] == 1


def test_what_is_said_names_no_person_and_where_the_rest_is(tables: None, monkeypatch: pytest.MonkeyPatch) -> None:
    pointed_at(monkeypatch, "http://sie.invalid/", OLD)
    pushing.order(pushing.DAILY, DAY)
    said = pushing.message(row(), NOW)
    assert (said["type"], said["timestamp"]) == ("indicators.daily", "2026-11-21T18:00:00.000Z")
    data = said["data"]
    assert (data["city"], data["period"], data["revision"], data["provisional"]) == ("KDR", DAY, None, True)
    assert data["url"] == f"https://aduan.test/v1/indicators/{DAY}"
    assert data["figures"]["received"]["value"] is None  # a day without figures is a dash, not a zero
    assert json.dumps(said)


@pytest.mark.parametrize(
    ("status", "state"),
    [(200, "confirmed"), (202, "confirmed"), (204, "confirmed"), (301, "waiting"), (400, "failed"), (401, "failed"),
     (408, "waiting"), (410, "failed"), (429, "waiting"), (500, "waiting"), (503, "waiting"), (None, "waiting")],
)  # fmt: skip
def test_each_answer_has_its_consequence(
    tables: None, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest, status: int | None, state: str
) -> None:
    class Answering(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["content-length"]))
            self.send_response(status or 200)
            self.send_header("Location", "http://127.0.0.1:9/elsewhere")
            self.end_headers()

        def log_message(self, *said: object) -> None:
            """Quiet."""

    server = HTTPServer(("127.0.0.1", 0), Answering)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    request.addfinalizer(server.server_close)
    request.addfinalizer(server.shutdown)
    # Nobody listens where there is no answer.
    port = server.server_port if status else free_block(1)
    pointed_at(monkeypatch, f"http://127.0.0.1:{port}/", OLD)
    pushing.order(pushing.DAILY, DAY)
    pushing.push(TICKET, KEY, NOW)
    found = row()
    assert found.state == state
    if state == "waiting":
        assert (int(found.attempts), found.osk) == (1, f"2026-11-21T18:00:05.000Z#{TICKET}")
        pushing.push(TICKET, KEY, NOW + timedelta(days=8))
        assert (row().state, row().last_error) == ("failed", "no answer for a week")


@pytest.mark.parametrize("away", [timedelta(days=400), timedelta(days=-400)], ids=["ahead", "behind"])
def test_a_push_ordered_by_a_job_of_another_day_goes_now(
    tables: None, receiving: Receiving, monkeypatch: pytest.MonkeyPatch, away: timedelta
) -> None:
    pointed_at(monkeypatch, receiving.url, receiving.names["SECRET"])
    monkeypatch.setattr(monthly_report, "publish", lambda *_: None)
    monkeypatch.setattr(worker, "clock", lambda: datetime.now(UTC))  # the receiver looks at his own
    assert snapshots.close_month("2026-10", NOW)
    daily_figures.run(NOW + away)
    publishing.bring_up(NOW + away, publishing.give_out)
    soon = worker.clock() + SWEEP_AFTER
    ordered = list(outbox.due("sie", soon, limit=5))
    assert len(ordered) == 2, "both are due with the next sweeps"
    for one in ordered:
        pushing.push(one.ticket, one.key, soon)
        pushed = outbox.get(one.ticket, one.key)
        assert pushed and pushed.state == "confirmed", "and none is too old to be sent"


def test_where_nobody_waits_nothing_is_ordered(tables: None, monkeypatch: pytest.MonkeyPatch) -> None:
    pointed_at(monkeypatch, "", OLD)
    assert not pushing.order(pushing.DAILY, DAY)
    assert outbox.get(TICKET, KEY) is None


def test_each_revision_of_a_month_is_a_push_of_its_own(tables: None, monkeypatch: pytest.MonkeyPatch) -> None:
    pointed_at(monkeypatch, "http://sie.invalid/", OLD)
    ordered = [pushing.order(pushing.MONTHLY, "2026-10", revision) for revision in (1, 1, 2)]
    assert ordered == [True, False, True]
    found = [outbox.get("SIE-2026-10", f"OUT#sie#monthly-{revision}") for revision in (1, 2)]
    assert [one.payload["revision"] if one else None for one in found] == [1, 2]


def busy(monkeypatch: pytest.MonkeyPatch, times: int) -> None:
    """The ledger's counter is being written by somebody else, so many times."""
    left, real = [times], SHARED.transact_write_items

    class Conflict(TransactWriteError):
        cancellation_reasons = [None, CancellationReason(code="TransactionConflict")]  # noqa: RUF012

    def written(**items: Any) -> Any:
        if left[0]:
            left[0] -= 1
            raise Conflict("conflict")
        return real(**items)

    monkeypatch.setattr(SHARED, "transact_write_items", written)


def test_a_push_is_ordered_although_the_ledger_is_busy(tables: None, monkeypatch: pytest.MonkeyPatch) -> None:
    pointed_at(monkeypatch, "http://sie.invalid/", OLD)
    busy(monkeypatch, 2)
    assert pushing.order(pushing.DAILY, DAY)
    assert outbox.get(TICKET, KEY) is not None
    assert not pushing.order(pushing.DAILY, DAY), "there is one"


def test_a_month_whose_push_was_not_ordered_is_not_closed(tables: None, monkeypatch: pytest.MonkeyPatch) -> None:
    pointed_at(monkeypatch, "http://sie.invalid/", OLD)
    busy(monkeypatch, 99)
    with pytest.raises(StoreUnavailable):
        pushing.order(pushing.DAILY, DAY)
    assert snapshots.close_month("2026-10", NOW)
    with pytest.raises(StoreUnavailable):
        publishing.bring_up(NOW, publishing.give_out)
    (month,) = snapshots.months()
    assert (int(month.revision), int(month.published)) == (1, 0), "the next morning comes back to it"
