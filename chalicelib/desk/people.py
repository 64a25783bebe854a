"""Members of staff: their role, and whose cases it covers."""

from dataclasses import dataclass

from chalicelib.problems import Problem

ROLES = ("admin", "operator", "head", "officer", "executive", "auditor")
CITY_WIDE = ("admin", "operator", "auditor")
DEPARTMENTAL = ("officer", "head")


@dataclass(frozen=True, slots=True)
class Staff:
    """A signed-in person."""

    username: str
    role: str
    department: str | None

    def scope(self) -> str | None:
        """The one department whose cases this person sees, None for all of them. Raises Problem."""
        if self.role in CITY_WIDE:
            return None
        if self.role in DEPARTMENTAL and self.department:
            return self.department
        raise Problem(403, f"Peran {self.role} tidak mencakup data aduan.")
