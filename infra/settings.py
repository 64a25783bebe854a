"""What a stage is deployed with: `infra/stages/<stage>.toml`."""

import base64
import secrets
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

FOLDER = Path(__file__).parent / "stages"

# The secrets a stage cannot work without, by the name that the functions ask for.
SECRETS = {
    "whatsapp_app_secret": "the secret that WhatsApp signs its webhooks with",
    "whatsapp_verify_token": "the word that WhatsApp says when it subscribes to the webhook",
    "whatsapp_access_token": "the token that messages are sent with",
    "lapor_auth": "the value of SP4N-LAPOR!'s authorisation header",
    "lapor_token": "the value of SP4N-LAPOR!'s token header",
    "sie_secret": "what pushes to the SIE are signed with, whsec_ and base64 of 24 to 64 random bytes (docs/sie.md)",
    "link_secret": "a long random word of your own, that links in alerts are signed with",
}


# Secrets that are needed only where a parameter is set.
ONLY_WITH = {"sie_secret": "SieUrl"}


def new_secret(name: str) -> str:
    """Random words for a secret of a machine's own cloud."""
    key = secrets.token_bytes(24)
    return f"whsec_{base64.b64encode(key).decode()}" if name == "sie_secret" else key.hex()


class SettingsWrong(RuntimeError):
    """The settings of a stage cannot be read; the message says why in one sentence."""


@dataclass(frozen=True, slots=True)
class StageSettings:
    """One stage. `parameters` are the template's, by their names there; an empty string is not filled in yet."""

    stage: str
    stack: str
    region: str
    artefact_bucket: str
    parameters: Mapping[str, str]

    @property
    def secrets_prefix(self) -> str:
        """Where the stage's secrets lie in the parameter store."""
        return f"/aduan/{self.stage}"

    def with_parameters(self, **values: str) -> "StageSettings":
        """The same stage with some parameters replaced."""
        return replace(self, parameters={**self.parameters, **values})

    def missing(self) -> list[str]:
        """What still has to be filled in, each as a sentence."""
        named = {"stack": self.stack, "region": self.region, "artefact_bucket": self.artefact_bucket, **self.parameters}
        return [f"The setting {name} in infra/stages/{self.stage}.toml is empty." for name, v in named.items() if not v]


def load(stage: str, folder: Path = FOLDER) -> StageSettings:
    """Read a stage's file. Raises SettingsWrong."""
    known = ", ".join(sorted(path.stem for path in folder.glob("*.toml")))
    try:
        data = tomllib.loads((folder / f"{stage}.toml").read_text())
    except FileNotFoundError:
        raise SettingsWrong(f"There is no stage {stage}; the stages are {known}.") from None
    except tomllib.TOMLDecodeError as error:
        raise SettingsWrong(f"infra/stages/{stage}.toml is not valid TOML: {error}.") from None
    parameters = {name: str(value) for name, value in data.get("parameters", {}).items()}
    texts = {name: str(data.get(name, "")) for name in ("stack", "region", "artefact_bucket")}
    return StageSettings(stage=stage, parameters=parameters, **texts)
