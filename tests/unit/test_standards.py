"""Which standard a clock runs by."""

from datetime import date
from pathlib import Path

import msgspec
import pytest

from chalicelib.complaints.city import City, Standard, parse
from chalicelib.complaints.standards import choose

SMALL = parse((Path(__file__).resolve().parents[1] / "payloads" / "city_small.toml").read_text(encoding="utf-8"))
KEDIRI = parse((Path(__file__).resolve().parents[2] / "infra/cities/kediri.toml").read_text(encoding="utf-8"))


def row(class_: str, amount: int, since: str, to: str | None = None, *, open_cases: bool = False) -> Standard:
    return Standard(
        class_=class_,
        clock="resolution",
        amount=amount,
        unit="working_days",
        start_event="received",
        legal_basis="Peraturan",
        valid_from=date.fromisoformat(since),
        valid_to=date.fromisoformat(to) if to else None,
        open_cases=open_cases,
    )


def city(*rows: Standard) -> City:
    return msgspec.structs.replace(SMALL, standards=rows)


def amount(
    rows: tuple[Standard, ...], received: str, until: str = "2026-12-31", class_: str | None = "complaint"
) -> int:
    found = choose(city(*rows), class_, "resolution", date.fromisoformat(received), date.fromisoformat(until))
    return found.amount if found else 0


@pytest.mark.parametrize(
    ("class_", "clock", "expected"),
    [
        ("complaint", "resolution", (14, "working_days")),
        ("oversight", "resolution", (60, "working_days")),
        ("ringan", "resolution", (3, "hours")),
        ("public_information", "resolution", (10, "working_days")),
        ("ringan", "verification", (3, "working_days")),
        (None, "closing", (10, "working_days")),
        (None, "resolution", None),
        ("unknown", "resolution", None),
    ],
)
def test_the_standards_of_kediri(class_: str | None, clock: str, expected: tuple[int, str] | None) -> None:
    found = choose(KEDIRI, class_, clock, date(2026, 3, 2), date(2026, 3, 2))
    assert (found and (found.amount, found.unit)) == expected


def test_a_class_of_its_own_comes_before_the_rest() -> None:
    rows = (row("*", 5, "2019-01-01"), row("complaint", 14, "2024-01-01"))
    assert amount(rows, "2026-01-01") == 14
    assert amount(rows, "2026-01-01", class_="aspiration") == 5
    assert amount(rows, "2023-12-31") == 5  # before the class had one


def test_the_day_of_receipt_decides_which_is_in_force() -> None:
    rows = (row("complaint", 14, "2019-01-01", "2025-12-31"), row("complaint", 7, "2026-01-01", "2026-06-30"))
    assert [amount(rows, day) for day in ("2018-12-31", "2019-01-01", "2025-12-31", "2026-01-01", "2026-06-30")] == [
        0,
        14,
        14,
        7,
        7,
    ]
    assert amount(rows, "2026-07-01") == 0


def test_a_new_standard_touches_open_cases_only_where_the_city_says_so() -> None:
    old, new = row("complaint", 14, "2019-01-01", "2026-03-31"), row("complaint", 7, "2026-04-01")
    assert amount((old, new), "2026-03-30", until="2026-04-20") == 14
    new = row("complaint", 7, "2026-04-01", open_cases=True)
    assert amount((old, new), "2026-03-30", until="2026-04-01") == 7
    assert amount((old, new), "2026-03-30", until="2026-03-31") == 14  # ended before, or not in force yet
    newest = row("complaint", 3, "2026-05-01", open_cases=True)
    assert amount((old, new, newest), "2026-03-30", until="2026-05-20") == 3
