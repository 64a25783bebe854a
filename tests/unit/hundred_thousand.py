"""Rolls up a month of 100,000 cases and prints what it took; test_rollup.py runs it in a process of its own."""

import re
import sys
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from chalicelib.complaints.facts import Fact
from chalicelib.complaints.replay_draws import draw
from chalicelib.complaints.rollup import Rollup, by_day, from_bytes, merge, to_bytes

AT = datetime(2026, 3, 1, tzinfo=UTC)
SPANS = {"verify": 4_000, "follow_up": 20_000, "answer": 20_000, "close": 40_000}
CLOCKS = ("verification", "follow_up", "resolution", "closing")


def facts(number: int) -> Iterator[Fact]:
    """Cases as different from each other as a big city's, so that nothing is shared that would not be."""
    for at in range(number):
        chance = draw(str(at), 1 << 62)
        minutes = {name: chance // 7 % longest for name, longest in SPANS.items()}
        kelurahan, category = f"kelurahan {chance % 46}", f"category{chance // 11 % 32}"
        yield Fact(
            ticket=f"KDR-{at}",
            day=date(2026, 3, 1 + chance // 5 % 31),
            hour=chance // 3 % 24,
            received_at=AT,
            verified_at=AT,
            followed_up_at=AT,
            answered_at=AT,
            closed_at=AT,
            minutes=minutes | {f"{name}_working": taken // 4 for name, taken in minutes.items()},
            channel=("whatsapp", "web", "phone")[chance // 13 % 3],
            department=f"department{chance // 17 % 30}",
            category=category,
            class_=f"class{chance // 19 % 7}",
            kelurahan=kelurahan,
            place=f"{category}|{kelurahan}|{chance // 23 % 100}",
            state="closed",
            finished=True,
            transfers=chance // 29 % 2,
            reopens=chance // 31 % 2,
            paused=chance // 37 % 100,
            life=minutes["close"],
            met={clock: bool(chance // 41 % 9) for clock in CLOCKS},
            last_hour=False,
            validated=True,
            lapor="confirmed",
            alerts=chance // 43 % 3,
            acts=1,
        )


def month(stored: Iterable[bytes]) -> Rollup:
    """As the monthly job does it: one day at a time."""
    return merge(from_bytes(day) for day in stored)


def peak_mb() -> int:
    """The most memory this process has held, in MB.

    `ru_maxrss` would not do: Linux hands a process the peak of the one that started it, and a whole run of the tests
    holds more than what is measured here.
    """
    found = re.search(r"^VmHWM:\s*(\d+) kB$", Path("/proc/self/status").read_text(), re.MULTILINE)
    assert found, "the kernel tells no peak"
    return int(found[1]) // 1024


def main() -> None:
    stored = [to_bytes(day) for day in by_day(facts(100_000)).values()]
    merged = month(stored)
    received, digest = merged.part()["received"], sha256(to_bytes(merged)).digest()
    del merged
    same = str(sha256(to_bytes(month(reversed(stored)))).digest() == digest).lower()
    print(f'{{"received":{received},"same_bytes":{same},"peak_mb":{peak_mb()}}}')


if __name__ == "__main__":
    main()
