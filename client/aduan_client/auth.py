"""Signing in to Amazon Cognito by plain HTTPS, and keeping the session alive."""

import base64
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from aduan_client.config import Profile, is_local
from aduan_client.errors import ClientError, ExitCode, SignedOutError, UnreachableError
from aduan_client.tokens import Tokens, read_tokens, write_tokens

TIMEOUT = (5.0, 15.0)  # seconds to connect, to wait for an answer
EARLY = 60.0  # seconds before its end at which a token is no longer used

# Cognito's error names that mean something to the person signing in.
MEANINGS: Mapping[str, tuple[str, ExitCode]] = {
    "NotAuthorizedException": ("error.credentials", ExitCode.SIGNED_OUT),
    "UserNotFoundException": ("error.credentials", ExitCode.SIGNED_OUT),
    "PasswordResetRequiredException": ("error.password_reset", ExitCode.SIGNED_OUT),
    "InvalidPasswordException": ("error.password_policy", ExitCode.REFUSED),
    "TooManyRequestsException": ("error.busy", ExitCode.UNREACHABLE),
    "LimitExceededException": ("error.busy", ExitCode.UNREACHABLE),
}


def login(profile: Profile, username: str, password: str, new_password: Callable[[], str]) -> Tokens:
    """Sign in. `new_password` is asked only if Cognito demands a first change of password."""
    answer = _call(
        profile,
        "InitiateAuth",
        {
            "AuthFlow": "USER_PASSWORD_AUTH",
            "ClientId": profile.client_id,
            "AuthParameters": {"USERNAME": username, "PASSWORD": password},
        },
    )
    if answer.get("ChallengeName") == "NEW_PASSWORD_REQUIRED":
        # Cognito wants its own name of the user here, which an alias such as an e-mail address is not.
        known_as = answer.get("ChallengeParameters", {}).get("USER_ID_FOR_SRP", username)
        answer = _call(
            profile,
            "RespondToAuthChallenge",
            {
                "ChallengeName": "NEW_PASSWORD_REQUIRED",
                "ClientId": profile.client_id,
                "Session": answer.get("Session"),
                "ChallengeResponses": {"USERNAME": known_as, "NEW_PASSWORD": new_password()},
            },
        )
    if answer.get("ChallengeName"):
        raise ClientError("error.challenge", name=answer["ChallengeName"])
    result = _result(profile, answer)
    return Tokens(
        username=username,
        id_token=result["IdToken"],
        refresh_token=result.get("RefreshToken", ""),
        expires_at=_expiry(result),
        api=profile.api,
        client_id=profile.client_id,
    )


def refresh(profile: Profile, tokens: Tokens) -> Tokens:
    """A new id token for the refresh token; SignedOutError if Cognito no longer takes it."""
    try:
        answer = _call(
            profile,
            "InitiateAuth",
            {
                "AuthFlow": "REFRESH_TOKEN_AUTH",
                "ClientId": profile.client_id,
                "AuthParameters": {"REFRESH_TOKEN": tokens.refresh_token},
            },
        )
    except ClientError as error:
        if error.code == ExitCode.SIGNED_OUT:
            raise SignedOutError("error.session_ended") from None
        raise
    result = _result(profile, answer)
    return replace(
        tokens,
        id_token=result["IdToken"],
        # Cognito sends a new refresh token only where the pool rotates them.
        refresh_token=result.get("RefreshToken") or tokens.refresh_token,
        expires_at=_expiry(result),
    )


def revoke(profile: Profile, tokens: Tokens) -> None:
    """Make the refresh token worthless. ClientError if Cognito does not do it."""
    _call(profile, "RevokeToken", {"ClientId": profile.client_id, "Token": tokens.refresh_token})


def roles(tokens: Tokens) -> list[str]:
    """The groups named in the id token, to show them. Nothing is decided by it: the API checks the token."""
    try:
        payload = tokens.id_token.split(".")[1]
        claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
        groups = claims.get("cognito:groups", [])
    except (IndexError, ValueError, AttributeError):
        return []
    return [str(group) for group in groups] if isinstance(groups, list) else [str(groups)]


class Session:
    """A signed-in person: gives the id token and renews it."""

    def __init__(self, profile: Profile, folder: Path) -> None:
        """Take up the kept session of a profile; SignedOutError if there is none for this API."""
        tokens = read_tokens(folder, profile.name)
        if tokens is None or (tokens.api, tokens.client_id) != (profile.api, profile.client_id):
            raise SignedOutError()
        self._profile = profile
        self._folder = folder
        self._tokens = tokens

    def id_token(self) -> str:
        """An id token that has not ended by this machine's clock."""
        if self._tokens.expires_at - EARLY <= time.time():
            return self.renew()
        return self._tokens.id_token

    def renew(self) -> str:
        """Fetch and keep a new id token, whatever the clock says."""
        self._tokens = refresh(self._profile, self._tokens)
        write_tokens(self._folder, self._profile.name, self._tokens)
        return self._tokens.id_token


def _expiry(result: Mapping[str, Any]) -> float:
    return time.time() + float(result.get("ExpiresIn", 0))


def _result(profile: Profile, answer: Mapping[str, Any]) -> Mapping[str, Any]:
    result = answer.get("AuthenticationResult")
    if not isinstance(result, dict) or not isinstance(result.get("IdToken"), str):
        raise ClientError("error.unreadable", host=urlsplit(profile.cognito).netloc)
    return result


def _call(profile: Profile, action: str, body: Mapping[str, Any]) -> Mapping[str, Any]:
    """One action of Cognito's JSON protocol. Errors carry Cognito's name for them, never what was sent."""
    import requests

    host = urlsplit(profile.cognito).netloc
    headers = {
        "Content-Type": "application/x-amz-json-1.1",
        "X-Amz-Target": f"AWSCognitoIdentityProviderService.{action}",
    }
    with requests.Session() as http:
        http.trust_env = not is_local(profile.cognito)  # a proxy cannot reach this machine's own ports
        # An identity provider's answer is final: a redirect would carry the password elsewhere.
        try:
            answer = http.post(
                profile.cognito, json.dumps(body), headers=headers, timeout=TIMEOUT, allow_redirects=False
            )
        except requests.exceptions.SSLError:
            raise UnreachableError("error.certificate", host=host) from None
        except requests.Timeout:
            raise UnreachableError("error.timeout", host=host) from None
        except requests.RequestException:
            raise UnreachableError(host=host) from None
    try:
        content = answer.json() if answer.content else {}
    except ValueError:
        content = None
    if answer.status_code == 200 and isinstance(content, dict):
        return content
    if answer.status_code >= 500:
        raise UnreachableError("error.busy")
    if not isinstance(content, dict):
        raise ClientError("error.unreadable", host=host)
    name = str(content.get("__type", answer.status_code)).rpartition("#")[2]
    key, code = MEANINGS.get(name, ("error.cognito", ExitCode.FAILURE))
    raise ClientError(key, code, name=name)
