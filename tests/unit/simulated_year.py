"""A year of a city's cases, drawn and never random, lived through minute by minute beside the sweep of alerts; and a
naive oracle that says what must have been told. The two share the city's data and nothing else.
"""

import bisect
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from chalicelib.complaints import alerting, lifecycle
from chalicelib.complaints.city import City
from chalicelib.complaints.facts import ALERT, VOID
from chalicelib.complaints.replay_draws import draw, weighted
from chalicelib.complaints.sending_hours import SendingHours

YEAR, CASES = 2026, 6_496
TICK = timedelta(minutes=5)
MINUTE = timedelta(minutes=1)
NEVER = datetime(2100, 1, 1, tzinfo=UTC)
CLASSES = {"complaint": 66, "information": 9, "aspiration": 7, "ringan": 8, "normatif": 7, "oversight": 3}
OFFICES = ("dishub", "dpupr", "dlhkp", "perkim", "dinsos", "damkar", "bpbd")
# No sweep ran then: an hour, a night, four days over a weekend.
OUTAGES = (
    (datetime(2026, 2, 10, 2, 0, tzinfo=UTC), datetime(2026, 2, 10, 3, 2, tzinfo=UTC)),
    (datetime(2026, 6, 3, 8, 0, tzinfo=UTC), datetime(2026, 6, 4, 1, 1, tzinfo=UTC)),
    (datetime(2026, 10, 9, 3, 0, tzinfo=UTC), datetime(2026, 10, 13, 4, 0, tzinfo=UTC)),
)

Event = dict[str, Any]


class Minutes:
    """Every working minute of a unit, one after the other, by the city's file; nothing of the code under test."""

    def __init__(self, city: City, department: str | None, *, quiet: bool = False) -> None:
        own = city.department(department) if department else None
        hours = (own and own.hours) or city.hours
        zone, self.starts, self.days = ZoneInfo(city.zone), [], {}
        free = {} if own and own.works_on_holidays else {day.date for day in city.holidays if day.kind != "opening"}
        opened = {day.date: day.hours for day in city.holidays if day.kind == "opening"}
        spans = [self._span(text) for text in city.alerting.quiet_hours] if quiet else []
        on = date(YEAR, 1, 1)
        while on < date(YEAR + 2, 1, 1):
            names = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
            open_ = () if on in free else getattr(hours, names[on.weekday()])
            if on in opened:  # for who would be off; who works keeps his hours and has these beside them
                usual = [getattr(hours, name) for name in (names[on.weekday()], *names)]
                open_ = open_ + opened[on] if open_ or opened[on] else next(filter(None, usual))
            zero = datetime(on.year, on.month, on.day, tzinfo=zone).astimezone(UTC)
            minutes = {minute for begin, end in map(self._span, open_) for minute in range(begin, end)}
            mine = [minute for minute in sorted(minutes) if not any(first <= minute < last for first, last in spans)]
            if mine:
                self.days[on] = (zero + mine[0] * MINUTE, zero + (mine[-1] + 1) * MINUTE)
            self.starts += [zero + minute * MINUTE for minute in mine]
            on += timedelta(days=1)

    @staticmethod
    def _span(text: str) -> tuple[int, int]:
        begin, end = (int(part[:2]) * 60 + int(part[3:]) for part in text.split("-"))
        return begin, end

    def open(self, at: datetime) -> bool:
        """Whether somebody works in this minute."""
        here = bisect.bisect_right(self.starts, at) - 1
        return here >= 0 and at < self.starts[here] + MINUTE

    def following(self, at: datetime) -> datetime:
        """This moment, or the next in which somebody works."""
        return at if self.open(at) else self.starts[bisect.bisect_right(self.starts, at)]

    def after(self, at: datetime, minutes: int) -> datetime:
        """So many working minutes later."""
        return self.starts[bisect.bisect_left(self.starts, at) + minutes]


@dataclass
class Told:
    """An alert: decided by the sweep of that tick, sent by another or the same, or never."""

    clock: str
    opened: datetime
    percent: int
    to: tuple[str, ...]
    decided: datetime
    skipped: tuple[int, ...]
    emergency: bool
    department: str | None
    sent: datetime | None = None


