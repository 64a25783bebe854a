"""Fetching what citizens attached, at once: WhatsApp forgets a file after 7 days, its address after 5 minutes."""

import mimetypes
from datetime import datetime

from chalicelib import logs
from chalicelib.channels import whatsapp_send
from chalicelib.channels.errors import Ambiguous, Rejected, Retryable
from chalicelib.desk.connections import session
from chalicelib.desk.worker import again_at
from chalicelib.settings import settings
from chalicelib.store import media, messages, outbox
from chalicelib.store.parameters import SECRETS

DESTINATION = "media"
# WhatsApp takes documents up to 100 MB; the function holds one in memory. Larger ones stay with the provider, and the
# row says so.
LARGEST = 64 * 1024 * 1024


def fetch(ticket: str, key: str, now: datetime) -> None:
    """Fetch one file and keep it. Doing it twice does no harm, so there is no lease."""
    row = outbox.get(ticket, key)
    name = media.name_of(key)
    path = media.attached(ticket, name)
    if row is None or row.state != outbox.WAITING:
        if row is not None and row.state == outbox.ERASED:
            media.forget(path)  # whoever fetched it before may have died between keeping it and saying so
        return
    message = messages.get(ticket, key)
    file = message.media
    attempts = int(row.attempts or 0) + 1
    try:
        content, mime = whatsapp_send.fetch_media(
            session(),
            settings().whatsapp_api_url,
            SECRETS.current("whatsapp_access_token"),
            file["id"],
            LARGEST,
        )
    except Rejected as error:
        outbox.refuse(row, reason=str(error), now=now)
        logs.event("attachment_refused", ticket=ticket, row=key)
        return
    except (Retryable, Ambiguous) as error:
        outbox.put_off(row, until=again_at(attempts, now), reason=type(error).__name__, tried=True)
        logs.event("attachment_put_off", ticket=ticket, row=key, attempts=attempts)
        return
    if whatsapp_send.differs(content, file.get("sha256")):
        # It is what the media API says it is; the webhook's word alone must not cost the case its photo.
        logs.event("attachment_hash_differs", ticket=ticket, row=key)
    mime = mime.partition(";")[0].strip().lower()
    stored = {
        "key": path,
        "name": f"{name}{mimetypes.guess_extension(mime) or ''}",
        "type": mime,
        "size": len(content),
    }
    media.put(path, content, mime)
    if not messages.keep(row, stored, now):
        # Another worker kept the same file, or it was erased while this one was fetching it.
        row = outbox.get(ticket, key)
        if row is None or row.state != outbox.CONFIRMED:
            media.forget(path)
