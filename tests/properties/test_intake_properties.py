"""Whatever is delivered in whatever order and however often: nothing is lost, nothing counts twice."""

from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from chalicelib.complaints import lifecycle
from chalicelib.complaints.city import parse
from chalicelib.complaints.model import DeliveryReceipt, InboundMessage, Location, Media, Sender, Unreadable
from chalicelib.desk import casework, intake
from chalicelib.desk.people import Staff
from chalicelib.problems import Problem
from chalicelib.store import cases, cities, ledger, outbox, queues
from chalicelib.store.cities import IntakeRules
from chalicelib.store.tables import Case
from tests.unit.tables import empty_tables

NOW = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
RULES = IntakeRules("KDR", 30, "on_receipt")
CITIZENS = (
    Sender(phone="+6281", user_id="ID.1"),
    Sender(phone="+6281"),
    Sender(user_id="ID.1"),
    Sender(phone="+6282"),
    Sender(),
)
# Which person stands behind each of these appearances: the first three are one.
PERSON = (0, 0, 0, 1, None)
# Messages that come with a file.
PHOTOS = (3, 7)

Step = tuple[str, int, int]
steps = st.lists(
    st.tuples(
        st.sampled_from(["message", "message", "message", "reaction", "receipt", "broken", "close", "forget"]),
        st.integers(0, len(CITIZENS) - 1),
        st.integers(0, 7),
    ),
    max_size=25,
)


def item(kind: str, citizen: int, number: int) -> InboundMessage | DeliveryReceipt | Unreadable:
    if kind == "receipt":
        return DeliveryReceipt(channel="whatsapp", account="1", id=f"out{number}", status="read", at=NOW)
    if kind == "broken":
        return Unreadable(reason="broken", raw=str(number).encode())
    return InboundMessage(
        channel="whatsapp",
        account="1",
        id=f"{kind}{citizen}.{number}",
        sent_at=NOW,
        sender=CITIZENS[citizen],
        kind="reaction" if kind == "reaction" else "image" if number in PHOTOS else "text",
        text=f"{citizen}.{number}",
        media=Media(id=str(number), type="image") if number in PHOTOS else None,
        control=kind == "reaction",
    )


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps)
@example([("message", 1, 0), ("message", 2, 0), ("close", 0, 0), ("message", 0, 0), ("message", 0, 1)])
@example([("message", 1, 0), ("message", 0, 0), ("forget", 0, 0), ("message", 2, 0)])
def test_nothing_is_lost_and_nothing_counts_twice(monkeypatch: pytest.MonkeyPatch, taken: Sequence[Step]) -> None:
    announced: list[tuple[str, Any]] = []
    monkeypatch.setattr(queues, "announce", lambda ticket, rows: announced.append((ticket, rows)))
    outcomes: Counter[str] = Counter()
    first_seen: set[str] = set()
    now = NOW
    with empty_tables():
        for kind, citizen, number in taken:
            now += timedelta(seconds=1)
            if kind == "close":
                for case in Case.scan((Case.sk == "META") & (Case.lpk == "CASE")):
                    case.update(actions=[Case.status.set("closed")])
            elif kind == "forget":
                intake._recent.clear()
            else:
                thing = item(kind, citizen, number)
                outcome = intake.accept(thing, RULES, now)
                outcomes[outcome.kind] += 1
                key = repr(thing)
                assert (outcome.kind == "duplicate") == (key in first_seen)
                first_seen.add(key)
        counted = ledger.ledger()
        whole = [cases.dossier(case.ticket) for case in Case.scan((Case.sk == "META") & (Case.lpk == "CASE"))]
        rows = [
            (name, key, outbox.get(ticket, key))
            for ticket, told in announced
            for name, keys in told.items()
            for key in keys
        ]

    assert counted["accepted"] == sum(outcomes.values())
    for name, outcome_kind in (("opened", "opened"), ("appended", "appended"), ("duplicates", "duplicate")):
        assert counted[name] == outcomes[outcome_kind]
    assert counted["accepted"] == sum(
        counted[name] for name in ("opened", "appended", "duplicates", "quarantined", "control")
    )
    found = [(found, message) for found in whole if found for message in found.messages]
    assert Counter(message.text for _, message in found).most_common(1)[0][1] == 1 if found else True
    assert {message.text for _, message in found} == {
        f"{citizen}.{number}" for kind, citizen, number in taken if kind == "message"
    }
    # What is announced is there, for that destination; what is due is what is announced.
    assert all(row and (row.destination, row.state) == (name, "waiting") for name, _, row in rows)
    due = Counter(name for name, _, _ in rows)
    for name, destination in counted["destinations"].items():
        assert (destination["due"], destination["waiting"], destination["confirmed"]) == (due[name], due[name], 0)
    # The first message of a case is the row of its receipt, unless it came with a file; no other brings one.
    addressed = [one for one in whole if one and one.case.contact]
    receipts = Counter(key.startswith("MSG#") for name, key, _ in rows if name == "reporter")
    photographed = sum(one.messages[0].media is not None for one in addressed)
    assert receipts == Counter({True: len(addressed) - photographed, False: photographed})
    # A case holds the messages of one person, and only its first is announced for filing.
    for one in whole:
        assert one is not None
        people = {PERSON[int(str(message.text).split(".")[0])] for message in one.messages}
        assert len(people) == 1
        assert int(one.case.message_count) == len(one.messages)
    assert len([rows for _, rows in announced if "lapor" in rows]) == outcomes["opened"]
    open_cases = Counter(
        PERSON[int(str(one.messages[0].text).split(".")[0])] for one in whole if one and one.case.status == "received"
    )
    assert all(number == 1 for person, number in open_cases.items() if person == 1)
    # Both keys of the first citizen were seen together: from then on he has one open case under either.
    if [step[:2] for step in taken] == [("message", 1), ("message", 0), ("forget", 0), ("message", 2)]:
        assert open_cases == {0: 1}


