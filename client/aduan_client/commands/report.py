"""`aduan report` (lapor): a new case from a phone call, the counter or the field."""

import sys
import uuid
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from aduan_client import drafts, times
from aduan_client.commands.acting import found_ids
from aduan_client.commands.acting import report as report_action
from aduan_client.commands.options import (
    Address,
    Anonymous,
    AsJson,
    Category,
    Class,
    Department,
    File,
    Kelurahan,
    Lat,
    Lon,
    Note,
    Phone,
    Secret,
    Text,
    Yes,
)
from aduan_client.commands.typed import class_code, coded, given, phone_number, place_of
from aduan_client.drafts import Draft
from aduan_client.errors import ApiError, ClientError, SignedOutError, UnreachableError, UsageError
from aduan_client.localised import sentence
from aduan_client.output import note as remark
from aduan_client.output import print_json, show
from aduan_client.patience import passing, patiently
from aduan_client.run import Run, agreed, ask, run_of
from aduan_client.texts import text_of
from aduan_client.words import STATUSES

if TYPE_CHECKING:
    from aduan_client.api import Api

OPEN = tuple(status for status in STATUSES if status not in ("closed", "rejected"))
SHOWN = 5  # earlier cases offered to a caller


@dataclass(frozen=True)
class Call:
    """What is known of a caller and of what he says."""

    number: str | None = None
    name: str | None = None
    place: dict[str, Any] = field(default_factory=dict)
    anonymous: bool | None = None
    text: str | None = None
    earlier: str | None = None
    """The open case of his that this is about."""


def report(
    ctx: typer.Context,
    channel: Annotated[str, typer.Option("--channel", "--kanal", help="option.new_channel")] = "phone",
    text: Text = None,
    file: File = None,
    name: Annotated[str | None, typer.Option("--name", "--nama", help="option.name")] = None,
    phone: Phone = None,
    email: Annotated[str | None, typer.Option("--email", help="option.email")] = None,
    handle: Annotated[str | None, typer.Option("--handle", help="option.handle")] = None,
    class_: Class = None,
    category: Category = None,
    department: Department = None,
    address: Address = None,
    kelurahan: Kelurahan = None,
    lat: Lat = None,
    lon: Lon = None,
    photos: Annotated[list[Path] | None, typer.Option("--photo", "--foto", help="option.photo")] = None,
    received_at: Annotated[str | None, typer.Option("--received-at", "--diterima", help="option.received_at")] = None,
    note: Note = None,
    anonymous: Anonymous = None,
    secret: Secret = None,
    send_drafts: Annotated[bool, typer.Option("--send-drafts", "--kirim-draf", help="option.send_drafts")] = False,
    yes: Yes = False,
    as_json: AsJson = False,
) -> None:
    """Enter a new case: by options, or without --text by answering a few questions."""
    run = run_of(ctx)
    profile = run.profile()
    zone = run.zone(profile)
    api = run.api(profile)
    if send_drafts:
        _send_drafts(run, api, profile.name, yes, as_json)
        return
    if waiting := len(list(drafts.kept(run.folder(), profile.name))):
        remark(run.say("label.drafts_wait", count=waiting))
    place = place_of(lat, lon, address=address, kelurahan=kelurahan)
    _readable(photos or [])
    channel = coded("channel", channel, run.say) or channel
    number = phone_number(phone)
    at = times.typed(received_at, zone) if received_at else None
    call = Call(number, name, place, anonymous)
    asking = text is None and file is None
    named = given(department=department, category=category)
    if asking:
        _resolved(api, {**named, "location": place})  # a name nobody knows is said before the call, not after it
        call = _interview(run, api, call, in_the_field=channel == "field")
        if call.earlier is not None:
            send = partial(api.action, call.earlier, "note", {"text": call.text}, key=str(uuid.uuid4()))
            report_action(run, "note", patiently(send), as_json)
            return
        text = call.text
    else:
        text = text_of(text, file, "")
    person = given(name=call.name, phone=call.number, handle=handle, email=email, anonymous=call.anonymous)
    body = {
        "channel": channel,
        "text": text,
        **given(class_=class_code(class_), secret=secret, note=note, received_at=at),
        **given(location=call.place or None, reporter=person or None),
        **named,
    }
    draft = Draft(str(uuid.uuid4()), body, [str(photo.absolute()) for photo in photos or []])
    case = _sent(run, api, profile.name, draft, as_json)
    if asking:
        _remark_similar(run, api, case)


def _interview(run: Run, api: "Api", call: Call, *, in_the_field: bool) -> Call:
    """Ask what is not known yet, in the order of a telephone call: who, whether he called before, what, where."""
    number, name, place = call.number, call.name, call.place
    if number is None and not in_the_field:
        number = _until(run, "ask.phone", phone_number)
    earlier = _asked_earlier(run, api, number) if number else None
    if earlier is not None:
        return Call(number, earlier=earlier, text=_asked_text(run))
    if name is None and not in_the_field:
        name = _asked(run, "ask.name")
    text = _asked_text(run)
    place = place or given(address=_asked(run, "ask.address"))
    anonymous = call.anonymous
    if anonymous is None and (name or number):
        anonymous = agreed(_asked(run, "ask.anonymous") or "") or None
    return Call(number, name, place, anonymous, text)


