"""Runs in a fresh interpreter that sees only an unzipped artefact: from the import to the first answered webhook.

Arguments: module name. The event is read from standard input before the clock starts. Prints the seconds.
"""

import importlib
import json
import os
import sys
import time

event = json.loads(sys.stdin.readline())
began = time.process_time()
began_wall = time.perf_counter()
app = importlib.import_module(sys.argv[1]).app
sys.stdout = open(os.devnull, "w")  # noqa: SIM115, PTH123 - our log lines are not the answer
answer = app(event, None)
sys.stdout = sys.__stdout__
if answer["statusCode"] != 200:
    raise SystemExit(f"the webhook answered {answer['statusCode']}")
print(json.dumps({"cpu": time.process_time() - began, "wall": time.perf_counter() - began_wall}))
