"""The LAPOR! client against the simulator: what is filed, and what every failure is taken for."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import requests

from chalicelib.lapor.client import Document, FollowUp, LaporClient, LaporSettings
from chalicelib.lapor.errors import Ambiguous, LaporError, Rejected, Retryable
from chalicelib.lapor.mapping import Filing, LaporCodes, Line, create_body
from infra.local.ports import free_block
from tests.contract.simulators import AUTH, TOKEN, Running

TICKET = "KDR-7Q4M-2X9D"
NOON = datetime(2026, 11, 21, 5, 0, tzinfo=UTC)
SECRET_WORDS = "lampu mati di depan rumah"
PHOTO = Document("foto.jpg", b"\xff\xd8\xff\xe0 not really", "image/jpeg")


def body(ticket: str = TICKET, **more: Any) -> dict[str, Any]:
    filing = Filing(ticket=ticket, lines=(Line(NOON, SECRET_WORDS),), received_at=NOON, **more)
    return create_body(filing, LaporCodes(channel=1))


@pytest.fixture
def settings(lapor_simulator: Running) -> LaporSettings:
    return LaporSettings(
        base_url=lapor_simulator.url + "/",
        auth_header="Authorization",
        auth_value=AUTH,
        token_header="token",
        token_value=TOKEN,
        connect_timeout=1.0,
        read_timeout=5.0,
    )


@pytest.fixture
def client(settings: LaporSettings) -> LaporClient:
    return LaporClient(settings)


def fault(simulator: Running, name: str, **more: Any) -> None:
    answer = simulator.put("/_sim/faults", {"fault": name, "times": 1, **more})
    assert answer.status_code == 200, answer.text


def filed_tickets(simulator: Running) -> list[str]:
    return [one["ticket"] for one in simulator.get("/_sim/complaints")]


def test_files_a_complaint_that_can_be_found_again(client: LaporClient, lapor_simulator: Running) -> None:
    filed = client.create(body())

    (kept,) = lapor_simulator.get("/_sim/complaints")
    assert (kept["complaint_id"], kept["ticket"]) == (filed.complaint_id, TICKET)
    assert kept["body"] == body()
    detail = client.detail(filed.complaint_id)
    assert detail.tracking_id == kept["tracking_id"]
    assert detail.tracking_id is not None and len(detail.tracking_id) == 7
    assert detail.status_name == "Belum Terverifikasi"


def test_uploads_then_files_with_the_document_ids(client: LaporClient, lapor_simulator: Running) -> None:
    ids = client.upload([PHOTO, replace(PHOTO, name="dua.jpg")])
    assert len(set(ids)) == 2
    client.create(body(attachments=tuple(ids)))
    (kept,) = lapor_simulator.get("/_sim/complaints")
    assert kept["body"]["attachments"] == f"[{ids[0]},{ids[1]}]"
    with pytest.raises(Rejected) as refused:
        client.create(body(attachments=("1",)))  # a document LAPOR! never saw
    assert refused.value.status == 422


@pytest.mark.parametrize("header", ["Authorization", "auth"])
def test_shows_both_credentials(settings: LaporSettings, header: str) -> None:
    right = replace(settings, auth_header=header)
    for wrong in (
        replace(right, auth_value="Bearer other"),
        replace(right, token_value="{OTHER}"),
        replace(right, token_header="key"),
    ):
        with pytest.raises(Rejected) as refused:
            LaporClient(wrong).create(body())
        assert refused.value.status == 401
    LaporClient(right).create(body())


def test_no_netrc_entry_takes_the_place_of_the_credentials(
    settings: LaporSettings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login someone password else\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    assert LaporClient(settings).create(body()).complaint_id


# Every fault: what it is taken for when filing, and whether the complaint stands at LAPOR! all the same.
FILING = [
    ("429", Retryable, False),
    ("500", Ambiguous, False),
    ("503", Retryable, False),
    ("400", Rejected, False),
    ("422", Rejected, False),
    ("502", Ambiguous, False),
    ("504", Ambiguous, True),
    ("no_id", Ambiguous, True),
    ("malformed", Ambiguous, True),
    ("cut_after_accept", Ambiguous, True),
    ("cut_before_accept", Ambiguous, False),
    ("slow", Ambiguous, True),
]


@pytest.mark.parametrize(("name", "expected", "stands"), FILING)
def test_what_a_failed_filing_is_taken_for(
    settings: LaporSettings, lapor_simulator: Running, name: str, expected: type[LaporError], stands: bool
) -> None:
    fault(lapor_simulator, name, seconds=3)
    client = LaporClient(replace(settings, read_timeout=0.5) if name == "slow" else settings)
    with pytest.raises(LaporError) as failed:
        client.create(body())

    assert type(failed.value) is expected
    assert filed_tickets(lapor_simulator) == ([TICKET] if stands else [])
    shown = f"{failed.value!r} {failed.value.__cause__!r}"
    assert not any(secret in shown for secret in (SECRET_WORDS, TICKET, AUTH, TOKEN))
    if name in ("429", "503"):
        assert isinstance(failed.value, Retryable)
        assert failed.value.retry_after == 3.0
    assert lapor_simulator.get("/_sim/faults")["faults"] == [], "the fault happened exactly once"
    # The gateway is well again; filing what did not arrive leaves exactly one complaint.
    if not stands:
        client.create(body())
    assert lapor_simulator.get("/_sim/duplicates") == {"complaints": 1, "tickets": 1, "duplicates": []}


@pytest.mark.parametrize("name", ["429", "503", "502", "504", "slow"])
def test_asking_finds_out_that_it_is_down_and_changes_nothing(
    settings: LaporSettings, lapor_simulator: Running, name: str
) -> None:
    client = LaporClient(replace(settings, read_timeout=0.5) if name == "slow" else settings)
    fault(lapor_simulator, name, seconds=3)
    with pytest.raises(Retryable) as failed:
        client.ask()
    assert failed.value.down
    LaporClient(settings).ask()
    assert filed_tickets(lapor_simulator) == []


@pytest.mark.parametrize("name", ["400", "422"])
def test_whoever_refuses_an_answer_is_there(client: LaporClient, lapor_simulator: Running, name: str) -> None:
    fault(lapor_simulator, name)
    client.ask()
    assert lapor_simulator.get("/_sim/faults")["faults"] == [], "it was asked"


def test_nobody_listening_is_down(settings: LaporSettings) -> None:
    client = LaporClient(replace(settings, base_url=f"http://127.0.0.1:{free_block(1)}"))
    for call in (client.ask, lambda: client.create(body())):
        with pytest.raises(Retryable) as failed:
            call()
        assert failed.value.down


# Those that say that the service is down, and not only what became of one case.
DOWN = {"429", "502", "503", "504", "slow"}


@pytest.mark.parametrize("name", [name for name, _, _ in FILING])
def test_which_failed_filings_say_that_it_is_down(settings: LaporSettings, lapor_simulator: Running, name: str) -> None:
    client = LaporClient(replace(settings, read_timeout=0.5) if name == "slow" else settings)
    fault(lapor_simulator, name, seconds=3)
    with pytest.raises(LaporError) as failed:
        client.create(body())
    assert failed.value.down is (name in DOWN)


# The same for calls that do no harm twice.
READING = [(name, Rejected if name in ("400", "422") else Retryable) for name, _, _ in FILING if name != "no_id"]


@pytest.mark.parametrize(("name", "expected"), READING)
def test_a_read_or_an_upload_may_always_be_tried_again(
    settings: LaporSettings, lapor_simulator: Running, name: str, expected: type[LaporError]
) -> None:
    complaint_id = LaporClient(settings).create(body()).complaint_id
    client = LaporClient(replace(settings, read_timeout=0.5) if name == "slow" else settings)
    calls: list[Callable[[], Any]] = [
        lambda: client.detail(complaint_id),
        lambda: client.followups(complaint_id),
        client.institutions,
        client.templates,
        lambda: client.upload([PHOTO]),
    ]
    for call in calls[:1] if name == "slow" else calls:
        fault(lapor_simulator, name, seconds=3)
        with pytest.raises(LaporError) as failed:
            call()
        assert type(failed.value) is expected


@pytest.mark.parametrize("name", ["cut_after_accept", "504", "malformed"])
def test_a_follow_up_of_unknown_fate_is_not_repeated(client: LaporClient, lapor_simulator: Running, name: str) -> None:
    complaint_id = client.create(body()).complaint_id
    calls: list[Callable[[], None]] = [
        lambda: client.reject(complaint_id, "151002", "x"),
        lambda: client.add_followup(followup(complaint_id)),
    ]
    for call in calls:
        fault(lapor_simulator, name)
        with pytest.raises(Ambiguous):
            call()


def followup(complaint_id: str, content: str = "Sudah ditangani") -> FollowUp:
    return FollowUp(
        complaint_id=complaint_id,
        content=content,
        institution_from_id="151000",
        institution_to_id="151001",
        user_id="1",
        template_code="reply",
    )


def test_follow_ups_go_out_with_and_without_files(client: LaporClient) -> None:
    complaint_id = client.create(body()).complaint_id
    client.add_followup(followup(complaint_id, "Sudah ditangani 👍"))
    client.add_followup(followup(complaint_id, "Dengan foto"), [PHOTO, PHOTO])

    first, second = client.followups(complaint_id)
    assert (first.content, first.institution_to) == (
        "Sudah ditangani 👍",
        "Dinas Pekerjaan Umum dan Penataan Ruang",
    )
    assert [one.file_name for one in second.attachments] == ["foto.jpg", "foto.jpg"]
    assert first.attachments == ()
    with pytest.raises(Rejected):
        client.add_followup(followup(complaint_id, "x" * 1001))


def test_reads_every_page_of_follow_ups_in_order(client: LaporClient, lapor_simulator: Running) -> None:
    complaint_id = client.create(body()).complaint_id
    for number in range(32):
        move(lapor_simulator, complaint_id, status_name="Diproses", note=str(number))
    logs = client.followups(complaint_id)
    assert [one.content for one in logs] == [str(number) for number in range(32)]
    assert len(client.detail(complaint_id).logs) == 32


def test_sees_what_the_staff_of_lapor_did(client: LaporClient, lapor_simulator: Running) -> None:
    complaint_id = client.create(body()).complaint_id
    move(
        lapor_simulator,
        complaint_id,
        status_name="Sedang  Diproses",
        note="Diteruskan",
        institution="Dinas Perhubungan",
    )
    detail = client.detail(complaint_id)
    assert (detail.status_name, detail.disposition_id) == ("Sedang  Diproses", "151003")
    (log,) = detail.logs
    assert (log.status_old, log.status_new) == ("Belum Terverifikasi", "Sedang  Diproses")
    assert log.institution_to == "Dinas Perhubungan"
    assert log.at is not None and abs(log.at - datetime.now(UTC)) < timedelta(minutes=1)


def move(simulator: Running, complaint_id: str, **what: str) -> None:
    requests.post(f"{simulator.url}/_sim/complaints/{complaint_id}/status", json=what, timeout=5).raise_for_status()


def test_hands_a_complaint_on(client: LaporClient) -> None:
    complaint_id = client.create(body()).complaint_id
    to = next(one for one in client.institutions() if "PLN" in one.name)
    client.reject(complaint_id, to.id, "Kewenangan PLN")
    assert client.detail(complaint_id).disposition_id == to.id
    assert client.templates()[0]["name"] == "Jawaban"


def test_an_unknown_complaint_is_rejected(client: LaporClient) -> None:
    with pytest.raises(Rejected) as refused:
        client.detail("1")
    assert refused.value.status == 404


@pytest.mark.parametrize("odd", ["", "..", "1/../2", "1?x=1", "a b", "0"])
def test_no_odd_id_reaches_a_path(client: LaporClient, odd: str) -> None:
    with pytest.raises(ValueError, match="complaint id"):
        client.detail(odd)


# Before anything was sent, and answers no simulator would give


def test_a_refused_connection_can_be_tried_again(settings: LaporSettings) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))  # bound but not listening: refused
        port = unused.getsockname()[1]
        with pytest.raises(Retryable):
            LaporClient(replace(settings, base_url=f"http://127.0.0.1:{port}")).create(body())


def test_an_unknown_host_can_be_tried_again(settings: LaporSettings) -> None:
    with pytest.raises(Retryable):
        LaporClient(replace(settings, base_url="http://lapor.invalid")).create(body())


@contextmanager
def answering(answer: bytes) -> Iterator[str]:
    """A server that reads one request whole and answers with exactly these bytes, then hangs up."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            connection, _ = server.accept()
            with connection:
                request = b""
                while b"\r\n\r\n" not in request:
                    request += connection.recv(65_536)
                head, _, rest = request.partition(b"\r\n\r\n")
                length = int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0])
                while len(rest) < length:
                    rest += connection.recv(65_536)
                connection.sendall(answer)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}"
        thread.join(timeout=5)


