"""Attachments and large quarantined payloads: one private bucket, reached by short-lived links."""

from chalicelib.settings import settings
from chalicelib.store.aws import client

LINK_SECONDS = 300


def put(key: str, content: bytes, content_type: str) -> None:
    """Keep a file under a key that says nothing of a person."""
    client("s3").put_object(Bucket=settings().media_bucket, Key=key, Body=content, ContentType=content_type)


def get(key: str) -> bytes:
    """The file's bytes."""
    content: bytes = client("s3").get_object(Bucket=settings().media_bucket, Key=key)["Body"].read()
    return content


def link(key: str) -> str:
    """A signed link that opens the file for five minutes."""
    url: str = client("s3").generate_presigned_url(
        "get_object", Params={"Bucket": settings().media_bucket, "Key": key}, ExpiresIn=LINK_SECONDS
    )
    return url
