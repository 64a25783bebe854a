"""What people write, understood: dates, telephone numbers, names; and how often something is tried."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from aduan_client import formats
from aduan_client.errors import ApiError, ClientError, UnreachableError
from aduan_client.names import Names
from aduan_client.patience import LONGEST, patiently
from aduan_client.phones import normalised
from aduan_client.times import moment
from hypothesis import given
from hypothesis import strategies as st

WIB = formats.zone("WIB")


# Dates


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("21 November 2025", "2025-11-20T17:00"),
        ("21 Nopember 2025 09.15", "2025-11-21T02:15"),
        ("Jumat, 21 November 2025 pukul 09.15 WIB", "2025-11-21T02:15"),
        ("Jum'at 21 Nov 2025, jam 09:15:30", "2025-11-21T02:15:30"),
        ("21 Nov 2025 09.15 WITA", "2025-11-21T01:15"),
        ("21-Agt-25", "2025-08-20T17:00"),
        ("1 Peb 2025", "2025-01-31T17:00"),
        ("5 Mei 2025", "2025-05-04T17:00"),
        ("3/4/2025", "2025-04-02T17:00"),
        ("03-04-2025 14:30", "2025-04-03T07:30"),
        ("3.4.25", "2025-04-02T17:00"),
        ("31/12/2025 11:59 PM", "2025-12-31T16:59"),
        ("31/12/2025 12:05 am", "2025-12-30T17:05"),
        ("2025-11-21", "2025-11-20T17:00"),
        ("2025-11-21 09:15:00", "2025-11-21T02:15"),
        ("2025-11-21T09:15:00Z", "2025-11-21T09:15"),
        ("2025/11/21 09.15", "2025-11-21T02:15"),
        ("2025-11-21 09.15", "2025-11-21T02:15"),
        ("2025-11-21T09.15+08:00", "2025-11-21T01:15"),
        ("2025-11-21 09:15.30", "2025-11-21T02:15:30"),
        ("2025-11-21 09:15:30.000", "2025-11-21T02:15:30"),
        ("2025-11-21 00.05 WIT", "2025-11-20T15:05"),
        ("21/11/2025 09.15 +08", "2025-11-21T01:15"),
        ("November 21, 2025", "2025-11-20T17:00"),
        ("45982", "2025-11-20T17:00"),
        ("45982,5", "2025-11-21T05:00"),
        (45982.385416667, "2025-11-21T02:15"),
        (datetime(2025, 11, 21, 9, 15), "2025-11-21T02:15"),
        (date(2025, 11, 21), "2025-11-20T17:00"),
    ],
)
def test_dates_as_they_are_written(cell: Any, expected: str) -> None:
    assert moment(cell, "dmy", WIB) == datetime.fromisoformat(expected).replace(tzinfo=UTC)


def test_the_order_of_three_numbers_is_the_mappings() -> None:
    assert moment("3/4/2025", "mdy", WIB) == datetime(2025, 3, 3, 17, tzinfo=UTC)
    assert moment("21 Mei 2025", "mdy", WIB) == moment("21 Mei 2025", "dmy", WIB)


@pytest.mark.parametrize(
    "cell",
    [
        "kemarin",
        "2025",
        2025,
        3,
        "31/02/2025",
        "13/13/2025",
        "21 Foo 2025",
        "21/11/2025 25:00",
        "21/11/2025 sore",
        "21/11/2025 08.30-09.00",
        "21/11/2025 08:30-09:00",
        "2025-11-21 08.30 - 09.00",
        "2025-11-21 8,75",
        True,
    ],
)
def test_what_is_no_date_is_not_guessed(cell: Any) -> None:
    with pytest.raises(ValueError, match=r"^(no |.* must be in |day is out of range)"):
        moment(cell, "dmy", WIB)
    assert moment("", "dmy", WIB) is moment(None, "dmy", WIB) is None


@given(st.datetimes(datetime(1990, 1, 1), datetime(2060, 12, 31)), st.sampled_from(["id", "numbers", "iso", "excel"]))
def test_a_moment_written_is_the_moment_read(at: datetime, form: str) -> None:
    at = at.replace(second=0, microsecond=0)
    months = formats.MONTHS["id"]
    cell: Any = {
        "id": f"{at.day} {months[at.month - 1]} {at.year} {at:%H.%M}",
        "numbers": f"{at:%d/%m/%Y %H:%M}",
        "iso": f"{at:%Y-%m-%d %H.%M}",
        "excel": (at - datetime(1899, 12, 30)) / timedelta(days=1),
    }[form]
    assert moment(cell, "dmy", WIB) == at.replace(tzinfo=WIB).astimezone(UTC)


@given(st.text())
def test_no_text_breaks_the_reading_of_dates(text: str) -> None:
    try:
        found = moment(text, "dmy", WIB)
    except ValueError:
        return
    assert found is None or found.tzinfo is UTC


# Numbers and names


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("0812-3456-7890", "+6281234567890"),
        ("0812 3456 7890", "+6281234567890"),
        ("62 812.3456.7890", "+6281234567890"),
        ("+62 (812) 34567890", "+6281234567890"),
        ("81234567890", "+6281234567890"),
        ("006281234567890", "+6281234567890"),
        ("(0354) 682345", "+62354682345"),
        ("+60 12 345 6789", "+60123456789"),
        ("tidak ada", None),
        ("-", None),
        ("0", None),
        ("12345", None),
        ("+620812345678", None),
        ("0812345678901234567", None),
    ],
)
def test_telephone_numbers(typed: str, number: str | None) -> None:
    assert normalised(typed) == number


@given(st.from_regex(r"08[1-9][0-9]{7,10}", fullmatch=True))
def test_a_number_is_the_same_however_it_is_spaced(number: str) -> None:
    assert normalised(number) == "+62" + number[1:]
    assert normalised("-".join(number)) == normalised(number) == normalised(normalised(number) or "")


def test_names_are_found_by_any_of_their_forms_unless_two_share_one() -> None:
    names = Names([{"id": "a", "name": "Dinas Sosial", "short": "Dinsos"}, {"id": "b", "name": "Dinas  Sosial"}, {}])
    assert names.find(" DINSOS. ") == "a"
    assert names.find("dinas sosial") is None  # whose?
    assert (names.find("A"), names.find("c")) == ("a", None)
    assert names.close("dinso") == ["a"]


# Patience


def test_what_passes_is_tried_again_and_what_does_not_is_not() -> None:
    waits: list[float] = []
    failures: list[ClientError] = [ApiError(503), UnreachableError("error.timeout"), ApiError(429, retry_after=9.0)]

    def attempt() -> str:
        if failures:
            raise failures.pop(0)
        return "done"

    assert patiently(attempt, tries=4, wait=waits.append) == "done"
    assert 0.25 <= waits[0] <= 0.75 and 0.5 <= waits[1] <= 1.5 and waits[2] == 9.0
    for error in (ApiError(422), ApiError(403), UnreachableError("error.certificate"), ClientError("error.unreadable")):
        failures, waits = [error], []
        with pytest.raises(ClientError):
            patiently(attempt, tries=4, wait=waits.append)
        assert waits == []


def test_patience_has_an_end() -> None:
    waits: list[float] = []

    def attempt() -> None:
        raise ApiError(503, retry_after=3600.0)

    with pytest.raises(ApiError):
        patiently(attempt, tries=3, wait=waits.append)
    assert waits == [LONGEST, LONGEST]
