"""Who hears of a deadline: a role of the ladder, looked up in the city's addresses.

Somebody always does: a role without an address passes to the next one that has one. Only a city without any address
at all has nobody; the sending half says so as a failure, never in silence.
"""

from typing import TYPE_CHECKING

from chalicelib.complaints.city_alerts import Contact

if TYPE_CHECKING:
    from chalicelib.complaints.city import City

OFFICER, HEAD, DEPARTMENT, COORDINATOR, ADMIN = "officer", "head", "department", "coordinator", "admin"
# The roles of one department; everybody else is the city's.
OF_A_DEPARTMENT = (OFFICER, HEAD)
# To whom a role passes that has no address. An officer reads his department's mail; the head is told before the city.
_FALLBACK = {
    OFFICER: (OFFICER, DEPARTMENT, HEAD, COORDINATOR, ADMIN),
    HEAD: (HEAD, DEPARTMENT, COORDINATOR, ADMIN),
}
_TITLES = {OFFICER: "Petugas", HEAD: "Kepala"}


def recipients(city: "City", role: str, department: str | None) -> tuple[Contact, ...]:
    """The contacts of a role, each with an e-mail address or a WhatsApp number. `role` in the answer is whose address
    it is: another than asked for where it fell back. Empty only where the city has no address at all.

    An officer or head of no department (nobody has the case yet) is the coordinator.
    """
    for one in _FALLBACK.get(role, (role, COORDINATOR, ADMIN)):
        found = _of_department(city, one, department) if one in (*OF_A_DEPARTMENT, DEPARTMENT) else _of_city(city, one)
        if found:
            return found
    return tuple(contact for contact in city.contacts if _reachable(contact))[:1]


def channels(contact: Contact, by: tuple[str, ...]) -> tuple[str, ...]:
    """Through which of the wanted channels the contact can be told; through what he has where he has none of them."""
    has = tuple(name for name in ("email", "whatsapp") if getattr(contact, name))
    return tuple(name for name in by if name in has) or has


def hours_of(contact: Contact) -> str:
    """The role whose hours this address keeps: a department's mailbox those of its department."""
    role: str = contact.role
    return HEAD if role == DEPARTMENT else role


def _of_department(city: "City", role: str, department_id: str | None) -> tuple[Contact, ...]:
    department = city.department(department_id) if department_id else None
    reach = department if role == DEPARTMENT else getattr(department, role, None)
    if department is None or reach is None or not (reach.email or reach.whatsapp):
        return ()
    name = f"{_TITLES[role]} {department.short}" if role in _TITLES else department.short
    # The shape is the city's, with the roles of a department beside those a city may write down.
    return (Contact(role=role, name=name, email=reach.email, whatsapp=reach.whatsapp),)  # type: ignore[arg-type]


def _of_city(city: "City", role: str) -> tuple[Contact, ...]:
    return tuple(contact for contact in city.contacts if contact.role == role and _reachable(contact))


def _reachable(contact: Contact) -> bool:
    return bool(contact.email or contact.whatsapp)
