"""What a deployment decides: names of tables, queues and endpoints, read once from the environment.

Nothing here is secret (secrets.py) and nothing here belongs to the city (complaints/city.py).
`chalice package` imports the application without any of these variables, so they are read on first use.
"""

import os
from dataclasses import dataclass, fields
from functools import cache

PREFIX = "ADUAN_"


class SettingsMissing(RuntimeError):
    """A variable the deployment must set is absent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """One field per environment variable: `complaints_table` is `ADUAN_COMPLAINTS_TABLE`."""

    stage: str
    secrets_prefix: str
    outbox_topic: str
    media_bucket: str
    lapor_base_url: str = ""
    lapor_auth_header: str = "Authorization"
    lapor_auth_scheme: str = ""
    lapor_token_header: str = "token"  # noqa: S105 - the name of a header, not a secret
    lapor_create_path: str = "/complaints/complaint"
    whatsapp_api_url: str = ""
    whatsapp_account: str = ""
    """The phone_number_id that officials are told from; empty where they get mails only."""
    alert_template: str = "peringatan_aduan"
    alert_template_language: str = "id"
    alert_sender: str = ""
    """The identity that SES sends as: a domain, or one address."""
    alert_configuration: str = ""
    """SES's configuration set, whose events tell what became of a mail."""
    public_url: str = ""
    """The API as the world sees it, without a trailing slash: what links in mails begin with."""
    sie_url: str = ""
    """Where figures are pushed to (docs/sie.md); empty where nobody waits for them."""
    replay: str = "off"
    """`on` where years may be replayed (docs/operations.md); never where a city works."""


@cache
def settings() -> Settings:
    """The settings of this process. Raises SettingsMissing naming every variable that is absent."""
    found: dict[str, str] = {}
    for field in fields(Settings):
        value = os.environ.get(PREFIX + field.name.upper())
        if value is not None:
            found[field.name] = value
    try:
        return Settings(**found)
    except TypeError:
        required = {"stage", "secrets_prefix", "outbox_topic", "media_bucket"}
        missing = ", ".join(PREFIX + name.upper() for name in sorted(required - found.keys()))
        raise SettingsMissing(f"these environment variables are not set: {missing}") from None
