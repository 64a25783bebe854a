"""What the API takes, as shapes: request bodies are checked against them, /openapi.json is made from them."""

from datetime import datetime
from typing import Annotated, Any, Literal

from msgspec import UNSET, Meta, Struct, UnsetType, field

from chalicelib.complaints.blank import INVISIBLE

# Something to read in it, and no NUL, which no spreadsheet and few databases take.
Text = Annotated[str, Meta(min_length=1, max_length=10_000, pattern=rf"^[^\x00]*[^\s\x00{INVISIBLE}][^\x00]*$")]
Short = Annotated[str, Meta(min_length=1, max_length=200, pattern=r"^[^\x00]*$")]
Ticket = Annotated[str, Meta(min_length=8, max_length=40)]
Latitude = Annotated[float, Meta(ge=-90, le=90)]
Longitude = Annotated[float, Meta(ge=-180, le=180)]
# ISO 8601, where JSON Schema's date-time (RFC 3339) wants seconds.
TO_THE_MINUTE = (
    "^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])T([01][0-9]|2[0-3]):[0-5][0-9]"
    "(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9])$"
)
TIMES: dict[str, Any] = {
    "anyOf": [{"format": "date-time"}, {"pattern": TO_THE_MINUTE}],
    "examples": ["2026-11-21T09:00:00+07:00", "2026-11-21T09:00+07:00"],
}
# With its zone: 09:00 in Kediri is not 09:00 in London.
Instant = Annotated[datetime, Meta(tz=True, extra_json_schema=TIMES)]
Day = Annotated[str, Meta(pattern="^20[0-9]{2}-[0-9]{2}-[0-9]{2}$")]
Channel = Literal["phone", "counter", "field", "web", "letter", "radio", "sms", "whatsapp", "other"]
Reason = Literal["spam", "not_our_authority", "duplicate", "incomplete", "abuse"]
Clock = Literal["verification", "follow_up", "resolution", "closing"]
# 25 MB: what a phone's camera makes, and a scanned letter.
Size = Annotated[int, Meta(ge=1, le=25 * 1024 * 1024)]
FileType = Literal[
    "image/jpeg",
    "image/png",
    "image/webp",
    "image/heic",
    "video/mp4",
    "audio/mpeg",
    "audio/ogg",
    "audio/mp4",
    "application/pdf",
]


