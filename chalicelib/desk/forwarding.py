"""Filing cases in SP4N-LAPOR!, each exactly once.

LAPOR! has no idempotency key and no way to ask whether a filing arrived, so the row keeps how far a worker came:

    waiting ──claim──▶ preparing ──▶ creating ──answer──▶ (filed) ──▶ confirmed
                           │             ├─ refused (4xx) ─▶ failed      a person looks
                           │             ├─ surely not sent ▶ waiting    again later
                           │             └─ nobody knows ──▶ ambiguous   a person decides, never we
                           └─ the worker died: safe to begin again; in `creating` it is ambiguous

`filed` is only seen when LAPOR!'s number could be noted on the row, but not yet on the case.

While LAPOR! is down, one worker at a time tries it out (store/breaker.py), first with a question that changes nothing:
a filing swallowed by a dying gateway would be one more question for a person. Who finds it back brings all that waits.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import cache
from secrets import token_hex
from typing import Any, Literal

from chalicelib import logs
from chalicelib.complaints.city import City
from chalicelib.desk import triage, worker
from chalicelib.lapor.answers import id_of
from chalicelib.lapor.client import Document, LaporClient, LaporSettings
from chalicelib.lapor.errors import Ambiguous, Rejected, Retryable
from chalicelib.lapor.mapping import Filing, LaporCodes, Line, Place, Reporter, create_body
from chalicelib.problems import Problem
from chalicelib.settings import settings
from chalicelib.store import breaker, cases, cities, media, outbox, queues
from chalicelib.store.breaker import Gate
from chalicelib.store.cases import Dossier
from chalicelib.store.items import FILING
from chalicelib.store.keys import iso
from chalicelib.store.parameters import SECRETS
from chalicelib.store.tables import Event, Message, OutboxRow

DESTINATION = "lapor"
# Longer than the function may run, so that a lease only expires when its worker is dead.
LEASE = timedelta(seconds=180)
# A filing waits this long for its photos; then it goes without.
PATIENCE = timedelta(minutes=2)
MOST_FILES = 5
LARGEST_FILE = 5 * 1024 * 1024
NOT_LET_IN = (401, 403)
# A filing is tried again with every sweep: to wait longer would only keep cases back when LAPOR! is there again.
LONGEST_REST_SECONDS = 60
# As many as the two workers file in some minutes. What is beyond is due again by then, and the sweep brings it.
MOST_BROUGHT = 2000
# What the only known client of this interface sends; a voice note would have the whole filing refused.
FILE_TYPES = frozenset(
    {
        "image/jpeg",
        "image/png",
        "application/pdf",
        "application/msword",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    }
)


def file(ticket: str, key: str, now: datetime) -> None:
    """File one case. Returns when the row says what became of it; raises only for faults of ours."""
    gate = breaker.look(DESTINATION)
    if gate.pausing(now) or gate.probed(now):
        return  # the row is still waiting; whoever finds LAPOR! back brings it
    found = cases.dossier(ticket)
    row = next((row for row in found.rows if row.sk == key), None) if found else None
    if found is None or row is None or row.state != outbox.WAITING:
        return
    if row.lease_until and row.lease_until > iso(now):
        return  # another worker is at it
    if row.lease_until and row.phase == "filed":
        _end(row, found, outbox.CONFIRMED, None, row.result or {})
    elif row.lease_until and row.phase == "creating":
        _end(row, found, outbox.AMBIGUOUS, "worker lost while filing", {})
    elif _photos_on_their_way(found, row, now):
        outbox.put_off(row, until=now + timedelta(seconds=10), reason="waiting for attachments")
    else:
        _deliver(row, found, now, gate)


def _deliver(row: OutboxRow, found: Dossier, now: datetime, gate: Gate) -> None:
    """Take the row and file it. What can go wrong on our side goes wrong before the row says `creating`: between that
    and LAPOR!'s answer lies the only stretch in which a dying worker leaves a question for a person."""
    client, table, files = _client(), codes(cities.current()), _files(found)
    body = create_body(_filing(found, []), table)
    if not gate.closed and not _found_back(client, gate, now):
        return
    if not outbox.claim(row, phase="preparing" if files else "creating", until=now + LEASE, now=now):
        if not gate.closed:
            breaker.give_back(DESTINATION)
        return
    try:
        if files and (documents := _uploaded(client, row, files)):
            body = create_body(_filing(found, documents), table)
        if files and not outbox.advance(row, phase="creating", result=row.result or {}):
            return  # another worker took the row over; this one must not file
        filed = client.create(body)
    except Retryable as error:
        _put_off(row, found, error.reason, error.retry_after)
        _noted(gate, down=error.down)
    except Rejected as error:
        refused = error.status in NOT_LET_IN
        if refused:
            # Our credentials, not the case, were refused: an expired token must not end every filing of the night.
            logs.event("lapor_credentials_refused", level=logs.ERROR, ticket=found.case.ticket, status=error.status)
            _put_off(row, found, error.reason, None)
        else:
            _end(row, found, outbox.FAILED, error.reason, {"status": error.status})
        _noted(gate, down=refused)
    except Ambiguous as error:
        _end(row, found, outbox.AMBIGUOUS, error.reason, {})
        # A gateway that swallows everything must not turn a day's cases into questions.
        _noted(gate, down=error.down)
    else:
        result = {"complaint_id": filed.complaint_id, "tracking_id": filed.tracking_id}
        try:
            _end(row, found, outbox.CONFIRMED, None, result)
        except Exception:
            # The number LAPOR! gave must not be lost with the transaction that should have kept it.
            outbox.advance(row, phase="filed", result=result)
            raise
        _noted(gate, down=False)


