"""Doing something again while the network falters or the service is busy."""

import time
from collections.abc import Callable
from random import SystemRandom
from typing import TypeVar

from aduan_client.errors import ApiError, ClientError, UnreachableError

FIRST = 0.5  # seconds before the second try, doubled from try to try
LONGEST = 30.0  # seconds between two tries, whatever a Retry-After asks for

Done = TypeVar("Done")
_random = SystemRandom()


def passing(error: ClientError) -> bool:
    """Whether the same request may well succeed a little later."""
    if isinstance(error, ApiError):
        return error.status == 429 or error.status >= 500
    return isinstance(error, UnreachableError) and error.key != "error.certificate"


def patiently(
    attempt: Callable[[], Done],
    *,
    tries: int = 3,
    first: float | None = None,
    wait: Callable[[float], object] = time.sleep,
) -> Done:
    """The outcome of `attempt`, tried up to `tries` times. Only for what does no harm twice: reading, and
    changes that carry an idempotency key of their own. Raises what the last try raised.
    """
    for number in range(tries - 1):
        try:
            return attempt()
        except ClientError as error:
            if not passing(error):
                raise
            asked = getattr(error, "retry_after", None)
        # Spread out, so that workers refused together do not come back together.
        pause = (FIRST if first is None else first) * 2**number * _random.uniform(0.5, 1.5)
        wait(min(LONGEST, max(pause, asked or 0.0)))
    return attempt()
