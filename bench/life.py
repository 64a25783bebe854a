"""What the whole life of a case costs: DynamoDB's units, invocations, and US dollars at list prices (docs/cost.md)."""

import json
import re
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

import requests

from bench import probes
from bench.cloud import Known, client
from bench.figures import Figure
from infra.local.demo import Staff, deliver
from infra.package import ROOT

PHONE, USER, ACCOUNT = "628990000002", "ID.13491208655302741919", "106540352242922"
# Functions a life sets going; the sweep and the nightly training run for all cases together.
FUNCTIONS = ("api", "forward", "reply", "fetch_media")
PATIENCE_SECONDS = 90.0
QUIET_SECONDS = 3.0
LOG_OVERHEAD = 26  # bytes CloudWatch Logs adds to each event
PRICE = re.compile(r"^\| `(\w+)` \|.*\| (?:factor|ms|per million|per GB) \| ([\d.]+) \|$", re.MULTILINE)


def figures(known: Known) -> Iterator[Figure]:
    """All of them, of a citizen who is known by number and user id: the dearer kind."""
    by_number, by_both = steps(known, both=False), steps(known, both=True)
    wru, rru = total(by_both, "wru"), total(by_both, "rru")
    yield Figure("life_wru", wru, 80, "write units, 3 messages to close, ConsumedCapacity")
    yield Figure("life_wru_number_only", total(by_number, "wru"), 80, "write units, citizen without a user id")
    yield Figure("life_rru", rru, 60, "read units, 3 messages to close, by the sizes of what was read")
    ran = play(known)
    yield Figure("life_invocations", ran["invocations"], 20, "invocations in the functions' logs, deployed")
    price = prices()
    usd = 1000 * cost(usage(by_both, ran, price["lambda_ms"]), price)
    yield Figure("life_usd_per_1000", round(usd, 3), 0.25, "USD, us-east-1 list prices x region_factor (docs/cost.md)")


def total(spent: list[dict[str, Any]], what: str) -> float:
    """The sum over all steps."""
    return float(sum(one[what] for one in spent))


def steps(known: Known, *, both: bool) -> list[dict[str, Any]]:
    """The steps of a life and what each cost: `{step, wru, rru, calls}`. `both`: he is known by a user id as well.

    Raises RuntimeError when a step went wrong.
    """
    name = f"life-{'both' if both else 'number'}"
    secret = known["secrets"]["whatsapp_app_secret"].split()[0]
    environment = probes.variables(known, name) | {"LIFE_SECRET": secret, "LIFE_USER": "1" if both else ""}
    return probes.run("probe_life.py", environment, seconds=120)


def play(known: Known) -> dict[str, float]:
    """The same life through the deployed package: `{invocations, megabytes, log_bytes, <function>: invocations}`."""
    before = logged(known)
    operator, officer = Staff(known, "operator1"), Staff(known, "officer1")
    deliver(known, message(1, type="text", text={"body": "Lampu jalan mati di Jl. Dhoho depan toko buku"}))
    ticket = ticket_of(known)
    image = {"id": "100338342139", "mime_type": "image/jpeg", "caption": "ini fotonya"}
    deliver(known, message(2, type="image", image=image))
    deliver(known, message(3, type="location", location={"latitude": -7.8166, "longitude": 112.0119, "name": "Toko"}))
    settle(known, ticket)
    path = f"/v1/complaints/{ticket}"
    operator.call("POST", f"{path}/verify", {"category": "penerangan_jalan"})
    operator.call("POST", f"{path}/assign", {"department": "dpupr"})
    officer.call("POST", f"{path}/respond", {"text": "Lampu sudah diganti pagi ini oleh petugas kami. Terima kasih."})
    settle(known, ticket)
    operator.call("POST", f"{path}/close", {})
    settle(known, ticket)
    reply = {"type": "list_reply", "list_reply": {"id": asked(known), "title": "Sangat baik"}}
    deliver(known, message(4, type="interactive", interactive=reply))
    time.sleep(QUIET_SECONDS)  # whatever runs for nothing is counted as well
    after = logged(known)
    return {name: after[name] - before[name] for name in after}


