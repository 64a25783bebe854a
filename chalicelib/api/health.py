"""Is it there? Asks nothing of the tables, so that a look costs nothing."""

from chalice.app import Blueprint, Response

from chalicelib.api import answers
from chalicelib.api.errors import problems

health = Blueprint(__name__)


@health.route("/health", methods=["GET"])
@problems
def alive() -> Response:
    """Alive."""
    return answers.json({"status": "ok"})
