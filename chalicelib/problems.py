"""Errors as RFC 9457 problem details: what every door answers when it cannot do what was asked."""

from typing import Any

CONTENT_TYPE = "application/problem+json"

TITLES = {
    400: "Bad request",
    401: "Not signed in",
    403: "Not allowed",
    404: "Not found",
    405: "Method not allowed",
    409: "Conflict",
    412: "Stale version",
    413: "Too large",
    415: "Unsupported media type",
    422: "Not valid",
    428: "Version required",
    500: "Internal error",
    503: "Not available",
}


class Problem(Exception):
    """A request that cannot be carried out; `detail` is for the caller and never holds personal data."""

    def __init__(self, status: int, detail: str, **members: Any) -> None:
        super().__init__(f"{status} {TITLES[status]}")
        self.status = status
        self.detail = detail
        self.members = members

    def body(self) -> dict[str, Any]:
        """The members of the problem document."""
        return {
            "type": "about:blank",
            "title": TITLES[self.status],
            "status": self.status,
            "detail": self.detail,
            **self.members,
        }
