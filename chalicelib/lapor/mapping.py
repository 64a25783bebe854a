"""Our words and SP4N-LAPOR!'s: a case becomes a filing body, its times and statuses become ours. Pure.

LAPOR! publishes no specification; field names and oddities are those of its one public v3 client. Every code
(channel, classification, category, location, disposition, user) is the city's configuration. A code nobody
configured is not sent. `read_status` waits for a caller, as the reading half of client.py does.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta, timezone
from typing import Any, Literal
from zoneinfo import ZoneInfo

from msgspec import Struct, field

from chalicelib.complaints.addresses import mask_house
from chalicelib.complaints.redaction import mask_nik, redact, redact_place
from chalicelib.complaints.redaction_names import people

WIB = timezone(timedelta(hours=7), "WIB")
Code = int | str


class Line(Struct, frozen=True):
    """One message of the reporter: when it was sent (UTC) and what it says."""

    at: datetime
    text: str


class Place(Struct, frozen=True, kw_only=True):
    """Where it is; whatever is known of it."""

    lat: float | None = None
    lon: float | None = None
    address: str | None = None
    kelurahan: str | None = None


class Reporter(Struct, frozen=True, kw_only=True):
    """Who reported; `handle` is a channel's user name, if it has one."""

    name: str | None = None
    phone: str | None = None
    email: str | None = None
    handle: str | None = None


class Filing(Struct, frozen=True, kw_only=True):
    """What SP4N-LAPOR! is to be told of one case. `attachments` are document ids LAPOR!'s upload gave."""

    ticket: str
    lines: tuple[Line, ...]
    received_at: datetime
    classification: str | None = None
    category: str | None = None
    department: str | None = None
    location: Place = Place()
    anonymous: bool = False
    secret: bool = False
    attachments: tuple[str, ...] = ()
    reporter: Reporter = Reporter()


class LaporCodes(Struct, frozen=True, kw_only=True):
    """One city's code tables for SP4N-LAPOR!, all optional: what is unknown is left out of the filing.

    `reporter_variant`: "agency_account" files under the city's own `user_id`; "new_reporter" hands over the
    reporter's name, phone and e-mail instead (never an anonymous reporter's), through `new_reporter_channel`.
    `statuses`: LAPOR!'s status name → our status.
    """

    city: str = ""
    zone: str = "Asia/Jakarta"
    channel: Code | None = None
    user_id: Code | None = None
    reporter_variant: Literal["agency_account", "new_reporter"] = "agency_account"
    new_reporter_channel: Code | None = None
    classifications: dict[str, Code] = field(default_factory=dict)
    default_classification: Code | None = None
    categories: dict[str, Code] = field(default_factory=dict)
    default_category: Code | None = None
    location_id: Code | None = None
    dispositions: dict[str, Code] = field(default_factory=dict)
    default_disposition: Code | None = None
    tags: str | None = None
    is_inbox: bool = True
    is_approval: bool = False
    is_priority: bool = False
    title_length: int = 100
    attachments_suffix: str = ""
    statuses: dict[str, str] = field(default_factory=dict)


def create_body(filing: Filing, codes: LaporCodes) -> dict[str, Any]:
    """The JSON body that files the case. The same filing always gives the same body.

    No NIK in it, ever; of an anonymous reporter no name, phone, e-mail or home either, in no field.
    """
    disposition = codes.dispositions.get(filing.department or "", codes.default_disposition)
    attachments = encode_attachments(filing.attachments, codes.attachments_suffix)
    body: dict[str, Any] = {
        "title": title_of(filing, codes.title_length),
        "content": content_of(filing, codes),
        "is_inbox": codes.is_inbox,
        "is_disposisi_slider": disposition is not None,
        "priority_program_id": None,
        "community_id": None,
        "date_of_incident": filing.received_at.astimezone(ZoneInfo(codes.zone)).date().isoformat(),
        "copy_externals": None,
        "info_disposition": "-",
        "info_attachments": attachments,
        "is_approval": codes.is_approval,
        "is_anonymous": filing.anonymous,
        "is_secret": filing.secret,
        "is_priority": codes.is_priority,
        "attachments": attachments,
    }
    configured = {
        "classification_id": codes.classifications.get(filing.classification or "", codes.default_classification),
        "category_id": codes.categories.get(filing.category or "", codes.default_category),
        "location_id": codes.location_id,
        "disposition_id": disposition,
        "tags_raw": codes.tags,
        **_reporter_fields(filing, codes),
    }
    return body | {name: value for name, value in configured.items() if value is not None}


def _reporter_fields(filing: Filing, codes: LaporCodes) -> dict[str, Any]:
    """Under whose name it is filed: the reporter's if the city wants that and it is allowed, or the city's."""
    who = filing.reporter
    reachable = who.name and (who.phone or who.email)
    if codes.reporter_variant == "new_reporter" and reachable and not filing.anonymous:
        return {
            "channel": codes.new_reporter_channel if codes.new_reporter_channel is not None else codes.channel,
            "is_new_user_slider": True,
            "nameUser": who.name,
            "phoneUser": who.phone,
            "emailUser": who.email,
        }
    return {"channel": codes.channel, "is_new_user_slider": False, "user_id": codes.user_id}


