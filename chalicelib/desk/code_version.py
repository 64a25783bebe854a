"""Which code worked something out: the package that is deployed, and what its indicators mean."""

import hashlib
import os
from functools import cache

# The template gives the package's key, which holds its hash (infra/resources.yaml).
ARTEFACT = "ADUAN_ARTEFACT"


def deployed() -> str:
    """The hash of the package; `source` where the code runs out of its folder."""
    key = os.environ.get(ARTEFACT, "")
    return key.rpartition("/")[2].partition(".")[0] or "source"


@cache
def definitions() -> str:
    """A hash of what docs/indicators.md says: the same as long as every indicator means the same."""
    from chalicelib.complaints.definitions_page import print_definitions

    return hashlib.sha256(print_definitions().encode()).hexdigest()
