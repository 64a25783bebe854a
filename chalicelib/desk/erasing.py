"""Erasing a person on request (UU 27/2022): what is looked through, in which order, and what cannot be reached.

A request is a record of its own that counts what it did. It may be killed anywhere: asked again, it goes on.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chalicelib import logs
from chalicelib.complaints.erasure import EVERYTHING, needles
from chalicelib.complaints.phone import normalise as normalise_phone
from chalicelib.complaints.ticket import normalise as normalise_ticket
from chalicelib.desk.people import Staff
from chalicelib.problems import Problem
from chalicelib.store import cases, erasures, exports, media
from chalicelib.store import erasure as store
from chalicelib.store.cases import Dossier
from chalicelib.store.keys import person_key
from chalicelib.store.tables import Erasure, Quarantined

# API Gateway waits 29 seconds; what is left then is done when the request comes again, or by the nightly job.
SECONDS = 18.0
TRIES = 5

LIMITS = (
    "Salinan di SP4N-LAPOR! (lihat nomor pada lapor) harus diminta dihapus di sana.",
    "Cadangan basis data menyimpan keadaan lama hingga 35 hari, lalu hilang sendiri.",
    "Kata-kata dalam model rute hilang setelah dua kali pelatihan malam.",
    "Ekspor yang sudah disiapkan ikut dihapus; berkas yang sudah diunduh orang tidak terjangkau.",
    "Berkas yang diunggah petugas tetapi tidak pernah dilampirkan hilang sendiri, paling lama dalam 48 jam.",
    "Aduan orang yang sama dengan nomor atau nama pengguna lain, namanya dalam aduan orang lain, dan kiriman tak "
    "terbaca yang tidak memuat nomornya, tidak dapat dikenali.",
    "Menurut nama pengguna hanya ditemukan aduan tanpa nomor telepon; bila aduannya bernomor, sebutkan nomor itu atau "
    "salah satu nomor tiketnya.",
    "Aduan yang identitasnya sudah dihapus karena masa simpannya habis tidak ditemukan lagi menurut nomor, padahal "
    "teksnya mungkin masih ada; sebutkan nomor tiketnya.",
)


@dataclass(frozen=True, slots=True)
class Person:
    """Who is to be erased: the key of his cases, or the case he is known by; and what he is searched by."""

    whose: str | None
    only: str | None
    searched: tuple[bytes, ...]
    known: str | None = None
    """The request that has erased that case before."""

    def tickets(self) -> list[str]:
        """His cases, the oldest first; then the one he is known by, should it be nobody's already."""
        own = erasures.of_person(self.whose) if self.whose else []
        return list(dict.fromkeys([*own, *([self.only] if self.only else [])]))


def person(*, phone: str | None, handle: str | None, ticket: str | None) -> Person:
    """Whoever has this number or handle, or reported this case. Raises Problem (422)."""
    given = [name for name, value in (("phone", phone), ("handle", handle), ("ticket", ticket)) if value]
    if len(given) != 1:
        raise Problem(422, "Sebutkan tepat satu dari phone, handle, ticket.", field="phone")
    if phone:
        number = normalise_phone(phone)
        if number is None:
            raise Problem(422, "phone: bukan nomor telepon.", field="phone")
        return Person(person_key(number, None), None, needles(number, None))
    if handle:
        return Person(person_key(None, handle), None, needles(None, handle))
    known = normalise_ticket(ticket or "")
    case = cases.get(known) if known else None
    if case is None:
        raise Problem(422, "ticket: tidak ada aduan dengan nomor tiket itu.", field="ticket")
    reporter = case.reporter or {}
    before = erasures.get(case.erasure) if case.erasure else None
    whose = case.person or (before.whose if before else None)
    return Person(whose, case.ticket, needles(reporter.get("phone"), reporter.get("handle")), case.erasure)


def count(whom: Person) -> dict[str, Any]:
    """What an erasure would take away; nothing is written. Not `complete`: there was no time to look at everything, and
    it is at least as much."""
    until = time.monotonic() + SECONDS
    counted = dict.fromkeys(("cases", "messages", "files", "payloads"), 0)
    lapor: list[str] = []
    complete = True
    for ticket in whom.tickets():
        if time.monotonic() > until:
            complete = False
            break
        if (found := _left(ticket)) is None:
            continue
        counted["cases"] += 1
        counted["messages"] += len(found.messages)
        counted["files"] += len(store.files(found))
        if number := (found.case.lapor or {}).get("complaint_id"):
            lapor.append(number)
    for item in _payloads(whom.searched, until):
        counted["payloads"] += item is not None
        complete = complete and item is not None
    return {"dry": True, "complete": complete, **counted, "lapor": lapor, "limits": list(LIMITS)}


