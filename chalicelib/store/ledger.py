"""The no-loss count: what was accepted equals what became of it, for every message and every destination."""

from collections.abc import Mapping, Sequence
from typing import Any

from chalicelib.store import outbox
from chalicelib.store.items import LEDGER_SHARDS
from chalicelib.store.tables import LedgerShard

OUTCOMES = ("opened", "appended", "duplicates", "quarantined", "control")
DESTINATIONS = ("lapor", "reporter", "media", "sie")
SWEPT = (*DESTINATIONS, "notice")
# What of LAPOR!'s rows is counted in the index; the rest of those that have not ended waits.
NOT_WAITING = (outbox.FAILED, outbox.AMBIGUOUS)


def ledger() -> dict[str, Any]:
    """`{accepted, opened, …, destinations: {lapor: {due, confirmed, waiting, failed, ambiguous}, …}}`.

    Accepted, outcomes, what is due and what LAPOR! confirmed are counted in the transactions that make them true.
    What is not confirmed is counted in its sparse index, which is empty when all is well. No two of these reads are of
    one moment, and work goes on between them, so each destination has one number that is the rest of the others:

    - LAPOR!: waiting is what is due and has not ended. A filing that vanished from the index unconfirmed is in it.
    - the others: confirmed is what is due and not open. A count of its own would cost each of them two write units.

    What was confirmed is read first and what is due last: whatever ended had become due before.
    """
    ended = _shards()
    filings = {state: outbox.count("lapor", state) for state in NOT_WAITING}
    # A row that goes on while these are counted is counted twice rather than not at all: no reply is called confirmed
    # before it is.
    open_rows = {
        name: {state: outbox.count(name, state) for state in outbox.UNCONFIRMED} for name in SWEPT if name != "lapor"
    }
    begun = _shards()
    # Notices of the desk's actions are lines of the timeline: they are due while they are open, and counting them when
    # they are written would cost each action two write units.
    notices = open_rows.pop("notice")
    found = {"lapor": _filings(_total(begun, "due_lapor"), _total(ended, "confirmed_lapor"), filings)}
    found |= {name: _destination(_total(begun, f"due_{name}"), counted) for name, counted in open_rows.items()}
    found["reporter"] = {
        name: count + (sum(notices.values()) if name == "due" else notices.get(name, 0))
        for name, count in found["reporter"].items()
    }
    return {
        "accepted": _total(begun, "accepted"),
        **{name: _total(begun, name) for name in OUTCOMES},
        "destinations": found,
    }


def _shards() -> list[LedgerShard]:
    keys = [f"LEDGER#{number}" for number in range(LEDGER_SHARDS)]
    # Consistent: each share is as one of its writes left it, and none is older than what was read before.
    return list(LedgerShard.batch_get(keys, consistent_read=True))


def _total(shards: Sequence[LedgerShard], name: str) -> int:
    return sum(int(getattr(shard, name) or 0) for shard in shards)


def _filings(due: int, confirmed: int, counted: Mapping[str, int]) -> dict[str, int]:
    # What was settled by a person between two reads is no longer unconfirmed.
    ambiguous = min(counted[outbox.AMBIGUOUS], due - confirmed)
    failed = min(counted[outbox.FAILED], due - confirmed - ambiguous)
    waiting = due - confirmed - ambiguous - failed
    return {"due": due, "confirmed": confirmed, "waiting": waiting, "failed": failed, "ambiguous": ambiguous}


def _destination(due: int, counted: Mapping[str, int]) -> dict[str, int]:
    left, shown = due, {}
    for state, count in counted.items():
        # What an erasure withdrew between two reads is no longer due.
        shown[state] = min(count, left)
        left -= shown[state]
    return {"due": due, "confirmed": left, **shown}
