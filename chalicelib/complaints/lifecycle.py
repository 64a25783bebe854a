"""The life of a case: its statuses, and the one table of moves between them.

The table is the truth for the API, the command line and docs/lifecycle.md (printed from here).
A case's state is never stored by itself: it is folded from the append-only timeline (`replay`).
Folding asks no permission: what happened, happened, also under an earlier version of the table.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal

import msgspec
from msgspec import Struct, field

STATUSES = {
    "received": "diterima",
    "verified": "terverifikasi",
    "assigned": "didisposisikan",
    "in_progress": "ditindaklanjuti",
    "responded": "dijawab",
    "closed": "selesai",
    "waiting": "menunggu pelapor",
    "rejected": "ditolak",
    "reopened": "dibuka kembali",
}
OPEN = tuple(status for status in STATUSES if status not in ("closed", "rejected"))

REASONS = {
    "spam": "spam atau iseng",
    "not_our_authority": "bukan wewenang",
    "duplicate": "duplikat",
    "incomplete": "tidak lengkap",
    "abuse": "tidak pantas",
}

# Whose word closes a case where a city wants a second pair of eyes ("" asks for none).
IndependentClose = Literal["", "head", "operator"]

# Staff roles, and two that are no login: the city's own jobs, and the citizen through a message or link.
ROLES = ("admin", "operator", "officer", "head", "executive", "auditor", "system", "reporter")
_DESK = ("admin", "operator")
_AUTOMATED_DESK = (*_DESK, "system")
_UNIT = ("admin", "operator", "officer", "head")

# What `set` may change. Whether a class, category or department exists is the city's configuration to say.
SETTABLE = ("class", "category", "location", "anonymous", "secret")
PLACE = ("lat", "lon", "address", "kelurahan")

CLOCKS = ("verification", "follow_up", "resolution", "closing")

BEFORE_WAITING = "(status before waiting)"
SAME = "(unchanged)"

# What each action leads to. A property of the action alone, so that a timeline can always be folded.
LEADS_TO = {
    "verify": "verified",
    "assign": "assigned",
    "transfer": "assigned",
    "start": "in_progress",
    "wait": "waiting",
    "resume": BEFORE_WAITING,
    "respond": "responded",
    "close": "closed",
    "reject": "rejected",
    "merge": "rejected",
    "reopen": "reopened",
    "extend": SAME,
    "note": SAME,
    "attach": SAME,
    "set": SAME,
}

# What an action must bring along.
NEEDS: dict[str, tuple[str, ...]] = {
    "assign": ("department",),
    "transfer": ("department", "note"),
    "wait": ("text",),
    "respond": ("text",),
    "reject": ("reason",),
    "merge": ("duplicate_of",),
    "reopen": ("note",),
    "extend": ("clock", "note"),
    "note": ("text",),
    "attach": ("attachment",),
    "set": ("changes",),
}

# What it may bring along beside that.
MAY_BRING: dict[str, tuple[str, ...]] = {
    "verify": ("class", "category", "location"),
    "assign": ("category", "location"),
    "reject": ("duplicate_of",),
}
# What the desk adds by itself: the suggested kelurahan of a case that is in none. A head may not say where it is.
ADDED = {"transfer": ("location",)}


class Move(Struct, frozen=True):
    """One row of the table: this action is open to these roles while a case is in one of these statuses."""

    action: str
    statuses: tuple[str, ...]
    roles: tuple[str, ...]


MOVES = (
    Move("verify", ("received",), _AUTOMATED_DESK),
    # Assigning implies verifying, and answering implies starting: nobody presses two buttons for one thought.
    Move("assign", ("received", "verified", "reopened"), _AUTOMATED_DESK),
    Move("transfer", ("assigned", "in_progress", "waiting", "reopened"), (*_DESK, "head")),
    Move("start", ("assigned", "reopened"), (*_UNIT, "system")),
    Move("wait", ("received", "verified"), _DESK),
    Move("wait", ("assigned", "in_progress", "reopened"), _UNIT),
    Move("resume", ("waiting",), (*_UNIT, "system", "reporter")),
    Move("respond", ("assigned", "in_progress", "responded", "reopened"), (*_UNIT, "system")),
    Move("close", ("responded",), (*_DESK, "head", "system")),
    Move("reject", OPEN, _DESK),
    Move("merge", OPEN, _DESK),
    Move("reopen", ("responded", "closed", "rejected"), (*_DESK, "system", "reporter")),
    Move("extend", OPEN, (*_DESK, "head")),
    Move("note", tuple(STATUSES), (*_UNIT, "system")),
    Move("attach", tuple(STATUSES), (*_UNIT, "system")),
    Move("set", OPEN, _DESK),
    Move("set", ("closed", "rejected"), ("admin",)),
)


class State(Struct, frozen=True, kw_only=True):
    """What the timeline says about a case so far."""

    status: str = "received"
    class_: str | None = field(default=None, name="class")
    category: str | None = None
    department: str | None = None
    location: dict[str, Any] | None = None
    anonymous: bool = False
    secret: bool = False
    reason: str | None = None
    """Why it is rejected, one of REASONS."""
    duplicate_of: str | None = None
    before_waiting: str | None = None
    responded_by: str | None = None
    """Who gave the answer that stands: where a city wants it, somebody else must close."""
    extended: tuple[str, ...] = ()
    """The clocks that have been extended; each may be once."""
    supporters: int = 0
    """How many other reports of the same matter have been merged into this case."""


class Action(Struct, frozen=True, kw_only=True):
    """What somebody wants to do with a case."""

    type: str
    role: str
    data: dict[str, Any] = field(default_factory=dict)
    actor: str | None = None
    """The user name; `reporter` or `system` where it is no login."""


class NotAllowed(Exception):
    """The table has no such move from the case's status. `allowed` names the actions it has for the role."""

    def __init__(self, action: str, status: str, allowed: Sequence[str]) -> None:
        super().__init__(f"{action!r} is not allowed while {status}; allowed: {', '.join(allowed) or 'nothing'}")
        self.action, self.status, self.allowed = action, status, list(allowed)


