"""Secrets are cached, rotated without a deployment, and never asked for by strangers."""

from collections.abc import Sequence

import pytest

from chalicelib.secrets import MAX_AGE_SECONDS, REFRESH_AT_MOST_EVERY_SECONDS, SecretMissing, SecretStore


class Shelf:
    """A parameter store that counts how often it is asked."""

    def __init__(self, **values: str) -> None:
        self.values = values
        self.asked = 0
        self.now = 1000.0

    def fetch(self, names: Sequence[str]) -> dict[str, str]:
        self.asked += 1
        return {name: self.values[name] for name in names if name in self.values}

    def store(self) -> SecretStore:
        return SecretStore(self.fetch, lambda: self.now)


def test_current_and_previous_secret_the_current_first() -> None:
    store = Shelf(key="new old").store()
    assert store.get("key") == ("new", "old")
    assert store.current("key") == "new"


def test_asked_once_until_it_is_old() -> None:
    shelf = Shelf(key="a")
    store = shelf.store()
    store.get("key")
    shelf.now += MAX_AGE_SECONDS - 1
    store.get("key")
    assert shelf.asked == 1
    shelf.values["key"] = "b"
    shelf.now += 1
    assert store.get("key") == ("b",)
    assert shelf.asked == 2


def test_a_mismatch_looks_again_at_most_once_a_minute() -> None:
    shelf = Shelf(key="a")
    store = shelf.store()
    store.get("key")
    shelf.values["key"] = "b a"
    for _ in range(100):
        assert store.get("key", newer=True) == ("a",)
    assert shelf.asked == 1
    shelf.now += REFRESH_AT_MOST_EVERY_SECONDS
    assert store.get("key", newer=True) == ("b", "a")
    assert shelf.asked == 2


def test_a_parameter_store_that_is_down_does_not_close_the_door() -> None:
    shelf = Shelf(key="a")
    store = shelf.store()
    store.get("key")
    values, shelf.values = shelf.values, {}

    def down(names: Sequence[str]) -> dict[str, str]:
        shelf.asked += 1
        if not shelf.values:
            raise ConnectionError
        return shelf.values

    store = SecretStore(lambda names: down(names) if shelf.now > 1000 else values, lambda: shelf.now)
    store.get("key")
    shelf.now += MAX_AGE_SECONDS
    asked = shelf.asked
    for _ in range(10):
        assert store.get("key") == ("a",)
    assert shelf.asked == asked + 1
    shelf.values = {"key": "b"}
    shelf.now += REFRESH_AT_MOST_EVERY_SECONDS
    assert store.get("key") == ("b",)


def test_a_parameter_store_that_was_never_reached_is_an_error() -> None:
    def down(names: Sequence[str]) -> dict[str, str]:
        raise ConnectionError

    with pytest.raises(ConnectionError):
        SecretStore(down).get("key")


def test_absence_is_an_error_and_never_cached() -> None:
    shelf = Shelf()
    store = shelf.store()
    for _ in range(2):
        with pytest.raises(SecretMissing, match="key"):
            store.get("key")
    shelf.values["key"] = "there now"
    assert store.get("key") == ("there", "now")


def test_what_a_rotated_secret_signed_is_accepted_at_once_and_a_forgery_costs_one_look() -> None:
    shelf = Shelf(key="a")
    store = shelf.store()
    tried: list[tuple[str, ...]] = []

    def signed_with(secret: str, values: Sequence[str]) -> str | None:
        tried.append(tuple(values))
        return secret if secret in values else None

    assert store.accepted("key", lambda values: signed_with("a", values)) == "a"
    assert (tried, shelf.asked) == ([("a",)], 1)
    shelf.values["key"] = "b a"
    shelf.now += REFRESH_AT_MOST_EVERY_SECONDS
    tried.clear()
    assert store.accepted("key", lambda values: signed_with("b", values)) == "b"
    assert (tried, shelf.asked) == ([("a",), ("b", "a")], 2)
    for _ in range(10):
        assert store.accepted("key", lambda values: signed_with("forged", values)) is None
    assert shelf.asked == 2
