"""Sending and fetching against a real HTTP server on this machine that plays the provider."""

import base64
import hashlib
import json
import re
import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
import requests
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from chalicelib.channels import whatsapp_send
from chalicelib.channels.errors import Ambiguous, DeliveryError, Rejected, Retryable
from chalicelib.channels.whatsapp_send import fetch_media, send, text_reply

Answer = Callable[[BaseHTTPRequestHandler], None]


class Provider:
    """Answers each path with what the test put there, and keeps what it was asked."""

    def __init__(self) -> None:
        self.answers: dict[str, Answer] = {}
        self.asked: list[tuple[str, str, str | None, bytes]] = []
        provider = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def handle_one(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                provider.asked.append((self.command, self.path, self.headers.get("Authorization"), body))
                provider.answers[self.path](self)

            do_GET = do_POST = handle_one  # the names http.server looks for

            def log_message(self, *_: Any) -> None:
                """Keep the test output clean."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


def answer(status: int, body: object = b"", **headers: str) -> Answer:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()

    def reply(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.send_header("Content-Length", str(len(content)))
        handler.end_headers()
        handler.wfile.write(content)

    return reply


def hang_up(handler: BaseHTTPRequestHandler) -> None:
    handler.close_connection = True
    handler.connection.shutdown(socket.SHUT_RDWR)


@pytest.fixture
def provider() -> Iterator[Provider]:
    provider = Provider()
    yield provider
    provider.server.shutdown()
    provider.server.server_close()


@pytest.fixture
def session() -> Iterator[requests.Session]:
    with requests.Session() as session:
        session.trust_env = False
        yield session


SENT = {"messaging_product": "whatsapp", "messages": [{"id": "wamid.OUT"}]}


class TlsServer:
    """Has a certificate that nobody signed; takes a whole request, and then speaks no TLS any more."""

    def __init__(self, folder: Path) -> None:
        self.certificate = folder / "certificate.pem"
        self.certificate.write_bytes(self_signed())
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(self.certificate)
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"https://127.0.0.1:{self.socket.getsockname()[1]}"
        self.taken: list[bytes] = []
        threading.Thread(target=self.serve, daemon=True).start()

    def __enter__(self) -> "TlsServer":
        return self

    def __exit__(self, *_: object) -> None:
        self.socket.close()

    def serve(self) -> None:
        while True:
            try:
                plain, _ = self.socket.accept()
            except OSError:
                return  # the test is over
            with plain:
                try:
                    tls = self.context.wrap_socket(plain.dup(), server_side=True)
                except ssl.SSLError:
                    continue  # the client would not speak to us
                with tls:
                    self.taken.append(whole_request(tls))
                    plain.sendall(b"HTTP/1.1 200 OK\r\n\r\n")


def self_signed() -> bytes:
    """A key and its certificate for 127.0.0.1, as PEM."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return private + certificate.public_bytes(Encoding.PEM)


def whole_request(connection: socket.socket) -> bytes:
    """One request with its body; what there was of it when the other side hung up."""
    taken = b""
    while piece := connection.recv(65_536):
        taken += piece
        head, end, body = taken.partition(b"\r\n\r\n")
        length = re.search(rb"(?i)content-length: (\d+)", head)
        if end and length and len(body) >= int(length[1]):
            break
    return taken


def answer_once_each_connection(server: socket.socket, connections: int) -> None:
    """Answers the first request of a connection and keeps it open; a second one on it is reset."""
    for _ in range(connections):
        connection, _ = server.accept()
        whole_request(connection)
        content = json.dumps(SENT).encode()
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(content), content))
        threading.Thread(target=reset_at_first_byte, args=(connection,), daemon=True).start()


def reset_at_first_byte(connection: socket.socket) -> None:
    with connection:
        connection.recv(1)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def alert(session: requests.Session, url: str) -> str:
    return whatsapp_send.send_template(
        session,
        url,
        "106",
        "token-1",
        "+6281234567890",
        name="peringatan_aduan",
        language="id",
        values=["a"],
        reference="alert:d1",
    )


def say(provider: Provider, session: requests.Session, to: str = "+6281234567890") -> str:
    return send(session, f"{provider.url}/v23.0", "106", "token-1", to, "Aduan diterima: KDR-0000-000X")


def test_the_body_of_a_text() -> None:
    assert text_reply("+6281234567890", "Halo") == {
        "messaging_product": "whatsapp",
        "recipient_type": "individual",
        "to": "6281234567890",
        "type": "text",
        "text": {"preview_url": False, "body": "Halo"},
    }


