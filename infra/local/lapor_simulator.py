"""A stand-in for SP4N-LAPOR! v3 on this machine, with the oddities its public client shows.

    python -m infra.local.lapor_simulator --port 4581 --state FILE [--auth VALUE --token VALUE]

Told twice, it files twice: there is no idempotency key over there either. Under `/_sim/` it tells what it was
told, finds duplicates, moves complaints as LAPOR!'s staff would, and fails on demand.
"""

from __future__ import annotations

import argparse
import hmac
import json
import re
import sys
import threading
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from infra.local.faults import Fault, Faults, retry_after
from infra.local.simulator import SHOWN, Call, Journal, Refusal, Reply, multipart, run

FAULTS = (
    "slow",
    "429",
    "500",
    "503",
    "502",
    "504",
    "400",
    "422",
    "no_id",
    "cut_after_accept",
    "cut_before_accept",
    "malformed",
)
_WIB = timezone(timedelta(hours=7))
_TICKET = re.compile(r"(?<![0-9A-Z])[A-Z]{2,5}-[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}(?![0-9A-Z])")
_FIRST_ID, _FIRST_TRACKING, _FIRST_DOCUMENT = 5_400_001, 1_900_001, 4_199_001
_PAGE = 15
_RECEIVED = "Belum Terverifikasi"
_CITY = {"id": "151000", "name": "Pemerintah Kota"}
_INSTITUTIONS = [
    {"id": "151001", "name": "Dinas Pekerjaan Umum dan Penataan Ruang"},
    {"id": "151002", "name": "Dinas Lingkungan Hidup"},
    {"id": "151003", "name": "Dinas Perhubungan"},
    {"id": "150001", "name": "PT PLN (Persero)"},
    {"id": "150002", "name": "Kepolisian Negara Republik Indonesia"},
]
_TEMPLATES = [
    {"id": "1", "code": "reply", "name": "Jawaban", "content": "{{institution_from}} menjawab laporan ini."},
    {
        "id": "2",
        "code": "disposition",
        "name": "Disposisi",
        "content": "Laporan diteruskan ke {{ institution_to }}.",
    },
]


