"""A year of a city played again: synthetic cases whose computed figures are the published ones, to the digit.

Nothing here is random and nothing is anybody's: every choice is a digest of the year's name and the case's number, so
the same year is the same everywhere and for ever. Cases live in the city's working hours on that year's real calendar.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from msgspec import Struct

from chalicelib.complaints import indicators, rollup
from chalicelib.complaints.calendar import Calendars
from chalicelib.complaints.city import City
from chalicelib.complaints.ikm import Answer
from chalicelib.complaints.replay_draws import deal, draw, weighted
from chalicelib.complaints.replay_lives import Drawn, Step, lives, paper, surveyed
from chalicelib.complaints.replay_texts import PLACES, TEXTS, WEIGHTS
from chalicelib.complaints.replay_time import WorkingTime
from chalicelib.complaints.replay_years import KEDIRI_2021, MADIUN_2021, Published, Year, with_calendar

# Of a hundred complaints, how many come in each hour of the day, and on each day of the week.
_HOURS = (1, 0, 0, 0, 1, 2, 4, 7, 9, 9, 8, 7, 5, 6, 6, 5, 5, 5, 5, 6, 5, 3, 1, 0)
_WEEKDAYS = (18, 16, 15, 15, 14, 12, 10)


class SyntheticCase(Struct, frozen=True, kw_only=True):
    """A complaint nobody wrote. `steps` begins with `received`; times are UTC."""

    number: int
    """From 1 in the order of receipt; stands for the reporter too."""
    received_at: datetime
    channel: str
    text: str
    class_: str
    category: str
    department: str
    kelurahan: str
    steps: tuple[Step, ...]


class Replay(Struct, frozen=True, kw_only=True):
    """A year to be played, and what must come out."""

    year: Year
    zone: ZoneInfo
    as_of: datetime
    """The moment at which the published figures are true."""
    cases: tuple[SyntheticCase, ...]
    """In the order of receipt, those of the year before first."""
    answers: tuple[Answer, ...]
    """Survey answers on paper, of cases that are not played."""


class Check(Struct, frozen=True, kw_only=True):
    """A published figure beside the computed one."""

    published: Published
    computed: Decimal | str | None

    @property
    def equal(self) -> bool:
        """To the digit."""
        return str(self.computed) == str(self.published.value)


def kediri_2021(city: City) -> Replay:
    """Kota Kediri's year: 6,496 complaints, 85.5 % by WhatsApp, 4.6 days, LAPOR! 28 → 57, IKM 3.48 → 3.51."""
    return _replay(KEDIRI_2021, city)


def madiun_2021(city: City) -> Replay:
    """Kota Madiun's year: 213 complaints, 98.1 % followed up, 11 in process."""
    return _replay(MADIUN_2021, city)


REPLAYS = {"kediri-2021": kediri_2021, "madiun-2021": madiun_2021}


def checks(replay: Replay, years: Mapping[int, rollup.Rollup]) -> list[Check]:
    """Every published figure beside what these yearly rollups say."""
    return [
        Check(published=one, computed=_computed(one, years.get(one.year, rollup.Rollup())))
        for one in replay.year.published
    ]


def _computed(one: Published, year: rollup.Rollup) -> Decimal | str | None:
    if one.figure in ("ni", "nik", "mutu"):
        index = indicators.satisfaction(year)
        if one.figure == "mutu":
            return index.quality[0] if index.quality else None
        return index.ni(one.places) if one.figure == "ni" else index.nik
    if one.figure in ("share", "count"):
        share = indicators.share(year, "channel", one.channel)
        return share.rounded(one.places) if one.figure == "share" else Decimal(share.numerator)
    figures = indicators.compute(year)
    if one.figure == "closed_count":
        return Decimal(figures["closed"].numerator or 0)
    if one.figure == "not_followed_up":
        followed_up = figures["followed_up"]
        return Decimal((followed_up.denominator or 0) - (followed_up.numerator or 0))
    return figures[one.figure].rounded(one.places)


def _replay(year: Year, city: City) -> Replay:
    if city.code != year.city:
        raise ValueError(f"{year.name} is a year of {year.city}, not of {city.code}")
    zone = ZoneInfo(city.zone)
    calendar = Calendars(with_calendar(city)).of()
    working = WorkingTime(calendar, date(year.year - 1, 1, 1), date(year.year + 1, 4, 1))
    before = list(_cases(f"{year.name}/before", year.year - 1, year.before, city, zone))
    played = list(_cases(year.name, year.year, year.channels, city, zone))
    outcomes = [outcome for outcome, times in year.outcomes.items() for _ in range(times)]
    timelines = [
        *lives(f"{year.name}/before", before, ["closed"] * len(before), working, None),
        *surveyed(year, lives(year.name, played, outcomes, working, year.mean_minutes)),
    ]
    cases = [
        _case(number, drawn, steps)
        for number, (drawn, steps) in enumerate(zip([*before, *played], timelines, strict=True), 1)
    ]
    return Replay(
        year=year,
        zone=zone,
        as_of=stands_at(year.year, zone),
        cases=tuple(cases),
        answers=tuple(paper(year)),
    )


def _cases(seed: str, year: int, channels: Mapping[str, int], city: City, zone: ZoneInfo) -> Iterator[Drawn]:
    number_of = sum(channels.values())
    first = date(year, 1, 1)
    days = [first + timedelta(days=number) for number in range((date(year + 1, 1, 1) - first).days)]
    weights = [_WEEKDAYS[day.weekday()] for day in days]
    kelurahan = [name for kecamatan in city.kecamatan for name in kecamatan.kelurahan]
    received = sorted(_received(seed, number, days, weights, zone) for number in range(number_of))
    dealt = deal(f"{seed}/channel", channels)
    categories = [category for name in WEIGHTS if (category := city.category(name))]
    likely = [WEIGHTS[category.id] for category in categories]
    for number, (at, channel) in enumerate(zip(received, dealt, strict=True)):
        category = categories[weighted(f"{seed}/category/{number}", likely)]
        place = kelurahan[draw(f"{seed}/kelurahan/{number}", len(kelurahan))]
        where = PLACES[draw(f"{seed}/place/{number}", len(PLACES))].format(kelurahan=place)
        texts = TEXTS[category.id]
        yield Drawn(
            number=number,
            received_at=at,
            channel=channel,
            category=category.id,
            department=category.department,
            class_=category.class_,
            kelurahan=place,
            text=texts[draw(f"{seed}/text/{number}", len(texts))].format(tempat=where),
        )


def _received(seed: str, number: int, days: Sequence[date], weights: Sequence[int], zone: ZoneInfo) -> datetime:
    day = days[weighted(f"{seed}/day/{number}", weights)]
    hour = weighted(f"{seed}/hour/{number}", _HOURS)
    minute = draw(f"{seed}/minute/{number}", 60)
    return datetime.combine(day, time(hour, minute), zone).astimezone(UTC)


def _case(number: int, drawn: Drawn, steps: tuple[Step, ...]) -> SyntheticCase:
    return SyntheticCase(
        number=number,
        received_at=drawn.received_at,
        channel=drawn.channel,
        text=drawn.text,
        class_=drawn.class_,
        category=drawn.category,
        department=drawn.department,
        kelurahan=drawn.kelurahan,
        steps=steps,
    )


def stands_at(year: int, zone: ZoneInfo) -> datetime:
    """The moment at which a replayed year is looked at, in UTC: the end of the January after it."""
    return datetime(year + 1, 2, 1, tzinfo=zone).astimezone(UTC)
