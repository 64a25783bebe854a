"""What a failed call over HTTP proves: for who must know whether the other side may have got the request.

One rule for every provider that is called by `requests`; SES is called by botocore, which has errors of its own.
"""

import ssl
from collections.abc import Iterator

import urllib3.exceptions as u

# Failures that happen before the first byte of a request leaves (name lookup is a NewConnectionError, too). Of TLS only
# a certificate that does not hold: any other failure of it may come while the answer is read.
_BEFORE_SENDING = (
    u.NewConnectionError,
    u.ConnectTimeoutError,
    ssl.SSLCertVerificationError,
    u.LocationValueError,
)


def nothing_was_sent(failure: BaseException) -> bool:
    """True if `failure` proves that no byte left: refused, unreachable, unknown name, bad certificate."""
    return any(isinstance(link, _BEFORE_SENDING) for link in _links(failure))


def timed_out(failure: BaseException) -> bool:
    """True if `failure` is a time-out, or wraps one: of connecting or of the answer."""
    return any(isinstance(link, (u.TimeoutError, TimeoutError)) for link in _links(failure))


def _links(failure: BaseException) -> Iterator[BaseException]:
    """The failure and what it wraps: requests and urllib3 keep the cause in `args`, `reason` or `__cause__`.

    `__context__` is left out on purpose: it also names errors that were met and overcome earlier.
    """
    waiting, seen = [failure], set()
    while waiting:
        link = waiting.pop()
        if id(link) in seen:
            continue
        seen.add(id(link))
        yield link
        inner = (*link.args, getattr(link, "reason", None), link.__cause__)
        waiting.extend(one for one in inner if isinstance(one, BaseException))