class LaporSimulator:
    """Complaints, documents and logs as SP4N-LAPOR! would hold them. All state comes from the journal."""

    faults_path = "/_sim/faults"
    address = ""

    def __init__(self, journal: Journal, auth: str | None, token: str | None) -> None:
        self.faults = Faults(FAULTS)
        self._journal, self._auth, self._token = journal, auth, token
        self._lock = threading.Lock()
        self._complaints: dict[str, dict[str, Any]] = {}
        self._documents: set[str] = set()
        self._issued = {"complaint": 0, "document": 0}
        for record in journal.records():
            self._apply(record)

    def close(self) -> None:
        """Let go of the state file, after what is being written."""
        with self._lock:
            self._journal.close()

    def routes(self) -> Sequence[tuple[str, str, Callable[[Call], Reply], bool]]:
        """LAPOR!'s endpoints, then the controls."""
        return (
            ("POST", r"/complaints/complaint(?:-lmw)?", self.create, False),
            ("POST", r"/complaints/complaint/file", self.upload, False),
            ("GET", r"/complaints/([^/]+)/complaint", self.detail, False),
            ("GET", r"/complaints/([^/]+)/followups", self.followups, False),
            ("POST", r"/complaints/followup/add", self.add_followup, False),
            ("POST", r"/complaints/process/([^/]+)/reject", self.reject, False),
            (
                "GET",
                r"/masters/institutions/external",
                lambda call: _page(call, _INSTITUTIONS, self.address),
                False,
            ),
            ("GET", r"/masters/templates", lambda call: _page(call, _TEMPLATES, self.address), False),
            ("GET", r"/_sim/health", self.health, True),
            ("GET", r"/_sim/complaints", self.listed, True),
            ("DELETE", r"/_sim/complaints", self.empty, True),
            ("GET", r"/_sim/duplicates", self.duplicates, True),
            ("POST", r"/_sim/complaints/([^/]+)/status", self.move, True),
        )

    def admit(self, call: Call) -> None:
        """Both headers, or 401. The first is `auth` with older clients, `Authorization` with newer ones."""
        shown = call.headers.get("authorization") or call.headers.get("auth") or ""
        for got, wanted in ((shown, self._auth), (call.headers.get("token", ""), self._token)):
            if not got or (wanted is not None and not hmac.compare_digest(got.encode(), wanted.encode())):
                raise Refusal(401, {"message": "Unauthenticated."})

    def applies(self, fault: Fault, call: Call) -> bool:
        """Every fault can happen everywhere, except that only a filing has an id to withhold."""
        return fault.fault != "no_id" or re.fullmatch(r"/complaints/complaint(-lmw)?", call.path) is not None

    def failing(self, fault: Fault) -> Reply:
        """An error as a Laravel application, or the gateway before it, gives it."""
        status, wait = int(fault.fault), retry_after(fault)
        if status in (502, 504):
            return Reply(status, b"<html><body>Bad Gateway</body></html>", "text/html", wait)
        if status == 422:
            return Reply(status, _invalid("category_id", "The selected category id is invalid."), headers=wait)
        return Reply(status, {"message": "Too Many Attempts." if status == 429 else "Server Error"}, headers=wait)

    def without_id(self, reply: Reply) -> Reply:
        """A filing that was accepted and does not say under which id. It occurs."""
        return Reply(200, {"message": "Laporan berhasil dikirim", "results": {}})

    # What LAPOR! offers

    def create(self, call: Call) -> Reply:
        """File a complaint."""
        body = call.json()
        if not isinstance(body, dict):
            raise Refusal(422, _invalid("title", "The title field is required."))
        for name in ("title", "content"):
            if not isinstance(body.get(name), str) or not body[name].strip():
                raise Refusal(422, _invalid(name, f"The {name} field is required."))
        with self._lock:
            for name in ("attachments", "info_attachments"):
                self._check_documents(name, body.get(name))
            number = self._issued["complaint"]
            complaint_id = _FIRST_ID + number
            record = {
                "event": "filed",
                "complaint_id": str(complaint_id),
                "tracking_id": str(_FIRST_TRACKING + number),
                "at": _now(),
                "body": body,
            }
            self._keep(record)
        return Reply(200, {"message": "Laporan berhasil dikirim", "complaint_id": complaint_id})

    def _check_documents(self, name: str, value: Any) -> None:
        """A string holding a JSON array of ids; one client appends a full stop."""
        if value is None:
            return
        try:
            ids = json.loads(value.removesuffix(".")) if isinstance(value, str) else None
        except ValueError:
            ids = None
        if not isinstance(ids, list):
            raise Refusal(422, _invalid(name, f"The {name} must be a JSON string."))
        if any(str(one) not in self._documents for one in ids):
            raise Refusal(422, _invalid(name, f"The selected {name} is invalid."))

    def upload(self, call: Call) -> Reply:
        """Keep the ids of `attachments[]` files."""
        _, files = multipart(call)
        names = [name for field, name in files if field == "attachments[]"]
        if not names:
            raise Refusal(422, _invalid("attachments", "The attachments field is required."))
        with self._lock:
            first = _FIRST_DOCUMENT + self._issued["document"]
            ids = [str(first + at) for at in range(len(names))]
            self._keep({"event": "uploaded", "ids": ids, "names": names, "at": _now()})
        docs = [{"id": one, "file_name": name} for one, name in zip(ids, names, strict=True)]
        return Reply(200, {"results": {"docs": docs}})

    def detail(self, call: Call) -> Reply:
        """A complaint with its log."""
        with self._lock:
            one = self._found(call.parts[0])
            data = {
                "id": one["complaint_id"],
                "tracking_id": one["tracking_id"],
                "title": one["title"],
                "status_code": one["status_code"],
                "status_name": one["status_name"],
                "disposition_id": one["disposition"]["id"],
                "disposition_name": one["disposition"]["name"],
                "created_at": _lapor_time(one["filed_at"]),
            }
            # Newest first, as any order would do: nobody knows LAPOR!'s.
            return Reply(200, {"results": {"data": data, "data_logs": one["logs"][::-1]}})

    def followups(self, call: Call) -> Reply:
        """A complaint's log, in Laravel's pages."""
        with self._lock:
            return _page(call, self._found(call.parts[0])["logs"], self.address, size=_PAGE)

    def add_followup(self, call: Call) -> Reply:
        """A department's follow-up."""
        fields, files = multipart(call)
        content = fields.get("content", "")
        if not content.strip() or len(content) > 1000:
            raise Refusal(422, _invalid("content", "The content must be between 1 and 1000 characters."))
        with self._lock:
            one = self._found(fields.get("complaint_id", ""))
            log = _log(
                content=content,
                old=one["status_name"],
                new=one["status_name"],
                to=_institution(fields.get("institution_to_id", "")),
                files=[name for _, name in files],
            )
            self._keep({"event": "logged", "complaint_id": one["complaint_id"], "log": log, "fields": fields})
        return Reply(200, {"message": "Tindak lanjut berhasil dikirim"})

    def reject(self, call: Call) -> Reply:
        """Not our authority: the complaint goes to the institution in `reason`."""
        body = call.json()
        if not isinstance(body, dict) or not str(body.get("reason") or "").strip():
            raise Refusal(422, _invalid("reason", "The reason field is required."))
        with self._lock:
            one = self._found(call.parts[0])
            to = _institution(str(body["reason"]))
            self._move(one, _RECEIVED, str(body.get("reason_description") or ""), to)
        return Reply(200, {"message": "Laporan berhasil diteruskan"})

    # Controls

    def health(self, call: Call) -> Reply:
        """Alive, and how much it holds."""
        with self._lock:
            return Reply(200, {"status": "ok", "complaints": len(self._complaints), "documents": len(self._documents)})

    def listed(self, call: Call) -> Reply:
        """Every complaint filed, in order, as a list."""
        with self._lock:
            return Reply(200, list(self._complaints.values()))

    def empty(self, call: Call) -> Reply:
        """Forget all complaints; ids go on, so that none is given twice."""
        with self._lock:
            self._journal.rewrite([record := {"event": "emptied", "issued": dict(self._issued)}])
            self._apply(record)
        return Reply(200, {"complaints": 0})

    def duplicates(self, call: Call) -> Reply:
        """Our ticket numbers that were filed more than once."""
        filed: dict[str, list[str]] = {}
        with self._lock:
            for one in self._complaints.values():
                if one["ticket"]:
                    filed.setdefault(one["ticket"], []).append(one["complaint_id"])
            total = len(self._complaints)
        twice = [{"ticket": ticket, "complaint_ids": ids} for ticket, ids in filed.items() if len(ids) > 1]
        return Reply(200, {"complaints": total, "tickets": len(filed), "duplicates": twice})

    def move(self, call: Call) -> Reply:
        """Do what LAPOR!'s staff would: a new status, a note, another institution."""
        body = call.json()
        if not isinstance(body, dict) or not isinstance(body.get("status_name"), str):
            raise Refusal(422, _invalid("status_name", "The status_name field is required."))
        institution = body.get("institution")
        with self._lock:
            one = self._found(call.parts[0])
            to = _institution(str(institution)) if institution else one["disposition"]
            self._move(one, body["status_name"], str(body.get("note") or ""), to)
            return Reply(200, one)

    # State

    def _found(self, complaint_id: str) -> dict[str, Any]:
        if complaint_id not in self._complaints:
            raise Refusal(404, {"message": "Laporan tidak ditemukan"})
        return self._complaints[complaint_id]

    def _move(self, one: dict[str, Any], status_name: str, note: str, to: dict[str, str]) -> None:
        log = _log(content=note, old=one["status_name"], new=status_name, to=to)
        moved = {"complaint_id": one["complaint_id"], "log": log, "status_name": status_name, "to": to}
        self._keep({"event": "moved", **moved})

    def _keep(self, record: dict[str, Any]) -> None:
        """On disk first, then in memory; the caller holds the lock."""
        self._journal.append(record)
        self._apply(record)

    def _apply(self, record: dict[str, Any]) -> None:
        """The one place where state changes, on a call and on a restart alike."""
        event = record["event"]
        if event == "filed":
            self._issued["complaint"] += 1
            self._complaints[record["complaint_id"]] = _complaint(record)
        elif event == "uploaded":
            self._issued["document"] += len(record["ids"])
            self._documents.update(record["ids"])
        elif event in ("logged", "moved"):
            one = self._complaints[record["complaint_id"]]
            one["logs"].append(record["log"])
            one["status_name"] = record.get("status_name", one["status_name"])
            one["disposition"] = record.get("to", one["disposition"])
        elif event == "emptied":
            self._complaints.clear()
            self._documents.clear()
            self._issued = dict(record["issued"])


