"""Lives of cases in a few words, for the tests of the clocks."""

from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from chalicelib.complaints.city import City, Standard, parse
from chalicelib.complaints.clocks import Clock, clocks

KEDIRI = parse((Path(__file__).resolve().parents[2] / "infra/cities/kediri.toml").read_text(encoding="utf-8"))
WIB = ZoneInfo("Asia/Jakarta")
# March 2026: the 2nd is a Monday; the 18th to the 24th are off.
END = "2026-12-30T12:00"


def wib(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=WIB)


def local(at: datetime | None) -> str | None:
    return at.astimezone(WIB).strftime("%m-%dT%H:%M") if at else None


def event(at: str, type_: str, **data: Any) -> dict[str, Any]:
    data = {name.rstrip("_"): value for name, value in data.items()}
    actor = "reporter" if type_ in ("received", "message") else "operator1"
    return {"at": wib(f"2026-{at}").isoformat(), "actor": actor, "type": type_, "data": data}


def received(at: str = "03-02T10:00", class_: str = "complaint") -> dict[str, Any]:
    return event(at, "received", class_=class_)


ASSIGNED = event("03-03T09:00", "assign", department="dpupr")
WAITED = [
    received(),
    event("03-03T09:00", "verify"),
    event("03-04T15:00", "wait", text="Alamatnya di mana?"),
    event("03-06T09:00", "resume"),
]


def class_change(at: str, class_: str) -> dict[str, Any]:
    return event(at, "set", changes={"class": class_})


def standard(clock: str, **given: Any) -> Standard:
    known: dict[str, Any] = {
        "class_": "*",
        "amount": 5,
        "unit": "working_days",
        "start_event": "received",
        "legal_basis": "Peraturan",
        "valid_from": date(2019, 1, 1),
    }
    return Standard(clock=clock, **{**known, **given})  # type: ignore[arg-type]  # the tests name real clocks


def city(*standards: Standard, **changes: Any) -> City:
    """Kediri with some of its standards replaced."""
    replaced = {(one.class_, one.clock) for one in standards}
    kept = tuple(one for one in KEDIRI.standards if (one.class_, one.clock) not in replaced)
    return msgspec.structs.replace(KEDIRI, standards=kept + standards, **changes)


def pausing(clock: str, **given: Any) -> City:
    return city(standard(clock, pause=True, class_="complaint" if clock == "resolution" else "*", **given))


def named(name: str, timeline: list[dict[str, Any]], now: str = END, where: City = KEDIRI) -> list[Clock]:
    at = wib(now if now[:4] == "2026" else f"2026-{now}")
    return [clock for clock in clocks(timeline, where, at) if clock.name == name]


def only(name: str, timeline: list[dict[str, Any]], now: str = END, where: City = KEDIRI) -> Clock:
    (clock,) = named(name, timeline, now, where)
    return clock


def seen(found: list[Clock]) -> list[tuple[str, str | None]]:
    return [(clock.state, local(clock.due_at)) for clock in found]
