"""Who is asking: the roles of Cognito's id token, which API Gateway has verified before we are called."""

from typing import Any

from chalice.app import CognitoUserPoolAuthorizer

from chalicelib.desk.people import ROLES, Staff
from chalicelib.problems import Problem

# The template puts the real pool in place of this ARN (infra/resources.yaml).
authorizer = CognitoUserPoolAuthorizer(
    "staff", provider_arns=["arn:aws:cognito-idp:ap-southeast-3:000000000000:userpool/placeholder"]
)


def caller(request: Any) -> Staff:
    """The person behind a request, if his role may knock at this door (routes.py). Raises Problem."""
    from chalicelib.api import routes  # the shapes of the whole API: no webhook pays for them

    person = staff(request)
    route = routes.route(request.method, request.context["resourcePath"])
    if person.role not in (route.roles or ()):
        raise Problem(403, f"Peran {person.role} tidak boleh melakukan ini.")
    return person


def staff(request: Any) -> Staff:
    """The person behind a request. Raises Problem when the token names no role of ours."""
    claims = request.context["authorizer"]["claims"]
    if "cognito:username" not in claims:  # an access token: it names neither role attributes nor department
        raise Problem(401, "Kirim id token Cognito, bukan access token.")
    groups = claims.get("cognito:groups") or ""
    # API Gateway hands a list over as text: "[admin operator]" or "admin,operator".
    names = groups if isinstance(groups, list) else groups.strip("[]").replace(",", " ").split()
    role = next((role for role in ROLES if role in names), None)
    if role is None:
        raise Problem(403, "Akun ini belum memiliki peran.")
    return Staff(claims["cognito:username"], role, claims.get("custom:department") or None)
