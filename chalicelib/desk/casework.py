"""What people do with a case, step by step, from the case as it is read to the transaction that changes it.

A case is read once; the transaction states that version, and a refusal means that somebody else was faster. Who said
which version he had seen (If-Match) is told so; who did not has his action applied to the case as it has become.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from secrets import token_hex
from typing import Any

import msgspec

from chalicelib.complaints import lifecycle
from chalicelib.complaints import ticket as tickets
from chalicelib.complaints.lifecycle import OPEN, State
from chalicelib.desk import due_dates, history, lookout, names, next_due, notices, triage, uploads
from chalicelib.desk.entry import DESK
from chalicelib.desk.people import Staff
from chalicelib.problems import Problem
from chalicelib.store import cases, cities, queues
from chalicelib.store import casework as store
from chalicelib.store.cases import Dossier
from chalicelib.store.casework import Change, Join, Line, Once
from chalicelib.store.cities import DeskRules
from chalicelib.store.items import ALERT, FILING
from chalicelib.store.keys import iso
from chalicelib.store.tables import Case, Event
from chalicelib.store.transaction import pause

TRIES = 8
# Cases that were merged into cases that were merged: further up nobody ever looked.
MOST_ABOVE = 10
# What takes along the kelurahan that was suggested.
PLACING = ("verify", "assign", "transfer")
# What moves no clock.
UNTIMED = ("note", "attach")
# A case that is waiting to be filed, or never will be, is in one of these states.
HELD = "held"


# The type of a line of the timeline, and its data.
Said = tuple[str, dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Done:
    """The case after an action. `repeated`: it had been done before, under the same Idempotency-Key."""

    found: Dossier
    repeated: bool = False


def visible(ticket: str, person: Staff) -> Dossier:
    """The case, if the person asking may see it; another department's does not exist for him. Raises Problem."""
    scope = person.scope()
    known = tickets.normalise(ticket)
    found = cases.dossier(known) if known else None
    if found is None or (scope is not None and found.case.department != scope):
        raise Problem(404, "Tidak ada aduan dengan nomor tiket itu.")
    return found


def check_real(found: Dossier) -> None:
    """Whether the case is one of the city's: a replayed year stays as it was played. Raises Problem (409)."""
    if found.case.series:
        raise Problem(409, f"Aduan ini bagian dari putar ulang {found.case.series} dan tidak dapat diubah.")


def state_of(case: Case) -> State:
    """The case as the lifecycle sees it: what its timeline replays to."""
    return State(
        status=case.status,
        class_=case.class_,
        category=case.category,
        department=case.department,
        location=case.location,
        anonymous=bool((case.reporter or {}).get("anonymous")),
        secret=bool(case.secret),
        reason=case.reason,
        duplicate_of=case.duplicate_of,
        before_waiting=case.before_waiting,
        responded_by=case.responded_by,
        extended=tuple(case.extended or ()),
        supporters=int(case.supporters or 0),
    )


def actions(case: Case, person: Staff, rules: DeskRules) -> list[str]:
    """What the person may do with the case now; with a replayed one, nothing."""
    if case.series:
        return []
    found = lifecycle.may(state_of(case), person.role, person.username, rules.independent_close)
    extendable = names.extendable(case.class_, rules) - set(case.extended or ())
    return found if extendable else [one for one in found if one != "extend"]


def act(
    ticket: str,
    action: str,
    data: dict[str, Any],
    person: Staff,
    *,
    versions: frozenset[int] | None,
    once: Once | None,
    now: datetime,
    also: Callable[[Dossier], Sequence[Said]] | None = None,
) -> Done:
    """Carry out an action of the lifecycle. `versions`: those the person may have seen, None when he did not say.
    `also`: which further lines of the timeline are written with it, from the case as it is; it may refuse by raising.
    Raises Problem."""
    if once and (known := _done_before(once, person, now)):
        return known

    def wanted(found: Dossier) -> Change:
        said = also(found) if also else ()
        change = _change(found, action, data, person, cities.desk_rules(), now)
        change.lines += _lines(said, change.lines[0].at, person)
        return change

    try:
        return _write(ticket, wanted, person, versions, once, now)
    except Problem:
        # The same request, sent twice at once: the other may have done it while this one was looking.
        if once and (known := _done_before(once, person, now)):
            return known
        raise


