"""A year of a city: 6,496 cases on the real calendar of 2026, with everything that happens to cases, and sweeps that
now and then do not run. Nobody is told outside his hours, of a finished case, twice, or not at all."""

from collections import Counter
from datetime import date
from pathlib import Path

import msgspec

from chalicelib.complaints import alerting
from chalicelib.complaints.city import Holiday, parse
from chalicelib.complaints.first_look import first_look
from chalicelib.complaints.sending_hours import SendingHours
from tests.unit.simulated_year import CASES, Told, live, lives, tick
from tests.unit.year_oracle import Oracle

FILE = parse((Path(__file__).parents[2] / "infra" / "cities" / "kediri.toml").read_text(encoding="utf-8"))
# A Saturday, a long Wednesday, and a day of cuti bersama on which the office works as on any Tuesday.
OPENINGS = (("2026-05-09", ("08:00-12:00",)), ("2026-08-12", ("15:00-18:00",)), ("2026-03-24", ()))
KEDIRI = msgspec.structs.replace(
    FILE,
    holidays=FILE.holidays
    + tuple(
        Holiday(date=date.fromisoformat(on), name="Layanan", kind="opening", source="SE", hours=hours)
        for on, hours in OPENINGS
    ),
)


def test_a_year_tells_everybody_in_time_and_once() -> None:
    hours, oracle, soonest = SendingHours(KEDIRI), Oracle(KEDIRI), first_look(KEDIRI)
    counts: Counter[str] = Counter()
    for life in lives(KEDIRI):
        live(life, KEDIRI, hours, soonest)
        must = list(oracle.expected(life))
        expected = [(run.clock, run.start, percent, at) for run, percent, at in must]
        decided = [(one.clock, one.opened, one.percent, one.decided) for one in life.told]
        assert sorted(decided) == sorted(expected), life.timeline
        ends = {(run.clock, run.start): run.end for run, _, _ in must}
        for one in life.told:
            _sent_as_it_should(one, ends[one.clock, one.opened], oracle)
            counts[f"{one.clock} {one.percent} %"] += 1
            counts["outside working hours (emergencies)"] += bool(one.sent) and one.emergency and not _open(one, oracle)
            counts["sent"] += one.sent is not None
            counts["needless by the time of sending"] += one.sent is None
            counts["skipped"] += len(one.skipped)
        counts["cases"] += 1
        counts["looks"] += life.looks
        counts["acknowledged"] += sum(event["type"] == alerting.ACKNOWLEDGED for event in life.timeline)
    print(", ".join(f"{name}: {number:,}" for name, number in sorted(counts.items())))
    assert counts["cases"] == CASES
    # The year holds what it is to prove.
    assert all(counts[f"{one.clock} {one.percent} %"] for one in KEDIRI.alerts)
    assert all(counts[name] for name in ("outside working hours (emergencies)", "skipped", "acknowledged"))


def _sent_as_it_should(one: Told, end: object, oracle: Oracle) -> None:
    telling = oracle.telling[one.department if one.to[0] in ("officer", "head") else None]
    should = one.decided if one.emergency else tick(telling.following(one.decided))
    assert (one.sent == should) == (should < end)  # type: ignore[operator]  # a moment
    assert one.sent is None or one.emergency or _open(one, oracle)


def _open(one: Told, oracle: Oracle) -> bool:
    assert one.sent
    return oracle.may_be_told(one.percent, one.clock, one.department, one.sent)
