"""Log lines are JSON from an allow-list; neither fields nor exceptions can carry personal data into them."""

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest

from chalicelib import logs

CANARY = "Bu Kenari 081234567890"


@pytest.fixture
def lines() -> Iterator[Any]:
    """Reads back what was logged."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logs.JsonLines())
    logger = logging.getLogger("aduan")
    before, level = logger.handlers[:], logger.level
    logger.handlers[:] = [handler]
    logger.setLevel("INFO")
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    logger.handlers[:] = before
    logger.setLevel(level)


def test_an_event_is_one_json_object(lines: Any) -> None:
    logs.event("message", ticket="KDR-7Q4M-2X9D", outcome="opened")
    assert lines() == [{"level": "INFO", "event": "message", "ticket": "KDR-7Q4M-2X9D", "outcome": "opened"}]


def test_a_field_outside_the_allow_list_is_dropped(lines: Any) -> None:
    logs.event("message", ticket="KDR-7Q4M-2X9D", name=CANARY)
    assert CANARY not in json.dumps(lines())
    assert lines()[0]["reason"] == "fields not allowed in logs: name"


def test_an_exception_is_logged_without_its_text(lines: Any) -> None:
    try:
        raise ValueError(CANARY)
    except ValueError as error:
        logs.failure("failed", error, function="view")
    (line,) = lines()
    assert line["error"] == "ValueError"
    assert line["where"].startswith("test_logs.py:")
    assert line["where"].endswith("test_an_exception_is_logged_without_its_text")
    assert CANARY not in json.dumps(line)


def test_libraries_that_log_bodies_are_quiet() -> None:
    logs.configure()
    assert logging.getLogger("pynamodb").level == logging.WARNING
    assert logging.getLogger("botocore").level == logging.WARNING