@pytest.mark.parametrize("user_id", ["ID.13491208655302741918", "US.ENT.118"])
def test_a_user_id_is_addressed_as_recipient_and_never_as_to(user_id: str) -> None:
    body = text_reply(user_id, "Halo")
    assert body["recipient"] == user_id
    assert "to" not in body


def test_a_template_takes_its_values_on_one_line_each_and_names_itself() -> None:
    body = whatsapp_send.template("+6281", "peringatan_aduan", "id", ["3 aduan\n lewat", "a\t    b", ""], "alert:d1")
    assert body["to"] == "6281"
    assert body["biz_opaque_callback_data"] == "alert:d1"
    assert body["template"]["name"] == "peringatan_aduan"
    assert body["template"]["language"] == {"code": "id"}
    (values,) = body["template"]["components"]
    assert [one["text"] for one in values["parameters"]] == ["3 aduan lewat", "a b", "-"]


def test_a_template_is_sent_like_a_text(provider: Provider, session: requests.Session) -> None:
    provider.answers["/v23.0/106/messages"] = answer(200, SENT)
    sent = whatsapp_send.send_template(
        session,
        f"{provider.url}/v23.0",
        "106",
        "token-1",
        "+6281234567890",
        name="peringatan_aduan",
        language="id",
        values=["a", "b", "c"],
        reference="alert:d1",
    )
    assert sent == "wamid.OUT"
    ((_, _, authorization, body),) = provider.asked
    assert authorization == "Bearer token-1"
    assert json.loads(body) == whatsapp_send.template(
        "+6281234567890", "peringatan_aduan", "id", ["a", "b", "c"], "alert:d1"
    )


@pytest.mark.parametrize("status", [500, 502, 503])
def test_a_template_that_met_a_server_error_may_be_on_its_way(
    provider: Provider, session: requests.Session, status: int
) -> None:
    provider.answers["/v23.0/106/messages"] = answer(status, {"error": {"code": 131016}})
    say_template = partial(
        whatsapp_send.send_template, session, f"{provider.url}/v23.0", "106", "token-1", "+6281234567890"
    )
    with pytest.raises(Ambiguous, match=str(status)):
        say_template(name="peringatan_aduan", language="id", values=["a"], reference="alert:d1")
    assert len(provider.asked) == 1


def test_sending(provider: Provider, session: requests.Session) -> None:
    provider.answers["/v23.0/106/messages"] = answer(200, SENT)
    assert say(provider, session) == "wamid.OUT"
    ((method, path, authorization, body),) = provider.asked
    assert (method, path, authorization) == ("POST", "/v23.0/106/messages", "Bearer token-1")
    assert json.loads(body) == text_reply("+6281234567890", "Aduan diterima: KDR-0000-000X")


@pytest.mark.parametrize(
    ("status", "body", "error", "code"),
    [
        (400, {"error": {"code": 131047, "message": "Re-engagement message"}}, Rejected, 131047),
        (400, {"error": {"code": 100}}, Rejected, 100),
        (403, {"error": {"code": 10}}, Rejected, 10),
        (404, b"<html>", Rejected, None),
        (302, b"", Rejected, None),
        (400, {"error": {"code": 131056}}, Retryable, 131056),
        (400, {"error": {"code": 130429}}, Retryable, 130429),
        (400, {"error": {"code": 190}}, Retryable, 190),
        (401, {"error": "x"}, Retryable, None),
        (429, [], Retryable, None),
        (500, {"error": {"code": "131000"}}, Retryable, None),
        (503, b"[" * 5000, Retryable, None),
        (200, {}, Ambiguous, None),
        (200, b"", Ambiguous, None),
        (200, {"messages": []}, Ambiguous, None),
        (200, {"messages": ["x"]}, Ambiguous, None),
        (200, {"messages": [{"id": 7}]}, Ambiguous, None),
    ],
)
def test_what_an_answer_means(
    provider: Provider,
    session: requests.Session,
    status: int,
    body: object,
    error: type[DeliveryError],
    code: int | None,
) -> None:
    headers = {"Location": f"{provider.url}/elsewhere"} if status == 302 else {}
    provider.answers["/v23.0/106/messages"] = answer(status, body, **headers)
    with pytest.raises(DeliveryError) as raised:
        say(provider, session)
    assert (type(raised.value), raised.value.code) == (error, code)
    assert len(provider.asked) == 1
    assert str(status) in str(raised.value)
    assert not any(secret in str(raised.value) for secret in ("KDR", "6281", "token-1", "Re-engagement"))


