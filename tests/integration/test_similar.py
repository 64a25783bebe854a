"""Near duplicates and suggestions as the desk sees them."""

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from chalicelib.api import answer_shapes
from tests.integration import driver as d
from tests.integration.desk import OTHER, OWN, act, check_replay, enter, timeline, write

Cloud = dict[str, Any]
HERE = {"lat": -7.85123, "lon": 112.04321}


def similar(cloud: Cloud, ticket: str, role: str = "operator") -> dict[str, Any]:
    answer = d.call(cloud, "GET", f"/v1/complaints/{ticket}/similar", role)
    assert answer.status_code == 200, answer.text
    msgspec.convert(answer.json(), answer_shapes.Similar)
    found: dict[str, Any] = answer.json()
    return found


def test_a_neighbours_case_is_shown_and_nothing_is_merged(cloud: Cloud) -> None:
    # A fortnight that no other test writes into: only so many cases are looked at.
    then = {"received_at": "2024-06-03T02:00:00Z"}
    first = enter(cloud, category="jalan_rusak", location=HERE, department=OWN, **then)
    near = enter(cloud, category="jalan_rusak", location={**HERE, "lat": HERE["lat"] + 0.0004}, **then)
    enter(cloud, category="jalan_rusak", location={**HERE, "lat": HERE["lat"] + 0.01}, **then)
    enter(cloud, category="penerangan_jalan", location=HERE, **then)
    found = similar(cloud, near["ticket"])
    assert [(one["ticket"], one["distance_m"]) for one in found["items"]] == [(first["ticket"], 44)]
    assert found["complete"] is True
    assert d.case(cloud, near["ticket"])["status"] == "received"
    # Scope: an officer's own case is not compared with what he may not see.
    assert similar(cloud, first["ticket"], "officer")["items"] == []
    theirs = enter(cloud, category="jalan_rusak", location=HERE, department=OTHER, **then)
    assert theirs["ticket"] not in str(similar(cloud, first["ticket"], "officer"))


def test_a_new_case_gets_what_routing_is_sure_of(cloud: Cloud) -> None:
    case = enter(cloud, text="sampah menumpuk di depan pasar, kelurahan Betet")
    msgspec.convert(case, answer_shapes.Case)
    assert (case["category"], case["department"], case["location"]["kelurahan"]) == ("sampah", None, "Betet")
    assert case["suggestion"]["department"] == "dlhkp"
    assert "sampah" in " ".join(case["suggestion"]["words"])
    check_replay(cloud, case)
    unsure = enter(cloud, text="mohon dibantu")
    assert (unsure["category"], unsure["suggestion"]["category"]) == (None, None)


def test_a_whatsapp_case_takes_the_suggestion_when_it_is_assigned(cloud: Cloud) -> None:
    ticket = write(cloud, d.phone(), "sampah menumpuk di depan pasar")
    seen = d.case(cloud, ticket)
    assert (seen["category"], seen["suggestion"]["category"]) == (None, "sampah")
    case = act(cloud, ticket, "assign", department="dlhkp")
    assert (case["category"], case.get("suggestion")) == ("sampah", None)
    check_replay(cloud, case)
    line = next(line for line in timeline(cloud, ticket) if line["type"] == "assign")
    assert line["data"]["after"]["category"] == "sampah"
    against = write(cloud, d.phone(), "sampah menumpuk di depan pasar")
    assert act(cloud, against, "assign", department=OWN)["category"] is None
    verified = act(cloud, write(cloud, d.phone(), "sampah menumpuk di depan pasar"), "verify")
    assert (verified["category"], verified["status"]) == ("sampah", "verified")


def test_what_people_decide_reaches_the_model(cloud: Cloud) -> None:
    def learned() -> int:
        soon = datetime.now(UTC) + timedelta(hours=1)
        count: int = d.invoke(cloud, "routing_retrain", d.scheduled(f"{soon:%Y-%m-%dT%H:%M:%SZ}"))["learned"]
        return count

    ticket = enter(cloud, text="kenanga layu sekali", category="jalan_rusak")["ticket"]
    before = learned()
    act(cloud, ticket, "set", changes={"category": "taman"})
    assert learned() == before + 1
    act(cloud, ticket, "set", changes={"secret": True})
    assert learned() == before  # a secret case teaches nothing
