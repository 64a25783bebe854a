"""A year of a city (complaints/replay.py makes it up) played again through the functions that work with real cases.

Every case is opened by what opens real ones, a chat's by the shape of its message and the others by the desk's, and
each step passes the table of moves. Nobody is told anything and nothing is filed in SP4N-LAPOR!: a replayed case has no
contact and no outbox row, and it is marked with its series, which keeps it out of every list and figure of the city.

The years have their cities with them (infra/cities, as shipped): Madiun's year needs Madiun's departments wherever it
is played, and a published figure must not depend on what a city changes today.
"""

from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Struct

from chalicelib.complaints import city as cities
from chalicelib.complaints import lifecycle
from chalicelib.complaints.city import City
from chalicelib.complaints.facts import SURVEY
from chalicelib.complaints.lifecycle import State
from chalicelib.complaints.model import InboundMessage, Sender
from chalicelib.complaints.replay import REPLAYS, Replay, SyntheticCase
from chalicelib.complaints.replay import stands_at as stands_at_year
from chalicelib.complaints.replay_lives import Step
from chalicelib.complaints.replay_years import with_calendar
from chalicelib.desk import entry, history, names, replay_figures
from chalicelib.desk.figures import Crowded
from chalicelib.desk.people import Staff
from chalicelib.desk.replay_figures import Standing, ticket_of
from chalicelib.problems import Problem
from chalicelib.settings import settings
from chalicelib.store import intake, replays
from chalicelib.store.casework import Line
from chalicelib.store.cities import DeskRules, desk_rules_of
from chalicelib.store.keys import iso

# A call must end well before API Gateway gives up (29 s); on a slow day a life takes 30 ms.
MOST_AT_ONCE = 200
CHAT = ("whatsapp",)
# Who did it, and with which right. The first is the citizen through a message.
ROLES = {"reporter": "reporter", "operator1": "operator", "officer1": "officer", "head1": "head"}


class Played(Struct, frozen=True, kw_only=True):
    """What a call did: cases stored now, and cases that were there before."""

    name: str
    played: int
    there: int
    total: int


def check_allowed() -> None:
    """Whether years may be replayed here. Raises Problem (403)."""
    if settings().replay != "on":
        raise Problem(403, "Putar ulang tidak diaktifkan pada tahap ini.")


@cache
def known(name: str) -> Replay:
    """The year by its name, as `kediri-2021`. Raises Problem (404)."""
    if name not in REPLAYS:
        raise Problem(404, f"Tidak ada putar ulang {name!r}; yang ada: {', '.join(REPLAYS)}.")
    return REPLAYS[name](city_of(name))


@cache
def city_of(name: str) -> City:
    """The city of a year, with the holidays the year really had."""
    here = Path(__file__).parents[2]
    shipped = here / "cities"  # in the package; in the source tree they lie where they are written
    folder = shipped if shipped.is_dir() else here / "infra" / "cities"
    return with_calendar(cities.parse((folder / f"{name.partition('-')[0]}.toml").read_text(encoding="utf-8")))


def stands_at(name: str) -> str | None:
    """The moment at which a year is looked at, without its cases; None for one that is not known."""
    if name not in REPLAYS:
        return None
    return iso(stands_at_year(int(name.rpartition("-")[2]), ZoneInfo(city_of(name).zone)))


def play(name: str, first: int, last: int) -> Played:
    """Store the cases with these numbers (from 1, both included) unless they are there. Raises Problem."""
    check_allowed()
    replay = known(name)
    if not 1 <= first <= last <= len(replay.cases) or last - first >= MOST_AT_ONCE:
        raise Problem(
            422, f"from, to: 1 sampai {len(replay.cases)}, paling banyak {MOST_AT_ONCE} sekaligus.", field="from"
        )
    wanted = {ticket_of(replay, case): case for case in replay.cases[first - 1 : last]}
    stored = replays.there(wanted, name)
    rules = desk_rules_of(city_of(name))
    try:
        written = sum(
            replays.keep(name, *life(ticket, case, rules)) for ticket, case in wanted.items() if ticket not in stored
        )
        replay_figures.count(replay, city_of(name), list(wanted.values()))
    except (replays.NotPlayed, Crowded):
        raise Problem(503, "Bagian ini sedang diputar oleh yang lain; kirim lagi.") from None
    return Played(name=name, played=written, there=len(wanted) - written, total=len(replay.cases))


def standing(name: str) -> Standing:
    """How far a replay is, and its figures beside the published ones. Raises Problem."""
    check_allowed()
    return replay_figures.standing(known(name))


def life(ticket: str, case: SyntheticCase, rules: DeskRules) -> tuple[dict[str, Any], dict[str, Any], list[Line]]:
    """A case, its message and its timeline as they are stored. Raises what the desk raises for a move it forbids."""
    state, item, message, lines = _opened(ticket, case, rules)
    for number, step in enumerate(_steps(case), 1):
        before, after = state, _moved(state, step, rules)
        data = {**step.data, **(history.difference(before, after) if step.type != SURVEY else {})}
        # Two steps of one minute keep their order: the timeline is read by time, then by this id.
        identifier = f"{number:02d}{sha256(f'{ticket}/{number}'.encode()).hexdigest()[:6]}"
        lines.append(Line(identifier, step.type, iso(step.at), step.actor, data))
        state = after
    item |= {
        "status": state.status,
        "class": state.class_ or "complaint",
        "category": state.category,
        "department": state.department,
        "location": state.location,
        "updated_at": iso(case.steps[-1].at),
        "version": 1 + sum(line.type in lifecycle.LEADS_TO for line in lines),
        **history.attributes(state),
    }
    return item, message, lines


def _opened(
    ticket: str, case: SyntheticCase, rules: DeskRules
) -> tuple[State, dict[str, Any], dict[str, Any], list[Line]]:
    if case.channel in CHAT:
        first = InboundMessage(
            channel=case.channel,
            account="replay",
            id=f"replay-{ticket}",
            sent_at=case.received_at,
            sender=Sender(),
            kind="text",
            text=case.text,
        )
        item, message = intake.first_items(ticket, first, case.received_at)
        return State(class_="complaint"), item, message, []
    written = entry.Entry(
        channel=case.channel,
        text=case.text,
        class_=case.class_,
        category=case.category,
        department=None,
        location={"kelurahan": case.kelurahan},
        reporter={},
        secret=False,
        received_at=case.received_at,
        note=None,
    )
    operator = Staff("operator1", ROLES["operator1"], None)
    state, item, message, line = entry.first_items(ticket, written, operator, rules)
    return state, item, message, [line]


def _steps(case: SyntheticCase) -> list[Step]:
    """What was done after the receipt. A chat says neither category nor kelurahan: the desk does when it verifies."""
    found: list[Step] = []
    for step in case.steps[1:]:
        if step.type == "verify" and case.channel in CHAT:
            what = {"class": case.class_, "category": case.category}
            place = {"changes": {"location": {"kelurahan": case.kelurahan}}}
            found.append(msgspec.structs.replace(step, data=what))
            found.append(msgspec.structs.replace(step, type="set", data=place))
        else:
            found.append(step)
    return found


def _moved(state: State, step: Step, rules: DeskRules) -> State:
    if step.type == SURVEY:
        return state
    names.check(step.type, step.data, state, rules)
    action = lifecycle.Action(type=step.type, role=ROLES[step.actor], data=step.data, actor=step.actor)
    # What a city asks of its people today (who closes) was not asked of those who did it then.
    return lifecycle.apply(state, action)
