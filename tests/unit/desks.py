"""The desk of Kediri in moto's tables: the shipped city applied, and nobody told of what is written."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import cache

import pytest

from chalicelib.complaints.city import City, parse
from chalicelib.store import cities, queues
from infra.package import ROOT
from tests.unit.tables import empty_tables

TOML = (ROOT / "infra/cities/kediri.toml").read_text(encoding="utf-8")


@cache
def kediri() -> City:
    """The city as its file describes it."""
    return parse(TOML)


@contextmanager
def desk_of_kediri(monkeypatch: pytest.MonkeyPatch, applied: datetime) -> Iterator[None]:
    """Empty tables and the city, in force since `applied`."""
    monkeypatch.setattr(queues, "announce", lambda ticket, rows: None)  # there is no topic here
    with empty_tables():
        assert cities.apply(kediri(), TOML, after=0, by="admin1", now=applied)
        yield
