"""What routing weighs before it suggests: helper of the tests of routing."""

from chalicelib.complaints import places, routing
from chalicelib.complaints.city import City
from chalicelib.complaints.routing import EMPTY, Model


def scores(text: str, city: City, model: Model | None = None) -> dict[str, float]:
    """By category, and `-`: the sum of what speaks for and against it."""
    router = routing._router(city.categories, model or EMPTY)
    return router.scores(router.words(text, places.find(text, city).at))
