"""One city's configuration: the shapes, and how they are read, kept and compared.

Every number of a regulation is here as data with its legal basis and its date, never in the code.
`aduan city apply` sends what `parse` read, shows the `difference`, and what is stored is `to_json`.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta, Struct, field

from chalicelib.complaints import city_checks, toml_lines
from chalicelib.complaints.city_alerts import Alert, Alerting, Contact, Reach
from chalicelib.complaints.city_fields import Email, Id, NotNegative, Phone, Positive, Span, Text
from chalicelib.complaints.city_report import Report
from chalicelib.complaints.lifecycle import IndependentClose
from chalicelib.complaints.shapes import Problem, build

CLASSES = ("complaint", "oversight", "aspiration", "information")
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


class Hours(Struct, frozen=True, kw_only=True):
    """Working hours of a week: several spans a day, "07:30-12:00"; a day without any is off."""

    monday: tuple[Span, ...] = ()
    tuesday: tuple[Span, ...] = ()
    wednesday: tuple[Span, ...] = ()
    thursday: tuple[Span, ...] = ()
    friday: tuple[Span, ...] = ()
    saturday: tuple[Span, ...] = ()
    sunday: tuple[Span, ...] = ()

    def spans(self, weekday: int) -> tuple[tuple[int, int], ...]:
        """The spans of a weekday (0 is Monday) as minutes since midnight; the end may be 1440."""
        day: tuple[str, ...] = getattr(self, DAYS[weekday])
        return spans_of(day)


class Department(Struct, frozen=True, kw_only=True):
    """A unit (OPD) that solves complaints."""

    id: Id
    name: Text
    short: Text
    email: Email | None = None
    whatsapp: Phone | None = None
    officer: Reach | None = None
    head: Reach | None = None
    """Where its officer and its head hear of deadlines; without an address of their own, at the department's."""
    hours: Hours | None = None
    """Its own hours; without them, the city's."""
    works_on_holidays: bool = False
    verify: bool = False
    """Not confirmed by the city yet."""


class Category(Struct, frozen=True, kw_only=True):
    """What complaints are about, and who solves that."""

    id: Id
    name: Text
    department: str
    class_: str = field(default="complaint", name="class")
    keywords: tuple[Annotated[str, Meta(min_length=2, max_length=60)], ...] = ()
    """Words and phrases as citizens type them, in lower case."""
    verify: bool = False
    """Whose task this is has not been confirmed by the city yet."""


class Kecamatan(Struct, frozen=True, kw_only=True):
    """A district of the city and its kelurahan."""

    code: Annotated[str, Meta(pattern=r"^[0-9]{2}\.[0-9]{2}\.[0-9]{2}$")]
    name: Text
    kelurahan: tuple[Text, ...]


class Holiday(Struct, frozen=True, kw_only=True):
    """One dated entry of the calendar. `opening` makes a day that would be off a working day; a unit that works on it
    anyhow keeps its own hours beside those of the opening."""

    date: date
    name: Text
    kind: Literal["public", "cuti_bersama", "local", "opening"]
    source: Text
    hours: tuple[Span, ...] = ()
    """Of an opening only: when it is open; without them, as on that weekday, or as on the week's first working day."""
    verify: bool = False
    """Estimated, or not confirmed by a decree yet."""


class HoursPeriod(Struct, frozen=True, kw_only=True):
    """Other working hours for some weeks, as in Ramadan. Departments with hours of their own keep those."""

    name: Text
    first: date
    last: date
    hours: Hours
    source: Text
    verify: bool = False


class Standard(Struct, frozen=True, kw_only=True):
    """How long one clock of one class may run, and by which rule. `class` "*" is every class without
    a row of its own."""

    class_: str = field(name="class")
    clock: Literal["verification", "follow_up", "resolution", "closing"]
    amount: Positive
    unit: Literal["hours", "working_days", "calendar_days"]
    start_event: Literal["received", "verified", "assigned", "started", "responded", "complete"]
    pause: bool = False
    """Whether the clock stops while the city waits for the reporter."""
    extension: NotNegative = 0
    """How much it may be extended once, in the same unit, with written reasons."""
    legal_basis: Text
    valid_from: date
    valid_to: date | None = None
    """The last day it applies to, by the day the case was received."""
    open_cases: bool = False
    """It also applies to cases received earlier whose clock has not ended when it comes into force."""
    verify: bool = False


class LaporCodes(Struct, frozen=True, kw_only=True):
    """The numbers SP4N-LAPOR! knows our words by. Only its administrators can give them."""

    classification: dict[str, int] = field(default_factory=dict)
    """By class."""
    category: dict[str, int] = field(default_factory=dict)
    """By category id."""
    default_category: int
    location_id: int
    disposition: dict[str, int] = field(default_factory=dict)
    """By department id."""
    default_disposition: int
    user_id: int | None = None
    channel: int
    tags: str = ""
    verify: bool = False


