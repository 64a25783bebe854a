"""The story that `make up` tells: one WhatsApp complaint through the whole chain of the local cloud.

`python -m infra.local.demo` applies the demo city, delivers one signed webhook and watches what becomes of it. Run
again, it delivers the same webhook again, byte for byte, as WhatsApp does when it is not sure: nothing may change.
"""

import hashlib
import hmac
import itertools
import json
import secrets
import sys
import textwrap
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import requests

from infra.local.cloud import Cloud
from infra.package import ROOT

CITY = ROOT / "infra/cities/kediri.toml"
TEXT = (
    "Lampu penerangan jalan di Jl. Dhoho depan Stasiun Kediri mati sudah tiga malam. "
    "Gelap sekali dan sudah ada pengendara motor yang jatuh. Mohon segera diperbaiki."
)
# A number that no operator gives out.
SENDER = "6280000000001"
ACCOUNT = "100000000000001"
PATIENCE_SECONDS = 60.0
REQUEST_SECONDS = 30.0
OUTCOMES = ("opened", "appended", "duplicates", "quarantined", "control")

Found = TypeVar("Found")


class DemoFailed(RuntimeError):
    """The chain did not do what it must; the message says where it stopped."""


def main() -> int:
    """The command line."""
    cloud = Cloud(ROOT)
    known = cloud.known()
    if not known:
        print("There is no local cloud yet; start it with: make up", file=sys.stderr)
        return 1
    try:
        tell(known, cloud.home / "demo.json")
    except (DemoFailed, requests.RequestException) as failure:
        print(f"The demonstration failed: {failure}", file=sys.stderr)
        return 1
    return 0


def tell(cloud: dict[str, Any], memory: Path) -> None:
    """Run the story and print it. `memory` keeps what was delivered. Raises DemoFailed."""
    staff = Staff(cloud, "admin1")
    answer = staff.call("PUT", "/v1/city", {"toml": CITY.read_text()})
    print(f"\nCity       {CITY.relative_to(ROOT)} is in force (version {answer['version']}).")

    again = memory.exists()
    if not again:
        memory.write_text(json.dumps({"body": json.dumps(webhook(), separators=(",", ":"))}))
    remembered = json.loads(memory.read_text())
    before = staff.call("GET", "/v1/ledger")
    started = time.monotonic()
    deliver(cloud, remembered["body"].encode())
    took = (time.monotonic() - started) * 1000
    message = json.loads(remembered["body"])["entry"][0]["changes"][0]["value"]["messages"][0]
    print(f"WhatsApp   delivered a signed message{' once more' if again else ''}; answered 200 in {took:.0f} ms:")
    quote(message["text"]["body"])

    case = wait_for(lambda: find(staff, message["id"], remembered.get("ticket")), "the case did not appear")
    memory.write_text(json.dumps({**remembered, "ticket": case["ticket"]}))
    path = f"/v1/complaints/{case['ticket']}"
    print(f"Case       {case['ticket']}, status {case['status']}, since {case['received_at']}.")
    after = staff.call("GET", "/v1/ledger")
    if again and before["opened"] + before["appended"] != after["opened"] + after["appended"]:
        raise DemoFailed("the message that was delivered twice was counted twice.")

    filed = wait_for(lambda: settled(staff.call("GET", path)), "SP4N-LAPOR! did not confirm the case")["lapor"]
    tracking = f", tracking id {filed['tracking_id']}" if filed["tracking_id"] else ""
    print(f"LAPOR!     filed as complaint {filed['complaint_id']}{tracking}; the filing is {filed['state']}.")
    sent = wait_for(lambda: replies(cloud, case["ticket"]), "the reporter was not answered")
    print(f"Reply      {len(sent)} message{'s' if len(sent) > 1 else ''} to the reporter:")
    quote(sent[0])
    ledger = staff.call("GET", "/v1/ledger")
    outcomes = " + ".join(f"{ledger[name]} {name}" for name in OUTCOMES)
    print(f"Ledger     {ledger['accepted']} accepted = {outcomes}.")
    if again:
        print("           The second delivery of the same message opened no second case.")
    where(cloud, case["ticket"])


def quote(text: str) -> None:
    """Print what somebody wrote, set in."""
    for paragraph in text.split("\n\n"):
        print(textwrap.fill(paragraph, 100, initial_indent=" " * 13, subsequent_indent=" " * 13))


def where(cloud: dict[str, Any], ticket: str) -> None:
    """Print where to look."""
    print(
        f"""
Where to look
  .venv/bin/aduan login --as operator1   then: .venv/bin/aduan list, .venv/bin/aduan show {ticket}
  API                {cloud["api"]}/health
  SP4N-LAPOR!        {cloud["lapor_simulator"]}/_sim/complaints
  sent to citizens   {cloud["outbound_simulator"]}/sent
  everything else    .local/cloud.json (addresses, secrets and passwords of this machine), .local/log/

`make down` stops it and keeps the data, `make up` goes on."""
    )