def write_down(
    ticket: str, what: Callable[[Dossier], Sequence[Said]], person: Staff, *, once: Once, now: datetime
) -> Done:
    """Write lines into a case's timeline that change nothing of its state. `what` says which, from the case as it is,
    and may refuse by raising. Raises Problem."""
    if known := _done_before(once, person, now):
        return known

    def wanted(found: Dossier) -> Change:
        at = iso(following(found.case, now))
        attributes = {"updated_at": at, "updated_on": at[:10], "version": int(found.case.version) + 1}
        return Change(attributes, _lines(what(found), at, person))

    return _write(ticket, wanted, person, None, once, now)


def _lines(said: Sequence[Said], at: str, person: Staff) -> list[Line]:
    return [Line(token_hex(4), type_, at, person.username, data) for type_, data in said]


def _write(
    ticket: str,
    change: Callable[[Dossier], Change],
    person: Staff,
    versions: frozenset[int] | None,
    once: Once | None,
    now: datetime,
) -> Done:
    for attempt in range(TRIES):
        found = visible(ticket, person)
        check_real(found)
        if versions is not None and int(found.case.version) not in versions:
            raise stale(found)
        wanted = change(found)
        match store.change(found.case, wanted, once, now):
            case store.Written():
                queues.announce(found.case.ticket, notices.keys(wanted.rows, wanted.lines))
                return Done(_after(found, wanted))
            case store.Repeated():
                return _done_before(once, person, now) or Done(visible(ticket, person), repeated=True)
            case store.TargetFinished():
                raise Problem(
                    422, "Aduan tujuan tidak ada atau sudah selesai; buka kembali dulu.", field="duplicate_of"
                )
            case _:
                pause(attempt)
    raise Problem(503, "Aduan ini sedang diubah oleh banyak orang; silakan coba lagi.")


def stale(found: Dossier) -> Problem:
    """The refusal of somebody who saw an older version, with what has happened since."""
    last = timeline(found)[-1]
    return Problem(
        412,
        "Aduan ini sudah berubah sejak Anda membacanya; lihat perubahannya, lalu ulangi bila masih perlu.",
        version=int(found.case.version),
        last_change={name: last[name] for name in ("at", "actor", "type")},
    )


def timeline(found: Dossier) -> list[dict[str, Any]]:
    """Everything that happened to a case, the oldest first. What the citizen sent is part of it, without its words."""
    lines = [{"at": event.at, "actor": event.actor, "type": event.type, "data": _told(event)} for event in found.events]
    lines += [
        {"at": row.confirmed_at, "actor": "system", "type": "lapor_confirmed", "data": row.result or {}}
        for row in found.rows
        if row.destination == "lapor" and row.confirmed_at and "lapor_confirmed" not in {line["type"] for line in lines}
    ]
    if not any(line["type"] == "received" for line in lines):
        # A case that a citizen opened himself says so by its first message; intake writes no line of its own.
        case = found.case
        data = {"channel": case.channel, "class": "complaint"}
        lines.append({"at": case.received_at, "actor": "reporter", "type": "received", "data": data})
    for message in found.messages:
        if not message.message_id.startswith(DESK):
            data = {"message": message.message_id, "kind": message.kind, "location": message.location}
            lines.append({"at": message.received_at, "actor": "reporter", "type": "message", "data": data})
    return sorted(lines, key=lambda line: (line["at"], ORDER.get(line["type"], 9)))


# At one moment: it is received, with its message, and a waiting case goes on after what was said.
ORDER = {"received": 0, "message": 1}


def _told(event: Event) -> dict[str, Any]:
    """An event's data; where its reporter was to be told, or of an alert officials, with what became of that (waiting,
    confirmed, failed, void)."""
    became = "delivery" if event.type == ALERT else "notice"
    return {**(event.data or {}), **({became: event.state} if event.state else {})}


