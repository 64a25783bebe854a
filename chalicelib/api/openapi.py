"""OpenAPI 3.1 of this API, made from the table of routes and the shapes that check requests and build answers.

Nothing here is written down twice: a new row in routes.py is described, with its roles, bodies and faults. What the
table does not say (headers, what a query parameter may hold, the few answers that are no JSON) is in the tables below.
"""

import re
from typing import Any

import msgspec

from chalicelib.api import answer_shapes, shapes
from chalicelib.api.preconditions import LONGEST_KEY
from chalicelib.api.queries import LARGEST_PAGE, LONGEST_CURSOR, USUAL_PAGE
from chalicelib.api.routes import ROUTES, Route
from chalicelib.complaints.lifecycle import STATUSES
from chalicelib.problems import CONTENT_TYPE, TITLES
from chalicelib.store.deliveries import STATES

Json = dict[str, Any]

REF = "#/components/schemas/{name}"
PROBLEM = {"$ref": REF.format(name="ProblemDocument")}
VERSION = "1"
TICKET = "KDR-7Q4M-2X9D"
DEPARTMENT = "dpupr"

_WORD = {"type": "string", "minLength": 1, "maxLength": 200}
_TIME = {"type": "string", "format": "date-time", "examples": ["2026-11-21T09:00:00+07:00"]}
_DAY = {"type": "string", "pattern": "^20[0-9]{2}-[0-9]{2}-[0-9]{2}$", "examples": ["2026-11-21"]}
_ANY_STATUS = "|".join(STATUSES)

# What a query parameter may hold, and what it means.
QUERY: dict[str, tuple[str, Json]] = {
    "limit": ("Items on a page.", {"type": "integer", "minimum": 1, "maximum": LARGEST_PAGE, "default": USUAL_PAGE}),
    "cursor": ("Where the page begins: `next` of the one before.", {**_WORD, "maxLength": LONGEST_CURSOR}),
    "status": (
        "Any of these, with commas between them.",
        {
            "type": "string",
            "pattern": f"^({_ANY_STATUS})(,({_ANY_STATUS}))*$",
            "maxLength": 200,
            "examples": ["assigned"],
        },
    ),
    "department": ("The id of the department that holds the case.", {**_WORD, "examples": [DEPARTMENT]}),
    "category": ("The id of its category.", _WORD),
    "channel": ("How it came in.", _WORD),
    "kelurahan": ("Where it is.", _WORD),
    "class": ("Its class.", _WORD),
    "due_before": ("Open cases due before this.", _TIME),
    "updated_after": ("Cases changed since, by day of change.", _TIME),
    "received_after": ("Cases received since.", _TIME),
    "received_before": ("Cases received earlier.", _TIME),
    "q": ("Part of a ticket number.", _WORD),
    "queue": ("1: open cases of one's own, the longest due first.", {"type": "string", "enum": ["0", "1"]}),
    "tickets": ("1: up to ten tickets of each; not for watching all day.", {"type": "string", "enum": ["0", "1"]}),
    "from": ("The first day, in the city's zone.", _DAY),
    "to": ("The last day, in the city's zone.", _DAY),
    "ticket": ("The number of a case.", {**_WORD, "examples": [TICKET]}),
    "state": ("What became of a message.", {"type": "string", "enum": list(STATES)}),
    "series": (
        "A replayed year instead of the city's own figures.",
        {"type": "string", "pattern": "^[a-z][a-z0-9-]{1,39}$", "examples": ["kediri-2021"]},
    ),
    "revision": (
        "An earlier revision of a published month.",
        {"type": "string", "pattern": "^[1-9][0-9]{0,3}$", "examples": ["1"]},
    ),
    "hub.mode": ("`subscribe`.", {"type": "string"}),
    "hub.verify_token": ("What was agreed with Meta.", {"type": "string"}),
    "hub.challenge": ("Sent back.", {"type": "string"}),
}
REQUIRED = {"from", "to"}
# Where they are not.
OPEN_ENDED = ("/v1/alerts",)

PATH: dict[str, tuple[str, Json]] = {
    "ticket": ("The case's number; case and hyphens do not matter.", {**_WORD, "examples": [TICKET]}),
    "token": ("What stands in the link; good for some days.", {"type": "string", "minLength": 1, "maxLength": 700}),
    "name": ("Which year.", {"type": "string", "enum": ["kediri-2021", "madiun-2021"]}),
    "period": (
        "A year, a month or a day; with `.csv` or `.xlsx` behind it, as a table.",
        {
            "type": "string",
            "pattern": "^20[0-9]{2}(-[0-9]{2}(-[0-9]{2})?)?([.](csv|xlsx))?$",
            "examples": ["2026", "2026-03", "2026-03-02", "2026-03.csv"],
        },
    ),
    "queue": ("Which queue.", {"type": "string", "enum": ["forward", "reply", "media", "sie"]}),
    "file": ("Its form.", {"type": "string", "enum": ["report.html", "report.pdf", "report.xlsx"]}),
    "id": ("The id that the job was answered with.", {"type": "string", "pattern": "^[0-9a-f]{32}$"}),
}

