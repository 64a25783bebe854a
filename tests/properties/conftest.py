"""As for unit tests: nothing here may reach a real account."""

import os

import moto.core  # noqa: F401 - hooks itself into botocore sessions made after this import
from hypothesis import settings

os.environ.update(
    AWS_ACCESS_KEY_ID="testing",
    AWS_SECRET_ACCESS_KEY="testing",
    AWS_DEFAULT_REGION="ap-southeast-3",
    AWS_REGION="ap-southeast-3",
)
os.environ.pop("AWS_ENDPOINT_URL", None)

# `make test` runs each property as often as it says itself; HYPOTHESIS_PROFILE=nightly looks much longer.
settings.register_profile("nightly", max_examples=100_000, deadline=None, print_blob=True)
if profile := os.environ.get("HYPOTHESIS_PROFILE"):
    settings.load_profile(profile)
