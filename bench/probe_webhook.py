"""Runs inside the unzipped artefact: CPU of the whole handler against the bare work it cannot avoid.

Prints one JSON object. Arguments: how many webhooks. The two kinds of work alternate in blocks, so that a machine
that slows down slows both.
"""

import hashlib
import hmac
import json
import logging
import sys
import time

import events  # type: ignore[import-not-found]  # lies beside this script when it runs
import stub_aws  # type: ignore[import-not-found]  # lies beside this script when it runs

ROUNDS = 12


def main(count: int) -> None:
    """Measure and print."""
    import botocore.session
    from botocore.config import Config

    import app

    logging.getLogger("aduan").setLevel(logging.WARNING)
    bodies = [events.whatsapp_body(number) for number in range(count)]
    requests = [events.api_event(body, stub_aws.SECRET) for body in bodies]
    for request in requests[:20]:
        answer = app.app(request, None)
        if answer["statusCode"] != 200:
            raise SystemExit(f"the webhook answered {answer['statusCode']}")
    config = Config(parameter_validation=False, retries={"mode": "standard", "total_max_attempts": 3})
    client = botocore.session.get_session().create_client("dynamodb", config=config)
    transaction = json.loads(sys.stdin.readline())
    for _ in range(20):
        client.transact_write_items(**transaction)

    block = count // ROUNDS
    ratios, ours_total, bare_total = [], 0.0, 0.0
    for start in range(0, block * ROUNDS, block):
        began = time.process_time()
        for request in requests[start : start + block]:
            app.app(request, None)
        ours = time.process_time() - began
        began = time.process_time()
        for body in bodies[start : start + block]:
            digest = hmac.new(stub_aws.SECRET.encode(), body, hashlib.sha256).hexdigest()
            hmac.compare_digest(digest, digest)
            client.transact_write_items(**transaction)
        bare = time.process_time() - began
        ratios.append(ours / bare)
        ours_total += ours
        bare_total += bare
    ratios.sort()
    done = block * ROUNDS
    print(
        json.dumps(
            {
                "ratio": ratios[len(ratios) // 2],
                "ours_ms": 1000 * ours_total / done,
                "bare_ms": 1000 * bare_total / done,
            }
        )
    )


if __name__ == "__main__":
    main(int(sys.argv[1]))
