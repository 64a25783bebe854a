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
    due_on: str | None
    state: str
    ended_at: str | None
    legal_basis: str | None
    no_calendar: int | None


class Explained(Struct, forbid_unknown_fields=True):
    """Every run of every clock, with its days: complaints/explain.py says what each member means."""

    ticket: str
    clocks: list[dict[str, Any]]


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


class Suggestion(Struct, forbid_unknown_fields=True, kw_only=True):
    """What routing makes of a case nobody has categorised: `category` where it is sure, else only a `guess`."""

    category: str | None
    department: str | None
    kelurahan: str | None
    confidence: float
    words: list[str]
    guess: str | None
    runner_up: str | None


class Case(CaseSummary, forbid_unknown_fields=True, kw_only=True):
    """A case with everything that came with it."""

    messages: list[Message]
    attachments: list[Attachment]
    suggestion: Suggestion | UnsetType = UNSET


class Cases(Struct, forbid_unknown_fields=True):
    items: list[CaseSummary]
    next: str | None


class SimilarCase(Struct, forbid_unknown_fields=True, kw_only=True):
    """A case that may be the same matter, and why."""

    ticket: str
    status: str
    category: str | None
    department: str | None
    received_at: str
    text: str | None
    distance_m: int | None
    why: str
    supporters: int
    duplicate_of: str | None


class Similar(Struct, forbid_unknown_fields=True):
    """`looked_at` cases of the 14 days around; not `complete` where there were more."""

    items: list[SimilarCase]
    next: None
    looked_at: int
    complete: bool


class ErasureLine(Struct, forbid_unknown_fields=True, kw_only=True):
    """A request to erase a person; `lapor` are the numbers to ask for at SP4N-LAPOR!."""

    id: str
    at: str
    actor: str
    reason: str
    state: Literal["running", "done"]
    cases: int
    messages: int
    files: int
    payloads: int
    lapor: list[str]
    finished_at: str | None


class ErasureDone(Struct, forbid_unknown_fields=True, kw_only=True):
    """What was erased (or, `dry`, would be; at least as much where the count is not `complete`); while `running`,
    asking again goes on with what is `remaining`."""

    cases: int
    messages: int
    files: int
    payloads: int
    lapor: list[str]
    limits: list[str]
    dry: bool | UnsetType = UNSET
    complete: bool | UnsetType = UNSET
    id: str | UnsetType = UNSET
    at: str | UnsetType = UNSET
    actor: str | UnsetType = UNSET
    reason: str | UnsetType = UNSET
    state: Literal["running", "done"] | UnsetType = UNSET
    finished_at: str | UnsetType | None = UNSET
    remaining: int | UnsetType = UNSET
    repeated: bool | UnsetType = UNSET


class Erasures(Struct, forbid_unknown_fields=True):
    items: list[ErasureLine]
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
    zone: str | None


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
    warnings: list[str] = []


class CityApplied(Struct, forbid_unknown_fields=True):
    version: int
    changes: list[CityChange]


class Acted(Struct, forbid_unknown_fields=True):
    ticket: str
    action: Literal["acknowledge", "extend", "transfer"]


class Alert(Struct, forbid_unknown_fields=True, kw_only=True):
    """One message to one office. `about`: of one to the admin, the message that went wrong."""

    id: str
    at: str
    kind: Literal["alert", "digest", "weekly", "admin", "report"]
    role: str
    name: str | None
    department: str | None
    channel: str
    state: Literal[
        "waiting", "claiming", "sending", "sent", "delivered", "read", "failed", "bounced", "ambiguous", "void"
    ]
    summary: str | None
    tickets: list[str]
    reason: str | None
    receipts: dict[str, str]
    acted: list[Acted]
    about: str | None


class Alerts(Struct, forbid_unknown_fields=True):
    items: list[Alert]
    next: str | None


class Health(Struct, forbid_unknown_fields=True):
    status: Literal["ok"]


class ExportPlace(Struct, forbid_unknown_fields=True):
    """Where a file lies that is too large, or of the wrong kind, to be sent through the gateway."""

    url: str
    rows: int


class ReportPlace(Struct, forbid_unknown_fields=True):
    """Where a report lies for five minutes."""

    url: str


class ExportAsked(Struct, forbid_unknown_fields=True):
    id: str


class ExportState(Struct, forbid_unknown_fields=True):
    id: str
    state: Literal["running", "done", "failed"]
    format: Literal["csv", "xlsx", "zip"]
    rows: int | None
    url: str | None


class SurveyWords(Struct, forbid_unknown_fields=True):
    score: int
    text: str


class SurveyQuestion(Struct, forbid_unknown_fields=True):
    """`score`: what was answered; None while it was not."""

    element: str
    title: str
    question: str
    answers: list[SurveyWords]
    score: int | None


class SurveySheet(Struct, forbid_unknown_fields=True):
    """What a reporter is asked; `page`: where he can answer by himself, below the API's address, or null where he is
    asked in his chat."""

    ticket: str
    questions: list[SurveyQuestion]
    page: str | None


class SurveyDone(Struct, forbid_unknown_fields=True):
    ticket: str
    element: str
    score: int


class ProblemDocument(Struct):
    """RFC 9457; some problems have members of their own, such as `field`, `allowed` or `version`."""

    type: str
    title: str
    status: int | UnsetType = UNSET
    detail: str | UnsetType = UNSET