class Lapor(Struct, frozen=True, kw_only=True):
    """When and how cases are filed in SP4N-LAPOR!."""

    forward: Literal["on_receipt", "on_verified", "by_hand"]
    codes: LaporCodes


class Casework(Struct, frozen=True, kw_only=True):
    """How the desk and the departments share the work."""

    independent_close: IndependentClose = ""
    """Who closes: this role (or an admin), and not the person who responded. Empty: whoever the moves allow."""


class WhatsApp(Struct, frozen=True, kw_only=True):
    """The city's public WhatsApp number."""

    number: Phone


class Routing(Struct, frozen=True, kw_only=True):
    """When a suggested category is good enough to be used, and how far a kelurahan's point reaches."""

    threshold_percent: Annotated[int, Meta(ge=0, le=100)] = 50
    """Below this confidence a case waits for the operator without a category."""
    point_metres: Positive = 1500
    auto_assign: bool = False
    """Whether a case the desk enters goes to the suggested department at once."""


class KelurahanPoint(Struct, frozen=True, kw_only=True):
    """A place inside a kelurahan, such as its office; several for a kelurahan of odd shape."""

    kelurahan: Text
    lat: Annotated[float, Meta(ge=-90, le=90)]
    lon: Annotated[float, Meta(ge=-180, le=180)]


class Retention(Struct, frozen=True, kw_only=True):
    """Days each kind of data is kept; after that it is erased, and only counts remain."""

    identity_days: Positive
    """Name, number and handle of the reporter, after the case is closed."""
    media_days: Positive
    text_days: Positive
    rejected_days: Positive
    """Everything personal in spam, prank and abuse."""
    quarantine_days: Positive


class City(Struct, frozen=True, kw_only=True):
    """Everything that makes Aduan the service of one city."""

    code: Annotated[str, Meta(pattern=r"^[A-Z]{2,5}$")]
    name: Text
    zone: Literal["Asia/Jakarta", "Asia/Pontianak", "Asia/Makassar", "Asia/Jayapura"]
    kemendagri_code: Annotated[str, Meta(pattern=r"^[0-9]{2}\.[0-9]{2}$")]
    conversation_days: Positive = 30
    """A message joins its sender's open case when the last one is no older than this."""
    levels: tuple[Id, ...] = ()
    """Classes of this city beside the four of SP4N."""
    cuti_bersama_is_holiday: bool = True
    lapor: Lapor
    casework: Casework = Casework()
    whatsapp: WhatsApp | None = None
    departments: Annotated[tuple[Department, ...], Meta(min_length=1)]
    categories: Annotated[tuple[Category, ...], Meta(min_length=1)]
    kecamatan: Annotated[tuple[Kecamatan, ...], Meta(min_length=1)]
    population: dict[str, NotNegative] = field(default_factory=dict)
    """By kelurahan, where known."""
    routing: Routing = field(default_factory=Routing)
    kelurahan_points: tuple[KelurahanPoint, ...] = ()
    """Without them, coordinates name no kelurahan."""
    hours: Hours
    hours_periods: tuple[HoursPeriod, ...] = ()
    holidays: tuple[Holiday, ...] = ()
    standards: tuple[Standard, ...] = ()
    alerts: tuple[Alert, ...] = ()
    alerting: Alerting = Alerting()
    contacts: tuple[Contact, ...] = ()
    report: Report = Report()
    retention: Retention

    @property
    def classes(self) -> tuple[str, ...]:
        """The four classes of SP4N and the city's own levels."""
        return CLASSES + self.levels

    def department(self, department_id: str) -> Department | None:
        """The department of that id, or None."""
        return next((one for one in self.departments if one.id == department_id), None)

    def category(self, category_id: str) -> Category | None:
        """The category of that id, or None."""
        return next((one for one in self.categories if one.id == category_id), None)


class Fault(Struct, frozen=True):
    """What is wrong with a configuration: an Indonesian sentence, the key it is about and the line that stands on."""

    line: int | None
    path: str | None
    message: str

    def __str__(self) -> str:
        """`baris 41: departments.dlhkp.email: …`"""
        return f"baris {self.line}: " * bool(self.line) + f"{self.path}: " * bool(self.path) + self.message


class InvalidCity(ValueError):
    """The configuration cannot be used: `faults` has all that is wrong, `errors` the same as sentences."""

    def __init__(self, faults: list[Fault]) -> None:
        self.faults = faults
        self.errors = [str(fault) for fault in faults]
        super().__init__("\n".join(self.errors))


