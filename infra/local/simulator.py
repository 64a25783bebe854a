"""What the simulators share: an HTTP/1.1 server on 127.0.0.1 and a journal that survives a kill.

A simulator (see `Simulator`) has routes that take a `Call` and return a `Reply`; its state is its journal.
"""

from __future__ import annotations

import argparse
import contextlib
import email.parser
import email.policy
import fcntl
import json
import os
import re
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import parse_qs, unquote, urlsplit

from infra.local.faults import Fault, Faults

HOST = "127.0.0.1"
SHOWN = "the value callers must show; left out, any value will do"
_MOST_BYTES = 150 * 1024 * 1024


class Journal:
    """A JSONL file to which every accepted change is appended, on disk before the answer goes out."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._path = path
        self._file = path.open("a+b")
        fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)  # two simulators must not share one state

    def records(self) -> Iterator[dict[str, Any]]:
        """Every record, oldest first. Half a last line (killed while writing, never answered) is cut off."""
        self._file.seek(0)
        whole = 0
        for number, line in enumerate(self._file, start=1):
            if not line.endswith(b"\n"):
                break
            try:
                yield json.loads(line)
            except ValueError:
                raise SystemExit(
                    f"{self._path}: line {number} is not JSON; move the file away to start empty."
                ) from None
            whole += len(line)
        self._file.truncate(whole)

    def append(self, record: dict[str, Any]) -> None:
        """Write one record and wait until the disk has it."""
        self._file.write(json.dumps(record, ensure_ascii=False, separators=(",", ":")).encode() + b"\n")
        self._file.flush()
        os.fsync(self._file.fileno())

    def rewrite(self, records: Sequence[dict[str, Any]]) -> None:
        """Replace everything by `records`."""
        self._file.truncate(0)
        for record in records:
            self.append(record)

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()


@dataclass(frozen=True)
class Call:
    """One request, read whole."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes
    parts: tuple[str, ...] = ()

    def json(self) -> Any:
        """The body as JSON; Refusal 400 if it is not."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            raise Refusal(400, {"message": "The body is not JSON."}) from None

    def number(self, name: str, default: int) -> int:
        """A whole number from the query, `default` if absent or not one."""
        value = self.query.get(name, "")
        return int(value) if value.isascii() and value.isdigit() and int(value) > 0 else default


@dataclass(frozen=True)
class Reply:
    """What to answer: an object to send as JSON, or bytes of some type."""

    status: int = 200
    body: Any = None
    type: str = "application/json"
    headers: dict[str, str] = field(default_factory=dict)

    def payload(self) -> bytes:
        """The body as it goes over the wire."""
        return self.body if isinstance(self.body, bytes) else json.dumps(self.body, ensure_ascii=False).encode()


class Refusal(Exception):
    """Raised by a route to answer with an error."""

    def __init__(self, status: int, body: Any) -> None:
        super().__init__(status)
        self.reply = Reply(status, body)


class Simulator(Protocol):
    """What a simulator has to offer. `routes`: (method, path pattern, handler, whether it is a control)."""

    faults: Faults
    faults_path: str
    address: str

    def routes(self) -> Sequence[tuple[str, str, Callable[[Call], Reply], bool]]:
        """Every route; groups of the pattern become `Call.parts`."""
        ...

    def admit(self, call: Call) -> None:
        """Check the credentials of a call that is no control; raise Refusal."""
        ...

    def failing(self, fault: Fault) -> Reply:
        """The answer a fault with a status gives."""
        ...

    def applies(self, fault: Fault, call: Call) -> bool:
        """True if the fault can happen to this call."""
        ...

    def without_id(self, reply: Reply) -> Reply:
        """The same reply, robbed of the id it confirms."""
        ...

    def close(self) -> None:
        """Let go of the state file."""
        ...


class Server(ThreadingHTTPServer):
    """Serves one simulator on 127.0.0.1."""

    daemon_threads = True
    request_queue_size = 128

    simulator: Simulator

    def __init__(self, port: int) -> None:
        super().__init__((HOST, port), _Handler)

    def serve(self, simulator: Simulator) -> None:
        """Answer for `simulator`, in a thread, until `shutdown`."""
        self.simulator = simulator
        simulator.address = f"http://{HOST}:{self.server_port}"
        self.table = [(verb, re.compile(path), handler, control) for verb, path, handler, control in simulator.routes()]
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A caller that hung up is no news; anything else is."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Server

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing: addresses and bodies of citizens do not belong on a screen."""

    def setup(self) -> None:
        super().setup()
        self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def do_GET(self) -> None:
        self._answer()

    do_POST = do_PUT = do_DELETE = do_GET

    def _answer(self) -> None:
        call = self._read()
        if call is None:
            return
        try:
            reply = self._routed(call)
        except Refusal as refusal:
            reply = refusal.reply
        if reply is None:
            self._hang_up()
        else:
            self._send(reply)

    def _read(self) -> Call | None:
        length = self.headers.get("Content-Length", "0")
        if (
            not length.isascii()
            or not length.isdigit()
            or int(length) > _MOST_BYTES
            or "Transfer-Encoding" in self.headers
        ):
            self.close_connection = True
            self._send(Reply(413, {"message": "Send a Content-Length within bounds."}))
            return None
        body = self.rfile.read(int(length))
        if len(body) < int(length):  # hung up half way
            self.close_connection = True
            return None
        url = urlsplit(self.path)
        query = {name: values[-1] for name, values in parse_qs(url.query, keep_blank_values=True).items()}
        headers = {name.lower(): value for name, value in self.headers.items()}
        return Call(self.command, url.path, query, headers, body)

    def _routed(self, call: Call) -> Reply | None:
        """The reply, or None where the fault is to hang up."""
        simulator = self.server.simulator
        if call.path == simulator.faults_path:
            return _faults(simulator.faults, call)
        found = [
            (verb, path.fullmatch(call.path), handler, control) for verb, path, handler, control in self.server.table
        ]
        here = [row for row in found if row[1]]
        for verb, match, handler, control in here:
            if verb == call.method and match:
                call = replace(call, parts=tuple(unquote(one) for one in match.groups()))
                if control:
                    return handler(call)
                simulator.admit(call)
                return _with_faults(simulator, handler, call)
        raise Refusal(405 if here else 404, {"message": "No such method here." if here else "No such path."})

    def _send(self, reply: Reply) -> None:
        payload = reply.payload()
        self.send_response(reply.status)
        for name, value in {
            "Content-Type": reply.type,
            "Content-Length": str(len(payload)),
            **reply.headers,
        }.items():
            self.send_header(name, value)
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(payload)

    def _hang_up(self) -> None:
        self.close_connection = True
        with contextlib.suppress(OSError):
            self.connection.shutdown(socket.SHUT_RDWR)