IF_MATCH: Json = {
    "name": "If-Match",
    "in": "header",
    "description": "The version that was seen; another one in force is 412. Without it: the case as it is now.",
    "schema": {"type": "string", "pattern": r'^(\*|(W/)?"?[0-9]{1,15}"?)$', "examples": ['"7"']},
}
IDEMPOTENCY_KEY: Json = {
    "name": "Idempotency-Key",
    "in": "header",
    "description": "The same key with the same body does nothing twice, for 24 hours.",
    "schema": {
        "type": "string",
        # Visible ASCII with blanks inside, as HTTP carries it.
        "pattern": r"^[!-~]([ -~]*[!-~])?$",
        "minLength": 1,
        "maxLength": LONGEST_KEY,
        "examples": ["3f0e5b9c-entry-1"],
    },
}
SIGNATURE: Json = {
    "name": "X-Hub-Signature-256",
    "in": "header",
    "description": "HMAC-SHA256 of the body, with Meta's app secret.",
    "schema": {"type": "string", "examples": ["sha256=0123456789abcdef"]},
}

HEADERS: dict[str, Json] = {
    "ETag": {"description": "The case's version.", "schema": {"type": "string"}},
    "Location": {"description": "Where it is.", "schema": {"type": "string"}},
    "Idempotency-Replayed": {"description": "true: it had been done before.", "schema": {"type": "string"}},
}

WEBHOOK = "/webhooks/whatsapp"
TAP = "/tindak/{token}"
SURVEY = "/survei/{token}"
INDICATORS = "/v1/indicators/{period}"
SPREADSHEET = "A file address that is good for five minutes; send no Authorization header there."

_ELSEWHERE: Json = {
    "description": SPREADSHEET,
    "headers": {"Location": HEADERS["Location"]},
    "content": {"application/json": {"schema": {"$ref": REF.format(name="ExportPlace")}}},
}
_HTML = {"text/html": {"schema": {"type": "string"}}}
_PAGES: dict[int, Json] = {
    200: {"description": "The page.", "content": _HTML},
    404: {"description": "No link of ours, or the case is with others now.", "content": _HTML},
    410: {"description": "The link has expired.", "content": _HTML},
}

