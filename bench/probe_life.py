"""The whole life of one complaint, run in this process on tables of its own, and what each step of it cost.

Prints one JSON object a line: `{"step", "wru", "rru", "calls"}`; units are DynamoDB's own count (ConsumedCapacity).
Wants what app.py wants in its environment, and `LIFE_SECRET`, the secret that webhooks are signed with. With
`LIFE_USER` set the citizen is known by a user id as well as by his number.
"""

import json
import os
from collections.abc import Mapping
from itertools import count
from typing import Any

import boto3

import app
from bench.events import signature
from bench.inside import request, spent
from chalicelib.desk import surveys
from chalicelib.store import cases

PHONE, ACCOUNT = "628990000001", "106540352242922"

numbers = count(1)


def step(name: str) -> None:
    """Print what was spent since the last step."""
    print(json.dumps({"step": name, **{key: spent[key] for key in ("wru", "rru", "calls")}}))
    spent.clear()


def says(message: Mapping[str, Any]) -> None:
    """A WhatsApp message of the citizen."""
    whole = {"from": PHONE, "id": f"wamid.{next(numbers):024d}", "timestamp": "1763712000", **message}
    contact = {"profile": {"name": "Warga"}, "wa_id": PHONE}
    if os.environ.get("LIFE_USER"):
        whole["from_user_id"] = contact["user_id"] = "ID.13491208655302741918"
    value = {
        "messaging_product": "whatsapp",
        "metadata": {"phone_number_id": ACCOUNT},
        "contacts": [contact],
        "messages": [whole],
    }
    entry = {"id": "1", "changes": [{"field": "messages", "value": value}]}
    raw = json.dumps({"object": "whatsapp_business_account", "entry": [entry]}).encode()
    signed = {"X-Hub-Signature-256": signature(raw, os.environ["LIFE_SECRET"])}
    request("POST", "/webhooks/whatsapp", None, raw=raw, headers=signed)


def acts(role: str, action: str, ticket: str, **data: Any) -> None:
    """An action of a member of staff."""
    request("POST", f"/v1/complaints/{{ticket}}/{action}", role, ticket=ticket, body=data)


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
    step("telling the end, and asking")
    case = cases.get(ticket)
    question = surveys.question(case, f"+{PHONE}") if case else None
    assert question
    spent.clear()  # the look was ours
    reply = {"id": question.answers[0][0], "title": question.answers[0][1]}
    says({"type": "interactive", "interactive": {"type": "list_reply", "list_reply": reply}})
    step("survey")


if __name__ == "__main__":
    main()