def _change(
    found: Dossier, action: str, data: dict[str, Any], person: Staff, rules: DeskRules, now: datetime
) -> Change:
    case = found.case
    before = state_of(case)
    data = _with_suggestion(case, action, data, rules)
    data = _with_place(found, before, action, data, rules)
    what = lifecycle.Action(type=action, role=person.role, data=data, actor=person.username)
    try:
        after = lifecycle.apply(before, what, rules.independent_close)
    except lifecycle.NotIndependent as error:
        raise Problem(
            403,
            "Penutupan dilakukan orang lain dengan peran yang ditetapkan kota atau admin, bukan oleh yang menjawab.",
            allowed=actions(case, person, rules),
            case_status=error.status,
        ) from None
    except lifecycle.WrongRole as error:
        raise Problem(
            403,
            f"Peran {person.role} tidak boleh melakukan {action} saat aduan {lifecycle.STATUSES[error.status]}.",
            allowed=actions(case, person, rules),
        ) from None
    except lifecycle.NotAllowed as error:
        may = actions(case, person, rules)
        instead = ", ".join(may) or "tidak ada"
        raise Problem(
            409,
            f"{action} tidak dapat dilakukan saat aduan {lifecycle.STATUSES[error.status]}. Yang dapat: {instead}.",
            allowed=may,
            case_status=error.status,
        ) from None
    except lifecycle.Incomplete as error:
        raise Problem(422, names.incomplete(error), field=error.field) from None
    names.check(action, data, before, rules)
    if action == "extend":
        due_dates.check_extension(timeline(found), data["clock"], now)
    if action == "attach":
        _not_attached_yet(found, data["attachment"])
        uploads.take(case.ticket, data["attachment"])
    if action in ("merge", "reject") and "duplicate_of" in data:
        data = {**data, "duplicate_of": names.other_ticket(data["duplicate_of"], case.ticket)}
        after = msgspec.structs.replace(after, duplicate_of=data["duplicate_of"])
    at, identifier = iso(following(case, now)), token_hex(4)
    told = notices.notice(case, action)
    said = {**data, **history.difference(before, after)}
    event = {"at": at, "actor": person.username, "type": action, "data": said}
    said |= due_dates.written_down(timeline(found), event)
    line = Line(identifier, action, at, person.username, said, told)
    rows = notices.of_followers(case, action, data, identifier)
    attributes = {**_attributes(case, before, after), "updated_at": at, "updated_on": at[:10]}
    attributes["version"] = int(case.version) + 1
    if action not in UNTIMED:
        told_so_far = [*timeline(found), {**event, "data": said}]
        attributes |= next_due.moved(case, after.status, after.department, told_so_far, now)
        attributes |= lookout.moved(case, after.status, told_so_far, now)
    held = (case.lapor or {}).get("state") == HELD and not case.erased_at
    if action in ("verify", "assign") and rules.forward != "by_hand" and held:
        rows.append(FILING)
        # It no longer waits for the citizen's first words to be filed (store/intake.py).
        attributes |= {"lapor": {**case.lapor, "state": "waiting"}, "wordless": None}
    return Change(attributes, [line], rows, _joins(before, after))


def _not_attached_yet(found: Dossier, attachment: Mapping[str, Any]) -> None:
    there = [(event.data or {}).get("attachment") for event in found.events if event.type == "attach"]
    if any(one and one["id"] == attachment["id"] for one in there):
        raise Problem(422, "attachment.id: berkas ini sudah dilampirkan.", field="attachment.id")


def _with_suggestion(case: Case, action: str, data: dict[str, Any], rules: DeskRules) -> dict[str, Any]:
    """A case that is verified or assigned gets the category that was suggested beside it, unless one was said, or the
    department that was chosen speaks against it."""
    if action not in ("verify", "assign") or case.category or data.get("category") or not case.text:
        return data
    found = triage.suggest_for(case)
    if found.category not in rules.categories or data.get("department") not in (None, found.department):
        return data
    return {**data, "category": found.category, "confidence": found.confidence}