# Answers that are no JSON of ours, or stand beside the one in the table.
ANSWERS: dict[tuple[str, str], dict[int, Json]] = {
    ("GET", "/openapi.json"): {
        200: {"description": "This.", "content": {"application/json": {"schema": {"type": "object"}}}}
    },
    ("GET", WEBHOOK): {
        200: {"description": "The challenge.", "content": {"text/plain": {"schema": {"type": "string"}}}}
    },
    ("POST", WEBHOOK): {
        200: {
            "description": "Everything is stored; counts by what became of it.",
            "content": {
                "application/json": {"schema": {"type": "object", "additionalProperties": {"type": "integer"}}}
            },
        }
    },
    ("GET", TAP): _PAGES,
    ("POST", TAP): {
        **_PAGES,
        413: {"description": "The page, saying that it was too much.", "content": _HTML},
        422: {"description": "The page, saying what is missing.", "content": _HTML},
    },
    ("GET", SURVEY): _PAGES,
    ("POST", SURVEY): {**_PAGES, 422: {"description": "The page; this was not asked.", "content": _HTML}},
    ("GET", "/v1/export.csv"): {
        200: {"description": "The file, UTF-8.", "content": {"text/csv": {"schema": {"type": "string"}}}},
        303: {**_ELSEWHERE, "description": f"Too large for the gateway. {SPREADSHEET}"},
    },
    ("GET", "/v1/export.xlsx"): {303: _ELSEWHERE},
    ("GET", INDICATORS): {
        200: {
            "description": "The figures; as CSV where `.csv` was asked for.",
            "content": {
                "application/json": {"schema": {"$ref": REF.format(name="Indicators")}},
                "text/csv": {"schema": {"type": "string"}},
            },
        },
        303: _ELSEWHERE,
    },
    ("POST", "/v1/complaints"): {
        200: {
            "description": "This `external_id` was entered before; the case it became.",
            "headers": HEADERS,
            "content": {"application/json": {"schema": {"$ref": REF.format(name="Case")}}},
        }
    },
}
# Faults beyond those that follow from a row.
FAULTS: dict[tuple[str, str], tuple[int, ...]] = {
    ("POST", TAP): (415,),
    ("POST", SURVEY): (415,),
    ("POST", "/v1/complaints/{ticket}/survey"): (409,),
    ("GET", "/v1/alerts"): (404,),
    ("GET", WEBHOOK): (403,),
    ("POST", WEBHOOK): (401, 413, 415),
    ("GET", "/v1/city"): (404,),
    ("PUT", "/v1/city"): (409, 412),
    ("GET", "/v1/export.csv"): (422,),
    ("GET", "/v1/export.xlsx"): (422,),
    ("POST", "/v1/complaints/{ticket}/forward"): (409,),
}
BODIES: dict[tuple[str, str], Json] = {
    ("POST", TAP): {
        "required": True,
        "content": {
            "application/x-www-form-urlencoded": {
                "schema": {
                    "type": "object",
                    "properties": {
                        "action": {"type": "string", "enum": ["acknowledge", "extend", "transfer"]},
                        "note": {"type": "string", "maxLength": 1000},
                        "department": {"type": "string"},
                    },
                }
            }
        },
    },
    ("POST", SURVEY): {
        "required": True,
        "content": {
            "application/x-www-form-urlencoded": {
                "schema": {
                    "type": "object",
                    "patternProperties": {"^U[1-9]$": {"type": "string", "enum": ["1", "2", "3", "4"]}},
                }
            }
        },
    },
    ("POST", WEBHOOK): {"required": True, "content": {"application/json": {"schema": {}}}},
}
PARAMETERS: dict[tuple[str, str], list[Json]] = {
    ("GET", WEBHOOK): [
        {"name": name, "in": "query", "description": QUERY[name][0], "schema": QUERY[name][1]}
        for name in ("hub.mode", "hub.verify_token", "hub.challenge")
    ],
    ("POST", WEBHOOK): [SIGNATURE],
    ("PUT", "/v1/city"): [IF_MATCH],
}

# One good body for each shape that wants one; the others may be empty.
EXAMPLES: dict[type[Any], Json] = {
    shapes.NewCase: {
        "channel": "phone",
        "text": "Lampu jalan mati di Jl. Dhoho",
        "location": {"address": "Jl. Dhoho 12", "kelurahan": "Pocanan"},
        "reporter": {"name": "Warga", "phone": "081234567890"},
    },
    shapes.Assign: {"department": DEPARTMENT},
    shapes.Transfer: {"department": DEPARTMENT, "note": "Jalan ini milik kota."},
    shapes.Wait: {"text": "Di depan rumah nomor berapa?"},
    shapes.Respond: {"text": "Lampu sudah diganti."},
    shapes.Reject: {"reason": "spam"},
    shapes.Merge: {"duplicate_of": TICKET},
    shapes.Reopen: {"note": "Lampu mati lagi."},
    shapes.Extend: {"clock": "follow_up", "note": "Menunggu suku cadang."},
    shapes.Note: {"text": "Sudah dicek di lapangan."},
    shapes.Attach: {
        "attachment": {"id": "0123456789abcdef", "name": "sesudah.jpg", "type": "image/jpeg", "size": 183204}
    },
    shapes.Set: {"changes": {"class": "complaint", "secret": False}},
    shapes.NewFile: {"name": "sesudah.jpg", "type": "image/jpeg", "size": 183204},
    shapes.Decision: {"decision": "resend"},
    shapes.SurveyAnswer: {"element": "U4", "score": 4},
    shapes.Replayed: {"from": 1, "to": 100},
    shapes.NewExport: {"from": "2026-01-01", "to": "2026-12-31", "format": "xlsx"},
}

# The first word of a path below /v1.
TAGS = {
    "complaints": "Cases and what is done with them",
    "export": "Cases as files",
    "exports": "Cases as files, prepared by a job",
    "city": "The city's configuration",
    "ledger": "The no-loss count",
    "quarantine": "What nobody could read",
    "dead-letters": "What five tries did not deliver",
    "me": "Who is signed in",
    "replays": "Published years played again, where a stage allows it",
    "alerts": "Messages to officials",
    "indicators": "The figures, by day, month and year",
    "webhooks": "Where providers deliver",
    "service": "The service itself",
}


