"""Who is asking: the roles of Cognito's id token, which API Gateway has verified before we are called."""

from dataclasses import dataclass
from typing import Any

from chalice.app import CognitoUserPoolAuthorizer

from chalicelib.problems import Problem

# The template puts the real pool in place of this ARN (infra/resources.yaml).
authorizer = CognitoUserPoolAuthorizer(
    "staff", provider_arns=["arn:aws:cognito-idp:ap-southeast-3:000000000000:userpool/placeholder"]
)

ROLES = ("admin", "operator", "head", "officer", "executive", "auditor")
CITY_WIDE = ("admin", "operator", "auditor")
DEPARTMENTAL = ("officer", "head")


@dataclass(frozen=True, slots=True)
class Staff:
    """A signed-in person."""

    username: str
    role: str
    department: str | None

    def scope(self) -> str | None:
        """The one department whose cases this person sees, None for all of them. Raises Problem."""
        if self.role in CITY_WIDE:
            return None
        if self.role in DEPARTMENTAL and self.department:
            return self.department
        raise Problem(403, f"Peran {self.role} tidak mencakup data aduan.")


def staff(request: Any) -> Staff:
    """The person behind a request. Raises Problem when the token names no role of ours."""
    claims = request.context["authorizer"]["claims"]
    groups = claims.get("cognito:groups") or ""
    # API Gateway hands a list over as text: "[admin operator]" or "admin,operator".
    names = groups if isinstance(groups, list) else groups.strip("[]").replace(",", " ").split()
    role = next((role for role in ROLES if role in names), None)
    if role is None:
        raise Problem(403, "Akun ini belum memiliki peran.")
    return Staff(claims["cognito:username"], role, claims.get("custom:department") or None)


def allow(person: Staff, *roles: str) -> None:
    """Refuse everybody whose role is not listed. Raises Problem."""
    if person.role not in roles:
        raise Problem(403, f"Peran {person.role} tidak boleh melakukan ini.")
