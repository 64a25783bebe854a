"""One botocore session and one DynamoDB connection for the whole process.

PynamoDB makes a session, a client and a TLS pool for each Model class (pynamodb#1245): with eight models that is
half a second of cold start and 80 MB. `Base` in tables.py puts every model on SHARED instead.
"""

import os
from functools import cache
from typing import Any

from botocore.config import Config
from pynamodb.connection import Connection

REGION = os.environ.get("AWS_REGION", os.environ.get("AWS_DEFAULT_REGION", "ap-southeast-3"))

# A webhook must answer within a second or two; the defaults (15 s, 30 s, 4 tries) would outlive it.
CONNECT_SECONDS = 1
READ_SECONDS = 3
ATTEMPTS = 3
# A mail has no idempotency key: a call without an answer is not repeated, its sender decides; so it waits longer.
ONE_TRY = frozenset({"ses"})
ONE_TRY_READ_SECONDS = 10

SHARED = Connection(
    region=REGION,
    connect_timeout_seconds=CONNECT_SECONDS,
    read_timeout_seconds=READ_SECONDS,
    retry_configuration={"mode": "standard", "total_max_attempts": ATTEMPTS},
)


# Two things botocore otherwise works out anew for every call, a sixth of a call's CPU together: a user agent of a
# dozen parts, and whether the account has an endpoint of its own.
SHARED.session.set_default_client_config(Config(user_agent="aduan", account_id_endpoint_mode="disabled"))


@cache
def client(service: str) -> Any:
    """The process's client of a service, made on first use from PynamoDB's session (a new session costs 50 ms)."""
    return SHARED.session.create_client(
        service,
        SHARED.region,
        config=Config(
            # Links signed for the old global address fail in every region opened since 2019 (boto/boto3#2728).
            signature_version="s3v4" if service == "s3" else None,
            s3={"addressing_style": "virtual"},
            connect_timeout=CONNECT_SECONDS,
            read_timeout=ONE_TRY_READ_SECONDS if service in ONE_TRY else READ_SECONDS,
            retries={"mode": "standard", "total_max_attempts": 1 if service in ONE_TRY else ATTEMPTS},
            parameter_validation=False,
        ),
    )
