"""Secrets from the parameter store of this stage."""

from collections.abc import Sequence

from chalicelib.secrets import SecretStore
from chalicelib.settings import settings
from chalicelib.store.aws import client


def fetch(names: Sequence[str]) -> dict[str, str]:
    """The decrypted values of those parameters that exist, by their short names."""
    prefix = settings().secrets_prefix
    answer = client("ssm").get_parameters(Names=[f"{prefix}/{name}" for name in names], WithDecryption=True)
    return {item["Name"].removeprefix(f"{prefix}/"): item["Value"] for item in answer["Parameters"]}


SECRETS = SecretStore(fetch)
