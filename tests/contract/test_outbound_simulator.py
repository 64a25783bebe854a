"""The stand-in for WhatsApp's send and media API: what others rely on when they test against it."""

from __future__ import annotations

import hashlib
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar

import pytest
import requests

from tests.contract.simulators import WHATSAPP_TOKEN, Running, start, stop

BEARER = {"Authorization": f"Bearer {WHATSAPP_TOKEN}"}
TO = "+6281200000001"
TEXT = {"messaging_product": "whatsapp", "to": TO, "type": "text", "text": {"body": "Nomor tiket Anda KDR-7Q4M-2X9D"}}
TEMPLATE = {
    "messaging_product": "whatsapp",
    "recipient": "ID.13491208655302741918",
    "type": "template",
    "template": {
        "name": "aduan_selesai",
        "language": {"code": "id"},
        "components": [{"type": "body", "parameters": [{"type": "text", "text": "KDR-7Q4M-2X9D"}]}],
    },
}


def send(simulator: Running, body: Any, headers: dict[str, str] | None = None) -> requests.Response:
    url = f"{simulator.url}/whatsapp/106540352242922/messages"
    return requests.post(url, json=body, headers=BEARER if headers is None else headers, timeout=5)


def test_keeps_what_was_sent(outbound_simulator: Running) -> None:
    first, second = send(outbound_simulator, TEXT).json(), send(outbound_simulator, TEMPLATE).json()
    assert first["messaging_product"] == "whatsapp"
    assert first["contacts"] == [{"input": TO, "wa_id": TO[1:]}]

    sent = outbound_simulator.get("/sent")
    assert [one["id"] for one in sent] == [first["messages"][0]["id"], second["messages"][0]["id"]]
    assert all(one["id"].startswith("wamid.") and one["at"].endswith("Z") for one in sent)
    assert [(one["channel"], one["to"], one["text"]) for one in sent] == [
        ("whatsapp", TO, "Nomor tiket Anda KDR-7Q4M-2X9D"),
        ("whatsapp", "ID.13491208655302741918", "aduan_selesai KDR-7Q4M-2X9D"),
    ]
    assert sent[0]["payload"] == TEXT
    assert outbound_simulator.get(f"/sent?to={TO[1:]}") == sent[:1]
    assert outbound_simulator.get(f"/sent?to={TO}") == sent[:1]
    outbound_simulator.delete("/sent")
    assert outbound_simulator.get("/sent") == []


def test_a_receipt_is_accepted_and_is_no_message(outbound_simulator: Running) -> None:
    receipt = {"messaging_product": "whatsapp", "status": "read", "message_id": "wamid.X"}
    assert send(outbound_simulator, receipt).json() == {"success": True}
    assert outbound_simulator.get("/sent") == []


@pytest.mark.parametrize(
    "change",
    [
        {"messaging_product": "signal"},
        {"to": None},
        {"to": "someone"},
        {"to": 6281200000001.5},
        {"type": "carrier pigeon"},
        {"text": None},
        {"text": {"body": ""}},
        {"text": {"body": "x" * 4097}},
        {"type": "template"},
        {"type": "template", "template": {"name": "x"}},
        {"type": "template", "template": {"name": "x", "language": "id"}},
    ],
)
def test_refuses_what_whatsapp_would_refuse(outbound_simulator: Running, change: dict[str, Any]) -> None:
    answer = send(outbound_simulator, TEXT | change)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, 100)
    assert outbound_simulator.get("/sent") == []


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer other"}, {"Authorization": WHATSAPP_TOKEN}])
def test_wants_the_token(outbound_simulator: Running, headers: dict[str, str]) -> None:
    answer = send(outbound_simulator, TEXT, headers)
    assert (answer.status_code, answer.json()["error"]["code"]) == (401, 190)
    assert requests.get(f"{outbound_simulator.url}/whatsapp/1", headers=headers, timeout=5).status_code == 401
    assert requests.get(f"{outbound_simulator.url}/whatsapp-media/1", headers=headers, timeout=5).status_code == 401


def test_media_are_what_was_registered_or_a_small_picture(outbound_simulator: Running) -> None:
    content = b"%PDF-1.7 \x00\xff"
    registered = requests.put(
        f"{outbound_simulator.url}/media/900",
        data=content,
        headers={"Content-Type": "application/pdf"},
        timeout=5,
    )
    assert registered.status_code == 201

    meta, downloaded = fetch(outbound_simulator, "900")
    assert (meta["id"], meta["mime_type"], meta["file_size"]) == ("900", "application/pdf", len(content))
    assert meta["sha256"] == hashlib.sha256(content).hexdigest()
    assert (downloaded.content, downloaded.headers["Content-Type"]) == (content, "application/pdf")

    meta, downloaded = fetch(outbound_simulator, "1003383421387256")
    assert downloaded.headers["Content-Type"] == meta["mime_type"] == "image/jpeg"
    assert downloaded.content.startswith(b"\xff\xd8\xff") and downloaded.content.endswith(b"\xff\xd9")
    assert len(downloaded.content) == meta["file_size"]

    gone = requests.get(f"{outbound_simulator.url}/whatsapp/missing-1", headers=BEARER, timeout=5)
    assert gone.status_code == 404


