"""What can go wrong when talking to SP4N-LAPOR!, and which of three answers each failure gets.

LAPOR! has no idempotency key, so after a failed filing only one question counts: can it have arrived?
No → `Retryable`. It answered and refused → `Rejected`. Nobody knows → `Ambiguous`, and a person decides.
Texts of these exceptions carry status and class only: payloads and addresses never reach a log through them.
"""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from enum import Enum

from chalicelib.outbound import nothing_was_sent, timed_out


class LaporError(Exception):
    """A call to SP4N-LAPOR! did not succeed; `reason` is free of personal data.

    `down`: it says that the service is down or overrun, whatever the call was about; any other call would fail, too.
    """

    def __init__(self, reason: str, *, down: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.down = down


class Retryable(LaporError):
    """Nothing was changed over there; the call may be made again, after `retry_after` seconds if given."""

    def __init__(self, reason: str, retry_after: float | None = None, *, down: bool = False) -> None:
        super().__init__(reason, down=down)
        self.retry_after = retry_after


class Rejected(LaporError):
    """LAPOR! read the call and refused it with `status`; the same call will be refused again."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status


class Ambiguous(LaporError):
    """The change may or may not have been made; never repeat it without looking."""


class Outcome(Enum):
    """What an HTTP status says about the call that was made."""

    DONE = "done"
    NOT_DONE = "not done"
    REFUSED = "refused"
    UNKNOWN = "unknown"


# Statuses that do not follow the rule of their hundred (see `outcome_of_status`).
_BY_STATUS = {
    408: Outcome.NOT_DONE,  # the request never arrived whole (RFC 9110 §15.5.9)
    429: Outcome.NOT_DONE,
    503: Outcome.NOT_DONE,
    # 502 and 504 are a gateway giving up: they say nothing about what stood behind it. A 500 may come from a step
    # after the insert (a mail that could not be sent). They stay UNKNOWN.
}

# Statuses that are about the service and not about the call: too slow, too many, nobody behind the gateway. A 500 is
# missing on purpose: an application gives it to the one case that it stumbles over.
_DOWN = frozenset({408, 429, 502, 503, 504})


def outcome_of_status(status: int) -> Outcome:
    """What `status` says about the call; those nobody listed are UNKNOWN, redirects (never followed) too."""
    if status in _BY_STATUS:
        return _BY_STATUS[status]
    if 200 <= status < 300:
        return Outcome.DONE
    if 400 <= status < 500:
        return Outcome.REFUSED
    return Outcome.UNKNOWN


def error_of_status(status: int, *, repeatable: bool, retry_after: float | None = None) -> LaporError | None:
    """The error for an answer with `status`, or None when the call was done.

    `repeatable`: making the call twice does no harm (reads, uploads), so that "unknown" may be tried again.
    """
    reason, down = f"HTTP {status}", status in _DOWN
    outcome = outcome_of_status(status)
    if outcome is Outcome.DONE:
        return None
    if outcome is Outcome.REFUSED:
        return Rejected(status, reason)
    if outcome is Outcome.NOT_DONE:
        return Retryable(reason, retry_after, down=down)
    return unknown(reason, repeatable=repeatable, retry_after=retry_after, down=down)


def error_of_failure(failure: BaseException, *, repeatable: bool) -> LaporError:
    """The error for a call that ended in an exception instead of an answer."""
    reason = f"no answer ({type(failure).__name__})"
    if nothing_was_sent(failure):
        return Retryable(reason, down=True)
    # A connection that was cut may have been cut by what this one case did; a time-out is the service's.
    return unknown(reason, repeatable=repeatable, down=timed_out(failure))


def unknown(reason: str, *, repeatable: bool, retry_after: float | None = None, down: bool = False) -> LaporError:
    """The error for "nobody knows whether it was done"."""
    return Retryable(reason, retry_after, down=down) if repeatable else Ambiguous(reason, down=down)


def retry_after_seconds(header: str | None, now: datetime) -> float | None:
    """Seconds to wait by a Retry-After header (seconds or an HTTP date); None if absent or unreadable."""
    if header is None:
        return None
    if header.strip().isascii() and header.strip().isdigit():
        return float(header.strip())
    try:
        at = parsedate_to_datetime(header)
    except ValueError:
        return None
    if at.tzinfo is None:  # RFC 9110 §5.6.7: an HTTP date is in GMT whatever it says
        at = at.replace(tzinfo=UTC)
    return max(0.0, (at - now).total_seconds())
