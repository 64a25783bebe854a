"""Cases put into the tables with the timeline they are given, as the doors would have left them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from chalicelib.complaints import lifecycle
from chalicelib.store.items import NOBODY, case_item, event_item
from chalicelib.store.keys import iso
from chalicelib.store.tables import COMPLAINTS_TABLE
from chalicelib.store.transaction import Transaction

Timeline = Sequence[Mapping[str, Any]]


def put_case(ticket: str, events: Timeline, touched: datetime | None = None) -> None:
    """A case and all its events; `touched`: when it was last written, without it the time of the last event."""
    state = lifecycle.replay(events)
    received = datetime.fromisoformat(events[0]["at"])
    item = case_item(
        ticket,
        status=state.status,
        class_=state.class_ or "complaint",
        channel=(events[0].get("data") or {}).get("channel") or "phone",
        text="x",
        category=state.category,
        department=state.department,
        location=state.location,
        reporter={},
        contact=None,
        secret=state.secret,
        lapor="held",
        received_at=received,
        now=touched or datetime.fromisoformat(events[-1]["at"]),
    )
    if state.status not in lifecycle.OPEN:
        del item["queue"], item["qsk"]
    else:
        item["queue"] = state.department or NOBODY
    write = Transaction()
    write.put(COMPLAINTS_TABLE, item)
    for number, one in enumerate(events):
        at = iso(datetime.fromisoformat(one["at"]))
        write.put(
            COMPLAINTS_TABLE, event_item(ticket, f"{number:08}", one["type"], at, one["actor"], one.get("data") or {})
        )
    assert write.commit() is None
