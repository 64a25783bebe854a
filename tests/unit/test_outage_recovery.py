"""LAPOR! goes down and comes back: the real worker, sweep and breaker on tables in memory, second after second.

The world around them is made here: a LAPOR! that is up or down by the clock, a topic that delivers at once to one
worker at a time, and the schedule. Nothing sleeps.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chalicelib.complaints.city import parse
from chalicelib.complaints.ticket import new_ticket
from chalicelib.desk import forwarding, worker
from chalicelib.lapor import errors
from chalicelib.lapor.answers import Filed
from chalicelib.store import breaker, cities, outbox, queues
from chalicelib.store.items import Row as NewRow
from chalicelib.store.items import outbox_row
from chalicelib.store.keys import case_key, iso
from chalicelib.store.ledger import ledger
from chalicelib.store.tables import COMPLAINTS_TABLE, Case, LedgerShard, OutboxRow
from chalicelib.store.transaction import Transaction
from infra.package import ROOT
from scheduled import outbox_sweep
from tests.unit.tables import empty_tables

START = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
TOML = (ROOT / "infra/cities/kediri.toml").read_text(encoding="utf-8")
KEY = "OUT#lapor#case"
# Time-outs of the real client: 3 s to connect, 20 s for an answer.
HANGS = 20

Fault = Callable[[str], errors.LaporError | None]


def refused(_: str) -> errors.LaporError:
    """Nobody listens."""
    return errors.Retryable("no answer", down=True)


def unavailable(_: str) -> errors.LaporError:
    """503, whatever is asked."""
    return errors.Retryable("HTTP 503", down=True)


def swallowing(call: str) -> errors.LaporError:
    """Takes everything and never answers."""
    return errors.unknown("no answer", repeatable=call == "ask", down=True)


def deaf_to_filings(call: str) -> errors.LaporError | None:
    """Answers questions; filings get a 503."""
    return unavailable(call) if call == "create" else None


class World:
    """Time, LAPOR!, the topic and the schedule."""

    def __init__(self) -> None:
        self.now = START
        self.fault: Fault | None = None
        self.hangs = 0
        self.calls: list[tuple[str, datetime]] = []
        self.filed: list[str] = []
        self.queue: list[tuple[str, str]] = []
        self.tickets: list[str] = []

    # LAPOR!'s client

    def ask(self) -> None:
        self._call("ask")

    def create(self, body: Mapping[str, Any]) -> Filed:
        self._call("create")
        self.filed.append(next(ticket for ticket in self.tickets if ticket in str(body)))
        return Filed(complaint_id=str(len(self.filed)), tracking_id=None)

    def _call(self, name: str) -> None:
        self.calls.append((name, self.now))
        if self.fault and (error := self.fault(name)):
            self.now += timedelta(seconds=self.hangs)
            raise error

    # the topic

    def announce_many(self, items: Sequence[tuple[str, Mapping[str, Sequence[str]]]]) -> int:
        self.queue += [(ticket, key) for ticket, rows in items for key in rows.get("lapor", ())]
        return len(items)

    # what happens

    def report(self, many: int = 1) -> list[str]:
        """Cases come in, and are announced."""
        made = []
        for _ in range(many):
            number = len(self.tickets)
            ticket = new_ticket("KDR", lambda _bits, number=number: 7919 * (number + 1))  # type: ignore[misc]  # a default
            self.tickets.append(ticket)
            store(ticket, self.now)
            self.queue.append((ticket, KEY))
            made.append(ticket)
        self.work()
        return made

    def work(self) -> None:
        """Deliver what is queued."""
        while self.queue:
            ticket, key = self.queue.pop(0)
            record = {"messageId": "1", "body": f'{{"ticket": "{ticket}", "rows": {{"lapor": ["{key}"]}}}}'}
            assert worker.run([record], "lapor", forwarding.file) == {"batchItemFailures": []}

    def sweep(self, at: datetime | None = None) -> int:
        """The sweep, as of now or as of another time; how many filings it announced."""
        announced: int = outbox_sweep.run(at or self.now)["announced"]["lapor"]
        self.work()
        return announced

    def live(self, seconds: int) -> None:
        """So much time goes by, with a sweep each minute."""
        end = self.now + timedelta(seconds=seconds)
        while self.now < end:
            if int(self.now.timestamp()) // 60 != int((self.now - timedelta(seconds=1)).timestamp()) // 60:
                self.sweep()
            self.now += timedelta(seconds=1)

    def all_filed_after(self, most: int) -> int:
        """The seconds until everything is filed."""
        began = self.now
        while set(self.filed) != set(self.tickets):
            assert (self.now - began).total_seconds() <= most, f"{len(self.filed)} of {len(self.tickets)} filed"
            self.live(1)
        return int((self.now - began).total_seconds())


def store(ticket: str, now: datetime) -> None:
    at = iso(now)
    Case(
        pk=case_key(ticket),
        lsk=f"{at}#{ticket}",
        updated_on=at[:10],
        ticket=ticket,
        status="received",
        class_="complaint",
        channel="whatsapp",
        text="Lampu jalan mati",
        reporter={},
        received_at=at,
        updated_at=at,
        last_message_at=at,
        message_count=1,
        lapor={"state": "waiting"},
        version=1,
    ).save()
    transaction = Transaction()
    transaction.put(COMPLAINTS_TABLE, outbox_row(ticket, NewRow("lapor", "case", {}), now))
    assert transaction.commit() is None
    LedgerShard(pk="LEDGER#0").update(actions=[LedgerShard.due_lapor.add(1)])


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    made = World()
    monkeypatch.setattr(worker, "clock", lambda: made.now)
    monkeypatch.setattr(forwarding, "_client", lambda: made)
    monkeypatch.setattr(queues, "announce_many", made.announce_many)
    monkeypatch.setattr(outbox_sweep, "SWEPT", ("lapor",))
    with empty_tables():
        assert cities.apply(parse(TOML), TOML, after=0, by="admin1", now=START)
        yield made


def row(ticket: str) -> OutboxRow:
    found = outbox.get(ticket, KEY)
    assert found is not None
    return found


def states(world: World) -> Counter[str]:
    return Counter(row(ticket).state for ticket in world.tickets)


@pytest.mark.parametrize("fault", [refused, unavailable, deaf_to_filings], ids=lambda fault: fault.__name__)
@pytest.mark.parametrize("minutes", [1, 2, 20])
def test_after_an_outage_everything_is_filed_within_ninety_seconds(world: World, fault: Fault, minutes: int) -> None:
    world.fault = fault
    for _ in range(8):
        world.report()
        world.live(minutes * 60 // 8)
    world.live(17)  # no outage ends on the minute
    world.fault = None
    assert world.all_filed_after(90) <= 90
    assert sorted(world.filed) == sorted(world.tickets), "each once"


def test_however_long_a_probe_hangs_the_next_sweep_brings_another(world: World) -> None:
    world.fault = unavailable
    world.report(6)
    world.live(120)
    world.hangs, called = HANGS, len(world.calls)
    while len(world.calls) == called:
        world.live(1)
    world.fault = None  # just too late for that one
    world.all_filed_after(60)


@pytest.mark.parametrize("many", [1, 3, 12])
def test_however_few_wait(world: World, many: int) -> None:
    world.fault = unavailable
    world.report(many)
    world.live(3600)
    world.fault = None
    world.all_filed_after(90)
    assert len(world.filed) == many


def test_what_was_in_the_queue_when_it_opened_waits_no_longer_than_the_others(world: World) -> None:
    """The sweep had put these four minutes off when it announced them; they found the breaker open."""
    world.fault = unavailable
    world.report(12)
    world.live(130)
    put_off = [row(ticket).osk for ticket in world.tickets]
    assert max(put_off) > iso(world.now + timedelta(seconds=90)), "else this tests nothing"
    world.fault = None
    world.all_filed_after(90)


@pytest.mark.parametrize(
    ("fault", "hangs"), [(refused, 3), (unavailable, 0), (deaf_to_filings, 0), (swallowing, HANGS)]
)
def test_it_is_not_hammered_while_it_is_down(world: World, fault: Fault, hangs: int) -> None:
    world.fault, world.hangs = fault, hangs
    for _ in range(36):
        world.report(1)
        world.live(20)
    per_minute = Counter(at.replace(second=0) for _, at in world.calls)
    opening = min(per_minute)
    # A pause of 20 s leaves room for three probes, each a question and perhaps a filing.
    assert max(count for minute, count in per_minute.items() if minute != opening) <= 6
    assert per_minute[opening] <= breaker.FAILURES + 6
    assert world.filed == []


def test_a_probe_makes_no_questions_for_people(world: World) -> None:
    """An hour of a gateway that swallows filings: ambiguous are the first five, which opened the breaker."""
    world.fault, world.hangs = swallowing, HANGS
    for _ in range(12):
        world.report(1)
        world.live(300)
    assert states(world) == {"ambiguous": breaker.FAILURES, "waiting": 12 - breaker.FAILURES}
    world.fault = None
    world.live(90)
    assert states(world) == {"ambiguous": breaker.FAILURES, "confirmed": 12 - breaker.FAILURES}
    assert len(world.filed) == len(set(world.filed))


SINGLE = {
    "500": errors.Ambiguous("HTTP 500"),
    "no_id": errors.Ambiguous("2xx without a complaint id"),
    "cut": errors.Ambiguous("no answer (ConnectionError)"),
    "malformed": errors.Ambiguous("unreadable 2xx (DecodeError)"),
    "upload": errors.Retryable("2xx with another number of document ids than files"),
    "400": errors.Rejected(400, "HTTP 400"),
    "422": errors.Rejected(422, "HTTP 422"),
}


@pytest.mark.parametrize("name", SINGLE)
def test_what_became_of_single_cases_keeps_no_other_waiting(world: World, name: str) -> None:
    world.fault = lambda _: SINGLE[name]
    world.report(20)
    world.fault = None
    assert breaker.look("lapor").closed
    (last,) = world.report()
    assert row(last).state == "confirmed", "at once"


def test_an_answer_of_any_kind_says_that_it_is_there(world: World) -> None:
    """Four failures, a refused case, four failures: never five in a row."""
    for _ in range(3):
        world.fault = unavailable
        world.report(breaker.FAILURES - 1)
        world.fault = lambda _: SINGLE["422"]
        world.report()
    assert breaker.look("lapor").closed


def test_a_case_that_failed_often_rests_a_minute_at_most(world: World) -> None:
    """LAPOR! comes and goes, so the breaker never opens and nobody brings the case before its time."""
    world.fault = unavailable
    (unlucky,) = world.report()
    for _ in range(10):
        world.fault = None
        world.report()
        world.fault = unavailable
        world.queue.append((unlucky, KEY))
        world.work()
    assert int(row(unlucky).attempts) == 11
    assert (row(unlucky).osk or "") <= f"{iso(world.now + timedelta(seconds=60))}~"


def test_a_refused_probe_closes_it(world: World) -> None:
    world.fault = unavailable
    world.report(6)
    world.live(120)
    world.fault = lambda call: SINGLE["422"] if call == "create" and not world.filed else None
    world.live(61)
    assert breaker.look("lapor").closed


def test_credentials_that_are_refused_end_no_case_and_open_it(world: World) -> None:
    world.fault = lambda _: errors.Rejected(401, "HTTP 401")
    world.report(8)
    assert states(world) == {"waiting": 8}
    assert not breaker.look("lapor").closed
    world.fault = None
    world.all_filed_after(90)


@pytest.mark.parametrize("ahead", [timedelta(hours=6), timedelta(days=-6)], ids=["ahead", "behind"])
def test_a_sweep_for_another_time_freezes_nothing(world: World, ahead: timedelta) -> None:
    world.fault = unavailable
    world.report(8)
    world.live(25)
    world.fault = None
    world.sweep(world.now + ahead)
    latest = max(row(ticket).osk or "" for ticket in world.tickets)
    assert latest <= f"{iso(world.now + outbox_sweep.AGAIN_AFTER)}~"
    world.all_filed_after(90)


def test_a_sweep_ahead_brings_everything_at_once(world: World) -> None:
    world.fault = unavailable
    world.report(8)
    world.live(25)
    world.fault = None
    assert not set(world.filed)
    world.sweep(world.now + timedelta(hours=6))
    assert set(world.filed) == set(world.tickets)


def test_a_sweep_ahead_while_it_is_down_only_tries_it_out(world: World) -> None:
    world.fault = unavailable
    world.report(8)
    called = len(world.calls)
    for _ in range(5):
        world.sweep(world.now + timedelta(hours=6))
    assert [name for name, _ in world.calls[called:]] == ["ask"] * 5, "each was asked for"
    assert breaker.look("lapor").open_until == iso(world.now + breaker.PAUSE)
    assert states(world) == {"waiting": 8}


def test_a_sweep_does_not_overrule_a_probe_under_way(world: World) -> None:
    world.fault = unavailable
    world.report(6)
    world.live(30)
    assert breaker.probe("lapor", breaker.look("lapor"), world.now)
    called = len(world.calls)
    assert world.sweep(world.now + timedelta(hours=6)) == 0
    assert len(world.calls) == called


def test_what_was_swept_ahead_and_lost_comes_back_within_minutes(world: World) -> None:
    """The sweep announces for tomorrow, and the topic loses it."""
    ticket = new_ticket("KDR", lambda _bits: 7919)
    world.tickets.append(ticket)
    store(ticket, world.now)
    assert outbox_sweep.run(world.now + timedelta(days=1))["announced"]["lapor"] == 1
    world.queue.clear()
    world.live(int(outbox_sweep.AGAIN_AFTER.total_seconds()) + 61)
    assert world.filed == [ticket]


def test_a_filing_that_could_not_be_announced_comes_with_the_sweeps(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.fault = unavailable
    world.report(7)
    world.live(90)
    world.fault = None
    left = [1]

    def announce(items: Sequence[tuple[str, Mapping[str, Sequence[str]]]]) -> int:
        if items and left and len(items) > outbox_sweep.MOST_PROBES:
            left.pop()
            raise RuntimeError("no topic")
        return world.announce_many(items)

    monkeypatch.setattr(queues, "announce_many", announce)
    world.all_filed_after(360)
    assert not left, "else this tests nothing"


def test_the_ledger_of_an_outage_balances(world: World) -> None:
    world.fault = unavailable
    world.report(3)
    world.fault = lambda _: SINGLE["no_id"]
    world.report(1)
    world.fault = lambda _: SINGLE["422"]
    world.report(2)
    world.fault = None
    world.report(5)
    counted = ledger()["destinations"]["lapor"]
    assert counted == {"due": 11, "confirmed": 5, "waiting": 3, "failed": 2, "ambiguous": 1}
