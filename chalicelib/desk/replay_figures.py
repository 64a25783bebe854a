"""What the stored cases of a replayed year add up to, beside what the city published.

Counted from the store and not from what was played: each timeline is read back and becomes a fact, the facts of a day a
rollup and the days a year, all as for the city's own figures (desk/figures.py), under a series of their own.
"""

from collections.abc import Sequence
from datetime import date

from msgspec import Struct

from chalicelib.complaints.city import City
from chalicelib.complaints.replay import Check, Replay, SyntheticCase, checks
from chalicelib.complaints.rollup import days_of, merge
from chalicelib.complaints.ticket import new_ticket
from chalicelib.desk import figures
from chalicelib.desk.figures import Moment, Reader
from chalicelib.store import cases
from chalicelib.store import figures as store
from chalicelib.store.keys import iso

# Behind the city's code, so that nobody takes a replayed case (putar ulang) for one of the city's.
MARK = "U"


class Compared(Struct, frozen=True, kw_only=True):
    """A published figure beside what the stored cases say."""

    id: str
    year: int
    title: str
    published: str
    computed: str | None
    equal: bool
    basis: str


class Standing(Struct, frozen=True, kw_only=True):
    """How far a replay is and what its stored cases say."""

    name: str
    state: str
    """empty, partial or complete."""
    total: int
    counted: int
    as_of: str
    published: dict[str, str]
    computed: dict[str, str | None]
    equal: dict[str, bool]
    figures: list[Compared]
    chosen: list[str]
    """What was not published and was chosen by us."""


def ticket_of(replay: Replay, case: SyntheticCase) -> str:
    """The ticket of a replayed case: always the same, and no city's own."""
    number = replay.year.year * 1_000_000 + case.number
    return new_ticket(replay.year.city + MARK, lambda bits: number)


def standing(replay: Replay) -> Standing:
    """The figures of what is stored of a year, beside the published ones."""
    name, year = replay.year.name, replay.year.year
    # The year before, for comparison; the year after, in which the last answers may have been given.
    years = {
        one: merge(rollup for _, rollup in store.rollups(name, days_of(str(one)))) for one in (year - 1, year, year + 1)
    }
    counted = sum(one.part().get("received", 0) for one in years.values())
    compared = [_compared(replay, check) for check in checks(replay, years)]
    return Standing(
        name=name,
        state="complete" if counted == len(replay.cases) else "partial" if counted else "empty",
        total=len(replay.cases),
        counted=counted,
        as_of=iso(replay.as_of),
        published={one.id: one.published for one in compared},
        computed={one.id: one.computed for one in compared},
        equal={one.id: one.equal for one in compared},
        figures=compared,
        chosen=list(replay.year.chosen),
    )


def count(replay: Replay, city: City, played: Sequence[SyntheticCase]) -> None:
    """Read these cases back as they are stored, keep their facts and answers, and add up the days these belong to.

    Answers on paper, of cases that are not played, come along in the same proportion."""
    name = replay.year.name
    wanted = Moment(replay.as_of.astimezone(replay.zone).date(), replay.zone)
    reader = _reader(name, city, wanted)
    days: set[date] = set()
    for case in played:
        found = cases.dossier(ticket_of(replay, case))
        if found and found.case.series == name and (read := reader.dossier(found)):
            days |= figures.keep(name, [read.row], read.answers, wanted)
    paper, total = replay.answers, len(replay.cases)
    share = slice((played[0].number - 1) * len(paper) // total, played[-1].number * len(paper) // total)
    days |= figures.keep(name, [], paper[share], wanted)
    for day in sorted(days):
        figures.add_up(name, day)


def _compared(replay: Replay, check: Check) -> Compared:
    one = check.published
    id_ = {"share": f"{one.channel}_percent", "count": one.channel}.get(one.figure, one.figure)
    return Compared(
        id=id_ if one.year == replay.year.year else f"{id_}_{one.year}",
        year=one.year,
        title=one.title,
        published=str(one.value),
        computed=None if check.computed is None else str(check.computed),
        equal=check.computed == one.value,
        basis=one.basis,
    )


_readers: dict[str, Reader] = {}


def _reader(name: str, city: City, wanted: Moment) -> Reader:
    """With the calendars of a year, worked out once for each process."""
    if name not in _readers:
        _readers[name] = Reader(city, wanted)
    return _readers[name]
