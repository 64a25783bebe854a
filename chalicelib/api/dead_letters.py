"""Dead letters over HTTP: what five tries did not deliver, and another try when the fault is mended."""

from chalice.app import Blueprint, Response

from chalicelib.api import answers
from chalicelib.api.errors import problems
from chalicelib.api.queries import parameters
from chalicelib.api.staff import authorizer, caller

dead_letters = Blueprint(__name__)

# Well below the 29 that API Gateway waits; who is told that there is more asks again.
SECONDS = 12


@dead_letters.route("/v1/dead-letters", methods=["GET"], authorizer=authorizer)
@problems
def counted() -> Response:
    """How many dead letters each queue has, and with `tickets=1` which."""
    from chalicelib.problems import Problem
    from chalicelib.store import dead_letters as letters

    request = dead_letters.current_request
    caller(request)
    asked = parameters(request).get("tickets", "0")
    if asked not in ("0", "1"):
        raise Problem(400, "tickets: 0 atau 1.")
    items = []
    for name in letters.queues():
        waiting = letters.waiting(name)
        seen = letters.look(name, waiting) if asked == "1" else None
        items.append(
            {
                "queue": name,
                "waiting": waiting,
                "oldest_at": seen.oldest_at if seen else None,
                "tickets": seen.tickets if seen else None,
            }
        )
    return answers.json({"items": items, "next": None})


@dead_letters.route("/v1/dead-letters/{queue}/redrive", methods=["POST"], authorizer=authorizer)
@problems
def redriven(queue: str) -> Response:
    """Send a queue's dead letters back to it."""
    from chalicelib import logs
    from chalicelib.problems import Problem
    from chalicelib.store import dead_letters as letters

    caller(dead_letters.current_request)
    if queue not in letters.queues():
        raise Problem(404, f"Tidak ada antrean itu; yang ada: {', '.join(letters.queues())}.")
    moved, more = letters.redrive(queue, SECONDS)
    logs.event("redriven", destination=queue, count=moved)
    answer = {"queue": queue, "started": True, "moved": moved, "more": more}
    return answers.json(answer, 202, {"Location": "/v1/dead-letters"})
