"""What routes.py and the shapes do not say of the API: headers, what a query parameter may hold, the few answers that
are no JSON, good examples. Data for openapi.py."""

from typing import Any

from chalicelib.api import shapes
from chalicelib.api.preconditions import LONGEST_KEY
from chalicelib.api.queries import LARGEST_PAGE, LONGEST_CURSOR, USUAL_PAGE
from chalicelib.complaints.lifecycle import STATUSES
from chalicelib.store.deliveries import STATES

Json = dict[str, Any]

REF = "#/components/schemas/{name}"
PROBLEM = {"$ref": REF.format(name="ProblemDocument")}
TICKET = "KDR-7Q4M-2X9D"
DEPARTMENT = "dpupr"

WORD = {"type": "string", "minLength": 1, "maxLength": 200}
_TIME = {"type": "string", **shapes.TIMES}
_DAY = {"type": "string", "pattern": "^20[0-9]{2}-[0-9]{2}-[0-9]{2}$", "examples": ["2026-11-21"]}
_ANY_STATUS = "|".join(STATUSES)

# What a query parameter may hold, and what it means.
QUERY: dict[str, tuple[str, Json]] = {
    "limit": ("Items on a page.", {"type": "integer", "minimum": 1, "maximum": LARGEST_PAGE, "default": USUAL_PAGE}),
    "cursor": ("Where the page begins: `next` of the one before.", {**WORD, "maxLength": LONGEST_CURSOR}),
    "status": (
        "Any of these, with commas between them.",
        {
            "type": "string",
            "pattern": f"^({_ANY_STATUS})(,({_ANY_STATUS}))*$",
            "maxLength": 200,
            "examples": ["assigned"],
        },
    ),
    "department": ("The id of the department that holds the case.", {**WORD, "examples": [DEPARTMENT]}),
    "category": ("The id of its category.", WORD),
    "channel": ("How it came in.", WORD),
    "kelurahan": ("Where it is.", WORD),
    "class": ("Its class.", WORD),
    "due_before": ("Open cases due before this.", _TIME),
    "updated_after": ("Cases changed since, by day of change.", _TIME),
    "received_after": ("Cases received since.", _TIME),
    "received_before": ("Cases received earlier.", _TIME),
    "q": ("Part of a ticket number.", WORD),
    "queue": ("1: open cases of one's own, the longest due first.", {"type": "string", "enum": ["0", "1"]}),
    "tickets": ("1: up to ten tickets of each; not for watching all day.", {"type": "string", "enum": ["0", "1"]}),
    "dry": ("1: only count what would go.", {"type": "string", "enum": ["0", "1"]}),
    "from": ("The first day, in the city's zone.", _DAY),
    "to": ("The last day, in the city's zone.", _DAY),
    "ticket": ("The number of a case.", {**WORD, "examples": [TICKET]}),
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
    "ticket": ("The case's number; case and hyphens do not matter.", {**WORD, "examples": [TICKET]}),
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
    "callers": "A citizen's earlier cases",
    "export": "Cases as files",
    "exports": "Cases as files, prepared by a job",
    "evidence": "The evidence of a year, prepared by a job",
    "erasures": "Taking a person out of what is kept (UU 27/2022)",
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

# What only the gateway answers.
OTHER = {429: "Too many requests", 502: "The service did not answer", 504: "The service did not answer in time"}
