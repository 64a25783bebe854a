"""The no-loss count: what was accepted equals what became of it, for every message and every destination."""

from typing import Any

from chalicelib.store import outbox
from chalicelib.store.intake import LEDGER_SHARDS
from chalicelib.store.tables import LedgerShard

OUTCOMES = ("opened", "appended", "duplicates", "quarantined", "control")
DESTINATIONS = ("lapor", "reporter", "media")


def ledger() -> dict[str, Any]:
    """`{accepted, opened, …, destinations: {lapor: {due, confirmed, waiting, failed, ambiguous}, …}}`.

    Accepted and outcomes are counted in the transactions that make them true. What is not confirmed is counted in
    its sparse index, which is empty when all is well; confirmed is the rest of what was due.
    """
    shards = list(LedgerShard.batch_get([f"LEDGER#{number}" for number in range(LEDGER_SHARDS)]))

    def total(name: str) -> int:
        return sum(int(getattr(shard, name) or 0) for shard in shards)

    return {
        "accepted": total("accepted"),
        **{name: total(name) for name in OUTCOMES},
        "destinations": {name: _destination(name, total(f"due_{name}")) for name in DESTINATIONS},
    }


def _destination(name: str, due: int) -> dict[str, int]:
    open_rows = {state: outbox.count(name, state) for state in outbox.UNCONFIRMED}
    return {"due": due, "confirmed": due - sum(open_rows.values()), **open_rows}