def _complaint(record: dict[str, Any]) -> dict[str, Any]:
    body = record["body"]
    found = _TICKET.search(body["content"].upper()) or _TICKET.search(body["title"].upper())
    return {
        "complaint_id": record["complaint_id"],
        "tracking_id": record["tracking_id"],
        "filed_at": record["at"],
        # The first number in the text: a citizen may quote another ticket further down.
        "ticket": found[0] if found else None,
        "title": body["title"],
        "content": body["content"],
        "status_code": "0",
        "status_name": _RECEIVED,
        "disposition": {"id": str(body.get("disposition_id") or _CITY["id"]), "name": _CITY["name"]},
        "body": body,
        "logs": [],
    }


def _log(content: str, old: str, new: str, to: dict[str, str], files: Sequence[str] = ()) -> dict[str, Any]:
    return {
        "content": content,
        "template_content": "<p>{{institution_from}}: {{ status_old }} → {{status_new}}</p>",
        "data": json.dumps({"status_old": {"name": old}, "status_new": {"name": new}}),
        "status_old": {"name": old, "color": "#999999"},
        "status_new": {"name": new, "color": "#00aa00"},
        "institution_from_name": _CITY["name"],
        "institution_to": to,
        "attachments": [
            {"path": f"/storage/{name}", "file_name": name, "extension": name.rpartition(".")[2]} for name in files
        ],
        "created_at": _lapor_time(_now()),
    }


