"""The city's configuration as it was applied, and the few words of it that a webhook needs."""

import time
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from pynamodb.exceptions import TransactWriteError
from pynamodb.transactions import TransactWrite

from chalicelib.store.aws import SHARED
from chalicelib.store.keys import iso
from chalicelib.store.tables import CityItem, IntakeItem

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


def intake_rules() -> IntakeRules:
    """The rules in force. Raises NoCity."""
    rules: IntakeRules = _fresh("intake", _read_rules)
    return rules


def current() -> "City":
    """The city in force. Raises NoCity."""
    city: City = _fresh("city", _read_city)
    return city


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


def _read_city() -> "City":
    from chalicelib.complaints.city import from_stored

    item = stored()
    if item is None:
        raise NoCity("no city has been applied: run `aduan city apply FILE`")
    return from_stored(item.config)
