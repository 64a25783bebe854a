"""Nobody reads or changes what his role does not cover: every role at every door of the table, with a case of his own
department and with another's. A door without a row fails tests/unit/test_routes.py; a row without an example, here."""

from typing import Any

import pytest
import requests

from chalicelib.api.routes import CASE, ROUTES, Route
from chalicelib.complaints.lifecycle import LEADS_TO, roles_of
from chalicelib.desk.people import CITY_WIDE, ROLES
from tests.integration import driver as d
from tests.integration.desk import OTHER, OWN, act, enter

Cloud = dict[str, Any]

# A body for every door that takes one: good enough to get past the shape, whatever it then does.
NOTE = {"note": "karena"}
BODIES: dict[tuple[str, str], Any] = {
    ("POST", "/v1/complaints"): {"channel": "field", "text": "Trotoar ambles"},
    ("POST", "/v1/complaints/{ticket}/attachments"): {"name": "a.jpg", "type": "image/jpeg", "size": 5},
    ("POST", "/v1/complaints/{ticket}/forward"): {"decision": "resend"},
    ("POST", "/v1/complaints/{ticket}/verify"): {},
    ("POST", "/v1/complaints/{ticket}/assign"): {"department": OWN},
    ("POST", "/v1/complaints/{ticket}/transfer"): {"department": "dishub", **NOTE},
    ("POST", "/v1/complaints/{ticket}/start"): {},
    ("POST", "/v1/complaints/{ticket}/wait"): {"text": "di mana?"},
    ("POST", "/v1/complaints/{ticket}/resume"): {},
    ("POST", "/v1/complaints/{ticket}/respond"): {"text": "sudah"},
    ("POST", "/v1/complaints/{ticket}/close"): {},
    ("POST", "/v1/complaints/{ticket}/reject"): {"reason": "spam"},
    ("POST", "/v1/complaints/{ticket}/merge"): {"duplicate_of": "KDR-0000-0000"},
    ("POST", "/v1/complaints/{ticket}/reopen"): NOTE,
    ("POST", "/v1/complaints/{ticket}/extend"): {"clock": "closing", **NOTE},
    ("POST", "/v1/complaints/{ticket}/note"): {"text": "catatan"},
    ("POST", "/v1/complaints/{ticket}/attach"): {
        "attachment": {"id": "0123456789abcdef", "name": "a.jpg", "type": "image/jpeg", "size": 5}
    },
    ("POST", "/v1/complaints/{ticket}/set"): {"changes": {"secret": True}},
    ("POST", "/v1/callers"): {"phone": "081234567890"},
    ("POST", "/v1/erasures"): {"ticket": "KDR-0000-0000", "reason": "permintaan"},
    ("POST", "/v1/city/check"): {"toml": "x"},
    ("POST", "/v1/complaints/{ticket}/survey"): {"element": "U4", "score": 4},
    ("POST", "/v1/replays/{name}"): {"from": 1, "to": 1},
    ("PUT", "/v1/city"): {"toml": "x"},
    ("POST", "/v1/exports"): {"from": "2025-01-01", "to": "2025-01-02"},
    ("POST", "/v1/evidence"): {"year": 2025},
}
# What a door cannot be asked without.
QUERIES = {f"/v1/export.{kind}": {"from": "2025-01-01", "to": "2025-01-02"} for kind in ("csv", "xlsx")}
GUARDED = [route for route in ROUTES if route.roles is not None]


def name(route: Route) -> str:
    return f"{route.method} {route.path}"


def knock(cloud: Cloud, route: Route, role: str, ticket: str = "") -> requests.Response:
    body = BODIES[route.method, route.path] if route.request else None
    path = route.path.replace("{ticket}", ticket).replace("{id}", "0" * 32).replace("{name}", "madiun-2021")
    path = path.replace("{period}", "2025-01").replace("{file}", "report.pdf").replace("{queue}", "sie")
    return d.call(cloud, route.method, path, role, body, **QUERIES.get(route.path, {}))


@pytest.fixture(scope="module")
def shared(cloud: Cloud) -> dict[str, str]:
    """A case of the demo officers' department and one of another, which no refused request may change."""
    return {department: enter(cloud, department=department)["ticket"] for department in (OWN, OTHER)}


@pytest.mark.parametrize("route", GUARDED, ids=name)
def test_every_role_at_every_door(cloud: Cloud, shared: dict[str, str], route: Route) -> None:
    for role in ROLES:
        allowed = role in (route.roles or ())
        for department in (OWN, OTHER) if route.case else ("",):
            fresh = allowed and route.case and route.method != "GET"
            ticket = enter(cloud, department=department)["ticket"] if fresh else shared.get(department, "")
            answer = knock(cloud, route, role, ticket)
            what = f"{role}, {department}: {answer.status_code} {answer.text[:300]}"
            if not allowed:
                assert answer.status_code == 403, what
            elif route.case and department == OTHER and role not in CITY_WIDE:
                assert answer.status_code == 404, what
            elif "{id}" in route.path or "{file}" in route.path:
                assert answer.status_code == 404, what  # let in, but nothing has that id
            else:
                assert answer.status_code in (200, 201, 202, 409, 422), what
            if answer.status_code >= 400:
                assert answer.headers["Content-Type"] == "application/problem+json", what
                assert ticket == "" or ticket not in answer.text


# What the desk does first, so that an action can succeed; a case of the own department unless it must have none yet.
ANSWERED = (("respond", {"text": "sudah"}),)
BEFORE: dict[str, tuple[tuple[str, dict[str, Any]], ...]] = {
    "resume": (("wait", {"text": "di mana?"}),),
    "close": ANSWERED,
    "reopen": ANSWERED,
    "extend": (("set", {"changes": {"class": "public_information"}}),),
}
UNASSIGNED = ("verify", "assign")


