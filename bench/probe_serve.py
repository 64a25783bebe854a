"""Runs inside the unzipped artefact: one function, answering one event at a time, as Lambda runs it.

Reads `{"id", "event"}` a line and prints `{"id", "status", "body", "cpu"}` a line; `cpu` is what the handler took.
"""

import json
import sys
import time

from app import app

out = sys.stdout
sys.stdout = sys.stderr  # log lines are not answers
for line in sys.stdin:
    asked = json.loads(line)
    began = time.process_time()
    answer = app(asked["event"], None)
    cpu = time.process_time() - began
    said = {"id": asked["id"], "status": answer["statusCode"], "body": answer["body"], "cpu": cpu}
    print(json.dumps(said), file=out, flush=True)
