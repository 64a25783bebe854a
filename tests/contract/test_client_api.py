"""The Python API of the client against the HTTP contract: session, paging, changes, failures."""

import socket
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from aduan_client import auth
from aduan_client.api import Api
from aduan_client.config import Profile
from aduan_client.errors import ApiError, ClientError, ExitCode, SignedOutError, UnreachableError
from aduan_client.tokens import Tokens, read_tokens, write_tokens

from infra.local.ports import free_block
from tests.contract.client_fake import CASE, CLIENT_ID, PASSWORD, City, start


@pytest.fixture
def city() -> Iterator[City]:
    city = City()
    server = start(city)
    yield city
    server.shutdown()
    server.server_close()


@pytest.fixture
def profile(city: City) -> Profile:
    return Profile("kediri", city.api, city.url, CLIENT_ID)


@pytest.fixture
def api(city: City, profile: Profile, tmp_path: Path) -> Api:
    tokens = auth.login(profile, "operator1", PASSWORD, never)
    write_tokens(tmp_path, profile.name, tokens)
    city.asked.clear()
    return Api(profile, auth.Session(profile, tmp_path))


def never() -> str:
    raise AssertionError("no new password was needed")


def cases(count: int) -> list[dict[str, Any]]:
    return [{**CASE, "ticket": f"KDR-{number:04d}"} for number in range(count)]


def test_the_id_token_goes_bare_in_the_header(city: City, api: Api, profile: Profile, tmp_path: Path) -> None:
    assert api.complaint("KDR-7Q4M-2X9D") == CASE
    (asked,) = city.asked
    tokens = read_tokens(tmp_path, profile.name)
    assert tokens is not None
    assert asked.headers["authorization"] == tokens.id_token
    assert asked.headers["user-agent"].startswith("aduan-client/")
    assert "idempotency-key" not in asked.headers
    assert auth.roles(tokens) == ["operator"]


