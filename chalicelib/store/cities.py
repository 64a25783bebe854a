"""The city's configuration as it was applied, and the few words of it that a webhook needs."""

import time
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

import msgspec
from pynamodb.exceptions import TransactWriteError
from pynamodb.transactions import TransactWrite

from chalicelib.store.aws import SHARED
from chalicelib.store.keys import iso
from chalicelib.store.tables import CityItem, DeskItem, IntakeItem

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


class DeskRules(msgspec.Struct, frozen=True, kw_only=True):
    """The names and rules every action of the desk is checked against: 2 KB of the city's 80."""

    code: str
    forward: str
    independent_close: str
    classes: tuple[str, ...]
    departments: dict[str, str]
    """Short name by id."""
    categories: dict[str, str]
    """Class by id."""
    kelurahan: tuple[str, ...]
    extendable: tuple[tuple[str, str], ...]
    """(class, clock) of the standards that may be extended; class `*` is every class without a row of its own."""


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


def apply(new: "City", toml: str, *, after: int, by: str, now: datetime) -> bool:
    """Store a configuration over version `after` (0: the first); False when somebody else was faster."""
    from chalicelib.complaints.city import to_json

    city = CityItem(config=to_json(new), toml=toml, version=after + 1, applied_at=iso(now), applied_by=by)
    transaction = TransactWrite(connection=SHARED)
    transaction.save(city, condition=CityItem.pk.does_not_exist() if after == 0 else CityItem.version == after)
    transaction.save(IntakeItem(code=new.code, conversation_days=new.conversation_days, forward=new.lapor.forward))
    transaction.save(DeskItem(rules=msgspec.json.encode(_desk_rules(new))))
    try:
        with transaction:
            pass  # leaving the block sends it
    except TransactWriteError as error:
        if any(reason and reason.code == "ConditionalCheckFailed" for reason in error.cancellation_reasons):
            return False
        raise
    _cached.clear()
    return True


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
    return IntakeRules(item.code, int(item.conversation_days), item.forward)


def _read_desk() -> DeskRules:
    try:
        return msgspec.json.decode(DeskItem.get("CITY#desk").rules, type=DeskRules)
    except (DeskItem.DoesNotExist, msgspec.ValidationError):
        return _desk_rules(_read_city())  # the city was applied by an earlier version of this code


def _desk_rules(city: "City") -> DeskRules:
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