def _found_back(client: LaporClient, gate: Gate, now: datetime) -> bool:
    """Whether this worker is the one that may try LAPOR! out, and it is there."""
    if not breaker.probe(DESTINATION, gate, now):
        return False
    try:
        client.ask()
    except Retryable as error:
        # What is no sign of being down says little of filings: the filing itself is the test then.
        if error.down:
            logs.event("lapor_still_down", reason=error.reason)
            breaker.failed(DESTINATION, gate, worker.clock())
            return False
    return True


def _noted(gate: Gate, *, down: bool) -> None:
    """Tell the breaker how LAPOR! is; if that closed it, send everything that waits."""
    if down:
        breaker.failed(DESTINATION, gate, worker.clock())
    elif breaker.answered(DESTINATION, gate):
        logs.event("lapor_back")
        _bring_all()


def _bring_all() -> None:
    """Announce all waiting rows, whenever they were to be tried again: they waited for LAPOR!, and it is back."""
    waiting = outbox.listed(DESTINATION, outbox.WAITING, limit=MOST_BROUGHT)
    try:
        queues.announce_many([(row.ticket, {DESTINATION: [row.key]}) for row in waiting])
    except Exception as error:
        # They come with the sweeps. The filing that was made is no failure.
        logs.failure("announce_failed", error, destination=DESTINATION)


def _put_off(row: OutboxRow, found: Dossier, reason: str, retry_after: float | None) -> None:
    now, attempts = worker.clock(), int(row.attempts or 1)
    until = worker.again_at(attempts, now, retry_after, LONGEST_REST_SECONDS)
    outbox.put_off(row, until=until, reason=reason)
    logs.event("filing_put_off", ticket=found.case.ticket, reason=reason, attempts=attempts)


def decide(
    ticket: str,
    decision: Literal["arrived", "resend"],
    complaint_id: str | None,
    *,
    actor: str,
    now: datetime,
) -> None:
    """What a person found out about a filing nobody was sure of. Raises Problem."""
    found = cases.dossier(ticket)
    row = next((row for row in found.rows if row.destination == DESTINATION), None) if found else None
    if found is None:
        raise Problem(404, "Tidak ada aduan dengan nomor tiket itu.")
    if found.case.series:
        raise Problem(409, f"Aduan ini bagian dari putar ulang {found.case.series} dan tidak dapat diteruskan.")
    if row is None:
        _release(ticket, decision, now)
        return
    if row.state not in (outbox.AMBIGUOUS, outbox.FAILED):
        raise Problem(409, f"Penerusan berstatus {row.state}; tidak ada yang perlu diputuskan.", state=row.state)
    if decision == "arrived":
        if not complaint_id or id_of(complaint_id) != complaint_id:
            raise Problem(422, "complaint_id: nomor aduan di SP4N-LAPOR! harus diisi.")
        result = {"complaint_id": complaint_id, "tracking_id": None}
        done = _settle(row, found, outbox.CONFIRMED, "decided by a person", result, actor, now)
    else:
        done = _settle(row, found, outbox.WAITING, "decided by a person", {}, actor, now)
        if done:
            queues.announce(ticket, {DESTINATION: [row.sk]})
    if not done:
        raise Problem(409, "Orang lain baru saja memutuskannya.")


def _release(ticket: str, decision: str, now: datetime) -> None:
    """File a case that was held back: nothing to act on so far, or a city that forwards by hand."""
    if decision != "resend":
        raise Problem(409, "Aduan ini belum pernah diteruskan ke SP4N-LAPOR!.", state="held")
    if not outbox.order_filing(ticket, now):
        raise Problem(409, "Orang lain baru saja memutuskannya.")
    queues.announce(ticket, {DESTINATION: [FILING.key]})


