"""The codes of the evidence's tables in the words of those who read them."""

from chalicelib.complaints.explain import UNIT_NAMES
from chalicelib.complaints.figures_document import CLASSES as REPORTED
from chalicelib.desk.alert_cases import ROLES
from chalicelib.store import cities

CLOCK_STATES = {
    "running": "berjalan",
    "paused": "dijeda",
    "met": "terpenuhi",
    "breached": "terlewat",
    "cancelled": "gugur",
}
# Beside those of SP4N, what cities add in English.
CLASSES = {**REPORTED, "public_information": "permohonan informasi publik"}
# Of what was told to officials: kinds, roles, ways and outcomes.
WORDS = {
    **ROLES,
    "alert": "peringatan",
    "digest": "ringkasan harian",
    "weekly": "ringkasan mingguan",
    "report": "laporan bulanan",
    "email": "surel",
    "whatsapp": "WhatsApp",
    "none": "tanpa alamat",
    "waiting": "menunggu",
    "claiming": "disiapkan",
    "sending": "sedang dikirim",
    "sent": "terkirim",
    "delivered": "sampai",
    "read": "dibaca",
    "failed": "gagal",
    "bounced": "ditolak penerima",
    "ambiguous": "belum pasti",
    "void": "dibatalkan",
}


def unit(code: str | None) -> str | None:
    """What a standard is counted in."""
    return UNIT_NAMES.get(code, code) if code else code


def department(id_: str | None) -> str | None:
    """The short name of a department, also of one the city has no more."""
    rules = cities.desk_rules()
    return {**rules.former, **rules.departments}.get(id_, id_) if id_ else None
