"""The city's configuration as it was applied, and the few words of it that a webhook needs."""

import time
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import msgspec
from pynamodb.expressions.update import Action
from pynamodb.transactions import TransactWrite

from chalicelib.complaints.lifecycle import IndependentClose
from chalicelib.store.aws import SHARED
from chalicelib.store.keys import iso
from chalicelib.store.tables import CalendarMark, CityItem, DeskItem, IntakeItem

if TYPE_CHECKING:
    from chalicelib.complaints.city import City

# A change reaches every process within a minute.
MAX_AGE_SECONDS = 60.0

_cached: dict[str, tuple[float, Any]] = {}


class NoCity(RuntimeError):
    """No city has been applied to this deployment yet."""


@dataclass(frozen=True, slots=True)
class IntakeRules:
    """What intake must know of the city; kept apart, so that a webhook neither reads nor decodes the rest."""

    code: str
    conversation_days: int
    forward: str
    first_look: timedelta = timedelta(hours=2)
    """How soon after its receipt the first alert of a case can come."""


class DeskRules(msgspec.Struct, frozen=True, kw_only=True):
    """The names and rules every action of the desk is checked against: 2 KB of the city's 80."""

    code: str
    forward: str
    independent_close: IndependentClose
    classes: tuple[str, ...]
    departments: dict[str, str]
    """Short name by id."""
    categories: dict[str, str]
    """Class by id."""
    kelurahan: tuple[str, ...]
    extendable: tuple[tuple[str, str], ...]
    """(class, clock) of the standards that may be extended; class `*` is every class without a row of its own."""
    former: dict[str, str] = {}
    """Departments the city had and has no more, which cases that were closed may still be of: short name by id."""


def intake_rules() -> IntakeRules:
    """The rules in force. Raises NoCity."""
    rules: IntakeRules = _fresh("intake", _read_rules)
    return rules


def current() -> "City":
    """The city in force. Raises NoCity."""
    city: City = _fresh("city", _read_city)
    return city


def desk_rules() -> DeskRules:
    """The desk's part of the city in force. Raises NoCity."""
    rules: DeskRules = _fresh("desk", _read_desk)
    return rules


def stored() -> CityItem | None:
    """The applied configuration with its version, or None."""
    try:
        return CityItem.get("CITY", consistent_read=True)
    except CityItem.DoesNotExist:
        return None


def forget() -> None:
    """Read the city anew next time, whatever this process remembers."""
    _cached.clear()


def kept(version: int) -> CityItem | None:
    """A version of the configuration, in force or former; None where it was not kept."""
    current = stored()
    if current is None or int(current.version) == version:
        return current
    try:
        return CityItem.get(f"CITY#{version}")
    except CityItem.DoesNotExist:
        return None


def apply(new: "City", toml: str, *, after: int, by: str, now: datetime) -> bool:
    """Store a configuration over version `after` (0: the first), which is kept; False when somebody else was faster.

    The open deadlines are then to be looked at (scheduled/deadline_recompute.py)."""
    from chalicelib.complaints.city import to_json
    from chalicelib.store.conditional import committed

    former = stored() if after else None
    if former is not None and int(former.version) != after:
        return False
    city = CityItem(config=to_json(new), toml=toml, version=after + 1, applied_at=iso(now), applied_by=by)
    transaction = TransactWrite(connection=SHARED)
    transaction.save(city, condition=CityItem.pk.does_not_exist() if after == 0 else CityItem.version == after)
    transaction.save(intake_item_of(new))
    transaction.save(DeskItem(rules=msgspec.json.encode(_with_former(desk_rules_of(new)))))
    if former is not None:
        former.pk = f"CITY#{after}"
        transaction.save(former)
    looked_at = CalendarMark.done.set(CalendarMark.done | max(after, 1))
    wanted: list[Action] = [CalendarMark.wanted.set(after + 1), looked_at]
    transaction.update(CalendarMark(pk="RUN#calendar"), actions=wanted)
    if not committed(transaction):
        return False
    _cached.clear()
    return True


def _with_former(rules: DeskRules) -> DeskRules:
    """The rules of a new configuration, with the departments that were there before. What somebody else applies
    meanwhile is not lost: then this is not applied."""
    try:
        before = msgspec.json.decode(DeskItem.get("CITY#desk", consistent_read=True).rules, type=DeskRules)
    except (DeskItem.DoesNotExist, msgspec.ValidationError):
        return rules  # the first configuration, or one by an earlier version of this code
    had = before.former | before.departments
    return msgspec.structs.replace(
        rules, former={id_: name for id_, name in had.items() if id_ not in rules.departments}
    )


def _fresh(name: str, read: Any) -> Any:
    now = time.monotonic()
    read_at, value = _cached.get(name, (0.0, None))
    if value is None or now - read_at > MAX_AGE_SECONDS:
        value = read()
        _cached[name] = (now, value)
    return value


def _read_rules() -> IntakeRules:
    try:
        item = IntakeItem.get("CITY#intake")
    except IntakeItem.DoesNotExist:
        raise NoCity("no city has been applied: run `aduan city apply FILE`") from None
    rules = IntakeRules(item.code, int(item.conversation_days), item.forward)
    if item.first_look is None:  # the city was applied by an earlier version of this code
        return rules
    return replace(rules, first_look=timedelta(minutes=int(item.first_look)))


def intake_item_of(city: "City") -> IntakeItem:
    """The part of a city that every webhook needs."""
    from chalicelib.complaints.first_look import first_look

    minutes = first_look(city) // timedelta(minutes=1)
    return IntakeItem(
        code=city.code, conversation_days=city.conversation_days, forward=city.lapor.forward, first_look=minutes
    )


def _read_desk() -> DeskRules:
    try:
        return msgspec.json.decode(DeskItem.get("CITY#desk").rules, type=DeskRules)
    except (DeskItem.DoesNotExist, msgspec.ValidationError):
        return desk_rules_of(_read_city())  # the city was applied by an earlier version of this code


def desk_rules_of(city: "City") -> DeskRules:
    """The desk's part of any city."""
    return DeskRules(
        code=city.code,
        forward=city.lapor.forward,
        independent_close=city.casework.independent_close,
        classes=city.classes,
        departments={one.id: one.short for one in city.departments},
        categories={one.id: one.class_ for one in city.categories},
        kelurahan=tuple(name for one in city.kecamatan for name in one.kelurahan),
        extendable=tuple(dict.fromkeys((one.class_, one.clock) for one in city.standards if one.extension)),
    )


def _read_city() -> "City":
    from chalicelib.complaints.city import from_stored

    item = stored()
    if item is None:
        raise NoCity("no city has been applied: run `aduan city apply FILE`")
    return from_stored(item.config)
