"""The no-loss count: what was accepted equals what became of it, for every message and every destination."""

from typing import Any

from chalicelib.store import outbox
from chalicelib.store.items import LEDGER_SHARDS
from chalicelib.store.tables import LedgerShard

OUTCOMES = ("opened", "appended", "duplicates", "quarantined", "control")
DESTINATIONS = ("lapor", "reporter", "media", "sie")
SWEPT = (*DESTINATIONS, "notice")


def ledger() -> dict[str, Any]:
    """`{accepted, opened, …, destinations: {lapor: {due, confirmed, waiting, failed, ambiguous}, …}}`.

    Accepted, outcomes, what is due and what LAPOR! confirmed are counted in the transactions that make them true.
    What is not confirmed is counted in its sparse index, which is empty when all is well. For replies and files,
    confirmed is the rest of what was due: a count in each of their transactions would cost two write units.
    """
    shards = list(LedgerShard.batch_get([f"LEDGER#{number}" for number in range(LEDGER_SHARDS)]))

    def total(name: str) -> int:
        return sum(int(getattr(shard, name) or 0) for shard in shards)

    return {
        "accepted": total("accepted"),
        **{name: total(name) for name in OUTCOMES},
        "destinations": {
            name: _destination(name, total(f"due_{name}"), total("confirmed_lapor") if name == "lapor" else None)
            for name in DESTINATIONS
        },
    }


def _destination(name: str, due: int, counted: int | None) -> dict[str, int]:
    open_rows = {state: outbox.count(name, state) for state in outbox.UNCONFIRMED}
    if counted is not None:
        return {"due": due, "confirmed": counted, **open_rows}
    confirmed = due - sum(open_rows.values())
    if name == "reporter":
        # Notices of the desk's actions are lines of the timeline: they are due while they are open, and counting them
        # when they are written would cost each action two write units.
        notices = {state: outbox.count("notice", state) for state in outbox.UNCONFIRMED}
        open_rows = {state: open_rows[state] + notices[state] for state in open_rows}
    return {"due": confirmed + sum(open_rows.values()), "confirmed": confirmed, **open_rows}
