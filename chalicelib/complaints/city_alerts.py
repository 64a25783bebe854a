"""The part of a city's configuration that says who hears of deadlines, when and how."""

from typing import Annotated, Literal

from msgspec import Meta, Struct

from chalicelib.complaints.city_fields import ClockTime, Email, Phone, Positive, Span, Text


class Reach(Struct, frozen=True, kw_only=True):
    """Where one role of a department is reached: an office's address, no person's."""

    email: Email | None = None
    whatsapp: Phone | None = None
    verify: bool = False


class Alert(Struct, frozen=True, kw_only=True):
    """One step of the ladder: at this share of a clock's time, these roles hear of it."""

    clock: Literal["verification", "follow_up", "resolution", "closing"]
    percent: Annotated[int, Meta(ge=1, le=1000)]
    to: Annotated[
        tuple[Literal["admin", "operator", "coordinator", "officer", "head", "sekda", "mayor", "executive"], ...],
        Meta(min_length=1),
    ]
    by: Annotated[tuple[Literal["email", "whatsapp"], ...], Meta(min_length=1)] = ("email",)


class Contact(Struct, frozen=True, kw_only=True):
    """Where one role of the city hears of deadlines; a role may have several."""

    role: Literal["admin", "operator", "coordinator", "sekda", "mayor", "executive"]
    name: Text
    """Of the office, no person's."""
    email: Email | None = None
    whatsapp: Phone | None = None
    verify: bool = False


class Alerting(Struct, frozen=True, kw_only=True):
    """How alerts are sent."""

    emergency_categories: tuple[str, ...] = ()
    """Told at once, by night and on holidays too."""
    quiet_hours: tuple[Span, ...] = ()
    """Of every day: nobody is told in them, even where his office is open. Around midnight: two spans."""
    most_per_message: Positive = 20
    """Cases named in one message; beyond that it says how many more there are."""
    at_least_minutes_between: Annotated[int, Meta(ge=0, le=480)] = 30
    """So long after a message an address gets no other one: what comes meanwhile is told together. 0: at once.
    Emergencies do not wait."""
    acknowledged_working_days: Positive = 2
    """How long "Terima" silences the steps of a clock."""
    digest_at: ClockTime = "07:30"
    """When a department's head gets the list of the day, on working days."""
    from_email: Email | None = None
    """The sender; verified in SES."""
    link_hours: Positive = 72
    """How long the links in an alert act."""
