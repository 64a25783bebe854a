"""Departments and categories by whatever name people give them."""

import re
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import Any

from aduan_client.errors import UsageError


class Names:
    """The ids of a list of the city's configuration, found by id, name or short name."""

    def __init__(self, entries: Iterable[Mapping[str, Any]]) -> None:
        entries = [entry for entry in entries if entry.get("id")]
        self.ids: list[str] = [str(entry["id"]) for entry in entries]
        self._labels = {str(entry["id"]): str(entry.get("name") or entry["id"]) for entry in entries}
        found: dict[str, set[str]] = {}
        for entry in entries:
            for word in (entry.get("name"), entry.get("short")):
                if word:
                    found.setdefault(fold(word), set()).add(str(entry["id"]))
        # A name two of them share says nothing; an id always says which.
        self._known = {word: next(iter(ids)) for word, ids in found.items() if len(ids) == 1}
        self._known |= {fold(id_): id_ for id_ in self.ids}

    def find(self, typed: str) -> str | None:
        """The id a name stands for, or None."""
        return self._known.get(fold(typed))

    def close(self, typed: str) -> list[str]:
        """Ids that may have been meant."""
        words = get_close_matches(fold(typed), self._known, n=5, cutoff=0.5)
        return list(dict.fromkeys(self._known[word] for word in words))[:3]

    def label(self, id_: object) -> str:
        """The full name of an id; the id itself where there is none."""
        return self._labels.get(str(id_), str(id_))


def fold(word: object) -> str:
    """A name without what people leave out or add: capitals, punctuation, doubled spaces."""
    return " ".join(re.findall(r"\w+", str(word).casefold()))


def of_city(answer: Mapping[str, Any], key: str) -> Names:
    """The names in the city's configuration (`GET /v1/city`): its `departments`, `categories` or `kelurahan`."""
    city = answer.get("city")
    if not isinstance(city, Mapping):
        return Names([])
    if key == "kelurahan":  # they lie in the kecamatan, and have no ids beside their names
        quarters = [name for area in city.get("kecamatan") or [] for name in area.get("kelurahan") or []]
        return Names({"id": name, "name": f"Kelurahan {name}", "short": f"Kel. {name}"} for name in quarters)
    return Names([entry for entry in city.get(key) or [] if isinstance(entry, Mapping)])


def needed(names: Names, typed: str, key: str) -> str:
    """The id a typed name stands for; UsageError with the sentence of `key` and what may have been meant.

    Without any configuration to look it up in, the word is passed on for the API to judge.
    """
    id_ = names.find(typed)
    if id_ is None and names.ids:
        offered = names.close(typed) or names.ids
        raise UsageError(key, name=typed, names=", ".join(offered[:40]))
    return id_ or typed