@pytest.mark.parametrize("action", LEADS_TO)
def test_who_may_do_something_can(cloud: Cloud, action: str) -> None:
    for role in (role for role in ROLES if role in roles_of(action)):
        ticket = enter(cloud, **({} if action in UNASSIGNED else {"department": OWN}))["ticket"]
        for step, data in BEFORE.get(action, ()):
            act(cloud, ticket, step, **data)
        body = dict(BODIES["POST", f"{CASE}/{action}"])
        if action == "merge":
            body["duplicate_of"] = enter(cloud, department=OWN)["ticket"]
        elif action == "extend":
            body["clock"] = "resolution"
        elif action == "attach":
            body["attachment"] = {**body["attachment"], "id": uploaded(cloud, ticket, role)}
        act(cloud, ticket, action, role, **body)


def uploaded(cloud: Cloud, ticket: str, role: str) -> str:
    """A file of five bytes in its place; the place's id."""
    about = BODIES["POST", f"{CASE}/attachments"]
    place = d.call(cloud, "POST", f"/v1/complaints/{ticket}/attachments", role, about).json()
    upload = place["upload"]
    sent = requests.request(
        upload["method"], upload["url"], data=b"12345", headers=upload["headers"], timeout=d.SECONDS
    )
    assert sent.ok, sent.text
    identifier: str = place["id"]
    return identifier


def test_no_refused_request_changed_anything(cloud: Cloud, shared: dict[str, str]) -> None:
    for ticket in shared.values():
        case = d.case(cloud, ticket)
        assert (case["version"], case["status"]) == (1, "assigned")


@pytest.mark.parametrize("route", ROUTES, ids=name)
def test_without_a_token_only_public_doors_open(cloud: Cloud, shared: dict[str, str], route: Route) -> None:
    path = route.path.replace("{ticket}", shared[OWN])
    answer = requests.request(route.method, cloud["api"] + path, json={}, timeout=d.SECONDS)
    if route.roles is not None:
        assert answer.status_code == 401
        forged = requests.request(
            route.method, cloud["api"] + path, json={}, headers={"Authorization": "x.y.z"}, timeout=d.SECONDS
        )
        assert forged.status_code == 401
    else:
        # Webhooks have a lock of their own, and a link that nobody signed leads nowhere.
        assert answer.status_code in (200, 401, 403) or ("{token}" in path and answer.status_code in (404, 415))
        assert shared[OWN] not in answer.text


@pytest.mark.parametrize("role", ["officer", "head"])
def test_no_list_shows_another_department(cloud: Cloud, shared: dict[str, str], role: str) -> None:
    questions: list[dict[str, Any]] = [
        {},
        {"queue": "1"},
        {"q": shared[OTHER]},
        {"q": shared[OTHER][4:8]},
        {"department": OTHER},
        {"department": OTHER, "queue": "1"},
        {"status": "assigned"},
        {"updated_after": "2026-01-01T00:00:00Z"},
        {"due_before": "2099-01-01T00:00:00Z"},
        {"received_after": "2020-01-01T00:00:00Z"},
    ]
    for question in questions:
        answer = d.call(cloud, "GET", "/v1/complaints", role, limit=100, **question)
        assert answer.status_code == 200, question
        assert {case["department"] for case in answer.json()["items"]} <= {OWN}, question
        assert shared[OTHER] not in answer.text
    assert d.call(cloud, "POST", "/v1/callers", role, {"phone": "081234567890"}).status_code == 403


def test_who_stays_anonymous_stays_so_for_the_department_and_not_for_the_desk(cloud: Cloud) -> None:
    person = {"name": "Kutilang", "phone": "+6281234500099", "anonymous": True}
    said = {"text": "Saya Kutilang, hp 081234500099. Jalan berlubang di Jl. Dhoho", "note": "Kutilang menelepon"}
    ticket = enter(cloud, department=OWN, reporter=person, **said)["ticket"]
    for role in ("officer", "head"):
        seen = d.call(cloud, "GET", f"/v1/complaints/{ticket}", role)
        assert seen.json()["reporter"] == {"name": None, "phone": None, "handle": None, "anonymous": True}
        listed = d.call(cloud, "GET", "/v1/complaints", role, q=ticket)
        assert seen.json()["text"] == "Saya [nama], hp [telepon]. Jalan berlubang di Jl. Dhoho"
        lines = d.call(cloud, "GET", f"/v1/complaints/{ticket}/timeline", role)
        assert lines.json()["items"][0]["data"]["note"] == "[nama] menelepon"
        for secret in ("Kutilang", "81234500099"):
            assert secret not in seen.text + listed.text + lines.text
    for role in ("operator", "auditor"):
        whole = d.call(cloud, "GET", f"/v1/complaints/{ticket}", role).json()
        assert (whole["reporter"]["name"], whole["text"]) == ("Kutilang", said["text"])
        lines = d.call(cloud, "GET", f"/v1/complaints/{ticket}/timeline", role)
        assert lines.json()["items"][0]["data"]["note"] == said["note"]


def test_a_cursor_of_the_city_opens_nothing_for_a_department(cloud: Cloud) -> None:
    for _ in range(2):
        enter(cloud, department=OTHER)
    page = d.call(cloud, "GET", "/v1/complaints", "operator", limit=1).json()
    assert d.call(cloud, "GET", "/v1/complaints", "officer", limit=1, cursor=page["next"]).status_code == 400
    theirs = d.call(cloud, "GET", "/v1/complaints", "operator", limit=1, department=OTHER).json()
    assert d.call(cloud, "GET", "/v1/complaints", "officer", limit=1, cursor=theirs["next"]).status_code == 400
