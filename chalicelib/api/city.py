"""The city's configuration over HTTP: look at it, check a new one, apply it.

What reads a city file is imported where it is used: a webhook in the same function must not pay for it.
"""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import msgspec
from chalice.app import Blueprint, Response

from chalicelib.api import answers
from chalicelib.api.errors import problems
from chalicelib.api.staff import authorizer, caller
from chalicelib.problems import Problem
from chalicelib.settings import settings
from chalicelib.store import cities
from chalicelib.store.tables import CityItem

if TYPE_CHECKING:
    from chalicelib.complaints.city import City

city = Blueprint(__name__)


@city.route("/v1/city", methods=["GET"], authorizer=authorizer)
@problems
def shown() -> Response:
    """The configuration in force."""
    caller(city.current_request)
    item = cities.stored()
    if item is None:
        raise Problem(404, "Belum ada konfigurasi kota.")
    return answers.json(
        {
            "version": int(item.version),
            "applied_at": item.applied_at,
            "applied_by": item.applied_by,
            "city": msgspec.Raw(item.config),
            "toml": item.toml,
        }
    )


@city.route("/v1/city/check", methods=["POST"], authorizer=authorizer)
@problems
def checked() -> Response:
    """What is wrong with a city file, or what applying it would change."""
    from chalicelib.complaints.city import InvalidCity, parse
    from chalicelib.desk import reconfiguring

    caller(city.current_request)
    try:
        new = parse(_proposal())
    except InvalidCity as error:
        return answers.json({"errors": msgspec.to_builtins(error.faults), "changes": []})
    try:
        _, old, changes = _changes(new)
    except Problem as refused:
        wrong = {"line": None, "path": refused.members.get("field"), "message": refused.detail}
        return answers.json({"errors": [wrong], "changes": []})
    warnings = reconfiguring.warnings(old, new, whatsapp=bool(settings().whatsapp_account), now=datetime.now(UTC))
    return answers.json({"errors": [], "changes": changes, "warnings": warnings})


@city.route("/v1/city", methods=["PUT"], authorizer=authorizer)
@problems
def applied() -> Response:
    """Apply a city file; the same file twice changes nothing. If-Match: the version it was edited from."""
    from chalicelib.api.preconditions import versions
    from chalicelib.complaints.city import InvalidCity, parse

    person = caller(city.current_request)
    edited = versions(city.current_request)
    toml = _proposal()
    try:
        new = parse(toml)
    except InvalidCity as error:
        raise Problem(422, "Berkas kota tidak sah.", errors=msgspec.to_builtins(error.faults)) from None
    item, _, changes = _changes(new)
    version = int(item.version) if item else 0
    if edited is not None and version not in edited:
        raise Problem(
            412, "Konfigurasi kota sudah berubah sejak Anda membacanya; baca dan sunting lagi.", version=version
        )
    if changes or item is None:
        if not cities.apply(new, toml, after=version, by=person.username, now=datetime.now(UTC)):
            raise Problem(409, "Orang lain baru saja mengubah konfigurasi kota; periksa lagi.")
        version += 1
    return answers.json({"version": version, "changes": changes})


def _proposal() -> str:
    from chalicelib.api import bodies, shapes

    return bodies.read(city.current_request, shapes.Proposal).toml


def _changes(new: "City") -> tuple[CityItem | None, "City | None", list[dict[str, Any]]]:
    """What is in force, as it is stored and as a city, and what the new one changes. Raises Problem."""
    from chalicelib.complaints.city import difference, from_stored
    from chalicelib.desk import reconfiguring

    item = cities.stored()
    old = from_stored(item.config) if item else None
    reconfiguring.check(old, new)
    return item, old, [msgspec.to_builtins(change) for change in difference(old, new)]
