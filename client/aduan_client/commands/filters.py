"""What a list or an export is narrowed down to: the words people type, as the API's parameters."""

from datetime import tzinfo
from typing import TYPE_CHECKING

from aduan_client import times
from aduan_client.commands.acting import found_ids
from aduan_client.commands.typed import class_code, coded, given, status_codes
from aduan_client.words import Words

if TYPE_CHECKING:
    from aduan_client.api import Api


def parameters(
    api: "Api",
    say: Words,
    zone: tzinfo,
    *,
    status: str | None = None,
    department: str | None = None,
    category: str | None = None,
    channel: str | None = None,
    class_: str | None = None,
    kelurahan: str | None = None,
    due_before: str | None = None,
    updated_after: str | None = None,
    received_after: str | None = None,
    received_before: str | None = None,
    q: str | None = None,
) -> dict[str, str]:
    """The query for the filters that were given. UsageError for what is no status, time, channel or number."""
    query = given(
        status=status_codes(status, say),
        channel=coded("channel", channel, say),
        class_=class_code(class_),
        q=q,
    )
    moments = given(
        due_before=due_before,
        updated_after=updated_after,
        received_after=received_after,
        received_before=received_before,
    )
    query |= {name: times.typed(text, zone) for name, text in moments.items()}
    named = given(department=department, category=category, kelurahan=kelurahan)
    return {**query, **(found_ids(api, named) if named else {})}
