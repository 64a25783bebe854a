"""Credentials that open nothing, and moto before anything else, so that no test can ever reach a real account.

moto hooks itself into botocore sessions made after its import, and the process's one session is made when
`chalicelib.store.aws` is first imported: here, before pytest collects any test that does so.

Properties are looked at with the same examples in every run of `make test`; `make nightly` looks for new ones.
"""

import os

import moto.core  # noqa: F401 - for its hooks, see above
from hypothesis import settings

os.environ.update(
    AWS_ACCESS_KEY_ID="testing",
    AWS_SECRET_ACCESS_KEY="testing",
    AWS_DEFAULT_REGION="ap-southeast-3",
    AWS_REGION="ap-southeast-3",
)
os.environ.pop("AWS_ENDPOINT_URL", None)

settings.register_profile("test", derandomize=True, deadline=None, print_blob=True)
settings.register_profile("nightly", max_examples=100_000, deadline=None, print_blob=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "test"))
