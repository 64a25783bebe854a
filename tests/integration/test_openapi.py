"""Schemathesis reads /openapi.json of the deployed API and sends what it allows, and what it does not: no answer may
be one the document does not name, no bad request may be taken, no request may end in a server error."""

import json
from typing import Any

import msgspec
import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from schemathesis.checks import load_all_checks

from chalicelib.api import openapi, shapes
from chalicelib.api.routes import ROUTES
from tests.integration import driver as d
from tests.integration.desk import OWN, enter

Cloud = dict[str, Any]

load_all_checks()
# What API Gateway cannot answer: it knows pairs of method and path, and says 404 for a pair it does not know.
NOT_OURS = ("unsupported_method", "allow_header_conformance")
# What a shape cannot say (a department that the city does not have, a cursor of another list, a version long gone) is
# refused as well; so a body that fits its shape may still be 400, 412 or 422.
ALSO_RIGHT = ["2xx", "303", "400", "401", "403", "404", "409", "412", "422"]
BOUNDED = settings(
    max_examples=8,
    derandomize=True,  # the same requests in every run
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.generate],
)


@pytest.fixture(scope="module")
def tickets(cloud: Cloud) -> dict[str, str]:
    """A case for each test, that every action may do its worst to."""
    return {role: enter(cloud, department=OWN)["ticket"] for role in ("admin", "officer")}


REFUSED = ["400", "401", "403", "404", "405", "409", "412", "413", "415", "422"]


def checked(coverage: bool) -> schemathesis.BaseSchema:
    """The document that the deployed API answers (below), read here so that each operation is a test of its own.
    `coverage`: also every boundary of every member, dozens of requests for each operation."""
    checks: dict[str, Any] = {name: {"enabled": False} for name in NOT_OURS}
    checks["positive_data_acceptance"] = {"expected-statuses": ALSO_RIGHT}
    checks["negative_data_rejection"] = {"expected-statuses": REFUSED}
    settled = {"checks": checks, "phases": {"coverage": {"enabled": coverage}}}
    return schemathesis.openapi.from_dict(openapi.document(), config=schemathesis.Config.from_dict(settled))


# The actions share their code and most of their members, and a city file is one long text, a file is
# like another: they get fewer requests.
ACTION = f"^/v1/complaints/{{ticket}}/({'|'.join(shapes.ACTIONS)})$"
SAMPLED = f"{ACTION}|^/v1/(city|export|evidence)"
thorough = checked(coverage=True).exclude(path_regex=SAMPLED)
quick = checked(coverage=False).include(path_regex="^/v1/(complaints|export)")
sampled = checked(coverage=False).include(path_regex=SAMPLED)


def send(cloud: Cloud, case: schemathesis.Case[Any], role: str, ticket: str) -> None:
    # A number out of the air is no case; half of the requests are about one that exists.
    if "ticket" in (case.path_parameters or {}) and len(str(case.path_parameters["ticket"])) % 2:
        case.path_parameters["ticket"] = ticket
    headers = {"Authorization": d.token(cloud, role)}
    case.call_and_validate(base_url=cloud["api"], headers=headers, allow_redirects=False, timeout=d.SECONDS)


@thorough.parametrize()
@BOUNDED
def test_an_admin_can_break_nothing(cloud: Cloud, tickets: dict[str, str], case: schemathesis.Case[Any]) -> None:
    send(cloud, case, "admin", tickets["admin"])


@sampled.parametrize()
@settings(BOUNDED, max_examples=5)
def test_no_action_can_be_broken(cloud: Cloud, tickets: dict[str, str], case: schemathesis.Case[Any]) -> None:
    send(cloud, case, "admin", tickets["admin"])


@quick.parametrize()
@settings(BOUNDED, max_examples=2)
def test_an_officer_can_break_nothing(cloud: Cloud, tickets: dict[str, str], case: schemathesis.Case[Any]) -> None:
    send(cloud, case, "officer", tickets["officer"])


def test_the_document_is_public_and_names_every_door(cloud: Cloud) -> None:
    answer = requests.get(f"{cloud['api']}/openapi.json", timeout=d.SECONDS)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/json")
    document = answer.json()
    assert document == json.loads(msgspec.json.encode(openapi.document()))
    assert document["openapi"] == "3.1.0"
    doors = {(method.upper(), path) for path, methods in document["paths"].items() for method in methods}
    assert doors == {(route.method, route.path) for route in ROUTES}


BROKEN: list[tuple[str, str, dict[str, Any]]] = [
    ("GET", "/v1/complaints", {"params": {"limit": "9" * 5000}}),
    ("GET", "/v1/complaints", {"params": {"limit": ""}}),
    ("GET", "/v1/complaints", {"params": {"updated_after": "0001-01-01T00:00:00+07:00"}}),
    ("GET", "/v1/complaints", {"params": {"received_before": "9999-12-31T23:59:59-07:00"}}),
    ("GET", "/v1/complaints", {"params": {"cursor": "W1tbW1tb" * 100}}),
    ("GET", "/v1/quarantine", {"params": {"cursor": "eyJhIjogMX0="}}),
    ("GET", "/v1/quarantine", {"params": {"cursor": "eyJscGsiOiB7IlMiOiAiQ0FTRSJ9fQ=="}}),
    ("POST", "/v1/complaints", {"data": "[" * 100_000}),
    ("POST", "/v1/complaints", {"data": b"\xff\xfe"}),
    ("POST", "/v1/complaints", {"data": "x=1", "headers": {"Content-Type": "text/xml"}}),
]


@pytest.mark.parametrize("broken", BROKEN, ids=lambda broken: str(broken)[:60])
def test_nonsense_is_refused_as_a_problem(cloud: Cloud, broken: tuple[str, str, dict[str, Any]]) -> None:
    method, path, more = broken
    headers = {"Authorization": d.token(cloud, "operator"), "Content-Type": "application/json"}
    headers |= more.get("headers", {})
    answer = requests.request(method, cloud["api"] + path, timeout=d.SECONDS, **{**more, "headers": headers})
    assert answer.status_code in (400, 415, 422), answer.text
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["status"] == answer.status_code


@pytest.mark.parametrize("since", ["2010-01-01T00:00:00Z", "0001-01-02T00:00:00Z", "9999-12-30T00:00:00Z"])
def test_a_far_away_time_is_answered_within_the_functions_time(cloud: Cloud, since: str) -> None:
    answer = d.call(cloud, "GET", "/v1/complaints", "operator", updated_after=since)
    assert answer.status_code == 200, answer.text


def test_an_access_token_is_no_id_token(cloud: Cloud) -> None:
    person = next(person for person in cloud["staff"] if person["role"] == "admin")
    login = cloud["cognito"]
    answer = requests.post(
        login["endpoint"],
        json={
            "AuthFlow": "USER_PASSWORD_AUTH",
            "ClientId": login["client_id"],
            "AuthParameters": {"USERNAME": person["username"], "PASSWORD": person["password"]},
        },
        headers={
            "X-Amz-Target": "AWSCognitoIdentityProviderService.InitiateAuth",
            "Content-Type": "application/x-amz-json-1.1",
        },
        timeout=d.SECONDS,
    )
    token = answer.json()["AuthenticationResult"]["AccessToken"]
    refused = requests.get(f"{cloud['api']}/v1/me", headers={"Authorization": token}, timeout=d.SECONDS)
    assert (refused.status_code, refused.headers["Content-Type"]) == (401, "application/problem+json")
