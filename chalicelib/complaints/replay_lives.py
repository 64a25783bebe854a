"""What happens to a replayed case: its timeline, its exact time to close, and what its reporter thinks of it."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

from msgspec import Struct

from chalicelib.complaints.ikm import ELEMENTS, Answer, questions
from chalicelib.complaints.replay_draws import deal, draw
from chalicelib.complaints.replay_texts import ANSWERS
from chalicelib.complaints.replay_time import WorkingTime
from chalicelib.complaints.replay_years import Year

# Working minutes of a life: never shorter, and as first drawn; the mean is made exact afterwards.
_SHORTEST, _SPREAD = 420, 2000
_TRANSFERRED, _REOPENED, _ALONE = 40, 20, 300  # of 1,000
_OPERATOR, _OFFICER, _HEAD = "operator1", "officer1", "head1"


class Step(Struct, frozen=True, kw_only=True):
    """Something that happened to a case: an event of its timeline."""

    at: datetime
    actor: str
    type: str
    data: dict[str, Any]


class Drawn(Struct, frozen=True, kw_only=True):
    """A case before anything happened to it."""

    number: int
    received_at: datetime
    channel: str
    category: str
    department: str
    class_: str
    kelurahan: str
    text: str


def lives(
    seed: str, cases: Sequence[Drawn], outcomes: Sequence[str], working: WorkingTime, mean_minutes: int | None
) -> list[tuple[Step, ...]]:
    """The timeline of each case. The closed ones come first; where a mean from receipt to close is wanted, theirs is
    exactly that many minutes."""
    ends = [working.position(one.received_at) + _minutes(seed, one) for one in cases]
    if mean_minutes is not None:
        closed = outcomes.count("closed")
        ends[:closed] = _exact(ends[:closed], cases, mean_minutes * closed, working)
    return [_life(seed, one, outcome, working, end) for one, outcome, end in zip(cases, outcomes, ends, strict=True)]


def surveyed(year: Year, timelines: Sequence[tuple[Step, ...]]) -> list[tuple[Step, ...]]:
    """The same timelines with the survey in every third one until all are asked: early enough that the answers fall
    within the year."""
    return [
        timeline + (_survey(year, at // 3, timeline[-1].at) if at % 3 == 0 and at // 3 < year.surveys else ())
        for at, timeline in enumerate(timelines)
    ]


def paper(year: Year) -> Iterator[Answer]:
    """The year before's answers, a hundred for each element, spread over that year."""
    for element, total in zip(ELEMENTS, year.before_totals, strict=False):
        for number, score in enumerate(_scores(f"{year.name}/before/{element}", 100, total)):
            day = date(year.year - 1, 1, 1) + timedelta(days=3 * number)
            yield Answer(case=f"PAPER-{number:03}", element=element, score=score, department=None, day=day)


def _minutes(seed: str, one: Drawn) -> int:
    """Working minutes from receipt to close, as first drawn: two draws make short and long lives rarer."""
    return _SHORTEST + sum(draw(f"{seed}/life{turn}/{one.number}", _SPREAD // 2) for turn in (1, 2))


def _exact(ends: Sequence[int], cases: Sequence[Drawn], wanted: int, working: WorkingTime) -> list[int]:
    """The ends, each moved within its own morning or afternoon, so that the sum of all times is the wanted one."""
    moved = list(ends)
    missing = wanted - sum(
        int((working.at(end) - one.received_at).total_seconds()) // 60 for end, one in zip(ends, cases, strict=False)
    )
    for evenly in (True, False):
        for number, end in enumerate(moved):
            back, forth = working.room(end)
            # What is left to the last ones because the others had no room, or did not divide, is moved at once.
            share = int(missing / (len(moved) - number)) if evenly else missing
            shift = max(-back, min(forth, share))
            moved[number] += shift
            missing -= shift
    if missing:
        raise ValueError(f"the lives cannot be moved enough: {missing} minutes are left")
    return moved


def _life(seed: str, one: Drawn, outcome: str, working: WorkingTime, end: int) -> tuple[Step, ...]:
    received = Step(at=one.received_at, actor="reporter", type="received", data=_received(one))
    start = working.position(one.received_at)
    later = (
        Step(at=working.at(start + (end - start) * share // 100), actor=actor, type=type_, data=data)
        for share, actor, type_, data in _plan(seed, one, outcome)
    )
    return (received, *later)


def _received(one: Drawn) -> dict[str, Any]:
    location = {"kelurahan": one.kelurahan}
    return {"channel": one.channel, "class": one.class_, "category": one.category, "location": location}


def _plan(seed: str, one: Drawn, outcome: str) -> list[tuple[int, str, str, dict[str, Any]]]:
    """What is done, by whom, and after how many hundredths of the case's life."""
    chance = draw(f"{seed}/turn/{one.number}", 1000)
    transferred = chance < _TRANSFERRED and outcome != "assigned"
    reopened = _TRANSFERRED <= chance < _TRANSFERRED + _REOPENED and outcome == "closed"
    answer = {"text": ANSWERS[draw(f"{seed}/answer/{one.number}", len(ANSWERS))]}
    wrong = "diskominfo" if one.department != "diskominfo" else "dinsos"
    plan: list[tuple[int, str, str, dict[str, Any]]] = [
        (2, _OPERATOR, "verify", {}),
        (5, _OPERATOR, "assign", {"department": wrong if transferred else one.department}),
    ]
    if transferred:
        plan.append((9, _HEAD, "transfer", {"department": one.department, "note": "Kewenangan OPD lain."}))
    # Some heads answer and close themselves: closed, but nobody else has looked.
    answering = _HEAD if draw(f"{seed}/alone/{one.number}", 1000) < _ALONE else _OFFICER
    if outcome != "assigned":
        plan += [(12, answering, "start", {}), (30, answering, "respond", answer)]
    if reopened:
        plan += [
            (45, _HEAD, "close", {}),
            (55, "reporter", "reopen", {"note": "Belum selesai."}),
            (60, answering, "start", {}),
            (90, answering, "respond", answer),
        ]
    if outcome == "closed":
        plan.append((100, _HEAD, "close", {}))
    return plan


def _survey(year: Year, number: int, closed_at: datetime) -> tuple[Step, ...]:
    """Two answers some minutes after the close, well inside the chat's 24 hours."""
    steps = []
    each = year.surveys * 2 // len(ELEMENTS)
    for turn, element in enumerate(questions(number)):
        # The number-th survey is the (2 × number + turn) // 9-th that asks this element.
        scores = _scores(f"{year.name}/{element}", each, year.element_totals[int(element[1:]) - 1])
        score = scores[(number * 2 + turn) // len(ELEMENTS)]
        at = closed_at + timedelta(minutes=5 + turn)
        steps.append(Step(at=at, actor="reporter", type="survey", data={"element": element, "score": score}))
    return tuple(steps)


@cache
def _scores(seed: str, number: int, total: int) -> tuple[int, ...]:
    """So many scores with exactly this sum: mostly 4 and 3, now and then a 2."""
    lost = 4 * number - total
    twos = lost // 10
    threes = lost - 2 * twos
    return tuple(deal(seed, {4: number - twos - threes, 3: threes, 2: twos}))