def codes(city: City) -> LaporCodes:
    """The city's code tables in the form the mapping takes."""
    table = city.lapor.codes
    return LaporCodes(
        city=city.name,
        zone=city.zone,
        channel=table.channel,
        user_id=table.user_id,
        classifications=dict(table.classification),
        categories=dict(table.category),
        default_category=table.default_category,
        location_id=table.location_id,
        dispositions=dict(table.disposition),
        default_disposition=table.default_disposition,
        tags=table.tags or None,
    )


def _end(row: OutboxRow, found: Dossier, state: str, reason: str | None, result: Mapping[str, Any]) -> None:
    # The clock is read again: a call to LAPOR! may have taken half a minute, and followers read by `updated_at`.
    if _settle(row, found, state, reason, result, "system", worker.clock()):
        logs.event("filing_ended", ticket=found.case.ticket, outcome=state, reason=reason)


def _settle(
    row: OutboxRow,
    found: Dossier,
    state: str,
    reason: str | None,
    result: Mapping[str, Any],
    actor: str,
    now: datetime,
) -> bool:
    # A filing that simply arrived is told by its row (casework.timeline): it says when, and under which number.
    plain = state == outbox.CONFIRMED and actor == "system"
    event = Event(
        pk=row.pk,
        sk=f"EVT#{iso(now)}#{token_hex(4)}",
        type=f"lapor_{state}",
        at=iso(now),
        actor=actor,
        data={"reason": reason, **result},
    )
    lapor = {**(found.case.lapor or {}), "state": state, **result}
    told = None if plain else event
    return outbox.settle(row, state=state, reason=reason, result=result, lapor=lapor, event=told, now=now)


def _photos_on_their_way(found: Dossier, row: OutboxRow, now: datetime) -> bool:
    waiting = any(one.destination == "media" and one.state == outbox.WAITING for one in found.messages)
    return waiting and now - datetime.fromisoformat(row.created_at) < PATIENCE


def _files(found: Dossier) -> list[Message]:
    kept = [
        message
        for message in found.messages
        if message.stored and message.stored["type"] in FILE_TYPES and message.stored["size"] <= LARGEST_FILE
    ]
    return kept[:MOST_FILES]


def _uploaded(client: LaporClient, row: OutboxRow, files: list[Message]) -> list[str]:
    """LAPOR!'s ids of the files, uploaded now or by an earlier try. Files it will not take are left out of the filing:
    a complaint without its photo is better than none."""
    if row.result and row.result.get("documents"):
        return [str(identifier) for identifier in row.result["documents"]]
    documents = [
        Document(message.stored["name"], media.get(message.stored["key"]), message.stored["type"]) for message in files
    ]
    try:
        identifiers = client.upload(documents)
    except Rejected as error:
        if error.status in NOT_LET_IN:
            raise
        logs.event("attachments_refused", ticket=row.pk.removeprefix("C#"), status=error.status)
        return []
    row.result = {"documents": identifiers}
    return identifiers


def _filing(found: Dossier, documents: list[str]) -> Filing:
    case, place = found.case, found.case.location or {}
    reporter = case.reporter or {}
    lines = tuple(
        Line(datetime.fromisoformat(message.sent_at), message.text) for message in found.messages if message.text
    )
    address = ", ".join(part for part in (place.get("name"), place.get("address")) if part)
    kelurahan = place.get("kelurahan")
    if not kelurahan and not reporter.get("anonymous"):
        # It is filed before anybody looked at it; of one who is to stay hidden, the text may name where he lives.
        kelurahan = triage.kelurahan_for(case)
    return Filing(
        ticket=case.ticket,
        lines=lines,
        received_at=datetime.fromisoformat(case.received_at),
        classification=case.class_,
        category=case.category,
        department=case.department,
        location=Place(lat=place.get("lat"), lon=place.get("lon"), address=address or None, kelurahan=kelurahan),
        anonymous=bool(reporter.get("anonymous")),
        secret=bool(case.secret),
        attachments=tuple(documents),
        reporter=Reporter(name=reporter.get("name"), phone=reporter.get("phone"), handle=reporter.get("handle")),
    )


def _client() -> LaporClient:
    return _client_for(SECRETS.current("lapor_auth"), SECRETS.current("lapor_token"))


@cache
def _client_for(auth: str, token: str) -> LaporClient:
    # One client for as long as the secrets stay the same. It opens a connection for each call: a kept one that the
    # server has closed would turn a filing into a question.
    deployed = settings()
    if deployed.lapor_auth_scheme:
        auth = f"{deployed.lapor_auth_scheme} {auth}"
    return LaporClient(
        LaporSettings(
            base_url=deployed.lapor_base_url,
            auth_header=deployed.lapor_auth_header,
            auth_value=auth,
            token_header=deployed.lapor_token_header,
            token_value=token,
            create_path=deployed.lapor_create_path,
        )
    )
