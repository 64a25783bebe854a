"""The SP4N-LAPOR! v3 client. Every failure is one of the errors in `errors.py`; no body is ever logged.

Connections are not kept: one that slept in a frozen function breaks on the next call, and nobody can tell
the fate of a filing that broke there.

Filing needs `create`, `upload` and `ask`. The rest of v3 (`detail`, `followups`, `add_followup`, `reject`,
`institutions`, `templates`) is here for keeping in step with a filed case; only its contract tests call it so far.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import msgspec
import requests
import urllib3.exceptions
from requests.auth import AuthBase

from chalicelib.lapor import answers, errors
from chalicelib.lapor.answers import Detail, Filed, LogEntry, Named

_MOST_PAGES = 200
_INSTITUTIONS = "/masters/institutions/external"
_NO_ANSWER = (requests.RequestException, urllib3.exceptions.HTTPError, OSError)
_UNREADABLE = (*_NO_ANSWER, msgspec.DecodeError, ValueError, RecursionError)


@dataclass(frozen=True)
class LaporSettings:
    """Where LAPOR! is and how to be let in.

    The two values are sent as they are: `auth_value` includes "Bearer " where the gateway wants it.
    `read_timeout`: seconds between two pieces of an answer, and for its body as a whole.
    """

    base_url: str
    auth_header: str
    auth_value: str = field(repr=False)
    token_header: str
    token_value: str = field(repr=False)
    create_path: str = "/complaints/complaint"
    connect_timeout: float = 3.05
    read_timeout: float = 20.0
    max_answer_bytes: int = 4_000_000

    def __post_init__(self) -> None:
        if not self.base_url.startswith(("https://", "http://")):
            raise ValueError("the LAPOR! base URL must begin with https:// or http://")
        for name, value in ((self.auth_header, self.auth_value), (self.token_header, self.token_value)):
            # http.client would put the value into its message
            if not f"{name}{value}".isprintable() or not f"{name}{value}".isascii() or not name:
                raise ValueError("a LAPOR! header name or credential holds characters no header may carry")


@dataclass(frozen=True)
class Document:
    """A file to send: its name, bytes and MIME type."""

    name: str
    content: bytes = field(repr=False)
    mime: str = "application/octet-stream"


@dataclass(frozen=True)
class FollowUp:
    """What a department tells LAPOR! about a complaint, in at most 1000 characters; ids are LAPOR!'s own."""

    complaint_id: str
    content: str = field(repr=False)
    institution_from_id: str
    institution_to_id: str
    user_id: str
    template_code: str
    info_disposition: str = "-"
    rating: int = 0
    secret: bool = False


class _Credentials(AuthBase):
    """Both headers. As an `auth` object, so that no netrc entry of the machine can take their place."""

    def __init__(self, settings: LaporSettings) -> None:
        self._headers = {
            settings.auth_header: settings.auth_value,
            settings.token_header: settings.token_value,
        }

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers.update(self._headers)
        return request


