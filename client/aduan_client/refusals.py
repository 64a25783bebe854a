"""What a refusal of the API is told as.

The API's own words are Indonesian. Whoever reads English gets a sentence of the client's, made of what the answer holds
for programs, and the API's words behind it: they may know more.
"""

import re
from collections.abc import Mapping

from aduan_client.errors import ApiError
from aduan_client.words import Words, command_name

SPOKEN = "id"  # the language of the API's `detail`

# For answers that say nothing more.
SENTENCE_OF_STATUS = {
    400: "error.api_400",
    401: "error.session_ended",
    403: "error.api_403",
    404: "error.api_404",
    405: "error.api_405",
    409: "error.api_409",
    412: "error.api_412",
    413: "error.api_413",
    415: "error.api_415",
    422: "error.api_400",
    429: "error.busy",
    502: "error.busy",
    503: "error.busy",
    504: "error.busy",
}

_FIELD = re.compile(r"([a-z_][a-z0-9_.-]*): ", re.IGNORECASE)


def api_sentence(error: ApiError, say: Words) -> str:
    """What an error of the API says to a person: its own detail or title, or a sentence of the catalogue."""
    if say.language != SPOKEN:
        sentence = _own(error, say)
        return say("error.api_said", sentence=sentence, said=error.detail) if error.detail else sentence
    field = error.extra.get("field")
    if error.status == 422 and isinstance(field, str) and not (error.detail or "").startswith(field):
        return say("error.api_field", field=field, detail=error.detail or error.title or "")
    return error.detail or error.title or _own(error, say)


def _own(error: ApiError, say: Words) -> str:
    """The catalogue's sentence for an error: as much as its members tell."""
    allowed, state, version = (error.extra.get(name) for name in ("allowed", "state", "version"))
    if error.status in (400, 422) and (fields := _fields(error)):
        return say("error.api_fields", fields=", ".join(fields))
    if error.status in (403, 409) and isinstance(allowed, list):
        actions = ", ".join(command_name(str(one), say.language) for one in allowed) or say("label.none")
        return say("error.api_403_allowed" if error.status == 403 else "error.api_409_allowed", allowed=actions)
    if error.status == 409 and isinstance(state, str):
        return say("error.api_filing", state=say.term("lapor_state", state))
    if error.status == 412 and version is not None:
        return say("error.api_412_version", version=version)
    return say(SENTENCE_OF_STATUS.get(error.status, "error.api"), status=error.status)


def _fields(error: ApiError) -> list[str]:
    """The members or parameters that are not right: as the answer names them, else as its detail begins."""
    errors = error.extra.get("errors")
    named = [one.get("field") for one in errors if isinstance(one, Mapping)] if isinstance(errors, list) else []
    begun = _FIELD.match(error.detail or "")
    found = [*named, error.extra.get("field"), begun[1] if begun else None]
    return list(dict.fromkeys(one for one in found if isinstance(one, str) and one))
