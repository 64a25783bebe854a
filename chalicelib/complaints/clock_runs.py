"""What the timeline says about the clocks of a case: when each started, what ended it, when it stood still.

A *run* is one go of one clock. The rules, each tested under its name in tests/unit/test_clock*.py:

- `verification` runs once, from the receipt, until somebody decides: verify, assign, reject or merge.
- `resolution` runs until the answer (respond).
- `follow_up` is each department's own, until it starts or answers. A transfer to another department cancels the run and
  opens one for the new department (SP4N-LAPOR! counts from the forwarding to the unit); `resolution`, the citizen's
  clock, goes on through every transfer, so that passing a case around gains nothing for the city.
- `closing` runs from the last answer until the case is closed. The reporter's reply and a further answer start it anew
  (somebody has to read what he says, and a case in which nothing runs would be forgotten), a reopening cancels it.
- Rejecting or merging cancels what still runs. Taking it back (a reopening without an answer before) lets the same
  runs go on; the time between does not count, as nobody could work on it. The clocks of the case merged into are not
  touched.
- Reopening after an answer, by whomever, begins a new round: `follow_up` and `resolution` start with the reopening. The
  runs before keep their verdict: what was met stays met, what was breached stays breached.
- `wait` … `resume` are intervals of waiting for the reporter. They are always kept; whether they stop a clock, its
  standard says (clocks.py).
- `extend` extends the run of that clock which is going on, once.
- note, attach, set, joined, left, filings and notices start and end nothing. (A changed class: clocks.py.)
- Any event may carry `due`: {clock: moment}, the due dates as they then were. A run that has ended keeps the last one
  it was given: a list of holidays that changes later does not change what is over.
"""

from collections import ChainMap
from collections.abc import Iterable, Mapping, MutableMapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, NamedTuple

from chalicelib.complaints.lifecycle import State, fold

VERIFICATION, FOLLOW_UP, RESOLUTION, CLOSING = "verification", "follow_up", "resolution", "closing"

# What meets each clock, and what calls off those still going.
MET_BY = {
    VERIFICATION: ("verify", "assign", "reject", "merge"),
    FOLLOW_UP: ("start", "respond"),
    RESOLUTION: ("respond",),
    CLOSING: ("close",),
}
CALLED_OFF_BY = ("reject", "merge")
# Which start events of a standard each event is. A file is complete when the desk, having asked for what was missing,
# accepts it.
STARTS = {
    "received": ("received",),
    "verify": ("verified", "complete"),
    "assign": ("verified", "complete", "assigned"),
    "start": ("started",),
    "respond": ("started", "responded"),
    "reopen": ("received", "verified", "complete", "assigned", "started"),
}


class Moment(NamedTuple):
    """An event that did something to a clock."""

    at: datetime
    type: str


@dataclass(slots=True)
class Run:
    """One go of one clock."""

    name: str
    round: int
    """1, and one more for each reopening after an answer."""
    opened: datetime
    """Since when it goes; it may count from earlier (`starts`). Runs of one clock never overlap."""
    starts: Mapping[str, Moment]
    """By start event, those that have happened."""
    department: str | None
    met: Moment | None = None
    cancelled: Moment | None = None
    extended: Moment | None = None
    stops: list[tuple[datetime, datetime]] = field(default_factory=list)
    """From a rejection to the reopening that took it back."""
    due: datetime | None = None
    """The due date last written down in the timeline while it ran."""

    @property
    def ended(self) -> Moment | None:
        """What ended it, or None while it goes on."""
        return self.met or self.cancelled


@dataclass(slots=True)
class Wait:
    """An interval of waiting for the reporter."""

    start: datetime
    end: datetime | None = None


@dataclass(slots=True)
class History:
    """What the timeline says, as far as clocks need it."""

    received: Moment | None = None
    verified: Moment | None = None
    """The end of the verification."""
    runs: list[Run] = field(default_factory=list)
    waits: list[Wait] = field(default_factory=list)
    classes: list[tuple[datetime, str | None]] = field(default_factory=list)
    """The class from each moment on."""
    holders: list[tuple[datetime, str | None]] = field(default_factory=list)
    """The department from each moment on."""


