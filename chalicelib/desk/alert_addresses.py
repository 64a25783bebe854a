"""An address, and what it is to be told in one message."""

from collections.abc import Container
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from chalicelib.complaints.recipients import DEPARTMENT, HEAD, OF_A_DEPARTMENT, OFFICER
from chalicelib.desk import delivering
from chalicelib.desk.alert_cases import Due
from chalicelib.store.deliveries import AlertRow
from chalicelib.store.keys import digest

if TYPE_CHECKING:
    from chalicelib.complaints.city_alerts import Contact


@dataclass(slots=True)
class Address:
    """Somebody's address, and everything he is to be told there now."""

    contact: "Contact"
    channel: str
    to: str
    department: str | None
    roles: set[str] = field(default_factory=set)
    """Those of the ladder he is told as."""
    dues: list[Due] = field(default_factory=list)
    rows: list[AlertRow] = field(default_factory=list)
    years: set[int] = field(default_factory=set)
    """Those whose calendar is missing: to the admin."""
    last_try: bool = False
    """It has been tried for so long that what cannot be sent now has failed."""

    @property
    def target(self) -> str:
        """What names it without giving it away."""
        return delivering.target(self.channel, self.to)

    @property
    def identifier(self) -> str:
        """Of the message with just these alerts: tried again, it is the same one."""
        return digest("\n".join([self.target, *sorted(f"{row.ticket} {row.sk}" for row in self.rows)]), 16)

    def drop(self, tickets: Container[str]) -> None:
        """Leave these cases out."""
        self.dues = [due for due in self.dues if due.found.case.ticket not in tickets]
        self.rows = [row for row in self.rows if row.ticket not in tickets]

    @property
    def acts_as(self) -> str | None:
        """The role his links act in; None for people of the city, who get no links."""
        role: str = self.contact.role
        if role == DEPARTMENT:  # its one mailbox is whoever's step it is
            return HEAD if HEAD in self.roles else OFFICER
        return role if role in OF_A_DEPARTMENT else None
