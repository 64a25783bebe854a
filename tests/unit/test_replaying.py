"""Replays through the store: figures from what is stored, nothing twice, nothing in the city's own lists."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import boto3
import msgspec
import pytest
from boto3.dynamodb.conditions import Key

from chalicelib import settings
from chalicelib.complaints import lifecycle
from chalicelib.complaints.city import City, parse
from chalicelib.complaints.replay import REPLAYS
from chalicelib.complaints.rollup import days_of
from chalicelib.complaints.ticket import normalise
from chalicelib.desk import casework, forwarding, periods, replaying, searching
from chalicelib.desk.people import Staff
from chalicelib.desk.replay_figures import ticket_of
from chalicelib.problems import Problem
from chalicelib.store import cases, cities, figures, ledger, queues
from chalicelib.store.cities import desk_rules_of
from chalicelib.store.keys import iso
from chalicelib.store.tables import COMPLAINTS_TABLE
from tests.unit.tables import REGION, empty_tables

NOW = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
KEDIRI = (Path(__file__).parents[2] / "infra/cities/kediri.toml").read_text(encoding="utf-8")
ADMIN = Staff("admin1", "admin", None)
YEAR = "madiun-2021"
PERMITTED = settings.Settings(stage="t", secrets_prefix="/t", outbox_topic="t", media_bucket="t", replay="on")
INDEXES = {
    "by_received": "lpk",
    "by_department": "department",
    "by_updated": "updated_on",
    "by_queue": "queue",
    "by_person": "person",
    "by_outbox": "opk",
}


@pytest.fixture(autouse=True)
def tables(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The tables of Kediri: Madiun's year is played where Madiun's departments do not exist."""
    announced: list[str] = []
    monkeypatch.setattr(queues, "announce", lambda ticket, rows: announced.append(ticket))
    monkeypatch.setattr(replaying, "settings", lambda: PERMITTED)
    with empty_tables():
        assert cities.apply(cities_kediri(), KEDIRI, after=0, by="admin1", now=NOW)
        yield
    assert announced == []


def cities_kediri() -> City:
    return parse(KEDIRI)


def tickets(year: str = YEAR) -> list[str]:
    replay = replaying.known(year)
    return [ticket_of(replay, case) for case in replay.cases]


def test_the_figures_are_those_of_what_is_stored() -> None:
    # The whole year, with the published figures, is played on the local cloud (tests/integration/test_replay.py).
    assert replaying.standing(YEAR).state == "empty"
    assert msgspec.to_builtins(replaying.play(YEAR, 1, 9)) == {"name": YEAR, "played": 9, "there": 0, "total": 213}
    found = replaying.standing(YEAR)
    assert (found.state, found.counted, found.total) == ("partial", 9, 213)
    assert found.computed == {
        "received": "9",
        "followed_up": "100.0",
        "in_process": "0",
        "closed_count": "9",
        "not_followed_up": "0",
    }
    assert found.published == {
        "received": "213",
        "followed_up": "98.1",
        "in_process": "11",
        "closed_count": "202",
        "not_followed_up": "4",
    }
    assert set(found.equal.values()) == {False}


def test_played_again_it_does_nothing_twice_and_an_interrupted_one_goes_on() -> None:
    replaying.play(YEAR, 1, 4)
    assert (replaying.play(YEAR, 3, 8).played, replaying.play(YEAR, 3, 8).played) == (4, 0)
    before = items()
    assert replaying.play(YEAR, 1, 8).there == 8
    assert items() == before
    assert replaying.standing(YEAR).counted == 8


def items() -> dict[tuple[str, str], dict[str, object]]:
    table = boto3.resource("dynamodb", region_name=REGION).Table(COMPLAINTS_TABLE)
    found: list[dict[str, Any]] = []
    more: dict[str, Any] = {}
    while True:
        page = table.scan(**more)
        found += page["Items"]
        if "LastEvaluatedKey" not in page:
            return {(item["pk"], item["sk"]): item for item in found}
        more = {"ExclusiveStartKey": page["LastEvaluatedKey"]}


def test_a_figure_follows_the_store_and_not_the_generator() -> None:
    replaying.play(YEAR, 1, 3)
    # Somebody changes what is stored: one of the three closed cases was never answered.
    table = boto3.resource("dynamodb", region_name=REGION).Table(COMPLAINTS_TABLE)
    of_first = Key("pk").eq(f"C#{tickets()[0]}") & Key("sk").begins_with("EVT#")
    for item in table.query(KeyConditionExpression=of_first)["Items"]:
        if item["type"] in ("start", "respond", "close"):
            table.delete_item(Key={"pk": item["pk"], "sk": item["sk"]})
    replaying.play(YEAR, 1, 3)
    found = replaying.standing(YEAR)
    assert (found.computed["not_followed_up"], found.computed["closed_count"]) == ("1", "2")
    assert found.computed["received"] == "3"