class WrongRole(NotAllowed):
    """The move exists, but not for this role."""


class NotIndependent(WrongRole):
    """The city wants cases closed by somebody of another role, or by somebody other than who responded."""


Lack = Literal[
    "needed",
    "no_choice",
    "no_change",
    "no_truth_value",
    "no_text",
    "no_object",
    "no_department",
    "same_department",
    "extended_before",
    "no_duplicate",
]


class Incomplete(Exception):
    """The action lacks something it needs, or what it brings is not usable: `field` names it, `why` says what is wrong
    with it, `choices` are the values, or the members, that would be right. The desk has the words (desk/names.py)."""

    def __init__(self, field: str, why: Lack, choices: Iterable[str] = ()) -> None:
        self.field, self.why, self.choices = field, why, tuple(choices)
        super().__init__(f"{field}: {why} {' '.join(self.choices)}".rstrip())


def allowed(status: str, role: str) -> list[str]:
    """The actions a role may take on a case of this status, in the order of the table."""
    return list(dict.fromkeys(move.action for move in MOVES if status in move.statuses and role in move.roles))


def roles_of(action: str) -> tuple[str, ...]:
    """The staff roles that may take an action in some status."""
    with_it = {role for move in MOVES if move.action == action for role in move.roles}
    return tuple(role for role in ROLES if role in with_it and role not in ("system", "reporter"))


def may(state: State, role: str, actor: str | None, independent_close: IndependentClose = "") -> list[str]:
    """What this person may do with a case now: `allowed`, less a closing that needs somebody else."""
    found = allowed(state.status, role)
    if "close" in found and not _independent(state, role, actor, independent_close):
        found.remove("close")
    return found


