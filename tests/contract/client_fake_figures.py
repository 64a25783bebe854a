"""The figures of the fake city, made by the code that makes the real ones."""

from datetime import date
from pathlib import Path
from typing import Any

from chalicelib.complaints.city import parse
from chalicelib.complaints.figures_document import day_of, document
from chalicelib.complaints.ikm import ELEMENTS, Answer
from chalicelib.complaints.rollup import Rollup, by_day, merge
from tests.contract.client_fake_casework import problem
from tests.unit.made_facts import closed, fact

CITY = parse((Path(__file__).parents[2] / "infra/cities/kediri.toml").read_text(encoding="utf-8"))
DAY = date(2026, 3, 2)


def shown(period: str, cases: int, **more: Any) -> dict[str, Any]:
    """A period with so many cases, the last of which is open, as the API gives it."""
    department = more.get("department")
    facts = [
        *(closed(f"KDR-{n}", days=n, category="pohon", place="pohon|Pojok|") for n in range(1, cases)),
        fact("KDR-0", category="sampah"),
    ][: max(cases, 0)]
    answers = [
        Answer(case=f"KDR-{n}", element=name, score=4 if n else 3, department="dlhkp", day=DAY)
        for name in ELEMENTS
        for n in range(min(cases, 2))
    ]
    days = by_day(facts, answers) if cases else {}
    whole = merge(days.values())
    return {
        "period": period,
        "series": "",
        "department": department,
        "revision": 1,
        "report_revision": 2,
        "provisional": False,
        "as_of": "2026-03-31T16:59:59.999Z",
        "computed_at": "2026-04-01T23:00:00.000Z",
        "code_version": "source",
        "definitions": "d",
        "hash": "h",
        "changes": [],
        **document(whole, Rollup(), CITY, [day_of(day, one, department) for day, one in days.items()], department),
        **more,
    }


def answer(period: str, query: dict[str, str], cases: dict[str, int], changes: list[dict[str, Any]]) -> tuple[int, Any]:
    """What the API says of a period; `cases`: how many cases each of the known ones has; `changes`: of a revision."""
    if period not in cases:
        return problem(404, "Tidak ada kurun seperti itu.")
    more: dict[str, Any] = {name: query[name] for name in ("department", "series") if name in query}
    if query.get("revision") == "2":
        more |= {"revision": 2, "changes": changes}
    elif len(period) != len("2026-03") or "series" in more:
        more |= {"revision": None, "provisional": True}
    return 200, shown(period, cases[period], **more)