def test_nobody_there_is_retryable(session: requests.Session) -> None:
    with socket.socket() as reserved:
        reserved.bind(("127.0.0.1", 0))  # bound but not listening: refused
        url = f"http://127.0.0.1:{reserved.getsockname()[1]}"
        with pytest.raises(Retryable) as raised:
            send(session, url, "106", "token-1", "+6281234567890", "Halo")
    assert raised.value.__cause__ is None and raised.value.__suppress_context__


def test_a_certificate_that_does_not_hold_is_retryable(session: requests.Session, tmp_path: Path) -> None:
    with TlsServer(tmp_path) as server:
        with pytest.raises(Retryable):
            send(session, server.url, "106", "token-1", "+6281234567890", "Halo")
        assert server.taken == []


@pytest.mark.parametrize("once", [True, False])
def test_a_failure_of_tls_after_the_request_left_is_ambiguous(
    session: requests.Session, tmp_path: Path, once: bool
) -> None:
    """An official is told at most once: what broke while the answer was read may have arrived."""
    with TlsServer(tmp_path) as server:
        session.verify = str(server.certificate)
        with pytest.raises(Ambiguous, match="SSLError"):
            if once:
                alert(session, server.url)
            else:
                send(session, server.url, "106", "token-1", "+6281234567890", "Halo")
        (taken,) = server.taken
        assert taken.startswith(b"POST /106/messages")


