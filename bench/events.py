"""Webhook events as API Gateway hands them to the function."""

import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Any

STAFF = {"operator": ("operator1", ""), "officer": ("officer1", "dpupr"), "admin": ("admin1", "")}


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


def staff_event(
    method: str,
    resource: str,
    role: str | None,
    *,
    ticket: str | None = None,
    query: Mapping[str, str] | None = None,
    body: Any = None,
    raw: bytes = b"",
    headers: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """A request of a member of staff (or, without a role, of a provider) through a REST API with proxy integration."""
    sent = {"Content-Type": "application/json", **(headers or {})}
    context: dict[str, Any] = {"httpMethod": method, "resourcePath": resource, "identity": {}, "path": resource}
    if role:
        name, department = STAFF[role]
        claims = {"cognito:username": name, "cognito:groups": role, "custom:department": department}
        context["authorizer"] = {"claims": claims}
    return {
        "resource": resource,
        "path": resource,
        "httpMethod": method,
        "headers": sent,
        "multiValueHeaders": {key: [value] for key, value in sent.items()},
        "queryStringParameters": dict(query) if query else None,
        "multiValueQueryStringParameters": {key: [value] for key, value in query.items()} if query else None,
        "pathParameters": {"ticket": ticket} if ticket else None,
        "stageVariables": None,
        "requestContext": context,
        "body": raw.decode() if raw else json.dumps(body) if body is not None else None,
        "isBase64Encoded": False,
    }
