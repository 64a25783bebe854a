"""How a message joins a case: what it believes of the case, as the condition of its transaction, and what a refusal
says is true instead. The next try takes that in (desk/intake.py): nothing is read before it is written.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec
from msgspec import Struct, to_builtins

from chalicelib.complaints.lifecycle import placed
from chalicelib.complaints.model import Location
from chalicelib.store.items import CLOCKS
from chalicelib.store.keys import iso
from chalicelib.store.transaction import Condition

WAITING, ANSWERED = "waiting", "responded"
# A place is stored as JSON: whether it has a kelurahan is all that a condition can see of it.
KELURAHAN = '"kelurahan":'


class NotOpen(Struct, frozen=True):
    """The case is closed, too old to join, or gone."""


class Waiting(Struct, frozen=True):
    """The case waits for its reporter, and had this status before: what he says now lets it go on. It was changed
    `last`: two machines' clocks may disagree, and a timeline is read in the order of its times."""

    before: str
    last: str


class Answered(Struct, frozen=True):
    """The case was answered: what its reporter says now opens it again."""


class GoesOn(Struct, frozen=True):
    """The case waits no longer, or is no longer answered: somebody else let it go on, or opened it again."""


class Wordless(Struct, frozen=True):
    """So far nobody could know what the case is about; this message says it."""


class Settled(Struct, frozen=True):
    """Staff settled where it is, and `place` is that as it is stored; None: nobody did after all."""

    place: str | None


class Reopening(Struct, frozen=True):
    """What an answered case becomes when its reporter writes, worked out from the case as it was read: `version` and
    `osk` are what it had then."""

    at: datetime
    """Later than anything that happened to it."""
    version: int
    osk: str | None
    attributes: Mapping[str, Any]
    """None: removed."""
    data: Mapping[str, Any]
    """Of the line of its timeline."""


class Joining(Struct, frozen=True, kw_only=True):
    """What a message believes of the case it joins; store.intake.append has the words for each."""

    since: datetime
    open_statuses: Sequence[str]
    finished: bool
    speaks: bool
    wordless: bool
    resume: str | None
    reopening: Reopening | None
    pin: Location | None
    """A place the message tells; None where it tells none."""
    settled: str | None

    def condition(self) -> Condition:
        """That the case is as this message believes; `#status` stands for its status, `#location` for its place."""
        terms, values = self._of_status()
        terms.append("attribute_not_exists(erased_at)")
        if self.speaks:
            terms.append("attribute_exists(wordless)")
        elif not self.wordless:
            terms.append("attribute_not_exists(wordless)")
        if self.pin and self.settled is not None:
            terms.append("#location = :settled")
            values[":settled"] = self.settled
        elif self.pin:
            terms.append("(attribute_not_exists(#location) OR NOT contains(#location, :kelurahan))")
            values[":kelurahan"] = KELURAHAN
        return " AND ".join(terms), values

    def _of_status(self) -> tuple[list[str], dict[str, Any]]:
        if self.reopening:
            seen = {":status": ANSWERED, ":was": self.reopening.version}
            if self.reopening.osk:
                return ["#status = :status AND version = :was AND osk = :osk"], {**seen, ":osk": self.reopening.osk}
            return ["#status = :status AND version = :was AND attribute_not_exists(osk)"], seen
        if self.resume:
            return ["#status = :status AND before_waiting = :before"], {":status": WAITING, ":before": self.resume}
        names: dict[str, Any] = {f":open{number}": status for number, status in enumerate(self.open_statuses)}
        recent = f"{'updated_at' if self.finished else 'last_message_at'} >= :since"
        return [f"#status IN ({', '.join(names)}) AND {recent}"], {**names, ":since": iso(self.since)}

    def refused(self, there: Mapping[str, Any]) -> NotOpen | Waiting | Answered | GoesOn | Wordless | Settled:
        """What is true of the case instead. `there`: the item as DynamoDB gives it back."""

        def text(name: str) -> str:
            return str(there.get(name, {}).get("S") or "")

        status, recent = text("status"), text("last_message_at") >= iso(self.since)
        if "erased_at" in there or self.finished or not recent:
            return NotOpen()
        if status == WAITING and WAITING not in self.open_statuses:
            if self.resume != text("before_waiting"):
                return Waiting(text("before_waiting"), text("updated_at") or iso(self.since))
        elif status == ANSWERED and ANSWERED not in self.open_statuses:
            if self.reopening is None or not self._as_read(there):
                return Answered()
        elif self.resume or self.reopening:
            return GoesOn()
        elif status not in self.open_statuses:
            return NotOpen()
        if "wordless" in there and not self.speaks and not self.wordless:
            return Wordless()
        place = text("location")
        known = place if KELURAHAN in place else None
        if self.pin and known != self.settled and ("wordless" in there or not self.speaks):
            return Settled(known)
        return NotOpen()

    def _as_read(self, there: Mapping[str, Any]) -> bool:
        known = self.reopening
        osk = there.get("osk", {}).get("S")
        return known is not None and (there.get("version", {}).get("N"), osk) == (str(known.version), known.osk)

    def line(self) -> tuple[str, Mapping[str, Any]] | None:
        """What it does to the case beside being a message: type and data of the line of the timeline."""
        if self.reopening:
            return "reopen", self.reopening.data
        if self.resume:
            return "resume", {"before": {"status": WAITING}, "after": {"status": self.resume}}
        return None

    def changes(self, look: str) -> tuple[dict[str, Any], list[str]]:
        """Which attributes of the case it sets, and which it removes. `look`: the `osk` of a case whose clocks are to
        be looked at now."""
        sets: dict[str, Any] = {}
        gone = ["wordless"] if self.speaks else []
        if self.reopening:
            sets |= {name: value for name, value in self.reopening.attributes.items() if value is not None}
            gone += [name for name, value in self.reopening.attributes.items() if value is None]
        elif self.resume:
            # A clock that stood still goes on, and only the city knows when it is due: the next sweep looks.
            sets |= {"status": self.resume, "opk": CLOCKS, "osk": look}
            gone.append("before_waiting")
        if self.pin:
            known = msgspec.json.decode(self.settled, type=dict[str, Any]) if self.settled else None
            sets["location"] = placed(known, to_builtins(self.pin))
        return sets, gone


def told(place: Location | None) -> Location | None:
    """A place that says where anything is; one without any part is none."""
    return place if place and (place.lat is not None or place.name or place.address) else None
