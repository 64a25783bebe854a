"""Exports that a job prepares: what was asked for, how far it is. The files themselves lie in the media bucket."""

import json
import os
from datetime import datetime, timedelta

from pynamodb.attributes import BinaryAttribute, NumberAttribute, UnicodeAttribute

from chalicelib.settings import SettingsMissing
from chalicelib.store.aws import client
from chalicelib.store.keys import iso
from chalicelib.store.tables import ControlItem

RUNNING, DONE, FAILED = "running", "done", "failed"
# As long as the bucket keeps the file (infra/resources.yaml).
KEPT = timedelta(days=1)
FUNCTION = "ADUAN_EXPORT_FUNCTION"


class ExportJob(ControlItem):
    """`EXPORT#<id>`: an export that was asked for."""

    owner = UnicodeAttribute()
    state = UnicodeAttribute()
    wanted = BinaryAttribute(legacy_encoding=False)
    at = UnicodeAttribute()
    rows = NumberAttribute(default=0)
    expires_at = NumberAttribute()


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


def finish(identifier: str, state: str, rows: int) -> None:
    """Say how a job ended."""
    ExportJob(_pk(identifier)).update([ExportJob.state.set(state), ExportJob.rows.set(rows)])


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