def test_replayed_cases_are_in_no_list_queue_outbox_or_count_of_the_city() -> None:
    before = ledger.ledger()
    replaying.play(YEAR, 210, 213)
    assert ledger.ledger() == before
    client = boto3.client("dynamodb", region_name=REGION)
    for index in INDEXES:
        assert client.scan(TableName=COMPLAINTS_TABLE, IndexName=index)["Items"] == [], index
    for question in (searching.Question(), searching.Question(q=tickets()[212])):
        assert searching.find(question, ADMIN, limit=100, cursor=None, now=NOW).items == []
    assert not list(figures.rollups(figures.OWN, days_of("2021")))


def test_a_replayed_case_can_be_looked_at_and_never_changed_or_filed() -> None:
    replaying.play(YEAR, 213, 213)
    ticket = tickets()[212]
    assert normalise(ticket) == ticket
    assert ticket.startswith("MDNU-")
    found = casework.visible(ticket, ADMIN)
    assert found.case.series == YEAR
    assert casework.actions(found.case, ADMIN, cities.desk_rules()) == []
    with pytest.raises(Problem) as refused:
        casework.act(ticket, "note", {"text": "x"}, ADMIN, versions=None, once=None, now=NOW)
    assert refused.value.status == 409
    with pytest.raises(Problem) as kept:
        forwarding.decide(ticket, "resend", None, actor="admin1", now=NOW)
    assert kept.value.status == 409
    again = cases.dossier(ticket)
    assert again is not None
    assert (again.case.lapor, again.rows) == ({"state": "held"}, [])


def test_the_figures_of_a_year_say_of_which_moment_they_are() -> None:
    for name in REPLAYS:
        assert replaying.stands_at(name) == iso(replaying.known(name).as_of)
    assert replaying.stands_at("atlantis-1") is None
    replaying.play(YEAR, 210, 213)
    shown = periods.shown("2021", NOW, series=YEAR)
    assert (shown["as_of"], shown["report_revision"]) == ("2022-01-31T17:00:00.000Z", None)


@pytest.mark.parametrize("year", list(REPLAYS))
def test_every_life_is_what_its_timeline_replays_to(year: str) -> None:
    replay, rules = replaying.known(year), desk_rules_of(replaying.city_of(year))
    chosen = replay.cases if year == YEAR else replay.cases[::25]
    for case in chosen:
        ticket = ticket_of(replay, case)
        item, message, lines = replaying.life(ticket, case, rules)
        events = [{"type": line.type, "data": line.data, "actor": line.actor} for line in lines]
        if events[0]["type"] != "received":
            events.insert(0, {"type": "received", "data": {"class": "complaint"}, "actor": "reporter"})
        state = lifecycle.replay(events)
        assert (state.status, state.class_, state.category, state.department, state.location) == (
            item["status"], item["class"], item["category"], item["department"], item["location"]
        )  # fmt: skip
        assert (state.category, state.location) == (case.category, {"kelurahan": case.kelurahan})
        assert (item["contact"], item["lapor"], message["text"]) == (None, {"state": "held"}, case.text)
        assert [line.key for line in lines] == sorted(line.key for line in lines)
    assert len({ticket_of(replay, case) for case in replay.cases}) == len(replay.cases)


@pytest.mark.parametrize(("first", "last"), [(0, 5), (5, 4), (1, 214), (1, 201)])
def test_a_range_is_checked(first: int, last: int) -> None:
    with pytest.raises(Problem) as refused:
        replaying.play(YEAR, first, last)
    assert refused.value.status == 422


def test_where_it_is_off_or_unknown_nothing_is_played(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Problem) as unknown:
        replaying.standing("atlantis-2021")
    assert unknown.value.status == 404
    off = replace(PERMITTED, replay="off")
    monkeypatch.setattr(replaying, "settings", lambda: off)
    for knock in (lambda: replaying.play(YEAR, 1, 1), lambda: replaying.standing(YEAR)):
        with pytest.raises(Problem) as refused:
            knock()
        assert refused.value.status == 403
    assert items().keys() == set() or not any(pk.startswith("C#") for pk, _ in items())