def _faults(faults: Faults, call: Call) -> Reply:
    if call.method == "PUT":
        try:
            faults.put(call.json())
        except ValueError as wrong:
            raise Refusal(400, {"message": str(wrong)}) from None
    elif call.method == "DELETE":
        faults.clear()
    elif call.method != "GET":
        raise Refusal(405, {"message": "GET, PUT or DELETE."})
    return Reply(200, {"faults": faults.listed(), "known": list(faults.known)})


def _with_faults(simulator: Simulator, handler: Callable[[Call], Reply], call: Call) -> Reply | None:
    """Run the handler, or act out the fault that waits for this call. None: hang up without a word."""
    fault = simulator.faults.take(call.path, lambda one: simulator.applies(one, call))
    if fault is None:
        return handler(call)
    reply = handler(call) if fault.makes_the_change else None
    if fault.fault.startswith("cut_"):
        return None
    if fault.fault.isdecimal():
        return simulator.failing(fault)
    if fault.fault == "slow":
        time.sleep(30.0 if fault.seconds is None else fault.seconds)
        return reply or handler(call)
    if fault.fault == "malformed":
        return Reply(200, b'{"results": {"data": <html>')
    return simulator.without_id(reply or handler(call))


def multipart(call: Call) -> tuple[dict[str, str], list[tuple[str, str]]]:
    """Fields, and (field, file name) of every file, of a multipart body; 415 for any other."""
    kind = call.headers.get("content-type", "")
    if not kind.lower().startswith("multipart/form-data"):
        raise Refusal(415, {"message": "multipart/form-data, please."})
    head = f"Content-Type: {kind}\r\nMIME-Version: 1.0\r\n\r\n".encode()
    message = email.parser.BytesParser(policy=email.policy.HTTP).parsebytes(head + call.body)
    fields: dict[str, str] = {}
    files: list[tuple[str, str]] = []
    for part in message.iter_parts():
        name = str(part.get_param("name", "", header="content-disposition"))
        if part.get_filename() is not None:
            files.append((name, str(part.get_filename())))
        else:
            payload = part.get_payload(decode=True)
            fields[name] = payload.decode("utf-8", "replace") if isinstance(payload, bytes) else ""
    return fields, files


def run(
    name: str,
    argv: Sequence[str] | None,
    options: Mapping[str, str],
    build: Callable[[argparse.Namespace], Simulator],
) -> int:
    """The command line of a simulator; the exit code. `options`: what each of its own means. Ends cleanly on SIGTERM
    and Ctrl-C."""
    parser = argparse.ArgumentParser(description=f"{name}, on {HOST} only.")
    parser.add_argument("--port", type=int, required=True, help="0 takes any free port")
    parser.add_argument("--state", type=Path, required=True, help="JSONL file that keeps what was accepted")
    for option, meaning in options.items():
        parser.add_argument(f"--{option}", help=meaning)
    chosen = parser.parse_args(argv)
    try:
        server = Server(chosen.port)  # first: a second start must not touch the state of the one that runs
    except (OSError, OverflowError) as problem:
        why = getattr(problem, "strerror", None) or "no such port"
        print(f"{name}: port {chosen.port} cannot be used ({why}); choose another with --port.", file=sys.stderr)
        return 1
    try:
        simulator = build(chosen)
    except OSError as problem:
        print(f"{name}: cannot use {chosen.state} ({problem.strerror}).", file=sys.stderr)
        return 1
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    server.serve(simulator)
    print(f"{name} on {simulator.address}", flush=True)
    stop.wait()
    server.shutdown()
    server.server_close()
    simulator.close()
    return 0
