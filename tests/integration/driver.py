"""A citizen, a provider and a member of staff, as functions over a running cloud's `cloud.json`."""

import hashlib
import hmac
import itertools
import json
import time
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any, TypeVar

import boto3
import requests

SECONDS = 60
ACCOUNT = "106540352242922"

Found = TypeVar("Found")
_number = itertools.count(1)


def phone() -> str:
    """A number nobody has used in this run (without the plus, as WhatsApp writes it)."""
    return f"62899{uuid.uuid4().int % 10**8:08d}"


def wamid() -> str:
    """A message id nobody has used."""
    return f"wamid.{uuid.uuid4().hex.upper()}"


def text(body: str = "Lampu jalan mati di Jl. Dhoho", **more: Any) -> dict[str, Any]:
    """A text message; `more` overrides or adds keys."""
    return {"id": wamid(), "timestamp": "1763712000", "type": "text", "text": {"body": body}, **more}


def payload(*messages: dict[str, Any], contacts: list[dict[str, Any]] | None = None, **more: Any) -> bytes:
    """A webhook body with messages as the provider would post it."""
    value: dict[str, Any] = {"messaging_product": "whatsapp", "metadata": {"phone_number_id": ACCOUNT}, **more}
    if messages:
        value["messages"] = list(messages)
    if contacts is not None:
        value["contacts"] = contacts
    entry = {"id": "102290129340398", "changes": [{"field": "messages", "value": value}]}
    return json.dumps({"object": "whatsapp_business_account", "entry": [entry]}, ensure_ascii=False).encode()


def post(cloud: dict[str, Any], body: bytes, **headers: str | None) -> requests.Response:
    """Deliver a webhook, signed rightly unless `signature` says otherwise (None: no header)."""
    secret = cloud["secrets"]["whatsapp_app_secret"].split()[0]
    right = "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    sent = {"Content-Type": "application/json", "X-Hub-Signature-256": headers.get("signature", right)}
    return requests.post(
        f"{cloud['public_base_url']}/webhooks/whatsapp",
        data=body,
        headers={name: value for name, value in sent.items() if value is not None},
        timeout=SECONDS,
    )


@cache
def _token(endpoint: str, client_id: str, username: str, password: str) -> str:
    answer = requests.post(
        endpoint,
        json={
            "AuthFlow": "USER_PASSWORD_AUTH",
            "ClientId": client_id,
            "AuthParameters": {"USERNAME": username, "PASSWORD": password},
        },
        headers={
            "X-Amz-Target": "AWSCognitoIdentityProviderService.InitiateAuth",
            "Content-Type": "application/x-amz-json-1.1",
        },
        timeout=SECONDS,
    )
    answer.raise_for_status()
    token: str = answer.json()["AuthenticationResult"]["IdToken"]
    return token


def token(cloud: dict[str, Any], role: str) -> str:
    """The id token of the demo user with a role."""
    person = next(person for person in cloud["staff"] if person["role"] == role)
    login = cloud["cognito"]
    return _token(login["endpoint"], login["client_id"], person["username"], person["password"])


def call(
    cloud: dict[str, Any], method: str, path: str, role: str = "admin", body: Any = None, **params: Any
) -> requests.Response:
    """A request of a member of staff."""
    return requests.request(
        method,
        cloud["api"] + path,
        params=params,
        json=body,
        headers={"Authorization": token(cloud, role)},
        timeout=SECONDS,
    )


def case(cloud: dict[str, Any], ticket: str) -> dict[str, Any]:
    """A case as the admin sees it."""
    answer = call(cloud, "GET", f"/v1/complaints/{ticket}")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def cases(cloud: dict[str, Any]) -> list[dict[str, Any]]:
    """All cases, page by page."""
    items: list[dict[str, Any]] = []
    cursor = None
    while True:
        page = call(cloud, "GET", "/v1/complaints", limit=100, **({"cursor": cursor} if cursor else {})).json()
        items += page["items"]
        cursor = page["next"]
        if cursor is None:
            return items


