"""The model that routing uses: the one last trained, or the one that ships with the code."""

import zlib
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from pynamodb.transactions import TransactWrite

from chalicelib.store.aws import SHARED
from chalicelib.store.keys import iso
from chalicelib.store.tables import RoutingModel

if TYPE_CHECKING:
    from chalicelib.complaints.routing import Model

CURRENT = "MODEL#routing"
FORMER = "MODEL#routing#former"
# Trained on tests/corpus/kediri_train.tsv by `python -m bench.routing --write-start`: a city routes from its first day
# on without its engineer having sentences or a training step, for 60 KB in the package and no read.
START = Path(__file__).parent.parent / "complaints" / "routing_start.json"


def current() -> "Model":
    """The model last trained for this city, else the start model."""
    item = _stored()
    return start() if item is None else _decode(zlib.decompress(item.model))


def trained() -> bool:
    """Whether a model of this city's own is in use."""
    return _stored() is not None


def start() -> "Model":
    """The model that ships with the code."""
    return _decode(START.read_bytes())


def save(model: "Model", *, learned: int, now: datetime) -> int:
    """Put a new model into use and keep the one before it; answers its version.

    Raises pynamodb's TransactWriteError when another run was faster.
    """
    before = _stored()
    version = int(before.version) + 1 if before else 1
    packed = zlib.compress(msgspec.json.encode(model), 9)
    item = RoutingModel(CURRENT, model=packed, version=version, trained_at=iso(now), learned=learned)
    unchanged = RoutingModel.version == before.version if before else RoutingModel.pk.does_not_exist()
    with TransactWrite(connection=SHARED) as transaction:
        transaction.save(item, condition=unchanged)
        if before:
            before.pk = FORMER
            transaction.save(before)
    return version


def _stored() -> RoutingModel | None:
    try:
        return RoutingModel.get(CURRENT)
    except RoutingModel.DoesNotExist:
        return None


def _decode(data: bytes) -> "Model":
    from chalicelib.complaints.routing import Model

    return msgspec.json.decode(data, type=Model)
