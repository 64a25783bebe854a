"""The connections to other systems that a process keeps."""

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import requests


@cache
def session() -> "requests.Session":
    """One session, with its connection pool, for the life of the process.

    A pool outlives the time that a function is frozen, its connections need not: only what may be sent again is sent
    over a kept one (`whatsapp_send` and the LAPOR! client drop them before what may not).
    """
    import requests

    return requests.Session()