TOML = (Path(__file__).parents[2] / "infra/cities/kediri.toml").read_text(encoding="utf-8")
CITY = parse(TOML)
DESK = Staff("admin1", "admin", None)
SAID: dict[str, dict[str, Any]] = {
    "complains": {"kind": "text", "text": "Lampu mati di kelurahan Pojok"},
    "thanks": {"kind": "text", "text": "Terima kasih, pak"},
    "pin": {"kind": "location", "location": Location(lat=-7.81, lon=112.01)},
    "named": {"kind": "location", "location": Location(lat=-7.82, lon=112.02, name="Pasar", address="Jl. Mawar")},
    "nowhere": {"kind": "location", "location": Location()},
    "sticker": {"kind": "sticker"},
}
DONE: dict[str, tuple[str, dict[str, Any]]] = {
    "verify": ("verify", {}),
    "assign": ("assign", {"department": "dishub"}),
    "answer": ("respond", {"text": "Sudah menyala."}),
    "ask": ("wait", {"text": "Di mana?"}),
    "close": ("close", {}),
    "reopen": ("reopen", {"note": "belum"}),
    "place": ("set", {"changes": {"location": {"address": "Jl. Pahlawan 3", "kelurahan": "Dermo"}}}),
    "forget": ("set", {"changes": {"location": None}}),
}
MORE_THAN_THANKS = ("complains", "pin", "named", "nowhere")


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sampled_from([*SAID, *DONE, "elsewhere"]), st.integers(0, 90)), max_size=14))
@example([("complains", 0), ("assign", 9), ("answer", 9), ("complains", 90), ("answer", 1), ("thanks", 1), ("pin", 1)])
@example([("sticker", 0), ("ask", 1), ("complains", 1), ("assign", 1), ("answer", 1), ("sticker", 1), ("named", 9)])
@example(
    [("complains", 0), ("verify", 1), ("pin", 1), ("place", 1), ("pin", 1), ("forget", 1), ("assign", 1), ("named", 1)]
)
def test_a_case_is_what_its_timeline_says_whatever_its_reporter_and_the_desk_do(
    monkeypatch: pytest.MonkeyPatch, taken: Sequence[tuple[str, int]]
) -> None:
    """`taken`: what is done; where a message lets a case go on, by how many seconds the clock of the machine that takes
    it is behind."""
    monkeypatch.setattr(queues, "announce", lambda ticket, rows: None)
    now, ticket = NOW, None
    said: dict[str, str] = {}
    with empty_tables():
        cities.apply(CITY, TOML, after=0, by="admin1", now=NOW)
        for number, (what, behind) in enumerate(taken):
            now += timedelta(seconds=1)
            if what == "elsewhere":
                intake._recent.clear()
            elif what in SAID:
                message = InboundMessage(
                    channel="whatsapp", account="1", id=f"m{number}", sent_at=now, sender=CITIZENS[0], **SAID[what]
                )
                case = cases.get(ticket) if ticket else None
                goes_on = {"waiting": list(SAID), "responded": MORE_THAN_THANKS}.get(case.status if case else "", ())
                at = now - timedelta(seconds=behind if what in goes_on else 0)
                ticket = intake.accept(message, cities.intake_rules(), at).ticket
                said[message.id] = what
            elif ticket:
                action, data = DONE[what]
                with suppress(Problem):  # not now
                    casework.act(ticket, action, data, DESK, versions=None, once=None, now=now)
        whole = [cases.dossier(case.ticket) for case in Case.scan((Case.sk == "META") & (Case.lpk == "CASE"))]
    for found in whole:
        assert found is not None
        timeline = casework.timeline(found)
        assert lifecycle.replay(timeline) == casework.state_of(found.case)
        types = [line["type"] for line in timeline]
        if found.case.status == "responded":
            last = len(types) - 1 - types[::-1].index("respond")
            after = [said[line["data"]["message"]] for line in timeline[last:] if line["type"] == "message"]
            assert not set(after) & set(MORE_THAN_THANKS)
        opened = [line for line in timeline if line["type"] == "reopen" and line["actor"] == "reporter"]
        assert len(opened) <= types.count("respond")
        places = [line for line in timeline if line["type"] == "set"]
        if places and places[-1]["data"]["changes"]["location"]:
            assert found.case.location["kelurahan"] == "Dermo"