def usage(spent: list[dict[str, Any]], ran: Mapping[str, float], lambda_ms: float) -> dict[str, float]:
    """What a life uses of each thing that has a price. `lambda_ms`: for how long an invocation is billed."""
    workers = ran["forward"] + ran["reply"] + ran["fetch_media"]
    return {
        "dynamodb_write": total(spent, "wru"),
        "dynamodb_read": total(spent, "rru"),
        "lambda_request": ran["invocations"],
        "lambda_gb_second": ran["megabytes"] / 1024 * lambda_ms / 1000,
        "api_request": ran["api"],
        "sqs_request": 3 * workers,
        "sns_publish": workers,
        "s3_put": 1,
        "s3_get": 1,
        "log_gb": ran["log_bytes"] / 1e9,
    }


def cost(used: Mapping[str, float], price: Mapping[str, float]) -> float:
    """US dollars."""
    single = {name: each if name == "log_gb" else each / 1e6 for name, each in price.items()}
    return price["region_factor"] * sum(amount * single[name] for name, amount in used.items())


def prices() -> dict[str, float]:
    """The table of docs/cost.md."""
    text = (ROOT / "docs" / "cost.md").read_text(encoding="utf-8")
    return {name: float(price) for name, price in PRICE.findall(text)}


def message(number: int, **content: Any) -> bytes:
    """A WhatsApp message of one citizen, as the provider posts it."""
    whole = {"from": PHONE, "from_user_id": USER, "id": f"wamid.BENCH{number:020d}", "timestamp": str(int(time.time()))}
    value = {
        "messaging_product": "whatsapp",
        "metadata": {"phone_number_id": ACCOUNT},
        "contacts": [{"profile": {"name": "Warga"}, "wa_id": PHONE, "user_id": USER}],
        "messages": [{**whole, **content}],
    }
    entry = {"id": "1", "changes": [{"field": "messages", "value": value}]}
    return json.dumps({"object": "whatsapp_business_account", "entry": [entry]}).encode()


def ticket_of(known: Known) -> str:
    """The case of the citizen, looked up without a function."""
    key = {"pk": {"S": f"CONV#whatsapp:{ACCOUNT}:p:{PHONE}"}}
    item = client(known, "dynamodb").get_item(TableName=known["tables"]["control"], Key=key, ConsistentRead=True)
    return str(item["Item"]["ticket"]["S"])


def asked(known: Known) -> str:
    """The best answer of the survey, as the citizen's telephone holds it."""
    answer = requests.get(f"{known['outbound_simulator']}/sent", params={"to": PHONE}, timeout=10)
    (list_,) = [one["payload"] for one in answer.json() if one["payload"]["type"] == "interactive"]
    return str(list_["interactive"]["action"]["sections"][0]["rows"][0]["id"])


def settle(known: Known, ticket: str) -> None:
    """Wait until every row of the case is done. Raises RuntimeError."""
    dynamodb, end = client(known, "dynamodb"), time.monotonic() + PATIENCE_SECONDS
    question = {"KeyConditionExpression": "pk = :pk", "ExpressionAttributeValues": {":pk": {"S": f"C#{ticket}"}}}
    while True:
        items = dynamodb.query(TableName=known["tables"]["complaints"], ConsistentRead=True, **question)["Items"]
        # An open case is in that index as well: by when its clocks are to be looked at.
        if not any("opk" in item for item in items if item["sk"]["S"] != "META"):
            return
        if time.monotonic() > end:
            raise RuntimeError(f"not everybody was told within {PATIENCE_SECONDS:.0f} s")
        time.sleep(0.2)


def logged(known: Known) -> Counter[str]:
    """What the functions' logs say so far."""
    logs, counted = (
        client(known, "logs"),
        Counter(dict.fromkeys((*FUNCTIONS, "invocations", "megabytes", "log_bytes"), 0)),
    )
    existing = {group["logGroupName"] for group in logs.describe_log_groups()["logGroups"]}
    for name in FUNCTIONS:
        if (group := f"/aduan/local/{name}") not in existing:
            continue
        for page in logs.get_paginator("filter_log_events").paginate(logGroupName=group):
            for event in page["events"]:
                text = event["message"]
                counted["log_bytes"] += len(text.encode()) + LOG_OVERHEAD
                if text.startswith("START RequestId"):
                    counted[name] += 1
                    counted["invocations"] += 1
                if found := re.search(r"Memory Size: (\d+) MB", text):
                    counted["megabytes"] += int(found[1])  # summed over invocations
    return counted