def apply(state: State, action: Action, independent_close: IndependentClose = "") -> State:
    """The state after the action. Raises NotAllowed, WrongRole, NotIndependent or Incomplete; changes nothing itself.

    `independent_close`: the role that closes, or an admin, and it must not be the person who responded.
    The department of the actor is not looked at here: whose case it is, is the desk's question.
    """
    rows = [move for move in MOVES if move.action == action.type and state.status in move.statuses]
    choices = may(state, action.role, action.actor, independent_close)
    if not rows:
        raise NotAllowed(action.type, state.status, choices)
    if not any(action.role in move.roles for move in rows):
        raise WrongRole(action.type, state.status, choices)
    if action.type not in choices:
        raise NotIndependent(action.type, state.status, choices)
    for need in NEEDS.get(action.type, ()):
        _check(need, action.data)
    for name in _beside(action.type):
        if name in action.data:
            _check(name, action.data)
    if action.type in ("transfer", "start", "respond") and state.department is None:
        raise Incomplete("department", "no_department")
    if action.type == "transfer" and action.data["department"] == state.department:
        raise Incomplete("department", "same_department")
    if action.type == "reject" and "duplicate_of" in action.data and action.data["reason"] != "duplicate":
        raise Incomplete("duplicate_of", "no_duplicate")
    if action.type == "extend" and action.data["clock"] in state.extended:
        raise Incomplete("clock", "extended_before")
    return fold(state, action.type, action.data, action.actor)


def fold(state: State, type_: str, data: Mapping[str, Any], actor: str | None = None) -> State:
    """The state after an event of the timeline. Events that are no action (a filing succeeded) change
    nothing here, but for a citizen's own place (`message`) and merged reports (`joined`, `left`)."""
    if type_ == "received":
        return _with(state, {**_settable(data), "department": data.get("department")})
    if type_ == "message":
        return _with(state, {"location": placed(state.location, data.get("location"))})
    if type_ in ("joined", "left"):
        count = data.get("count", 1)
        return _with(state, {"supporters": state.supporters + (count if type_ == "joined" else -count)})
    if type_ not in LEADS_TO:
        return state
    if type_ == "set":
        return _with(state, _settable(data.get("changes") or {}))
    if type_ == "extend":
        return _with(state, {"extended": (*state.extended, data.get("clock"))})
    to = LEADS_TO[type_]
    if to == SAME:
        return state
    changes: dict[str, Any] = {
        "status": (state.before_waiting or state.status) if to == BEFORE_WAITING else to,
        "before_waiting": (state.before_waiting or state.status) if to == "waiting" else None,
        "reason": "duplicate" if type_ == "merge" else data.get("reason") if type_ == "reject" else None,
        "duplicate_of": data.get("duplicate_of") if to == "rejected" else None,
    }
    if type_ in ("assign", "transfer"):
        changes["department"] = data.get("department")
    if type_ in ("verify", "assign", "transfer"):
        changes |= _settable({name: data[name] for name in _beside(type_) if name in data})
    if type_ == "respond":
        changes["responded_by"] = actor
    return _with(state, changes)