def test_an_alert_is_not_sent_over_a_connection_that_died_while_we_slept(session: requests.Session) -> None:
    """A frozen function keeps its connection and not the time: the provider has hung up since. What is sent once would
    be lost with it, as nobody could say whether it had arrived."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        taken = threading.Thread(target=answer_once_each_connection, args=(server, 2), daemon=True)
        taken.start()
        url = f"http://127.0.0.1:{server.getsockname()[1]}"
        assert [alert(session, url), alert(session, url)] == ["wamid.OUT", "wamid.OUT"]
        taken.join(5)


def test_a_connection_cut_after_sending_is_ambiguous(provider: Provider, session: requests.Session) -> None:
    provider.answers["/v23.0/106/messages"] = hang_up
    with pytest.raises(Ambiguous):
        say(provider, session)
    assert len(provider.asked) == 1


def test_no_answer_in_time_is_ambiguous(
    provider: Provider, session: requests.Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(whatsapp_send, "READ_SECONDS", 0.1)
    waiting = threading.Event()

    def say_nothing(_: BaseHTTPRequestHandler) -> None:
        waiting.wait(10)

    provider.answers["/v23.0/106/messages"] = say_nothing
    started = time.monotonic()
    with pytest.raises(Ambiguous):
        say(provider, session)
    waiting.set()
    assert time.monotonic() - started < 5


# --- media

PHOTO = b"\xff\xd8" + bytes(range(256)) * 600
HEX = hashlib.sha256(PHOTO).hexdigest()
BASE64 = base64.b64encode(hashlib.sha256(PHOTO).digest()).decode()


def get(provider: Provider, session: requests.Session, **more: Any) -> tuple[bytes, str]:
    return fetch_media(session, provider.url, "token-1", "100338", **({"max_bytes": len(PHOTO)} | more))


def offer(provider: Provider, url: object = None, **described: object) -> None:
    provider.answers["/100338"] = answer(200, {"url": url or f"{provider.url}/file?id=1", **described})
    provider.answers["/file?id=1"] = answer(200, PHOTO, Content_Type="image/png")


@pytest.mark.parametrize("announced", [None, HEX, HEX.upper(), BASE64, "BASE64=", "é", "", 7])
def test_fetching_a_file(provider: Provider, session: requests.Session, announced: object) -> None:
    offer(provider, mime_type="image/jpeg", sha256=announced)
    assert get(provider, session) == (PHOTO, "image/jpeg")
    assert [(path, token) for _, path, token, _ in provider.asked] == [
        ("/100338", "Bearer token-1"),
        ("/file?id=1", "Bearer token-1"),
    ]


def test_the_type_is_the_servers_where_the_api_gives_none(provider: Provider, session: requests.Session) -> None:
    offer(provider)
    assert get(provider, session) == (PHOTO, "image/png")


@pytest.mark.parametrize("announced", ["0" * 64, BASE64.swapcase()])
def test_a_wrong_checksum_is_fetched_again(provider: Provider, session: requests.Session, announced: str) -> None:
    offer(provider, sha256=announced)
    with pytest.raises(Retryable, match="checksum"):
        get(provider, session)


@pytest.mark.parametrize(
    ("announced", "other"),
    [
        (HEX, False),
        (HEX.upper(), False),
        (BASE64, False),
        (BASE64.rstrip("="), False),  # cut short, it announces nothing
        ("BASE64=", False),
        (base64.b64encode(bytes(31)).decode(), False),
        (f" {'0' * 63}", False),
        (None, False),
        ("0" * 64, True),
        (BASE64.swapcase(), True),
        (base64.b64encode(bytes(32)).decode(), True),
    ],
)
def test_only_a_checksum_can_speak_against_a_file(announced: str | None, other: bool) -> None:
    assert whatsapp_send.differs(PHOTO, announced) is other


def test_a_file_too_large_is_not_kept(provider: Provider, session: requests.Session) -> None:
    offer(provider)
    with pytest.raises(Rejected, match="larger than 1000 bytes"):
        get(provider, session, max_bytes=1000)
    with pytest.raises(Rejected, match="larger than"):
        get(provider, session, max_bytes=len(PHOTO) - 1)


@pytest.mark.parametrize(
    "url",
    [
        "http://lookaside.fbsbx.com/x",  # not https
        "https://evil.example/x",
        "https://lookaside.fbsbx.com.evil.example/x",
        "https://fbsbx.com/x",
        "https://evilfbsbx.com/x",
        "https://lookaside.fbsbx.com:8443/x",
        "https://user@lookaside.fbsbx.com/x",
        "https://lookaside.fbsbx.com\\@evil.example/x",
        "https://lookaside.fbsbx.com /x",
        "https://lookaside.fbsbx.com\n/x",
        "https://l\u00f6okaside.fbsbx.com/x",
        "http://127.0.0.1:1/x",
        "http://169.254.169.254/latest/meta-data",
        "https://[::1/x",
        "https://lookaside.fbsbx.com:x/",
        "file:///etc/passwd",
        "//lookaside.fbsbx.com/x",
        "",
        7,
        None,
    ],
)
def test_an_address_elsewhere_is_not_followed(provider: Provider, session: requests.Session, url: object) -> None:
    provider.answers["/100338"] = answer(200, {"url": url})
    with pytest.raises(Rejected, match="allowed host"):
        get(provider, session)
    assert len(provider.asked) == 1


@pytest.mark.parametrize(
    "url",
    [
        "https://lookaside.fbsbx.com/whatsapp/?mid=1",
        "https://scontent.fbsbx.com:443/x",
        "https://LOOKASIDE.fbsbx.com/x",
    ],
)
def test_the_providers_own_hosts_are_allowed(url: str) -> None:
    assert whatsapp_send._may_fetch(url, "https://graph.facebook.com/v23.0", whatsapp_send.MEDIA_HOSTS)


def test_a_redirect_is_not_followed(provider: Provider, session: requests.Session) -> None:
    offer(provider)
    provider.answers["/file?id=1"] = answer(302, Location="http://169.254.169.254/")
    with pytest.raises(Rejected, match="302"):
        get(provider, session)


@pytest.mark.parametrize("media_id", ["", "../me", "1?x", "1/2", "a b", "1" * 257])
def test_an_id_that_is_none_is_not_asked_for(provider: Provider, session: requests.Session, media_id: str) -> None:
    with pytest.raises(Rejected):
        fetch_media(session, provider.url, "token-1", media_id, 10)
    assert provider.asked == []


@pytest.mark.parametrize(
    ("status", "error"),
    [(404, Rejected), (400, Rejected), (401, Retryable), (429, Retryable), (503, Retryable)],
)
def test_a_refusal_at_either_step(
    provider: Provider, session: requests.Session, status: int, error: type[DeliveryError]
) -> None:
    offer(provider)
    provider.answers["/file?id=1"] = answer(status)
    with pytest.raises(error):
        get(provider, session)
    provider.answers["/100338"] = answer(status, {"error": {"code": 100}})
    with pytest.raises(error) as raised:
        get(provider, session)
    assert raised.value.code == 100


def test_an_answer_that_is_no_object_is_rejected(provider: Provider, session: requests.Session) -> None:
    provider.answers["/100338"] = answer(200, [1])
    with pytest.raises(Rejected):
        get(provider, session)


def test_a_cut_connection_is_fetched_again(provider: Provider, session: requests.Session) -> None:
    offer(provider)
    provider.answers["/file?id=1"] = hang_up
    with pytest.raises(Retryable):
        get(provider, session)


def test_a_file_cut_short_is_fetched_again(provider: Provider, session: requests.Session) -> None:
    def half(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", str(len(PHOTO)))
        handler.end_headers()
        handler.wfile.write(PHOTO[:100])
        handler.close_connection = True

    offer(provider)
    provider.answers["/file?id=1"] = half
    with pytest.raises(Retryable):
        get(provider, session)
