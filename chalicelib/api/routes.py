"""Every door of the API as data: who may knock, what it takes, what it gives.

Access is decided by this table (staff.caller), the generated role test walks through it, and /openapi.json is made
from it: a door that is not here does not open.
"""

from dataclasses import dataclass
from functools import cache
from typing import Any

from chalicelib.api import answer_shapes, dead_letter_shapes, figure_shapes, replay_shapes, shapes
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
    "queue",
)
PAGING = ("limit", "cursor")
EXPORT_FILTERS = ("status", "department", "category", "channel", "kelurahan", "class")

PUBLIC = (
    Route(method="GET", path="/health", summary="Alive", roles=None, response=answer_shapes.Health),
    Route(method="GET", path="/openapi.json", summary="This API as OpenAPI", roles=None),
    Route(method="GET", path="/webhooks/whatsapp", summary="Meta's handshake", roles=None),
    Route(method="POST", path="/webhooks/whatsapp", summary="WhatsApp messages", roles=None),
    Route(method="GET", path="/tindak/{token}", summary="The page behind a link of an alert", roles=None),
    Route(method="POST", path="/tindak/{token}", summary="What the page's buttons do", roles=None),
    Route(method="GET", path="/survei/{token}", summary="The satisfaction survey of a case", roles=None),
    Route(method="POST", path="/survei/{token}", summary="An answer to it", roles=None),
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
    # Asked by POST: a number in an address would stand in every log on the way.
    Route(
        method="POST",
        path="/v1/callers",
        summary="The earlier cases of a citizen, the newest first",
        roles=DESK,
        request=shapes.Caller,
        response=answer_shapes.Cases,
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
        method="GET",
        path=f"{CASE}/sla",
        summary="Why each deadline of a case is when it is",
        roles=READERS,
        response=answer_shapes.Explained,
        case=True,
    ),
    Route(
        method="GET",
        path=f"{CASE}/similar",
        summary="Cases that may be the same matter",
        roles=READERS,
        response=answer_shapes.Similar,
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
        method="GET",
        path=f"{CASE}/survey",
        summary="What the reporter of a case is to be asked",
        roles=DESK,
        response=answer_shapes.SurveySheet,
        case=True,
    ),
    Route(
        method="POST",
        path=f"{CASE}/survey",
        summary="What a caller or visitor answered",
        roles=DESK,
        request=shapes.SurveyAnswer,
        response=answer_shapes.SurveyDone,
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
    Route(
        method="GET",
        path="/v1/dead-letters",
        summary="How many queue messages five tries did not deliver, or (tickets=1) of which cases",
        roles=(*DESK, "auditor"),
        response=dead_letter_shapes.DeadLetterQueues,
        query=("tickets",),
    ),
    Route(
        method="POST",
        path="/v1/dead-letters/{queue}/redrive",
        summary="Send a queue's dead letters back to it",
        roles=("admin",),
        response=dead_letter_shapes.Redriven,
        status=202,
    ),
    Route(
        method="POST",
        path="/v1/erasures",
        summary="Erase a person, or (dry=1) count what that would take away",
        roles=("admin",),
        request=shapes.Erase,
        response=answer_shapes.ErasureDone,
        query=("dry",),
    ),
    Route(
        method="GET",
        path="/v1/erasures",
        summary="What was erased",
        roles=("admin", "auditor"),
        response=answer_shapes.Erasures,
        query=PAGING,
    ),
    Route(
        method="GET",
        path="/v1/alerts",
        summary="Who was told what and when, and what became of it",
        roles=EVERYBODY,
        response=answer_shapes.Alerts,
        query=(*PAGING, "from", "to", "ticket", "state"),
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

EXPORTS = (
    # 303 and an address where the answer is no text or too large for the gateway (docs/decisions.md).
    Route(
        method="GET",
        path="/v1/export.csv",
        summary="Cases of at most 31 days as CSV",
        roles=EVERYBODY,
        query=("from", "to", *EXPORT_FILTERS),
    ),
    Route(
        method="GET",
        path="/v1/export.xlsx",
        summary="Cases of at most 31 days as XLSX",
        roles=EVERYBODY,
        response=answer_shapes.ExportPlace,
        status=303,
        query=("from", "to", *EXPORT_FILTERS),
    ),
    Route(
        method="POST",
        path="/v1/exports",
        summary="Have a longer period prepared",
        roles=READERS,
        request=shapes.NewExport,
        response=answer_shapes.ExportAsked,
        status=202,
    ),
    Route(
        method="GET",
        path="/v1/exports/{id}",
        summary="How far an export is",
        roles=READERS,
        response=answer_shapes.ExportState,
    ),
)

# 200 for JSON and `.csv`, 303 and an address for `.xlsx`, as with exports.
FIGURES = (
    Route(
        method="GET",
        path="/v1/indicators/{period}",
        summary="The figures of a day, a month or a year",
        roles=EVERYBODY,
        response=figure_shapes.Indicators,
        query=("series", "department", "revision"),
    ),
)

REPORTS = (
    Route(
        method="GET",
        path="/v1/indicators/{period}/{file}",
        summary="The published report of a month or a year: a page, a PDF or a workbook",
        roles=(*DESK, "executive", "auditor"),
        response=answer_shapes.ReportPlace,
        status=303,
        query=("revision",),
    ),
    Route(
        method="POST",
        path="/v1/evidence",
        summary="Have the evidence of a year put together",
        roles=(*DESK, "auditor"),
        request=shapes.Evidence,
        response=answer_shapes.ExportAsked,
        status=202,
    ),
)

REPLAYS = (
    Route(
        method="POST",
        path="/v1/replays/{name}",
        summary="Play some cases of a published year again",
        roles=("admin",),
        request=shapes.Replayed,
        response=replay_shapes.ReplayPart,
    ),
    Route(
        method="GET",
        path="/v1/replays/{name}",
        summary="A replayed year's figures beside the published ones",
        roles=("admin",),
        response=replay_shapes.ReplayState,
    ),
)

ROUTES = (*PUBLIC, *CASES, *ACTIONS, *REST, *EXPORTS, *FIGURES, *REPORTS, *REPLAYS)


@cache
def _by_door() -> dict[tuple[str, str], Route]:
    return {(route.method, route.path): route for route in ROUTES}


def route(method: str, path: str) -> Route:
    """The row of a door, by its path as the table writes it. Raises KeyError."""
    return _by_door()[method, path]


def pages(role: str) -> list[str]:
    """What a role may look at: the first word of each path it may GET, in the order of the table."""
    seen = [
        route.path.removeprefix("/v1/").partition("/")[0].partition(".")[0]
        for route in ROUTES
        if route.method == "GET" and route.roles is not None and role in route.roles
    ]
    return list(dict.fromkeys(seen))