def _sent(run: Run, api: "Api", profile: str, draft: Draft, as_json: bool) -> Any:
    """Send a new case and its photos, and show its ticket. Until that is shown the draft lies on the disk: whatever
    ends the client, it is sent later, and is one case by its key."""
    kept = None
    with suppress(OSError):  # a disk that is full must not keep a case from being entered
        kept = drafts.keep(run.folder(), profile, draft)
    try:
        case = _entered(api, draft)
    except ClientError as error:
        if not _passing(error):
            _forgotten(kept)
            raise
        if kept is None:
            raise
        raise ClientError("error.kept_as_draft", error.code, reason=sentence(error, run.say)) from None
    try:
        case = _with_photos(api, case, draft)
    except ClientError:  # it names the ticket, and how to send the photo
        _forgotten(kept)
        raise
    _shown(run, case, as_json)
    _forgotten(kept)
    return case


def _entered(api: "Api", draft: Draft) -> Any:
    """The case of a draft, entered once however often this is asked for."""
    body = _resolved(api, draft.body)
    return patiently(lambda: api.send("POST", "/v1/complaints", body=body, key=draft.key))


def _with_photos(api: "Api", case: Any, draft: Draft) -> Any:
    """The case with the draft's photos; ClientError naming the one that could not be sent."""
    for photo in draft.photos:
        from aduan_client.uploads import attach

        try:
            case = attach(api, case["ticket"], Path(photo), None, str(uuid.uuid5(uuid.UUID(draft.key), photo)))
        except ClientError as error:
            raise ClientError("error.photo", error.code, ticket=case["ticket"], path=photo) from None
    return case


def _resolved(api: "Api", body: dict[str, Any]) -> dict[str, Any]:
    """A new case with department, category and kelurahan as the city calls them; as they were typed where nobody can
    be asked now. UsageError for one the city has not."""
    location = body.get("location") or {}
    named = {name: body[name] for name in ("department", "category") if body.get(name)}
    named |= {name: location[name] for name in ("kelurahan",) if location.get(name)}
    if not named:
        return body
    try:
        found = found_ids(api, named)
    except UnreachableError:
        return body
    place = {name: found.pop(name) for name in ("kelurahan",) if name in found}
    return {**body, **found, **({"location": {**location, **place}} if place else {})}


def _passing(error: ClientError) -> bool:
    """Whether a case may be entered after all once the network, the service or the session is back."""
    return passing(error) or isinstance(error, SignedOutError)


def _forgotten(draft: Path | None) -> None:
    if draft is not None:
        sys.stdout.flush()  # what was shown is out before what it was made of is gone
        draft.unlink(missing_ok=True)


def _send_drafts(run: Run, api: "Api", profile: str, yes: bool, as_json: bool) -> None:
    sent: list[Any] = []
    done, refused, photo_left = [], 0, None
    for path, draft in drafts.kept(run.folder(), profile):
        if drafts.too_old(path) and not yes:
            refused += 1
            remark(run.say("error.old_draft", path=path))
            continue
        try:
            case = _entered(api, draft)
        except ClientError as error:
            reason = sentence(error, run.say)
            if _passing(error):
                raise ClientError("error.kept_as_draft", error.code, reason=reason) from None
            refused += 1  # this one; the others are not to wait for it
            remark(run.say("error.draft", path=path, reason=reason))
            continue
        try:
            case = _with_photos(api, case, draft)
        except ClientError as error:
            remark(sentence(error, run.say))
            photo_left = photo_left or error
        sent.append(case)
        done.append(path)
        if not as_json:
            _shown(run, case, False)
            _forgotten(done.pop())
    if as_json:
        print_json({"items": sent, "next": None})
        for path in done:
            _forgotten(path)
    elif not sent and not refused:
        remark(run.say("label.no_drafts"))
    if refused:
        raise ClientError("error.drafts_left", count=refused)
    if photo_left is not None:
        raise ClientError("error.photos_left", photo_left.code)


def _readable(photos: list[Path]) -> None:
    """UsageError for the first photo that cannot be sent: better before the call than after it."""
    if photos:
        from aduan_client.uploads import description

        for photo in photos:
            description(photo)


def _asked(run: Run, key: str) -> str | None:
    """What a person answers to a question that may be left open."""
    answer = ask(run.say(key))
    if answer is None:
        raise UsageError("error.text_missing")
    return answer or None


def _asked_text(run: Run) -> str:
    while True:
        text = _asked(run, "ask.text")
        if text:
            return text


def _until(run: Run, key: str, understood: Callable[[str], str | None]) -> str | None:
    """The answer to a question, asked again with the reason while it cannot be understood."""
    while True:
        answer = _asked(run, key)
        if answer is None:
            return None
        try:
            return understood(answer)
        except UsageError as error:
            remark(run.say(error.key, **error.values))


def _asked_earlier(run: Run, api: "Api", number: str) -> str | None:
    """The caller's open case to go on with, or None for a new one."""
    try:
        cases = api.earlier_cases(number, OPEN, SHOWN)["items"]
    except (ApiError, UnreachableError):
        return None  # who may not look callers up, or cannot now, enters the case all the same
    if not cases:
        return None
    from aduan_client.views.lists import earlier_list

    show(earlier_list(cases, run.say, run.zone(run.profile())))
    while True:
        answer = _asked(run, "ask.earlier")
        if answer is None:
            return None
        if answer.isascii() and answer.isdigit() and 1 <= int(answer) <= len(cases):
            return str(cases[int(answer) - 1]["ticket"])
        remark(run.say("error.choice", count=len(cases)))


def _shown(run: Run, case: Any, as_json: bool) -> None:
    if as_json:
        print_json(case)
        return
    from aduan_client.views.ticket import big_ticket

    show(big_ticket(case, run.say))


def _remark_similar(run: Run, api: "Api", case: Any) -> None:
    """Point at near duplicates of what was just entered; it is only a hint, so it may fail."""
    try:
        found = api.about(case["ticket"], "similar").get("items") or []
    except ClientError:
        return
    if found:
        remark(run.say("label.similar_hint", count=len(found), ticket=case["ticket"]))
