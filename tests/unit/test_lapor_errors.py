"""Which of three answers each failure gets: the table everything about "filed once" rests on."""

from __future__ import annotations

import ssl
from datetime import UTC, datetime
from socket import gaierror

import pytest
import requests
import urllib3.exceptions as u
from requests.exceptions import ChunkedEncodingError, InvalidURL, SSLError
from urllib3.connection import HTTPConnection
from urllib3.connectionpool import HTTPConnectionPool

from chalicelib.lapor.errors import (
    Ambiguous,
    LaporError,
    Rejected,
    Retryable,
    error_of_failure,
    error_of_status,
    retry_after_seconds,
)
from chalicelib.outbound import nothing_was_sent

HERE = HTTPConnection("lapor.invalid")
NOW = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)

# status → what it is for a filing, what it is for a call that does no harm twice
STATUSES: dict[int, tuple[type[LaporError] | None, type[LaporError] | None]] = {
    200: (None, None),
    201: (None, None),
    204: (None, None),
    301: (Ambiguous, Retryable),
    302: (Ambiguous, Retryable),
    400: (Rejected, Rejected),
    401: (Rejected, Rejected),
    403: (Rejected, Rejected),
    404: (Rejected, Rejected),
    408: (Retryable, Retryable),
    409: (Rejected, Rejected),
    413: (Rejected, Rejected),
    422: (Rejected, Rejected),
    429: (Retryable, Retryable),
    499: (Rejected, Rejected),
    500: (Ambiguous, Retryable),
    501: (Ambiguous, Retryable),
    502: (Ambiguous, Retryable),
    503: (Retryable, Retryable),
    504: (Ambiguous, Retryable),
    524: (Ambiguous, Retryable),
    600: (Ambiguous, Retryable),
}


@pytest.mark.parametrize("status", STATUSES)
def test_statuses(status: int) -> None:
    filing, harmless = STATUSES[status]
    for repeatable, expected in ((False, filing), (True, harmless)):
        error = error_of_status(status, repeatable=repeatable, retry_after=4.0)
        assert type(error) is (expected or type(None))
        assert error is None or str(error) == f"HTTP {status}"
        assert not isinstance(error, Rejected) or error.status == status
        assert not isinstance(error, Retryable) or error.retry_after == 4.0


POOL = HTTPConnectionPool("lapor.invalid")


def gave_up(reason: Exception) -> u.MaxRetryError:
    """As urllib3 reports a call it could not make."""
    return u.MaxRetryError(POOL, "/", reason)


# What requests raises, as it wraps it, and whether it proves that nothing left.
FAILURES = [
    (requests.ConnectTimeout(gave_up(u.ConnectTimeoutError("late"))), True),
    (requests.ConnectionError(gave_up(u.NewConnectionError(HERE, "refused"))), True),
    (requests.ConnectionError(gave_up(u.NameResolutionError("lapor.invalid", HERE, gaierror(-2, "no name")))), True),
    (SSLError(gave_up(u.SSLError(ssl.SSLCertVerificationError(1, "self-signed")))), True),
    (SSLError(gave_up(u.SSLError(ssl.SSLEOFError(8, "cut")))), False),
    (InvalidURL(u.LocationParseError("http://[")), True),
    (requests.ReadTimeout("read timed out"), False),
    (requests.ConnectionError(u.ProtocolError("aborted", ConnectionResetError(104, "reset"))), False),
    (ChunkedEncodingError("cut"), False),
    (OSError("anything"), False),
]


@pytest.mark.parametrize(("failure", "before"), FAILURES, ids=lambda value: type(value).__name__)
def test_failures_without_an_answer(failure: Exception, before: bool) -> None:
    assert nothing_was_sent(failure) is before
    assert type(error_of_failure(failure, repeatable=False)) is (Retryable if before else Ambiguous)
    assert type(error_of_failure(failure, repeatable=True)) is Retryable


# What says that the service is down, whatever it was asked. Everything else is about one call.
DOWN = {408, 429, 502, 503, 504}


@pytest.mark.parametrize("status", [status for status, (filing, _) in STATUSES.items() if filing])
def test_which_answers_say_that_it_is_down(status: int) -> None:
    for repeatable in (False, True):
        error = error_of_status(status, repeatable=repeatable)
        assert error is not None
        assert error.down is (status in DOWN)


LATE = requests.ReadTimeout(u.ReadTimeoutError(POOL, "/", "late"))


@pytest.mark.parametrize(("failure", "before"), [*FAILURES, (LATE, True)], ids=lambda value: type(value).__name__)
def test_which_failures_say_that_it_is_down(failure: Exception, before: bool) -> None:
    """What was never let in, and time-outs; a connection that was cut may be what one case did."""
    for repeatable in (False, True):
        assert error_of_failure(failure, repeatable=repeatable).down is before


def test_the_text_of_an_error_is_status_and_class_only() -> None:
    failure = requests.ConnectionError("https://lapor.invalid/complaints/77 body Sri 081234567890")
    error = error_of_failure(failure, repeatable=False)
    assert (str(error), error.reason) == ("no answer (ConnectionError)", "no answer (ConnectionError)")


def test_an_error_met_and_overcome_earlier_proves_nothing() -> None:
    failure = requests.ReadTimeout("late")
    failure.__context__ = u.NewConnectionError(HERE, "refused")
    assert not nothing_was_sent(failure)


def test_a_failure_that_wraps_itself_ends() -> None:
    failure = requests.ReadTimeout("late")
    failure.args = (failure,)
    assert not nothing_was_sent(failure)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        (None, None),
        ("120", 120.0),
        (" 0 ", 0.0),
        ("Sat, 21 Nov 2026 02:01:30 GMT", 90.0),
        ("Sat, 21 Nov 2026 02:01:30 -0000", 90.0),
        ("Sat, 21 Nov 2026 01:00:00 GMT", 0.0),
        ("-5", None),
        ("1.5", None),
        ("soon", None),
        ("", None),
        ("٣", None),
    ],
)
def test_retry_after(header: str | None, seconds: float | None) -> None:
    assert retry_after_seconds(header, NOW) == seconds
