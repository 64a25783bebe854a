"""Exports that a job prepares: what was asked for, how far it is. The files themselves lie in the media bucket."""

import json
import os
from datetime import datetime, timedelta
from secrets import token_hex

from pynamodb.attributes import BinaryAttribute, NumberAttribute, UnicodeAttribute

from chalicelib.settings import SettingsMissing
from chalicelib.store import media
from chalicelib.store.aws import client
from chalicelib.store.keys import iso
from chalicelib.store.tables import ControlItem

RUNNING, DONE, FAILED = "running", "done", "failed"
# The bucket keeps the file for a day, and until the midnight (UTC) after it (infra/resources.yaml).
KEPT = timedelta(days=1)
FOLDER = "exports/"
MARK = "EXPORTS"
FUNCTION = "ADUAN_EXPORT_FUNCTION"


class ExportJob(ControlItem):
    """`EXPORT#<id>`: an export that was asked for."""

    owner = UnicodeAttribute()
    state = UnicodeAttribute()
    wanted = BinaryAttribute(legacy_encoding=False)
    at = UnicodeAttribute()
    rows = NumberAttribute(default=0)
    expires_at = NumberAttribute()
    mark = UnicodeAttribute(null=True)  # the one that held while the file was written


class ExportMark(ControlItem):
    """`EXPORTS`: a mark that every erasure changes. What was written under another one is not given out any more."""

    mark = UnicodeAttribute()


def add(identifier: str, owner: str, wanted: bytes, now: datetime) -> None:
    """Note a new job."""
    expires_at = int((now + KEPT).timestamp())
    ExportJob(_pk(identifier), owner=owner, state=RUNNING, wanted=wanted, at=iso(now), expires_at=expires_at).save()


def get(identifier: str) -> ExportJob | None:
    """The job, or None."""
    try:
        return ExportJob.get(_pk(identifier), consistent_read=True)
    except ExportJob.DoesNotExist:
        return None


def finish(identifier: str, state: str, rows: int, held: str | None = None) -> None:
    """Say how a job ended. `held`: the mark that held while its file was written."""
    mark = ExportJob.mark.set(held) if held else ExportJob.mark.remove()
    ExportJob(_pk(identifier)).update([ExportJob.state.set(state), ExportJob.rows.set(rows), mark])


def mark() -> str | None:
    """The mark that holds now; None before the first erasure."""
    try:
        return ExportMark.get(MARK, consistent_read=True).mark
    except ExportMark.DoesNotExist:
        return None


def withdraw() -> None:
    """Take back every export: somebody is being erased who may be in it. The mark first: a job that puts its file into
    the bucket after this has looked there sees that it changed."""
    ExportMark(MARK, mark=token_hex(8)).save()
    media.forget_all(FOLDER)


def start(identifier: str) -> None:
    """Have the function that writes exports begin. Raises SettingsMissing, and botocore's errors."""
    function = os.environ.get(FUNCTION)
    if not function:
        raise SettingsMissing(f"these environment variables are not set: {FUNCTION}")
    # Lambda's own queue: it keeps the event, and tries again when the function fails.
    client("lambda").invoke(
        FunctionName=function, InvocationType="Event", Payload=json.dumps({"id": identifier}).encode()
    )


def _pk(identifier: str) -> str:
    return f"EXPORT#{identifier}"
