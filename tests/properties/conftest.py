"""`make test` runs each property as often as it says itself; HYPOTHESIS_PROFILE=nightly looks much longer."""

import os

from hypothesis import settings

settings.register_profile("nightly", max_examples=100_000, deadline=None, print_blob=True)
if profile := os.environ.get("HYPOTHESIS_PROFILE"):
    settings.load_profile(profile)