@dataclass
class Life:
    """A case with all that happens to it."""

    number: int
    timeline: list[Event]
    to_come: list[Event]
    at_desk: bool
    """Somebody entered it; a message is of the usual class until somebody looks."""
    told: list[Told] = field(default_factory=list)
    looks: int = 0


def calendars(city: City, *, quiet: bool = False) -> dict[str | None, Minutes]:
    """By department; None is the city."""
    office, always = Minutes(city, None, quiet=quiet), Minutes(city, "damkar", quiet=quiet)
    found: dict[str | None, Minutes] = {one.id: always if one.hours else office for one in city.departments}
    return {None: office, **found}


def tick(at: datetime) -> datetime:
    """When the first sweep from this moment on runs."""
    zero = datetime(YEAR, 1, 1, tzinfo=UTC)
    run = zero - (zero - at) // TICK * TICK
    for begin, end in OUTAGES:
        if begin <= run < end:
            return tick(end)
    return run


# --- lives


def lives(city: City) -> Iterator[Life]:
    """All of the year's cases."""
    units = calendars(city)
    for number in range(CASES):
        yield _life(number, units)


def _life(number: int, units: dict[Any, Minutes]) -> Life:
    def chance(name: str, below: int) -> int:
        return draw(f"alerts/{name}/{number}", below)

    emergency = chance("emergency", 100) < 3
    received = datetime(YEAR, 1, 1, tzinfo=UTC) + chance("minute", 363 * 1440) * MINUTE
    category = ("kebakaran", "bencana")[chance("which", 2)] if emergency else "jalan_rusak"
    unit = {"kebakaran": "damkar", "bencana": "bpbd"}.get(category) or OFFICES[chance("unit", len(OFFICES))]
    class_ = "ringan" if emergency else list(CLASSES)[weighted(f"alerts/class/{number}", CLASSES.values())]
    data = {"channel": "whatsapp", "class": class_, "category": category}
    first: Event = {"at": received, "actor": "reporter", "type": "received", "data": data}
    plan = _plan(chance, unit)
    at = received
    events: list[Event] = []
    for where, delay, type_, said in plan:
        at = units[unit if emergency else where].after(at, delay) if where != "reporter" else at + delay * MINUTE
        at = at.replace(minute=at.minute // 5 * 5 + 2)  # no action falls together with a sweep
        at = max(at, (events[-1]["at"] if events else received) + MINUTE)
        events.append({"at": at, "actor": "x", "type": type_, "data": said})
    return Life(number, [first], events, at_desk=class_ != "complaint" or chance("channel", 100) < 15)


def _plan(chance: Any, unit: str) -> list[tuple[str | None, int, str, dict[str, Any]]]:
    """(whose working minutes, how many after the last, what, with what)."""

    def some(name: str, low: int, high: int) -> int:
        return low + int(chance(name, high - low))

    kind = chance("kind", 100)
    if kind < 6:
        return [(None, some("decide", 5, 900), "reject", {"reason": "spam"})]
    if kind < 7:
        return []  # nobody ever looks
    late = some("late", 1500, 7000) if kind < 16 else some("decide", 5, 900)
    plan: list[tuple[str | None, int, str, dict[str, Any]]] = [(None, late, "verify", {})] if kind % 5 else []
    plan.append((None, some("assign", 5, 600), "assign", {"department": unit}))
    if kind < 20:
        other = OFFICES[(OFFICES.index(unit) + 1) % len(OFFICES)] if unit in OFFICES else unit
        plan += [(None, some("transfer", 60, 2400), "transfer", {"department": other, "note": "x"})] * (other != unit)
    if kind % 9 == 0:
        plan.append((None, some("wait", 10, 500), "wait", {"text": "x"}))
        if kind % 2:
            plan.append(("reporter", some("reply", 60, 9000), "message", {}))
            plan.append(("reporter", 1, "resume", {}))
        else:
            plan.append((None, some("resume", 60, 900), "resume", {}))
    plan.append((None, some("start", 3000, 9000) if kind % 6 == 0 else some("start", 30, 1500), "start", {}))
    if kind % 25 == 3:
        return plan  # never answered
    slow = some("respond", 4000, 16000) if kind % 8 == 1 else some("respond", 100, 3000)
    answer = (None, slow, "respond", {"text": "x"})
    plan.append(answer)
    if kind % 11 == 4:
        plan += [("reporter", some("again", 60, 5000), "message", {}), (None, some("answer", 60, 900), "respond", {})]
    if kind % 13 == 5:
        return plan  # nobody closes it
    plan.append((None, some("close", 4000, 11000) if kind % 4 == 2 else some("close", 60, 3000), "close", {}))
    if kind % 17 == 7:
        plan += [
            ("reporter", some("reopen", 600, 8000), "reopen", {"note": "x"}),
            (None, some("restart", 60, 4000), "start", {}),
            (None, some("second", 100, 9000), "respond", {"text": "x"}),
            (None, some("reclose", 60, 2000), "close", {}),
        ]
    return plan


# --- the sweep, with the decisions under test


def live(life: Life, city: City, hours: SendingHours, first_look: timedelta) -> None:
    """Let everything happen to the case, each sweep at its tick."""
    received = life.timeline[0]["at"]
    look = alerting.next_moment(life.timeline, city, received, hours) if life.at_desk else received + first_look
    waiting: list[tuple[datetime, Told, Event]] = []
    while True:
        coming = life.to_come[0]["at"] if life.to_come else NEVER
        sweep = min([tick(look) if look else NEVER, *(at for at, _, _ in waiting)])
        if min(coming, sweep) == NEVER:
            return
        if coming <= sweep:
            look = _happen(life, life.to_come.pop(0), city, hours, look)
            continue
        if look and tick(look) <= sweep:
            look = _look(life, sweep, city, hours, waiting)
        for one in [one for one in waiting if one[0] <= sweep]:
            waiting.remove(one)
            look = _send(life, sweep, city, hours, one, waiting, look)


def _happen(life: Life, event: Event, city: City, hours: SendingHours, look: datetime | None) -> datetime | None:
    life.timeline.append(event)
    if lifecycle.replay(life.timeline).status not in lifecycle.OPEN:
        return None
    if event["type"] == "message":
        return look  # a message works nothing out (store/intake.py)
    moment = alerting.next_moment(life.timeline, city, event["at"], hours)
    return max(moment, event["at"]) if moment and (look is None or moment < look) else look


def _look(
    life: Life, now: datetime, city: City, hours: SendingHours, waiting: list[tuple[datetime, Told, Event]]
) -> datetime | None:
    life.looks += 1
    steps, moment = alerting.decide(life.timeline, city, now, now, hours)
    for step in steps:
        event = {"at": now, "actor": "system", "type": ALERT, "data": step.data()}
        told = Told(
            step.clock.name,
            step.clock.opened,
            step.percent,
            step.to,
            now,
            step.skipped,
            step.emergency,
            step.department,
        )
        life.told.append(told)
        waiting.append((now, told, event))
    life.timeline += [event for at, _, event in waiting if at == now and event["at"] == now]
    return moment


def _send(
    life: Life,
    now: datetime,
    city: City,
    hours: SendingHours,
    one: tuple[datetime, Told, Event],
    waiting: list[tuple[datetime, Told, Event]],
    look: datetime | None,
) -> datetime | None:
    _, told, event = one
    if alerting.needless(event, life.timeline, city, now, hours):
        event["data"]["delivery"] = VOID
        return now + TICK if lifecycle.replay(life.timeline).status in lifecycle.OPEN else look
    if not told.emergency and not hours.may_tell(told.to[0], told.department, now):
        opening = hours.telling(told.to[0], told.department).next_working_moment(now)
        waiting.append((tick(opening), told, event))
        return look
    told.sent = now
    if told.percent >= 80 and draw(f"alerts/ack/{life.number}/{told.clock}/{told.percent}", 100) < 25:
        until = hours.of().add_working_days(now, city.alerting.acknowledged_working_days)
        data = {"clock": told.clock, "until": until.isoformat()}
        life.to_come.append({"at": now + 2 * MINUTE, "actor": "tautan", "type": alerting.ACKNOWLEDGED, "data": data})
        life.to_come.sort(key=lambda event: event["at"])
    return look
