"""Choosing the language and looking words up in the catalogue."""

from collections.abc import Mapping, Sequence

from aduan_client.formats import clean
from aduan_client.messages import MESSAGES

LANGUAGES = ("id", "en")

# Commands have a name in each language; both always work, help shows the one of its language.
ENGLISH_NAMES = {
    "daftar": "list",
    "lihat": "show",
    "penelepon": "caller",
    "antre": "queue",
    "linimasa": "timeline",
    "tenggat": "sla",
    "mirip": "similar",
    "lapor": "report",
    "verifikasi": "verify",
    "disposisi": "assign",
    "alihkan": "transfer",
    "mulai": "start",
    "tunggu": "wait",
    "lanjut": "resume",
    "jawab": "respond",
    "selesai": "close",
    "tolak": "reject",
    "buka-lagi": "reopen",
    "gabung": "merge",
    "perpanjang": "extend",
    "catat": "note",
    "lampirkan": "attach",
    "ubah": "set",
    "impor": "import",
    "ekspor": "export",
    "bukti": "evidence",
    "angka": "figures",
    "putar-ulang": "replay",
    "survei": "survey",
    "hapus-data": "erase",
    "peringatan": "alerts",
    "karantina": "quarantine",
    "ulang": "redrive",
    "kota": "city",
    "terapkan": "apply",
    "libur": "holidays",
    "tambah": "add",
    "hapus": "remove",
    "isi": "seed",
    "teruskan": "forward",
    "putuskan": "settle",
}
INDONESIAN_NAMES = {english: indonesian for indonesian, english in ENGLISH_NAMES.items()}

STATUSES = tuple(key.removeprefix("status.") for key in MESSAGES if key.startswith("status."))

# Actors that are no user's name.
REPORTER, IMPORT, LINK = "reporter", "impor", "tautan:"


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

    def who(self, actor: object) -> str:
        """Who did something, by the API's name: a person's is his own, `tautan:head@dpupr` acted through an alert."""
        if actor == IMPORT:
            return self("actor.import")
        by, link, office = str(actor or "").partition(LINK)
        if link and not by:
            role, _, department = office.partition("@")
            return self("actor.link", role=self.term("role", role), department=clean(department))
        return self.term("actor", actor)

    def did(self, event: object, actor: object) -> str:
        """What somebody did, to be read after who it was."""
        return self("event.reported") if (event, actor) == ("received", REPORTER) else self.term("event", event)

    def all_terms(self, group: str) -> list[str]:
        """The words of a group, in the catalogue's order."""
        return list(dict.fromkeys(pair[self._column] for key, pair in MESSAGES.items() if key.startswith(f"{group}.")))


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


def code_of(group: str, word: str) -> str | None:
    """The API's code for a code or a word of either language in a group of the catalogue, or None."""
    wanted = word.strip().casefold().replace("-", "_")
    for key, pair in MESSAGES.items():
        if not key.startswith(f"{group}."):
            continue
        code = key.removeprefix(f"{group}.")
        names = {code, *(name.casefold().replace("-", "_") for name in pair)}
        if wanted in names or wanted.replace("_", " ") in names:
            return code
    return None


def status_code(word: str) -> str | None:
    """The API's status for a code or a word of either language, or None if there is none."""
    return code_of("status", word)


def command_name(english: str, language: str) -> str:
    """What an action is called on the command line: the API's names are the English ones."""
    return english if language == "en" else INDONESIAN_NAMES.get(english, english)