def erase(whom: Person, reason: str, staff: Staff, now: datetime) -> dict[str, Any]:
    """Erase the person, as far as the time reaches: `state` says whether anything is left, `remaining` how much."""
    until = time.monotonic() + SECONDS
    record, new = erasures.begin(
        whom.whose,
        None if whom.whose else whom.only,
        known=whom.known,
        sought=[word.decode() for word in whom.searched],
        actor=staff.username,
        reason=reason,
        again=lambda: _again(whom, until),
        now=now,
    )
    remaining = go_on(record, whom.tickets(), until, now)
    logs.event("erased", kind="request", count=int(record.cases or 0), outcome=record.state)
    return {**view(record), "remaining": remaining, "repeated": not new, "limits": list(LIMITS)}


def _again(whom: Person, until: float) -> bool:
    """Whether there is anything of somebody who was erased before. What was not looked at in time may be his."""
    return any(_left(ticket) is not None for ticket in whom.tickets()) or any(
        True for _ in _payloads(whom.searched, until)
    )


def go_on(record: Erasure, tickets: list[str], until: float, now: datetime) -> int:
    """Erase these cases, then the payloads, until `time.monotonic()` says `until`; how many cases are left, and one
    more when the payloads have not all been looked through."""
    if record.state != erasures.RUNNING:
        return 0
    exports.withdraw()
    remaining = 0
    for ticket in tickets:
        if time.monotonic() > until or not _one(record, ticket, now):
            remaining += 1
    if not record.searched and not _search(record, until, now):
        remaining += 1
    if not remaining:
        exports.withdraw()  # those that were written meanwhile
        erasures.finish(record, now)
    return remaining


def _one(record: Erasure, ticket: str, now: datetime) -> bool:
    for _ in range(TRIES):
        found = _left(ticket)
        if found is None:
            return True
        result = store.erase(found, EVERYTHING, actor=record.actor, now=now, record=record)
        if isinstance(result, store.Erased):
            return True
        if isinstance(result, store.Held):
            return False
        record.refresh(consistent_read=True)
    return False


def _left(ticket: str) -> Dossier | None:
    """The case while there is something to erase in it."""
    found = cases.dossier(ticket)
    return None if found is None or store.done_before(found.case, EVERYTHING) else found


def _search(record: Erasure, until: float, now: datetime) -> bool:
    """Erase the payloads that hold what the record says; False when some have not been looked at."""
    words = tuple(word.encode() for word in record.sought or ())
    for items, position in erasures.quarantined(record.searched_to) if words else ():
        if time.monotonic() > until:
            return False
        for item in items:
            if _holds(item, words) and not erasures.forget_payload(item, now, record):
                return False
        erasures.searched(record, position)
    erasures.searched(record, None)
    return True


def _payloads(words: tuple[bytes, ...], until: float) -> Iterator[Quarantined | None]:
    """The payloads that hold one of these words; a last None when there was no time to look at them all."""
    for items, _ in erasures.quarantined(None) if words else ():
        if time.monotonic() > until:
            yield None
            return
        yield from (item for item in items if _holds(item, words))


def _holds(item: Quarantined, words: tuple[bytes, ...]) -> bool:
    raw = item.raw if item.raw is not None else media.get(item.stored) if item.stored else b""
    lowered = raw.lower()
    return any(word in lowered for word in words)


def view(record: Erasure) -> dict[str, Any]:
    """A line of the log: when, by whom, why and how much; never whom."""
    return {
        "id": record.pk.removeprefix("ERASURE#"),
        "at": record.at,
        "actor": record.actor,
        "reason": record.reason,
        "state": record.state,
        "cases": int(record.cases or 0),
        "messages": int(record.messages or 0),
        "files": int(record.files or 0),
        "payloads": int(record.payloads or 0),
        "lapor": list(record.lapor or []),
        "finished_at": record.finished_at,
    }