def encode_attachments(ids: Sequence[str], suffix: str = "") -> str:
    """Document ids as LAPOR! wants them: a string holding a JSON array, `"[4199656,4199657]"`.

    The newest public client appends a stray "." because the last id was lost otherwise; `suffix` is for that.
    """
    return json.dumps([int(one) if one.isdecimal() else one for one in ids], separators=(",", ":")) + suffix


def content_of(filing: Filing, codes: LaporCodes) -> str:
    """The text of the filing: our ticket number (the only way to find a duplicate there), the text, the place.

    Not even a reporter who gave the name is repeated here: the text is shown to many (UU 27/2022).
    """
    zone = ZoneInfo(codes.zone)
    said = [(line.at, _cleaned(line.text, filing)) for line in filing.lines if line.text.strip()]
    if len(said) == 1:
        text = said[0][1]
    else:
        text = "\n".join(f"[{at.astimezone(zone):%d-%m-%Y %H:%M}] {words}" for at, words in said)
    received = filing.received_at.astimezone(zone)
    city = f" ({codes.city})" if codes.city else ""
    parts = [
        f"Nomor tiket: {filing.ticket}{city}",
        f"Diterima: {received:%d-%m-%Y %H:%M} {_zone_letters(received)}",
        f"Isi laporan:\n{text or '(tanpa teks)'}",
    ]
    place = _place_text(filing)
    if place:
        parts.append(f"Lokasi: {place}")
    return "\n\n".join(parts)


def _zone_letters(moment: datetime) -> str:
    hours = (moment.utcoffset() or timedelta()).total_seconds() / 3600
    return {7.0: "WIB", 8.0: "WITA", 9.0: "WIT"}.get(hours, moment.strftime("UTC%z"))


def _place_text(filing: Filing) -> str:
    """The place complained of. It may be the reporter's home: who is not to be known by it has no house number there,
    but the point on the map stays, as without it nobody finds a broken lamp."""
    place = filing.location
    parts = [_cleaned(place.kelurahan, filing)] if place.kelurahan and place.kelurahan.strip() else []
    if place.address and place.address.strip():
        parts.insert(0, _cleaned_address(place.address, filing))
    if place.lat is not None and place.lon is not None:
        parts.append(f"koordinat {place.lat:.6f}, {place.lon:.6f}")
    return "; ".join(parts)


def _cleaned(text: str, filing: Filing) -> str:
    """`text` as it may leave the desk."""
    text = text.strip()
    if not filing.anonymous:
        return mask_nik(text)
    return redact(text, _names(filing))


def _cleaned_address(address: str, filing: Filing) -> str:
    """An address as it may leave the desk: of a hidden reporter, or in a secret case, without the house."""
    address = address.strip()
    if filing.anonymous:
        return redact_place(address, _names(filing))
    return mask_nik(mask_house(address) if filing.secret else address)


def _names(filing: Filing) -> list[str]:
    """The reporter, and whom one message names by title: the next one may name him without."""
    return people((filing.reporter.name, filing.reporter.handle), (line.text for line in filing.lines))


# A full stop after these ends no sentence: "Lampu di Jl. Dhoho mati."
_ABBREVIATIONS = ("jl", "jln", "gg", "no", "rt", "rw", "kel", "kec", "bpk", "sdr", "yth", "dr", "h")
_SENTENCE_END = re.compile("".join(rf"(?<!\b{word})" for word in _ABBREVIATIONS) + r"[.!?]+(?=\s|$)|\n", re.IGNORECASE)
_SAYS_NOTHING = 15  # letters: "Selamat pagi." alone is no title


def title_of(filing: Filing, length: int) -> str:
    """The first sentence that says something, in at most `length` characters; without text, the ticket."""
    text = "\n".join(_cleaned(line.text, filing) for line in filing.lines if line.text.strip())
    sentences = [" ".join(part.split()) for part in _SENTENCE_END.split(text)]
    sentences = [sentence for sentence in sentences if sentence]
    if not sentences:
        return f"Laporan {filing.ticket}"[:length]
    best = next((sentence for sentence in sentences if len(sentence) >= _SAYS_NOTHING), sentences[0])
    if len(best) <= length:
        return best
    cut = best[: length - 1]
    return (cut.rsplit(" ", 1)[0] if " " in cut else cut).rstrip(" ,;:-") + "…"


def parse_lapor_time(text: str) -> datetime:
    """`31-01-2026 08:05:00` (day first; WIB is assumed) as an aware UTC time; ValueError otherwise."""
    try:
        local = datetime.strptime(text.strip(), "%d-%m-%Y %H:%M:%S")
    except ValueError:
        raise ValueError("not a LAPOR! time (d-m-Y H:i:s)") from None
    return local.replace(tzinfo=WIB).astimezone(UTC)


class StatusRead(Struct, frozen=True):
    """A status of LAPOR! in our words; `status` is None if the table lacks it (`unmapped`) or none came."""

    raw: str | None
    status: str | None
    unmapped: bool


def read_status(name: str | None, table: Mapping[str, str]) -> StatusRead:
    """Look `name` up in `table`, whatever its case and spacing. An unknown name must not move the case."""
    if name is None or not name.strip():
        return StatusRead(raw=name, status=None, unmapped=False)
    status = {_folded(key): value for key, value in table.items()}.get(_folded(name))
    return StatusRead(raw=name, status=status, unmapped=status is None)


def _folded(name: str) -> str:
    return " ".join(name.split()).casefold()
