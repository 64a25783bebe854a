"""Every door of the API as data: who may knock, what it takes, what it gives.

Access is decided by this table (staff.caller), the generated role test walks through it, and /openapi.json is made
from it: a door that is not here does not open.
"""

from dataclasses import dataclass
from functools import cache
from typing import Any

from chalicelib.api import answer_shapes, shapes
from chalicelib.complaints.lifecycle import roles_of

DESK = ("admin", "operator")
UNIT = ("admin", "operator", "officer", "head")
READERS = (*UNIT, "auditor")
EVERYBODY = (*READERS, "executive")
CASE = "/v1/complaints/{ticket}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One method of one path. `roles` None: no sign-in. `case`: about one case, so another department's is 404.

    `request` and `response` are None where they are no JSON of ours."""

    method: str
    path: str
    summary: str
    roles: tuple[str, ...] | None
    request: type[Any] | None = None
    response: type[Any] | None = None
    status: int = 200
    query: tuple[str, ...] = ()
    case: bool = False
    conditional: bool = False
    """Takes If-Match and Idempotency-Key."""


FILTERS = (
    "status",
    "department",
    "category",
    "channel",
    "kelurahan",
    "class",
    "due_before",
    "updated_after",
    "received_after",
    "received_before",
    "q",
    "phone",
    "queue",
)
PAGING = ("limit", "cursor")

PUBLIC = (
    Route(method="GET", path="/health", summary="Alive", roles=None, response=answer_shapes.Health),
    Route(method="GET", path="/webhooks/whatsapp", summary="Meta's handshake", roles=None),
    Route(method="POST", path="/webhooks/whatsapp", summary="WhatsApp messages", roles=None),
)

CASES = (
    Route(
        method="GET",
        path="/v1/complaints",
        summary="A page of cases",
        roles=READERS,
        response=answer_shapes.Cases,
        query=(*PAGING, *FILTERS),
    ),
    Route(
        method="POST",
        path="/v1/complaints",
        summary="A new case",
        roles=UNIT,
        request=shapes.NewCase,
        response=answer_shapes.Case,
        status=201,
        conditional=True,
    ),
    Route(method="GET", path=CASE, summary="A case", roles=READERS, response=answer_shapes.Case, case=True),
    Route(
        method="GET",
        path=f"{CASE}/timeline",
        summary="What happened to a case",
        roles=READERS,
        response=answer_shapes.Timeline,
        case=True,
    ),
    Route(
        method="POST",
        path=f"{CASE}/attachments",
        summary="A place to send a file to",
        roles=roles_of("attach"),
        request=shapes.NewFile,
        response=answer_shapes.UploadPlace,
        status=201,
        case=True,
    ),
    Route(
        method="POST",
        path=f"{CASE}/forward",
        summary="Settle an ambiguous filing",
        roles=DESK,
        request=shapes.Decision,
        response=answer_shapes.Case,
        case=True,
    ),
)

ACTIONS = tuple(
    Route(
        method="POST",
        path=f"{CASE}/{action}",
        summary=(shape.__doc__ or action).splitlines()[0],
        roles=roles_of(action),
        request=shape,
        response=answer_shapes.Case,
        case=True,
        conditional=True,
    )
    for action, shape in shapes.ACTIONS.items()
)

REST = (
    Route(method="GET", path="/v1/me", summary="Who is signed in", roles=EVERYBODY, response=answer_shapes.Me),
    Route(
        method="GET",
        path="/v1/ledger",
        summary="The no-loss count",
        roles=(*DESK, "auditor", "executive"),
        response=answer_shapes.Ledger,
    ),
    Route(
        method="GET",
        path="/v1/quarantine",
        summary="Payloads nobody could read",
        roles=(*DESK, "auditor"),
        response=answer_shapes.Payloads,
        query=PAGING,
    ),
    Route(method="GET", path="/v1/city", summary="The city in force", roles=EVERYBODY, response=answer_shapes.City),
    Route(
        method="POST",
        path="/v1/city/check",
        summary="What applying a city file would change",
        roles=("admin",),
        request=shapes.Proposal,
        response=answer_shapes.CityCheck,
    ),
    Route(
        method="PUT",
        path="/v1/city",
        summary="Apply a city file",
        roles=("admin",),
        request=shapes.Proposal,
        response=answer_shapes.CityApplied,
    ),
)

ROUTES = (*PUBLIC, *CASES, *ACTIONS, *REST)


@cache
def _by_door() -> dict[tuple[str, str], Route]:
    return {(route.method, route.path): route for route in ROUTES}


def route(method: str, path: str) -> Route:
    """The row of a door, by its path as the table writes it. Raises KeyError."""
    return _by_door()[method, path]


def pages(role: str) -> list[str]:
    """What a role may look at: the first word of each path it may GET, in the order of the table."""
    seen = [
        route.path.removeprefix("/v1/").partition("/")[0]
        for route in ROUTES
        if route.method == "GET" and route.roles is not None and role in route.roles
    ]
    return list(dict.fromkeys(seen))