class Body(Struct, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """A request body: a member that nobody reads is refused, not ignored."""


class Place(Body):
    """Where it is. Degrees (WGS 84)."""

    lat: Latitude | None = None
    lon: Longitude | None = None
    name: Short | None = None
    address: Short | None = None
    kelurahan: Short | None = None


class NewReporter(Body):
    """Who reported it. A number without a country is Indonesian."""

    name: Short | None = None
    phone: Short | None = None
    handle: Short | None = None
    email: Short | None = None
    anonymous: bool = False


class PastStep(Body):
    """What was done with an imported case; `data` is the body of that action."""

    at: Instant
    type: Short
    data: dict[str, Any] = field(default_factory=dict)


class NewCase(Body):
    """A case that staff enter."""

    channel: Channel
    text: Text
    class_: Short | None = field(default=None, name="class")
    category: Short | None = None
    department: Short | None = None
    location: Place | None = None
    reporter: NewReporter = field(default_factory=NewReporter)
    secret: bool = False
    received_at: Instant | None = None
    note: Text | None = None
    external_id: Annotated[str, Meta(min_length=1, max_length=100, pattern=r"^[^\x00]*$")] | None = None
    history: Annotated[tuple[PastStep, ...], Meta(max_length=40)] = ()


class Verify(Body):
    """It is a real matter of the city's."""

    class_: Short | None = field(default=None, name="class")
    category: Short | None = None
    location: Place | None = None
    note: Text | None = None


class Assign(Body):
    """Hand it to a department."""

    department: Short
    category: Short | None = None
    location: Place | None = None
    note: Text | None = None


class Transfer(Body):
    """Hand it to another department, with the reason."""

    department: Short
    note: Text


class Noted(Body):
    """An action that needs nothing more."""

    note: Text | None = None


class Wait(Body):
    """Ask the reporter something; `text` is sent to him."""

    text: Text
    note: Text | None = None


class Respond(Body):
    """Answer; `text` is sent to the reporter."""

    text: Text
    note: Text | None = None


class Reject(Body):
    """Say why it is not taken up."""

    reason: Reason
    duplicate_of: Ticket | None = None
    note: Text | None = None


class Merge(Body):
    """It is the same matter as another case."""

    duplicate_of: Ticket
    note: Text | None = None


class Reopen(Body):
    """It was not finished after all."""

    note: Text


class Extend(Body):
    """More time for one clock, with the reason."""

    clock: Clock
    note: Text


class Note(Body):
    """A remark between officials."""

    text: Text


class File(Body):
    """An uploaded file."""

    id: Annotated[str, Meta(pattern="^[0-9a-f]{16}$")]
    name: Short
    type: FileType
    size: Size


class Attach(Body):
    """Add a file that was uploaded."""

    attachment: File
    note: Text | None = None


class Changes(Body):
    """What `set` may change; what is absent stays, a location of null is forgotten."""

    class_: Short | UnsetType = field(default=UNSET, name="class")
    category: Short | UnsetType = UNSET
    location: Place | UnsetType | None = UNSET
    anonymous: bool | UnsetType = UNSET
    secret: bool | UnsetType = UNSET


class Set(Body):
    """Correct what is known about a case."""

    changes: Changes
    note: Text | None = None


class NewFile(Body):
    """A file about to be uploaded."""

    name: Short
    type: FileType
    size: Size


class Caller(Body):
    """Whose cases: by his telephone number, or by his handle where he has none."""

    phone: Short | None = None
    handle: Short | None = None
    status: tuple[Short, ...] = ()
    """Any of these; without them, all."""
    limit: Annotated[int, Meta(ge=1, le=100)] = 50
    cursor: Annotated[str, Meta(max_length=1000)] | None = None


class Decision(Body):
    """What a person found out about a filing nobody was sure of."""

    decision: Literal["arrived", "resend"]
    complaint_id: Short | None = None


class NewExport(Body):
    """A period to be exported; days in the city's zone, both included. The filters are those of the list."""

    from_: Day = field(name="from")
    to: Day
    format: Literal["csv", "xlsx"] = "csv"
    status: Short | UnsetType = UNSET
    department: Short | UnsetType = UNSET
    category: Short | UnsetType = UNSET
    channel: Short | UnsetType = UNSET
    kelurahan: Short | UnsetType = UNSET
    class_: Short | UnsetType = field(default=UNSET, name="class")


class Evidence(Body):
    """The year whose evidence is put together."""

    year: Annotated[int, Meta(ge=2000, le=2099)]


class Erase(Body):
    """Whom to erase: exactly one of phone, handle and ticket (its reporter, in all his cases)."""

    reason: Short
    phone: Short | None = None
    handle: Short | None = None
    ticket: Ticket | None = None


class SurveyAnswer(Body):
    """An answer to one element of the satisfaction survey (Permenpan-RB 14/2017)."""

    element: Literal["U1", "U2", "U3", "U4", "U5", "U6", "U7", "U8", "U9"]
    score: Annotated[int, Meta(ge=1, le=4)]


class Replayed(Body):
    """Which cases of a replayed year to store, by number from 1, both included."""

    from_: Annotated[int, Meta(ge=1)] = field(name="from")
    to: Annotated[int, Meta(ge=1)]


class Proposal(Body):
    """A city file as it was written."""

    toml: Annotated[str, Meta(max_length=300_000)]


# The shape of each action's body, in the order of the lifecycle's table.
ACTIONS: dict[str, type[Body]] = {
    "verify": Verify,
    "assign": Assign,
    "transfer": Transfer,
    "start": Noted,
    "wait": Wait,
    "resume": Noted,
    "respond": Respond,
    "close": Noted,
    "reject": Reject,
    "merge": Merge,
    "reopen": Reopen,
    "extend": Extend,
    "note": Note,
    "attach": Attach,
    "set": Set,
}
