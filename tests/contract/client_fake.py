"""A small city for the client to talk to: the API's contract and Cognito's, on a free port of this machine."""

import base64
import json
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from tests.contract import client_fake_figures
from tests.contract.client_fake_casework import Casework, problem
from tests.contract.client_fake_years import Years

CLIENT_ID = "client-of-the-test"
PASSWORD = "kata sandi uji"
BASE = "/api"

CASE: dict[str, Any] = {
    "ticket": "KDR-7Q4M-2X9D",
    "status": "responded",
    "class": "complaint",
    "channel": "whatsapp",
    "text": "Jalan berlubang di depan pasar, sudah dua motor jatuh minggu ini.\nMohon segera ditambal.",
    "category": "Jalan rusak",
    "department": "DPUPR",
    "location": {
        "lat": -7.8166,
        "lon": 112.0114,
        "address": "Jl. Pattimura, depan pasar",
        "kelurahan": "Setonopande",
    },
    "reporter": {"name": "pelapor satu", "phone": "+620000000001", "handle": None, "anonymous": True},
    "secret": False,
    "received_at": "2026-11-21T02:15:00.000Z",
    "updated_at": "2026-11-23T09:05:00.000Z",
    "messages": [
        {
            "id": "m1",
            "type": "text",
            "text": "Jalan berlubang di depan pasar, sudah dua motor jatuh minggu ini.\nMohon segera ditambal.",
            "at": "2026-11-21T02:15:00.000Z",
            "media": None,
        },
        {"id": "m2", "type": "image", "text": None, "at": "2026-11-21T02:16:00.000Z", "media": {"id": "a1"}},
    ],
    "attachments": [
        {
            "id": "a1",
            "name": "foto.jpg",
            "type": "image/jpeg",
            "size": 1234567,
            "url": "https://media.invalid/a1",
        }
    ],
    "clocks": [
        {
            "name": "verification",
            "due_at": "2026-11-26T08:30:00.000Z",
            "state": "met",
            "legal_basis": "dasar hukum pertama",
        },
        {
            "name": "follow_up",
            "due_at": "2026-11-30T08:30:00.000Z",
            "state": "running",
            "legal_basis": "dasar hukum kedua",
        },
    ],
    "lapor": {
        "state": "ambiguous",
        "complaint_id": None,
        "tracking_id": None,
        "status_name": None,
    },
    "duplicate_of": None,
    "supporters": 3,
    "version": 7,
}

LEDGER: dict[str, Any] = {
    "accepted": 12345,
    "opened": 9000,
    "appended": 3000,
    "duplicates": 300,
    "quarantined": 5,
    "control": 40,
    "destinations": {
        "lapor": {"due": 9000, "confirmed": 8990, "waiting": 8, "failed": 1, "ambiguous": 1},
        "reporter": {"due": 9000, "confirmed": 9000, "waiting": 0, "failed": 0, "ambiguous": 0},
    },
}

PLACE: dict[str, Any] = {
    "code": "KDR",
    "name": "Kota Kediri",
    "departments": [
        {"id": "dpupr", "name": "Dinas Pekerjaan Umum dan Penataan Ruang", "short": "DPUPR"},
        {"id": "dlhkp", "name": "Dinas Lingkungan Hidup", "short": "DLHKP"},
    ],
    "categories": [
        {"id": "jalan_rusak", "name": "Jalan rusak", "department": "dpupr"},
        {"id": "sampah", "name": "Sampah", "department": "dlhkp"},
    ],
    "kecamatan": [{"name": "Kota", "kelurahan": ["Setonopande", "Bandar Lor"]}],
}


