"""The casework of the fake city: new cases, actions, what belongs to a case, exports and erasures.

The moves are the product's own table (chalicelib/complaints/lifecycle.py): the fake allows what the API allows.
"""

import hashlib
import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from chalicelib.complaints import lifecycle

NEW_MEMBERS = {
    "channel", "text", "class", "category", "department", "location", "reporter", "secret", "received_at", "note",
    "external_id", "history",
}  # fmt: skip
ERASED = {"cases": 2, "lapor": ["5400001"], "limits": ["Cadangan basis data hilang sendiri."]}
CHANNELS = {"phone", "counter", "field", "web", "letter", "radio", "sms", "whatsapp", "other"}

Answer = tuple[int, Any]


@dataclass
class Casework:
    """Cases and what was done with them."""

    cases: list[dict[str, Any]]
    role: str = "operator"
    username: str = "operator1"
    timeline: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    similar: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    by_external_id: dict[str, dict[str, Any]] = field(default_factory=dict)
    keys: dict[str, tuple[str, Answer]] = field(default_factory=dict)
    uploads: dict[str, bytes] = field(default_factory=dict)
    surveyed: dict[str, dict[str, int]] = field(default_factory=dict)
    exports: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    erased: list[dict[str, Any]] = field(default_factory=list)
    erasures_left: int = 0
    explained: list[dict[str, Any]] = field(default_factory=list)
    export: bytes = b"ticket;status\r\nKDR-7Q4M-2X9D;responded\r\n"
    refused_texts: set[str] = field(default_factory=set)
    elsewhere: bool = False  # exports lie in the store, where a short one is redirected to
    url: str = ""
    lock: threading.RLock = field(default_factory=threading.RLock)

    def once(self, key: str | None, path: str, body: Any, do: Callable[[], Answer]) -> Answer:
        """What `do` answers; for a key seen before what it answered then, and 422 if it came with something else."""
        with self.lock:
            asked = hashlib.sha256(f"{path} {json.dumps(body, sort_keys=True)}".encode()).hexdigest()
            if key is None:
                return problem(400, "Idempotency-Key tidak ada.")
            if key in self.keys:
                before, answer = self.keys[key]
                return answer if before == asked else problem(422, "Kunci ini sudah dipakai.", field="Idempotency-Key")
            answer = do()
            if answer[0] < 300:
                self.keys[key] = (asked, (answer[0], json.loads(json.dumps(answer[1]))))
            return answer

    def listed(self, query: dict[str, str]) -> list[dict[str, Any]]:
        """The cases that all filters let through; the queue with what is due first."""
        found = self.cases
        for name in ("department", "category", "channel", "class"):
            if name in query:
                found = [case for case in found if case.get(name) == query[name]]
        if "status" in query:
            found = [case for case in found if case["status"] in query["status"].split(",")]
        if "q" in query:
            found = [case for case in found if query["q"] in case["ticket"]]
        if query.get("queue") == "1":
            found = sorted((case for case in found if case["status"] in lifecycle.OPEN), key=_due)
        return found

    def of_caller(self, body: dict[str, Any]) -> Answer:
        """The cases of one number."""
        found = [case for case in self.cases if (case.get("reporter") or {}).get("phone") == body["phone"]]
        if body.get("status"):
            found = [case for case in found if case["status"] in body["status"]]
        return 200, {"items": found[: body["limit"]], "next": None}

    def create(self, body: dict[str, Any]) -> Answer:
        """A new case, or the one that has this `external_id` already."""
        with self.lock:
            if known := self.by_external_id.get(body.get("external_id", "")):
                return 200, known
            for name in body:
                if name not in NEW_MEMBERS:
                    return problem(422, "tidak dikenal", field=name)
            if body.get("channel") not in CHANNELS:
                return problem(422, "kanal tidak dikenal", field="channel")
            text = body.get("text")
            if not isinstance(text, str) or not text or text in self.refused_texts:
                return problem(422, "isi tidak dapat diterima", field="text")
            now = stamp()
            received = body.get("received_at") or now
            if received > now:
                return problem(422, "di masa depan", field="received_at")
            number = len(self.cases) + 1
            case = {
                "ticket": f"KDR-{number // 10000:04d}-{number % 10000:04d}",
                "status": "received",
                "received_at": received,
                "updated_at": now,
                "department": None,
                "category": None,
                "clocks": [],
                "version": 1,
                **{name: body[name] for name in NEW_MEMBERS - {"history", "received_at"} if name in body},
            }
            self.timeline[case["ticket"]] = [_event("received", self.username, received, {})]
            at = received
            for step in body.get("history") or []:
                if not at <= step["at"] <= now:
                    return problem(422, "urutan waktu salah", field="history")
                at = step["at"]
                refusal = self.move(case, step["type"], step["data"], "admin", step["at"])
                if refusal:
                    return refusal
            self.cases.append(case)
            if "external_id" in body:
                self.by_external_id[body["external_id"]] = case
            return 201, case

    def act(self, case: dict[str, Any], action: str, body: dict[str, Any], if_match: str | None) -> Answer:
        """An action with a case, refused as the contract says."""
        with self.lock:
            if if_match is not None and if_match.removeprefix("W/").strip('"') != str(case["version"]):
                events = self.timeline.get(case["ticket"], [])
                last = {name: events[-1][name] for name in ("at", "actor", "type")} if events else None
                return problem(412, "Aduan sudah berubah.", version=case["version"], last_change=last)
            if action == "attach":
                file = body["attachment"]
                if len(self.uploads.get(file["id"], b"")) != file["size"]:
                    return problem(422, "attachment: berkasnya belum diunggah.", field="attachment.id")
            refusal = self.move(case, action, body, self.role, stamp())
            return refusal or (200, case)

    def move(self, case: dict[str, Any], action: str, body: dict[str, Any], role: str, at: str) -> Answer | None:
        """Change a case by the table of moves; the refusal, or None when it is done."""
        state = lifecycle.State(
            status=case["status"], department=case.get("department"), before_waiting=case.get("before_waiting")
        )
        try:
            after = lifecycle.apply(state, lifecycle.Action(type=action, role=role, data=body))
        except lifecycle.WrongRole:
            return problem(403, "Peran Anda tidak boleh melakukan ini.")
        except lifecycle.NotAllowed as error:
            return problem(409, "Tidak boleh.", allowed=error.allowed, case_status=error.status)
        except lifecycle.Incomplete as error:
            return problem(422, str(error), field=error.field)
        before = {"status": case["status"], "department": case.get("department")}
        if action == "set":
            case.update(body["changes"])
        if action == "attach":
            case.setdefault("attachments", []).append(body["attachment"])
        case.update(status=after.status, department=after.department, before_waiting=after.before_waiting)
        case.update(version=case["version"] + 1, updated_at=at)
        changed = {"before": before, "after": {"status": after.status, "department": after.department}}
        self.timeline.setdefault(case["ticket"], []).append(_event(action, self.username, at, {**body, **changed}))
        return None

    def upload(self, case: dict[str, Any], body: dict[str, Any]) -> Answer:
        """Where a file is to be sent."""
        id_ = f"a{len(self.uploads) + 1}"
        self.uploads[id_] = b""
        headers = {"Content-Type": body["type"]}
        return 201, {
            "id": id_,
            "upload": {"method": "PUT", "url": f"{self.url}/store/{id_}?signature=s", "headers": headers},
        }

    def survey(self, case: dict[str, Any], body: dict[str, Any] | None) -> tuple[int, Any]:
        """Two questions, each answered once."""
        given = self.surveyed.setdefault(case["ticket"], {})
        if body:
            if body["element"] in given:
                return problem(409, "Pertanyaan ini sudah dijawab; jawaban pertama yang berlaku.")
            given[body["element"]] = body["score"]
            return 201, {"ticket": case["ticket"], **body}
        answers = [{"score": score, "text": f"jawaban {score}"} for score in (4, 3, 2, 1)]
        questions = [
            {"element": one, "title": one, "question": f"Tanya {one}?", "answers": answers, "score": given.get(one)}
            for one in ("U3", "U7")
        ]
        return 200, {"ticket": case["ticket"], "questions": questions, "page": "/survei/token"}

    def exported(self, path: str) -> Answer:
        """A short period at once, a longer one from a job that is done at the second look."""
        if path == "export.csv" and self.elsewhere:
            return 303, {"url": f"{self.url}/store/export", "rows": 1}
        if path == "export.csv":
            return 200, self.export
        if path in ("exports", "evidence"):
            self.exports["e1"] = [{"state": "running"}, {"state": "done", "url": f"{self.url}/store/export"}]
            return 202, {"id": "e1"}
        states = self.exports[path.removeprefix("exports/")]
        return 200, states.pop(0) if len(states) > 1 else states[0]

    def erase(self, body: dict[str, Any]) -> Answer:
        """A person is erased; the log does not say whom."""
        self.erased.append({"at": stamp(), "actor": self.username, "cases": 2, "reason": body["reason"]})
        self.erasures_left -= self.erasures_left > 0
        return 200, {**ERASED, "remaining": self.erasures_left}

    def erasable(self, body: dict[str, Any]) -> dict[str, Any]:
        """What an erasure would take away; nothing changes."""
        counted = {"messages": 7, "files": 3, "payloads": 1}
        return {"dry": True, "complete": not self.erasures_left, **ERASED, **counted}


def problem(status: int, detail: str, **extra: Any) -> tuple[int, dict[str, Any]]:
    """A problem document."""
    return status, {"type": "about:blank", "title": "Gagal", "status": status, "detail": detail, **extra}


def stamp() -> str:
    """Now, as the API writes it."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _event(type_: str, actor: str, at: str, data: dict[str, Any]) -> dict[str, Any]:
    return {"at": at, "actor": actor, "type": type_, "data": data}


def _due(case: dict[str, Any]) -> str:
    running = [str(clock["due_at"]) for clock in case.get("clocks") or [] if clock["state"] in ("running", "breached")]
    return min(running, default=str(case["received_at"]))
