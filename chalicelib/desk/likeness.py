"""Cases that may be the same matter as one that is looked at (complaints/similar.py), for a person to decide.

Those received within 14 days are looked at, the nearest in time first and at most so many: what it costs never grows
with the number of cases stored.
"""

from datetime import UTC, datetime
from typing import Any

from chalicelib.complaints.model import Location
from chalicelib.complaints.similar import Matter, similar
from chalicelib.desk import triage, views
from chalicelib.desk.people import Staff
from chalicelib.store import nearby
from chalicelib.store.cases import Dossier
from chalicelib.store.tables import Case

MOST = 200


def of(found: Dossier, person: Staff) -> dict[str, Any]:
    """`{items, looked_at, complete}`: what is like this case among those the person may see. `complete` False: there
    were more in these 14 days than are looked at."""
    mine = matter(found.case)
    if mine.category is None:
        return {"items": [], "next": None, "looked_at": 0, "complete": True}
    around, complete = nearby.around(found.case, person.scope(), MOST)
    there = {case.ticket: case for case in around}
    alike = similar(mine, [matter(case) for case in around])
    items = [_shown(there[ticket], person, why, metres) for ticket, why, metres in alike]
    return {"items": items, "next": None, "looked_at": len(around), "complete": complete}


def matter(case: Case) -> Matter:
    """What of a case is compared; a category that nobody has said yet is the one suggested."""
    place = case.location or {}
    return Matter(
        ticket=case.ticket,
        category=case.category or (triage.suggest_for(case).category if case.text else None),
        received_at=datetime.fromisoformat(case.received_at).astimezone(UTC),
        text=case.text or "",
        location=Location(**{name: place.get(name) for name in ("lat", "lon", "name", "address")}),
    )


def _shown(case: Case, person: Staff, why: str, metres: float | None) -> dict[str, Any]:
    text: str | None = case.text
    if views.is_hidden(case.reporter, person):
        from chalicelib.desk import hiding  # few cases are; the patterns take their time to compile

        text = hiding.text(text, hiding.names_of(case.reporter, [text]))
    return {
        "ticket": case.ticket,
        "status": case.status,
        "category": case.category,
        "department": case.department,
        "received_at": case.received_at,
        "text": text,
        "distance_m": None if metres is None else round(metres),
        "why": why,
        "supporters": int(case.supporters or 0),
        "duplicate_of": case.duplicate_of,
    }