class LaporClient:
    """Speaks to one SP4N-LAPOR! gateway; one client per thread. `session` must not retry by itself."""

    def __init__(self, settings: LaporSettings, session: requests.Session | None = None) -> None:
        self._settings = settings
        self._session = session or requests.Session()
        self._credentials = _Credentials(settings)

    def create(self, body: Mapping[str, Any]) -> Filed:
        """File a complaint (`mapping.create_body`). Raises Retryable, Rejected or Ambiguous.

        Save the id before the next call: LAPOR! has no idempotency key.
        """
        answer = self._call("POST", self._settings.create_path, repeatable=False, json=body)
        filed = answers.filed_of(answer)
        if filed is None:
            raise errors.Ambiguous("2xx without a complaint id")
        return filed

    def upload(self, documents: Sequence[Document]) -> list[str]:
        """Upload files; their document ids, in the same order. Raises Retryable or Rejected."""
        files = [("attachments[]", (one.name, one.content, one.mime)) for one in documents]
        answer = self._call("POST", "/complaints/complaint/file", repeatable=True, files=files)
        ids = answers.document_ids_of(answer)
        if len(ids) != len(documents):
            raise errors.Retryable("2xx with another number of document ids than files")
        return ids

    def detail(self, complaint_id: str) -> Detail:
        """The complaint as it stands at LAPOR!. Raises Retryable or Rejected."""
        answer = self._call("GET", f"/complaints/{_in_path(complaint_id)}/complaint", repeatable=True)
        detail = answers.detail_of(answer)
        if detail is None:
            raise errors.Retryable("2xx without the complaint")
        return detail

    def followups(self, complaint_id: str) -> tuple[LogEntry, ...]:
        """All follow-ups, oldest first, over all pages. Raises Retryable or Rejected."""
        return answers.logs_of(self._pages(f"/complaints/{_in_path(complaint_id)}/followups", {}))

    def add_followup(self, followup: FollowUp, documents: Sequence[Document] = ()) -> None:
        """Add a department's follow-up. Raises Retryable, Rejected or Ambiguous."""
        fields = {
            "user_id": followup.user_id,
            "institution_from_id": followup.institution_from_id,
            "institution_to_id": followup.institution_to_id,
            "complaint_id": followup.complaint_id,
            "info_disposition": followup.info_disposition,
            "template_code": followup.template_code,
            "rating": str(followup.rating),
            "is_secret": str(int(followup.secret)),
            "content": followup.content,
        }
        # As parts without a file name, fields stay multipart even when no file goes along.
        parts: list[tuple[str, Any]] = [(name, (None, value)) for name, value in fields.items()]
        parts += [(f"attachment[{at}]", (one.name, one.content, one.mime)) for at, one in enumerate(documents)]
        self._call("POST", "/complaints/followup/add", repeatable=False, files=parts)

    def reject(self, complaint_id: str, institution_id: str, description: str) -> None:
        """Hand a complaint on, as "not our authority". Raises Retryable, Rejected or Ambiguous."""
        body = {
            "is_request": 1,
            "reason": institution_id,  # so named over there; it is an institution's id
            "reason_description": description,
            "not_authority": 1,
        }
        self._call("POST", f"/complaints/process/{_in_path(complaint_id)}/reject", repeatable=False, json=body)

    def ask(self) -> None:
        """Ask something that changes nothing, to learn whether anybody is there. Raises Retryable.

        A refusal is an answer: not every gateway offers this list.
        """
        with suppress(errors.Rejected):
            self._call("GET", _INSTITUTIONS, repeatable=True, params={"page_size": "1", "page": "1"})

    def institutions(self) -> tuple[Named, ...]:
        """The institutions a complaint can be handed on to. Raises Retryable or Rejected."""
        return answers.named_of(self._pages(_INSTITUTIONS, {"page_size": "1000"}))

    def templates(self) -> list[dict[str, Any]]:
        """The reply templates, as LAPOR! sends them. Raises Retryable or Rejected."""
        return [row for row in self._pages("/masters/templates", {"page_size": "1000"}) if isinstance(row, dict)]

    def _pages(self, path: str, params: Mapping[str, str]) -> Iterator[Any]:
        """The rows of all pages. `next_page_url` only says that there is more; its address is not followed."""
        for page in range(1, _MOST_PAGES + 1):
            answer = self._call("GET", path, repeatable=True, params={**params, "page": str(page)})
            rows = answers.at(answer, "results", "data")
            if not isinstance(rows, list):
                raise errors.Retryable("2xx without a list")
            yield from rows
            if not rows or not answers.at(answer, "results", "next_page_url"):
                return
        raise errors.Retryable(f"more than {_MOST_PAGES} pages")

    def _call(self, method: str, path: str, *, repeatable: bool, **request: Any) -> dict[str, Any]:
        """One call; its answer as an object, or the error that says what became of it."""
        settings, session = self._settings, self._session
        url = settings.base_url.rstrip("/") + path
        prepared = session.prepare_request(
            requests.Request(method, url, headers={"Accept": "application/json"}, auth=self._credentials, **request)
        )
        environment = session.merge_environment_settings(url, {}, stream=True, verify=None, cert=None)
        timeout = (settings.connect_timeout, settings.read_timeout)
        session.close()  # drops idle connections only: this call opens its own
        try:
            response = session.send(prepared, timeout=timeout, allow_redirects=False, **environment)
        except _NO_ANSWER as failure:
            raise errors.error_of_failure(failure, repeatable=repeatable) from None
        with response:
            wait = errors.retry_after_seconds(response.headers.get("Retry-After"), datetime.now(UTC))
            error = errors.error_of_status(response.status_code, repeatable=repeatable, retry_after=wait)
            if error is not None:
                raise error
            try:
                answer = msgspec.json.decode(self._body_of(response))
            except _UNREADABLE as failure:
                reason = f"unreadable 2xx ({type(failure).__name__})"
                raise errors.unknown(reason, repeatable=repeatable) from None
        if not isinstance(answer, dict):
            raise errors.unknown("2xx that is no object", repeatable=repeatable)
        return answer

    def _body_of(self, response: requests.Response) -> bytes:
        """The body, as long as it comes in time and within the cap; ValueError otherwise."""
        deadline = time.monotonic() + self._settings.read_timeout
        body = bytearray()
        while piece := response.raw.read1(65_536, decode_content=True):
            body += piece
            if len(body) > self._settings.max_answer_bytes:
                raise ValueError("answer too large")
            if time.monotonic() > deadline:
                raise ValueError("answer too slow")
        return bytes(body)


def _in_path(complaint_id: str) -> str:
    """`complaint_id`, if it can stand in a path as it is; ValueError otherwise."""
    if answers.id_of(complaint_id) != complaint_id:
        raise ValueError("not a LAPOR! complaint id")
    return complaint_id
