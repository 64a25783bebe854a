"""Days, months and years by name."""

from datetime import date

import pytest

from chalicelib.complaints import periods


@pytest.mark.parametrize(
    ("period", "first", "last", "before", "year_before"),
    [
        ("2026", date(2026, 1, 1), date(2026, 12, 31), "2025", "2025"),
        ("2026-01", date(2026, 1, 1), date(2026, 1, 31), "2025-12", "2025-01"),
        ("2028-02", date(2028, 2, 1), date(2028, 2, 29), "2028-01", "2027-02"),
        ("2028-03-01", date(2028, 3, 1), date(2028, 3, 1), "2028-02-29", "2027-03-01"),
        ("2028-02-29", date(2028, 2, 29), date(2028, 2, 29), "2028-02-28", "2027-02-28"),
    ],
)
def test_a_period(period: str, first: date, last: date, before: str, year_before: str) -> None:
    assert periods.is_period(period)
    assert (periods.first_day(period), periods.last_day(period)) == (first, last)
    assert (periods.before(period), periods.year_before(period)) == (before, year_before)
    so_far = periods.year_to_date(period)
    assert (so_far[0], so_far[-1], len(so_far)) == (date(first.year, 1, 1), last, last.timetuple().tm_yday)


@pytest.mark.parametrize("text", ["", "26", "2026-1", "2026-13", "2026-02-29", "1999", "2026-03-02x", "2026/03"])
def test_what_is_none(text: str) -> None:
    assert not periods.is_period(text)
