"""Choosing the language and looking words up in the catalogue."""

from collections.abc import Mapping, Sequence

from aduan_client.formats import clean
from aduan_client.messages import MESSAGES

LANGUAGES = ("id", "en")

STATUSES = tuple(key.removeprefix("status.") for key in MESSAGES if key.startswith("status."))


class Words:
    """The catalogue in one language: `say("done.logout", profile="kediri")`."""

    def __init__(self, language: str = "id") -> None:
        self.language = language
        self._column = LANGUAGES.index(language)

    def __call__(self, key: str, **values: object) -> str:
        """The sentence of a key with its values filled in. An unknown key is a KeyError."""
        return MESSAGES[key][self._column].format(**values)

    def term(self, group: str, code: object) -> str:
        """The word for a code of the API, or the code itself where the catalogue has none."""
        if code is None or code == "":
            return self("label.none")
        pair = MESSAGES.get(f"{group}.{code}")
        return pair[self._column] if pair else clean(str(code))


def language(args: Sequence[str], environ: Mapping[str, str]) -> str:
    """The language asked for by `--lang` or ADUAN_LANG; Indonesian for anything else.

    Looked up before the arguments are parsed, because help and parse errors need it.
    """
    asked = environ.get("ADUAN_LANG", "")
    for index, word in enumerate(args):
        if word == "--":
            break
        if word == "--lang" and index + 1 < len(args):
            asked = args[index + 1]
        elif word.startswith("--lang="):
            asked = word.removeprefix("--lang=")
    asked = asked.lower()[:2]
    return asked if asked in LANGUAGES else "id"


def status_code(word: str) -> str | None:
    """The API's status for a code or a word of either language, or None if there is none."""
    wanted = word.strip().casefold().replace("-", "_")
    for code in STATUSES:
        names = {code, *(name.casefold() for name in MESSAGES[f"status.{code}"])}
        if wanted in names or wanted.replace("_", " ") in names:
            return code
    return None
