"""Credentials that open nothing, so that no unit test can ever reach a real account."""

import os

import moto.core  # noqa: F401 - hooks itself into botocore sessions made after this import

os.environ.update(
    AWS_ACCESS_KEY_ID="testing",
    AWS_SECRET_ACCESS_KEY="testing",
    AWS_DEFAULT_REGION="ap-southeast-3",
    AWS_REGION="ap-southeast-3",
)
os.environ.pop("AWS_ENDPOINT_URL", None)