def document() -> Json:
    """The whole document."""
    types = {kind for route in ROUTES for kind in (route.request, route.response) if kind is not None}
    types |= {answer_shapes.ProblemDocument, answer_shapes.ExportPlace, answer_shapes.Case}
    _, schemas = msgspec.json.schema_components(sorted(types, key=lambda kind: kind.__name__), ref_template=REF)
    paths: dict[str, Json] = {}
    for route in ROUTES:
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(route)
    used = list(dict.fromkeys(_tag(route) for route in ROUTES))
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Aduan",
            "version": VERSION,
            "description": "The complaint service of a city. Lists are `{items, next}`; errors are RFC 9457.",
            "license": {"name": "See LICENSE"},
        },
        "servers": [{"url": "."}],
        "tags": [{"name": name, "description": TAGS.get(name, name)} for name in used],
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": {
                "staff": {
                    "type": "apiKey",
                    "in": "header",
                    "name": "Authorization",
                    "description": "A Cognito id token, as it is: without `Bearer` before it.",
                }
            },
        },
    }


def _operation(route: Route) -> Json:
    door = (route.method, route.path)
    made: Json = {
        "operationId": _identifier(route),
        "summary": route.summary,
        "tags": [_tag(route)],
        "responses": {str(status): answer for status, answer in sorted(_responses(route).items())},
    }
    if route.roles is not None:
        made["description"] = f"Roles: {', '.join(route.roles)}."
        made["security"] = [{"staff": []}]
    if parameters := [*_parameters(route), *PARAMETERS.get(door, [])]:
        made["parameters"] = parameters
    if route.request is not None:
        media: Json = {"schema": {"$ref": REF.format(name=route.request.__name__)}}
        if example := EXAMPLES.get(route.request):
            media["example"] = example
        # A body that may be empty may be absent.
        needed = any(field.required for field in msgspec.structs.fields(route.request))
        made["requestBody"] = {"required": needed, "content": {"application/json": media}}
    elif door in BODIES:
        made["requestBody"] = BODIES[door]
    return made


def _parameters(route: Route) -> list[Json]:
    made: list[Json] = []
    for name in re.findall(r"{(\w+)}", route.path):
        about, schema = PATH.get(name, ("", _WORD))
        made.append({"name": name, "in": "path", "required": True, "description": about, "schema": schema})
    for name in route.query:
        about, schema = QUERY.get(name, ("", _WORD))
        required = name in REQUIRED and route.path not in OPEN_ENDED
        made.append({"name": name, "in": "query", "required": required, "description": about, "schema": schema})
    if route.conditional:
        # A new case has no version to be compared with.
        made += [IF_MATCH, IDEMPOTENCY_KEY] if route.case else [IDEMPOTENCY_KEY]
    return made


def _responses(route: Route) -> dict[int, Json]:
    door = (route.method, route.path)
    made = dict(ANSWERS.get(door, {}))
    if route.response is not None and route.status not in made:
        made[route.status] = {
            "description": "Done.",
            "content": {"application/json": {"schema": {"$ref": REF.format(name=route.response.__name__)}}},
        }
        if headers := _headers(route):
            made[route.status]["headers"] = {name: HEADERS[name] for name in headers}
    for status in (*_faults(route), *FAULTS.get(door, ())):
        made[status] = {
            "description": TITLES.get(status, OTHER.get(status, "")),
            "content": {CONTENT_TYPE: {"schema": PROBLEM}},
        }
    return made


# What only the gateway answers.
OTHER = {429: "Too many requests", 502: "The service did not answer", 504: "The service did not answer in time"}


def _faults(route: Route) -> set[int]:
    """The statuses a row implies."""
    found = {429, 500, 502, 503, 504}
    if route.roles is not None:
        found |= {401, 403}
        if "{" in route.path:
            found.add(404)
    if route.query or route.conditional:
        found.add(400)
    if route.request is not None:
        found |= {400, 413, 415, 422}
    if route.conditional:
        found |= {409, 412, 422}
    return found


def _headers(route: Route) -> tuple[str, ...]:
    if route.conditional:
        return ("ETag", "Idempotency-Replayed", *(() if route.case else ("Location",)))
    if route.status in (202, 303):
        return ("Location",)
    return ("ETag",) if route.case and route.method == "GET" else ()


def _tag(route: Route) -> str:
    if route.path.startswith("/webhooks"):
        return "webhooks"
    if not route.path.startswith("/v1/"):
        return "service"
    return re.split(r"[/.]", route.path.removeprefix("/v1/"))[0]


def _identifier(route: Route) -> str:
    words = re.sub(r"[^a-z0-9]+", "_", route.path.removeprefix("/v1/").lower()).strip("_")
    return f"{route.method.lower()}_{words}"
