"""Who hears of a deadline."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from chalicelib.complaints.city import City, parse
from chalicelib.complaints.city_alerts import Contact, Reach
from chalicelib.complaints.recipients import channels, recipients

KEDIRI = parse((Path(__file__).parents[2] / "infra" / "cities" / "kediri.toml").read_text(encoding="utf-8"))


def city(contacts: Iterable[Contact] = KEDIRI.contacts, **department: Any) -> City:
    """Kediri with these contacts, and with a Dishub that has what is given and nothing else."""
    bare: dict[str, Any] = {"email": None, "whatsapp": None, "officer": None, "head": None} | department
    units = tuple(msgspec.structs.replace(one, **bare) if one.id == "dishub" else one for one in KEDIRI.departments)
    return msgspec.structs.replace(KEDIRI, departments=units, contacts=tuple(contacts))


def told(where: City, role: str, department: str | None = "dishub") -> list[tuple[str, str | None]]:
    return [(one.role, one.email or one.whatsapp) for one in recipients(where, role, department)]


OFFICER, HEAD = Reach(email="petugas@x.example"), Reach(whatsapp="+62811")


@pytest.mark.parametrize(
    ("role", "has", "expected"),
    [
        ("officer", {"officer": OFFICER, "head": HEAD, "email": "d@x.example"}, ("officer", "petugas@x.example")),
        ("officer", {"head": HEAD, "email": "d@x.example"}, ("department", "d@x.example")),
        ("officer", {"officer": Reach(), "head": HEAD}, ("head", "+62811")),
        ("officer", {}, ("coordinator", "coordinator@kediri.example")),
        ("head", {"officer": OFFICER, "head": HEAD, "email": "d@x.example"}, ("head", "+62811")),
        ("head", {"officer": OFFICER, "whatsapp": "+62812"}, ("department", "+62812")),
        ("head", {"officer": OFFICER}, ("coordinator", "coordinator@kediri.example")),
    ],
)
def test_a_department_is_told_at_the_nearest_address_it_has(
    role: str, has: dict[str, Any], expected: tuple[str, str]
) -> None:
    assert told(city(**has), role) == [expected]


def test_a_case_of_no_department_or_an_unknown_one_is_the_coordinators() -> None:
    for department in (None, "lost"):
        assert told(KEDIRI, "officer", department) == [("coordinator", "coordinator@kediri.example")]


def test_a_role_of_the_city_is_told_at_every_address_of_its_own_and_else_passes_on() -> None:
    assert told(KEDIRI, "mayor") == [("mayor", "walikota@kediri.example")]
    second = Contact(role="sekda", name="Asisten", whatsapp="+62813")
    assert told(city([*KEDIRI.contacts, second]), "sekda") == [("sekda", "sekda@kediri.example"), ("sekda", "+62813")]
    only_admin = [one for one in KEDIRI.contacts if one.role == "admin"]
    for role in ("mayor", "sekda", "operator", "coordinator", "executive", "admin", "head"):
        assert told(city(only_admin), role) == [("admin", "admin@kediri.example")]


def test_anybody_is_better_than_nobody() -> None:
    mayor = [one for one in KEDIRI.contacts if one.role == "mayor"]
    assert told(city(mayor), "head") == [("mayor", "walikota@kediri.example")]
    assert told(city([]), "head") == []


def test_a_contact_is_told_through_the_wanted_channels_that_he_has() -> None:
    both = Contact(role="sekda", name="S", email="s@x.example", whatsapp="+62811")
    assert channels(both, ("email", "whatsapp")) == ("email", "whatsapp")
    assert channels(both, ("whatsapp",)) == ("whatsapp",)
    assert channels(msgspec.structs.replace(both, whatsapp=None), ("whatsapp",)) == ("email",)