def read(timeline: Iterable[Mapping[str, Any]], now: datetime) -> History:
    """The history as it stood at `now`. Events are `{at, actor, type, data}`, the oldest first; `at` is a datetime or
    ISO 8601 text with its offset. Without a `received` event nothing runs. Later events are passed over: an action now
    is added after the line of a job that was run for a day to come."""
    reader = _Reader()
    for event in timeline:
        at = moment(event["at"])
        if at <= now:
            reader.take(Moment(at, event["type"]), event.get("data") or {}, event.get("actor"))
    return reader.history


def moment(value: datetime | str) -> datetime:
    """A time of the timeline, in UTC."""
    return (value if isinstance(value, datetime) else datetime.fromisoformat(value)).astimezone(UTC)


class _Reader:
    """Reads a timeline event by event."""

    def __init__(self) -> None:
        self.history = History()
        self._state = State()
        self._round = 0
        self._starts: MutableMapping[str, Moment] = {}
        self._answered = False

    def take(self, event: Moment, data: Mapping[str, Any], actor: str | None) -> None:
        before, after = self._state, fold(self._state, event.type, data, actor)
        self._state = after
        history = self.history
        if event.type == "received":
            history.received = event
            self._begin_round(event)
            self._open(VERIFICATION, event)
            self._open(RESOLUTION, event)
        if not history.classes or history.classes[-1][1] != after.class_:
            history.classes.append((event.at, after.class_))
        if not history.holders or history.holders[-1][1] != after.department:
            history.holders.append((event.at, after.department))
        self._waiting(event, before, after)
        self._write_down(data)
        if event.type == "reopen":
            self._reopen(event)
            return
        for kind in STARTS.get(event.type, ()):
            self._starts.setdefault(kind, event)
        self._end(event)
        if event.type in ("assign", "transfer"):
            self._hand_over(event, before, after)
        elif event.type == "respond":
            self._answered = True
            self._close_anew(event)
        elif event.type == "message" and self._going(CLOSING):
            self._close_anew(event)
        elif event.type == "extend":
            for run in self._going(data.get("clock")):
                run.extended = event

    def _begin_round(self, event: Moment) -> None:
        self._round += 1
        self._starts = dict.fromkeys(STARTS[event.type], event)
        self._answered = False

    def _open(self, name: str, event: Moment, own_starts: MutableMapping[str, Moment] | None = None) -> None:
        # A view: what starts later in the round is seen as well.
        starts = ChainMap(own_starts or {}, self._starts)
        self.history.runs.append(Run(name, self._round, event.at, starts, self._state.department))

    def _going(self, name: str | None = None) -> list[Run]:
        return [run for run in self.history.runs if not run.ended and name in (None, run.name)]

    def _cancel(self, name: str | None, event: Moment) -> None:
        for run in self._going(name):
            run.cancelled = event

    def _close_anew(self, event: Moment) -> None:
        self._cancel(CLOSING, event)
        self._open(CLOSING, event, dict.fromkeys((*STARTS["reopen"], "responded"), event))

    def _end(self, event: Moment) -> None:
        for run in self._going():
            if event.type in MET_BY[run.name]:
                run.met = event
        if event.type in MET_BY[VERIFICATION]:
            self.history.verified = self.history.verified or event
        if event.type in CALLED_OFF_BY:
            self._cancel(None, event)

    def _hand_over(self, event: Moment, before: State, after: State) -> None:
        has_one = any(run.name == FOLLOW_UP and run.round == self._round for run in self.history.runs)
        if before.department == after.department and has_one:
            return
        self._cancel(FOLLOW_UP, event)
        self._open(FOLLOW_UP, event, {"assigned": event})

    def _reopen(self, event: Moment) -> None:
        if self._answered:
            self._cancel(None, event)
            self._begin_round(event)
            self._open(RESOLUTION, event)
            self._open(FOLLOW_UP, event)
            return
        for run in self.history.runs:
            if run.round == self._round and run.cancelled and run.cancelled.type in CALLED_OFF_BY:
                run.stops.append((run.cancelled.at, event.at))
                run.cancelled = None

    def _waiting(self, event: Moment, before: State, after: State) -> None:
        if after.status == "waiting" and before.status != "waiting":
            self.history.waits.append(Wait(event.at))
        elif before.status == "waiting" and after.status != "waiting":
            self.history.waits[-1].end = event.at

    def _write_down(self, data: Mapping[str, Any]) -> None:
        due = data.get("due")
        if isinstance(due, Mapping):
            for run in self._going():
                if run.name in due:
                    run.due = moment(due[run.name])
