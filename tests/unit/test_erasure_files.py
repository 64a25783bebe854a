"""What an erasure must reach in the bucket: files of cases, large payloads, exports; also those on their way."""

from collections.abc import Iterator
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from chalicelib.channels import whatsapp_send
from chalicelib.complaints.model import InboundMessage, Media, Sender
from chalicelib.desk import attachments, erasing, exporting, uploads, views
from chalicelib.desk import intake as desk_intake
from chalicelib.desk.people import Staff
from chalicelib.desk.searching import Question
from chalicelib.problems import Problem
from chalicelib.store import cases, exports, intake, media, messages, outbox, queues
from chalicelib.store import erasure as store
from chalicelib.store.items import Row
from chalicelib.store.keys import iso, message_key
from chalicelib.store.parameters import SECRETS
from chalicelib.store.tables import Quarantined
from tests.unit.persons import (
    BUCKET,
    LATER,
    NOW,
    OTHER,
    PHONE,
    RAW,
    do,
    empty_cloud,
    entered,
    erase,
    kept,
    s3,
    write,
)


@pytest.fixture(autouse=True)
def cloud(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with empty_cloud(monkeypatch):
        monkeypatch.setattr(queues, "announce", lambda ticket, rows: None)
        yield


def bucket() -> list[str]:
    return [item["Key"] for item in s3().list_objects_v2(Bucket=BUCKET).get("Contents", [])]


# --- files


def test_a_file_lies_apart_until_it_is_attached() -> None:
    kept()
    ticket = entered(reporter={"phone": PHONE})
    place = uploads.place(ticket, "application/pdf", 3)
    assert f"/uploads/{ticket}/{place['id']}" in place["upload"]["url"]
    file = {"id": place["id"], "name": "ktp.pdf", "type": "application/pdf", "size": 3}
    with pytest.raises(Problem) as refused:
        do(ticket, "attach", {"attachment": file})
    assert "belum diunggah" in refused.value.detail
    s3().put_object(Bucket=BUCKET, Key=f"uploads/{ticket}/{place['id']}", Body=b"ktp", ContentType="application/pdf")
    with pytest.raises(Problem) as refused:
        do(ticket, "attach", {"attachment": {**file, "size": 4}})
    assert "3 bita" in refused.value.detail
    with pytest.raises(Problem) as refused:
        do(ticket, "attach", {"attachment": {**file, "type": "image/png"}})
    assert "application/pdf" in refused.value.detail
    assert bucket() == [f"uploads/{ticket}/{place['id']}"]
    do(ticket, "attach", {"attachment": file})
    kept_as = s3().get_object(Bucket=BUCKET, Key=media.attached(ticket, place["id"]))
    assert (kept_as["Body"].read(), kept_as["ContentType"]) == (b"ktp", "application/pdf")
    # The bucket has forgotten what was sent; what was attached is there.
    s3().delete_object(Bucket=BUCKET, Key=f"uploads/{ticket}/{place['id']}")
    uploads.take(ticket, file)
    with pytest.raises(Problem) as refused:
        do(ticket, "attach", {"attachment": file})
    assert "sudah dilampirkan" in refused.value.detail


def test_files_that_no_line_names_go_too() -> None:
    write("KDR-A")
    write("KDR-AB", number=OTHER)
    for key in ("uploads/KDR-A/1", "attachments/KDR-A/2"):
        s3().put_object(Bucket=BUCKET, Key=key, Body=b"ktp")
    erase()
    assert bucket() == ["attachments/KDR-AB/a"]


def photographed(ticket: str, sha256: str | None = None) -> str:
    message = InboundMessage(
        channel="whatsapp",
        account="106",
        id=f"wamid.{ticket}",
        sent_at=NOW,
        sender=Sender(user_id=f"ID.{ticket}", phone=PHONE),
        kind="image",
        text="x",
        media=Media(id="77", type="image", mime="image/jpeg", sha256=sha256),
    )
    key = message_key(message.id, NOW)
    written = intake.open_case(
        ticket,
        message,
        [Row("media", key, {})],
        replaces=(),
        wordless=False,
        until=NOW + timedelta(days=30),
        now=NOW,
        look_at=NOW,
    )
    assert isinstance(written, intake.Written)
    return key


@pytest.fixture
def provider(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What happens while a file is being fetched."""
    meanwhile: list[Any] = []

    def fetched(*rest: Any, **more: Any) -> tuple[bytes, str]:
        for what in meanwhile:
            what()
        return b"ktp", "image/jpeg"

    monkeypatch.setattr(whatsapp_send, "fetch_media", fetched)
    monkeypatch.setattr(type(SECRETS), "current", lambda self, name: "x")
    monkeypatch.setattr(attachments, "settings", lambda: SimpleNamespace(whatsapp_api_url="x"))
    return meanwhile


def test_a_file_fetched_while_it_is_erased_is_not_kept(provider: list[Any]) -> None:
    key = photographed("KDR-A")
    provider.append(erase)
    attachments.fetch("KDR-A", key, LATER)
    assert bucket() == []


def test_a_file_fetched_twice_at_once_is_kept(provider: list[Any]) -> None:
    key = photographed("KDR-A")
    provider.append(provider.clear)
    provider.append(lambda: attachments.fetch("KDR-A", key, LATER))
    attachments.fetch("KDR-A", key, LATER)
    found = cases.dossier("KDR-A")
    assert found is not None
    assert bucket() == [found.messages[0].stored["key"]] == store.files(found)


@pytest.mark.parametrize(("announced", "told"), [("BASE64=", False), (None, False), ("A" * 43 + "=", True)])
def test_a_wrong_hash_of_the_webhook_costs_no_photo(
    provider: list[Any], caplog: pytest.LogCaptureFixture, announced: str | None, told: bool
) -> None:
    key = photographed("KDR-A", sha256=announced)
    with caplog.at_level("INFO", logger="aduan"):
        attachments.fetch("KDR-A", key, LATER)
    row = outbox.get("KDR-A", key)
    assert row is not None and row.state == outbox.CONFIRMED
    assert len(bucket()) == 1
    assert ("attachment_hash_differs" in caplog.messages) is told


def test_a_file_left_by_a_worker_that_died_is_gone_when_its_message_comes_again(
    provider: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    key = photographed("KDR-A")

    def dead(*rest: Any) -> bool:
        raise SystemExit

    provider.append(erase)
    with monkeypatch.context() as patch, pytest.raises(SystemExit):
        patch.setattr(messages, "keep", dead)
        attachments.fetch("KDR-A", key, LATER)
    assert len(bucket()) == 1
    attachments.fetch("KDR-A", key, LATER)
    assert bucket() == []


def test_a_large_payload_delivered_again_after_its_erasure_does_not_come_back() -> None:
    raw = RAW + b"x" * desk_intake.LARGEST_ITEM
    assert desk_intake.quarantine("whatsapp", raw, "x", NOW).kind == "quarantined"
    (key,) = bucket()
    assert desk_intake.quarantine("whatsapp", raw, "x", NOW).kind == "duplicate"
    assert bucket() == [key]
    assert erase()["payloads"] == 1
    assert desk_intake.quarantine("whatsapp", raw, "x", LATER).kind == "duplicate"
    assert bucket() == []


# --- exports

CLERK = Staff("operator1", "operator", None)
WANTED = exporting.Wanted(
    period=exporting.Period(first=date(2026, 11, 1), last=date(2026, 11, 30)),
    format="csv",
    question=Question(),
    username=CLERK.username,
    role=CLERK.role,
    department=None,
)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> str:
    """A job that was asked for, and not begun."""
    kept()
    write("KDR-A")
    monkeypatch.setattr(exports, "start", lambda identifier: None)
    return exporting.prepare(WANTED, NOW)


def state(identifier: str) -> tuple[str, bool]:
    found = exporting.job(identifier, CLERK, LATER)
    return found["state"], found["url"] is not None


def test_a_prepared_export_is_taken_back(asked: str) -> None:
    assert exporting.run(asked, NOW) == 1
    assert state(asked) == ("done", True)
    assert f"exports/{asked}.csv" in bucket()
    erase()
    assert (bucket(), state(asked)) == ([], ("failed", False))
    # The next one is given out again.
    assert exporting.run(asked, LATER) == 1
    assert state(asked) == ("done", True)
    assert b"6281234567890" not in s3().get_object(Bucket=BUCKET, Key=f"exports/{asked}.csv")["Body"].read()
    # Asking again for what is done takes nothing back.
    erase(LATER + timedelta(hours=1))
    assert state(asked) == ("done", True)


@pytest.mark.parametrize("moment", ["before the file", "after the file"])
def test_a_job_that_read_a_case_before_its_erasure_publishes_nothing(
    asked: str, moment: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = media.put_file

    def put_file(*file: Any) -> None:
        if moment == "before the file":
            erase()
        real(*file)
        if moment == "after the file":
            erase()

    monkeypatch.setattr(media, "put_file", put_file)
    assert exporting.run(asked, NOW) == 0
    assert (bucket(), state(asked)) == ([], ("failed", False))


def test_what_is_written_while_an_erasure_runs_is_taken_back_at_its_end(
    asked: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(erasing, "SECONDS", -1.0)
    assert erase()["state"] == "running"
    assert exporting.run(asked, NOW) == 1
    monkeypatch.setattr(erasing, "SECONDS", 18.0)
    assert erase()["state"] == "done"
    assert (bucket(), state(asked)) == ([], ("failed", False))


def test_an_export_at_once_is_refused_when_an_erasure_began_meanwhile(
    asked: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exporting, "LARGEST_INLINE", 1)
    made = exporting.at_once(WANTED, NOW)
    assert made.url is not None
    real = media.put_file
    monkeypatch.setattr(media, "put_file", lambda *file: (erase(), real(*file)))
    with pytest.raises(Problem) as refused:
        exporting.at_once(WANTED, NOW)
    assert refused.value.status == 503
    assert bucket() == []


# --- what staff see of a payload


def test_of_a_large_payload_only_its_beginning_is_fetched(monkeypatch: pytest.MonkeyPatch) -> None:
    media.put("quarantine/q1", b"a" * views.EXCERPT + b"b" * 1000, "application/json")
    fetched: list[int] = []
    real = media.get

    def get(*asked: Any, **more: Any) -> bytes:
        content = real(*asked, **more)
        fetched.append(len(content))
        return content

    monkeypatch.setattr(media, "get", get)
    item = Quarantined("Q#q1", "META", channel="whatsapp", reason="x", received_at=iso(NOW), size=21_000)
    item.stored = "quarantine/q1"
    view = views.quarantined(item)
    assert (view["excerpt"], view["encoding"], view["size"]) == ("a" * views.EXCERPT, "text", 21_000)
    assert fetched == [views.EXCERPT]


def test_a_payload_erased_while_it_is_listed_is_shown_empty() -> None:
    item = Quarantined("Q#q1", "META", channel="whatsapp", reason="x", received_at=iso(NOW), size=9)
    assert views.quarantined(item)["excerpt"] == ""
