"""Everything that can go wrong, each with the exit code a script may rely on."""

from collections.abc import Mapping
from enum import IntEnum
from typing import Any


class ExitCode(IntEnum):
    """Exit codes of `aduan`, part of its contract (client/README.md prints the table)."""

    OK = 0
    FAILURE = 1
    USAGE = 2
    SIGNED_OUT = 3
    NOT_FOUND = 4
    REFUSED = 5
    CONFLICT = 6
    UNREACHABLE = 7


# What an HTTP status means to a script. Anything else is a plain failure.
EXIT_CODE_OF_STATUS: Mapping[int, ExitCode] = {
    400: ExitCode.REFUSED,
    401: ExitCode.SIGNED_OUT,
    403: ExitCode.REFUSED,
    404: ExitCode.NOT_FOUND,
    409: ExitCode.CONFLICT,
    412: ExitCode.CONFLICT,
    413: ExitCode.REFUSED,
    415: ExitCode.REFUSED,
    422: ExitCode.REFUSED,
    428: ExitCode.REFUSED,
    429: ExitCode.UNREACHABLE,
    502: ExitCode.UNREACHABLE,
    503: ExitCode.UNREACHABLE,
    504: ExitCode.UNREACHABLE,
}


class ClientError(Exception):
    """A failure with a sentence for people: a message key, its values and an exit code."""

    def __init__(self, key: str, code: ExitCode = ExitCode.FAILURE, **values: object) -> None:
        super().__init__(key)
        self.key = key
        self.code = code
        self.values = values


class UsageError(ClientError):
    """The command was typed in a way that cannot be carried out."""

    def __init__(self, key: str, **values: object) -> None:
        super().__init__(key, ExitCode.USAGE, **values)


class SignedOutError(ClientError):
    """There is no valid session, or it can no longer be renewed."""

    def __init__(self, key: str = "error.signed_out", **values: object) -> None:
        super().__init__(key, ExitCode.SIGNED_OUT, **values)


class UnreachableError(ClientError):
    """The other side did not answer, or not in time."""

    def __init__(self, key: str = "error.unreachable", **values: object) -> None:
        super().__init__(key, ExitCode.UNREACHABLE, **values)


class ApiError(ClientError):
    """The API answered with an error (RFC 9457 problem details, where it sent them)."""

    def __init__(
        self,
        status: int,
        title: str | None = None,
        detail: str | None = None,
        type_: str | None = None,
        extra: Mapping[str, Any] | None = None,
        retry_after: float | None = None,
    ) -> None:
        code = EXIT_CODE_OF_STATUS.get(status, ExitCode.FAILURE)
        super().__init__("error.api", code, status=status)
        self.status = status
        self.title = title
        self.detail = detail
        self.type = type_
        self.extra = dict(extra or {})
        self.retry_after = retry_after
        """Seconds the API asks to wait before the next try, where it said so."""
