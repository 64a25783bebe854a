"""Where providers deliver. Signatures are checked on the raw bytes, before anything is read (channels facts)."""

from datetime import UTC, datetime, timedelta

from chalice.app import Blueprint, Response

from chalicelib import logs
from chalicelib.api import answers, bodies
from chalicelib.api.errors import problems
from chalicelib.api.queries import parameters
from chalicelib.channels import whatsapp
from chalicelib.desk import intake
from chalicelib.problems import Problem
from chalicelib.store.cities import intake_rules
from chalicelib.store.parameters import SECRETS

webhooks = Blueprint(__name__)

# WhatsApp's own payloads stay far below; API Gateway would let 10 MB in.
LARGEST_BODY = 1024 * 1024

# What an authentic webhook may call itself; whether it is readable is not decided by a header.
ANY_BODY = ["application/json", "text/plain", "application/octet-stream", "application/x-www-form-urlencoded"]


@webhooks.route("/webhooks/whatsapp", methods=["GET"])
@problems
def whatsapp_handshake() -> Response:
    """Meta asks once, when the webhook is registered."""
    query = parameters(webhooks.current_request)
    tokens = SECRETS.get("whatsapp_verify_token")
    challenge = whatsapp.handshake(query, tokens)
    if challenge is None:
        raise Problem(403, "Token verifikasinya bukan milik kami.")
    return answers.text(challenge)


@webhooks.route("/webhooks/whatsapp", methods=["POST"], content_types=ANY_BODY)
@problems
def whatsapp_delivery() -> Response:
    """Messages, reactions and receipts. 200 means: stored, every one of them."""
    request = webhooks.current_request
    body = bodies.raw(request)
    if len(body) > LARGEST_BODY:
        raise Problem(413, f"Webhook paling besar {LARGEST_BODY} bita.")
    signature = request.headers.get("x-hub-signature-256")
    if not SECRETS.accepted("whatsapp_app_secret", lambda keys: whatsapp.signature_ok(body, signature, keys)):
        raise Problem(401, "Tanda tangannya tidak cocok dengan isinya.")
    now = datetime.now(UTC)
    rules = intake_rules()
    counts: dict[str, int] = {}
    failure: Exception | None = None
    for number, item in enumerate(whatsapp.parse(body, now)):
        try:
            # A millisecond apart, so that the messages of one body keep their order.
            outcome = intake.accept(item, rules, now + timedelta(milliseconds=number))
        except Exception as error:
            # A fault of ours too: the others are stored all the same, or what fails again and again would for ever
            # keep out what stands behind it. The provider brings all of them again, and those are duplicates.
            logs.failure("message_not_stored", error, channel="whatsapp")
            failure = failure or error
            continue
        counts[outcome.kind] = counts.get(outcome.kind, 0) + 1
        logs.event("message", channel="whatsapp", outcome=outcome.kind, ticket=outcome.ticket)
    if failure:
        raise failure
    return answers.json(counts)
