"""Read units of what staff look at, at growing numbers of stored cases. Runs on tables of its own.

Arguments: the numbers of cases. Prints one JSON object for each:
`{"cases", "seeded_seconds", "units": {question: rru}}`.
"""

import json
import sys
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import app
from bench import inside, seed
from chalicelib.store import cities
from chalicelib.store.aws import SHARED

# A process reads the city once a minute. That is no page's, and at the local DynamoDB's pace would fall on any.
cities.MAX_AGE_SECONDS = 3600.0
# The local DynamoDB goes through a whole index for each query, seconds at this size: counted here are units.
SHARED._read_timeout_seconds = 120

LIST, ONE = "/v1/complaints", "/v1/complaints/{ticket}"


def units(newest: datetime, sweeps: int) -> dict[str, float]:
    """What each question costs now."""
    some = 500  # a case that is stored at every size
    number = seed.ticket(some)
    inside.request("GET", LIST, "operator", query={"limit": "1"})  # what a process reads once is not the page's
    lists = {
        "newest": ("operator", {}),
        "department": ("officer", {}),
        "queue": ("operator", {"queue": "1"}),
        "department queue": ("officer", {"queue": "1"}),
        "status": ("operator", {"status": "closed"}),
        "kelurahan": ("operator", {"kelurahan": "Pocanan"}),
        "category of a department": ("officer", {"category": "penerangan_jalan"}),
    }
    found = {f"list {name}": rru("GET", LIST, role, query) for name, (role, query) in lists.items()}
    page = inside.request("GET", LIST, "operator", query={"limit": "50"})
    found["list second page"] = rru("GET", LIST, "operator", {"cursor": page["next"]})
    found["lookup one"] = rru("GET", ONE, "operator", ticket=number)
    found["lookup timeline"] = rru("GET", f"{ONE}/timeline", "operator", ticket=number)
    found["lookup ticket"] = rru("GET", LIST, "operator", {"q": number})
    found["lookup phone"] = rru("POST", "/v1/callers", "operator", body={"phone": seed.phone(some)})
    inside.spent.clear()
    # Ahead of the clock: what a sweep has announced it announces again some real minutes later.
    at = datetime.now(UTC) + timedelta(hours=1 + sweeps)
    swept = app.outbox_sweep({**SCHEDULED, "time": at.isoformat()}, None)
    assert swept["announced"]["notice"] == seed.OVERDUE, swept
    found["sweep"] = inside.spent["rru"]
    due = seed.make_due(at - timedelta(minutes=1))
    app.sla_alerts({**SCHEDULED, "time": newest.isoformat()}, None)  # what a process reads once
    inside.spent.clear()
    looked = app.sla_alerts({**SCHEDULED, "time": at.isoformat()}, None)
    assert (looked["looked_at"], looked["decided"]) == (due, 0), looked
    found["alerts"] = inside.spent["rru"]
    return found


def rru(
    method: str,
    resource: str,
    role: str,
    query: dict[str, str] | None = None,
    *,
    ticket: str | None = None,
    body: Any = None,
) -> float:
    """The read units of one request."""
    inside.spent.clear()
    answer = inside.request(method, resource, role, ticket=ticket, query=query, body=body)
    assert answer.get("items") or answer.get("ticket"), (resource, query)
    return float(inside.spent["rru"])


SCHEDULED = {
    "version": "0",
    "id": "1",
    "detail-type": "Scheduled Event",
    "source": "aws.events",
    "account": "000000000000",
    "region": "ap-southeast-3",
    "resources": [],
    "detail": {},
}


def main(sizes: list[int]) -> None:
    """Fill, ask, fill more, ask again."""
    newest, stored = datetime.now(UTC) - timedelta(days=1), 0
    for sweeps, size in enumerate(sizes):
        began = time.monotonic()
        seed.fill(stored, size, newest)
        stored, took = size, time.monotonic() - began
        print(json.dumps({"cases": size, "seeded_seconds": took, "units": units(newest, sweeps)}), flush=True)


if __name__ == "__main__":
    main([int(size) for size in sys.argv[1:]])
