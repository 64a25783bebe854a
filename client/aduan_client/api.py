"""The HTTP API in Python: `Api(profile, session).get("/v1/ledger")`."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from importlib.metadata import version as installed_version
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import quote, urlsplit

from aduan_client.config import Profile, is_local
from aduan_client.errors import ApiError, ClientError, SignedOutError, UnreachableError

if TYPE_CHECKING:  # requests takes most of a start-up; it is imported where the first call is made
    import requests

TIMEOUT = (5.0, 30.0)  # seconds to connect, to wait for an answer (API Gateway itself gives up at 29)
PAGE = 100  # the most the API gives at once
PIECE = 1 << 16  # bytes of a download handed on at once
RETRIED = (429, 502, 503, 504)
LONGEST_WAIT = 20  # seconds, whatever a Retry-After asks for
# A ticket without its city's code, and what people write between its parts.
WITHOUT_CODE = re.compile("[0-9A-TV-Z]{8}", re.IGNORECASE)
BETWEEN = re.compile(r"[\s\-\u2010-\u2015_.]")

Page = dict[str, Any]


class IdTokens(Protocol):
    """What the API needs of a session (auth.Session)."""

    def id_token(self) -> str: ...

    def renew(self) -> str: ...


class Api:
    """One city's API for one signed-in person.

    Reading is repeated when the network or the service falters; a change is sent once, with an
    idempotency key, and left to the caller to repeat with the same key. Raises ApiError,
    SignedOutError and UnreachableError.
    """

    def __init__(self, profile: Profile, session: IdTokens, *, retries: int = 2) -> None:
        self._base = profile.api.rstrip("/")
        self._host = urlsplit(profile.api).netloc
        self._session = session
        self._retries = retries
        self._direct = is_local(profile.api)
        self._http: requests.Session | None = None

    def get(self, path: str, params: Mapping[str, Any] | None = None) -> Any:
        """The JSON at a path below the base URL."""
        return self.send("GET", path, params=params)

    def complaint(self, ticket: str) -> Any:
        """One case, as the API gives it."""
        return self.get(self._complaint(ticket))

    def ticket(self, typed: str) -> str:
        """A ticket as typed, with the city's code before it where that was left out."""
        if not WITHOUT_CODE.fullmatch(BETWEEN.sub("", typed)):
            return typed
        try:
            code = (self.get("/v1/city").get("city") or {}).get("code")
        except ApiError:
            return typed  # no configuration: the API knows what it accepts
        return f"{code}-{typed}" if code else typed

    def pages(
        self,
        path: str,
        params: Mapping[str, Any] | None = None,
        *,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> Iterator[Page]:
        """The pages `{"items", "next"}` of a list, at most `limit` items of it, from `cursor` on."""
        left = limit
        while left is None or left > 0:
            query: dict[str, Any] = {**(params or {}), "limit": PAGE if left is None else min(PAGE, left)}
            if cursor:
                query["cursor"] = cursor
            page = self.get(path, query)
            if not isinstance(page, dict) or not isinstance(page.get("items"), list):
                raise ClientError("error.unreadable", host=self._host)
            yield page
            cursor = page.get("next")
            if not cursor:
                return
            if left is not None:
                left -= len(page["items"])

    def listing(
        self,
        path: str,
        params: Mapping[str, Any] | None = None,
        *,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> Page:
        """The pages of a list as one: its items, and the cursor to go on from or None."""
        items: list[Any] = []
        following = None
        for page in self.pages(path, params, limit=limit, cursor=cursor):
            items += page["items"]
            following = page.get("next")
        return {"items": items, "next": following}

    def action(
        self,
        ticket: str,
        name: str,
        body: Mapping[str, Any],
        version: int | None = None,
        *,
        key: str | None = None,
    ) -> Any:
        """Do something with a case: `POST /v1/complaints/{ticket}/{name}`.

        `version` is the one the decision was made on; the API refuses (412) if the case has moved on.
        """
        path = f"{self._complaint(ticket)}/{quote(name, safe='')}"
        return self.send("POST", path, body=body, version=version, key=key)

    def about(self, ticket: str, what: str) -> Any:
        """What belongs to a case: `GET /v1/complaints/{ticket}/{what}` (timeline, similar)."""
        return self.get(f"{self._complaint(ticket)}/{quote(what, safe='')}")

    def earlier_cases(self, phone: str, statuses: Sequence[str] = (), limit: int = PAGE) -> Page:
        """The cases of a caller that have one of these statuses (none named: all), the newest first."""
        body = {"phone": phone, "limit": min(limit, PAGE), **({"status": list(statuses)} if statuses else {})}
        page: Page = self.send("POST", "/v1/callers", body=body)
        return page

    def download(self, path: str, params: Mapping[str, Any], write: Callable[[bytes], object]) -> str | None:
        """Stream an answer to `write`, piece by piece, so that a large one needs no memory; or answer the address
        where it lies, if the API keeps it elsewhere. The session's token has no business there."""
        import requests

        headers = {"Accept": "*/*"}
        answer = self._request("GET", path, params, None, headers, self._session.id_token(), stream=True)
        if answer.status_code == 401:
            answer = self._request("GET", path, params, None, headers, self._session.renew(), stream=True)
        with answer:
            if answer.status_code == 401:
                raise SignedOutError("error.session_ended")
            if answer.status_code == 303:
                return answer.headers["Location"]
            if answer.status_code >= 300:
                raise _problem(answer)
            try:
                for piece in answer.iter_content(PIECE):
                    write(piece)
            except requests.RequestException as error:
                raise UnreachableError(_cause(error), host=self._host) from None
        return None

    def send(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, Any] | None = None,
        body: Mapping[str, Any] | None = None,
        version: int | None = None,
        key: str | None = None,
    ) -> Any:
        """One request and its JSON, the session renewed once if the API says it has ended."""
        return self._json(self._answer(method, path, params, body, version, key))

    def create(self, body: Mapping[str, Any], key: str) -> tuple[bool, Any]:
        """A new case; whether it is new (201), or was there already by its `external_id` (200)."""
        answer = self._answer("POST", "/v1/complaints", None, body, None, key)
        return answer.status_code == 201, self._json(answer)

    def _complaint(self, ticket: str) -> str:
        return f"/v1/complaints/{quote(self.ticket(ticket), safe='')}"

    def _answer(
        self,
        method: str,
        path: str,
        params: Mapping[str, Any] | None,
        body: Mapping[str, Any] | None,
        version: int | None,
        key: str | None,
    ) -> requests.Response:
        headers: dict[str, str] = {}
        if method not in ("GET", "HEAD"):
            headers["Idempotency-Key"] = key or str(uuid.uuid4())
        if version is not None:
            headers["If-Match"] = f'"{version}"'  # RFC 9110: an entity tag is quoted
        answer = self._request(method, path, params, body, headers, self._session.id_token())
        if answer.status_code == 401:
            # Refused before anything was done, so even a change may be sent again.
            answer = self._request(method, path, params, body, headers, self._session.renew())
        if answer.status_code == 401:
            raise SignedOutError("error.session_ended")
        if answer.status_code >= 300:
            raise _problem(answer)
        return answer

    def _json(self, answer: requests.Response) -> Any:
        if not answer.content:
            return None
        try:
            return answer.json()
        except ValueError:
            raise ClientError("error.unreadable", host=self._host) from None

    def _request(
        self,
        method: str,
        path: str,
        params: Mapping[str, Any] | None,
        body: Mapping[str, Any] | None,
        headers: Mapping[str, str],
        id_token: str,
        *,
        stream: bool = False,
    ) -> requests.Response:
        import requests

        if self._http is None:
            self._http = self._open()

        def sign(request: requests.PreparedRequest) -> requests.PreparedRequest:
            # As `auth`, not as a header: requests would let an entry in ~/.netrc overwrite a header.
            request.headers["Authorization"] = id_token
            return request

        try:
            return self._http.request(
                method,
                self._base + path,
                params=params,
                json=body,
                headers=dict(headers),
                auth=sign,
                timeout=TIMEOUT,
                allow_redirects=False,
                stream=stream,
            )
        except requests.RequestException as error:
            raise UnreachableError(_cause(error), host=self._host) from None

    def _open(self) -> requests.Session:
        import requests
        from requests.adapters import HTTPAdapter
        from urllib3.util import Retry

        retry = Retry(
            total=self._retries,
            allowed_methods={"GET"},
            status_forcelist=RETRIED,
            backoff_factor=0.2,
            raise_on_status=False,
            retry_after_max=LONGEST_WAIT,
        )
        http = requests.Session()
        http.trust_env = not self._direct  # a proxy cannot reach this machine's own ports
        http.headers["User-Agent"] = f"aduan-client/{installed_version('aduan-client')}"
        http.headers["Accept"] = "application/json, application/problem+json"
        for scheme in ("https://", "http://"):
            http.mount(scheme, HTTPAdapter(max_retries=retry))
        return http


def _cause(error: requests.RequestException) -> str:
    """The key of the sentence for a request that got no answer."""
    import requests
    from urllib3.exceptions import ReadTimeoutError

    # After its repeats are used up, requests calls a read timeout a ConnectionError: the reason is inside.
    reason = getattr(error.args[0], "reason", None) if error.args else None
    if isinstance(error, requests.Timeout) or isinstance(reason, ReadTimeoutError):
        return "error.timeout"
    return "error.certificate" if isinstance(error, requests.exceptions.SSLError) else "error.unreachable"


def _problem(answer: requests.Response) -> ApiError:
    """The error an answer stands for. Only problem details are words meant for people."""
    details: Any = None
    if answer.headers.get("Content-Type", "").partition(";")[0].strip() == "application/problem+json":
        try:
            details = answer.json()
        except ValueError:
            details = None
    asked = answer.headers.get("Retry-After", "")
    wait = float(asked) if asked.isascii() and asked.isdigit() else None
    if not isinstance(details, dict):
        return ApiError(answer.status_code, retry_after=wait)
    extra = {key: value for key, value in details.items() if key not in ("type", "title", "status", "detail")}
    return ApiError(
        answer.status_code,
        title=_text(details.get("title")),
        detail=_text(details.get("detail")),
        type_=_text(details.get("type")),
        extra=extra,
        retry_after=wait,
    )


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value.strip() else None
