"""One JSON line per fact, from an allow-list of fields: personal data cannot get in by accident (UU 27/2022).

The lines are read by CloudWatch Logs Insights. Exceptions are logged by class and place, never by text: a
library's message may quote the payload it choked on.
"""

import json
import logging
import sys
import traceback
from pathlib import Path
from typing import Any

# What may be logged. Tickets are random and say nothing of a person.
FIELDS = frozenset(
    {
        "action", "age_minutes", "ambiguous", "attempts", "channel", "code", "count", "destination", "duplicates",
        "error", "failed", "function", "job", "kind", "outcome", "overdue", "reason", "row", "seconds", "stage",
        "status", "ticket", "until", "where",
    }
)  # fmt: skip

ERROR = logging.ERROR

_logger = logging.getLogger("aduan")


class JsonLines(logging.Formatter):
    """Formats a record of `event()` as one JSON object."""

    def format(self, record: logging.LogRecord) -> str:
        """The record's level, event name and allowed fields."""
        line: dict[str, Any] = {"level": record.levelname, "event": record.getMessage()}
        line.update(getattr(record, "facts", {}))
        return json.dumps(line, default=str)


def configure(level: str = "INFO") -> None:
    """Send our lines, and only ours, to standard output; quieten libraries that log items or bodies.

    PynamoDB and botocore write whole items at DEBUG (pynamodb connection/base.py), so they stay at WARNING.
    """
    if _logger.handlers:
        return
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(JsonLines())
    _logger.addHandler(handler)
    _logger.setLevel(level)
    _logger.propagate = False
    for library in ("botocore", "pynamodb", "urllib3", "requests"):
        logging.getLogger(library).setLevel(logging.WARNING)


def event(name: str, /, *, level: int = logging.INFO, **facts: Any) -> None:
    """Log a fact. A field outside the allow-list is a programming error and is dropped, its name kept."""
    allowed = {key: value for key, value in facts.items() if key in FIELDS}
    dropped = sorted(facts.keys() - allowed.keys())
    if dropped:
        allowed["reason"] = f"fields not allowed in logs: {', '.join(dropped)}"
    _logger.log(level, name, extra={"facts": allowed})


def failure(name: str, error: BaseException, /, **facts: Any) -> None:
    """Log an error by class and place, without its text."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if "chalicelib" in frame.filename or "scheduled" in frame.filename] or frames
    where = f"{Path(ours[-1].filename).name}:{ours[-1].lineno} {ours[-1].name}" if ours else "?"
    code = getattr(error, "cause_response_code", None) or _botocore_code(error)
    event(name, level=logging.ERROR, error=type(error).__name__, code=code, where=where, **facts)


def _botocore_code(error: BaseException) -> str | None:
    """What AWS calls the error, such as AccessDenied: a word of its own list, never content."""
    response = getattr(error, "response", None)
    code = response.get("Error", {}).get("Code") if isinstance(response, dict) else None
    return code if isinstance(code, str) else None