class MiniStack(BaseHTTPRequestHandler):
    """What it holds is gone when it stops; here, when `held` is emptied."""

    held: ClassVar[dict[str, list[dict[str, Any]]]] = {}

    def do_GET(self) -> None:
        body = json.dumps({"messages": self.held}).encode()
        self.send_response(200 if self.path == "/_ministack/ses/messages" else 404)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


def test_mails_outlive_the_ministack_that_took_them(tmp_path: Path) -> None:
    def mail(number: int) -> dict[str, Any]:
        return {
            "MessageId": f"{number}@email.amazonses.com",
            "To": ["a@example.org"],
            "BodyText": "Tenggat \u2192 besok",
        }

    def shown(simulator: Running) -> Any:
        return simulator.get("/mailbox")["messages"]

    server = ThreadingHTTPServer(("127.0.0.1", 0), MiniStack)
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    options = (f"--ministack=http://127.0.0.1:{server.server_port}",)
    state = tmp_path / "sent.jsonl"
    first = start("outbound_simulator", state, *options)
    try:
        assert shown(first) == {}
        MiniStack.held = {"000000000000": [mail(1), mail(2)]}
        assert shown(first) == shown(first) == MiniStack.held
        MiniStack.held = {}  # killed, and started again
        first.delete("/sent")
        assert shown(first) == {"000000000000": [mail(1), mail(2)]}
        MiniStack.held = {"000000000000": [mail(3)], "111111111111": [mail(4)]}
        until = time.monotonic() + 20
        while len((tmp_path / "mails.jsonl").read_text().splitlines()) < 4:  # kept also if nobody looks
            assert time.monotonic() < until
            time.sleep(0.1)
        first.process.kill()
        first.process.wait()
        server.shutdown()
        server.server_close()
        second = start("outbound_simulator", state, *options)
        kept = {"000000000000": [mail(1), mail(2), mail(3)], "111111111111": [mail(4)]}
        assert shown(second) == kept
        assert second.get("/mailbox?account=111111111111")["messages"] == {"111111111111": [mail(4)]}
        assert stop(second) == 0
    finally:
        first.process.kill()
        MiniStack.held = {}


def test_without_a_ministack_there_is_no_mailbox(outbound_simulator: Running) -> None:
    assert requests.get(f"{outbound_simulator.url}/mailbox", timeout=5).status_code == 404


def fetch(simulator: Running, media_id: str) -> tuple[dict[str, Any], requests.Response]:
    meta = requests.get(f"{simulator.url}/whatsapp/{media_id}", headers=BEARER, timeout=5).json()
    return meta, requests.get(meta["url"], headers=BEARER, timeout=5)


@pytest.mark.parametrize(
    ("fault", "status", "code"),
    [
        ({"fault": "400"}, 400, 131047),
        ({"fault": "400", "code": 131026}, 400, 131026),
        ({"fault": "401"}, 401, 190),
        ({"fault": "429", "seconds": 7}, 429, 130429),
        ({"fault": "500"}, 500, 131000),
        ({"fault": "503"}, 503, 131016),
    ],
)
def test_fails_on_demand(outbound_simulator: Running, fault: dict[str, Any], status: int, code: int) -> None:
    outbound_simulator.put("/faults", fault | {"times": 1})
    answer = send(outbound_simulator, TEXT)
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)
    assert answer.headers.get("Retry-After") == {429: "7", 503: "1"}.get(status)
    assert outbound_simulator.get("/sent") == []
    assert send(outbound_simulator, TEXT).status_code == 200


@pytest.mark.parametrize(("fault", "sent"), [("cut_after_accept", 1), ("cut_before_accept", 0)])
def test_hangs_up_on_demand(outbound_simulator: Running, fault: str, sent: int) -> None:
    outbound_simulator.put("/faults", {"fault": fault, "times": 1})
    with pytest.raises(requests.ConnectionError):
        send(outbound_simulator, TEXT)
    assert len(outbound_simulator.get("/sent")) == sent


def test_a_fault_can_be_seen_and_cleared(outbound_simulator: Running) -> None:
    outbound_simulator.put("/faults", {"fault": "500", "times": None, "paths": "/whatsapp/1"})
    (waiting,) = outbound_simulator.get("/faults")["faults"]
    assert (waiting["fault"], waiting["times"], waiting["paths"]) == ("500", None, "/whatsapp/1")
    assert [send(outbound_simulator, TEXT).status_code for _ in range(2)] == [500, 500]
    outbound_simulator.delete("/faults")
    assert send(outbound_simulator, TEXT).status_code == 200
    for wrong in ({"fault": "flood"}, {"fault": "500", "times": 0}, {"fault": "slow", "seconds": "long"}, None):
        assert outbound_simulator.put("/faults", wrong).status_code == 400


def test_what_was_sent_survives_a_kill(tmp_path: Path) -> None:
    state = tmp_path / "state.jsonl"
    running = start("outbound_simulator", state)
    sent = send(running, TEXT, {"Authorization": "Bearer any"}).json()
    requests.put(f"{running.url}/media/7", data=b"seven", timeout=5).raise_for_status()
    running.process.kill()
    stop(running)

    running = start("outbound_simulator", state)
    assert [one["id"] for one in running.get("/sent")] == [sent["messages"][0]["id"]]
    running.delete("/sent")
    assert stop(running) == 0
    running = start("outbound_simulator", state)
    assert running.get("/health") == {"status": "ok", "sent": 0, "media": 1}
    assert stop(running) == 0