def raw(status: str, content: bytes, *headers: str) -> bytes:
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(content)}", *headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + content


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (raw("200 OK", b'{"complaint_id": 77}')[:-3], Ambiguous),  # cut within the body
        (raw("200 OK", b'[{"complaint_id": 77}]'), Ambiguous),
        (raw("200 OK", b'{"complaint_id": null}'), Ambiguous),
        (raw("200 OK", b'{"complaint_id": 77}' + b" " * 5000), Ambiguous),  # beyond the cap
        (raw("200 OK", b"\x1f\x8bnot gzip", "Content-Encoding: gzip"), Ambiguous),
        (raw("204 No Content", b""), Ambiguous),
        (raw("302 Found", b"", "Location: http://127.0.0.1:1/"), Ambiguous),
        (raw("507 Insufficient Storage", b""), Ambiguous),
        (raw("409 Conflict", b""), Rejected),
        (b"HTTP/1.1 two hundred\r\n\r\n", Ambiguous),
    ],
    ids=["cut", "list", "null id", "too large", "bad gzip", "empty", "redirect", "507", "409", "no HTTP"],
)
def test_odd_answers_to_a_filing(settings: LaporSettings, answer: bytes, expected: type[LaporError]) -> None:
    with answering(answer) as url:
        client = LaporClient(replace(settings, base_url=url, max_answer_bytes=4000))
        with pytest.raises(LaporError) as failed:
            client.create(body())
    assert type(failed.value) is expected