@dataclass
class Asked:
    """One request as it arrived."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: Any


@dataclass
class City:
    """What the fake city holds, what it was asked, and how it is to misbehave."""

    cases: list[dict[str, Any]] = field(default_factory=lambda: [dict(CASE)])
    ledger: dict[str, Any] = field(default_factory=lambda: json.loads(json.dumps(LEDGER)))
    quarantine: list[dict[str, Any]] = field(default_factory=list)
    alerts: list[dict[str, Any]] = field(default_factory=list)
    # Tickets of the messages that were not delivered, by queue; and how many a call moves
    dead: dict[str, list[str]] = field(default_factory=dict)
    moved_at_once: int = 10
    config: str = 'name = "Kediri"\n'
    config_version: int = 1
    place: dict[str, Any] = field(default_factory=lambda: PLACE)
    zone: str | None = "Asia/Jakarta"
    # How many cases a period has
    figures: dict[str, int] = field(default_factory=dict)
    # What its second revision changed
    figure_changes: list[dict[str, Any]] = field(
        default_factory=lambda: [{"path": "figures.received.numerator", "before": 9, "after": 10}]
    )
    needs_new_password: set[str] = field(default_factory=set)
    accepted_refresh: set[str] = field(default_factory=set)
    accepted_id: set[str] = field(default_factory=set)
    asked: list[Asked] = field(default_factory=list)
    # What the store was asked: (method, what lies there)
    stored: list[tuple[str, str]] = field(default_factory=list)
    years: Years = field(default_factory=Years)
    # Answers given instead of the right one, in order: (status, content type, body)
    instead: list[tuple[int, str, bytes]] = field(default_factory=list)
    cognito_instead: list[tuple[int, dict[str, Any]]] = field(default_factory=list)
    # The same for new cases alone; how many there may be before the service is away; the one at which the session ends
    instead_of_new: list[tuple[int, str, bytes]] = field(default_factory=list)
    away_after: int | None = None
    ends_session_at: int | None = None
    # Numbers of the new cases whose answer never arrives: the connection ends instead
    lost_answers: set[int] = field(default_factory=set)
    # While it is clear, new cases are made but nobody hears of it, once there are more than so many
    answering: threading.Event = field(default_factory=threading.Event)
    silent_after: int = 0
    redirect_to: str | None = None
    url: str = ""
    issued: int = 0
    work: Casework = field(init=False)

    def __post_init__(self) -> None:
        self.work = Casework([])
        self.answering.set()

    @property
    def api(self) -> str:
        return self.url + BASE

    def to(self, path: str, method: str | None = None) -> list[Asked]:
        """The requests made to a path below the API's base."""
        return [one for one in self.asked if one.path == BASE + path and method in (None, one.method)]

    def issue(self) -> dict[str, Any]:
        """A fresh pair of tokens."""
        self.issued += 1
        claims = {"cognito:groups": ["operator"], "n": self.issued}
        payload = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
        id_token, refresh_token = f"test.{payload}.unsigned", f"refresh-{self.issued}"
        self.accepted_id.add(id_token)
        self.accepted_refresh.add(refresh_token)
        return {"IdToken": id_token, "RefreshToken": refresh_token, "ExpiresIn": 3600, "TokenType": "Bearer"}

    def strange(self, asked: Asked) -> tuple[int, str, bytes] | None:
        """The answer a new case gets instead of the right one, or None."""
        if (asked.method, asked.path) != ("POST", BASE + "/v1/complaints"):
            return None
        if self.instead_of_new:
            return self.instead_of_new.pop(0)
        if self.away_after is not None and len(self.cases) >= self.away_after:
            return 503, "text/plain", b""
        if self.ends_session_at == len(self.cases):
            self.ends_session_at = None
            self.accepted_id.clear()
        return None

    # Each answers (status, body); None as body is no content.

    def cognito(self, action: str, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        if self.cognito_instead:
            return self.cognito_instead.pop(0)
        refused = (400, {"__type": "com.amazonaws.cognito#NotAuthorizedException", "message": "no"})
        if body.get("ClientId") != CLIENT_ID:
            return 400, {"__type": "ResourceNotFoundException"}
        if action == "RevokeToken":
            self.accepted_refresh.discard(body["Token"])
            return 200, {}
        if action == "RespondToAuthChallenge":
            given = body["ChallengeResponses"]
            if (given["USERNAME"], body["Session"]) != ("known-as-operator2", "challenge-session"):
                return refused
            if len(given["NEW_PASSWORD"]) < 8:
                return 400, {"__type": "InvalidPasswordException"}
            return 200, {"AuthenticationResult": self.issue()}
        given = body["AuthParameters"]
        if body["AuthFlow"] == "REFRESH_TOKEN_AUTH":
            if given["REFRESH_TOKEN"] not in self.accepted_refresh:
                return refused
            result = self.issue()
            del result["RefreshToken"]
            return 200, {"AuthenticationResult": result}
        if given["PASSWORD"] != PASSWORD:
            return refused
        if given["USERNAME"] in self.needs_new_password:
            return 200, {
                "ChallengeName": "NEW_PASSWORD_REQUIRED",
                "Session": "challenge-session",
                "ChallengeParameters": {"USER_ID_FOR_SRP": f"known-as-{given['USERNAME']}"},
            }
        return 200, {"AuthenticationResult": self.issue()}

    def answer(self, asked: Asked) -> tuple[int, Any]:
        if asked.headers.get("authorization") not in self.accepted_id:
            return problem(401, "Token tidak berlaku.")
        path = asked.path.removeprefix(BASE)
        self.work.cases, self.work.url = self.cases, self.url
        if path.startswith("/v1/complaints/"):
            return self.about_case(asked, *path.removeprefix("/v1/complaints/").split("/"))
        if path.startswith("/v1/replays/"):
            return self.years.answer(asked.method, path.removeprefix("/v1/replays/"), asked.body)
        if path.startswith("/v1/indicators/"):
            return client_fake_figures.answer(
                path.removeprefix("/v1/indicators/"), asked.query, self.figures, self.figure_changes
            )
        if path.startswith(("/v1/export", "/v1/evidence")):
            return self.work.exported(path.removeprefix("/v1/"))
        if path.startswith("/v1/dead-letters"):
            return self.dead_letters(asked, path.removeprefix("/v1/dead-letters").strip("/"))
        known: dict[str, Callable[[], tuple[int, Any]]] = {
            "GET /v1/complaints": lambda: self.page(self.work.listed(asked.query), asked.query),
            "POST /v1/complaints": lambda: self.once(asked, lambda: self.work.create(asked.body)),
            "POST /v1/callers": lambda: self.work.of_caller(asked.body),
            "GET /v1/me": lambda: (200, {"username": "operator1", "role": "operator", "zone": self.zone}),
            "GET /v1/ledger": lambda: (200, self.ledger),
            "GET /v1/quarantine": lambda: self.page(self.quarantine, asked.query),
            "GET /v1/alerts": lambda: self.page(self.alerts, asked.query),
            "GET /v1/city": lambda: (200, self.city_in_force()),
            "PUT /v1/city": lambda: self.change_city(asked.body["toml"], check=False),
            "POST /v1/city/check": lambda: self.change_city(asked.body["toml"], check=True),
            "GET /v1/erasures": lambda: self.page(self.work.erased, asked.query),
            "POST /v1/erasures": lambda: (
                (200, self.work.erasable(asked.body))
                if asked.query.get("dry") == "1"
                else self.once(asked, lambda: self.work.erase(asked.body))
            ),
        }
        do = known.get(f"{asked.method} {path}")
        return do() if do else problem(404, "Alamat tidak ada.")

    def dead_letters(self, asked: Asked, which: str) -> tuple[int, Any]:
        if not which:
            looked = asked.query.get("tickets") == "1"
            items = [
                {
                    "queue": name,
                    "waiting": len(tickets),
                    "oldest_at": "2026-11-21T02:15:00.000Z" if looked and tickets else None,
                    "tickets": tickets[:10] if looked else None,
                }
                for name, tickets in self.dead.items()
            ]
            return 200, {"items": items, "next": None}
        name = which.removesuffix("/redrive")
        there = self.dead.get(name)
        if there is None or asked.method != "POST":
            return problem(404, "Tidak ada antrean itu.")
        moved = min(len(there), self.moved_at_once)
        del there[:moved]
        return 202, {"queue": name, "started": True, "moved": moved, "more": bool(there)}

    def once(self, asked: Asked, do: Callable[[], tuple[int, Any]]) -> tuple[int, Any]:
        return self.work.once(asked.headers.get("idempotency-key"), asked.path, asked.body, do)

    def page(self, items: list[dict[str, Any]], query: dict[str, str]) -> tuple[int, Any]:
        limit, start = int(query.get("limit", "20")), int(query.get("cursor", "c0")[1:])
        if not 1 <= limit <= 100:
            return problem(400, "limit paling banyak 100.")
        end = start + limit
        return 200, {"items": items[start:end], "next": f"c{end}" if end < len(items) else None}

    def about_case(self, asked: Asked, ticket: str, action: str = "") -> tuple[int, Any]:
        case = next((one for one in self.cases if one["ticket"] == unquote(ticket)), None)
        if case is None:
            return problem(404, f"Tidak ada aduan {unquote(ticket)}.")
        if not action:
            return 200, case
        if action == "survey":
            return self.work.survey(case, asked.body)
        if action == "sla":
            return 200, {"ticket": case["ticket"], "clocks": self.work.explained}
        if action in ("timeline", "similar"):
            found = getattr(self.work, action)
            return 200, {"items": found.get(case["ticket"], []), "next": None}
        if action == "attachments":
            return self.once(asked, lambda: self.work.upload(case, asked.body))
        if action != "forward":
            return self.once(asked, lambda: self.work.act(case, action, asked.body, asked.headers.get("if-match")))
        if asked.headers.get("if-match") != f'"{case["version"]}"':
            return problem(412, "Aduan sudah berubah.")
        if case["lapor"]["state"] != "ambiguous":
            return problem(409, "Penerusan ini tidak perlu diputuskan.")
        case["lapor"] = {**case["lapor"], "state": "confirmed" if "complaint_id" in asked.body else "waiting"}
        case["version"] += 1
        return 200, case

    def city_in_force(self) -> dict[str, Any]:
        return {
            "version": self.config_version,
            "applied_at": "2026-11-21T02:15:00.000Z",
            "applied_by": "admin1",
            "city": self.place,
            "toml": self.config,
        }

    def change_city(self, toml: str, *, check: bool) -> tuple[int, Any]:
        if "salah" in toml:
            error = {"line": 41, "path": "departments[3].code", "message": "Kode OPD ganda."}
            return 200, {"errors": [error], "changes": []}
        changes = []
        if toml != self.config:
            changes = [{"path": "name", "before": self.config.strip(), "after": toml.strip()}]
        if check:
            warnings = ["Kepala DPUPR: hanya punya WhatsApp"] if "hanya-wa" in toml else []
            return 200, {"errors": [], "changes": changes, "warnings": warnings}
        self.config, self.config_version = toml, self.config_version + bool(changes)
        return 200, {"changes": changes, "version": self.config_version}


class Handler(BaseHTTPRequestHandler):
    city: City
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # or every answer waits 40 ms for the client's acknowledgement of its headers

    def handle_any(self) -> None:
        city, parts = self.city, urlsplit(self.path)
        raw = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        if parts.path.startswith("/store/"):
            self.store(parts.path.removeprefix("/store/"), raw)
            return
        asked = Asked(
            self.command,
            parts.path,
            {key: values[-1] for key, values in parse_qs(parts.query).items()},
            {key.lower(): value for key, value in self.headers.items()},
            json.loads(raw) if raw else None,
        )
        city.asked.append(asked)
        target = asked.headers.get("x-amz-target")
        if target is not None:
            status, content = city.cognito(target.removeprefix("AWSCognitoIdentityProviderService."), asked.body)
            self.reply(status, "application/x-amz-json-1.1", json.dumps(content).encode())
        elif city.redirect_to:
            self.send_response(302)
            self.send_header("Location", city.redirect_to)
            self.send_header("Content-Length", "0")
            self.end_headers()
        elif city.instead:
            self.reply(*city.instead.pop(0))
        elif (strange := city.strange(asked)) is not None:
            self.reply(*strange)
        else:
            before = len(city.cases)
            status, content = city.answer(asked)
            if status == 201 and len(city.cases) > before and len(city.cases) in city.lost_answers:
                self.close_connection = True
                return
            if len(city.cases) > max(before, city.silent_after) and not city.answering.wait(60):
                raise TimeoutError("nobody let the city answer")
            if status == 200 and asked.path == BASE + "/v1/export.csv":
                self.reply(200, "text/csv", content)
                return
            kind = "application/json" if status < 400 else "application/problem+json"
            self.reply(status, kind, json.dumps(content).encode())

    do_GET = do_POST = do_PUT = handle_any

    def store(self, id_: str, raw: bytes) -> None:
        """The store of files, which knows signed addresses and no sessions."""
        names = {name.lower() for name in self.headers}
        self.city.stored.append((self.command, id_))
        assert not names & {"authorization", "cookie", "idempotency-key"}
        if self.command == "PUT":
            self.city.work.uploads[id_] = raw
            self.reply(200, "text/plain", b"")
        else:
            self.reply(200, "text/csv", self.city.work.export)

    def reply(self, status: int, kind: str, body: bytes) -> None:
        self.send_response(status)
        if status == 303:
            self.send_header("Location", json.loads(body)["url"])
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that was killed is gone before its answer, which says nothing about the city."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


def start(city: City) -> ThreadingHTTPServer:
    """Serve a city on a free port; the caller shuts the server down."""
    server = Server(("127.0.0.1", 0), type("CityHandler", (Handler,), {"city": city}))
    city.url = f"http://127.0.0.1:{server.server_address[1]}"
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    return server


def cloud(city: City) -> dict[str, Any]:
    """What `.local/cloud.json` says of this city."""
    staff = [
        {"username": name, "password": PASSWORD, "role": "operator", "department": None}
        for name in ("operator1", "operator2")
    ]
    return {"api": city.api, "cognito": {"endpoint": city.url, "client_id": CLIENT_ID}, "staff": staff}