def placed(known: Mapping[str, Any] | None, sent: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """Where a case is after its citizen sent a place. One that staff settled, as its kelurahan shows, keeps what the
    citizen does not say."""
    said = {name: value for name, value in (sent or {}).items() if value is not None}
    if not said:
        return dict(known) if known is not None else None
    return {**known, **said} if known and known.get("kelurahan") else dict(sent or {})


def replay(events: Iterable[Mapping[str, Any]]) -> State:
    """The state a timeline leads to. Each event is `{at, actor, type, data}`, the oldest first; the
    first one is `received`, whose data may name class, category, department, location and flags."""
    state = State()
    for event in events:
        state = fold(state, event["type"], event.get("data") or {}, event.get("actor"))
    return state


def print_table() -> str:
    """The statuses and the table of moves as Markdown: the contents of docs/lifecycle.md."""
    lines = [
        "# The life of a case",
        "",
        "Printed from `chalicelib/complaints/lifecycle.py`; a test compares the two. A move that is not here",
        "is refused with 409 and the list of those that are.",
        "",
        "| status | Indonesian | actions |",
        "|---|---|---|",
    ]
    for status, indonesian in STATUSES.items():
        actions = dict.fromkeys(move.action for move in MOVES if status in move.statuses)
        lines.append(f"| `{status}` | {indonesian} | {', '.join(actions)} |")
    lines += ["", "| action | while | leads to | who | needs (may bring) |", "|---|---|---|---|---|"]
    for move in MOVES:
        needs = ", ".join([*NEEDS.get(move.action, ()), *(f"({name})" for name in MAY_BRING.get(move.action, ()))])
        to = LEADS_TO[move.action]
        cells = (move.action, ", ".join(move.statuses), to, ", ".join(move.roles), needs or "-")
        lines.append("| " + " | ".join(cells) + " |")
    lines += ["", "Reasons of a rejection:", ""]
    lines += [f"- `{reason}`: {indonesian}" for reason, indonesian in REASONS.items()]
    lines += [
        "",
        "`merge` rejects a case as a `duplicate` of another and names that one. `set` changes any of "
        + ", ".join(f"`{name}`" for name in SETTABLE)
        + ".",
        "`extend` is possible once for each clock. A city may want an independent `close`",
        "(`[casework] independent_close`): by that role or an admin, and not by the person who responded.",
        "A reporter's message that says more than thanks lets a `waiting` case go on and reopens a `responded` one.",
        "`system` is the city's own jobs, `reporter` the citizen through a message or a link; `executive`",
        "and `auditor` change nothing.",
        "",
    ]
    return "\n".join(lines)


def _independent(state: State, role: str, actor: str | None, wanted: IndependentClose) -> bool:
    # The city's own job closes by the law's clock, not by its own judgement.
    # An admin stands in for the role: where its only member answered himself, nobody else could close.
    return not wanted or role == "system" or (role in (wanted, "admin") and actor != state.responded_by)


def _check(need: str, data: Mapping[str, Any]) -> None:
    value = data.get(need)
    if need == "changes":
        if not isinstance(value, dict) or not value or not value.keys() <= set(SETTABLE):
            raise Incomplete("changes", "no_change", SETTABLE)
        for name in value:
            _check_settable(name, value[name])
        return
    if need == "location":
        if not isinstance(value, dict):
            raise Incomplete("location", "no_object", PLACE)
        return
    if need == "attachment":
        if not isinstance(value, dict) or not isinstance(value.get("id"), str):
            raise Incomplete("attachment", "no_object", ("id", "name", "type", "size"))
        return
    if not isinstance(value, str) or not value.strip():
        raise Incomplete(need, "needed")
    choices: Iterable[str] = {"reason": REASONS, "clock": CLOCKS}.get(need, ())
    if choices and value not in choices:
        raise Incomplete(need, "no_choice", choices)


def _check_settable(name: str, value: object) -> None:
    if name in ("anonymous", "secret"):
        if not isinstance(value, bool):
            raise Incomplete(name, "no_truth_value")
    elif name == "location":
        if value is not None and not isinstance(value, dict):
            raise Incomplete(name, "no_object", PLACE)
    elif not isinstance(value, str) or not value.strip():
        raise Incomplete(name, "no_text")


def _beside(action: str) -> tuple[str, ...]:
    return (*MAY_BRING.get(action, ()), *ADDED.get(action, ()))


def _settable(data: Mapping[str, Any]) -> dict[str, Any]:
    return {("class_" if name == "class" else name): data[name] for name in SETTABLE if name in data}


def _with(state: State, changes: Mapping[str, Any]) -> State:
    return msgspec.structs.replace(state, **changes)