class Staff:
    """A signed-in member of staff."""

    def __init__(self, cloud: dict[str, Any], username: str) -> None:
        password = next(person["password"] for person in cloud["staff"] if person["username"] == username)
        answer = requests.post(
            cloud["cognito"]["endpoint"],
            json={
                "ClientId": cloud["cognito"]["client_id"],
                "AuthFlow": "USER_PASSWORD_AUTH",
                "AuthParameters": {"USERNAME": username, "PASSWORD": password},
            },
            headers={
                "X-Amz-Target": "AWSCognitoIdentityProviderService.InitiateAuth",
                "Content-Type": "application/x-amz-json-1.1",
            },
            timeout=REQUEST_SECONDS,
        )
        if answer.status_code != 200:
            raise DemoFailed(f"{username} could not sign in ({answer.status_code}).")
        self._api = cloud["api"]
        self.headers = {"Authorization": answer.json()["AuthenticationResult"]["IdToken"]}

    def call(self, method: str, path: str, body: Any = None, **query: str) -> dict[str, Any]:
        """One call of the staff API. Raises DemoFailed for anything but success."""
        answer = self._send(method, path, body, query)
        if answer.status_code != 200:
            raise DemoFailed(f"{method} {path} answered {answer.status_code}: {answer.text[:300]}")
        found: dict[str, Any] = answer.json()
        return found

    def case(self, ticket: str) -> dict[str, Any] | None:
        """A case, None where there is none."""
        answer = self._send("GET", f"/v1/complaints/{ticket}", None, {})
        return answer.json() if answer.status_code == 200 else None

    def _send(self, method: str, path: str, body: Any, query: dict[str, str]) -> requests.Response:
        headers = self.headers
        return requests.request(
            method, self._api + path, json=body, params=query, headers=headers, timeout=REQUEST_SECONDS
        )

    def pages(self, path: str) -> Iterator[dict[str, Any]]:
        """Every item of a list."""
        page = self.call("GET", path, limit="100")
        while True:
            yield from page["items"]
            if not page["next"]:
                return
            page = self.call("GET", path, limit="100", cursor=page["next"])


def webhook() -> dict[str, Any]:
    """What WhatsApp posts for one text message, with an id that no other has."""
    message = {
        "from": SENDER,
        "id": f"wamid.{secrets.token_hex(16).upper()}",
        "timestamp": str(int(time.time())),
        "type": "text",
        "text": {"body": TEXT},
    }
    value = {
        "messaging_product": "whatsapp",
        "metadata": {"display_phone_number": "620000000000", "phone_number_id": ACCOUNT},
        "contacts": [{"profile": {"name": "Warga"}, "wa_id": SENDER}],
        "messages": [message],
    }
    changes = [{"field": "messages", "value": value}]
    return {"object": "whatsapp_business_account", "entry": [{"id": "100000000000000", "changes": changes}]}


def deliver(cloud: dict[str, Any], body: bytes) -> None:
    """Post a webhook as WhatsApp does, signed over its bytes. Raises DemoFailed unless it is taken."""
    secret = cloud["secrets"]["whatsapp_app_secret"].split()[0]
    signature = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    headers = {"Content-Type": "application/json", "X-Hub-Signature-256": f"sha256={signature}"}
    address = f"{cloud['public_base_url']}/webhooks/whatsapp"
    answer = requests.post(address, data=body, headers=headers, timeout=REQUEST_SECONDS)
    if answer.status_code != 200:
        raise DemoFailed(f"the webhook was answered {answer.status_code}: {answer.text[:300]}")


def find(staff: Staff, message_id: str, ticket: str | None) -> dict[str, Any] | None:
    """The case that a message belongs to."""
    known = [ticket] if ticket else []
    # A cloud that was killed has forgotten what it had not saved: then the message opened a new case.
    for one in itertools.chain(known, (item["ticket"] for item in staff.pages("/v1/complaints"))):
        case = staff.case(one)
        if case and any(message["id"] == message_id for message in case["messages"]):
            return case
    return None


def settled(case: dict[str, Any]) -> dict[str, Any] | None:
    """The case once SP4N-LAPOR! has given it a number."""
    return case if case["lapor"]["complaint_id"] else None


def replies(cloud: dict[str, Any], ticket: str) -> list[str] | None:
    """The texts that were sent to the reporter of a case."""
    items = requests.get(f"{cloud['outbound_simulator']}/sent", timeout=REQUEST_SECONDS).json()
    return [item["text"] for item in items if ticket in (item["text"] or "")] or None


def wait_for(look: Callable[[], Found | None], failure: str) -> Found:
    """Look until there is something. Raises DemoFailed with `failure`."""
    until = time.monotonic() + PATIENCE_SECONDS
    while (found := look()) is None:
        if time.monotonic() > until:
            raise DemoFailed(f"{failure} within {PATIENCE_SECONDS:.0f} s; see .local/log/.")
        time.sleep(0.2)
    return found


if __name__ == "__main__":
    sys.exit(main())