def test_netrc_does_not_take_the_place_of_the_token(
    city: City, api: Api, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("default login somebody password something\n", "utf-8")
    monkeypatch.setenv("NETRC", str(netrc))
    monkeypatch.setattr("aduan_client.api.is_local", lambda url: False)
    assert api.get("/v1/ledger") == city.ledger


def test_an_ended_token_is_renewed_once_and_the_request_repeated(
    city: City, api: Api, profile: Profile, tmp_path: Path
) -> None:
    city.accepted_id.clear()
    assert api.get("/v1/ledger") == city.ledger
    first, second = city.to("/v1/ledger")
    assert first.headers["authorization"] != second.headers["authorization"]
    kept = read_tokens(tmp_path, profile.name)
    assert kept is not None
    assert kept.id_token == second.headers["authorization"]
    assert kept.refresh_token == "refresh-1"  # none came with the renewal
    assert kept.expires_at == pytest.approx(time.time() + 3600, abs=60)


def test_a_change_refused_for_its_token_is_repeated_with_the_same_key(city: City, api: Api) -> None:
    city.accepted_id.clear()
    api.action("KDR-7Q4M-2X9D", "forward", {"decision": "resend"}, 7)
    first, second = city.to("/v1/complaints/KDR-7Q4M-2X9D/forward")
    assert first.headers["idempotency-key"] == second.headers["idempotency-key"]
    assert second.body == {"decision": "resend"}


def test_a_token_about_to_end_is_renewed_before_it_is_used(
    city: City, api: Api, profile: Profile, tmp_path: Path
) -> None:
    kept = read_tokens(tmp_path, profile.name)
    assert kept is not None
    write_tokens(tmp_path, profile.name, replace(kept, expires_at=time.time() + auth.EARLY - 1))
    Api(profile, auth.Session(profile, tmp_path)).get("/v1/ledger")
    (asked,) = city.to("/v1/ledger")
    assert asked.headers["authorization"] != kept.id_token
    write_tokens(tmp_path, profile.name, replace(kept, expires_at=time.time() + auth.EARLY + 60))
    Api(profile, auth.Session(profile, tmp_path)).get("/v1/ledger")
    assert city.to("/v1/ledger")[-1].headers["authorization"] == kept.id_token


def test_a_session_that_cannot_be_renewed_has_ended(city: City, api: Api) -> None:
    city.accepted_id.clear()
    city.accepted_refresh.clear()
    with pytest.raises(SignedOutError) as raised:
        api.get("/v1/ledger")
    assert raised.value.key == "error.session_ended"
    assert len(city.to("/v1/ledger")) == 1


def test_a_token_refused_twice_is_not_renewed_for_ever(city: City, api: Api) -> None:
    city.instead = [(401, "application/json", b'{"message":"Unauthorized"}')] * 2
    with pytest.raises(SignedOutError):
        api.get("/v1/ledger")
    assert len(city.to("/v1/ledger")) == 2


def test_a_busy_sign_in_service_does_not_end_the_session(city: City, api: Api) -> None:
    city.accepted_id.clear()
    city.cognito_instead = [(400, {"__type": "TooManyRequestsException"})]
    with pytest.raises(ClientError) as raised:
        api.get("/v1/ledger")
    assert raised.value.code == ExitCode.UNREACHABLE
    assert api.get("/v1/ledger") == city.ledger


def test_tokens_are_not_sent_to_another_api(profile: Profile, api: Api, tmp_path: Path) -> None:
    for other in (replace(profile, api="https://other.invalid"), replace(profile, client_id="other")):
        with pytest.raises(SignedOutError):
            auth.Session(other, tmp_path)


@pytest.mark.parametrize("count", [0, 1, 100, 101, 230])
def test_every_item_of_a_list_comes_once_and_in_order(city: City, api: Api, count: int) -> None:
    city.cases = cases(count)
    items = [item for page in api.pages("/v1/complaints") for item in page["items"]]
    assert items == city.cases
    assert {asked.query["limit"] for asked in city.asked} == {"100"}
    assert len(city.asked) == max(1, -(-count // 100))


@pytest.mark.parametrize("limit", [1, 99, 100, 101, 150, 230, 500])
def test_a_limit_is_kept_and_the_cursor_goes_on_from_there(city: City, api: Api, limit: int) -> None:
    city.cases = cases(230)
    first = api.listing("/v1/complaints", limit=limit)
    assert first["items"] == city.cases[:limit]
    assert (first["next"] is None) == (limit >= 230)
    if first["next"]:
        rest = api.listing("/v1/complaints", cursor=first["next"])
        assert first["items"] + rest["items"] == city.cases


def test_a_filter_goes_with_every_page(city: City, api: Api) -> None:
    city.cases = [{**case, "status": "closed"} for case in cases(150)] + cases(5)
    assert len(api.listing("/v1/complaints", {"status": "closed"})["items"]) == 150
    assert [asked.query.get("status") for asked in city.asked] == ["closed", "closed"]


def test_a_change_carries_the_version_and_a_key(city: City, api: Api) -> None:
    case = api.action("KDR-7Q4M-2X9D", "forward", {"decision": "arrived", "complaint_id": "99"}, 7, key="once")
    assert (case["version"], case["lapor"]["state"]) == (8, "confirmed")
    (asked,) = city.asked
    assert (asked.method, asked.headers["if-match"], asked.headers["idempotency-key"]) == (
        "POST",
        '"7"',
        "once",
    )


def test_every_change_has_a_key_of_its_own(city: City, api: Api) -> None:
    for _ in range(2):
        with pytest.raises(ApiError):
            api.action("KDR-7Q4M-2X9D", "forward", {"decision": "resend"})
    one, other = city.asked
    assert one.headers["idempotency-key"] != other.headers["idempotency-key"]
    assert "if-match" not in one.headers


@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_reading_is_repeated_when_the_service_falters(city: City, api: Api, status: int) -> None:
    city.instead = [(status, "text/plain", b"later")] * 2
    assert api.get("/v1/ledger") == city.ledger
    assert len(city.asked) == 3


def test_reading_is_not_repeated_for_ever(city: City, api: Api) -> None:
    city.instead = [(503, "text/plain", b"later")] * 9
    with pytest.raises(ApiError) as raised:
        api.get("/v1/ledger")
    assert (raised.value.status, raised.value.code) == (503, ExitCode.UNREACHABLE)
    assert len(city.asked) == 3


@pytest.mark.parametrize("status", [500, 502, 503])
def test_a_change_is_sent_once(city: City, api: Api, status: int) -> None:
    city.instead = [(status, "text/plain", b"later")]
    with pytest.raises(ApiError) as raised:
        api.action("KDR-7Q4M-2X9D", "forward", {"decision": "resend"}, 7)
    assert raised.value.status == status
    assert len(city.asked) == 1


def test_problem_details_are_kept(city: City, api: Api) -> None:
    body = b'{"type":"/problems/move","title":"Tidak boleh","status":409,"detail":"Dari A.","allowed":["verified"]}'
    city.instead = [(409, "application/problem+json; charset=utf-8", body)]
    with pytest.raises(ApiError) as raised:
        api.action("KDR-7Q4M-2X9D", "verify", {})
    error = raised.value
    assert (error.status, error.title, error.detail, error.type) == (
        409,
        "Tidak boleh",
        "Dari A.",
        "/problems/move",
    )
    assert error.extra == {"allowed": ["verified"]}
    assert error.code == ExitCode.CONFLICT


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("application/json", b'{"message":"Internal server error"}'),
        ("text/html", b"<h1>Bad gateway</h1>"),
        ("application/problem+json", b"[]"),
        ("application/problem+json", b"\xff{"),
        ("application/problem+json", b'{"title": 7, "detail": ""}'),
    ],
)
def test_an_error_without_problem_details_has_no_words(city: City, api: Api, kind: str, body: bytes) -> None:
    city.instead = [(500, kind, body)]
    with pytest.raises(ApiError) as raised:
        api.get("/v1/ledger")
    assert (raised.value.status, raised.value.title, raised.value.detail) == (500, None, None)


def test_a_redirect_is_not_followed(city: City, api: Api) -> None:
    city.redirect_to = city.url + "/elsewhere"
    with pytest.raises(ApiError) as raised:
        api.get("/v1/ledger")
    assert raised.value.status == 302
    assert len(city.asked) == 1


@pytest.mark.parametrize("body", [b"<html>", b"\xff\xfe", b"{"])
def test_an_answer_that_is_not_json(city: City, api: Api, body: bytes) -> None:
    city.instead = [(200, "text/html", body)]
    with pytest.raises(ClientError) as raised:
        api.get("/v1/ledger")
    assert raised.value.key == "error.unreadable"


@pytest.mark.parametrize("body", [b"[]", b"{}", b'{"items": {}}'])
def test_a_list_that_is_none(city: City, api: Api, body: bytes) -> None:
    city.instead = [(200, "application/json", body)]
    with pytest.raises(ClientError) as raised:
        api.listing("/v1/complaints")
    assert raised.value.key == "error.unreadable"


def test_a_ticket_cannot_lead_elsewhere(city: City, api: Api) -> None:
    with pytest.raises(ApiError) as raised:
        api.complaint("../ledger?x=1")
    assert raised.value.status == 404
    assert city.asked[0].path == "/api/v1/complaints/..%2Fledger%3Fx%3D1"


def test_nobody_there(profile: Profile, tmp_path: Path) -> None:
    closed = f"http://127.0.0.1:{free_block(1)}"
    away = replace(profile, api=closed, cognito=closed)
    write_tokens(tmp_path, "kediri", Tokens("operator1", "i", "r", time.time() + 3600, closed, CLIENT_ID))
    with pytest.raises(UnreachableError) as raised:
        Api(away, auth.Session(away, tmp_path), retries=0).get("/v1/ledger")
    assert raised.value.key == "error.unreachable"
    assert raised.value.values["host"] == closed.removeprefix("http://")
    with pytest.raises(UnreachableError):
        auth.login(away, "operator1", PASSWORD, never)


def test_no_answer_in_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("auth", "api"):
        monkeypatch.setattr(f"aduan_client.{module}.TIMEOUT", (0.2, 0.2))
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"http://127.0.0.1:{silent.getsockname()[1]}"
        profile = Profile("kediri", address, address, CLIENT_ID)
        write_tokens(tmp_path, "kediri", Tokens("operator1", "i", "r", time.time() + 3600, address, CLIENT_ID))
        with pytest.raises(UnreachableError) as signing_in:
            auth.login(profile, "operator1", PASSWORD, never)
        with pytest.raises(UnreachableError) as reading:
            Api(profile, auth.Session(profile, tmp_path), retries=0).get("/v1/ledger")
    assert signing_in.value.key == reading.value.key == "error.timeout"


@pytest.mark.parametrize(
    ("answer", "key", "code"),
    [
        ((400, {"__type": "UserNotFoundException"}), "error.credentials", ExitCode.SIGNED_OUT),
        ((400, {"__type": "PasswordResetRequiredException"}), "error.password_reset", ExitCode.SIGNED_OUT),
        ((400, {"__type": "x#LimitExceededException"}), "error.busy", ExitCode.UNREACHABLE),
        ((400, {"__type": "ResourceNotFoundException"}), "error.cognito", ExitCode.FAILURE),
        ((503, {}), "error.busy", ExitCode.UNREACHABLE),
        ((200, {"ChallengeName": "SMS_MFA"}), "error.challenge", ExitCode.FAILURE),
        ((200, {}), "error.unreadable", ExitCode.FAILURE),
        ((200, {"AuthenticationResult": {"AccessToken": "a"}}), "error.unreadable", ExitCode.FAILURE),
    ],
)
def test_what_the_sign_in_service_may_say(
    city: City, profile: Profile, answer: tuple[int, dict[str, Any]], key: str, code: ExitCode
) -> None:
    city.cognito_instead = [answer]
    with pytest.raises(ClientError) as raised:
        auth.login(profile, "operator1", PASSWORD, never)
    assert (raised.value.key, raised.value.code) == (key, code)
    assert PASSWORD not in repr(raised.value.values)


def test_a_rotated_refresh_token_is_kept(city: City, profile: Profile) -> None:
    tokens = auth.login(profile, "operator1", PASSWORD, never)
    city.cognito_instead = [
        (200, {"AuthenticationResult": {"IdToken": "n", "RefreshToken": "rotated", "ExpiresIn": 5}})
    ]
    assert auth.refresh(profile, tokens).refresh_token == "rotated"


@pytest.mark.parametrize("token", ["", "a", "a.b.c", "a.!!!!.c", "a.W10.c", "a.bnVsbA.c"])
def test_roles_of_a_token_that_is_none(profile: Profile, token: str) -> None:
    assert auth.roles(Tokens("operator1", token, "r", 0, profile.api, CLIENT_ID)) == []
