"""The table of routes is the API: what Chalice opens and what the table says are the same doors."""

import app
from chalicelib.api import openapi, shapes
from chalicelib.api.routes import ROUTES, pages, route
from chalicelib.complaints.lifecycle import LEADS_TO, MAY_BRING, NEEDS
from chalicelib.desk.people import ROLES

OPENED = {(method, path): entry for path, methods in app.app.routes.items() for method, entry in methods.items()}


def test_every_door_has_a_row_and_every_row_a_door() -> None:
    rows = [(one.method, one.path) for one in ROUTES]
    assert len(rows) == len(set(rows))
    assert set(rows) == OPENED.keys()


def test_a_door_asks_for_a_token_exactly_where_the_table_names_roles() -> None:
    for one in ROUTES:
        authorizer = OPENED[one.method, one.path].authorizer
        assert (authorizer is not None) == (one.roles is not None), one.path
        assert one.roles is None or set(one.roles) <= set(ROLES)
        assert one.roles != ()


def test_a_case_is_in_the_path_exactly_where_the_row_says_so() -> None:
    assert all(one.case == ("{ticket}" in one.path) for one in ROUTES)


def test_every_action_has_a_shape_that_can_hold_what_the_lifecycle_wants() -> None:
    assert shapes.ACTIONS.keys() == LEADS_TO.keys()
    for action, shape in shapes.ACTIONS.items():
        taken = set(shape.__struct_encode_fields__)
        assert {*NEEDS.get(action, ()), *MAY_BRING.get(action, ())} <= taken, action
        assert shape.__struct_config__.forbid_unknown_fields
        assert route("POST", f"/v1/complaints/{{ticket}}/{action}").request is shape


def test_an_auditor_changes_nothing_and_an_executive_sees_no_case() -> None:
    for one in ROUTES:
        roles = one.roles or ()
        # Who reads everything may have it prepared as a file, too.
        if one.method != "GET" and one.path not in ("/v1/exports", "/v1/evidence"):
            assert "auditor" not in roles, one.path
            assert "executive" not in roles, one.path
        if one.path.startswith("/v1/complaints"):
            assert "executive" not in roles, one.path


def test_pages_are_what_a_role_may_get() -> None:
    assert pages("officer") == ["complaints", "me", "alerts", "city", "export", "exports", "indicators"]
    assert "quarantine" in pages("auditor")
    assert pages("executive") == ["me", "ledger", "alerts", "city", "export", "indicators"]


def test_whatever_the_document_names_is_described() -> None:
    document = openapi.document()
    assert all(tag["description"] != tag["name"] for tag in document["tags"])
    for operations in document["paths"].values():
        for operation in operations.values():
            assert all(one["description"] for one in operation.get("parameters", []))
            assert all(one["description"] for one in operation["responses"].values())
    (dry,) = document["paths"]["/v1/erasures"]["post"]["parameters"]
    assert dry["schema"] == {"type": "string", "enum": ["0", "1"]}
