"""Demo staff in the local cloud's user pool: one for each role, named after it."""

import secrets
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

DEPARTMENT = "dpupr"  # of the demo city
ROLES: tuple[tuple[str, str, str | None], ...] = (
    ("admin1", "admin", None),
    ("operator1", "operator", None),
    ("officer1", "officer", DEPARTMENT),
    ("head1", "head", DEPARTMENT),
    ("executive1", "executive", None),
    ("auditor1", "auditor", None),
)

Person = dict[str, str | None]


def with_passwords(known: Sequence[Mapping[str, str | None]]) -> list[Person]:
    """The demo staff; who had a password keeps it."""
    passwords = {person["username"]: person["password"] for person in known}
    return [
        {
            "username": name,
            # The pool wants a small letter, a capital and a digit.
            "password": passwords.get(name) or f"{secrets.token_urlsafe(15)}-aA1",
            "role": role,
            "department": department,
        }
        for name, role, department in ROLES
    ]


def ensure(cognito: Any, pool: str, staff: Sequence[Mapping[str, str | None]]) -> None:
    """Bring the pool to `staff`, whatever is there already."""
    for person in staff:
        user = {"UserPoolId": pool, "Username": person["username"]}
        attributes = [{"Name": "email", "Value": f"{person['username']}@aduan.example"}]
        if person["department"]:
            attributes.append({"Name": "custom:department", "Value": person["department"]})
        with suppress(cognito.exceptions.UsernameExistsException):
            cognito.admin_create_user(**user, MessageAction="SUPPRESS", UserAttributes=attributes)
        cognito.admin_set_user_password(**user, Password=person["password"], Permanent=True)
        cognito.admin_add_user_to_group(**user, GroupName=person["role"])
