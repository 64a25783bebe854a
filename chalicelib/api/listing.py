"""The query of a list of cases, read into a question."""

from collections.abc import Iterable, Mapping

from chalicelib.api.queries import instant
from chalicelib.api.routes import FILTERS
from chalicelib.complaints.lifecycle import STATUSES
from chalicelib.desk.searching import Question
from chalicelib.problems import Problem

LONGEST = 200


def question(query: Mapping[str, str]) -> Question:
    """What a query asks for. Raises Problem."""
    for name, value in query.items():
        if len(value) > LONGEST and name != "cursor":
            raise Problem(400, f"{name}: paling panjang {LONGEST} huruf.")
    words = {name: query.get(name) or None for name in FILTERS}
    return Question(
        status=_split(words["status"]),
        department=words["department"],
        category=words["category"],
        channel=words["channel"],
        kelurahan=words["kelurahan"],
        class_=words["class"],
        due_before=instant(query, "due_before"),
        updated_after=instant(query, "updated_after"),
        received_after=instant(query, "received_after"),
        received_before=instant(query, "received_before"),
        q=words["q"],
        queue=_flag(words["queue"]),
    )


def statuses(names: Iterable[str]) -> tuple[str, ...] | None:
    """The statuses somebody named, each once; None for none. Raises Problem."""
    found = tuple(dict.fromkeys(names))
    if any(name not in STATUSES for name in found):
        raise Problem(400, f"status: satu atau beberapa dari {', '.join(STATUSES)}.", field="status")
    return found or None


def _split(given: str | None) -> tuple[str, ...] | None:
    if given is None:
        return None
    names = [name.strip() for name in given.split(",")]
    return statuses([name for name in names if name] or names)


def _flag(given: str | None) -> bool:
    if given not in (None, "0", "1"):
        raise Problem(400, "queue: 1 atau 0.")
    return given == "1"