def _institution(wanted: str) -> dict[str, str]:
    """An institution by id or name; an unknown one is taken at its word."""
    known = (one for one in (_CITY, *_INSTITUTIONS) if wanted in one.values())
    return next(known, {"id": wanted if wanted.isdecimal() else "0", "name": wanted})


def _page(call: Call, rows: Sequence[Any], address: str, size: int = 1000) -> Reply:
    """Laravel's paginator."""
    size, page = min(call.number("page_size", size), 1000), call.number("page", 1)
    shown = list(rows[(page - 1) * size : page * size])
    more = page * size < len(rows)
    return Reply(
        200,
        {
            "results": {
                "current_page": page,
                "data": shown,
                "next_page_url": f"{address}{call.path}?page={page + 1}" if more else None,
                "per_page": size,
                "total": len(rows),
            }
        },
    )


def _invalid(name: str, problem: str) -> dict[str, Any]:
    return {"message": "The given data was invalid.", "errors": {name: [problem]}}


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _lapor_time(moment: str) -> str:
    """`31-01-2026 08:05:00`, in WIB, without saying so."""
    return datetime.fromisoformat(moment).astimezone(_WIB).strftime("%d-%m-%Y %H:%M:%S")


def main(argv: Sequence[str] | None = None) -> int:
    """Serve until told to stop; the exit code."""

    def build(chosen: argparse.Namespace) -> LaporSimulator:
        return LaporSimulator(Journal(chosen.state), chosen.auth, chosen.token)

    return run("LAPOR! simulator", argv, {"auth": SHOWN, "token": SHOWN}, build)


if __name__ == "__main__":
    sys.exit(main())
