"""What the API gives, as shapes for /openapi.json. desk/views.py builds the answers; tests hold them against these."""

from typing import Any, Literal

from msgspec import UNSET, Struct, UnsetType, field


class Located(Struct, forbid_unknown_fields=True):
    lat: float | None
    lon: float | None
    address: str | None
    kelurahan: str | None


class Reporter(Struct, forbid_unknown_fields=True):
    name: str | None
    phone: str | None
    handle: str | None
    anonymous: bool
    email: str | UnsetType = UNSET


class ClockState(Struct, forbid_unknown_fields=True):
    name: str
    due_at: str | None
    state: str
    legal_basis: str | None


class Filing(Struct, forbid_unknown_fields=True):
    state: str | None
    complaint_id: str | None
    tracking_id: str | None
    status_name: str | None


class CaseSummary(Struct, forbid_unknown_fields=True, kw_only=True):
    """A case in a list."""

    ticket: str
    status: str
    class_: str = field(name="class")
    channel: str
    text: str | None
    category: str | None
    department: str | None
    location: Located | None
    reporter: Reporter
    secret: bool
    reason: str | None
    received_at: str
    updated_at: str
    message_count: int
    clocks: list[ClockState]
    lapor: Filing
    duplicate_of: str | None
    supporters: int
    version: int
    actions: list[str]


class Message(Struct, forbid_unknown_fields=True, kw_only=True):
    id: str
    type: str
    label: str | None
    text: str | None
    at: str
    received_at: str
    location: dict[str, Any] | None
    media: dict[str, Any] | None
    reply_to: str | None
    extra: dict[str, Any] | None


class Attachment(Struct, forbid_unknown_fields=True):
    id: str
    name: str | None
    type: str | None
    size: int | None
    url: str | None


class Case(CaseSummary, forbid_unknown_fields=True, kw_only=True):
    """A case with everything that came with it."""

    messages: list[Message]
    attachments: list[Attachment]


class Cases(Struct, forbid_unknown_fields=True):
    items: list[CaseSummary]
    next: str | None


class Line(Struct, forbid_unknown_fields=True):
    at: str
    actor: str
    type: str
    data: dict[str, Any]


class Timeline(Struct, forbid_unknown_fields=True):
    items: list[Line]
    next: None


class Upload(Struct, forbid_unknown_fields=True):
    method: Literal["PUT"]
    url: str
    headers: dict[str, str]


class UploadPlace(Struct, forbid_unknown_fields=True):
    id: str
    upload: Upload


class Me(Struct, forbid_unknown_fields=True):
    username: str
    role: str
    department: str | None
    pages: list[str]


class Destination(Struct, forbid_unknown_fields=True):
    due: int
    confirmed: int
    waiting: int
    failed: int
    ambiguous: int


class Ledger(Struct, forbid_unknown_fields=True):
    accepted: int
    opened: int
    appended: int
    duplicates: int
    quarantined: int
    control: int
    destinations: dict[str, Destination]


class Payload(Struct, forbid_unknown_fields=True):
    id: str
    channel: str
    reason: str
    received_at: str
    size: int
    encoding: Literal["text", "base64"]
    excerpt: str


class Payloads(Struct, forbid_unknown_fields=True):
    items: list[Payload]
    next: str | None


class City(Struct, forbid_unknown_fields=True):
    version: int
    applied_at: str
    applied_by: str
    city: dict[str, Any]
    toml: str


class CityError(Struct, forbid_unknown_fields=True):
    line: int | None
    path: str | None
    message: str


class CityChange(Struct, forbid_unknown_fields=True):
    path: str
    before: Any
    after: Any


class CityCheck(Struct, forbid_unknown_fields=True):
    errors: list[CityError]
    changes: list[CityChange]


class CityApplied(Struct, forbid_unknown_fields=True):
    version: int
    changes: list[CityChange]


class Health(Struct, forbid_unknown_fields=True):
    status: Literal["ok"]
