"""A working day of a call centre and a department: five roles, 200 cases through every door, as a script plays it.

What happens is drawn from a fixed seed, case by case, so that a failing case fails again. Afterwards every case must be
what its timeline says, and what the script expects of it; the ledger must balance; nobody may have seen another's.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from random import Random
from typing import Any

import pytest
import requests

from chalicelib.complaints.lifecycle import replay
from tests.integration import driver as d
from tests.integration.desk import OTHER, OWN, act, ask, enter, timeline, told, write

Cloud = dict[str, Any]
SEED = 20261121
CASES = 200
DOORS = ("phone", "phone", "whatsapp", "whatsapp", "counter", "field")
AT_ONCE = 4  # people at work
PLACES = ("Jl. Dhoho", "Jl. Brawijaya", "Jl. Hayam Wuruk", "Pasar Setonobetek", "Jl. Veteran")
MATTERS = ("Lampu jalan mati di", "Jalan berlubang di", "Selokan mampet di", "Sampah menumpuk di", "Pohon tumbang di")


@dataclass(slots=True)
class Matter:
    """One case of the day, and what should become of it."""

    number: int
    door: str
    ticket: str
    department: str | None
    status: str
    phone: str | None = None
    duplicate_of: str | None = None
    story: str = ""
    messages: int = 1
    races: int = 0
    lines: list[str] = field(default_factory=list)
    """The actions that were accepted, in order."""


class Day:
    """The day's people and papers."""

    def __init__(self, cloud: Cloud) -> None:
        self.cloud = cloud
        self.matters: list[Matter] = []
        self.anchors: list[Matter] = []

    def open(self, number: int) -> Matter:
        """A citizen calls, writes or comes, or an officer notes what he saw on his ride."""
        chance = Random(f"{SEED}-open-{number}")
        door = DOORS[number % len(DOORS)]
        text = f"{chance.choice(MATTERS)} {chance.choice(PLACES)} nomor {chance.randint(1, 400)}"
        if door == "whatsapp":
            phone = f"62877{number:08d}"
            return Matter(number, door, write(self.cloud, phone, text), None, "received", phone)
        body: dict[str, Any] = {"channel": door, "text": text}
        if door == "field":
            case = enter(self.cloud, "officer", **body)
            return Matter(number, door, case["ticket"], OWN, "assigned", lines=["assign"])
        body["reporter"] = {"name": "Warga", "phone": f"0812{number:08d}", "anonymous": chance.random() < 0.1}
        # The operator's line is slow, and he presses twice.
        pressed = [
            ask(self.cloud, "POST", "/v1/complaints", "operator", body, Idempotency_Key=f"day-{number}")
            for _ in range(2 if number % 10 == 0 else 1)
        ]
        assert [answer.status_code for answer in pressed] == [201] * len(pressed), pressed[-1].text
        assert len({answer.json()["ticket"] for answer in pressed}) == 1
        return Matter(number, door, pressed[0].json()["ticket"], None, "received")

    def does(self, matter: Matter, role: str, action: str, **data: Any) -> dict[str, Any]:
        """An action that must succeed, and what the script now expects of the case."""
        case = act(self.cloud, matter.ticket, action, role, **data)
        matter.lines.append(action)
        matter.status, matter.department = case["status"], case["department"]
        if role in ("officer", "head") and action != "transfer":
            assert case["department"] == OWN, matter
        return case

    def sees_nothing(self, matter: Matter, role: str) -> None:
        """Another department's case is not there, neither to read nor to answer."""
        path = f"/v1/complaints/{matter.ticket}"
        answers = [
            d.call(self.cloud, "GET", path, role),
            d.call(self.cloud, "GET", f"{path}/timeline", role),
            d.call(self.cloud, "POST", f"{path}/note", role, {"text": "mengintip"}),
        ]
        assert [answer.status_code for answer in answers] == [404] * 3, matter
        assert not any(matter.ticket in answer.text for answer in answers)

    def to_department(self, matter: Matter, department: str = OWN) -> None:
        """A field finding is there already."""
        if matter.department is None:
            self.does(matter, "operator", "assign", department=department)
        elif matter.department != department:
            self.does(matter, "operator", "transfer", department=department, note="salah alamat")


def solved(day: Day, matter: Matter) -> None:
    if matter.department is None:
        day.does(matter, "operator", "verify", category="penerangan_jalan")
    day.to_department(matter)
    day.does(matter, "officer", "start")
    day.does(matter, "officer", "respond", text="Sudah diperbaiki pagi ini.")
    day.does(matter, "operator", "close")
    assert matter.status == "closed"


