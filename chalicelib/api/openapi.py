"""OpenAPI 3.1 of this API, made from the table of routes and the shapes that check requests and build answers.

Nothing here is written down twice: a new row in routes.py is described, with its roles, bodies and faults. What the
table does not say (headers, what a query parameter may hold, the few answers that are no JSON) is in openapi_tables.py.
"""

import re

import msgspec

from chalicelib.api import answer_shapes
from chalicelib.api.openapi_tables import (
    ANSWERS,
    BODIES,
    EXAMPLES,
    FAULTS,
    HEADERS,
    IDEMPOTENCY_KEY,
    IF_MATCH,
    OPEN_ENDED,
    OTHER,
    PARAMETERS,
    PATH,
    PROBLEM,
    QUERY,
    REF,
    REQUIRED,
    TAGS,
    Json,
)
from chalicelib.api.routes import ROUTES, Route
from chalicelib.problems import CONTENT_TYPE, TITLES

VERSION = "1"


def document() -> Json:
    """The whole document."""
    types = {kind for route in ROUTES for kind in (route.request, route.response) if kind is not None}
    types |= {answer_shapes.ProblemDocument, answer_shapes.ExportPlace, answer_shapes.Case}
    _, schemas = msgspec.json.schema_components(sorted(types, key=lambda kind: kind.__name__), ref_template=REF)
    _leave_to_any_of(schemas)
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
        "tags": [{"name": name, "description": TAGS[name]} for name in used],
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


def _leave_to_any_of(schema: object) -> None:
    """Take away the format that msgspec gives every time, where `anyOf` says which forms it may have."""
    if isinstance(schema, dict):
        if "anyOf" in schema and schema.get("format") == "date-time":
            del schema["format"]
        schema = list(schema.values())
    if isinstance(schema, list):
        for part in schema:
            _leave_to_any_of(part)


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
        about, schema = PATH[name]
        made.append({"name": name, "in": "path", "required": True, "description": about, "schema": schema})
    for name in route.query:
        about, schema = QUERY[name]
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
            "description": TITLES[status] if status in TITLES else OTHER[status],
            "content": {CONTENT_TYPE: {"schema": PROBLEM}},
        }
    return made


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
