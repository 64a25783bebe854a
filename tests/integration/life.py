"""The whole life of one complaint, run in this process on tables of its own, and what each step of it cost.

Prints one JSON object a line: `{"step", "wru", "rru", "calls"}`; units are DynamoDB's own count (ConsumedCapacity).
Wants what app.py wants in its environment, and `LIFE_SECRET`, the secret that webhooks are signed with.
"""

import json
import os
from collections import Counter
from collections.abc import Mapping
from typing import Any

import boto3
from botocore.client import BaseClient

import app
from bench.events import signature

WRITES = {"PutItem", "UpdateItem", "DeleteItem", "TransactWriteItems", "BatchWriteItem"}
READS = {"GetItem", "BatchGetItem", "Query", "TransactGetItems"}
STAFF = {"operator": ("operator1", ""), "officer": ("officer1", "dpupr"), "admin": ("admin1", "")}
PHONE, ACCOUNT = "628990000001", "106540352242922"

spent: Counter[str] = Counter()


def measured(client: Any, operation: str, arguments: dict[str, Any]) -> Any:
    """A call of botocore's, counted when it is DynamoDB's."""
    if operation in WRITES | READS:
        arguments = {**arguments, "ReturnConsumedCapacity": "TOTAL"}
    answer = _real(client, operation, arguments)
    used = answer.get("ConsumedCapacity", [])
    for one in used if isinstance(used, list) else [used]:
        spent["wru" if operation in WRITES else "rru"] += one["CapacityUnits"]
    spent["calls"] += 1
    return answer


_real = BaseClient._make_api_call
BaseClient._make_api_call = measured


def step(name: str) -> None:
    """Print what was spent since the last step."""
    print(json.dumps({"step": name, **{key: spent[key] for key in ("wru", "rru", "calls")}}))
    spent.clear()


def request(method: str, resource: str, ticket: str | None, body: Any, role: str | None, raw: bytes = b"") -> Any:
    """A request as API Gateway hands it over; the answer's body."""
    text = raw.decode() if raw else json.dumps(body)
    headers = {"Content-Type": "application/json"}
    if raw:
        headers["X-Hub-Signature-256"] = signature(raw, os.environ["LIFE_SECRET"])
    context: dict[str, Any] = {"httpMethod": method, "resourcePath": resource, "identity": {}, "path": resource}
    if role:
        name, department = STAFF[role]
        context["authorizer"] = {
            "claims": {"cognito:username": name, "cognito:groups": role, "custom:department": department}
        }
    event = {
        "resource": resource,
        "path": resource,
        "httpMethod": method,
        "headers": headers,
        "multiValueHeaders": {key: [value] for key, value in headers.items()},
        "multiValueQueryStringParameters": None,
        "pathParameters": {"ticket": ticket} if ticket else None,
        "stageVariables": None,
        "requestContext": context,
        "body": text,
        "isBase64Encoded": False,
    }
    answer = app.app(event, None)
    assert answer["statusCode"] < 300, answer
    return json.loads(answer["body"])


def says(message: Mapping[str, Any]) -> None:
    """A WhatsApp message of the citizen. One who is known by a user id as well costs two units more, once."""
    number = spent["messages"] = int(os.environ.get("LIFE_MESSAGE", "0")) + 1
    os.environ["LIFE_MESSAGE"] = str(number)
    whole = {"from": PHONE, "id": f"wamid.{number:024d}", "timestamp": "1763712000", **message}
    value = {
        "messaging_product": "whatsapp",
        "metadata": {"phone_number_id": ACCOUNT},
        "contacts": [{"profile": {"name": "Warga"}, "wa_id": PHONE}],
        "messages": [whole],
    }
    entry = {"id": "1", "changes": [{"field": "messages", "value": value}]}
    raw = json.dumps({"object": "whatsapp_business_account", "entry": [entry]}).encode()
    request("POST", "/webhooks/whatsapp", None, None, None, raw)


def acts(role: str, action: str, ticket: str, **data: Any) -> None:
    """An action of a member of staff."""
    request("POST", f"/v1/complaints/{{ticket}}/{action}", ticket, data, role)


def work(destination: str, table: Any, ticket: str) -> None:
    """Deliver every waiting row of a destination, as the queue would."""
    handlers = {"lapor": app.forward, "reporter": app.reply, "notice": app.reply, "media": app.fetch_media}
    found = table.query(KeyConditionExpression="pk = :pk", ExpressionAttributeValues={":pk": f"C#{ticket}"})["Items"]
    spent.clear()  # the look was ours
    waiting = [item["sk"] for item in found if item.get("opk") == f"{destination}#waiting"]
    assert waiting, destination
    carrier = "reporter" if destination == "notice" else destination
    body = json.dumps({"ticket": ticket, "rows": {carrier: waiting}})
    record = {"messageId": "1", "receiptHandle": "r", "body": body, "eventSource": "aws:sqs"}
    assert handlers[destination]({"Records": [record]}, None) == {"batchItemFailures": []}


def main() -> None:
    """From the first message to the last."""
    table = boto3.resource("dynamodb").Table(os.environ["ADUAN_COMPLAINTS_TABLE"])
    says({"type": "text", "text": {"body": "Lampu jalan mati di Jl. Dhoho depan toko buku, sudah tiga malam"}})
    step("message 1")
    ticket = table.scan(FilterExpression="sk = :meta", ExpressionAttributeValues={":meta": "META"})["Items"][0][
        "ticket"
    ]
    spent.clear()
    work("reporter", table, ticket)
    step("answer")
    image = {"id": "100338342138", "mime_type": "image/jpeg", "caption": "ini fotonya"}
    says({"type": "image", "image": image})
    step("message 2, a photo")
    work("media", table, ticket)
    step("fetch")
    says({"type": "location", "location": {"latitude": -7.8166, "longitude": 112.0119, "name": "Toko buku"}})
    step("message 3, a place")
    work("lapor", table, ticket)
    step("filing")
    acts("operator", "verify", ticket, category="penerangan_jalan")
    step("verify")
    acts("operator", "assign", ticket, department="dpupr")
    step("assign")
    acts("officer", "respond", ticket, text="Lampu sudah diganti pagi ini oleh petugas kami. Terima kasih.")
    step("respond")
    work("notice", table, ticket)
    step("telling the answer")
    acts("operator", "close", ticket)
    step("close")
    work("notice", table, ticket)
    step("telling the end")


if __name__ == "__main__":
    main()