class Change(Struct, frozen=True):
    """One difference between two configurations. None stands for something that is not there."""

    path: str
    before: Any
    after: Any


def parse(toml_text: str) -> City:
    """The city a TOML file describes. Raises InvalidCity with every error and its line."""
    import tomllib  # only who reads a file pays for it

    toml_text = toml_text.removeprefix("\ufeff")  # some editors begin a file so; TOML knows no such mark
    try:
        data = tomllib.loads(toml_text)
    except tomllib.TOMLDecodeError as error:
        where = re.search(r"\(at line (\d+), column \d+\)|\(at end of document\)", str(error))
        line = int(where[1]) if where and where[1] else toml_text.count("\n") + 1
        said = f"bukan TOML yang sah: {str(error).split(' (at')[0]}"
        raise InvalidCity([Fault(line, None, said)]) from None
    return checked(data, toml_lines.lines(toml_text))


def to_json(city: City) -> bytes:
    """The configuration as JSON, the form it is stored and sent in."""
    return msgspec.json.encode(city)


def from_stored(data: bytes) -> City:
    """The configuration out of our own `to_json`, without the checks it has passed before.
    Raises msgspec.ValidationError where the stored shape is older than this code."""
    return msgspec.json.decode(data, type=City)


def difference(old: City | None, new: City) -> list[Change]:
    """What applying `new` over `old` changes, in the order of the file; empty when they are equal."""
    before, after = ({} if city is None else msgspec.json.decode(to_json(city)) for city in (old, new))
    return list(_differences("", before, after))


def minutes(clock_time: str) -> int:
    """Minutes since midnight of "07:30"."""
    return int(clock_time[:2]) * 60 + int(clock_time[3:5])


def spans_of(hours: Iterable[str]) -> tuple[tuple[int, int], ...]:
    """Spans like "07:30-12:00" as minutes since midnight."""
    return tuple((minutes(span[:5]), minutes(span[6:])) for span in hours)


def checked(data: object, line_of: Mapping[toml_lines.Path, int]) -> City:
    """The city that data of any shape describes; `line_of` says where its values were written. Raises InvalidCity."""
    problems: list[Problem] = []
    city = build(City, data, (), problems)
    refused = {problem.path for problem in problems}
    problems += [
        problem
        for problem in city_checks.problems(city)
        if not any(problem.path[:length] in refused for length in range(len(problem.path) + 1))
    ]
    if problems:
        placed = sorted(((_line(problem, line_of), problem) for problem in problems), key=lambda pair: pair[0])
        raise InvalidCity([Fault(line, _named(problem.path, data), problem.message) for line, problem in placed])
    return city


def _line(problem: Problem, line_of: Mapping[toml_lines.Path, int]) -> int:
    """The line of the value, or of the nearest table around it."""
    path = problem.path
    while path and path not in line_of:
        path = path[:-1]
    return line_of.get(path, 1)


def _named(path: toml_lines.Path, data: object) -> str | None:
    """`departments.dlhkp.email`, naming list elements by their id where they have one; None for the whole file."""
    names: list[str] = []
    here = data
    for step in path:
        try:
            here = here[step]  # type: ignore[index]  # whatever was in the file; a miss is caught
        except (KeyError, IndexError, TypeError):
            here = None
        names.append(_name(here) or f"{step + 1}" if isinstance(step, int) else step)
    return ".".join(names) or None


def _name(element: object) -> str | None:
    if isinstance(element, dict):
        for key in (
            ("id",),
            ("code",),
            ("date", "kind"),
            ("class", "clock", "valid_from"),
            ("clock", "percent"),
            ("role", "name"),
            ("name", "first"),
        ):
            if all(isinstance(element.get(part), str | int | date) for part in key):
                return "/".join(str(element[part]) for part in key)
    return None


def _differences(path: str, old: Any, new: Any) -> Iterator[Change]:
    if old == new:
        return
    if isinstance(old, list) and isinstance(new, list):
        before, after = _by_name(old), _by_name(new)
        if before is not None and after is not None:
            kept = [name for name in before if name in after]
            if kept != [name for name in after if name in before]:
                yield Change(path, list(before), list(after))
            old, new = before, after
    if not (isinstance(old, dict) and isinstance(new, dict)):
        yield Change(path, old, new)
        return
    for name in dict.fromkeys((*new, *old)):
        inner = f"{path}.{name}" if path else str(name)
        yield from _differences(inner, old.get(name), new.get(name))


def _by_name(elements: list[Any]) -> dict[str, Any] | None:
    """The elements of a list under their names, or None where they have none or share one."""
    named = {name: element for element in elements if (name := _name(element))}
    return named if len(named) == len(elements) else None
