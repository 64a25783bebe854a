"""Attachments and large quarantined payloads: one private bucket, reached by short-lived links.

`attachments/<ticket>/<name>`  a file of a case, sent by its reporter or attached by staff
`uploads/<ticket>/<name>`      a file that staff sent and nobody has attached yet: forgotten after a day or two
"""

from dataclasses import dataclass
from typing import IO

from chalicelib.settings import settings
from chalicelib.store.aws import client
from chalicelib.store.keys import digest

LINK_SECONDS = 300


@dataclass(frozen=True, slots=True)
class Stored:
    """A file in the bucket."""

    size: int
    """In bytes."""
    type: str
    """As it was said when it was stored: a MIME type."""


def attached(ticket: str, name: str) -> str:
    """The key of a case's own file. What people call it says too much and stays out."""
    return f"attachments/{ticket}/{name}"


def uploaded(ticket: str, name: str) -> str:
    """The key of a file of staff until it is attached."""
    return f"uploads/{ticket}/{name}"


def name_of(message: str) -> str:
    """What the file of a message is called, by the message's place in its case (sort key): that outlives its id."""
    return digest(message, 16)


def folders(ticket: str) -> tuple[str, ...]:
    """What the keys of everything that lies in the bucket for a case begin with."""
    return attached(ticket, ""), uploaded(ticket, "")


def put(key: str, content: bytes, content_type: str) -> None:
    """Keep a file under a key that says nothing of a person."""
    client("s3").put_object(Bucket=settings().media_bucket, Key=key, Body=content, ContentType=content_type)


def get(key: str, *, first: int | None = None) -> bytes:
    """The file's bytes; only the `first` so many of them, where that is all one wants."""
    part = {"Range": f"bytes=0-{first - 1}"} if first else {}
    content: bytes = client("s3").get_object(Bucket=settings().media_bucket, Key=key, **part)["Body"].read()
    return content


def put_file(key: str, file: IO[bytes], content_type: str) -> None:
    """Keep what an open file holds, from where it stands, without reading it into memory."""
    client("s3").put_object(Bucket=settings().media_bucket, Key=key, Body=file, ContentType=content_type)


def forget(key: str) -> None:
    """Delete a file; one that is not there is forgotten already."""
    client("s3").delete_object(Bucket=settings().media_bucket, Key=key)


def forget_all(prefix: str) -> None:
    """Delete every file under a prefix, also those that no item names."""
    s3 = client("s3")
    while found := s3.list_objects_v2(Bucket=settings().media_bucket, Prefix=prefix).get("Contents"):
        for item in found:
            forget(item["Key"])


def copy(source: str, target: str) -> None:
    """Keep a file under another key as well, with its type."""
    bucket = settings().media_bucket
    client("s3").copy_object(Bucket=bucket, Key=target, CopySource={"Bucket": bucket, "Key": source})


def link(key: str, name: str | None = None) -> str:
    """A signed link that opens the file for five minutes; a browser saves it as `name`."""
    saved = {"ResponseContentDisposition": f'attachment; filename="{name}"'} if name else {}
    url: str = client("s3").generate_presigned_url(
        "get_object", Params={"Bucket": settings().media_bucket, "Key": key, **saved}, ExpiresIn=LINK_SECONDS
    )
    return url


def size(key: str) -> int | None:
    """How large a stored file is, in bytes; None when there is none."""
    found = described(key)
    return found.size if found else None


def described(key: str) -> Stored | None:
    """What is said of a stored file; None when there is none."""
    from botocore.exceptions import ClientError

    try:
        head = client("s3").head_object(Bucket=settings().media_bucket, Key=key)
        return Stored(int(head["ContentLength"]), head["ContentType"])
    except ClientError as error:
        # Who may not list the bucket is told 403 for what is not there.
        if error.response["ResponseMetadata"]["HTTPStatusCode"] in (403, 404):
            return None
        raise


def upload_link(key: str, content_type: str, length: int) -> str:
    """A signed link that takes one file of this type and length for five minutes."""
    url: str = client("s3").generate_presigned_url(
        "put_object",
        Params={
            "Bucket": settings().media_bucket,
            "Key": key,
            "ContentType": content_type,
            "ContentLength": length,
        },
        ExpiresIn=LINK_SECONDS,
    )
    return url