def cases_of(cloud: dict[str, Any], number: str) -> list[dict[str, Any]]:
    """The cases of a citizen by his phone number."""
    return [item for item in cases(cloud) if item["reporter"]["phone"] == f"+{number}"]


def ledger(cloud: dict[str, Any]) -> dict[str, Any]:
    """The no-loss count."""
    counted: dict[str, Any] = call(cloud, "GET", "/v1/ledger").json()
    return counted


def filings(cloud: dict[str, Any], ticket: str) -> list[dict[str, Any]]:
    """What the LAPOR! simulator holds for a ticket."""
    all_filed = requests.get(f"{cloud['lapor_simulator']}/_sim/complaints", timeout=SECONDS).json()
    found = all_filed["items"] if isinstance(all_filed, dict) else all_filed
    return [filed for filed in found if ticket in json.dumps(filed)]


def replies(cloud: dict[str, Any], number: str) -> list[dict[str, Any]]:
    """What was sent to a citizen."""
    sent = requests.get(f"{cloud['outbound_simulator']}/sent", timeout=SECONDS).json()
    return [message for message in sent if message["to"].lstrip("+") == number.lstrip("+")]


def lapor_fault(cloud: dict[str, Any], fault: str | None, **more: Any) -> None:
    """Make the LAPOR! simulator misbehave, or behave again."""
    url = f"{cloud['lapor_simulator']}/_sim/faults"
    if fault is None:
        requests.delete(url, timeout=SECONDS).raise_for_status()
    else:
        requests.put(url, json={"fault": fault, "times": None, **more}, timeout=SECONDS).raise_for_status()


def invoke(cloud: dict[str, Any], job: str, event: dict[str, Any]) -> Any:
    """Run a deployed function now."""
    client = boto3.client(
        "lambda",
        endpoint_url=cloud["aws_endpoint"],
        region_name=cloud["region"],
        aws_access_key_id="test",
        aws_secret_access_key="test",
    )
    answer = client.invoke(FunctionName=cloud["functions"][job], Payload=json.dumps(event).encode())
    outcome = json.loads(answer["Payload"].read() or b"null")
    assert "FunctionError" not in answer, outcome
    return outcome


def scheduled(at: str) -> dict[str, Any]:
    """The event of a schedule at a point in time."""
    return {
        "version": "0",
        "id": str(uuid.uuid4()),
        "detail-type": "Scheduled Event",
        "source": "aws.events",
        "account": "000000000000",
        "time": at,
        "region": "ap-southeast-3",
        "resources": [],
        "detail": {},
    }


def sweep(cloud: dict[str, Any], at: str) -> Any:
    """Run the outbox sweep as at a point in time."""
    return invoke(cloud, "outbox_sweep", scheduled(at))


def until(look: Callable[[], Found | None], what: str, seconds: float = SECONDS) -> Found:
    """Look again and again until there is something true; fail saying what never came."""
    end = time.monotonic() + seconds
    while not (found := look()):
        assert time.monotonic() < end, f"{what} did not happen within {seconds:.0f} s"
        time.sleep(0.2)
    return found


def report(cloud: dict[str, Any]) -> str:
    """One complaint of a citizen nobody knows; its ticket."""
    number = phone()
    assert post(cloud, payload({**text(), "from": number})).json() == {"opened": 1}
    ticket: str = cases_of(cloud, number)[0]["ticket"]
    return ticket


def filed(cloud: dict[str, Any], ticket: str) -> None:
    """Sweep, quarter after quarter of the job's own time, until a case is filed."""
    at = datetime.now(UTC)

    def look() -> str | None:
        nonlocal at
        at += timedelta(minutes=15)
        sweep(cloud, at.strftime("%Y-%m-%dT%H:%M:%SZ"))
        return ticket if case(cloud, ticket)["lapor"]["state"] == "confirmed" else None

    until(look, "filing", seconds=120)