def answered(day: Day, matter: Matter) -> None:
    day.to_department(matter)
    day.does(matter, "head", "respond", text="Dijadwalkan minggu ini.")
    day.does(matter, "operator", "note", text="pelapor sudah ditelepon")
    assert matter.status == "responded"


def asked(day: Day, matter: Matter) -> None:
    day.to_department(matter)
    day.does(matter, "officer", "start")
    day.does(matter, "officer", "wait", text="Nomor tiangnya berapa?")
    if matter.phone:
        told(day.cloud, matter.phone, "Nomor tiangnya berapa?")
        assert write(day.cloud, matter.phone, "tiang 17, depan toko") == matter.ticket
        matter.messages, matter.status = 2, "in_progress"
        matter.lines.append("resume")
    else:
        day.does(matter, "head", "resume")
    day.does(matter, "officer", "respond", text="Terima kasih, sudah menyala.")
    day.does(matter, "head", "close")
    assert matter.status == "closed"


def corrected(day: Day, matter: Matter) -> None:
    day.to_department(matter, OTHER)
    day.sees_nothing(matter, "officer")
    day.does(matter, "operator", "transfer", department=OWN, note="bukan sampah, lampu")
    day.does(matter, "officer", "respond", text="Sudah kami ganti.")
    assert matter.status == "responded"


def passed_on(day: Day, matter: Matter) -> None:
    day.to_department(matter)
    day.does(matter, "head", "transfer", department=OTHER, note="urusan kebersihan")
    day.sees_nothing(matter, "head")
    assert (matter.status, matter.department) == ("assigned", OTHER)


def spam(day: Day, matter: Matter) -> None:
    day.does(matter, "operator", "reject", reason="spam")
    refused = d.call(day.cloud, "POST", f"/v1/complaints/{matter.ticket}/respond", "operator", {"text": "x"})
    assert (refused.status_code, refused.json()["case_status"]) == (409, "rejected")


def merged(day: Day, matter: Matter) -> None:
    target = day.anchors[matter.number % len(day.anchors)].ticket
    assert day.does(matter, "operator", "merge", duplicate_of=target)["duplicate_of"] == target
    matter.duplicate_of = target


def taken_apart(day: Day, matter: Matter) -> None:
    merged(day, matter)
    assert day.does(matter, "admin", "reopen", note="ternyata lampu lain")["duplicate_of"] is None
    matter.duplicate_of = None
    status = "reopened" if matter.department == OWN else "assigned"
    day.to_department(matter)
    assert matter.status == status


def reopened(day: Day, matter: Matter) -> None:
    day.to_department(matter)
    day.does(matter, "officer", "respond", text="Selesai.")
    day.does(matter, "head", "close")
    day.does(matter, "operator", "reopen", note="pelapor menelepon: mati lagi")
    day.does(matter, "officer", "start")
    day.does(matter, "admin", "set", changes={"class": "public_information"})
    day.does(matter, "head", "extend", clock="resolution", note="menunggu arsip")
    day.does(matter, "admin", "set", changes={"secret": True})
    assert matter.status == "in_progress"


def raced(day: Day, matter: Matter) -> None:
    day.to_department(matter)
    path = f"/v1/complaints/{matter.ticket}"
    tag = d.call(day.cloud, "GET", path, "officer").headers["ETag"]

    def answer(role: str) -> requests.Response:
        return ask(day.cloud, "POST", f"{path}/respond", role, {"text": f"jawaban {role}"}, If_Match=tag)

    with ThreadPoolExecutor(2) as pool:
        winner, loser = sorted(pool.map(answer, ("officer", "head")), key=lambda one: one.status_code)
    assert (winner.status_code, loser.status_code) == (200, 412), loser.text
    problem = loser.json()
    assert problem["version"] == winner.json()["version"]
    assert (problem["last_change"]["type"], problem["last_change"]["at"]) == ("respond", winner.json()["updated_at"])
    matter.lines.append("respond")
    matter.status, matter.races = "responded", 1


STORIES: tuple[Callable[[Day, Matter], None], ...] = (
    solved,
    answered,
    asked,
    corrected,
    passed_on,
    spam,
    merged,
    taken_apart,
    reopened,
    raced,
)
WEIGHTS = (4, 3, 3, 2, 2, 2, 2, 2, 2, 2)


def plan() -> Iterator[tuple[int, Callable[[Day, Matter], None]]]:
    """Which story each case lives; the first ten are those that others are merged into."""
    chance = Random(SEED)
    for number in range(10, CASES):
        yield number, chance.choices(STORIES, WEIGHTS)[0]


