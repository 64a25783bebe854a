"""Secrets from the parameter store of this stage."""

from collections.abc import Sequence

from chalicelib.secrets import SecretStore
from chalicelib.settings import settings
from chalicelib.store.aws import client


def fetch(names: Sequence[str]) -> dict[str, str]:
    """The decrypted values of those parameters that exist, by their short names."""
    ssm, found = client("ssm"), {}
    for name in names:
        try:
            answer = ssm.get_parameter(Name=f"{settings().secrets_prefix}/{name}", WithDecryption=True)
        except ssm.exceptions.ParameterNotFound:
            continue
        found[name] = answer["Parameter"]["Value"]
    return found


SECRETS = SecretStore(fetch)
