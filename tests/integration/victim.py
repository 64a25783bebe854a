"""A process that dies on command, between any two calls to AWS, LAPOR! or WhatsApp.

Reads one JSON command a line: `{"handler", "event", "die_at", "when", "offset"}`. For each it forks, so that the
child starts from a process that has imported everything and talked to nobody, and runs the handler of app.py in the
child; the child ends by `os._exit` before or after its n-th call, as a killed function would: no finally, no handler.
Answers `{"exit", "calls", "result"}`; exit 137 means killed.
"""

import json
import os
import sys
import urllib.parse
from datetime import timedelta
from typing import Any

import urllib3.connectionpool

import app
from chalicelib.desk import worker

KILLED = 137
HANDLERS = {
    "api": app.app,
    "forward": app.forward,
    "reply": app.reply,
    "fetch_media": app.fetch_media,
    "outbox_sweep": app.outbox_sweep,
}


def main() -> None:
    """Serve commands until standard input ends."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # log lines are not answers
    for line in sys.stdin:
        command = json.loads(line)
        reader, writer = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(reader)
            run(command, writer)
        os.close(writer)
        with os.fdopen(reader) as pipe:
            said = pipe.read()
        _, status = os.waitpid(child, 0)
        told = json.loads(said) if said else {"calls": None, "result": None}
        print(json.dumps({"exit": os.waitstatus_to_exitcode(status), **told}), file=answers, flush=True)


def run(command: dict[str, Any], writer: int) -> None:
    """In the child: count calls, die where told, else say what came out."""
    calls: list[str] = []
    real = urllib3.connectionpool.HTTPConnectionPool.urlopen

    def urlopen(pool: Any, method: str, url: str, *args: Any, **kwargs: Any) -> Any:
        calls.append(f"{method} {pool.port} {urllib.parse.urlsplit(url).path}")
        if command.get("die_at") == len(calls) and command["when"] == "before":
            os._exit(KILLED)
        answer = real(pool, method, url, *args, **kwargs)
        if command.get("die_at") == len(calls) and command["when"] == "after":
            os._exit(KILLED)
        return answer

    urllib3.connectionpool.HTTPConnectionPool.urlopen = urlopen  # type: ignore[method-assign,assignment]  # that is the point
    now, offset = worker.clock, timedelta(seconds=command.get("offset", 0))
    worker.clock = lambda: now() + offset
    result = HANDLERS[command["handler"]](command["event"], None)
    os.write(writer, json.dumps({"calls": calls, "result": result}).encode())
    os._exit(0)


if __name__ == "__main__":
    main()