def _with_place(found: Dossier, before: State, action: str, data: dict[str, Any], rules: DeskRules) -> dict[str, Any]:
    """A place that is said or corrected is completed. Who verifies or hands on a case that is in no kelurahan yet takes
    along the one that was suggested beside it; a place that staff set is not guessed at again."""
    if action == "set":
        changes = data.get("changes") or {}
        if (place := changes.get("location")) is not None:
            return {**data, "changes": {**changes, "location": _with_kelurahan(before, place)}}
        return data
    if action not in PLACING:
        return data
    if (place := data.get("location")) is not None:
        return {**data, "location": _with_kelurahan(before, place)}
    place = before.location or {}
    if place.get("kelurahan") or _place_was_set(found):
        return data
    kelurahan = triage.kelurahan_for(found.case)
    return {**data, "location": {**place, "kelurahan": kelurahan}} if kelurahan in rules.kelurahan else data


def _with_kelurahan(before: State, place: Any) -> Any:
    """A place without a kelurahan gets the one it is in; where it tells none, the one known so far stays, unless a new
    point on the map speaks against it."""
    if not isinstance(place, dict) or place.get("kelurahan") is not None:
        return place
    known = None if place.get("lat") is not None else (before.location or {}).get("kelurahan")
    found = triage.kelurahan_of(place) or known
    return {**place, "kelurahan": found} if found else place


def _place_was_set(found: Dossier) -> bool:
    said = [(event.data or {}, event.type) for event in found.events if event.type in ("set", *PLACING)]
    return any("location" in ((data.get("changes") or {}) if type_ == "set" else data) for data, type_ in said)


def following(case: Case, now: datetime) -> datetime:
    """When what is done at `now` happens. Two machines' clocks differ by more than two actions do, and a timeline is
    read in the order of its times, so it is always later than what happened before."""
    return max(now, datetime.fromisoformat(case.updated_at) + timedelta(milliseconds=1))


def _joins(before: State, after: State) -> list[Join]:
    if before.duplicate_of == after.duplicate_of:
        return []
    amount = 1 + before.supporters
    joins = []
    target = before.duplicate_of
    while target:
        above = (found.duplicate_of or None) if (found := cases.get(target)) else None
        joins.append(Join(target, amount, leaves=True, above=above))
        target = above if len(joins) < MOST_ABOVE else None
    if after.duplicate_of:
        joins.append(Join(after.duplicate_of, amount, open_statuses=OPEN))
    return joins


def _attributes(case: Case, before: State, after: State) -> dict[str, Any]:
    """What of the stored case the new state changes; None is removed."""
    old, new = msgspec.to_builtins(before), msgspec.to_builtins(after)
    changed = {name: new[name] for name in new if old[name] != new[name]}
    if "anonymous" in changed:
        changed["reporter"] = {**case.reporter, "anonymous": changed.pop("anonymous")}
    if "extended" in changed:
        changed["extended"] = list(changed["extended"])
    return changed


def _after(found: Dossier, wanted: Change) -> Dossier:
    """The case as the transaction left it, without reading it again."""
    case = found.case
    for name, value in wanted.attributes.items():
        setattr(case, "class_" if name == "class" else name, value)
    events = [
        Event(pk=case.pk, sk=f"EVT#{line.at}#{line.id}", type=line.type, at=line.at, actor=line.actor, data=line.data)
        for line in wanted.lines
    ]
    return Dossier(case, found.messages, found.events + events, found.rows)


def _done_before(once: Once | None, person: Staff, now: datetime) -> Done | None:
    known = store.repetition(once, now) if once else None
    if once is None or known is None:
        return None
    if known.request != once.request:
        raise Problem(422, "Idempotency-Key ini sudah dipakai untuk permintaan lain.", field="Idempotency-Key")
    found = cases.dossier(known.ticket)
    if found is None or person.scope() not in (None, found.case.department):
        # Done, but what has become of it since is another department's.
        raise Problem(404, "Permintaan ini sudah dilakukan; aduannya kini tidak ada atau di OPD lain.")
    return Done(found, repeated=True)


def as_mapping(body: Any) -> dict[str, Any]:
    """The data of an action out of a request's shape, without what was not given."""
    data: Mapping[str, Any] = msgspec.to_builtins(body)
    return {name: value for name, value in data.items() if value is not None}