@pytest.mark.parametrize(
    "content",
    [
        b'{"complaint_id": 77}',
        b'{"complaint_id": "77"}',
        b'{"data": {"complaint_id": 77}}',
        b'{"data": {"results": {"complaint": {"id": "77"}}}}',
    ],
)
def test_the_complaint_id_is_found_wherever_it_was_seen(settings: LaporSettings, content: bytes) -> None:
    with answering(raw("201 Created", content)) as url:
        assert LaporClient(replace(settings, base_url=url)).create(body()).complaint_id == "77"


def test_an_answer_that_only_drips_is_given_up(settings: LaporSettings) -> None:
    """Each byte comes within the read timeout; the whole never would."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            connection, _ = server.accept()
            with connection, contextlib.suppress(OSError):
                connection.recv(65_536)
                connection.sendall(raw("200 OK", b" " * 1000)[:-1000])
                while True:
                    connection.sendall(b" ")
                    time.sleep(0.02)

        threading.Thread(target=serve, daemon=True).start()
        url = f"http://127.0.0.1:{server.getsockname()[1]}"
        began = time.monotonic()
        with pytest.raises(Ambiguous):
            LaporClient(replace(settings, base_url=url, read_timeout=0.3)).create(body())
    assert time.monotonic() - began < 10  # at one byte each 0.02 s the whole takes 20


def test_every_call_opens_its_own_connection(settings: LaporSettings) -> None:
    """A kept connection that died unnoticed would make the next filing ambiguous."""
    accepted = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            for _ in range(2):
                connection, _ = server.accept()
                accepted.append(connection)  # left open: this server would go on
                connection.recv(65_536)
                connection.sendall(raw("200 OK", b'{"results": {"data": {}}}'))

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        client = LaporClient(replace(settings, base_url=f"http://127.0.0.1:{server.getsockname()[1]}"))
        client.detail("77")
        client.detail("77")
        thread.join(timeout=5)
    assert len(accepted) == 2
    for connection in accepted:
        connection.close()