def test_the_plan_holds_every_story_at_every_door() -> None:
    lived = {(story.__name__, DOORS[number % len(DOORS)]) for number, story in plan()}
    assert len(lived) == len(STORIES) * len(set(DOORS))


@pytest.fixture(scope="module")
def day(cloud: Cloud) -> tuple[Day, dict[str, Any]]:
    """The day, played to its end, and the ledger as it was in the morning."""
    morning, played = d.ledger(cloud), Day(cloud)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        played.matters = list(pool.map(played.open, range(CASES)))
        played.anchors = played.matters[:10]
        stories = dict(plan())

        def live(matter: Matter) -> None:
            if story := stories.get(matter.number):
                matter.story = story.__name__
                story(played, matter)

        list(pool.map(live, played.matters))
        for anchor in played.anchors:
            answered(played, anchor)
    return played, morning


def test_every_case_is_what_its_timeline_and_the_script_say(day: tuple[Day, dict[str, Any]]) -> None:
    played, _ = day
    followers = Counter(matter.duplicate_of for matter in played.matters if matter.duplicate_of)

    def check(matter: Matter) -> None:
        case, lines = d.case(played.cloud, matter.ticket), timeline(played.cloud, matter.ticket)
        state = replay(lines)
        assert state.status == case["status"] == matter.status, matter
        assert state.department == case["department"] == matter.department, matter
        assert state.duplicate_of == case["duplicate_of"] == matter.duplicate_of, matter
        assert state.supporters == case["supporters"] == followers[matter.ticket], matter
        told_of = (state.class_, state.category, state.secret, state.reason, state.anonymous)
        shown = tuple(case[name] for name in ("class", "category", "secret", "reason"))
        assert told_of == (*shown, case["reporter"]["anonymous"]), matter
        assert len(case["messages"]) == matter.messages, matter
        done = [line["type"] for line in lines if line["actor"] != "system"]
        done = [one for one in done if one not in ("received", "message", "joined", "left")]
        assert done == matter.lines, matter
        assert [line["at"] for line in lines] == sorted(line["at"] for line in lines)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(check, played.matters))
    assert sum(followers.values()) >= 10
    assert sum(matter.races for matter in played.matters) >= 10


def test_the_ledger_of_the_day_balances(day: tuple[Day, dict[str, Any]]) -> None:
    played, morning = day

    def settled() -> dict[str, Any] | None:
        evening = d.ledger(played.cloud)
        quiet = all(
            evening["destinations"][name]["waiting"] <= morning["destinations"][name]["waiting"]
            for name in ("lapor", "reporter")
        )
        return evening if quiet else None

    evening = d.until(settled, "every filing and every notice")
    outcomes = ("opened", "appended", "duplicates", "quarantined", "control")
    assert evening["accepted"] == sum(evening[name] for name in outcomes)
    assert evening["opened"] - morning["opened"] == CASES
    assert evening["appended"] - morning["appended"] == sum(one.messages - 1 for one in played.matters)
    for name, counted in evening["destinations"].items():
        parts = sum(counted[state] for state in ("confirmed", "waiting", "failed", "ambiguous"))
        assert counted["due"] == parts, name
        for state in ("failed", "ambiguous"):
            assert counted[state] == morning["destinations"][name][state], (name, state)
    filed = evening["destinations"]["lapor"]["confirmed"] - morning["destinations"]["lapor"]["confirmed"]
    assert filed >= CASES  # besides this day's, those that waited in the morning


def test_nobody_saw_what_is_not_his(day: tuple[Day, dict[str, Any]]) -> None:
    played, _ = day
    others = [matter for matter in played.matters if matter.department != OWN]
    ours = {matter.ticket for matter in played.matters if matter.department == OWN}
    assert len(others) > 20
    for role in ("officer", "head"):
        seen: set[str] = set()
        cursor: dict[str, str] = {}
        while True:
            page = d.call(played.cloud, "GET", "/v1/complaints", role, limit=100, **cursor).json()
            assert {case["department"] for case in page["items"]} <= {OWN}
            seen |= {case["ticket"] for case in page["items"]}
            if page["next"] is None:
                break
            cursor = {"cursor": page["next"]}
        assert ours <= seen
        assert not seen & {matter.ticket for matter in others}
    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(lambda matter: played.sees_nothing(matter, ("officer", "head")[matter.number % 2]), others))
    some = f"/v1/complaints/{played.matters[0].ticket}"
    assert d.call(played.cloud, "GET", some, "executive").status_code == 403
    changed = d.call(played.cloud, "POST", f"{some}/note", "auditor", {"text": "x"})
    assert changed.status_code == 403
