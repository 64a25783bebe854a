"""Webhook events as API Gateway hands them to the function."""

import hashlib
import hmac
import json
from typing import Any


def whatsapp_body(number: int, sender: int | None = None) -> bytes:
    """A WhatsApp text; without `sender`, from a citizen nobody has heard of."""
    citizen = sender if sender is not None else number
    phone, user = f"62812{citizen:08d}", f"ID.{13491208655302741918 + citizen}"
    message = {
        "from": phone,
        "from_user_id": user,
        "id": f"wamid.HBgN{number:024d}",
        "timestamp": "1763712000",
        "type": "text",
        "text": {"body": "Lampu jalan mati di Jl. Dhoho depan toko buku, sudah tiga malam gelap sekali"},
    }
    value = {
        "messaging_product": "whatsapp",
        "metadata": {"display_phone_number": "6285142281103", "phone_number_id": "106540352242922"},
        "contacts": [{"profile": {"name": "Warga 🌿"}, "wa_id": phone, "user_id": user}],
        "messages": [message],
    }
    change = {"field": "messages", "value": value}
    entry = {"id": "102290129340398", "changes": [change]}
    return json.dumps({"object": "whatsapp_business_account", "entry": [entry]}).encode()


def signature(body: bytes, secret: str) -> str:
    """Meta's header over the raw body."""
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def api_event(body: bytes, secret: str) -> dict[str, Any]:
    """A POST to the WhatsApp webhook, through a REST API with Lambda proxy integration."""
    headers = {"Content-Type": "application/json", "X-Hub-Signature-256": signature(body, secret)}
    return {
        "resource": "/webhooks/whatsapp",
        "path": "/webhooks/whatsapp",
        "httpMethod": "POST",
        "headers": headers,
        "multiValueHeaders": {name: [value] for name, value in headers.items()},
        "queryStringParameters": None,
        "multiValueQueryStringParameters": None,
        "pathParameters": None,
        "stageVariables": None,
        "requestContext": {
            "httpMethod": "POST",
            "resourcePath": "/webhooks/whatsapp",
            "identity": {"sourceIp": "127.0.0.1"},
            "path": "/webhooks/whatsapp",
        },
        "body": body.decode(),
        "isBase64Encoded": False,
    }
